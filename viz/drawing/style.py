"""How each kind of box and arrow looks, in one table, in light and dark; knows nothing of what is drawn.

Colours are Okabe and Ito's (2008, told apart with any colour vision), darkened on white until text in them is
legible. No meaning stands on colour alone: kinds differ in outline, paths in dash, width and number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

FONT = "Courier"  # monospaced, so that a text fits its box whichever font a machine puts in its place
CSS_FONT = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace'


@dataclass(frozen=True, slots=True)
class Style:
    """One row: attributes for Graphviz, and the colours (fill, line, text) that CSS swaps in the dark."""

    dot: dict[str, str] = field(default_factory=dict)
    light: tuple[str, str, str] = ("none", "#000000", "#000000")
    dark: tuple[str, str, str] = ("none", "#ffffff", "#ffffff")


PAPER = ("#ffffff", "#1b1d21")
INK, DARK_INK = "#1a1a1a", "#e8e8e8"
GREY, DARK_GREY = "#6b6b6b", "#a5abb3"

# On white, on black, dash, width: the gradient's arrows and the box with the path's product.
_PATHS = (
    ("#0072b2", "#56b4e9", "solid", "2.4"),
    ("#bd5200", "#ff8f3f", "dashed", "2.4"),
    ("#007a5a", "#2fc79a", "dotted", "2.8"),
    ("#a8488a", "#e29ac6", "solid", "4"),
    ("#9a6a00", "#e6b33d", "dashed", "4"),
    ("#3b6f8f", "#9ccbe8", "dotted", "4.4"),
    ("#1a1a1a", "#ffffff", "solid", "1.4"),
)
PATHS = len(_PATHS)
_CIRCLE = {"shape": "circle", "fixedsize": "true", "width": "0.625"}

STYLES: dict[str, Style] = {
    "op": Style({}, ("#ffffff", "#5a5a5a", INK), ("#26292f", "#9aa0a8", DARK_INK)),
    "leaf": Style({"style": "rounded,filled"}, ("#e9f3fa", "#0072b2", INK), ("#12324a", "#56b4e9", DARK_INK)),
    "root": Style({"penwidth": "2.2"}, ("#fff4dc", "#b37400", INK), ("#43340f", "#e6b33d", DARK_INK)),
    "const": Style(
        {
            "shape": "plaintext",
            "style": "solid",
            "fontsize": "10",
            "height": "0.2",
            "width": "0.2",
            "margin": "0.05,0.02",
        },
        ("none", "none", GREY),
        ("none", "none", DARK_GREY),
    ),
    "plain": Style(
        {"shape": "plaintext", "style": "solid"}, ("none", "none", INK), ("none", "none", DARK_INK)
    ),
    "step": Style({"style": "rounded,filled"}, ("#f3f3f3", "#5a5a5a", INK), ("#2c2f35", "#9aa0a8", DARK_INK)),
    "neuron": Style(_CIRCLE, ("#ffffff", "#5a5a5a", INK), ("#26292f", "#9aa0a8", DARK_INK)),
    "input": Style(_CIRCLE, ("#e9f3fa", "#0072b2", INK), ("#12324a", "#56b4e9", DARK_INK)),
    "bias": Style(
        _CIRCLE | {"style": "dashed,filled"},
        ("#f3f3f3", "#5a5a5a", INK),
        ("#2c2f35", "#9aa0a8", DARK_INK),
    ),
    "lit": Style({"penwidth": "2.6"}, ("#fff4dc", "#b37400", INK), ("#43340f", "#e6b33d", DARK_INK)),
    "off": Style({"style": "dashed"}, ("none", "#8a8a8a", GREY), ("none", "#7d838b", DARK_GREY)),
    "sum": Style({"penwidth": "2.2"}, ("#ffffff", INK, INK), ("#26292f", DARK_INK, DARK_INK)),
    "flow": Style({}, ("none", "#6b6b6b", INK), ("none", "#a5abb3", DARK_INK)),
    "faint": Style(
        {"penwidth": "0.8", "arrowsize": "0.6"}, ("none", "#9a9a9a", GREY), ("none", "#7d838b", DARK_GREY)
    ),
    "negative": Style({"style": "dashed"}, ("none", "#bd5200", INK), ("none", "#ff8f3f", DARK_INK)),
    "none": Style({"style": "dotted"}, ("none", "#9a9a9a", GREY), ("none", "#7d838b", DARK_GREY)),
    "zero": Style({"style": "dashed"}, ("none", "#8a8a8a", GREY), ("none", "#7d838b", DARK_GREY)),
    **{
        f"path{i}": Style({"style": dash, "penwidth": width}, ("none", light, light), ("none", dark, dark))
        for i, (light, dark, dash, width) in enumerate(_PATHS, 1)
    },
    **{
        f"product{i}": Style(
            {"style": f"{dash},filled", "penwidth": "1.6"}, ("#ffffff", light, light), ("#26292f", dark, dark)
        )
        for i, (light, dark, dash, _) in enumerate(_PATHS, 1)
    },
}


def stylesheet(boxes: Iterable[str], arrows: Iterable[str]) -> str:
    """Return CSS for the rows in use, light and dark; no rule reaches out of `svg.chainrule`."""
    of_boxes, of_arrows = set(boxes), set(arrows)
    used = [name for name in STYLES if name in of_boxes | of_arrows]
    rules = [
        f"svg.chainrule{{{_variables(used, dark=False)}}}",
        f"@media(prefers-color-scheme:dark){{svg.chainrule{{{_variables(used, dark=True)}}}}}",
        f"svg.chainrule text{{font-family:{CSS_FONT};fill:var(--ink)}}",
        "svg.chainrule .edge text{paint-order:stroke;stroke:var(--paper);stroke-width:3px}",
        "svg.chainrule .graph>polygon{fill:var(--paper)}",
        "svg.chainrule .node>text:first-of-type{font-weight:600}",
    ]
    for name in used:
        fill, line, _ = STYLES[name].light
        parts = (("fill", fill), ("stroke", line))
        colours = [f"{part}:var(--{name}-{part})" for part, colour in parts if colour != "none"]
        if name in of_boxes and colours:
            rules.append(f"svg.chainrule .node.{name} :is(path,polygon,ellipse){{{';'.join(colours)}}}")
        if name in of_arrows:
            rules.append(f"svg.chainrule .edge.{name} :is(path,polygon){{stroke:var(--{name}-stroke)}}")
            rules.append(f"svg.chainrule .edge.{name} polygon{{fill:var(--{name}-stroke)}}")
        rules.append(f"svg.chainrule .{name} text{{fill:var(--{name}-text)}}")
    return "\n".join(rules)


def _variables(names: list[str], *, dark: bool) -> str:
    pairs = [f"--paper:{PAPER[dark]}", f"--ink:{DARK_INK if dark else INK}"]
    for name in names:
        style = STYLES[name]
        for part, colour in zip(("fill", "stroke", "text"), style.dark if dark else style.light, strict=True):
            if colour != "none":
                pairs.append(f"--{name}-{part}:{colour}")
    return ";".join(pairs)
