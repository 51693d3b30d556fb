"""The language of the table: textbook formulas as text, parsed once, read in many ways.

A formula is made of numbers, names, ``+ - * / **``, one comparison at a time, ``where(condition, a, b)``,
calls of rows and kernels, and, in rows over sequences, ``x[j]``; an optimiser's update is several lines
``name = formula``. This module parses such text and walks it; it refuses to know what any function means.
Every meaning is a `Reader`, and these are all of them:

* `autograd.table.source.PythonSource`: Python on floats or on `Value`s, for calls and their derivatives;
* `autograd.graph.rules.Printer`: the rule on an edge, plain or in LaTeX, with the case that holds there;
* `autograd.program.faults.Arrays`: where a row of a replay leaves the reals;
* `autograd.program.numpy.formulas.ArrayFormulas`: calls of NumPy;
* `autograd.program.native.formulas.CFormulas`: C;
* `autograd.program.jax.formulas.JaxFormulas`: what JAX traces.

The tests read it once more, as SymPy's expressions, for a second opinion.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Generic, TypeVar

T = TypeVar("T")

OPERATORS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class FormulaError(ValueError):
    """A formula of the table is not in the language; the message names the text and the place."""


@cache
def parse(text: str) -> ast.expr:
    """Parse a formula and check that it is in the language.

    Parameters
    ----------
    text : str
        For example ``"where(x <= 0, 0, x)"``. ``x ** y`` is read as ``power(x, y)``.

    Raises
    ------
    FormulaError
        If the text is no Python expression, or uses anything outside the language.

    Examples
    --------
    >>> print(ast.unparse(parse("1/(cosh(x)*cosh(x))")), ast.unparse(parse("x**2")))
    1 / (cosh(x) * cosh(x)) power(x, 2)
    >>> parse("x % 2")
    Traceback (most recent call last):
    autograd.table.language.FormulaError: 'x % 2' is not a formula of the table: 'x % 2' is not allowed. \
Use numbers, names, + - * / **, one comparison, where(...), calls of rows and kernels, and x[j].
    """
    try:
        tree = _Powers().visit(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError as error:
        raise FormulaError(f"{text!r} is not a formula of the table: {error.msg}.") from None
    _check(tree, text)
    return tree  # type: ignore[no-any-return]


class _Powers(ast.NodeTransformer):
    """Turns ``x ** y`` into ``power(x, y)``, so that readers meet one form."""

    def visit_BinOp(self, tree: ast.BinOp) -> ast.expr:
        self.generic_visit(tree)
        if isinstance(tree.op, ast.Pow):
            return ast.Call(ast.Name("power", ast.Load()), [tree.left, tree.right], [])
        return tree


def assignments(text: str) -> tuple[tuple[str, str], ...]:
    """Split lines ``name = formula`` into pairs, each formula checked as by `parse`.

    Raises
    ------
    FormulaError
        If a line is no assignment to one name, or its formula is not in the language.

    Examples
    --------
    >>> assignments('''
    ...     v = beta*v - lr*g
    ...     p = p + v
    ... ''')
    (('v', 'beta*v - lr*g'), ('p', 'p + v'))
    """
    pairs = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, formula = (part.strip() for part in line.partition("="))
        if not (equals and name.isidentifier()):
            raise FormulaError(f"{line!r} is no line of an update: write name = formula.")
        parse(formula)
        pairs.append((name, formula))
    return tuple(pairs)


def _check(tree: ast.expr, text: str) -> None:
    match tree:
        case ast.Constant(value=int() | float()) if not isinstance(tree.value, bool):
            return
        case ast.Name():
            return
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _check(left, text)
            _check(right, text)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            _check(left, text)
            _check(right, text)
        case ast.Subscript(value=ast.Name(), slice=ast.Name(id="j")):
            return
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if (
            name != "where" or len(arguments) == 3
        ):
            for argument in arguments:
                _check(argument, text)
        case _:
            raise FormulaError(
                f"{text!r} is not a formula of the table: {ast.unparse(tree)!r} is not allowed. Use numbers, "
                f"names, + - * / **, one comparison, where(...), calls of rows and kernels, and x[j]."
            )


def names(text: str) -> set[str]:
    """Return the variables that a formula mentions (called functions aside).

    Examples
    --------
    >>> sorted(names("where(out == 0, 0, out * log(x))"))
    ['out', 'x']
    """
    called = {id(node.func) for node in ast.walk(parse(text)) if isinstance(node, ast.Call)}
    return {
        node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name) and id(node) not in called
    }


def functions(text: str) -> set[str]:
    """Return the functions that a formula calls, ``where`` included.

    Examples
    --------
    >>> sorted(functions("where(out == 0, 0, out * log(x))"))
    ['log', 'where']
    """
    return set(_called(parse(text)))


def _called(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


class Reader(Generic[T]):
    """One meaning of the language: a method for each form, from the leaves up.

    A subclass says what a number, a name, an operation, a comparison and a call mean in its world.
    `where` gets its three parts unread, so that a reader may be lazy; the default reads all three.
    """

    def read(self, text: str) -> T:
        """Read a whole formula."""
        return self.visit(parse(text))

    def visit(self, tree: ast.expr) -> T:
        """Read one part of a parsed formula."""
        match tree:
            case ast.Constant(value=value):
                assert isinstance(value, int | float)
                return self.number(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Subscript(value=ast.Name(id=name)):
                return self.item(name)
            case ast.UnaryOp(operand=operand):
                return self.negative(self.visit(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return self.operation(OPERATORS[type(op)], self.visit(left), self.visit(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(COMPARISONS[type(op)], self.visit(left), self.visit(right))
            case ast.Call(func=ast.Name(id="where"), args=[condition, a, b]):
                return self.where(condition, a, b)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise FormulaError(f"{ast.unparse(tree)!r} is not in the language.")

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> T:
        """Read ``where(condition, a, b)``."""
        return self.apply("where", [self.visit(condition), self.visit(a), self.visit(b)])

    def call(self, name: str, arguments: list[ast.expr]) -> T:
        """Read a call; the default reads the arguments and hands them to `apply`."""
        return self.apply(name, [self.visit(argument) for argument in arguments])

    def number(self, value: float) -> T:
        """Read a literal."""
        raise NotImplementedError

    def name(self, name: str) -> T:
        """Read a variable: a parameter of the row, ``out``, ``n``, ``count``, ``pi`` or ``none``."""
        raise NotImplementedError

    def item(self, name: str) -> T:
        """Read ``name[j]``, the j-th element of a sequence parameter."""
        raise NotImplementedError

    def negative(self, operand: T) -> T:
        """Read ``-operand``."""
        raise NotImplementedError

    def operation(self, symbol: str, left: T, right: T) -> T:
        """Read ``left symbol right`` for one of ``+ - * /``."""
        raise NotImplementedError

    def comparison(self, symbol: str, left: T, right: T) -> T:
        """Read one comparison."""
        raise NotImplementedError

    def apply(self, name: str, arguments: list[T]) -> T:
        """Read a function applied to arguments that were read already."""
        raise NotImplementedError
