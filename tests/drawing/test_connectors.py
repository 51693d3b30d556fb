"""Long arrows: where there are too many, a small name stands beside the distant reader."""

import importlib.util
import re
import shutil
import time

import pytest

from autograd import Graph, Value, tanh, values
from tests.figures.figures import words
from viz import graph, paths, walkthrough
from viz.drawing.connectors import NEAR, NOTE, ROOM, levels, shortened
from viz.drawing.drawing import Arrow, Box, Drawing

SECONDS = 5.0  # for 300 operations; half a second where nothing else runs
needs_graphviz = pytest.mark.skipif(
    importlib.util.find_spec("pygraphviz") is None and shutil.which("dot") is None,
    reason="there is no Graphviz",
)


def recurrence(steps: int) -> tuple[Value, Value, Value]:
    x, y = values(x=0.3, y=0.7)
    v = 0.1
    for _ in range(steps):
        v = tanh(v * y + x)
    v.backward()
    return v, x, y


def passed(drawing: Drawing) -> list[int]:
    rows = levels(drawing)
    return [rows[arrow.target] - rows[arrow.source] - 1 for arrow in drawing.arrows]


@needs_graphviz
@pytest.mark.parametrize(
    "draw",
    [lambda v, y: graph(v).svg, lambda v, y: paths(v, y).svg, lambda v, y: walkthrough(v).html],
    ids=["graph", "paths", "walkthrough"],
)
def test_three_hundred_operations_on_two_shared_leaves_draw_and_step_within_seconds(draw):
    v, _, y = recurrence(100)
    assert len(Graph(v)) == 303
    start = time.perf_counter()
    assert "<svg" in draw(v, y)
    assert time.perf_counter() - start < SECONDS


@needs_graphviz
def test_the_picture_of_a_recurrence_is_a_column_with_the_names_beside_it():
    svg = graph(recurrence(100)[0]).svg
    width = float(re.search(r'width="([\d.]+)pt"', svg)[1])
    assert width < 700  # as a thicket of lines: 9527
    shown = words(svg)
    assert shown.count("x") == shown.count("y") == 99  # the first readers have the boxes themselves
    assert NOTE in shown


def test_every_arrow_keeps_its_label_its_head_and_its_id():
    drawing = graph(recurrence(100)[0]).drawing
    short = shortened(drawing)
    boxes = {box.id: box.name for box in short.boxes}
    assert [(a.id, a.label, a.target) for a in short.arrows] == [
        (a.id, a.label, a.target) for a in drawing.arrows
    ]
    assert [boxes[a.source] for a in short.arrows] == [boxes[a.source] for a in drawing.arrows]
    assert max(passed(drawing)) > 290
    assert max(passed(short)) <= NEAR


def test_the_text_form_says_the_same_whether_arrows_are_cut_or_not():
    figure = graph(recurrence(100)[0])
    assert figure.text.count("← y") == figure.text.count("← x") == 100
    assert NOTE not in figure.text


def test_drawings_of_ordinary_size_stay_as_they_are():
    short = graph(recurrence(15)[0]).drawing
    long = graph(recurrence(25)[0]).drawing
    assert sum(passed(short)) <= ROOM < sum(passed(long))
    assert shortened(short) is short
    assert shortened(long) is not long


def test_a_sum_of_many_terms_has_no_long_arrow():
    total = Value(0.0)
    for i in range(60):
        total = total + Value(float(i)) * 2.0
    drawing = graph(total).drawing
    assert sum(passed(drawing)) == 0
    assert shortened(drawing) is drawing


def test_a_diagram_with_a_circle_haslevels_too():
    boxes = tuple(Box(id, id, (id,)) for id in ("a", "b"))
    drawing = Drawing("", "", boxes, (Arrow("e0", "a", "b"), Arrow("e1", "b", "a")))
    assert shortened(drawing) is drawing
