r"""Prints a `Drawing` as DOT; knows nothing of what its words mean, and runs nothing.

Text cannot become markup here: `&`, `<`, `>` and backslashes are escaped before the quoting of the
`graphviz` package adds its own, labels are plain (no records, no HTML), and nothing of the learner's goes
into a name, a URL or a tooltip.
"""

import hashlib
from itertools import groupby

import graphviz

from viz.drawing.columns import Columns, columns
from viz.drawing.connectors import shortened
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.palette import PALETTE
from viz.drawing.style import CIRCLE, FONT, STYLES

_GRAPH = {
    "bgcolor": PALETTE["paper"].light, "pad": "0.2", "nodesep": "0.3", "ranksep": "0.45", "ordering": "in",
    "fontname": FONT, "fontsize": "11", "fontcolor": PALETTE["ink"].light, "labeljust": "l", "labelloc": "b",
}  # fmt: skip
_NODE = {
    "shape": "box", "style": "filled", "margin": "0.16,0.08", "height": "0.3", "penwidth": "1.1",
    "fontname": FONT, "fontsize": "12",
}  # fmt: skip
_EDGE = {"fontname": FONT, "fontsize": "11", "arrowsize": "0.7", "penwidth": "1.1"}


def escape(text: str) -> str:
    r"""Return `text` as Graphviz must be given it to show just that.

    >>> print(escape(r"a & b \N <c>"))
    a &amp; b \\N &lt;c&gt;
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")


def prefix(drawing: Drawing) -> str:
    """Return a name for the drawing, made from what it says: equal drawings have equal ids everywhere."""
    return "g" + hashlib.sha256(repr(drawing).encode("utf-8", "backslashreplace")).hexdigest()[:8]


def dot(drawing: Drawing) -> str:
    """Return the drawing in DOT: the same drawing gives the same bytes.

    Element ids are `<prefix>-<id of the box or arrow>`, classes those of the drawing, so that scripts and
    style sheets can find every part in an SVG made from it.
    """
    name, whole, drawing = prefix(drawing), drawing, shortened(drawing)
    computed = {arrow.target for arrow in drawing.arrows} if drawing is not whole else ()
    attributes = {**_GRAPH, "id": name, "rankdir": drawing.direction}
    spacing = columns(drawing) if drawing.straight else None
    if spacing is not None:
        del attributes["ordering"]  # the columns' order rules
        attributes |= {
            "splines": "line",
            "nodesep": _inches(spacing.apart),
            "ranksep": _inches(spacing.across),
        }
    if drawing.caption:
        attributes["label"] = _block(drawing.caption)
    graph = graphviz.Digraph(name=name, graph_attr=attributes, node_attr=_NODE, edge_attr=_EDGE)
    for column, members in groupby(drawing.boxes, key=lambda box: box.column):
        if column:
            with graph.subgraph(graph_attr={"rank": "same"}) as same:
                above = ""
                for box in members:
                    same.node(box.id, **_box(name, box))
                    if above:
                        same.edge(above, box.id, style="invis")  # keeps the order of the column
                    above = box.id
        else:
            for box in members:
                graph.node(box.id, **_box(name, box))
    for arrow in drawing.arrows:
        straight = {"weight": "4"} if arrow.source in computed else {}  # a long chain runs straight down
        graph.edge(arrow.source, arrow.target, **_arrow(name, arrow, spacing), **straight)
    return str(graph.source)


def _box(name: str, box: Box) -> dict[str, str]:
    attributes = {"id": f"{name}-{box.id}", **_looks(box.classes)}
    attributes["label"] = _block(box.lines) if len(box.lines) > 1 else escape("".join(box.lines))
    return attributes


def _arrow(name: str, arrow: Arrow, spacing: Columns | None) -> dict[str, str]:
    attributes = {"id": f"{name}-{arrow.id}", **_looks(arrow.classes)}
    if arrow.label and spacing is not None:
        distance, angle = spacing.label(arrow)
        attributes |= {
            "taillabel": escape(arrow.label),
            "labeldistance": f"{distance / 10:.2f}",
            "labelangle": f"{angle:.1f}",
        }
    elif arrow.label:
        attributes["label"] = f" {escape(arrow.label)} "
    if arrow.backward:
        attributes["dir"] = "back"
    return attributes


def _looks(classes: tuple[str, ...]) -> dict[str, str]:
    """Return the attributes of rows of STYLES, on white; later rows win."""
    attributes = {"class": " ".join(classes)}
    for row in classes:
        style = STYLES[row]
        colours = {"fillcolor": style.fill, "color": style.line, "fontcolor": style.text}
        painted = {part: PALETTE[name].light for part, name in colours.items() if name != "none"}
        attributes |= style.dot | painted
    return attributes


def _inches(middles: float) -> str:
    """Return the gap between two circles whose middles are so many points apart."""
    return f"{(middles - CIRCLE) / 72:.2f}"


def _block(lines: tuple[str, ...]) -> str:
    """Return lines that stand left-justified below each other."""
    return "".join(_indented(line) + r"\l" for line in lines)


def _indented(line: str) -> str:
    """Return an escaped line whose blanks at the beginning SVG does not swallow."""
    rest = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(rest)) + escape(rest)
