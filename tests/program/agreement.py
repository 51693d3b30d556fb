"""Replay against eager evaluation, row by row: values, gradients, and the bound within which they must agree.

Eager numbers come from `Value.forward` and `Value.backward` alone; nothing here reads blocks or backends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd import Program, Value
from autograd.core.walk import topological

EPS = np.finfo(float).eps


@dataclass
class Eager:
    """What the engine gives for many rows, and the size of the terms that were added up on the way."""

    losses: np.ndarray
    gradient: np.ndarray
    sizes: np.ndarray


def eager(loss: Value, inputs: Sequence[Value], leaves: Sequence[Value], rows: np.ndarray) -> Eager:
    """Run every row through the recorded graph; gradients are summed over rows."""
    losses, gradient, sizes = [], np.zeros(len(leaves)), np.zeros(len(leaves))
    for row in rows:
        for leaf, number in zip(inputs, row.tolist(), strict=True):
            leaf.data = number
        losses.append(loss.forward())
        loss.zero_grad()
        loss.backward()
        gradient += [leaf.grad or 0.0 for leaf in leaves]
        sizes += absolute_gradient(loss, leaves)
    loss.zero_grad()
    return Eager(np.array(losses), gradient, sizes)


def absolute_gradient(loss: Value, leaves: Sequence[Value]) -> list[float]:
    """Add up the absolute products of all chain-rule paths to each leaf."""
    order = topological(loss)
    size = {id(node): 0.0 for node in order} | {id(loss): 1.0}
    for node in reversed(order):
        for parent, partial in zip(node.parents, node.partials, strict=True):
            if partial is not None and size[id(node)]:
                size[id(parent)] += size[id(node)] * abs(partial)
    return [size.get(id(leaf), 0.0) for leaf in leaves]


def disagreement(
    program: Program, loss: Value, inputs: Sequence[Value], rows: np.ndarray, ulps: float
) -> list[str]:
    """List where replay and eager evaluation differ by more than `ulps` roundings of the terms' size."""
    rows = rows if len(inputs) else np.empty((1, 0))
    expected = eager(loss, inputs, program.leaves, rows)
    arguments = (rows,) if len(inputs) else ()
    found = []
    scale = ulps * EPS
    losses = program.forward(*arguments)
    if not np.allclose(losses, expected.losses, rtol=scale, atol=scale, equal_nan=True):
        found.append(f"losses {losses} instead of {expected.losses}")
    for reduction, count in (("sum", 1), ("mean", len(rows))):
        value, gradient = program.value_and_grad(*arguments, reduction=reduction)
        total = np.sum(expected.losses) / count
        room = scale * (np.sum(np.abs(expected.losses)) + len(rows)) / count
        if not abs(value - total) <= room and not (np.isnan(value) and np.isnan(total)):
            found.append(f"{reduction} {value} instead of {total}")
        wrong = ~(np.abs(gradient - expected.gradient / count) <= scale * (expected.sizes / count + 1e-3))
        wrong &= ~((gradient == expected.gradient / count) | np.isnan(gradient) & np.isnan(expected.gradient))
        found += [
            f"{reduction}: gradient {gradient[k]} of leaf {k} instead of {expected.gradient[k] / count}"
            for k in np.flatnonzero(wrong)
        ]
    return found
