r"""Prints a laid-out drawing as TikZ: a document that compiles, and that another document can ``\input``.

The places are Graphviz's, the texts LaTeX's own. It knows nothing of what a drawing means.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from viz.drawing.connectors import shortened
from viz.drawing.dot import label_id, prefix
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.latex import Typesetter
from viz.drawing.layout.places import point
from viz.drawing.looks.sheet import INCH, LETTERS, Sheet
from viz.drawing.looks.style import STYLES
from viz.drawing.placement import labelled

PAD = 14.4  # points around everything, as Graphviz leaves them
_SMALL = 11.0  # points: the letters of labels and captions
_DASHES = {"dashed": (6, 4), "dotted": (2, 4)}
_ROOM = 0.94  # of a box is for its text, at most

# The file is a document of its own, and a picture inside another: \@nodocument is \relax only within one.
_TEMPLATE = r"""% {title}
% Compile this file, or \input it in a document that says \usepackage{{amsmath,tikz}}.
\expandafter\ifx\csname @nodocument\endcsname\relax\else
\RequirePackage{{fix-cm}}
\documentclass{{article}}
\usepackage{{amsmath,tikz}}
\usepackage[paperwidth={wide}bp,paperheight={high}bp,margin=0bp]{{geometry}}
\pagestyle{{empty}}
\setlength{{\parindent}}{{0pt}}
\setlength{{\topskip}}{{0pt}}
\addtolength{{\textheight}}{{9bp}}
\def\crdone{{\end{{document}}}}
\begin{{document}}
\fi
\begin{{tikzpicture}}[x={zoom}bp, y={zoom}bp]
{body}
\end{{tikzpicture}}%
\ifdefined\crdone\expandafter\crdone\fi
"""
# A text that is wider or higher than its place is made smaller.
_FIT = r"""\def\crfit#1#2#3{\setbox0\hbox{\begin{tabular}{@{}l@{}}#3\end{tabular}}%
  \ifdim\wd0>#1\relax\resizebox{#1}{!}{\box0}\else
  \ifdim\dimexpr\ht0+\dp0\relax>#2\relax\resizebox*{!}{#2}{\box0}\else\box0\fi\fi}"""


def tikz(drawing: Drawing, places: bytes, sheet: Sheet, known: Mapping[str, str]) -> str:
    """Return a drawing as a LaTeX document with one picture.

    Parameters
    ----------
    drawing : Drawing
    places : bytes
        What Graphviz says in JSON of where everything of this drawing is.
    sheet : Sheet
    known : mapping
        Texts that are mathematics, and how LaTeX writes them.
    """
    return _Picture(drawing, json.loads(places), sheet, Typesetter(known)).document()


