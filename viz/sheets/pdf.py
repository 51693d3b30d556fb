"""Prints worksheets as PDF, set by Typst; needs the packages of the extra `exam`.

What a page looks like stands in `assets/sheet.typ`; here only its data are put together.
"""

import io
import json
import tempfile
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.text.packages import install
from viz.sheets.content import lettered

if TYPE_CHECKING:
    from viz.sheets.worksheet import Worksheet

SQUARE = 2  # modules of white around the square code


def needed(package: str, feature: str) -> Any:
    """Import a package of the extra; a ModuleNotFoundError says how to get it."""
    try:
        return import_module(package)
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f"{feature[0].upper()}{feature[1:]} need the package {package!r}: {install(feature)}. Pages as "
            ".html and .tex do without it.",
            name=package,
        ) from None


def printed(sheets: "Sequence[Worksheet]") -> bytes:
    """Return a PDF of A4, one page for each sheet."""
    typst = needed("typst", "worksheets as PDF")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for k, sheet in enumerate(sheets):
            sheet.figure.save(place / f"drawing-{k}.pdf", theme="light")
            if sheet.content.code:
                (place / f"square-{k}.svg").write_bytes(square(sheet.content.command))
        data = [_data(sheet, k) for k, sheet in enumerate(sheets)]
        (place / "sheets.json").write_text(json.dumps(data), encoding="utf-8")
        source = (files("viz.sheets") / "assets" / "sheet.typ").read_text(encoding="utf-8")
        (place / "sheet.typ").write_text(source, encoding="utf-8")
        made: bytes = typst.compile(
            str(place / "sheet.typ"), root=folder, format="pdf", ignore_system_fonts=True
        )
        return made


def square(command: str) -> bytes:
    """Return the square code of a command as SVG."""
    made = io.BytesIO()
    needed("segno", "square codes").make(command).save(
        made, kind="svg", border=SQUARE, svgclass=None, lineclass=None
    )
    return made.getvalue()


def _data(sheet: "Worksheet", k: int) -> dict[str, Any]:
    """Return what the template reads."""
    content = sheet.content
    return {
        "title": content.title,
        "given": content.given,
        "solved": sheet.is_solved,
        "drawing": f"drawing-{k}.pdf",
        "legend": content.legend,
        "tables": [
            {
                "title": f"{place}  {table.title}",
                "heads": table.heads,
                "rows": [[row.given, row.worked if sheet.is_solved else ""] for row in table.rows],
            }
            for place, table in enumerate(content.tables, 1)
        ],
        "questions": [
            {
                "number": place,
                "prompt": question.prompt,
                "choices": list(lettered(question)),
                "answer": question.shown if sheet.is_solved else "",
            }
            for place, question in enumerate(content.questions, len(content.tables) + 1)
        ],
        "code": content.code,
        "command": content.command,
        "square": f"square-{k}.svg",
    }
