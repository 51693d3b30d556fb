"""Makes questions about a graph that somebody has: a value, the factor on an arrow, a path, a gradient.

Words the question, the hints and the solution; what slips give stands in `slips`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Path
from autograd.graph.snapshot import Edge, Place
from autograd.practice.question import Alternative, Form, Question
from autograd.practice.reading import Reading
from autograd.practice.slips.arrows import LOCAL, Local
from autograd.practice.slips.gradients import Along, Derivative, gradient_slips
from autograd.practice.slips.table import Slip, collected
from autograd.practice.slips.values import Computed, value_slips
from autograd.practice.slips.wording import (
    arrow,
    filled,
    formula,
    operation,
    plus,
    route,
    said,
    set_signs,
    times,
)
from autograd.text.forms import LATEX
from autograd.text.numbers import ROUNDED, added_up, enough, number, shortened, shown_digits

EXACT = 1e-9  # the relative error of what is shown in full
LOOK = "Let's look at one arrow: {arrow}."
UNKNOWN = "I can't see where {n} comes from. "
MANY = "{} can come about in more than one way. "
MOST_GIVEN = 12  # lines of a graph that are written out


class Setting:
    """A graph, what its nodes are called, and how exact its numbers are shown.

    Questions make one for themselves; who asks many of one graph makes it once and hands it in as their root.

    Parameters
    ----------
    root : Value or Graph
        What is asked about.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; by default none where all numbers are shown in
        full, else 0.002.
    slips : bool
        Whether the questions know what slips give: that takes time, and room on a page.
    """

    def __init__(
        self,
        root: Value | Graph,
        names: Names | None = None,
        tolerance: float | None = None,
        slips: bool = True,
    ) -> None:
        self.graph = Graph.of(root)
        self.names = names or self.graph.names
        self.slips = slips
        self.typeset = self.names.within(LATEX)
        if tolerance is None:
            shown = [*(n.data for n in self.graph.nodes), *(e.partial or 0.0 for e in self.graph.edges)]
            tolerance = EXACT if all(float(number(x)) == x for x in shown) else ROUNDED
        self.tolerance = tolerance

    @classmethod
    def of(
        cls, root: Value | Graph | Setting, names: Names | None = None, tolerance: float | None = None
    ) -> Setting:
        """Return the setting of a graph, and a setting as it is.

        Parameters
        ----------
        root : Value, Graph or Setting
            What is asked about.
        names, tolerance : Names and float, optional
            As when it is made.

        Returns
        -------
        Setting
            A new one, unless it is one already.
        """
        return root if isinstance(root, Setting) else cls(root, names, tolerance)

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The lines of the graph, and the numbers of its leaves."""
        return self.lines(_used(self.graph, self.graph.roots))

    def leading_to(self, node: int, inner: bool) -> tuple[str, ...]:
        """Write what a node is made of, down to the leaves, or its operation and operands alone.

        Parameters
        ----------
        node : int
            Its place in the graph.
        inner : bool
            Whether down to the leaves.

        Returns
        -------
        tuple of str
            Lines.
        """
        if inner:
            return self.lines(_used(self.graph, [node]))
        operands = dict.fromkeys(e.source for e in self.names.shown_operands(node))
        known = [i for i in operands if not self.graph.nodes[i].constant]
        numbers = [f"{self.names[i]} = {said(self.graph.nodes[i].data)}" for i in known]
        return (f"{self.names[node]} = {operation(self.names, node)}", ", ".join(numbers))

    def lines(self, used: Sequence[int]) -> tuple[str, ...]:
        """Write the operations that make some nodes, and the numbers of the leaves among them.

        Parameters
        ----------
        used : sequence of int
            Their places in the graph.

        Returns
        -------
        tuple of str
            Two lines, or one where a graph has no operation.
        """
        names = self.names
        written = {i: operation(names, i) or set_signs(names.composed(i)) for i in used}
        made = [f"{names[i]} = {text}" for i, text in written.items() if text]
        leaves = [f"{names[i]} = {said(self.graph.nodes[i].data)}" for i in used if i in self.graph.leaves]
        return tuple(", ".join(shortened(line, MOST_GIVEN)) for line in (made, leaves) if line)

    def question(
        self,
        kind: str,
        prompt: str,
        symbols: tuple[str, ...],
        typeset: tuple[str, ...],
        asked: Any,
        answer: float,
        slips: Iterable[Slip],
        look: str,
        hints: tuple[str, str],
        accepted: Sequence[float] = (),
        given: tuple[str, ...] | None = None,
    ) -> Question:
        """Put a question together whose answer is a number.

        Parameters
        ----------
        kind : str
            Its kind.
        prompt : str
            The sentence, with a gap ``{}`` for each symbol.
        symbols, typeset : tuple of str
            What stands in the gaps, as text and in LaTeX.
        asked : int, Edge, Path or tuple of int
            What it is about.
        answer : float
            The number.
        slips : iterable of Slip
            All that are found; those with one number are put together here.
        look : str
            Where to look: the first hint.
        hints : tuple of str
            The second and the third.
        accepted : sequence of float
            Numbers that are right, too.
        given : tuple of str, optional
            What is known; by default the whole graph.

        Returns
        -------
        Question
            The question.
        """

        def near(a: float, b: float) -> bool:
            return Reading(a).near(b, self.tolerance)

        answers = (answer, *accepted)
        told, hides = collected(
            slips if self.slips else (), near, lambda n: any(near(n, a) for a in answers), MANY + look
        )
        return Question(
            kind, "number", filled(prompt, symbols), self.graph, self.names, asked, answer,
            (look, *hints), otherwise=UNKNOWN + look, slips=told, hides=hides,
            accepted=tuple(accepted), tolerance=self.tolerance,
            prompt_latex=filled(prompt, [f"${text}$" for text in typeset]),
            given=self.given if given is None else given,
        )  # fmt: skip

    def choice(
        self,
        kind: str,
        form: Form,
        prompt: str,
        asked: Any,
        alternatives: Iterable[Alternative],
        hints: tuple[str, str, str],
        **more: Any,
    ) -> Question:
        """Put a question together whose answer is one of several, or a node.

        Parameters
        ----------
        kind : str
            Its kind.
        form : str
            ``"choice"`` or ``"node"``.
        prompt : str
            The sentence.
        asked : int, Edge, Path or tuple of int
            What it is about.
        alternatives : iterable of Alternative
            At least one is right.
        hints : tuple of str
            Three.
        **more : object
            Other attributes of the question.

        Returns
        -------
        Question
            The question.
        """
        listed = tuple(alternatives)
        answer = next(place for place, choice in enumerate(listed) if choice.right)
        return Question(
            kind, form, prompt, self.graph, self.names, asked, float(answer), hints,
            alternatives=listed, prompt_latex=prompt, **{"given": self.given, **more},
        )  # fmt: skip


