"""The language of the table: textbook formulas as text, parsed once, read in many ways.

A formula is made of numbers, names, ``+ - * / **``, one comparison at a time, ``where(condition, a, b)``,
calls of rows and kernels, and, in rows over sequences, ``x[j]``; an optimiser's update is several lines
``name = formula``. This module parses such text and walks it; it refuses to know what any function means.
Every meaning is a `Reader`, and these are all of them:

* `autograd.table.language.Check`: nothing but whether a text is in the language;
* `autograd.table.compile.PythonSource`: Python on floats or on `Value`s, for calls and their derivatives;
* `autograd.table.update.Writer`: an optimiser's step in LaTeX;
* `autograd.graph.rules.Writer`: the rule on an edge, in text or mathematics, with the case that holds there;
* `autograd.check.slips.Evaluated`: the number that a formula with a slip in it gives;
* `autograd.program.faults.Arrays`: where a row of a replay leaves the reals;
* `autograd.program.lowering.reader.BlockReader`: what the three backends of a `Program` have in common;
* `autograd.program.numpy.formulas.ArrayFormulas`: calls of NumPy;
* `autograd.program.native.formulas.CFormulas`: C;
* `autograd.program.native.update.UpdateFormulas`: an optimiser's step in C;
* `autograd.program.jax.formulas.JaxFormulas`: what JAX traces;
* `autograd.table.expression.Arithmetic`: what somebody typed, computed by the rows.

The tests read it once more, as SymPy's expressions, for a second opinion.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from functools import cache
from keyword import kwlist
from typing import Any, Generic, NamedTuple, TypeVar

from autograd.core.errors import FormulaError

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

ALLOWED = "Use numbers, names, + - * / **, one comparison, where(...), calls of rows and kernels, and x[j]."
TYPED = "Use numbers, names, + - * / **, comparisons, brackets and functions by name."
ONE_NEEDED = "One expression is needed, such as 3*(a + b*c) or J = 3*(a + b*c)."
TOO_DEEP = (
    "The expression is nested too deeply for one line. Name its parts, each in a line: u = ...; v = ..."
)
RESERVED = {*kwlist} - {"True", "False", "None"}  # these three are read, and refused as what they are


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
    autograd.errors.FormulaError: 'x % 2' is not a formula of the table: 'x % 2' is not allowed. \
Use numbers, names, + - * / **, one comparison, where(...), calls of rows and kernels, and x[j].
    """
    return _checked(text)[0]


@cache
def _checked(text: str) -> tuple[ast.expr, frozenset[str], frozenset[str]]:
    found = statements(text)
    if len(found) != 1:
        raise FormulaError(text, ONE_NEEDED, 0)
    name, tree = found[0][:2]
    if name:
        raise FormulaError(text, f"It gives a name, {name} = ..., where a formula alone can stand.")
    if "**" in text:
        tree = _Powers().visit(tree)
    check = Check(text)
    check.visit(tree)
    return tree, frozenset(check.names), frozenset(check.functions)


class Statement(NamedTuple):
    """A line ``formula`` or ``name = formula``: its name or ``""``, its syntax tree, its text, its place."""

    name: str
    tree: ast.expr
    text: str
    place: tuple[int, int]  # line and column in characters, from 0


def statements(text: str) -> list[Statement]:
    """Return the lines of a text, apart by ``;`` or a new line, each ``formula`` or ``name = formula``.

    Which forms are in the language is decided by the `Reader` that visits a tree.

    Raises
    ------
    FormulaError
        If a line is neither; it says why and, if Python knows, where.

    Examples
    --------
    >>> for name, tree, text, place in statements("u = b*c; J = 3*(a + u)"):
    ...     print(name, ast.unparse(tree), place)
    u b * c (0, 0)
    J 3 * (a + u) (0, 9)
    """
    lines = text.split("\n")
    try:
        with warnings.catch_warnings():  # of doubtful Python, which this is not
            warnings.simplefilter("ignore", SyntaxWarning)
            found = ast.parse(text).body
    except SyntaxError as error:
        line = min(error.lineno or 1, len(lines))
        raise FormulaError(lines[line - 1], *_explained(error, lines[line - 1]), line) from None
    except (RecursionError, MemoryError, ValueError):
        raise FormulaError(text, TOO_DEEP) from None
    return [_statement(lines, text, statement) for statement in found]


def _statement(lines: list[str], text: str, found: ast.stmt) -> Statement:
    place = found.lineno - 1, column(lines[found.lineno - 1], found.col_offset)
    written = ast.get_source_segment(text, found) or ""
    match found:
        case ast.Expr(value=tree):
            return Statement("", tree, written, place)
        case ast.Assign(targets=[ast.Name(id=name)], value=tree):
            return Statement(name, tree, written, place)
    raise FormulaError(lines[place[0]], ONE_NEEDED, place[1], found.lineno)


def column(line: str, offset: int) -> int:
    """Return how many characters a number of bytes of a line are, as Python counts them."""
    return len(line.encode()[:offset].decode(errors="ignore"))


