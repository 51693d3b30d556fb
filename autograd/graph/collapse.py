"""Collapsing: a graph of many small operations becomes one of a few named nodes, with the same derivatives.

A sweep as in `autograd.graph.sweeps`, in which every hidden node holds a whole row: its derivatives with
respect to the kept nodes on one side. At a kept node the row ends and a new one begins, so what arrives there
is the total derivative along the paths that meet no other kept node. Knows no operation and no drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from autograd.graph.snapshot import Edge, Node, Places, Snapshot

Row = dict[int, "float | None"]  # by kept node; None: connected, but no gradient flows

LABELLED = "labelled"
LIMIT = 5_000_000  # multiplications; a few seconds


def collapsed(graph: Snapshot, keep: Places | None = None) -> tuple[list[Node], list[Edge], list[int]]:
    """Return the nodes, edges and roots of a smaller graph; see `Graph.collapse`."""
    kept = _kept(graph, keep)
    against, along = _cost(graph, kept, downwards=True), _cost(graph, kept, downwards=False)
    if min(against, along) > LIMIT:
        raise ValueError(
            f"Collapsing {len(graph)} nodes to {sum(kept)} would take {min(against, along)} multiplications: "
            f"many kept nodes depend on many others through the same hidden ones. Keep some of the nodes "
            f"between them, for example by giving them a label."
        )
    place = {old: new for new, old in enumerate(index for index, stays in enumerate(kept) if stays)}
    between = sorted(
        (place[target], place[source], partial)
        for target, source, partial in _eliminated(graph, kept, downwards=against <= along)
    )
    edges = [
        Edge(source, target, slot, partial)
        for _, uses in groupby(between, key=lambda found: found[0])
        for slot, (target, source, partial) in enumerate(uses)
    ]
    nodes = [replace(graph.nodes[old], index=new) for old, new in place.items()]
    return nodes, edges, [place[root] for root in graph.roots]


def _kept(graph: Snapshot, keep: Places | None) -> list[bool]:
    """Say of every node whether it stays."""
    if keep is None:
        wanted = graph.stations.union(graph.leaves)
    elif isinstance(keep, str) and keep == LABELLED:
        wanted = graph.labelled.union(graph.leaves)
    else:
        wanted = frozenset(graph.indices(keep))
    wanted = wanted.union(graph.roots)
    return [node.index in wanted for node in graph.nodes]


def _eliminated(
    graph: Snapshot, kept: Sequence[bool], downwards: bool
) -> Iterator[tuple[int, int, float | None]]:
    """Yield what remains between two kept nodes: consumer, operand, derivative."""
    rows: dict[int, Row] = {}
    for giver, receivers in _sweep(graph, downwards):
        row: Row = {giver: 1.0} if kept[giver] else rows.pop(giver, {})
        for receiver, partial in receivers:
            total = rows.setdefault(receiver, {})
            for end, derivative in row.items():
                had = total.setdefault(end, None)
                if derivative is not None and partial is not None:
                    total[end] = derivative * partial if had is None else had + derivative * partial
    for receiver, row in rows.items():
        for end, derivative in row.items():
            yield (end, receiver, derivative) if downwards else (receiver, end, derivative)


def _cost(graph: Snapshot, kept: Sequence[bool], downwards: bool) -> int:
    """Count the multiplications of one direction; a row's kept nodes are the bits of a whole number."""
    rows: dict[int, int] = {}
    total = names = 0
    for giver, receivers in _sweep(graph, downwards):
        row = rows.pop(giver, 0)
        if kept[giver]:
            row = 1 << names
            names += 1
        for receiver, _ in receivers:
            total += row.bit_count()
            if not kept[receiver]:
                rows[receiver] = rows.get(receiver, 0) | row
    return total


def _sweep(graph: Snapshot, downwards: bool) -> Iterator[tuple[int, list[tuple[int, float | None]]]]:
    """Yield each node, when its row is complete, with those that it hands it to and the partials between."""
    if downwards:
        for giver in range(len(graph) - 1, -1, -1):
            yield giver, [(edge.source, edge.partial) for edge in graph.operands[giver]]
    else:
        for giver, uses in enumerate(graph.consumers):
            yield giver, [(edge.target, edge.partial) for edge in uses]
