"""Why a gradient is missing, zero, tiny, huge, nothing but rounding, nan or infinite, and which node did it.

Decides by the numbers on the edges (sums over paths; a local derivative that is exactly 0) and by the columns
of the rows: the case that holds, kinks, rules that are constant. Speaks in the learner's own labels; knows no
operation by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from autograd.core import describe
from autograd.core.errors import AutogradError
from autograd.graph.graph import Graph
from autograd.graph.paths import Path
from autograd.graph.rules import Rule, rule
from autograd.graph.snapshot import Edge, Node
from autograd.graph.sweeps import ALIVE, FLOW, LINKED, LIVING, SIZES, down, up
from autograd.text.forms import Piece
from autograd.text.numbers import addition, number, shortened, whole

SMALL, LARGE = 1e-4, 1e3  # gradients beyond these are remarked upon
WEAK = 0.01  # a factor below this may be saturated
ROUNDING = 1e-12  # what remains of a sum, relative to its terms, when they cancel
LISTED = 3  # reasons of one kind

T = TypeVar("T")


def why(graph: Graph, leaf: int) -> tuple[str, ...]:
    """Explain a derivative that is not an ordinary number; () where there is nothing to say.

    Linear in the size of the graph.
    """
    adjoint = graph.adjoints[leaf]
    if adjoint is None:
        return tuple(_cut(graph, leaf))
    leads = up(graph, FLOW, [leaf])
    if not math.isfinite(adjoint):
        return (_first_bad(graph, leads),)
    alive = down(graph, ALIVE)
    zeros = [e for e in graph.downwards if e.partial == 0.0 and alive[e.target] and leads[e.source]]
    killers = _listed(zeros, lambda edge: _killed(graph, edge))
    if not alive[leaf]:
        return tuple(killers)
    lost = _cancelled(graph, leaf, leads)
    if lost:
        return tuple(_listed(lost, str))
    paths = graph.paths(graph.nodes[leaf])
    reasons = _sized(graph, next(iter(paths)), adjoint)
    dead = paths.count - down(graph, LIVING)[leaf]
    if dead:
        reasons += [f"{whole(dead)} of {whole(paths.count)} paths are 0", *killers]
    return tuple(reasons)


def _cut(graph: Graph, leaf: int) -> list[str]:
    """Explain a missing derivative by the edges that pass no gradient, where one arrives."""
    linked, reached = up(graph, LINKED, [leaf]), down(graph, FLOW)

    def tell(edge: Edge) -> str:
        found = _rule(graph, edge)
        name, text = _called(graph.nodes[edge.source]), _made(graph.nodes[edge.target])
        if found is not None and found.reason:
            return f"branch not taken: {text} passes no gradient to {name}, as {found.reason}"
        return f"no gradient: {text} has no derivative with respect to {name}"

    blocked = (e for e in graph.downwards if e.partial is None and linked[e.source] and reached[e.target])
    return _listed(list(blocked), tell)


def _killed(graph: Graph, edge: Edge) -> str:
    """Explain a local derivative that is exactly 0."""
    node, operand = graph.nodes[edge.target], graph.nodes[edge.source]
    name, at, text = _called(operand), _told(operand), _made(node)
    found = _rule(graph, edge)
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
        return f"multiplied by zero: {text} has the local derivative {zero} by {name}"
    kind = "saturated" if _saturates(graph, edge) else "flat here"
    return f"{kind}: {text} at {at} has the local derivative {found.text} = 0"


def _cancelled(graph: Graph, leaf: int, leads: Sequence[bool]) -> list[str]:
    """Find the nodes nearest the root where shares of opposite sign leave nothing but rounding."""
    adjoints = graph.adjoints
    if abs(adjoints[leaf] or 0.0) > ROUNDING * (down(graph, SIZES)[leaf] or 0.0):
        return []
    found: list[str] = []
    lost = [False] * len(graph)  # nothing but rounding comes from above
    for index in range(len(graph) - 1, leaf - 1, -1):
        if not leads[index]:
            continue
        above = [e for e in graph.consumers[index] if e.partial and adjoints[e.target] is not None]
        shares = [(adjoints[e.target] or 0.0) * (e.partial or 0.0) for e in above if not lost[e.target]]
        sizes, total = sum(map(abs, shares)), adjoints[index] or 0.0
        lost[index] = bool(above) and not shares
        if sizes and abs(total) <= ROUNDING * sizes:
            lost[index] = True
            terms = addition(shares[:6])
            terms += f" + ({len(shares) - 6} more)" if len(shares) > 6 else ""
            name = _called(graph.nodes[index])
            found.append(f"cancelled at {name}: {terms} = {number(total)}, shares of opposite sign")
    return found


def _sized(graph: Graph, path: Path, adjoint: float) -> list[str]:
    """Explain a derivative that is tiny or huge, by the factors of the largest path."""
    sizes = [abs(partial) for partial in path.partials]
    if not sizes or SMALL <= abs(adjoint) < LARGE:
        return []
    if abs(adjoint) >= LARGE and max(sizes) <= 1:
        return [f"large: the products of many paths add up, the largest is {number(path.product)}"]
    if abs(adjoint) >= LARGE:
        largest = _local(graph, path.edges[sizes.index(max(sizes))])
        above = f"{sum(size > 1 for size in sizes)} of {len(sizes)} factors above 1 on the largest path"
        return [f"exploding: {above}; the largest is {largest}"]
    if abs(path.product) >= SMALL:
        return [f"nearly cancelled: the largest product is {number(path.product)}, the sum {number(adjoint)}"]
    below = f"{sum(size < 1 for size in sizes)} of {len(sizes)} factors below 1 on the largest path"
    weak = [e for e, size in zip(path.edges, sizes, strict=True) if size < WEAK and _saturates(graph, e)]
    if weak:
        saturated = _listed(weak, lambda edge: f"saturated: its derivative is {_local(graph, edge)}")
        return [f"vanishing: {below}", *saturated]
    return [f"vanishing: {below}; the smallest is {_local(graph, path.edges[sizes.index(min(sizes))])}"]


def _first_bad(graph: Graph, leads: Sequence[bool]) -> str:
    """Name the node where the first nan or inf arose, forward if it did so there, else backward."""
    for edge in graph.downwards:
        upstream = graph.adjoints[edge.target]
        if edge.partial is None or upstream is None or not leads[edge.source]:
            continue
        if not math.isfinite(upstream) or math.isfinite(upstream * edge.partial):
            continue
        node = graph.nodes[edge.target]
        while bad := [
            operand
            for operand in (graph.nodes[e.source] for e in graph.operands[node.index])
            if operand.value is not None and not math.isfinite(operand.data)
        ]:
            node = bad[0]
        operand = graph.nodes[edge.source]
        name, at = _called(operand), _told(operand)
        if not math.isfinite(node.data) and node.op is None:
            return f"first bad node: the leaf {_made(node)} is {node.data}"
        if not math.isfinite(node.data):
            operands = [_told(graph.nodes[e.source]) for e in graph.names.shown_operands(node.index)]
            return f"first bad node: {_made(node)} is {node.data}, from {', '.join(shortened(operands, 4))}"
        if not math.isfinite(edge.partial):
            found = _rule(graph, edge)
            by = f"{found.text} = " if found is not None else ""
            nothing = "; 0 times that is nan" if upstream == 0 else ""
            return (
                f"singular: {_made(node)} has the local derivative {by}{edge.partial} by {name}, at "
                f"{at}{nothing}"
            )
        return (
            f"overflow: {number(upstream)} times the local derivative {number(edge.partial)} of "
            f"{_made(node)} at {at} is more than a float holds"
        )
    return "overflow: finite shares add up to more than a float holds"


# Nodes in the learner's own words: unlike `graph.names`, these spell out what a node without a label is -----


def _piece(node: Node) -> Piece:
    return describe.piece(node.data if node.value is None else node.value)


def _called(node: Node) -> str:
    """Name a node: its label, its number, or the expression that made it."""
    return _piece(node).text


def _made(node: Node) -> str:
    """Say what a node is: ``h = relu(s)``."""
    return _called(node) if node.value is None or node.op is None else describe.made(node.value)


def _told(node: Node) -> str:
    """Return a node's number, with its label if it has one: ``s = -0.3``."""
    return f"{_called(node)} = {number(node.data)}" if node.label else number(node.data)


