"""Reads a number as a learner writes it; the script of the pages reads by the same rules.

Knows no graph and no question, and runs nothing as Python. Its twin is `viz/player/assets/reading.js`: the
tests hold both to the same texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from autograd.table.kernels import KERNELS, SIGNS

UNREADABLE = "Write a number, such as −0.25, 1/3 or 3·1·2."

_SIGNS = str.maketrans(
    {**dict.fromkeys("−–", "-"), **dict.fromkeys("·×⋅∙∗", "*"), **dict.fromkeys(":÷∕", "/")}
)
_TOKEN = re.compile(r"(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:e[-+]?[0-9]+)?|inf|nan|\S", re.IGNORECASE)
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


def read(typed: str) -> Reading | None:
    """Read a number or what makes one: ``-0.25``, ``0,25``, ``1/4``, ``3·1·2``, ``2^3``, ``(-2)·(1+0.5)``.

    Parameters
    ----------
    typed : str
        Of an equation, what follows its last sign of equality.

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
    """
    text = typed.rpartition("=")[2].strip().translate(_SIGNS).replace("**", "^")
    text = re.sub("∞|infinity", "inf", text, flags=re.IGNORECASE)
    try:
        value = _Reader(_TOKEN.findall(text)).whole()
    except (SyntaxError, OverflowError):
        return None
    return (
        None
        if math.isnan(value) and not re.search(r"nan|inf|[/*^]", text, re.IGNORECASE)
        else (Reading(value, _size(text)))
    )


def _size(text: str) -> float:
    """Return half a unit of the last digit of a number of two or more; 0 for everything else."""
    alone = _ALONE.fullmatch(text)
    whole, part, power = alone.groups("") if alone else ("", "", "")
    digits = (whole + part).lstrip("0")
    certain = digits if part else digits.rstrip("0")  # the zeros of 1200 may only hold the place
    if len(certain) < 2:
        return 0.0
    return 0.5 * 10.0 ** (len(digits) - len(certain) - len(part) + int(power or 0))


class _Reader:
    """Sums of products of powers, read from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def whole(self) -> float:
        value = self.sum()
        if self.at < len(self.tokens):
            raise SyntaxError
        return value

    def sum(self) -> float:
        return self.chain("+-", self.product)

    def product(self) -> float:
        return self.chain("*/", self.factor)

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
        token = self.take().lower()
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

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""
