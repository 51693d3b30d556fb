"""Collapsing hides nodes and changes no derivative, whatever is kept."""

from __future__ import annotations

import math
import random
from itertools import product as pairs

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, Value, values
from tests.graph.graphs import every_path, fully_connected, fx_4321, random_nodes


@given(random_nodes(), st.data())
def test_collapse_leaves_every_total_derivative_as_it_was(nodes: list[Value], data: st.DataObject) -> None:
    graph = Graph(nodes[-1])
    inside = [node.value for node in graph.nodes if node.value is not None]
    kept = data.draw(st.lists(st.sampled_from(inside), unique_by=id))
    small = graph.collapse(kept)
    assert {id(n.value) for n in small.nodes} == {id(v) for v in (*kept, nodes[-1])}
    assert small.hidden == len(graph) - len(small)
    for node in small.nodes:
        assert node.value is not None
        terms = [abs(product) for _, product in every_path(nodes[-1], node.value)]
        before, after = graph.adjoint(node), small.adjoint(node)
        assert (before is None) == (after is None)  # a gradient that is zero stays, one that is missing too
        # the terms are multiplied and added in another order: one rounding per edge and per addition
        assert (after or 0.0) == pytest.approx(
            before or 0.0, abs=(graph.depth + len(terms)) * 2**-51 * math.fsum(terms)
        )


@given(random_nodes(), st.data())
def test_an_edge_of_a_collapsed_graph_is_the_sum_over_the_paths_between(
    nodes: list[Value], data: st.DataObject
) -> None:
    graph = Graph(nodes[-1])
    inside = [node.value for node in graph.nodes if node.value is not None]
    kept = data.draw(st.lists(st.sampled_from(inside), unique_by=id))
    small = graph.collapse(kept)
    hidden_only = {id(n.value) for n in graph.nodes} - {id(n.value) for n in small.nodes}

    def through(node: Value, leaf: Value) -> list[float]:
        found = []
        for parent, partial in zip(node.parents, node.partials, strict=True):
            if partial is None or not isinstance(parent, Value):
                continue
            if parent is leaf:
                found.append(partial)
            elif id(parent) in hidden_only:
                found += [partial * rest for rest in through(parent, leaf)]
        return found

    partials = {(edge.target, edge.source): edge.partial for edge in small.edges}
    assert len(partials) == len(small.edges)  # one edge between two nodes
    for target, source in pairs(small.nodes, small.nodes):
        assert target.value is not None and source.value is not None
        terms = through(target.value, source.value)
        got = partials.get((target.index, source.index))
        assert (got is None) == (not terms)
        if got is not None:
            slack = (graph.depth + len(terms)) * 2**-51 * math.fsum(map(abs, terms))
            assert got == pytest.approx(math.fsum(terms), abs=slack)


@pytest.mark.row("S004-18", "S004-19")
def test_the_collapsed_net_is_the_drawing_in_the_notes() -> None:
    net = fx_4321()
    small = Graph(net.loss).collapse()
    labels = [node.label for node in small.nodes]
    assert sorted(labels) == sorted(
        ["L", "y", *(f"x_{i}" for i in (1, 2, 3, 4)), *(f"O_1{j}" for j in (1, 2, 3)), "O_21", "O_22", "O_31"]
        + [f"w^1_{i}{j}" for i in (1, 2, 3, 4) for j in (1, 2, 3)]
        + [f"w^2_{i}{j}" for i in (1, 2, 3) for j in (1, 2)]
        + ["w^3_11", "w^3_21"]
    )
    partials = {(labels[e.target], labels[e.source]): e.partial for e in small.edges}
    assert partials["L", "O_31"] == pytest.approx(-3.794)
    assert (partials["O_31", "O_21"], partials["O_31", "O_22"]) == (0.7, -0.8)
    assert (partials["O_21", "O_11"], partials["O_22", "O_11"]) == (0.1, -0.2)
    assert partials["O_11", "w^1_21"] == -1.0  # x_2
    assert small.adjoint(net.w[0][0][0]) == pytest.approx(-0.43631)
    # section 1.7 counts 67 nodes: here the 6 activations are missing and the 2 of the square is a node
    assert (len(small), small.hidden, small.depth) == (32, 67 - 6 + 1 - 32, 4)
    assert repr(small) == "<Graph: 32 nodes, 42 edges, depth 4, 30 nodes hidden>"


@pytest.mark.row("S004-19")
def test_edges_of_the_collapsed_sigmoid_net_are_the_factors_of_the_notes() -> None:
    net = fx_4321(ag.sigmoid)
    small = Graph(net.loss).collapse()
    at = {node.label: node.index for node in small.nodes}
    partials = {(e.target, e.source): e.partial for e in small.edges}
    expected = {
        ("L", "O_31"): -1.092124827,
        ("O_31", "O_21"): 0.1735147779,
        ("O_31", "O_22"): -0.1983026033,
        ("O_21", "O_11"): 0.0247316451,
        ("O_22", "O_11"): -0.04696734026,
        ("O_11", "w^1_11"): 0.1143921202,
    }
    for (target, source), partial in expected.items():
        assert partials[at[target], at[source]] == pytest.approx(partial, rel=1e-9)


