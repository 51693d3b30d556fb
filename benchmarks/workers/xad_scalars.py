"""XAD: a compiled C++ tape under Python operators. Its Python binding records anew at every step."""

from __future__ import annotations

from typing import Any

from protocol import serve
from scalar import Scalars
from xad import math as xmath
from xad.adj_1st import Real, Tape

TAPE = Tape()  # one for all workloads: only one can be active, and every step clears it
TAPE.activate()


class Xad(Scalars):
    """XAD's active reals; the parameters themselves are floats, registered at every step."""

    exp, log = staticmethod(xmath.exp), staticmethod(xmath.log)

    def __init__(self) -> None:
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
        TAPE.clearAll()  # without it the tape keeps every earlier recording and slows down
        active = [Real(v) for v in p]
        TAPE.registerInputs(active)
        TAPE.newRecording()
        return active, loss(active)

    def step(self, loss: Any, p: list[float], lr: float | None) -> float:
        active, root = self.forward(loss, p)
        TAPE.registerOutput(root)
        root.setDerivative(1.0)
        TAPE.computeAdjoints()
        self.adjoints = [v.getDerivative() for v in active]
        if lr is not None:
            p[:] = [v - lr * g for v, g in zip(p, self.adjoints, strict=True)]
        return float(root.getValue())


serve(["xad"], lambda data: Xad().case(data))