class _Picture:
    """Collects what the document needs."""

    def __init__(self, drawing: Drawing, places: Any, sheet: Sheet, write: Typesetter) -> None:
        start = len(prefix(drawing, sheet)) + 1
        self.angles = (
            {label_id(arrow): place.angle for arrow, place in labelled(drawing, turned=True)}
            if drawing.straight
            else {}
        )
        self.drawing, self.places, self.sheet, self.write = shortened(drawing), places, sheet, write
        self.nodes = {thing["id"][start:]: thing for thing in places["objects"] if "pos" in thing}
        self.edges = {thing["id"][start:]: thing for thing in places.get("edges", ()) if "id" in thing}
        left, low, right, top = map(float, places["bb"].split(","))
        self.middle = (left + right) / 2, (low + top) / 2
        self.natural = right - left + 2 * PAD, top - low + 2 * PAD
        self.zoom, self.canvas = sheet.zoom(self.natural), sheet.canvas(self.natural)

    def document(self) -> str:
        body = list(self._body())
        names = {name for line in body for name in STYLES if f"cr {name}" in line}
        head = [*self._colours(names), *self._styles(names), _FIT]
        return _TEMPLATE.format(
            title=self.drawing.title.encode("ascii", "backslashreplace").decode("ascii"),
            wide=_short(self.canvas[0]), high=_short(self.canvas[1]), zoom=f"{self.zoom:.6g}",
            body="\n".join([*head, *body]),
        )  # fmt: skip

    def _colours(self, names: set[str]) -> Iterator[str]:
        styles = [STYLES[name] for name in names]
        used = {"ink", "paper", *(c for style in styles for c in (style.fill, style.line, style.text))}
        for name in sorted(used - {"none"}):
            yield rf"\definecolor{{cr {name}}}{{HTML}}{{{self.sheet.colour(name)[1:].upper()}}}"

    def _styles(self, names: set[str]) -> Iterator[str]:
        yield rf"\tikzset{{every node/.style={{inner sep=0, {self._font(LETTERS)}}}}}"
        for name, style in STYLES.items():
            if name in names:
                keys = [f"draw=cr {style.line}"] if style.line != "none" else []
                keys += [f"fill=cr {style.fill}"] if style.fill != "none" else []
                keys += [f"text=cr {style.text}", *self._look(style.dot)]
                yield rf"\tikzset{{cr {name}/.style={{{', '.join(keys)}}}}}"

    def _look(self, dot: Mapping[str, str]) -> Iterator[str]:
        """Yield the keys of TikZ for attributes of Graphviz."""
        ways = dot.get("style", "filled").split(",")
        if ("filled" not in ways and "shape" in dot) or ways == ["dashed"]:
            yield "fill=none"
        if dot.get("shape") == "plaintext":
            yield "draw=none"
        if dot.get("shape") == "circle":
            yield "circle"
        if "rounded" in ways:
            yield f"rounded corners={self._length(6)}"
        yield f"line width={self._length(float(dot.get('penwidth', 1.1)))}"
        for way in ways:
            if way in _DASHES:
                on, off = map(self._length, _DASHES[way])
                yield f"dash pattern=on {on} off {off}"
        if "fontsize" in dot:
            yield self._font(float(dot["fontsize"]))

    def _font(self, size: float) -> str:
        size *= self.zoom
        return rf"font=\fontsize{{{_short(size)}bp}}{{{_short(1.2 * size)}bp}}\selectfont"

    def _length(self, points: float) -> str:
        return f"{_short(points * self.zoom)}bp"

    def _body(self) -> Iterator[str]:
        (x, y), (across, up) = self.middle, (side / self.zoom / 2 for side in self.canvas)
        corners = f"{_at((x - across, y - up))} rectangle {_at((x + across, y + up))}"
        paper = "fill=cr paper, " if self.sheet.fixed and self.sheet.paper else ""
        yield rf"\path[{paper}use as bounding box] {corners};"
        arrows = [line for arrow in self.drawing.arrows for line in self._arrow(arrow)]
        boxes = [self._box(box) for box in self.drawing.boxes]
        labels = [self._label(arrow) for arrow in self.drawing.arrows if arrow.label]
        yield from (*arrows, *boxes, *filter(None, labels))
        if self.drawing.caption:
            x, y = point(self.places["lp"])
            x -= float(self.places["lwidth"]) * INCH / 2
            text = self._fit(self.drawing.caption, self.natural[0] - PAD, self.natural[1])
            yield rf"\node[anchor=west, text=cr ink, {self._font(_SMALL)}] at {_at((x, y))} {{{text}}};"

    def _box(self, box: Box) -> str:
        node = self.nodes[box.id]
        wide, high = (float(node[side]) * INCH for side in ("width", "height"))
        size = f"minimum width={self._length(wide)}, minimum height={self._length(high)}"
        text = self._fit(box.lines, wide * _ROOM, high * _ROOM)
        return rf"\node[{_classes(box.classes)}, {size}] ({box.id}) at {_at(point(node['pos']))} {{{text}}};"

    def _label(self, arrow: Arrow) -> str:
        """Return the label of an arrow: beside it, or along it where a drawing has its own places."""
        along = self.nodes.get(label_id(arrow))
        colour = f"text=cr {STYLES[arrow.classes[-1]].text}, {self._font(_SMALL)}"
        if along is not None:
            wide, high = (float(along[side]) * INCH for side in ("width", "height"))
            angle = _short(self.angles[label_id(arrow)])
            text = self._fit([arrow.label], wide, high)
            ground = f"cr along, minimum width={self._length(wide)}, rotate={angle}"
            return rf"\node[{ground}, {colour}] at {_at(point(along['pos']))} {{{text}}};"
        edge = self.edges[arrow.id]
        if "lp" not in edge:
            return ""
        return rf"\node[{colour}] at {_at(point(edge['lp']))} {{{self.write(arrow.label)}}};"

    def _arrow(self, arrow: Arrow) -> Iterator[str]:
        """Yield the curve of an arrow and its head."""
        edge, classes = self.edges[arrow.id], _classes(arrow.classes)
        for operation in edge.get("_draw_", ()):
            if operation["op"] in "bB":
                start, *points = map(_at, operation["points"])
                curves = (points[i : i + 3] for i in range(0, len(points), 3))
                way = "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in curves)
                yield rf"\draw[{classes}, fill=none] {start}{way};"
        for operation in (*edge.get("_hdraw_", ()), *edge.get("_tdraw_", ())):
            if operation["op"] in "pP":
                colour = STYLES[arrow.classes[-1]].line
                yield rf"\fill[cr {colour}] {' -- '.join(map(_at, operation['points']))} -- cycle;"

    def _fit(self, lines: Sequence[str], wide: float, high: float) -> str:
        """Return lines below each other, in a place of this size."""
        text = r" \\ ".join(self._aligned(lines))
        return rf"\crfit{{{self._length(wide)}}}{{{self._length(high)}}}{{{text}}}"

    def _aligned(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield lines; one that begins with blanks stands below the sign of the line above it."""
        above = ""
        for line in lines:
            blanks = len(line) - len(line.lstrip(" "))
            name = self.write(above[:blanks].rstrip(" ="))
            yield (rf"\phantom{{{name}}}" if blanks else "") + self.write(line.strip(" "))
            above = line


def _classes(classes: Sequence[str]) -> str:
    return ", ".join(f"cr {name}" for name in classes)


def _at(point: Sequence[float]) -> str:
    return f"({_short(point[0])},{_short(point[1])})"


def _short(x: float) -> str:
    return f"{round(x, 3) + 0.0:.7g}"
