"""Blocks as a pure function of JAX."""
