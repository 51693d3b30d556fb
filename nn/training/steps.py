"""The seam under `fit`: (parameters, rows) → (loss, gradient); knows tasks, no optimiser, no epochs."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

import autograd
from autograd import Value
from nn.arguments import FloatArray
from nn.optim.parameters import write
from nn.training.replay import ReplayStep
from nn.training.tasks import Task


class Step(Protocol):
    """What `fit` needs: both methods take the trained parameters as a flat array, and rows (B, columns)."""

    def value_and_grad(self, theta: FloatArray, rows: FloatArray, reduction: str) -> tuple[float, FloatArray]:
        """Return the mean or the sum of the rows' losses, and its gradient."""
        ...

    def losses(self, theta: FloatArray, rows: FloatArray) -> FloatArray:
        """Return the loss of every row."""
        ...


class EagerStep:
    """The step by the engine itself: record every row's graph, and sweep it backwards.

    Parameters
    ----------
    task : Task
    params : list of leaf Values
        The trained parameters, in the order of the flat array.
    """

    def __init__(self, task: Task, params: list[Value]) -> None:
        self.task, self.params = task, params
        self._mixes = task.mixes

    def value_and_grad(self, theta: FloatArray, rows: FloatArray, reduction: str) -> tuple[float, FloatArray]:
        """Return the mean or the sum of the rows' losses, and its gradient."""
        self._enter(theta)
        try:
            if self._mixes:
                losses = self.task.batch_losses(rows)
                autograd.sum(losses).backward()
            else:
                losses = []
                for row in rows.tolist():
                    losses.append(self.task.row_loss(*row))
                    losses[-1].backward()
            grads = [0.0 if p.grad is None else p.grad for p in self.params]
        finally:
            self._forget()
        count = len(rows) if reduction == "mean" else 1
        with np.errstate(all="ignore"):  # a diverging run overflows here; `fit` says so in its own words
            value = float(np.sum([loss.data for loss in losses])) / count
            return value, np.array(grads, dtype=np.float64) / count

    def losses(self, theta: FloatArray, rows: FloatArray) -> FloatArray:
        """Return the loss of every row."""
        self._enter(theta)
        with autograd.no_grad():
            if self._mixes:
                losses: list[Any] = self.task.batch_losses(rows)
            else:
                losses = [self.task.row_loss(*row) for row in rows.tolist()]
        return np.array([loss.data if isinstance(loss, Value) else loss for loss in losses], dtype=np.float64)

    def _enter(self, theta: FloatArray) -> None:
        self.task.enter()
        write(self.params, theta)
        self._forget()

    def _forget(self) -> None:
        for parameter in self.params:
            parameter.grad = None


BACKENDS = ("numpy", "native", "eager")
"""What can compute a step, as `fit` names it: the backends of `autograd.Program`, and the engine itself."""


def make_step(task: Task, params: list[Value], backend: str, example: FloatArray) -> Step:
    """Return the step for a task, ready for rows like the example."""
    if not task.mixes:
        with autograd.no_grad():
            task.predict(example[: task.inputs].tolist())  # finds out which masks the model asks for
    if backend == "eager":
        return EagerStep(task, params)
    return ReplayStep(task, params, example, backend)
