"""Real numbers only: what a `Value` may hold, and the words for everything else."""

from __future__ import annotations

import numbers
from typing import Any

REAL = (float, int, numbers.Real)  # a tuple: a union of types would be built anew at every call


def real(x: Any) -> float | None:
    """Return a real number as a Python float, or None for an array, over which NumPy shall map.

    Raises
    ------
    TypeError
        For anything that is no real number; the message says what to do instead.
    """
    if isinstance(x, REAL):
        try:
            return float(x)
        except OverflowError:
            raise TypeError(
                f"A Value holds a float, and this whole number of {len(str(abs(x)))} digits is too large for "
                f"one (above 1.8e308). Scale the problem down first."
            ) from None
    if hasattr(x, "__array__") and hasattr(x, "ndim"):
        if x.ndim:
            return None
        if x.dtype.kind in "fiub":
            return float(x)
    raise TypeError(refusal(x))


def one(x: Any) -> float:
    """Return one real number as a float; an array is refused, too."""
    number = real(x)
    if number is None:
        raise TypeError(refusal(x))
    return number


def refusal(x: Any) -> str:
    """Return the sentence that refuses `x` and says what to do instead."""
    kind = type(x).__name__
    match x:
        case _ if type(x).__name__ == "Value":
            return (
                "A Value cannot hold another Value. Use the Value itself, or v.detach() for a fresh leaf "
                "with the same data."
            )
        case str():
            return f"A Value holds a real number, got the text {x!r}. Convert it first: float({x!r})."
        case complex():
            return f"A Value holds a real number, got the complex {x!r}. Use two Values, one for each part."
        case None:
            return "A Value holds a real number, got None. Was a result or an argument forgotten?"
        case list() | tuple() | set() | dict():
            return (
                f"A Value holds one real number, got a {kind} of {len(x)}. For many numbers use "
                f"autograd.array(...), or [Value(x) for x in ...]."
            )
        case _ if hasattr(x, "dtype"):
            return f"A Value holds one real number, got an array of {x.dtype}. Use autograd.array(...)."
    return f"A Value holds a real number (int, float or NumPy scalar), got {x!r} of type {kind}."
