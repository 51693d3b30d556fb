"""Lessons write d for a gradient and ∂ for one arrow, as pictures do."""

import re
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).parents[2] / "notebooks" / "lessons").glob("*.py"))
# Written both ways in one lesson. Two numbers, told apart where they first stand side by side:
APART = {"nudges_and_the_value_node": {("z", "x")}}
# One number: the lesson says why books may write ∂ for it (drawn from its leaves alone).
SAID = {"the_gradient_of_a_cost": {("C", "w")}}


def slopes(text: str, sign: str) -> set[tuple[str, str]]:
    """Return what is differentiated by what, in LaTeX and in plain text, with d or with ∂."""
    text = re.sub(r"\n# ?(> )?", " ", text).replace(r"\mathrm{d}", "d").replace(r"\partial", "∂")
    part = r"\s*([^\s{}/=·$*,()]+(?:\{[^{}]*\})?(?:\^\{[^{}]*\})?)"
    found = re.findall(
        rf"\\frac\{{{sign}{part}\}}\s*\{{{sign}{part}\}}|(?<!\w){sign}{part} ?/ ?{sign}{part}", text
    )
    return {(a or c, b or d) for a, b, c, d in found}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_writes_a_derivative_in_one_way(source: Path) -> None:
    text, name = source.read_text(encoding="utf-8"), source.stem
    both = slopes(text, "d") & slopes(text.replace(r"\partial", "∂"), "∂")
    assert both == APART.get(name, set()) | SAID.get(name, set())
    assert ("leaves alone" in re.sub(r"\n# ", " ", text)) == (name in SAID)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_loss_has_one_arrow_to_a_weight_or_a_key(source: Path) -> None:
    text = source.read_text(encoding="utf-8").replace(r"\partial", "∂")
    far = {(a, b) for a, b in slopes(text, "∂") if a[0] in "LJC" and b[0] in "wWbk"}
    assert far == SAID.get(source.stem, set()), "a gradient: write d"
