"""NumPy by hand: forward, backward and update without any automatic differentiation."""

from __future__ import annotations

from typing import Any

import numpy as np
from protocol import Case, serve

from benchmarks import reference


def prepare(data: dict[str, Any]) -> Case:
    """Make ready the functions that every other peer is checked against."""
    value_and_grad = reference.KINDS[data["kind"]](data)
    p, lr = np.array(data["p"]), data.get("lr")
    last = {}

    def step() -> float:
        loss, last["gradient"] = value_and_grad(p)
        if lr is not None:
            np.subtract(p, lr * last["gradient"], out=p)
        return loss

    return Case(step=step, read=lambda: (last["gradient"] if lr is None else p).tolist())


serve(["numpy"], prepare)
