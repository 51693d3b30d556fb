"""The engine: a number that remembers, and the sweeps over what it remembers; knows no function by name."""
