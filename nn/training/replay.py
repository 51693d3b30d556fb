"""A step of `fit` by a recorded Program: one sample's graph, replayed for all rows; knows no optimiser."""

from __future__ import annotations

import numpy as np

import autograd
from autograd import Value
from autograd.core.errors import BranchError
from nn.arguments import FloatArray
from nn.training.tasks import Task


class ReplayStep:
    """Record the loss of one row once, and replay it for batches of rows.

    Parameters
    ----------
    task : Task
        One that does not mix samples, and whose masks are known.
    params : list of leaf Values
        The trained parameters, in the order of the flat array. Other leaves keep their present numbers.
    example : float array (columns,)
        A row of inputs and targets, for the recording.
    backend : str
        A backend of `autograd.Program`.
    """

    def __init__(self, task: Task, params: list[Value], example: FloatArray, backend: str) -> None:
        self._program = autograd.record(
            lambda x, y, mask: task.row_loss(*x, *y, *mask),
            example[: task.inputs].tolist(),
            example[task.inputs :].tolist(),
            [leaf.data for leaf in task.feed.leaves],
            backend=backend,
        )
        place = {id(leaf): i for i, leaf in enumerate(self._program.leaves)}
        # A parameter that the loss does not need has no place, and its gradient is zero.
        self._ours = [i for i, parameter in enumerate(params) if id(parameter) in place]
        self._theirs = [place[id(params[i])] for i in self._ours]
        self._count = len(params)
        self._same = self._ours == self._theirs == list(range(self._count)) and len(place) == self._count

    def value_and_grad(self, theta: FloatArray, rows: FloatArray, reduction: str) -> tuple[float, FloatArray]:
        """Return the mean or the sum of the rows' losses, and its gradient."""
        self._enter(theta)
        try:
            value, gradient = self._program.value_and_grad(rows, reduction)
        except BranchError as error:
            raise _with_advice(error) from None
        if self._same:
            return value, gradient
        ours = np.zeros(self._count)
        ours[self._ours] = gradient[self._theirs]
        return value, ours

    def losses(self, theta: FloatArray, rows: FloatArray) -> FloatArray:
        """Return the loss of every row."""
        self._enter(theta)
        try:
            found: FloatArray = self._program.forward(rows)
            return found
        except BranchError as error:
            raise _with_advice(error) from None

    def _enter(self, theta: FloatArray) -> None:
        if self._same:
            self._program.parameters[...] = theta
        else:
            self._program.parameters[self._theirs] = theta[self._ours]


def _with_advice(error: BranchError) -> BranchError:
    error.add_note('fit(..., backend="eager") records the graph of every sample anew, branches included.')
    return error
