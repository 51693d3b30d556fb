"""Predictions matched with targets that are checked, and single losses reduced; knows no formula.

A loss hands in its name, for errors, and its formula for one number (`per_number`) or for the numbers of one
sample, one per class (`per_sample`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any, TypeAlias

import autograd
from autograd import Value
from autograd.core.real import one
from autograd.text.numbers import counted, exact
from nn.arguments import chosen, listed

__all__ = ["Numbers", "pairs", "per_number", "per_sample", "probability", "within"]

Numbers: TypeAlias = Any
"""A number, a Value, or a (nested) sequence or array of them."""


def _unless_one(function: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    """Leave one loss alone as it is, with no node for its mean or sum."""
    return lambda losses: losses[0] if len(losses) == 1 else function(losses)


_REDUCTIONS = {"mean": _unless_one(autograd.mean), "sum": _unless_one(autograd.sum), "none": list}


def per_number(
    loss: str, formula: Callable[[Any, Any], Any], prediction: Numbers, target: Numbers, reduction: str,
    check: Callable[[Any, str], Any] | None = None,
) -> Any:  # fmt: skip
    """Return a loss of numbers: the formula on each prediction and its target, reduced.

    `check(target, loss)` refuses targets; it sees all of them before anything is recorded.
    """
    reduce = chosen("reduction", reduction, _REDUCTIONS)
    matched = pairs(prediction, target, loss)
    if check:
        for _, t in matched:
            check(t, loss)
    return reduce([formula(p, t) for p, t in matched])


def per_sample(
    loss: str, of_class: Callable[[list[Any], Any], Any], of_shares: Callable[[list[Any], list[Any]], Any],
    prediction: Numbers, target: Numbers, reduction: str,
) -> Any:  # fmt: skip
    """Return a loss of samples, one number per class, reduced: a formula for a class, and one for shares."""
    reduce = chosen("reduction", reduction, _REDUCTIONS)
    losses = []
    for numbers, of_sample in _samples(prediction, target, loss):
        known = _class_or_shares(of_sample, len(numbers), loss)
        losses.append((of_shares if isinstance(known, list) else of_class)(numbers, known))
    return reduce(losses)


def pairs(prediction: Numbers, target: Numbers, loss: str) -> list[tuple[Any, Any]]:
    """Match each number of `prediction` with its target.

    Both must be nested alike; there is no broadcasting. The one exception: a list of one stands for its
    number, so that the output of a layer with one neuron meets a plain target.

    Raises
    ------
    ValueError
        For different lengths (both are given), empty sequences, and targets that are nan.
    """
    if _is_number(prediction) and _is_number(target):
        return [(prediction, _plain(target, loss))]
    if _is_number(prediction):
        prediction = [prediction]
    elif _is_number(target):
        target = [target]
    predictions, targets = _items(prediction, loss, "prediction"), _items(target, loss, "target")
    if len(predictions) != len(targets):
        raise ValueError(
            f"{loss} got {counted(len(predictions), 'prediction')} and {counted(len(targets), 'target')}. "
            f"Each prediction needs its own: nothing is repeated to fit."
        )
    if not predictions:
        raise ValueError(f"{loss} got no predictions: both sequences are empty.")
    return [pair for p, t in zip(predictions, targets, strict=True) for pair in pairs(p, t, loss)]


def probability(target: Any, loss: str) -> Any:
    """Return a target that lies in [0, 1]."""
    return within(target, loss, 0.0, 1.0)


def within(target: Any, loss: str, low: float, high: float) -> Any:
    """Return a target that lies in [low, high]."""

    def error(number: float) -> Exception:
        return ValueError(
            f"{loss} needs labels from {low:g} to {high:g}, got {exact(number)}. "
            "Are the arguments in order? The prediction comes first, then the target."
        )

    autograd.require(lambda y: low <= y <= high, error, target)
    return target


def _is_number(x: Any) -> bool:
    """Whether this is one number: a Value, a Python or NumPy number, an array or tensor without axes."""
    return isinstance(x, Value | Real) or getattr(x, "ndim", None) == 0


def _items(x: Any, loss: str, what: str) -> list[Any]:
    if isinstance(x, list):
        return x
    return listed(x, loss, f"numbers, Values, or sequences of them as {what}")


def _plain(target: Any, loss: str) -> Any:
    """Return a target as a Value or a float; nan is an error."""
    number = target if isinstance(target, Value) else one(target)

    def error(number: float) -> Exception:
        return ValueError(f"{loss} got a target that is nan. Drop this sample, or fill in its missing value.")

    autograd.require(lambda y: y == y, error, number)
    return number


def _samples(prediction: Numbers, target: Numbers, loss: str) -> list[tuple[list[Any], Any]]:
    """Match each sample's numbers, one per class, with its target."""
    if _is_number(prediction):
        raise TypeError(f"{loss} needs one number per class and got one number. For two classes use b{loss}.")
    outer = _items(prediction, loss, "prediction")
    if outer and not _is_number(outer[0]):
        samples = [_items(row, loss, "prediction") for row in outer]
        targets = [target] if _is_number(target) else _items(target, loss, "target")
    else:
        samples, targets = [outer], [target]
    if len(samples) != len(targets):
        raise ValueError(f"{loss} got {len(samples)} samples and {len(targets)} targets: each needs its own.")
    for sample in samples:
        if len(sample) < 2:
            raise ValueError(
                f"{loss} needs at least 2 classes, got {len(sample)}. For one number per sample use b{loss}."
            )
    return list(zip(samples, targets, strict=True))


def _class_or_shares(target: Any, classes: int, loss: str) -> Any:
    """Return the class that a target names, a number or a Value, or the list of the shares of all classes."""
    if not _is_number(target) and len(named := _items(target, loss, "target")) == 1:
        target = named[0]  # a list of one stands for its number
    if _is_number(target):
        number = _plain(target, loss)

        def error(number: float) -> Exception:
            return ValueError(
                f"{loss} got class {exact(number)}, and {classes} classes are 0 to {classes - 1}."
            )

        autograd.require(lambda c: 0 <= c < classes and c == autograd.floor(c), error, number)
        return number if isinstance(number, Value) else int(number)
    shares = _shares(target, classes, loss)
    plain = not any(isinstance(share, Value) for share in shares)
    return shares.index(1.0) if plain and 1.0 in shares else shares


def _shares(target: Any, classes: int, loss: str) -> list[Any]:
    """Return target probabilities of all classes: in [0, 1], summing to 1."""
    shares = [_plain(share, loss) for share in _items(target, loss, "target")]
    if len(shares) != classes:
        raise ValueError(f"{loss} got {classes} class predictions and {len(shares)} target probabilities.")
    for share in shares:
        probability(share, loss)

    def error(*numbers: float) -> Exception:
        return ValueError(
            f"{loss} needs target probabilities that sum to 1, got {list(numbers)}, "
            f"sum {exact(math.fsum(numbers))}."
        )

    # Rounded thirds or tenths miss 1 by a few units in the last place; anything more is a mistake.
    autograd.require(lambda *shares: abs(autograd.sum(shares) - 1.0) <= 1e-9, error, *shares)
    return shares
