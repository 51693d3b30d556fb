"""The walkthrough as data and text: its words, its numbers, its paths, and what it refuses."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Graph, StaleGraphError, Value, backward_steps, cost, sqrt, values, where
from autograd.graph.sweeps import COUNTS, SIZES, down
from tests.figures.figures import chain_rule_example, holds
from tests.player.player_examples import NAME_TAGS, a_merge, data_of, layers, unlabelled
from viz.figures.names import pretty
from viz.player.formulas import MATHML


@pytest.mark.row("S003-40", "S003-42", "S003-43", "S003-44", "S003-45", "S003-46")
def test_the_walk_through_the_first_graph_of_the_notes_is_the_golden_one():
    figure = viz.walkthrough(chain_rule_example()[0])
    assert holds("walkthrough_of_the_first_graph.txt", figure.text)


def test_a_merge_says_what_was_there_and_what_it_becomes():
    assert viz.walkthrough(a_merge()).sentences[2:] == (
        "the backward sweep starts at y: dy/dy = 1",
        "x receives 1·3 = 3 from y: so far 3 (1 of 2 arrows)",
        "x receives 1·3 = 3 from y: dy/dx = 3 + 3 = 6",
    )


@pytest.mark.parametrize("make", [lambda: chain_rule_example()[0], a_merge, unlabelled])
def test_with_the_engines_names_the_player_says_the_engines_words(make):
    figure = viz.walkthrough(make())
    assert figure.sentences == tuple(step.text for step in figure.steps)


def test_the_steps_are_the_engines_and_end_at_its_gradients():
    root = layers(2, 3)
    figure = viz.walkthrough(root)
    assert [step for step in figure.steps if step.phase == "backward"] == list(backward_steps(root))
    last = {step.node: step.adjoint for step in figure.steps if step.phase == "backward"}
    root.backward()
    assert last == {node.index: node.value.grad for node in figure.graph.nodes if node.value is not None}


@pytest.mark.parametrize("make", [lambda: chain_rule_example()[0], a_merge, lambda: layers(3, 4)])
def test_the_counters_end_at_the_engines_costs(make):
    root = make()
    steps = data_of(viz.walkthrough(root).html)["steps"]
    over = [int(step[5]) for step in steps]
    whole = cost(root)
    assert sum(over) == whole.naive
    assert sum(count > 0 for count in over) == whole.memoized


def test_names_come_from_variables_and_symbols_from_the_notation():
    a, b = Value(2.0), Value(3.0)
    f = a * b
    line = viz.walkthrough(f, names=locals(), notation="dvar").sentences[-1]
    assert line == "b receives 1·2 = 2 from f: db = 2"


def test_an_unknown_notation_is_refused():
    with pytest.raises(ValueError, match="leibniz"):
        viz.walkthrough(a_merge(), notation="newton")


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, float("nan")])
def test_a_tolerance_that_is_no_relative_error_is_refused(tolerance):
    with pytest.raises(ValueError, match="relative error"):
        viz.walkthrough(a_merge(), tolerance=tolerance)


def test_a_stale_graph_is_refused():
    J, a, *_ = chain_rule_example()
    a.data = 6.0
    with pytest.raises(StaleGraphError, match="a"):
        viz.walkthrough(J)


def test_wrt_chooses_whose_paths_are_listed():
    J, a, b, c = chain_rule_example()
    whole = viz.walkthrough(J).html
    assert [whole.count(f"<option>dJ/d{name} = ") for name in "abc"] == [1, 1, 1]
    chosen = viz.walkthrough(J, wrt=b).html
    assert [chosen.count(f"<option>dJ/d{name} = ") for name in "abc"] == [0, 1, 0]
    several = viz.walkthrough(J, wrt=[c, a]).html
    assert several.index("<option>dJ/dc") < several.index("<option>dJ/da")
    with pytest.raises(KeyError, match="no node of this graph"):
        viz.walkthrough(J, wrt=Value(1.0))


def test_paths_that_cancel_have_bars_to_both_sides_and_no_share_of_their_sum():
    x, y = values(x=2.0, y=3.0)
    f = x * y - x * 2.5
    f.label = "f"
    html = viz.walkthrough(f, wrt=x).html
    assert "df/dx = 0.5, over 2 paths; <strong" in html
    assert "they cancel: 3 - 2.5 = 0.5" in html
    bars = re.findall(
        r'cr-signed"><span class="(\w+)" style="width:([\d.]+)%"></span></span><b>(.*?)</b>', html
    )
    assert bars == [
        ("plus", "50", ""),
        ("minus", "41.7", ""),
    ]  # 2.5 is 5/6 of 3; the axis stands in the middle


def test_paths_of_one_sign_tell_their_share_of_the_sum():
    x, y = values(x=2.0, y=-3.0)
    html = viz.walkthrough(x * y - x, wrt=x).html
    assert re.findall(r"<b>(\d+)%</b>", html) == ["75", "25"]


def test_a_path_is_known_with_its_last_arrow_and_not_before():
    x, y = values(x=2.0, y=3.0)
    figure = viz.walkthrough(x * y - x * 2.5)
    edges = list(figure.graph.edges)
    found = re.findall(r'data-path="\[(.*?)\]" data-at="(\d+)"', figure.html)
    assert len(found) == 3
    for path, at in found:
        walked = [edges.index(step.edge) for step in figure.steps[: int(at) + 1] if step.edge is not None]
        assert set(map(int, path.split(", "))) <= set(walked)
        assert walked[-1] in map(int, path.split(", "))


def test_a_running_sum_never_stands_under_the_gradients_name():
    figure = viz.walkthrough(a_merge())
    steps = data_of(figure.html)["steps"]
    assert [step[7:] for step in steps] == [[], [], [], ["so far 3 (1 of 2)"], []]


def test_the_whole_expression_is_the_title_where_there_is_room():
    assert viz.walkthrough(chain_rule_example()[0]).drawing.title == "J = 3 * (a + b * c)"
    assert viz.walkthrough(Graph(layers(3, 2))).drawing.title.startswith("Walkthrough of f: ")
    assert viz.walkthrough(a_merge(), title="x*x").drawing.title == "x*x"


def test_a_root_that_is_a_leaf_has_a_walk_of_two_steps():
    assert viz.walkthrough(Value(2.0, label="x")).sentences == (
        "x = 2 is a leaf",
        "the backward sweep starts at x: dx/dx = 1",
    )
    assert "dx/dx = 1, over 1 path" in viz.walkthrough(Value(2.0, label="x")).html


def test_a_branch_not_taken_leaves_the_shares_as_they_are_however_steep_it_is():
    x = Value(0.0, label="x")
    html = viz.walkthrough(where(True, x * 2.0, sqrt(x)), wrt=x).html  # sqrt has no slope at 0
    assert re.findall(r"<b>([^<]*)%</b>", html) == ["100"]


def test_the_shares_of_all_paths_are_one():
    graph = Graph(layers(3, 3))
    mass = down(graph, SIZES)
    for leaf in graph.leaves:
        sizes = sum(abs(path.product) for path in graph.paths(graph.nodes[leaf]))
        assert mass[leaf] == pytest.approx(sizes, rel=1e-12)


def test_the_number_of_paths_over_the_edges_into_the_leaves_is_the_number_of_paths():
    graph = Graph(layers(3, 3))
    ways = down(graph, COUNTS)
    for leaf in graph.leaves:
        assert ways[leaf] == graph.paths(graph.nodes[leaf]).count


W_1 = "<mrow><mi>w</mi><mo>[</mo><mn>1</mn><mo>]</mo></mrow>"


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("b", "<mi>b</mi>"),
        ("w^1_{11}", "<msubsup><mi>w</mi><mn>11</mn><mn>1</mn></msubsup>"),
        ("x_2", "<msub><mi>x</mi><mn>2</mn></msub>"),
        ("w^1_{11,2}", "<msubsup><mi>w</mi><mn>11,2</mn><mn>1</mn></msubsup>"),
        ("w[1]_{12}", f"<msub>{W_1}<mn>12</mn></msub>"),
        ("w[1]_{11,2}", f"<msub>{W_1}<mn>11,2</mn></msub>"),
        ("learning rate", "<mtext>learning rate</mtext>"),
        ("<b>", "<mtext>&lt;b&gt;</mtext>"),
    ],
)
def test_a_label_becomes_a_name_in_symbols(label, expected):
    assert MATHML.name(pretty(label)) == expected


@given(st.text(max_size=60))
def test_any_label_is_read_back_from_its_name_in_symbols(label):
    shown = pretty(label) or "n0"
    element = ET.fromstring(MATHML.name(shown))
    assert {part.tag for part in element.iter()} <= NAME_TAGS
    if element.tag == "mtext":
        assert element.text == shown
