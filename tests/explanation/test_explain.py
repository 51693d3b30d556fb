"""The derivation on paper: paths by rule and in numbers, in text and LaTeX, for graphs of any size."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, StaleGraphError, Value, explain, values
from tests.graph.graphs import doubled, fully_connected, fx_4321, random_nodes


def only(reasons: tuple[str, ...]) -> str:
    (reason,) = reasons
    return reason


@pytest.mark.row("S003-45", "S003-46")
def test_the_first_graph_of_the_notes_is_derived_in_three_lines() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    u.label, v.label, J.label = "u", "v", "J"
    found = explain(J, b)
    assert str(found) == found.text == repr(found)
    assert found.text.splitlines() == [*found.derivation.splitlines(), "", *found.legend]
    assert found.derivation.splitlines() == [
        "dJ/db = 6",
        "",
        "J → v → u → b",
        "    ∂J/∂v · ∂v/∂u · ∂u/∂b",
        "  = 3 · c",
        "  = 3·1·2 = 6",
    ]
    assert (found.gradient, found.why) == (6.0, ())


@pytest.mark.row("S004-18", "S004-19")
def test_the_two_paths_of_the_notes_with_the_rules_that_the_collapsed_edges_hide() -> None:
    net = fx_4321()
    assert explain(net.loss, net.w[0][0][0]).derivation.splitlines() == [
        "dL/dw¹₁₁ = -0.4363, the sum over 2 paths",
        "",
        "v₂₉ = y - O₃₁",
        "",
        "path 1: L → O₃₁ → O₂₂ → O₁₁ → w¹₁₁",
        "    ∂L/∂O₃₁ · ∂O₃₁/∂O₂₂ · ∂O₂₂/∂O₁₁ · ∂O₁₁/∂w¹₁₁",
        "  = 2·v₂₉ · (-1) · w³₂₁ · w²₁₂ · x₁",
        "  = -3.794·(-0.8)·(-0.2)·0.5 = -0.3035",
        "",
        "path 2: L → O₃₁ → O₂₁ → O₁₁ → w¹₁₁",
        "    ∂L/∂O₃₁ · ∂O₃₁/∂O₂₁ · ∂O₂₁/∂O₁₁ · ∂O₁₁/∂w¹₁₁",
        "  = 2·v₂₉ · (-1) · w³₁₁ · w²₁₁ · x₁",
        "  = -3.794·0.7·0.1·0.5 = -0.1328",
        "",
        "dL/dw¹₁₁ = -0.3035 - 0.1328 = -0.4363",
    ]
    by_hand = explain(Graph(net.loss).collapse(), net.w[0][0][0])
    assert by_hand == explain(net.loss, net.w[0][0][0])


@pytest.mark.row("S004-19")
def test_with_sigmoid_the_rules_are_those_of_the_notes() -> None:
    net = fx_4321(ag.sigmoid)
    found = explain(net.loss, net.w[0][0][0])
    assert found.gradient == pytest.approx(-0.00169968557, rel=1e-9)
    rules = "O₃₁·(1 - O₃₁) · w³₂₁ · O₂₂·(1 - O₂₂) · w²₁₂ · O₁₁·(1 - O₁₁) · x₁"
    assert "\nv₃₅ = y - O₃₁\n" in found.text
    assert f"  = 2·v₃₅ · (-1) · {rules}" in found.text


def test_a_snapshot_is_explained_operation_by_operation() -> None:
    net = fx_4321()
    text = explain(Graph(net.loss), net.w[0][0][0]).text
    assert "L → v₂₉ → O₃₁ → v₂₈ → O₂₂ → v₂₆ → v₂₄ → O₁₁ → v₅ → v₃ → v₁ → w¹₁₁" in text
    assert "v₂₈ = w³₂₁ * O₂₂\nv₂₉ = y - O₃₁\n" in text


def test_latex_has_the_same_lines() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    u.label, v.label, J.label = "u", "v", "J"
    found = explain(J, b)
    chain = r" \cdot ".join(rf"\frac{{\partial {a}}}{{\partial {b}}}" for a, b in ("Jv", "vu", "ub"))
    assert found.latex.splitlines() == [
        r"\begin{aligned}",
        r"\frac{\mathrm{d}J}{\mathrm{d}b} &= " + chain + r" \\",
        r"&= 3 \cdot c \\",
        r"&= 3 \cdot 1 \cdot 2 = 6",
        r"\end{aligned}",
    ]
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == found.text
    assert bundle["text/latex"] == f"$$\n{found.latex}\n$$"
    assert bundle["text/markdown"].startswith("$$")


def test_latex_of_several_paths_ends_with_their_sum() -> None:
    net = fx_4321()
    lines = explain(net.loss, net.w[0][0][0]).latex.splitlines()
    assert lines[1] == r"v_{29} &= y - O_{31} \\"
    assert lines[2].startswith(r"\text{path 1:}\quad & \frac{\partial L}{\partial O_{31}}")
    assert lines[-2] == r"\frac{\mathrm{d}L}{\mathrm{d}w^{1}_{11}} &= -0.3035 - 0.1328 = -0.4363"


def test_reasons_are_shown_in_a_notebook_too() -> None:
    (s,) = values(s=-0.3)
    assert "why: dead here" in explain(ag.relu(s), s)._repr_mimebundle_()["text/markdown"]


def test_of_many_paths_the_largest_are_written_out_and_the_rest_is_counted() -> None:
    y, x = doubled(50)
    found = explain(y, x)
    assert found.gradient == 2.0**50
    assert "the sum over 1125899906842624 paths" in found.text
    assert found.text.count("path ") == 4
    assert "1125899906842620 more paths are not shown" in found.text
    assert "1125899906842620 paths are not shown" in found.latex
    assert "· (38 more) ·" in found.text
    assert only(found.why) == "large: the products of many paths add up, the largest is 1"


def test_a_path_of_twenty_thousand_edges_is_shortened() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(20_000):
        y = y + 1.0
    found = explain(y, x)
    assert found.gradient == 1.0
    assert "(19988 more)" in found.text and len(found.text) < 2000


def test_the_root_itself_has_the_derivative_one() -> None:
    (x,) = values(x=3.0)
    assert explain(x, x).text == "dx/dx = 1\n\nx\n    1"
    assert r"\frac{\mathrm{d}x}{\mathrm{d}x} &= 1" in explain(x, x).latex


@given(random_nodes(), st.integers(0, 20))
def test_every_derivative_has_an_explanation_with_backward_s_number(nodes: list[Value], which: int) -> None:
    root, leaf = nodes[-1], nodes[which % len(nodes)]
    root.backward()
    found = explain(root, leaf)
    if all(node.value is not leaf for node in Graph(root).nodes):
        assert found.gradient is None and "not connected" in found.why[0]
    else:
        assert found.gradient == leaf.grad
        assert (found.gradient in (0.0, None)) <= bool(found.why)  # zero and missing are always explained
    assert found.latex


def test_a_net_of_ten_thousand_nodes_is_explained_in_its_labels() -> None:
    net = fully_connected([60, 60, 20, 1], ag.sigmoid)
    graph = Graph(net.loss)
    assert len(graph) > 10_000
    found = explain(net.loss, net.w[0][0][0])
    net.loss.backward()
    assert found.gradient == net.w[0][0][0].grad
    assert "the sum over 20 paths" in found.text and "16 more paths are not shown" in found.text
    assert "· w²₁" in found.text


def test_a_deep_graph_is_looked_at_in_a_thread_with_a_small_stack() -> None:
    x = y = Value(0.5, label="x")
    for i in range(20_000):
        y = ag.sin(y) if i % 2 else y + y
    y.label = "y"
    seen: list[object] = []

    def look() -> None:
        graph = Graph(y)
        small = graph.collapse()
        seen.extend([graph.depth, str(graph.paths(x)), small.adjoint(x), str(ag.cost(y)), explain(y, x).text])
        seen.append(ag.memoized_gradient(y, x).gradient)
        seen.extend(step.text for step in (*ag.forward_steps(y), *ag.backward_steps(y)))

    before = threading.stack_size(128 * 1024)
    try:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert len(seen) == 6 + (20_000 + 1) + (1 + 30_000)


def test_a_stale_graph_is_refused() -> None:
    w = Value(3.0, label="w")
    L = w * w
    w.data = 5.0
    with pytest.raises(StaleGraphError, match='"w" was assigned'):
        explain(L, w)


def test_a_row_of_python_functions_is_explained_by_its_numbers() -> None:
    mine = ag.Primitive(
        "mine", ("x",), "", (), from_callables=(lambda x: x * x, lambda x: (2 * x,)), doc="A square."
    )
    x = Value(0.0, label="x")
    found = explain(mine(x), x)
    assert only(found.why) == "dead here: mine(x) has the local derivative 0 at x = 0"
    assert found.derivation.endswith(
        "∂f/∂x\n  = 0\n\nwhy: dead here: mine(x) has the local derivative 0 at x = 0"
    )


def test_a_collapsed_snapshot_is_explained_with_its_own_numbers() -> None:
    w = Value(3.0, label="w")
    u = w * w
    u.label = "u"
    L = 2 * u
    small = Graph(L).collapse()
    before = explain(small, w)
    assert before.gradient == 12.0
    w.data = 5.0
    L.forward()
    assert explain(small, w) == before


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("w^1_{11,2}", "w^{1}_{11,2}"),
        ("O_{1,12}", "O_{1,12}"),
        ("w[1]_{12}", "w[1]_{12}"),
        ("w[2]_{11,2}", "w[2]_{11,2}"),
    ],
)
def test_labels_of_the_tenth_neuron_and_of_the_other_notation_are_mathematics_in_latex(
    label: str, latex: str
) -> None:
    w = Value(2.0, label=label)
    x = Value(3.0, label="x_1")
    assert (
        explain(ag.tanh(w * x), x).latex.splitlines()[4] == rf"&= \left(1 - f \cdot f\right) \cdot {latex} \\"
    )


def test_a_gradient_and_a_local_derivative_do_not_share_a_symbol() -> None:
    (x,) = values(x=1.0)
    f = x * ag.exp(x)  # df/dx = e + e = 5.437, where ∂f/∂x, the arrow, is e = 2.718
    assert explain(f, x).derivation.splitlines() == [
        "df/dx = 5.437, the sum over 2 paths",
        "",
        "v₁ = exp(x)",
        "f = x * v₁",
        "",
        "path 1: f → x",
        "    ∂f/∂x",
        "  = v₁",
        "  = 2.718",
        "",
        "path 2: f → v₁ → x",
        "    ∂f/∂v₁ · ∂v₁/∂x",
        "  = x · v₁",
        "  = 1·2.718 = 2.718",
        "",
        "df/dx = 2.718 + 2.718 = 5.437",
    ]
    assert explain(f, x).legend == (
        "d counts every way from x to f.",
        "∂ counts this one arrow and holds everything else still.",
        "d is the sum over all paths of the products of the ∂.",
    )
    assert (
        explain(x * x, x).legend[-1]
        == "∂₁f is by the first operand, ∂₂f is by the second operand of f alone."
    )
    markdown = explain(f, x)._repr_mimebundle_()["text/markdown"]
    assert markdown.endswith(" ".join(explain(f, x).legend))


def test_what_is_not_connected_has_no_legend() -> None:
    x, y = values(x=1.0, y=2.0)
    assert explain(x * 2.0, y).legend == () and explain(x, x).legend == ()


def test_of_very_many_results_without_a_label_those_nearest_the_path_are_told() -> None:
    x = y = Value(0.5, label="x")
    for _ in range(100):
        y = ag.sin(y)
    told = explain(y, x).derivation.splitlines()
    assert told[2:4] == ["v₁ = sin(x)", "v₂ = sin(v₁)"] and told[25:27] == [
        "f = sin(v₉₉)",
        "and so on, down to the leaves",
    ]
