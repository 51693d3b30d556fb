"""`fit`: epochs, batches, validation and all ways to end; knows no derivative.

A batch of rows goes to `nn.training.step`, which returns its loss and gradient for the flat parameters, and
the gradient to the optimiser, which returns new parameters. What can be wrong with the arguments of `fit` is
found in `nn.training.problem`, before anything is changed.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from nn.arguments import FloatArray, Rng, generator, integer, real
from nn.optim.optimizer import Optimizer
from nn.optim.parameters import read, write
from nn.training.history import History, layers, names
from nn.training.problem import Problem

if TYPE_CHECKING:
    from autograd.program.lowering.updates import Batches

__all__ = ["History", "SmallStep", "TrainingDivergedError", "fit"]

DELAY = 1.0  # seconds of work before the progress bar appears
StopRule: TypeAlias = Callable[[FloatArray, FloatArray], bool]


@dataclass(frozen=True)
class SmallStep:
    """Stop when w_new ≈ w_old: no parameter moved by more than `tol` in an epoch.

    Any function of the two flat parameter arrays, before and after the epoch, can take its place.

    The trap: a small step does not mean that the minimum is near. It is also small when the learning rate is
    tiny or the gradient has vanished: on (w − 3)² from 0 with tol = 1e-6, lr = 0.1 stops at step 61 with
    error 3.7e-6, and lr = 1e-9 stops at step 1, at w = 6e-9, with error 3. Compare the gradient norm as well.

    Parameters
    ----------
    tol : float > 0

    Examples
    --------
    >>> SmallStep(0.1)(np.array([1.0, 2.0]), np.array([1.05, 1.95]))
    True
    """

    tol: float = 1e-6

    def __post_init__(self) -> None:
        real("tol", self.tol, low=0.0, strict=True)

    def __call__(self, old: FloatArray, new: FloatArray) -> bool:
        """Return whether all parameters moved by at most `tol`."""
        return bool(np.max(np.abs(new - old)) <= self.tol)


class TrainingDivergedError(ArithmeticError):
    """The loss, a gradient or a parameter became nan or infinite.

    Attributes
    ----------
    history : History
        The epochs before; of `minimise` the `Descent` so far.
    update : int
        The update (from 0) that could not be made.
    parameter : str
        The name of the parameter that is blamed.
    """

    def __init__(self, message: str, history: Any, update: int, parameter: str) -> None:
        super().__init__(message)
        self.history = history
        self.update = update
        self.parameter = parameter


def fit(
    model: Any,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    data: tuple[ArrayLike, ArrayLike],
    *,
    epochs: int,
    batch_size: int | None = None,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    early_stopping: int | None = None,
    stop_when: StopRule | None = None,
    reduction: str = "mean",
    backend: str = "numpy",
    rng: Rng | None = 0,
) -> History:
    """Train a model in place: predict, compare, differentiate, update, again and again.

    Parameters
    ----------
    model : Module, or any callable with `parameters()`
        Takes one sample, a list of numbers.
    loss : callable
        `loss(prediction, target)` for one sample, such as `nn.losses.mse`. A penalty may be added:
        `lambda p, y: mse(p, y) + 0.01 * l2(model.parameters())`.
    optimizer : Optimizer
        Made for the parameters that shall be trained: `Adam(model.parameters())`. Others stay as they are.
    data : pair (X, y)
        X of shape (samples, features), y of shape (samples,) or (samples, outputs). For `nn.losses.ce` and
        `nn.losses.ce_with_logits` y may hold class labels (samples,), which are turned into one-hot rows.
    epochs : int >= 0
        How many times to go through the data.
    batch_size : int >= 1, optional
        Samples per update; by default all of them.
    validation : pair (X, y), optional
        Data to be watched and not learned from: `History.val_loss`.
    early_stopping : int >= 1, optional
        Patience: stop when the validation loss has not fallen for so many epochs. However the run ends, the
        parameters with the lowest validation loss are put back.
    stop_when : callable, optional
        `stop_when(old, new)` on the flat parameters before and after an epoch, such as `SmallStep(1e-6)`.
    reduction : {"mean", "sum"}
        The batch's loss is the mean or the sum of its samples'; under "sum" the gradient, and so the step,
        grows with the batch.
    backend : {"numpy", "native", "eager"}
        What computes losses and gradients. "eager" records the graph of every sample anew, and sweeps it;
        "numpy" records one, and replays it for all rows of a batch (`autograd.Program`): the same numbers,
        sooner; "native" replays it as compiled C. A model that mixes samples (BatchNorm) is always trained
        eagerly.
    rng : int, numpy.random.Generator or None
        Shuffles the samples before every epoch; None keeps their order.

    Returns
    -------
    History
        Also after Ctrl-C: the model then holds what it learned so far. It is left in `eval()` mode.

    Raises
    ------
    TrainingDivergedError
        When the loss, a gradient or a parameter becomes nan or infinite. It names the update, the parameter
        and the number; the model keeps the parameters of the last finite loss.
    TypeError, ValueError
        For arguments or data that do not fit; nothing was changed.

    See Also
    --------
    minimise : A function of a few numbers, without a model.
    viz.curves : Draw the history.

    Notes
    -----
    One update per batch, from gradients that all belong to the same parameters. With `rng=None` and
    `batch_size=1` this is the sequential rule of the notes, sample after sample. Longer work shows a progress
    bar.

    Examples
    --------
    >>> import nn
    >>> model = nn.Linear(1, 1, init="zeros")
    >>> X, y = [[1.0], [2.0], [3.0], [4.0]], [2.0, 3.0, 5.0, 6.0]
    >>> history = fit(model, nn.losses.mse, nn.optim.SGD(model.parameters(), lr=0.1), (X, y), epochs=400)
    >>> [round(p.data, 4) for p in model.parameters()]  # slope and intercept of the closed form
    [1.4, 0.5]
    >>> round(history.loss[0], 4), round(history.loss[-1], 4)
    (18.5, 0.05)
    """
    epochs = integer("epochs", epochs, low=0)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"optimizer must be one of nn.optim, as SGD(model.parameters(), lr=0.1); got {optimizer!r}."
        )
    if early_stopping is not None:
        integer("early_stopping, the patience in epochs,", early_stopping, low=1)
        if validation is None:
            raise ValueError("early_stopping watches the validation loss: pass validation=(X, y) as well.")
    if reduction not in ("mean", "sum"):
        raise ValueError(f'reduction must be "mean" or "sum", got {reduction!r}.')
    if stop_when is not None and not callable(stop_when):
        raise TypeError(f"stop_when must be a rule such as SmallStep(tol={stop_when!r}), got {stop_when!r}.")
    order = None if rng is None else generator(rng)
    problem = Problem(model, loss, optimizer.params, data, validation, batch_size, backend)
    run = _Run(problem, optimizer, reduction, order)
    try:
        run.train(epochs, early_stopping, stop_when)
    finally:
        run.finish()
    return run.history


class _Best(NamedTuple):
    """The parameters where the validation loss was lowest, and the numbers that modules keep beside them."""

    theta: FloatArray
    buffers: list[tuple[Any, str, Any]]  # (module, name, a copy), such as the running means of a BatchNorm


@cache
def threads() -> bool:
    """Say whether threads can be started; not in WebAssembly."""
    try:
        Thread(target=int, daemon=True).start()
    except RuntimeError:
        return False
    return True


class _Run:
    """One call of `fit`: the flat parameters and what happens to them."""

    def __init__(
        self,
        problem: Problem,
        optimizer: Optimizer,
        reduction: str,
        order: np.random.Generator | None,
    ) -> None:
        self.problem, self.optimizer, self.reduction = problem, optimizer, reduction
        self.order = order
        from autograd.program.lowering.updates import Trained

        found, self.members = layers(problem.model, optimizer.params)
        self.trained = Trained(optimizer, read(optimizer.params), problem.step.places, self.members)
        self.theta = self.trained.theta
        self.history = History(layers=found)
        self.updates = 0
        self.best: _Best | None = None

    def train(self, epochs: int, patience: int | None, stop_when: StopRule | None) -> None:
        """Run the epochs; Ctrl-C ends them."""
        if not threads():
            tqdm.monitor_interval = 0  # else it warns that its monitor did not start
        total = epochs * -(-len(self.problem.rows) // self.problem.size)
        with tqdm(total=total, unit="update", delay=DELAY) as bar:
            try:
                self.history.stopped = self._epochs(epochs, patience, stop_when, bar)
            except KeyboardInterrupt:
                self.history.stopped = (
                    f"interrupted in epoch {len(self.history.loss)}, after {self.updates} updates"
                )

    def finish(self) -> None:
        """Leave the model with the best or the last parameters, in evaluation mode."""
        if self.best is not None:
            self.theta = self.best.theta
            for module, name, numbers in self.best.buffers:
                setattr(module, name, numbers)
        write(self.optimizer.params, self.theta)
        if hasattr(self.problem.model, "eval"):
            self.problem.model.eval()

    def _epochs(self, epochs: int, patience: int | None, stop_when: StopRule | None, bar: Any) -> str:
        """Run the epochs and return why they ended."""
        history, reason = self.history, ""
        for epoch in range(epochs + 1):  # the last round only validates
            if self.problem.watched is not None:
                history.val_loss.append(self.problem.validation_loss(self.theta))
                if patience is not None:
                    if history.best_epoch == epoch:
                        self.best = self._best()
                    elif epoch - (history.best_epoch or 0) >= patience:
                        return f"no lower validation loss for {patience} epochs"
            if reason or epoch == epochs:
                break
            old, began = self.theta.copy(), time.perf_counter()
            self._epoch(bar)
            history.seconds.append(time.perf_counter() - began)
            bar.set_postfix(loss=f"{history.loss[-1]:.4g}", refresh=False)
            if stop_when is not None and stop_when(old, self.theta.copy()):
                reason = f"stop_when after epoch {epoch}"
        return reason or f"all {epochs} epochs done"

    def _best(self) -> _Best:
        modules = self.problem.model.modules() if hasattr(self.problem.model, "modules") else []
        return _Best(
            self.theta.copy(),
            [(m, name, copy.deepcopy(getattr(m, name))) for m in modules for name in m.buffers],
        )

    def _epoch(self, bar: Any) -> None:
        """Go through the data once: at one go what can be, all else update by update."""
        from autograd.program.lowering.updates import Batches

        rows, size, step = self.problem.rows, self.problem.size, self.problem.step
        count = len(rows)
        # One batch with everything in it needs no order, and no copy.
        order = None if self.order is None or size == count else self.order.permutation(count)
        masks, starts = step.masks(count), range(0, count, size)
        run = Batches(rows, size, len(starts), order, masks, self.reduction, len(self.members))
        while (made := run.made) < run.count:
            try:
                step.updates(self.trained, run)
            finally:
                self.updates += run.made - made
            if run.made == made:
                start = starts[run.made]
                part = slice(start, start + size)
                chosen = rows[part] if order is None else rows[order[part]]
                self._update(chosen if masks is None else np.hstack([chosen, masks[part]]), run)
            bar.update(run.made - made)
        weights = np.minimum(size, count - np.array(starts)) / count if self.reduction == "mean" else 1.0
        self.history.loss.append(float(np.sum(run.losses * weights)))
        self.history.grad_norm.append(np.mean(run.norms, axis=0).tolist())

    def _update(self, rows: FloatArray, run: Batches) -> None:
        """Make one update from these rows, and note loss and gradient from before it."""
        loss, g = self.problem.step.value_and_grad(self.optimizer.point(self.theta), rows, self.reduction)
        if not (np.isfinite(loss) and np.isfinite(g).all()):
            self._diverged(loss, g, self.theta, self.trained.before)
        with np.errstate(all="ignore"):
            after = self.optimizer.advance(self.theta, g)
            run.norms[run.made] = [np.linalg.norm(g[indices]) for indices in self.members]
        if not np.isfinite(after).all():
            self._diverged(loss, g, after, self.theta)
        run.losses[run.made] = loss
        self.trained.before[:], self.theta[:] = self.theta, after
        run.made += 1
        self.updates += 1

    def _diverged(self, loss: float, g: FloatArray, theta: FloatArray, keep: FloatArray) -> None:
        """Go back to the last parameters with a finite loss, and say what blew up where."""
        bad = np.flatnonzero(~(np.isfinite(g) & np.isfinite(theta)))
        worst = int(bad[0]) if bad.size else int(np.argmax(np.abs(theta)))
        name = names(self.problem.model, self.optimizer.params)[worst]
        epoch = len(self.history.loss)
        self.theta = keep
        self.history.stopped = f"diverged at update {self.updates}"
        raise TrainingDivergedError(
            f"Training diverged at update {self.updates} (epoch {epoch}): the loss is {loss:.4g}, and {name} "
            f"is {theta[worst]:.4g} with gradient {g[worst]:.4g}. The steps are too long, or the inputs too "
            f"large: take a smaller learning rate (now {self.optimizer.rate:.4g}) or standardise the columns "
            "of X. The model keeps its parameters from before.",
            self.history, self.updates, name,
        )  # fmt: skip
