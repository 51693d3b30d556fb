"""Prints a question as a card: a fragment of HTML that asks, answers in words and needs nothing from outside.

Without its script the question stands, with the answer folded below, and its picture as an image: so it is on
paper, and where a notebook that is not trusted takes scripts and drawings out. It is the script that makes
fields and buttons, and that compares. Knows no mathematics: what is right and what is said stands in the
question's data.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from string import Template
from typing import Any

from autograd.practice import UNREADABLE, Question
from viz.cards.mathematics import typeset
from viz.cards.picture import drawable, drawing
from viz.drawing.drawing import Drawing
from viz.drawing.figure import embedded, svgs
from viz.drawing.render import RenderError
from viz.drawing.svg import image, rules, slim
from viz.player.page import coloured, lean

COMMON = (("viz.player", "reading.js"), ("viz.cards", "progress.js"), ("viz.cards", "parts.js"))
# Of each kind of card: its scripts, and which function begins.
KINDS = {
    "question": (("card.js",), "ask"),
    "stream": (("card.js", "stream.js"), "flow"),
    "work": (("solution.js",), "work"),
}

BOXES, ARROWS = ("op", "leaf", "root", "const", "lit"), ("flow", "faint", "lit-arrow")

WORDS: dict[str, Any] = {
    "mine": "my answer",
    "check": "check",
    "unknown": "I don’t know yet",
    "reveal": "show me",
    "right": "Right.",
    "shown": "Here it is, to look at.",
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
    "unreadable": UNREADABLE,
}


class Picture:
    """A drawing as a page has it: an image that needs nothing, and markup that a script can light up."""

    def __init__(self, svg: str = "", drawing: Drawing | None = None) -> None:
        self.svg, self.drawing = svg, drawing

    @property
    def image(self) -> str:
        """An element that is shown wherever images are."""
        return "" if self.drawing is None else image(self.svg, self.drawing.description)

    @property
    def markup(self) -> ET.Element:
        """The drawing in the colours of the card's style sheet."""
        assert self.drawing is not None
        return slim(self.svg, self.drawing, self.drawing.description)

    @property
    def inline(self) -> str:
        """The same as text; "" where there is no drawing."""
        return "" if self.drawing is None else written(self.markup)


def written(markup: ET.Element) -> str:
    """Return a drawing as text, its coordinates to a tenth of a point."""
    for element in markup.iter():
        for name in {"d", "points", "x", "y"} & element.attrib.keys():
            element.set(name, re.sub(r"(\.\d)\d+", r"\1", element.get(name, "")))
    return ET.tostring(markup, encoding="unicode")


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
    before, after = pictures([question])[0]
    told = {**data(question, before, after), "words": WORDS}
    told["id"] = id or told["id"]
    return element(question, before, title, "question", told)


def element(
    question: Question, before: Picture, title: str = "", kind: str = "", told: dict[str, Any] | None = None
) -> str:
    """Return what of a card stands on the page without its script; with it, if it is given the data."""
    return filled(
        "card.html",
        kind=f" cr-{kind}" if kind else "",
        label=escape(title or question.prompt),
        title=f'<p class="cr-title">{escape(title)}</p>' if title else "",
        given="".join(f"<p>{escape(line)}</p>" for line in question.given),
        picture=before.image,
        prompt=escape(question.prompt),
        choices=_choices(question),
        steps="".join(f"<li>{escape(hint)}</li>" for hint in dict.fromkeys(question.hints) if hint),
        answer=escape(question.shown),
        **engine(kind, told),
    )


def filled(template: str, **places: str) -> str:
    """Fill the places of a card."""
    text = Template(lean("viz.cards", template).rstrip()).substitute(places)
    return "\n".join(line for line in text.splitlines() if line)


def engine(kind: str, told: dict[str, Any] | None) -> dict[str, str]:
    """Return a kind's style sheet, data and script, for their places; nothing where there is no data."""
    if told is None:
        return {"style": "", "data": "", "script": ""}
    return {
        "style": f"<style>{style()}</style>",
        "data": f'<script type="application/json" class="cr-data">{embedded(told)}</script>',
        "script": f"<script>{script(kind)}</script>",
    }


def data(question: Question, before: Picture, after: Picture) -> dict[str, Any]:
    """Return what the script needs of a question."""
    found = question.data()
    texts = [question.prompt, *question.given, question.shown, *question.hints, question.otherwise]
    texts += [slip.sentence for slip in question.slips]
    texts += [question.formula.otherwise] if question.formula else []
    texts += [text for choice in question.alternatives for text in (choice.text, choice.sentence)]
    del found["unreadable"]
    return {
        **found,
        "id": name(question),
        "picture": before.inline,
        # Where scripts are taken out of a page, so is what they hold.
        "solved": after.inline,
        "math": typeset(texts, question.names),
    }


def name(question: Question) -> str:
    """Return a name for a question, the same in every run."""
    return question.source or " ".join((*question.given, question.prompt))


def pictures(questions: Sequence[Question]) -> list[tuple[Picture, Picture]]:
    """Draw questions, each as it is put and as it is solved; where there is nothing to draw, nothing."""
    drawn = [(question, solved) for question in questions if drawable(question) for solved in (False, True)]
    found = painted([drawing(question, solved) for question, solved in drawn])
    at = iter(found)
    return [(next(at), next(at)) if drawable(q) else (Picture(), Picture()) for q in questions]


def painted(drawings: Sequence[Drawing]) -> list[Picture]:
    """Have Graphviz paint drawings."""
    try:
        return [Picture(svg, one) for svg, one in zip(svgs(drawings), drawings, strict=True)]
    except RenderError:
        return [Picture() for _ in drawings]


def _choices(question: Question) -> str:
    """Return the alternatives; of a node that is to be clicked, in one line."""
    items = "".join(f"<li>{escape(choice.text)}</li>" for choice in question.alternatives)
    if question.form == "choice":
        return f'<ol type="a" class="cr-choices">{items}</ol>'
    return f'<ul class="cr-choices">{items}</ul>' if items else ""


@lru_cache(maxsize=len(KINDS))
def script(kind: str) -> str:
    """Return the script of a kind of cards, in a scope of its own."""
    own, act = KINDS[kind]
    parts = "".join(lean(*asset) for asset in (*COMMON, *(("viz.cards", name) for name in own)))
    return f'(() => {{\n"use strict";\n{parts}begin("{kind}", {act});\n}})();'


@lru_cache(maxsize=1)
def style() -> str:
    """Return the cards' style sheet."""
    pictures = rules(".cr-picture", BOXES, ARROWS)
    return coloured(":is(.cr-card, .cr-stream)", lean("viz.cards", "card.css") + "\n".join(pictures))
