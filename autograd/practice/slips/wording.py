"""How arrows, ways and formulas are called in a question's sentences; decides nothing about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.graph.names import Names
from autograd.graph.rules import rule
from autograd.graph.snapshot import Edge
from autograd.text.forms import PLAIN, Forms, Piece
from autograd.text.labels import raised
from autograd.text.numbers import addition, number, product

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def set_signs(text: str) -> str:
    """Set a minus where a text has a hyphen before an operand, and powers small.

    Examples
    --------
    >>> set_signs("-4 is 3·(-2); 1 - a, 2e-9, learning-rate, 3·x ** 2, (e ** 2)·y, (-1) ** 2")
    '−4 is 3·(−2); 1 − a, 2e-9, learning-rate, 3·x², e²·y, (−1)²'
    """
    text = re.sub(r"(?<=\s)-(?=\s)|(?<![\w)])-(?=[\w.(])", "−", text)
    text = re.sub(r"\(([^\W\d]\w*) \*\* ([0-9]+)\)", _power, text)
    return re.sub(r"([^\W\d]\w*|[0-9.]+|\([^()]*\)) \*\* ([0-9]+)\b", _power, text)


def _power(match: re.Match[str]) -> str:
    return match[1] + raised(match[2])


def filled(template: str, places: Sequence[str]) -> str:
    """Put texts into the gaps of a sentence, whatever signs they hold.

    Examples
    --------
    >>> filled("{} is the value of {}.", ["3", "w{1}"])
    '3 is the value of w{1}.'
    """
    first, *rest = template.split("{}")
    return first + "".join(place + part for place, part in zip(places, rest, strict=True))


def said(x: float) -> str:
    """Write a number as it is said in a sentence."""
    return set_signs(number(x))


def times(factors: Sequence[float]) -> str:
    """Write a product of numbers."""
    return set_signs(product(factors))


def plus(terms: Sequence[float]) -> str:
    """Write a sum of numbers."""
    return set_signs(addition(terms))


def counted(n: int) -> str:
    """Write a small count as a word."""
    return COUNTS[n] if n < len(COUNTS) else str(n)


def arrow(names: Names, edge: Edge) -> str:
    """Call an arrow by its ends, and where two join the same ones, by its symbol, too."""
    which = f" ({names.local(edge)})" if edge in names.graph.repeated else ""
    return f"{names[edge.source]} → {names[edge.target]}{which}"


def route(names: Names, edges: Sequence[Edge]) -> str:
    """Call a way by its nodes, in the direction of the arrows."""
    return " → ".join([names[edges[0].source], *(names[edge.target] for edge in edges)])


def operation(names: Names, node: int, forms: Forms = PLAIN) -> str:
    """Write the operation that made a node: ``b·c``; "" for a leaf."""
    op, operands = names.graph.nodes[node].op, names.shown_operands(node)
    if op is None or not operands:
        return ""
    pieces = names.within(forms).pieces
    made = forms.operation(op, operands, lambda edge: pieces[edge.source])
    return made.text if forms.typeset else set_signs(made.text)


def formula(names: Names, edge: Edge, forms: Forms = PLAIN) -> str:
    """Write the local derivative on an arrow by its rule, ``c``; "" where none can be written."""
    pieces: list[Piece] = names.within(forms).pieces
    found = rule(names.graph, edge, forms, pieces.__getitem__)
    return "" if found is None else found.text if forms.typeset else set_signs(found.text)


def formulas(names: Names, forms: Forms) -> dict[str, str]:
    r"""Write all operations and rules of a graph, each as it stands in sentences, and in other forms.

    Parameters
    ----------
    names : Names
        What the nodes are called.
    forms : Forms
        Typeset mathematics, such as `autograd.text.forms.LATEX`.

    Returns
    -------
    dict of str to str
        What has no formula is not in it.

    Examples
    --------
    >>> from autograd import Graph, values
    >>> from autograd.text.forms import LATEX
    >>> a, b = values(a=2.0, b=4.0)
    >>> print(formulas(Graph(a / b).names, LATEX)["a / b"])
    \frac{a}{b}
    """
    graph = names.graph
    made = {operation(names, node.index): operation(names, node.index, forms) for node in graph.nodes}
    local = {
        formula(names, edge): formula(names, edge, forms) for edge in graph.edges if edge.partial is not None
    }
    return {plain: text for plain, text in (made | local).items() if plain and text}
