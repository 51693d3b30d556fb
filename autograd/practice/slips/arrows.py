"""The slips of a local derivative, the factor on one arrow; knows no operation by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.rules import Writer, rule
from autograd.graph.snapshot import Edge
from autograd.practice.slips.table import Found, Table
from autograd.practice.slips.wording import arrow, counted, formula, operation, said
from autograd.table.language import names as names_in
from autograd.text.forms import PLAIN

LOCAL = Table()


class Local(NamedTuple):
    """The local derivative on one arrow, as the slips look at it."""

    graph: Graph
    names: Names
    edge: Edge

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        edge = self.edge
        made, arrow_ = operation(self.names, edge.target), arrow(self.names, edge)
        found = {"x": self.names[edge.source], "v": self.names[edge.target], "made": made, "arrow": arrow_}
        return {**found, "rule": formula(self.names, edge)}

    @property
    def swaps(self) -> bool:
        """Whether the arrow carries another operand, as those of a product do."""
        found, x = rule(self.graph, self.edge), self.edge.source
        if found is None or found.constant:
            return False
        return any(self.names[e.source] == self.fill["rule"] for e in self.others if e.source != x)

    @property
    def power(self) -> tuple[str, str]:
        """The number that the rule begins with, and the rest of it; both "" where it has none."""
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)·(.+)", self.fill["rule"])
        return (found[1], found[2]) if found else ("", "")

    @property
    def others(self) -> list[Edge]:
        """The other operands of the same operation."""
        return [edge for edge in self.graph.operands[self.edge.target] if edge.slot != self.edge.slot]


@LOCAL.row(
    "wrong operand",
    "{n} is {x} itself. In {made} the arrow from {x} carries the other factor, {rule}.",
)
def _operand(asked: Local) -> Iterator[Found]:
    if asked.swaps:
        yield asked.graph.nodes[asked.edge.source].data, asked.fill


@LOCAL.row("other arrow", "{n} is what the arrow from {y} carries. The arrow from {x} carries {rule}.")
def _other(asked: Local) -> Iterator[Found]:
    for edge in asked.others if len(asked.others) == 1 else ():
        y = asked.names[edge.source]
        if edge.partial is not None and asked.fill["rule"] not in (y, "1", "−1", ""):
            yield edge.partial, {"y": y, **asked.fill}


@LOCAL.row(
    "factor of the power",
    "{n} is {rest}. The derivative of {made} is {rule}, so one factor {k} is missing.",
)
def _power(asked: Local) -> Iterator[Found]:
    k, rest = asked.power
    if k and asked.edge.partial is not None:
        yield asked.edge.partial / float(k), {"k": k, "rest": rest, **asked.fill}


@LOCAL.row("exponent kept", "{n} is {k}·{made}. The exponent goes down by one: {rule}.")
def _exponent(asked: Local) -> Iterator[Found]:
    node = asked.graph.nodes[asked.edge.target]
    for edge in asked.others if node.op is not None and node.op.symbol == "**" else ():
        k = asked.graph.nodes[edge.source]
        if k.constant and asked.edge.slot == 0:
            yield k.data * node.data, {"k": said(k.data), **asked.fill}


@LOCAL.row(
    "input for output",
    "The rule {rule} is right. This number comes from putting in {x}; it needs {v} = {made}.",
)
def _input(asked: Local) -> Iterator[Found]:
    op, text = asked.graph.nodes[asked.edge.target].op, ""
    if op is not None and op.unary and asked.fill["rule"]:  # none where a collapse has hidden the operands
        text = op.identities.get(op.parameters[0], op.partials[0])
    if text and "out" in names_in(text) and asked.edge.slot == 0:
        yield (
            _Input(asked.graph, asked.edge, PLAIN, asked.names.pieces.__getitem__).read(text).value,
            asked.fill,
        )


class _Input(Writer):
    """Reads a rule with the operation's input where its output belongs."""

    def name(self, name: str) -> Any:
        return self.term(self.edge) if name == "out" else super().name(name)


@LOCAL.row(
    "value for derivative",
    "{n} is the value of {v}. The question is how fast {v} moves when {x} moves.",
)
def _local_value(asked: Local) -> Iterator[Found]:
    yield asked.graph.nodes[asked.edge.target].data, asked.fill


@LOCAL.row("operand for derivative", "{n} is {x} itself. The question is how fast {v} moves when {x} moves.")
def _local_operand(asked: Local) -> Iterator[Found]:
    if not asked.swaps and asked.power[1] != asked.fill["x"]:
        yield asked.graph.nodes[asked.edge.source].data, asked.fill


@LOCAL.row("sign turned", "The size is right, the sign is turned. {why}")
def _local_turned(asked: Local) -> Iterator[Found]:
    if asked.edge.partial:
        yield -asked.edge.partial, {"why": sign(asked.names, [asked.edge])}


def sign(names: Names, arrows: Iterable[Edge]) -> str:
    """Say where on one way a minus comes from."""
    minus = [edge for edge in arrows if (edge.partial or 0.0) < 0]
    if not minus:
        return "No arrow on the way carries a minus."
    if len(minus) % 2 == 0:
        return f"{counted(len(minus)).capitalize()} arrows on the way carry a minus, and these cancel."
    edge = minus[0]
    x, op = names[edge.source], names.graph.nodes[edge.target].op
    if op is not None and op.symbol == "-" and edge.partial == -1:
        return f"{x} is subtracted here, so its arrow carries −1."
    return f"The arrow {arrow(names, edge)} carries {said(edge.partial or 0.0)}."
