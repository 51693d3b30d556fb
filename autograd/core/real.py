"""Real numbers only: what a `Value` may hold, and the words for everything else."""

from __future__ import annotations

import math
import numbers
from typing import Any

NATIVE = (float, int)
REAL = (float, int, numbers.Real)  # a tuple: a union of types would be built anew at every call


def real(x: Any) -> float | None:
    """Return a real number as a Python float, or None for an array, over which NumPy shall map.

    An array, a tensor or a scalar of another library that has no axis is the number that it holds.

    Raises
    ------
    TypeError
        For anything that is no real number; the message says what to do instead.
    """
    if isinstance(x, NATIVE) or (isinstance(x, REAL) and type(x).__name__ != "timedelta64"):
        try:
            return float(x)
        except OverflowError:
            raise TypeError(
                f"A Value holds a float, and this number is too large for one ({_size(x)}; the largest "
                f"float is 1.8e308). Scale the problem down first."
            ) from None
    axes = getattr(x, "ndim", None)
    if axes:
        return None
    if axes is None or not hasattr(x, "item") or _masked(x) or _kind(x) == "m":
        raise TypeError(refusal(x))
    try:
        item = x.item()
    except (RuntimeError, TypeError, ValueError) as error:  # a tensor without data
        raise TypeError(
            f"A Value holds a real number, and this {type(x).__name__} gives none: {error}"
        ) from None
    if type(item).__name__ == "Value":
        return None  # an array of objects without an axis: its operators reach the Value
    if isinstance(item, REAL):
        return real(item)
    raise TypeError(refusal(item if isinstance(item, str | complex) or item is None else x))


def one(x: Any) -> float:
    """Return one real number as a float; an array is refused, too."""
    if x.__class__ is float:
        return x
    number = real(x)
    if number is None:
        raise TypeError(refusal(x))
    return number


def unmapped(x: Any) -> Any:
    """Return NotImplemented for an array whose own operators map over `Value`s, and refuse any other.

    Raises
    ------
    TypeError
        For a tensor of another library, whose arithmetic knows no `Value`.
    """
    if hasattr(x, "__array_ufunc__"):
        return NotImplemented
    raise TypeError(
        f"A Value cannot meet a {type(x).__name__} of shape {tuple(x.shape)}, whose arithmetic knows no "
        f"Values. Make it an array of NumPy first, for example with numpy.array(x.tolist())."
    )


def _size(x: Any) -> str:
    try:
        return f"it has {math.floor(math.log10(abs(x))) + 1} digits"
    except (TypeError, ValueError, OverflowError):
        return "above 1e308"


def _kind(x: Any) -> str:
    """Return the letter by which NumPy calls the kind of numbers; "" where there is none."""
    return str(getattr(getattr(x, "dtype", None), "kind", ""))


def _masked(x: Any) -> bool:
    """Say whether this is an array of NumPy without axes whose one number is masked."""
    mask = getattr(x, "mask", False)
    return getattr(x, "ndim", 1) == 0 and not callable(mask) and bool(mask)


def refusal(x: Any) -> str:
    """Return the sentence that refuses `x` and says what to do instead."""
    kind = type(x).__name__
    match x:
        case _ if kind == "Value":
            return (
                "A Value cannot hold another Value. Use the Value itself, or v.detach() for a fresh leaf "
                "with the same data."
            )
        case str():
            text = repr(str(x))
            return f"A Value holds a real number, got the text {text}. Convert it first: float({text})."
        case complex():
            return f"A Value holds a real number, got the complex {x!r}. Use two Values, one for each part."
        case None:
            return "A Value holds a real number, got None. Was a result or an argument forgotten?"
        case list() | tuple() | set() | dict():
            return (
                f"A Value holds one real number, got a {kind} of {len(x)}. For many numbers use "
                f"autograd.array(...), or [Value(x) for x in ...]."
            )
        case _ if _masked(x):
            return (
                "A Value holds a real number, got one that is masked, which means: missing. Drop it, or fill "
                "it in with .filled(...)."
            )
        case _ if kind in ("datetime64", "timedelta64") or _kind(x) in ("M", "m"):
            return (
                f"A Value holds a real number, got the date or time {x!r}. Convert it first, for example to "
                f"days with (t - start) / np.timedelta64(1, 'D')."
            )
        case _ if getattr(x, "ndim", 0) and hasattr(x, "shape"):
            items = math.prod(x.shape)
            hint = " For its one number use x.item()." if items == 1 else ""
            return (
                f"A Value holds one real number, got an array of shape {tuple(x.shape)}. For many numbers "
                f"use autograd.array(...).{hint}"
            )
        case _ if hasattr(x, "dtype"):
            return (
                f"A Value holds one real number, got an array of {x.dtype}. Take out what it holds with "
                f"x.item()."
            )
    return f"A Value holds a real number (int, float or NumPy scalar), got {x!r} of type {kind}."
