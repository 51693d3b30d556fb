"""Saves what grading found: a picture with the wrong node lit, or a page to step through.

The page is the picture, its words, and the player on the same graph with the right numbers.
"""

from dataclasses import replace
from html import escape
from pathlib import Path

from autograd.grading import Finding
from viz.drawing.figure import document
from viz.figures.graph import graph
from viz.player.walkthrough import walkthrough


def save(finding: Finding, path: Path) -> None:
    """Write a finding to a file whose ending says how: one of `viz.drawing.figure.FORMATS`."""
    if path.suffix.lower() != ".html":
        graph(finding).save(path)
        return
    assert finding.graph is not None  # else there was nothing to draw
    figure, player = graph(replace(finding, says="")), walkthrough(finding.graph, title=finding.expression)
    says = f"<p>{escape(finding.says)}</p>" if finding.says else ""
    heading = f"<h1>{escape(figure.drawing.title)}</h1>"
    right = "<h2>The same with the right numbers, step by step</h2>"
    body = f'<main style="font-family:sans-serif">{heading}{says}{figure.html}{right}{player.html}</main>'
    path.write_text(document(figure.drawing.title, body), encoding="utf-8")
