"""The sheet of a picture: size, letters and theme, in every format and for every kind of picture."""

import re
import struct
import xml.etree.ElementTree as ET

import pytest

import viz
from tests.figures.figures import SVG, chain_rule_example, words
from viz.drawing.figure import FORMATS, extent
from viz.drawing.looks.palette import PALETTE
from viz.drawing.looks.sheet import THEMES, Sheet

COLOURS = re.compile(r"#[0-9a-f]{6}")


@pytest.fixture
def figure() -> viz.Figure:
    J, *_ = chain_rule_example()
    J.backward()
    return viz.graph(J)


def every_kind(**options) -> dict[str, viz.Figure]:
    J, _, b, _ = chain_rule_example()
    J.backward()
    return {
        "graph": viz.graph(J, **options),
        "paths": viz.paths(J, b, **options),
        "walkthrough": viz.walkthrough(J, **options),
        "memo": viz.memo(J, **options),
        "network": viz.network([2, 3, 1], **options),
        "diagram": viz.diagram("forest", **options),
    }


@pytest.mark.parametrize(
    ("size", "points"),
    [
        ("1x2in", (72, 144)),
        ("1 × 2 in", (72, 144)),
        ("25.4x50.8mm", (72, 144)),
        ("2.54x5.08cm", (72, 144)),
        ("96x192px", (72, 144)),
        ("72x144pt", (72, 144)),
        ("1x2", (72, 144)),
        ((1, 2), (72, 144)),
        ([1.0, 2.0], (72, 144)),
        ("2.54cm", (72, None)),
        (1, (72, None)),
        (0.5, (36, None)),
        (".5in", (36, None)),
        (None, None),
    ],
)
def test_a_size_is_read_in_every_unit(size, points):
    assert Sheet(size=size).points == points


@pytest.mark.parametrize(
    "size",
    [
        "",
        "x",
        "6xx4",
        "4x",
        "-3",
        "1e3",
        "6x4km",
        "٣x٤",
        (1,),
        (1, 2, 3),
        ("1", "2"),
        True,
        float("nan"),
        b"6",
        {},
    ],
)
def test_what_is_no_size_is_refused_with_examples(size):
    with pytest.raises(ValueError, match=r'is no size\. Write "16x9cm".*Units are in, cm, mm, pt, px'):
        Sheet(size=size)


@pytest.mark.parametrize("size", [0, -1, "0x4", "3000in", (6, 1e9), "0.1pt"])
def test_a_size_that_no_page_has_is_refused(size):
    with pytest.raises(ValueError, match="a side has 1 point to 200 inches"):
        Sheet(size=size)


@pytest.mark.parametrize("letters", [0, -12, 1000, float("nan"), float("inf"), "12", True])
def test_letters_of_no_size_are_refused(letters):
    with pytest.raises(ValueError, match="letters have 1 to 500 points, for example font_size=18"):
        Sheet(font_size=letters)


@pytest.mark.parametrize("make", every_kind())
def test_every_kind_of_picture_refuses_a_theme_that_there_is_not_and_lists_those_there_are(make):
    with pytest.raises(ValueError, match="theme='blue' is not known. There are: " + ", ".join(THEMES)):
        every_kind(theme="blue")


def test_an_option_that_there_is_not_is_refused_and_nothing_written(figure, tmp_path):
    with pytest.raises(TypeError, match=r"'colour'\. How a picture looks is said by size, font_size, theme"):
        figure.save(tmp_path / "J.svg", colour="red")
    J, *_ = chain_rule_example()
    with pytest.raises(TypeError, match="unexpected keyword argument 'nmes'"):
        viz.graph(J, nmes={})
    assert not list(tmp_path.iterdir())


def test_a_bitmap_has_exactly_the_pixels_that_were_asked_for(figure, tmp_path):
    png = figure.save(tmp_path / "J.png", size="1280x720px").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1280, 720)


def test_pdf_and_svg_have_the_size_and_keep_the_picture_in_proportion(figure, tmp_path):
    svg = figure.save(tmp_path / "J.svg", size=(10, 5)).read_text(encoding="utf-8")
    assert extent(svg) == (720, 360)
    wide, high = extent(figure.svg)
    (zoom,) = {*re.search(r"scale\(([\d.]+) ([\d.]+)\)", svg).groups()}
    assert float(zoom) == pytest.approx(min(720 / wide, 360 / high), abs=1e-2)
    pdf = figure.save(tmp_path / "J.pdf", size=(10, 5)).read_bytes()
    (box,) = re.findall(rb"/MediaBox \[ 0 0 (\d+) (\d+) \]", pdf)
    assert tuple(map(int, box)) == (720, 360)


def test_of_a_width_alone_the_height_follows(figure, tmp_path):
    wide, high = extent(figure.svg)
    svg = figure.save(tmp_path / "J.svg", size="360pt").read_text(encoding="utf-8")
    assert extent(svg) == (360, pytest.approx(high * 360 / wide, abs=1))


def test_letters_twice_as_large_make_a_picture_twice_as_large(figure, tmp_path):
    wide, high = extent(figure.svg)
    svg = figure.save(tmp_path / "J.svg", font_size=24).read_text(encoding="utf-8")
    assert extent(svg) == pytest.approx((2 * wide, 2 * high), abs=1)
    assert 'font-size="12.00"' in svg and "scale(2 2)" in svg


def test_letters_of_a_size_stand_on_a_sheet_of_a_size(figure, tmp_path):
    svg = figure.save(tmp_path / "J.svg", size="20x10in", font_size=18).read_text(encoding="utf-8")
    assert extent(svg) == (1440, 720)
    assert "scale(1.5 1.5)" in svg


