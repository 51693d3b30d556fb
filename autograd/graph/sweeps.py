"""Sums over paths: gradient, number of paths, largest path and "is it connected" are one algorithm.

Each asks about *all* paths between two nodes, and there may be more of them than atoms. But each multiplies
along a path and adds where paths meet, and as ``a*c + b*c == (a + b)*c``, the part that two paths share is
walked once. So one pass over the edges is enough: every node holds what all paths to it come to, and hands it
on. A `Semiring` says what "multiply" and "add" mean; `down` and `up` are the pass.

Take ``y = u * u``, ``u = 3 * x``, at x = 2. Two paths lead from y to x, with the local derivatives 6·3 each:

>>> from autograd import Graph, Value
>>> x = Value(2.0, label="x")
>>> u = 3 * x
>>> graph = Graph(u * u)
>>> leaf = graph.index(x)
>>> down(graph, NUMBERS)[leaf]  # the gradient: 6·3 + 6·3
36.0
>>> down(graph, COUNTS)[leaf]  # the number of paths: 1·1 + 1·1
2
>>> down(graph, FLOW)[leaf]  # does a gradient arrive? (yes and yes) or (yes and yes)
True

A new question is a new semiring. The largest product of one path: multiply along it, take the larger of two.

>>> largest = Semiring(zero=0.0, one=1.0, plus=max, times=mul, weight=lambda edge: abs(edge.partial or 0.0))
>>> down(graph, largest)[leaf]
18.0

Fifty doublings have 2^50 paths over a hundred edges: a hundred multiplications, whatever is asked. How many
of the paths take one edge? Those that lead to it, times those that lead on from it.

>>> y = x
>>> for _ in range(50):
...     y = y + y
>>> graph = Graph(y)
>>> to, on, edge = down(graph, COUNTS), up(graph, COUNTS, [0]), graph.edges[7]
>>> len(graph.edges), to[0], down(graph, NUMBERS)[0], to[edge.target] * on[edge.source]
(100, 1125899906842624, 1125899906842624.0, 562949953421312)

Knows nodes as numbers and edges as data; no label, no operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from operator import add, and_, attrgetter, mul, or_
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from autograd.graph.snapshot import Edge, Snapshot

T = TypeVar("T")


@dataclass(frozen=True)
class Semiring(Generic[T]):
    """What is multiplied along a path, and what is added where paths meet.

    Attributes
    ----------
    zero : T
        What no path comes to. `plus` and `times` never see it, so it may be None.
    one : T
        What the path without an edge comes to, from a node to itself.
    plus : callable
        Puts two sets of paths together. `times` has to distribute over it, ``a*c + b*c == (a + b)*c``: this
        is what spares us the enumeration.
    times : callable
        Goes on along an edge.
    weight : callable
        What an edge contributes; `zero` where there is no way through.

    Notes
    -----
    The sum over all paths of the product over their edges, ⊕ ⊗ weight(edge), in every algebra that has the
    distributive law (Mohri 2002, "Semiring frameworks and algorithms for shortest-distance problems").
    """

    zero: T
    one: T
    plus: Callable[[T, T], T]
    times: Callable[[T, T], T]
    weight: Callable[[Edge], T]


# Derivatives: sums of products. Zero is None, as a gradient that is missing is no gradient that is 0.
NUMBERS: Semiring[float | None] = Semiring(None, 1.0, add, mul, attrgetter("partial"))
# The same of |partial|: what would arrive if nothing cancelled.
SIZES = replace(NUMBERS, weight=lambda edge: None if edge.partial is None else abs(edge.partial))
# How many paths carry a gradient, and how many of these have no factor 0; whole numbers of any size.
COUNTS: Semiring[int] = Semiring(0, 1, add, mul, lambda edge: 0 if edge.partial is None else 1)
LIVING = replace(COUNTS, weight=lambda edge: 1 if edge.partial else 0)
# Whether there is a path that carries a gradient, one without a factor 0 (nan is no 0), any path at all.
FLOW: Semiring[bool] = Semiring(False, True, or_, and_, lambda edge: edge.partial is not None)
ALIVE = replace(FLOW, weight=lambda edge: bool(edge.partial))
LINKED = replace(FLOW, weight=lambda edge: True)
# The number of edges on the longest path: lengths are added along a path, the larger of two is kept.
DEPTHS: Semiring[int] = Semiring(-1, 0, max, add, lambda edge: 1)


def down(graph: Snapshot, ring: Semiring[T]) -> list[T]:
    """Return for every node the sum over all paths that lead to it from the roots.

    With `NUMBERS` this is the reverse sweep. The additions happen in the order of `Value.backward`, so the
    adjoints are the same bit for bit.

    Parameters
    ----------
    graph : Graph
    ring : Semiring
        What is asked. A root that is listed twice begins its paths twice.

    Notes
    -----
    One multiplication and at most one addition for every edge; no recursion.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> down(Graph(a * b + a), NUMBERS)
    [4.0, 2.0, 1.0, 1.0]
    """
    return _totals(graph, ring, additions(graph, ring))


def up(graph: Snapshot, ring: Semiring[T], nodes: Iterable[int]) -> list[T]:
    """Return for every node the sum over all paths that lead on from it to one of some `nodes`.

    The same pass over the edges turned round, which is forward mode: with `NUMBERS` it gives the derivative
    of every node with respect to one.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> graph = Graph(a * b + a)
    >>> up(graph, NUMBERS, [graph.index(a)])
    [1.0, None, 3.0, 4.0]
    """
    edges = ((edge.source, edge.target, edge) for edge in graph.edges)
    return _totals(graph, ring, _pass(ring, len(graph), nodes, edges))


def additions(graph: Snapshot, ring: Semiring[T]) -> Iterator[tuple[int, Edge | None, T, T, T]]:
    """Yield what `down` does, one addition after the other, so that it can be watched.

    Yields
    ------
    tuple
        The node that receives; the edge, or None where paths begin; what the node had; what is added to it;
        what it has now.

    Examples
    --------
    >>> from autograd import Graph, Value
    >>> x = Value(3.0)
    >>> for node, edge, had, share, has in additions(Graph(x * x), NUMBERS):
    ...     print(node, had, share, has)
    1 None 1.0 1.0
    0 None 3.0 3.0
    0 3.0 3.0 6.0
    """
    edges = ((edge.target, edge.source, edge) for edge in graph.downwards)
    return _pass(ring, len(graph), graph.roots, edges)


def _pass(
    ring: Semiring[T], size: int, begin: Iterable[int], edges: Iterable[tuple[int, int, Edge]]
) -> Iterator[tuple[int, Edge | None, T, T, T]]:
    """Take each edge once, when its giver's total is complete: multiply, and add where paths meet."""
    zero, plus, times, weight = ring.zero, ring.plus, ring.times, ring.weight
    totals = [zero] * size
    for node in begin:
        had = totals[node]
        totals[node] = ring.one if had == zero else plus(had, ring.one)
        yield node, None, had, ring.one, totals[node]
    for giver, receiver, edge in edges:
        total, factor = totals[giver], weight(edge)
        if total == zero or factor == zero:
            continue
        share, had = times(total, factor), totals[receiver]
        has = totals[receiver] = share if had == zero else plus(had, share)
        yield receiver, edge, had, share, has


def _totals(graph: Snapshot, ring: Semiring[T], steps: Iterable[tuple[int, Edge | None, T, T, T]]) -> list[T]:
    totals = [ring.zero] * len(graph)
    for node, _, _, _, total in steps:
        totals[node] = total
    return totals
