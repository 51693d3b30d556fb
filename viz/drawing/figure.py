"""The object that `viz` hands out: one drawing in all its forms, and the table of files it can be saved as.

Of Graphviz it knows only that it may fail.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Unpack

from autograd.text.labels import width
from viz.drawing.connectors import shortened
from viz.drawing.dot import dot, prefix
from viz.drawing.drawing import Drawing
from viz.drawing.layout.labels import settled, touching
from viz.drawing.layout.places import Layout, read
from viz.drawing.looks.sheet import ORDINARY, Sheet, SheetOptions
from viz.drawing.render import TIMEOUT, RenderError, render, renders
from viz.drawing.svg import dressed, image
from viz.drawing.text import text
from viz.drawing.tikz import tikz

ROOMS = (1.0, 1.4, 2.0, 3.0, 4.5, 6.0)  # how far apart boxes are set, while a label finds no free place
ENOUGH = 2.0  # for arrowheads: many arrows into one box touch at any size
SCREEN = 96  # dots per inch: a bitmap is as large as the drawing
SMALL = 100  # arrows: a larger drawing is laid out once


class Figure:
    """A picture that shows itself in a notebook and saves itself to a file.

    `.dot` and `.text` are computed here; `.svg`, `.html` and all other files need Graphviz (see
    `viz.drawing.render`). Made by `viz.graph`, `viz.paths`, `viz.network`, `viz.memo` and `viz.diagram`.

    Parameters
    ----------
    drawing : Drawing
        What the picture says.
    mathematics : callable, optional
        Returns the texts in it that are mathematics, and how LaTeX writes them; asked where that is needed.
    **sheet : size, font_size, theme
        What it lies on, as in `save`.
    """

    def __init__(
        self,
        drawing: Drawing,
        mathematics: Callable[[], Mapping[str, str]] = dict,
        **sheet: Unpack[SheetOptions],
    ) -> None:
        self.drawing, self._mathematics = drawing, mathematics
        self.sheet = ORDINARY.but(sheet)

    @cached_property
    def dot(self) -> str:
        """The picture in Graphviz's language: the same bytes for the same drawing, everywhere."""
        return dot(self.drawing, self.sheet)

    @cached_property
    def text(self) -> str:
        """The picture in words."""
        return text(self.drawing)

    @cached_property
    def svg(self) -> str:
        """The picture as an `<svg>` element, with title, description and colours for light and dark."""
        return self._svg(self.sheet, TIMEOUT)

    @property
    def image(self) -> str:
        """The picture as an `<img>` element that needs nothing from outside."""
        return image(self.svg, f"{self.drawing.title}. {self.drawing.description}")

    @property
    def html(self) -> str:
        """The picture as a fragment of HTML that scrolls where it is wider than the page."""
        return f'<div style="overflow-x:auto">{self.svg}</div>'

    def save(self, path: str | Path, timeout: float = TIMEOUT, **sheet: Unpack[SheetOptions]) -> Path:
        """Write the picture to a file whose ending says how: one of `viz.drawing.figure.FORMATS`.

        Parameters
        ----------
        path : str or Path
            Where to write; the folder must exist.
        timeout : float
            Seconds after which a layout is stopped.
        **sheet : size, font_size, theme
            What is not given is as it was when the picture was made.

            * ``size``, a text, a number or a pair: the width and height of the sheet, such as `"16x9cm"`,
              `"1920x1080px"` or `(6, 4)`, in inches; or the width alone. The picture is enlarged or made
              smaller, letters and all, until it fits, and stands in the middle.
            * ``font_size``, a number: how many points the letters in a box have (12 by themselves); all else
              grows with them. With `size`, too, the sheet has this size and the letters that.
            * ``theme``: `"light"`; `"dark"`; `"transparent"`, with no paper and dark ink;
              `"transparent-dark"`, with no paper and bright ink; or `"auto"`: in SVG and HTML dark where the
              reader's system is, else light.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            Another ending, before anything is written; the message lists those there are. A size, a font
            size or a theme that makes no sense, or letters that are too large for the size.
        RenderError
            Graphviz is missing or failed; the file is left as it was.

        Notes
        -----
        Words (`.txt`) have no size, font size or theme; DOT has the theme; a player fits its page. The SVG of
        a theme other than `"auto"` has its colours in itself, as programs for slides need them.
        """
        path = Path(path)
        write = FORMATS[ending(path, FORMATS, "figure.svg")]
        made = write(self, self.sheet.but(sheet), timeout)
        path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)
        return path

    def _svg(self, sheet: Sheet, timeout: float) -> str:
        return dressed(self._painted("svg", sheet, timeout).decode("utf-8"), self.drawing, sheet)

    def _tikz(self, sheet: Sheet, timeout: float) -> str:
        places = render(laid_out(self.drawing, sheet, timeout, turned=True), "json", timeout)
        return tikz(self.drawing, places, sheet, self._mathematics())

    def _page(self, sheet: Sheet, timeout: float) -> str:
        """Return a page of HTML of its own."""
        return document(self.drawing.title, self._svg(sheet, timeout), sheet)

    def _painted(self, format: str, sheet: Sheet, timeout: float, dpi: float = 0) -> bytes:
        """Return the picture as Graphviz paints it, on a sheet of the size asked for."""
        source = laid_out(self.drawing, sheet, timeout, turned=format == "svg")
        bitmap = [f"-Gdpi={dpi or sheet.dpi:g}"] if format == "png" else []
        if sheet.size is None and sheet.font_size is None:
            return render(source, format, timeout, bitmap)
        natural = extent(render(source, "svg", timeout).decode("utf-8"))
        wide, high = sheet.canvas(natural)
        view = f"-Gviewport={wide:.2f},{high:.2f},{sheet.zoom(natural):.5f}"
        return render(source, format, timeout, [*bitmap, view])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return what a notebook can choose from; where the picture fails, its words and the reason."""
        try:
            words = self.text
        except Exception as error:  # noqa: BLE001 - a drawing must never break the reader's notebook
            return {"text/plain": f"{self!r}\n(no picture: {error})"}
        try:
            return {**self._offered(), "text/plain": words}
        except Exception as error:  # noqa: BLE001 - the same
            return {"text/plain": f"{words}\n(no picture: {error})\n"}

    def _offered(self) -> dict[str, str]:
        """Return the picture as drawn, and where it can be had as a bitmap, which needs no trust."""
        offered = {"image/svg+xml": self.svg}
        try:
            bitmap = self._painted("png", self.sheet, TIMEOUT, dpi=SCREEN)
        except RenderError:  # a browser's Graphviz makes none, and none can be of any size
            return offered
        return {**offered, "image/png": base64.b64encode(bitmap).decode("ascii")}

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<viz.Figure {self.drawing.title!r}: .text .dot .svg .html .save(path)>"


# The table of output formats: what a file's ending says, and how its content is made, on a sheet and within
# some seconds.
FORMATS: dict[str, Callable[[Figure, Sheet, float], str | bytes]] = {
    ".svg": lambda figure, sheet, timeout: figure._svg(sheet, timeout),
    ".png": lambda figure, sheet, timeout: figure._painted("png", sheet, timeout),
    ".pdf": lambda figure, sheet, timeout: figure._painted("pdf", sheet, timeout),
    ".tex": lambda figure, sheet, timeout: figure._tikz(sheet, timeout),
    ".dot": lambda figure, sheet, timeout: dot(figure.drawing, sheet),
    ".html": lambda figure, sheet, timeout: figure._page(sheet, timeout),
    ".txt": lambda figure, sheet, timeout: figure.text,
}


def laid_out(
    drawing: Drawing, sheet: Sheet = ORDINARY, timeout: float = TIMEOUT, *, turned: bool = False
) -> str:
    """Return the drawing in DOT with the places of everything; no label lies on anything."""
    layout = None if drawing.straight else _layout(drawing, timeout)
    return dot(drawing, sheet, layout=layout, turned=turned)


@lru_cache(maxsize=16)
def _layout(drawing: Drawing, timeout: float) -> Layout:
    """Let Graphviz lay out a drawing, with as much room as its labels need."""
    return _layouts([drawing], timeout)[0]


def _layouts(drawings: Sequence[Drawing], timeout: float) -> list[Layout]:
    """Let Graphviz lay out drawings, each with as much room as its labels need."""
    tried: list[list[tuple[int, int, float, Layout]]] = [[] for _ in drawings]
    waiting = list(range(len(drawings)))
    for room in ROOMS:
        sources = [dot(drawings[i], room=room) for i in waiting]
        for i, places in zip(list(waiting), renders(sources, "json", timeout), strict=True):
            widths = {arrow.id: width(arrow.label) for arrow in shortened(drawings[i]).arrows}
            layout, left = settled(read(places, f"{prefix(drawings[i])}-"), widths)
            heads = 0 if len(widths) > SMALL else touching(layout)
            tried[i].append((len(left), heads, room, layout))
            if len(widths) > SMALL or (not left and (room >= ENOUGH or not heads)):
                waiting.remove(i)
        if not waiting:
            break
    return [min(found, key=lambda one: one[:3])[3] for found in tried]


def svgs(drawings: Sequence[Drawing], timeout: float = TIMEOUT) -> list[str]:
    """Return the SVG of each of several drawings, as `Figure.svg` has it, for a fraction of the time."""
    sources = [
        dot(drawing, layout=layout, turned=True)
        for drawing, layout in zip(drawings, _layouts(drawings, timeout), strict=True)
    ]
    pictures = renders(sources, "svg", timeout)
    return [
        dressed(picture.decode("utf-8"), drawing, ORDINARY)
        for picture, drawing in zip(pictures, drawings, strict=True)
    ]


def extent(svg: str) -> tuple[float, float]:
    """Return the width and height in points that Graphviz gave to a picture."""
    wide, high = re.findall(r'\b(?:width|height)="([\d.]+)pt"', svg[svg.index("<svg") :])[:2]
    return float(wide), float(high)


def ending(path: Path, known: Iterable[str], example: str) -> str:
    """Return a file's ending in small letters; a ValueError lists the known ones where it is another."""
    found, usual = path.suffix.lower(), Path(example)
    if found not in known:
        raise ValueError(
            f"{path.name!r} does not end in one of {', '.join(known)}: the ending says what to write. "
            f'For example .save("{path.stem or usual.stem}{usual.suffix}").'
        )
    return found


