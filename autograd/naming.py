"""What the nodes of a graph are called in text, and how derivatives, products and sums are written.

A label is the learner's own word and stays as it is. Without one, a node goes by a short expression, else by
its number in the graph (``n7``); a root without a name is ``f``. Knows no path, no step and no markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from autograd.describe import ATOM, NEGATIVE, number

if TYPE_CHECKING:
    from autograd.graph import Edge, Graph, Node

SHORT = 16  # characters: an expression up to this length is a name
LISTED = 6  # operands of a function
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_made: WeakKeyDictionary[Graph, tuple[tuple[str, ...], tuple[int, ...]]] = WeakKeyDictionary()


def names(graph: Graph) -> tuple[str, ...]:
    """Return the name of every node of a graph; made once per graph, in topological order.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> names(Graph(3 * (a + b)))
    ('a', 'b', 'a + b', '3', 'f')
    """
    return _named(graph)[0]


def share(whole: Graph, part: Graph) -> None:
    """Call the nodes of a collapsed graph what they are called in the whole one."""
    if part is not whole:
        every, levels = _named(whole)
        at = [whole.index(node) if node.value is not None else None for node in part.nodes]
        own = _named(part)
        names = (own[0][i] if k is None else every[k] for i, k in enumerate(at))
        _made[part] = tuple(names), tuple(own[1][i] if k is None else levels[k] for i, k in enumerate(at))


def _named(graph: Graph) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return every node's name, and how tightly each name binds."""
    if graph not in _made:
        _made[graph] = _name_all(graph)
    return _made[graph]


def _name_all(graph: Graph) -> tuple[tuple[str, ...], tuple[int, ...]]:
    found: list[str] = []
    levels: list[int] = []
    for node in graph.nodes:
        name, level = node.label, ATOM
        if node.constant:
            name, level = number(node.data), ATOM if node.data >= 0 else NEGATIVE
        elif not name:
            name, level = _formula(graph, node, found, levels)
        if not name or (len(name) > SHORT and not node.label):
            name, level = f"n{node.index}", ATOM
        found.append(name)
        levels.append(level)
    for root in graph.roots:
        letter = "f" if len(graph.roots) == 1 else f"f{root}"
        if not graph.nodes[root].label and letter not in found:
            found[root], levels[root] = letter, ATOM
    return tuple(found), tuple(levels)


def formula(graph: Graph, node: Node) -> str:
    """Print the operation that made a node, on its operands' names; "" for a leaf or a collapsed node.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> graph = Graph(3 * (a + b))
    >>> formula(graph, graph.nodes[-1])
    '3 * (a + b)'
    """
    return _formula(graph, node, *_named(graph))[0]


def complete(graph: Graph, node: Node) -> bool:
    """Say whether the edges into a node are its own operands; in a collapsed graph they need not be."""
    parents = node.value.parents if node.value is not None else ()
    operands = [graph.nodes[edge.source] for edge in graph.operands[node.index]]
    return len(parents) == len(operands) and all(
        operand.constant or operand.value is parent for operand, parent in zip(operands, parents, strict=True)
    )


def _formula(graph: Graph, node: Node, found: Sequence[str], levels: Sequence[int]) -> tuple[str, int]:
    op, edges = node.op, graph.operands[node.index]
    if op is None or not complete(graph, node):
        return "", ATOM
    texts = [found[edge.source] for edge in edges]
    inner = [levels[edge.source] for edge in edges]
    if op.symbol and len(texts) == 2:
        rightward = op.symbol == "**"  # groups to the right
        left, right = (
            f"({text})" if level < op.precedence or (level == op.precedence and second != rightward) else text
            for second, text, level in zip((False, True), texts, inner, strict=True)
        )
        return f"{left} {op.symbol} {right}", op.precedence
    if op.symbol:
        operand = texts[0] if inner[0] > op.precedence else f"({texts[0]})"
        return f"{op.symbol}{operand}", op.precedence
    return f"{op.name}({', '.join(shortened(texts, LISTED))})", ATOM


def root_name(graph: Graph) -> str:
    """Return what is differentiated: the root's name, or the sum of the roots."""
    return " + ".join(names(graph)[root] for root in graph.roots)


def gradient(graph: Graph, index: int) -> str:
    """Return the symbol of the root's derivative with respect to a node.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> a, b = values(a=2.0, b=3.0)
    >>> gradient(Graph(3 * (a + b)), 2)
    '∂f/∂(a + b)'
    """
    return f"∂{grouped(root_name(graph))}/∂{grouped(names(graph)[index])}"


def local(graph: Graph, edge: Edge) -> str:
    """Return the symbol of the local derivative on an edge.

    Where a node uses one operand twice, each edge carries the derivative in that operand alone: ∂₁y, ∂₂y.

    Examples
    --------
    >>> from autograd import Graph, Value
    >>> x = Value(3.0, label="x")
    >>> [local(graph, edge) for graph in (Graph(x * x), Graph(3 * x)) for edge in graph.edges]
    ['∂₁f', '∂₂f', '∂f/∂3', '∂f/∂x']
    """
    consumer = grouped(names(graph)[edge.target])
    if sum(other.source == edge.source for other in graph.operands[edge.target]) > 1:
        return f"∂{str(edge.slot + 1).translate(_LOWERED)}{consumer}"
    return f"∂{consumer}/∂{grouped(names(graph)[edge.source])}"


def composite(text: str) -> bool:
    """Say whether a text is an operation on the outside, so that it needs brackets to be one thing.

    Examples
    --------
    >>> composite("a + b"), composite("relu(a + b)"), composite("x")
    (True, False, False)
    """
    depth = 0
    for c in text:
        depth += (c in "({") - (c in ")}")
        if c == " " and not depth:
            return True
    return False


def grouped(name: str) -> str:
    """Put brackets around a name that is an operation on the outside."""
    return f"({name})" if composite(name) else name


def product(factors: Iterable[float]) -> str:
    """Write a product of numbers; a negative factor stands in brackets unless it comes first.

    Examples
    --------
    >>> product([-3.0, 0.5, -2.0])
    '-3·0.5·(-2)'
    """
    texts = [number(factor) for factor in factors]
    return "·".join(f"({text})" if i and text.startswith("-") else text for i, text in enumerate(texts))


def addition(terms: Iterable[float]) -> str:
    """Write a sum of numbers; a negative term is subtracted.

    Examples
    --------
    >>> addition([-0.13279, -0.30352, 2.0])
    '-0.1328 - 0.3035 + 2'
    """
    first, *rest = [number(term) for term in terms]
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in rest)


def whole(n: int) -> str:
    """Write a count: exactly up to sixteen digits, else roughly.

    Examples
    --------
    >>> whole(2**50), whole(2**5000)
    ('1125899906842624', 'about 1.41e+1505')
    """
    if n < 10**16:
        return str(n)
    exponent = math.log10(n)
    return f"about {10 ** (exponent % 1):.3g}e+{math.floor(exponent)}"


def shortened(parts: Sequence[str], longest: int) -> list[str]:
    """Leave out the middle of a long list and say how much.

    Examples
    --------
    >>> shortened(list("abcdefgh"), 5)
    ['a', 'b', '(4 more)', 'g', 'h']
    """
    if len(parts) <= longest:
        return list(parts)
    half = longest // 2
    return [*parts[:half], f"({len(parts) - 2 * half} more)", *parts[-half:]]
