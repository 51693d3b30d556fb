"""The table: every operation of the engine, one row each.

A new operation is one row here; every feature (recording, drawing, explaining, replaying, testing) is a
reader of rows. Forms are chosen to be right in the tails, forward and partial alike.
"""

# Set as a table, several columns to a line.
# fmt: off

from __future__ import annotations

from typing import Any

from autograd.core.row import Interval, Kink
from autograd.table.branches import branched
from autograd.table.primitive import BUILT_IN, TABLE, Primitive
from autograd.table.primitive import register as row


def unary(name: str, forward: str, partial: str, **columns: Any) -> Primitive:
    """Make a row of one operand, x."""
    columns.setdefault("latex", rf"\operatorname{{{{{name}}}}}({{x}})")
    return row(name, "x", forward, (partial,), **columns)


def binary(
    name: str, forward: str, partials: tuple[str, str], parameters: str = "x y", **columns: Any
) -> Primitive:
    """Make a row of two operands, x and y unless they are named."""
    return row(name, parameters, forward, partials, **columns)


def reals(low: float, high: float) -> Interval:
    """Return the interval that tests sample for an operand."""
    return (float(low), float(high))


ANY = reals(-5, 5)
SUBGRADIENT = "the smallest subgradient, as PyTorch"
TIE = "a tie is split evenly"
PASSES = "x passes at its bounds"

# Arithmetic ------------------------------------------------------------------------------------------------

add = binary(
    "add", "x + y", ("1", "1"), symbol="+", latex="{x} + {y}", domain=(ANY, ANY),
    doc="The sum.",
)
sub = binary(
    "sub", "x - y", ("1", "-1"), symbol="-", latex="{x} - {y}", domain=(ANY, ANY),
    doc="The difference, one node.",
)
mul = binary(
    "mul", "x * y", ("y", "x"), symbol="*", latex=r"{x} \cdot {y}", domain=(ANY, ANY),
    doc="The product.",
)
div = binary(
    "div", "x / y", ("1 / y", "-out / y"), symbol="/", latex=r"\frac{{{x}}}{{{y}}}",
    domain=(ANY, reals(0.2, 5)), undefined="y == 0", needs="y != 0", why="Division by zero has no value.",
    cure="Keep the denominator away from zero, for example by adding a small positive number to it.",
    doc="The quotient, one node.",
)
neg = unary("neg", "-x", "-1", symbol="-", latex="-{x}", domain=(ANY,), doc="The negative.")
pow = binary(
    "pow", "power(x, y)",
    (  # sqrt stands for a 0 with an infinite slope, which the derivatives of x^(y - 1) have there
        "where(y == 0, where(x == 0, sqrt(y), y / x * out), y * power(x, y - 1))",
        "where(out == 0, where(x == 0, where(y > 1, 0, -sqrt(x)), 0), out * log(x))",
    ),
    symbol="**", latex="{{{x}}}^{{{y}}}", domain=(reals(0.2, 5), reals(-3, 3)),
    undefined="where(x < 0, floor(y) < y, where(x == 0, y < 0, 0))",
    needs="x > 0, or x = 0 with y >= 0, or x < 0 with a whole y",
    why="A negative number has no real fractional power, and zero no negative one.",
    cure="Keep the base positive, for example with abs(x), or make the exponent whole.", definition="x**y",
    doc="The power; base and exponent may both be Values.",
)
reciprocal = unary(
    "reciprocal", "1 / x", "-out * out", latex=r"\frac{{1}}{{{x}}}", domain=(reals(0.2, 5),),
    undefined="x == 0", needs="x != 0", why="Division by zero has no value.", cure="Keep x away from zero.",
    doc="One over x.",
)
square = unary(
    "square", "x * x", "2 * x", latex="{{{x}}}^2", domain=(ANY,), doc="x times x, one node with one edge.",
)

# Roots, exponentials, logarithms ---------------------------------------------------------------------------


def _log(name: str) -> dict[str, Any]:
    return {
        "domain": (reals(0.1, 5),), "undefined": "x <= 0", "needs": "x > 0",
        "why": "The logarithm is not defined there.",
        "cure": f"Keep the argument positive, for example {name}(softplus(z)).",
    }


