"""The chain-rule paths from a root to a node: counted exactly, listed lazily, largest product first.

Follows the edges of a `Graph` that carry a local derivative. Counting and summing are sweeps over the edges,
listing is a best-first search. Knows no operation and no drawing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from autograd.graph.ranking import ranked
from autograd.graph.snapshot import Edge
from autograd.graph.sweeps import COUNTS, down
from autograd.text.numbers import addition, factor, number, shortened, whole

if TYPE_CHECKING:
    from autograd.graph.graph import Graph

LISTED = 8  # paths in a printed list
LONGEST = 12  # nodes or factors in a printed line


@dataclass(frozen=True)
class Path:
    """One way from a root down to a node, and what the chain rule makes of it.

    Attributes
    ----------
    nodes : tuple of int
        The nodes' indices in the graph, root first.
    edges : tuple of Edge
        The edges taken, one fewer than nodes.
    partials : tuple of float
        The local derivatives on the edges, in the same order.
    product : float
        Their product, multiplied from the root on: this path's share of the derivative.
    """

    nodes: tuple[int, ...]
    edges: tuple[Edge, ...]
    partials: tuple[float, ...]
    product: float
    graph: Graph = field(repr=False, compare=False)

    def __str__(self) -> str:
        chain = " → ".join(shortened([self.graph.names[index] for index in self.nodes], LONGEST))
        if len(self.partials) < 2:
            return f"{chain}: {number(self.product)}"
        factors = [factor(x, first=not i) for i, x in enumerate(self.partials)]
        return f"{chain}: {'·'.join(shortened(factors, LONGEST))} = {number(self.product)}"


class Paths:
    """All chain-rule paths from the root(s) of a graph to one node.

    Iterating lists them lazily by |product|, largest first; equal ones in the order of the operands. A path
    with a nan comes before all others, then those with an infinite factor. Products are ranked with an
    exponent of their own, so that those too small or too large for a float still have an order.

    Parameters
    ----------
    graph : Graph
        The snapshot; a collapsed one, or one of several roots, will do as well.
    leaf : int
        Index of the node where the paths end; any node.

    Attributes
    ----------
    graph : Graph
    leaf : int
    count : int
        How many there are, exactly. ``len()`` is the same while it fits a machine word.
    total : float
        The sum of all products, which is ∂root/∂leaf: bit for bit the adjoint of the reverse sweep. 0.0
        where no path exists.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> from autograd import paths
    >>> for path in paths(J, b):
    ...     print(path)
    J → v → u → b: 3·1·2 = 6
    """

    def __init__(self, graph: Graph, leaf: int) -> None:
        self.graph = graph
        self.leaf = leaf

    @cached_property
    def count(self) -> int:
        """The exact number of paths."""
        return down(self.graph, COUNTS)[self.leaf]

    @property
    def total(self) -> float:
        """∂root/∂leaf, the sum over all paths; bit for bit the adjoint of the reverse sweep."""
        adjoint = self.graph.adjoints[self.leaf]
        return 0.0 if adjoint is None else adjoint

    def __len__(self) -> int:
        if self.count > sys.maxsize:
            raise OverflowError(
                f"There are {whole(self.count)} paths, more than len() can say. Use .count, which "
                f"is a whole number of any size."
            )
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Path]:
        for edges, start in ranked(self.graph, self.leaf):
            partials = tuple(edge.partial for edge in edges if edge.partial is not None)
            product = 1.0
            for partial in partials:
                product *= partial
            yield Path((start, *(edge.source for edge in edges)), edges, partials, product, self.graph)

    def __repr__(self) -> str:
        names = self.graph.names
        plural = "path" if self.count == 1 else "paths"
        return f"<{whole(self.count)} {plural} from {names.root} to {names[self.leaf]}>"

    def __str__(self) -> str:
        symbol = self.graph.names.gradient(self.leaf)
        shown = list(islice(self, LISTED))
        lines = [str(path) for path in shown]
        if self.count > len(shown):
            lines.append(f"and {whole(self.count - len(shown))} more paths")
        if not shown:
            return f"{symbol}: no path"
        terms = addition(path.product for path in shown)
        sum_ = f"{terms} = " if 1 < self.count == len(shown) else ""
        return "\n".join([*lines, f"{symbol} = {sum_}{number(self.total)}"])
