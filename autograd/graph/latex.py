r"""The rules of the table, the nodes' names and their derivatives in LaTeX.

A reader of rows, as all others are: what is printed is the text that was computed. Knows notation only; what
is worth printing is decided in `autograd.explain`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from autograd.core.row import Row
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.rules import POWER, PRECEDENCE, Piece, Printer
from autograd.graph.snapshot import Edge
from autograd.table.primitive import TABLE
from autograd.text import numbers
from autograd.text.forms import ATOM, NEGATIVE, composite

_INDEXED = re.compile(r"([^\W\d_]+)(?:\^\{?([0-9]+|[ijkn])\}?)?(?:_\{?([0-9]+|[ijkn])\}?)?\Z")
_GREEK = re.compile(
    r"(alpha|beta|[gG]amma|[dD]elta|epsilon|zeta|eta|[tT]heta|iota|kappa|[lL]ambda|mu|nu|[xX]i|[pP]i|rho|[sS]igma|"
    r"tau|[pP]hi|chi|[pP]si|[oO]mega)\Z"
)
_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    | {"\n": " ", "\r": " ", "\t": " "}
)
_made: WeakKeyDictionary[Graph, tuple[str, ...]] = WeakKeyDictionary()
_COMPARED = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}


def label(text: str) -> str:
    r"""Write a label; one with indices in the notes' manner gets them, any other stays text.

    Examples
    --------
    >>> print(label("w^1_11"), label("O_{21}"), label("theta"), label("loss"), label("learning_rate"))
    w^{1}_{11} O_{21} \theta \text{loss} \text{learning\_rate}
    """
    match = _INDEXED.match(text)
    if match is None:
        return rf"\text{{{text.translate(_ESCAPES)}}}"
    base, upper, lower = match.groups("")
    if _GREEK.match(base):
        base = f"\\{base}"
    elif len(base) > 1:
        base = rf"\text{{{base}}}"
    return base + (f"^{{{upper}}}" if upper else "") + (f"_{{{lower}}}" if lower else "")


def number(x: float) -> str:
    r"""Write a number to four significant digits.

    Examples
    --------
    >>> print(number(-0.25), number(3e-9), number(float("inf")))
    -0.25 3 \cdot 10^{-9} \infty
    """
    mantissa, _, exponent = numbers.number(x).partition("e")
    mantissa = mantissa.replace("inf", r"\infty").replace("nan", r"\text{nan}")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def names(graph: Graph) -> tuple[str, ...]:
    r"""Return what the nodes are called, as `autograd.graph.names` decides, in LaTeX.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=2.0, b=3.0)
    >>> names(Graph(3 * (a + b) ** 2))
    ('a', 'b', 'a + b', '2', '{\\left(a + b\\right)}^{2}', '3', 'f')
    """
    if graph not in _made:
        _made[graph] = _name_all(graph)
    return _made[graph]


def _name_all(graph: Graph) -> tuple[str, ...]:
    found: list[Piece] = []
    for node, plain in zip(graph.nodes, naming.names(graph), strict=True):
        if node.constant:
            text, level = number(node.data), ATOM if node.data >= 0 else NEGATIVE
        elif node.label:
            text, level = label(node.label), ATOM
        elif re.fullmatch(r"[fn]\d*", plain):
            text, level = (f"{plain[0]}_{{{plain[1:]}}}" if plain[1:] else plain), ATOM
        else:
            assert node.op is not None  # only an operation goes by an expression
            if naming.complete(graph, node):
                text = call(node.op, [found[edge.source] for edge in naming.given(graph, node)])
            else:
                text = label(plain)
            level = node.op.precedence or (0 if loose(text) else ATOM)
        found.append(Piece(text, level, node.data, node.constant))
    return tuple(piece.text for piece in found)


def gradient(graph: Graph, index: int) -> str:
    r"""Write the root's derivative with respect to a node."""
    called = names(graph)
    return _derivative(" + ".join(called[root] for root in graph.roots), called[index])