def test_without_labels_root_and_leaves_remain_and_plain_numbers_vanish() -> None:
    a, b = Value(2.0), Value(3.0)
    small = Graph((a * b + 1.0) * 2.0).collapse()
    assert [node.data for node in small.nodes] == [2.0, 3.0, 14.0]
    assert [edge.partial for edge in small.edges] == [6.0, 4.0]
    assert small.hidden == 4


def test_an_operand_used_twice_is_left_with_one_edge() -> None:
    x = Value(3.0, label="x")
    (edge,) = Graph(x * x).collapse().edges
    assert edge.partial == 6.0


def test_a_connection_without_gradient_remains_as_an_edge_without_partial() -> None:
    a, b = values(a=1.0, b=2.0)
    small = Graph(ag.where(True, a * 2, b * 3)).collapse()
    assert [edge.partial for edge in small.edges] == [2.0, None]
    assert small.adjoint(b) is None


def test_several_roots_are_all_kept() -> None:
    x = Value(3.0, label="x")
    p, q = x * x * 2, x * 5 + 1
    small = Graph(p, q).collapse()
    assert [small.nodes[i].data for i in small.roots] == [18.0, 16.0]
    assert small.adjoint(x) == 17.0


def test_a_collapsed_graph_collapses_further() -> None:
    net = fx_4321()
    whole = Graph(net.loss)
    small = whole.collapse().collapse([net.w[0][0][0]])
    (edge,) = small.edges
    assert edge.partial == pytest.approx(-0.43631)
    assert small.hidden == len(whole) - 2


def test_nodes_of_the_whole_graph_name_what_to_keep_in_a_collapsed_one() -> None:
    a, b = values(a=2.0, b=3.0)
    u = a * b
    u.label = "u"
    graph = Graph(u * u)
    small = graph.collapse([graph.nodes[graph.index(u)], a])
    assert [node.label for node in small.nodes] == ["a", "u", ""]
    assert small.adjoint(graph.nodes[graph.index(a)]) == graph.adjoint(a)


def test_what_is_no_node_cannot_be_kept() -> None:
    a, b = values(a=2.0, b=3.0)
    graph = Graph(a * 2)
    with pytest.raises(KeyError, match="b is no node of this graph"):
        graph.collapse([b])
    with pytest.raises(KeyError, match="it is one of the 2 nodes that the collapse has hidden"):
        graph.collapse([]).index(a)
    plain = next(node for node in Graph(b * 5).nodes if node.constant)
    with pytest.raises(KeyError, match="The plain number 5 is no node of this graph"):
        graph.collapse([plain])


def test_twenty_thousand_nodes_collapse_to_the_named_ones() -> None:
    wide = fully_connected([5000, 1])
    small = Graph(wide.loss).collapse()
    assert (len(small), len(small.edges)) == (10_003, 10_002)
    deep = Value(0.1, label="x")
    y = deep
    for i in range(10_000):
        y = ag.tanh(y) + 0.01
        y.label = f"h{i}" if i % 1000 == 0 else ""
    graph = Graph(y)
    assert len(graph) > 20_000
    small = graph.collapse()
    assert len(small) == 12 and small.adjoint(deep) == pytest.approx(graph.adjoint(deep), rel=1e-10)


def test_a_shared_hidden_part_is_walked_in_the_cheaper_direction() -> None:
    x = Value(0.5, label="x")
    trunk = x
    for _ in range(5000):
        trunk = ag.sin(trunk)
    named = [trunk * float(i) for i in range(5000)]
    for i, node in enumerate(named):
        node.label = f"v{i}"
    graph = Graph(ag.sum(named))
    small = graph.collapse()  # from the roots down it would be 25 million multiplications
    assert small.adjoint(x) == pytest.approx(graph.adjoint(x), rel=1e-12)


def test_a_collapse_that_would_not_come_back_is_refused_with_the_way_out() -> None:
    rng = random.Random(1)
    leaves = [Value(rng.random(), label=f"x{i}") for i in range(1800)]
    bottleneck = ag.sum(leaves)
    for _ in range(1800):
        bottleneck = ag.sin(bottleneck)
    named = [bottleneck * float(i) for i in range(3000)]
    for i, node in enumerate(named):
        node.label = f"v{i}"
    with pytest.raises(ValueError, match=r"to 4801 would take \d+ multiplications.*giving them a label"):
        Graph(ag.sum(named)).collapse()
