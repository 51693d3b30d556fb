"""Refusals with both numbers, before anything is changed: what a `Program` takes."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.core import describe
from autograd.core.arrays import floats
from autograd.core.real import one
from autograd.core.value import DETACHED, Value
from autograd.core.walk import require_fresh, topological
from autograd.program.lowering.updates import Descent, Optimizer
from autograd.text.numbers import counted

FLOAT = np.dtype(np.float64)


def checked_inputs(inputs: Sequence[Value]) -> tuple[Value, ...]:
    """Return the inputs of a program if they are different leaves."""
    if isinstance(inputs, Value):
        raise TypeError("inputs is a sequence of leaves. Put brackets around it: inputs=[x].")
    found = tuple(inputs)
    for place, leaf in enumerate(found):
        if not isinstance(leaf, Value):
            raise TypeError(
                f"inputs[{place}] must be a leaf Value that the loss was computed from, got {leaf!r} of type "
                f"{type(leaf).__name__}. Make it x = Value(...), and compute the loss from x."
            )
        if leaf.op is not None:
            raise ValueError(
                f"inputs[{place}] = {describe.expression(leaf)} is computed, so it cannot change by itself "
                f"from row to row. Name the leaves that it was computed from."
            )
        first = next(k for k, other in enumerate(found) if other is leaf)
        if first != place:
            raise ValueError(
                f"inputs[{first}] and inputs[{place}] are the same leaf, {describe.name(leaf)}: two columns "
                f"for one number. Leave one out."
            )
    return found


def checked_graph(roots: Sequence[Value], inputs: Sequence[Value] = ()) -> None:
    """Refuse roots that are no Values, rows of the table without text, stale graphs, and leaves cut off."""
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(
                f"A program replays what was recorded, so it takes a Value, got {root!r} of type "
                f"{type(root).__name__}. Compute it from Values, with autograd's functions."
            )
    order = topological(*roots)
    require_fresh(order)
    given = set(map(id, inputs))
    for node in order:
        row = node._op
        if row is None:
            if node._db == DETACHED and id(node) not in given:
                raise ValueError(
                    f"The graph holds a leaf that detach() made, {describe.name(node)}: a program would "
                    f"repeat its number for every row, or train it. Record the function with "
                    f"autograd.record, where detach() is computed anew, or write autograd.stop_gradient(x) "
                    f"instead of x.detach()."
                )
        elif row.from_callables is not None:
            raise ValueError(
                f"{row.name} was registered as two Python functions, so it runs in eager mode only. "
                f"Register it with formulas as text: they can be replayed as array operations."
            )


def checked_rows(rows: ArrayLike | None, inputs: Sequence[Value]) -> NDArray[np.float64]:
    """Return rows as a float array (B, len(inputs)); one row of nothing where there are no inputs."""
    width = len(inputs)
    if rows is None:
        if width:
            raise ValueError(f"This program has {_inputs(inputs)}, so it needs rows of shape (B, {width}).")
        return np.empty((1, 0))
    try:  # what is an array already is not looked at: a compiled step takes some 10 µs
        array = rows if rows.__class__ is np.ndarray and rows.dtype is FLOAT else floats(rows, "rows")
    except TypeError as error:
        raise TypeError(
            f"rows must be numbers, a float array of shape (B, {width}), got {_short(rows)}: {error}"
        ) from None
    checked_shape(array.shape, inputs)
    return array


def checked_shape(shape: tuple[int, ...], inputs: Sequence[Value]) -> None:
    """Refuse rows of any other shape than (B, len(inputs))."""
    width = len(inputs)
    if len(shape) != 2 or shape[1] != width:
        hint = " One row by itself is rows[None, :]." if shape == (width,) and width else ""
        hint = hint or (" Leave rows out." if not width else "")
        raise ValueError(
            f"rows must have shape (B, {width}), a column for each of {_inputs(inputs)}; got shape "
            f"{shape}.{hint}"
        )
    if not shape[0]:
        raise ValueError(f"rows has shape {shape}: there is no row to replay.")


def checked_parameters(shape: tuple[int, ...], leaves: Sequence[Value]) -> None:
    """Refuse parameters of any other shape than (P,)."""
    if shape != (len(leaves),):
        raise ValueError(
            f"This program has {len(leaves)} parameters, one for each of its leaves, so it takes an array of "
            f"shape ({len(leaves)},), and got shape {shape}."
        )


def checked_steps(steps: int) -> int:
    """Return how many updates to make, a whole number from 0 on."""
    return _whole("steps is how many updates to make", steps, low=0)


def checked_size(size: int) -> int:
    """Return how many rows make an update, a whole number from 1 on."""
    return _whole("batch_size is how many rows make an update", size, low=1)


def _whole(meaning: str, given: int, low: int) -> int:
    try:
        count = operator.index(given)
    except TypeError:
        whole = isinstance(given, float) and math.isfinite(given) and given == int(given)
        count = int(given) if whole else low - 1
    if count < low:
        raise ValueError(f"{meaning}, a whole number from {low} on, got {given!r}.")
    return count


def checked_rate(lr: Any) -> float:
    """Return a learning rate, finite and not negative."""
    try:
        rate = one(lr)
    except TypeError:
        raise TypeError(f"lr must be a number, got {lr!r} of type {type(lr).__name__}.") from None
    if not (math.isfinite(rate) and rate >= 0.0):
        climbs = " A negative one would climb: to maximise f, train on -f." if rate < 0.0 else ""
        raise ValueError(f"lr must be finite and >= 0, got {rate!r}.{climbs}")
    return rate


def checked_optimizer(optimizer: Optimizer | None, lr: float | None, leaves: Sequence[Value]) -> Optimizer:
    """Return what moves the leaves: an optimiser of some of them, or descent at a rate."""
    if (optimizer is None) == (lr is None):
        wrong = "lr must be a number, got None" if lr is None else "There are two learning rates"
        raise TypeError(
            f"{wrong}: train takes lr=..., for gradient descent, or optimizer=..., which has one of its own."
        )
    if optimizer is None:
        return Descent(list(leaves), checked_rate(lr))
    if not hasattr(optimizer, "written"):
        raise TypeError(
            f"optimizer must be one of nn.optim, as Adam(program.leaves, lr=0.01), got {optimizer!r}."
        )
    if not set(map(id, optimizer.params)) & set(map(id, leaves)):
        raise ValueError(
            f"None of the optimizer's {counted(len(optimizer.params), 'parameter')} is a leaf of this "
            f"program: nothing would be learned. Make the optimizer for its leaves: "
            f"Adam(program.leaves, lr=0.01)."
        )
    return optimizer


def mean_or_sum(reduction: str) -> None:
    """Refuse any other reduction."""
    if reduction not in ("mean", "sum"):
        raise ValueError(f'reduction must be "mean" or "sum", got {reduction!r}.')


def _inputs(inputs: Sequence[Value]) -> str:
    labels = [leaf.label or f"inputs[{k}]" for k, leaf in enumerate(inputs)]
    shown = ", ".join(labels if len(labels) <= 6 else [*labels[:3], "...", labels[-1]])
    return counted(len(inputs), "input") + (f" ({shown})" if labels else "")


def _short(rows: Any) -> str:
    text = " ".join(repr(rows).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
