"""Scalar reverse-mode automatic differentiation that shows every number; knows nobody but the standard library."""
