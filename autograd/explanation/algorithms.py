"""Two ways to follow the chain rule, to be run and watched: without memory, and with a hash table.

`naive_gradient` multiplies along every path by itself; `memoized_gradient` stores the derivatives of inner
nodes and finds them again. Both compute one derivative and count what they multiply, as `cost` says
beforehand; `Value.backward` is the second for all nodes at once. Knows graphs and numbers, and no operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.core.errors import StaleGraphError
from autograd.core.modes import state
from autograd.explanation.cost import cost
from autograd.graph.graph import Graph
from autograd.graph.sweeps import FLOW, down, up
from autograd.text.numbers import number, whole

if TYPE_CHECKING:
    from autograd.core.value import Value
    from autograd.graph.snapshot import Edge, Place

LIMIT = 10_000_000  # multiplications path by path; several seconds


@dataclass(frozen=True)
class NaiveGradient:
    """What `naive_gradient` found: the derivative, the multiplications, and the number of paths."""

    gradient: float
    multiplications: int
    paths: int


def naive_gradient(root: Value | Graph, leaf: Place) -> NaiveGradient:
    """Multiply along every path by itself and add the products: the chain rule without memory.

    Parameters
    ----------
    root : Value or Graph
    leaf : Value, Node or label

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

    See Also
    --------
    memoized_gradient : The same recursion with a table.
    cost : How many multiplications either takes.

    Notes
    -----
    dL/du = Σ over paths from L to u of Π over their edges of the local derivatives. "Many gradients are
    recomputed"; `cost` knows how many multiplications that takes beforehand.

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
            f"{whole(expected.paths)} paths lead from {graph.names.root} to "
            f"{graph.names[end]}. One by one they would take {whole(expected.naive)} "
            f"multiplications, with memory {expected.memoized}. Use memoized_gradient, or paths(root, leaf), "
            f"which counts and sums them without a list."
        )
    gradient, multiplications, paths = 0.0, 0, 0
    for partials in _every_path(graph, end):
        product = 1.0
        for partial in partials:
            product *= partial
        gradient += product
        multiplications += max(len(partials) - 1, 0)  # the first factor is taken as it is
        paths += 1
    return NaiveGradient(gradient, multiplications, paths)


def _every_path(graph: Graph, end: int) -> Iterator[list[float]]:
    """Yield the partials on every path, from the root on: depth first, operands in order, no dead ends."""
    leads = up(graph, FLOW, [end])
    for root in graph.roots:
        path: list[float] = []  # the root's own derivative, then the partials down to where we are
        waiting = [(root, 0, 1.0)] if leads[root] else []
        while waiting:
            node, depth, partial = waiting.pop()
            path[depth:] = [partial]
            if node == end:
                yield path[1:]
            waiting += [
                (edge.source, depth + 1, edge.partial)
                for edge in reversed(graph.operands[node])
                if edge.partial is not None and leads[edge.source]
            ]


class Memo(dict["Value", float]):
    """The hash table: the derivative of the root with respect to every inner node that was asked for.

    Belongs to one root and one iteration: used after a leaf was assigned it raises `StaleGraphError`.

    A derivative is found by its `Value`, and by its label.

    Attributes
    ----------
    multiplications : int
        All of them so far; each goes with one look into the table.
    misses : int
        How often a derivative was not there yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.misses = self.multiplications = 0
        self._graph: Graph | None = None
        self._made = 0

    def __missing__(self, key: Place) -> float:
        """Find a derivative by the label of its node."""
        value = self._graph.nodes[self._graph.index(key)].value if self._graph else None
        if value is None or value not in self:
            raise KeyError(key)
        return self[value]

    @property
    def hits(self) -> int:
        """How often a stored derivative was found."""
        return self.multiplications - self.misses

    def snapshot(self, root: Value | Graph) -> Graph:
        """Return the graph to work on; refuse another root, and numbers of an earlier iteration.

        Parameters
        ----------
        root : Value or Graph
            What this table's derivatives are derivatives of.

        Returns
        -------
        Graph
            The snapshot that the table was begun with.
        """
        if self._graph is None:
            self._graph, self._made = Graph.of(root), state.now
            return self._graph
        asked = _roots(root) if isinstance(root, Graph) else [root]
        if list(map(id, asked)) != list(map(id, _roots(self._graph))):
            raise ValueError(
                f"This memo holds derivatives of {self._graph.names.root}, not of "
                f"{' + '.join(map(describe.name, asked))}. Every root needs a memo of its own: leave the "
                f"argument out."
            )
        for index in self._graph.leaves:
            node = self._graph.nodes[index]
            if node.value is not None and node.value._stamp > self._made:
                raise StaleGraphError(
                    f"{self._graph.names[index]} was {number(node.data)} when these "
                    f"derivatives were stored, and is {number(node.value.data)} now: a memo is "
                    f"valid for one iteration only. Start with a new one: leave the argument out."
                )
        if isinstance(root, Graph):
            self._graph = root
        return self._graph


def _roots(graph: Graph) -> list[Value]:
    values = (graph.nodes[index].value for index in graph.roots)
    return [value for value in values if value is not None]


@dataclass(frozen=True)
class MemoizedGradient:
    """What `memoized_gradient` found: the derivative, this call's counters, and the hash table itself."""

    gradient: float
    multiplications: int
    hits: int
    misses: int
    memo: Memo


