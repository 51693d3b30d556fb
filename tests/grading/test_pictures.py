"""The picture of a finding: the smallest program, with the wrong node lit and both numbers in its box."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

import viz
from tests.figures.figures import words
from tests.grading.reports import CRASH, DEEP, OVERWRITE
from viz.player.finding import save


def test_the_wrong_node_is_lit_and_has_both_numbers() -> None:
    drawing = viz.graph(OVERWRITE).drawing
    lit = [box for box in drawing.boxes if "wrong" in box.classes]
    assert [(box.name, box.lines[-1]) for box in lit] == [("a", "yours 3, right 6")]
    assert drawing.title == "mul, line 31: dc/da: yours 3, right 6"
    assert drawing.caption[0] == "a second path to the same node overwrites the first: write `+=`"


def test_the_picture_is_lit_by_outline_too_and_says_so_to_screen_readers() -> None:
    figure = viz.graph(OVERWRITE)
    assert 'style="dashed,filled"' in figure.dot
    assert "a = 3           dc/da = 6   yours 3, right 6" in figure.text
    assert "yours 3, right 6" in words(figure.svg)


def test_a_long_cause_is_broken_into_lines_and_cannot_hide_anything() -> None:
    caption = viz.graph(replace(OVERWRITE, says="\x1b[2J" + 40 * "ten words ")).drawing.caption
    assert caption[0].startswith("\\x1b[2J")
    assert all(len(line) <= 90 for line in caption[:4])


def test_what_has_no_graph_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no graph to draw: exp is told in words alone"):
        viz.graph(CRASH)
    with pytest.raises(ValueError, match="backward is told in words alone"):
        viz.graph(DEEP)


def test_the_page_has_the_wrong_numbers_and_steps_through_the_right_ones(tmp_path) -> None:
    save(OVERWRITE, tmp_path / "wrong.html")
    page = (tmp_path / "wrong.html").read_text(encoding="utf-8")
    for text in (
        "<h1>mul, line 31: dc/da: yours 3, right 6</h1>",
        "overwrites the first",
        "a = 3; c = a * a",
    ):
        assert text in page
    assert page.count("<svg") >= 2
    assert ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6]) is not None
    save(replace(OVERWRITE, says="<script>alert(1)</script>"), tmp_path / "evil.html")
    assert "<script>alert(1)" not in (tmp_path / "evil.html").read_text(encoding="utf-8")
