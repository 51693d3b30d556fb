"""Operands left at their default, such as the bias of dot(w, x): recorded as data, but told nowhere."""

import pytest

from autograd import (
    Graph,
    Value,
    dot,
    elu,
    explain,
    forward_steps,
    leaky_relu,
    softplus,
    values,
)
from autograd.core.describe import expression
from autograd.table.primitive import TABLE
from autograd.text.forms import LATEX

WITH_DEFAULTS = [row for row in TABLE.values() if row.defaults]


@pytest.mark.parametrize("row", WITH_DEFAULTS, ids=lambda row: row.name)
def test_what_is_left_at_its_default_is_recorded_and_not_told(row):
    x = Value(0.5, label="x")
    operands = [[x] if p in row.sequences else x for p in row.parameters if p not in row.defaults]
    node = row(*operands)
    assert node.parents == (*(x for _ in operands), *row.defaults.values())
    assert row.shown_operands(node.parents) == node.parents[: len(operands)]
    told = f"{row.name}({', '.join('x' for _ in operands)})"
    assert expression(node) == told
    graph = Graph(node * 1.0)
    assert "v₁" in list(graph.names) and graph.names.told([2]) == [f"v₁ = {told}"]
    assert graph.names.default_operands == {1}, "x is node 0, the default comes next"


def test_any_other_number_is_told_and_so_is_a_default_before_it():
    w, x = values(w=2.0, x=3.0)
    assert expression(dot([w], [x], 1.0)) == "dot(w, x, 1)"
    assert expression(leaky_relu(x, 0.2)) == "leaky_relu(x, 0.2)"
    assert expression(softplus(x, Value(1.0, label="beta"))) == "softplus(x, beta)", "a leaf is no default"
    assert Graph(dot([w], [x], 1.0)).names.default_operands == set()
    assert Graph(x * 0.0 + 1.0).names.default_operands == set(), "these rows have no defaults"


def test_a_neuron_without_a_bias_has_none_in_words_and_in_mathematics():
    w, x = values(w=2.0, x=3.0)
    z = dot([w], [x])
    z.label = "z"
    graph = Graph(elu(z))
    steps = [step.text for step in forward_steps(graph)]
    assert steps[2:] == [
        "z = dot(w, x) = 6; kept: ∂z/∂w = 3, ∂z/∂x = 2",
        "f = elu(z) = 6; kept: ∂f/∂z = 1",
    ]
    assert [node.data for node in graph.nodes if node.constant] == [0.0, 1.0], "the data keep them"
    assert Graph(2 * elu(w)).names.within(LATEX).told([2]) == [r"v_{1} = \operatorname{elu}(w)"]
    assert Graph(2 * elu(w, 0.5)).names.within(LATEX).told([2]) == [r"v_{1} = \operatorname{elu}_{0.5}(w)"]
    assert "0" not in explain(graph, w).text.replace("∂", "")


def test_the_first_bad_number_is_not_sought_in_a_default():
    w, x = values(w=1e300, x=1e300)
    z = dot([w], [x])
    (reason,) = explain(z * z, w).why
    assert reason == "first bad node: dot(w, x) is inf, from w = 1e300, x = 1e300"
