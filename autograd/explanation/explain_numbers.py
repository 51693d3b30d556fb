"""Why a gradient is tiny, huge, nothing but rounding, nan or infinite: found in the numbers on the edges.

Decides by sizes: shares that cancel, factors above or below 1, the first number that is not finite. Knows no
operation by name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd.core.describe import number, shortened
from autograd.explanation.explain_words import called, listed, local, made, saturates, spelled, told
from autograd.graph.graph import Graph
from autograd.graph.names import given
from autograd.graph.paths import Path
from autograd.graph.snapshot import Edge
from autograd.text import numbers as notation

SMALL, LARGE = 1e-4, 1e3  # gradients beyond these are remarked upon
WEAK = 0.01  # a factor below this may be saturated
ROUNDING = 1e-12  # what remains of a sum, relative to its terms, when they cancel


def downwards(graph: Graph) -> list[Edge]:
    """Return the edges from the roots down, in the order of the reverse sweep."""
    return [edge for edges in reversed(graph.operands) for edge in edges]


def cancelled(graph: Graph, leaf: int, leads: Sequence[bool]) -> list[str]:
    """Find the nodes nearest the root where shares of opposite sign leave nothing but rounding."""
    if not leads[leaf] or abs(graph.adjoints[leaf] or 0.0) > ROUNDING * _absolute(graph, leaf):
        return []
    found: list[str] = []
    lost = [False] * len(graph)  # nothing but rounding comes from above
    for index in range(len(graph) - 1, leaf - 1, -1):
        if not leads[index]:
            continue
        above = [e for e in graph.consumers[index] if e.partial and graph.adjoints[e.target] is not None]
        shares = [(graph.adjoints[e.target] or 0.0) * (e.partial or 0.0) for e in above if not lost[e.target]]
        sizes = sum(map(abs, shares))
        lost[index] = bool(above) and not shares
        if sizes and abs(graph.adjoints[index] or 0.0) <= ROUNDING * sizes:
            lost[index] = True
            name = called(graph.nodes[index])
            terms = notation.addition(shares[:6]) + (
                f" + ({len(shares) - 6} more)" if len(shares) > 6 else ""
            )
            total = number(graph.adjoints[index] or 0.0)
            found.append(f"cancelled at {name}: {terms} = {total}, shares of opposite sign")
    return found


def _absolute(graph: Graph, leaf: int) -> float:
    """Return the sum of the |products| of all paths to a node."""
    sizes = [0.0] * len(graph)
    for root in graph.roots:
        sizes[root] += 1.0
    for edge in downwards(graph):
        if edge.partial is not None:
            sizes[edge.source] += sizes[edge.target] * abs(edge.partial)
    return sizes[leaf]


def sized(graph: Graph, path: Path, adjoint: float) -> list[str]:
    """Explain a derivative that is tiny or huge, by the factors of the largest path."""
    sizes = [abs(partial) for partial in path.partials]
    if not sizes or SMALL <= abs(adjoint) < LARGE:
        return []
    if abs(adjoint) >= LARGE and max(sizes) <= 1:
        return [f"large: the products of many paths add up, the largest is {number(path.product)}"]
    if abs(adjoint) >= LARGE:
        largest = local(graph, path.edges[sizes.index(max(sizes))])
        above = f"{sum(size > 1 for size in sizes)} of {len(sizes)} factors above 1 on the largest path"
        return [f"exploding: {above}; the largest is {largest}"]
    if abs(path.product) >= SMALL:
        return [f"nearly cancelled: the largest product is {number(path.product)}, the sum {number(adjoint)}"]
    below = f"{sum(size < 1 for size in sizes)} of {len(sizes)} factors below 1 on the largest path"
    weak = [e for e, size in zip(path.edges, sizes, strict=True) if size < WEAK and saturates(graph, e)]
    if weak:
        return [
            f"vanishing: {below}",
            *listed(weak, lambda e: f"saturated: its derivative is {local(graph, e)}"),
        ]
    return [f"vanishing: {below}; the smallest is {local(graph, path.edges[sizes.index(min(sizes))])}"]


def first_bad(graph: Graph, leads: Sequence[bool]) -> str:
    """Name the node where the first nan or inf arose, forward if it did so there, else backward."""
    for edge in downwards(graph):
        upstream = graph.adjoints[edge.target]
        if edge.partial is None or upstream is None or not leads[edge.source]:
            continue
        share = upstream * edge.partial
        if not math.isfinite(upstream) or math.isfinite(share):
            continue
        node = graph.nodes[edge.target]
        while bad := [
            operand
            for operand in (graph.nodes[e.source] for e in graph.operands[node.index])
            if operand.value is not None and not math.isfinite(operand.data)
        ]:
            node = bad[0]
        operand = graph.nodes[edge.source]
        name, at = notation.grouped(called(operand)), told(operand)
        if not math.isfinite(node.data) and node.op is None:
            return f"first bad node: the leaf {made(node)} is {node.data}"
        if not math.isfinite(node.data):
            operands = shortened([told(graph.nodes[e.source]) for e in given(graph, node)], 4)
            return f"first bad node: {made(node)} is {node.data}, from {', '.join(operands)}"
        if not math.isfinite(edge.partial):
            found = spelled(graph, edge)
            by = f"{found.text} = " if found is not None else ""
            nothing = "; 0 times that is nan" if upstream == 0 else ""
            return f"singular: {made(node)} has ∂/∂{name} = {by}{edge.partial} at {at}{nothing}"
        return (
            f"overflow: {number(upstream)} times the local derivative {number(edge.partial)} of {made(node)} "
            f"at {at} is more than a float holds"
        )
    return "overflow: finite shares add up to more than a float holds"
