"""Best-first search: the paths of a graph by the size of their product, one at a time.

The largest product that each node can still reach is known beforehand (one sweep), so the first
completion of any beginning is known as well; every path that is listed queues those that first leave it at
a later turn. The work per path listed is its length, whatever the number of paths. Knows numbers only.
"""

from __future__ import annotations

import heapq
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from autograd.graph.snapshot import Edge, Snapshot
from autograd.graph.sweeps import Semiring, up

Size = tuple[float, float]  # exponent and mantissa of a magnitude: ordered beyond the range of floats, too

ONE: Size = (1, 0.5)
ZERO: Size = (-math.inf, 0.0)
NO_PATH: Size = (-math.inf, -1.0)
INFINITE: Size = (math.inf, 1.0)
NAN: Size = (math.inf, 2.0)


def size(x: float) -> Size:
    """Return |x| as (exponent, mantissa), so that tuples compare as magnitudes do; nan is above inf.

    Examples
    --------
    >>> size(3.0) < size(-4.0) < size(float("inf")) < size(float("nan"))
    True
    """
    if math.isnan(x):
        return NAN
    if math.isinf(x):
        return INFINITE
    mantissa, exponent = math.frexp(abs(x))
    return (exponent, mantissa) if mantissa else ZERO


def times(a: Size, b: Size) -> Size:
    """Multiply two magnitudes; nan and inf absorb, zero included, so that the order of factors is monotone.

    Examples
    --------
    >>> times(size(3.0), size(4.0)) == size(12.0), times(ZERO, INFINITE) == INFINITE
    (True, True)
    """
    exponent, mantissa = a[0] + b[0], a[1] * b[1]
    if not math.isfinite(exponent):
        return max(a, b) if max(a, b) >= INFINITE else ZERO
    return (exponent, mantissa) if mantissa >= 0.5 else (exponent - 1, 2 * mantissa)


# The size of the largest path: multiplied along it, and the larger of two is kept.
LARGEST: Semiring[Size] = Semiring(
    NO_PATH, ONE, max, times, lambda edge: NO_PATH if edge.partial is None else size(edge.partial)
)


class Turn(NamedTuple):
    """Where a path leaves the best way on: at its `position`-th node it takes the option of that `rank`.

    `place` is that option's place among the operands, `instead` the place of the best option.
    """

    position: int
    rank: int
    place: int
    instead: int


NO_TURN = Turn(sys.maxsize, 0, 0, 0)  # behind the last turn of a path


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path not listed yet: its size, its root and its turns; elsewhere it follows the best option."""

    size: Size
    start: int
    turns: tuple[Turn, ...]

    def __lt__(self, other: Candidate) -> bool:
        if self.size != other.size:
            return self.size > other.size
        if self.start != other.start:
            return self.start < other.start
        for mine, theirs in zip_longest(self.turns, other.turns, fillvalue=NO_TURN):
            if mine.position < theirs.position:
                return mine.place < mine.instead
            if mine.position > theirs.position:
                return theirs.instead < theirs.place
            if mine != theirs:
                return mine.place < theirs.place
        return False


class Options:
    """For every node its edges towards the leaf, by the largest product that still lies behind them."""

    def __init__(self, graph: Snapshot, leaf: int) -> None:
        self._operands = graph.operands
        self._ranked: dict[tuple[int, Size], list[tuple[Size, int, Edge]]] = {}
        self.best = up(graph, LARGEST, [leaf])

    def after(self, begun: Size, node: int) -> list[tuple[Size, int, Edge]]:
        """Return (bound, place, edge), best first, for a path that has come to a node with the size `begun`.

        Behind a zero, an infinity or a nan most options are equally large, and then their place decides.
        """
        kind = begun if begun in (ZERO, INFINITE, NAN) else ONE
        if (node, kind) not in self._ranked:
            found = [(times(kind, bound), place, edge) for bound, place, edge in self._bounds(node)]
            found.sort(key=lambda option: option[0], reverse=True)  # stable: ties by place
            self._ranked[node, kind] = found
        return self._ranked[node, kind]

    def _bounds(self, node: int) -> Iterator[tuple[Size, int, Edge]]:
        for place, edge in enumerate(self._operands[node]):
            if edge.partial is not None and self.best[edge.source] != NO_PATH:
                yield times(size(edge.partial), self.best[edge.source]), place, edge


def ranked(graph: Snapshot, leaf: int) -> Iterator[tuple[tuple[Edge, ...], int]]:
    """Yield every path from a root to a node as (edges, root), by |product| descending, ties by operand."""
    options = Options(graph, leaf)
    largest = (options.best[root] for root in graph.roots)
    queue = [Candidate(bound, start, ()) for start, bound in enumerate(largest) if bound != NO_PATH]
    heapq.heapify(queue)
    while queue:
        path = heapq.heappop(queue)
        node, begun = graph.roots[path.start], ONE
        edges: list[Edge] = []
        turns = {turn.position: turn.rank for turn in path.turns}
        last = path.turns[-1].position if path.turns else 0
        while node != leaf:
            here = options.after(begun, node)
            position = len(edges)
            rank = turns.get(position, 0)
            if position >= last and rank + 1 < len(here):
                bound, place, _ = here[rank + 1]
                kept = path.turns[:-1] if position in turns else path.turns
                turn = Turn(position, rank + 1, place, here[0][1])
                heapq.heappush(queue, Candidate(times(begun, bound), path.start, (*kept, turn)))
            edge = here[rank][2]
            assert edge.partial is not None
            begun = times(begun, size(edge.partial))
            edges.append(edge)
            node = edge.source
        yield tuple(edges), graph.roots[path.start]
