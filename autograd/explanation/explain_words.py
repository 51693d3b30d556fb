"""Nodes and rules in the learner's own labels, for explanations: ``h = relu(w * x)``, ``as w * x ≤ 0``.

Unlike `autograd.graph.names`, which gives every node of a graph a short name of its own, this spells out what
an unlabelled node is. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from autograd.core import describe
from autograd.core.errors import AutogradError
from autograd.graph.graph import Graph
from autograd.graph.rules import Rule, rule
from autograd.graph.snapshot import Edge, Node
from autograd.text.forms import TYPED, Piece
from autograd.text.numbers import number

T = TypeVar("T")
LISTED = 3  # reasons of one kind


def called(node: Node) -> str:
    """Name a node: its label, its number, or the expression that made it."""
    return number(node.data) if node.value is None else describe.name(node.value)


def made(node: Node) -> str:
    """Say what a node is: ``h = relu(s)``."""
    if node.value is None or node.op is None:
        return called(node)
    text = describe.expression(node.value)
    return f"{node.label} = {text}" if node.label else text


def told(node: Node) -> str:
    """Return a node's number, with its label if it has one: ``s = -0.3``."""
    return f"{node.label} = {number(node.data)}" if node.label else number(node.data)


def local(graph: Graph, edge: Edge) -> str:
    """Write a local derivative with its number: ``0.25, of h = sigmoid(s) at s = 0``."""
    operand = graph.nodes[edge.source]
    return f"{number(edge.partial or 0.0)}, of {made(graph.nodes[edge.target])} at {told(operand)}"


def listed(things: Sequence[T], tell: Callable[[T], str]) -> list[str]:
    """Tell the first few of many, and how many there are more."""
    more = len(things) - LISTED
    return [*map(tell, things[:LISTED]), *([f"and {more} more of the kind"] if more > 0 else [])]


def spelled(graph: Graph, edge: Edge) -> Rule | None:
    """Return the rule on an edge with the operands spelled out."""

    def piece(index: int) -> Piece:
        node = graph.nodes[index]
        return TYPED.number(node.data) if node.value is None else describe.piece(node.value)

    return rule(graph, edge, called=piece)


def saturates(graph: Graph, edge: Edge) -> bool:
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