sqrt = unary(
    "sqrt", "sqrt(x)", "0.5 / out", latex=r"\sqrt{{{x}}}", domain=(reals(0.1, 5),), undefined="x < 0",
    needs="x >= 0", why="A negative number has no real square root.",
    cure="Keep the argument positive, for example sqrt(square(z)).", identities={"x": "1 / (2 * sqrt(x))"},
    doc="The square root; its partial at 0 is inf.",
)
cbrt = unary(
    "cbrt", "cbrt(x)", "1 / (3 * out * out)", latex=r"\sqrt[3]{{{x}}}", domain=(reals(0.1, 5),),
    definition="x**(1/3)", doc="The cube root, of negative numbers too; its partial at 0 is inf.",
)
exp = unary(
    "exp", "exp(x)", "out", latex="e^{{{x}}}", domain=(ANY,), doc="The function that is its own derivative.",
)
expm1 = unary(
    "expm1", "expm1(x)", "exp(x)", latex="e^{{{x}}} - 1", domain=(ANY,), definition="exp(x) - 1",
    doc="e^x - 1, exact for small x.",
)
exp2 = unary(
    "exp2", "exp2(x)", "out * log(2)", latex="2^{{{x}}}", domain=(ANY,), definition="2**x",
    doc="Two to the power x.",
)
log = unary("log", "log(x)", "1 / x", latex=r"\ln({x})", doc="The natural logarithm.", **_log("log"))
log2 = unary(
    "log2", "log2(x)", "1 / x / log(2)", latex=r"\log_2({x})", definition="log(x)/log(2)",
    identities={"x": "1 / (x * log(2))"},
    doc="The logarithm to base 2.", **_log("log2"),
)
log10 = unary(
    "log10", "log10(x)", "1 / x / log(10)", latex=r"\log_{{10}}({x})", definition="log(x)/log(10)",
    identities={"x": "1 / (x * log(10))"},
    doc="The logarithm to base 10.", **_log("log10"),
)
log1p = unary(
    "log1p", "log1p(x)", "1 / (1 + x)", latex=r"\ln(1 + {x})", domain=(reals(-0.9, 5),), undefined="x <= -1",
    needs="x > -1", why="The logarithm of 1 + x is not defined there.", cure="Keep the argument above -1.",
    definition="log(1 + x)", doc="log(1 + x), exact for small x.",
)

# Trigonometric and hyperbolic ------------------------------------------------------------------------------

# 1 - x², whose own derivatives are right near 0, and which is right near 1.
GAP = "where(abs(x) < 0.5, 1 - x * x, (1 - x) * (1 + x))"

sin = unary("sin", "sin(x)", "cos(x)", latex=r"\sin({x})", domain=(ANY,), doc="The sine, x in radians.")
cos = unary("cos", "cos(x)", "-sin(x)", latex=r"\cos({x})", domain=(ANY,), doc="The cosine, x in radians.")
tan = unary(
    "tan", "tan(x)", "1 + out * out", latex=r"\tan({x})", domain=(reals(-1.4, 1.4),),
    doc="The tangent, x in radians.",
)


def _inside(name: str) -> dict[str, Any]:
    return {
        "domain": (reals(-0.95, 0.95),), "undefined": "abs(x) > 1", "needs": "-1 <= x <= 1",
        "why": "No angle has a sine or cosine outside [-1, 1].",
        "cure": f"Keep the argument inside, for example {name}(tanh(z)).",
    }


