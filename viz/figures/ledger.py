"""Writes down the chain rule for one leaf: every path with its product, and the sum of all.

`viz.paths` shows it beside the graph and `viz.network` below the net; it knows neither.
"""

import math
from itertools import islice

from autograd import Edge, Graph, Path
from autograd.graph.names import Names
from autograd.text.numbers import NOISE, counted, number, product, summed, whole
from viz.drawing.drawing import Box

BOTH_WAYS = "grey: values flow forward; coloured: the gradient flows back"
_CIRCLED = "①②③④⑤⑥⑦"
_LONGEST_PRODUCT = 8
MOST_ADDED = 1000


class Ledger:
    """The paths to one leaf that are drawn, by number, and what all of them add up to.

    Parameters
    ----------
    graph : Graph
    naming : Names
    leaf : int
        Its index in the graph.
    shown : list of Path
        Those that are drawn; the others are counted.

    Attributes
    ----------
    over : dict of Edge to list of int
        The numbers of the paths that take an edge.
    """

    def __init__(self, graph: Graph, naming: Names, leaf: int, shown: list[Path]) -> None:
        self.naming, self.shown = naming, shown
        found = graph.paths(graph.nodes[leaf])
        self.count, self.total = found.count, found.total
        products = [path.product for path in shown]
        self.others = self.total - sum(products)
        if self.more and abs(self.others) < NOISE * max(map(abs, products)):
            rest = islice(found, len(shown), MOST_ADDED)  # one by one: the difference is nothing but rounding
            self.others = math.fsum(path.product for path in rest)
        self.symbol = naming.gradient(leaf)
        self.title = f"{self.symbol}: {whole(self.count)} {'path' if self.count == 1 else 'paths'}"
        self.none = f"no path leads from {naming.root} to {naming[leaf]}: {self.symbol} = 0"
        self.over: dict[Edge, list[int]] = {}
        for k, path in enumerate(shown, 1):
            for edge in path.edges:
                self.over.setdefault(edge, []).append(k)

    @property
    def more(self) -> bool:
        """Whether there are more paths than are drawn."""
        return self.count > len(self.shown)

    def marks(self, edge: Edge) -> str:
        """Return the numbers of the paths that take an edge, as its label begins with them."""
        return "".join(_CIRCLED[k - 1] for k in self.over[edge]) + " " if self.count > 1 else ""

    def listing(self) -> list[str]:
        """Return what the nodes without a label are, a line for every path, and their sum."""
        lines = self.naming.told(dict.fromkeys(index for path in self.shown for index in path.nodes))
        for k, path in enumerate(self.shown, 1):
            chain = " → ".join(_clipped([self.naming[index] for index in path.nodes]))
            factors = "·".join(_clipped([self.naming.local(e) for e in path.edges])) or self.symbol
            start = f"path {k}:  " if self.count > 1 else ""
            lines.append(f"{start}{chain}   {factors} = {_equation(path)}")
        return [*lines, *([self._rest()] if self.more else []), *self._sum()]

    def boxes(self) -> list[Box]:
        """Return the boxes with each path's product, and first the one with their sum."""
        if self.count == 1:
            line = f"{self.symbol} = {_equation(self.shown[0])}"
            return [Box("p1", "product", (line,), (), ("product1",))]
        boxes = [Box("sum", "sum", (line,), (), ("sum",)) for line in self._sum()]
        for k, path in enumerate(self.shown, 1):
            line = f"{_CIRCLED[k - 1]} {_equation(path)}"
            boxes.append(Box(f"p{k}", f"path {k}", (line,), (), (f"product{k}",)))
        if self.more:
            boxes.append(Box("rest", "more paths", (self._rest(),), (), ("plain",)))
        return boxes

    def _rest(self) -> str:
        return f"{counted(self.count - len(self.shown), 'more path')}: together {number(self.others)}"

    def _sum(self) -> list[str]:
        if self.count < 2:
            return []
        if self.more:
            return [f"{self.symbol} = {number(self.total)}"]
        return [f"{self.symbol} = {summed([path.product for path in self.shown], self.total)}"]


def _equation(path: Path) -> str:
    partials = path.partials
    if len(partials) < 2:
        return number(path.product)
    if len(partials) <= _LONGEST_PRODUCT:
        return f"{product(partials)} = {number(path.product)}"
    factors = f"{product(partials[:4])}·…·{product(partials[-2:])} ({len(partials)} factors)"
    return f"{factors} = {number(path.product)}"


def _clipped(texts: list[str]) -> list[str]:
    return texts if len(texts) <= _LONGEST_PRODUCT + 1 else [*texts[:4], "…", *texts[-3:]]