def portable(page: str, still: str) -> str:
    """Return a page for a notebook: its script puts it in the place of what is shown without scripts.

    Where a notebook is not trusted, scripts are taken out with what they hold, and drawings, but not fields
    and buttons: so all of these come with the script.

    Examples
    --------
    >>> print(portable("<button>go on</button>", "<p>What is shown.</p>").partition("<script")[0])
    <div class="cr-portable"><div><p>What is shown.</p></div>
    """
    data, script = f'<script type="application/json">{embedded(page)}</script>', f"<script>{_PUT}</script>"
    return f'<div class="cr-portable"><div>{still}</div>{data}{script}</div>'


_PUT = """\
for (const root of document.querySelectorAll(".cr-portable")) {
const page = JSON.parse(root.children[1].textContent);
root.className = "";
root.replaceChildren(document.createRange().createContextualFragment(page));
}"""


def embedded(data: Any) -> str:
    r"""Return data as JSON that is safe inside a script element.

    Examples
    --------
    >>> embedded({"label": "</script><b>"})
    '{"label":"\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: rf"\u{ord(found[0]):04x}", packed)


def document(title: str, body: str, sheet: Sheet = ORDINARY) -> str:
    """Return a complete page of HTML, in light or dark as the reader's system has it, or as the sheet is."""
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{sheet.schemes}">
<title>{html.escape(title)}</title>
</head>
<body>
{body}
</body>
</html>
"""
