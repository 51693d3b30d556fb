"""One chain-rule path in three lines: symbols, rules and numbers, in plain text or in LaTeX.

Where the graph is collapsed, an edge is spelled out by the rules that it hides, as long as they form one
chain. Decides how a path is written, not which paths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.graph import latex
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.paths import Path
from autograd.graph.rules import Printer, rule
from autograd.graph.snapshot import Edge
from autograd.text.forms import composite
from autograd.text.numbers import ends, number

LONGEST = 12  # factors in a line
MOST_RULES = 1000  # operations hidden behind one edge: beyond, they are not looked through


class Notation(NamedTuple):
    """How names, products and numbers are written."""

    printer: type[Printer]
    symbol: Callable[[Graph, Edge], str]
    number: Callable[[float], str]
    bracketed: str
    loose: Callable[[str], bool]
    times: str
    omitted: str


PLAIN = Notation(Printer, naming.local, number, "({})", composite, " · ", "({} more)")
LATEX = Notation(
    latex.LatexPrinter,
    lambda graph, edge: latex.local(graph, edge, latex.names(graph)),
    latex.number,
    r"\left({}\right)",
    latex.loose,
    r" \cdot ",
    r"\underbrace{{\cdots}}_{{{}\ \text{{more}}}}",
)


def three_lines(whole: Graph, path: Path, notation: Notation) -> list[str]:
    """Write a path's product in symbols, by rule, and in numbers; without a rule, in two lines."""
    head, omitted, tail = ends(path.edges, LONGEST)
    gap = [notation.omitted.format(omitted)] if omitted else []

    def line(write: Callable[[Edge], list[str]]) -> str:
        parts = [
            *(text for edge in head for text in write(edge)),
            *gap,
            *(text for edge in tail for text in write(edge)),
        ]
        if write is rules and not omitted:
            parts = [text for text in parts if text != "1"] or ["1"]
        return _product(parts, gap, notation)

    def symbols(edge: Edge) -> list[str]:
        return [notation.symbol(path.graph, edge)]

    def rules(edge: Edge) -> list[str]:
        return _rules(whole, path.graph, edge, notation) or symbols(edge)

    def numbers(edge: Edge) -> list[str]:
        return [notation.number(edge.partial or 0.0)]

    product = notation.number(path.product)
    lines = [line(symbols), line(rules), line(numbers)]
    if lines[1] == lines[0]:
        del lines[1]
    lines[-1] = lines[-1].replace(" · ", "·")
    if len(path.edges) > 1:
        lines[-1] += f" = {product}"
    return [text for i, text in enumerate(lines) if not i or text != lines[i - 1]]


def _product(parts: Sequence[str], gap: Sequence[str], notation: Notation) -> str:
    texts = [
        notation.bracketed.format(text)
        if text not in gap and ((len(parts) > 1 and notation.loose(text)) or (i and text.startswith("-")))
        else text
        for i, text in enumerate(parts)
    ]
    return notation.times.join(texts)


def _rules(whole: Graph, shown: Graph, edge: Edge, notation: Notation) -> list[str]:
    """Return the rules that an edge stands for; none where they are unknown or form several chains."""
    chain = [edge] if shown is whole else hidden_chain(whole, shown, edge)
    found = [rule(whole, part, notation.printer) for part in chain[: MOST_RULES + 1]]
    if len(found) < len(chain) or None in found:
        return []
    texts = [part.text for part in found if part is not None and part.text != "1"] or ["1"]
    return texts if len(texts) <= LONGEST else []


def hidden_chain(whole: Graph, shown: Graph, edge: Edge) -> list[Edge]:
    """Return the edges of the whole graph that an edge of the collapsed one hides, if they are one chain.

    Walks up from the edge's operand through hidden nodes only, so the work is that of the hidden part.
    """
    kept = {whole.index(node) for node in shown.nodes if node.value is not None}
    top, bottom = whole.index(shown.nodes[edge.target]), whole.index(shown.nodes[edge.source])
    below = {bottom}
    waiting = [bottom]
    while waiting:
        for up in whole.consumers[waiting.pop()]:
            if up.partial is not None and up.target not in kept and up.target not in below:
                below.add(up.target)
                waiting.append(up.target)
    chain: list[Edge] = []
    while not chain or chain[-1].source != bottom:
        at = chain[-1].source if chain else top
        ways = [e for e in whole.operands[at] if e.partial is not None and e.source in below]
        if len(ways) != 1:
            return []
        chain.append(ways[0])
    return chain
