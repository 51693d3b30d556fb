"""Makes questions of few numbers: a nudge, a share, a sum where paths meet, a missing factor, a step."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Path
from autograd.graph.snapshot import Edge, Place
from autograd.practice.asking import EXACT, Setting, edge_of, path_of
from autograd.practice.question import Question
from autograd.practice.slips.sums import (
    MERGE,
    MISSING,
    STEP,
    Merged,
    Missing,
    Shared,
    Stepped,
    share_slips,
)
from autograd.practice.slips.values import NUDGE, Nudged, replayed
from autograd.practice.slips.wording import arrow, counted, plus, route, said, times
from autograd.text.numbers import added_up, enough, number, shown_digits


def nudge(
    root: Value | Graph | Setting,
    leaf: Place,
    by: float = 0.01,
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask how far the root moves when a leaf is moved a little; see `gradient`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf : Value, Node or label
        The leaf that moves.
    by : float
        How far the leaf moves. The gradient times this counts as right, too.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; see `gradient`.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Raises
    ------
    ValueError
        If nothing moves, or `by` is 0.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; u.label = "u"
    >>> question = nudge(u, b)
    >>> print(question.prompt, question.answer)
    b grows by 0.01. By how much does u change? 0.02
    >>> print(question.check("6.02"))
    6.02 is where u arrives. The question is how far it moves.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    node, f = graph.index(leaf), graph.roots[0]
    before, x = graph.nodes[f].data, graph.nodes[node]
    after = replayed(graph, {node: x.data + by}, f)
    if not by or after is None or x.op is not None:
        raise ValueError(
            f"{called[node]} cannot be nudged by {said(by)}: move a leaf, by a number that is not 0, to "
            f"where {called[f]} is defined."
        )
    linear = (graph.adjoints[node] or 0.0) * by
    change = linear if abs(after - before - linear) <= EXACT * max(1.0, abs(before)) else after - before
    moves = "grows" if by > 0 else "shrinks"
    arrives = before + change
    digits = max(enough(change, added_up, arrives, -before), enough(by, added_up, x.data + by, -x.data))
    with shown_digits(digits):
        look = f"Compute {called[f]} once more, with {called[node]} = {said(x.data + by)}, and compare."
        difference = plus([arrives, -before]) if before >= 0 else f"{said(arrives)} − ({said(before)})"
        x_is = f"{called[node]} = {said(x.data)}", f"{called[node]} = {said(x.data + by)}"
        both = f"{called[f]} is {said(before)} at {x_is[0]} and {said(arrives)} at {x_is[1]}."
        return setting.question(
            "nudge", f"{{}} {moves} by {said(abs(by))}. By how much does {{}} change?",
            (called[node], called[f]), (setting.typeset[node], setting.typeset[f]), node, change,
            NUDGE.slips(Nudged(graph, called, node, by, change)), look,
            (both, f"{difference} = {said(change)}."), accepted=(linear, after - before),
        )  # fmt: skip


def share(
    root: Value | Graph | Setting,
    target: Place,
    source: Place | int,
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask how much of a gradient reaches an operand over one arrow; see `factor`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    target : Value, Node or label
        Where the arrow ends.
    source : Value, Node or label, or int
        The operand; its place, counted from 0, where it is used twice.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; see `gradient`.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    edge = edge_of(graph, called, target, source)
    asked = Shared(graph, called, edge)
    x, v = called[edge.source], called.giver(edge)
    symbols = f"{called.gradient(edge.target)} · {called.local(edge)}"
    numbers, amount = times([asked.above, asked.factor]), asked.above * asked.factor
    look = f"Let's look at one arrow: {arrow(called, edge)}."
    return setting.question(
        "share", "How much reaches {} from {}?", (x, v),
        (setting.typeset[edge.source], setting.typeset[edge.target]), edge, amount, share_slips(asked), look,
        (f"{symbols} = {numbers}.", f"{symbols} = {numbers} = {said(amount)}."),
        accepted=[_rounded(asked.above) * _rounded(asked.factor)],
    )  # fmt: skip


def _rounded(x: float) -> float:
    """Return a number as it is shown: what is made of that is right, too."""
    return float(number(x))


def merge(
    root: Value | Graph | Setting, node: Place, *, names: Names | None = None, tolerance: float | None = None
) -> Question:
    """Ask for the sum of what reaches a node over its arrows; see `gradient`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    node : Value, Node or label
        Where several arrows bring a share.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; see `gradient`.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> x, y = values(x=3.0, y=4.0)
    >>> u = x * y; f = u + 5 * x; u.label, f.label = "u", "f"
    >>> question = merge(f, x)
    >>> print(question.prompt)
    4 from u and 5 from v₁ reach x. What is df/dx?
    >>> print(question.check("20"))
    20 is 4·5. Multiply along a path; add where paths meet.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    place = graph.index(node)
    edges = [
        e for e in graph.consumers[place] if e.partial is not None and graph.adjoints[e.target] is not None
    ]
    seed = place in graph.roots
    if len(edges) + seed < 2:
        raise ValueError(
            f"Only {counted(len(edges))} arrow brings {called[place]} a gradient: nothing meets there."
        )
    shares = [(graph.adjoints[e.target] or 0.0) * (e.partial or 0.0) for e in edges]
    over = [(f"over the arrow {arrow(called, e)}", s) for e, s in zip(edges, shares, strict=True)]
    givers = [called.giver(edge) for edge in edges]
    if seed:  # one of several roots that another is computed from
        over.insert(0, ("where the sweep begins", 1.0))
        shares.insert(0, 1.0)
        givers.insert(0, "the beginning")
    asked = Merged(tuple(over))
    total, symbol = graph.adjoints[place] or 0.0, called.gradient(place)
    with shown_digits(enough(total, added_up, *shares)):
        *first, last = [f"{said(s)} from {giver}" for s, giver in zip(shares, givers, strict=True)]
        arrive = f"{', '.join(first)} and {last}"
        shown, ways = sum(map(_rounded, shares)), counted(len(shares)).capitalize()
        return setting.question(
            "merge", f"{arrive} reach {{}}. What is {{}}?", (called[place], symbol),
            (setting.typeset[place], setting.typeset.gradient(place)), place, total, MERGE.slips(asked),
            f"{ways} ways meet at {called[place]}: what becomes of their shares?",
            (f"{symbol} = {plus(shares)}.", f"{symbol} = {plus(shares)} = {said(total)}."), accepted=[shown],
        )  # fmt: skip


