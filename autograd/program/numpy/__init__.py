"""Blocks as array operations of NumPy."""
