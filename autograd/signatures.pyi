"""Rows and methods of Value, for editors and type checkers, by tests/table/test_signatures.py."""

from typing import Any, overload

from autograd.core.value import Operand, Value
from autograd.table.primitive import Primitive

class Methods:
    def abs(self) -> Value:
        """The absolute value."""

    def add(self, y: Operand) -> Value:
        """The sum."""

    def arccos(self) -> Value:
        """The angle whose cosine is x, in radians."""

    def arccosh(self) -> Value:
        """The inverse of cosh, on x >= 1."""

    def arcsin(self) -> Value:
        """The angle whose sine is x, in radians."""

    def arcsinh(self) -> Value:
        """The inverse of sinh."""

    def arctan(self) -> Value:
        """The angle whose tangent is x, in radians."""

    def arctan2(self, x: Operand) -> Value:
        """The angle of the point (x, y), in radians, in all four quadrants."""

    def arctanh(self) -> Value:
        """The inverse of tanh."""

    def cbrt(self) -> Value:
        """The cube root, of negative numbers too; its partial at 0 is inf."""

    def clip(self, low: Operand, high: Operand) -> Value:
        """x kept between two bounds."""

    def cos(self) -> Value:
        """The cosine, x in radians."""

    def cosh(self) -> Value:
        """The hyperbolic cosine."""

    def div(self, y: Operand) -> Value:
        """The quotient, one node."""

    def elu(self, alpha: Operand = 1.0) -> Value:
        """relu with an exponential tail, alpha (e^x - 1), on the left."""

    def equal(self, y: Operand) -> Value:
        """1 where x == y, else 0, as a node: forward() and replay look at it anew."""

    def erf(self) -> Value:
        """The error function."""

    def erfc(self) -> Value:
        """1 - erf(x), exact for large x."""

    def exp(self) -> Value:
        """The function that is its own derivative."""

    def exp2(self) -> Value:
        """Two to the power x."""

    def expm1(self) -> Value:
        """e^x - 1, exact for small x."""

    def floor(self) -> Value:
        """The largest whole number not above x."""

    def gelu(self) -> Value:
        """x times the normal distribution function (the exact form, by erf)."""

    def greater(self, y: Operand) -> Value:
        """1 where x > y, else 0, as a node: forward() and replay look at it anew."""

    def greater_equal(self, y: Operand) -> Value:
        """1 where x >= y, else 0, as a node: forward() and replay look at it anew."""

    def heaviside(self) -> Value:
        """The step, 1 for x > 0, else 0."""

    def hypot(self, y: Operand) -> Value:
        """The length of the vector (x, y), without overflow."""

    def leaky_relu(self, slope: Operand = 0.01) -> Value:
        """relu with a small slope on the left."""

    def less(self, y: Operand) -> Value:
        """1 where x < y, else 0, as a node: forward() and replay look at it anew."""

    def less_equal(self, y: Operand) -> Value:
        """1 where x <= y, else 0, as a node: forward() and replay look at it anew."""

    def log(self) -> Value:
        """The natural logarithm."""

    def log10(self) -> Value:
        """The logarithm to base 10."""

    def log1p(self) -> Value:
        """log(1 + x), exact for small x."""

    def log2(self) -> Value:
        """The logarithm to base 2."""

    def logaddexp(self, y: Operand) -> Value:
        """log(e^x + e^y), without overflow."""

    def logsigmoid(self) -> Value:
        """log(sigmoid(x)), exact in both tails."""

    def maximum(self, y: Operand) -> Value:
        """The larger of two."""

    def minimum(self, y: Operand) -> Value:
        """The smaller of two."""

    def mul(self, y: Operand) -> Value:
        """The product."""

    def neg(self) -> Value:
        """The negative."""

    def not_equal(self, y: Operand) -> Value:
        """1 where x != y, else 0, as a node: forward() and replay look at it anew."""

    def pow(self, y: Operand) -> Value:
        """The power; base and exponent may both be Values."""

    def reciprocal(self) -> Value:
        """One over x."""

    def relu(self) -> Value:
        """x where it is positive, else 0."""

    def sech(self) -> Value:
        """The hyperbolic secant, 1/cosh(x); tanh and sigmoid have it in their derivatives."""

    def sigmoid(self) -> Value:
        """The logistic function, between 0 and 1."""

    def sign(self) -> Value:
        """-1, 0 or 1."""

    def silu(self) -> Value:
        """x times sigmoid(x), also called swish."""

    def sin(self) -> Value:
        """The sine, x in radians."""

    def sinh(self) -> Value:
        """The hyperbolic sine."""

    def softplus(self, beta: Operand = 1.0) -> Value:
        """A smooth relu, log(1 + e^(beta x))/beta, exact in both tails."""

    def sqrt(self) -> Value:
        """The square root; its partial at 0 is inf."""

    def square(self) -> Value:
        """x times x, one node with one edge."""

    def stop_gradient(self) -> Value:
        """x itself, with no edge backwards: what was computed before it learns nothing through it."""

    def sub(self, y: Operand) -> Value:
        """The difference, one node."""

    def tan(self) -> Value:
        """The tangent, x in radians."""

    def tanh(self) -> Value:
        """The hyperbolic tangent, between -1 and 1."""

    def where(self, a: Any, b: Any) -> Value:
        """a where the condition is nonzero, else b."""

