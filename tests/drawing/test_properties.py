"""What holds for the drawing of every graph, tried on random ones."""

import math
import re
import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Graph, Value, tanh
from autograd.text.numbers import number
from tests.figures.figures import SVG
from viz.drawing.looks.style import PATHS

COLUMN = 7.3  # points: what a monospaced letter of size 12 takes, at the most


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Value, list[Value]]:
    """Make a random graph over two to four leaves, some nodes labelled, and return its root and leaves."""
    leaves = [
        Value(
            draw(st.integers(-30, 30)) / 10,
            label=draw(st.sampled_from(["", "x", "w^1_{11}", "<b>", "ü & ö"])),
        )
        for _ in range(draw(st.integers(2, 4)))
    ]
    nodes = list(leaves)
    for _ in range(draw(st.integers(1, 12))):
        one, other = (draw(st.sampled_from(nodes)) for _ in range(2))
        kind = draw(st.sampled_from(["+", "-", "*", "tanh", "scale"]))
        made = {"+": one + other, "-": one - other, "*": one * other, "tanh": tanh(one), "scale": 2.5 * one}[
            kind
        ]
        made.label = draw(st.sampled_from(["", "", "h", 'say "so"']))
        nodes.append(made)
    return nodes[-1], leaves


@given(graphs())
def test_a_drawing_has_a_box_for_every_node_and_an_arrow_for_every_edge(made):
    root, _ = made
    root.backward()
    graph = Graph(root)
    drawing = viz.graph(root).drawing
    assert [box.id for box in drawing.boxes] == [f"n{i}" for i in range(len(graph))]
    assert [(a.source, a.target) for a in drawing.arrows] == [
        (f"n{e.source}", f"n{e.target}") for e in graph.edges
    ]
    for node, box in zip(graph.nodes, drawing.boxes, strict=True):
        assert (box.cells == ()) == node.constant
        if not node.constant:
            assert box.cells[0].endswith(f"= {number(node.data)}")
            assert box.cells[1].endswith(f"= {number(node.grad)}")
    for edge, arrow in zip(graph.edges, drawing.arrows, strict=True):
        if edge.partial is not None:
            assert arrow.label.split(" ")[-1] == number(edge.partial)


@given(graphs())
def test_the_products_that_are_drawn_add_up_to_the_gradient(made):
    root, leaves = made
    graph = Graph(root)
    for leaf in leaves:
        if graph.nodes[-1].value is not root or not any(node.value is leaf for node in graph.nodes):
            continue
        paths = list(graph.paths(leaf))
        figure = viz.paths(root, leaf)
        products = [box.lines[0] for box in figure.drawing.boxes if re.match(r"p\d", box.id)]
        assert len(products) == min(len(paths), PATHS)
        assert [text.split(" ")[-1] for text in products] == [number(path.product) for path in paths[:PATHS]]
        if len(paths) > 1:
            (total,) = [box.lines[0] for box in figure.drawing.boxes if box.id == "sum"]
            exact = math.fsum(path.product for path in paths)
            shown = float(total.split(" ")[-1])
            assert math.isclose(shown, exact, rel_tol=5.1e-4, abs_tol=1e-9)


@settings(max_examples=8)
@given(graphs())
def test_every_text_fits_its_box(made):
    root, _ = made
    root.backward()
    for group in ET.fromstring(viz.graph(root).svg).iter(f"{SVG}g"):
        if "node" not in (group.get("class") or "") or "const" in (group.get("class") or ""):
            continue
        outline = next(e for e in group if e.tag in (f"{SVG}polygon", f"{SVG}path"))
        xs = [float(x) for x in re.findall(r"(-?[\d.]+),", outline.get("points") or outline.get("d") or "")]
        for text in group.iter(f"{SVG}text"):
            assert len(text.text or "") * COLUMN <= max(xs) - min(xs)
