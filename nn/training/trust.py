"""Whether a recording of one row may stand for all: some other rows, computed both ways and compared.

Knows losses and gradients, no model. What it calls leaves no trace: random generators, and the numbers that a
model keeps beside its parameters, are put back.
"""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from autograd import DomainError
from nn.arguments import FloatArray
from nn.module.module import Module

ROWS = 4  # that are looked at: the recorded one, and others as far from it as there are
AGREEMENT = 1e-8  # relative: sums of a recording come in another order, so their last digits differ


def some(rows: FloatArray) -> FloatArray:
    """Return the rows that are looked at: the first, the last, and some between."""
    places = dict.fromkeys(np.linspace(0, len(rows) - 1, ROWS).astype(int).tolist())
    chosen: FloatArray = rows[list(places)]
    return chosen


Swept = tuple[float, FloatArray]


def difference(
    recorded: Callable[[FloatArray], Swept], direct: Callable[[FloatArray], Swept], rows: FloatArray
) -> str:
    """Return what speaks against a recording, in words; "" where it agrees with the model on all rows.

    Parameters
    ----------
    recorded, direct : callable
        From a row to its loss and gradient: by replay, and by the engine itself.
    rows : float array
        Masks included.
    """
    for row in rows:
        (one, slopes), (other, others) = _swept(direct, row), _swept(recorded, row)
        unseen = "model or loss compute with something that a recording cannot see, such as random numbers, "
        unseen += "a counter or other state."
        if not np.isclose(other, one, rtol=AGREEMENT, atol=1e-12, equal_nan=True):
            return f"A sample has the loss {one:.10g}, the recording gives {other:.10g}: {unseen}"
        size = float(np.max(np.abs(slopes), initial=0.0))
        if not np.allclose(others, slopes, rtol=AGREEMENT, atol=AGREEMENT * size, equal_nan=True):
            return f"The gradient of a sample is another one than the recording gives: {unseen}"
    return ""


def _swept(function: Callable[[FloatArray], Swept], row: FloatArray) -> Swept:
    """Return a loss and its gradient; nan where they leave the reals, which the training itself will tell."""
    try:
        return function(row)
    except DomainError:
        return math.nan, np.zeros(0)


@contextmanager
def without_trace(model: Any) -> Iterator[Callable[[], bool]]:
    """Put back the random generators and the numbers that a model keeps, after a `with` block.

    Yields
    ------
    callable
        Says whether random numbers were drawn since, by a global generator or one of the model's.
    """
    owners = model.modules() if isinstance(model, Module) else [model] if hasattr(model, "__dict__") else []
    states = [vars(owner) for owner in owners]
    kept = [(state, copy.deepcopy({n: c for n, c in state.items() if _plain(c)})) for state in states]
    generators = [*_GLOBAL, *(g for state in states for g in map(_generator, state.values()) if g)]
    before = [copy.deepcopy(read()) for read, _ in generators]
    written = pickle.dumps(before)
    try:
        yield lambda: pickle.dumps([read() for read, _ in generators]) != written
    finally:
        for (_, write), state in zip(generators, before, strict=True):
            write(state)
        for attributes, plain in kept:
            for name, content in plain.items():
                attributes[name] = _refilled(attributes.get(name), content)


State = tuple[Callable[[], Any], Callable[[Any], None]]  # of a random generator: how to read and to write it
_GLOBAL: list[State] = [
    (random.getstate, random.setstate),
    (np.random.get_state, np.random.set_state),
]


def _generator(content: Any) -> State | None:
    """Return how to read and to write the state of a random generator; None for anything else."""
    if isinstance(content, np.random.Generator):
        bits = content.bit_generator
        return lambda: bits.state, partial(setattr, bits, "state")
    if isinstance(content, np.random.RandomState):
        return content.get_state, content.set_state
    return (content.getstate, content.setstate) if isinstance(content, random.Random) else None


def _refilled(content: Any, before: Any) -> Any:
    """Return what an attribute held before, in the same container, which others may hold, too."""
    if type(content) is not type(before) or not isinstance(before, list | dict | np.ndarray):
        return before
    if isinstance(before, np.ndarray) and content.shape != before.shape:
        return before
    if isinstance(before, dict):
        content.clear()
        content.update(before)
    elif isinstance(before, list):
        content[:] = before
    else:
        np.copyto(content, before)
    return content


def _plain(content: Any) -> bool:
    """Whether this is a number or a text, or a container of such: no part of a model, no Value."""
    if isinstance(content, dict):
        return all(map(_plain, content.values()))
    if isinstance(content, list | tuple):
        return all(map(_plain, content))
    if isinstance(content, np.ndarray):
        return bool(content.dtype != object)
    return isinstance(content, int | float | str | None)
