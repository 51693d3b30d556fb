"""How each kind of box and arrow looks, in one table: shapes for Graphviz, and colours of the palette.

No meaning stands on colour alone: kinds differ in outline, paths in dash, width and number. It refuses to
know what is drawn.
"""

from dataclasses import dataclass, field

from viz.drawing.looks.palette import SERIES

FONT = "Courier"  # monospaced, so that a text fits its box whichever font a machine puts in its place
CIRCLE = 45.0  # points: the diameter of a neuron
# Those that hold small digits, above and below the line, come first; then those that lend them to the others.
CSS_FONT = (
    '"DejaVu Sans Mono", Menlo, Consolas, "Cascadia Mono", "Noto Sans Mono", ui-monospace, '
    '"Liberation Mono", "DejaVu Sans", "Segoe UI Symbol", "Noto Sans Math", monospace'
)


@dataclass(frozen=True, slots=True)
class Style:
    """One row: its colours by their names in the palette, or ``"none"``; and attributes for Graphviz."""

    fill: str
    line: str
    text: str = "ink"
    dot: dict[str, str] = field(default_factory=dict)


# Dash and width of each path's arrows; its colour is that of its number.
_DASHES = (
    ("solid", "2.4"), ("dashed", "2.4"), ("dotted", "2.8"), ("solid", "4"), ("dashed", "4"),
    ("dotted", "4.4"), ("solid", "1.4"),
)  # fmt: skip
_PATHS = [(i, *look) for i, look in enumerate(zip(SERIES, _DASHES, strict=True), 1)]
PATHS = len(_PATHS)
_CIRCLE = {"shape": "circle", "fixedsize": "true", "width": str(CIRCLE / 72)}
_ROUND = {"style": "rounded,filled"}
_BARE = {"shape": "plaintext", "style": "solid"}
_SMALL = _BARE | {"fontsize": "11", "height": "0.2", "width": "0.2", "margin": "0.05,0.02"}
_SIDES = {"tailport": "e", "headport": "w"}  # from side to side, as values flow

STYLES: dict[str, Style] = {
    "op": Style("box", "outline"),
    "leaf": Style("pale-blue", "blue", dot=_ROUND),
    "root": Style("pale-orange", "amber", dot={"penwidth": "2.2"}),
    "const": Style("none", "none", "grey", _SMALL),
    "weight": Style("paper", "paper", dot={"fontsize": "11", "height": "0.2", "margin": "0.05,0.03"}),
    "plain": Style("none", "none", dot=_BARE),
    "step": Style("shade", "outline", dot=_ROUND),
    "along": Style("paper", "none", dot=_BARE | {"style": "filled", "fontsize": "11", "margin": "0"}),
    "neuron": Style("box", "outline", dot=_CIRCLE),
    "input": Style("pale-blue", "blue", dot=_CIRCLE),
    "bias": Style("shade", "outline", dot=_CIRCLE | {"style": "dashed,filled"}),
    "lit": Style("pale-orange", "amber", dot={"penwidth": "2.6"}),
    "wrong": Style("pale-vermillion", "vermillion", dot={"style": "dashed,filled", "penwidth": "3.2"}),
    "off": Style("none", "dim", "grey", {"style": "dashed"}),
    "sum": Style("box", "ink", dot={"penwidth": "2.2"}),
    "flow": Style("none", "grey"),
    "lit-arrow": Style("none", "amber", dot={"penwidth": "2.4"}),
    "faint": Style("none", "faint", "grey", {"penwidth": "0.8", "arrowsize": "0.6"}),
    "others": Style("none", "ink", dot={"style": "dashed"}),
    "through": Style("none", "grey", dot=_SIDES | {"dir": "none", "minlen": "2"}),
    "onward": Style("none", "grey", dot=_SIDES),
    "negative": Style("none", "vermillion", dot={"style": "dashed"}),
    "none": Style("none", "faint", "grey", {"style": "dotted"}),
    "zero": Style("none", "dim", "grey", {"style": "dashed"}),
    **{
        f"path{i}": Style("none", colour, colour, {"style": dash, "penwidth": width})
        for i, colour, (dash, width) in _PATHS
    },
    **{
        f"product{i}": Style("box", colour, colour, {"style": f"{dash},filled", "penwidth": "1.6"})
        for i, colour, (dash, _) in _PATHS
    },
}
