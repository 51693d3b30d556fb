"""Formulas as MathML, which browsers draw without a library, with holes that the player fills in.

A further `Forms`: what a rule or an operation says is decided by the engine; here it only becomes markup. The
rows' own LaTeX is translated by latex2mathml. Whatever text comes in is escaped: no piece can contain markup
that was not written here. It computes nothing, and knows no derivative.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape
from importlib import import_module
from typing import Any

from autograd import Edge, Graph, Primitive
from autograd.graph.rules import rule
from autograd.table.language import COMPARISONS
from autograd.text import labels, precedence
from autograd.text.forms import PLAIN, Forms, Piece, composite
from autograd.text.numbers import number
from autograd.text.packages import install
from autograd.text.precedence import ATOM, Hole, Template
from viz.figures.names import visible

OUT = -1  # the hole of the node itself
SHOWN = 6  # elements of a sequence that are written out; of more, the first three and the last
NOTE = (
    f"Functions are written as calls here; {install('mathematics in the player')}, and they are set as "
    "mathematics."
)

# A formula cut at its holes: which operand, whether a negative number needs brackets, which level needs none.
Cut = tuple[str | tuple[int, bool, int], ...]

_MARK, _WORD = 0xE000, 0xF000  # private characters: for operands, and for functions' names
_BRACKET = '<mo stretchy="false">(</mo>{}<mo stretchy="false">)</mo>'
_SIGNS = {"⋅": "·"} | {sign: sign for sign in "·⌊⌋⌈⌉⟨⟩"}  # signs, whatever latex2mathml takes them for
ELEMENTS = re.compile(
    "math|m(row|i|n|o|text|space|style|frac|sqrt|root|over|su[bp]|subsup|under|underover|table|tr|td)"
)
ATTRIBUTES = frozenset(["stretchy", "fence", "form", "mathvariant"])
_HOLE = re.compile(r"<hole_(-?\d+)_(\d)_([01])/>")
_SIGNED = re.compile("(<mrow>)*<mo>−</mo>")
_BIG = re.compile(r"\\(sum|prod|max|min)_j\s*(e\^\{\{\{\w+\}_j\}\}|(?:\{\w+\}_j\s*)+)")
_NAME = re.compile(r"\\operatorname\{((?:\\_|\w)+)\}")


class _MathML(Forms):
    """Leaves it to the player whether what goes into a hole needs brackets there, and writes as she does."""

    def named(self, label: str) -> Piece:
        return Piece(self.name(label), 0 if composite(label) else ATOM)

    def grouped(self, name: Piece) -> str:
        return self.inside(name, ATOM, signed=True)

    def operation(self, *arguments: Any, **named: Any) -> Piece:
        written = super().operation(*arguments, **named)
        return Piece(one(written.text), written.level)

    def inside(self, piece: Piece, needed: int, signed: bool = False) -> str:
        first = _HOLE.match(piece.text)
        if first is None or (piece.level < needed and first.end() < len(piece.text)):
            loose = piece.level < needed or (signed and _SIGNED.match(piece.text))
            return self.bracketed(piece.text) if loose else piece.text
        alone = first.end() == len(piece.text)
        marked = _mark(int(first[1]), needed if alone else int(first[2]), signed or first[3] == "1")
        return marked + piece.text[first.end() :]


def _mark(operand: int, needed: int = 0, signed: bool = False) -> str:
    return f"<hole_{operand}_{needed}_{signed:d}/>"


def hole(operand: int) -> Piece:
    """Return a place for an operand, or for the node itself."""
    return Piece(_mark(operand))


@lru_cache(maxsize=4096)
def one(markup: str) -> str:
    """Make one element of a formula, so that a script or a fraction bar takes it as a whole.

    Examples
    --------
    >>> one("<mi>a</mi>"), one("<mo>−</mo><mn>1</mn>")
    ('<mi>a</mi>', '<mrow><mo>−</mo><mn>1</mn></mrow>')
    """
    return markup if len(ET.fromstring(f"<math>{markup}</math>")) == 1 else f"<mrow>{markup}</mrow>"


def cut(markup: str) -> Cut:
    """Cut a formula at its holes, for the player.

    Examples
    --------
    >>> cut(MATHML.infix("*", hole(0), hole(1)).text)
    ('<mrow>', (0, False, 2), '<mo>·</mo>', (1, True, 2), '</mrow>')
    """
    texts = _HOLE.split(one(markup))
    parts: list[str | tuple[int, bool, int]] = [texts[0]]
    for operand, needed, signed, after in zip(*(texts[i::4] for i in (1, 2, 3, 4)), strict=True):
        parts += [(int(operand), signed == "1", int(needed)), after]
    return tuple(part for part in parts if part)


def _digits(x: float) -> str:
    text = number(x)
    return f"<mrow><mo>−</mo><mn>{text[1:]}</mn></mrow>" if text.startswith("-") else f"<mn>{text}</mn>"


def _function(name: str, operands: str) -> str:
    return f'<mi mathvariant="normal">{escape(name)}</mi>{_BRACKET.format(operands)}'


@lru_cache(maxsize=1024)
def _template(row: Primitive, operands: int, left_out: int) -> Template | None:
    """Return a row's own LaTeX as MathML with holes; None where it cannot be had."""
    latex, places = _spread(row, operands, left_out if row.nary else len(row.parameters) - operands)
    found = precedence.template(latex, tuple(places))
    at = [*places.values()]
    holes = [part._replace(operand=at[part.operand]) for part in found.parts if isinstance(part, Hole)]
    marks = map(chr, range(_MARK, _MARK + len(holes)))
    # a mark in braces becomes a group of its own, so that anything may be filled in
    marked = (part if isinstance(part, str) else f"{{{next(marks)}}}" for part in found.parts)
    texts = re.split(f"<mi>([{chr(_MARK)}-{chr(_WORD - 1)}])</mi>", translated("".join(marked)))
    if len(texts) != 2 * len(holes) + 1 or texts == [""]:
        return None
    texts[1::2] = (holes[ord(mark) - _MARK] for mark in texts[1::2])
    return Template(tuple(texts), found.level)


