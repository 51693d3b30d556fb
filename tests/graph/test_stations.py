"""What a collapse keeps by itself, and labels wherever a node is taken."""

from __future__ import annotations

import pytest

import autograd as ag
import nn
import viz
from autograd import Graph, Value, values
from nn import losses
from tests.graph.graphs import X_4321

# the notes, counted by hand: paths, naive and memoized multiplications; weights alone, and with biases
COUNTS = {
    (4, 3, 2, 1): {False: (32, 86, 28), True: (41, 109, 34)},
    (2, 3, 2, 1): {False: (20, 50, 22), True: (29, 73, 28)},
    (3, 4, 4, 1): {False: (68, 180, 52), True: (89, 237, 61)},
    (2, 2, 1): {False: (6, 10, 8), True: (9, 15, 11)},
}


def trained(
    widths: tuple[int, ...], activation: str = "sigmoid", bias: bool = False, **options: object
) -> tuple[nn.MLP, Value]:
    net = nn.MLP(widths[0], list(widths[1:]), activation, activation, bias=bias, **options)  # type: ignore[arg-type]
    loss = losses.square(net(X_4321[: widths[0]])[0], 1.0)
    loss.label = "L"
    return net, loss


@pytest.mark.row("S004-20", "S004-22", "S002-48")
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", COUNTS)
@pytest.mark.parametrize("activation", ["linear", "tanh", "leaky_relu"])
@pytest.mark.parametrize("notation", ["w^k_ij", "w[k]_ij"])
@pytest.mark.parametrize("expand", [False, True])
def test_a_network_collapses_to_the_drawing_of_the_notes_whatever_its_activation(
    widths: tuple[int, ...], activation: str, bias: bool, notation: str, expand: bool
) -> None:
    _, loss = trained(widths, activation, bias, notation=notation, expand=expand)
    found = ag.cost(Graph(loss).collapse())
    assert (found.paths, found.naive, found.memoized) == COUNTS[widths][bias]


@pytest.mark.row("S004-20", "S004-22")
def test_the_word_labelled_keeps_weighted_sums_too() -> None:
    for widths, counts in {(4, 3, 2, 1): (172, 34), (2, 3, 2, 1): (100, 28)}.items():
        _, loss = trained(widths)
        found = ag.cost(Graph(loss).collapse(keep="labelled"))
        assert (found.naive, found.memoized) == counts
    a, b = values(a=2.0, b=3.0)
    a.label = "labelled"
    assert [node.label for node in Graph(a * b * 2).collapse(keep=["labelled"]).nodes] == ["labelled", ""]


@pytest.mark.row("S004-18", "S004-19")
def test_a_path_has_the_four_factors_of_the_notes() -> None:
    _, loss = trained((4, 3, 2, 1), "tanh")
    drawn = Graph(loss).collapse()
    first, _ = ag.paths(drawn, "w^1_{11}")
    assert [drawn.nodes[index].label for index in first.nodes] in (
        ["L", "O_{31}", "O_{21}", "O_{11}", "w^1_{11}"],
        ["L", "O_{31}", "O_{22}", "O_{11}", "w^1_{11}"],
    )
    assert "∂L/∂O₃₁ · ∂O₃₁/∂O₂₂ · ∂O₂₂/∂O₁₁ · ∂O₁₁/∂w¹₁₁" in ag.explain(drawn, "w^1_{11}").text


def labelled(value: Value, label: str) -> Value:
    value.label = label
    return value


@pytest.mark.parametrize(
    ("z", "out", "hidden"),
    [
        ("z_{11}", "O_{11}", True),
        ("z[1]_{2}", "v[1]_{2}", True),
        ("z_1", "a_1", True),
        ("z", "a", False),  # plain letters are drawn: z → a → L
        ("z", "a_1", False),
        ("h_1", "h_2", False),  # one layer after the other
        ("z1", "a1", False),
    ],
)
def test_one_of_two_nodes_of_a_neuron_is_hidden_where_both_have_its_index(
    z: str, out: str, hidden: bool
) -> None:
    w, x = values(w=0.5, x=2.0)
    graph = Graph(ag.square(labelled(ag.tanh(labelled(w * x, z)), out)))
    assert [node.label for node in graph.collapse().nodes if node.label] == ["w", "x"] + [z] * (
        not hidden
    ) + [out]


