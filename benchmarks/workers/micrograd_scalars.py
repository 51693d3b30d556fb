"""micrograd as published; exp and log, which it lacks, are added in its own style."""

from __future__ import annotations

import math
import sys
from typing import Any

from micrograd.engine import Value
from protocol import serve
from scalar import Scalars


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


class Micrograd(Scalars):
    """micrograd's Values."""

    relu, exp, log = staticmethod(Value.relu), staticmethod(exp), staticmethod(log)

    def leaves(self, numbers: list[float]) -> list[Value]:
        return [Value(v) for v in numbers]

    def numbers(self, p: list[Value]) -> list[float]:
        return [v.data for v in p]

    def gradient(self, p: list[Value]) -> list[float]:
        return [v.grad for v in p]

    def step(self, loss: Any, p: list[Value], lr: float | None) -> float:
        root = loss(p)
        for v in p:
            v.grad = 0.0
        root.backward()
        if lr is not None:
            for v in p:
                v.data -= lr * v.grad
        return float(root.data)


sys.setrecursionlimit(10**8)  # its backward pass recurses once per node of the longest path
serve(["micrograd"], Micrograd().case)
