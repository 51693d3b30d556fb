"""Why a gradient is missing or zero, and which node did it, in the learner's own labels.

Decides by numbers (a local derivative that is exactly 0) and by the columns of the rows: the case that holds,
kinks, rules that are constant. Knows no operation by name; sizes are weighed in `autograd.explain_numbers`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.core.describe import number
from autograd.explanation.cost import reach
from autograd.explanation.explain_numbers import cancelled, downwards, first_bad, sized
from autograd.explanation.explain_words import called, listed, made, saturates, spelled, told
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.snapshot import Edge
from autograd.text import numbers as notation

if TYPE_CHECKING:
    from autograd.core.value import Value


def disconnected(graph: Graph, leaf: Value) -> tuple[str, ...]:
    """Explain a leaf that is no node of the graph."""
    name, root = describe.name(leaf), naming.root_name(graph)
    cut = "by detach(), .data, no_grad() or a plain number"
    reasons = [
        f"not connected: {root} was not computed from {name}, or the connection was cut on the way, {cut}"
    ]
    for index in graph.leaves:
        node = graph.nodes[index]
        if node.label and node.label == leaf.label:
            same = "the same number" if node.data == leaf.data else f"the number {number(node.data)}"
            reasons.append(f"detached? the graph has another leaf {name}, with {same}, as detach() makes it")
    return tuple(reasons)


def why(graph: Graph, leaf: int) -> tuple[str, ...]:
    """Explain a derivative that is not an ordinary number; () where there is nothing to say.

    Linear in the size of the graph.
    """
    adjoint = graph.adjoints[leaf]
    if adjoint is None:
        return _cut(graph, leaf)
    leads = _leading(graph, leaf)
    if not math.isfinite(adjoint):
        return (first_bad(graph, leads),)
    alive = _alive(graph)
    killers = [e for e in downwards(graph) if e.partial == 0.0 and alive[e.target] and leads[e.source]]

    def tell(edge: Edge) -> str:
        return _killed(graph, edge)

    if not alive[leaf]:
        return tuple(listed(killers, tell))
    lost = cancelled(graph, leaf, leads)
    if lost:
        return tuple(listed(lost, str))
    reasons = sized(graph, next(iter(graph.paths(graph.nodes[leaf]))), adjoint)
    if killers:
        count = graph.paths(graph.nodes[leaf]).count
        dead = count - _living(graph, leaf)
        if dead:
            reasons.append(f"{notation.whole(dead)} of {notation.whole(count)} paths are 0")
            reasons += listed(killers, tell)
    return tuple(reasons)


def _leading(graph: Graph, leaf: int, structural: bool = False) -> list[bool]:
    """Say for every node whether an edge with a gradient (or any edge) leads on from it to the leaf."""
    leads = [False] * len(graph)
    leads[leaf] = True
    for edge in graph.edges:
        if leads[edge.source] and (structural or edge.partial is not None):
            leads[edge.target] = True
    return leads


def _alive(graph: Graph) -> list[bool]:
    """Say for every node whether a path without a factor 0 comes down to it."""
    alive = [False] * len(graph)
    for root in graph.roots:
        alive[root] = True
    for edge in downwards(graph):
        if edge.partial and alive[edge.target]:
            alive[edge.source] = True
    return alive


def _living(graph: Graph, leaf: int) -> int:
    """Count the paths without a factor 0."""
    counts = {leaf: 1}
    for edge in graph.edges:
        if edge.partial and edge.source in counts:
            counts[edge.target] = counts.get(edge.target, 0) + counts[edge.source]
    return sum(counts.get(root, 0) for root in graph.roots)


def _cut(graph: Graph, leaf: int) -> tuple[str, ...]:
    linked, reached = _leading(graph, leaf, structural=True), reach(graph)
    edges = [
        edge
        for edge in downwards(graph)
        if edge.partial is None and linked[edge.source] and reached[edge.target]
    ]

    def tell(edge: Edge) -> str:
        found = spelled(graph, edge)
        name, text = called(graph.nodes[edge.source]), made(graph.nodes[edge.target])
        if found is not None and found.reason:
            return f"branch not taken: {text} passes no gradient to {name}, as {found.reason}"
        return f"no gradient: {text} has no derivative with respect to {name}"

    return tuple(listed(edges, tell))


def _killed(graph: Graph, edge: Edge) -> str:
    """Explain a local derivative that is exactly 0."""
    node, operand = graph.nodes[edge.target], graph.nodes[edge.source]
    name, at, text = notation.grouped(called(operand)), told(operand), made(node)
    found = spelled(graph, edge)
    if found is None or node.op is None:
        return f"dead here: {text} has the local derivative 0 at {at}"
    if found.constant:
        return f"nothing can be learned through {node.op.name}: {text} has the local derivative 0 everywhere"
    if found.choice:
        return f"at a kink: {text} at {at}, where we choose the local derivative 0 ({found.choice})"
    if found.reason:
        return f"dead here: {text} at {at} has the local derivative 0, as {found.reason}"
    if not found.own:
        zero = "0" if found.text == "0" else f"{found.text} = 0"
        return f"multiplied by zero: {text} has ∂/∂{name} = {zero}"
    kind = "saturated" if saturates(graph, edge) else "flat here"
    return f"{kind}: {text} at {at} has the local derivative {found.text} = 0"