def _local(graph: Graph, edge: Edge) -> str:
    """Write a local derivative with its number: ``0.25, of h = sigmoid(s) at s = 0``."""
    node, operand = graph.nodes[edge.target], graph.nodes[edge.source]
    return f"{number(edge.partial or 0.0)}, of {_made(node)} at {_told(operand)}"


def _rule(graph: Graph, edge: Edge) -> Rule | None:
    return rule(graph, edge, called=lambda index: _piece(graph.nodes[index]))


def _listed(things: Sequence[T], tell: Callable[[T], str]) -> list[str]:
    """Tell the first few of many, and how many there are more."""
    more = len(things) - LISTED
    return [*map(tell, things[:LISTED]), *([f"and {more} more of the kind"] if more > 0 else [])]


def _saturates(graph: Graph, edge: Edge) -> bool:
    """Say whether moving the operand twice as far from zero leaves the derivative as small, or smaller."""
    node, x = graph.nodes[edge.target], graph.nodes[edge.source].data
    if node.op is None or node.value is None or edge.partial is None or x == 0:
        return False
    operands = list(node.value.parents)
    operands[edge.slot] = type(node.value)(2 * x)
    try:
        partial = node.op.evaluate(operands)[1][edge.slot]
    except (AutogradError, ArithmeticError):
        return False
    return partial is not None and abs(partial) <= abs(edge.partial)