def missing(
    root: Value | Graph | Setting,
    nodes: Path | Sequence[Place],
    arrow_at: int = 0,
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask for one factor of a path whose product and other factors are given; see `path`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    nodes : Path or sequence of places
        The path, or the nodes on it.
    arrow_at : int
        Which arrow's factor is missing, counted from the leaf.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; see `gradient`.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    way = nodes if isinstance(nodes, Path) else path_of(graph, called, [graph.index(node) for node in nodes])
    edges = way.edges[::-1]
    edge: Edge = edges[arrow_at]
    others = tuple(e.partial or 0.0 for e in way.edges if e is not edge)
    answer = edge.partial or 0.0
    if not others or not all(others):
        raise ValueError(f"The factor on {arrow(called, edge)} does not follow: the others must not be 0.")
    known = f"is {said(others[0])}" if len(others) == 1 else f"are {', '.join(map(said, others))}"
    rest = "The other factor" if len(others) == 1 else "The other factors"
    asked = Missing(way.product, others)
    right = f"{said(way.product)} : {said(asked.rest) if len(others) == 1 else f'({times(others)})'}"
    return setting.question(
        "missing", f"Along {route(called, edges)} the product is {said(way.product)}. {rest} {known}. "
        "Which factor does the arrow {} carry?", (arrow(called, edge),),
        (rf"{setting.typeset[edge.source]} \to {setting.typeset[edge.target]}",), edge, answer,
        MISSING.slips(asked),
        f"Which number makes {times(others)} into {said(way.product)}, when you multiply by it?",
        (f"The factor is {right}.", f"{right} = {said(answer)}."), given=(),
    )  # fmt: skip


def step(
    root: Value | Graph | Setting,
    leaf: Place,
    lr: float = 0.1,
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask where a parameter arrives with one step of gradient descent; see `gradient`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf : Value, Node or label
        The parameter that moves.
    lr : float
        The learning rate.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; see `gradient`.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> w, x = values(w=3.0, x=-4.0)
    >>> L = w * x; L.label = "L"
    >>> question = step(L, w)
    >>> print(question.prompt)
    w is 3 and dL/dw is −4. Where is w after one step of gradient descent with learning rate 0.1?
    >>> print(question.check("2.6"))
    2.6 is w + 0.1·dL/dw, which leads uphill. Go against the gradient.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    node = graph.index(leaf)
    w, symbol, slope = called[node], called.gradient(node), graph.adjoints[node] or 0.0
    value = graph.nodes[node].data
    asked = Stepped(w, called.root, symbol, value, slope, lr)
    answer = value - lr * slope
    with shown_digits(enough(answer, lambda value, slope: value - lr * slope, value, slope)):
        numbers = f"{said(value)} − {times([lr, slope])}"
        rule = f"{w} − {said(lr)}·{symbol}"
        uphill = f"{called.root} grows" if slope > 0 else f"{called.root} shrinks"
        return setting.question(
            "step", f"{{}} is {said(value)} and {{}} is {said(slope)}. "
            f"Where is {w} after one step of gradient descent with learning rate {said(lr)}?", (w, symbol),
            (setting.typeset[node], setting.typeset.gradient(node)), node, answer, STEP.slips(asked),
            f"When {w} grows, {uphill}. Which way is downhill?",
            (f"{rule} = {numbers}.", f"{rule} = {numbers} = {said(answer)}."), given=(),
        )  # fmt: skip
