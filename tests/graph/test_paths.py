"""The chain-rule paths agree with brute force in number, order and sum, however many there are."""

from __future__ import annotations

import math
import random
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, StaleGraphError, Value, paths, values
from autograd.graph.ranking import size, times
from tests.graph.graphs import EXACT, doubled, every_path, fully_connected, fx_4321, random_nodes

finite = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


def slots(path: ag.Path) -> tuple[int, ...]:
    return tuple(edge.slot for edge in path.edges)


@given(random_nodes(EXACT), st.integers(0, 11))
def test_paths_are_those_of_brute_force_in_the_order_of_their_products(
    nodes: list[Value], which: int
) -> None:
    root, leaf = nodes[-1], nodes[which % len(nodes)]
    expected = sorted(every_path(root, leaf), key=lambda path: (-abs(path[1]), path[0]))
    if all(leaf is not node.value for node in Graph(root).nodes):
        assert not expected
        return
    found = paths(root, leaf)
    assert [(slots(path), path.product) for path in found] == expected
    assert found.count == len(found) == len(expected)
    assert found.total == math.fsum(product for _, product in expected)


@given(random_nodes())
def test_smooth_graphs_have_their_paths_ranked_to_rounding_and_summing_to_the_gradient(
    nodes: list[Value],
) -> None:
    root = nodes[-1]
    root.backward()
    graph = Graph(root)
    for leaf in (graph.nodes[i].value for i in graph.leaves):
        assert leaf is not None
        found = graph.paths(leaf)
        products = [path.product for path in found]
        expected = list(every_path(root, leaf))
        assert {(slots(path), path.product) for path in found} == set(expected)
        assert found.count == len(expected) == len(products)
        assert all(abs(b) <= abs(a) * (1 + 1e-13) for a, b in pairwise(products))
        assert found.total == (leaf.grad or 0.0)  # bit for bit
        # each product is rounded once per edge, each addition once per path
        rounding = (graph.depth + len(products)) * 2**-52 * sum(map(abs, products))
        assert sum(products) == pytest.approx(found.total, abs=rounding)


def test_a_path_tells_its_nodes_factors_and_product() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    v = a + u
    J = 3 * v
    u.label, v.label, J.label = "u", "v", "J"
    (path,) = paths(J, b)
    assert str(path) == "J → v → u → b: 3·1·2 = 6"
    assert (path.partials, path.product) == ((3.0, 1.0, 2.0), 6.0)
    graph = Graph(J)
    assert [graph.nodes[i].label for i in path.nodes] == ["J", "v", "u", "b"]
    assert str(paths(J, v)) == "J → v: 3\ndJ/dv = 3"
    assert repr(paths(J, b)) == "<1 path from J to b>"


@pytest.mark.row("S004-18", "S004-19", "S001-28")
def test_the_two_paths_of_the_notes_lead_to_the_first_weight() -> None:
    net = fx_4321()
    found = paths(Graph(net.loss).collapse(), net.w[0][0][0])
    assert [path.product for path in found] == pytest.approx([-0.30352, -0.13279], rel=1e-12)
    assert found.total == pytest.approx(-0.43631, rel=1e-12)
    assert str(found).splitlines() == [
        "L → O₃₁ → O₂₂ → O₁₁ → w¹₁₁: -3.794·(-0.8)·(-0.2)·0.5 = -0.3035",
        "L → O₃₁ → O₂₁ → O₁₁ → w¹₁₁: -3.794·0.7·0.1·0.5 = -0.1328",
        "dL/dw¹₁₁ = -0.3035 - 0.1328 = -0.4363",
    ]


@pytest.mark.row("S004-19")
@pytest.mark.parametrize(
    ("f", "products", "total"),
    [
        (ag.sigmoid, [-0.001163570687, -0.0005361148829], -0.00169968557),
        (ag.tanh, [-0.1215824867, -0.04503635026], -0.166618837),
        (ag.relu, [0.0, 0.0], 0.0),
    ],
)
def test_the_two_paths_with_other_activations(f: ag.Primitive, products: list[float], total: float) -> None:
    net = fx_4321(f)
    for graph in (Graph(net.loss), Graph(net.loss).collapse()):
        found = paths(graph, net.w[0][0][0])
        assert [path.product for path in found] == pytest.approx(products, rel=1e-9)
        assert found.total == pytest.approx(total, rel=1e-9)