arcsin = unary(
    "arcsin", "arcsin(x)", f"1 / sqrt({GAP})", latex=r"\arcsin({x})", definition="asin(x)",
    identities={"x": "1 / sqrt(1 - x * x)"}, doc="The angle whose sine is x, in radians.",
    **_inside("arcsin"),
)
arccos = unary(
    "arccos", "arccos(x)", f"-1 / sqrt({GAP})", latex=r"\arccos({x})", definition="acos(x)",
    identities={"x": "-1 / sqrt(1 - x * x)"}, doc="The angle whose cosine is x, in radians.",
    **_inside("arccos"),
)
arctan = unary(
    "arctan", "arctan(x)", "1 / (1 + x * x)", latex=r"\arctan({x})", domain=(ANY,), definition="atan(x)",
    doc="The angle whose tangent is x, in radians.",
)
arctan2 = binary(
    "arctan2", "arctan2(y, x)", ("x / hypot(x, y) / hypot(x, y)", "-y / hypot(x, y) / hypot(x, y)"),
    parameters="y x", latex=r"\operatorname{{arctan2}}({y}, {x})", domain=(ANY, reals(0.2, 5)),
    definition="atan2(y, x)", doc="The angle of the point (x, y), in radians, in all four quadrants.",
)
sinh = unary("sinh", "sinh(x)", "cosh(x)", latex=r"\sinh({x})", domain=(ANY,), doc="The hyperbolic sine.")
cosh = unary("cosh", "cosh(x)", "sinh(x)", latex=r"\cosh({x})", domain=(ANY,), doc="The hyperbolic cosine.")
sech = unary(
    "sech", "sech(x)", "-out * tanh(x)", domain=(ANY,),
    doc="The hyperbolic secant, 1/cosh(x); tanh and sigmoid have it in their derivatives.",
)
tanh = unary(
    "tanh", "tanh(x)", "sech(x) * sech(x)", latex=r"\tanh({x})", domain=(ANY,),
    identities={"x": "1 - out * out"}, doc="The hyperbolic tangent, between -1 and 1.",
)
arcsinh = unary(
    "arcsinh", "arcsinh(x)", "1 / hypot(1, x)", latex=r"\operatorname{{arcsinh}}({x})", domain=(ANY,),
    definition="asinh(x)", identities={"x": "1 / sqrt(1 + x * x)"}, doc="The inverse of sinh.",
)
arccosh = unary(
    "arccosh", "arccosh(x)", "1 / (sqrt(x - 1) * sqrt(x + 1))", latex=r"\operatorname{{arccosh}}({x})",
    domain=(reals(1.1, 5),), undefined="x < 1", needs="x >= 1", why="cosh is never below 1.",
    cure="Keep the argument at 1 or above.", definition="acosh(x)", identities={"x": "1 / sqrt(x * x - 1)"},
    doc="The inverse of cosh, on x >= 1.",
)
arctanh = unary(
    "arctanh", "arctanh(x)", f"1 / {GAP}", latex=r"\operatorname{{arctanh}}({x})",
    domain=(reals(-0.95, 0.95),), undefined="abs(x) >= 1", needs="-1 < x < 1",
    why="tanh stays between -1 and 1.", cure="Keep the argument inside, for example 0.999*x.",
    definition="atanh(x)", identities={"x": "1 / (1 - x * x)"}, doc="The inverse of tanh.",
)
hypot = binary(
    "hypot", "hypot(x, y)", (
        "where(out == 0, 0, where(abs(x) <= abs(y), x / out, sign(x) / hypot(1, y / x)))",
        "where(out == 0, 0, where(abs(y) <= abs(x), y / out, sign(y) / hypot(1, x / y)))",
    ),
    latex=r"\sqrt{{{x}^2 + {y}^2}}", domain=(reals(0.1, 5), ANY), definition="sqrt(x**2 + y**2)",
    identities={"x": "where(out == 0, 0, x / out)", "y": "where(out == 0, 0, y / out)"},
    kinks=(Kink("out == 0", "the smallest subgradient, where PyTorch gives nan"),),
    doc="The length of the vector (x, y), without overflow.",
)

# Activations -----------------------------------------------------------------------------------------------

