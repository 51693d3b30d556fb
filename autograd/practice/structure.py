"""Makes questions about how a graph hangs together: the next node, all paths, the expression it belongs to.

And those that are answered by reading it: a rule in letters, one wrong number among right ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.core.errors import AutogradError
from autograd.core.value import Value
from autograd.graph import sweeps
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Paths
from autograd.graph.snapshot import Place
from autograd.practice.asking import Setting, derived, edge_of, gradient
from autograd.practice.question import Alternative, Question
from autograd.practice.reading import Formula, alike, read
from autograd.practice.slips.arrows import LOCAL, Local
from autograd.practice.slips.gradients import MOST_PATHS, Derivative
from autograd.practice.slips.sums import COUNT, Counted
from autograd.practice.slips.table import SEVERAL, Slip
from autograd.practice.slips.values import TAKEN_FOR
from autograd.practice.slips.wording import arrow, counted, formula, operation, route, said, set_signs
from autograd.table.expression import INFIX
from autograd.text.forms import PLAIN, Piece

MOST_CHOICES = 5  # alternatives of one question
STRETCHES = ((1.1, 0.7, 1.3), (0.6, 1.3, 0.9), (1.37, 1.21, 0.8), (0.83, 0.91, 1.6))  # of leaves, for a rule
_SPELT = re.compile("[^\\W\\d⁰¹²³⁴-⁹][^\\W⁰¹²³⁴-⁹]*")  # a name that can be typed in a formula


def letters(
    root: Value | Graph | Setting, target: Place, source: Place | int, *, names: Names | None = None
) -> Question:
    """Ask for the factor on one arrow in letters: typed in any form, or chosen among slips; see `factor`.

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

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; u.label = "u"
    >>> question = letters(u, u, b)
    >>> print(question)
    u = b·c
    b = 3, c = 2
    Which factor does the arrow b → u carry, in letters? ∂u/∂b = …
    a) b
    b) c
    c) u
    d) −c
    >>> print(question.check("b"))
    In b·c the arrow from b carries the other factor, c.
    >>> print(question.check("u/b"))
    Right. ∂u/∂b = c.
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    edge = edge_of(graph, called, target, source)
    symbol, rule = called.local(edge), formula(called, edge)
    if not rule:
        raise ValueError(
            f"The rule of {symbol} cannot be written in one formula. Ask for its number: factor(...)."
        )
    asked = Local(graph, called, edge)
    found = {rule: Alternative(rule, True, f"Right. {symbol} = {rule}.")}
    for slip in LOCAL.slips(asked):
        text = _in_letters(asked, slip.kind)
        if text and text not in found:
            found[text] = Alternative(text, False, _advice(slip))
    made = operation(called, edge.target)
    x, v = called[edge.source], called[edge.target]
    look = f"Look at {v} = {made}: how fast does it move when {x} alone moves?"
    alike = "Hold everything else still and give the operand a nudge: what is it multiplied by?"
    return setting.choice(
        "letters", "choice",
        f"Which factor does the arrow {arrow(called, edge)} carry, in letters? {symbol} = …",
        edge, _ordered(found.values()), (look, alike, f"{symbol} = {rule}."),
        formula=_typed(asked, rule, list(found.values()), look),
    )  # fmt: skip


def _typed(asked: Local, rule: str, alternatives: Sequence[Alternative], look: str) -> Formula | None:
    """Return what a typed formula is compared with: the rule and the slips, with other values of the leaves.

    The rule's values are the row's own partials. None where it cannot be typed, or holds on one side of a
    kink alone.
    """
    graph, edge = asked.graph, asked.edge
    used = [i for i in _made_of(graph, edge.target) if not graph.nodes[i].constant]
    near = dict.fromkeys([*(e.source for e in graph.operands[edge.target]), edge.target])
    places = [i for i in (*near, *reversed(used)) if i in used and _SPELT.fullmatch(asked.names[i])]
    names = {asked.names[i]: i for i in dict.fromkeys(places)}
    points, right = list[dict[str, float]](), list[float]()
    for stretch in STRETCHES:
        try:
            there = _elsewhere(graph, edge.target, stretch)
        except AutogradError:
            continue
        root = Graph(there[edge.target])
        partial = next(e.partial for e in root.operands[root.roots[0]] if e.slot == edge.slot)
        points.append({name: there[i].data for name, i in names.items()})
        right.append(partial or 0.0)

    def values(text: str) -> tuple[float, ...]:
        readings = [read(text, point) for point in points]
        return tuple(reading.value for reading in readings if reading is not None)

    if not points or len(values(rule)) < len(points) or not alike(values(rule), right):
        return None
    wrong = [(values(choice.text), choice.sentence) for choice in alternatives if not choice.right]
    slips = tuple(slip for slip in wrong if len(slip[0]) == len(right) and not alike(slip[0], right))
    at = tuple(tuple(point.values()) for point in points)
    return Formula(tuple(names), at, tuple(right), slips, edge.partial or 0.0, look)