def local(graph: Graph, edge: Edge, called: Sequence[str]) -> str:
    r"""Write the local derivative on an edge; `called` are the nodes' names in LaTeX."""
    if sum(other.source == edge.source for other in graph.operands[edge.target]) > 1:
        return rf"\partial_{{{edge.slot + 1}}} {_grouped(called[edge.target])}"
    return _derivative(called[edge.target], called[edge.source])


def _derivative(above: str, below: str) -> str:
    return rf"\frac{{\partial {_grouped(above)}}}{{\partial {_grouped(below)}}}"


def _grouped(text: str) -> str:
    return _bracketed(text) if composite(text) else text


def loose(text: str) -> bool:
    """Say whether a printed text is a sum or a difference, on the outside."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "{(") - (c in "})")
        if not depth and i and c in "+-" and text[i - 1] == " ":
            return True
    return False


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def call(row: Row, operands: Sequence[Piece]) -> str:
    r"""Write a row applied to its operands, by its LaTeX template; brackets where they are needed.

    Operands at the end may be left out, as they may in the call of a row with defaults.
    """
    if row.sequences or not row.latex:
        return (
            rf"\operatorname{{{row.name.translate(_ESCAPES)}}}({', '.join(piece.text for piece in operands)})"
        )
    texts = []
    for parameter, piece in zip(row.parameters, operands, strict=False):
        first = parameter == row.parameters[0]
        raised = re.search(rf"{{{parameter}}}+\^", row.latex) is not None
        tight = row.precedence + (not first) if row.symbol and "{{{" not in row.latex else 0
        level = ATOM if raised or (tight and not first and piece.text.startswith("-")) else tight
        texts.append(piece.text if piece.level >= level else _bracketed(piece.text))
    return form(row, len(texts)).format(**dict(zip(row.parameters, texts, strict=False)))


def form(row: Row, given: int) -> str:
    r"""Return a row's template for its first parameters: the others go, with their index, plus or comma.

    Examples
    --------
    >>> print(form(TABLE["elu"], 2), form(TABLE["elu"], 1), form(TABLE["dot"], 2))
    \operatorname{{elu}}_{{{alpha}}}({x}) \operatorname{{elu}}({x}) \sum_j {w}_j {x}_j
    """
    latex = row.latex
    for parameter in row.parameters[given:]:
        latex = re.sub(rf"_\{{\{{\{{{parameter}\}}\}}\}}|\s*[+,]\s*\{{{parameter}\}}", "", latex)
    return latex


class LatexPrinter(Printer):
    r"""Prints a rule in LaTeX.

    Examples
    --------
    >>> from autograd import tanh, values
    >>> from autograd.graph.rules import rule
    >>> graph = Graph(tanh(values(s_1=0.5)[0]))
    >>> print(rule(graph, graph.edges[0], LatexPrinter))
    1 - f \cdot f
    """

    pi = r"\pi"

    def names(self, graph: Graph) -> Sequence[str]:
        return names(graph)

    def written(self, x: float) -> str:
        return number(x)

    def infix(self, symbol: str, left: Piece, right: Piece) -> str:
        if symbol == "/":
            return rf"\frac{{{left.text}}}{{{right.text}}}"
        level = PRECEDENCE[symbol]
        first = self.inside(left, level)
        second = self.inside(right, ATOM if right.text.startswith("-") else level + (symbol == "-"))
        return rf"{first} \cdot {second}" if symbol == "*" else f"{first} {symbol} {second}"

    def power(self, base: Piece, exponent: Piece) -> str:
        return f"{{{self.inside(base, POWER + 1)}}}^{{{exponent.text}}}"

    def function(self, name: str, arguments: Sequence[Piece]) -> str:
        return call(TABLE[name], arguments)

    def compared(self, symbol: str, left: str, right: str) -> str:
        return f"{left} {_COMPARED.get(symbol, symbol)} {right}"

    def inside(self, piece: Piece, level: int) -> str:
        return piece.text if piece.level >= level else _bracketed(piece.text)
