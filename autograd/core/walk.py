"""Walks over a recorded graph: topological order without recursion, and the sweeps.

Backwards runs the chain rule with memoization, the whole of backpropagation: each edge is multiplied once,
where paths meet they are added. Forwards a graph is computed anew. Walks read what is stored on nodes and
edges; they know no primitive by name, and tell a node from what else an operand may be: None or a float.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from autograd.core import describe
from autograd.core.anomaly import inspect_backward
from autograd.core.errors import StaleGraphError
from autograd.core.modes import modes, recording, state, tick
from autograd.core.real import real
from autograd.text.numbers import number

if TYPE_CHECKING:
    from autograd.core.value import Operand, Value

_doomed: list[Any] = []  # the operands of nodes that are being freed


def small_stack() -> bool:
    """Say whether Python runs in WebAssembly, whose stack overflows, for good, when a long chain is freed."""
    return sys.platform in ("emscripten", "wasi")


def dismantle(node: Value) -> None:
    """Free what hangs on a node that dies, without recursion: where the stack is small, `Value.__del__`.

    CPython frees a chain by recursion in C: the last node frees its operand, and that its own. Here each
    node hands over what it holds and dies empty; the first to die lets go of all that in a loop.
    """
    held = [getattr(node, name, None) for name in ("_a", "_b", "_grad")]
    node._a = node._b = node._grad = None
    if _doomed:
        _doomed.append(held)
        return
    _doomed.append(None)  # others see that the loop is running
    try:
        while held:
            held.clear()  # nodes that nobody else holds die now, and append what they held
            held = _doomed.pop() if len(_doomed) > 1 else []
    finally:
        _doomed.clear()


def topological(*roots: Value) -> list[Value]:
    """Return every node of a graph, parents before consumers, in an order fixed by the program alone.

    Depth first, operands from left to right; a node follows its parents at once.
    """
    return recorded_since(roots, 0)[0]


def recorded_since(roots: Iterable[Value], clock: int) -> tuple[list[Value], bool]:
    """Return the nodes below some roots that were recorded since a time, in the order of `topological`.

    And whether nodes from before that time take part; those are neither entered nor returned.
    """
    order: list[Value] = []
    older, mark = False, object()
    # Nodes with an operand under way; above a node of many operands, the iterator over them.
    stack: list[Any] = [iter(roots := tuple(roots))]
    push, pop, done = stack.append, stack.pop, order.append
    kind = type(roots[0]) if roots else None
    while stack:
        top = pop()
        if type(top) is kind:
            node = top._b
            if type(node) is not kind or node._mark is mark:
                done(top)
                continue
            push(top)
        else:
            for node in top:
                if node._mark is not mark:
                    if node._a is None and node._stamp >= clock:  # a leaf: nothing to go down to
                        node._mark = mark
                        done(node)
                        continue
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
            if type(a) is kind:
                if a._mark is not mark:
                    push(node)
                    node = a
                    continue
            elif type(a) is tuple:
                for parent in a:
                    if parent._mark is not mark:
                        push(node)
                        push(iter(a))
                        break
                else:
                    done(node)
                break
            b = node._b
            if type(b) is not kind or b._mark is mark:
                done(node)
                break
            push(node)
            node = b
    return order, older


def as_made(leaves: Iterable[Value]) -> list[Value]:
    """Sort leaves by when they were made, whatever reads them first.

    A copy counts as made with its original. Of a leaf and its copies, those that are read first stand before
    all that are read second, so that a model and its copy do not lie between each other.
    """
    leaves = list(leaves)
    stamps = list(map(attrgetter("_da"), leaves))
    if len(set(stamps)) == len(stamps):  # no copies
        return sorted(leaves, key=attrgetter("_da"))
    read: Counter[int] = Counter()
    found: dict[tuple[int, int], Value] = {}
    for leaf in leaves:
        found[read[leaf._da], leaf._da] = leaf
        read[leaf._da] += 1
    return [found[place] for place in sorted(found)]


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
        for parent in nodes(node):
            if parent._stamp > node._stamp:
                _stale(node, parent, order)


def nodes(node: Value) -> list[Any]:
    """Return the operands of a node that are nodes, not plain numbers."""
    return [parent for parent in node.parents if parent.__class__ is not float]


def _stale(node: Value, parent: Value, order: Sequence[Value]) -> None:
    leaf = parent
    while leaf._op is not None:  # recomputed after its consumer was: some leaf below it was assigned
        leaf = max(nodes(leaf), key=lambda p: p._stamp)
    said = f'The leaf "{leaf.label}"' if leaf.label else "A leaf"
    raise StaleGraphError(
        f"{said} was assigned after the graph was recorded: it is {number(leaf._data)} now, and "
        f"{describe.made(node)} = {number(node._data)} was computed before that. The memoized local "
        "gradients belong to one iteration. Call forward() on the result to recompute the graph, or build "
        "the expression anew."
    )


def backward(root: Value, seed: float = 1.0, create_graph: bool = False) -> None:
    """Run the reverse sweep of `Value.backward`."""
    start = real(seed)
    if start is None:
        raise TypeError(f"backward(seed) needs one number, the adjoint of the root itself; got {seed!r}.")
    require_fresh(order := topological(root))
    before = [node._grad for node in order] if modes.anomaly else []
    (sweep_values if create_graph else sweep)(order, start)
    if modes.anomaly and not create_graph:
        inspect_backward(order, before)


def flowing(operands: tuple[Value, ...], partials: tuple[float | None, ...]) -> list[tuple[Value, float]]:
    """List a node's operands with their partials where a gradient flows: not to a branch not taken."""
    return [(a, d) for a, d in zip(operands, partials, strict=True) if d is not None]


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