def _made_of(graph: Graph, node: int) -> list[int]:
    """List what a node is made of, and itself, in the order of the graph."""
    found = {node}
    for index in range(node, -1, -1):
        if index in found:
            found |= {edge.source for edge in graph.operands[index]}
    return sorted(found)


def _elsewhere(graph: Graph, node: int, stretch: Sequence[float]) -> dict[int, Value]:
    """Compute a node and what it is made of once more, its leaves stretched."""
    found: dict[int, Any] = {}
    for k, index in enumerate(_made_of(graph, node)):
        op, data = graph.nodes[index].op, graph.nodes[index].data
        if op is not None:
            found[index] = op(*op.arguments([found[edge.source] for edge in graph.operands[index]]))
        else:
            found[index] = data if graph.nodes[index].constant else Value(data * stretch[k % len(stretch)])
    return found


def _in_letters(asked: Local, kind: str) -> str:
    """Write what a slip makes of a rule; "" where it has no formula of its own."""
    fill = asked.fill
    texts: dict[str, Callable[[], str]] = {
        "wrong operand": lambda: fill["x"],
        "operand for derivative": lambda: fill["x"],
        "value for derivative": lambda: fill["v"],
        "factor of the power": lambda: asked.power[1],
        "exponent kept": lambda: f"{said(asked.graph.nodes[asked.others[0].source].data)}·{fill['made']}",
        "other arrow": lambda: formula(asked.names, asked.others[0]),
        "sign turned": lambda: _negative(fill["rule"]),
    }
    return texts[kind]() if kind in texts else ""


def _negative(text: str) -> str:
    """Write a formula with the other sign; a sum in brackets."""
    if text.startswith("−"):
        return text[1:]
    return f"−({text})" if " " in text else f"−{text}"


def _advice(slip: Slip) -> str:
    """Leave out of a slip's sentence what its number is: of letters, that is plain."""
    told, _, advice = slip.sentence.partition(". ")
    return advice if advice and told.startswith(said(slip.answer)) else slip.sentence


