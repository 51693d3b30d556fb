"""The page "From the notes to the lessons": the notes' rows and their mistakes, from two tables."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from made_pages import keep

from notebooks.build import FOLDER, lessons

DOCUMENTS = {
    "S000": "Linear regression, forward and backward",
    "S001": "Summary sheet: losses, backpropagation, optimisers, regularisation",
    "S002": "Slides: features, networks, gradients of three layers, computation graphs",
    "S003": "Handwritten: logistic regression, the graph J = 3(a + bc)",
    "S004": "Handwritten: a network, its paths, memoization, dropout",
    "X": "In several of them",
}
KINDS = {"M": "mathematics", "A": "claim", "N": "notation", "O": "transcription"}
HEAD = """# From the notes to the lessons

The lessons grew from five sets of course notes, 000 to 004, scanned and transcribed. This page is for readers
of those notes: every row of them, the lesson that speaks of it, and the numbers that tests hold the engine
to; and every mistake, with what is printed and what is right.
"""


def plain(text: str) -> str:
    """Return text in which nothing is markup but `code`."""
    parts = text.split("`")
    words = (re.sub(r"([\\*_${}\[\]<>#|~^])", r"\\\1", part) for part in parts[::2])
    codes = [f"`` {part} ``" for part in parts[1::2]] + [""]
    return "".join(word + code for word, code in zip(words, codes, strict=True))


def table(*rows: list[str]) -> list[str]:
    """Return the lines of a table, its head first."""
    cells = ["\n".join([f"* - {row[0]}", *(f"  - {cell}" for cell in row[1:])]) for row in rows]
    return ["", "```{list-table}", ":header-rows: 1", ":class: notes", "", *cells, "```"]


def page(texts: dict[str, Any], syllabus: dict[str, Any]) -> str:
    """Return the page."""
    places = {lesson.source.stem: lesson for lesson in lessons()}
    where: dict[str, list[str]] = {}
    numbers: dict[str, str] = {}
    for name, lesson in syllabus["lessons"].items():
        link = f"[{places[name].number}](../tutorials/{places[name].name}.ipynb)"
        for claim in [*lesson.get("rows", {}), *lesson.get("errata", {}), *lesson.get("also", [])]:
            where.setdefault(claim, []).append(link)
        numbers |= {row: ", ".join(map(str, given)) for row, given in lesson.get("rows", {}).items()}
        for claim, given in lesson.get("errata", {}).items():
            printed, right = (", ".join(map(str, given[part])) for part in ("printed", "right"))
            numbers[claim] = f"printed {printed or 'nothing to compute'}; right {right}"
    lines = [HEAD]
    for document, title in DOCUMENTS.items():
        lines += ["", f"## {title}" if document == "X" else f"## {document[1:]}: {title}"]
        rows = [["row", "where", "what it says", "lesson", "numbers"]]
        for claim, text in texts["rows"].items():
            if claim.startswith(document):
                told = (plain(text["where"]), plain(text["says"]))
                rows.append([claim, *told, ", ".join(where[claim]), numbers[claim]])
        if len(rows) > 1:
            lines += ["", "### What it says", *table(*rows)]
        rows = [["mistake", "where", "printed", "right", "lesson", "numbers"]]
        for claim, text in texts["errata"].items():
            if claim.startswith(f"E-{document}"):
                told = (plain(text[part]) for part in ("where", "printed", "right"))
                spoken = ", ".join(where[claim])
                rows.append([f"{claim} ({KINDS[text['kind']]})", *told, spoken, numbers.get(claim, "")])
        lines += ["", "### What is wrong in it", *table(*rows)]
    return "\n".join(lines) + "\n"


def write(app: Any) -> None:
    """Write the page before Sphinx looks for it."""
    folder = Path(app.srcdir) / "explanation"
    tables = folder / "notes.toml", FOLDER / "syllabus.toml"
    texts, syllabus = (tomllib.loads(table.read_text("utf-8")) for table in tables)
    keep(folder / "from-the-notes.md", page(texts, syllabus))


def setup(app: Any) -> dict[str, bool]:
    """Write the page before Sphinx looks for pages."""
    app.connect("builder-inited", write, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
