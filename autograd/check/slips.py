"""The usual slips in a local derivative, from a row's own text, so that a new row has its own at once.

Each is another formula that somebody may have written: an operand for the other one, a factor dropped, a sign
turned, the value for the derivative, the derivative of a neighbour. Knows the text of rows; who slipped, and
in which words that is told, is for others.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograd.core.row import Row
from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.language import Reader, names, parse
from autograd.table.primitive import TABLE

KINDS = {  # in the order in which slips of the same number are told; what the wrong formula is
    "value": "the value of the node itself",
    "operand": "an operand itself",
    "other operand": "the other operand",
    "exchanged": "the operands exchanged",
    "sign": "a sign turned",
    "factor": "a factor left out",
    "term": "a term left out",
    "exponent": "the exponent not lowered by one",
    "inverse": "a fraction upside down",
    "input": "the operand where the value belongs",
    "output": "the value where the operand belongs",
    "case": "another case of several",
    "slot": "the derivative for the other operand",
    "neighbour": "the derivative of another function",
    "one": "1, whatever the operands are",
    "zero": "0, so nothing arrives",
}


@dataclass(frozen=True)
class Slip:
    """A wrong formula for one local derivative of a row.

    Attributes
    ----------
    row : str
        The row's name.
    parameter : str
        The operand by which is differentiated.
    kind : str
        Of `KINDS`.
    formula : str
        In the language of the table, with the row's parameters and ``out``.
    neighbour : str
        For the derivative of another function, that row's name; else "".
    """

    row: str
    parameter: str
    kind: str
    formula: str
    neighbour: str = ""

    def at(self, operands: Mapping[str, float], out: float) -> float:
        """Return the number that the formula gives.

        Parameters
        ----------
        operands : dict of str to float
            By the row's parameters.
        out : float
            The value of the node.

        Returns
        -------
        float
            As IEEE arithmetic has it; nan where it is not defined.
        """
        return evaluated(self.formula, {**operands, "out": out})

    def written(self, operands: Mapping[str, float], out: float, called: Mapping[str, str]) -> str:
        """Return the formula as it is read: the case that holds at some operands, with the learner's names.

        Parameters
        ----------
        operands : dict of str to float
            By the row's parameters; they decide which case of several is shown.
        out : float
            The value of the node.
        called : dict of str to str
            What the operands and ``out`` are called.

        Returns
        -------
        str
            Such as ``b*a**b``.
        """
        tree = _Case({**operands, "out": out}).visit(copy.deepcopy(parse(self.formula)))
        return ast.unparse(renamed(tree, called))


def slips(row: Row, parameter: str) -> tuple[Slip, ...]:
    """Return the usual slips in the derivative of a row by one of its operands, the likeliest first.

    Parameters
    ----------
    row : Primitive
        One with formulas, of single numbers.
    parameter : str
        One of its operands.

    Returns
    -------
    tuple of Slip
        Each formula once. At some operands one may give the right number.

    Examples
    --------
    >>> from autograd import mul, square
    >>> [(slip.kind, slip.formula) for slip in slips(mul, "x")][:3]
    [('value', 'out'), ('operand', 'x'), ('sign', '-y')]
    >>> [slip.formula for slip in slips(square, "x") if slip.kind == "factor"]
    ['2']
    """
    return _slips(row, parameter, frozenset(TABLE))


@cache
def _slips(row: Row, parameter: str, known: frozenset[str]) -> tuple[Slip, ...]:
    if row.sequences or not row.partials:
        return ()
    slot = row.parameters.index(parameter)
    forms = [*([row.identities[parameter]] if parameter in row.identities else []), row.partials[slot]]
    right = {_written(parse(form)) for form in forms}
    found: dict[str, Slip] = {}
    for kind, formula, neighbour in _all(row, slot, forms):
        text = _written(formula)
        if text not in right and text not in found:
            found[text] = Slip(row.name, parameter, kind, text, neighbour)
    order = [*KINDS]
    return tuple(sorted(found.values(), key=lambda slip: order.index(slip.kind)))


def _all(row: Row, slot: int, forms: list[str]) -> Iterator[tuple[str, ast.expr, str]]:
    """List the kind, the formula and the neighbour of each slip."""
    parameter, others = row.parameters[slot], [p for p in row.parameters if p != row.parameters[slot]]
    yield "value", _name("out"), ""
    yield "operand", _name(parameter), ""
    for other in others:
        yield "other operand", _name(other), ""
    for form in forms:
        tree = parse(form)
        yield "sign", tree.operand if isinstance(tree, ast.UnaryOp) else ast.UnaryOp(ast.USub(), tree), ""
        if others:
            yield "exchanged", renamed(tree, {parameter: others[0], others[0]: parameter}), ""
        for operand in row.parameters:
            yield "input", renamed(tree, {"out": operand}), ""
            yield "output", renamed(tree, {operand: "out"}), ""
        for kind, changed in _changed(tree):
            yield kind, changed, ""
    for i, partial in enumerate(row.partials):
        if i != slot and partial != "none":
            yield "slot", parse(partial), ""
    for other_row in TABLE.values():
        yield from _neighbour(row, slot, other_row)
    yield "one", ast.Constant(1), ""
    yield "zero", ast.Constant(0), ""


def _neighbour(row: Row, slot: int, other: Row) -> Iterator[tuple[str, ast.expr, str]]:
    """List the derivatives of another row with as many operands, in the words of this one."""
    if other is row or other.sequences or len(other.partials) != len(row.partials):
        return
    called = dict(zip(other.parameters, row.parameters, strict=True))
    p = other.parameters[slot]
    for text in (other.partials[slot], other.identities.get(p)):
        if text and names(text) - {"none", "pi"}:  # a constant is no sign of a neighbour
            yield "neighbour", renamed(parse(text), called), other.name


def _changed(tree: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """List what becomes of a formula when one of its parts is left out, turned or taken for another."""
    for i, part in enumerate(ast.walk(tree)):
        for kind, new in _part(part):
            changed = copy.deepcopy(tree)
            exchange = _Exchange(list(ast.walk(changed))[i], new)
            yield kind, exchange.visit(changed)


def _part(part: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match part:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            yield "factor", left
            yield "factor", right
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield "factor", left
            yield "factor", ast.BinOp(ast.Constant(1), ast.Div(), right)
            yield "inverse", ast.BinOp(right, ast.Div(), left)
            yield "inverse", ast.BinOp(left, ast.Mult(), right)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield "term", left
            yield "term", right
            yield "sign", ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield "term", left
            yield "term", right
            yield "term", ast.UnaryOp(ast.USub(), right)
            yield "sign", ast.BinOp(left, ast.Add(), right)
        case ast.UnaryOp(operand=operand):
            yield "sign", operand
        case ast.Call(func=ast.Name(id="power"), args=[base, ast.BinOp(left=exponent)]):
            yield "exponent", ast.Call(_name("power"), [base, exponent], [])
        case ast.Call(func=ast.Name(id="where"), args=[condition, one, other]):
            yield from (("case", branch) for branch in (one, other) if not isinstance(branch, ast.Constant))
            yield "case", ast.Call(_name("where"), [condition, other, one], [])


class _Exchange(ast.NodeTransformer):
    """Puts one part of a tree in the place of another."""

    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


class _Case(ast.NodeTransformer):
    """Puts the branch that holds in the place of each `where`, and ``x**y`` in that of ``power(x, y)``."""

    def __init__(self, numbers: Mapping[str, float]) -> None:
        self.numbers = numbers

    def visit_Call(self, tree: ast.Call) -> Any:
        match tree:
            case ast.Call(func=ast.Name(id="where"), args=[condition, one, other]):
                return self.visit(one if Evaluated(self.numbers).visit(condition) else other)
            case ast.Call(func=ast.Name(id="power"), args=[base, exponent]):
                return ast.BinOp(self.visit(base), ast.Pow(), self.visit(exponent))
        return self.generic_visit(tree)


def renamed(tree: ast.expr, names: Mapping[str, str]) -> ast.expr:
    """Return a formula with other names for its variables."""
    changed = copy.deepcopy(tree)
    calls = {id(part.func) for part in ast.walk(changed) if isinstance(part, ast.Call)}
    for part in ast.walk(changed):
        if isinstance(part, ast.Name) and id(part) not in calls:
            part.id = names.get(part.id, part.id)
    return changed


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _written(tree: ast.expr) -> str:
    return ast.unparse(tree)


class Evaluated(Reader[float]):
    """The number that a formula of single numbers gives, as IEEE arithmetic has it."""

    def __init__(self, numbers: Mapping[str, float]) -> None:
        self.numbers = numbers

    def number(self, value: float) -> float:
        return float(value)

    def name(self, name: str) -> float:
        return CONSTANTS.get(name, 0.0) if name not in self.numbers else self.numbers[name]

    def negative(self, operand: float) -> float:
        return -operand

    def operation(self, symbol: str, left: float, right: float) -> float:
        return float(SIGNS[symbol].ieee(left, right))

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> float:
        return self.visit(a if self.visit(condition) else b)

    def apply(self, name: str, arguments: list[float]) -> float:
        return float(KERNELS[name].ieee(*arguments))


CONSTANTS = {"pi": 3.141592653589793, "none": 0.0}


def evaluated(formula: str, numbers: Mapping[str, float]) -> float:
    """Return the number that a formula gives.

    Examples
    --------
    >>> evaluated("where(x > 0, x * y, 0)", {"x": 2.0, "y": 3.0})
    6.0
    """
    return Evaluated(numbers).read(formula)
