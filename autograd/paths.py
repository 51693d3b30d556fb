"""The chain-rule paths from a root to a node: counted exactly, listed lazily, largest first."""
