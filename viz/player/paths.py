"""Lists the chain-rule paths of a walkthrough by share; reads `Graph.paths`, computes no derivative."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from autograd import Graph
from autograd.graph.names import Names
from autograd.graph.sweeps import SIZES, down
from autograd.text.numbers import number, product

LISTED_LEAVES = 24
LISTED_PATHS = 8  # of each leaf
_FACTORS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """One path: its edges (places in the graph's listing), its words, its product and its share."""

    edges: tuple[int, ...]
    chain: str
    equation: str
    product: float
    share: float


def ranked(graph: Graph, naming: Names, leaf: int, mass: float) -> list[Ranked]:
    """Return the paths to a leaf with the largest |product|; `mass` is the sum of all their |products|."""
    places = {edge: i for i, edge in enumerate(graph.edges)}
    found = []
    for path in islice(graph.paths(graph.nodes[leaf]), LISTED_PATHS):
        chain = " → ".join(_clipped([naming[i] for i in path.nodes]))
        factors = (
            product(path.partials) if len(path.partials) <= _FACTORS else f"{len(path.partials)} factors"
        )
        share = abs(path.product) / mass if mass else 0.0
        edges = tuple(places[edge] for edge in path.edges)
        found.append(Ranked(edges, chain, f"{factors} = {number(path.product)}", path.product, share))
    return found


def section(graph: Graph, naming: Names, leaves: Sequence[int]) -> str:
    """Return the list as HTML: a choice of leaves, and for each one its paths, to be lit."""
    mass = [size or 0.0 for size in down(graph, SIZES)]
    parts, options = [], []
    for leaf in leaves[:LISTED_LEAVES]:
        found = graph.paths(graph.nodes[leaf])
        shown = ranked(graph, naming, leaf, mass[leaf])
        symbol = escape(naming.gradient(leaf))
        options.append(f"<option>{symbol} = {number(found.total)}</option>")
        summary = _summary(symbol, found.count, found.total, shown, mass[leaf])
        parts.append(f'<div data-leaf="{leaf}"><p>{summary}</p><ol>')
        parts += [_item(path) for path in shown]
        parts.append("</ol></div>")
    hidden = len(leaves) - LISTED_LEAVES
    rest = (
        f"<p>The {hidden} other leaves are not listed; <code>wrt=</code> chooses.</p>" if hidden > 0 else ""
    )
    choice = f'<label data-js hidden>gradient <select class="cr-leaf">{"".join(options)}</select></label>'
    return "".join([choice, *parts, rest])


def _summary(symbol: str, count: int, total: float, shown: Sequence[Ranked], mass: float) -> str:
    if count == 0:
        return f"{symbol} = 0: no path leads here"
    words = f"{symbol} = {number(total)}, over {count:,} {'path' if count == 1 else 'paths'}"
    if count > len(shown):
        words += (
            f"; listed are the {len(shown)} largest, {sum(path.share for path in shown):.0%} of the sizes"
        )
    if mass and abs(total) < 0.5 * mass:
        words += (
            f'; <strong class="cr-flag">they cancel: {abs(total) / mass:.0%} of their sizes are left</strong>'
        )
    return words


def _item(path: Ranked) -> str:
    sign = "minus" if path.product < 0 else "plus"
    return (
        f'<li><button type="button" data-path="{list(path.edges)}"><span class="cr-share">'
        f'<span class="{sign}" style="width:{100 * path.share:.3g}%"></span></span><b>{path.share:.0%}</b> '
        f'<span class="cr-chain">{escape(path.chain)}</span> '
        f"<span>{escape(path.equation)}</span></button></li>"
    )


def _clipped(names: list[str]) -> list[str]:
    return names if len(names) <= 12 else [*names[:6], f"… {len(names) - 10} more …", *names[-4:]]
