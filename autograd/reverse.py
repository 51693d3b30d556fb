"""The reverse sweep: topological order without recursion, and the chain rule with memoization.

Reads the numbers that are memoized on the edges; knows no primitive by name. `backward` here is the whole
of backpropagation (notes 004, S004-23): each edge is multiplied once, where paths meet they are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import describe
from autograd.errors import StaleGraphError
from autograd.real import real
from autograd.state import modes, state
from autograd.value import Value


def topological(*roots: Value) -> list[Value]:
    """Return every node of a graph, parents before consumers, in an order fixed by the program alone.

    Depth first with a stack of its own, operands from left to right; a node follows its parents at once.
    """
    order: list[Value] = []
    mark = object()
    stack: list[Any] = list(reversed(roots))
    push, pop, done = stack.append, stack.pop, order.append
    while stack:
        node = pop()
        if node is None:  # the node below it has all its parents in the order
            done(pop())
            continue
        if node._mark is mark:
            continue
        node._mark = mark
        a, b = node._a, node._b
        if a.__class__ is tuple:
            new = [parent for parent in a if parent._mark is not mark]
            if new:
                push(node)
                push(None)
                new.reverse()
                stack += new
            else:
                done(node)
            continue
        if b.__class__ is Value and b._mark is not mark:
            push(node)
            push(None)
            push(b)
            if a.__class__ is Value and a._mark is not mark:
                push(a)
        elif a.__class__ is Value and a._mark is not mark:
            push(node)
            push(None)
            push(a)
        else:
            done(node)
    return order


def require_fresh(order: Sequence[Value]) -> None:
    """Refuse a graph in which an operand is younger than its consumer.

    Raises
    ------
    StaleGraphError
        Naming the leaf that was assigned, both numbers and the two ways out.
    """
    now = state.now
    for node in order:
        if node._stamp == now or node._a is None:
            continue
        for parent in node.parents:
            if parent.__class__ is Value and parent._stamp > node._stamp:
                _stale(node, parent, order)


def _stale(node: Value, parent: Value, order: Sequence[Value]) -> None:
    leaf = parent
    while leaf._op is not None:  # recomputed after its consumer was: some leaf below it was assigned
        leaf = max((p for p in leaf.parents if isinstance(p, Value)), key=lambda p: p._stamp)
    said = f'The leaf "{leaf.label}"' if leaf.label else "A leaf"
    raise StaleGraphError(
        f"{said} was assigned after the graph was recorded: it is {describe.number(leaf.data)} now, and "
        f"{describe.made(node)} = {describe.number(node.data)} was computed before that. The memoized local "
        f"gradients belong to one iteration (notes 004). Call forward() on the result to recompute the "
        f"graph, or build the expression anew."
    )


def backward(root: Value, seed: float = 1.0, create_graph: bool = False) -> None:
    """Run the reverse sweep of `Value.backward`."""
    number = real(seed)
    if number is None:
        raise TypeError(f"backward(seed) needs one number, the adjoint of the root itself; got {seed!r}.")
    order = topological(root)
    require_fresh(order)
    if create_graph:
        from autograd.symbolic import sweep_values

        sweep_values(order, number)
        return
    before = [node._grad for node in order] if modes.anomaly else []
    sweep(order, number)
    if modes.anomaly:
        from autograd.anomaly import inspect_backward

        inspect_backward(order, before)


def sweep(order: list[Value], seed: float) -> None:
    """Walk a topological order backwards and leave the adjoints in `grad`; leaves add them up."""
    kept = []
    for node in order:
        if node._grad is not None:
            if node._a is None:
                kept.append((node, node._grad))
            node._grad = None
    try:
        order[-1]._grad = seed
        for node in reversed(order):
            g = node._grad
            a = node._a
            if g is None or a is None:
                continue
            d = node._da
            if d.__class__ is tuple:
                for parent, partial in zip(a, d):  # noqa: B905 - equal by construction, and the hot loop
                    if partial is not None:
                        h = parent._grad
                        parent._grad = g * partial if h is None else h + g * partial
                continue
            if d is not None:
                h = a._grad
                a._grad = g * d if h is None else h + g * d
            d = node._db
            if d is not None:
                b = node._b
                h = b._grad
                b._grad = g * d if h is None else h + g * d
    finally:
        for leaf, gradient in kept:
            leaf._grad = gradient if leaf._grad is None else gradient + leaf._grad
