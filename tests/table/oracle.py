"""SymPy and mpmath as a second opinion on the table: the forward as an expression, differentiated by SymPy.

Reads a row's `definition`, else its `forward`; never a partial. Everything is evaluated with 50 digits, so a
difference to the engine is the engine's.
"""

import operator
from functools import cache, reduce

import mpmath
import sympy as sp
from hypothesis import strategies as st

from autograd.table.language import Reader

DIGITS = 50
LENGTH = 3  # of the sequences that n-ary rows are tested on


class Stairs(sp.Function):
    """The floor: SymPy leaves its derivative open, between the steps it is 0."""

    def fdiff(self, argindex=1):
        return sp.S.Zero

    def _eval_evalf(self, prec):
        return sp.floor(self.args[0])._eval_evalf(prec)


def split(x):
    return sp.Piecewise((-1, x < 0), (0, sp.Eq(x, 0)), (1, True))


FUNCTIONS = {
    "abs": lambda x: x * split(x),
    "sign": split,
    "floor": Stairs,
    "expm1": lambda x: sp.exp(x) - 1,
    "power": lambda x, y: x**y,
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "sum": lambda x: sum(x),
    "prod": lambda x: reduce(operator.mul, x),
    "dot": lambda w, x: sum(a * b for a, b in zip(w, x, strict=True)),
    "logsumexp": lambda x: sp.log(sum(map(sp.exp, x))),
    "max": lambda x: reduce(lambda a, b: sp.Piecewise((a, a > b), (b, True)), x),
    "min": lambda x: reduce(lambda a, b: sp.Piecewise((a, a < b), (b, True)), x),
}
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
RELATIONS = {"<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge, "==": sp.Eq, "!=": sp.Ne}


class SymPy(Reader):
    """Reads a formula of the table as a SymPy expression."""

    def __init__(self, symbols, n=LENGTH):
        self.symbols = symbols | {"pi": sp.pi, "n": sp.Integer(n)}

    def number(self, value):
        return sp.Rational(value)

    def name(self, name):
        return self.symbols[name]

    def negative(self, operand):
        return -operand

    def operation(self, symbol, left, right):
        return OPERATIONS[symbol](left, right)

    def comparison(self, symbol, left, right):
        return RELATIONS[symbol](left, right)

    def apply(self, name, arguments):
        if name == "where":
            condition, a, b = arguments
            if condition.is_Symbol:
                condition = sp.Ne(condition, 0)
            return sp.Piecewise((a, condition), (b, True))
        return FUNCTIONS.get(name, getattr(sp, name, None))(*arguments)


class Oracle:
    """A row's value, gradient and Hessian at a point, which is flat, in the order of a node's parents."""

    def __init__(self, row):
        parts = {
            p: sp.symbols(f"{p}:{LENGTH}", real=True) if p in row.sequences else sp.Symbol(p, real=True)
            for p in row.parameters
        }
        flat = [
            symbol for part in parts.values() for symbol in (part if isinstance(part, tuple) else (part,))
        ]
        value = (
            sp.parse_expr(row.definition, dict(parts)) if row.definition else SymPy(parts).read(row.forward)
        )
        gradient = [sp.diff(value, symbol) for symbol in flat]
        hessian = [[sp.diff(slope, symbol) for symbol in flat] for slope in gradient]
        modules = [{"Stairs": mpmath.floor}, "mpmath"]
        self._functions = [sp.lambdify(flat, part, modules) for part in (value, gradient, hessian)]

    def _at(self, which, point):
        with mpmath.workdps(DIGITS):
            return self._functions[which](*map(mpmath.mpf, point))

    def value(self, point):
        return float(self._at(0, point))

    def gradient(self, point):
        return [float(x) for x in self._at(1, point)]

    def hessian(self, point):
        return [[float(x) for x in row] for row in self._at(2, point)]


oracle = cache(Oracle)


def points(row):
    """Draw a point of the row's box, flat."""
    if len(row.domain) != len(row.parameters):
        raise AssertionError(
            f"The row {row.name!r}, column domain, has {len(row.domain)} intervals for the parameters "
            f"{', '.join(row.parameters)}. Give each the interval that tests sample, inside which the row is "
            "smooth, kinks aside: domain=(reals(-5, 5),) for one."
        )
    return st.tuples(
        *(
            st.floats(low, high)
            for parameter, (low, high) in zip(row.parameters, row.domain, strict=True)
            for _ in range(LENGTH if parameter in row.sequences else 1)
        )
    )


def applied(row, flat):
    """Call a row with its operands given flat."""
    return row(*row.arguments(flat))
