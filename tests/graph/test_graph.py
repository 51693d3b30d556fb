"""The snapshot: numbered by the program alone, in topological order, frozen, with backward's numbers."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, Value, values


def random_graph(data: st.DataObject) -> tuple[list[Value], Value]:
    """A few leaves, and a result computed from them by random smooth operations."""
    leaves = [Value(data.draw(st.floats(-2, 2)), label=f"x_{i}") for i in range(data.draw(st.integers(1, 4)))]
    nodes = list(leaves)
    for _ in range(data.draw(st.integers(1, 12))):
        a, b = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
        kind = data.draw(st.sampled_from(["+", "*", "-", "tanh", "dot", "where", "2*"]))
        nodes.append(
            {
                "+": lambda a=a, b=b: a + b,
                "*": lambda a=a, b=b: a * b,
                "-": lambda a=a, b=b: a - b,
                "tanh": lambda a=a: ag.tanh(a),
                "dot": lambda a=a, b=b: ag.dot([a, b], [b, 0.5], 1.0),
                "where": lambda a=a, b=b: ag.where(a > 0, a, b),
                "2*": lambda a=a: 2 * a,
            }[kind]()
        )
    return leaves, nodes[-1]


@pytest.mark.row("S003-40", "S003-41")
def test_the_first_graph_has_seven_nodes_and_six_edges_in_topological_order() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    graph = Graph(J)
    assert (len(graph), len(graph.edges), graph.depth) == (7, 6, 3)
    assert [node.data for node in graph.nodes if node.constant] == [3.0]
    assert [graph.nodes[i].label for i in graph.leaves] == ["a", "b", "c"]
    assert [node.value for node in graph.nodes if node.op] == [u, v, J]
    assert [graph.adjoint(node) for node in (J, v, a, u, b, c)] == [1, 3, 3, 3, 6, 9]


@given(data=st.data())
def test_edges_lead_from_parents_to_consumers_and_repeat_the_memoized_partials(data: st.DataObject) -> None:
    _, root = random_graph(data)
    graph = Graph(root)
    for node in graph.nodes:
        assert graph.nodes[node.index] is node
        edges = graph.operands[node.index]
        assert [edge.slot for edge in edges] == list(range(len(edges)))
        assert all(edge.source < edge.target == node.index for edge in edges)
        if node.value is not None:
            assert graph.index(node.value) == node.index
            assert tuple(edge.partial for edge in edges) == node.value.partials
    assert sum(map(len, graph.consumers)) == len(graph.edges)


@given(data=st.data())
def test_adjoints_are_those_of_backward_bit_for_bit_and_the_sum_over_paths(data: st.DataObject) -> None:
    leaves, root = random_graph(data)
    graph = Graph(root)
    root.backward()
    for leaf in leaves:
        if any(node.value is leaf for node in graph.nodes):
            assert graph.adjoint(leaf) == leaf.grad
            over = ag.paths(graph, leaf)
            total = sum(abs(path.product) for path in over)
            assert abs(sum(path.product for path in over) - over.total) <= 1e-14 * max(1.0, total)


def test_several_roots_have_the_adjoint_of_their_sum() -> None:
    x, y = values(x=2.0, y=3.0)
    assert Graph(x * y, x + y, x * y).adjoint(x) == 3.0 + 1.0 + 3.0


def test_a_snapshot_does_not_change_when_the_values_do() -> None:
    x = Value(3.0, label="x")
    y = x * x
    graph = Graph(y)
    y.backward()
    x.data, x.label = 5.0, "renamed"
    assert [(node.label, node.data, node.grad) for node in graph.nodes] == [("x", 3.0, None), ("", 9.0, None)]
    with pytest.raises(AttributeError, match="snapshot and does not change, so nodes cannot be assigned"):
        graph.nodes = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.nodes[0].data = 1.0  # type: ignore[misc]


def test_a_node_that_is_not_in_the_graph_is_an_error_that_names_the_leaves() -> None:
    a, b, other = values(a=1.0, b=2.0, other=3.0)
    with pytest.raises(KeyError, match=r"other is no node of this graph.*a, b"):
        Graph(a * b).index(other)
    for wrong in ((), (3.0,), ([a],)):
        with pytest.raises(TypeError, match="Value"):
            Graph(*wrong)


def test_the_same_program_gives_the_same_numbers() -> None:
    def build() -> list[tuple[object, ...]]:
        w = [Value(0.1 * i, label=f"w_{i}") for i in range(4)]
        graph = Graph(ag.tanh(ag.dot(w[:2], w[2:], 1.0)) * w[0])
        return [(e.source, e.target, e.slot, e.partial) for e in graph.edges]

    assert build() == build()
