"""The table of kernels: every function that the text of a row may call, a column for each of its readers.

A row of the big table says what an operation is (``silu: x * sigmoid(x)``); a kernel says how `sigmoid` is
computed where numbers are Python's, NumPy's, C's or JAX's. So a new kernel is one row here, and a C function
in `runtime.h` where the C library has none. Kernels know numbers only: no `Value`, no derivative.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

inf, nan = math.inf, math.nan


@dataclass(frozen=True)
class Kernel:
    """One row of the table of kernels.

    A column for arrays is a function's name there, or a formula in the language of the table, for a kernel
    that is put together from others.

    Parameters
    ----------
    name : str
        What the text of rows calls it.
    parameters : tuple of str
        The operands' names in the formulas.
    fast : callable
        The function of floats that is called first; it may raise ArithmeticError or ValueError, on overflow
        and at poles, as the standard library's do.
    ieee : callable
        The same, as IEEE 754 has it, and never raising: overflow is inf, a pole is inf, an invalid operand
        is nan.
    numpy : str
        The ufunc; for a kernel with a `start`, the one that takes one element more.
    c : str
        The function, of the C library or of `runtime.h`; for a kernel with a `start`, the function or
        operator that takes one element more.
    jax : str
        The function, of `jax.numpy` or `jax.scipy.special`.
    sequences : tuple of str
        Those parameters that are sequences.
    start : float or None
        The result for no element, where the kernel is taken over a sequence one by one.
    ulps : float
        By how many units in the last place NumPy's and C's result may differ from the eager one.
    inline : str
        What the fast eager functions print instead of a call, which would cost as much as its body; or "".

    Examples
    --------
    >>> KERNELS["exp"].ieee(1000.0), KERNELS["exp"].c
    (inf, 'k_exp')
    >>> KERNELS["softplus"].numpy
    'where(x <= 0, 0, x) + log1p(exp(-abs(x)))'
    """

    name: str
    parameters: tuple[str, ...]
    fast: Callable[..., Any]
    ieee: Callable[..., Any]
    numpy: str
    c: str
    jax: str
    sequences: tuple[str, ...]
    start: float | None
    ulps: float
    inline: str


# Functions of floats that the standard library lacks --------------------------------------------------------


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


def sech(x: float) -> float:
    """Return 1/cosh(x); it may raise OverflowError."""
    return 1.0 / math.cosh(x)


def softplus(x: float) -> float:
    """Return log(1 + e^x) without overflow in either tail."""
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def logaddexp(x: float, y: float) -> float:
    """Return log(e^x + e^y) without overflow."""
    if x == y:
        return x + math.log(2.0)
    return x + softplus(y - x) if x > y else y + softplus(x - y)


def larger(x: float, y: float) -> float:
    """Return the maximum of two numbers; nan if one is nan."""
    return x if x >= y or x != x else y


def smaller(x: float, y: float) -> float:
    """Return the minimum of two numbers; nan if one is nan."""
    return x if x <= y or x != x else y


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
    """Return log(sum of e^x), shifted by the maximum so that nothing overflows, and its 1 is not added."""
    top = largest(x)
    if not math.isfinite(top):
        return top
    terms = [math.exp(item - top) for item in x]
    terms.append(-1.0)
    return top + math.log1p(math.fsum(terms))


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


def quiet(
    function: Callable[..., float],
    overflow: Callable[..., float] = lambda *x: inf,
    invalid: Callable[..., float] = lambda *x: nan,
) -> Callable[..., float]:
    """Give `function` IEEE 754's answers where the standard library raises."""

    def answer(*x: float) -> float:
        try:
            return function(*x)
        except OverflowError:
            return overflow(*x)
        except ValueError:
            return invalid(*x)

    answer.__name__ = function.__name__
    return answer


def power_overflow(x: float, y: float) -> float:
    """Return the infinity that x to the y overflows to: negative for an odd power of a negative number."""
    return -inf if x < 0 and math.fmod(y, 2.0) != 0 else inf


def power_invalid(x: float, y: float) -> float:
    """Return a pole of x to the y: 0 to a negative power; nan for a fractional power of a negative number."""
    if x == 0 and y < 0:
        return math.copysign(inf, x) if abs(math.fmod(y, 2.0)) == 1 else inf
    return nan


def divide(x: float, y: float) -> float:
    """Return x / y as IEEE 754 has it: a signed infinity over zero, nan for 0/0."""
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0 or math.isnan(x) else math.copysign(inf, x) * math.copysign(1.0, y)


# The rows ---------------------------------------------------------------------------------------------------


def kernel(
    name: str,
    fast: Callable[..., Any],
    ieee: Callable[..., Any] | None = None,
    parameters: str = "x",
    *,
    formula: str = "",
    numpy: str = "",
    c: str = "",
    jax: str = "",
    sequences: str = "",
    start: float | None = None,
    ulps: float = 4.0,
    inline: str = "",
) -> Kernel:
    """Make a row; a column that is left out has the formula, if there is one, else the name.

    4 ulps is what NumPy promises of its functions, and more than ours in C need.
    """
    numpy, c, jax = (column or formula or name for column in (numpy, c, jax))
    return Kernel(
        name, tuple(parameters.split()), fast, ieee or fast, numpy, c, jax, tuple(sequences.split()), start,
        ulps, inline,
    )  # fmt: skip


