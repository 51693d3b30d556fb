"""Scalar reverse-mode automatic differentiation that shows every number; knows only the standard library."""
