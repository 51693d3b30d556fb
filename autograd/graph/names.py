"""What the nodes of a graph are called, and the symbols of their derivatives.

A label is the learner's own word and stays as it is. Without one, a node goes by a short expression, else by
its number in the graph (``n7``); a root without a name is ``f``. A collapsed graph has the names of the
whole. Knows no path, no step and no rule; how something is written stands in `autograd.text.forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from autograd.core.errors import NotationError
from autograd.graph.sweeps import COUNTS, down
from autograd.text import labels, symbols
from autograd.text.forms import LISTED, TYPED, Forms, Piece
from autograd.text.numbers import number, whole
from autograd.text.symbols import Notation

if TYPE_CHECKING:
    from autograd.graph.snapshot import Edge, Node, Snapshot

SHORT = 16  # characters: an expression up to this length is a name
Word = str | tuple[str, int] | None  # a label; a letter and a number; None: what the node is


@dataclass
class Known:
    """What a graph remembers of its names: how its nodes are called, and that written in some forms."""

    words: list[Word] = field(default_factory=list)
    pieces: dict[Forms, list[Piece]] = field(default_factory=dict)


class Names:
    """Names, formulas and symbols of the nodes of one graph; a sequence of names in topological order.

    Parameters
    ----------
    graph : Graph
    label : callable, optional
        Gives a node's label, or ""; by default the one that it has.
    forms : Forms
        How they are written; as the learner would type them, if nothing else is said.
    known : Known, optional
        Names that were made before. A graph keeps these and no `Names`, which would keep the graph alive.
    notation : str
        How gradients are written: a key of `autograd.text.symbols.NOTATIONS`.

    Attributes
    ----------
    pieces : list of Piece
        The names, and how tightly each binds.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> names = Graph(3 * (a + b)).names
    >>> list(names), names.formula(4), names.gradient(2)
    (['a', 'b', 'a + b', '3', 'f'], '3 * (a + b)', 'df/d(a + b)')
    """

    def __init__(
        self,
        graph: Snapshot,
        label: Callable[[Node], str] | None = None,
        forms: Forms = TYPED,
        known: Known | None = None,
        notation: Notation = "leibniz",
    ) -> None:
        self.graph, self.forms, self._known, self.notation = graph, forms, known or Known(), notation
        self._whole: Names | None = None
        if graph.whole is not graph:
            self._whole = graph.whole.names if label is None else Names(graph.whole, label, forms)
        self._make(label or (lambda node: node.label))
        if notation == "notes":
            self._refuse_shared()

    def _make(self, label: Callable[[Node], str]) -> None:
        known, whole = self._known, self._whole
        self.pieces: list[Piece] = known.pieces.get(self.forms, [])
        if self.pieces:
            return
        if whole is not None and not known.words:
            places = (None if n.value is None else whole.graph.index(n) for n in self.graph.nodes)
            known.words = [None if place is None else whole._known.words[place] for place in places]
        if known.words:
            self.pieces += map(self._piece, self.graph.nodes, known.words)
        else:
            known.words = self._chosen(label)
        known.pieces[self.forms] = self.pieces

    def _chosen(self, label: Callable[[Node], str]) -> list[Word]:
        """Choose what the nodes are called, and write it as the learner would."""
        words: list[Word] = []
        for node in self.graph.nodes:
            word: Word = label(node) or None
            piece = self._piece(node, word)
            if word is None and not node.constant and not 0 < len(piece.text) <= SHORT:
                word = ("n", node.index)
                piece = self._piece(node, word)
            words.append(word)
            self.pieces.append(piece)
        taken = set(self)
        for root in self.graph.roots:
            letter: Word = "f" if len(self.graph.roots) == 1 else ("f", root)
            piece = self._piece(self.graph.nodes[root], letter)
            if not label(self.graph.nodes[root]) and piece.text not in taken:
                words[root], self.pieces[root] = letter, piece
        return words

    def _piece(self, node: Node, word: Word) -> Piece:
        if node.constant:
            return self.forms.number(node.data)
        if isinstance(word, str):
            return self.forms.named(word)
        if word is not None:
            numbered = "{}_{}".format(*word)
            return self.forms.named(numbered) if self.forms.typeset else Piece(labels.drawn(numbered))
        if self._whole is not None:
            return self._whole.pieces[self._whole.graph.index(node)]
        return self._made(node.index)

    def _made(self, index: int, listed: int = LISTED) -> Piece:
        op, operands = self.graph.nodes[index].op, self.shown_operands(index)
        if op is None or not operands:
            return Piece("")
        left_out = len(self.graph.operands[index]) - len(operands)
        return self.forms.operation(op, operands, lambda edge: self.pieces[edge.source], listed, left_out)

    def within(self, forms: Forms) -> Names:
        """Return the same names in typeset mathematics; in plain text they stay as they are typed."""
        if not forms.typeset or forms is self.forms:
            return self
        found = copy(self)
        found.forms, found._whole = forms, self._whole and self._whole.within(forms)
        found._make(lambda node: node.label)
        return found

    def __len__(self) -> int:
        return len(self.pieces)

    def __getitem__(self, index: int) -> str:
        return self.pieces[index].text

    def __iter__(self) -> Iterator[str]:
        return (piece.text for piece in self.pieces)

    @property
    def root(self) -> str:
        """What is differentiated: the root's name, or the sum of the roots."""
        return self.root_piece.text

    @property
    def root_piece(self) -> Piece:
        """What is differentiated, and how tightly that binds."""
        return reduce(
            lambda a, b: self.forms.infix("+", a, b), map(self.pieces.__getitem__, self.graph.roots)
        )

    def formula(self, index: int, listed: int = LISTED) -> str:
        """Return the operation that made a node, on its operands' names; "" for a leaf or a collapsed node.

        Of a function's operands so many are `listed`.
        """
        return self._made(index, listed).text

    def composed(self, index: int, most: int = 12) -> str:
        """Return the formula of a node with the operations that a collapse has hidden written out.

        "" for a leaf, and where more than so many are hidden.

        Examples
        --------
        >>> from autograd import Graph, values
        >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
        >>> graph = Graph(3 * (a + b * c)).collapse()
        >>> graph.names.formula(3), graph.names.composed(3)
        ('', '3 * (a + b * c)')
        """
        whole = self._whole
        if whole is None:
            return self.formula(index)
        places = (None if node.value is None else whole.graph.index(node) for node in self.graph.nodes)
        kept = {place: piece for place, piece in zip(places, self.pieces, strict=True) if place is not None}
        end = whole.graph.index(self.graph.nodes[index])
        hidden, waiting = {end}, [end]
        while waiting and len(hidden) <= most + 1:
            sources = {edge.source for edge in whole.graph.operands[waiting.pop()]} - kept.keys() - hidden
            fresh = [source for source in sources if whole.graph.nodes[source].op is not None]
            hidden.update(fresh)
            waiting += fresh
        if waiting:
            return ""
        written = kept
        for place in sorted(hidden):
            node, operands = whole.graph.nodes[place], whole.shown_operands(place)
            if node.op is None or not operands:
                return ""
            left_out = len(whole.graph.operands[place]) - len(operands)
            written[place] = self.forms.operation(
                node.op, operands, lambda e: written.get(e.source, whole.pieces[e.source]), LISTED, left_out
            )
        return written[end].text

    def spelled(self, index: int) -> bool:
        """Say whether a node goes by the operation that made it."""
        return not self.graph.nodes[index].constant and self[index] == self.formula(index)

    def gradient(self, index: int) -> str:
        """Return the symbol of a node's gradient: the derivative of the root by it, along all paths."""
        return symbols.gradient(self.forms, self.root_piece, self.pieces[index], self.notation)

    def local(self, edge: Edge) -> str:
        """Return the symbol of the local derivative on an edge.

        Where a node uses one operand twice, each edge carries the derivative in that operand alone.

        Examples
        --------
        >>> from autograd import Graph, Value
        >>> x = Value(3.0, label="x")
        >>> [graph.names.local(edge) for graph in (Graph(x * x), Graph(3 * x)) for edge in graph.edges]
        ['∂₁f', '∂₂f', '∂f/∂3', '∂f/∂x']
        """
        return symbols.local(self.forms, self.pieces[edge.target], self.pieces[edge.source], self._slot(edge))

    def _slot(self, edge: Edge) -> int | None:
        return edge.slot if edge in self.graph.repeated else None

    def spoken_gradient(self, index: int) -> str:
        """Return what a node's gradient is called aloud: ``gradient of L by w``."""
        return symbols.spoken_gradient(self.root, self[index])

    def spoken_local(self, edge: Edge) -> str:
        """Return what an edge's local derivative is called aloud: ``local derivative of v by u``."""
        return symbols.spoken_local(self[edge.target], self[edge.source], self._slot(edge))

    def legend(self, index: int | None = None) -> tuple[str, str, str]:
        """Tell gradients and local derivatives apart, in three sentences; of one node, if one is given."""
        return symbols.legend(self.root, "a node" if index is None else self[index], self.notation)

    def _refuse_shared(self) -> None:
        """Refuse to write ∂ for both where an arrow to the root is not the only way to it."""
        graph = self.graph
        if len(graph.roots) > 1:
            return  # what is differentiated is their sum, to which no arrow leads
        ways = down(graph, COUNTS)
        for edge in graph.operands[graph.roots[0]]:
            if edge.partial is not None and ways[edge.source] > 1 and edge not in graph.repeated:
                symbol, node = self.gradient(edge.source), self[edge.source]
                raise NotationError(
                    f'notation="notes" writes ∂ for gradients and local derivatives alike, and {symbol} '
                    f"would stand for two numbers here: {number(graph.adjoints[edge.source] or 0.0)}, the "
                    f"{self.spoken_gradient(edge.source)} over all {whole(ways[edge.source])} ways, and "
                    f"{number(edge.partial)}, the derivative on the arrow from {node} to {self.root} alone.",
                    f'Use notation="leibniz", which writes d for the first, or draw {self.root} from its '
                    f"leaves alone: Graph(root).collapse(leaves).",
                )

    def shown_operands(self, index: int) -> tuple[Edge, ...]:
        """Return the edges from a node's operands that are worth showing: not those left at their default.

        There are none for a leaf, and none for a node of a collapsed graph whose operands are hidden.
        """
        node, edges = self.graph.nodes[index], self.graph.operands[index]
        if node.op is None or node.value is None:
            return ()
        parents = node.value.parents
        if self.graph.hidden and not (
            len(parents) == len(edges)
            and all(
                self.graph.nodes[edge.source].constant or self.graph.nodes[edge.source].value is parent
                for edge, parent in zip(edges, parents, strict=True)
            )
        ):
            return ()
        return edges[: len(node.op.shown_operands(parents))] if node.op.defaults else edges

    @cached_property
    def default_operands(self) -> frozenset[int]:
        """The plain numbers that are operands left at their default: recorded, but shown nowhere.

        Examples
        --------
        >>> from autograd import Graph, dot, values
        >>> w, x = values(w=2.0, x=3.0)
        >>> names = Graph(dot([w], [x])).names
        >>> list(names), names.default_operands
        (['w', 'x', '0', 'f'], frozenset({2}))
        """
        edges = (
            self.graph.operands[index][len(shown) :]
            for index in range(len(self))
            if (shown := self.shown_operands(index))
        )
        return frozenset(edge.source for rest in edges for edge in rest)
