"""Collapsing: a graph of many small operations becomes one of a few named nodes, with the same derivatives.

Multiplies along what is eliminated and adds across it, so that an edge that remains is the total derivative
between two kept nodes along the paths that meet no other kept node. Knows no operation and no drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograd.graph.graph import Edge, Graph, Node

if TYPE_CHECKING:
    from autograd.core.value import Value

Derivatives = dict[int, "float | None"]  # by node; None: connected, but no gradient flows

LIMIT = 5_000_000  # multiplications; a few seconds


def collapse(graph: Graph, keep: Iterable[Node | Value] | None = None) -> Graph:
    """Eliminate every node that is not kept; every derivative between kept nodes stays what it was.

    Parameters
    ----------
    graph : Graph
    keep : iterable of Node or Value, optional
        What shall remain; the roots always do. Without it: the labelled nodes and all leaves, plain numbers
        aside. For a net whose ``w^k_ij``, ``x_i`` and ``O_ij`` are labelled that is the drawing in notes 004,
        with ∂O_31/∂O_21 on an edge.

    Returns
    -------
    Graph
        Its nodes keep their values, labels and operations; `hidden` says how many were eliminated. Two kept
        nodes have one edge at most. An edge with partial None: connected, but no gradient flows.

    Raises
    ------
    KeyError
        If something to keep is no node of the graph.
    ValueError
        If that would take more than five million multiplications; the message says what to do.

    Notes
    -----
    Elimination runs against the edges, each node carrying its derivatives of the kept nodes above it, or
    along them, with the kept nodes below: whichever is cheaper. The cost is the number of edges times the
    number of kept nodes that are carried, on the average: near linear in a network, where a hidden sum
    belongs to one neuron.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c
    >>> u.label = "u"
    >>> small = Graph(3 * (a + u)).collapse()
    >>> [(node.label, small.adjoint(node)) for node in small.nodes]
    [('a', 3.0), ('b', 6.0), ('c', 9.0), ('u', 3.0), ('', 1.0)]
    >>> [edge.partial for edge in small.edges], small.hidden
    ([2.0, 3.0, 3.0, 3.0], 2)
    """
    kept = [node.label != "" or (node.op is None and not node.constant) for node in graph.nodes]
    if keep is not None:
        kept = [False] * len(graph)
        for node in keep:
            kept[graph.index(node)] = True
    for root in graph.roots:
        kept[root] = True
    against = _cost(graph, kept, downwards=True)
    along = _cost(graph, kept, downwards=False)
    if min(against, along) > LIMIT:
        raise ValueError(
            f"Collapsing {len(graph)} nodes to {sum(kept)} would take {min(against, along)} multiplications: "
            f"many kept nodes depend on many others through the same hidden ones. Keep some of the nodes "
            f"between them, for example by giving them a label."
        )
    between = _carry_down(graph, kept) if against <= along else _carry_up(graph, kept)
    places: dict[int, int] = {}
    for index, stays in enumerate(kept):
        if stays:
            places[index] = len(places)
    edges = [
        Edge(places[source], places[target], slot, partial)
        for target in places
        for slot, (source, partial) in enumerate(sorted(between.get(target, {}).items()))
    ]
    nodes = [replace(graph.nodes[old], index=new) for old, new in places.items()]
    hidden = graph.hidden + len(graph) - len(nodes)
    return Graph.of(nodes, edges, (places[root] for root in graph.roots), hidden)


def _cost(graph: Graph, kept: Sequence[bool], downwards: bool) -> int:
    """Count the multiplications of one direction; a set of kept nodes is the bits of a whole number."""
    bits: dict[int, int] = {}
    for index in range(len(graph)):
        if kept[index]:
            bits[index] = 1 << len(bits)
    carried: dict[int, int] = {}
    total = 0
    if downwards:
        for target in range(len(graph) - 1, -1, -1):
            above = bits[target] if kept[target] else carried.pop(target, 0)
            for edge in graph.operands[target]:
                total += above.bit_count()
                if not kept[edge.source]:
                    carried[edge.source] = carried.get(edge.source, 0) | above
        return total
    uses = [len(consumers) for consumers in graph.consumers]
    for target in range(len(graph)):
        row = 0
        for edge in graph.operands[target]:
            below = bits[edge.source] if kept[edge.source] else carried[edge.source]
            total += below.bit_count()
            row |= below
            _used(edge.source, uses, carried)
        if not kept[target]:
            carried[target] = row
    return total


def _used(source: int, uses: list[int], carried: dict[int, Any]) -> None:
    """Forget what a node carries when its last consumer has read it."""
    uses[source] -= 1
    if not uses[source]:
        carried.pop(source, None)


def _carry_down(graph: Graph, kept: Sequence[bool]) -> dict[int, Derivatives]:
    """Walk from the roots down; every hidden node carries the kept nodes above it."""
    between: dict[int, Derivatives] = {}
    carried: dict[int, Derivatives] = {}
    for target in range(len(graph) - 1, -1, -1):
        above: Derivatives = {target: 1.0} if kept[target] else carried.pop(target, {})
        for edge in graph.operands[target]:
            for consumer, derivative in above.items():
                row = between if kept[edge.source] else carried
                key, entry = (consumer, edge.source) if kept[edge.source] else (edge.source, consumer)
                _add(row.setdefault(key, {}), entry, derivative, edge.partial)
    return between


def _carry_up(graph: Graph, kept: Sequence[bool]) -> dict[int, Derivatives]:
    """Walk from the leaves up; every hidden node carries the kept nodes below it."""
    between: dict[int, Derivatives] = {}
    carried: dict[int, Derivatives] = {}
    uses = [len(consumers) for consumers in graph.consumers]
    for target in range(len(graph)):
        row: Derivatives = {}
        for edge in graph.operands[target]:
            below: Derivatives = {edge.source: 1.0} if kept[edge.source] else carried[edge.source]
            for operand, derivative in below.items():
                _add(row, operand, derivative, edge.partial)
            _used(edge.source, uses, carried)
        (between if kept[target] else carried)[target] = row
    return between


def _add(row: Derivatives, key: int, derivative: float | None, partial: float | None) -> None:
    """Add derivative·partial to an entry; where no gradient flows, only the connection is noted."""
    before = row.setdefault(key, None)
    if derivative is not None and partial is not None:
        row[key] = derivative * partial if before is None else before + derivative * partial