class _abs(Primitive):
    """The absolute value."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

abs: _abs

class _add(Primitive):
    """The sum."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

add: _add

class _arccos(Primitive):
    """The angle whose cosine is x, in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arccos: _arccos

class _arccosh(Primitive):
    """The inverse of cosh, on x >= 1."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arccosh: _arccosh

class _arcsin(Primitive):
    """The angle whose sine is x, in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arcsin: _arcsin

class _arcsinh(Primitive):
    """The inverse of sinh."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arcsinh: _arcsinh

class _arctan(Primitive):
    """The angle whose tangent is x, in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arctan: _arctan

class _arctan2(Primitive):
    """The angle of the point (x, y), in radians, in all four quadrants."""

    @overload
    def __call__(self, y: float, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, y: Operand, x: Operand) -> Value: ...
    @overload
    def __call__(self, y: Any, x: Any) -> Any: ...

arctan2: _arctan2

class _arctanh(Primitive):
    """The inverse of tanh."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

arctanh: _arctanh

class _cbrt(Primitive):
    """The cube root, of negative numbers too; its partial at 0 is inf."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

cbrt: _cbrt

class _clip(Primitive):
    """x kept between two bounds."""

    @overload
    def __call__(self, x: float, low: float, high: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, low: Operand, high: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, low: Any, high: Any) -> Any: ...

clip: _clip

class _cos(Primitive):
    """The cosine, x in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

cos: _cos

class _cosh(Primitive):
    """The hyperbolic cosine."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

cosh: _cosh

class _div(Primitive):
    """The quotient, one node."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

div: _div

class _dot(Primitive):
    """A neuron's weighted sum, w.x + b, as one node."""

    def __call__(self, w: Any, x: Any, b: Any = 0.0) -> Any: ...

dot: _dot

class _elu(Primitive):
    """relu with an exponential tail, alpha (e^x - 1), on the left."""

    @overload
    def __call__(self, x: float, alpha: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, alpha: Operand = 1.0) -> Value: ...
    @overload
    def __call__(self, x: Any, alpha: Any = 1.0) -> Any: ...

elu: _elu

class _equal(Primitive):
    """1 where x == y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

equal: _equal

class _erf(Primitive):
    """The error function."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

erf: _erf

class _erfc(Primitive):
    """1 - erf(x), exact for large x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

erfc: _erfc

class _exp(Primitive):
    """The function that is its own derivative."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

exp: _exp

class _exp2(Primitive):
    """Two to the power x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

exp2: _exp2

class _expm1(Primitive):
    """e^x - 1, exact for small x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

expm1: _expm1

class _floor(Primitive):
    """The largest whole number not above x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

floor: _floor

class _gelu(Primitive):
    """x times the normal distribution function (the exact form, by erf)."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

gelu: _gelu

class _greater(Primitive):
    """1 where x > y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

greater: _greater

class _greater_equal(Primitive):
    """1 where x >= y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

greater_equal: _greater_equal

class _heaviside(Primitive):
    """The step, 1 for x > 0, else 0."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

heaviside: _heaviside

class _hypot(Primitive):
    """The length of the vector (x, y), without overflow."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

hypot: _hypot

class _leaky_relu(Primitive):
    """relu with a small slope on the left."""

    @overload
    def __call__(self, x: float, slope: float = 0.01) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, slope: Operand = 0.01) -> Value: ...
    @overload
    def __call__(self, x: Any, slope: Any = 0.01) -> Any: ...