@cache
def translator() -> Callable[[str], str] | None:
    """Return what turns LaTeX into MathML; None where latex2mathml is not installed."""
    try:
        converter: Any = import_module("latex2mathml.converter")
    except ImportError:
        return None
    return lambda latex: str(converter.convert(latex))


def translated(latex: str) -> str:
    r"""Translate the LaTeX of a row; "" where latex2mathml cannot, or finds anything but mathematics in it.

    Examples
    --------
    >>> translated(r"\sqrt[3]{2}"), translated(r"\operatorname{leaky\_relu}(x)")[:40]
    ('<mroot><mrow><mn>2</mn></mrow><mn>3</mn></mroot>', '<mi mathvariant="normal">leaky_relu</mi>')
    >>> translated(r"\href{https://example.org}{x}"), translated(r"\text{<b>x</b>}")
    ('<mrow><mrow><mi>x</mi></mrow></mrow>', '')
    """
    convert = translator()
    names = [name.replace("\\", "") for name in _NAME.findall(latex)]
    marks = map(chr, range(_WORD, _WORD + len(names)))
    try:
        root = ET.fromstring(convert(_NAME.sub(lambda _: next(marks), latex)) if convert else "<math/>")
    except Exception:  # noqa: BLE001  the translator has a dozen of its own, and any text may come in
        return ""
    for element in root.iter():
        text, element.tag = element.text or "", element.tag.split("}")[-1]
        if not ELEMENTS.fullmatch(element.tag):
            return ""
        element.attrib = {key: of for key, of in element.items() if key in ATTRIBUTES}
        if len(text) == 1 and 0 <= ord(text) - _WORD < len(names):
            element.tag, element.text = "mi", names[ord(text) - _WORD]
            element.set("mathvariant", "normal")
        elif text in _SIGNS:
            element.tag, element.text = "mo", _SIGNS[text]
    return "".join(ET.tostring(child, encoding="unicode") for group in root for child in group)


