"""Functions that give several numbers, composed of rows: the sums of a layer, and probabilities of scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from autograd.core.modes import modes
from autograd.core.value import Operand, Value
from autograd.table import rows
from autograd.table.compile import recorder_of_many
from autograd.table.operators import require
from autograd.text.numbers import exact


@cache
def _dots() -> Callable[..., list[Any]]:
    """Compile the loop over neurons when it is asked for."""
    return recorder_of_many(rows.dot)


def affine(W: Iterable[Iterable[Any]], x: Iterable[Any], b: Iterable[Any] | None = None) -> list[Any]:
    """Compute Wx + b: the weighted sums of a layer of neurons.

    The same nodes as ``[dot(w, x, b_i), ...]`` for each row w of W, recorded faster: x is read once.

    Parameters
    ----------
    W : sequence of m sequences of Value or float, each of length n
        A row of weights for each neuron.
    x : sequence of Value or float, length n
    b : sequence of Value or float, length m; optional
        One bias for each row.

    Returns
    -------
    list of Value or float, length m
        One `dot` node for each row; a float where nothing is a Value.

    Raises
    ------
    ValueError
        If a row of W and x, or W and b, differ in length.
    TypeError
        If W or b is a single number.

    Examples
    --------
    >>> from autograd import values
    >>> affine([values(a=1.0, b=2.0), [3.0, 4.0]], [10.0, 100.0], [0.5, 0.0])
    [Value(210.5, op=dot), 430.0]
    """
    try:
        weights = list(W)
        biases = [0.0] * len(weights) if b is None else list(b)
    except TypeError:
        raise TypeError(
            f"affine(W, x, b) takes a sequence of rows W and a sequence of biases b, got W of type "
            f"{type(W).__name__} and b of type {type(b).__name__}. For one neuron use dot(w, x, b)."
        ) from None
    if len(weights) != len(biases):
        raise ValueError(
            f"affine(W, x, b) needs one bias for each row of W, got len(W) = {len(weights)} and len(b) = "
            f"{len(biases)}."
        )
    return _dots()(weights, x, biases)


def take(table: Sequence[Any], index: Operand) -> Any:
    """Return the element of a table at an index that is computed: a lookup that a recording repeats.

    Parameters
    ----------
    table : sequence of Value or float, or of such sequences, length n
    index : Value or float
        A whole number from 0 to n - 1. A float gives the element itself. A Value gives a node for each number
        of the element, the sum over i of where(index is i, table[i], 0): its gradient reaches the element
        alone, and a `Program` looks each row's own element up.

    Returns
    -------
    Value or float
        The element, or a list of nodes for an element that is a sequence.

    Raises
    ------
    IndexError
        If the index is no whole number from 0 to n - 1.

    Notes
    -----
    A recording checks the index of every row. `Value.forward` does not look again: assign index leaves whole
    numbers from 0 to n - 1.

    Examples
    --------
    >>> from autograd import record, values
    >>> table = values(a=10.0, b=20.0, c=30.0)
    >>> take(table, 1) is table[1]
    True
    >>> record(lambda i: take(table, i), 0.0).forward([[0.0], [2.0]])
    array([10., 30.])
    """
    count = len(table)

    def error(found: float) -> Exception:
        return IndexError(
            f"take(table, {exact(found)}): a table of {count} is looked up at 0 to {count - 1}."
        )

    require(lambda i: 0 <= i < count and i == rows.floor(i), error, index)
    if not isinstance(index, Value):
        return table[int(index)]
    here = [rows.heaviside(0.5 - rows.abs(index - i)) for i in range(count)]
    if all(isinstance(element, Sequence) or getattr(element, "ndim", 0) for element in table):
        return [_picked(here, column) for column in zip(*table, strict=True)]
    return _picked(here, table)


def _picked(here: list[Any], column: Iterable[Any]) -> Any:
    return rows.sum([rows.where(one, element, 0.0) for one, element in zip(here, column, strict=True)])


def softmax(x: Iterable[Any]) -> list[Any]:
    r"""Turn scores into probabilities: :math:`e^{x_i} / \sum_j e^{x_j}`.

    The scores are shifted by their largest number first (a plain number: it changes no derivative), then
    each becomes e^(z_i - logsumexp(z)); so nothing overflows, in replay either, and equal scores give equal,
    exact shares.

    Parameters
    ----------
    x : sequence of Value or float, length n

    Returns
    -------
    list of Value or float, length n
        Positive, with sum 1. Floats where no element is a Value.

    Raises
    ------
    DomainError
        If the sequence is empty.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    >>> from autograd import values
    >>> p = softmax(values(a=0.0, b=0.0))
    >>> p[0].backward(); p[0].data
    0.5
    """
    scores = list(x)
    top: Any = rows.max([score._data if isinstance(score, Value) else score for score in scores])
    finite = math.isfinite(top)
    if modes.told is not None:  # each row that is replayed has a largest number of its own
        top = rows.stop_gradient(rows.max(scores))
    shifted = [score - top for score in scores] if finite else scores
    total = rows.logsumexp(shifted)
    return [rows.exp(score - total) for score in shifted]
