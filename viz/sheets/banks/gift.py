"""Prints banks of questions in GIFT, which Moodle reads: a category for each question, variants within it."""

import base64
import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from viz.sheets.banks.common import alike, otherwise, picture, plain, right, solved, tolerance

if TYPE_CHECKING:
    from autograd.practice import Question
    from viz.sheets.worksheet import Worksheet


def printed(sheets: "Sequence[Worksheet]", asked: "Sequence[Sequence[Question]]") -> str:
    """Return the questions of all variants, those that belong together in a category of their own."""
    return "\n".join(_lines(sheets, asked))


def _lines(sheets: "Sequence[Worksheet]", asked: "Sequence[Sequence[Question]]") -> Iterator[str]:
    pictures = [_image(sheet) for sheet in sheets]
    for place, (prompt, variants) in enumerate(alike(asked).items(), 1):
        yield f"$CATEGORY: $course$/{_plain(sheets[0].content.title)}/{place} {_plain(prompt)}\n"
        for variant, question in variants:
            yield _question(f"{sheets[variant].content.code} {prompt}", pictures[variant], question)


def _plain(text: str) -> str:
    return text.replace("/", "∕")  # a slash would begin another category


def _question(name: str, image: str, question: "Question") -> str:
    text = _escaped(f"{image}<p>{html.escape(question.prompt)}</p>")
    answers = [f"={_near(x, question)}#{_feedback(solved(question))}" for x in right(question)]
    answers += [f"=%0%{_near(slip.answer, question)}#{_feedback(slip.sentence)}" for slip in question.slips]
    rest = f"~#{_feedback(otherwise(question))}"
    return f"::{_escaped(name)}::[html]{text}{{#\n" + "\n".join([*answers, rest]) + "\n}\n"


def _image(sheet: "Worksheet") -> str:
    """Return the blank drawing within HTML, with the numbers of the leaves as its text."""
    data = base64.b64encode(picture(sheet.blank)).decode("ascii")
    words = html.escape(f"{sheet.content.title}, {sheet.content.given}")
    return f'<p>{words}</p><img alt="{words}" src="data:image/png;base64,{data}">'


def _near(x: float, question: "Question") -> str:
    """Write a number and its tolerance, digit by digit."""
    return f"{plain(x)}:{plain(tolerance(x, question))}"


def _feedback(text: str) -> str:
    return _escaped(html.escape(text, quote=False))


def _escaped(text: str) -> str:
    """Escape what GIFT reads as a sign of its own."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", " ")
