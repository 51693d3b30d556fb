"""How tightly what is written binds: signs by one table, a row's LaTeX by the signs that stand in it.

A level is a number: what is written with a lower one needs brackets inside what is written with a higher one.
Decides where brackets are needed; what they look like, as all else, is decided in `autograd.text.forms`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

COMPARED = -1  # looser than all else, and not 0, which is no sign at all
PRECEDENCE = dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARED)
PRECEDENCE |= {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
SUM, PRODUCT, NEGATIVE, POWER, ATOM = 1, 2, 3, 4, 9  # of an atom nothing can come loose
_MARK = 0xE000  # a private character, to see an operand's place


class Hole(NamedTuple):
    """A place for an operand: which one, the level that needs no brackets, whether a sign needs them."""

    operand: int
    needed: int = 0
    signed: bool = False


class Template(NamedTuple):
    """How a row is written: text with holes for its operands, and how tightly the whole binds."""

    parts: tuple[str | Hole, ...]
    level: int = ATOM


def without(latex: str, parameters: Sequence[str]) -> str:
    r"""Return a row's template without some parameters: they go with their index, plus or comma.

    Examples
    --------
    >>> print(without(r"\operatorname{{elu}}_{{{alpha}}}({x})", ["alpha"]))
    \operatorname{{elu}}({x})
    """
    for parameter in parameters:
        latex = re.sub(rf"_\{{\{{\{{{parameter}\}}\}}\}}|\s*[+,]\s*\{{{parameter}\}}", "", latex)
    return latex


@cache
def template(latex: str, parameters: tuple[str, ...]) -> Template:
    r"""Take a row's LaTeX apart at its operands, and see what stands around each.

    Examples
    --------
    >>> template(r"\ln(1 + {x})", ("x",))
    Template(parts=('\\ln(1 + ', Hole(operand=0, needed=1, signed=True), ')'), level=9)
    >>> template("e^{{{x}}} - 1", ("x",)).level, template("{{{x}}}^2", ("x",)).parts[1]
    (1, Hole(operand=0, needed=9, signed=True))
    """
    marks = {parameter: chr(_MARK + i) for i, parameter in enumerate(parameters)}
    texts = re.split(f"([{chr(_MARK)}-{chr(_MARK + len(marks))}])", latex.format(**marks))
    holes = [_hole(ord(texts[i]) - _MARK, texts[i - 1], texts[i + 1]) for i in range(1, len(texts), 2)]
    parts = [part for pair in zip_longest(texts[::2], holes) for part in pair if part]
    return Template(tuple(parts), _level("x".join(texts[::2])))


def _hole(operand: int, before: str, after: str) -> Hole:
    """Say what an operand needs between two texts of LaTeX."""
    if re.match(r"\}*\^", after) or not (before or after):  # it is raised to a power, or all there is
        return Hole(operand, ATOM, True)
    left, right = re.search(r"([+-]|\\cdot)\s*$", before), re.match(r"\s*([+-]|\\cdot)", after)
    needed = max(_level_of(left) + (left is not None and left[1] == "-"), _level_of(right))
    opened = re.search(r"(^|[(,|=\[{]|\\lfloor)\s*$", before) is not None
    return Hole(operand, needed, not opened)


def _level_of(sign: re.Match[str] | None) -> int:
    return 0 if sign is None else PRECEDENCE.get(sign[1], PRODUCT)


def _level(latex: str) -> int:
    """Say how tightly LaTeX binds, by the sign on the outside that binds least."""
    before = ""
    while before != latex:
        before, latex = latex, re.sub(r"\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\]", "", latex)
    if re.search(r"\S\s*[+-]", latex):
        return SUM
    if latex.startswith("-"):
        return NEGATIVE
    return PRODUCT if r"\cdot" in latex else POWER if "^" in latex or r"\frac" in latex else ATOM
