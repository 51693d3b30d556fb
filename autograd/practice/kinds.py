"""Questions without end: the kinds there are, how each is drawn from a seed, and which lesson asks which.

A drawn question keeps its answer apart from every slip: a graph on which a slip would give the right number
is thrown away and another drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from autograd.graph.graph import Graph
from autograd.graph.paths import Paths
from autograd.graph.snapshot import Edge
from autograd.practice import asking, structure, sums
from autograd.practice.question import Question
from autograd.practice.shapes import CHAINS, EXPRESSIONS, MERGES, VALUES, Draw, drawn

LARGEST, MOST_DIGITS = 400.0, 3  # answers that can be worked out in the head
RATES = (0.1, 0.01, 0.5)
TRIES = 300


@dataclass(frozen=True)
class Kind:
    """One kind of question: what it trains, the shapes it is drawn from, and how it is asked of a graph.

    Attributes
    ----------
    says : str
        What one does, in a few words.
    shapes : tuple
        By level.
    ask : callable
        Makes a question of a graph, or None where the graph gives none.
    """

    says: str
    shapes: Sequence[Sequence[str]]
    ask: Callable[[Graph, int, Draw], Question | None]


def _leaf(graph: Graph, draw: Draw, ways: int = 1) -> int | None:
    """Draw a leaf with at least so many paths."""
    leaves = [leaf for leaf in graph.leaves if Paths(graph, leaf).count >= ways]
    return draw.one(leaves) if leaves else None


def _nudge(graph: Graph, level: int, draw: Draw) -> Question | None:
    leaf = draw.one(graph.leaves)
    return sums.nudge(graph, graph.nodes[leaf], 0.01 if level < 3 or draw.below(2) else -0.01)


def _value(graph: Graph, level: int, draw: Draw) -> Question | None:
    return asking.value(graph)


def _arrow(graph: Graph, draw: Draw) -> Edge:
    """Draw an arrow, rather one whose factor has to be thought about."""
    edges = [edge for edge in graph.edges if edge.partial is not None]
    return draw.one([edge for edge in edges if abs(edge.partial or 0.0) != 1] or edges)


def _factor(graph: Graph, level: int, draw: Draw) -> Question | None:
    edge = _arrow(graph, draw)
    target = graph.nodes[edge.target]
    if draw.below(3):
        return asking.factor(graph, target, edge.slot)
    found = structure.letters(graph, target, edge.slot)
    return found if len(found.alternatives) > 2 else None


def _next(graph: Graph, level: int, draw: Draw) -> Question | None:
    computed = [node.index for node in graph.nodes if node.op is not None][::-1]
    done = [graph.nodes[index] for index in computed[: 1 + draw.below(len(computed) - 1)]]
    question = structure.next_node(graph, done)
    waiting = sum(not choice.right and "waits" in choice.sentence for choice in question.alternatives)
    return question if waiting else None


def _paths(graph: Graph, level: int, draw: Draw) -> Question | None:
    leaf = _leaf(graph, draw, 2)
    return None if leaf is None else structure.all_paths(graph, graph.nodes[leaf])


def _product(graph: Graph, level: int, draw: Draw) -> Question | None:
    leaf = draw.one(graph.leaves)
    path = draw.one(list(Paths(graph, leaf)))
    return asking.path(graph, path) if len(path.edges) > 1 else None


def _merge(graph: Graph, level: int, draw: Draw) -> Question | None:
    met = [n for n in range(len(graph)) if len({e.target for e in graph.consumers[n]}) > 1]
    return sums.merge(graph, graph.nodes[draw.one(met)]) if met else None


def _missing(graph: Graph, level: int, draw: Draw) -> Question | None:
    path = draw.one(list(Paths(graph, draw.one(graph.leaves))))
    places = [k for k, edge in enumerate(path.edges[::-1]) if abs(edge.partial or 0.0) != 1]
    return sums.missing(graph, path, draw.one(places)) if len(places) > 1 and path.product else None


def _wrong(graph: Graph, level: int, draw: Draw) -> Question | None:
    places = [n.index for n in graph.nodes if not n.constant and n.index not in graph.roots]
    place = draw.one(places)
    if asking.gradient(graph, graph.nodes[place]).hides:
        return None
    return structure.wrong_number(graph, graph.nodes[place])


def _match(graph: Graph, level: int, draw: Draw) -> Question | None:
    return structure.match(graph)


def _step(graph: Graph, level: int, draw: Draw) -> Question | None:
    leaf = draw.one(graph.leaves)
    return sums.step(graph, graph.nodes[leaf], draw.one(RATES[: max(1, level)]))


def _gradient(graph: Graph, level: int, draw: Draw) -> Question | None:
    return asking.gradient(graph, graph.nodes[draw.one(graph.leaves)])


KINDS = {
    "nudge": Kind("nudge a leaf by 0.01: what does the root do?", CHAINS, _nudge),
    "value": Kind("the value of a node", VALUES, _value),
    "factor": Kind("the factor on one arrow, as a number, then in letters", CHAINS, _factor),
    "next": Kind("click the next node of the backward sweep", MERGES, _next),
    "paths": Kind("click all paths, then count them", MERGES, _paths),
    "path": Kind("the product along one path", CHAINS, _product),
    "merge": Kind("the sum where paths meet", MERGES, _merge),
    "missing": Kind("a missing factor, given the product and the rest", CHAINS, _missing),
    "wrong": Kind("find the one wrong number in a filled drawing", MERGES, _wrong),
    "match": Kind("which expression is this graph?", EXPRESSIONS, _match),
    "step": Kind("where does one step of gradient descent lead?", CHAINS, _step),
    "gradient": Kind("the whole gradient of a leaf", (*CHAINS[:2], *MERGES), _gradient),
}
HIGHEST = 3  # level

# From which lesson to which a kind is asked; None: up to the last.
LESSONS: tuple[tuple[int, int | None, tuple[str, ...]], ...] = (
    (1, 5, ("nudge", "value", "factor")),
    (3, 11, ("next", "path", "match")),
    (3, 5, ("paths",)),
    (6, None, ("merge", "missing")),
    (7, None, ("step",)),
    (12, None, ("paths", "wrong", "gradient")),
)


def kinds(lesson: int) -> tuple[str, ...]:
    """Return the kinds of questions that a lesson asks.

    Examples
    --------
    >>> kinds(1), kinds(7)
    (('nudge', 'value', 'factor'), ('next', 'path', 'match', 'merge', 'missing', 'step'))
    """
    return tuple(
        kind for first, last, some in LESSONS if first <= lesson <= (last or lesson) for kind in some
    )


def question(kind: str, seed: object = 0, level: int = 1) -> Question:
    """Draw a question of a kind; the same kind, seed and level give the same question.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    seed : int or str
    level : int
        From 1 to 3: longer graphs, then negative numbers, then squares and more paths.

    Returns
    -------
    Question
        Its `source` says how to draw it again.

    Raises
    ------
    ValueError
        If there is no such kind, or no such level.

    Examples
    --------
    >>> print(question("value", seed=1))
    u = b + a, L = 3·u
    b = 2, a = 4
    What is the value of L?
    """
    if kind not in KINDS:
        raise ValueError(f"There are no questions of the kind {kind!r}. The kinds are {', '.join(KINDS)}.")
    _require_level(level)
    draw = Draw("practice", kind, level, seed)
    for _ in range(TRIES):
        found = KINDS[kind].ask(drawn(KINDS[kind].shapes, level, draw), level, draw)
        if found is not None and _clear(found):
            return replace(found, source=f"{kind}/{level}/{seed}")
    raise AssertionError(f"no question of the kind {kind} in {TRIES} draws")


def _require_level(level: int) -> None:
    if level not in range(1, HIGHEST + 1):
        raise ValueError(f"level={level!r} is none: levels go from 1, the easiest, to {HIGHEST}.")


def _clear(found: Question) -> bool:
    """Say whether a drawn question can be worked out in the head and hides no slip behind its answer."""
    numbers = [node.data for node in found.graph.nodes]
    if not all(abs(x) <= LARGEST for x in numbers) or _squares_hide(found.graph):
        return False
    return found.form != "number" or (not found.hides and found.answer != 0 and _short(found.answer))


def _squares_hide(graph: Graph) -> bool:
    """Say whether a number is squared whose square is its double, or itself."""
    powers = [node.index for node in graph.nodes if node.op is not None and node.op.symbol == "**"]
    return any(graph.nodes[graph.operands[index][0].source].data in (-1, 0, 1, 2) for index in powers)


def _short(x: float) -> bool:
    """Say whether a number has few digits, zeros around them aside."""
    return len(f"{abs(x):.10g}".replace(".", "").strip("0")) <= MOST_DIGITS and abs(x) <= LARGEST


def stream(lesson: int, seed: object = 0, level: int = 1) -> Iterator[Question]:
    """Give fresh questions of a lesson's kinds without end, the kinds taking turns.

    Parameters
    ----------
    lesson : int
        Its number.
    seed : int or str
        The same seed gives the same questions.
    level : int
        From 1 to 3.

    Returns
    -------
    iterator of Question
        One after the other.

    Raises
    ------
    ValueError
        If no kind of question is asked in such a lesson, or if there is no such level.

    Examples
    --------
    >>> from itertools import islice
    >>> [found.kind for found in islice(stream(2, seed=5), 4)]
    ['nudge', 'value', 'factor', 'nudge']
    """
    some = kinds(lesson)
    if not some:
        raise ValueError(f"There is no lesson {lesson!r}: no kind of question is asked there.")
    _require_level(level)
    return (question(some[k % len(some)], f"{seed}-{lesson}-{k}", level) for k in count())


def review(lesson: int, seed: object = 0, level: int = 1) -> tuple[Question, Question]:
    """Return two fresh questions of kinds that earlier lessons asked, as a lesson opens with.

    Parameters
    ----------
    lesson : int
        Its number, from 2 on.
    seed : int or str
        The same seed gives the same questions.
    level : int
        From 1 to 3.

    Returns
    -------
    tuple of Question
        Two, of different kinds.
    """
    earlier = list(dict.fromkeys(kind for before in range(1, lesson) for kind in kinds(before)))
    if len(earlier) < 2:
        raise ValueError(f"Lesson {lesson} has no lesson before it to ask about.")
    first, second, *_ = Draw("review", lesson, seed).shuffled(earlier)
    return question(first, f"{seed}-review-{lesson}", level), question(
        second, f"{seed}-review-{lesson}", level
    )
