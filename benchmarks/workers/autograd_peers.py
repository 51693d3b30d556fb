"""HIPS autograd, twice: traced scalars, and whole arrays. Its environment never holds chainrule."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import autograd.numpy as np
from autograd.tracer import getval
from protocol import Case, UnsupportedError, serve
from scalar import Scalars

from autograd import make_vjp, value_and_grad


class AutogradScalars(Scalars):
    """Traced floats. The parameters travel as a list, opened once per step."""

    exp, log = staticmethod(np.exp), staticmethod(np.log)
    adjoints: list[float]

    def relu(self, z: Any) -> Any:
        return np.maximum(z, 0.0)

    def leaves(self, numbers: list[float]) -> list[float]:
        return list(numbers)

    def numbers(self, p: list[Any]) -> list[float]:
        return [float(getval(v)) for v in p]

    def gradient(self, p: list[float]) -> list[float]:
        return [float(v) for v in self.adjoints]

    def forward(self, loss: Any, p: list[float]) -> Any:
        return make_vjp(lambda q: loss(list(q)))(p)

    def step(self, loss: Any, p: list[float], lr: float | None) -> float:
        value, self.adjoints = value_and_grad(lambda q: loss(list(q)))(p)
        if lr is not None:
            p[:] = [v - lr * g for v, g in zip(p, self.adjoints, strict=True)]
        return float(value)

    def case(self, data: dict[str, Any]) -> Case:
        if data.get("length", 0) > 100_000:
            raise UnsupportedError("takes minutes at this length: see the shorter chain")
        return super().case(data)


def network(p: Any, sizes: list[int], x: Any) -> Any:
    """Apply the layers, cut out of the flat parameters."""
    start = 0
    for index, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        matrix = np.reshape(p[start : start + fan_out * (fan_in + 1)], (fan_out, fan_in + 1))
        start += fan_out * (fan_in + 1)
        x = np.dot(x, matrix[:, :-1].T) + matrix[:, -1]
        if index < len(sizes) - 2:
            x = np.maximum(x, 0.0)
    return x


def arrays(data: dict[str, Any]) -> Case:
    """Make a workload ready on whole arrays."""
    if data["kind"] not in ("moons", "digits", "logistic"):
        raise UnsupportedError("nothing to vectorise: see the scalars")
    x, sizes, lr = np.array(data["x"]), data.get("sizes", [2, 1]), data.get("lr")
    if data["kind"] == "moons":
        y = np.array(data["y"])

        def loss(p: Any) -> Any:
            hinge = np.mean(np.maximum(1.0 - y * network(p, sizes, x)[:, 0], 0.0))
            return hinge + data["alpha"] * np.sum(p * p)

    elif data["kind"] == "digits":
        rows, labels = np.arange(len(x)), np.array(data["labels"])

        def loss(p: Any) -> Any:
            z = network(p, sizes, x)
            z = z - getval(z).max(axis=1, keepdims=True)
            return np.mean(np.log(np.sum(np.exp(z), axis=1)) - z[rows, labels])

    else:
        y = np.array(data["y"])

        def loss(p: Any) -> Any:
            q = 1.0 / (1.0 + np.exp(-network(p, sizes, x)[:, 0]))
            return -np.mean(y * np.log(q) + (1.0 - y) * np.log(1.0 - q))

    state = {"p": np.array(data["p"])}
    differentiate = value_and_grad(loss)

    def step() -> float:
        value, gradient = differentiate(state["p"])
        state["gradient"] = gradient
        if lr is not None:
            state["p"] = state["p"] - lr * gradient
        return float(value)

    return Case(step=step, read=lambda: state["gradient" if lr is None else "p"].tolist())


serve(["autograd", "numpy"], arrays if sys.argv[1] == "arrays" else AutogradScalars().case)
