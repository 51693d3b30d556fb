"""Checks of class labels: in range, whole, summing to one; knows numbers and names of losses, no formula."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value
from nn.losses.pairs import Numbers, is_number, items, plain

__all__ = ["class_of", "distribution", "label", "sample_pairs"]


def label(target: Any, loss: str, low: float, high: float) -> Any:
    """Return a label that lies in [low, high]."""
    number = target.data if isinstance(target, Value) else target
    if not low <= number <= high:
        raise ValueError(
            f"{loss} needs labels from {low:g} to {high:g}, got {number:g}. "
            "Are the arguments in order? The prediction comes first, then the target."
        )
    return target


def sample_pairs(prediction: Numbers, target: Numbers, loss: str) -> list[tuple[list[Any], Any]]:
    """Match each sample's numbers, one per class, with its target."""
    if is_number(prediction):
        raise TypeError(f"{loss} needs one number per class and got one number. For two classes use b{loss}.")
    outer = items(prediction, loss, "prediction")
    if outer and not is_number(outer[0]):
        samples = [items(row, loss, "prediction") for row in outer]
        targets = [target] if is_number(target) else items(target, loss, "target")
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


def class_of(target: Any, classes: int, loss: str) -> int | None:
    """Return the class that a target names, as an index or one-hot; None when it gives probabilities."""
    if not is_number(target) and len(named := items(target, loss, "target")) == 1:
        target = named[0]  # a list of one stands for its number
    if isinstance(target, Value):
        raise TypeError(
            f"{loss} got a Value as class. Which loss is computed would hang on its number without a trace "
            "in the graph: pass an int, or the class as one-hot numbers."
        )
    if is_number(target):
        number = plain(target, loss)
        if not (math.isfinite(number) and number.is_integer() and 0 <= number < classes):
            raise ValueError(f"{loss} got class {number:g}, and {classes} classes are 0 to {classes - 1}.")
        return int(number)
    weights = items(target, loss, "target")
    if any(isinstance(weight, Value) for weight in weights):
        return None
    ones = [k for k, weight in enumerate(distribution(weights, classes, loss)) if weight == 1.0]
    return ones[0] if ones else None


def distribution(target: Any, classes: int, loss: str) -> list[Any]:
    """Return target probabilities of all classes: in [0, 1], summing to 1."""
    weights = [plain(weight, loss) for weight in items(target, loss, "target")]
    if len(weights) != classes:
        raise ValueError(f"{loss} got {classes} class predictions and {len(weights)} target probabilities.")
    numbers = [weight.data if isinstance(weight, Value) else weight for weight in weights]
    for number in numbers:
        label(number, loss, 0.0, 1.0)
    # Rounded thirds or tenths miss 1 by a few units in the last place; anything more is a mistake.
    if abs(math.fsum(numbers) - 1.0) > 1e-9:
        raise ValueError(
            f"{loss} needs target probabilities that sum to 1, got {numbers}, sum {math.fsum(numbers):g}."
        )
    return weights
