"""Reads a number or a formula as a learner writes it; the script of the pages reads by the same rules.

A formula is compared by its values: any form of it is right that gives the right ones. Knows no graph and no
question, and runs nothing as Python. Its twin is `viz/player/assets/reading.js`: the
tests hold both to the same texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograd.core.errors import AutogradError
from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.primitive import TABLE

NO_FORMULA = "Write a formula with {names}, numbers, + − · / ^ and brackets, such as (1 + {first})/2."
FOR_THESE = "{typed} is right for these numbers. Which formula gives it for all?"
NEAR, MOST_NAMES = 1e-6, 6
UNREADABLE = "Write a number, such as −0.25, 1/3 or 3·1·2."

_SIGNS = str.maketrans(
    {**dict.fromkeys("−–", "-"), **dict.fromkeys("·×⋅∙∗", "*"), **dict.fromkeys(":÷∕", "/")}
)
_HIGH = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = r"(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
FUNCTIONS = {
    name: name
    for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sigmoid", "relu", "abs")
} | {"ln": "log", "σ": "sigmoid"}
_ALONE = re.compile(r"[-+]?([0-9]*)(?:[.,]([0-9]+))?(?:e([-+]?[0-9]+))?", re.IGNORECASE)
_DEEPEST = 100  # brackets, signs and powers within each other


class Reading(NamedTuple):
    """A number that was typed, and half a unit of its last digit if it is one number of two or more."""

    value: float
    size: float = 0.0

    def near(self, exact: float, tolerance: float) -> bool:
        """Say whether this is a number, up to a relative error or to the two or more digits typed.

        Parameters
        ----------
        exact : float
            The number.
        tolerance : float
            The relative error.

        Returns
        -------
        bool
            Whether it is.
        """
        if self.value == exact or (math.isnan(self.value) and math.isnan(exact)):
            return True
        return abs(self.value - exact) <= max(tolerance * abs(exact), self.size * (1 + 1e-9))


def read(typed: str, values: Mapping[str, float] | None = None) -> Reading | None:
    """Read a number or what makes one: ``-0.25``, ``0,25``, ``1/4``, ``3·1·2``, ``2^3``, ``(-2)·(1+0.5)``.

    Parameters
    ----------
    typed : str
        Of an equation, what follows its last sign of equality.
    values : mapping of str to float, optional
        Then a formula is read: names stand for their values, a sign of multiplication may be left out before
        a name or a bracket, and the usual functions are known.

    Returns
    -------
    Reading or None
        None where it cannot be read.

    Examples
    --------
    >>> [read(text).value for text in ("−4", "0,25", "1/4", "3·1·2", "2^3", "dJ/db = 3 * 2")]
    [-4.0, 0.25, 0.25, 6.0, 8.0, 6.0]
    >>> read("0.39"), read("0.4").size, read("three")
    (Reading(value=0.39, size=0.005), 0.0, None)
    >>> [read(text, {"b": 3.0, "c": 2.0}).value for text in ("2bc", "b c²", "2(b + c)", "exp(0)·c")]
    [12.0, 12.0, 10.0, 2.0]
    """
    text = typed.rpartition("=")[2].strip().translate(_SIGNS).replace("**", "^")
    text = re.sub("∞|infinity", "inf", text, flags=re.IGNORECASE)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda high: f"^({high[0].translate(_HIGH)})", text)
    known = [rf"{name}(?=\s*\()" for name in FUNCTIONS if values and name not in values]
    known += [re.escape(name) for name in values or ()]
    known.sort(key=len, reverse=True)
    pattern = "|".join([*known, _NUMBER, "(?i:inf|nan)", r"\S"])
    try:
        value = _Reader(re.findall(pattern, text), values or {}).whole()
    except (SyntaxError, OverflowError):
        return None
    return (
        None
        if not values and math.isnan(value) and not re.search(r"nan|inf|[/*^]", text, re.IGNORECASE)
        else (Reading(value, _size(text)))
    )


def _size(text: str) -> float:
    """Return half a unit of the last digit of a number of two or more; 0 for everything else."""
    alone = _ALONE.fullmatch(text)
    whole, part, power = alone.groups("") if alone else ("", "", "")
    if len((whole + part).lstrip("0")) < 2:
        return 0.0
    return 0.5 * 10.0 ** (int(power or 0) - len(part))


@dataclass(frozen=True)
class Formula:
    """What a formula that is typed is compared with: its values, and those of slips, at some points.

    Attributes
    ----------
    names : tuple of str
        What may stand in it.
    points : tuple of tuple of float
        Values of the names, point by point.
    right : tuple of float
        The formula there.
    slips : tuple of tuple
        Of each wrong formula its values, and what is said.
    here : float
        The number that it has on the graph in question.
    otherwise : str
        What is said to a formula that no slip explains.

    Examples
    --------
    >>> square = Formula(("x",), ((2.0,), (3.0,)), (4.0, 6.0), (((2.0, 3.0), "x is itself."),), 10.0, "Look.")
    >>> for text in ("x + x", "x", "10", "x^3", "x + y"):
    ...     print(*square.check(text))
    True
    False x is itself.
    False 10 is right for these numbers. Which formula gives it for all?
    False Look.
    None Write a formula with x, numbers, + − · / ^ and brackets, such as (1 + x)/2.
    """

    names: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    right: tuple[float, ...]
    slips: tuple[tuple[tuple[float, ...], str], ...]
    here: float
    otherwise: str

    @property
    def unreadable(self) -> str:
        """What is said to what cannot be read."""
        return NO_FORMULA.format(names=", ".join(self.names[:MOST_NAMES]), first=self.names[0])

    def check(self, typed: str) -> tuple[bool | None, str]:
        """Say whether a formula is right, and what is said if it is not.

        Parameters
        ----------
        typed : str
            As in `read`.

        Returns
        -------
        tuple of bool or None, and str
            None where it cannot be read; no sentence where it is right.
        """
        readings = [read(typed, dict(zip(self.names, point, strict=True))) for point in self.points]
        found = [reading.value for reading in readings if reading is not None]
        if len(found) < len(self.points):
            return None, self.unreadable
        if alike(found, self.right):
            return True, ""
        if all(alike([x], [self.here]) for x in found):
            return False, FOR_THESE.format(typed=typed.strip())
        slips = (sentence for values, sentence in self.slips if alike(found, values))
        return False, next(slips, self.otherwise)


def alike(found: Sequence[float], values: Sequence[float]) -> bool:
    """Say whether two formulas have the same values, up to a millionth: of each, and of the largest below 1.

    Parameters
    ----------
    found, values : sequence of float
        One number for each point.

    Returns
    -------
    bool
        Whether they do.
    """
    size = min(1.0, max(map(abs, values))) or 1.0
    return all(abs(x - y) <= NEAR * max(size, abs(y)) for x, y in zip(found, values, strict=True))


class _Reader:
    """Sums of products of powers, read from left to right."""

    def __init__(self, tokens: list[str], values: Mapping[str, float]) -> None:
        self.tokens, self.values, self.at, self.depth = tokens, values, 0, 0

    def whole(self) -> float:
        value = self.sum()
        if self.at < len(self.tokens):
            raise SyntaxError
        return value

    def sum(self) -> float:
        return self.chain("+-", self.product)

    def product(self) -> float:
        value = self.factor()
        while self.next():
            if self.next() in "*/":
                sign = self.take()
            elif self.values and (
                self.next() == "(" or self.next() in self.values or self.next() in FUNCTIONS
            ):
                sign = "*"
            else:
                break
            value = float(SIGNS[sign].ieee(value, self.factor()))
        return value

    def chain(self, signs: str, operand: Callable[[], float]) -> float:
        value = operand()
        while self.next() and self.next() in signs:
            sign = self.take()
            value = float(SIGNS[sign].ieee(value, operand()))
        return value

    def factor(self) -> float:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise SyntaxError
        try:
            if self.next() in ("-", "+"):
                return -self.factor() if self.take() == "-" else self.factor()
            base = self.atom()
            if self.next() != "^":
                return base
            self.take()
            return float(KERNELS["power"].ieee(base, self.factor()))
        finally:
            self.depth -= 1

    def atom(self) -> float:
        token = self.take()
        if token in self.values:
            return self.values[token]
        if self.values and token in FUNCTIONS:
            return self.function(FUNCTIONS[token], self.atom())
        token = token.lower()
        if token == "(":
            value = self.sum()
            if self.take() != ")":
                raise SyntaxError
            return value
        if token in ("inf", "nan"):
            return float(token)
        if not re.match(r"[0-9]|[.,][0-9]", token):
            raise SyntaxError
        return float(token.replace(",", "."))

    def function(self, name: str, x: float) -> float:
        try:
            return float(TABLE[name](x))
        except AutogradError:  # outside its domain
            return math.nan

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""
