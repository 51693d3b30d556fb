"""One drawing in all its forms: files, notebook, ids, and what is said when a form cannot be had."""

import base64
import re
import xml.etree.ElementTree as ET

import pytest

import viz
from autograd import Value
from tests.figures.figures import SVG, chain_rule_example
from tests.player.browser import on_paper
from viz.drawing import figure as figure_module
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.figure import FORMATS, svgs
from viz.drawing.looks.palette import PALETTE
from viz.drawing.looks.style import PATHS, STYLES
from viz.drawing.render import GraphvizMissingError, RenderError
from viz.drawing.svg import stylesheet


@pytest.fixture
def figure() -> viz.Figure:
    J, *_ = chain_rule_example()
    J.backward()
    return viz.graph(J)


STARTS = {
    ".svg": b"<svg",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".tex": b"% J: 7 nodes, 6 edges",
    ".dot": b"digraph",
    ".html": b"<!doctype html>",
    ".txt": b"J: 7",
}


@pytest.mark.parametrize("ending", FORMATS)
def test_the_ending_of_the_file_says_what_is_written(figure, tmp_path, ending):
    assert ending in STARTS, f"FORMATS has a new row: say in STARTS with which bytes a file {ending} begins"
    path = figure.save(tmp_path / f"J{ending}")
    assert path.read_bytes().startswith(STARTS[ending])


def test_an_unknown_ending_lists_the_known_ones_and_writes_nothing(figure, tmp_path):
    with pytest.raises(
        ValueError,
        match=r"'J\.jpeg' does not end in one of \.svg.*for example \.save\(\"J\.svg\"\)".replace(
            "for", "[Ff]or"
        ),
    ):
        figure.save(tmp_path / "J.jpeg")
    assert not list(tmp_path.iterdir())


def test_a_notebook_is_offered_the_picture_and_the_words(figure):
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "image/png", "text/plain"}  # the second needs no trust
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["image/svg+xml"] == figure.svg
    assert bundle["text/plain"] == figure.text == str(figure)


def test_without_graphviz_a_notebook_gets_the_words_and_the_cure(figure, monkeypatch):
    def nothing(*arguments):
        raise GraphvizMissingError("install it")

    monkeypatch.setattr(figure_module, "render", nothing)
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].startswith(figure.text)
    assert "install it" in bundle["text/plain"]
    with pytest.raises(GraphvizMissingError):
        _ = figure.svg


def test_no_failure_at_all_breaks_a_notebook(monkeypatch):
    def broken(drawing):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(figure_module, "text", broken)
    J, *_ = chain_rule_example()
    assert "no picture: a bug" in viz.graph(J)._repr_mimebundle_()["text/plain"]


def test_a_failed_picture_leaves_the_file_as_it_was(figure, tmp_path, monkeypatch):
    def broken(*arguments):
        raise RenderError("no")

    monkeypatch.setattr(figure_module, "render", broken)
    path = tmp_path / "J.svg"
    path.write_text("before")
    with pytest.raises(RenderError):
        figure.save(path)
    assert path.read_text() == "before"


def test_the_svg_says_what_it_shows_to_those_who_cannot_see_it(figure):
    document = ET.fromstring(figure.svg)
    assert document.get("role") == "img"
    title, description = document.get("aria-labelledby", "").split()
    by_id = {element.get("id"): element for element in document.iter()}
    assert by_id[title].text == "J: 7 nodes, 6 edges"
    assert "gradient" in (by_id[description].text or "")
    groups = [
        element.findtext(f"{SVG}title")
        for element in document.iter(f"{SVG}g")
        if element.get("class") == "node leaf"
    ]
    assert "b = 3, dJ/db = 6" in groups


