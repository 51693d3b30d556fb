"""The reverse sweep: topological order without recursion, and the chain rule with memoization.

Reads the numbers that are memoized on the edges; knows no primitive by name. `backward` here is the whole
of backpropagation (notes 004, S004-23): each edge is multiplied once, where paths meet they are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core import describe
from autograd.core.errors import StaleGraphError
from autograd.core.modes import modes, state
from autograd.core.real import real
from autograd.core.value import Value


def topological(*roots: Value) -> list[Value]:
    """Return every node of a graph, parents before consumers, in an order fixed by the program alone.

    Depth first, operands from left to right; a node follows its parents at once.
    """
    return recorded_since(roots, 0)[0]


def recorded_since(roots: Iterable[Value], clock: int) -> tuple[list[Value], bool]:
    """Return the nodes below some roots that were recorded since a time, and whether older ones feed them.

    In the order of `topological`, without recursion. Older nodes are neither entered nor returned.
    """
    order: list[Value] = []
    older, mark = False, object()
    stack: list[Any] = [iter(roots)]  # nodes with an operand under way; above those of many, an iterator
    push, pop, done = stack.append, stack.pop, order.append
    while stack:
        top = pop()
        if type(top) is Value:
            node = top._b
            if type(node) is not Value or node._mark is mark:
                done(top)
                continue
            push(top)
        else:
            for node in top:
                if node._mark is not mark:
                    push(top)
                    break
            else:
                if stack:
                    done(pop())  # the node of many operands below it
                continue
        while True:  # down along the first operand that is not marked
            node._mark = mark
            if node._stamp < clock:
                older = True
                break
            a = node._a
            if type(a) is tuple:
                for parent in a:
                    if parent._mark is not mark:
                        push(node)
                        push(iter(a))
                        break
                else:
                    done(node)
                break
            if type(a) is Value and a._mark is not mark:
                push(node)
                node = a
                continue
            b = node._b
            if type(b) is not Value or b._mark is mark:
                done(node)
                break
            push(node)
            node = b
    return order, older


def as_made(leaves: Iterable[Value]) -> list[Value]:
    """Sort leaves by when they were made, whatever reads them first; a copy stands with its original."""
    return sorted(leaves, key=lambda leaf: leaf._da)


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
        from autograd.transforms.values import sweep_values

        sweep_values(order, number)
        return
    before = [node._grad for node in order] if modes.anomaly else []
    sweep(order, number)
    if modes.anomaly:
        from autograd.core.anomaly import inspect_backward

        inspect_backward(order, before)


def flowing(operands: tuple[Value, ...], partials: tuple[float | None, ...]) -> list[tuple[Value, float]]:
    """List a node's operands with their partials where a gradient flows: not to a branch not taken."""
    pairs = zip(operands, partials, strict=True)
    return [(operand, partial) for operand, partial in pairs if partial is not None]


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
            if type(d) is tuple:
                for parent, partial in zip(a, d) if node._db is None else flowing(a, d):  # noqa: B905 - hot
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


def float_adjoints(order: Sequence[Value], seeds: Iterable[tuple[Value, Any]]) -> dict[int, float]:
    """Walk a topological order backwards; return the adjoints by `id`; store nothing in any `grad`.

    Added up as `sweep` adds them: this is the hot path of `grad`, as that is of `Value.backward`.
    """
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
        if type(d) is tuple:
            for parent, partial in zip(a, d) if node._db is None else flowing(a, d):  # noqa: B905 - hot
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
