"""Why a derivative is wrong: the rule to blame, kinks on the way, a graph that was cut; and what is rounding.

How far rounding may have moved the numbers of a graph is running error analysis, by the adjoints. Judges no
derivative of the whole function.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from autograd.check.differences import WRONG, Sample, Verdict, judge
from autograd.core import describe
from autograd.core.errors import DomainError
from autograd.core.row import Row
from autograd.core.value import Value
from autograd.core.walk import float_adjoints
from autograd.table.language import parse
from autograd.table.primitive import kinks
from autograd.text.numbers import number, shortened
from autograd.transforms.trace import Trace


def causes(trace: Trace, wrong: Sequence[Verdict]) -> Iterator[str]:
    """Say which rules are to blame for what is wrong, which nodes are at kinks, what else may be it."""
    blamed = list(dict.fromkeys(chain.from_iterable(map(_blamed, trace.order)))) if wrong else []
    yield from blamed[:5]
    kinked = [(node, kink) for node in trace.order for kink in kinks(node)]
    for node, kink in kinked[:5]:
        partials = [number(partial) for partial in node.partials if partial is not None]
        chosen = ", ".join(shortened(partials, 6))
        yield f"At a kink: {describe.expression(node)}. At {kink.at} we choose {chosen}: {kink.why}."
    if wrong and kinked and not blamed:
        yield "The choices at the kinks inside need not add up to a derivative of the whole."
    elif any(verdict.claimed == 0 for verdict in wrong) and not blamed:
        yield (
            "No gradient arrives where the value does change: is the graph cut on the way, "
            "by .data, detach(), no_grad() or a function of plain numbers?"
        )


def _blamed(node: Value) -> Iterator[str]:
    """Check the rule of one node against differences of its row."""
    row, operands = node.op, numbers(node)
    if row is None or not all(map(math.isfinite, (node.data, *operands))):
        return
    parameters = chain.from_iterable(
        [parameter] * (len(slots) if isinstance(slots, tuple) else 1)
        for parameter, slots in zip(row.parameters, row.arguments(operands), strict=True)
    )
    texts = dict(zip(row.parameters, row.partials, strict=False))
    for slot, (parameter, partial) in enumerate(zip(parameters, node.partials, strict=True)):
        if partial is None:
            continue

        def sample(t: float, slot: int = slot) -> Sample | None:
            try:
                value, _ = row.evaluate([*operands[:slot], t, *operands[slot + 1 :]])
            except DomainError:
                return None
            return Sample(value, rounding(node) + ROUNDING * abs(value)) if math.isfinite(value) else None

        verdict = judge(sample, operands[slot], partial)
        if verdict.status == WRONG:
            rule = f" {parameter}, {texts[parameter]!r}," if parameter in texts else f" {parameter}"
            yield (
                f"To blame: the rule of {row.name} by{rule} gives {partial:.10g} at {parameter} = "
                f"{number(operands[slot])}, differences give {verdict.slope:.10g}."
            )


ROUNDING = 4 * 2.0**-53  # what one operation, or one function of the library, may be off, relatively


def error_bound(trace: Trace, root: Any) -> float:
    """Return how far rounding may have moved a result: that of each node, times the node's adjoint."""
    if not isinstance(root, Value):
        return 0.0
    adjoints = float_adjoints(trace.order, [(root, 1.0)])
    terms = (abs(adjoints.get(id(node), 0.0)) * rounding(node) for node in trace.order if node.op)
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
def _single(row: Row) -> bool:
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
