"""Scalar reverse-mode automatic differentiation for teaching.

Arithmetic on `Value`s records a graph with the local gradient on every edge; `backward` is the chain rule
with memoization, and every number of it can be shown.
"""

import builtins
import sys
from typing import TYPE_CHECKING, Any

from autograd.check.gradcheck import gradcheck
from autograd.core import errors
from autograd.core.arrays import array, data, grads
from autograd.core.errors import (
    AdvisedError,
    AnomalyError,
    AutogradError,
    BranchError,
    DomainError,
    ExpressionError,
    FormulaError,
    GradientError,
    NotALeafError,
    NotationError,
    RecordingError,
    StaleGraphError,
)
from autograd.core.modes import detect_anomaly, no_grad
from autograd.core.row import Kink
from autograd.core.value import Value, blank, values
from autograd.explanation.algorithms import Memo, memoized_gradient, naive_gradient
from autograd.explanation.cost import Cost, cost
from autograd.explanation.derivation import Explanation, explain
from autograd.graph.graph import Graph, paths
from autograd.graph.paths import Path, Paths
from autograd.graph.snapshot import Edge, Node
from autograd.graph.steps import Step, backward_steps, forward_steps
from autograd.table.composites import affine, softmax, take
from autograd.table.expression import Computed, Expression, expression
from autograd.table.operators import attach, checked, require
from autograd.table.primitive import TABLE, Primitive, lookup, register, unregister
from autograd.table.update import Update
from autograd.text.packages import install
from autograd.transforms.derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

if TYPE_CHECKING:  # for editors and type checkers: the names of the rows, and what is imported when asked for
    from autograd.program.program import Program
    from autograd.program.record import record
    from autograd.signatures import *  # noqa: F403

# A pickle names public places only, so that files can move.
blank.__module__ = lookup.__module__ = Update.__module__ = __name__
attach()
globals().update(TABLE)  # every row is a public function


def __getattr__(name: str) -> Any:
    """Import `Program`, `record` and `Array` when they are asked for: they are what needs NumPy."""
    if name == "Array":
        from autograd.core.leaves import Array

        return Array
    if name in ("Program", "record"):
        try:
            from autograd import program
        except ModuleNotFoundError as error:
            if error.name != "numpy":
                raise
            return _without_numpy(name)
        return getattr(program, name)
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *(name for name in TABLE if name in globals() and name not in __all__), "errors"]


def _without_numpy(name: str) -> type:
    """Return a class that stands for a public name and says what is missing when it is called."""

    def refuse(cls: type, *args: Any, **kwargs: Any) -> None:
        raise ModuleNotFoundError(
            f"autograd.{name} computes with arrays and needs NumPy, which is not installed here. Install it "
            f"with `{install('arrays')}`. Everything else in autograd works without.",
            name="numpy",
        )

    return type(name, (), {"__new__": refuse, "__module__": __name__, "__doc__": "Needs NumPy."})


# The room of the errors is `core`, their public name stays.
sys.modules["autograd.errors"] = errors

# Rows that shadow a builtin (abs, max, min, pow, sum) are importable by name; `import *` leaves them alone.
__all__ = [
    "AdvisedError",
    "affine",
    "AnomalyError",
    "array",
    "AutogradError",
    "backward_steps",
    "BranchError",
    "checked",
    "Computed",
    "Cost",
    "cost",
    "data",
    "detect_anomaly",
    "DomainError",
    "Edge",
    "explain",
    "Explanation",
    "Expression",
    "expression",
    "ExpressionError",
    "FormulaError",
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
    "NotationError",
    "Path",
    "Paths",
    "paths",
    "Primitive",
    "Program",
    "record",
    "RecordingError",
    "register",
    "require",
    "softmax",
    "StaleGraphError",
    "take",
    "Step",
    "TABLE",
    "unregister",
    "Update",
    "Value",
    "value_and_grad",
    "values",
    "vjp",
    *(name for name in TABLE if not hasattr(builtins, name)),
]
