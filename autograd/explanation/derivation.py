"""The derivation of one derivative: its paths in symbols, by rule and in numbers, their sum, and why.

Chooses what is worth showing and sets it in lines, as text and in LaTeX. What nodes are called is said by
`graph.names`, a rule by `autograd.graph.rules`, how both are written by `autograd.text.forms`, and what is
remarkable by `autograd.explanation.reasons`. Computes no derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.explanation.reasons import why
from autograd.graph import sweeps
from autograd.graph.graph import Graph
from autograd.graph.paths import Path, Paths, disconnected
from autograd.graph.rules import rule
from autograd.graph.snapshot import Edge, Node, Place
from autograd.text import symbols
from autograd.text.forms import LATEX, PLAIN, Forms, Piece
from autograd.text.numbers import (
    added_up,
    counted,
    ends,
    enough,
    number,
    shortened,
    shown_digits,
    summed,
    whole,
)

if TYPE_CHECKING:
    from autograd.core.value import Value

LISTED = 4  # paths written out
LONGEST = 12  # factors in a line
UNNAMED = 6  # results without a label that can be told one by one
MOST_RULES = 1000  # operations hidden behind one edge: beyond, they are not looked through


@dataclass(frozen=True)
class Explanation:
    """How a derivative comes about; prints as text, and shows itself as mathematics in a notebook.

    Attributes
    ----------
    gradient : float or None
        The derivative; None where no gradient flows.
    why : tuple of str
        What is remarkable: not connected, branch not taken, dead here, saturated, cancelled, vanishing,
        exploding, first bad node. Empty for an ordinary number.
    derivation : str
        In plain text: what the nodes without a label are, three lines for each path, their sum, the reasons.
    latex : str
        The same in LaTeX, an ``aligned`` block; the reasons aside.
    legend : tuple of str
        What d and ∂ mean, in a few sentences.
    text : str
        The derivation, and below it the legend.
    """

    gradient: float | None
    why: tuple[str, ...]
    derivation: str
    latex: str
    legend: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The derivation, and below it the legend."""
        return "\n".join([self.derivation, *([""] if self.legend else []), *self.legend])

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        mathematics = f"$$\n{self.latex}\n$$"
        reasons = "".join(f"\n\n    why: {reason}" for reason in self.why)
        words = f"{mathematics}{reasons}\n\n{' '.join(self.legend)}".rstrip()
        return {"text/plain": self.text, "text/latex": mathematics, "text/markdown": words}


def explain(root: Value | Graph, leaf: Place) -> Explanation:
    """Derive a gradient path by path, and say why it is missing, zero, tiny, huge or not a number.

    Parameters
    ----------
    root : Value or Graph
        The result, or a snapshot. Where the paths are long, only the labelled nodes on them are shown; hand
        in ``Graph(root)`` to see every operation, ``Graph(root).collapse(keep)`` for nodes of your choice.
    leaf : Value, Node or label
        By what is differentiated; any node.

    Returns
    -------
    Explanation
        With `text` and `latex`, `why` and `gradient`. The four largest paths are written out; how many
        are not shown is said.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    See Also
    --------
    paths : Every path, with the product along it.
    viz.graph : The numbers on a drawing.

    Notes
    -----
    The chain rule over every path: symbols, then each local derivative by the rule of its row, then numbers.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> print(explain(J, b))
    dJ/db = 6
    <BLANKLINE>
    J → v → u → b
        ∂J/∂v · ∂v/∂u · ∂u/∂b
      = 3 · c
      = 3·1·2 = 6
    <BLANKLINE>
    d counts every way from b to J.
    ∂ counts this one arrow and holds everything else still.
    d is the sum over all paths of the products of the ∂.
    >>> s, = values(s=-0.3)
    >>> from autograd import relu
    >>> print(explain(relu(s), s).why[0])
    dead here: relu(s) at s = -0.3 has the local derivative 0, as s ≤ 0
    """
    shown = Graph.of(root)
    if isinstance(leaf, str):
        leaf = shown.whole.nodes[shown.whole.index(leaf)]
    value = leaf.value if isinstance(leaf, Node) else leaf
    if value is not None and all(node.value is not value for node in shown.whole.nodes):
        reasons = disconnected(shown.whole, value)
        name = describe.piece(value)
        symbol = symbols.gradient(PLAIN, Piece(shown.whole.names.root), name)
        lines = [f"{symbol}: no path", "", *_told(reasons)]
        return Explanation(None, reasons, "\n".join(lines), rf"\text{{no path to }}{LATEX.name(name.text)}")
    place = shown.whole.index(leaf)
    if not isinstance(root, Graph):
        shown = _readable(shown, place)
    paths, gradient, reasons = shown.paths(leaf), shown.whole.adjoint(leaf), why(shown.whole, place)
    edges = [edge for path in islice(paths, LISTED) for edge in path.edges]
    legend = shown.names.legend(paths.leaf, edges) if edges else ()
    return Explanation(gradient, reasons, _text(paths, gradient, reasons), _latex(paths, gradient), legend)