def test_letters_too_large_for_the_sheet_are_refused_with_those_that_fit(figure, tmp_path):
    wide, high = extent(figure.svg)
    with pytest.raises(ValueError, match="or leave font_size out") as caught:
        figure.save(tmp_path / "J.svg", size=(5, 5), font_size=20)
    needed = f"{wide * 20 / 12 / 72:.1f} x {high * 20 / 12 / 72:.1f} inches"
    assert needed in str(caught.value)
    fit = float(re.search(r"Letters of ([\d.]+) points fit", str(caught.value))[1])
    figure.save(tmp_path / "J.svg", size=(5, 5), font_size=fit)


@pytest.mark.parametrize(
    ("theme", "place"), [("light", 0), ("dark", 1), ("transparent", 0), ("transparent-dark", 1)]
)
def test_a_fixed_theme_needs_no_style_sheet_and_asks_no_system(theme, place):
    """Programs for slides read no custom properties and no media queries, and know no halo of letters."""
    for name, figure in every_kind(theme=theme).items():
        svg = figure.svg
        assert "var(" not in svg and "@media" not in svg and "paint-order" not in svg, name
        assert set(COLOURS.findall(svg)) <= {colour[place] for colour in PALETTE.values()}, name
        assert set(COLOURS.findall(figure.dot)) == set(COLOURS.findall(svg)) | {PALETTE["ink"][place]}, name


@pytest.mark.parametrize("theme", THEMES)
def test_only_a_transparent_theme_has_no_paper(figure, tmp_path, theme):
    svg = ET.fromstring(figure.save(tmp_path / "J.svg", theme=theme).read_text(encoding="utf-8"))
    graph = next(svg.iter(f"{SVG}g"))
    paper = [
        child for child in graph if child.tag == f"{SVG}polygon" and child.get("fill") not in ("none", None)
    ]
    assert len(paper) == ("transparent" not in theme)


def test_text_stays_text_whatever_the_sheet(figure, tmp_path):
    for options in ({"theme": "dark"}, {"size": (4, 3)}, {"font_size": 30, "theme": "transparent"}):
        svg = figure.save(tmp_path / "J.svg", **options).read_text(encoding="utf-8")
        assert words(svg) == words(figure.svg)


def test_save_may_say_otherwise_than_the_making_and_changes_nothing(tmp_path):
    J, *_ = chain_rule_example()
    figure = viz.graph(J, theme="dark", size=(6, 4))
    before = figure.svg
    light = figure.save(tmp_path / "J.svg", theme="light").read_text(encoding="utf-8")
    assert extent(light) == extent(before) == (432, 288)
    assert PALETTE["paper"].light in light and PALETTE["paper"].dark in before
    assert figure.save(tmp_path / "J.svg").read_text(encoding="utf-8") == before


def test_pictures_of_two_themes_on_one_page_have_names_of_their_own():
    J, *_ = chain_rule_example()
    names = {viz.graph(J, theme=theme).dot.split(" ")[1] for theme in THEMES}
    assert len(names) == len(THEMES)


def test_a_page_is_dark_where_the_sheet_is(tmp_path):
    J, *_ = chain_rule_example()
    for figure in (viz.graph(J), viz.walkthrough(J)):
        page = figure.save(tmp_path / "J.html", theme="dark").read_text(encoding="utf-8")
        assert '<meta name="color-scheme" content="dark">' in page
        page = figure.save(tmp_path / "J.html").read_text(encoding="utf-8")
        assert '<meta name="color-scheme" content="light dark">' in page
    assert 'style="color-scheme:dark"' in viz.walkthrough(J, theme="dark").html
    assert 'style="color-scheme' not in viz.walkthrough(J).html


def test_words_have_no_sheet(figure, tmp_path):
    path = figure.save(tmp_path / "J.txt", size=(6, 4), theme="dark")
    assert path.read_text(encoding="utf-8") == figure.text
    assert set(FORMATS) >= {".txt"}


def test_values_flow_where_they_are_told_to():
    J, _, b, _ = chain_rule_example()
    for direction, way in (("right", "LR"), ("down", "TB")):
        for figure in (
            viz.graph(J, direction=direction),
            viz.paths(J, b, direction=direction),
            viz.walkthrough(J, direction=direction),
            viz.diagram("ml-process", direction=direction),
        ):
            assert f"rankdir={way}" in figure.dot
            assert not any("from top to bottom" in line for line in figure.drawing.caption)


def test_down_means_that_every_arrow_of_values_leads_down():
    J, *_ = chain_rule_example()
    svg = viz.graph(J, direction="down").svg
    tops = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        text = group.find(f"{SVG}text")
        if (group.get("class") or "").startswith("node") and text is not None:
            tops[text.text] = float(text.get("y", 0))
    assert tops["b = 3"] < tops["u = b * c"] < tops["v = a + u"] < tops["J = 3 * v"]


def test_a_deep_graph_runs_to_the_right_where_that_is_asked_for():
    J, *_ = chain_rule_example()
    x = J
    for _ in range(8):
        x = x * 2.0
    assert "rankdir=TB" in viz.graph(x).dot
    assert "rankdir=LR" in viz.graph(x, direction="right").dot


@pytest.mark.parametrize("direction", ["up", "LR", "", 1])
def test_a_direction_that_there_is_not_is_refused(direction):
    J, _, b, _ = chain_rule_example()
    told = "Values flow 'right', 'down', and gradients back"
    for make in (
        lambda: viz.graph(J, direction=direction),
        lambda: viz.paths(J, b, direction=direction),
        lambda: viz.walkthrough(J, direction=direction),
        lambda: viz.diagram("forest", direction=direction),
    ):
        with pytest.raises(ValueError, match=told):
            make()
