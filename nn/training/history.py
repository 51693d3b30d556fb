"""What a training run leaves behind, and what its parts are called; knows no loss and no training loop.

`viz.curves(history)` draws it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Value
from autograd.text.numbers import counted
from nn.arguments import IntArray
from nn.optim.parameters import selector


@dataclass
class History:
    """The record of a run of `nn.fit`. Epochs count from 0.

    Attributes
    ----------
    loss : list of float, one per epoch
        `loss[k]`: the training loss met during epoch k, each batch's before its update, averaged over the
        samples. With full batches it is the loss after k updates.
    val_loss : list of float, one more than epochs
        `val_loss[k]`: the validation loss after k epochs, so `val_loss[0]` is that of the untrained model
        and stands beside `loss[0]`. Empty without validation data. (Keras starts after the first epoch.)
    grad_norm : list of lists of float
        `grad_norm[epoch][layer]`: the length of the gradient in that layer, averaged over the epoch's
        updates.
    layers : list of str
        The names of the layers in `grad_norm`.
    seconds : list of float, one per epoch
    stopped : str
        Why the run ended.

    Examples
    --------
    >>> history = History(loss=[4.0, 1.0], val_loss=[5.0, 2.0, 3.0], stopped="all 2 epochs done")
    >>> history.best_epoch
    1
    >>> history
    History(2 epochs, loss 4 -> 1, val_loss 5 -> 3, best 2 after epoch 1; all 2 epochs done)
    """

    loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    grad_norm: list[list[float]] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stopped: str = ""

    @property
    def best_epoch(self) -> int | None:
        """The number of epochs with the lowest validation loss, or training loss without one."""
        curve = self.val_loss or self.loss
        return (
            int(np.argmin([math.inf if math.isnan(value) else value for value in curve])) if curve else None
        )

    def __repr__(self) -> str:
        count = len(self.loss)
        parts = [counted(count, "epoch")]
        for name, curve in (("loss", self.loss), ("val_loss", self.val_loss)):
            if curve:
                parts.append(f"{name} {curve[0]:.4g} -> {curve[-1]:.4g}")
        if self.val_loss:
            best = self.best_epoch or 0
            parts.append(f"best {self.val_loss[best]:.4g} after epoch {best}")
        return f"History({', '.join(parts)}{'; ' * bool(self.stopped)}{self.stopped})"


def names(model: Any, params: list[Value]) -> list[str]:
    """Return a name for each parameter: its label and its path in the model, whichever there is."""
    paths = _paths(model)
    found = []
    for i, parameter in enumerate(params):
        path = paths.get(id(parameter), f"params[{i}]")
        found.append(f"{parameter.label} ({path})" if parameter.label else path)
    return found


def layers(model: Any, params: list[Value]) -> tuple[list[str], list[slice | IntArray]]:
    """Return the names of the layers, as in the model's `repr`, and the parameters of each."""
    paths = _paths(model)
    owners: dict[str, str] = {}  # the layer of what stands in a list, by the list's path
    members: dict[str, list[int]] = {}
    for i, parameter in enumerate(params):
        path = paths.get(id(parameter), "")
        head, _, last = path.rpartition(".")
        place = head if last.isdigit() else path
        if place not in owners:
            owners[place] = _layer(path)
        members.setdefault(owners[place], []).append(i)
    return list(members), [selector(indices) for indices in members.values()]


def _paths(model: Any) -> dict[int, str]:
    if not hasattr(model, "named_parameters"):
        return {}
    return {id(parameter): path for path, parameter in model.named_parameters()}


def _layer(path: str) -> str:
    """Return the layer's part of a parameter's path: "layers.0" of "layers.0.neurons.1.w.2"."""
    parts = path.split(".")
    if "neurons" in parts:
        parts = parts[: parts.index("neurons")]
    else:
        while parts and parts[-1].isdigit():
            parts.pop()
        parts = parts[:-1]
    return ".".join(parts) or "model"
