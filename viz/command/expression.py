"""Reads an expression that somebody typed, in the table's own language, and computes it by the rows.

It knows which parts of the language are arithmetic, the two constants, and where in the text a mistake is; it
refuses to know drawings, and hands nothing to Python to run.
"""

import ast
import math
import sys
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from autograd import TABLE, DomainError, FormulaError, Primitive, Value
from autograd.table.language import TOO_DEEP, Reader, statement

CONSTANTS = {"pi": math.pi, "e": math.e}

_ARITHMETIC = "numbers, names, + - * / **, brackets and the functions of the table"

_INFIX = {row.symbol: row for row in TABLE.values() if row.symbol and len(row.parameters) == 2}
_CALLED = {name: row for name, row in TABLE.items() if not row.symbol or row.symbol == "**"}

Operand = Value | float
Computation = Callable[[Mapping[str, Operand]], Operand]


class ExpressionError(ValueError):
    """An expression that cannot be read or computed; `column` (from 0, or None) says where."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.column = message, column


@dataclass(frozen=True)
class Expression:
    """An expression that was read.

    Parameters
    ----------
    text : str
        What was typed.
    name : str
        The name before ``=``, or ``""``.
    names : mapping from str to int
        The names in it that stand for numbers, in the order of reading, each with its first column.
    compute : callable
        Takes the numbers by name, returns the result.
    """

    text: str
    name: str
    names: Mapping[str, int]
    compute: Computation

    def variables(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the names that stand for numbers, in the order of reading.

        `pi` and `e` are among them only where they are `known`; a known name that is not used is not among
        them.

        Raises
        ------
        ExpressionError
            A name that is not known; the message lists all of them.
        """
        names = tuple(name for name in self.names if name not in CONSTANTS or name in known)
        missing = [name for name in names if name not in known]
        if missing:
            column = self.names[missing[0]]
            if missing[0] in TABLE:
                raise ExpressionError(f"{missing[0]} is a function: write {_usage(missing[0])}.", column)
            wanted = " ".join(f"{name}=..." for name in missing)
            verb = "has" if len(missing) == 1 else "have"
            raise ExpressionError(f"{', '.join(missing)} {verb} no value. Add {wanted}", column)
        return names

    def evaluate(self, values: Mapping[str, Operand]) -> Operand:
        """Return the expression at the given values: a Value if it uses one, else a float.

        Raises
        ------
        ExpressionError
            A name without a value, or a place where a function is not defined.
        """
        self.variables(values)
        try:
            return self.compute(CONSTANTS | dict(values))
        except RecursionError:
            raise ExpressionError(TOO_DEEP) from None