# What Python's parser says of a text that is no expression -> what is told instead.
_REASONS = {
    "nested parentheses": TOO_DEEP,
    "Exceeds": "This number is too large for a float.",
    "null bytes": "There is a character that cannot be seen: type this part anew.",
    "non-printable": "There is a character that cannot be seen: type this part anew.",
    "string literal": "A quotation mark has no meaning inside an expression.",
    "keyword argument": "= inside brackets gives no name: to compare, write ==.",
    "Maybe you meant '=='": "Before = stands one name, as in f = 2*x; to compare, write ==.",
    "cannot assign": "Before = stands one name, as in f = 2*x.",
}


def _explained(error: SyntaxError, line: str) -> tuple[str, int]:
    """Say in a learner's words why Python's grammar does not take a line, and where."""
    said, place = error.msg or "invalid syntax", max(0, (error.offset or 1) - 1)
    if "decimal literal" in said:
        met = [run for run in re.finditer(r"(?<!\w)(\d[\d.]*)([^\W\d]\w*)", line) if run.end() > place]
        product = f"{met[0][1]}*{met[0][2]}" if met else "3*a"
        return f"A number runs into a name: write the multiplication, {product}.", place
    for part, reason in _REASONS.items():
        if part in said:
            return reason, place
    if unknown := re.match(r"invalid character '(.)'", said):
        return _unknown(unknown[1]), place
    for word in re.finditer(r"\w+", line):
        if word[0] in RESERVED:
            told = (
                f"{word[0]} is a word of Python's grammar, by which this is read, so it cannot be a name here"
            )
            return f"{told}: write {word[0]}_, say.", word.start()
    if said.startswith("invalid syntax") and place >= len(line):
        return "The expression ends too early.", place
    before, after = re.search(r"(\w+) $", line[:place]), re.match(r"\w+", line[place:])
    if before and after:
        ways = f"{before[1]}*{after[0]}, or {before[1]}({after[0]}) for a function"
        return f"Between {before[1]} and {after[0]} a sign is missing: write {ways}.", place
    if said == "invalid syntax" and place < len(line) and not line[place].isalnum():
        return f"{line[place]} cannot stand here. {TYPED}", place
    return f"This cannot be read: {said}.", place


def _unknown(character: str) -> str:
    """Say what to write instead of a character that is no part of the language."""
    plain = unicodedata.normalize("NFKC", character)
    if plain.isdigit() and "SUBSCRIPT" in unicodedata.name(character, ""):
        return f"{character} cannot be typed in a name: write _{plain}, as in x_{plain}, and it is drawn low."
    if plain.isdigit():
        return f"{character} is no power here: write **{plain}."
    return f"{character} has no meaning here. {TYPED}"


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
            raise FormulaError(line, "A line of an update is name = formula.")
        parse(formula)
        pairs.append((name, formula))
    return tuple(pairs)


def names(text: str) -> frozenset[str]:
    """Return the variables that a formula mentions (called functions aside).

    Examples
    --------
    >>> sorted(names("where(out == 0, 0, out * log(x))"))
    ['out', 'x']
    """
    return _checked(text)[1]


def functions(text: str) -> frozenset[str]:
    """Return the functions that a formula calls, ``where`` included.

    Examples
    --------
    >>> sorted(functions("where(out == 0, 0, out * log(x))"))
    ['log', 'where']
    """
    return _checked(text)[2]


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
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self.number(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id="j")):
                return self.item(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.negative(self.visit(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return self.operation(OPERATORS[type(op)], self.visit(left), self.visit(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
                return self.comparison(COMPARISONS[type(op)], self.visit(left), self.visit(right))
            case ast.Call(func=ast.Name(id="where"), args=[condition, a, b], keywords=[]):
                return self.where(condition, a, b)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name != "where":
                return self.call(name, arguments)
        return self.refuse(tree)

    def refuse(self, tree: ast.expr) -> T:
        """Raise the error that a part is not in the language."""
        raise FormulaError(ast.unparse(tree), ALLOWED)

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
        """Read ``left symbol right`` for one of ``+ - * /``, a row of `autograd.table.kernels.SIGNS`."""
        raise NotImplementedError

    def comparison(self, symbol: str, left: T, right: T) -> T:
        """Read one comparison; the default reads it as an operation."""
        return self.operation(symbol, left, right)

    def apply(self, name: str, arguments: list[T]) -> T:
        """Read a function applied to arguments that were read already."""
        raise NotImplementedError


class Check(Reader[None]):
    """Computes nothing: it refuses what is not in the language, and notes what a text mentions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.functions: set[str] = set()

    def refuse(self, tree: ast.expr) -> None:
        """Raise the error with the whole text."""
        raise FormulaError(self.text, f"{ast.unparse(tree)!r} is not allowed. {ALLOWED}")

    def name(self, name: str) -> None:
        """Note a variable."""
        self.names.add(name)

    def item(self, name: str) -> None:
        """Note a sequence and its index."""
        self.names |= {name, "j"}

    def apply(self, name: str, arguments: list[None]) -> None:
        """Note a function."""
        self.functions.add(name)

    def _accept(self, *parts: Any) -> None:
        """Say nothing of a form that is in the language."""

    _form: Any = _accept
    number = negative = operation = comparison = _form
