r"""Prints a `Drawing` as DOT; knows nothing of what its words mean, and runs nothing.

Text cannot become markup here: `&`, `<`, `>` and backslashes are escaped before the quoting of the
`graphviz` package adds its own, labels are plain (no records, no HTML), and nothing of the learner's goes
into a name, a URL or a tooltip.
"""

import hashlib
import math
from collections.abc import Collection, Sequence
from itertools import groupby

import graphviz

from viz.drawing.connectors import shortened, side_by_side
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.layout.places import HEAD, INCH, Layout, Point, Rectangle
from viz.drawing.looks.sheet import LETTERS, ORDINARY, Sheet
from viz.drawing.looks.style import FONT, STYLES
from viz.drawing.placement import Place, labelled, placed

_GRAPH = {"pad": "0.2", "fontname": FONT, "fontsize": "11", "labeljust": "l", "labelloc": "b"}
_BESIDE, _ROWS = 0.3, 0.45  # inches between boxes beside each other, and between their rows
_NODE = {
    "shape": "box", "style": "filled", "margin": "0.16,0.08", "height": "0.3", "penwidth": "1.1",
    "fontname": FONT, "fontsize": f"{LETTERS:g}",
}  # fmt: skip
_TURNED = {"e": "s", "w": "n"}  # sides of a box, where values flow down
_EDGE = {"fontname": FONT, "fontsize": "11", "arrowsize": "0.7", "penwidth": "1.1"}


