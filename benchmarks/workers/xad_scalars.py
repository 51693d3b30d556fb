"""XAD: a compiled C++ tape under Python operators. Its Python binding records anew at every step."""

from __future__ import annotations

from typing import Any

from protocol import Case, serve
from scalar import Scalars
from xad import math as xmath
from xad.adj_1st import Real, Tape


class Xad(Scalars):
    """XAD's active reals; the parameters themselves are floats, registered at every step."""

    exp, log = staticmethod(xmath.exp), staticmethod(xmath.log)

    def __init__(self) -> None:
        self.tape = Tape()
        self.tape.activate()
        self.adjoints: list[float] = []

    def relu(self, z: Real) -> Real:
        return max(0.0, z)

    def leaves(self, numbers: list[float]) -> list[float]:
        return list(numbers)

    def numbers(self, p: list[Any]) -> list[float]:
        return [v.getValue() if isinstance(v, Real) else v for v in p]

    def gradient(self, p: list[float]) -> list[float]:
        return self.adjoints

    def forward(self, loss: Any, p: list[float]) -> tuple[list[Real], Real]:
        self.tape.clearAll()  # without it the tape keeps every earlier recording and slows down
        active = [Real(v) for v in p]
        self.tape.registerInputs(active)
        self.tape.newRecording()
        return active, loss(active)

    def step(self, loss: Any, p: list[float], lr: float | None) -> float:
        active, root = self.forward(loss, p)
        self.tape.registerOutput(root)
        root.setDerivative(1.0)
        self.tape.computeAdjoints()
        self.adjoints = [v.getDerivative() for v in active]
        if lr is not None:
            p[:] = [v - lr * g for v, g in zip(p, self.adjoints, strict=True)]
        return float(root.getValue())


def prepare(data: dict[str, Any]) -> Case:
    """One tape per workload."""
    active = Tape.getActive()
    if active is not None:
        active.deactivate()
    return Xad().case(data)


serve(["xad"], prepare)
