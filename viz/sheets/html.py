"""Prints worksheets as HTML: a fragment for a notebook, a page of A4 sheets for the printer."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from viz.drawing.figure import document
from viz.drawing.looks.sheet import ORDINARY
from viz.drawing.svg import used
from viz.sheets.content import Table, lettered

if TYPE_CHECKING:
    from autograd.practice import Question
    from viz.sheets.worksheet import Worksheet

SPACE = '<span class="cr-space"></span>'


def page(sheets: "Sequence[Worksheet]") -> str:
    """Return a page of HTML of its own; printed, every sheet begins a new page of paper."""
    return document(sheets[0].content.title, fragment(sheets), ORDINARY)


def fragment(sheets: "Sequence[Worksheet]") -> str:
    """Return sheets as one element."""
    css = (files("viz.sheets") / "assets" / "sheet.css").read_text(encoding="utf-8")
    colours = "".join(f"--{name}:light-dark({c.light},{c.dark});" for name, c in used(css).items())
    body = "\n".join("\n".join(_sheet(sheet)) for sheet in sheets)
    return f'<div class="cr-sheets">\n<style>\n.cr-sheets{{{colours}}}\n{css}</style>\n{body}\n</div>'


def _sheet(sheet: "Worksheet") -> Iterator[str]:
    content, solved = sheet.content, sheet.is_solved
    yield '<article class="cr-sheet">'
    name = "<strong>Solution</strong>" if solved else f"Name {SPACE}"
    yield f"<header><h2>{escape(content.title)}</h2><p>{name}</p></header>"
    yield f"<p>{escape(content.given)}</p>"
    yield f'<div class="cr-drawing">{sheet.figure.image}</div>'
    yield f'<p class="cr-legend">{escape(" ".join(content.legend))}</p>'
    yield '<div class="cr-tables">'
    for place, table in enumerate(content.tables, 1):
        yield _table(place, table, solved)
    yield '</div>\n<ol class="cr-asked">'
    for place, question in enumerate(content.questions, len(content.tables) + 1):
        yield _question(place, question, solved)
    yield "</ol>"
    if content.code:
        code, command = escape(content.code), escape(content.command)
        yield f"<footer><strong>{code}</strong> <code>{command}</code></footer>"
    yield "</article>"


def _table(place: int, table: Table, solved: bool) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row.given)}</th><td>{escape(row.worked) if solved else ""}</td></tr>'
        for row in table.rows
    )
    caption = f"<caption>{place}&ensp;{escape(table.title)}</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _question(place: int, question: "Question", solved: bool) -> str:
    choices = "".join(f"<br>{escape(line)}" for line in lettered(question))
    answer = f"<b>{escape(question.shown)}</b>" if solved else SPACE
    return f'<li value="{place}">{escape(question.prompt)}{choices}<br>{answer}</li>'
