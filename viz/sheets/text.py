"""Prints worksheets as plain text; knows no picture."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from viz.sheets.content import lettered

if TYPE_CHECKING:
    from viz.sheets.worksheet import Worksheet


def printed(sheets: "Sequence[Worksheet]") -> str:
    """Return pages in words, a line of dashes between them."""
    return f"\n{'-' * 72}\n\n".join("\n".join(_lines(sheet)) + "\n" for sheet in sheets)


def _lines(sheet: "Worksheet") -> Iterator[str]:
    content = sheet.content
    yield f"{content.title}{'   (solution)' if sheet.is_solved else ''}"
    yield content.given
    for place, table in enumerate(content.tables, 1):
        yield f"\n{place}  {table.title}"
        wide = max((len(row.given) for row in table.rows), default=0)
        for row in table.rows:
            yield f"{row.given:{wide}}   {row.worked if sheet.is_solved else '____'}"
    for place, question in enumerate(content.questions, len(content.tables) + 1):
        yield f"\n{place}  {question.prompt}"
        yield from lettered(question)
        yield f"   {question.shown if sheet.is_solved else '____'}"
    if content.code:
        yield f"\n{content.code}   {content.command}"
