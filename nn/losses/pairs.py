"""What losses share: predictions matched with targets, single losses reduced; knows no formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, TypeAlias

import numpy as np

import autograd
from autograd import Value
from autograd.core.describe import counted
from nn.arguments import chosen

__all__ = ["REDUCTIONS", "Numbers", "items", "is_number", "pairs", "plain", "reduced"]

Numbers: TypeAlias = Any
"""A number, a Value, or a (nested) sequence or array of them."""


def _alone(losses: list[Any]) -> list[Any]:
    return losses


REDUCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "mean": autograd.mean,
    "sum": autograd.sum,
    "none": _alone,
}


def is_number(x: Any) -> bool:
    """Whether this is one number: a Value, a Python or NumPy number, an array without axes."""
    return isinstance(x, Value | Real) or (isinstance(x, np.ndarray) and x.ndim == 0)


def items(x: Any, loss: str, what: str) -> list[Any]:
    """Return the items of a sequence of numbers, or of such sequences."""
    if isinstance(x, np.ndarray):
        return list(x.tolist())
    if isinstance(x, Sequence) and not isinstance(x, str | bytes):
        return list(x)
    raise TypeError(f"{loss} takes numbers, Values, or sequences of them as {what}, and got {x!r}.")


def pairs(prediction: Numbers, target: Numbers, loss: str) -> list[tuple[Any, Any]]:
    """Match each number of `prediction` with its target.

    Both must be nested alike; there is no broadcasting. The one exception: a list of one stands for its
    number, so that the output of a layer with one neuron meets a plain target.

    Raises
    ------
    ValueError
        For different lengths (both are given), empty sequences, and targets that are nan.
    """
    if is_number(prediction) and is_number(target):
        return [(prediction, plain(target, loss))]
    if is_number(prediction):
        prediction = [prediction]
    elif is_number(target):
        target = [target]
    predictions, targets = items(prediction, loss, "prediction"), items(target, loss, "target")
    if len(predictions) != len(targets):
        raise ValueError(
            f"{loss} got {counted(len(predictions), 'prediction')} and {counted(len(targets), 'target')}. "
            f"Each prediction needs its own: nothing is repeated to fit."
        )
    if not predictions:
        raise ValueError(f"{loss} got no predictions: both sequences are empty.")
    return [pair for p, t in zip(predictions, targets, strict=True) for pair in pairs(p, t, loss)]


def plain(target: Any, loss: str) -> Any:
    """Return a target as a Value or a float; nan is an error."""
    number = target.data if isinstance(target, Value) else float(target)
    if math.isnan(number):
        raise ValueError(f"{loss} got a target that is nan. Drop this sample, or fill in its missing value.")
    return target if isinstance(target, Value) else number


def reduced(losses: list[Any], reduction: str) -> Any:
    """Reduce single losses as `reduction` says; one loss alone stays as it is, with no node for its mean."""
    return losses[0] if len(losses) == 1 and reduction != "none" else reducer(reduction)(losses)


def reducer(reduction: str) -> Callable[[list[Any]], Any]:
    """Return the function for a `reduction=` argument; call it before any node is recorded."""
    return chosen("reduction", reduction, REDUCTIONS)
