"""The chain rule without memory, to be run and watched: every path multiplied by itself.

What notes 004 start from, and what `autograd.memo` does better. Knows graphs and numbers; no operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd.explanation.cost import cost
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.snapshot import Edge, Node
from autograd.text import numbers as notation

if TYPE_CHECKING:
    from autograd.core.value import Value

LIMIT = 10_000_000  # multiplications; several seconds


@dataclass(frozen=True)
class NaiveGradient:
    """What `naive_gradient` found: the derivative, the multiplications, and the number of paths."""

    gradient: float
    multiplications: int
    paths: int


def naive_gradient(root: Value | Graph, leaf: Value | Node) -> NaiveGradient:
    """Multiply along every path by itself and add the products: the chain rule without memory.

    Parameters
    ----------
    root : Value or Graph
    leaf : Value or Node

    Returns
    -------
    NaiveGradient
        `gradient`, `multiplications` (edges - 1 for every path) and `paths`.

    Raises
    ------
    ValueError
        If it would take more than ten million multiplications.
    KeyError
        If `leaf` is no node of the graph.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Notes
    -----
    Notes 004, S004-20: "many gradients are recomputed". `cost` knows the number beforehand.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> y = x * x * x
    >>> naive_gradient(y, x)
    NaiveGradient(gradient=12.0, multiplications=2, paths=3)
    """
    graph = Graph.of(root)
    end = graph.index(leaf)
    expected = cost(graph, [leaf])
    if expected.naive > LIMIT:
        raise ValueError(
            f"{notation.whole(expected.paths)} paths lead from {naming.root_name(graph)} to "
            f"{naming.names(graph)[end]}. One by one they would take {notation.whole(expected.naive)} "
            f"multiplications, with memory {expected.memoized}. Use memoized_gradient, or paths(root, leaf), "
            f"which counts and sums them without a list."
        )
    gradient, multiplications, paths = 0.0, 0, 0
    for edges in _every_path(graph, end):
        product = 1.0
        for edge in edges:
            assert edge.partial is not None
            product *= edge.partial
        gradient += product
        multiplications += max(len(edges) - 1, 0)  # the first factor is taken as it is
        paths += 1
    return NaiveGradient(gradient, multiplications, paths)


def _every_path(graph: Graph, end: int) -> Iterator[list[Edge]]:
    """Walk down from the roots, depth first, operands in order; never where the end cannot be reached."""
    leads = [False] * len(graph)
    leads[end] = True
    for edge in graph.edges:
        if edge.partial is not None and leads[edge.source]:
            leads[edge.target] = True
    ways = [
        [edge for edge in edges if edge.partial is not None and leads[edge.source]]
        for edges in graph.operands
    ]
    for root in graph.roots:
        if root == end:
            yield []
        path: list[Edge] = []
        stack = [iter(ways[root] if root > end else [])]
        while stack:
            for edge in stack[-1]:
                path.append(edge)
                if edge.source != end:
                    stack.append(iter(ways[edge.source]))
                    break
                yield path
                path.pop()
            else:
                stack.pop()
                del path[-1:]  # the root has none above it