def escape(text: str) -> str:
    r"""Return `text` as Graphviz must be given it to show just that.

    >>> print(escape(r"a & b \N <c>"))
    a &amp; b \\N &lt;c&gt;
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")


def prefix(drawing: Drawing, sheet: Sheet = ORDINARY) -> str:
    """Return a name for the drawing, made from what it says: equal drawings have equal ids everywhere.

    In another theme it has another name, so that both can stand on one page.
    """
    told = repr(drawing) + (sheet.theme if sheet.fixed else "")
    return "g" + hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:8]


def dot(
    drawing: Drawing,
    sheet: Sheet = ORDINARY,
    *,
    room: float = 1.0,
    layout: Layout | None = None,
    turned: bool = False,
) -> str:
    """Return the drawing in DOT, in the colours of its sheet: the same drawing gives the same bytes.

    Element ids are `<prefix>-<id of the box or arrow>`, classes those of the drawing, so that scripts and
    style sheets can find every part in an SVG made from it.

    Parameters
    ----------
    drawing : Drawing
    sheet : Sheet
    room : float
        How many times further apart than usual boxes stand.
    layout : Layout, optional
        Where everything is. With it, and where a drawing has its own places, Graphviz only paints (its engine
        nop2).
    turned : bool
        Whether labels that lie along their lines will be turned by somebody; Graphviz paints them level.
    """
    name, whole, drawing = prefix(drawing, sheet), drawing, shortened(drawing)
    paper = sheet.colour("paper") if sheet.paper else "transparent"
    colours = {"bgcolor": paper, "fontcolor": sheet.colour("ink"), "id": name}
    attributes = _GRAPH | colours
    if drawing.straight:
        attributes |= {"layout": "nop2", "outputorder": "edgesfirst"}
    elif layout is not None:
        attributes |= {"layout": "nop2"}
    else:
        apart = {"nodesep": f"{_BESIDE * room:g}", "ranksep": f"{_ROWS * math.sqrt(room):.4g}"}
        attributes |= {"ordering": "in", "rankdir": drawing.direction, **apart}
        attributes |= {"splines": "line"} if side_by_side(drawing) else {}
    if drawing.caption:
        attributes["label"] = _block(drawing.caption)
    graph = graphviz.Digraph(name=name, graph_attr=attributes, node_attr=_NODE, edge_attr=_EDGE)
    painter = _Painter(graph, name, sheet)
    if drawing.straight:
        painter.draw_placed(drawing, turned)
    elif layout is not None:
        painter.draw_laid_out(drawing, layout)
    else:
        painter.draw(drawing, {a.target for a in drawing.arrows} if drawing is not whole else set())
    return str(graph.source)


class _Painter:
    """Adds boxes and arrows to a graph of Graphviz, in the colours of a sheet."""

    def __init__(self, graph: graphviz.Digraph, name: str, sheet: Sheet) -> None:
        self.graph, self.name, self.sheet = graph, name, sheet

    def draw(self, drawing: Drawing, computed: Collection[str]) -> None:
        """Add boxes and arrows that Graphviz places."""
        graph = self.graph
        for column, members in groupby(drawing.boxes, key=lambda box: box.column):
            if column:
                with graph.subgraph(graph_attr={"rank": "same"}) as same:
                    above = ""
                    for box in members:
                        same.node(box.id, **self._box(box))
                        if above:
                            same.edge(above, box.id, style="invis")  # keeps the order of the column
                        above = box.id
            else:
                for box in members:
                    graph.node(box.id, **self._box(box))
        for arrow in drawing.arrows:
            straight = {"weight": "4"} if arrow.source in computed else {}  # a long chain runs straight down
            looks = self._arrow(arrow) | self._label(arrow) | straight
            if drawing.direction == "TB":
                looks |= {side: _TURNED[looks[side]] for side in ("tailport", "headport") if side in looks}
            graph.edge(arrow.source, arrow.target, **looks)

    def draw_laid_out(self, drawing: Drawing, layout: Layout) -> None:
        """Add boxes, arrows and labels where they are in a layout."""
        for box in drawing.boxes:
            self.graph.node(box.id, **self._box(box) | _at(layout.boxes[box.id]))
        for arrow in drawing.arrows:
            looks = self._arrow(arrow) | self._label(arrow) | {"pos": layout.ways[arrow.id]}
            if arrow.id in layout.labels:
                looks["lp"] = _point(layout.labels[arrow.id][:2])
            self.graph.edge(arrow.source, arrow.target, **looks)

    def draw_placed(self, drawing: Drawing, turned: bool) -> None:
        """Add boxes, arrows and labels that have their places; a label is a node over its line."""
        graph, placement = self.graph, placed(drawing, turned=turned)
        for box in drawing.boxes:
            graph.node(box.id, **self._box(box) | _at(placement.boxes[box.id]))
        for arrow in drawing.arrows:
            line = placement.lines[arrow.id]
            graph.edge(arrow.source, arrow.target, **self._arrow(arrow), pos=_spline(*line, arrow.backward))
        for arrow, place in labelled(drawing, turned=turned):
            looks = self._looks(("along",)) | {"class": " ".join(("along", *arrow.classes))}
            looks["fontcolor"] = self.sheet.colour(STYLES[arrow.classes[-1]].text)
            id = label_id(arrow)
            text = {"id": f"{self.name}-{id}", "label": escape(arrow.label)}
            graph.node(id, **looks | text | _at(place))

    def _box(self, box: Box) -> dict[str, str]:
        attributes = {"id": f"{self.name}-{box.id}", **self._looks(box.classes)}
        attributes["label"] = _block(box.lines) if len(box.lines) > 1 else escape("".join(box.lines))
        return attributes

    def _arrow(self, arrow: Arrow) -> dict[str, str]:
        attributes = {"id": f"{self.name}-{arrow.id}", **self._looks(arrow.classes)}
        if arrow.backward:
            attributes["dir"] = "back"
        return attributes

    def _label(self, arrow: Arrow) -> dict[str, str]:
        return {"label": f" {escape(arrow.label)} "} if arrow.label else {}

    def _looks(self, classes: tuple[str, ...]) -> dict[str, str]:
        """Return the attributes of rows of STYLES; later rows win."""
        attributes = {"class": " ".join(classes)}
        for row in classes:
            style = STYLES[row]
            colours = {"fillcolor": style.fill, "color": style.line, "fontcolor": style.text}
            painted = {part: self.sheet.colour(name) for part, name in colours.items() if name != "none"}
            attributes |= style.dot | painted
        return attributes


def label_id(arrow: Arrow) -> str:
    """Return the id of the node that is a placed arrow's label."""
    return f"{arrow.id}-label"


def _at(place: Place | Rectangle) -> dict[str, str]:
    size = {"width": f"{place.width / INCH:.5g}", "height": f"{place.height / INCH:.5g}"}
    return {"pos": _point((place.x, place.y)), **size}


def _spline(start: Point, end: Point, backward: bool) -> str:
    """Return a straight line as Graphviz has it: its head, and a curve as far as this."""
    share = HEAD / math.dist(start, end)
    along = (share * (end[0] - start[0]), share * (end[1] - start[1]))
    if backward:
        head, start = f"s,{_point(start)}", (start[0] + along[0], start[1] + along[1])
    else:
        head, end = f"e,{_point(end)}", (end[0] - along[0], end[1] - along[1])
    return " ".join([head, *map(_point, (start, start, end, end))])


def _point(point: Sequence[float]) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"


def _block(lines: tuple[str, ...]) -> str:
    """Return lines that stand left-justified below each other."""
    return "".join(_indented(line) + r"\l" for line in lines)


def _indented(line: str) -> str:
    """Return an escaped line whose blanks at the beginning SVG does not swallow."""
    rest = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(rest)) + escape(rest)
