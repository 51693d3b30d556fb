"""Reads what somebody typed, one formula or several lines of them, and computes it by the rows.

It knows which parts of the table's language are arithmetic, the two constants, and where in the text a
mistake is. It refuses to know who typed (a command line, a page, an exam), and lets Python run nothing.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn
from unicodedata import normalize

from autograd.core import describe
from autograd.core.errors import DomainError, ExpressionError, FormulaError
from autograd.core.value import Operand, Value
from autograd.table.composites import softmax
from autograd.table.language import TOO_DEEP, TYPED, Reader, Statement, column, statements
from autograd.table.language import names as variables
from autograd.table.primitive import TABLE, Primitive
from autograd.text.numbers import counted, number

CONSTANTS = {"pi": math.pi, "e": math.e}
SIGNS = str.maketrans(  # as they are printed, in the notes and by us
    {"−": "-", **dict.fromkeys("·×⋅∙∗", "*"), **dict.fromkeys("÷∕", "/"), "≤": "<=", "≥": ">=", "≠": "!="}
)
USUAL = {  # what functions are called elsewhere
    "ln": "log", "lg": "log10", "tg": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "arctg": "arctan", "atan2": "arctan2", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "sgn": "sign", "sig": "sigmoid", "sigma": "sigmoid", "σ": "sigmoid", "logistic": "sigmoid",
    "swish": "silu", "step": "heaviside", "Σ": "sum", "avg": "mean", "average": "mean",
    "Pi": "pi", "PI": "pi", "π": "pi",
}  # fmt: skip

Scope = Mapping[str, Any]
Computation = Callable[[Scope], Any]  # gives a Value, a float, or a list of them
Place = tuple[int, int]  # line and column, from 0


class Callee(NamedTuple):
    """A function that can be called: what to do, its parameters, which of them take a list, its defaults."""

    function: Any
    parameters: tuple[str, ...]
    sequences: Collection[str]
    defaults: Mapping[str, float]

    def usage(self, name: str) -> str:
        """Return how it is called: ``log(x)``, ``sum([x1, x2, ...])``."""
        shown = (f"[{p}1, {p}2, ...]" if p in self.sequences else p for p in self.parameters)
        return f"{name}({', '.join(shown)})"


INFIX = {row.symbol: row for row in TABLE.values() if row.symbol and len(row.parameters) == 2}


def functions() -> dict[str, Callee]:
    """Return what can be called, by name: the rows without a sign of their own, and softmax."""
    rows = {name: row for name, row in TABLE.items() if not row.symbol or row.symbol == "**"}
    found = {name: Callee(row, row.parameters, row.sequences, row.defaults) for name, row in rows.items()}
    return found | {"softmax": Callee(softmax, ("x",), ("x",), {})}


class Line(NamedTuple):
    """One line that was read: its name or ``""``, what it computes, and the names in it with their places."""

    name: str
    text: str
    place: Place
    compute: Computation
    names: Mapping[str, Place]


@dataclass(frozen=True)
class Computed:
    """What an `Expression` gave for some numbers.

    Attributes
    ----------
    leaves : dict of str to Value
        The variables, and the lines that are plain numbers, by name, in the order of reading.
    named : dict of str to (Value or list of Value)
        What each line with a name computed.
    outputs : tuple of Value
        The results that no other line uses, in the order of the lines; of a list, all its elements.
    """

    leaves: dict[str, Value]
    named: dict[str, Any]
    outputs: tuple[Value, ...]


@dataclass(frozen=True)
class Expression:
    """A text that was read; call it with a number for each variable. Made by `autograd.expression`.

    Attributes
    ----------
    text : str
        What was typed, its white space and signs put in order.
    lines : tuple of Line
    """

    text: str
    lines: tuple[Line, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that lines define, in their order."""
        return tuple(line.name for line in self.lines if line.name)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names that need a number, in the order of reading; not `pi` and `e`, which may be given."""
        return self._wanted(())

    @property
    def constant(self) -> float:
        """The number that a formula without a variable stands for, such as ``-pi/2``.

        Raises
        ------
        ExpressionError
            If it has a variable, or is not defined.

        Examples
        --------
        >>> expression("1/4").constant
        0.25
        """
        found = None if self.variables or self.names else _guarded(self.lines[0], CONSTANTS)
        if not isinstance(found, float):
            raise ExpressionError(self.text, "It must be one number, such as 0.5, 1/3 or -pi/2.")
        return found

    def __call__(self, /, **numbers: Operand) -> Computed:
        """Compute all lines for a number, or a `Value`, for each variable.

        Raises
        ------
        ExpressionError
            A variable without a number, a number that nothing uses, a place where a function is not defined,
            a result without a variable.
        """
        given = {normalize("NFKC", name): x for name, x in numbers.items()}
        leaves = {name: _leaf(name, given[name]) for name in self._checked(given)}
        scope: dict[str, Any] = {**CONSTANTS, **leaves}
        used = {name for line in self.lines for name in line.names}
        named: dict[str, Any] = {}
        outputs: list[Value] = []
        for line in self.lines:
            found = _guarded(line, scope)
            if line.name not in used and not line.names.keys() & (leaves.keys() | named.keys()):
                self._refuse_idle(line, found)
            if line.name:
                found = scope[line.name] = named[line.name] = self._labelled(line, found)
                leaves |= {x.label: x for x in _listed(found) if x.op is None and x.label not in leaves}
            if line.name not in used:
                outputs += _listed(found)
        return Computed(leaves, named, tuple(outputs))

    def _wanted(self, given: Collection[str]) -> tuple[str, ...]:
        read = dict.fromkeys(name for line in self.lines for name in line.names)
        return tuple(x for x in read if x not in self.names and (x not in CONSTANTS or x in given))

    def _checked(self, given: Mapping[str, Operand]) -> tuple[str, ...]:
        """Return the variables; refuse numbers that are missing, not used, or given to a line's own name."""
        names = self._wanted(given)
        for line in self.lines:
            if line.name in given:
                raise self._error(
                    line.place, f"{line.name} is computed by this line, and is given a number, too. Drop one."
                )
        unused = [name for name in given if name not in names]
        missing = [name for name in names if name not in given]
        if missing:
            self._refuse_missing(missing, given, unused)
        if unused:
            x = given[unused[0]]
            shown = f"{unused[0]}={number(x.data if isinstance(x, Value) else x)}"
            has = ", ".join(names) or "no variables"
            reason = f"{shown} is not used: the expression has {has}. Is a name misspelt?"
            raise ExpressionError(self.text, reason)
        return names

    def _refuse_missing(self, missing: list[str], given: Collection[str], unused: list[str]) -> NoReturn:
        name = missing[0]
        place = next(line.names[name] for line in self.lines if name in line.names)
        if name in functions():
            raise self._error(place, f"{name} is a function: write {functions()[name].usage(name)}.")
        wanted = " ".join(f"{name}=..." for name in missing)
        verb = "has" if len(missing) == 1 else "have"
        meant = _run_together(name, {*given, *self.names}) or _meant(name, [*unused, *CONSTANTS])
        raise self._error(place, f"{', '.join(missing)} {verb} no value. Add {wanted}{meant}")

    def _refuse_idle(self, line: Line, found: Any) -> NoReturn:
        """Refuse a line without a variable that no other line uses."""
        if line is self.lines[-1] and not isinstance(found, list):
            raise ExpressionError(
                self.text,
                f"{line.text} is the number {number(found)}: it has no variable to differentiate by.",
            )
        raise self._error(
            line.place, f"No later line uses {line.text}. Is a name misspelt? Else leave it out."
        )

    def _labelled(self, line: Line, found: Any) -> Any:
        """Make a node, or a list of nodes, with the line's name of what the line computed."""
        if isinstance(found, list):
            return [_leaf(f"{line.name}[{i}]", x) for i, x in enumerate(found)]
        if isinstance(found, Value) and found.label:
            raise self._error(
                line.place,
                f"{line.text} would be a second name for {found.label}. Use {found.label} itself: a node has "
                "one name.",
            )
        return _leaf(line.name, found)

    def _error(self, place: Place, reason: str) -> ExpressionError:
        return _error(self.text.split("\n"), place, reason)


