"""Writes the walkthrough's HTML: picture, controls, panel, path list, table of steps, data, style and script.

It knows where things stand, and no mathematics. The fragment needs nothing from outside: no library, no
network, no kernel. It has no ids, so that it can stand on a page any number of times; without its script,
picture, paths and steps still show.
"""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from viz.drawing.style import STYLES

SCRIPTS = ("formulas.js", "picture.js", "panel.js", "guess.js", "player.js")

_ICONS = {
    "first": "M4 4h2v12H4zM16 4v12L7 10z",
    "previous": "M14 4v12l-9-6z",
    "play": "M6 4v12l10-6z",
    "next": "M6 4v12l9-6z",
    "last": "M14 4h2v12h-2zM4 4v12l9-6z",
}
_PAUSE = "M5 4h3v12H5zM12 4h3v12h-3z"


def fragment(
    *,
    title: str,
    picture: str,
    data: dict[str, Any],
    sentences: Sequence[str],
    paths: str,
    guess: bool,
    page: bool = False,
) -> str:
    """Return the player as one element.

    Parameters
    ----------
    title : str
        One line, plain text.
    picture, paths : str
        Markup made by `viz.player.stage` and `viz.player.paths`.
    data : dict
        Made by `viz.player.script`.
    sentences : sequence of str
        Every step in words, plain text.
    guess : bool
        Start in the learner's mode.
    page : bool
        The player has its page to itself, so keys belong to it before it is clicked.
    """
    steps = "".join(
        f'<tr class="{"f" if step[0] else "b"}"><th scope="row">{i}</th><td>{escape(sentence)}</td></tr>'
        for i, (step, sentence) in enumerate(zip(data["steps"], sentences, strict=True), 1)
    )
    state = " data-guess" * guess + " data-page" * page
    return f"""\
<div class="cr-player" tabindex="0" role="group" aria-label="{escape(title)}" \
data-lm-suppress-shortcuts="true"{state}>
<style>{style()}</style>
<div class="cr-head"><strong>{escape(title)}</strong>\
<span data-js hidden><span class="cr-phase"></span> <span class="cr-count"></span></span></div>
{_controls()}
<div class="cr-main"><div class="cr-graph" tabindex="-1">{picture}</div>
{_panel()}</div>
<details class="cr-paths" open><summary>Chain-rule paths, ranked by their share</summary>{paths}</details>
<table class="cr-steps"><caption>Every step</caption><tbody>{steps}</tbody></table>
<script type="application/json" class="cr-data">{embedded(data)}</script>
<script>{script()}</script>
</div>"""


def document(title: str, body: str) -> str:
    """Return a complete page around a player."""
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
</head>
<body>
{body}
</body>
</html>
"""


def embedded(data: Any) -> str:
    r"""Return data as JSON that is safe inside a script element.

    Examples
    --------
    >>> embedded({"label": "</script><b>"})
    '{"label":"\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    packed = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return packed.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def asset(name: str) -> str:
    """Return the text of a file that comes with this package."""
    return (files("viz.player") / "assets" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def script() -> str:
    """Return the player's script: its parts, in a scope of their own."""
    parts = "".join(_lean(asset(name)) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();'


@lru_cache(maxsize=1)
def style() -> str:
    """Return the player's style sheet, with the colours that every picture of `viz` has."""
    return _lean(asset("player.css")) + "\n".join(
        _colours(("op", "leaf", "root", "const", "flow", "faint", "none", "zero"))
    )


def _lean(source: str) -> str:
    """Return a script or style sheet without the comment at its top and without indentation."""
    body = source.split("*/\n", 1)[1] if source.startswith("/*") else source
    return "\n".join(line.strip() for line in body.splitlines() if line.strip()) + "\n"


def _colours(names: Iterable[str]) -> list[str]:
    rules = []
    for name in names:
        light, dark = STYLES[name].light, STYLES[name].dark
        fill, line, text = (
            f"light-dark({a},{b})" if a != "none" else "none" for a, b in zip(light, dark, strict=True)
        )
        rules.append(f".cr-player .{name} :is(path,polygon){{fill:{fill};stroke:{line}}}")
        rules.append(f".cr-player .edge.{name} polygon{{fill:{line}}}")
        rules.append(f".cr-player .{name} text{{fill:{text}}}")
    return rules


def _controls() -> str:
    buttons = "".join(
        f'<button type="button" class="cr-{name}" aria-label="{name}" title="{name}">'
        f'<svg viewBox="0 0 20 20" aria-hidden="true">{_shapes(name)}</svg></button>'
        for name in _ICONS
    )
    return (
        f'<div class="cr-controls" data-js hidden>{buttons}'
        '<input type="range" class="cr-slider" min="0" max="0" value="0" aria-label="step">'
        '<label><input type="checkbox" class="cr-guessing"> guess first</label>'
        '<button type="button" class="cr-fit" aria-pressed="false">whole graph</button>'
        '<button type="button" class="cr-list" aria-expanded="false">all steps</button></div>'
    )


def _shapes(name: str) -> str:
    shapes = (_ICONS[name], _PAUSE) if name == "play" else (_ICONS[name],)
    return "".join(f'<path d="{shape}"/>' for shape in shapes)


def _panel() -> str:
    return """\
<div class="cr-panel" data-js hidden>
<p class="cr-words" aria-live="polite"></p>
<div class="cr-said"><div class="cr-symbols"></div><div class="cr-numbers"></div>
<div class="cr-ask" hidden><form class="cr-form">
<label>my guess <input class="cr-guess" inputmode="text" autocomplete="off" size="8"></label>
<button>check</button><button type="button" class="cr-hint">hint</button>
<button type="button" class="cr-reveal">show</button></form></div>
<p class="cr-verdict"><span class="cr-answer" aria-live="polite"></span> <span class="cr-score"></span></p>
<div class="cr-local"><span class="cr-kept"></span><div class="cr-rule"></div></div></div>
<div class="cr-books"><div class="cr-cost"><p>Multiplications so far / in all</p><table><tbody>
<tr><th scope="row">memoized</th><td class="cr-memoized"></td><td><span
class="cr-memoized-bar"></span></td></tr> <tr><th scope="row">path by path</th><td
class="cr-naive"></td><td><span class="cr-naive-bar"></span></td></tr> </tbody></table></div> <div
class="cr-ledger" hidden><p>What arrives at <span class="cr-ledger-of"></span></p> <table><tbody
class="cr-entries"></tbody></table><p class="cr-sum"></p> <p class="cr-cancels cr-flag"
hidden></p></div></div> </div>"""
