"""The rule of a local derivative, printed for one edge: with the operands' names, and the case that holds.

Reads the text of a row's partials, so what is shown is what was computed. Prints plain text; the same in
LaTeX is `autograd.graph.latex`. Knows no row by name, but that the kernel `power` is written as the row pow.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import NamedTuple

from autograd.core.row import Row
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.snapshot import Edge
from autograd.table.kernels import IEEE
from autograd.table.language import COMPARISONS, Reader, names
from autograd.text.forms import ATOM, NEGATIVE, composite
from autograd.text.numbers import number

ARITHMETIC = {"+": add, "-": sub, "*": mul, "/": IEEE["divide"]}
DECIDE = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
POWER = 4


class Piece(NamedTuple):
    """A printed part of a formula: its text, how tightly it binds, its number, and what it is made of."""

    text: str
    level: int
    value: float
    literal: bool  # a number written in the formula, or handed in as one
    own: bool = False  # contains the operand by which we differentiate, or the value of the node itself


@dataclass(frozen=True)
class Rule:
    """A local derivative as its row has it.

    Attributes
    ----------
    text : str
        The formula, with the operands' names: ``y`` for ∂(x·y)/∂x, ``1 - h·h`` for tanh.
    reason : str
        Why this case of several holds: ``s ≤ 0``; "" where there is one case only.
    constant : bool
        Whether the formula is a number, whatever the operands are.
    own : bool
        Whether the formula contains the operand itself, or the node's value: then it changes along the way.
    choice : str
        At a kink, what was chosen there and why; else "".
    """

    text: str
    reason: str
    constant: bool
    own: bool
    choice: str

    def __str__(self) -> str:
        return f"{self.text}, as {self.reason}" if self.reason else self.text


class Printer(Reader[Piece]):
    """Prints formulas of one row at one node, as plain text; remembers which conditions chose the cases."""

    def __init__(self, graph: Graph, edge: Edge) -> None:
        node = graph.nodes[edge.target]
        assert node.op is not None
        called = self.names(graph)
        operands = graph.operands[edge.target]
        pieces = [
            self._named(
                called[e.source],
                graph.nodes[e.source].data,
                graph.nodes[e.source].constant,
                e.slot == edge.slot,
            )
            for e in operands
        ]
        self.row: Row = node.op
        self.reasons: list[str] = []
        self.operands = dict(zip(self.row.parameters, self.row.arguments(pieces), strict=True))
        self.out = self._named(called[edge.target], node.data, False, True)
        places = self.row.arguments(range(len(operands)))
        self.parameter, self.element = next(
            (parameter, at.index(edge.slot) if isinstance(at, tuple) else None)
            for parameter, at in zip(self.row.parameters, places, strict=True)
            if edge.slot == at or (isinstance(at, tuple) and edge.slot in at)
        )

    def names(self, graph: Graph) -> Sequence[str]:
        """Return what the nodes are called."""
        return naming.names(graph)

    def _named(self, name: str, value: float, literal: bool, own: bool) -> Piece:
        level = 0 if composite(name) else NEGATIVE if name.startswith("-") else ATOM
        return Piece(name, level, value, literal, own)

    def rule(self) -> Rule:
        """Print the local derivative on the edge."""
        formula = self.row.identities.get(self.parameter)
        if formula is None:
            formula = self.row.partials[self.row.parameters.index(self.parameter)]
        piece = self.read(formula)
        reason = " and ".join(self.reasons)
        choice = next((kink.why for kink in self.row.kinks if self.read(kink.at).value), "")
        constant = not names(formula) - {"pi"}
        return Rule(piece.text, reason, constant, piece.own or bool(reason), choice)

    # How the forms are written: the LaTeX printer replaces these ------------------------------------------

    pi = "π"

    def written(self, x: float) -> str:
        """Write a number."""
        return number(x)

    def infix(self, symbol: str, left: Piece, right: Piece) -> str:
        """Write one operation, brackets where they are needed."""
        level = PRECEDENCE[symbol]
        quotient = symbol == "*" and " / " in left.text
        first = self.inside(left, level + quotient)
        second = self.inside(right, ATOM if right.text.startswith("-") else level + (symbol in "-/"))
        return f"{first}·{second}" if symbol == "*" else f"{first} {symbol} {second}"

    def power(self, base: Piece, exponent: Piece) -> str:
        """Write a power."""
        return f"{self.inside(base, POWER + 1)} ** {self.inside(exponent, POWER)}"

    def function(self, name: str, arguments: Sequence[Piece]) -> str:
        """Write a call."""
        return f"{name}({', '.join(argument.text for argument in arguments)})"

    def compared(self, symbol: str, left: str, right: str) -> str:
        """Write a comparison."""
        return f"{left} { {'<=': '≤', '>=': '≥', '==': '=', '!=': '≠'}.get(symbol, symbol) } {right}"

    def inside(self, piece: Piece, level: int) -> str:
        """Return a part's text, in brackets where it binds less tightly than its surroundings."""
        return piece.text if piece.level >= level else f"({piece.text})"

    # What the forms mean: the same for every way of writing -----------------------------------------------

    def number(self, value: float) -> Piece:
        return Piece(self.written(float(value)), ATOM if value >= 0 else NEGATIVE, float(value), True)

    def name(self, name: str) -> Piece:
        if name in self.operands:
            operand = self.operands[name]
            assert isinstance(operand, Piece), f"{name} is a sequence"
            return operand
        if name == "out":
            return self.out
        sequence = self.operands[self.row.sequences[0]] if self.row.sequences else ()
        if name == "n":
            return self.number(float(len(sequence)))
        if name == "count":
            return self.number(float(sum(item.value == self.out.value for item in sequence)))
        if name == "pi":
            return Piece(self.pi, ATOM, math.pi, True)
        return Piece("none", ATOM, math.nan, True)

    def item(self, name: str) -> Piece:
        assert self.element is not None
        return Piece(*self.operands[name][self.element])

    def negative(self, operand: Piece) -> Piece:
        if operand.literal and operand.text != self.pi:
            return self.number(-operand.value)
        return operand._replace(
            text=f"-{self.inside(operand, NEGATIVE)}", level=NEGATIVE, value=-operand.value
        )

    def operation(self, symbol: str, left: Piece, right: Piece) -> Piece:
        value = ARITHMETIC[symbol](left.value, right.value)
        literal = left.literal and right.literal
        if literal and float(number(value)) == value:  # four digits say all of it
            return self.number(value)
        if symbol == "*" and left.literal and left.value == 1:
            return right
        if symbol in "*/" and right.literal and right.value == 1:
            return left
        text = self.infix(symbol, left, right)
        return Piece(text, PRECEDENCE[symbol], value, literal, left.own or right.own)

    def comparison(self, symbol: str, left: Piece, right: Piece) -> Piece:
        value = float(DECIDE[symbol](left.value, right.value))
        text = self.compared(symbol, left.text, right.text)
        return Piece(text, 0, value, False, left.own or right.own)

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> Piece:
        if isinstance(condition, ast.Compare):
            left, right = self.visit(condition.left), self.visit(condition.comparators[0])
            symbol = COMPARISONS[type(condition.ops[0])]
        else:
            left, right, symbol = self.visit(condition), self.number(0.0), "!="
        holds, place = DECIDE[symbol](left.value, right.value), len(self.reasons)
        piece = self.visit(a if holds else b)
        found = symbol if holds else OPPOSITE[symbol]
        if left.literal and right.literal:
            if not isinstance(condition, ast.Compare):
                self.reasons.insert(place, f"the {ast.unparse(condition)} is {left.text}")
        elif found != "!=" or piece.literal:  # that no exception holds needs no telling
            self.reasons.insert(place, self.compared(found, left.text, right.text))
        return piece

    def apply(self, name: str, arguments: list[Piece]) -> Piece:
        value = float(IEEE[name](*(argument.value for argument in arguments)))
        own = any(argument.own for argument in arguments)
        literal = all(argument.literal for argument in arguments)
        if name != "power":
            return Piece(self.function(name, arguments), ATOM, value, literal, own)
        base, exponent = arguments
        if exponent.literal and exponent.value == 1:
            return base
        return Piece(self.power(base, exponent), POWER, value, literal, own)

    def call(self, name: str, arguments: list[ast.expr]) -> Piece:
        if name != "others":
            return super().call(name, arguments)
        rest = [p for j, p in enumerate(self.operands[self.parameter]) if j != self.element]
        return reduce(lambda left, right: self.operation("*", left, right), rest, self.number(1.0))


def rule(graph: Graph, edge: Edge, printer: type[Printer] = Printer) -> Rule | None:
    """Return the rule of the local derivative on an edge; None where there is none to print.

    That is in a collapsed graph, where an edge stands for many, and for a row made of Python functions.

    Examples
    --------
    >>> from autograd import relu, tanh, values
    >>> x, s = values(x=3.0, s=-0.3)
    >>> for graph in (Graph(2 * x), Graph(x**2), Graph(tanh(x)), Graph(relu(s))):
    ...     print([str(rule(graph, edge)) for edge in graph.edges if edge.partial is not None])
    ['2']
    ['2·x']
    ['1 - f·f']
    ['0, as s ≤ 0']
    """
    node = graph.nodes[edge.target]
    if node.op is None or node.op.from_callables is not None or not naming.complete(graph, node):
        return None
    return printer(graph, edge).rule()