@pytest.mark.row("S004-16", "S004-17", "S004-08", "S003-45")
def test_weights_nearer_the_output_have_one_path() -> None:
    net = fx_4321()
    assert paths(net.loss, net.w[2][0][0]).total == pytest.approx(2.69374)
    assert paths(net.loss, net.w[1][1][0]).total == pytest.approx(1.06232)
    assert paths(net.loss, net.w[2][0][0]).count == paths(net.loss, net.w[1][1][0]).count == 1


def test_an_operand_used_twice_makes_two_paths() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    assert str(paths(y, x)) == "y → x: 3\ny → x: 3\ndy/dx = 3 + 3 = 6"


@pytest.mark.row("S004-22")
@pytest.mark.parametrize("n", [3, 10, 20, 50])
def test_doubling_n_times_makes_two_to_the_n_paths_over_two_n_edges(n: int) -> None:
    y, x = doubled(n)
    found = paths(y, x)
    assert (found.count, found.total, len(Graph(y).edges)) == (2**n, 2.0**n, 2 * n)
    first = list(islice(found, 4))
    assert [slots(path) for path in first] == [(*[0] * (n - 2), i, j) for i in (0, 1) for j in (0, 1)]


def test_more_paths_than_len_can_say_are_counted_all_the_same() -> None:
    y, x = doubled(100)
    found = paths(y, x)
    assert found.count == 2**100 and bool(found)
    with pytest.raises(OverflowError, match=r"about 1.27e\+30 paths.*Use .count"):
        len(found)
    assert repr(found) == "<about 1.27e+30 paths from f to x>"
    assert "and about 1.27e+30 more paths" in str(found)


@pytest.mark.row("S004-20")
def test_paths_to_a_weight_and_to_an_input_of_the_larger_net() -> None:
    net = fully_connected([4, 16, 16, 16, 1])
    graph = Graph(net.loss)
    assert graph.paths(net.w[0][0][0]).count == 256
    assert graph.paths(net.x[0]).count == 4096
    mean = sum(len(path.edges) for path in graph.paths(net.w[0][0][0])) / 256
    assert mean == 44.875


def test_where_nothing_flows_there_is_no_path_and_the_total_is_zero() -> None:
    a, b = values(a=1.0, b=2.0)
    y = ag.where(True, a, b)
    y.label = "y"
    assert not paths(y, b)
    assert (paths(y, b).count, paths(y, b).total, list(paths(y, b))) == (0, 0.0, [])
    assert str(paths(y, b)) == "dy/db: no path"


def test_the_root_itself_is_reached_by_the_empty_path() -> None:
    x = Value(3.0, label="x")
    (path,) = paths(x, x)
    assert (path.edges, path.product, str(path)) == ((), 1.0, "x: 1")


def test_paths_of_several_roots_are_taken_together() -> None:
    x = Value(3.0, label="x")
    p, q = x * 2.0, x * x
    found = Graph(p, q).paths(x)
    assert sorted(path.product for path in found) == [2.0, 3.0, 3.0]
    assert found.total == 8.0
    both = Graph(p, p).paths(x)
    assert (both.count, both.total) == (2, 4.0)


def test_zeros_infinities_and_nans_are_listed_in_a_fixed_order() -> None:
    x = Value(0.0, label="x")
    terms = [
        x * 0.0,
        x * 2.0,
        ag.sqrt(x),
        x * 1e-300 * 1e-300,
        (ag.sqrt(x) - ag.sqrt(x)) * math.nan,
        ag.sqrt(x) * 0,
    ]
    found = list(paths(ag.sum(terms), x))
    products = [path.product for path in found]
    assert [str(p) for p in products] == ["nan", "nan", "inf", "nan", "2.0", "0.0", "0.0"]
    assert [slots(path)[0] for path in found] == [4, 4, 2, 5, 1, 3, 0]  # inf·0 counts as inf; 1e-600 above 0


