"""A solution that fades: values, local derivatives, gradients from the root to the leaves, with blanks.

Which numbers are blank is a matter of the level; `Ladder` says when a learner goes up or down. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Path
from autograd.graph.snapshot import Edge
from autograd.practice.asking import factor, gradient, value
from autograd.practice.question import Question

Place: TypeAlias = int | Edge
Part: TypeAlias = Literal["value", "factor", "gradient"]
STREAK = 2  # so many right, or wrong, in a row change the level

LEVELS = {
    1: "all is shown",
    2: "the last leaf's gradient is blank",
    3: "the gradients of all leaves are blank",
    4: "all gradients are blank",
    5: "gradients and local derivatives are blank",
    6: "everything is blank",
}
READ = "Now {what}."
UP = "Two right without help: one level up. Now {what}."
DOWN = "Let's take one step back and look at more of the solution: {what}."


@dataclass(frozen=True)
class Cell:
    """One number of a solution.

    Attributes
    ----------
    part : "value", "factor" or "gradient"
    place : int or Edge
        The node, or the arrow.
    symbol : str
        What the number is called: ``u``, ``∂u/∂b``, ``dJ/db``.
    answer : float
    blank : bool
        Whether it is asked.
    graph : Graph
    names : Names
    """

    part: Part
    place: Place
    symbol: str
    answer: float
    blank: bool
    graph: Graph
    names: Names

    @property
    def question(self) -> Question:
        """The question that asks for this number."""
        if isinstance(self.place, Edge):
            target = self.graph.nodes[self.place.target]
            return factor(self.graph, target, self.place.slot, names=self.names)
        ask = value if self.part == "value" else gradient
        return ask(self.graph, self.graph.nodes[self.place], names=self.names)


def solution(root: Value | Graph, level: int = 1, *, names: Names | None = None) -> tuple[Cell, ...]:
    """Return a solution, number by number in the order in which it is found, blanks by level.

    Parameters
    ----------
    root : Value or Graph
    level : int
        A key of `LEVELS`, from 1, all shown, to 6, all blank. What nobody computes is always shown: the
        leaves' values, and the gradient of the root by itself.
    names : Names, optional
        What the nodes are called.

    Returns
    -------
    tuple of Cell
        Values, local derivatives, gradients.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; J = 4 * u; u.label, J.label = "u", "J"
    >>> [f"{cell.symbol} = {'?' if cell.blank else cell.answer}" for cell in solution(J, 3)[6:]]
    ['∂J/∂u = 4.0', 'dJ/dJ = 1.0', 'dJ/du = 4.0', 'dJ/dc = ?', 'dJ/db = ?']
    """
    if level not in LEVELS:
        raise ValueError(
            f"level={level!r} is none: levels go from 1, all shown, to {len(LEVELS)}, all blank."
        )
    graph = Graph.of(root)
    cells = list(_cells(graph, names or graph.names))
    if level == 2:
        return (*cells[:-1], replace(cells[-1], blank=True))
    return tuple(replace(cell, blank=_from(cell) <= level) for cell in cells)


def faded(question: Question, level: int = 1) -> Question:
    """Return a question in whose drawing stands what a solution shows on a level; never what is asked.

    Parameters
    ----------
    question : Question
        Any of the kinds.
    level : int
        As in `solution`.

    Returns
    -------
    Question
        The same with other `factors`, `numbers` and `veiled`.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; J = 4 * u; u.label, J.label = "u", "J"
    >>> asked = faded(gradient(J, b), 1)
    >>> asked.numbers, len(asked.factors)  # of J, u and c; of all arrows but the one from a plain number
    (((4, 1.0), (2, 4.0), (1, 12.0)), 3)
    >>> faded(asked, 6).numbers, faded(asked, 6).factors, faded(asked, 6).veiled
    (((4, 1.0),), (), (2, 4))
    """
    cells = solution(question.graph, level, names=question.names)
    secret = _secret(question)
    gradients = tuple(
        (c.place, c.answer)
        for c in cells
        if c.part == "gradient" and isinstance(c.place, int) and not c.blank and c.place not in secret
    )
    factors = tuple(
        c.place for c in cells if isinstance(c.place, Edge) and not c.blank and c.place not in secret
    )
    veiled = tuple(c.place for c in cells if c.part == "value" and isinstance(c.place, int) and c.blank)
    return replace(
        question,
        numbers=question.numbers if question.kind == "wrong" else gradients,
        factors=factors,
        veiled=veiled,
    )


def _secret(question: Question) -> set[Place]:
    """List what would give an answer away: nodes by their gradients, arrows by their factors."""
    graph, asked = question.graph, question.asked
    everything: set[Place] = {*range(len(graph)), *graph.edges}
    if question.kind in ("value", "match"):
        return everything  # a factor may be a value
    if question.kind == "next":
        return everything - set(asked if isinstance(asked, tuple) else ()) - set(graph.edges)
    if isinstance(asked, Path):
        return {asked.nodes[-1]}
    return {asked} if isinstance(asked, int | Edge) else set()


def _cells(graph: Graph, names: Names) -> Iterator[Cell]:
    for node in graph.nodes:
        if not node.constant:
            yield Cell("value", node.index, names[node.index], node.data, False, graph, names)
    for edge in graph.edges:
        if edge.partial is not None:
            yield Cell("factor", edge, names.local(edge), edge.partial, False, graph, names)
    for node in reversed(graph.nodes):
        adjoint = graph.adjoints[node.index]
        if adjoint is not None:
            yield Cell("gradient", node.index, names.gradient(node.index), adjoint, False, graph, names)


def _from(cell: Cell) -> int:
    """Return the level from which on a number is blank."""
    never = len(LEVELS) + 1
    if isinstance(cell.place, Edge):
        return 5
    leaf = cell.graph.nodes[cell.place].op is None
    if cell.part == "value":
        return never if leaf else 6
    return never if cell.place in cell.graph.roots else 3 if leaf else 4


@dataclass(frozen=True)
class Ladder:
    """Where a learner stands: two right without help lead one level up, two wrong one down.

    Attributes
    ----------
    level : int
        Anybody may choose another: ``Ladder(4)``.
    right, wrong : int
        How many in a row.

    Examples
    --------
    >>> ladder, said = Ladder(2).after(True)[0].after(True)
    >>> ladder.level, said
    (3, 'Two right without help: one level up. Now the gradients of all leaves are blank.')
    >>> ladder.after(True, helped=True)[0].right
    0
    """

    level: int = 1
    right: int = 0
    wrong: int = 0

    def after(self, right: bool, helped: bool = False) -> tuple[Ladder, str]:
        """Return where a learner stands after an answer, and what is said; "" where the level stays.

        An answer with a hint counts neither way, and "I don't know yet" is a hint, never a wrong answer.

        Parameters
        ----------
        right : bool
            Whether the first answer was right.
        helped : bool
            Whether a hint was asked for before.

        Returns
        -------
        tuple of Ladder and str
            The place after this answer, and the sentence.
        """
        if helped:
            return Ladder(self.level), ""
        now = Ladder(self.level, self.right + 1, 0) if right else Ladder(self.level, 0, self.wrong + 1)
        if now.right == STREAK and self.level < len(LEVELS):
            return Ladder(self.level + 1), UP.format(what=LEVELS[self.level + 1])
        if now.wrong == STREAK and self.level > 1:
            return Ladder(self.level - 1), DOWN.format(what=LEVELS[self.level - 1])
        return now, ""

    def read(self) -> tuple[Ladder, str]:
        """Return where a learner stands who has read a whole solution, and what is said.

        Returns
        -------
        tuple of Ladder and str
            The second level, where the first number is blank.
        """
        return Ladder(2), READ.format(what=LEVELS[2])

    def data(self) -> dict[str, Any]:
        """Return this for JSON.

        Returns
        -------
        dict
            ``Ladder(**data)`` reads it.
        """
        return {"level": self.level, "right": self.right, "wrong": self.wrong}
