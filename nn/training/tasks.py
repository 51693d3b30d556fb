"""A model and a loss as one function of a row; knows their modes, no optimiser and no differentiation.

A row is one sample: its inputs, its targets and, while a Dropout is at work, its masks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nn.arguments import FloatArray
from nn.layers.dropout import MaskFeed


class Task:
    """The loss of one row.

    Parameters
    ----------
    model : callable with `parameters()`
    loss : callable
        `loss(prediction, target)`, one Value for one sample.
    inputs : int
        How many columns of a row are inputs.
    training : bool
        Training or `eval()` mode: what Dropout and BatchNorm do.
    """

    def __init__(self, model: Any, loss: Callable[[Any, Any], Any], inputs: int, *, training: bool) -> None:
        self.model, self.loss = model, loss
        self.inputs, self.training = inputs, training
        self.feed = MaskFeed()

    def enter(self) -> None:
        """Put the model into this task's mode."""
        if hasattr(self.model, "train") and getattr(self.model, "training", None) != self.training:
            self.model.train(self.training)

    @property
    def mixes(self) -> bool:
        """Whether the samples of a batch must pass through together: a BatchNorm in training mode."""
        self.enter()
        return bool(getattr(self.model, "mixes_samples", False))

    def predict(self, sample: Sequence[Any]) -> Any:
        """Return the prediction for one sample; each Dropout takes fresh leaves of the feed as its mask."""
        self.enter()
        with self.feed.collecting():
            return self.model(list(sample))

    def with_masks(self, rows: FloatArray) -> FloatArray:
        """Return rows of inputs and targets with freshly drawn masks beside them."""
        return np.hstack([rows, self.feed.draw(len(rows))]) if len(self.feed) else rows

    def row_loss(self, *row: Any) -> Any:
        """Return the loss of one row of numbers or Values."""
        masks = len(row) - len(self.feed)
        with self.feed.feeding(row[masks:]):
            prediction = self.model(list(row[: self.inputs]))
        return self.compare(prediction, row[self.inputs : masks])

    def batch_losses(self, rows: FloatArray) -> list[Any]:
        """Return the losses of rows that pass through the model together."""
        outputs = self.model.forward_batch(rows[:, : self.inputs].tolist())
        targets = rows[:, self.inputs :].tolist()
        return [self.compare(out, target) for out, target in zip(outputs, targets, strict=True)]

    def compare(self, prediction: Any, target: Sequence[Any]) -> Any:
        """Return the loss of one prediction; an output without a list meets a target without one."""
        if len(target) == 1 and not isinstance(prediction, list | tuple | np.ndarray):
            return self.loss(prediction, target[0])
        return self.loss(prediction, list(target))


class Buffers:
    """A copy of the numbers that a model keeps beside its parameters, such as a BatchNorm's running means."""

    def __init__(self, model: Any) -> None:
        modules = model.modules() if hasattr(model, "modules") else []
        self._kept = [(m, name, copy.deepcopy(getattr(m, name))) for m in modules for name in m.buffers]

    def restore(self) -> None:
        """Put the numbers back."""
        for module, name, numbers in self._kept:
            setattr(module, name, numbers)