def forward(root: Value) -> float:
    """Compute every node of a graph anew, with its local gradients, from the leaves' present data.

    Returns the root's new data. All or nothing: when a row leaves the reals, the graph is as it was.
    """
    before = []
    try:
        for node in topological(root):
            op = node._op
            if op is None:
                continue
            before.append((node, node._data, node._da, node._db, node._stamp, node._grad))
            parents = node.parents
            node._data, partials = op.evaluate(parents)
            if node._da.__class__ is tuple:
                pairs = zip(partials, parents, strict=True)
                node._da = tuple(d for d, parent in pairs if parent.__class__ is not float)
            elif len(partials) == 2:
                node._da, node._db = partials
            else:
                node._da = partials[0]
            node._stamp = max([parent._stamp for parent in parents if not isinstance(parent, float)])
            node._grad = None
    except BaseException:
        for node, *fields in before:
            node._data, node._da, node._db, node._stamp, node._grad = fields
        raise
    return root._data


def sweep_values(order: Sequence[Value], seed: float) -> None:
    """Run the reverse sweep with `Value`s and leave them in `grad`: ``backward(create_graph=True)``.

    What is computed is recorded, so it can be differentiated again. Leaves accumulate, interior nodes are
    overwritten. All or nothing: an error leaves every `grad` as it was.

    Raises
    ------
    DomainError, TypeError
        As `Primitive.partial_values`.
    """
    with recording():
        since = tick()
        found = adjoints(order, [(order[-1], seed)], lambda node: node._op.partial_values(node))
        gradients = []
        for node in order:
            gradient, kept = found.get(id(node)), node._grad if node._op is None else None
            if gradient is not None:
                kept = own(gradient if kept is None else kept + gradient, since, type(node))
            gradients.append(kept)
    for node, kept in zip(order, gradients, strict=True):
        node._grad = kept


def adjoints(
    order: Sequence[Value],
    seeds: Iterable[tuple[Value, Operand]],
    partials: Callable[[Any], Sequence[Operand | None]],
) -> dict[int, Any]:
    """Walk a topological order backwards; return the adjoints by `id`, floats or `Value`s; store nothing.

    The additions come in the order of `Value.backward`, so equal graphs give equal bits.
    """
    found: dict[int, Any] = {}
    for root, seed in seeds:
        found[id(root)] = found[id(root)] + seed if id(root) in found else seed
    for node in reversed(order):
        g = found.get(id(node))
        edges = () if g is None or node._op is None else zip(node.parents, partials(node), strict=True)
        for parent, partial in edges:
            if partial is not None:
                h, contribution = found.get(id(parent)), times(g, partial)
                found[id(parent)] = contribution if h is None else h + contribution
    return found


def times(x: Any, y: Any) -> Any:
    """Multiply; a factor that is the number 1 is left out of the graph."""
    if y.__class__ is float and y == 1.0:
        return x
    return y if x.__class__ is float and x == 1.0 else x * y


def own(gradient: Any, since: int, kind: type[Value]) -> Value:
    """Return a gradient as a node of its own: one from before `since` is copied, it has other users."""
    if gradient.__class__ is not kind:
        return kind(gradient)
    return gradient if gradient._op and gradient._stamp >= since else gradient * 1.0