def _used(graph: Graph, nodes: Iterable[int]) -> list[int]:
    """List the nodes that some nodes are made of, and these, in the order of the graph."""
    found, waiting = set(nodes), list(nodes)
    while waiting:
        fresh = {edge.source for edge in graph.operands[waiting.pop()]} - found
        found |= fresh
        waiting += fresh
    return sorted(found)


def gradient(
    root: Value | Graph | Setting, leaf: Place, *, names: Names | None = None, tolerance: float | None = None
) -> Question:
    """Ask for the gradient of a node, along all paths.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    leaf : Value, Node or label
        By what is differentiated; any node.
    names : Names, optional
        What the nodes are called; by default by their labels.
    tolerance : float, optional
        The relative error at which a number counts as right; by default none where all numbers are shown in
        full, else 0.002.

    Returns
    -------
    Question
        What is asked, the answer, what slips give, and hints.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> u = 2 * x; y = u * x; u.label, y.label = "u", "y"
    >>> question = gradient(y, x)
    >>> question.answer, question.hints[2]
    (12.0, 'dy/dx = 3·2 + 6 = 6 + 6 = 12.')
    >>> print(question.check(36).sentence)
    36 is the product of the two paths. Multiply along a path; add where paths meet.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    node = graph.index(leaf)
    asked = Derivative(graph, called, node)
    symbol = called.gradient(node)
    look = LOOK.format(arrow=arrow(called, _telling(asked)))
    return setting.question(
        "gradient", "What is {}?", (symbol,), (setting.typeset.gradient(node),), node, asked.total,
        gradient_slips(asked), look, derived(asked),
    )  # fmt: skip


def derived(asked: Derivative) -> tuple[str, str]:
    """Write a gradient by its rule with numbers, and worked out."""
    symbol, terms = asked.names.gradient(asked.node), _terms(asked)[1]
    with shown_digits(enough(asked.total, added_up, *terms)):
        sums = _terms(asked)[0]
        added = plus(terms) if len(terms) > 1 else sums
    worked = dict.fromkeys([symbol, sums, added, said(asked.total)])
    return f"{symbol} = {sums}.", f"{' = '.join(worked)}."


def path(
    root: Value | Graph | Setting,
    nodes: Path | Sequence[Place],
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask for the product along one path; see `gradient`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    nodes : Path or sequence of places
        The path, or the nodes on it, from the leaf up or from the root down.
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
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; J = 5 * u; u.label, J.label = "u", "J"
    >>> print(path(J, [b, u, J]).check(7).sentence)
    7 is 5 + 2. Each arrow stretches the nudge, so along a path multiply.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    way = nodes if isinstance(nodes, Path) else path_of(graph, called, [graph.index(node) for node in nodes])
    asked = Along(graph, called, way.nodes[-1], way)
    shown, numbers = route(called, asked.arrows), times(way.partials)
    typeset = r" \to ".join(setting.typeset[node] for node in reversed(way.nodes))
    symbols = " · ".join(called.local(edge) for edge in way.edges)
    return setting.question(
        "path", "What comes along the path {}?", (shown,), (typeset,), way, way.product,
        gradient_slips(asked), LOOK.format(arrow=arrow(called, _telling(asked))),
        (f"{symbols} = {numbers}.", f"{' = '.join(dict.fromkeys((symbols, numbers, said(way.product))))}."),
    )  # fmt: skip


def path_of(graph: Graph, names: Names, nodes: Sequence[int]) -> Path:
    """Find the path over some nodes, in either direction."""
    down = list(nodes if nodes and nodes[0] in graph.roots else reversed(nodes))
    edges = []
    for above, below in pairwise(down):
        edge = next((e for e in graph.operands[above] if e.source == below and e.partial is not None), None)
        if edge is None:
            raise ValueError(f"No gradient flows from {names[above]} to {names[below]}: this is no path.")
        edges.append(edge)
    if not edges or down[0] not in graph.roots:
        raise ValueError(f"A path leads from a node up to {names.root}; name all nodes on it, both ends too.")
    partials = tuple(edge.partial or 0.0 for edge in edges)
    return Path(tuple(down), tuple(edges), partials, prod(partials), graph)


def _telling(asked: Derivative) -> Edge:
    """Choose the arrow to look at first: near the node, and one that changes the size of a nudge."""
    if not asked.arrows:
        x, f = asked.names[asked.node], asked.names.root
        raise ValueError(
            f"{f} is not computed from {x}, or is {x} itself: no arrow leads from one to the other, so there "
            f"is no derivative to ask for. Ask for a node on the way to {f}."
        )
    way = asked.paths[0].edges[::-1] if asked.paths else asked.arrows
    return next((edge for edge in way if abs(edge.partial or 0.0) != 1), way[0])


def _terms(asked: Derivative) -> tuple[str, list[float]]:
    """Write a gradient as the sum over paths of products, or over arrows where the paths are many or long."""
    if asked.paths and len(asked.paths) <= 3 and all(len(path.edges) <= 4 for path in asked.paths):
        parts = [(path.partials, path.product) for path in asked.paths]
    else:
        uses = [edge for edge in asked.arrows if edge.source == asked.node]
        pairs = [(asked.graph.adjoints[edge.target] or 0.0, edge.partial or 0.0) for edge in uses]
        parts = [(pair, pair[0] * pair[1]) for pair in pairs]
    written = " + ".join(times(factors) for factors, _ in parts).replace("+ −", "− ")
    return written, [share for _, share in parts]


def value(
    root: Value | Graph | Setting,
    node: Place | None = None,
    *,
    inner: bool = True,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask for the value of a node, by default that of the root; see `gradient`.

    Parameters
    ----------
    root : Value, Graph or Setting
        The result, or a snapshot of its graph; a setting where many questions are asked of one.
    node : Value, Node or label, optional
        By default the root.
    inner : bool
        Whether the values on the way to it have to be computed, too; else they are known.
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
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; u.label = "u"
    >>> print(value(u).check(5).sentence)
    5 is b + c. Here it is b·c.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    place = graph.roots[0] if node is None else graph.index(node)
    v, made, x = called[place], operation(called, place), graph.nodes[place]
    if not made and x.op is not None:
        raise ValueError(f"{v} is computed by operations that a collapse has hidden. Ask on the whole graph.")
    if not made:
        raise ValueError(
            f"{v} is a leaf: its value {number(x.data)} is given. Ask for a node that is computed."
        )
    filled = set_signs(called.filled(place))
    look = f"Let's look at one operation: {v} = {made}."
    return setting.question(
        "value", "What is the value of {}?", (v,), (setting.typeset[place],), place, x.data,
        value_slips(Computed(graph, called, place), inner), look,
        (f"{v} = {filled}.", f"{v} = {made} = {filled} = {said(x.data)}."),
        given=setting.leading_to(place, inner),
    )  # fmt: skip


def factor(
    root: Value | Graph | Setting,
    target: Place,
    source: Place | int,
    *,
    names: Names | None = None,
    tolerance: float | None = None,
) -> Question:
    """Ask for the factor on one arrow, the local derivative of `target` by one of its operands.

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

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; u.label = "u"
    >>> print(factor(u, u, b).check(3).sentence)
    3 is b itself. In b·c the arrow from b carries the other factor, c.
    """
    setting = Setting.of(root, names, tolerance)
    graph, called = setting.graph, setting.names
    edge = edge_of(graph, called, target, source)
    assert edge.partial is not None
    symbol, made, rule = called.local(edge), operation(called, edge.target), formula(called, edge)
    line = f"{symbol} = {rule}" if rule else symbol
    x, v = called[edge.source], called[edge.target]
    look = f"Look at {v} = {made}: how fast does it move when {x} alone moves?"
    worked = list(dict.fromkeys([*line.split(" = "), said(edge.partial)]))
    return setting.question(
        "factor", "Which factor does the arrow {} carry? What is {}?", (arrow(called, edge), symbol),
        (rf"{setting.typeset[edge.source]} \to {setting.typeset[edge.target]}", setting.typeset.local(edge)),
        edge, edge.partial, LOCAL.slips(Local(graph, called, edge)), look,
        (f"{line}.", f"{' = '.join(worked)}."),
    )  # fmt: skip


def edge_of(graph: Graph, names: Names, target: Place, source: Place | int) -> Edge:
    """Find the arrow from an operand, or from the operand at a place, to a node."""
    place = graph.index(target)
    edges = graph.operands[place]
    if isinstance(source, int):
        found, called = next((e for e in edges if e.slot == source), None), f"operand {source}"
    else:
        index = graph.index(source)
        found, called = next((e for e in edges if e.source == index), None), names[index]
    if found is None:
        has = ", ".join(names[edge.source] for edge in edges) or "none, it is a leaf"
        raise ValueError(f"No arrow leads from {called} to {names[place]}. Its operands: {has}.")
    if found.partial is None:
        raise ValueError(f"No gradient flows from {names[place]} to {called}: there is no factor to ask for.")
    return found
