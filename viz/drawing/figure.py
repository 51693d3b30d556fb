"""The object that `viz` hands out: one drawing in all its forms; of Graphviz it knows that it may fail."""

import html
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from viz.drawing.dot import dot, prefix
from viz.drawing.drawing import Drawing
from viz.drawing.render import TIMEOUT, render
from viz.drawing.style import stylesheet
from viz.drawing.text import text

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".html", ".txt")


class Figure:
    """A picture that shows itself in a notebook and saves itself to a file.

    `.dot` and `.text` are computed here; `.svg` and `.html` and the files `.svg`, `.png`, `.pdf`,
    `.html` need Graphviz (see `viz.drawing.render`). Made by `viz.graph`, `viz.paths`, `viz.network` and
    `viz.diagram`.

    Parameters
    ----------
    drawing : Drawing
        What the picture says.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing

    @cached_property
    def dot(self) -> str:
        """The picture in Graphviz's language: the same bytes for the same drawing, everywhere."""
        return dot(self.drawing)

    @cached_property
    def text(self) -> str:
        """The picture in words."""
        return text(self.drawing)

    @cached_property
    def svg(self) -> str:
        """The picture as an `<svg>` element, with title, description and colours for light and dark."""
        return _dressed(render(self.dot, "svg").decode("utf-8"), self.drawing)

    @property
    def html(self) -> str:
        """The picture as a fragment of HTML that scrolls where it is wider than the page."""
        return f'<div style="overflow-x:auto">{self.svg}</div>'

    def save(self, path: str | Path, timeout: float = TIMEOUT) -> Path:
        """Write the picture to a file whose ending says how: .svg, .png, .pdf, .dot, .html or .txt.

        Parameters
        ----------
        path : str or Path
            Where to write; the folder must exist.
        timeout : float
            Seconds after which a layout is stopped.

        Raises
        ------
        ValueError
            Another ending, before anything is written.
        RenderError
            Graphviz is missing or failed; the file is left as it was.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in SUFFIXES:
            raise ValueError(
                f"{path.name!r} does not end in one of {', '.join(SUFFIXES)}: the ending says what to write. "
                f'For example .save("{path.stem or "figure"}.svg").'
            )
        path.write_bytes(self._bytes(kind, timeout))
        return path

    def _bytes(self, kind: str, timeout: float) -> bytes:
        if kind == ".dot":
            return self.dot.encode("utf-8")
        if kind == ".txt":
            return self.text.encode("utf-8")
        if kind in (".svg", ".html"):
            svg = _dressed(render(self.dot, "svg", timeout).decode("utf-8"), self.drawing)
            return (_page(self.drawing.title, svg) if kind == ".html" else svg).encode("utf-8")
        return render(self.dot, kind[1:], timeout)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook can choose from; where the picture fails, its words and the reason."""
        try:
            words = self.text
        except Exception as error:  # noqa: BLE001 - a drawing must never break the reader's notebook
            return {"text/plain": f"{self!r}\n(no picture: {error})"}
        try:
            return {"image/svg+xml": self.svg, "text/plain": words}
        except Exception as error:  # noqa: BLE001 - the same
            return {"text/plain": f"{words}\n(no picture: {error})\n"}

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<viz.Figure {self.drawing.title!r}: .text .dot .svg .html .save(path)>"


def _dressed(svg: str, drawing: Drawing) -> str:
    """Return Graphviz's SVG with a title, a description, our style sheet, and names that a reader can use.

    Graphviz writes `<title>n3</title>` into every group (browsers show it as a tooltip): a node gets its
    words instead, and an arrow its label.
    """
    name = prefix(drawing)
    words = {box.id: ", ".join(box.cells or box.lines) for box in drawing.boxes}
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<title>(.*?)</title>\n?", lambda m: _title(m[1], words), svg)
    size, rest = svg.split(">", 1)
    of_boxes = {name for box in drawing.boxes for name in box.classes}
    of_arrows = {name for arrow in drawing.arrows for name in arrow.classes}
    head = (
        f'{size} class="chainrule" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{html.escape(drawing.title)}</title>\n'
        f'<desc id="{name}-desc">{html.escape(drawing.description)}</desc>\n'
        f"<style>\n{stylesheet(of_boxes, of_arrows)}\n</style>"
    )
    return head + rest


def _title(name: str, words: dict[str, str]) -> str:
    return f"<title>{html.escape(words[name])}</title>\n" if name in words else ""


def _page(title: str, svg: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{html.escape(title)}</title>\n'
        f"</head>\n<body>\n{svg}\n</body>\n</html>\n"
    )
