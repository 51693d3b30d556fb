"""What a gradient costs: multiplications by path enumeration, recursion, memoization, and differences.

Counts paths and edges by sweeps over a `Graph`; multiplies no derivative itself (`algorithms` does). Knows no
operation by name: every local derivative is one known number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd.graph.graph import Graph
from autograd.graph.sweeps import COUNTS, down, up
from autograd.text.numbers import counted, whole

if TYPE_CHECKING:
    from autograd.core.value import Value
    from autograd.graph.snapshot import Places


@dataclass(frozen=True)
class Cost:
    """What the derivatives of a root with respect to some leaves cost, by four ways.

    A factor that is multiplied by the root's own derivative, which is 1, costs nothing.

    Attributes
    ----------
    leaves : int
        How many derivatives are wanted.
    paths : int
        Paths from the root to all of these.
    edges : int
        Edges on those paths: the distinct local derivatives. One multiplication each would be `edges`; those
        at the root need none, which leaves `memoized`.
    factors : int
        Local derivatives read when every path is multiplied by itself.
    naive, naive_additions : int
        Path by path: edges - 1 multiplications each; the paths to a leaf are added.
    recursive : int
        Multiplications of the bracketed form, nothing stored: common factors are taken out, and computed anew
        for every use.
    memoized, memoized_additions : int
        Backpropagation: one multiplication for every edge below the root's own, one addition where two meet.
    misses, hits : int
        Derivatives of inner nodes that are computed and stored, and how often one is found again.
    finite_differences : int
        Forward operations, for two evaluations for every leaf.
    """

    leaves: int
    paths: int
    edges: int
    factors: int
    naive: int
    naive_additions: int
    recursive: int
    memoized: int
    memoized_additions: int
    misses: int
    hits: int
    finite_differences: int

    def __str__(self) -> str:
        stored = f"{counted(self.misses, 'derivative')} stored, found again {counted(self.hits, 'time')}"
        rows = [
            (
                "naive",
                self.naive,
                f"multiplications and {counted(self.naive_additions, 'addition')}, path by path",
            ),
            ("recursive", self.recursive, "multiplications in brackets, nothing stored"),
            (
                "memoized",
                self.memoized,
                f"multiplications and {counted(self.memoized_additions, 'addition')}; {stored}",
            ),
            ("differences", self.finite_differences, "operations in two forward runs for each leaf"),
        ]
        wide = max(len(whole(n)) for _, n, _ in rows)
        counts = (self.leaves, "derivative"), (self.paths, "path"), (self.edges, "edge")
        head = "{}, {} over {}".format(*(counted(*count) for count in counts))
        return "\n".join([head, *(f"{name:<11}  {whole(n):>{wide}}  {words}" for name, n, words in rows)])


def cost(root: Value | Graph, leaves: Places | None = None) -> Cost:
    """Count what the derivatives of a root cost, by four ways.

    Parameters
    ----------
    root : Value or Graph
        The result, or a snapshot: a collapsed graph has fewer factors.
    leaves : Value, Node, label, or several of them, optional
        By what to differentiate; all leaves, plain numbers aside, unless it is given.

    Returns
    -------
    Cost
        The counts, for each of the four ways.

    Raises
    ------
    KeyError
        If one of `leaves` is no node of the graph, or several have this label.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> print(cost(3 * (a + b * c)))
    3 derivatives, 3 paths over 5 edges
    naive         5  multiplications and 0 additions, path by path
    recursive     5  multiplications in brackets, nothing stored
    memoized      4  multiplications and 0 additions; 2 derivatives stored, found again 2 times
    differences  18  operations in two forward runs for each leaf
    """
    graph = Graph.of(root)
    wanted = list(graph.leaves) if leaves is None else graph.indices(leaves)
    to, on = down(graph, COUNTS), up(graph, COUNTS, wanted)  # paths that lead to a node, and on from it
    route = [e for e in graph.edges if e.partial is not None and to[e.target] and on[e.source]]
    receivers = {edge.source for edge in route}
    inner = {edge.target for edge in route}
    inner -= set(graph.roots) - receivers  # at the top a derivative is 1, and needs no multiplication
    found = [index for index in wanted if to[index]]
    paths = sum(to[index] for index in found)
    factors = sum(to[edge.target] * on[edge.source] for edge in route)  # an edge is on (to)·(on) paths
    empty = sum(graph.roots.count(index) for index in found)  # paths without a factor
    memoized = sum(edge.target in inner for edge in route)
    return Cost(
        leaves=len(wanted),
        paths=paths,
        edges=len(route),
        factors=factors,
        naive=factors - (paths - empty),
        naive_additions=paths - len(found),
        recursive=sum(on[index] for index in inner) - len(inner.intersection(wanted)),
        memoized=memoized,
        memoized_additions=len(route) - len(receivers.difference(graph.roots)),
        misses=len(inner),
        hits=memoized - len(inner),
        finite_differences=2 * len(wanted) * sum(node.op is not None for node in graph.whole.nodes),
    )
