"""Draws the chain rule itself: every path from the root to one leaf, its product, and the sum of all.

Reads `autograd.Graph.paths`; knows nothing of Graphviz and computes no derivative of its own.
"""

from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any, Unpack

from autograd import Graph, Node, Path, Value
from autograd.graph.names import Names
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.figure import Figure
from viz.drawing.looks.sheet import SheetOptions
from viz.drawing.looks.style import PATHS
from viz.figures.graph import directed, edge_label, from_left, node_box, room_for_symbols
from viz.figures.ledger import BOTH_WAYS, Ledger
from viz.figures.names import legend, mathematics, names_of, numbered_words
from viz.figures.size import PATH_NODES, TooLargeError, hidden_words, stations

CONTEXT_UP_TO = 16  # nodes: in a larger graph only those on the paths are drawn


def paths(
    root: Value | Graph,
    leaf: Value | Node | str,
    *,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
    limit: int = PATH_NODES,
    direction: str | None = None,
    **sheet: Unpack[SheetOptions],
) -> Figure:
    """Draw the paths over which the gradient of `root` reaches `leaf`, the product of each, and their sum.

    Each path has a colour, a dash and a number; its local derivatives stand on its arrows, which point as
    the gradient goes; its product stands at its end. Up to seven paths are drawn, the largest products
    first, and the rest is counted. In a large graph only the nodes on the paths are drawn.

    Parameters
    ----------
    root : Value or Graph
        The result, or a snapshot of its graph (a collapsed one too).
    leaf : Value, Node or label
        Where the paths end; any node.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written: `"leibniz"` (dL/dw), `"dvar"` (dw), `"bar"` (w with a bar) or `"notes"`
        (∂L/∂w, as local derivatives are).
    limit : int
        How many nodes may be drawn. Where the paths have more, the graph is collapsed to its labelled nodes.
    direction : str, optional
        Where values flow, as in `viz.graph`.
    **sheet : size, font_size, theme
        How the picture looks, as `Figure.save` takes it.

    Returns
    -------
    Figure
        Shows itself in a notebook; `Figure.save` writes it.

    Raises
    ------
    KeyError
        If `leaf` is no node of the graph.
    TooLargeError
        If the paths have more than `limit` nodes, also when collapsed.
    ValueError
        If `notation`, `direction` or something of the sheet is not known.

    See Also
    --------
    graph : The whole graph.
    autograd.paths : The paths as data.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> print(paths(J, b, names=locals()).text)
    dJ/db: 1 path
    <BLANKLINE>
      J → v → u → b   ∂J/∂v·∂v/∂u·∂u/∂b = 3·1·2 = 6
    ...
    """
    snapshot = Graph.of(root)
    end = snapshot.nodes[snapshot.index(leaf)]
    shown = list(islice(snapshot.paths(end), PATHS))
    if _nodes(shown) > limit:
        snapshot = stations(snapshot, end)
        shown = list(islice(snapshot.paths(end), PATHS))
    if _nodes(shown) > limit:
        raise TooLargeError(
            f"The largest paths lead through {_nodes(shown)} labelled nodes; a drawing holds {limit}.",
            "Label fewer of them, choose them with Graph(root).collapse([...]), or raise limit=... .",
        )
    naming = names_of(snapshot, names, notation)
    return Figure(
        _Pathways(snapshot, naming, end, shown).drawing(direction), partial(mathematics, naming), **sheet
    )


class _Pathways:
    """Collects what the drawing of the paths to one leaf needs."""

    def __init__(self, graph: Graph, naming: Names, leaf: Node, shown: list[Path]) -> None:
        self.graph, self.naming = graph, naming
        self.leaf = graph.index(leaf)
        self.told = set(range(len(graph.nodes))) - naming.default_operands
        self.ledger = Ledger(graph, naming, self.leaf, shown)

    def drawing(self, direction: str | None) -> Drawing:
        drawings = [self._drawing(symbols) for symbols in (True, False)]
        whole = len(self._kept()) == len(self.told)
        like = from_left(self.graph, self.naming, symbols=False) if whole else None
        return directed(drawings, self.graph.depth, direction, like=like)

    def _drawing(self, symbols: bool) -> Drawing:
        kept = self._kept()
        boxes = [*self.ledger.boxes(), *self._boxes(kept)]
        arrows = [*self._ledger_arrows(), *self._arrows(kept, symbols)]
        caption = [*hidden_words(self.graph), *numbered_words(self.graph, self.naming)]
        if len(kept) < len(self.told):
            caption.append(f"{len(self.told) - len(kept)} of {len(self.told)} nodes are not shown")
        read = {edge.source for index in kept for edge in self.naming.shown_operands(index)}
        caption += self.naming.told(sorted(read - kept))
        if not self.ledger.count:
            caption.append(self.ledger.none)
        if len({arrow.backward for arrow in arrows}) > 1:
            caption.append(BOTH_WAYS)
        caption += legend(self.naming, self.ledger.over, self.leaf)
        listing = self.ledger.listing()
        return Drawing(
            title=self.ledger.title,
            description=f"Chain-rule paths of {self.ledger.symbol}. " + " ".join(f"{s}." for s in listing),
            boxes=tuple(boxes),
            arrows=tuple(arrows),
            caption=tuple(caption),
            listing=tuple(listing),
        )

    def _kept(self) -> set[int]:
        if len(self.told) <= CONTEXT_UP_TO:
            return self.told
        return {self.leaf, *self.graph.roots} | {index for path in self.ledger.shown for index in path.nodes}

    def _ledger_arrows(self) -> list[Arrow]:
        leaf = f"n{self.leaf}"
        arrows = []
        for k in range(1, len(self.ledger.shown) + 1):
            arrows.append(Arrow(f"p{k}-end", f"p{k}", leaf, "", (f"path{k}",), backward=True))
            if self.ledger.count > 1:
                arrows.append(Arrow(f"p{k}-sum", "sum", f"p{k}", "", (f"path{k}",), backward=True))
        if self.ledger.more:
            arrows.append(Arrow("rest-end", "rest", leaf, "", ("others",), backward=True))
            arrows.append(Arrow("rest-sum", "sum", "rest", "", ("others",), backward=True))
        return arrows

    def _boxes(self, kept: set[int]) -> list[Box]:
        swept = (node.grad is not None for node in self.graph.nodes)
        return [
            node_box(self.graph, self.naming, index, with_gradient=known)
            for index, known in enumerate(swept)
            if index in kept
        ]

    def _arrows(self, kept: set[int], symbols: bool) -> list[Arrow]:
        arrows = []
        over = self.ledger.over
        symbols = symbols and room_for_symbols(self.naming, over)
        for i, edge in enumerate(self.graph.edges):
            source, target = f"n{edge.source}", f"n{edge.target}"
            if edge in over:
                label = self.ledger.marks(edge) + edge_label(self.naming, edge, symbols=symbols)
                for k in over[edge]:
                    text = label if k == over[edge][0] else ""
                    arrows.append(
                        Arrow(
                            f"e{i}-p{k}", source, target, text, (f"path{k}",), backward=True, quiet=not text
                        )
                    )
            elif edge.source in kept and edge.target in kept:
                arrows.append(Arrow(f"e{i}", source, target, "", ("faint",)))
        return arrows


def _nodes(paths: list[Path]) -> int:
    return len({index for path in paths for index in path.nodes})
