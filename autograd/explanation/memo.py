"""The chain rule with a hash table, to be run and watched: notes 004's memoization.

Computes one derivative at a time and counts what it multiplies; `Value.backward` is the same for all nodes
at once, `autograd.naive` the same without memory. Knows graphs and numbers; no operation by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.core.errors import StaleGraphError
from autograd.core.modes import state
from autograd.explanation.cost import reach
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.snapshot import Edge, Node

if TYPE_CHECKING:
    from autograd.core.value import Value


class Memo(dict["Value", float]):
    """The hash table: the derivative of the root with respect to every inner node that was asked for.

    Belongs to one root and one iteration: used after a leaf was assigned it raises `StaleGraphError`.

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

    @property
    def hits(self) -> int:
        """How often a stored derivative was found."""
        return self.multiplications - self.misses

    def snapshot(self, root: Value | Graph) -> Graph:
        """Return the graph to work on; refuse another root, and numbers of an earlier iteration."""
        if self._graph is None:
            self._graph = Graph.of(root)
            self._made = state.now
            return self._graph
        values = [self._graph.nodes[index].value for index in self._graph.roots]
        asked = [root.nodes[index].value for index in root.roots] if isinstance(root, Graph) else [root]
        if len(values) != len(asked) or any(a is not b for a, b in zip(values, asked, strict=True)):
            others = " + ".join(describe.name(value) for value in asked if value is not None)
            raise ValueError(
                f"This memo holds derivatives of {naming.root_name(self._graph)}, not of {others}. Every "
                f"root needs a memo of its own: leave the argument out."
            )
        for index in self._graph.leaves:
            node = self._graph.nodes[index]
            if node.value is not None and node.value._stamp > self._made:
                raise StaleGraphError(
                    f"{naming.names(self._graph)[index]} was {describe.number(node.data)} when these "
                    f"derivatives were stored, and is {describe.number(node.value.data)} now: a memo is "
                    f"valid for one iteration only (notes 004). Start with a new one: leave the argument out."
                )
        if isinstance(root, Graph):
            self._graph = root
        return self._graph


@dataclass(frozen=True)
class MemoizedGradient:
    """What `memoized_gradient` found: the derivative, this call's counters, and the hash table itself."""

    gradient: float
    multiplications: int
    hits: int
    misses: int
    memo: Memo


def memoized_gradient(root: Value | Graph, leaf: Value | Node, memo: Memo | None = None) -> MemoizedGradient:
    """Compute a derivative from those of the consumers, each stored in a hash table when it is first needed.

    Parameters
    ----------
    root : Value or Graph
    leaf : Value or Node
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

    Notes
    -----
    ∂L/∂u = Σ over consumers v of ∂L/∂v · ∂v/∂u, with ∂L/∂L = 1, which needs no multiplication (notes 004,
    S004-21 to S004-23).

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
    reached = reach(graph)
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
    while True:
        index = stack[-1]
        if at(index) in memo:
            if index == end:
                return memo[at(index)]
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
