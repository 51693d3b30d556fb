"""The chain-rule paths from a root to a node: counted exactly, listed lazily, largest product first.

Follows the edges of a `Graph` that carry a local derivative. Counting and summing are sweeps over the edges,
listing is a best-first search. Knows no operation and no drawing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.core.value import Value
from autograd.core.walk import topological
from autograd.graph.ranking import ranked
from autograd.graph.snapshot import Edge
from autograd.graph.sweeps import COUNTS, down
from autograd.text import symbols
from autograd.text.numbers import counted, ends, factor, number, shortened, summed, whole

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
        told = definitions([self])
        return f"{self.line}, where {', '.join(told)}" if told else self.line

    @property
    def line(self) -> str:
        """The path and its product, without what its nodes are."""
        chain = " → ".join(shortened([self.graph.names[index] for index in self.nodes], LONGEST))
        if len(self.partials) < 2:
            return f"{chain}: {number(self.product)}"
        factors = [factor(x, first=not i) for i, x in enumerate(self.partials)]
        return f"{chain}: {'·'.join(shortened(factors, LONGEST))} = {number(self.product)}"


def definitions(paths: Sequence[Path]) -> list[str]:
    """Say what those nodes on some paths are that the learner has not named: ``v₁ = b * c``."""
    shown = (ends(path.nodes, LONGEST) for path in paths)
    named = dict.fromkeys(index for head, _, tail in shown for index in (*head, *tail))
    return paths[0].graph.names.told(named) if paths else []


def disconnected(graph: Graph, leaf: Value) -> tuple[str, ...]:
    """Explain a leaf that is no node of the graph."""
    name, root = describe.name(leaf), graph.names.root
    cut = "by detach(), .data, no_grad() or a plain number"
    reasons = [
        f"not connected: {root} was not computed from {name}, or the connection was cut on the way, {cut}"
    ]
    for index in graph.leaves:
        node = graph.nodes[index]
        if node.label and node.label == leaf.label:
            same = "the same number" if node.data == leaf.data else f"the number {number(node.data)}"
            reasons.append(f"detached? the graph has another leaf {name}, with {same}, as detach() makes it")
    roots = [graph.nodes[index].value for index in graph.roots]
    if any(below is value for below in topological(leaf) for value in roots):
        reasons.append(f"the other way round? {name} was computed from {root}: the result comes first")
    return tuple(reasons)


class Paths:
    """All chain-rule paths from the root(s) of a graph to one node.

    Iterating lists them lazily by ``|product|``, largest first; equal ones in the order of the operands. A
    path with a nan comes before all others, then those with an infinite factor. Products are ranked with an
    exponent of their own, so that those too small or too large for a float still have an order.

    Parameters
    ----------
    graph : Graph
        The snapshot; a collapsed one, or one of several roots, will do as well.
    leaf : int or Value
        Index of the node where the paths end; any node. Or a `Value` that is no node of the graph.

    Attributes
    ----------
    graph : Graph
    leaf : int or None
        None where the leaf is no node of the graph: it is not connected, and has no path.
    why : tuple of str
        Why such a leaf is not connected; empty otherwise.
    count : int
        How many there are, exactly. ``len()`` is the same while it fits a machine word.
    total : float
        The sum of all products, which is the gradient of the leaf: bit for bit the adjoint of the reverse
        sweep. 0.0 where no path exists.

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

    def __init__(self, graph: Graph, leaf: int | Value) -> None:
        self.graph = graph
        self.leaf = leaf if isinstance(leaf, int) else None
        self.why = () if isinstance(leaf, int) else disconnected(graph, leaf)
        self._name = graph.names.pieces[leaf] if isinstance(leaf, int) else describe.piece(leaf)

    @cached_property
    def count(self) -> int:
        """The exact number of paths."""
        return 0 if self.leaf is None else down(self.graph, COUNTS)[self.leaf]

    @property
    def total(self) -> float:
        """The gradient of the leaf, the sum over all paths; bit for bit the adjoint of the reverse sweep."""
        adjoint = None if self.leaf is None else self.graph.adjoints[self.leaf]
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
        if self.leaf is None:
            return
        for edges, start in ranked(self.graph, self.leaf):
            partials = tuple(edge.partial for edge in edges if edge.partial is not None)
            product = 1.0
            for partial in partials:
                product *= partial
            yield Path((start, *(edge.source for edge in edges)), edges, partials, product, self.graph)

    def __repr__(self) -> str:
        plural = "path" if self.count == 1 else "paths"
        return f"<{whole(self.count)} {plural} from {self.graph.names.root} to {self._name.text}>"

    def __str__(self) -> str:
        names = self.graph.names
        symbol = symbols.gradient(names.forms, names.root_piece, self._name)
        shown = list(islice(self, LISTED))
        lines = [*definitions(shown), *(path.line for path in shown)]
        if self.count > len(shown):
            lines.append(f"and {counted(self.count - len(shown), 'more path')}")
        if not shown:
            return "\n".join([f"{symbol}: no path", *self.why])
        products = [path.product for path in shown]
        sum_ = summed(products, self.total) if 1 < self.count == len(shown) else number(self.total)
        return "\n".join([*lines, f"{symbol} = {sum_}"])
