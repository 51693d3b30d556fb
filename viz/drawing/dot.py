r"""Prints a `Drawing` as DOT; knows nothing of what its words mean, and runs nothing.

Text cannot become markup here: `&`, `<`, `>` and backslashes are escaped before the quoting of the
`graphviz` package adds its own, labels are plain (no records, no HTML), and nothing of the learner's goes
into a name, a URL or a tooltip.
"""

import hashlib
import math
from collections.abc import Collection
from itertools import groupby

import graphviz

from viz.drawing.connectors import shortened, side_by_side
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.looks.sheet import LETTERS, ORDINARY, Sheet
from viz.drawing.looks.style import FONT, STYLES
from viz.drawing.placement import HEAD, Place, Point, labelled, placed

_GRAPH = {
    "pad": "0.2", "nodesep": "0.3", "ranksep": "0.45", "ordering": "in", "fontname": FONT, "fontsize": "11",
    "labeljust": "l", "labelloc": "b",
}  # fmt: skip
# In columns the places are known: Graphviz paints (its engine nop2) and places nothing.
_PLACED = {
    **{key: value for key, value in _GRAPH.items() if key not in ("nodesep", "ranksep", "ordering")},
    "layout": "nop2", "outputorder": "edgesfirst",
}  # fmt: skip
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


def dot(drawing: Drawing, sheet: Sheet = ORDINARY) -> str:
    """Return the drawing in DOT, in the colours of its sheet: the same drawing gives the same bytes.

    Element ids are `<prefix>-<id of the box or arrow>`, classes those of the drawing, so that scripts and
    style sheets can find every part in an SVG made from it.
    """
    name, whole, drawing = prefix(drawing, sheet), drawing, shortened(drawing)
    paper = sheet.colour("paper") if sheet.paper else "transparent"
    colours = {"bgcolor": paper, "fontcolor": sheet.colour("ink"), "id": name}
    attributes = (_PLACED if drawing.straight else _GRAPH | {"rankdir": drawing.direction}) | colours
    if side_by_side(drawing):
        attributes["splines"] = "line"
    if drawing.caption:
        attributes["label"] = _block(drawing.caption)
    graph = graphviz.Digraph(name=name, graph_attr=attributes, node_attr=_NODE, edge_attr=_EDGE)
    painter = _Painter(graph, name, sheet)
    if drawing.straight:
        painter.draw_placed(drawing)
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
            label = {"label": f" {escape(arrow.label)} "} if arrow.label else {}
            straight = {"weight": "4"} if arrow.source in computed else {}  # a long chain runs straight down
            looks = self._arrow(arrow) | label | straight
            if drawing.direction == "TB":
                looks |= {side: _TURNED[looks[side]] for side in ("tailport", "headport") if side in looks}
            graph.edge(arrow.source, arrow.target, **looks)

    def draw_placed(self, drawing: Drawing) -> None:
        """Add boxes, arrows and labels that have their places; a label is a node over its line."""
        graph, placement = self.graph, placed(drawing)
        for box in drawing.boxes:
            graph.node(box.id, **self._box(box) | _at(placement.boxes[box.id]))
        for arrow in drawing.arrows:
            line = placement.lines[arrow.id]
            graph.edge(arrow.source, arrow.target, **self._arrow(arrow), pos=_spline(*line, arrow.backward))
        for arrow, place in labelled(drawing, placement):
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


def _at(place: Place) -> dict[str, str]:
    size = {"width": f"{place.width / 72:.3f}", "height": f"{place.height / 72:.3f}"}
    return {"pos": f"{place.x:.1f},{place.y:.1f}", **size}


def _spline(start: Point, end: Point, backward: bool) -> str:
    """Return a straight line as Graphviz has it: its head, and a curve as far as this."""
    share = HEAD / math.dist(start, end)
    along = (share * (end[0] - start[0]), share * (end[1] - start[1]))
    if backward:
        head, start = f"s,{_point(start)}", (start[0] + along[0], start[1] + along[1])
    else:
        head, end = f"e,{_point(end)}", (end[0] - along[0], end[1] - along[1])
    return " ".join([head, *map(_point, (start, start, end, end))])


def _point(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _block(lines: tuple[str, ...]) -> str:
    """Return lines that stand left-justified below each other."""
    return "".join(_indented(line) + r"\l" for line in lines)


def _indented(line: str) -> str:
    """Return an escaped line whose blanks at the beginning SVG does not swallow."""
    rest = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(rest)) + escape(rest)
