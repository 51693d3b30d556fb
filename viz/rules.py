"""Prints local derivatives as MathML: the text of a row's `partials`, or of its `identities`, nicer to read.

Where a rule has cases, it prints the one that holds at a node, and why. It decides that much with numbers;
what a derivative is worth is the engine's to say.
"""

import ast
import math
from collections.abc import Sequence
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from autograd.expression import COMPARISONS, Reader
from autograd.kernels import IEEE
from viz.mathml import fraction, number, operator, row, text
from viz.templates import ATOM, OUT, Template, hole, operand_names, template, value

_ADD, _TIMES, _MINUS = 1, 2, 3
_COMPARED = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def derivative(primitive: Any, operands: Sequence[float], out: float, slot: int) -> Template:
    """Return the formula of a row's local derivative with respect to the operand in a slot.

    Where the rule has cases, the one that holds at these operands is printed, and why it does.

    Parameters
    ----------
    primitive : Primitive
        The row.
    operands : sequence of float
        The primals of the operands; they choose among cases and are not printed.
    out : float
        The primal of the node.
    slot : int
        Which operand.

    Examples
    --------
    >>> from autograd import relu, tanh
    >>> derivative(tanh, [0.0], 0.0, 0)
    ('<mrow><mn>1</mn><mo>−</mo><msup>', (-1, True, 9), '<mn>2</mn></msup></mrow>')
    >>> derivative(relu, [-0.3], 0.0, 0)
    ('<mrow><mn>0</mn><mtext> as </mtext><mrow>', (0, False, 0), '<mo>≤</mo><mn>0</mn></mrow></mrow>')
    """
    if primitive.from_callables is not None:
        return (text(f"{primitive.name}, rule {slot + 1}"),)
    names = operand_names(primitive, len(operands))
    parameter, element = names[slot]
    formula = primitive.identities.get(parameter) or primitive.partials[primitive.parameters.index(parameter)]
    printer = _Printer(names, element, operands, out)
    return template(printer.explained(formula))


class _Numbers(Reader[float]):
    """Evaluates a formula at given operands, to find out which case of it holds."""

    def __init__(
        self,
        names: Sequence[tuple[str, int | None]],
        element: int | None,
        numbers: Sequence[float],
        out: float,
    ) -> None:
        self.numbers = dict(zip(names, numbers, strict=True)) | {("out", None): out, ("pi", None): math.pi}
        self.element = element

    def number(self, value: float) -> float:
        return float(value)

    def name(self, name: str) -> float:
        return self.numbers[name, None]

    def item(self, name: str) -> float:
        return self.numbers[name, self.element]

    def negative(self, operand: float) -> float:
        return -operand

    def operation(self, symbol: str, left: float, right: float) -> float:
        return float({"+": add, "-": sub, "*": mul, "/": IEEE["divide"]}[symbol](left, right))

    def comparison(self, symbol: str, left: float, right: float) -> float:
        return float({"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}[symbol](left, right))

    def apply(self, name: str, arguments: list[float]) -> float:
        return float(IEEE[name](*arguments))


class _Printer(Reader[tuple[str, int]]):
    """Prints a formula of the table as MathML, with the precedence of what was printed last."""

    def __init__(
        self,
        names: Sequence[tuple[str, int | None]],
        element: int | None,
        numbers: Sequence[float],
        out: float,
    ) -> None:
        self.holes = {name: hole(i) for i, name in enumerate(names)}
        self.element = element
        self.length = sum(1 for name in names if name[0] == names[0][0])
        self.numbers = _Numbers(names, element, numbers, out)
        self.reasons: list[str] = []

    def explained(self, formula: str) -> str:
        """Print a formula, and the conditions that chose its cases."""
        printed, _ = self.read(formula)
        if not self.reasons:
            return printed
        return row(printed, text(" as "), *_separated(self.reasons))

    def number(self, value: float) -> tuple[str, int]:
        return number(f"{value:g}"), ATOM

    def name(self, name: str) -> tuple[str, int]:
        if name == "n":
            return number(str(self.length)), ATOM
        markup = {
            "out": f"<mi>{hole(OUT)}</mi>",
            "pi": "<mi>π</mi>",
            "none": text("no edge"),
            "count": text("ties"),
        }.get(name)
        return markup or f"<mi>{self.holes.get((name, None), name)}</mi>", ATOM

    def item(self, name: str) -> tuple[str, int]:
        return f"<mi>{self.holes[name, self.element]}</mi>", ATOM

    def negative(self, operand: tuple[str, int]) -> tuple[str, int]:
        return row(operator("-"), _bracketed(operand, _MINUS)), _MINUS

    def operation(self, symbol: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
        if symbol == "/":
            return fraction(left[0], right[0]), ATOM
        if symbol == "*":
            if left == right:
                return f"<msup>{_bracketed(left, ATOM)}<mn>2</mn></msup>", ATOM - 1
            return row(_bracketed(left, _TIMES), operator("·"), _bracketed(right, _TIMES)), _TIMES
        return row(_bracketed(left, _ADD), operator(symbol), _bracketed(right, _ADD + (symbol == "-"))), _ADD

    def comparison(self, symbol: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
        return row(left[0], operator(_COMPARED.get(symbol, symbol)), right[0]), 0

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> tuple[str, int]:
        """Print the case that holds, and keep the reason, unless it is a mere guard against one point."""
        holds = bool(self.numbers.visit(condition))
        case = a if holds else b
        match condition:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                symbol = COMPARISONS[type(op)]
                guard = symbol == "==" and not holds and not isinstance(case, ast.Constant)
                symbol = symbol if holds else _OPPOSITE[symbol]
                shown = "" if guard else self.comparison(symbol, self.visit(left), self.visit(right))[0]
            case _:
                zero = (number("0"), ATOM)
                shown = self.comparison("!=" if holds else "==", self.visit(condition), zero)[0]
        if shown and shown not in self.reasons:
            self.reasons.append(shown)
        return self.visit(case)

    def apply(self, name: str, arguments: list[tuple[str, int]]) -> tuple[str, int]:
        """Print a call in the manner of the row of that name, or as ``name(...)``."""
        from autograd.primitives import TABLE

        called = TABLE.get("pow" if name == "power" else name)
        if name == "others":
            return text("product of the others"), _TIMES
        if called is None or called.nary or len(called.parameters) != len(arguments) or not called.latex:
            inside = row(*_separated([argument for argument, _ in arguments]))
            return row(f'<mi mathvariant="normal">{name}</mi>', operator("("), inside, operator(")")), ATOM
        filled = []
        for piece in value(called, len(arguments)):
            if isinstance(piece, str):
                filled.append(piece)
            else:
                operand, tight, needed = piece
                filled.append(_bracketed(arguments[operand], max(needed, tight * (_MINUS + 1))))
        return "".join(filled), called.precedence or ATOM - 1


def _separated(pieces: Sequence[str]) -> list[str]:
    return [part for i, piece in enumerate(pieces) for part in ([operator(",")] if i else []) + [piece]]


def _bracketed(printed: tuple[str, int], needed: int) -> str:
    markup, precedence = printed
    return markup if precedence >= needed else row(operator("("), markup, operator(")"))
