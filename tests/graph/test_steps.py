"""The steps are backward's own, and what they say is what was computed."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given

import autograd as ag
from autograd import Graph, StaleGraphError, Step, Value, backward_steps, forward_steps, values
from autograd.table.primitive import TABLE
from tests.graph.graphs import doubled, fx_4321, random_nodes


@given(random_nodes())
def test_the_last_step_of_every_node_is_its_gradient_bit_for_bit(nodes: list[Value]) -> None:
    root = nodes[-1]
    root.backward()
    graph = Graph(root)
    last: dict[int, float] = {}
    for step in backward_steps(root):
        assert step.contribution == step.upstream * step.local
        assert step.before == last.get(step.node)
        if step.edge is not None:
            assert step.upstream == last[step.edge.target]  # complete before it is handed on
            assert (step.local, step.node) == (step.edge.partial, step.edge.source)
        last[step.node] = step.adjoint
    for node in graph.nodes:
        if node.value is not None:
            assert last.get(node.index) == node.value.grad


@given(random_nodes())
def test_one_step_for_the_seed_and_one_for_each_edge_that_a_gradient_crosses(nodes: list[Value]) -> None:
    graph = Graph(nodes[-1])
    steps = list(backward_steps(graph))
    assert steps[0].edge is None and steps[0].adjoint == 1.0
    crossed = [e for e in graph.edges if e.partial is not None and graph.adjoints[e.target] is not None]
    assert len(steps) == 1 + len(crossed)
    assert {step.edge for step in steps[1:]} == set(crossed)


@given(random_nodes())
def test_the_forward_wave_takes_every_node_once_and_parents_first(nodes: list[Value]) -> None:
    graph = Graph(nodes[-1])
    steps = list(forward_steps(nodes[-1]))
    seen = [step.node for step in steps]
    assert seen == [node.index for node in graph.nodes if not node.constant]
    assert all(step.phase == "forward" and step.edge is None and math.isnan(step.adjoint) for step in steps)


@pytest.mark.row("S003-43", "S003-45", "S003-46")
def test_the_notes_graph_step_by_step() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    u.label, v.label, J.label = "u", "v", "J"
    assert [step.text for step in forward_steps(J)] == [
        "a = 5 is a leaf",
        "b = 3 is a leaf",
        "c = 2 is a leaf",
        "u = b * c = 3·2 = 6; kept: ∂u/∂b = 2, ∂u/∂c = 3",
        "v = a + u = 5 + 6 = 11; kept: ∂v/∂a = 1, ∂v/∂u = 1",
        "J = 3 * v = 3·11 = 33; kept: ∂J/∂v = 3",
    ]
    assert [step.formula for step in forward_steps(J)] == [
        "a",
        "b",
        "c",
        "u = b * c",
        "v = a + u",
        "J = 3 * v",
    ]
    assert [step.formula for step in backward_steps(J)] == [
        "dJ/dJ = 1",
        "dJ/dv = dJ/dJ · ∂J/∂v",
        "dJ/da = dJ/dv · ∂v/∂a",
        "dJ/du = dJ/dv · ∂v/∂u",
        "dJ/db = dJ/du · ∂u/∂b",
        "dJ/dc = dJ/du · ∂u/∂c",
    ]
    assert [step.rule for step in backward_steps(J)] == [
        "",
        "∂J/∂v = 3",
        "∂v/∂a = 1",
        "∂v/∂u = 1",
        "∂u/∂b = c",
        "∂u/∂c = b",
    ]
    assert [step.text for step in backward_steps(J)] == [
        "the backward sweep starts at J: dJ/dJ = 1",
        "v receives 1·3 = 3 from J: dJ/dv = 3",
        "a receives 3·1 = 3 from v: dJ/da = 3",
        "u receives 3·1 = 3 from v: dJ/du = 3",
        "b receives 3·2 = 6 from u: dJ/db = 6",
        "c receives 3·3 = 9 from u: dJ/dc = 9",
    ]


@pytest.mark.row("S004-19")
def test_where_paths_merge_the_sum_is_told() -> None:
    net = fx_4321()
    graph = Graph(net.loss).collapse()
    at = graph.index(net.O[0][0])
    merge = [step for step in backward_steps(graph) if step.node == at]
    assert [step.text for step in merge] == [
        "O₁₁ receives 3.035·(-0.2) = -0.607 from O₂₂: so far -0.607 (1 of 2 arrows)",
        "O₁₁ receives -2.656·0.1 = -0.2656 from O₂₁: dL/dO₁₁ = -0.607 - 0.2656 = -0.8726",
    ]
    assert merge[1].formula == "dL/dO₁₁ += dL/dO₂₁ · ∂O₂₁/∂O₁₁"
    assert merge[1].rule == ""  # the edge stands for many
    first = next(step for step in forward_steps(graph) if step.node == at)
    assert first.text.startswith("O₁₁ = 0.6; kept: ∂O₁₁/∂w¹₁₁ = 0.5, ∂O₁₁/∂x₁ = 0.1, ∂O₁₁/∂w¹₂₁")
    assert first.formula == "O₁₁"


def test_an_operand_used_twice_receives_twice() -> None:
    x = Value(3.0, label="x")
    steps = list(backward_steps(x * x))
    assert [step.text for step in steps[1:]] == [
        "x receives 1·3 = 3 from f: so far 3 (1 of 2 arrows)",
        "x receives 1·3 = 3 from f: df/dx = 3 + 3 = 6",
    ]


def test_long_lists_of_local_gradients_are_shortened_and_say_so() -> None:
    xs = [Value(float(i), label=f"x{i}") for i in range(20)]
    text = list(forward_steps(ag.sum(xs)))[-1].text
    assert text == (
        "f = sum(x0, x1, x2, (14 more), x17, x18, x19) = 190; kept: ∂f/∂x0 = 1, ∂f/∂x1 = 1, ∂f/∂x2 = 1, "
        "(14 more), ∂f/∂x17 = 1, ∂f/∂x18 = 1, ∂f/∂x19 = 1"
    )


def test_negative_operands_stand_in_brackets() -> None:
    a, b = values(a=-2.0, b=-3.0)
    texts = [list(forward_steps(v))[-1].text for v in (a - b, a * b, b + a, a**2, a / b)]
    assert [text.split("; ")[0] for text in texts] == [
        "f = a - b = -2 - (-3) = 1",
        "f = a * b = -2·(-3) = 6",
        "f = b + a = -3 + (-2) = -5",
        "f = a ** 2 = (-2) ** 2 = 4",
        "f = a / b = -2 / (-3) = 0.6667",
    ]


def test_every_row_of_the_table_has_a_rule_in_its_steps() -> None:
    for row in TABLE.values():
        low_high = row.domain
        middle = [Value((3 * low + 2 * high) / 5, label=f"x{i}") for i, (low, high) in enumerate(low_high)]
        operands = [[v, v] if p in row.sequences else v for p, v in zip(row.parameters, middle, strict=True)]
        for step in list(backward_steps(row(*operands)))[1:]:
            assert re.fullmatch(r"df/dx\d \+?= df/df · (∂f/∂x\d|∂[₁-₉]f)", step.formula)
            left, right = step.rule.split(" = ", 1)
            assert step.formula.endswith(f" · {left}") and right and "∂" not in right


def test_a_row_of_python_functions_shows_its_derivative_as_a_symbol() -> None:
    mine = ag.Primitive(
        "mine", ("x",), "", (), from_callables=(lambda x: x * x, lambda x: (2 * x,)), doc="A square."
    )
    x = Value(3.0, label="x")
    step = list(backward_steps(mine(x)))[-1]
    assert (step.formula, step.contribution) == ("df/dx = df/df · ∂f/∂x", 6.0)
    assert step.rule == ""


def test_where_no_gradient_flows_there_is_no_step() -> None:
    a, b = values(a=1.0, b=2.0)
    graph = Graph(ag.where(True, a, b * b))
    assert [graph.nodes[step.node].label for step in backward_steps(graph)] == ["", "a"]


def test_several_roots_are_seeded_each() -> None:
    x = Value(3.0, label="x")
    p = x * 2.0
    q = p * 5.0
    p.label, q.label = "p", "q"
    texts = [step.text for step in backward_steps(Graph(q, p))]
    assert texts == [
        "the backward sweep starts at q: d(q + p)/dq = 1",
        "the backward sweep starts at p: so far 1 (1 of 2 shares)",
        "p receives 1·5 = 5 from q: d(q + p)/dp = 1 + 5 = 6",
        "x receives 6·2 = 12 from p: d(q + p)/dx = 12",
    ]
    twice = list(backward_steps(Graph(p, p)))[1]
    assert (twice.formula, twice.text) == ("d(p + p)/dp += 1", twice.text)
    assert twice.text == "the backward sweep starts at p: d(p + p)/dp = 1 + 1 = 2"


def test_a_stale_graph_is_refused_before_the_first_step() -> None:
    w = Value(3.0, label="w")
    L = w * w
    w.data = 5.0
    for wave in (forward_steps, backward_steps):
        with pytest.raises(StaleGraphError, match='"w" was assigned'):
            wave(L)


def test_steps_are_frozen_and_compare_by_what_happened() -> None:
    y, _ = doubled(2)
    first, again = list(backward_steps(y)), list(backward_steps(y))
    assert first == again
    assert first[1].text == again[1].text
    with pytest.raises(AttributeError):
        first[0].adjoint = 2.0  # type: ignore[misc]
    assert isinstance(first[0], Step)


def test_a_hundred_thousand_steps_run_without_recursion() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(50_000):
        y = ag.sin(y) + 0.1
    y.backward()
    *_, last = backward_steps(y)
    assert last.adjoint == x.grad
    assert last.formula == "df/dx = df/dv₁ · ∂v₁/∂x"
    assert last.rule == "∂v₁/∂x = cos(x)"