def _spread(row: Primitive, operands: int, left_out: int) -> tuple[str, dict[str, int]]:
    """Return a row's LaTeX with a parameter for each operand that it shows, and which operand each is.

    A sum, product, maximum or minimum over j is written out term by term.
    """
    latex = precedence.without(row.latex, row.parameters[len(row.parameters) - left_out :])
    grouped = row.arguments(range(operands + left_out))
    places = {p: at for p, at in zip(row.parameters, grouped, strict=True) if isinstance(at, int)}
    length = next((len(at) for at in grouped if isinstance(at, tuple)), 0)
    shown = list(range(length)) if length <= SHOWN else [0, 1, 2, None, length - 1]
    for parameter, at in zip(row.parameters, grouped, strict=True):
        if isinstance(at, tuple):
            places |= {f"{parameter}_{j}": at[j] for j in shown if j is not None}

    def term(body: str, j: int | None) -> str:
        factors = re.sub(r"\}_j\s+\{(?=\w)", r"}_j \\cdot {", body.strip())
        return r"\dots" if j is None else re.sub(r"\{(\w+)\}_j", rf"{{\1_{j}}}", factors)

    def written_out(big: re.Match[str]) -> str:
        kind, terms = big[1], [term(big[2], j) for j in shown]
        if kind in ("max", "min"):
            return rf"\{kind}({', '.join(terms)})"
        joined = (r" \cdot " if kind == "prod" else " + ").join(terms) or ("1" if kind == "prod" else "0")
        return f"({joined}) " if big.start() else joined + " "

    return _BIG.sub(written_out, latex).replace("{{n}}", f"{{{{{length}}}}}"), places


MATHML = _MathML(
    _digits,
    lambda label: labels.mathml(visible(label)),
    lambda words: f"<mtext>{escape(words)}</mtext>",
    {"*": "<mo>·</mo>", "+": "<mo>+</mo>", "-": "<mo>−</mo>"}
    | {sign: f"<mo>{escape(PLAIN.signs.get(sign, sign).strip())}</mo>" for sign in COMPARISONS.values()},
    pi="<mi>π</mi>",
    bracket=f"<mrow>{_BRACKET}</mrow>",
    fraction="<mfrac>{}{}</mfrac>",
    power="<msup>{}{}</msup>",
    comma="<mo>,</mo>",
    omitted="<mtext>({} more)</mtext>",
    total="<mi>d</mi>",
    partial="<mo>∂</mo>",
    slope="<mfrac><mrow>{d}{above}</mrow><mrow>{d}{below}</mrow></mfrac>",
    in_slot="<mrow><msub><mo>∂</mo><mn>{}</mn></msub>{}</mrow>".format,
    bar='<mover accent="true">{}<mo stretchy="true">¯</mo></mover>'.format,
    function=_function,
    group=one,
    minus="<mo>−</mo>",
    template=_template,
)


@lru_cache(maxsize=1024)
def value(row: Primitive, operands: int, left_out: int = 0) -> Cut:
    """Return the formula of a row's value for a number of operands, others left at their defaults.

    Examples
    --------
    >>> from autograd.table.rows import mul
    >>> value(mul, 2)
    ('<mrow>', (0, False, 2), '<mo>·</mo>', (1, True, 2), '</mrow>')
    """
    return cut(MATHML.operation(row, range(operands), hole, left_out=left_out).text)


def derivative(graph: Graph, edge: Edge) -> Cut:
    """Return the rule of the local derivative on an edge, and why this case of several holds.

    It is empty where there is none to write: in a collapsed graph, and for a row made of Python functions.

    Examples
    --------
    >>> from autograd import relu, tanh, values
    >>> x, s = values(x=3.0, s=-0.3)
    >>> graph = Graph(tanh(x))
    >>> derivative(graph, graph.edges[0])
    ('<mrow><mn>1</mn><mo>−</mo>', (-1, True, 2), '<mo>·</mo>', (-1, True, 2), '</mrow>')
    >>> graph = Graph(relu(s))
    >>> derivative(graph, graph.edges[0])
    ('<mrow><mn>0</mn><mtext>, as </mtext><mrow>', (0, False, 0), '<mo>≤</mo><mn>0</mn></mrow></mrow>')
    """
    operands, op = graph.operands[edge.target], graph.nodes[edge.target].op
    if op is not None and "others(j)" in op.partials and len(operands) > SHOWN:
        return (MATHML.words("the product of the others"),)
    holes = {other.source: hole(other.slot) for other in operands} | {edge.target: hole(OUT)}
    found = rule(graph, edge, MATHML, holes.__getitem__)
    if found is None:
        return ()
    pieces = [one(found.text)]
    for i, reason in enumerate(found.reasons):
        pieces += [MATHML.words(" and " if i else ", as "), one(reason)]
    if found.choice:
        pieces.append(MATHML.words(f" ({found.choice})"))
    return cut("".join(pieces))
