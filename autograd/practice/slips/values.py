"""The slips of a value and of a change: another operation, one of the operands, a wrong number on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.core.errors import DomainError
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.practice.slips.table import Found, Slip, Table
from autograd.practice.slips.wording import operation, said, set_signs
from autograd.table.expression import INFIX
from autograd.text.forms import PLAIN

VALUE, NUDGE = Table(), Table()
GIVES = "{} is what {} = {} would give. "
# What is taken for an operation: another sign, and whether the operands change places.
TAKEN_FOR = {
    "+": [("*", False), ("-", False)],
    "-": [("+", False), ("-", True)],
    "*": [("+", False)],
    "/": [("/", True), ("*", False)],
    "**": [("*", False), ("**", True)],
}


@dataclass(frozen=True)
class Computed:
    """The value of one node, as the slips look at it; those it is made of are given."""

    graph: Graph
    names: Names
    node: int

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        return {"v": self.names[self.node], "made": operation(self.names, self.node)}


@VALUE.row("other operation", "{n} is {other}. Here it is {made}.")
def _other_operation(asked: Computed) -> Iterator[Found]:
    op, edges = asked.graph.nodes[asked.node].op, asked.names.shown_operands(asked.node)
    for sign, turned in TAKEN_FOR.get(op.symbol, ()) if op is not None and len(edges) == 2 else ():
        pair = edges[::-1] if turned else edges
        pieces = [asked.names.pieces[edge.source] for edge in pair]
        other = set_signs(PLAIN.operation(INFIX[sign], pieces, lambda piece: piece).text)
        try:
            n = INFIX[sign](*(asked.graph.nodes[edge.source].data for edge in pair))
        except (DomainError, OverflowError):
            continue
        yield n, {"other": other, **asked.fill}


@VALUE.row("operand for result", "{n} is the value of {x}. One operation is left: {v} = {made}.")
def _operand(asked: Computed) -> Iterator[Found]:
    for edge in asked.names.shown_operands(asked.node):
        if not asked.graph.nodes[edge.source].constant:
            yield asked.graph.nodes[edge.source].data, {"x": asked.names[edge.source], **asked.fill}


@VALUE.row("sign turned", "The size is right, the sign is turned: {v} = {made}.")
def _turned(asked: Computed) -> Iterator[Found]:
    if asked.graph.nodes[asked.node].data:
        yield -asked.graph.nodes[asked.node].data, asked.fill


def value_slips(asked: Computed, inner: bool) -> Iterator[Slip]:
    """Give all slips of a value: at its own operation, and at inner ones before it, if asked for."""
    yield from VALUE.slips(asked)
    graph, names = asked.graph, asked.names
    for node in _before(graph, asked.node) if inner else ():
        for found in VALUE.slips(Computed(graph, names, node), ("other operation",)):
            n = replayed(graph, {node: found.answer}, asked.node)
            if n is not None:
                has = (said(n), names[node], said(found.answer))
                yield Slip(n, found.kind, GIVES + found.template, (*has, *found.places))


def _before(graph: Graph, node: int) -> list[int]:
    """List the computed nodes that a node is made of, nearest first."""
    found, waiting = set[int](), [node]
    while waiting:
        fresh = {edge.source for edge in graph.operands[waiting.pop()]} - found
        fresh = {index for index in fresh if graph.nodes[index].op is not None}
        found |= fresh
        waiting += fresh
    return sorted(found, reverse=True)


def replayed(graph: Graph, numbers: dict[int, float], node: int) -> float | None:
    """Compute the value of a node with other numbers at some; None where a function is not defined there."""
    whole = graph.whole
    if whole is not graph:  # a collapsed graph is computed by the operations that it hides
        places = [whole.index(graph.nodes[index]) for index in (*numbers, node)]
        return replayed(whole, dict(zip(places, numbers.values(), strict=False)), places[-1])
    data = [n.data for n in graph.nodes]
    for made in graph.nodes[: node + 1]:
        if made.index in numbers:
            data[made.index] = numbers[made.index]
        elif made.op is not None:
            operands = [data[edge.source] for edge in graph.operands[made.index]]
            try:
                data[made.index] = made.op(*made.op.arguments(operands))
            except (DomainError, OverflowError):
                return None
    return data[node]


@dataclass(frozen=True)
class Nudged:
    """The change of the root when a leaf is moved a little, as the slips look at it."""

    graph: Graph
    names: Names
    node: int
    by: float
    change: float

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        return {"x": self.names[self.node], "f": self.names.root, "by": said(self.by)}


@NUDGE.row("place for change", "{n} is where {f} arrives. The question is how far it moves.")
def _place(asked: Nudged) -> Iterator[Found]:
    yield asked.graph.nodes[asked.graph.roots[0]].data + asked.change, asked.fill


@NUDGE.row(
    "rate for change", "{n} is how fast {f} moves with {x}. Here {x} moves by {by} only: multiply by it."
)
def _rate(asked: Nudged) -> Iterator[Found]:
    yield asked.change / asked.by, asked.fill


@NUDGE.row("nudge for change", "{n} is how far {x} moves. The question is how far {f} moves then.")
def _nudge(asked: Nudged) -> Iterator[Found]:
    yield asked.by, asked.fill


@NUDGE.row("sign turned", "The size is right, the sign is turned: does {f} grow or shrink when {x} grows?")
def _other_way(asked: Nudged) -> Iterator[Found]:
    if asked.change:
        yield -asked.change, asked.fill


@NUDGE.row("stopped early", "{n} is how far {v} moves. Go on from {v} to {f}.")
def _stopped(asked: Nudged) -> Iterator[Found]:
    moved = {asked.node: asked.graph.nodes[asked.node].data + asked.by}
    for node in reversed(asked.graph.nodes[: asked.graph.roots[0]]):
        after = None if node.op is None else replayed(asked.graph, moved, node.index)
        if after is not None and after != node.data:
            yield after - node.data, {"v": asked.names[node.index], **asked.fill}
