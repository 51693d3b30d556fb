"""Fills the player's page: picture, data, steps and paths into `page.html`, style and script with them.

It knows which parts there are, and no mathematics. The fragment needs nothing from outside: no library, no
network, no kernel. It has no ids, so that it can stand on a page any number of times. Without its script,
picture, paths and steps still show; where questions are put, only the picture without its answers does.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from viz.drawing.figure import embedded
from viz.drawing.looks.sheet import ORDINARY, Sheet
from viz.drawing.looks.style import CSS_FONT
from viz.drawing.svg import rules, used
from viz.player.questions import Mode, blank

SCRIPTS = ("formulas.js", "picture.js", "panel.js", "lists.js", "reading.js", "guess.js", "player.js")


def fragment(
    *,
    title: str,
    picture: str,
    data: dict[str, Any],
    sentences: Sequence[str],
    paths: str,
    note: str,
    mode: Mode,
    page: bool = False,
    sheet: Sheet = ORDINARY,
) -> str:
    """Return the player as one element.

    Parameters
    ----------
    title : str
        One line, plain text.
    picture, paths : str
        Markup made by `viz.player.stage` and `viz.player.paths`.
    data : dict
        Made by `viz.player.data`.
    sentences : sequence of str
        Every step in words, plain text.
    note : str
        What a reader should know of the formulas, plain text; "" for nothing.
    mode : str
        How the player begins: `"show"`, `"ask"` or `"exam"`.
    page : bool
        The player has its page to itself, so keys belong to it before it is clicked.
    sheet : Sheet
        Light or dark, whatever the reader's system is; where it leaves that open, as the system is.
    """
    rows = "".join(
        f'<tr class="{"f" if step[0] else "b"}"><th scope="row">{i}</th><td>{escape(sentence)}</td></tr>'
        for i, (step, sentence) in enumerate(zip(data["steps"], sentences, strict=True), 1)
    )
    answers = (
        f'<details class="cr-paths" open><summary>Chain-rule paths, the largest first</summary>{paths}'
        '</details>\n<details class="cr-list" open><summary>Steps</summary>'
        f'<table class="cr-steps"><tbody>{rows}</tbody></table></details>'
    )
    without, arrows = blank(picture, [kind >= 0 for kind in data["kinds"]])
    asks = mode != "show"
    return Template(lean("viz.player", "page.html").rstrip()).substitute(
        title=escape(title),
        state=f' data-mode="{mode}"' + " data-page" * page + _scheme(sheet),
        style=style(),
        picture=without if asks else picture,
        answers=f'<template class="cr-answers">{answers}</template>' if asks else answers,
        note=f"<p>{escape(note)}</p>" if note else "",
        data=embedded({**data, "arrows": arrows}),
        script=script(),
    )


def _scheme(sheet: Sheet) -> str:
    return f' style="color-scheme:{sheet.schemes}"' if sheet.fixed else ""


@lru_cache(maxsize=1)
def script() -> str:
    """Return the player's script: its parts, in a scope of their own."""
    parts = "".join(lean("viz.player", name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();'


@lru_cache(maxsize=1)
def style() -> str:
    """Return the player's style sheet."""
    pictures = rules(
        ".cr-player", ("op", "leaf", "root", "const", "weight"), ("flow", "faint", "none", "zero")
    )
    return coloured(".cr-player", lean("viz.player", "player.css") + "\n".join(pictures))


def coloured(scope: str, css: str) -> str:
    """Return a style sheet below the palette's colours, as the custom properties that it reads."""
    colours = "".join(f"--{name}:light-dark({c.light},{c.dark});" for name, c in used(css).items())
    return f"{scope}{{{colours}--mono:{CSS_FONT}}}\n{css}"


def lean(room: str, name: str) -> str:
    """Return an asset of a room without the comments above its parts and without indentation."""
    source = (files(room) / "assets" / name).read_text(encoding="utf-8")
    body = re.sub(r"^(/\*.*?\*/|<!--.*?-->)\n", "", source, flags=re.DOTALL | re.MULTILINE)
    return "\n".join(line.strip() for line in body.splitlines() if line.strip()) + "\n"
