"""Derivatives of the first three orders far out and near zero: every row against SymPy and mpmath.

Accuracy is asked for relative to the exact number: 1e-300 in the place of 2e-300 is wrong, and so is 0.
Allowed is besides what some roundings of the operands change, and what lies below the normal floats. A point
counts for an order where all exact derivatives of that order are floats; what else is let pass stands in two
tables below, with its reason.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import mpmath
import pytest
import sympy as sp

from autograd import DomainError, Value, grad
from autograd.table.primitive import BUILT_IN, TABLE, Primitive, kinks
from tests.table.oracle import SymPy, applied

DIGITS = 1300  # 1 - tanh(x)**2 and the like cancel all but the last of them
RELATIVE = 1024  # roundings of the result: one in an exponent counts as often as its logarithm, at most 745
ABSOLUTE = 16  # roundings of an operand, or of a term that cancels
EPS, NORMAL = 2.0**-53, 2.0**-1022
NEAR = [1e-300, 1e-154, 1e-8, 0.3, 1.0]
UNARY = [*NEAR, 1e-20, 2.5, 19.0, 37.5, 38.9, 356.0, 711.0, 746.0, 800.0, 1e5, 1e20, 1e154, 1e300]
BINARY = [*NEAR, 37.5, 711.0, 1e154, 1e300]
NARY = [1e-300, 1e-8, 1.0, 37.5, 1e154, 1e300]


@lru_cache(1000)
def exponential(x: Any) -> Any:
    """e^x by mpmath; its own way to whole numbers of 300 digits takes a hundred times as long."""
    if abs(x) < 1e4:
        return mpmath.exp(x)
    with mpmath.extraprec(mpmath.mag(x)):
        twos = mpmath.nint(x / mpmath.ln2)
        rest = mpmath.exp(x - twos * mpmath.ln2)
    return mpmath.ldexp(rest, int(twos))


def definition(row: Primitive, parts: dict[str, Any], n: int) -> Any:
    if row.name == "cbrt":  # SymPy's root of a negative number is complex
        x, third = parts["x"], sp.Rational(1, 3)
        return sp.Piecewise((x**third, x > 0), (-((-x) ** third), True))
    if row.name == "pow":  # whole powers of whole numbers take mpmath a hundred times as long
        return sp.exp(parts["y"] * sp.log(parts["x"]))
    return sp.parse_expr(row.definition, dict(parts)) if row.definition else SymPy(parts, n).read(row.forward)


Orders = list[tuple[list[tuple[int, ...]], Callable[..., list[Any]]]]


@cache
def derivatives(row: Primitive, n: int) -> Orders:
    """For each order the slots by which is differentiated, and the function that gives all derivatives."""
    parts: dict[str, Any] = {
        p: sp.symbols(f"{p}:{n}", real=True) if p in row.sequences else sp.Symbol(p, real=True)
        for p in row.parameters
    }
    flat = [s for part in parts.values() for s in (part if isinstance(part, tuple) else (part,))]
    known = {(): definition(row, parts, n)}
    modules = [{"Stairs": mpmath.floor, "exp": exponential}, "mpmath"]
    orders: Orders = []
    for order in (1, 2, 3):
        slots = list(itertools.combinations_with_replacement(range(len(flat)), order))
        known |= {by: sp.diff(known[by[:-1]], flat[by[-1]]) for by in slots}
        orders.append((slots, sp.lambdify(flat, [known[by] for by in slots], modules, cse=True)))
    return orders


def real_numbers(function: Callable[..., list[Any]], point: tuple[Any, ...]) -> list[Any] | None:
    """The exact derivatives of one order; None where one of them is no float."""
    try:
        found = function(*map(mpmath.mpf, point))
    except (ArithmeticError, ValueError):
        return None
    floats = [not mpmath.im(x) and math.isfinite(float(mpmath.re(x))) for x in found]
    return list(map(mpmath.re, found)) if all(floats) else None


def points(row: Primitive, n: int) -> Iterator[tuple[float, ...]]:
    """Inside the domain and at no kink."""
    size = n * len(row.sequences) + len(row.parameters) - len(row.sequences)
    numbers = [sign * x for x in {1: UNARY, 2: BINARY}.get(size, NARY) for sign in (1.0, -1.0)]
    rng = random.Random(row.name)
    some = (tuple(rng.choice(numbers) for _ in range(size)) for _ in range(30 if size == 3 else 6))
    for point in itertools.product(numbers, repeat=size) if size <= 2 else some:
        try:
            node = applied(row, [Value(x) for x in point])
        except DomainError:
            continue
        negative = row.name == "pow" and point[0] < 0  # there is no partial by the exponent
        if not kinks(node) and not negative:
            yield point


def ours(row: Primitive, point: tuple[float, ...], by: tuple[int, ...]) -> Any:
    """The nested gradient, or the error that it raises."""

    def function(*x: Any) -> Any:
        return applied(row, x)

    for slot in by:
        function = grad(function, slot)
    try:
        return float(function(*point))
    except DomainError as error:
        return error


def power_overflows(point: tuple[float, ...], order: int) -> bool:
    x, y = map(mpmath.mpf, point)
    powers = [exponential((y - k) * mpmath.log(x)) for k in range(order + 1)]
    return not all(math.isfinite(float(number)) for number in (*powers, y**order))


def arctan2_overflows(point: tuple[float, ...], order: int) -> bool:
    y, x = map(mpmath.mpf, point)
    return order > 1 and not math.isfinite(float(2 * abs(x * x + y * y) ** (-order / 2)))


def softplus_underflows(point: tuple[float, ...], order: int) -> bool:
    return mpmath.mpf(abs(point[1])) ** -order < NORMAL


# Left out, by row: (whether a point of that order is, the reason).
EXCLUDED: dict[str, tuple[Callable[[tuple[float, ...], int], bool], str]] = {
    "pow": (power_overflows, "y (y - 1) x^(y - 2) is taken factor by factor, and one of them is no float"),
    "softplus": (softplus_underflows, "the partial by beta has a factor 1/beta², which is no float"),
    "arctan2": (arctan2_overflows, "(y² - x²)/r⁴ is 1/r² - 2x²/r⁴, and these are no floats"),
}


def softplus_terms(point: tuple[float, ...], by: tuple[int, ...]) -> float:
    x, beta = point
    twice = by.count(1)
    return abs(beta) ** (by.count(0) - 1 - twice) if twice and abs(beta * x) < 1 else 0.0


# The size of the terms that cancel in a row's derivatives, so that their rounding is left: (size, reason).
CANCELLED: dict[str, tuple[Callable[[tuple[float, ...], tuple[int, ...]], float], str]] = {
    "softplus": (softplus_terms, "by beta, z is softplus(z) - softplus(-z), each near log(2)"),
    "logsumexp": (
        lambda point, by: max(1.0, *map(abs, point)),
        "a share's own slope is p (1 - p), and p = e^(x - out) is known to |out| roundings",
    ),
}


def rounding(function: Callable[..., list[Any]], point: tuple[float, ...], k: int, exact: Any) -> Any:
    """What one rounding of each operand changes the k-th exact derivative."""
    change = mpmath.mpf(0)
    for i, x in enumerate(point):
        beside = (*point[:i], mpmath.mpf(x) * (1 + mpmath.mpf(EPS)), *point[i + 1 :])
        other = real_numbers(function, beside)
        change += abs(other[k] - exact) if other else 0
    return change


def faults(row: Primitive, n: int) -> Iterator[str]:
    """The derivatives that are wrong, each in a line."""
    excluded = EXCLUDED.get(row.name, (lambda point, order: False, ""))[0]
    cancelled = CANCELLED.get(row.name, (lambda point, by: 0.0, ""))[0]
    for point in points(row, n):
        for slots, function in derivatives(row, n):
            exact = real_numbers(function, point)
            if exact is None:
                continue
            for k, by in enumerate(slots):
                for way in {by, by[::-1]}:
                    found = ours(row, point, way)
                    error = abs(found - exact[k]) if isinstance(found, float) else math.inf
                    allowed = RELATIVE * EPS * abs(exact[k]) + ABSOLUTE * EPS * cancelled(point, by) + NORMAL
                    if error <= allowed or excluded(point, len(by)):
                        continue
                    if not error <= allowed + ABSOLUTE * rounding(function, point, k, exact[k]):
                        yield f"by {way} at {point}: ours {found!r}, exact {float(exact[k])!r}"


DIFFERENTIABLE = [name for name, row in TABLE.items() if row in BUILT_IN and {*row.partials} != {"none"}]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_derivatives_of_three_orders_are_right_far_out_and_near_zero(name: str) -> None:
    row = TABLE[name]
    with mpmath.workdps(DIGITS):
        wrong = [fault for n in ([2, 3] if row.sequences else [0]) for fault in faults(row, n)]
    told = f"{len(wrong)} derivatives of {name} are wrong, by the places of its operands:"
    assert not wrong, "\n".join([told, *wrong[:9]])


def test_the_test_of_tails_sees_a_partial_that_is_right_only_near_zero() -> None:
    columns = {f.name: getattr(TABLE["tanh"], f.name) for f in dataclasses.fields(TABLE["tanh"]) if f.init}
    for partial in ("1 - out * out", "1 / (cosh(x) * cosh(x))"):
        row = Primitive(**columns | {"partials": (partial,)})
        with mpmath.workdps(DIGITS):
            assert list(faults(row, 0)), partial