def test_ids_come_from_the_graphs_numbers_and_are_unique(figure):
    ids = [element.get("id") for element in ET.fromstring(figure.svg).iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    name = re.search(r"digraph (g[0-9a-f]{8}) ", figure.dot)
    assert name
    assert {f"{name[1]}-n{i}" for i in range(7)} | {f"{name[1]}-e{i}" for i in range(6)} <= set(ids)


def test_another_drawing_has_another_prefix(figure):
    J, *_ = chain_rule_example()
    other = viz.graph(J)  # no gradients yet
    assert figure.dot.split(" ")[1] != other.dot.split(" ")[1]


def test_the_svg_brings_its_colours_for_the_dark_and_leaves_the_page_alone(figure):
    style = ET.fromstring(figure.svg).findtext(f"{SVG}style") or ""
    assert "@media screen and (prefers-color-scheme:dark)" in style
    for rule in re.sub(r"@media[^{]*", "", style).split("}"):
        selector = rule.split("{")[0].strip() or rule.strip("{ \n")
        assert not selector or selector.startswith("svg.chainrule")


def test_every_row_of_the_style_table_is_legible_in_light_and_dark():
    """WCAG AA: text of every kind contrasts 4.5 to 1 with what it stands on."""
    for name, style in STYLES.items():
        ground = PALETTE["paper" if style.fill == "none" else style.fill]
        for dark in (False, True):
            assert contrast(PALETTE[style.text][dark], ground[dark]) >= 4.5, (name, dark)


def test_the_contrast_check_would_notice_pale_text():
    assert contrast("#aaaaaa", "#ffffff") < 4.5 < contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_paths_differ_by_more_than_colour():
    cues = [
        (STYLES[f"path{i}"].dot["style"], STYLES[f"path{i}"].dot["penwidth"]) for i in range(1, PATHS + 1)
    ]
    assert len(set(cues)) == PATHS


def test_the_stylesheet_holds_only_the_rows_in_use():
    css = stylesheet({"leaf"}, {"flow"}, "g0")
    assert "leaf" in css and "flow" in css and "path1" not in css


def test_two_pictures_on_one_page_leave_each_other_their_colours():
    """A rule of the second would win over an equally exact one of the first, which comes before it."""
    one, two = viz.network([2, 2, 1], highlight="hidden").svg, viz.network([2, 1]).svg
    assert not set(re.findall(r"svg\.chainrule[^{,]*\{", one)) & set(
        re.findall(r"svg\.chainrule[^{,]*\{", two)
    )


def test_a_drawing_that_would_be_a_wrong_picture_is_refused():
    a = Box("a", "a", ("a",))
    with pytest.raises(ValueError, match="uses an id twice"):
        Drawing("t", "d", (a, a), ())
    with pytest.raises(ValueError, match="e joins a and b: not both are boxes"):
        Drawing("t", "d", (a,), (Arrow("e", "a", "b"),))
    with pytest.raises(ValueError, match="'colourful'"):
        Drawing("t", "d", (Box("a", "a", ("a",), classes=("colourful",)),), ())


def test_a_single_leaf_is_a_graph_too():
    figure = viz.graph(Value(2.0, label="x"))
    assert figure.text.splitlines()[2].strip() == "x = 2   dx/dx: not yet"
    assert "<svg" in figure.svg


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2 between two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_on_paper_a_wide_picture_is_no_wider_than_the_sheet(driver, tmp_path):
    x = Value(1.0, "x")
    y = x
    for _ in range(6):
        y = y * 1.5 + x
    driver.get(viz.graph(y, direction="right").save(tmp_path / "wide.html").as_uri())
    wide = "const {width} = document.querySelector('svg').getBoundingClientRect(); return width - innerWidth"
    assert driver.execute_script(wide) > 0, "it scrolls on the screen"
    on_paper(driver, "print")
    try:
        assert driver.execute_script(wide) <= 0
    finally:
        on_paper(driver, "")


def test_pictures_made_together_are_those_made_alone():
    J, *leaves = chain_rule_example()
    J.backward()
    figures = [viz.graph(J), *(viz.paths(J, leaf) for leaf in leaves[:2])]
    assert svgs([figure.drawing for figure in figures]) == [figure.svg for figure in figures]
