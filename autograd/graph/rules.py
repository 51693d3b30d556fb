"""The rule of a local derivative, written for one edge: with the operands' names, and the case that holds.

Reads the text of a row's partials, so what is shown is what was computed. How a formula is written stands in
`autograd.text.forms`. Knows no row by name, but that the kernel `power` is written as the row pow.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.language import COMPARISONS, Reader, names
from autograd.table.primitive import TABLE
from autograd.text.forms import PLAIN, Forms, Piece, composite
from autograd.text.numbers import number

if TYPE_CHECKING:
    from autograd.core.row import Row
    from autograd.graph.snapshot import Edge, Snapshot

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


class Term(NamedTuple):
    """A written part of a formula, the number it has here, and what it is made of."""

    piece: Piece
    value: float
    literal: bool  # a number written in the formula, or handed in as one
    own: bool = False  # contains the operand by which we differentiate, or the value of the node itself


@dataclass(frozen=True)
class Rule:
    """A local derivative as its row has it.

    Attributes
    ----------
    piece : Piece
        The formula, with the operands' names, and how tightly it binds.
    reasons : tuple of str
        Why this case of several holds; () where there is one case only.
    constant : bool
        Whether the formula is a number, whatever the operands are.
    own : bool
        Whether the formula contains the operand itself, or the node's value: then it changes along the way.
    choice : str
        At a kink, what was chosen there and why; else "".
    """

    piece: Piece
    reasons: tuple[str, ...]
    constant: bool
    own: bool
    choice: str

    @property
    def text(self) -> str:
        """The formula: ``y`` for ∂(x·y)/∂x, ``1 - h·h`` for tanh."""
        return self.piece.text

    @property
    def reason(self) -> str:
        """Why this case holds: ``s ≤ 0``."""
        return " and ".join(self.reasons)

    def __str__(self) -> str:
        return f"{self.text}, as {self.reason}" if self.reasons else self.text


class Writer(Reader[Term]):
    """Writes formulas of one row at one node, and remembers which conditions chose the cases.

    Parameters
    ----------
    graph : Graph
    edge : Edge
    forms : Forms
    called : callable
        Returns the name of a node, by its index.
    """

    def __init__(self, graph: Snapshot, edge: Edge, forms: Forms, called: Callable[[int], Piece]) -> None:
        op, operands = graph.nodes[edge.target].op, graph.operands[edge.target]
        assert op is not None
        self.graph, self.edge, self.forms, self.called = graph, edge, forms, called
        self.row: Row = op
        self.reasons: list[str] = []
        self.operands = dict(zip(op.parameters, op.arguments(operands), strict=True))
        self.parameter, first = next(
            (parameter, given[0].slot if isinstance(given, tuple) else None)
            for parameter, given in self.operands.items()
            if edge.slot in _slots(given)
        )
        self.element = None if first is None else edge.slot - first

    def rule(self) -> Rule:
        """Write the local derivative on the edge."""
        formula = self.row.identities.get(self.parameter)
        if formula is None or math.isnan(self.name("out").value):  # identities hold for numbers
            formula = self.row.partials[self.row.parameters.index(self.parameter)]
        term, reasons = self.read(formula), tuple(self.reasons)
        choice = next((kink.why for kink in self.row.kinks if self.read(kink.at).value), "")
        constant = not names(formula) - {"pi"}
        return Rule(term.piece, reasons, constant, term.own or bool(reasons), choice)

    def term(self, edge: Edge) -> Term:
        """Return an operand."""
        return self._node(edge.source, own=edge.slot == self.edge.slot)

    def _node(self, index: int, own: bool) -> Term:
        node, piece = self.graph.nodes[index], self.called(index)
        level = 0 if composite(piece.text) else piece.level
        return Term(Piece(piece.text, level), node.data, node.constant, own)

    def number(self, value: float) -> Term:
        return Term(self.forms.number(float(value)), float(value), True)

    def name(self, name: str) -> Term:
        if name in self.operands:
            operand = self.operands[name]
            assert not isinstance(operand, tuple), f"{name} is a sequence"
            return self.term(operand)
        if name == "out":
            return self._node(self.edge.target, own=True)
        if name in ("n", "count"):
            numbers = [self.graph.nodes[edge.source].data for edge in self.operands[self.row.sequences[0]]]
            return self.number(len(numbers) if name == "n" else numbers.count(self.name("out").value))
        if name == "pi":
            return Term(Piece(self.forms.pi), math.pi, True)
        return Term(Piece("none"), math.nan, True)

    def item(self, name: str) -> Term:
        assert self.element is not None
        return self.term(self.operands[name][self.element])

    def negative(self, operand: Term) -> Term:
        if operand.literal and operand.piece.text != self.forms.pi:
            return self.number(-operand.value)
        return operand._replace(piece=self.forms.negative(operand.piece), value=-operand.value)

    def operation(self, symbol: str, left: Term, right: Term) -> Term:
        value = SIGNS[symbol].ieee(left.value, right.value)
        literal = left.literal and right.literal
        if literal and float(number(value)) == value:  # four digits say all of it
            return self.number(value)
        if symbol == "*" and left.literal and left.value == 1:
            return right
        if symbol in "*/" and right.literal and right.value == 1:
            return left
        return Term(self.forms.infix(symbol, left.piece, right.piece), value, literal, left.own or right.own)

    def comparison(self, symbol: str, left: Term, right: Term) -> Term:
        text = self.forms.compared(symbol, left.piece.text, right.piece.text)
        return Term(Piece(text, 0), float(_holds(symbol, left, right)), False, left.own or right.own)

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> Term:
        if isinstance(condition, ast.Compare):
            left, right = self.visit(condition.left), self.visit(condition.comparators[0])
            symbol = COMPARISONS[type(condition.ops[0])]
        else:
            left, right, symbol = self.visit(condition), self.number(0.0), "!="
        holds, place = _holds(symbol, left, right), len(self.reasons)
        term = self.visit(a if holds else b)
        found = symbol if holds else OPPOSITE[symbol]
        if left.literal and right.literal:
            if not isinstance(condition, ast.Compare):
                words = self.forms.words(f"the {ast.unparse(condition)} is ")
                self.reasons.insert(place, words + left.piece.text)
        elif found != "!=" or term.literal:  # that no exception holds needs no telling
            self.reasons.insert(place, self.forms.compared(found, left.piece.text, right.piece.text))
        return term

    def apply(self, name: str, arguments: list[Term]) -> Term:
        value = float(KERNELS[name].ieee(*(argument.value for argument in arguments)))
        own = any(argument.own for argument in arguments)
        literal = all(argument.literal for argument in arguments)
        if name == "power":
            base, exponent = arguments
            if exponent.literal and exponent.value == 1:
                return base
            return Term(self.forms.infix("**", base.piece, exponent.piece), value, literal, own)
        pieces = [argument.piece for argument in arguments]
        if name in TABLE:
            return Term(self.forms.operation(TABLE[name], pieces, lambda piece: piece), value, literal, own)
        return Term(self.forms.call(name, [piece.text for piece in pieces]), value, literal, own)

    def call(self, name: str, arguments: list[ast.expr]) -> Term:
        if name != "others":
            return super().call(name, arguments)
        rest = [self.term(edge) for j, edge in enumerate(self.operands[self.parameter]) if j != self.element]
        return reduce(lambda left, right: self.operation("*", left, right), rest, self.number(1.0))


def _slots(given: Edge | tuple[Edge, ...]) -> range:
    """Return the slots of what a parameter was given: one operand, or a sequence of them."""
    edges = given if isinstance(given, tuple) else (given,)
    return range(edges[0].slot, edges[-1].slot + 1) if edges else range(0)


def _holds(symbol: str, left: Term, right: Term) -> bool:
    return bool(SIGNS[symbol].ieee(left.value, right.value))


def rule(
    graph: Snapshot, edge: Edge, forms: Forms = PLAIN, called: Callable[[int], Piece] | None = None
) -> Rule | None:
    """Return the rule of the local derivative on an edge; None where there is none to write.

    That is in a collapsed graph, where an edge stands for many, and for a row made of Python functions.

    Parameters
    ----------
    graph : Graph
    edge : Edge
    forms : Forms
        How it is written: `autograd.text.forms.PLAIN`, `LATEX` or another.
    called : callable, optional
        Returns the name of a node by its index; by default that of `graph.names`.

    Examples
    --------
    >>> from autograd import Graph, relu, tanh, values
    >>> x, s = values(x=3.0, s=-0.3)
    >>> for graph in (Graph(2 * x), Graph(x**2), Graph(tanh(x)), Graph(relu(s))):
    ...     print([str(rule(graph, edge)) for edge in graph.edges if edge.partial is not None])
    ['2']
    ['2·x']
    ['1 - f·f']
    ['0, as s ≤ 0']
    """
    op = graph.nodes[edge.target].op
    if op is None or op.from_callables is not None or not graph.names.shown_operands(edge.target):
        return None
    return Writer(graph, edge, forms, called or graph.names.within(forms).pieces.__getitem__).rule()
