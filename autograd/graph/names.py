"""What the nodes of a graph are called, and the symbols of their derivatives: no two alike.

A label is the learner's own word; borne twice, the second is ``x (2)``. A node without one is v₁, v₂, … in
the order of the graph, a root without one f; a number that the learner uses is skipped. A collapsed graph has
the names of the whole. Knows no path, no step and no rule; how something is written stands in
`autograd.text`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import count
from typing import TYPE_CHECKING

from autograd.core.errors import NotationError
from autograd.graph.sweeps import COUNTS, down
from autograd.text import symbols
from autograd.text.forms import LISTED, PLAIN, TYPED, Forms, Piece
from autograd.text.labels import read
from autograd.text.numbers import enough, number, shown_digits, whole
from autograd.text.symbols import Notation

if TYPE_CHECKING:
    from autograd.graph.snapshot import Edge, Node, Snapshot

DEFINED = 24  # nodes of which one output says what they are


@dataclass
class Known:
    """What a graph remembers of its names: labels, how nodes are called, and that written in some forms."""

    own: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
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
    aloud : bool
        Whether symbols are words, as they are read out; see `spoken`.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> names = Graph(3 * (a + b)).names
    >>> list(names), names.formula(4), names.gradient(2)
    (['a', 'b', 'v₁', '3', 'f'], '3 * v₁', 'df/dv₁')
    >>> names.definitions([4])
    [('v₁', 'a + b'), ('f', '3 * v₁')]
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
        self.aloud = False
        if graph.whole is not graph:
            self._whole = graph.whole.names if label is None else Names(graph.whole, label, forms)
        self._make(label or (lambda node: node.label))
        if notation == "notes":
            self._refuse_both()
        if notation != "leibniz":
            self._refuse_names()

    def _make(self, label: Callable[[Node], str]) -> None:
        known, whole = self._known, self._whole
        self.pieces: list[Piece] = known.pieces.get(self.forms, [])
        if self.pieces:
            return
        if not known.words and whole is not None:
            places = (None if n.value is None else whole.graph.index(n) for n in self.graph.nodes)
            known.words = ["" if place is None else whole._known.words[place] for place in places]
        elif not known.words:
            known.own = [label(node) for node in self.graph.nodes]
            known.words = self._chosen(known.own)
        self.pieces += map(self._piece, self.graph.nodes, known.words)
        known.pieces[self.forms] = self.pieces

    def _chosen(self, own: list[str]) -> list[str]:
        """Choose what the nodes are called, of their own labels; "" for plain numbers."""
        written, words, borne = self.forms.name, list(own), Counter[str]()
        taken = set(map(written, set(own)))
        for index, word in enumerate(own):
            name = written(word)
            borne[name] += 1
            if word and borne[name] > 1:
                while written(again := f"{word} ({borne[name]})") in taken:
                    borne[name] += 1
                words[index] = again
                taken.add(written(again))
        unnamed = [node.index for node in self.graph.nodes if not own[node.index] and not node.constant]
        roots = sorted(set(unnamed).intersection(self.graph.roots))
        if len(roots) == 1 and "f" not in taken:
            words[roots[0]] = "f"
        elif len(roots) > 1:
            _number("f", roots, words)
        _number("v", (index for index in unnamed if not words[index]), words)
        return words

    def _piece(self, node: Node, word: str) -> Piece:
        return self.forms.named(word) if word else self.forms.number(node.data)

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

    def filled(self, index: int) -> str:
        """Return the operation that made a node with its operands' numbers; "" where there is no formula.

        Examples
        --------
        >>> from autograd import Graph, values
        >>> a, b = values(a=2.0, b=-3.0)
        >>> graph = Graph(a * b)
        >>> graph.names.filled(2)
        '2·(-3)'
        """
        op, operands = self.graph.nodes[index].op, self.shown_operands(index)
        if op is None or not operands:
            return ""
        with shown_digits(self.digits(index)):
            return PLAIN.operation(op, operands, lambda e: PLAIN.number(self.graph.nodes[e.source].data)).text

    def digits(self, index: int) -> int:
        """Return how many digits its operands need for an operation in numbers to give its value.

        Examples
        --------
        >>> from autograd import Graph, values
        >>> a, b = values(a=195.03, b=195.0)
        >>> graph = Graph(a - b)
        >>> graph.names.digits(2), graph.names.filled(2)
        (5, '195.03 - 195')
        """
        node, numbers = self.graph.nodes[index], list[float]()
        op = node.op if self.shown_operands(index) else None
        if op is not None:
            numbers = [self.graph.nodes[e.source].data for e in self.graph.operands[index]]
        return enough(node.data, lambda *shown: op.evaluate(shown)[0] if op else node.data, *numbers)

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
        """Say whether a node is labelled with the operation that made it."""
        return not self.graph.nodes[index].constant and self[index] == self.formula(index)

    def unnamed(self, index: int) -> bool:
        """Say whether the learner has given a node no label, or one that another node bears, too."""
        names, node = self._whole or self, self.graph.nodes[index]
        place = None if node.value is None else names.graph.index(node)
        return place is not None and names._known.words[place] != names._known.own[place]

    def definitions(self, nodes: Iterable[int]) -> list[tuple[str, str]]:
        """Say what nodes are that the learner has not named, and those that they are made of.

        Returns
        -------
        list of tuple
            Name and formula, or number of a leaf, in the order of the graph. Of very many, those nearest to
            `nodes` are told.
        """
        names, told = self._whole or self, set[int]()
        graph, known = names.graph, names._known
        waiting = deque(graph.index(self.graph.nodes[index]) for index in nodes if self._known.words[index])
        while waiting and len(told) < DEFINED:
            index = waiting.popleft()
            if index not in told and known.words[index] != known.own[index]:
                told.add(index)
                waiting += (edge.source for edge in names.shown_operands(index))
        return [
            (names[index], names.formula(index) or number(graph.nodes[index].data)) for index in sorted(told)
        ]

    def told(self, nodes: Iterable[int]) -> list[str]:
        """Return the definitions of nodes as lines: ``v₁ = b * c``."""
        found = self.definitions(nodes)
        lines = [f"{name} = {made}" for name, made in found]
        return [*lines, "and so on, down to the leaves"] if len(found) == DEFINED else lines

    def gradient(self, index: int) -> str:
        """Return the symbol of a node's gradient: the derivative of the root by it, along all paths."""
        if self.aloud:
            return symbols.spoken_gradient(self.root, self[index])
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
        if self.aloud:
            return symbols.spoken_local(self[edge.target], self[edge.source], self._slot(edge))
        return symbols.local(self.forms, self.pieces[edge.target], self.pieces[edge.source], self._slot(edge))

    def _slot(self, edge: Edge) -> int | None:
        return edge.slot if edge in self.graph.repeated else None

    def giver(self, edge: Edge) -> str:
        """Return the node over which a gradient arrives; of two arrows from there, also which one."""
        return self[edge.target] + (f" ({self.local(edge)})" if edge in self.graph.repeated else "")

    @cached_property
    def spoken(self) -> Names:
        """The same with symbols as they are called aloud.

        Examples
        --------
        >>> from autograd import Graph, Value
        >>> graph = Graph(3 * Value(2.0, label="x"))
        >>> graph.names.spoken.gradient(0), graph.names.spoken.local(graph.edges[1])
        ('gradient of f by x', 'local derivative of f by x')
        """
        found = copy(self)
        found.aloud = True
        return found

    def legend(self, index: int | None = None, edges: Iterable[Edge] = ()) -> tuple[str, ...]:
        r"""Tell gradients and local derivatives apart, in a few sentences, to be said once in an output.

        Parameters
        ----------
        index : int, optional
            The node whose gradient it is about, if there is one.
        edges : iterable of Edge
            Those whose symbols are shown: where one is ∂₁f, it is said what that means.

        Examples
        --------
        >>> from autograd import Graph, Value
        >>> graph = Graph(Value(3.0, label="x") ** 2.0 * Value(1.0, label="w"))
        >>> print(*graph.names.legend(0), sep="\n")
        d counts every way from x to f.
        ∂ counts this one arrow and holds everything else still.
        d is the sum over all paths of the products of the ∂.
        """
        told = symbols.legend(self.root, "a node" if index is None else self[index], self.notation)
        twice = next((edge for edge in edges if edge in self.graph.repeated), None)
        if twice is None:
            return told
        uses = [edge for edge in self.graph.operands[twice.target] if edge.source == twice.source]
        by = [f"{self.local(edge)} is by the {symbols.ordinal(edge.slot)} operand" for edge in uses[:2]]
        return (*told, f"{', '.join(by)} of {self[twice.target]} alone.")

    def _refuse_names(self) -> None:
        """Refuse a notation in which the gradient of one node is what another is called."""
        called = set(self)
        for index, name in enumerate(self):
            if (symbol := self.gradient(index)) in called:
                raise ValueError(
                    f'notation="{self.notation}" writes {symbol} for the gradient of {name}, and a node is '
                    f"called {symbol}, too: it would stand for two numbers. Give that node another label, or "
                    f'use notation="leibniz", which writes {self._leibniz(index)}.'
                )

    def _leibniz(self, index: int) -> str:
        return symbols.gradient(self.forms, self.root_piece, self.pieces[index])

    def _refuse_both(self) -> None:
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
                    f"{self.spoken.gradient(edge.source)} over all {whole(ways[edge.source])} ways, and "
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


def _number(letter: str, places: Iterable[int], words: list[str]) -> None:
    """Call nodes by a letter and a number that no label has: v_1, v_2, and so on."""
    labels = (label for label in map(read, set(words)) if label and label.letters == letter)
    used = {"".join(label[1:]) for label in labels}
    free = (k for k in count(1) if str(k) not in used)
    for place, k in zip(places, free, strict=False):
        words[place] = f"{letter}_{k}"
