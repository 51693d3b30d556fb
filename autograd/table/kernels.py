"""Elementary functions on Python floats, twice: fast, and as IEEE 754 has them.

`FAST` is what generated code calls first: the standard library's functions, which raise on overflow and at
poles. `IEEE` has the same names and never raises: overflow is inf, a pole is inf, an invalid operand is
nan. Kernels know numbers only: no `Value`, no derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Any

inf, nan = math.inf, math.nan


def sign(x: float) -> float:
    """Return -1.0, 0.0 or 1.0; nan for nan."""
    return 1.0 if x > 0 else -1.0 if x < 0 else x * 0.0


def floor(x: float) -> float:
    """Return the largest whole number not above x, as a float; infinities and nan as they are."""
    return float(math.floor(x)) if math.isfinite(x) else x


def sigmoid(x: float) -> float:
    """Return 1/(1 + e^-x) without overflow in either tail."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def softplus(x: float) -> float:
    """Return log(1 + e^x) without overflow in either tail."""
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def logaddexp(x: float, y: float) -> float:
    """Return log(e^x + e^y) without overflow."""
    if x == y:
        return x + math.log(2.0)
    return x + softplus(y - x) if x > y else y + softplus(x - y)


def total(x: Sequence[float]) -> float:
    """Return the sum, correctly rounded; as IEEE has it where that leaves the finite numbers."""
    try:
        return math.fsum(x)
    except (OverflowError, ValueError):
        running = 0.0
        for item in x:
            running += item
        return running


def inner(w: Sequence[float], x: Sequence[float]) -> float:
    """Return the sum of products, summed as `total` does."""
    try:
        return math.fsum(map(mul, w, x))
    except (OverflowError, ValueError):
        return total(list(map(mul, w, x)))


def product(x: Sequence[float]) -> float:
    """Return the product from left to right; 1.0 of nothing."""
    return reduce(mul, x, 1.0)


def largest(x: Sequence[float]) -> float:
    """Return the maximum; nan if any element is nan."""
    return max(x) if not any(map(math.isnan, x)) else nan


def smallest(x: Sequence[float]) -> float:
    """Return the minimum; nan if any element is nan."""
    return min(x) if not any(map(math.isnan, x)) else nan


def logsumexp(x: Sequence[float]) -> float:
    """Return log(sum of e^x), shifted by the maximum so that nothing overflows."""
    top = largest(x)
    if not math.isfinite(top):
        return top
    return top + math.log(math.fsum([math.exp(item - top) for item in x]))


def others(x: Sequence[float]) -> list[float]:
    """Return, for each j, the product of all elements but the j-th (prefix times suffix: no division)."""
    after = [1.0]
    for item in reversed(x):
        after.append(after[-1] * item)
    after.reverse()
    products, before = [], 1.0
    for j, item in enumerate(x):
        products.append(before * after[j + 1])
        before *= item
    return products


def _quiet(
    function: Callable[..., float],
    overflow: Callable[..., float] = lambda *x: inf,
    invalid: Callable[..., float] = lambda *x: nan,
) -> Callable[..., float]:
    """Give `function` IEEE 754's answers where the standard library raises."""

    def quiet(*x: float) -> float:
        try:
            return function(*x)
        except OverflowError:
            return overflow(*x)
        except ValueError:
            return invalid(*x)

    quiet.__name__ = function.__name__
    return quiet


def _power_overflow(x: float, y: float) -> float:
    return -inf if x < 0 and math.fmod(y, 2.0) != 0 else inf


def _power_invalid(x: float, y: float) -> float:
    if x == 0 and y < 0:
        return math.copysign(inf, x) if abs(math.fmod(y, 2.0)) == 1 else inf
    return nan


def divide(x: float, y: float) -> float:
    """Return x / y as IEEE 754 has it: a signed infinity over zero, nan for 0/0."""
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0 or math.isnan(x) else math.copysign(inf, x) * math.copysign(1.0, y)


FAST: dict[str, Callable[..., Any]] = {
    "exp": math.exp,
    "expm1": math.expm1,
    "exp2": math.exp2,
    "log": math.log,
    "log1p": math.log1p,
    "log2": math.log2,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "arctan2": math.atan2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "arcsinh": math.asinh,
    "arccosh": math.acosh,
    "arctanh": math.atanh,
    "erf": math.erf,
    "erfc": math.erfc,
    "hypot": math.hypot,
    "power": math.pow,
    "abs": abs,
    "sign": sign,
    "floor": floor,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "logaddexp": logaddexp,
    "sum": total,
    "prod": product,
    "dot": inner,
    "max": largest,
    "min": smallest,
    "logsumexp": logsumexp,
    "others": others,
}

IEEE: dict[str, Callable[..., Any]] = FAST | {
    "divide": divide,
    "exp": _quiet(math.exp),
    "expm1": _quiet(math.expm1),
    "exp2": _quiet(math.exp2),
    "cosh": _quiet(math.cosh),
    "sinh": _quiet(math.sinh, overflow=lambda x: math.copysign(inf, x)),
    "log": _quiet(math.log, invalid=lambda x: -inf if x == 0 else nan),
    "log2": _quiet(math.log2, invalid=lambda x: -inf if x == 0 else nan),
    "log10": _quiet(math.log10, invalid=lambda x: -inf if x == 0 else nan),
    "log1p": _quiet(math.log1p, invalid=lambda x: -inf if x == -1 else nan),
    "arctanh": _quiet(math.atanh, invalid=lambda x: math.copysign(inf, x) if abs(x) == 1 else nan),
    "power": _quiet(math.pow, overflow=_power_overflow, invalid=_power_invalid),
    **{name: _quiet(FAST[name]) for name in ("sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arccosh")},
}
