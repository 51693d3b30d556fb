"""micrograd as published; exp and log, which it lacks, are added in its own style."""

from __future__ import annotations

import math
import sys

from micrograd.engine import Value
from protocol import serve
from scalar import Values


def exp(x: Value) -> Value:
    """exp(x), written as micrograd writes its operations."""
    out = Value(math.exp(x.data), (x,), "exp")

    def _backward() -> None:
        x.grad += out.data * out.grad

    out._backward = _backward
    return out


def log(x: Value) -> Value:
    """log(x), written as micrograd writes its operations."""
    out = Value(math.log(x.data), (x,), "log")

    def _backward() -> None:
        x.grad += out.grad / x.data

    out._backward = _backward
    return out


class Micrograd(Values):
    """micrograd's Values."""

    value = Value
    relu, exp, log = staticmethod(Value.relu), staticmethod(exp), staticmethod(log)


sys.setrecursionlimit(10**8)  # its backward pass recurses once per node of the longest path
serve(["micrograd"], Micrograd().case)
