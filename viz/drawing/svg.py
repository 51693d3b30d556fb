"""Dresses Graphviz's SVG: title, description, names that a reader can use, and a style sheet for both papers.

It takes the picture as it was laid out and refuses to know how that is done.
"""

import base64
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator

from viz.drawing.connectors import shortened
from viz.drawing.dot import label_id, prefix
from viz.drawing.drawing import Drawing
from viz.drawing.looks.palette import PALETTE, Colour
from viz.drawing.looks.sheet import ORDINARY, Sheet
from viz.drawing.looks.style import CSS_FONT, STYLES
from viz.drawing.placement import labelled


def dressed(svg: str, drawing: Drawing, sheet: Sheet = ORDINARY) -> str:
    """Return Graphviz's SVG as an element that says what it shows, in colours for light and dark.

    Graphviz writes ``<title>n3</title>`` into every group (browsers show it as a tooltip): a node gets its
    words instead, and an arrow its label.
    """
    name, drawing = prefix(drawing, sheet), shortened(drawing)
    words = {box.id: ", ".join(box.cells or box.lines) for box in drawing.boxes}
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<title>(.*?)</title>\n?", lambda m: _title(m[1], words), svg)
    if drawing.straight:
        svg = _turned(svg, drawing, name)
    size, rest = svg.split(">", 1)
    of_boxes = {name for box in drawing.boxes for name in box.classes} | (
        {"along"} if drawing.straight else set()
    )
    of_arrows = {name for arrow in drawing.arrows for name in arrow.classes}
    head = (
        f'{size} class="chainrule {name}" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{html.escape(drawing.title)}</title>\n'
        f'<desc id="{name}-desc">{html.escape(drawing.description)}</desc>\n'
        f"<style>\n{stylesheet(of_boxes, of_arrows, name, sheet)}\n</style>"
    )
    return head + rest


def _turned(svg: str, drawing: Drawing, name: str) -> str:
    """Turn the labels of placed arrows as their lines are turned, which Graphviz cannot."""
    angles = {label_id(arrow): place.angle for arrow, place in labelled(drawing, turned=True)}

    def turn(found: re.Match[str]) -> str:
        corners = [tuple(map(float, corner.split(","))) for corner in found["points"].split()[:4]]
        x, y = (sum(axis) / 4 for axis in zip(*corners, strict=True))
        angle = -angles[html.unescape(found["id"]).removeprefix(f"{name}-")]
        return f'<g transform="rotate({angle:.2f} {x:.2f} {y:.2f})" id="{found["id"]}"{found["rest"]}'

    pattern = r'<g id="(?P<id>[^"]*)"(?P<rest> class="node along [^"]*">.*?points="(?P<points>[^"]*)")'
    return re.sub(pattern, turn, svg, flags=re.DOTALL)


def _title(name: str, words: dict[str, str]) -> str:
    return f"<title>{html.escape(words[name])}</title>\n" if name in words else ""


# Attributes that the page's style sheet sets (None), or the whole picture (their usual value).
_USUAL = {
    "fill": None,
    "stroke": None,
    "font-family": None,
    "{http://www.w3.org/XML/1998/namespace}space": None,
    "font-size": "12.00",
    "text-anchor": "middle",
}


def slim(svg: str, drawing: Drawing, label: str) -> ET.Element:
    """Return a picture for a page whose style sheet has its colours: `data-node` and `data-edge` for ids.

    Any number of them can stand on one page. A screen reader hears the label alone.
    """
    root = ET.fromstring(svg[svg.index("<svg") :])
    start = prefix(drawing) + "-"
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith(("}title", "}desc", "}style")):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
        name = element.attrib.pop("id", "").removeprefix(start)
        if re.fullmatch(r"[ne]\d+", name):
            element.set("data-node" if name[0] == "n" else "data-edge", name[1:])
        for attribute, usual in _USUAL.items():
            if usual in (None, element.get(attribute)):
                element.attrib.pop(attribute, None)
        element.tail = None
        element.text = indented(element.text or "") if element.tag == "text" else None
    width, height = (re.sub(r"pt$", "", root.get(side, "")) for side in ("width", "height"))
    root.attrib = {
        "viewBox": root.get("viewBox", ""),
        "width": width,
        "height": height,
        "font-size": "12",
        "text-anchor": "middle",
        "role": "img",
        "aria-label": label,
    }
    return root


