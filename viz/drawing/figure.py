"""The object that `viz` hands out: one drawing in all its forms, and the table of files it can be saved as.

Of Graphviz it knows only that it may fail.
"""

import html
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from viz.drawing.dot import dot
from viz.drawing.drawing import Drawing
from viz.drawing.render import TIMEOUT, render
from viz.drawing.svg import dressed
from viz.drawing.text import text


class Figure:
    """A picture that shows itself in a notebook and saves itself to a file.

    `.dot` and `.text` are computed here; `.svg`, `.html` and the files `.svg`, `.png`, `.pdf`, `.html` need
    Graphviz (see `viz.drawing.render`). Made by `viz.graph`, `viz.paths`, `viz.network` and `viz.diagram`.

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
        return self._svg(TIMEOUT)

    @property
    def html(self) -> str:
        """The picture as a fragment of HTML that scrolls where it is wider than the page."""
        return f'<div style="overflow-x:auto">{self.svg}</div>'

    def save(self, path: str | Path, timeout: float = TIMEOUT) -> Path:
        """Write the picture to a file whose ending says how: one of `viz.drawing.figure.FORMATS`.

        Parameters
        ----------
        path : str or Path
            Where to write; the folder must exist.
        timeout : float
            Seconds after which a layout is stopped.

        Raises
        ------
        ValueError
            Another ending, before anything is written; the message lists those there are.
        RenderError
            Graphviz is missing or failed; the file is left as it was.
        """
        path = Path(path)
        made = FORMATS[ending(path, FORMATS, "figure.svg")](self, timeout)
        path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
        return path

    def _svg(self, timeout: float) -> str:
        return dressed(render(self.dot, "svg", timeout).decode("utf-8"), self.drawing)

    def _page(self, timeout: float) -> str:
        """Return a page of HTML of its own."""
        return document(self.drawing.title, self._svg(timeout))

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


# The table of output formats: what a file's ending says, and how its content is made within some seconds.
FORMATS: dict[str, Callable[[Figure, float], str | bytes]] = {
    ".svg": lambda figure, timeout: figure._svg(timeout),
    ".png": lambda figure, timeout: render(figure.dot, "png", timeout),
    ".pdf": lambda figure, timeout: render(figure.dot, "pdf", timeout),
    ".dot": lambda figure, timeout: figure.dot,
    ".html": lambda figure, timeout: figure._page(timeout),
    ".txt": lambda figure, timeout: figure.text,
}


def ending(path: Path, known: Iterable[str], example: str) -> str:
    """Return a file's ending in small letters; a ValueError lists the known ones where it is another."""
    found, usual = path.suffix.lower(), Path(example)
    if found not in known:
        raise ValueError(
            f"{path.name!r} does not end in one of {', '.join(known)}: the ending says what to write. "
            f'For example .save("{path.stem or usual.stem}{usual.suffix}").'
        )
    return found


def document(title: str, body: str) -> str:
    """Return a complete page of HTML, in light or dark as the reader's system has it."""
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(title)}</title>
</head>
<body>
{body}
</body>
</html>
"""