def expression(text: str) -> Expression:
    """Read what somebody typed: a formula, or lines ``name = formula`` apart by ``;`` or a new line.

    A name that a line defines is a node with that label, which later lines may use; ``a = 5`` is a leaf.
    Numbers, names, `pi`, `e`, ``+ - * / **``, comparisons, brackets, the functions of the table and `softmax`
    can be used; a function of a sequence takes a list, and ``s[0]`` is an element of one. Of `where`, the
    branch that is not taken need not be defined. Nothing is run as Python.

    Parameters
    ----------
    text : str

    Returns
    -------
    Expression
        Call it with a number for each of its `variables`.

    Raises
    ------
    ExpressionError
        The text cannot be read; the message says why and shows where.

    See Also
    --------
    Expression : What it returns.

    Examples
    --------
    >>> J = expression("u = b*c; v = a + u; J = 3*v")
    >>> J.variables, J.names
    (('b', 'c', 'a'), ('u', 'v', 'J'))
    >>> computed = J(a=5.0, b=3.0, c=2.0)
    >>> computed.outputs, computed.leaves["a"]
    ((Value(33.0, label='J', op=mul),), Value(5.0, label='a'))
    >>> expression("f = 2*f")
    Traceback (most recent call last):
    autograd.errors.ExpressionError: f is computed from itself. Give the new node another name.
      f = 2*f
          ^
    """
    if not isinstance(text, str):
        raise TypeError(f"An expression is text, such as '3*(a + b*c)', got {type(text).__name__}.")
    lines = [" ".join(line.split()) for line in text.translate(SIGNS).splitlines()]
    while lines and not lines[0]:
        del lines[0]
    source = "\n".join(lines).rstrip()
    if not source.strip(" ;\n"):
        raise ExpressionError(source, "There is no expression.")
    try:
        found = statements(source)
        read = [_line(lines, statement) for statement in found]
    except ExpressionError:
        raise
    except FormulaError as error:
        raise ExpressionError(*error.args) from None
    except RecursionError:
        raise ExpressionError(lines[0], TOO_DEEP) from None
    _check_names(lines, read)
    return Expression(source, tuple(read))


