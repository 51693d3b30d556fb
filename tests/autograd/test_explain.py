"""The derivation on paper, and the reason why a gradient is missing, zero, tiny, huge or not a number."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, StaleGraphError, Value, explain, values
from tests.autograd.graphs import doubled, fully_connected, fx_4321, random_nodes

OVERFLOW = (
    "overflow: 1e+200 times the local derivative 1e+200 of x * 1e-200 * 1e+200 * 1e+200 at 2 is more than a "
    "float holds"
)


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
    assert found.text.splitlines() == [
        "∂J/∂b = 6",
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
    assert explain(net.loss, net.w[0][0][0]).text.splitlines() == [
        "∂L/∂w^1_11 = -0.4363, the sum over 2 paths",
        "",
        "path 1: L → O_31 → O_22 → O_11 → w^1_11",
        "    ∂L/∂O_31 · ∂O_31/∂O_22 · ∂O_22/∂O_11 · ∂O_11/∂w^1_11",
        "  = 2·(y - O_31) · (-1) · w^3_21 · w^2_12 · x_1",
        "  = -3.794·(-0.8)·(-0.2)·0.5 = -0.3035",
        "",
        "path 2: L → O_31 → O_21 → O_11 → w^1_11",
        "    ∂L/∂O_31 · ∂O_31/∂O_21 · ∂O_21/∂O_11 · ∂O_11/∂w^1_11",
        "  = 2·(y - O_31) · (-1) · w^3_11 · w^2_11 · x_1",
        "  = -3.794·0.7·0.1·0.5 = -0.1328",
        "",
        "∂L/∂w^1_11 = -0.3035 - 0.1328 = -0.4363",
    ]
    by_hand = explain(Graph(net.loss).collapse(), net.w[0][0][0])
    assert by_hand == explain(net.loss, net.w[0][0][0])


@pytest.mark.row("S004-19")
def test_with_sigmoid_the_rules_are_those_of_the_notes() -> None:
    net = fx_4321(ag.sigmoid)
    found = explain(net.loss, net.w[0][0][0])
    assert found.gradient == pytest.approx(-0.00169968557, rel=1e-9)
    rules = "O_31·(1 - O_31) · w^3_21 · O_22·(1 - O_22) · w^2_12 · O_11·(1 - O_11) · x_1"
    assert f"  = 2·(y - O_31) · (-1) · {rules}" in found.text


def test_a_snapshot_is_explained_operation_by_operation() -> None:
    net = fx_4321()
    text = explain(Graph(net.loss), net.w[0][0][0]).text
    assert "L → y - O_31 → O_31 → w^3_21 * O_22 → O_22 → n" in text


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
        r"\frac{\partial J}{\partial b} &= " + chain + r" \\",
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
    assert lines[1].startswith(r"\text{path 1:}\quad & \frac{\partial L}{\partial O_{31}}")
    assert lines[-2] == r"\frac{\partial L}{\partial w^{1}_{11}} &= -0.3035 - 0.1328 = -0.4363"


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


def test_a_path_of_a_hundred_thousand_edges_is_shortened() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(100_000):
        y = y + 1.0
    found = explain(y, x)
    assert found.gradient == 1.0
    assert "(99988 more)" in found.text and len(found.text) < 2000


def test_the_root_itself_has_the_derivative_one() -> None:
    (x,) = values(x=3.0)
    assert explain(x, x).text == "∂x/∂x = 1\n\nx\n    1"
    assert r"\frac{\partial x}{\partial x} &= 1" in explain(x, x).latex


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


def test_not_connected() -> None:
    a, b = values(a=1.0, b=2.0)
    f = a * 3
    f.label = "f"
    found = explain(f, b)
    assert found.gradient is None
    assert found.text.splitlines()[0] == "∂f/∂b: no path"
    assert only(found.why) == (
        "not connected: f was not computed from b, or the connection was cut on the way, by detach(), .data, "
        "no_grad() or a plain number"
    )
    assert r"\text{no path to }b" in found.latex


def test_a_detached_copy_is_pointed_out() -> None:
    a, b = values(a=1.0, b=2.0)
    found = explain(a * b.detach(), b)
    assert (
        found.why[1] == "detached? the graph has another leaf b, with the same number, as detach() makes it"
    )
    b.data = 5.0
    assert "with the number 2" in explain(a * Value(2.0, label="b"), b).why[1]


def test_the_branch_that_where_did_not_take() -> None:
    a, b, c = values(a=1.0, b=2.0, c=0.0)
    y = ag.where(c, a * 2, b)
    y.label = "y"
    found = explain(y, a)
    assert (found.gradient, "∂y/∂a: no path" in found.text, "no path" in found.latex) == (None, True, True)
    assert only(found.why) == "branch not taken: y = where(c, a * 2, b) passes no gradient to a * 2, as c = 0"
    assert only(explain(ag.where(True, a, b), b).why).endswith("to b, as the condition is 1")
    assert (
        only(explain(y, c).why) == "no gradient: y = where(c, a * 2, b) has no derivative with respect to c"
    )


def test_a_dead_relu_is_named_with_its_number() -> None:
    z, x = values(z=-0.3, x=3.0)
    h = ag.relu(z)
    h.label = "h"
    found = explain(h * x, z)
    assert found.gradient == 0.0
    assert only(found.why) == "dead here: h = relu(z) at z = -0.3 has the local derivative 0, as z ≤ 0"


@pytest.mark.row("S004-19")
def test_a_dead_net_names_the_neuron_nearest_the_loss() -> None:
    net = fx_4321(ag.relu)
    assert only(explain(net.loss, net.w[0][0][0]).why) == (
        "dead here: O_31 = relu(w^3_11 * O_21 + w^3_21 * O_22) at -0.528 has the local derivative 0, as "
        "w^3_11 * O_21 + w^3_21 * O_22 ≤ 0"
    )


@pytest.mark.row("S004-27", "E-S004-09")
@pytest.mark.parametrize("step", [ag.heaviside, ag.sign, ag.floor])
def test_nothing_can_be_learned_through_a_step(step: ag.Primitive) -> None:
    (z,) = values(z=0.7)
    reason = only(explain(step(z) * 2, z).why)
    assert (
        reason
        == f"nothing can be learned through {step.name}: {step.name}(z) has the local derivative 0 everywhere"
    )


def test_at_a_kink_the_choice_is_told() -> None:
    (z,) = values(z=0.0)
    reason, _, choice = only(explain(ag.relu(z), z).why).partition(" (")
    assert reason == "at a kink: relu(z) at z = 0, where we choose the local derivative 0"
    assert choice == "the smallest subgradient, as PyTorch)"


def test_the_smaller_of_two_is_dead() -> None:
    a, b = values(a=1.0, b=2.0)
    assert only(explain(ag.maximum(a, b), a).why).endswith("has the local derivative 0, as a ≤ b and a ≠ b")


def test_a_factor_of_zero() -> None:
    a, b = values(a=1.0, b=0.0)
    p = a * b
    p.label = "p"
    assert only(explain(p, a).why) == "multiplied by zero: p = a * b has ∂/∂a = b = 0"
    assert only(explain(a * 0.0, a).why) == "multiplied by zero: a * 0 has ∂/∂a = 0"


def test_a_flat_point() -> None:
    (x,) = values(x=3.0)
    reason = only(explain((x - 3) ** 2, x).why)
    assert reason == "flat here: (x - 3) ** 2 at 0 has the local derivative 2·(x - 3) = 0"


@pytest.mark.row("S004-36", "S004-39")
@pytest.mark.parametrize("f", [ag.sigmoid, ag.tanh])
def test_a_saturated_activation(f: ag.Primitive) -> None:
    (x,) = values(x=3.0)
    h = f(x * 6)
    h.label = "h"
    vanishing, saturated = explain(h, x).why
    assert vanishing == "vanishing: 1 of 2 factors below 1 on the largest path"
    assert saturated.startswith("saturated: its derivative is ")
    assert saturated.endswith(f"of h = {f.name}(x * 6) at 18")
    dead = f(x * 400)
    dead.label = "h"
    assert only(explain(dead, x).why).startswith(f"saturated: h = {f.name}(x * 400) at 1200 has the local")


@pytest.mark.row("S004-36", "S004-39")
def test_a_product_of_small_factors_vanishes() -> None:
    x = h = Value(0.5, label="x")
    for _ in range(10):
        h = ag.sigmoid(h)
    found = explain(h, x)
    assert found.gradient == pytest.approx(3.48311561e-07)
    assert only(found.why).startswith(
        "vanishing: 10 of 10 factors below 1 on the largest path; the smallest is 0.22"
    )


@pytest.mark.row("S004-40", "E-S004-14")
def test_a_product_of_large_factors_explodes() -> None:
    x = h = Value(1.0, label="x")
    for _ in range(10):
        h = ag.relu(2 * h)
    found = explain(h, x)
    assert found.gradient == 1024.0
    assert only(found.why).startswith(
        "exploding: 10 of 20 factors above 1 on the largest path; the largest is 2, of "
    )


def test_shares_that_cancel() -> None:
    (x,) = values(x=3.0)
    found = explain(x * 2.1 - x * 2.1, x)
    assert only(found.why) == "cancelled at x: 2.1 - 2.1 = 0, shares of opposite sign"
    u = x * x
    u.label = "u"
    assert only(explain(u * 2 - u * 2, x).why) == "cancelled at u: 2 - 2 = 0, shares of opposite sign"
    many = ag.sum([x * (-1.0) ** k for k in range(10)])
    assert only(explain(many, x).why) == (
        "cancelled at x: 1 - 1 + 1 - 1 + 1 - 1 + (4 more) = 0, shares of opposite sign"
    )


def test_what_cancels_but_for_rounding_is_told_as_cancelled() -> None:
    (x,) = values(x=3.0)
    y = x * 0.1 + x * 0.2 - x * 0.3
    assert 0 < abs(explain(y, x).gradient or 0.0) < 1e-15
    assert only(explain(y, x).why).startswith("cancelled at x: ")


def test_what_nearly_cancels_is_told_with_the_largest_product() -> None:
    (x,) = values(x=3.0)
    found = explain(x * 2.0 - x * 1.99999, x)
    assert only(found.why) == "nearly cancelled: the largest product is 2, the sum 1e-05"


def test_paths_that_are_dead_among_living_ones_are_counted() -> None:
    x, z = values(x=0.5, z=1.0)
    h = [ag.relu(x * w) for w in (1.0, -1.0, -2.0, 3.0, -4.0, -5.0)]
    found = explain(ag.sum(h) * z, x)
    assert found.gradient == 4.0
    assert found.why[0] == "4 of 6 paths are 0"
    assert found.why[1] == "dead here: relu(x * -5) at -2.5 has the local derivative 0, as x * -5 ≤ 0"
    assert found.why[-1] == "and 1 more of the kind"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: ag.exp(x * 1000) * 0.0, "first bad node: exp(x * 1000) is inf, from 2000"),
        (lambda x: ag.log(x * math.nan), "first bad node: x * nan is nan, from x = 2, nan"),
        (
            lambda x: ag.sqrt(x - 2) * 3,
            "singular: sqrt(x - 2) has ∂/∂(x - 2) = 1 / (2·sqrt(x - 2)) = inf at 0",
        ),
        (
            lambda x: 0 * ag.sqrt(x - 2),
            "singular: sqrt(x - 2) has ∂/∂(x - 2) = 1 / (2·sqrt(x - 2)) = inf at 0; 0 times that is nan",
        ),
        (
            lambda x: x * 1e-200 * 1e200 * 1e200 / 1e-200,
            OVERFLOW,
        ),
        (lambda x: x * 1e308 + x * 1e308, "overflow: finite shares add up to more than a float holds"),
    ],
)
def test_the_first_bad_node_is_named(make: Callable[[Value], Value], reason: str) -> None:
    (x,) = values(x=2.0)
    found = explain(make(x), x)
    assert found.gradient is not None and not math.isfinite(found.gradient)
    assert only(found.why) == reason


def test_a_bad_leaf_is_named() -> None:
    x, z = values(x=2.0, z=math.nan)
    assert only(explain(ag.exp(x * z), x).why) == "first bad node: the leaf z is nan"


@pytest.mark.parametrize("depth", [3, 3000])
@pytest.mark.parametrize(
    ("kill", "expected"),
    [
        (lambda v: ag.relu(v - 5), "dead here: bad = relu("),
        (lambda v: v * Value(0.0, label="z"), "multiplied by zero: bad = good * z has ∂/∂good = z = 0"),
        (lambda v: ag.tanh(v * 1e6), "saturated: bad = tanh("),
        (lambda v: v * 2.1 - v * 2.1, "cancelled at good: 2.1 - 2.1"),
        (lambda v: ag.heaviside(v), "nothing can be learned through heaviside: bad = heaviside(good)"),
        (lambda v: ag.exp(v * 1e6) * 0, "first bad node: exp("),
        (lambda v: ag.where(False, v, 1.0), "branch not taken: bad = where(0, good, 1) passes no gradient"),
        (lambda v: v.detach() * 1, "not connected: "),
    ],
)
def test_the_reason_is_found_in_graphs_small_and_large(
    depth: int, kill: Callable[[Value], Value], expected: str
) -> None:
    x = good = Value(0.5, label="x")
    for _ in range(depth):
        good = ag.sqrt(good + 0.1)
    good.label = "good"
    bad = end = kill(good)
    bad.label = "bad"
    for _ in range(depth):
        end = end + 1.0
    found = explain(end, x)
    assert any(reason.startswith(expected) for reason in found.why)


def test_a_net_of_ten_thousand_nodes_is_explained_in_its_labels() -> None:
    net = fully_connected([60, 60, 20, 1], ag.sigmoid)
    graph = Graph(net.loss)
    assert len(graph) > 10_000
    found = explain(net.loss, net.w[0][0][0])
    net.loss.backward()
    assert found.gradient == net.w[0][0][0].grad
    assert "the sum over 20 paths" in found.text and "16 more paths are not shown" in found.text
    assert "· w^2_1" in found.text


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
    assert found.text.endswith("∂f/∂x\n  = 0\n\nwhy: dead here: mine(x) has the local derivative 0 at x = 0")
