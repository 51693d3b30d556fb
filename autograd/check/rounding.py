"""How far rounding may have moved the numbers of a graph: running error analysis, by the adjoints."""

from __future__ import annotations

import ast
import math
from functools import cache
from typing import Any

from autograd.core.value import Value
from autograd.core.walk import float_adjoints
from autograd.table.language import parse
from autograd.table.primitive import Primitive
from autograd.transforms.trace import Call

ROUNDING = 4 * 2.0**-53  # what one operation, or one function of the library, may be off, relatively


def noise(call: Call, root: Any) -> float:
    """Return how far rounding may have moved a result: that of each node, times the node's adjoint."""
    if not isinstance(root, Value):
        return 0.0
    adjoints = float_adjoints(call.order, [(root, 1.0)])
    terms = (abs(adjoints.get(id(node), 0.0)) * rounding(node) for node in call.order if node.op)
    return math.fsum(term for term in terms if math.isfinite(term))


def rounding(node: Value) -> float:
    """Return how far rounding may have moved a node's value when it was computed from its operands.

    One operation, or one function of one number, is right to some units in its last place. Of longer formulas
    and of sums only this much is sure: each contribution is.
    """
    assert node.op is not None
    if _single(node.op):
        return ROUNDING * abs(node.data)
    pairs = zip(numbers(node), node.partials, strict=True)
    return ROUNDING * (abs(node.data) + sum(abs(x * d) for x, d in pairs if d))


@cache
def _single(row: Primitive) -> bool:
    """Say whether a row's formula is one operation, or one function of one number."""
    match parse(row.forward) if row.forward else None:
        case ast.BinOp(left=left, right=right):
            return isinstance(left, ast.Name | ast.Constant) and isinstance(right, ast.Name | ast.Constant)
        case ast.Call(args=[ast.Name()]):
            return not row.nary
    return False


def numbers(node: Value) -> list[float]:
    """Return the primals of a node's operands."""
    return [parent.data if isinstance(parent, Value) else parent for parent in node.parents]