def _line(lines: Sequence[str], statement: Statement) -> Line:
    reader = Arithmetic(lines)
    tree, name = statement.tree, statement.name
    compute = reader.list_of(tree) if name and isinstance(tree, ast.List) else reader.visit(tree)
    return Line(name, statement.text, statement.place, compute, reader.names)


def _check_names(lines: Sequence[str], read: Sequence[Line]) -> None:
    """Refuse a name that is defined twice, by itself, or below its use; and a line that nothing can use."""
    for i, line in enumerate(read):
        if not line.name and i < len(read) - 1:
            raise _error(lines, line.place, f"Only the last line can do without a name: y = {line.text}.")
        if not line.name:
            continue
        if line.name in {earlier.name for earlier in read[:i]}:
            reason = (
                f"{line.name} is defined twice, and one name is one node. Give the new node another name."
            )
            raise _error(lines, line.place, reason)
        if line.name in line.names:
            reason = f"{line.name} is computed from itself. Give the new node another name."
            raise _error(lines, line.names[line.name], reason)
        for earlier in read[:i]:
            if line.name in earlier.names:
                reason = f"{line.name} is used before the line that defines it: move {line.text} up."
                if earlier.name in _used(line, read):
                    reason = (
                        f"{earlier.name} and {line.name} are computed from each other. Drop one of the uses."
                    )
                raise _error(lines, earlier.names[line.name], reason)


def _used(line: Line, read: Sequence[Line]) -> set[str]:
    """Return the names that a line uses, and those that their lines use, and so on."""
    used, lines = set(line.names), {other.name: other for other in read}
    for _ in read:
        used |= {name for found in used & lines.keys() for name in lines[found].names}
    return used


def _leaf(label: str, x: Any) -> Value:
    """Return a number as a labelled leaf; a node gets the label if it has none."""
    if not isinstance(x, Value):
        return Value(x, label=label)
    x.label = x.label or label
    return x


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _guarded(line: Line, scope: Scope) -> Any:
    try:
        return line.compute(scope)
    except RecursionError:
        raise ExpressionError(line.text, TOO_DEEP) from None


def _error(lines: Sequence[str], place: Place, reason: str) -> ExpressionError:
    line, at = place
    return ExpressionError(lines[line], reason, at, line + 1)


def _meant(name: str, known: Collection[str]) -> str:
    """Return a question that names what was probably meant, or ``""``."""
    usual = [x for x in known if x == USUAL.get(name) or x.casefold() == name.casefold()]
    close = usual or difflib.get_close_matches(name, known, 1, 0.65)
    return f" Did you mean {close[0]}?" if close else ""


def _run_together(name: str, known: Collection[str]) -> str:
    """Ask whether a name such as ``sinx`` is a call, or one such as ``bc`` a product, as on paper."""
    if name[:-1] in functions():
        return f" Did you mean {name[:-1]}({name[-1]})?"
    factors = _factors(name, known)
    return f" Did you mean {'*'.join(factors)}?" if factors else ""