# The largest element, made finite, so that inf - inf does not arise.
SHIFT = f"minimum(maximum(max(x), -{sys.float_info.max}), {sys.float_info.max})"

# 1 for the largest elements, else 0: in a logarithm of 1 + rest the rest is kept, where 1 is not added.
LARGEST = f"floor(minimum(exp(x[j] - {SHIFT}), 1))"

# fmt: off
KERNELS: dict[str, Kernel] = {row.name: row for row in (
    kernel("exp", math.exp, quiet(math.exp), c="k_exp"),
    kernel("expm1", math.expm1, quiet(math.expm1), c="k_expm1"),
    kernel("exp2", math.exp2, quiet(math.exp2)),
    kernel("log", math.log, quiet(math.log, invalid=lambda x: -inf if x == 0 else nan), c="k_log"),
    kernel("log1p", math.log1p, quiet(math.log1p, invalid=lambda x: -inf if x == -1 else nan), c="k_log1p"),
    kernel("log2", math.log2, quiet(math.log2, invalid=lambda x: -inf if x == 0 else nan)),
    kernel("log10", math.log10, quiet(math.log10, invalid=lambda x: -inf if x == 0 else nan)),
    kernel("sqrt", math.sqrt, quiet(math.sqrt), ulps=0),
    kernel("cbrt", math.cbrt),
    kernel("power", math.pow, quiet(math.pow, power_overflow, power_invalid), "x y", c="pow"),
    kernel("hypot", math.hypot, None, "x y"),

    kernel("sin", math.sin, quiet(math.sin)),
    kernel("cos", math.cos, quiet(math.cos)),
    kernel("tan", math.tan, quiet(math.tan)),
    kernel("arcsin", math.asin, quiet(math.asin), c="asin"),
    kernel("arccos", math.acos, quiet(math.acos), c="acos"),
    kernel("arctan", math.atan, c="atan"),
    kernel("arctan2", math.atan2, None, "y x", c="atan2"),
    kernel("sinh", math.sinh, quiet(math.sinh, overflow=lambda x: math.copysign(inf, x))),
    kernel("cosh", math.cosh, quiet(math.cosh), c="k_cosh"),
    kernel(
        "sech", sech, quiet(sech, overflow=lambda x: 2.0 * math.exp(-abs(x))), c="k_sech",
        formula="1 / cosh(x)", inline="1 / cosh(x)",
    ),
    kernel("tanh", math.tanh, c="k_tanh"),
    kernel("arcsinh", math.asinh, c="asinh"),
    kernel("arccosh", math.acosh, quiet(math.acosh), c="acosh"),
    kernel(
        "arctanh", math.atanh,
        quiet(math.atanh, invalid=lambda x: math.copysign(inf, x) if abs(x) == 1 else nan), c="atanh",
    ),

    kernel("erf", math.erf, ulps=0),
    kernel("erfc", math.erfc, ulps=0),
    kernel("sigmoid", sigmoid, formula="where(x >= 0, 1, exp(-abs(x))) / (1 + exp(-abs(x)))", c="k_sigmoid"),
    kernel("softplus", softplus, formula="where(x <= 0, 0, x) + log1p(exp(-abs(x)))", c="k_softplus"),
    kernel("logaddexp", logaddexp, None, "x y", c="k_logaddexp"),

    kernel("abs", abs, c="fabs", ulps=0),
    kernel("sign", sign, c="k_sign", ulps=0),
    kernel("floor", floor, ulps=0),
    kernel("maximum", larger, None, "x y", c="k_maximum", ulps=0),
    kernel("minimum", smaller, None, "x y", c="k_minimum", ulps=0),

    kernel("sum", total, numpy="add", c="+", sequences="x", start=0.0),
    kernel("prod", product, numpy="multiply", c="*", sequences="x", start=1.0),
    kernel("max", largest, numpy="maximum", c="k_maximum", sequences="x", start=-inf),
    kernel("min", smallest, numpy="minimum", c="k_minimum", sequences="x", start=inf),
    kernel("dot", inner, None, "w x", formula="sum(w[j] * x[j])", sequences="w x"),
    kernel(
        "logsumexp", logsumexp, sequences="x",
        formula=f"{SHIFT} + log1p(sum({LARGEST}) - 1 + sum(exp(x[j] - {SHIFT}) - {LARGEST}))",
    ),
    kernel("others", others, c="k_others", sequences="x"),
)}

SIGNS: dict[str, Kernel] = {  # the signs of the language: kernels that are written between their operands
    sign: kernel(sign, fast, ieee, "x y", numpy=name, jax=name, ulps=0) for sign, name, fast, ieee in (
        ("+", "add", add, None),
        ("-", "subtract", sub, None),
        ("*", "multiply", mul, None),
        ("/", "divide", truediv, divide),
        ("<", "less", lt, None),
        ("<=", "less_equal", le, None),
        (">", "greater", gt, None),
        (">=", "greater_equal", ge, None),
        ("==", "equal", eq, None),
        ("!=", "not_equal", ne, None),
    )
}
# fmt: on

# The names that printed Python may use: fast, and as IEEE 754 has it, where a division must not raise either.
FAST = {name: row.fast for name, row in KERNELS.items()}
IEEE = {name: row.ieee for name, row in KERNELS.items()} | {"divide": SIGNS["/"].ieee}
