r"""Says how a label and a derivative are written on a drawing; knows nothing of boxes, DOT or SVG.

A label is the learner's own text. It stays text: control characters, line breaks and marks that reorder a
line are shown by their escapes, long labels are cut, and only a label that is an index in the notes' manner
(`w^1_{11}`, `x_2`) is set with small digits.
"""

import re
import unicodedata
from typing import Literal

from autograd.text.forms import PLAIN

Notation = Literal["leibniz", "dvar", "bar"]
NOTATIONS: tuple[Notation, ...] = ("leibniz", "dvar", "bar")

LONGEST = 40
_SHAPERS = "\u200c\u200d"  # they shape words and hold an emoji together
_INDEXED = re.compile(r"([^\W\d_]+(?:\[\d+\])?)(?:\^\{?([0-9]+)\}?)?(?:_\{?([0-9,]+|[ijkn])\}?)?\Z")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789ijkn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ")


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Return `text` on one line, with nothing in it that cannot be seen.

    >>> visible("two\nlines"), visible("a" * 50)[-2:]
    ('two\\nlines', 'a…')
    """
    shown = "".join(_visible_character(c) for c in text[: longest + 1])
    return shown[: longest - 1] + "…" if len(shown) > longest else shown


def _visible_character(c: str) -> str:
    if c in _SHAPERS:
        return c
    if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(c) & 0xFFFE == 0xFFFE:
        return c.encode("unicode_escape").decode("ascii")
    return c


def pretty(label: str) -> str:
    """Return a label as it is drawn: indices in the notes' manner become small digits.

    >>> pretty("w^1_{11}"), pretty("O_21"), pretty("x_2"), pretty("learning_rate"), pretty("2^3")
    ('w¹₁₁', 'O₂₁', 'x₂', 'learning_rate', '2^3')
    """
    match = _INDEXED.match(label)
    if match is None:
        return visible(label)
    base, upper, lower = match.groups("")
    return visible(base + upper.translate(_RAISED) + lower.translate(_LOWERED))


def gradient(root: str, node: str, notation: Notation = "leibniz") -> str:
    """Return the symbol for the derivative of the root with respect to a node.

    >>> gradient("J", "b"), gradient("J", "b * c"), gradient("J", "b", "dvar"), gradient("J", "w₁₁", "bar")
    ('∂J/∂b', '∂J/∂(b * c)', 'db', 'bar(w₁₁)')
    """
    if notation == "dvar":
        return f"d{PLAIN.grouped(node)}"
    if notation == "bar":
        return f"{node}\u0304" if len(node) == 1 else f"bar({node})"
    return PLAIN.derivative(root, node)


def local(consumer: str, operand: str, notation: Notation = "leibniz", slot: int | None = None) -> str:
    """Return the symbol for the local derivative on an edge.

    With a `slot` the derivative is the one in that operand alone, ∂₁y: in y = x·x each edge carries x, not
    dy/dx.

    >>> local("v", "u"), local("v", "u", "dvar"), local("y", "x", slot=0)
    ('∂v/∂u', 'dv/du', '∂₁y')
    """
    if slot is not None:
        return PLAIN.derivative_in(slot, consumer)
    return PLAIN.derivative(consumer, operand, "d" if notation == "dvar" else "∂")


def checked(notation: str) -> Notation:
    """Return `notation` if it is one of the known ones; a ValueError lists them otherwise."""
    for known in NOTATIONS:
        if notation == known:
            return known
    raise ValueError(
        f'notation={notation!r} is not known. Use "leibniz" (∂L/∂w), "dvar" (dw, as in the notes) or "bar" '
        "(w with a bar)."
    )