leaky_relu: _leaky_relu

class _less(Primitive):
    """1 where x < y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

less: _less

class _less_equal(Primitive):
    """1 where x <= y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

less_equal: _less_equal

class _log(Primitive):
    """The natural logarithm."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

log: _log

class _log10(Primitive):
    """The logarithm to base 10."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

log10: _log10

class _log1p(Primitive):
    """log(1 + x), exact for small x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

log1p: _log1p

class _log2(Primitive):
    """The logarithm to base 2."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

log2: _log2

class _logaddexp(Primitive):
    """log(e^x + e^y), without overflow."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

logaddexp: _logaddexp

class _logsigmoid(Primitive):
    """log(sigmoid(x)), exact in both tails."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

logsigmoid: _logsigmoid

class _logsumexp(Primitive):
    """log of the sum of e^x, without overflow; its partials are the softmax."""

    def __call__(self, x: Any) -> Any: ...

logsumexp: _logsumexp

class _max(Primitive):
    """The largest of a sequence."""

    def __call__(self, x: Any) -> Any: ...

max: _max

class _maximum(Primitive):
    """The larger of two."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

maximum: _maximum

class _mean(Primitive):
    """The average of a sequence."""

    def __call__(self, x: Any) -> Any: ...

mean: _mean

class _min(Primitive):
    """The smallest of a sequence."""

    def __call__(self, x: Any) -> Any: ...

min: _min

class _minimum(Primitive):
    """The smaller of two."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

minimum: _minimum

class _mul(Primitive):
    """The product."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

mul: _mul

class _neg(Primitive):
    """The negative."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

neg: _neg

class _not_equal(Primitive):
    """1 where x != y, else 0, as a node: forward() and replay look at it anew."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

not_equal: _not_equal

class _pow(Primitive):
    """The power; base and exponent may both be Values."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

pow: _pow

class _prod(Primitive):
    """The product of a sequence; its partials are prefix times suffix, so zeros are harmless."""

    def __call__(self, x: Any) -> Any: ...

prod: _prod

class _reciprocal(Primitive):
    """One over x."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

reciprocal: _reciprocal

class _relu(Primitive):
    """x where it is positive, else 0."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

relu: _relu

class _sech(Primitive):
    """The hyperbolic secant, 1/cosh(x); tanh and sigmoid have it in their derivatives."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sech: _sech

class _sigmoid(Primitive):
    """The logistic function, between 0 and 1."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sigmoid: _sigmoid

class _sign(Primitive):
    """-1, 0 or 1."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sign: _sign

class _silu(Primitive):
    """x times sigmoid(x), also called swish."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

silu: _silu

class _sin(Primitive):
    """The sine, x in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sin: _sin

class _sinh(Primitive):
    """The hyperbolic sine."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sinh: _sinh

class _softplus(Primitive):
    """A smooth relu, log(1 + e^(beta x))/beta, exact in both tails."""

    @overload
    def __call__(self, x: float, beta: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, beta: Operand = 1.0) -> Value: ...
    @overload
    def __call__(self, x: Any, beta: Any = 1.0) -> Any: ...

softplus: _softplus

class _sqrt(Primitive):
    """The square root; its partial at 0 is inf."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

sqrt: _sqrt

class _square(Primitive):
    """x times x, one node with one edge."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

square: _square

class _stop_gradient(Primitive):
    """x itself, with no edge backwards: what was computed before it learns nothing through it."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

stop_gradient: _stop_gradient

class _sub(Primitive):
    """The difference, one node."""

    @overload
    def __call__(self, x: float, y: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand, y: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any, y: Any) -> Any: ...

sub: _sub

class _sum(Primitive):
    """The sum of a sequence."""

    def __call__(self, x: Any) -> Any: ...

sum: _sum

class _tan(Primitive):
    """The tangent, x in radians."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

tan: _tan

class _tanh(Primitive):
    """The hyperbolic tangent, between -1 and 1."""

    @overload
    def __call__(self, x: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Operand) -> Value: ...
    @overload
    def __call__(self, x: Any) -> Any: ...

tanh: _tanh

class _where(Primitive):
    """a where the condition is nonzero, else b."""

    @overload
    def __call__(self, condition: float, a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, condition: Operand, a: Operand, b: Operand) -> Value: ...
    @overload
    def __call__(self, condition: Any, a: Any, b: Any) -> Any: ...

where: _where
