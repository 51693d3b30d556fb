"""Checks of the arguments that callers of `nn` hand in, each with an error that says what was expected.

Numbers, names, random generators, arrays, and the inputs of a model; knows no weights and no formula.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

import autograd
from autograd import Value
from autograd.core import arrays
from autograd.core.real import one
from autograd.text.numbers import counted, exact

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Rng: TypeAlias = int | np.random.Generator
T = TypeVar("T")


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
        if isinstance(value, bool):
            raise TypeError
        number = one(value)
    except TypeError:
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


def chosen(what: str, name: Any, known: Mapping[str, T], otherwise: str = "") -> T:
    """Return what `known` holds under this name, or an error that lists the names that there are."""
    if name not in known:
        raise ValueError(f"There is no {what} {name!r}. Known: {', '.join(known)}{otherwise}.")
    return known[name]


def generator(rng: Rng) -> np.random.Generator:
    """Return the generator behind an `rng=` argument: an int is a seed, a `Generator` is used as it is.

    Parameters
    ----------
    rng : int >= 0, or numpy.random.Generator
        The same int always gives the same numbers.

    Raises
    ------
    TypeError, ValueError
        For anything else. `None` (a fresh seed on every call) is refused: a lesson must run the same twice.

    Examples
    --------
    >>> generator(7).integers(10) == generator(7).integers(10)
    np.True_
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, np.random.RandomState):
        raise TypeError(
            "rng is a legacy numpy RandomState. Pass an int seed or numpy.random.default_rng(seed)."
        )
    try:
        if isinstance(rng, bool):
            raise TypeError
        seed = operator.index(rng)
    except TypeError:
        raise TypeError(
            f"rng must be an int seed or a numpy.random.Generator, got {rng!r}. "
            "Pass for example rng=0, so that the same call gives the same numbers again."
        ) from None
    if seed < 0:
        raise ValueError(f"rng as a seed must be >= 0, got {seed}. Pass for example rng={-seed}.")
    return np.random.default_rng(seed)


def floats(name: str, data: ArrayLike, *, ndim: int | Sequence[int]) -> FloatArray:
    """Return `data` as a finite, non-empty float array with one of the given numbers of dimensions."""
    allowed = (ndim,) if isinstance(ndim, int) else tuple(ndim)
    try:
        array: FloatArray = arrays.floats(data, name)
    except TypeError as error:
        raise TypeError(f"{name} must hold plain numbers: {error}") from None
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


def labels(name: str, data: ArrayLike) -> NDArray[Any]:
    """Return class labels as an array (samples,): whole numbers, bools or text, each of them there.

    Raises
    ------
    ValueError
        For another shape, for nan and None, which are no class, and for fractions: probabilities and scores.
    TypeError
        For text among numbers, which NumPy would write as text.
    """
    array = np.asanyarray(data)
    if array.dtype.kind == "O" and any(isinstance(item, Value) for item in array.ravel()):
        array = autograd.data(array)
    if isinstance(array, np.ma.MaskedArray):
        array = arrays.plain(array, name)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{name} must be a non-empty list of class labels, one label per sample, got shape "
            f"{array.shape}. "
            "Take argmax(axis=1) of one-hot rows or class scores first."
        )
    text = array.dtype.kind in "US"
    for i, item in enumerate(data if text and isinstance(data, list | tuple) else array.tolist()):
        if _missing(item):
            raise ValueError(
                f"{name}[{i}] is {item}, which is no class. Drop the sample, or fill in its missing label."
            )
        if isinstance(item, float) and not item.is_integer():
            raise ValueError(
                f"{name}[{i}] is {exact(item)}, and class labels are whole numbers, bools or text. Turn "
                "probabilities or scores into labels first: p > 0.5 for two classes, argmax for more."
            )
        if text and not isinstance(item, str | bytes):
            raise TypeError(
                f"{name}[{i}] is {item!r}, among text, to which no number is equal. Write all labels as "
                "text, or all as numbers."
            )
    return array


def _missing(label: Any) -> bool:
    """Say whether this is None, nan, or what tables have in their place, which is never equal to itself."""
    try:
        return label is None or bool(label != label)
    except TypeError:  # pandas' NA answers neither yes nor no
        return True


def sized(name: str, array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return the array if it has this shape, else an error with both shapes."""
    if array.shape != shape:
        turned = array.ndim == 2 and array.shape == shape[::-1]
        hint = " Rows belong to outputs here: pass the transpose." if turned else ""
        first = " (outputs first)" if len(shape) == 2 else ""
        raise ValueError(f"{name} must have shape {shape}{first}, got {array.shape}.{hint}")
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


def one_sample(x: Any, length: int, model: Any) -> Sequence[Any]:
    """Return one sample as a list or tuple of the right length, or an error that gives both numbers."""
    if isinstance(x, np.ndarray):
        if x.ndim != 1:
            raise ValueError(
                f"{model._headline()} takes one sample, {length} numbers, not an array of shape {x.shape}: "
                "call it with one row at a time, or all rows with forward_batch(X)."
            )
        x = list(x.tolist())
    elif not isinstance(x, list | tuple):
        if getattr(x, "ndim", 0):  # a tensor or a column of another library
            return one_sample(arrays.plain(x, "x"), length, model)
        if isinstance(x, str | bytes) or not isinstance(x, Sequence):
            raise TypeError(
                f"{model._headline()} takes a sequence of {length} numbers or Values, and got {x!r}. One "
                "number still goes into a list: [x]."
            )
        x = list(x)
    if len(x) != length:
        raise ValueError(f"{model._headline()} takes {counted(length, 'input')}, and got {len(x)}.")
    if isinstance(x[0], list | tuple | np.ndarray):
        raise TypeError(
            f"{model._headline()} takes one sample, {length} numbers, not a list of {len(x)} samples. "
            "Call it with one at a time, or all with forward_batch(X)."
        )
    sample: Sequence[Any] = x
    return sample


def listed(x: Any, who: str, what: str) -> list[Any]:
    """Return the items of any iterable with an order as a list, or an error that says who takes what."""
    if getattr(x, "ndim", 0):
        x = arrays.plain(x, f"what {who} got").tolist()
    if isinstance(x, str | bytes | Mapping | set | frozenset) or not isinstance(x, Iterable):
        raise TypeError(f"{who} takes {what}, and got {x!r}.")
    return list(x)


def columns(X: Any, features: int, model: Any) -> list[list[Any]]:
    """Return the columns of a matrix with one row per feature."""
    who = model._headline()
    rows = [listed(row, who, "a matrix, one row per feature") for row in listed(X, who, "a matrix")]
    widths = sorted({len(row) for row in rows})
    if len(widths) != 1:
        got = " and ".join(map(str, widths)) or "no rows"
        raise ValueError(f"The rows of X must have one length, got {got}.")
    if len(rows) != features:
        hint = " X seems to hold samples as rows: pass its transpose." if widths == [features] else ""
        raise ValueError(
            f"{who} needs {features} rows in X, one per feature with the samples as columns, "
            f"and got {len(rows)} x {widths[0]}.{hint}"
        )
    return [list(column) for column in zip(*rows, strict=True)]
