"""What `fit` is given, checked before anything is changed: model, loss, data; knows no epochs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import BranchError, RecordingError, Value
from autograd.text.numbers import exact
from nn import losses
from nn.arguments import FloatArray, integer, samples
from nn.data.prepare import one_hot
from nn.training.step import BACKENDS, ReplayStep, Step
from nn.training.trust import difference, some, without_trace

FEW = 64  # targets that are met one by one; where there are more, a recording of the loss meets them
MOST = 1024  # at once


class Problem:
    """A training problem: its rows, and the steps that compute losses and gradients of rows.

    Attributes
    ----------
    rows : float array (samples, inputs + targets)
    size : int
        Samples per update.
    watched : float array like `rows`, or None without validation data
    """

    def __init__(
        self,
        model: Any,
        loss: Callable[[Any, Any], Any],
        params: list[Value],
        data: tuple[ArrayLike, ArrayLike],
        validation: tuple[ArrayLike, ArrayLike] | None,
        size: int | None,
        backend: str,
    ) -> None:
        if isinstance(model, type):
            raise TypeError(f"model must be a network, got the class {model.__name__}: make one first.")
        if not callable(model) or not hasattr(model, "parameters"):
            raise TypeError(f"model must be callable and have parameters(), as a Module has, got {model!r}.")
        if not callable(loss):
            raise TypeError(f"loss must be a function of (prediction, target), got {loss!r}.")
        if backend not in BACKENDS:
            raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {backend!r}.")
        self.model, self.loss = model, loss
        self._told = False  # that a recording cannot be trusted
        X, y = _pair("data", data)
        others = None if validation is None else _pair("validation", validation)
        if others is not None and others[0].shape[1] != X.shape[1]:
            raise ValueError(
                f"The validation samples have {others[0].shape[1]} features, those of data {X.shape[1]}."
            )
        mode = getattr(model, "training", None)
        try:
            judge = Step(model, loss, params, X.shape[1], training=False)
            prediction = judge.predict(X[0].tolist())
            self.rows = np.hstack([X, self._targets("y", y, prediction)])
            self.watched: FloatArray | None = None
            if others is not None:
                self.watched = np.hstack([others[0], self._targets("validation y", others[1], prediction)])
            rows = [self.rows] if self.watched is None else [self.rows, self.watched]
            step = Step(model, loss, params, X.shape[1], training=True)
            judge.left = step.left = _probe(judge, prediction, rows, backend)
            self.size = _batch_size(size, len(X), step.mixes)
            # A recording would freeze the running statistics of a BatchNorm, which the training steps move.
            backend = "eager" if step.mixes else backend
            self.step = self._by(backend, step, self.rows)
            self._judge = None if self.watched is None else self._by(backend, judge, self.watched)
        except BaseException:
            if mode is not None:
                model.train(mode)
            raise

    def validation_loss(self, theta: FloatArray) -> float:
        """Return the mean loss of the watched rows, in evaluation mode."""
        assert self._judge is not None and self.watched is not None
        with np.errstate(all="ignore"):
            return float(np.mean(self._judge.losses(theta, self.watched)))

    def _by(self, backend: str, step: Step, rows: FloatArray) -> Step | ReplayStep:
        """Return the step by a backend, once the model told which masks it asks for."""
        example = rows[0]
        if not step.mixes:
            with autograd.no_grad():
                step.predict(example[: step.inputs].tolist())
        return step if backend == "eager" else self._recorded(step, rows, backend)

    def _recorded(self, step: Step, rows: FloatArray, backend: str) -> Step | ReplayStep:
        """Return the step by a recording; where that cannot be trusted, say so once, and return the step."""
        try:
            with without_trace(self.model):
                chosen = some(rows)
                masks = step.masks(len(chosen))
                masked = chosen if masks is None else np.hstack([chosen, masks])
            with without_trace(self.model) as drawn:
                replay = ReplayStep(step, rows[0], backend)
                against = difference(replay.swept, step.swept, masked)
                if not against and drawn():
                    against = "Model or loss draw random numbers, which a recording would draw only once."
        except (RecordingError, BranchError) as error:
            against = str(error)
        if not against:
            return replay
        if not self._told:
            self._told = True
            warnings.warn(
                "fit(...) trains eagerly, row by row: the same numbers, more slowly. "
                f"A recording of one row would not stand for all. {against}",
                stacklevel=5,
            )
        return step

    def _targets(self, name: str, y: FloatArray, prediction: Any) -> FloatArray:
        """Return targets as rows; class labels of a cross entropy become one-hot rows."""
        outputs = len(prediction) if isinstance(prediction, list | tuple | np.ndarray) else 1
        if self.loss in (losses.ce, losses.ce_with_logits) and y.shape[1] == 1 and outputs > 1:
            labels = y[:, 0]
            if labels.max() >= outputs:
                raise ValueError(
                    f"{name} holds the class label {exact(labels.max())}, and the model tells {outputs} "
                    f"classes apart: labels are 0 ... {outputs - 1}."
                )
            return one_hot(labels, outputs)
        return y


def _batch_size(size: int | None, count: int, mixes: bool) -> int:
    """Return the number of samples per update, checked."""
    size = count if size is None else min(integer("batch_size", size, low=1), count)
    if mixes and (size == 1 or count % size == 1):
        raise ValueError(
            f"{count} samples in batches of {size} leave a batch of 1, and a BatchNorm needs at least 2: "
            "one sample has no variance. Choose another batch_size."
        )
    return size


def _probe(step: Step, prediction: Any, rows: list[FloatArray], backend: str) -> list[tuple[Value, Any]]:
    """Meet every kind of target once, and make sure that the loss depends on what shall be trained.

    Returns the other leaves of model and loss, with their gradients, which are to stay.
    """
    targets = np.vstack(rows)[:, step.inputs :]
    kinds = list(map(list, dict.fromkeys(map(tuple, targets.tolist()))))
    if backend == "eager" or len(kinds) <= FEW or not _pass(step, prediction, kinds):
        with autograd.no_grad():
            for target in kinds:
                step.compare(prediction, target)
    loss = step.compare(prediction, targets[0].tolist())
    if not isinstance(loss, Value):
        raise TypeError(
            "The loss of one sample must be one Value, computed from the model's prediction; got "
            f"{loss!r}. "
            "A loss must not return a list, and neither model nor loss may read numbers off with .data."
        )
    leaves, trained = _leaves(loss), set(map(id, step.params))
    if not leaves.keys() & trained:
        raise ValueError(
            "The loss depends on none of the optimizer's parameters. Make the optimizer for this model: "
            "optimizer = SGD(model.parameters(), lr=...)."
        )
    leaves |= {id(parameter): parameter for parameter in step.model.parameters()}
    return [(leaf, leaf.grad) for key, leaf in leaves.items() if key not in trained]


def _pass(step: Step, prediction: Any, kinds: list[list[float]]) -> bool:
    """Say whether a recording of the loss takes all these targets; if not, the engine tells what is wrong."""
    try:
        program = autograd.record(step.compare, prediction, kinds[0])
        given = [leaf.data for leaf in program.inputs[: -len(kinds[0])]]
        for start in range(0, len(kinds), MOST):
            targets = np.array(kinds[start : start + MOST])
            program.forward(np.hstack([np.tile(given, (len(targets), 1)), targets]))
    except Exception:  # noqa: BLE001 - whatever a loss of the user's own refuses a Value with
        return False
    return True


def _leaves(loss: Value) -> dict[int, Value]:
    """Return the leaves that a loss was computed from, by id."""
    seen: set[Any] = {loss}
    stack = [loss]
    while stack:
        new = set(stack.pop().parents).difference(seen)
        seen |= new
        stack += [x for x in new if isinstance(x, Value) and x.op]
    return {id(x): x for x in seen if isinstance(x, Value) and x.op is None}


def _pair(name: str, data: Any) -> tuple[FloatArray, FloatArray]:
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{name} must be a pair (X, y), got {type(data).__name__}.")
    X, y = data
    return samples(X, y, X_name=_inside(name, "X"), y_name=_inside(name, "y"))


def _inside(name: str, part: str) -> str:
    return part if name == "data" else f"{name} {part}"
