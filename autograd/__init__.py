"""Scalar reverse-mode automatic differentiation for teaching.

Arithmetic on `Value`s records a graph with the local gradient on every edge; `backward` is the chain rule
with memoization, and every number of it can be shown.
"""

import builtins
from typing import TYPE_CHECKING, Any

from autograd.arrays import array, data, grads
from autograd.check import gradcheck
from autograd.cost import Cost, cost
from autograd.errors import (
    AnomalyError,
    AutogradError,
    BranchError,
    DomainError,
    GradientError,
    NotALeafError,
    StaleGraphError,
)
from autograd.explain import Explanation, explain
from autograd.graph import Edge, Graph, Node
from autograd.jacobians import hessian, hvp, jacobian
from autograd.memo import Memo, memoized_gradient
from autograd.naive import naive_gradient
from autograd.operators import attach
from autograd.paths import Path, Paths, paths
from autograd.primitive import Kink, Primitive
from autograd.primitives import TABLE
from autograd.registry import register, unregister
from autograd.softmax import softmax
from autograd.state import detect_anomaly, no_grad
from autograd.steps import Step, backward_steps, forward_steps
from autograd.tangents import jvp
from autograd.transforms import grad, value_and_grad, vjp
from autograd.value import Value, values

if TYPE_CHECKING:  # for editors and type checkers: the names of the rows, and what is imported when asked for
    from autograd.primitives import *  # noqa: F403
    from autograd.program import Program, record

attach()
globals().update(TABLE)  # every row is a public function


def __getattr__(name: str) -> Any:
    """Import `Program` and `record` when they are asked for: they are what needs NumPy."""
    if name in ("Program", "record"):
        from autograd import program

        return getattr(program, name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


# Rows that shadow a builtin (abs, max, min, pow, sum) are importable by name; `import *` leaves them alone.
__all__ = [
    "array",
    "data",
    "grads",
    "AnomalyError",
    "AutogradError",
    "BranchError",
    "DomainError",
    "GradientError",
    "NotALeafError",
    "StaleGraphError",
    "Edge",
    "Graph",
    "Node",
    "Path",
    "Paths",
    "paths",
    "Cost",
    "cost",
    "Memo",
    "Explanation",
    "explain",
    "memoized_gradient",
    "Step",
    "backward_steps",
    "forward_steps",
    "naive_gradient",
    "Kink",
    "Primitive",
    "register",
    "unregister",
    "softmax",
    "detect_anomaly",
    "no_grad",
    "Value",
    "values",
    "grad",
    "value_and_grad",
    "vjp",
    "jvp",
    "jacobian",
    "hessian",
    "hvp",
    "gradcheck",
    "Program",
    "record",
    *(name for name in TABLE if not hasattr(builtins, name)),
]
