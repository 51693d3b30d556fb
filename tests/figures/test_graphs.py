"""The drawing of a whole graph: what stands in its boxes and on its arrows."""

import math
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

import nn
import viz
from autograd import Graph, StaleGraphError, Value, log, sigmoid, values, where
from tests.figures.figures import SVG, chain_rule_example, holds, words


def cells(figure: viz.Figure) -> dict[str, tuple[str, ...]]:
    return {box.name: box.cells for box in figure.drawing.boxes}


@pytest.mark.row("S003-40", "S003-41", "S003-42", "S003-43", "S003-44", "S003-45", "S003-46")
def test_the_first_graph_of_the_notes_shows_every_value_gradient_and_local_derivative():
    J, *_ = chain_rule_example()
    J.backward()
    figure = viz.graph(J)
    assert cells(figure) == {
        "3": (),
        "a": ("a = 5", "dJ/da = 3"),
        "b": ("b = 3", "dJ/db = 6"),
        "c": ("c = 2", "dJ/dc = 9"),
        "u": ("u = b * c = 6", "dJ/du = 3"),
        "v": ("v = a + u = 11", "dJ/dv = 3"),
        "J": ("J = 3 * v = 33", "dJ/dJ = 1"),
    }
    labels = [arrow.label for arrow in figure.drawing.arrows]
    assert sorted(labels) == ["", "∂J/∂v = 3", "∂u/∂b = 2", "∂u/∂c = 3", "∂v/∂a = 1", "∂v/∂u = 1"]
    assert figure.drawing.title == "J: 7 nodes, 6 edges"


def test_dot_and_text_of_the_first_graph_are_the_golden_ones():
    J, *_ = chain_rule_example()
    J.backward()
    figure = viz.graph(J)
    assert holds("first_graph.dot", figure.dot)
    assert holds("first_graph.txt", figure.text)


def test_the_picture_holds_the_words_of_the_drawing():
    J, *_ = chain_rule_example()
    J.backward()
    figure = viz.graph(J)
    assert {"u = b * c", "= 6", "dJ/du = 3", "∂u/∂b = 2", "dJ/dJ = 1", "3"} <= set(words(figure.svg))


def test_a_gradient_that_no_sweep_computed_is_not_yet_there_instead_of_zero():
    J, *_ = chain_rule_example()
    assert all(cell[-1].endswith(": not yet") for cell in cells(viz.graph(J)).values() if cell)


def test_a_leaf_that_no_gradient_reaches_says_so_and_its_edge_too():
    a, b = values(a=1.0, b=2.0)
    y = where(True, a, b)
    y.backward()
    figure = viz.graph(y)
    assert cells(figure)["b"] == ("b = 2", "df/db: no gradient")
    assert "no gradient" in [arrow.label for arrow in figure.drawing.arrows]


def test_a_leaf_that_holds_two_sweeps_is_drawn_as_accumulated_and_interior_nodes_are_not():
    J, *_ = chain_rule_example()
    J.backward()
    J.backward()
    shown = cells(viz.graph(J))
    assert shown["b"] == ("b = 3", "dJ/db = 6", "b.grad = 12, accumulated")
    assert shown["u"] == ("u = b * c = 6", "dJ/du = 3")


def test_an_interior_gradient_of_another_sweep_is_not_passed_off_as_this_ones():
    J, *_ = chain_rule_example()
    J.backward()
    v = J.parents[1]
    assert isinstance(v, Value)
    assert cells(viz.graph(v))["v"] == ("v = a + u = 11", "dv/dv = 1", "v.grad = 3, of another sweep")


@pytest.mark.row("S002-53")
def test_x_times_x_has_two_arrows_with_the_derivative_of_each_slot():
    (x,) = values(x=3.0)
    y = x * x
    y.label = "y"
    figure = viz.graph(y)
    assert [arrow.label for arrow in figure.drawing.arrows] == ["∂₁y = 3", "∂₂y = 3"]
    assert figure.dot.count("n0 -> n1") == 2


def test_variables_name_what_has_no_label_and_labels_win():
    p, q = Value(2.0), Value(3.0, label="q")
    weights = [Value(4.0), Value(5.0)]
    _hidden = p
    out = p * q + weights[1]
    shown = cells(viz.graph(out, names={"p": p, "other": q, "weights": weights, "_hidden": p, "out": out}))
    assert set(shown) == {"p", "q", "v₁", "weights[1]", "out"}
    assert shown["v₁"][0] == "v₁ = p * q = 6" and shown["out"][0] == "out = v₁ + weights[1] = 11"


