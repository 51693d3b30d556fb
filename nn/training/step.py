"""What `fit` differentiates: (parameters, rows) → (loss, gradient); knows a model and a loss, no optimiser.

A row is one sample: its inputs, its targets and, while a Dropout is at work, its masks, which `masks` draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import autograd
from autograd import BranchError, Value
from nn.arguments import FloatArray
from nn.layers.dropout import MaskFeed
from nn.optim.parameters import write

if TYPE_CHECKING:
    from autograd.program.lowering.updates import Batches, Trained

BACKENDS = ("numpy", "native", "eager")
"""What can compute a step, as `fit` names it: the backends of `autograd.Program`, and the engine itself."""


class Step:
    """A model and a loss as one function, by the engine itself: the graph of every row, swept backwards.

    Parameters
    ----------
    model : callable with `parameters()`
    loss : callable
        `loss(prediction, target)`, one Value for one sample.
    params : list of leaf Values
        The trained parameters, in the order of the flat array.
    inputs : int
        How many columns of a row are inputs.
    training : bool
        Training or `eval()` mode: what Dropout and BatchNorm do.

    Attributes
    ----------
    left : list of (leaf, gradient)
        Leaves that are not trained, and the gradients that they are to keep.
    mixes : bool
        Whether the samples of a batch must pass through together: a BatchNorm in training mode.
    """

    def __init__(
        self, model: Any, loss: Callable[[Any, Any], Any], params: list[Value], inputs: int, *, training: bool
    ) -> None:
        self.model, self.loss, self.params = model, loss, params
        self.inputs, self.training = inputs, training
        self.feed = MaskFeed()
        self.left: list[tuple[Value, Any]] = []
        self._enter()
        self.mixes = bool(getattr(model, "mixes_samples", False))
        from autograd.program.lowering.updates import Places

        self.places = Places((), ())

    def updates(self, trained: Trained, batches: Batches) -> None:
        """Make as many of these updates as can be made at one go: none."""

    def predict(self, sample: Sequence[Any]) -> Any:
        """Return the prediction for one sample, and remember which masks the model asks for."""
        self._enter()
        with self.feed.collecting():
            return self.model(list(sample))

    def compare(self, prediction: Any, target: Sequence[Any]) -> Any:
        """Return the loss of one prediction; an output without a list meets a target without one."""
        if len(target) == 1 and not isinstance(prediction, list | tuple | np.ndarray):
            return self.loss(prediction, target[0])
        return self.loss(prediction, list(target))

    def row_loss(self, *row: Any) -> Any:
        """Return the loss of one row of numbers or Values, masks included."""
        masks = len(row) - len(self.feed)
        with self.feed.feeding(row[masks:]):
            prediction = self.model(list(row[: self.inputs]))
        return self.compare(prediction, row[self.inputs : masks])

    def swept(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Return the loss of one row, masks included, and its gradient, by the present parameters."""
        self._forget()
        try:
            loss = self.row_loss(*row.tolist())
            loss.backward()
            return loss.data, np.array([0.0 if p.grad is None else p.grad for p in self.params])
        finally:
            self._forget()

    def masks(self, count: int) -> FloatArray | None:
        """Draw the masks of so many rows; None where no Dropout asks for any."""
        return self.feed.draw(count) if len(self.feed) else None

    def value_and_grad(self, theta: FloatArray, rows: FloatArray, reduction: str) -> tuple[float, FloatArray]:
        """Return the mean or the sum of the rows' losses, and its gradient.

        Parameters
        ----------
        theta : float array, length n_params
        rows : float array (batch, inputs + targets + masks)
        reduction : {"mean", "sum"}
        """
        self._enter(theta)
        try:
            losses = self._recorded(rows)
            for loss in [autograd.sum(losses)] if self.mixes else losses:
                loss.backward()
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
            losses = self._recorded(rows)
        return np.array([loss.data if isinstance(loss, Value) else loss for loss in losses], dtype=np.float64)

    def _recorded(self, rows: FloatArray) -> list[Any]:
        """Return the losses of rows, one by one, or of all together where they mix."""
        if not self.mixes:
            return [self.row_loss(*row) for row in rows.tolist()]
        outputs = self.model.forward_batch(rows[:, : self.inputs].tolist())
        return [self.compare(*pair) for pair in zip(outputs, rows[:, self.inputs :].tolist(), strict=True)]

    def _enter(self, theta: FloatArray | None = None) -> None:
        """Put the model into this step's mode, and the parameters to `theta`."""
        if getattr(self.model, "training", self.training) != self.training:
            self.model.train(self.training)
        if theta is not None:
            write(self.params, theta)
            self._forget()

    def _forget(self) -> None:
        for parameter in self.params:
            if parameter.grad is not None:  # to look costs less than to assign
                parameter.grad = None
        for leaf, gradient in self.left:
            if leaf.grad is not gradient:
                leaf.grad = gradient


class ReplayStep:
    """The same by a recorded Program: the graph of one row, replayed for all.

    Parameters
    ----------
    step : Step
        One that does not mix samples, after it met a sample in `predict`. Leaves that it does not train keep
        their present numbers.
    example : float array (inputs + targets,)
        A row for the recording.
    backend : str
        A backend of `autograd.Program`.
    """

    def __init__(self, step: Step, example: FloatArray, backend: str) -> None:
        self.step, self.masks = step, step.masks

        def row_loss(x: list[Value], y: list[Value], mask: list[Value]) -> Any:
            with autograd.checked(*y):  # `Problem` has met every kind of target
                return step.row_loss(*x, *y, *mask)

        self.program = autograd.record(
            row_loss,
            example[: step.inputs].tolist(),
            example[step.inputs :].tolist(),
            [leaf.data for leaf in step.feed.leaves],
            backend=backend,
        )
        from autograd.program.lowering.updates import Places

        self.places = Places(step.params, self.program.leaves)

    def value_and_grad(self, theta: FloatArray, rows: FloatArray, reduction: str) -> tuple[float, FloatArray]:
        """Return the mean or the sum of the rows' losses, and its gradient."""
        value, gradient = self._replayed(theta, rows, self.program.value_and_grad, reduction)
        return value, self.places.take(gradient)

    def updates(self, trained: Trained, batches: Batches) -> None:
        """Make as many of these updates as the program's backend makes at one go."""
        self.program.updates(trained, batches)

    def swept(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Return the loss of one row, masks included, and its gradient, as `Step.swept`."""
        self.program.pull()
        value, gradient = self.program.value_and_grad(row[None])
        return value, self.places.take(gradient)

    def losses(self, theta: FloatArray, rows: FloatArray) -> FloatArray:
        """Return the loss of every row."""
        losses: FloatArray = self._replayed(theta, rows, self.program.forward)
        return losses

    def _replayed(self, theta: FloatArray, rows: FloatArray, run: Callable[..., Any], *options: str) -> Any:
        self.places.put(theta, self.program.parameters)
        try:
            return run(rows, *options)
        except BranchError as error:
            error.add_note(
                'fit(..., backend="eager") records the graph of every sample anew, with its branches.'
            )
            raise
