"""What the nodes of a graph are called in text, and the symbols of their derivatives.

A label is the learner's own word and stays as it is. Without one, a node goes by a short expression, else by
its number in the graph (``n7``); a root without a name is ``f``. Knows no path, no step and no markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from autograd.text.forms import ATOM, LISTED, PLAIN, TYPED, Piece

if TYPE_CHECKING:
    from autograd.graph.graph import Graph
    from autograd.graph.snapshot import Edge, Node

SHORT = 16  # characters: an expression up to this length is a name


class Spelling(NamedTuple):
    """What the nodes of a graph are called, in topological order.

    Attributes
    ----------
    names : tuple of str
    levels : tuple of int
        How tightly each name binds.
    spelled : tuple of bool
        Whether a name is the operation that made the node.
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]
    spelled: tuple[bool, ...]


class Naming:
    """Names, formulas and symbols of the nodes of one graph.

    Parameters
    ----------
    graph : Graph
    label : callable, optional
        Gives a node's label, or ""; by default the one that it has.

    Attributes
    ----------
    spelling : Spelling
    root : str
        What is differentiated: the root's name, or the sum of the roots.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> naming = Naming(Graph(3 * (a + b)))
    >>> naming[2], naming.formula(4), naming.gradient(2)
    ('a + b', '3 * (a + b)', '∂f/∂(a + b)')
    """

    def __init__(self, graph: Graph, label: Callable[[Node], str] | None = None) -> None:
        self.graph = graph
        self.spelling = _known(graph) if label is None else spell(graph, label)
        self.root = " + ".join(self[root] for root in graph.roots)

    def __getitem__(self, index: int) -> str:
        return self.spelling.names[index]

    def spelled(self, index: int) -> bool:
        """Say whether a node goes by the operation that made it."""
        return self.spelling.spelled[index]

    def formula(self, index: int, listed: int = LISTED) -> str:
        """Return the operation that made a node, on its operands' names; "" for a leaf or a collapsed node.

        Of a function's operands so many are `listed`.
        """
        names, levels, _ = self.spelling
        node = self.graph.nodes[index]
        return _made(self.graph, node, lambda edge: Piece(names[edge.source], levels[edge.source]), listed)[0]

    def gradient(self, index: int) -> str:
        """Return the symbol of the root's derivative with respect to a node."""
        return PLAIN.derivative(self.root, self[index])

    def local(self, edge: Edge) -> str:
        """Return the symbol of the local derivative on an edge.

        Where a node uses one operand twice, each edge carries the derivative in that operand alone: ∂₁y, ∂₂y.
        """
        if self.repeated(edge):
            return PLAIN.derivative_in(edge.slot, self[edge.target])
        return PLAIN.derivative(self[edge.target], self[edge.source])

    def repeated(self, edge: Edge) -> bool:
        """Say whether an edge's consumer uses its operand more than once."""
        return sum(other.source == edge.source for other in self.graph.operands[edge.target]) > 1


def spell(graph: Graph, label: Callable[[Node], str]) -> Spelling:
    """Name every node of a graph, in time proportional to its size.

    Parameters
    ----------
    graph : Graph
    label : callable
        Gives a node's label, or "".
    """
    names: list[str] = []
    levels: list[int] = []
    spelled: list[bool] = []

    def printed(edge: Edge) -> Piece:
        return Piece(names[edge.source], levels[edge.source])

    for node in graph.nodes:
        made, level = _made(graph, node, printed)
        own = "" if node.constant else label(node)
        name = own or made
        if node.constant:
            name, level = TYPED.number(node.data)
        elif not name or (len(name) > SHORT and not own):
            name, level = f"n{node.index}", ATOM
        elif own:
            level = ATOM
        names.append(name)
        levels.append(level)
        spelled.append(name == made and not node.constant)
    for root, letter in _letters(graph, label):
        if letter not in names:
            names[root], levels[root], spelled[root] = letter, ATOM, False
    return Spelling(tuple(names), tuple(levels), tuple(spelled))


