"""The graphs that questions are drawn from: a few lines with letters for names, and how numbers are drawn.

A draw is reproducible: the same words give the same names and numbers with every version of Python. Knows no
question.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.table.expression import expression

T = TypeVar("T")

# a to d stand for leaves, K for a number, e, g, u, v for nodes, f for the root; the easiest come first.
CHAINS = (
    ("u = a*b; f = u + c", "u = a + b; f = K*u", "u = a*b; f = K*u", "u = a - b; f = u*c"),
    ("u = a*b; v = c + u; f = K*v", "u = a - b; v = u*c; f = d - v", "u = K*a; v = b - u; f = v*c"),
    (
        "u = a*b; e = c - u; f = e**2",
        "e = a - b; u = e**2; f = K*u",
        "u = a*b; v = u/K; e = v - c; f = e**2",
    ),
)
VALUES = (  # here nothing is squared but a sum: that of a difference hides its sign
    *CHAINS[:2],
    (
        "e = a + b; f = e**2",
        "u = a*b; v = u - c; f = v*d",
        "u = a + b; v = u/K; f = v*c",
        "u = a**2; f = u - b",
    ),
)
MERGES = (
    ("u = a*b; f = u + K*a", "u = K*a; f = u*a", "u = a*b; f = u*a"),
    ("u = a*b; v = a + c; f = u*v", "u = K*a; v = a*b; f = u - v", "u = a*b; v = u + a; f = v*c"),
    ("u = a*b; v = u + a; f = u*v", "e = a - b; u = e**2; f = u*a", "u = a*b; v = a - c; g = u*v; f = g + a"),
)
EXPRESSIONS = (
    ("f = a*b + c", "f = (a + b)*c", "f = a*a + b", "f = a**2 + b"),
    ("f = (a - b)**2", "f = a*a - b*c", "f = (a + b)*(a - b)", "f = a*b - a*c"),
    ("f = (a*b - c)**2", "f = a*a/b + c", "f = (a + b*c)**2 - a", "f = (a - b)*(a - b) + c"),
)
LEAVES = ("abcd", "pqrs", "xyzt", "xwbc")
ROOTS = "JfLK"


class Draw:
    """Draws that are the same in every run, chosen by some words."""

    def __init__(self, *words: object) -> None:
        self._random = Random("/".join(map(str, words)))

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1."""
        return int(self._random.random() * n)

    def one(self, items: Sequence[T]) -> T:
        """Return one of some items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]


def drawn(shapes: Sequence[Sequence[str]], level: int, draw: Draw) -> Graph:
    """Draw a graph: one of the shapes of a level, names for its letters, numbers for its leaves.

    No two leaves have the same number or one the other's negative, none is 0, 1 or -1. From the second level
    on, some are negative.

    Examples
    --------
    >>> graph = drawn(CHAINS, 2, Draw("an example"))
    >>> [graph.names.formula(node.index) or node.data for node in graph.nodes]
    [4.0, 5.0, -3.0, 'y - z', -9.0, 'u * t', 'x - v']
    """
    text = draw.one(shapes[min(level, len(shapes)) - 1])
    letters, root = draw.one(LEAVES), draw.one(ROOTS)
    names = dict(zip("abcd", draw.shuffled(letters), strict=True))
    names["f"] = root
    sizes = draw.shuffled(range(2, 8 if level == 1 else 10))
    text = "".join(names.get(c, c) for c in text.replace("K", str(sizes.pop())))
    read = expression(text)
    signs = (1,) if level == 1 else (1, 1, -1)
    leaves = {name: Value(float(sizes.pop() * draw.one(signs)), label=name) for name in read.variables}
    return Graph(*read(**leaves).outputs)
