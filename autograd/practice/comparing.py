"""Makes questions that are answered without a number: in which direction, and which of two moves more."""

from __future__ import annotations

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.snapshot import Place
from autograd.practice.asking import Setting, derived
from autograd.practice.question import Alternative, Question
from autograd.practice.slips.arrows import sign
from autograd.practice.slips.gradients import Derivative
from autograd.practice.slips.wording import said

ALIKE = "both alike"
DIRECTIONS = ("it grows", "it shrinks", "it stays")
EACH_WAY = "Look at the sign of each way before you add."


def direction(root: Value | Graph | Setting, leaf: Place, *, names: Names | None = None) -> Question:
    """Ask whether the root grows or shrinks when a leaf grows a little.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf : Value, Node or label
        What grows; any node.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        A choice: it grows, it shrinks, it stays.

    Examples
    --------
    >>> from autograd import values
    >>> x, y = values(x=9.0, y=3.0)
    >>> e = x - y; f = 5 * e; e.label, f.label = "e", "f"
    >>> print(direction(f, y))
    e = x − y, f = 5·e
    x = 9, y = 3
    y grows a little. What does f do?
    a) it grows
    b) it shrinks
    c) it stays
    >>> print(direction(f, y).check("it grows"))
    Not this way. y is subtracted here, so its arrow carries −1.
    """
    setting = Setting.of(root, names)
    asked = Derivative(setting.graph, setting.names, setting.graph.index(leaf))
    x, f, symbol = asked.names[asked.node], asked.names.root, asked.names.gradient(asked.node)
    right = DIRECTIONS[0 if asked.total > 0 else 1 if asked.total < 0 else 2]
    why = EACH_WAY if len(asked.paths) != 1 else sign(asked.names, asked.arrows)
    worked = f"{derived(asked)[1] if asked.arrows else f'No way leads from {x} to {f}.'} So {right}."
    alternatives = [
        Alternative(text, text == right, f"Right. {worked}" if text == right else f"Not this way. {why}")
        for text in DIRECTIONS
    ]
    look = f"Follow the arrows from {x} to {f}: each that carries a minus turns the direction."
    rule = f"{f} grows with {x} where {symbol} is positive, and shrinks where it is negative."
    prompt = f"{x} grows a little. What does {f} do?"
    return setting.choice("direction", "choice", prompt, asked.node, alternatives, (look, rule, worked))


def compare(
    root: Value | Graph | Setting, leaf: Place, other: Place, *, names: Names | None = None
) -> Question:
    """Ask which of two nodes moves the root more when it moves by the same small amount.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf, other : Value, Node or label
        The two; any nodes.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        A choice: one, the other, or both alike.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; u.label = "u"
    >>> print(compare(u, b, c).check("b"))
    b is the larger number. The question is which of them moves u more.
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    first, second = (Derivative(graph, called, graph.index(place)) for place in (leaf, other))
    sizes = [abs(asked.total) for asked in (first, second)]
    if first.node == second.node:
        raise ValueError(f"{called[first.node]} is compared with itself: name two nodes.")
    texts = [called[first.node], called[second.node], ALIKE]
    right = texts[2 if sizes[0] == sizes[1] else sizes.index(max(sizes))]
    symbols = [called.gradient(asked.node) for asked in (first, second)]
    told = " and ".join(
        f"{s} = {said(asked.total)}" for s, asked in zip(symbols, (first, second), strict=True)
    )
    data = [graph.nodes[asked.node].data for asked in (first, second)]
    advice = f"Compare {symbols[0]} and {symbols[1]}, whatever their signs."
    larger = "" if data[0] == data[1] else texts[data.index(max(data))]
    said_to = dict.fromkeys(texts, advice)
    if larger:
        said_to[larger] = (
            f"{larger} is the larger number. The question is which of them moves {called.root} more."
        )
    said_to[right] = f"Right. {told}."
    alternatives = [Alternative(text, text == right, sentence) for text, sentence in said_to.items()]
    return setting.choice(
        "compare", "choice", f"{texts[0]} and {texts[1]} grow by the same small amount. Which moves "
        f"{called.root} more?", (first.node, second.node), alternatives,
        (advice, f"{told}.", f"{told}: {right}."),
    )  # fmt: skip
