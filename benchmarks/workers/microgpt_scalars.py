"""A Value as microgpt has it, written anew: children and local gradients in two tuples, no closures."""

from __future__ import annotations

import math
import sys
from typing import Any

from protocol import serve
from scalar import Values


class Value:
    """A number, what it was computed from, and its partials."""

    __slots__ = ("children", "data", "grad", "partials")

    def __init__(
        self, data: float, children: tuple[Value, ...] = (), partials: tuple[float, ...] = ()
    ) -> None:
        self.data, self.grad = data, 0.0
        self.children, self.partials = children, partials

    def __add__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Any) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n: float) -> Value:
        return Value(self.data**n, (self,), (n * self.data ** (n - 1),))

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Any) -> Value:
        return self + -other

    def __truediv__(self, other: Any) -> Value:
        return self * other**-1.0

    def __rsub__(self, other: Any) -> Value:
        return other + -self

    def __rtruediv__(self, other: Any) -> Value:
        return other * self**-1.0

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> Value:
        """e^x."""
        power = math.exp(self.data)
        return Value(power, (self,), (power,))

    def log(self) -> Value:
        """Natural logarithm."""
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self) -> Value:
        """The number where it is positive, else 0."""
        return Value(max(0.0, self.data), (self,), (float(self.data > 0.0),))

    def backward(self) -> None:
        """Order by a recursive search, then add to each child what it gets."""
        order: list[Value] = []
        seen: set[Value] = set()

        def visit(node: Value) -> None:
            if node not in seen:
                seen.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for child, partial in zip(node.children, node.partials):  # noqa: B905 - hot, and as there
                child.grad += partial * node.grad


class Microgpt(Values):
    """Its Values in plain loops."""

    value = Value
    relu, exp, log = staticmethod(Value.relu), staticmethod(Value.exp), staticmethod(Value.log)


sys.setrecursionlimit(10**8)  # its backward pass recurses once per node of the longest path
serve([], Microgpt().case)
