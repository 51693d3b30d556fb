"""The graph as data: a frozen snapshot of nodes, edges and numbers, in topological order.

Nodes are numbered by the program alone, so the same program gives the same numbers. A snapshot does not
change when the `Value`s do. It knows no drawing and no primitive by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from autograd.core import describe
from autograd.core.value import Value
from autograd.core.walk import require_fresh, topological
from autograd.table.primitive import Primitive

if TYPE_CHECKING:
    from autograd.graph.paths import Paths


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a snapshot.

    Attributes
    ----------
    index : int
        Its place in topological order.
    value : Value or None
        The live node; None for a plain number.
    label : str
    op : Primitive or None
        The row that computed it; None for a leaf and for a plain number.
    data : float
    grad : float or None
        What `grad` held when the snapshot was taken.
    constant : bool
        A plain number: the 3 in ``3*v``, the exponent in ``x**2``.
    """

    index: int
    value: Value | None
    label: str
    op: Primitive | None
    data: float
    grad: float | None
    constant: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of an operand: from `source`, the operand, to `target`, the consumer, as operand number `slot`.

    `partial` is ∂target/∂source, or None where no gradient flows.
    """

    source: int
    target: int
    slot: int
    partial: float | None


class Graph:
    """A frozen snapshot of everything that led to some roots.

    Parameters
    ----------
    *roots : Value
        The results to look at.

    Attributes
    ----------
    nodes : tuple of Node
        In topological order: parents before consumers.
    edges : tuple of Edge
        By consumer, then by operand: an operand used twice has two.
    roots : tuple of int
        The indices of the roots.
    leaves : tuple of int
        The indices of the leaves, plain numbers aside.
    hidden : int
        How many nodes `collapse` has eliminated on the way to this graph.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> graph = Graph(3 * (a + b * c))
    >>> len(graph), graph.depth, [graph.nodes[i].label for i in graph.leaves]
    (7, 3, ['a', 'b', 'c'])
    >>> graph.adjoint(b)
    6.0
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    roots: tuple[int, ...]
    hidden: int

    def __init__(self, *roots: Value) -> None:
        if not roots:
            raise TypeError("Graph(...) needs at least one Value: the result to look at.")
        for root in roots:
            if not isinstance(root, Value):
                raise TypeError(f"Graph(...) takes Values, got {root!r} of type {type(root).__name__}.")
        order = topological(*roots)
        require_fresh(order)
        nodes: list[Node] = []
        edges: list[Edge] = []
        place: dict[int, int] = {}
        for value in order:
            sources = []
            for parent in value.parents:
                if not isinstance(parent, Value):
                    nodes.append(Node(len(nodes), None, "", None, parent, None, True))
                sources.append(place[id(parent)] if isinstance(parent, Value) else len(nodes) - 1)
            target = place[id(value)] = len(nodes)
            grad = value.grad.data if isinstance(value.grad, Value) else value.grad
            nodes.append(Node(target, value, value.label, value.op, value.data, grad, False))
            for slot, (source, partial) in enumerate(zip(sources, value.partials, strict=True)):
                edges.append(Edge(source, target, slot, partial))
        self._set(nodes, edges, (place[id(root)] for root in roots))

    @classmethod
    def of(cls, nodes: Iterable[Node], edges: Iterable[Edge], roots: Iterable[int], hidden: int = 0) -> Graph:
        """Put a graph together from its parts: nodes in topological order, edges grouped by consumer."""
        graph = cls.__new__(cls)
        graph._set(nodes, edges, roots, hidden)
        return graph

    def _set(
        self, nodes: Iterable[Node], edges: Iterable[Edge], roots: Iterable[int], hidden: int = 0
    ) -> None:
        self.__dict__.update(nodes=tuple(nodes), edges=tuple(edges), roots=tuple(roots), hidden=hidden)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"A Graph is a snapshot and does not change, so {name} cannot be assigned. Change the Values and "
            f"take another, or call collapse()."
        )

    def __len__(self) -> int:
        return len(self.nodes)

    def __repr__(self) -> str:
        hidden = f", {self.hidden} nodes hidden" if self.hidden else ""
        nodes, edges = describe.counted(len(self.nodes), "node"), describe.counted(len(self.edges), "edge")
        return f"<Graph: {nodes}, {edges}, depth {self.depth}{hidden}>"

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The indices of the leaves, plain numbers aside."""
        return tuple(node.index for node in self.nodes if node.op is None and not node.constant)

    @cached_property
    def operands(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges from its operands, by slot."""
        grouped: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            grouped[edge.target].append(edge)
        return tuple(map(tuple, grouped))

    @cached_property
    def consumers(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges to the nodes that use it, in topological order."""
        grouped: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            grouped[edge.source].append(edge)
        return tuple(map(tuple, grouped))

    @cached_property
    def depth(self) -> int:
        """The number of edges on the longest path."""
        depths = [0] * len(self.nodes)
        for node in self.nodes:
            depths[node.index] = max(
                (depths[edge.source] + 1 for edge in self.operands[node.index]), default=0
            )
        return max(depths)

    @cached_property
    def adjoints(self) -> tuple[float | None, ...]:
        """∂(sum of the roots)/∂node for every node, as one reverse sweep has it; None where nothing flows."""
        return tuple(reverse_sweep(self.operands, self.roots))

    def index(self, node: Node | Value) -> int:
        """Return a node's place in the topological order; it may stem from another snapshot of the graph.

        Raises
        ------
        KeyError
            If it is no node of this graph.
        """
        if isinstance(node, Node) and node.index < len(self.nodes) and self.nodes[node.index] is node:
            return node.index
        value = node.value if isinstance(node, Node) else node
        if value is None:
            raise KeyError(f"The plain number {describe.number(node.data)} is no node of this graph.")
        place = self._places.get(id(value))
        if place is None:
            leaves = [self.nodes[i].label or describe.number(self.nodes[i].data) for i in self.leaves]
            why = "no root was computed from it"
            if self.hidden:
                why += f", or it is one of the {self.hidden} nodes that the collapse has hidden"
            raise KeyError(
                f"{describe.name(value)} is no node of this graph: {why}. "
                f"Its leaves are {', '.join(leaves[:8])}{', ...' if len(leaves) > 8 else ''}."
            )
        return place

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(node.value): node.index for node in self.nodes if node.value is not None}

    def adjoint(self, node: Node | Value) -> float | None:
        """Return ∂root/∂node (of the sum, where there are several roots); None where no gradient flows."""
        return self.adjoints[self.index(node)]

    def paths(self, leaf: Node | Value) -> Paths:
        """Return the chain-rule paths from the root to a node; see `autograd.paths`."""
        from autograd.graph.paths import Paths

        return Paths(self, self.index(leaf))

    def collapse(self, keep: Iterable[Node | Value] | None = None) -> Graph:
        """Eliminate every node that is not kept; see `autograd.collapse`."""
        from autograd.graph.collapse import collapse

        return collapse(self, keep)


def reverse_sweep(operands: Sequence[Sequence[Edge]], roots: Sequence[int]) -> list[float | None]:
    """Return the adjoints of a graph, with the additions in the order of `Value.backward`."""
    adjoints: list[float | None] = [None] * len(operands)
    for root in roots:
        adjoints[root] = (adjoints[root] or 0.0) + 1.0
    for target in range(len(operands) - 1, -1, -1):
        g = adjoints[target]
        if g is None:
            continue
        for edge in operands[target]:
            if edge.partial is not None:
                h = adjoints[edge.source]
                adjoints[edge.source] = g * edge.partial if h is None else h + g * edge.partial
    return adjoints
