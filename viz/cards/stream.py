"""A stream: one question after the other, on a page as many as stand there, in Python without end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from html import escape
from itertools import islice
from typing import Any

from autograd import practice
from autograd.practice import Question
from viz.cards.card import WORDS, data, element, engine, pictures
from viz.cards.exercise import Answer, Card, Exercise

PAPER = 3  # questions that stand on the page without its script, for paper

TITLE = "Fresh questions"
TURN: dict[str, Any] = {
    "turn": "Question {k} of {all}.",
    "another": "another question",
    "first": "again from the first",
    "end": "This was the last of the {all} questions on this page. In Python, {more} puts others.",
}


class Stream(Card):
    """Fresh questions, one after the other; made by `viz.stream`.

    Shows itself as a card with `count` questions, for pages without Python: the next comes when it is asked
    for, and the card goes on where the reader left off. In Python there is no end: ``next(stream)`` is the
    next question as an `Exercise`, and the stream called with an answer compares it with the present one.

    Attributes
    ----------
    lesson, seed, level, count
        As they were given.
    """

    def __init__(self, lesson: int, seed: object, level: int, count: int) -> None:
        self.lesson, self.seed, self.level, self.count = lesson, seed, level, count
        self._questions = self._begin()
        self._present: Exercise | None = None

    def _begin(self) -> Iterator[Question]:
        return practice.stream(self.lesson, self.seed, self.level)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those that the card has."""
        return tuple(islice(self._begin(), self.count))

    def __iter__(self) -> Iterator[Exercise]:
        return self

    def __next__(self) -> Exercise:
        self._present = Exercise.of(next(self._questions))
        return self._present

    @property
    def present(self) -> Exercise:
        """The exercise that is asked now."""
        return self._present or next(self)

    def __call__(self, answer: Any) -> Answer:
        """Compare an answer with the present question; ``next(stream)`` puts another.

        Parameters
        ----------
        answer : float, str or Value, or what the question asks for
            See `autograd.practice.Question.check`.

        Returns
        -------
        Answer
            True or false; prints as a sentence.
        """
        return self.present(answer)

    @cached_property
    def html(self) -> str:
        """The card, as a fragment of HTML with everything that it needs: the same bytes in every run."""
        listed = self.questions
        drawn = pictures(listed)
        told = [data(question, *both) for question, both in zip(listed, drawn, strict=True)]
        seed = self.seed + 1 if isinstance(self.seed, int) else 1
        level = f", level={self.level}" if self.level != 1 else ""
        end = TURN["end"].replace("{more}", f"viz.stream({self.lesson}, seed={seed}{level})")
        parts = engine("stream", {"questions": told, "words": {**WORDS, **TURN, "end": end}})
        cards = [element(q, both[0]) for q, both in zip(listed[:PAPER], drawn, strict=False)]
        return "\n".join(
            [
                f'<div class="cr-stream" role="group" aria-label="{escape(TITLE)}">',
                parts["style"], *cards, parts["data"], parts["script"],
                "</div>",
            ]
        )  # fmt: skip

    @property
    def _page(self) -> tuple[str, str]:
        return TITLE, "\n\n".join(map(str, self.questions))

    def __repr__(self) -> str:
        return f"{self.present}\n(answer by calling the stream; next(stream) puts another question)"


def stream(lesson: int, seed: object = 1, *, level: int = 1, count: int = 20) -> Stream:
    """Put fresh questions of the kinds that a lesson trains, one after the other.

    Parameters
    ----------
    lesson : int
        Its number; `autograd.practice.kinds` lists what is asked.
    seed : int or str
        The same seed gives the same questions in the same order.
    level : int
        From 1 to 3: longer graphs, then negative numbers, then squares and more paths.
    count : int
        How many stand on the card; in Python there is no end.

    Returns
    -------
    Stream
        Shows itself as a card; takes answers in Python, too.

    Raises
    ------
    ValueError
        If there is no such lesson or level, or if `count` is less than one.

    Examples
    --------
    >>> questions = stream(2, seed=5)
    >>> print(questions.present)
    u = p − q, J = u·r
    p = 3, q = 5, r = 4
    r grows by 0.01. By how much does J change?
    >>> questions("0,01")
    ✗ 0.01 is how far r moves. The question is how far J moves then.   (attempt 1)
    >>> questions(-0.02)
    ✓ Right. −8.02 − (−8) = −0.02.   (attempt 2)
    >>> print(next(questions))
    u = b + w, f = 3·u
    b = 4, w = 2
    What is the value of f?
    """
    if count < 1:
        raise ValueError(f"count={count!r}: a card has one question or more.")
    return Stream(lesson, seed, level, count)
