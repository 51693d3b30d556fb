"""Lists the chain-rule paths of a walkthrough by size; reads `Graph.paths`, computes no derivative."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from autograd import Graph, Step
from autograd.graph.names import Names
from autograd.graph.sweeps import SIZES, down
from autograd.text.numbers import number, product, summed

LISTED_LEAVES = 24
LISTED_PATHS = 8  # of each leaf
_FACTORS = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """One path: its edges (places in the graph's listing), its words, its product."""

    edges: tuple[int, ...]
    chain: str
    equation: str
    product: float


def ranked(graph: Graph, naming: Names, leaf: int) -> list[Ranked]:
    """Return the paths to a leaf with the largest |product|."""
    places = {edge: i for i, edge in enumerate(graph.edges)}
    found = []
    for path in islice(graph.paths(graph.nodes[leaf]), LISTED_PATHS):
        chain = " → ".join(_clipped([naming[i] for i in path.nodes]))
        factors = (
            product(path.partials) if len(path.partials) <= _FACTORS else f"{len(path.partials)} factors"
        )
        edges = tuple(places[edge] for edge in path.edges)
        found.append(Ranked(edges, chain, f"{factors} = {number(path.product)}", path.product))
    return found


def section(graph: Graph, naming: Names, leaves: Sequence[int], steps: Sequence[Step]) -> str:
    """Return the list as HTML: a choice of leaves, and for each one its paths, to be lit.

    Each path says at which of the steps it is known: when its last arrow was walked.
    """
    mass = [size or 0.0 for size in down(graph, SIZES)]
    places = {edge: i for i, edge in enumerate(graph.edges)}
    at = {places[step.edge]: k for k, step in enumerate(steps) if step.edge is not None}
    end = len(steps) - 1
    parts, options = [], []
    for leaf in leaves[:LISTED_LEAVES]:
        found = graph.paths(graph.nodes[leaf])
        shown = ranked(graph, naming, leaf)
        symbol = escape(naming.gradient(leaf))
        options.append(f"<option>{symbol} = {number(found.total)}</option>")
        summary = _summary(symbol, found.count, found.total, shown, mass[leaf])
        parts.append(f'<div data-leaf="{leaf}"><p>{summary}</p><ol>')
        largest = max((abs(path.product) for path in shown), default=0.0)
        whole = mass[leaf] if _one_sign(found.total, mass[leaf]) else 0.0
        parts += [
            _item(path, largest, whole, max((at.get(edge, end) for edge in path.edges), default=end))
            for path in shown
        ]
        parts.append("</ol></div>")
    hidden = len(leaves) - LISTED_LEAVES
    rest = (
        f"<p>The {hidden} other leaves are not listed; <code>wrt=</code> chooses.</p>" if hidden > 0 else ""
    )
    choice = f'<label data-js hidden>gradient <select class="cr-leaf">{"".join(options)}</select></label>'
    return "".join([choice, *parts, rest])


def _one_sign(total: float, mass: float) -> bool:
    """Say whether all paths have one sign, so that each has a share of the sum."""
    return math.isclose(abs(total), mass, rel_tol=1e-9)


def _summary(symbol: str, count: int, total: float, shown: Sequence[Ranked], mass: float) -> str:
    if count == 0:
        return f"{symbol} = 0: no path leads here"
    words = f"{symbol} = {number(total)}, over {count:,} {'path' if count == 1 else 'paths'}"
    if count > len(shown):
        words += f"; listed are the {len(shown)} largest"
        if mass and _one_sign(total, mass):
            words += f", {sum(abs(path.product) for path in shown) / mass:.0%} of the sum"
    if mass and abs(total) < 0.5 * mass:
        parts = summed([(mass + total) / 2, (total - mass) / 2], total)
        words += f'; <strong class="cr-flag">they cancel: {parts}</strong>'
    return words


def _item(path: Ranked, largest: float, whole: float, at: int) -> str:
    """Return a path with a bar to the right or, below zero, to the left; a share where `whole` is not 0."""
    sign = "minus" if path.product < 0 else "plus"
    size, share = abs(path.product), ""
    width = 50 * size / largest if largest else 0.0
    if whole:
        share = f"{size / whole:.0%}"
    return (
        f'<li><button type="button" data-path="{list(path.edges)}" data-at="{at}">'
        f'<span class="cr-share cr-signed"><span class="{sign}" style="width:{width:.3g}%"></span></span>'
        f'<b>{share}</b> <span class="cr-chain">{escape(path.chain)}</span> '
        f"<span>{escape(path.equation)}</span></button></li>"
    )


def _clipped(names: list[str]) -> list[str]:
    return names if len(names) <= 12 else [*names[:6], f"… {len(names) - 10} more …", *names[-4:]]
