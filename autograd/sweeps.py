"""Walks over a graph that store nothing in it: which nodes a call recorded, and their adjoints as floats.

The loops read the nodes' slots directly: this is the hot path of `grad`. Refuses to know functions, arguments
and Values as adjoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.value import Value


def recorded_since(roots: Sequence[Any], clock: int) -> tuple[list[Value], bool]:
    """Return the nodes below some roots that were recorded since a time, and whether older Values feed them.

    Parents come before consumers, in the order of `reverse.topological`. Nodes from before are not entered.
    """
    order: list[Value] = []
    older, mark = False, object()
    stack: list[Any] = [root for root in reversed(roots) if root.__class__ is Value]
    push, pop, done = stack.append, stack.pop, order.append
    while stack:
        node = pop()
        if node is None:  # the node below it has all its parents in the order
            done(pop())
            continue
        if node._mark is mark:
            continue
        if node._stamp < clock:
            older = True
            continue
        node._mark = mark
        a = node._a
        if a is None:
            done(node)
            continue
        push(node)
        push(None)
        if a.__class__ is tuple:
            stack += reversed(a)
            continue
        b = node._b
        if b.__class__ is Value:
            push(b)
        if a.__class__ is Value:
            push(a)
    return order, older


def float_adjoints(order: Sequence[Value], seeds: Iterable[tuple[Value, Any]]) -> dict[int, float]:
    """Walk a topological order backwards; return the adjoints by `id`, added up as `Value.backward` does."""
    found: dict[int, float] = {}
    get = found.get
    for root, seed in seeds:
        found[id(root)] = get(id(root), 0.0) + seed
    for node in reversed(order):
        g = get(id(node))
        a = node._a
        if g is None or a is None:
            continue
        d = node._da
        if d.__class__ is tuple:
            for parent, partial in zip(a, d):  # noqa: B905 - equal by construction, and the hot loop
                if partial is not None:
                    key = id(parent)
                    h = get(key)
                    found[key] = g * partial if h is None else h + g * partial
            continue
        if d is not None:
            key = id(a)
            h = get(key)
            found[key] = g * d if h is None else h + g * d
        d = node._db
        if d is not None:
            key = id(node._b)
            h = get(key)
            found[key] = g * d if h is None else h + g * d
    return found
