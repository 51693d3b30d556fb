"""From executed lessons to pages that open by double-click: no kernel, no network, an index.

Formulas become MathML, which browsers show without a script; players and pictures are in the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from notebooks.build import FOLDER, Lesson, execute, lessons

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · chainrule</title>
<style>
{style}
</style>
</head>
<body>
<nav>{navigation}</nav>
<main>
{body}
</main>
<nav>{navigation}</nav>
</body>
</html>
"""
CELLS = """{%- extends 'basic/index.html.j2' -%}
{%- block codecell -%}
{%- if 'solution' in cell.metadata.get('tags', []) -%}
<details><summary>Solution</summary>
{{ super() }}
</details>
{%- else -%}
{{ super() }}
{%- endif -%}
{%- endblock codecell -%}
"""  # a solution is hidden until it is asked for
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
PRIME = re.compile(r"<msup>(<mi>[^<]*</mi>)<mi>(&#x0203[234];)</mi></msup>")
INLINE = re.compile(r"(?<![\\$])\$(?!\s)((?:[^$\n]|\n(?!\s*\n))+?)(?<!\s)\$(?!\d)")  # in one paragraph


def publish(folder: Path, run: Callable[[Lesson], Any] = execute) -> list[Path]:
    """Execute every lesson, by `run`, and write its page, and an index, into `folder`; return the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    every = lessons()
    pages = []
    for place, lesson in enumerate(every):
        neighbours = every[place - 1] if place else None, every[place + 1] if place + 1 < len(every) else None
        path = folder / f"{lesson.name}.html"
        path.write_text(
            page(lesson.title, body(run(lesson)), _navigation(*neighbours)), "utf-8", newline="\n"
        )
        pages.append(path)
    items = "\n".join(
        f'<li><a href="{lesson.name}.html">{html.escape(lesson.title)}</a></li>' for lesson in every
    )
    index = folder / "index.html"
    intro = "<h1>The lessons</h1>\n<p>Each page was executed from top to bottom.</p>"
    text = f'{intro}\n<ul class="lessons">\n{items}\n</ul>'
    index.write_text(page("The lessons", text, ""), "utf-8", newline="\n")
    return [index, *pages]


def page(title: str, body: str, navigation: str) -> str:
    """Return a complete page."""
    style = (FOLDER / "page.css").read_text("utf-8")
    return PAGE.format(title=html.escape(title), style=style, body=body, navigation=navigation)


def body(book: Any) -> str:
    """Return an executed notebook as HTML, its formulas as MathML."""
    from nbconvert import HTMLExporter

    book = deepcopy(book)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = _formulas(cell.source)
    exporter = HTMLExporter(raw_template=CELLS, exclude_anchor_links=True)
    content, _ = exporter.from_notebook_node(book)
    return str(content)


def _formulas(text: str) -> str:
    from latex2mathml.converter import convert

    def mathml(latex: str, display: str) -> str:
        # A prime is raised by itself; raised once more, it is too small to be seen in many fonts.
        return PRIME.sub(
            r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', convert(latex.strip(), display=display)
        )

    text = DISPLAY.sub(lambda match: mathml(match[1], "block"), text)
    return INLINE.sub(lambda match: mathml(match[1], "inline"), text)


def _navigation(before: Lesson | None, after: Lesson | None) -> str:
    links = ['<a href="index.html">All lessons</a>']
    if before:
        links.insert(0, f'<a href="{before.name}.html">← {html.escape(before.title)}</a>')
    if after:
        links.append(f'<a href="{after.name}.html">{html.escape(after.title)} →</a>')
    return " · ".join(links)
