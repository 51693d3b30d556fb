"""The one way in which drawings write numbers, products and sums: the engine's. Knows no graph."""

from autograd.describe import number
from autograd.naming import addition, product, whole

__all__ = ["number", "product", "addition", "whole"]