def _factors(name: str, known: Collection[str]) -> list[str]:
    """Split a name into known ones; [] where that does not work out.

    Examples
    --------
    >>> _factors("w1x1b", {"w1", "x1", "b"}), _factors("bc", {"b"})
    (['w1', 'x1', 'b'], [])
    """
    for first in sorted(filter(None, known), key=len, reverse=True):
        if name.startswith(first):
            rest = name.removeprefix(first)
            if not rest or (found := _factors(rest, known)):
                return [first, *(found if rest else [])]
    return []


class Arithmetic(Reader[Computation]):
    """Turns an expression into the computation by rows that it stands for, and notes its names.

    Of the table's language it takes numbers, names, operators, comparisons and calls; it adds ``+x``, lists
    where a row takes a sequence, and ``s[0]``.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.here = lines, (0, 0)
        self.names: dict[str, Place] = {}

    def visit(self, tree: ast.expr) -> Computation:
        """Read one part; while that lasts, `here` is its place."""
        self.here, outer = self._place(tree), self.here
        match tree:
            case ast.Subscript(value=listed, slice=ast.Constant(value=int() as index)):
                compute = self._element(listed, index)
            case ast.Subscript():
                self.refuse(tree)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                compute = self.visit(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                compute = self.operation("**", self.visit(left), self.visit(right))
            case ast.Call(func=ast.Name(id="where"), args=arguments, keywords=[]) if len(arguments) != 3:
                compute = self.call("where", arguments)
            case _:
                compute = super().visit(tree)
        self.here = outer
        return compute

    def _place(self, tree: ast.expr | ast.keyword) -> Place:
        return tree.lineno - 1, column(self.lines[tree.lineno - 1], tree.col_offset)

    def _error(self, place: Place, reason: str) -> ExpressionError:
        return _error(self.lines, place, reason)

    def number(self, value: float) -> Computation:
        """Read a literal."""
        if value > sys.float_info.max:
            raise self._error(self.here, "This number is too large for a float.")
        return lambda scope: float(value)

    def name(self, name: str) -> Computation:
        """Read a variable, a constant, or the name of an earlier line."""
        self.names.setdefault(name, self.here)
        return lambda scope: scope[name]

    def negative(self, operand: Computation) -> Computation:
        """Read ``-operand``."""
        return self._computation(TABLE["neg"], [operand])

    def operation(self, symbol: str, left: Computation, right: Computation) -> Computation:
        """Read ``left symbol right``, of arithmetic or a comparison."""
        return self._computation(INFIX[symbol], [left, right])

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> Computation:
        """Read ``where(condition, a, b)``: the branch not taken need not be defined, and is nan then."""
        condition_, first, second = map(self.visit, (condition, a, b))
        apply = self._applied(TABLE["where"])

        def compute(scope: Scope) -> Any:
            decided = condition_(scope)
            taken = isinstance(decided, list) or bool(decided)
            return apply([decided, _branch(first, scope, taken), _branch(second, scope, not taken)])

        return compute

    def call(self, name: str, arguments: list[ast.expr]) -> Computation:
        """Read a call of a function, in which a sequence is a list."""
        callee = self._callee(name)
        least, most = len(callee.parameters) - len(callee.defaults), len(callee.parameters)
        if not least <= len(arguments) <= most:
            wanted = str(most) if least == most else f"{least} to {most}"
            told = f"{name} takes {wanted} argument{'s' if most > 1 else ''}, got {len(arguments)}"
            raise self._error(self.here, f"{told}: {callee.usage(name)}.")
        operands = [
            self._sequence(argument, f"{name} takes a list here: {callee.usage(name)}.")
            if parameter in callee.sequences
            else self.visit(argument)
            for parameter, argument in zip(callee.parameters, arguments, strict=False)
        ]
        return self._computation(callee.function, operands)

    def _callee(self, name: str) -> Callee:
        known = functions()
        if name not in known:
            there = f" To multiply, write {name}*(...). There are: {', '.join(sorted(known))}."
            meant = _meant(name, known) or there
            raise self._error(self.here, f"{name} is not a function of the table.{meant}")
        return known[name]

    def list_of(self, tree: ast.List | ast.Tuple) -> Computation:
        """Read a list of numbers."""
        parts = [self.visit(item) for item in tree.elts]
        return lambda scope: [part(scope) for part in parts]

    def _sequence(self, tree: ast.expr, otherwise: str) -> Computation:
        """Read what must be a list: one that is written out, or the name of one."""
        if isinstance(tree, ast.List | ast.Tuple):
            return self.list_of(tree)
        error = self._error(self._place(tree), otherwise)
        if isinstance(tree, ast.Starred):
            raise error
        part = self.visit(tree)

        def compute(scope: Scope) -> Any:
            found = part(scope)
            if not isinstance(found, list):
                raise error
            return found

        return compute

    def _element(self, tree: ast.expr, index: int) -> Computation:
        """Read ``s[0]``."""
        place, name = self.here, ast.unparse(tree)
        part = self._sequence(tree, f"{name} is one number, so it has no {name}[{index}].")

        def compute(scope: Scope) -> Any:
            found = part(scope)
            if not index < len(found):
                reason = f"{name} has {counted(len(found), 'number')}: {name}[0] to {name}[{len(found) - 1}]."
                raise self._error(place, reason)
            return found[index]

        return compute

    def _computation(self, function: Any, operands: Sequence[Computation]) -> Computation:
        apply = self._applied(function)
        return lambda scope: apply([operand(scope) for operand in operands])

    def _applied(self, function: Any) -> Callable[[list[Any]], Any]:
        """Return what applies a function to its operands; its error is here, in the learner's names."""
        place, single = self.here, isinstance(function, Primitive) and not function.sequences

        def apply(operands: list[Any]) -> Any:
            lists = [x for x in operands if isinstance(x, list)]
            if single and lists:
                reason = (
                    f"A number is needed here, and this is a list of {len(lists[0])}: take one, as in s[0]."
                )
                raise self._error(place, reason)
            try:
                return function(*operands)
            except DomainError as error:
                reason = _outside(function, operands) if single else str(error)
                raise self._error(place, reason or str(error)) from error
            except (TypeError, ValueError) as error:
                raise self._error(place, str(error)) from error

        return apply

    def refuse(self, tree: ast.expr) -> NoReturn:
        """Raise the error that says what to write instead."""
        place = self.here
        match tree:
            case ast.BinOp(op=ast.BitXor()):
                message = "^ is not the power here: write a**b."
            case ast.Compare(ops=[_, _, *_]):
                message = "One comparison at a time: write (a < x)*(x < b), which is 1 where both hold."
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                message = (
                    "Conditions are numbers, 1 or 0: write p*q for and, maximum(p, q) for or, 1 - p for not."
                )
            case ast.IfExp():
                message = "This is not arithmetic. A choice is written where(condition, a, b)."
            case ast.Call(func=ast.Name(id=name), keywords=[keyword, *_]):
                callee = self._callee(name)
                place = (
                    self._place(keyword.value)[0],
                    column(self.lines[keyword.lineno - 1], keyword.col_offset),
                )
                message = f"{keyword.arg}=... : arguments go by position here, {callee.usage(name)}."
            case ast.Call(func=ast.Constant(value=number)):
                message = f"{number!r} is not a function: write the multiplication, {number!r}*(...)."
            case ast.Constant():
                message = "Only numbers, names and functions of the table can stand here."
            case ast.List() | ast.Tuple():
                message = "A list can stand only where a function takes one, as in sum([a, b])."
            case ast.Subscript():
                message = "An element of a list is taken by a whole number from 0, as in s[0]."
            case _:
                message = f"This is not arithmetic. {TYPED}"
        raise self._error(place, message)


def _branch(part: Computation, scope: Scope, taken: bool) -> Any:
    """Compute a branch of `where`; one that is not taken may be undefined."""
    try:
        return part(scope)
    except ExpressionError:
        if taken:
            raise
        return math.nan


def _outside(row: Primitive, operands: list[Any]) -> str:
    """Say that operands are outside a row's domain, in the learner's names; "" where a number has none."""
    blamed = dict(zip(row.parameters, operands, strict=False))
    blamed = {p: x for p, x in blamed.items() if p in variables(row.undefined)}
    called = {p: describe.name(x) for p, x in blamed.items() if isinstance(x, Value)}
    if not called:
        return ""
    called |= {"z": next(iter(called.values()))}  # the argument, in a row's advice

    def told(text: str) -> str:
        return re.sub(r"\b[a-z]+\b(?!\()", lambda match: called.get(match[0], match[0]), text)

    got = " and ".join(f"{called.get(p, p)} = {number(getattr(x, 'data', x))}" for p, x in blamed.items())
    shown = describe.operation(row, operands)
    return f"{shown} needs {told(row.needs)}, got {got}. {row.why} {told(row.cure)}".rstrip()
