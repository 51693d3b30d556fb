"""Reads an expression that somebody typed and computes it with `autograd`; knows nothing of drawings.

The text is parsed with `ast` and walked over a whitelist (numbers, names, `+ - * / **`, unary minus, the
functions of the table, lists as their arguments). Nothing is ever evaluated by Python itself. Every refusal
names its column.
"""

import ast
import math
import sys
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from autograd import Value
from autograd.core.errors import DomainError
from autograd.table.rows import TABLE

CONSTANTS = {"pi": math.pi, "e": math.e}

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.USub: "neg",
}  # fmt: skip
_HIDDEN = frozenset(_OPERATORS.values()) - {"pow"}  # these rows are written with their symbol

_TOO_DEEP = "The expression is nested too deeply for one line. Build it in Python instead."

Operand = Value | float


class FormulaError(ValueError):
    """An expression that cannot be read or computed; `column` (from 0, or None) says where."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.column = message, column


@dataclass(frozen=True)
class Formula:
    """An expression that was read: its text, the name before `=` (or ""), and its tree."""

    text: str
    name: str
    tree: ast.expr

    def variables(self, given: Collection[str] = ()) -> tuple[str, ...]:
        """Return the names that stand for numbers, in the order of reading.

        `pi` and `e` are among them only where they are `given` a number; a given name that is not used is
        not among them.

        Raises
        ------
        FormulaError
            A name that is not given; the message lists all of them.
        """
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        found = [
            node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and id(node) not in called
        ]
        found.sort(key=lambda name: name.col_offset)
        first = {node.id: node for node in reversed(found) if node.id not in CONSTANTS or node.id in given}
        names = tuple(dict.fromkeys(node.id for node in found if node.id in first))
        missing = [name for name in names if name not in given]
        if missing:
            column = self.column(first[missing[0]])
            if missing[0] in TABLE:
                raise FormulaError(f"{missing[0]} is a function: write {_usage(missing[0])}.", column)
            wanted = " ".join(f"{name}=..." for name in missing)
            verb = "has" if len(missing) == 1 else "have"
            raise FormulaError(f"{', '.join(missing)} {verb} no value. Add {wanted}", column)
        return names

    def column(self, node: ast.AST) -> int:
        """Return where in the text a part begins, in characters."""
        return len(self.text.encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore"))

    def evaluate(self, values: Mapping[str, Operand]) -> Operand:
        """Return the expression at the given values: a Value if it uses one, else a float.

        Raises
        ------
        FormulaError
            A name without a value, or a place where a function is not defined.
        """
        self.variables(values)
        try:
            return self._evaluate(self.tree, values)
        except RecursionError:
            raise FormulaError(_TOO_DEEP) from None

    def _evaluate(self, node: ast.expr, values: Mapping[str, Operand]) -> Operand:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return values[name] if name in values else CONSTANTS[name]
            case ast.BinOp(left=left, op=op, right=right):
                return self._apply(
                    node, _OPERATORS[type(op)], [self._evaluate(x, values) for x in (left, right)]
                )
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self._evaluate(operand, values)
            case ast.UnaryOp(operand=operand):
                return self._apply(node, "neg", [self._evaluate(operand, values)])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._apply(node, name, [self._argument(x, values) for x in arguments])
        raise AssertionError(ast.dump(node))  # `check` lets nothing else pass

    def _argument(self, node: ast.expr, values: Mapping[str, Operand]) -> Operand | list[Operand]:
        if isinstance(node, ast.List | ast.Tuple):
            return [self._evaluate(item, values) for item in node.elts]
        return self._evaluate(node, values)

    def _apply(self, node: ast.expr, name: str, arguments: Sequence[Operand | list[Operand]]) -> Operand:
        try:
            result = TABLE[name](*arguments)
        except (DomainError, TypeError, ValueError) as error:
            raise FormulaError(str(error), self.column(node)) from error
        assert isinstance(result, Value | float)  # no row returns anything else
        return result

    def check(self, node: ast.expr) -> None:
        """Raise a FormulaError at the first part of a tree that is not on the whitelist."""
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                if number > sys.float_info.max:
                    raise FormulaError("This number is too large for a float.", self.column(node))
            case ast.Name():
                pass
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                self.check(left)
                self.check(right)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.check(operand)
            case ast.Call(func=ast.Name(id=name)):
                self._check_call(node, name)
            case _:
                raise FormulaError(_refusal(node), self.column(node))

    def _check_call(self, node: ast.Call, name: str) -> None:
        if name not in TABLE or name in _HIDDEN:
            known = ", ".join(sorted(set(TABLE) - _HIDDEN))
            raise FormulaError(
                f"{name} is not a function of the table. There are: {known}.", self.column(node)
            )
        row = TABLE[name]
        if node.keywords:
            keyword = node.keywords[0]
            message = f"{keyword.arg}=... : arguments go by position here, {_usage(name)}."
            raise FormulaError(message, self.column(keyword))
        least, most = len(row.parameters) - len(row.defaults), len(row.parameters)
        if not least <= len(node.args) <= most:
            wanted = str(most) if least == most else f"{least} to {most}"
            message = f"{name} takes {wanted} argument{'s' if most > 1 else ''}, got {len(node.args)}"
            raise FormulaError(f"{message}: {_usage(name)}.", self.column(node))
        for parameter, argument in zip(row.parameters, node.args, strict=False):
            if parameter not in row.sequences:
                self.check(argument)
            elif isinstance(argument, ast.List | ast.Tuple):
                for item in argument.elts:
                    self.check(item)
            else:
                raise FormulaError(f"{name} takes a list here: {_usage(name)}.", self.column(argument))


def read(text: str) -> Formula:
    """Return what was typed as a `Formula`: an expression, or `name = expression`.

    >>> read("J = 3*(a + b*c)").evaluate({"a": 5.0, "b": 3.0, "c": 2.0})
    33.0

    Raises
    ------
    FormulaError
        The text is not one expression; the message says why and where.
    """
    text = " ".join(text.split())
    if not text:
        raise FormulaError("There is no expression.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            statements = ast.parse(text).body
    except SyntaxError as error:
        raise FormulaError(_explained(error, text), max(0, (error.offset or 1) - 1)) from None
    except (RecursionError, MemoryError, ValueError):
        raise FormulaError(_TOO_DEEP) from None
    match statements:
        case [ast.Expr(value=tree)]:
            formula = Formula(text, "", tree)
        case [ast.Assign(targets=[ast.Name(id=name)], value=tree)]:
            formula = Formula(text, name, tree)
        case _:
            raise FormulaError("One expression is needed, such as 3*(a + b*c) or J = 3*(a + b*c).", 0)
    try:
        formula.check(formula.tree)
    except RecursionError:
        raise FormulaError(_TOO_DEEP) from None
    return formula


def _explained(error: SyntaxError, text: str) -> str:
    reason = error.msg or "this cannot be read"
    if "decimal literal" in reason:
        return "A number runs into a name: write the multiplication, 3*a."
    if reason.startswith("invalid syntax") and (error.offset or 0) > len(text):
        return "The expression ends too early."
    return f"This cannot be read: {reason}."


def _usage(name: str) -> str:
    row = TABLE[name]
    shown = (f"[{p}1, {p}2, ...]" if p in row.sequences else p for p in row.parameters)
    return f"{name}({', '.join(shown)})"


def _refusal(node: ast.expr) -> str:
    match node:
        case ast.BinOp(op=ast.BitXor()):
            return "^ is not the power here: write a**b."
        case ast.Call(func=ast.Constant(value=number)):
            return f"{number!r} is not a function: write the multiplication, {number!r}*(...)."
        case ast.Constant():
            return "Only numbers, names and functions of the table can stand here."
        case ast.List() | ast.Tuple():
            return "A list can stand only where a function takes one, as in sum([a, b])."
    return "This is not arithmetic. Use numbers, names, + - * / **, brackets and the functions of the table."