def test_an_unlabelled_result_is_called_f_and_what_leads_to_it_goes_by_its_number():
    a, b = values(first_factor=2.0, second_factor=3.0)
    y = (a * b) * a
    shown = cells(viz.graph(y))
    assert set(shown) == {"first_factor", "second_factor", "v₁", "f"}
    assert shown["v₁"][0] == "v₁ = first_factor * second_factor = 6"
    assert shown["f"][0] == "f = v₁ * first_factor = 12"


def test_brackets_stand_where_the_arithmetic_needs_them():
    a, b, c = values(a=2.0, b=3.0, c=4.0)
    drawn = {
        "v₁ * c": (a + b) * c,
        "a - v₁": a - (b - c),
        "v₁ - c": a - b - c,
        "v₁ ** c": (a**b) ** c,
        "a ** v₁": a**b**c,
        "-v₁": -(a + b),
        "tanh(v₁)": (a * b).tanh(),
        "a + -3": a + -3,
        "(-3) ** c": (-3) ** c,
    }
    for text, node in drawn.items():
        assert cells(viz.graph(node))["f"][0].startswith(f"f = {text} = "), text


@pytest.mark.parametrize(
    ("notation", "shown"), [("leibniz", "dJ/db = 6"), ("dvar", "db = 6"), ("bar", "b\u0304 = 6")]
)
def test_notations(notation, shown):
    J, _, _b, _ = chain_rule_example()
    J.backward()
    assert cells(viz.graph(J, notation=notation))["b"] == ("b = 3", shown)


def test_an_unknown_notation_lists_the_known_ones():
    J, *_ = chain_rule_example()
    with pytest.raises(ValueError, match=r"notation='newton' is not known.*leibniz.*dvar.*bar"):
        viz.graph(J, notation="newton")


def test_a_stale_graph_is_not_drawn():
    J, a, *_ = chain_rule_example()
    a.data = 6.0
    with pytest.raises(StaleGraphError, match="a"):
        viz.graph(J)


def test_a_snapshot_can_be_drawn_later():
    J, _, b, _ = chain_rule_example()
    snapshot = Graph(J)
    b.data = 100.0
    assert cells(viz.graph(snapshot))["b"][0] == "b = 3"


SCRIPT = """
import sys
import xml.etree.ElementTree as ET
from tests.figures.figures import chain_rule_example
import viz
J, a, b, c = chain_rule_example()
J.backward()
figure = viz.graph(J, names={"root": J, "x": [a, b, c]})
sys.stdout.buffer.write((figure.dot + figure.text).encode())
"""


def test_dot_and_text_are_the_same_bytes_under_every_hash_seed():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=dict(os.environ, PYTHONHASHSEED=seed, PYTHONPATH=os.pathsep.join(p for p in sys.path if p)),
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


@pytest.mark.row("S003-47", "S003-48", "S003-49", "S003-50")
def test_the_logistic_graph_of_the_notes_in_their_notation():
    x1, x2, w1, w2, b, y = values(x_1=1.0, x_2=2.0, w_1=0.5, w_2=-0.25, b=0.1, y=1.0)
    z = w1 * x1 + w2 * x2 + b
    z.label = "z"
    a = sigmoid(z)
    a.label = "a"
    loss = -(y * log(a) + (1 - y) * log(1 - a))
    loss.label = "L"
    loss.backward()
    shown = cells(viz.graph(loss, notation="dvar"))
    assert shown["a"] == ("a = sigmoid(z) = 0.525", "da = -1.905")
    assert shown["z"][1] == "dz = -0.475"
    assert [shown[name][1] for name in ("w₁", "w₂", "b")] == ["dw₁ = -0.475", "dw₂ = -0.95", "db = -0.475"]


def test_where_one_symbol_has_no_room_all_arrows_show_their_number_alone():
    a, b = values(a=2.0, a_rather_long_name=3.0)
    y = (a * b) * a
    assert [arrow.label for arrow in viz.graph(y).drawing.arrows] == ["3", "2", "2", "6"]


def test_variables_are_found_inside_lists_dicts_and_arrays():
    import numpy as np

    a, b, c, d = (Value(float(i)) for i in range(1, 5))
    drawing = viz.graph(
        a * b + c * d,
        names={
            "W": [[a, b]],
            "deep": {"key": (c,)},
            "array": np.array([[d, 1.0]], dtype=object),
            "n": 3,
            "s": "text",
        },
    ).drawing
    assert {box.name for box in drawing.boxes if "leaf" in box.classes} == {
        "W[0][0]", "W[0][1]", "deep['key'][0]", "array[0][0]",
    }  # fmt: skip


def test_a_variable_names_before_a_place_in_a_list():
    a, b = Value(1.0), Value(2.0)
    drawing = viz.graph(a * b, names={"both": [a, b], "a": a}).drawing
    assert {box.name for box in drawing.boxes if "leaf" in box.classes} == {"a", "both[1]"}


