"""Checks of arguments and data that several modules of `nn` share; knows names and numbers, and no model."""

import math
import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


def real(
    name: str,
    value: Any,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    strict: bool = False,
    strict_high: bool = False,
) -> float:
    """Return `value` as a finite float in the named interval, or an error that says which interval."""
    try:
        if isinstance(value, str | bool):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r} ({type(value).__name__}).") from None
    above = number > low if strict else number >= low
    below = number < high if strict_high else number <= high
    if not (math.isfinite(number) and above and below):
        raise ValueError(f"{name} must be {_interval(low, high, strict, strict_high)}, got {number!r}.")
    return number


def _interval(low: float, high: float, strict: bool, strict_high: bool) -> str:
    if math.isinf(low) and math.isinf(high):
        return "a finite number"
    if math.isinf(high):
        return f"finite and {'>' if strict else '>='} {low:g}"
    return f"in {'(' if strict else '['}{low:g}, {high:g}{')' if strict_high else ']'}"


def integer(name: str, value: Any, *, low: int, high: int | None = None) -> int:
    """Return `value` as an int with low <= value (<= high), or an error that names both."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r} ({type(value).__name__}).") from None
    if number < low or (high is not None and number > high):
        upper = "" if high is None else f" and <= {high}"
        raise ValueError(f"{name} must be >= {low}{upper}, got {number}.")
    return number


def floats(name: str, data: ArrayLike, *, ndim: int | Sequence[int]) -> FloatArray:
    """Return `data` as a finite, non-empty float array with one of the given numbers of dimensions."""
    allowed = (ndim,) if isinstance(ndim, int) else tuple(ndim)
    try:
        array = np.asarray(data, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must hold plain numbers in rows of equal length: {error}. "
            "Read the numbers of Values with autograd.data(...) first."
        ) from None
    if array.ndim not in allowed:
        wanted = " or ".join(f"{n}-dimensional" for n in allowed)
        raise ValueError(f"{name} must be {wanted}, got shape {array.shape}.")
    if array.size == 0:
        raise ValueError(f"{name} is empty (shape {array.shape}). At least one number is needed.")
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name}[{', '.join(map(str, place))}] is {array[place]}. "
            "Every number must be finite: drop the sample or fill in the missing value before training."
        )
    return array


def samples(
    X: ArrayLike, y: ArrayLike, *, X_name: str = "X", y_name: str = "y"
) -> tuple[FloatArray, FloatArray]:
    """Return X as (samples, features) and y as (samples, outputs), both finite and of the same length."""
    features = floats(X_name, X, ndim=(1, 2))
    targets = floats(y_name, y, ndim=(1, 2))
    same_length(features, targets, X_name, y_name)
    return features.reshape(len(features), -1), targets.reshape(len(targets), -1)


def same_length(a: NDArray[Any], b: NDArray[Any], a_name: str = "X", b_name: str = "y") -> None:
    """Raise an error with both numbers when the two arrays do not have as many rows."""
    if len(a) != len(b):
        hint = ""
        if a.ndim == 2 and a.shape[1] == len(b):
            hint = f" {a_name} seems to hold its samples as columns: pass {a_name}.T."
        raise ValueError(
            f"{a_name} has {len(a)} samples and {b_name} has {len(b)}. "
            f"Every sample needs exactly one target.{hint}"
        )