def _ordered(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """Put alternatives in an order that gives nothing away: by length, then by letters."""
    listed = list(alternatives)
    right = next(choice for choice in listed if choice.right)
    kept = [right, *[choice for choice in listed if not choice.right][: MOST_CHOICES - 1]]
    return sorted(kept, key=lambda choice: (len(choice.text), choice.text))


def next_node(
    root: Value | Graph | Setting, done: Iterable[Place] | None = None, *, names: Names | None = None
) -> Question:
    """Ask which node the backward sweep can come to next: one whose consumers are all done.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    done : nodes, optional
        Those whose gradients are complete; by default the root alone.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> x, y = values(x=3.0, y=4.0)
    >>> u = x * y; v = u + x; f = u * v
    >>> u.label, v.label, f.label = "u", "v", "f"
    >>> question = next_node(f)
    >>> print(question.prompt, question.shown)
    The backward sweep has been at f. Which node can be next? v
    >>> print(question.check("u"))
    u still waits for what comes from v. A node is next when all that use it are done.
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    been = set(graph.roots) | {graph.index(node) for node in done or ()}
    alternatives = list(_turns(graph, called, been))
    if not any(choice.right for choice in alternatives):
        raise ValueError("The backward sweep has been everywhere: no node is left to ask for.")
    rights = [choice.text for choice in alternatives if choice.right]
    listed = ", ".join(called[node] for node in sorted(been, reverse=True))
    uses = [
        f"{called[n]}: used by {_users(graph, called, n)}"
        for n in sorted(been ^ _flowing(graph), reverse=True)
    ]
    next_ = f": {rights[0]} is next" if len(rights) == 1 else ""
    turn = f"All that use {' or '.join(rights)} are done{next_}."
    return setting.choice(
        "next", "node", f"The backward sweep has been at {listed}. Which node can be next?",
        tuple(sorted(been)), alternatives,
        ("A node is next when all that use it are done.", f"{'; '.join(uses)}.", turn),
    )  # fmt: skip


def _flowing(graph: Graph) -> set[int]:
    return {index for index, adjoint in enumerate(graph.adjoints) if adjoint is not None}


def _users(graph: Graph, names: Names, node: int) -> str:
    uses = dict.fromkeys(names[edge.target] for edge in graph.consumers[node] if edge.partial is not None)
    return ", ".join(uses)


def _turns(graph: Graph, names: Names, done: set[int]) -> Iterator[Alternative]:
    """Say of every node that gets a gradient whether it is its turn, and why not."""
    for node in sorted(_flowing(graph)):
        x = names[node]
        open_ = [e.target for e in graph.consumers[node] if e.partial is not None and e.target not in done]
        if node in done:
            yield Alternative(x, False, f"The sweep has been at {x} already.", node)
        elif open_:
            waits = f"{x} still waits for what comes from {names[open_[0]]}."
            yield Alternative(x, False, f"{waits} A node is next when all that use it are done.", node)
        else:
            yield Alternative(
                x, True, f"Right. All that use {x} are done: {_users(graph, names, node)}.", node
            )


def all_paths(root: Value | Graph | Setting, leaf: Place, *, names: Names | None = None) -> Question:
    """Ask for all paths from a node to the root, clicked one by one, or counted.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf : Value, Node or label
        Where the paths begin.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Raises
    ------
    ValueError
        If there is none, or more than 8.

    Examples
    --------
    >>> from autograd import values
    >>> x, y = values(x=3.0, y=4.0)
    >>> u = x * y; v = u + x; f = u * v
    >>> u.label, v.label, f.label = "u", "v", "f"
    >>> question = all_paths(f, x)
    >>> print(question.check(2))
    2 can come about in more than one way. Begin at x: two arrows leave it.
    >>> print(question.check([["x", "u", "f"], ["x", "v", "f"]]))
    2 paths are right, and there is more: does some way fork further on?
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    node = graph.index(leaf)
    asked = Derivative(graph, called, node)
    x, f, count = called[node], called.root, Paths(graph, node).count
    if not asked.paths or node in graph.roots:
        raise ValueError(f"There are {count} paths from {x} to {f}: ask where there are 1 to {MOST_PATHS}.")
    leaving = [e for e in asked.arrows if e.source == node]
    arriving = [e for e in asked.arrows if e.target in graph.roots]
    longest = max(len(path.edges) for path in asked.paths)
    counting = Counted(x, f, len(leaving), len(arriving), len(asked.arrows), longest)
    on = sweeps.down(graph, sweeps.COUNTS)
    each = "; ".join(f"{arrow(called, e)}, from there {counted(on[e.target])}" for e in leaving)
    paths = tuple(path.edges[::-1] for path in asked.paths)
    leave = "one arrow leaves" if len(leaving) == 1 else f"{counted(len(leaving))} arrows leave"
    found = setting.question(
        "paths", "Click all paths from {} to {}, then count them.", (x, f),
        (setting.typeset[node], setting.typeset.root), node, float(count), COUNT.slips(counting),
        f"Begin at {x}: {leave} it.",
        (f"Ways to {f}: {each}.", f"{'; '.join(route(called, path) for path in paths)}: {counted(count)}."),
    )  # fmt: skip
    return replace(found, form="paths", paths=paths)


def wrong_number(root: Value | Graph | Setting, node: Place, *, names: Names | None = None) -> Question:
    """Show all gradients, that of one node as a slip has it, and ask which one is wrong.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    node : Value, Node or label
        Whose gradient is made wrong; by the first slip that has a name.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=4.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> question = wrong_number(J, b)
    >>> print(question.given[-1])
    dJ/da = 3, dJ/db = 4, dJ/dc = 9, dJ/du = 3, dJ/dv = 3, dJ/dJ = 1
    >>> print(question.check("b"))
    Right. 4 is the factor on the arrow b → u. dJ/db = 3·1·4 = 12.
    >>> print(question.check("v"))
    This one is right: dJ/dv = 3.
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    place = graph.index(node)
    asked = gradient(graph, graph.nodes[place], names=called)
    slip = next((slip for slip in asked.slips if slip.kind != SEVERAL and math.isfinite(slip.answer)), None)
    if slip is None:
        raise ValueError(
            f"No slip gives another number than {asked.shown} for {asked.names.gradient(place)}."
        )
    told = f"Right. {slip.sentence.partition('. ')[0].rstrip('.')}. {asked.hints[2]}"
    adjoints = {index: graph.adjoints[index] or 0.0 for index in sorted(_flowing(graph))}
    alternatives = [
        Alternative(called[i], False, f"This one is right: {_known(graph, called, i)}", i) for i in adjoints
    ]
    alternatives[list(adjoints).index(place)] = Alternative(called[place], True, told, place)
    shown = {**adjoints, place: slip.answer}
    listed = ", ".join(f"{called.gradient(i)} = {said(x)}" for i, x in shown.items())
    look = f"Go backwards from {called.root}, arrow by arrow, and compare."
    near = f"Look at {called[place]}: what reaches it, and over which arrows?"
    return setting.choice(
        "wrong", "node", "One of these gradients is wrong. Whose?", place, alternatives,
        (look, near, asked.hints[2]), given=(*setting.given, listed), numbers=tuple(shown.items()),
    )  # fmt: skip


def _known(graph: Graph, names: Names, node: int) -> str:
    """Work a gradient out; that of the root is 1."""
    if node in graph.roots:
        return f"{names.gradient(node)} = 1, where the sweep begins."
    return derived(Derivative(graph, names, node))[1]


def match(root: Value | Graph | Setting, *, names: Names | None = None) -> Question:
    """Ask which expression a graph belongs to, as a choice among some that differ in one operation.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    names : Names, optional
        What the nodes are called; by default by their labels.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import values
    >>> x, y = values(x=3.0, y=4.0)
    >>> question = match(x * x + y)
    >>> print(question)
    v₁ = x·x, f = v₁ + y
    Which expression is this graph?
    a) x·x·y
    b) x² + y
    c) x·x + y
    d) x·x − y
    e) x + x + y
    >>> print(question.check("b"))
    In x² one arrow leads from x to v₁. Here it is x·x: two arrows do.
    """
    setting = Setting.of(root, names)
    graph, called = setting.graph, setting.names
    right = _expression(graph, called, {})
    found = {right: Alternative(right, True, f"Right. This is {right}.")}
    for node, other, sentence in _confused(graph, called):
        text = _expression(graph, called, {node: other})
        if text not in found:
            found[text] = Alternative(text, False, sentence)
    if len(found) < 2:
        raise ValueError(
            f"No expression differs from {right} in one operation that could be taken for another."
        )
    made = [
        f"{called[n.index]} = {operation(called, n.index)}" for n in graph.nodes if operation(called, n.index)
    ]
    return setting.choice(
        "match", "choice", "Which expression is this graph?", None, _ordered(found.values()),
        (f"Begin at {called.root} and go down, arrow by arrow.", f"{', '.join(reversed(made))}.",
         f"{called.root} = {right}."), given=(", ".join(made),),
    )  # fmt: skip


Written = Callable[[list[Piece]], Piece]  # writes an operation, given its operands


def _expression(graph: Graph, names: Names, others: Mapping[int, Written]) -> str:
    """Write the root as one expression of the leaves, with another operation at some nodes."""
    pieces = list(names.pieces)
    for node in graph.nodes:
        operands = [pieces[edge.source] for edge in names.shown_operands(node.index)]
        if node.index in others:
            pieces[node.index] = others[node.index](operands)
        elif node.op is not None and operands:
            pieces[node.index] = PLAIN.operation(node.op, operands, lambda piece: piece)
    return set_signs(pieces[graph.roots[0]].text)


def _confused(graph: Graph, names: Names) -> Iterator[tuple[int, Written, str]]:
    """Give what could be taken for an operation of a graph: where, how it is written, what is said."""
    for node in reversed(graph.nodes):
        edges, v = names.shown_operands(node.index), names[node.index]
        if node.op is None or len(edges) != 2:
            continue
        made, here = operation(names, node.index), f"Look at {v}: here it is {operation(names, node.index)}"
        x, twice = names[edges[0].source], edges[0].source == edges[1].source
        if node.op.symbol == "*" and twice:
            said_ = f"In {x}² one arrow leads from {x} to {v}. Here it is {made}: two arrows do."
            yield node.index, lambda p: PLAIN.infix("**", p[0], PLAIN.number(2.0)), said_
        if node.op.symbol == "**" and graph.nodes[edges[1].source].data == 2:
            said_ = f"In {x}·{x} two arrows lead from {x} to {v}. Here it is {made}: one arrow does."
            yield node.index, lambda p: PLAIN.infix("*", p[0], p[0]), said_
        for sign, turned in TAKEN_FOR.get(node.op.symbol, ()):
            other = _other(sign, turned)
            text = set_signs(other([names.pieces[edge.source] for edge in edges]).text)
            yield node.index, other, f"{here}, not {text}."


def _other(sign: str, turned: bool) -> Written:
    return lambda pieces: PLAIN.operation(
        INFIX[sign], pieces[::-1] if turned else pieces, lambda piece: piece
    )