def _letters(graph: Graph, label: Callable[[Node], str]) -> Iterator[tuple[int, str]]:
    """Yield a letter for every root without a label, as a function has in the textbook."""
    for root in graph.roots:
        if not label(graph.nodes[root]):
            yield root, "f" if len(graph.roots) == 1 else f"f{root}"


def _made(graph: Graph, node: Node, printed: Callable[[Edge], Piece], listed: int = LISTED) -> Piece:
    """Print the operation that made a node; ("", ATOM) for a leaf and for a collapsed node."""
    if node.op is None or not complete(graph, node):
        return Piece("")
    return TYPED.operation(node.op, given(graph, node), printed, listed)


def given(graph: Graph, node: Node) -> tuple[Edge, ...]:
    """Return the edges into a node that are worth telling: not those from operands left at their default."""
    edges = graph.operands[node.index]
    if node.op is None or node.value is None or not complete(graph, node):
        return edges
    return edges[: len(node.op.shown_operands(node.value.parents))]


def untold(graph: Graph) -> frozenset[int]:
    """Return the plain numbers of a graph that are operands left at their default.

    Examples
    --------
    >>> from autograd import Graph, dot, values
    >>> w, x = values(w=2.0, x=3.0)
    >>> graph = Graph(dot([w], [x]))
    >>> names(graph), untold(graph)
    (('w', 'x', '0', 'f'), frozenset({2}))
    """
    told = {edge for node in graph.nodes for edge in given(graph, node)}
    return frozenset(edge.source for edge in graph.edges if edge not in told)


def complete(graph: Graph, node: Node) -> bool:
    """Say whether the edges into a node are its own operands; in a collapsed graph they need not be."""
    parents = node.value.parents if node.value is not None else ()
    operands = [graph.nodes[edge.source] for edge in graph.operands[node.index]]
    return len(parents) == len(operands) and all(
        operand.constant or operand.value is parent for operand, parent in zip(operands, parents, strict=True)
    )


_spellings: WeakKeyDictionary[Graph, Spelling] = WeakKeyDictionary()


def _known(graph: Graph) -> Spelling:
    """Return the names by the nodes' own labels; made once per graph."""
    if graph not in _spellings:
        _spellings[graph] = spell(graph, lambda node: node.label)
    return _spellings[graph]


def share(whole: Graph, part: Graph) -> None:
    """Call the nodes of a collapsed graph what they are called in the whole one."""
    if part is not whole:
        every, own = (list(zip(*_known(graph), strict=True)) for graph in (whole, part))
        rows = (own[n.index] if n.value is None else every[whole.index(n)] for n in part.nodes)
        _spellings[part] = Spelling(*zip(*rows, strict=True))


def names(graph: Graph) -> tuple[str, ...]:
    """Return the name of every node of a graph; made once per graph, in topological order.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> names(Graph(3 * (a + b)))
    ('a', 'b', 'a + b', '3', 'f')
    """
    return _known(graph).names


def root_name(graph: Graph) -> str:
    """Return what is differentiated: the root's name, or the sum of the roots."""
    return Naming(graph).root


def gradient(graph: Graph, index: int) -> str:
    """Return the symbol of the root's derivative with respect to a node.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> gradient(Graph(3 * (a + b)), 2)
    '∂f/∂(a + b)'
    """
    return Naming(graph).gradient(index)


def local(graph: Graph, edge: Edge) -> str:
    """Return the symbol of the local derivative on an edge.

    Examples
    --------
    >>> from autograd import Graph, Value
    >>> x = Value(3.0, label="x")
    >>> [local(graph, edge) for graph in (Graph(x * x), Graph(3 * x)) for edge in graph.edges]
    ['∂₁f', '∂₂f', '∂f/∂3', '∂f/∂x']
    """
    return Naming(graph).local(edge)
