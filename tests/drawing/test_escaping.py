"""A learner's text stays text: in DOT, in the parsed SVG, in HTML, whatever it contains."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Value
from tests.figures.figures import SVG, words
from viz.drawing.dot import dot, escape
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.render import render
from viz.figures.names import visible

HOSTILE = [
    "</svg><script>alert(1)</script>",
    "{a|b}",
    "&#60;b&#62;",
    "&lt;b&gt;",
    r"\N",
    r"\G \E \T \H \L",
    'say "hi"',
    r"back\slash\\",
    r"ends in \ ",
    "two\nlines",
    r"\l left \r right \n new",
    "<b>bold</b>",
    "<",
    "-->",
    "]]>",
    "🙂 emoji 👩‍🚀",
    "ü ∂ 漢字",
    "digraph { a -> b }",
    "node",
    "javascript:alert(1)",
    "' onload='alert(1)",
]


def leaf_called(label: str) -> viz.Figure:
    root = Value(2.0, label=label) * 3
    root.label = "y"
    return viz.graph(root)


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_comes_out_of_the_svg_as_the_text_it_was(label):
    svg = leaf_called(label).svg
    shown = words(svg)
    assert f"{visible(label)} = 2".replace("  ", " ") in [" ".join(word.split()) for word in shown]
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "desc", "style", "g", "polygon", "path", "text"}


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_adds_no_attribute_that_runs_or_links(label):
    attributes = {name for element in ET.fromstring(leaf_called(label).svg).iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name]


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_cannot_leave_the_page(label, tmp_path):
    figure = leaf_called(label)
    page = figure.save(tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("</svg>") == 1


@settings(max_examples=12)
@given(st.lists(st.text(st.characters(), min_size=1, max_size=12), min_size=8, max_size=8))
def test_any_text_at_all_comes_out_of_the_svg_as_it_went_in(texts):
    shown = [visible(text) for text in texts]
    boxes = tuple(Box(f"n{i}", "", (text,)) for i, text in enumerate(shown))
    svg = render(dot(Drawing("t", "d", boxes, ())), "svg").decode("utf-8")
    expected = [" ".join(text.split()) for text in shown]
    assert sorted(filter(None, (" ".join(word.split()) for word in words(svg)))) == sorted(
        filter(None, expected)
    )


@pytest.mark.parametrize("label", HOSTILE)
def test_arrows_and_captions_are_escaped_as_boxes_are(label):
    boxes = (Box("n0", "a", ("a",)), Box("n1", "b", ("b",)))
    drawing = Drawing("t", "d", boxes, (Arrow("e0", "n0", "n1", visible(label)),), caption=(visible(label),))
    shown = [" ".join(word.split()) for word in words(render(dot(drawing), "svg").decode("utf-8"))]
    assert shown.count(" ".join(visible(label).split())) == 2


def test_escape_puts_the_ampersand_first():
    assert escape("&#60;") == "&amp;#60;"
    assert escape("<&>") == "&lt;&amp;&gt;"


def test_titles_and_descriptions_are_escaped_too():
    root = Value(2.0) * Value(3.0)
    root.label = "</title><script>"
    document = ET.fromstring(viz.graph(root).svg)
    titles = [element.text for element in document.iter(f"{SVG}title")]
    assert any(title and title.startswith("</title><script>") for title in titles)
    assert not list(document.iter(f"{SVG}script"))