def read(text: str) -> Expression:
    """Return what was typed, an expression or ``name = expression``, as an `Expression`.

    Raises
    ------
    ExpressionError
        The text is not one expression; the message says why and where.

    Examples
    --------
    >>> read("J = 3*(a + b*c)").evaluate({"a": 5.0, "b": 3.0, "c": 2.0})
    33.0
    """
    text = " ".join(text.split())
    if not text:
        raise ExpressionError("There is no expression.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            name, tree = statement(text)
        arithmetic = Arithmetic(text)
        compute = arithmetic.visit(tree)
    except FormulaError as error:
        raise ExpressionError(error.reason, error.column) from None
    except RecursionError:
        raise ExpressionError(TOO_DEEP) from None
    return Expression(text, name, arithmetic.names, compute)


class Arithmetic(Reader[Computation]):
    """Turns an expression into the computation by rows that it stands for, and notes its names.

    Of the table's language it takes numbers, names, operators and calls; it adds ``+x``, and lists where a
    row takes a sequence.
    """

    def __init__(self, text: str) -> None:
        self.text, self.here = text, 0
        self.names: dict[str, int] = {}

    def visit(self, tree: ast.expr) -> Computation:
        """Read one part; while that lasts, `here` is its column."""
        self.here, outer = self._column(tree), self.here
        match tree:
            case ast.Compare() | ast.Subscript():
                self.refuse(tree)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                compute = self.visit(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                compute = self.operation("**", self.visit(left), self.visit(right))
            case ast.Call(func=ast.Name(id="where"), args=arguments, keywords=[]):  # a row as any other
                compute = self.call("where", arguments)
            case _:
                compute = super().visit(tree)
        self.here = outer
        return compute

    def _column(self, tree: ast.AST) -> int:
        """Return where in the text a part begins, in characters."""
        return len(self.text.encode()[: getattr(tree, "col_offset", 0)].decode(errors="ignore"))

    def number(self, value: float) -> Computation:
        """Read a literal."""
        if value > sys.float_info.max:
            raise ExpressionError("This number is too large for a float.", self.here)
        return lambda values: float(value)

    def name(self, name: str) -> Computation:
        """Read a variable or a constant."""
        self.names.setdefault(name, self.here)
        return lambda values: values[name]

    def negative(self, operand: Computation) -> Computation:
        """Read ``-operand``."""
        return self._computation(TABLE["neg"], [operand])

    def operation(self, symbol: str, left: Computation, right: Computation) -> Computation:
        """Read ``left symbol right``."""
        return self._computation(_INFIX[symbol], [left, right])

    def call(self, name: str, arguments: list[ast.expr]) -> Computation:
        """Read a call of a row, in which a sequence is a list."""
        row = self._row(name)
        least, most = len(row.parameters) - len(row.defaults), len(row.parameters)
        if not least <= len(arguments) <= most:
            wanted = str(most) if least == most else f"{least} to {most}"
            counted = f"{name} takes {wanted} argument{'s' if most > 1 else ''}, got {len(arguments)}"
            raise ExpressionError(f"{counted}: {_usage(name)}.", self.here)
        operands: list[Computation | list[Computation]] = []
        for parameter, argument in zip(row.parameters, arguments, strict=False):
            if parameter not in row.sequences:
                operands.append(self.visit(argument))
            elif isinstance(argument, ast.List | ast.Tuple):
                operands.append([self.visit(item) for item in argument.elts])
            else:
                place = self._column(argument)
                raise ExpressionError(f"{name} takes a list here: {_usage(name)}.", place)
        return self._computation(row, operands)

    def _row(self, name: str) -> Primitive:
        if name not in _CALLED:
            known = ", ".join(sorted(_CALLED))
            raise ExpressionError(f"{name} is not a function of the table. There are: {known}.", self.here)
        return _CALLED[name]

    def _computation(
        self, row: Primitive, operands: Sequence[Computation | list[Computation]]
    ) -> Computation:
        """Return what applies a row to what its operands compute; an error of the row is here."""
        column = self.here

        def compute(values: Mapping[str, Operand]) -> Operand:
            found = [
                [x(values) for x in part] if isinstance(part, list) else part(values) for part in operands
            ]
            try:
                result = row(*found)
            except (DomainError, TypeError, ValueError) as error:
                raise ExpressionError(str(error), column) from error
            assert isinstance(result, Value | float)  # no row returns anything else
            return result

        return compute

    def refuse(self, tree: ast.expr) -> NoReturn:
        """Raise the error that says what to write instead."""
        column = self.here
        match tree:
            case ast.BinOp(op=ast.BitXor()):
                message = "^ is not the power here: write a**b."
            case ast.Call(func=ast.Name(id=name), keywords=[keyword, *_]):
                self._row(name)
                column = self._column(keyword)
                message = f"{keyword.arg}=... : arguments go by position here, {_usage(name)}."
            case ast.Call(func=ast.Constant(value=number)):
                message = f"{number!r} is not a function: write the multiplication, {number!r}*(...)."
            case ast.Constant():
                message = "Only numbers, names and functions of the table can stand here."
            case ast.List() | ast.Tuple():
                message = "A list can stand only where a function takes one, as in sum([a, b])."
            case _:
                message = f"This is not arithmetic. Use {_ARITHMETIC}."
        raise ExpressionError(message, column)


def _usage(name: str) -> str:
    row = TABLE[name]
    shown = (f"[{p}1, {p}2, ...]" if p in row.sequences else p for p in row.parameters)
    return f"{name}({', '.join(shown)})"
