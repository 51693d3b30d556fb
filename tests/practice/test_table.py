"""Every row of the table can be asked about, and nothing false is said: each claim is recomputed."""

import json
import math
import random
import re

import pytest

import nn
import viz
from autograd import TABLE, Graph, Value, practice, values
from autograd.practice import Question
from autograd.practice.slips.arrows import Local
from autograd.practice.slips.wording import said
from autograd.table import rows
from nn import losses

ROWS = [name for name, row in TABLE.items() if getattr(rows, name, None) is row]


def made(name: str) -> tuple[Value, Value]:
    """Return a node of a row, its operands drawn from its domain, and a root that uses it twice."""
    row, draw = TABLE[name], random.Random(name)

    def leaf(domain: tuple[float, float]) -> Value:
        leaf.count += 1
        return Value(round(draw.uniform(*domain), 2), label=f"x{leaf.count}")

    leaf.count = 0
    sides = row.domain if len(row.domain) == len(row.parameters) else [(0.5, 2.0)] * len(row.parameters)
    operands = [
        [leaf(side) for _ in range(3)] if parameter in row.sequences else leaf(side)
        for parameter, side in zip(row.parameters, sides, strict=True)
    ]
    v = row(*operands)
    v.label = "v"
    f = 3 * v + v * v
    f.label = "f"
    return f, v


def questions(f: Value, v: Value) -> list[Question]:
    graph = Graph(f)
    found = [practice.value(f, v), practice.value(f, v, inner=False), practice.match(f), practice.merge(f, v)]
    for edge in graph.operands[graph.index(v)]:
        if edge.partial is None:
            continue
        found += [practice.factor(f, v, edge.slot), practice.share(f, v, edge.slot)]
        if Local(graph, graph.names, edge).fill["rule"]:
            found.append(practice.letters(f, v, edge.slot))
    for leaf in graph.leaves:
        if graph.adjoints[leaf] is not None:
            node = graph.nodes[leaf]
            found += [practice.gradient(f, node), practice.all_paths(f, node), practice.step(f, node)]
            found.append(practice.nudge(f, node, 1e-4))
    return found


@pytest.mark.parametrize("name", ROWS)
def test_every_row_can_be_asked_about_and_answered(name) -> None:
    for q in questions(*made(name)):
        assert json.dumps(q.data(), allow_nan=False)
        told = [q.prompt, *q.given, *q.hints, *(slip.sentence for slip in q.slips)]
        assert not any(re.search(r"[{}]|None|  ", text) for text in told), told
        if q.form != "number":
            continue
        assert q.check(q.answer).right
        for slip in q.slips:
            assert q.check(slip.answer).right is False
            claims_hold(q, slip.sentence)


def claims_hold(q: Question, sentence: str) -> None:
    """Recompute what a sentence says of values and factors."""
    values_ = {name: node.data for name, node in zip(q.names, q.graph.nodes, strict=True)}
    factors = {
        f"{q.names[e.source]} → {q.names[e.target]}": e.partial
        for e in q.graph.edges
        if e.partial is not None and e not in q.graph.repeated
    }
    for x, other in re.findall(r"arrow from (\S+) carries the other factor, (\S+)\.", sentence):
        other = other.rstrip(".")
        assert any(
            q.names[e.source] == x and said(e.partial) == said(values_[other])
            for e in q.graph.edges
            if e.partial is not None
        ), sentence
    for n, v in re.findall(r"^(\S+) is the value of (\w+)\.", sentence):
        assert n == said(values_[v]), sentence
    for n, arrow in re.findall(r"^(\S+) is the factor on the arrow (\w+ → \w+)\.", sentence):
        assert arrow not in factors or n == said(factors[arrow]), sentence
    for n, v in re.findall(r"^(\S+) is the gradient at (\w+)", sentence):
        assert n == said(q.graph.adjoint(v)), sentence


def test_a_number_that_is_added_is_not_called_a_factor() -> None:
    (x,) = values(x=7.0)
    f = (x + 1) * 5
    assert all("factor, 1" not in slip.sentence for slip in practice.gradient(f, x).slips)


def test_two_minus_signs_are_said_to_cancel() -> None:
    (x,) = values(x=8.0)
    q = practice.gradient(-4 * (3 - x), x)
    assert q.check(-4).sentence == (
        "The size is right, the sign is turned. Two arrows on the way carry a minus, and these cancel."
    )


def test_labels_with_braces_several_roots_nan_and_collapsed_graphs_are_asked_about() -> None:
    a, b = Value(3.0, label="{n}"), Value(5.0, label="w^1_{11}")
    q = practice.merge(a * b + 2 * a, a)
    assert q.prompt == "5 from v₁ and 2 from v₂ reach {n}. What is df/d{n}?"
    assert practice.gradient(Graph(a * b, a + b), a).answer == 6
    bad = Value(math.nan, label="x")
    assert practice.gradient(bad * 3, bad).check("3").right
    assert practice.value(bad * 3).check("nan").right
    small = Graph(3 * (a + b * a)).collapse()
    q = practice.gradient(small, a)
    assert q.answer == 18
    assert q.given[0] == "f = 3 * ({n} + w¹₁₁ * {n})"


def test_many_paths_are_asked_by_what_arrives_at_the_node() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(18):
        y = y + y
    q = practice.gradient(y, x)
    assert q.check(2**18).right
    assert q.hints[2] == "df/dx = 131072·1 + 131072·1 = 131072 + 131072 = 262144."
    assert q.check(2**17).sentence.startswith("131072 ")


def test_every_arrow_of_a_collapsed_network_can_be_asked_about() -> None:
    net = nn.MLP(2, [3, 2], "sigmoid", "sigmoid", bias=False)
    graph = Graph(losses.sse(net([1.5, -2.0]), [1.0, 0.0])).collapse()
    for edge in graph.edges:
        if edge.partial is not None:
            asked = practice.factor(graph, graph.nodes[edge.target], edge.slot)
            assert asked.check(edge.partial), asked.prompt
    assert len(viz.walkthrough(graph).html) > 10_000


def test_a_collapsed_graph_is_nudged_by_what_it_hides() -> None:
    a, b = values(a=3.0, b=5.0)
    hidden = a * b
    v = hidden.tanh() + hidden
    v.label = "v"
    small = Graph(2 * v).collapse()
    q = practice.nudge(small, a, 0.01)
    assert q.answer == pytest.approx(2 * (0.05 + math.tanh(15.05) - math.tanh(15)))
    with pytest.raises(ValueError, match="v is computed by operations that a collapse has hidden"):
        practice.value(small, v)
    for edge in small.edges:
        q = practice.factor(small, small.nodes[edge.target], edge.slot)
        assert not any("The rule " in slip.sentence for slip in q.slips)