sigmoid = unary(
    "sigmoid", "sigmoid(x)", "sech(x / 2) * sech(x / 2) / 4", latex=r"\sigma({x})", domain=(ANY,),
    definition="1/(1 + exp(-x))", identities={"x": "out * (1 - out)"},
    doc="The logistic function, between 0 and 1.",
)
logsigmoid = unary(
    "logsigmoid", "-softplus(-x)", "sigmoid(-x)", latex=r"\ln\sigma({x})", domain=(ANY,),
    definition="log(1/(1 + exp(-x)))", doc="log(sigmoid(x)), exact in both tails.",
)
softplus = binary(
    "softplus", "softplus(beta * x) / beta", ("sigmoid(beta * x)", (
        # The entropy of a coin, from 800 on no float: its derivatives would be products of 0 and inf.
        "where(abs(beta * x) >= 800, 0, -"
        "(sigmoid(beta * x) * softplus(-beta * x) + sigmoid(-beta * x) * softplus(beta * x)) / beta / beta)"
    )),
    parameters="x beta", defaults={"beta": 1.0}, latex=r"\operatorname{{softplus}}_{{{beta}}}({x})",
    domain=(ANY, reals(0.5, 2)), undefined="beta == 0", needs="beta != 0",
    why="Division by zero has no value.", cure="Use beta = 1.", definition="log(1 + exp(beta*x))/beta",
    identities={"beta": "(x * sigmoid(beta * x) - out) / beta"},
    doc="A smooth relu, log(1 + e^(beta x))/beta, exact in both tails.",
)
relu = unary(
    "relu", "where(x <= 0, 0, x)", "where(x <= 0, 0, 1)", latex=r"\operatorname{{relu}}({x})", domain=(ANY,),
    kinks=(Kink("x == 0", SUBGRADIENT),), doc="x where it is positive, else 0.",
)
leaky_relu = binary(
    "leaky_relu", "where(x > 0, x, slope * x)", ("where(x > 0, 1, slope)", "where(x > 0, 0, x)"),
    parameters="x slope", defaults={"slope": 0.01}, latex=r"\operatorname{{leaky\_relu}}_{{{slope}}}({x})",
    domain=(ANY, reals(0.01, 0.5)),
    kinks=(Kink("x == 0", "the slope of the left side, as PyTorch"),),
    doc="relu with a small slope on the left.",
)
elu = binary(
    "elu", "where(x > 0, x, alpha * expm1(x))",
    ("where(x > 0, 1, alpha * exp(x))", "where(x > 0, 0, expm1(x))"), parameters="x alpha",
    defaults={"alpha": 1.0}, latex=r"\operatorname{{elu}}_{{{alpha}}}({x})", domain=(ANY, reals(0.5, 2)),
    kinks=(Kink("x == 0", "the slope of the left side, as PyTorch"),),
    doc="relu with an exponential tail, alpha (e^x - 1), on the left.",
)
silu = unary(
    "silu", "x * sigmoid(x)", "sigmoid(x) + x * sech(x / 2) * sech(x / 2) / 4",
    latex=r"\operatorname{{silu}}({x})", domain=(ANY,), definition="x/(1 + exp(-x))",
    identities={"x": "sigmoid(x) * (1 + x * sigmoid(-x))"}, doc="x times sigmoid(x), also called swish.",
)
gelu = unary(
    "gelu", "0.5 * x * erfc(-x / sqrt(2))",
    # From 39 on the second term is no float; its derivatives would be products of 0 and inf.
    "0.5 * erfc(-x / sqrt(2)) + where(abs(x) < 39, x * exp(-0.5 * x * x), 0) / sqrt(2 * pi)",
    latex=r"\operatorname{{gelu}}({x})", domain=(ANY,),
    identities={"x": "0.5 * erfc(-x / sqrt(2)) + x * exp(-0.5 * x * x) / sqrt(2 * pi)"},
    doc="x times the normal distribution function (the exact form, by erf).",
)
erf = unary(
    "erf", "erf(x)", "2 / sqrt(pi) * exp(-x * x)", latex=r"\operatorname{{erf}}({x})", domain=(reals(-3, 3),),
    doc="The error function.",
)
erfc = unary(
    "erfc", "erfc(x)", "-2 / sqrt(pi) * exp(-x * x)", latex=r"\operatorname{{erfc}}({x})",
    domain=(reals(-3, 3),), doc="1 - erf(x), exact for large x.",
)

