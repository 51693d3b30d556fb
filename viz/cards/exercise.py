"""An exercise: a question that takes answers in Python and says in words what they are, and its card."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from autograd import Graph, Node, Value, practice
from autograd.practice import Question, Verdict
from viz.cards.card import card
from viz.cards.log import Record, exercises
from viz.cards.picture import drawable, drawing
from viz.drawing.figure import Figure, document, ending
from viz.drawing.render import RenderError
from viz.figures.names import names_of


class Answer:
    """What was said to an answer; prints as the sentence, and shows the picture where it is right."""

    def __init__(self, verdict: Verdict, text: str, figure: Figure | None) -> None:
        self.verdict, self.text, self.figure = verdict, text, figure

    @property
    def right(self) -> bool | None:
        """Whether it is right; None where it could not be read."""
        return self.verdict.right

    def __bool__(self) -> bool:
        return bool(self.verdict)

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            picture = "" if self.figure is None else self.figure.image
        except RenderError:
            picture = ""
        return {"text/html": f"<p>{escape(self.text)}</p>{picture}", "text/plain": self.text}


class Card:
    """What is asked on a card, whatever it is: shows itself in a notebook, and is written to a file."""

    @cached_property
    def html(self) -> str:
        """The card, as a fragment of HTML with everything that it needs: the same bytes in every run."""
        raise NotImplementedError

    @property
    def _page(self) -> tuple[str, str]:
        """The title of its page, and what it asks as text."""
        raise NotImplementedError

    def save(self, path: str | Path) -> Path:
        """Write the card as a page of its own, or what it asks as text.

        Parameters
        ----------
        path : str or Path
            Ends in ``.html`` or ``.txt``.

        Returns
        -------
        Path
            Where it was written.
        """
        path = Path(path)
        title, text = self._page
        html = ending(path, (".html", ".txt"), "question.html") == ".html"
        path.write_text(document(title, self.html) if html else f"{text}\n", encoding="utf-8")
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"text/html": self.html, "text/plain": repr(self)}
        except Exception as error:  # noqa: BLE001 - a card must never break the reader's notebook
            return {"text/plain": f"{self!r}\n(no card: {error})"}


class Exercise(Card):
    """One exercise; call it with an answer, as often as it takes.

    Made by `viz.exercise`. Shows itself as a card, which needs no Python: in a notebook, on a site, in a
    saved page. Nothing of the answer is shown before it is found, or given up.

    Attributes
    ----------
    question : Question
    title : str
    figure : Figure or None
        The drawing of what is given; when it is solved, of everything. None where there is none.
    """

    def __init__(self, title: str, question: Question) -> None:
        self.title, self.question = title, question
        self._begun = time.monotonic()
        self._misses = self._helps = 0

    @classmethod
    def of(cls, question: Question) -> Exercise:
        """Return the exercise of a question that is called by itself.

        Parameters
        ----------
        question : Question
            Its title is how it was drawn, or what it asks.

        Returns
        -------
        Exercise
            Call it with an answer.
        """
        return cls(question.source or question.prompt, question)

    @property
    def record(self) -> Record:
        """How it went so far."""
        return exercises.record(self.title, self.question.source)

    @property
    def figure(self) -> Figure | None:
        """The drawing of what is given; of everything when it is solved."""
        if not drawable(self.question):
            return None
        return Figure(drawing(self.question, self.record.right or self.record.shown))

    def __call__(self, answer: Any) -> Answer:
        """Compare an answer, and say in words what it is.

        Parameters
        ----------
        answer : float, str or Value, or what the question asks for
            See `autograd.practice.Question.check`.

        Returns
        -------
        Answer
            True or false; prints as a sentence. What cannot be read is no attempt.
        """
        verdict = self.question.check(answer, self._misses + 1)
        if verdict.right is None:
            return Answer(verdict, verdict.sentence, None)
        record = self.record
        if not record.right:
            record.answers.append(str(getattr(answer, "data", answer)))
            record.right = bool(verdict)
            self._misses += not verdict
            if verdict:
                record.seconds = round(time.monotonic() - self._begun, 1)
        attempt = f"   (attempt {len(record.answers)})" if not verdict or len(record.answers) > 1 else ""
        sign = "✓" if verdict else "✗"
        return Answer(verdict, f"{sign} {verdict.sentence}{attempt}", self.figure if verdict else None)

    def hint(self) -> str:
        """Return the next hint: where to look, the rule with numbers, the worked step. It counts as help.

        Returns
        -------
        str
            One or two sentences.
        """
        self._helps += 1
        self.record.hints += not self.record.right
        return self.question.hints[min(self._helps, len(self.question.hints)) - 1]

    def show(self) -> Answer:
        """Give up; the report says so.

        Returns
        -------
        Answer
            The worked answer, with the picture.
        """
        record = self.record
        record.shown = record.shown or not record.right
        worked = self.question.hints[2] or self.question.shown
        return Answer(Verdict(None, worked), worked, self.figure)

    @cached_property
    def html(self) -> str:
        """The card, as a fragment of HTML with everything that it needs: the same bytes in every run."""
        told = self.title in (self.question.prompt, self.question.source)
        return card(self.question, self.title, "" if told else self.title)

    @property
    def _page(self) -> tuple[str, str]:
        return self.title, str(self.question)

    def __repr__(self) -> str:
        return str(self.question)

    __str__ = __repr__


def exercise(
    title: str | Question,
    root: Value | Graph | None = None,
    leaf: Node | Value | str | None = None,
    *,
    answer: Any = None,
    hints: Sequence[str] = (),
    slips: Mapping[float, str] | None = None,
    choices: Mapping[str, str] | Sequence[str] = (),
    names: Mapping[str, Any] | None = None,
    hunch: bool = False,
) -> Exercise:
    """Put a question that is answered in Python, or on the page, and answered back in words.

    Parameters
    ----------
    title : str or Question
        What the exercise is called; or a question made by `autograd.practice`, which has all it needs.
    root, leaf : Value or Graph, and Value, Node or label
        Ask for the gradient of `root` by `leaf`. What slips give on this graph is computed.
    answer : float or str
        Of a question without a graph: the number, or the right one of `choices`.
    hints : sequence of str
        Up to three, each saying more; with `answer` alone.
    slips : mapping of float to str
        What is said to some wrong numbers; with `answer` alone.
    choices : sequence of str, or mapping
        Alternatives; a mapping says of each what is said when it is chosen.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    hunch : bool
        Ask before anything was explained: no answer is wrong, and what is right follows at once.

    Returns
    -------
    Exercise
        Call it with an answer. `.hint()` and `.show()` help; `viz.exercises.report()` is a table of all.

    Raises
    ------
    TypeError
        If there is neither a graph nor an answer, or both.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> q = exercise("dJ/db", J, b, names=locals())
    >>> q(2)
    ✗ 2 is the factor on the arrow b → u. Multiply it by the gradient that arrives at u.   (attempt 1)
    >>> q("3·1·2")
    ✓ Right. dJ/db = 3·1·2 = 6.   (attempt 2)
    >>> steps = exercise("How many steps are 3 epochs of 4 batches?", answer=12, slips={7: "7 is 3 + 4."})
    >>> steps(7)
    ✗ 7 is 3 + 4.   (attempt 1)
    """
    if isinstance(title, Question):
        return Exercise.of(replace(title, hunch=hunch or title.hunch))
    if (root is None) == (answer is None) or (root is None) != (leaf is None):
        raise TypeError(
            'exercise(...) takes a graph, as in exercise("dJ/db", J, b), or an answer, as in '
            'exercise("How many steps?", answer=12), or a question of autograd.practice.'
        )
    if root is not None and leaf is not None:
        graph = Graph.of(root)
        question = practice.gradient(graph, leaf, names=names_of(graph, names, "leibniz"))
    else:
        question = practice.plain(title, answer, hints=hints, slips=slips or {}, choices=choices)
    return Exercise(title, replace(question, hunch=hunch))