def memoized_gradient(root: Value | Graph, leaf: Place, memo: Memo | None = None) -> MemoizedGradient:
    """Compute a derivative from those of the consumers, each stored in a hash table when it is first needed.

    Parameters
    ----------
    root : Value or Graph
    leaf : Value, Node or label
    memo : Memo, optional
        The table of an earlier call for the same root: what is in it is not computed again.

    Returns
    -------
    MemoizedGradient
        `gradient` (bit for bit that of `backward`), `multiplications`, `hits`, `misses`, and the `memo`.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded, or after the memo was begun.
    ValueError, TypeError
        If the memo belongs to another root, or is none.
    KeyError
        If `leaf` is no node of the graph.

    See Also
    --------
    naive_gradient : The same recursion without a table.
    viz.memo : The table as a picture.

    Notes
    -----
    dL/du = Σ over consumers v of dL/dv · ∂v/∂u, with dL/dL = 1, which needs no multiplication.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> first = memoized_gradient(J, b)
    >>> {node.label: derivative for node, derivative in first.memo.items()}
    {'J': 1.0, 'v': 3.0, 'u': 3.0}
    >>> second = memoized_gradient(J, c, first.memo)
    >>> second.gradient, second.multiplications, second.hits, second.misses
    (9.0, 1, 1, 0)
    """
    if memo is None:
        memo = Memo()
    elif not isinstance(memo, Memo):
        raise TypeError(
            f"memo takes the .memo of an earlier result, or nothing for a new one; got {type(memo).__name__}."
        )
    graph = memo.snapshot(root)
    end = graph.index(leaf)
    reached = down(graph, FLOW)
    multiplications, misses = memo.multiplications, memo.misses
    gradient = _derivative(graph, end, memo, reached) if reached[end] else 0.0
    multiplications, misses = memo.multiplications - multiplications, memo.misses - misses
    return MemoizedGradient(gradient, multiplications, multiplications - misses, misses, memo)


def _derivative(graph: Graph, end: int, memo: Memo, reached: list[bool]) -> float:
    """Compute one derivative and those that it needs; a stack of its own instead of recursion."""

    def uses(index: int) -> list[Edge]:
        edges = [e for e in graph.consumers[index] if e.partial is not None and reached[e.target]]
        return sorted(edges, key=lambda edge: (-edge.target, edge.slot))  # in the order of `backward`

    def at(index: int) -> Value:
        value = graph.nodes[index].value
        assert value is not None  # no gradient flows to a plain number
        return value

    top = {root for root in graph.roots if not uses(root)}
    stack = [end]
    while at(end) not in memo:
        index = stack[-1]
        if at(index) in memo:
            stack.pop()
            continue
        edges = uses(index)
        missing = [edge.target for edge in edges if at(edge.target) not in memo]
        if missing:
            stack += reversed(missing)
            continue
        derivative = float(graph.roots.count(index)) if index in graph.roots else None
        for edge in edges:
            assert edge.partial is not None
            contribution = memo[at(edge.target)] * edge.partial
            derivative = contribution if derivative is None else derivative + contribution
            memo.multiplications += edge.target not in top  # the root's own derivative is 1
        assert derivative is not None
        if index == end and graph.nodes[index].op is None:
            return derivative
        memo.misses += index != end and index not in top
        memo[at(index)] = derivative
    return memo[at(end)]