# Pieces and choices ----------------------------------------------------------------------------------------

abs = unary(
    "abs", "abs(x)", "sign(x)", latex="|{x}|", domain=(ANY,), kinks=(Kink("x == 0", SUBGRADIENT),),
    doc="The absolute value.",
)
sign = unary(
    "sign", "sign(x)", "0", latex=r"\operatorname{{sign}}({x})", domain=(ANY,),
    kinks=(Kink("x == 0", "a jump: no derivative exists"),), doc="-1, 0 or 1.",
)
heaviside = unary(
    "heaviside", "where(x > 0, 1, where(x <= 0, 0, x))", "0", latex="H({x})", domain=(ANY,),
    kinks=(Kink("x == 0", "a jump: no derivative exists"),),
    doc="The step, 1 for x > 0, else 0. Its partial is 0: nothing can be learned through it.",
)
stop_gradient = unary(
    "stop_gradient", "x", "none", latex=r"\operatorname{{stop\_gradient}}({x})", domain=(ANY,),
    doc="x itself, with no edge backwards: what was computed before it learns nothing through it.",
)
floor = unary(
    "floor", "floor(x)", "0", latex=r"\lfloor {x} \rfloor", domain=(ANY,),
    kinks=(Kink("floor(x) == x", "a jump: no derivative exists"),),
    doc="The largest whole number not above x.",
)
maximum = binary(
    "maximum", "where(x > y, x, where(x < y, y, where(x == y, x, x + y)))",
    ("where(x < y, 0, where(x == y, 0.5, 1))", "where(x > y, 0, where(x == y, 0.5, 1))"),
    latex=r"\max({x}, {y})", domain=(ANY, ANY), kinks=(Kink("x == y", TIE),),
    identities={
        "x": "where(x > y, 1, where(x == y, 0.5, 0))", "y": "where(x < y, 1, where(x == y, 0.5, 0))",
    },
    doc="The larger of two.",
)
minimum = binary(
    "minimum", "where(x < y, x, where(x > y, y, where(x == y, x, x + y)))",
    ("where(x > y, 0, where(x == y, 0.5, 1))", "where(x < y, 0, where(x == y, 0.5, 1))"),
    latex=r"\min({x}, {y})", domain=(ANY, ANY), kinks=(Kink("x == y", TIE),),
    identities={
        "x": "where(x < y, 1, where(x == y, 0.5, 0))", "y": "where(x > y, 1, where(x == y, 0.5, 0))",
    },
    doc="The smaller of two.",
)
clip = row(
    "clip", "x low high", "where(low <= high, where(x < low, low, where(x > high, high, x)), low + high)",
    ("where(x < low, 0, where(x > high, 0, 1))", "where(x >= low, 0, 1)", "where(x <= high, 0, 1)"),
    latex=r"\operatorname{{clip}}({x}, {low}, {high})", domain=(ANY, reals(-2, -1), reals(1, 2)),
    undefined="low > high", needs="low <= high", why="There is nothing between bounds in the wrong order.",
    cure="Swap the bounds.",
    kinks=(Kink("x == low", PASSES), Kink("x == high", PASSES)),
    doc="x kept between two bounds.",
)
where = row(
    "where", "condition a b", "where(condition, a, b)",
    ("none", "where(condition, 1, none)", "where(condition, none, 1)"),
    latex=r"\left[{a}\ \text{{if}}\ {condition}\ \text{{else}}\ {b}\right]", domain=(reals(0.5, 1), ANY, ANY),
    doc="a where the condition is nonzero, else b. The branch not taken has no edge, so 0*inf cannot arise. "
    "A Value as condition is looked at anew by forward() and replay; a bool is a fixed branch. Both branches "
    "are computed before where sees them. If one must not be, as sqrt(-x) for x > 0, write functions: "
    "where(condition, lambda: a, lambda: b) calls only the one taken. A recording with a Value as condition "
    "records both, and each row answers for the domains of its own.",
    of_functions=branched,
)
def _comparison(name: str, symbol: str, forward: str) -> Primitive:
    return binary(
        name, forward, ("0", "0"), symbol=symbol, latex=f"{{x}} {_SET.get(symbol, symbol)} {{y}}",
        domain=(reals(0.1, 5), reals(0.1, 5)), kinks=(Kink("x == y", "a jump: no derivative exists"),),
        doc=f"1 where x {symbol} y, else 0, as a node: forward() and replay look at it anew. Its partials "
        f"are 0: nothing can be learned through it. Between Values, x {symbol} y itself is True or False.",
    )