def _readable(graph: Graph, leaf: int) -> Graph:
    """Collapse a graph to the labelled nodes on the way to a node, where it cannot be read as it is.

    That is where a path is long, or many of its nodes have no label.
    """
    flowing = replace(sweeps.DEPTHS, weight=lambda edge: -1 if edge.partial is None else 1)
    lengths = sweeps.up(graph, flowing, [leaf])
    on_the_way = [node for node in graph.nodes if lengths[node.index] > 0]
    unnamed = sum(not node.label for node in on_the_way)
    if unnamed <= UNNAMED and max(lengths[root] for root in graph.roots) <= LONGEST:
        return graph
    keep = [node for node in on_the_way if node.index in graph.stations]
    try:
        return (
            graph.collapse([*keep, graph.nodes[leaf]]) if {n.index for n in keep} - {*graph.roots} else graph
        )
    except ValueError:  # too many of them depend on each other
        return graph


def _text(paths: Paths, gradient: float | None, reasons: tuple[str, ...]) -> str:
    assert paths.leaf is not None  # one that is no node was told before
    names, count = paths.graph.names, paths.count
    symbol = names.gradient(paths.leaf)
    lines = [f"{symbol} = {number(gradient)}" if gradient is not None else f"{symbol}: no path"]
    if count > 1:
        lines[0] += f", the sum over {whole(count)} paths"
    listed, used = list(islice(paths, LISTED)), set[int]()
    derived: list[str] = []
    for k, path in enumerate(listed, 1):
        chain = " → ".join(shortened([names[index] for index in path.nodes], LONGEST))
        first, *rest = lines_of(path, PLAIN, used)
        derived += ["", f"path {k}: {chain}" if count > 1 else chain, f"    {first}"]
        derived += [f"  = {line}" for line in rest]
    told = paths.graph.whole.names.told(sorted(used))
    lines += [*([""] if told else []), *told, *derived]
    if count > len(listed):
        hidden = count - len(listed)
        lines += ["", f"{counted(hidden, 'more path')} {'is' if hidden == 1 else 'are'} not shown"]
    elif count > 1:
        lines += ["", f"{symbol} = {summed([path.product for path in listed], paths.total)}"]
    return "\n".join([*lines, *([""] if reasons else []), *_told(reasons)])


def _told(reasons: tuple[str, ...]) -> list[str]:
    return [f"why: {reason}" for reason in reasons]