def test_the_equals_signs_of_formula_and_value_stand_below_each_other():
    J, *_ = chain_rule_example()
    J.label = "loss"
    document = ET.fromstring(viz.graph(J).svg)
    shown = [element.text or "" for element in document.iter(f"{SVG}text")]
    assert "loss = 3 * v" in shown
    assert "\xa0" * 5 + "= 33" in shown


def test_names_that_are_no_mapping_are_refused():
    J, a, *_ = chain_rule_example()
    with pytest.raises(TypeError, match=r"names takes variables by name, such as locals\(\), and got list"):
        viz.graph(J, names=[a])


def test_leaves_that_share_a_label_are_numbered_and_it_is_said_once():
    x, y = values(x=2.0, y=3.0)
    y.label = "x"
    third = Value(4.0, "x")
    figure = viz.graph(x * y * third)
    text = figure.text
    assert [line for line in text.splitlines() if "df/d" in line and "x" in line]
    assert "x (2) = 3" in text and "x (3) = 4" in text and "df/d(x (2))" in text
    assert text.count("is another leaf with the label x, and so on for 1 more") == 1
    assert "another leaf" not in viz.graph(x * x).text
    assert "x (2) is another leaf with the label x" in viz.paths(x * y, y).text


def test_a_numbered_label_keeps_its_small_digits():
    a, b = values(a=1.0, b=2.0)
    a.label = b.label = "w^1_{12}"
    assert "w¹₁₂ (2) = 2" in viz.graph(a * b).text


@pytest.mark.row("S003-47")
def test_the_logistic_graph_of_the_notes_is_one_call():
    x1, w1, x2, w2, b = values(x1=1.0, w1=0.5, x2=2.0, w2=-0.25, b=0.1)
    z = w1 * x1 + w2 * x2 + b
    a = sigmoid(z)
    L = nn.losses.bce(a, 1.0)
    L.backward()
    figure = viz.graph(L, keep=[x1, w1, x2, w2, b, z, a], names=locals(), notation="dvar")
    heads = {box.name: box.cells for box in figure.drawing.boxes}
    assert set(heads) == {"x1", "w1", "x2", "w2", "b", "z", "a", "L"}
    assert heads["z"] == ("z = w1 * x1 + w2 * x2 + b = 0.1", "dz = -0.475")
    assert heads["a"] == ("a = sigmoid(z) = 0.525", "da = -1.905")
    assert heads["w2"] == ("w2 = -0.25", "dw2 = -0.95")
    assert heads["L"][0] == "L = bce(a, 1) = 0.6444"
    arrows = {(arrow.source, arrow.target) for arrow in figure.drawing.arrows}
    assert len(arrows) == 7
    assert math.isclose(z.grad, a.data - 1, rel_tol=1e-12)


def test_a_box_does_not_write_out_what_has_no_room():
    x = Value(1.1, label="x")
    y = x
    for _ in range(40):
        y = y * y
    (root,) = [box for box in viz.graph(y, keep=[x]).drawing.boxes if box.name != "x"]
    assert root.lines[0].startswith("f = ") and "*" not in root.lines[0]


@pytest.mark.parametrize("notation", ["w^k_ij", "w[k]_ij"])
def test_a_graph_of_a_network_says_why_the_notes_write_one_symbol_even_where_arrows_have_none(notation):
    net = nn.MLP(4, [3, 2, 1], notation=notation)
    L = nn.losses.sse(net(values(x_1=0.5, x_2=-1.0, x_3=1.5, x_4=2.0)), [1.0])
    L.label = "L"
    drawing = viz.graph(Graph(L).collapse()).drawing
    assert not any("∂" in arrow.label for arrow in drawing.arrows)
    assert drawing.caption[-1] == "then ∂L/∂w = dL/dw, and the notes write ∂ for both."
    assert not any(line.startswith("∂ counts") for line in drawing.caption)


def test_a_deep_and_wide_network_runs_to_the_right_where_down_it_would_be_far_wider():
    L = nn.losses.sse(nn.MLP(8, [8, 8, 1], bias=False)([0.3] * 8), [1.0])
    drawing = viz.graph(L).drawing
    assert drawing.direction == "LR"
    told = "from left to right, as from top to bottom too many boxes would stand side by side"
    assert told in drawing.caption
    assert viz.graph(L, direction="down").drawing.direction == "TB"
    narrow = nn.losses.sse(nn.MLP(4, [3, 2, 1], bias=False)([0.3] * 4), [1.0])
    assert viz.graph(narrow).drawing.direction == "TB"
