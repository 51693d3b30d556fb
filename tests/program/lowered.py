"""A Program lowered to JAX beside eager evaluation; knows no test, and needs JAX only when it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Program, Value
from tests.program.agreement import disagreement


class Lowered:
    """What `disagreement` asks of a program, answered by the JAX function alone."""

    def __init__(self, loss: Value, inputs: list[Value]) -> None:
        program = Program(loss, inputs)
        self.leaves, self.numbers, self.function = (
            program.leaves,
            program.parameters.copy(),
            program.lower("jax"),
        )

    def forward(self, *rows: np.ndarray) -> np.ndarray:
        table = rows[0] if rows else np.empty((1, 0))
        alike = (np.broadcast_to(row, table.shape) for row in table)  # of one shape, to be compiled once
        return np.array([float(self.function(self.numbers, rows)[0]) for rows in alike])

    def value_and_grad(self, *rows: np.ndarray, reduction: str) -> tuple[float, np.ndarray]:
        table = rows[0] if rows else np.empty((1, 0))
        loss, gradient = self.function(self.numbers, table)
        count = len(table) if reduction == "sum" else 1
        return float(loss) * count, np.asarray(gradient) * count


def differences(loss: Value, inputs: list[Value], rows: np.ndarray, ulps: float) -> list[str]:
    """Compare the lowered function with eager evaluation; skip the test where there is no JAX."""
    pytest.importorskip("jax")
    lowered: Any = Lowered(loss, inputs)
    return disagreement(lowered, loss, inputs, rows, ulps)
