"""What `detect_anomaly` looks at: the first nan or inf, and the path that fed it. Words only, no sweeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd.core import describe
from autograd.core.errors import AnomalyError
from autograd.text.numbers import number

if TYPE_CHECKING:
    from autograd.core.value import Value

TAILS = "Keep the operands smaller, or use a form that is exact in the tails (sigmoid, softplus, logsumexp)."


def inspect_forward(node: Value) -> None:
    """Raise if a node's value is nan or inf."""
    if math.isfinite(node._data):
        return
    assert node._op is not None
    values = [parent for parent in node.parents if not isinstance(parent, float)]
    bad = [v for v in values if not math.isfinite(v._data)]
    if bad:
        came = (
            f"It came in through {' and '.join(_told(v) for v in bad[:3])}. Look at where that was computed."
        )
    else:
        told = ", ".join(_told(v) for v in values[:4]) + (", ..." if len(values) > 4 else "")
        came = f"Its operands are finite: {told}, so the number was lost here. {TAILS}"
    raise AnomalyError(f"{node._op.name} gave {node._data} at {describe.place(node)}. {came}")


def inspect_backward(order: Sequence[Value], before: Sequence[Any]) -> None:
    """Raise if a sweep left a nan or inf; every `grad` is put back first.

    The node that is named is the first one, seen from the root, whose adjoint was still finite while one
    of its contributions was not, or whose contributions, all finite, add up to something that is not.
    """
    adjoints = {id(node): getattr(node._grad, "_data", node._grad) for node in order}
    if all(gradient is None or math.isfinite(gradient) for gradient in adjoints.values()):
        return
    for node, gradient in zip(order, before, strict=True):
        node._grad = gradient
    fed: list[Value] = []
    for node in reversed(order):
        g = adjoints[id(node)]
        if g is None:
            continue
        fed.append(node)
        if not math.isfinite(g):
            raise AnomalyError(
                f"The adjoint of {describe.name(node)} became {g}: finite contributions add up to more than "
                f"a float holds, or the seed was not finite. The path from the root: {_path(fed, node)}."
            )
        for parent, partial in zip(node.parents, node.partials, strict=True):
            if partial is not None and not math.isfinite(g * partial):
                assert node._op is not None
                raise AnomalyError(
                    f"The gradient became {g * partial} on the edge from {describe.place(node)} to "
                    f"{describe.name(parent)}: adjoint {number(g)} times local gradient "
                    f"{number(partial)} of {node._op.name} at {_told(parent)}. "
                    f"The path from the root: {_path(fed, node)}. Keep away from the point "
                    f"where {node._op.name} is singular."
                )


def _path(fed: list[Value], node: Value) -> str:
    """Return the chain of consumers that fed a node, from the root down, shortened in the middle."""
    chain = [node]
    for consumer in reversed(fed):
        if any(parent is chain[-1] for parent in consumer.parents):
            chain.append(consumer)
    names = [describe.name(link) for link in reversed(chain)]
    return " → ".join(names if len(names) <= 7 else [*names[:3], "...", *names[-3:]])


def _told(value: Value | float) -> str:
    shown = number(value if isinstance(value, float) else value._data)
    name = describe.name(value)
    return shown if name == shown else f"{name} = {shown}"
