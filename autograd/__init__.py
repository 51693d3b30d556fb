"""Scalar reverse-mode automatic differentiation for teaching.

Arithmetic on `Value`s records a graph with the local gradient on every edge; `backward` is the chain rule
with memoization, and every number of it can be shown.
"""

import builtins
from typing import TYPE_CHECKING, Any

from autograd.affine import affine
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
    from autograd.program.program import Program
    from autograd.program.record import record

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
    "affine",
    "AnomalyError",
    "array",
    "AutogradError",
    "backward_steps",
    "BranchError",
    "Cost",
    "cost",
    "data",
    "detect_anomaly",
    "DomainError",
    "Edge",
    "explain",
    "Explanation",
    "forward_steps",
    "grad",
    "gradcheck",
    "GradientError",
    "grads",
    "Graph",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "Kink",
    "Memo",
    "memoized_gradient",
    "naive_gradient",
    "no_grad",
    "Node",
    "NotALeafError",
    "Path",
    "Paths",
    "paths",
    "Primitive",
    "Program",
    "record",
    "register",
    "softmax",
    "StaleGraphError",
    "Step",
    "unregister",
    "Value",
    "value_and_grad",
    "values",
    "vjp",
    *(name for name in TABLE if not hasattr(builtins, name)),
]
