"""Prints a question as a card: a fragment of HTML that asks, answers in words and needs nothing from outside.

Without its script the question stands, with the answer folded below; it is the script that compares. Knows no
mathematics: what is right and what is said stands in the question's data.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from string import Template
from typing import Any

from autograd.practice import Question
from viz.cards.picture import drawable, picture
from viz.drawing.render import RenderError
from viz.player.page import coloured, embedded, lean

SCRIPTS = (("viz.player", "reading.js"), ("viz.cards", "progress.js"), ("viz.cards", "card.js"))

WORDS: dict[str, Any] = {
    "check": "check",
    "right": "Right.",
    "shown": "Here it is, to look at.",
    "again": "Try again.",
    "begin": "Your way so far: {way}. Which node is next?",
    "found": "Found: {paths}.",
    "twice": "You have found this one already.",
    "none": "No way found yet.",
    "all": "that is all",
    "progress": "Practice on this page: {right} of {all} right at the first try",
    "helped": ", {} with help",
    "save": "save as JSON",
    "note": "Practice, not a grade: it is kept in this browser alone.",
    "before": "Answered before.",
}


def card(question: Question, id: str = "", title: str = "") -> str:
    """Return a question as an element of HTML that asks it.

    Parameters
    ----------
    question : Question
    id : str
        Under which the page keeps what was answered; by default made from the question.
    title : str
        What stands above it.
    """
    # The solved picture stands among the data: where scripts are taken out of a page, so is what they hold.
    solved = _drawn(question, solved=True)
    data = {**question.data(), "id": id or name(question), "solved": solved, "words": WORDS}
    return Template(lean("viz.cards", "card.html").rstrip()).substitute(
        label=escape(title or question.prompt),
        title=f'<p class="cr-title">{escape(title)}</p>' if title else "",
        style=style(),
        given="".join(f"<p>{escape(line)}</p>" for line in question.given),
        picture=_drawn(question, solved=False),
        prompt=escape(question.prompt),
        choices=_choices(question),
        steps="".join(f"<li>{escape(hint)}</li>" for hint in dict.fromkeys(question.hints) if hint),
        answer=escape(question.shown),
        data=embedded(data),
        script=script(),
    )


def name(question: Question) -> str:
    """Return a name for a question, the same in every run."""
    return question.source or " ".join((*question.given, question.prompt))


def _drawn(question: Question, solved: bool) -> str:
    """Return the drawing; "" where there is none, or no Graphviz."""
    if not drawable(question):
        return ""
    try:
        return picture(question, solved).svg
    except RenderError:
        return ""


def _choices(question: Question) -> str:
    """Return the alternatives, as text that stands without the script and is pressed with it."""
    if not question.alternatives:
        return ""
    letters = "abcdefghijklmnopqrstuvwxyz" if question.form == "choice" else ""
    items = (
        f'<li><button type="button" disabled data-choice="{k}">{letters[k : k + 1] and letters[k] + ") "}'
        f"{escape(choice.text)}</button></li>"
        for k, choice in enumerate(question.alternatives)
    )
    return f'<ul class="cr-choices">{"".join(items)}</ul>'


@lru_cache(maxsize=1)
def script() -> str:
    """Return the card's script, in a scope of its own."""
    return f'(() => {{\n"use strict";\n{"".join(lean(*asset) for asset in SCRIPTS)}}})();'


@lru_cache(maxsize=1)
def style() -> str:
    """Return the card's style sheet."""
    return coloured(".cr-card", lean("viz.cards", "card.css"))
