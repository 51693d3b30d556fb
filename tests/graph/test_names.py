"""A graph carries its names: what is printed does not depend on what was printed before."""

from __future__ import annotations

import gc
import weakref

from hypothesis import given

import autograd as ag
from autograd import Graph, Value, explain, values
from autograd.graph.names import Names
from autograd.text.forms import LATEX
from tests.graph.graphs import random_nodes


def small_graph() -> tuple[Graph, Value]:
    """Collapse a graph to one leaf, one product without a label, and the root."""
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    product = b * c
    return Graph(3 * (a + product * product)).collapse([a, product]), product


def test_a_path_is_called_the_same_before_and_after_it_was_explained() -> None:
    small, product = small_graph()
    (path,) = small.paths(product)
    before, listing = str(path), str(small.paths(product))
    derivation = explain(small, product)
    assert str(path) == before == "f → v₁: 36, where v₁ = b * c, v₂ = v₁ * v₁, v₃ = a + v₂, f = 3 * v₃"
    assert str(small.paths(product)) == listing
    assert "v₁ = b * c" in derivation.text


def test_a_collapsed_graph_has_the_names_of_the_whole() -> None:
    small, _ = small_graph()
    assert list(small.names) == ["a", "v₁", "f"]
    assert list(small.names.within(LATEX)) == ["a", "v_{1}", "f"]
    again = small.collapse([small.nodes[1]])
    assert list(again.names) == ["v₁", "f"]
    unnamed = Value(2.0)
    whole = Graph(ag.sin(ag.cos(values(x=1.0)[0])) * unnamed)
    assert list(whole.collapse().names) == ["x", "v₃", "f"]


@given(random_nodes())
def test_every_kept_node_is_called_what_it_was(nodes: list[Value]) -> None:
    whole = Graph(nodes[-1])
    small = whole.collapse([node for node in whole.nodes if node.value is not None][::2])
    for forms in (whole.names.forms, LATEX):
        every, few = whole.names.within(forms), small.names.within(forms)
        assert [few[i] for i in range(len(small))] == [every[whole.index(node)] for node in small.nodes]


def test_names_of_a_reader_are_her_own_and_the_graph_keeps_its_own() -> None:
    small, _ = small_graph()
    called = Names(small, lambda node: node.label.upper())
    assert list(called) == ["A", "v₁", "f"]
    assert called.told([1]) == ["v₁ = B * C"]
    assert list(small.names) == ["a", "v₁", "f"]


def test_a_label_that_is_the_operation_needs_no_telling_twice() -> None:
    a, b = values(a=1.0, b=2.0)
    s = a + b
    s.label = "a + b"
    assert Graph(s).names.spelled(2)


def test_a_graph_with_names_dies_without_the_collector() -> None:
    small, _ = small_graph()
    graph = small.whole
    told = (str(graph.paths(graph.nodes[0])), small.names.within(LATEX)[1], graph.names.root)
    gone = weakref.ref(graph)
    gc.disable()
    try:
        del graph, small
        assert told and gone() is None
    finally:
        gc.enable()


def test_names_outlive_their_graph() -> None:
    a, b = values(a=1.0, b=2.0)
    names = Graph(a * b).names
    assert names.formula(2) == "a * b"


def test_a_long_chain_is_named_without_recursion() -> None:
    y = Value(1.0, label="x")
    for _ in range(30_000):
        y = ag.sin(y) + 0.1
    assert Graph(y).names[-1] == "f"


def test_the_rules_of_a_node_with_many_operands_are_written_fast() -> None:
    leaves = [Value(1.0, label=f"x_{i}") for i in range(2000)]
    steps = list(ag.backward_steps(ag.dot(leaves, leaves[::-1])))[1:]
    rules = {step.rule for step in steps}  # each once looked at all operands: minutes
    assert "∂₁f = x₁₉₉₉" in rules and len(rules) == 4000