def image(svg: str, words: str) -> str:
    """Return a picture as an image that needs nothing from outside, shown wherever images are.

    Where a notebook is not trusted, drawings are taken out of its pages, and images stay.
    """
    packed = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f'<img alt="{html.escape(words)}" src="data:image/svg+xml;base64,{packed}" />'


def indented(text: str) -> str:
    """Keep the blanks at the beginning of a line, which SVG swallows."""
    body = text.lstrip(" ")
    return "\u00a0" * (len(text) - len(body)) + body


def stylesheet(boxes: Collection[str], arrows: Iterable[str], name: str, sheet: Sheet = ORDINARY) -> str:
    """Return CSS for the rows of STYLES in use, light and dark.

    No rule reaches out of the picture with this name: on a page with several, each keeps its own order of
    rules. Where the theme is fixed, Graphviz has painted all colours: programs for slides know no custom
    properties, and no text with a halo.
    """
    scope = f"svg.chainrule.{name}"
    letters = [
        f"{scope} text{{font-family:{CSS_FONT}}}",
        f"{scope} .node>text:first-of-type{{font-weight:600}}",
        *([f"{scope} .along>text:first-of-type{{font-weight:400}}"] if "along" in boxes else []),
    ]
    if sheet.fixed:
        return "\n".join(letters)
    parts = [
        f"{scope} text{{fill:var(--ink)}}",
        f"{scope} .edge text{{paint-order:stroke;stroke:var(--paper);stroke-width:3px}}",
        f"{scope} .graph>polygon{{fill:var(--paper)}}",
        *letters,
        *rules(scope, boxes, arrows),
    ]
    colours = used("\n".join(parts)).items()
    light = ";".join(f"--{name}:{colour.light}" for name, colour in colours)
    dark = ";".join(f"--{name}:{colour.dark}" for name, colour in colours)
    head = [
        f"{scope}{{{light}}}",
        f"@media screen and (prefers-color-scheme:dark){{{scope}{{{dark}}}}}",
        f"@media print{{{scope}{{max-width:100%;height:auto}}}}",  # paper does not scroll
    ]
    return "\n".join([*head, *parts])


def used(css: str) -> dict[str, Colour]:
    """Return the palette's colours that a text of CSS reads as custom properties.

    Examples
    --------
    >>> list(used("a{fill:var(--blue)}"))
    ['blue']
    """
    return {name: colour for name, colour in PALETTE.items() if f"var(--{name})" in css}


def rules(scope: str, boxes: Iterable[str], arrows: Iterable[str]) -> Iterator[str]:
    r"""Yield CSS that colours boxes and arrows by custom properties called like the palette's colours.

    Examples
    --------
    >>> print(*rules("svg", {"leaf"}, ()), sep="\n")
    svg .node.leaf :is(path,polygon,ellipse){fill:var(--pale-blue);stroke:var(--blue)}
    svg .leaf text{fill:var(--ink)}
    """
    of_boxes, of_arrows = set(boxes), set(arrows)
    for name, style in STYLES.items():
        painted = [
            f"{part}:var(--{colour})"
            for part, colour in (("fill", style.fill), ("stroke", style.line))
            if colour != "none"  # a box keeps what an earlier class of it has
        ]
        if name in of_boxes and painted:
            yield f"{scope} .node.{name} :is(path,polygon,ellipse){{{';'.join(painted)}}}"
        if name in of_arrows:
            yield f"{scope} .edge.{name} :is(path,polygon){{stroke:var(--{style.line})}}"
            yield f"{scope} .edge.{name} polygon{{fill:var(--{style.line})}}"
        if name in of_boxes | of_arrows:
            yield f"{scope} .{name} text{{fill:var(--{style.text})}}"