def _latex(paths: Paths, gradient: float | None) -> str:
    assert paths.leaf is not None
    symbol, count = paths.graph.names.within(LATEX).gradient(paths.leaf), paths.count
    if gradient is None:
        return rf"{symbol}: \text{{no path}}"
    lines, used = list[str](), set[int]()
    listed = list(islice(paths, LISTED))
    for k, path in enumerate(listed, 1):
        first, *rest = lines_of(path, LATEX, used)
        lines.append(rf"\text{{path {k}:}}\quad & {first}" if count > 1 else f"{symbol} &= {first}")
        lines += [f"&= {line}" for line in rest]
    total = LATEX.digits(paths.total)
    if count > len(listed):
        lines.append(
            rf"{symbol} &= {total} \quad \text{{({whole(count - len(listed))} paths are not shown)}}"
        )
    elif count > 1:
        products = [path.product for path in listed]
        with shown_digits(enough(paths.total, added_up, *products)):
            terms = " + ".join(map(LATEX.digits, products)).replace("+ -", "- ")
        lines.append(f"{symbol} &= {terms} = {total}")
    told = paths.graph.whole.names.within(LATEX).definitions(sorted(used))
    body = " \\\\\n".join([*(f"{name} &= {made}" for name, made in told), *lines])
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def lines_of(path: Path, forms: Forms, used: set[int] | None = None) -> list[str]:
    """Write a path's product in symbols, by rule, and in numbers; without a rule, in two lines.

    Where the graph is collapsed, an edge is spelled out by the rules that it hides, if they form one chain.
    The nodes that are named, by their places in the whole graph, are added to `used`.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; J = 3 * (a + u)
    >>> u.label, J.label = "u", "J"
    >>> lines_of(next(iter(Graph(J).collapse().paths(b))), PLAIN)
    ['∂J/∂u · ∂u/∂b', '3 · c', '3·2 = 6']
    """
    if not path.edges:
        return ["1"]
    graph, names = path.graph, path.graph.names.within(forms)
    used = set() if used is None else used
    head, more, tail = ends(path.edges, LONGEST)
    for edge in (*head, *tail):
        used.update(graph.whole.index(graph.nodes[end]) for end in (edge.source, edge.target))
    gap = [Piece(forms.omitted.format(more))] if more else []

    def line(write: Callable[[Edge], list[Piece]]) -> list[Piece]:
        return [*(p for edge in head for p in write(edge)), *gap, *(p for edge in tail for p in write(edge))]

    def symbol(edge: Edge) -> list[Piece]:
        return [Piece(names.local(edge))]

    symbols = line(symbol)
    rules = line(lambda edge: _rules(graph, edge, forms, used) or symbol(edge))
    if not more:
        rules = [piece for piece in rules if piece.text != "1"] or [Piece("1")]
    numbers = line(lambda edge: [forms.number(edge.partial or 0.0)])
    lines = [forms.product(symbols), forms.product(rules), forms.product(numbers).replace(" · ", "·")]
    if len(path.edges) > 1:
        lines[-1] += f" = {forms.digits(path.product)}"
    return list(dict.fromkeys(lines))


def _rules(graph: Graph, edge: Edge, forms: Forms, used: set[int]) -> list[Piece]:
    """Return the rules that an edge stands for; none where they are unknown or form several chains."""
    chain = [edge] if graph.whole is graph else hidden_chain(graph, edge)
    pieces, named = graph.whole.names.within(forms).pieces, set[int]()

    def called(index: int) -> Piece:
        named.add(index)
        return pieces[index]

    found = [rule(graph.whole, part, forms, called) for part in chain[: MOST_RULES + 1]]
    factors = [part.piece for part in found if part is not None]
    told = [piece for piece in factors if piece.text != "1"] or [Piece("1")]
    if len(factors) < len(chain) or len(told) > LONGEST:
        return []
    used |= {index for index in named if not graph.whole.nodes[index].constant}
    return told


def hidden_chain(shown: Graph, edge: Edge) -> list[Edge]:
    """Return the edges of the whole graph that an edge of the collapsed one hides, if they are one chain.

    Walks up from the edge's operand through hidden nodes only, so the work is that of the hidden part.
    """
    graph = shown.whole
    kept = {graph.index(node) for node in shown.nodes if node.value is not None}
    top, bottom = graph.index(shown.nodes[edge.target]), graph.index(shown.nodes[edge.source])
    below = {bottom}
    waiting = [bottom]
    while waiting:
        for up in graph.consumers[waiting.pop()]:
            if up.partial is not None and up.target not in kept and up.target not in below:
                below.add(up.target)
                waiting.append(up.target)
    chain: list[Edge] = []
    while not chain or chain[-1].source != bottom:
        at = chain[-1].source if chain else top
        ways = [e for e in graph.operands[at] if e.partial is not None and e.source in below]
        if len(ways) != 1:
            return []
        chain.append(ways[0])
    return chain