def test_products_beyond_the_range_of_floats_are_ranked() -> None:
    x = Value(1.0, label="x")
    small, smaller = x, x
    for _ in range(2000):
        small, smaller = small * 0.5, smaller * 0.25
    first, second = paths(smaller + small, x)
    assert first.product == second.product == 0.0
    assert (slots(first)[0], slots(second)[0]) == (1, 0)


@given(finite, finite)
def test_sizes_multiply_and_compare_as_magnitudes(a: float, b: float) -> None:
    assert (size(a) < size(b)) == (abs(a) < abs(b))
    product = abs(a * b)
    if 1e-300 < product < 1e300 or not a or not b:
        assert times(size(a), size(b)) == size(product)


def test_a_chain_of_a_hundred_thousand_nodes_has_its_one_path() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(100_000):
        y = y + 1.0
    found = paths(y, x)
    assert (found.count, found.total) == (1, 1.0)
    assert len(next(iter(found)).edges) == 100_000
    assert "(99989 more)" in str(found)


def test_every_path_of_many_is_listed_once() -> None:
    rng = random.Random(1)
    x = Value(0.3, label="x")
    layer = [x]
    for _ in range(5):
        layer = [ag.dot([rng.choice([-2.0, 0.5, 1.0, 0.0]) for _ in layer], layer) for _ in range(4)]
    found = list(paths(ag.sum(layer), x))
    assert len({path.edges for path in found}) == len(found) == 4**5
    keys = [(-abs(path.product), slots(path)) for path in found]
    assert keys == sorted(keys)


def test_paths_of_a_stale_graph_are_refused() -> None:
    w = Value(3.0, label="w")
    L = w * w
    w.data = 5.0
    with pytest.raises(StaleGraphError, match='"w" was assigned'):
        paths(L, w)


def test_a_leaf_that_is_not_connected_has_no_path_and_is_told_why() -> None:
    a, b = values(a=1.0, b=2.0)
    found = paths(a * 2, b)
    assert (found.count, len(found), list(found), found.total, bool(found)) == (0, 0, [], 0.0, False)
    assert repr(found) == "<0 paths from f to b>"
    assert str(found).startswith("df/db: no path\nnot connected: f was not computed from b")
    assert found.why == ag.explain(a * 2, b).why
    assert paths(a * 2, a).why == ()


def test_a_result_and_a_leaf_that_are_exchanged_are_told_so() -> None:
    a, b = values(a=1.0, b=2.0)
    J = 3 * (a * b)
    J.label = "J"
    exchanged = "the other way round? J was computed from b: the result comes first"
    assert paths(b, J).why[-1] == ag.explain(b, J).why[-1] == exchanged
    assert "other way" not in str(paths(a * 2, b)) + str(paths(J, b))


def test_a_detached_leaf_has_no_path_and_its_twin_is_named() -> None:
    x = Value(3.0, "x")
    assert "detached? the graph has another leaf x" in str(paths(x.detach() * 2.0, x))


def test_a_node_that_a_collapse_has_hidden_is_refused_by_name() -> None:
    a, b = values(a=1.0, b=2.0)
    inner = a * b
    with pytest.raises(KeyError, match="one of the 2 nodes that the collapse has hidden"):
        paths(Graph(inner * 2.0).collapse(), inner)


def test_a_label_stands_for_the_one_node_that_bears_it() -> None:
    a, b = values(a=5.0, b=3.0)
    loss = a * b
    assert paths(loss, "b").total == 5.0
    assert Graph(loss).adjoint("a") == 3.0 and ag.explain(loss, "a").gradient == 3.0
    b.label = "a"
    with pytest.raises(KeyError, match="2 nodes of this graph are labelled 'a': a = 5 and a = 3"):
        paths(a * b, "a")
    with pytest.raises(KeyError, match=r"labelled 'c'\. The labels are a"):
        paths(a * b, "c")
