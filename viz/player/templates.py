"""Cuts formulas into templates: MathML with holes for operands, so that one serves all nodes of its kind.

The formula of a row's value comes from its `latex` column. It computes nothing, and knows no derivative.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import lru_cache

from autograd import Primitive
from autograd.graph.latex import form
from viz.player.latex import is_hole, mathml

OUT = -1  # the hole of the node itself
SHOWN = 6  # elements of a sequence that are written out; of more, the first three and the last

# Which operand; whether a negative number needs brackets there; the precedence that an expression needs.
Hole = tuple[int, bool, int]
Template = tuple[str | Hole, ...]

_BIG = re.compile(r"\\(sum|prod|max|min)_j\s*(e\^\{\{\{\w+\}_j\}\}|(?:\{\w+\}_j\s*)+)")
ATOM = 9
_NEEDED = {"·": 2, "−": 2, "+": 1}
_OPEN = {"(", ",", "|", "=", "⌊", "["}


def hole(operand: int) -> str:
    """Return the private character that stands for an operand while a formula is being printed."""
    return chr(0xFFFFD if operand == OUT else 0xF0000 + operand)


@lru_cache(maxsize=1024)
def value(primitive: Primitive, operands: int, untold: int = 0) -> Template:
    """Return the formula of a row's value for a number of operands, the last ones left at their defaults.

    Examples
    --------
    >>> from autograd.table.rows import mul
    >>> value(mul, 2)
    ('<mrow>', (0, False, 2), '<mo>·</mo>', (1, True, 2), '</mrow>')
    """
    names = operand_names(primitive, operands)
    latex = form(primitive, len(primitive.parameters) - untold)
    if not latex:
        arguments = ", ".join(hole(i) for i in range(operands - untold))
        return template(mathml(rf"\operatorname{{{primitive.name}}}({arguments})"))
    length = _length(primitive, operands)
    if primitive.nary:
        latex = _BIG.sub(
            lambda big: _written_out(big[1], big[2], names, length, inside=big.start() > 0), latex
        )
        latex = latex.replace("{{n}}", f"{{{{{length}}}}}")
    scalars = {name: hole(i) for i, (name, j) in enumerate(names) if j is None}
    return template(mathml(latex.format(**scalars)))


def template(markup: str) -> Template:
    """Cut MathML at its holes, and say of each when what goes into it needs brackets."""
    root = ET.fromstring(f"<math>{markup}</math>")
    for parent in root.iter():
        children = list(parent)
        for place, child in enumerate(children):
            if child.text and len(child.text) == 1 and is_hole(child.text):
                tight, needed = _surroundings(parent, children, place)
                child.text = f"\0{int(tight)}{needed}{child.text}\0"
    cut = ET.tostring(root, encoding="unicode")[len("<math>") : -len("</math>")]
    mixed: list[str | Hole] = []
    for place, piece in enumerate(re.split(r"<mi>\0(...)\0</mi>", cut)):
        if place % 2:
            operand = OUT if piece[2] == hole(OUT) else ord(piece[2]) - ord(hole(0))
            mixed.append((operand, piece[0] == "1", int(piece[1])))
        elif piece:
            mixed.append(piece)
    return tuple(mixed)


def _surroundings(parent: ET.Element, children: Sequence[ET.Element], place: int) -> tuple[bool, int]:
    """Return whether a negative number needs brackets at a place, and which precedence needs none."""
    if parent.tag == "msup":
        return place == 0, ATOM * (place == 0)
    if parent.tag != "mrow":
        return False, 0
    before, after = (_sign(children, i) for i in (place - 1, place + 1))
    opened = place == 0 or before in _OPEN
    return not opened, max(0 if opened else _NEEDED.get(before, 0), _NEEDED.get(after, 0) - (after == "−"))


def _sign(children: Sequence[ET.Element], place: int) -> str:
    there = 0 <= place < len(children) and children[place].tag == "mo"
    return children[place].text or "" if there else ""


def operand_names(primitive: Primitive, operands: int) -> list[tuple[str, int | None]]:
    """Name every operand: its parameter, and its place in the sequence if the parameter is one."""
    grouped = primitive.arguments(range(operands))
    names: list[tuple[str, int | None]] = []
    for parameter, group in zip(primitive.parameters, grouped, strict=True):
        names += (
            [(parameter, j) for j in range(len(group))] if isinstance(group, tuple) else [(parameter, None)]
        )
    return names


def _length(primitive: Primitive, operands: int) -> int:
    return next((len(g) for g in primitive.arguments(range(operands)) if isinstance(g, tuple)), 0)


def _written_out(
    kind: str, body: str, names: Sequence[tuple[str, int | None]], length: int, *, inside: bool
) -> str:
    """Write a sum, product, maximum or minimum over j term by term, in the template language of `latex`."""
    shown: list[int | None] = [*range(length)]
    if length > SHOWN:
        shown = [0, 1, 2, None, length - 1]
    terms = []
    for j in shown:
        holes = {
            parameter: hole(i) for i, (parameter, place) in enumerate(names) if place == j and j is not None
        }
        term = re.sub(r"\}_j\s+\{(?=\w)", r"}_j \\cdot {", body.strip())
        term = re.sub(r"\{(\w+)\}_j", lambda name, holes=holes: holes.get(name[1], ""), term)  # type: ignore[misc]
        terms.append(r"\dots" if j is None else term)
    if kind in ("max", "min"):
        return rf"\{kind}({', '.join(terms)})"
    joined = (r" \cdot " if kind == "prod" else " + ").join(terms) or ("1" if kind == "prod" else "0")
    return f"({joined}) " if inside else joined + " "
