"""A solution with blanks as a card: a filled drawing, its numbers in order, and those that are asked.

Which are blank, and the question that asks for each, is said by `autograd.practice.solution`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from autograd import Edge, Graph, Value, practice
from autograd.graph.names import Names
from autograd.practice import LEVELS, Cell, Question, Setting
from autograd.text.numbers import number
from viz.cards.card import WORDS, Picture, engine, filled, painted, written
from viz.cards.exercise import Answer, Card, Exercise
from viz.cards.mathematics import typeset
from viz.drawing.drawing import Arrow, Drawing
from viz.drawing.figure import Figure
from viz.figures.graph import directed, edge_label, node_box, room_for_symbols
from viz.figures.names import names_of
from viz.figures.size import TooLargeError

MOST = 24  # nodes: the numbers of more are no exercise
BLANK = "?"
PARTS = {
    "value": "Values",
    "factor": "Local derivatives",
    "gradient": "Gradients, from the root to the leaves",
}
SAYS: dict[str, Any] = {
    "next": "Next: {symbol}.",
    "done": "The solution is complete.",
    "reading": "Read it once from top to bottom: every number has its place.",
    "read": "I have read it",
}


class Solution(Card):
    """A solution, number by number, some of them blank; made by `viz.solution`.

    Shows itself as a card that asks for one blank after the other and fills it in. In Python, call it with
    the answers, one after the other.

    Attributes
    ----------
    cells : tuple of Cell
    level : int
    """

    def __init__(self, graph: Graph, names: Names, level: int) -> None:
        self.graph, self.names, self.level = graph, names, level
        self.cells = practice.solution(graph, level, names=names)
        self._open = [cell for cell in self.cells if cell.blank]
        self._exercise: Exercise | None = None

    @property
    def present(self) -> Exercise | None:
        """The number that is asked now, as an exercise; None where nothing is left."""
        if self._exercise is None and self._open:
            cell, given = self._open[0], "; ".join(Setting(self.graph, self.names).given)
            self._exercise = Exercise(f"{cell.symbol} on level {self.level}: {given}", cell.question)
        return self._exercise

    def __call__(self, answer: Any) -> Answer:
        """Compare an answer with the number that is asked now; where it is right, the next one is asked.

        Parameters
        ----------
        answer : float, str or Value
            See `autograd.practice.Question.check`.

        Returns
        -------
        Answer
            True or false; prints as a sentence.

        Raises
        ------
        ValueError
            If nothing is left to answer.
        """
        exercise = self.present
        if exercise is None:
            raise ValueError("Every number stands there already: take a higher level, with more blanks.")
        found = exercise(answer)
        if found:
            del self._open[0]
            self._exercise = None
        return found

    @property
    def text(self) -> str:
        """The solution in lines, with ? for what is not found yet."""
        lines = [*Setting(self.graph, self.names).given]
        for part, title in PARTS.items():
            cells = [cell for cell in self.cells if cell.part == part]
            told = ", ".join(f"{c.symbol} = {BLANK if c in self._open else number(c.answer)}" for c in cells)
            lines += [f"{title}:", f"  {told}"] if cells else []
        return "\n".join(lines)

    @property
    def figure(self) -> Figure:
        """The drawing, with ? for what is not found yet."""
        return Figure(_drawing(self.graph, self.names, self._open))

    @cached_property
    def html(self) -> str:
        """The card, as a fragment of HTML with everything that it needs: the same bytes in every run."""
        asked = [cell for cell in self.cells if cell.blank]
        # The card's own picture is laid out with every number, so that there is room for it.
        image, whole = painted([_drawing(self.graph, self.names, cells) for cells in (asked, ())])
        given = Setting(self.graph, self.names).given
        questions = {k: cell.question for k, cell in enumerate(self.cells) if cell.blank}
        told = {
            "id": f"{' '.join(given)} {LEVELS[self.level]}",
            "words": {**WORDS, **SAYS},
            "cells": [_told(cell, questions.get(k)) for k, cell in enumerate(self.cells)],
            "picture": self._fillable(whole),
            "math": typeset(self._texts(questions.values()), self.names),
        }
        steps = "".join(f"<li>{escape(question.hints[2])}</li>" for question in questions.values())
        answers = f'<summary>Answer</summary><ol class="cr-steps">{steps}</ol>'
        return filled(
            "solution.html",
            level=escape(f"Level {self.level} of {len(LEVELS)}: {LEVELS[self.level]}."),
            given="".join(f"<p>{escape(line)}</p>" for line in given),
            picture=image.image,
            parts="".join(map(self._listed, PARTS)),
            answer=f'<details class="cr-solution">{answers}</details>' if steps else "",
            **engine("work", told),
        )

    def _texts(self, questions: Iterable[Question]) -> Iterator[str]:
        """Give every text of the card in which a formula may stand."""
        yield from (cell.symbol for cell in self.cells)
        for question in questions:
            yield from (question.prompt, question.otherwise, *question.hints)
            yield from (slip.sentence for slip in question.slips)

    def _listed(self, part: str) -> str:
        """Return the numbers of one part as a list."""
        items = "".join(
            f'<li data-cell="{k}"><span>{escape(cell.symbol)}</span> = '
            f"<b>{BLANK if cell.blank else escape(number(cell.answer))}</b></li>"
            for k, cell in enumerate(self.cells)
            if cell.part == part
        )
        return f'<p class="cr-part">{PARTS[part]}</p><ul class="cr-cells">{items}</ul>' if items else ""

    def _fillable(self, picture: Picture) -> str:
        """Return the picture with a mark at each number that is blank, and ? in its place."""
        if picture.drawing is None:
            return ""
        root = picture.markup
        places: dict[tuple[str, str], Element] = {
            (name, shape.get(name, "")): shape
            for shape in root.iter()
            for name in ("data-node", "data-edge")
            if name in shape.attrib
        }
        for k, cell in enumerate(self.cells):
            if cell.blank:
                edge = isinstance(cell.place, Edge)
                at = self.graph.edges.index(cell.place) if isinstance(cell.place, Edge) else cell.place
                shape = places.get(("data-edge" if edge else "data-node", str(at)))
                texts = [] if shape is None else [child for child in shape if child.tag == "text"]
                if texts:
                    below = cell.part == "value" and not edge and self.graph.adjoints[at] is not None
                    text = texts[-2 if below else -1]
                    text.set("data-fill", str(k))
                    text.text = (text.text or "").rstrip().removesuffix(number(cell.answer)) + BLANK
        return written(root)

    @property
    def _page(self) -> tuple[str, str]:
        return f"Solution of {self.names.root}", self.text

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def _told(cell: Cell, question: Question | None) -> dict[str, Any]:
    """Return what the script needs of one number."""
    found: dict[str, Any] = {"symbol": cell.symbol, "shown": number(cell.answer)}
    if question is not None:
        whole = question.data()
        found["question"] = {
            key: whole[key] for key in ("prompt", "accepted", "tolerance", "slips", "otherwise", "hints")
        }
    return found


def _drawing(graph: Graph, names: Names, blank: Collection[Cell]) -> Drawing:
    """Draw a graph with its values, local derivatives and gradients, ? for those that are blank."""
    hidden = {(cell.part, cell.place) for cell in blank}
    boxes = []
    for node in graph.nodes:
        if node.index not in names.default_operands:
            box = node_box(graph, names, node.index, with_gradient=False, composed=True)
            lines, adjoint = list(box.lines), graph.adjoints[node.index]
            if ("value", node.index) in hidden:
                lines[-1] = lines[-1].removesuffix(number(node.data)) + BLANK
            if adjoint is not None and not node.constant:
                told = BLANK if ("gradient", node.index) in hidden else number(adjoint)
                lines.append(f"{names.gradient(node.index)} = {told}")
            cell = ", ".join(line.strip() for line in lines)
            boxes.append(replace(box, lines=tuple(lines), cells=(cell,)))
    kept = {box.id for box in boxes}
    arrows = [
        _arrow(graph, names, i, ("factor", edge) in hidden)
        for i, edge in enumerate(graph.edges)
        if f"n{edge.source}" in kept
    ]
    told = f"Computation graph of {names.root}, from the leaves to the result: its solution, with blanks."
    return directed([Drawing(f"Solution of {names.root}", told, tuple(boxes), tuple(arrows))], graph.depth)


def _arrow(graph: Graph, names: Names, i: int, blank: bool) -> Arrow:
    edge = graph.edges[i]
    label = ""
    if edge.partial is not None:
        label = edge_label(names, edge, symbols=room_for_symbols(names, graph.edges))
    if blank:
        label = label.removesuffix(number(edge.partial or 0.0)) + BLANK
    kind = "faint" if edge.partial is None else "flow"
    return Arrow(f"e{i}", f"n{edge.source}", f"n{edge.target}", label, (kind,))


def solution(
    root: Value | Graph,
    level: int = 2,
    *,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
) -> Solution:
    """Show the whole solution of a graph, with more blanks to fill in on each level.

    Parameters
    ----------
    root : Value or Graph
        The result that is differentiated.
    level : int
        A key of `autograd.practice.LEVELS`: from 1, where all is shown, to 6, where everything is blank.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written, as in `viz.graph`.

    Returns
    -------
    Solution
        Shows itself as a card; takes answers in Python, too, one blank after the other.

    Raises
    ------
    TooLargeError
        If the graph has more than 24 nodes, or was collapsed.
    ValueError
        If there is no such level.

    See Also
    --------
    exercise : One question.
    worksheet : The same on paper.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c; J = 4 * u
    >>> page = solution(J, 3, names=locals())
    >>> print(page)
    u = b·c, J = 4·u
    b = 3, c = 2
    Values:
      b = 3, c = 2, u = 6, J = 24
    Local derivatives:
      ∂u/∂b = 2, ∂u/∂c = 3, ∂J/∂u = 4
    Gradients, from the root to the leaves:
      dJ/dJ = 1, dJ/du = 4, dJ/dc = ?, dJ/db = ?
    >>> page(3)
    ✗ 3 is the factor on the arrow c → u. Multiply it by the gradient that arrives at u.   (attempt 1)
    >>> page(12)
    ✓ Right. dJ/dc = 4·3 = 12.   (attempt 2)
    """
    graph = Graph.of(root)
    if len(graph) > MOST or graph.hidden:
        many = f"{graph.hidden} operations are hidden" if graph.hidden else f"it has {len(graph)} nodes"
        raise TooLargeError(
            f"The solution of this graph is no exercise: {many}. Up to {MOST} nodes are worked out.",
            "Take a smaller expression, or ask for one number of it: viz.exercise(title, root, leaf).",
        )
    return Solution(graph, names_of(graph, names, notation), level)
