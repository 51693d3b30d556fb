"""Draws the hash table of backpropagation: which derivative is computed once, and where it is looked up.

Runs `autograd.memoized_gradient` and shows what its table holds; computes no derivative of its own.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Unpack

from autograd import Graph, Memo, Node, Value, cost, memoized_gradient
from autograd.graph.names import Names
from autograd.text.numbers import counted, number, whole
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.figure import Figure
from viz.drawing.looks.sheet import SheetOptions
from viz.figures.names import legend, mathematics, names_of, numbered_words
from viz.figures.size import hidden_words

ROWS = 24  # of the table
_TERMS, _LISTED = 2, 5  # of a sum, and of those who look a derivative up
_HEADS = ("computed once, as", "hash table", "looked up for")


def memo(
    root: Value | Graph,
    leaves: Value | Node | str | Iterable[Value | Node | str] | None = None,
    *,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
    limit: int = ROWS,
    **sheet: Unpack[SheetOptions],
) -> Figure:
    """Draw the hash table of derivatives that one backward pass fills and reads.

    Each row is a derivative that is stored: on the left how it is computed, once; on the right for which
    others it is looked up, and how often. Below stand the multiplications with this table and without.

    Parameters
    ----------
    root : Value or Graph
        The result. A `Value` whose results have labels is collapsed to these, as the notes draw a network; a
        `Graph` stays as it is.
    leaves : Value, Node, label, or several of them, optional
        By what to differentiate: all leaves, plain numbers aside, unless it is given.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written, as in `viz.graph`.
    limit : int
        How many rows are drawn; the rest is counted.
    **sheet : size, font_size, theme
        How the picture looks, as `Figure.save` takes it.

    Returns
    -------
    Figure
        Shows itself in a notebook; `Figure.save` writes it.

    Raises
    ------
    KeyError
        If one of `leaves` is no node of the graph.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    See Also
    --------
    autograd.memoized_gradient : What fills the table.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> print(memo(J, names=locals()).text)
    hash table: 2 derivatives, computed once and found again 2 times
    <BLANKLINE>
      dJ/dJ = 1   known   looked up for dJ/dv
      dJ/dv = 3   1·∂J/∂v   looked up for dJ/da, dJ/du
      dJ/du = 3   dJ/dv·∂v/∂u   looked up for dJ/db, dJ/dc
    <BLANKLINE>
      5 multiplications without the table, path by path
      4 with it: a look-up each; 2 compute, 2 find
      a table is valid for one iteration: with new numbers begin a new one
      d counts every way from a node to J.
      ∂ counts this one arrow and holds everything else still.
      d is the sum over all paths of the products of the ∂.
    <BLANKLINE>
    """
    graph = Graph.of(root)
    if isinstance(root, Value) and _has_stations(graph):
        graph = graph.collapse()
    naming = names_of(graph, names, notation)
    return Figure(_Table(graph, naming, leaves, limit).drawing(), partial(mathematics, naming), **sheet)


def _has_stations(graph: Graph) -> bool:
    """Say whether results other than the root have labels."""
    return any(node.label and node.op is not None for node in graph.nodes if node.index not in graph.roots)


class _Table:
    """Collects what the drawing of the table needs."""

    def __init__(
        self,
        graph: Graph,
        naming: Names,
        leaves: Value | Node | str | Iterable[Value | Node | str] | None,
        limit: int,
    ) -> None:
        self.graph, self.naming, self.limit = graph, naming, limit
        wanted = graph.leaves if leaves is None else tuple(dict.fromkeys(graph.indices(leaves)))
        self.cost = cost(graph, [graph.nodes[index] for index in wanted])
        table = Memo()
        for index in wanted:
            memoized_gradient(graph, graph.nodes[index], table)
        self.stored = {graph.index(value): derivative for value, derivative in table.items()}
        asking = {*self.stored, *wanted}
        self.uses = [
            edge
            for edge in graph.edges
            if edge.partial is not None and edge.target in self.stored and edge.source in asking
        ]

    def drawing(self) -> Drawing:
        rows = list(self.stored)[: self.limit]
        columns: list[list[Box]] = [
            [Box(f"head-{i}", head, (head,), (), ("plain",), f"c{i}")] for i, head in enumerate(_HEADS)
        ]
        arrows = []
        for index in rows:
            computed, entry, asked = self._computed(index), self._entry(index), self._asked(index)
            kind = "root" if index in self.graph.roots else "leaf"
            words = (entry, computed, f"looked up for {asked}")
            columns[0].append(Box(f"made-{index}", computed, (computed,), (), ("plain",), "c0"))
            columns[1].append(Box(f"n{index}", entry, (entry,), words, (kind,), "c1"))
            columns[2].append(Box(f"uses-{index}", asked, (asked,), (), ("plain",), "c2"))
            arrows.append(Arrow(f"make-{index}", f"made-{index}", f"n{index}", "", ("flow",)))
            label = f"{self._count(index)}×"
            arrows.append(Arrow(f"use-{index}", f"n{index}", f"uses-{index}", label, ("path1",)))
        found = self.cost
        return Drawing(
            title=f"hash table: {counted(found.misses, 'derivative')}, computed once and found again "
            f"{counted(found.hits, 'time')}",
            description=f"Which derivatives of {self.naming.root} backpropagation stores, how each is "
            "computed once, and for which others it is looked up.",
            boxes=tuple(box for column in columns for box in column),
            arrows=tuple(arrows),
            caption=(
                *self._counts(len(rows)),
                *hidden_words(self.graph),
                *numbered_words(self.graph, self.naming),
                *legend(self.naming, self.uses),
            ),
            straight=True,
        )

    def _entry(self, index: int) -> str:
        return f"{self.naming.gradient(index)} = {number(self.stored[index])}"

    def _computed(self, index: int) -> str:
        """Return how a derivative is computed from those of its consumers."""
        terms = []
        for edge in self.uses:
            if edge.source == index:
                known = edge.target in self.graph.roots
                above = number(self.stored[edge.target]) if known else self.naming.gradient(edge.target)
                terms.append(f"{above}·{self.naming.local(edge)}")
        more = f" + … ({len(terms)} terms)" if len(terms) > _TERMS else ""
        return (" + ".join(terms[:_TERMS]) + more) or "known"

    def _asked(self, index: int) -> str:
        """Return for which derivatives one is looked up."""
        by = [self.naming.gradient(edge.source) for edge in self.uses if edge.target == index]
        by = list(dict.fromkeys(by))
        if len(by) <= _LISTED + 1:  # one more is shorter than to say so
            return ", ".join(by)
        return f"{', '.join(by[:_LISTED])} and {len(by) - _LISTED} more"

    def _count(self, index: int) -> int:
        return sum(edge.target == index for edge in self.uses)

    def _counts(self, rows: int) -> list[str]:
        found = self.cost
        words = [
            f"{counted(found.naive, 'multiplication')} without the table, path by path",
            f"{found.memoized} with it: a look-up each; {found.misses} compute, {found.hits} find",
            "a table is valid for one iteration: with new numbers begin a new one",
        ]
        if len(self.stored) > rows:
            words.append(f"{whole(len(self.stored) - rows)} of {whole(len(self.stored))} rows are not shown")
        return words
