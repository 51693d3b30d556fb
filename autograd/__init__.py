"""Scalar reverse-mode automatic differentiation for teaching.

Arithmetic on `Value`s records a graph with the local gradient on every edge; `backward` is the chain rule
with memoization, and every number of it can be shown.
"""

from autograd.arrays import array, data, grads
from autograd.errors import (
    AnomalyError,
    AutogradError,
    BranchError,
    DomainError,
    GradientError,
    NotALeafError,
    StaleGraphError,
)
from autograd.graph import Edge, Graph, Node
from autograd.operators import attach
from autograd.primitive import Kink, Primitive
from autograd.primitives import (  # noqa: F401 - the names of builtins are importable, but not in __all__
    abs,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cbrt,
    clip,
    cos,
    cosh,
    dot,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    gelu,
    heaviside,
    hypot,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logsigmoid,
    logsumexp,
    max,
    maximum,
    mean,
    min,
    minimum,
    pow,
    prod,
    reciprocal,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    sum,
    tan,
    tanh,
    where,
)
from autograd.state import detect_anomaly, no_grad
from autograd.value import Value, values

attach()

BUILTINS = {"abs", "max", "min", "pow", "sum"}
__all__ = [name for name in dir() if not name.startswith("_") and name not in BUILTINS and name not in ("BUILTINS", "attach")]
