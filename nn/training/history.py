"""What a training run leaves behind: losses, gradient norms and times per epoch; knows no model."""

from __future__ import annotations

import importlib.util
import io
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.text.numbers import counted


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

    def plot(self, ax: Any = None) -> Any:
        """Draw the curves: training blue, validation red and dashed, the best epoch marked (S000-39).

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ModuleNotFoundError
            When matplotlib, the extra `plot`, is not installed.
        """
        if ax is None:
            try:
                from matplotlib import pyplot
            except ModuleNotFoundError as error:
                raise ModuleNotFoundError(
                    "History.plot() draws with matplotlib, which is not installed. It comes with the extra "
                    '`plot`: pip install "chainrule[plot]".'
                ) from error
            ax = pyplot.subplots()[1]
        ax.plot(range(len(self.loss)), self.loss, color="#0072B2", label="training")
        if self.val_loss:
            best = self.best_epoch
            ax.plot(
                range(len(self.val_loss)), self.val_loss, color="#D55E00", linestyle="--", label="validation"
            )
            ax.plot(
                best,
                min(self.val_loss),
                color="#D55E00",
                marker="o",
                linestyle="",
                label=f"best, after {best}",
            )
        ax.set_xlabel("epoch")
        ax.locator_params(axis="x", integer=True)
        ax.set_ylabel("loss")
        ax.legend()
        return ax

    def _repr_svg_(self) -> str | None:
        """Return the curves for a notebook, always the same bytes; None where nothing can draw them."""
        if not self.loss or importlib.util.find_spec("matplotlib") is None:
            return None
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context({"svg.hashsalt": "chainrule", "svg.fonttype": "none"}):
            figure = Figure(figsize=(6.0, 3.5), layout="constrained")
            self.plot(figure.subplots())
            buffer = io.StringIO()
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    def __repr__(self) -> str:
        count = len(self.loss)
        parts = [counted(count, "epoch")]
        for name, curve in (("loss", self.loss), ("val_loss", self.val_loss)):
            if curve:
                parts.append(f"{name} {curve[0]:.4g} -> {curve[-1]:.4g}")
        if self.val_loss:
            parts.append(f"best {min(self.val_loss):.4g} after epoch {self.best_epoch}")
        return f"History({', '.join(parts)}{'; ' * bool(self.stopped)}{self.stopped})"