def test_a_weighted_sum_stays_where_it_has_another_consumer_or_is_a_root_or_a_leaf() -> None:
    w, x = values(w=0.5, x=2.0)
    z = labelled(w * x, "z_1")
    out = labelled(ag.tanh(z), "O_1")
    assert "z_1" in [node.label for node in Graph(out + z).collapse().nodes]
    assert "z_1" in [node.label for node in Graph(out, z).collapse().nodes]
    leaf = Value(1.0, label="z_1")
    assert [n.label for n in Graph(labelled(ag.tanh(leaf), "O_1") * 2).collapse().nodes] == ["z_1", "O_1", ""]


def test_a_binary_row_hides_nothing() -> None:
    w, x = values(w=0.5, x=2.0)
    out = labelled(labelled(w * x, "z_1") * x, "O_1")
    assert "z_1" in [node.label for node in Graph(out * 2).collapse().nodes]


def test_softmax_outputs_read_all_sums_so_these_stay() -> None:
    net = nn.MLP(2, [2], output="softmax", bias=False)
    drawn = Graph(losses.ce(net([0.5, 1.0]), 0)).collapse()
    assert {"z_{11}", "z_{12}"} <= {node.label for node in drawn.nodes}


def test_labels_stand_for_nodes_everywhere() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = labelled(b * c, "u")
    J = labelled(3 * labelled(a + u, "v"), "J")
    graph = Graph(J)
    assert graph.index("u") == graph.index(u)
    assert graph.adjoint("b") == graph.adjoint(b) == 6.0
    assert graph.paths("b").total == ag.paths(J, "b").total == 6.0
    assert [n.label for n in graph.collapse(keep=["u", c]).nodes] == ["c", "u", "J"]
    assert [n.label for n in graph.collapse(keep="u").nodes] == ["u", "J"]
    assert ag.explain(J, "b").text == ag.explain(J, b).text
    assert ag.cost(J, ["b", "c"]) == ag.cost(J, [b, c])
    assert ag.cost(J, "b") == ag.cost(J, b) == ag.cost(J, [b])
    assert ag.naive_gradient(J, "b") == ag.naive_gradient(J, b)
    found = ag.memoized_gradient(J, "b")
    assert (found.gradient, found.memo["u"], found.memo[u]) == (6.0, 3.0, 3.0)
    with pytest.raises(KeyError, match="'c'"):
        found.memo["c"]
    assert viz.paths(J, "b").text == viz.paths(J, b).text
    assert viz.walkthrough(J, wrt="b").text == viz.walkthrough(J, wrt=[b]).text
    assert viz.walkthrough(J, wrt=["b", c]).text == viz.walkthrough(J, wrt=[b, c]).text


def test_arrays_and_nested_lists_name_their_nodes() -> None:
    w = ag.array([[1.0, 2.0], [3.0, 4.0]], label="w")
    graph = Graph((w @ w).sum())
    assert graph.indices(w) == graph.indices([["w_11", "w_12"], [w[1, 0], "w_22"], "w_11"])
    assert ag.cost(graph, w).leaves == 4


def test_braces_of_a_label_may_be_left_out_but_an_exact_label_comes_first() -> None:
    net, loss = trained((4, 3, 2, 1))
    assert Graph(loss).index("w^1_21") == Graph(loss).index(net.w(1, 2, 1))
    a, b = Value(1.0, label="w_1"), Value(2.0, label="w_{1}")
    graph = Graph(a * b)
    assert (graph.index("w_1"), graph.index("w_{1}")) == (graph.index(a), graph.index(b))


def test_a_label_that_two_nodes_bear_is_refused_with_the_choices() -> None:
    a, b = Value(1.0, label="x"), Value(2.0, label="x")
    graph = Graph(a * b)
    for ask in (graph.index, graph.paths, lambda x: graph.collapse(keep=[x]), lambda x: ag.cost(graph, x)):
        with pytest.raises(
            KeyError, match=r"2 nodes of this graph are labelled 'x': x = 1 and x = 2\. Pass the"
        ):
            ask("x")


def test_a_hidden_or_unknown_label_is_told_apart() -> None:
    _, loss = trained((4, 3, 2, 1))
    drawn = Graph(loss).collapse()
    with pytest.raises(
        KeyError, match=r"z_11 is no node of this graph: it is one of the 2\d nodes that the coll"
    ):
        drawn.index("z_11")
    with pytest.raises(KeyError, match=r"labelled 'q'. The labels are .*more\), .*O_\{31\}, L"):
        drawn.paths("q")
    with pytest.raises(
        TypeError, match="named by its Value, its Node or its label, got None of type NoneType"
    ):
        drawn.index(None)  # type: ignore[arg-type]


def test_a_large_drawing_hides_weighted_sums_too() -> None:
    _, loss = trained((4, 16, 16, 1), "tanh")
    text = viz.graph(loss).text
    assert "O₁,₁" in text and "z₁,₁" not in text