_SET = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}
less = _comparison("less", "<", "where(x < y, 1, where(x >= y, 0, x + y))")
less_equal = _comparison("less_equal", "<=", "where(x <= y, 1, where(x > y, 0, x + y))")
greater = _comparison("greater", ">", "where(x > y, 1, where(x <= y, 0, x + y))")
greater_equal = _comparison("greater_equal", ">=", "where(x >= y, 1, where(x < y, 0, x + y))")
equal = _comparison("equal", "==", "where(x == y, 1, where(x < y, 0, where(x > y, 0, x + y)))")
not_equal = _comparison("not_equal", "!=", "where(x == y, 0, where(x < y, 1, where(x > y, 1, x + y)))")
logaddexp = binary(
    "logaddexp", "logaddexp(x, y)",
    ("sigmoid(x - y)", "sigmoid(y - x)"),
    latex=r"\ln(e^{{{x}}} + e^{{{y}}})", domain=(ANY, ANY), definition="log(exp(x) + exp(y))",
    doc="log(e^x + e^y), without overflow.",
)

# Over sequences: one node with many parents ----------------------------------------------------------------

NOTHING = {"undefined": "n == 0", "needs": "at least one element", "cure": "Check the length first."}


def nary(name: str, forward: str, partial: str, **columns: Any) -> Primitive:
    """Make a row over one sequence, x."""
    return row(name, "x", forward, (partial,), sequences=("x",), **columns)


sum = nary("sum", "sum(x)", "1", latex=r"\sum_j {x}_j", domain=(ANY,), doc="The sum of a sequence.")
mean = nary(
    "mean", "sum(x) / n", "1 / n", latex=r"\frac{{1}}{{n}} \sum_j {x}_j", domain=(ANY,),
    doc="The average of a sequence.", why="Nothing has no average.", **NOTHING,
)
prod = nary(
    "prod", "prod(x)", "others(j)", latex=r"\prod_j {x}_j", domain=(ANY,),
    doc="The product of a sequence; its partials are prefix times suffix, so zeros are harmless.",
)
logsumexp = nary(
    "logsumexp", "logsumexp(x)", "exp(x[j] - out)", latex=r"\ln \sum_j e^{{{x}_j}}", domain=(ANY,),
    doc="log of the sum of e^x, without overflow; its partials are the softmax.",
    why="Nothing has no largest element to scale by.", **NOTHING,
)
max = nary(
    "max", "max(x)", "where(x[j] < out, 0, where(x[j] == out, 1 / count, 1))",
    latex=r"\max_j {x}_j", domain=(ANY,), identities={"x": "where(x[j] == out, 1 / count, 0)"},
    kinks=(Kink("count > 1", TIE),), doc="The largest of a sequence.",
    why="Nothing has no largest element.", **NOTHING,
)
min = nary(
    "min", "min(x)", "where(x[j] > out, 0, where(x[j] == out, 1 / count, 1))",
    latex=r"\min_j {x}_j", domain=(ANY,), identities={"x": "where(x[j] == out, 1 / count, 0)"},
    kinks=(Kink("count > 1", TIE),), doc="The smallest of a sequence.",
    why="Nothing has no smallest element.", **NOTHING,
)
dot = row(
    "dot", "w x b", "dot(w, x) + b", ("x[j]", "w[j]", "1"), sequences=("w", "x"), defaults={"b": 0.0},
    latex=r"\sum_j {w}_j {x}_j + {b}", domain=(ANY, ANY, ANY),
    doc="A neuron's weighted sum, w.x + b, as one node.",
)

BUILT_IN.update(TABLE.values())
