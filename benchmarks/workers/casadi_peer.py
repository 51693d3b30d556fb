"""CasADi: the scalar loops run once on symbols (SX); every step evaluates the function built from them."""

from __future__ import annotations

import functools
from typing import Any

import casadi
import numpy as np
from protocol import Case, UnsupportedError, serve
from scalar import KINDS, Scalars


class Symbols(Scalars):
    """SX symbols: they have no numbers, so the shift of logsumexp is symbolic, too."""

    exp, log = staticmethod(casadi.exp), staticmethod(casadi.log)

    def relu(self, z: Any) -> Any:
        return casadi.fmax(z, 0.0)

    def largest(self, z: list[Any]) -> Any:
        return functools.reduce(casadi.fmax, z)


def prepare(data: dict[str, Any]) -> Case:
    """Build loss and gradient; the buffered call reads and writes NumPy arrays in place."""
    if len(data["p"]) > 50_000 or data.get("length", 0) > 100_000:
        raise UnsupportedError("building the graph takes half a minute and more")
    symbols = casadi.SX.sym("p", len(data["p"]))
    loss = KINDS[data["kind"]](Symbols(), data, casadi.vertsplit(symbols))
    function = casadi.Function("step", [symbols], [loss, casadi.gradient(loss, symbols)])
    p, value, gradient = np.array(data["p"]), np.zeros(1), np.zeros(len(data["p"]))
    buffer, evaluate = function.buffer()
    buffer.set_arg(0, memoryview(p))
    buffer.set_res(0, memoryview(value))
    buffer.set_res(1, memoryview(gradient))
    alive = (function, buffer)  # CasADi does not keep them for `evaluate`
    lr = data.get("lr")

    def step(alive: Any = alive) -> float:
        evaluate()
        if lr is not None:
            np.subtract(p, lr * gradient, out=p)
        return float(value[0])

    return Case(step=step, read=lambda: (gradient if lr is None else p).tolist())


serve(["casadi", "numpy"], prepare)
