"""The costs of a gradient are those that the notes count, and what the algorithms really multiply."""

from __future__ import annotations

import pytest
from hypothesis import given

import autograd as ag
from autograd import Graph, Value, cost, values
from tests.graph.graphs import doubled, every_path, fully_connected, random_nodes

# section 1.7 of the coverage: weights, paths, naive, naive additions, factors, distinct factors, recursive,
# memoized, memoized additions, misses, hits
TABLE = {
    (4, 3, 2, 1): (20, 32, 86, 12, 118, 29, 74, 28, 3, 6, 22),
    (4, 16, 16, 16, 1): (592, 20752, 78352, 20160, 99104, 1121, 42832, 1120, 480, 49, 1071),
    (2, 2, 1): (6, 6, 10, 0, 16, 9, 10, 8, 0, 3, 5),
    (2, 3, 2, 1): (14, 20, 50, 6, 70, 23, 44, 22, 3, 6, 16),
    (3, 4, 4, 1): (32, 68, 180, 36, 248, 53, 144, 52, 12, 9, 43),
    (2, 16, 16, 1): (304, 784, 2064, 480, 2848, 577, 1584, 576, 240, 33, 543),
    (4, 3, 2, 2): (22, 64, 172, 42, 236, 34, 106, 32, 5, 7, 25),
    (1, 10, 10, 10, 10, 1): (320, 21110, 93210, 20790, 114320, 631, 44520, 630, 270, 41, 589),
}
WITH_BIASES = {  # paths, naive, memoized, parameters
    (4, 3, 2, 1): (41, 109, 34, 26),
    (4, 16, 16, 16, 1): (25121, 95537, 1169, 641),
    (2, 2, 1): (9, 15, 11, 9),
    (2, 3, 2, 1): (29, 73, 28, 20),
    (3, 4, 4, 1): (89, 237, 61, 41),
    (2, 16, 16, 1): (1057, 2865, 609, 337),
    (4, 3, 2, 2): (82, 218, 39, 29),
    (1, 10, 10, 10, 10, 1): (32221, 147531, 671, 361),
}
SCALAR = {  # widths, biases: nodes, edges, depth in nodes, paths to all weights, naive multiplications
    ((4, 3, 2, 1), False): (67, 77, 15, 32, 340),
    ((4, 3, 2, 1), True): (79, 89, 18, 32, 426),
    ((4, 16, 16, 16, 1), False): (1783, 2322, 59, 20752, 737175),
    ((4, 16, 16, 16, 1), True): (1881, 2420, 63, 20752, 815527),
}


@pytest.mark.row("S004-20", "S004-21", "S004-22")
@pytest.mark.parametrize("widths", TABLE)
@pytest.mark.parametrize("numbers", [True, False], ids=["plain inputs", "inputs as leaves"])
def test_the_collapsed_net_costs_what_the_notes_count(widths: tuple[int, ...], numbers: bool) -> None:
    net = fully_connected(widths, numbers=numbers)
    found = cost(Graph(net.loss).collapse(), net.weights)
    assert (
        found.leaves,
        found.paths,
        found.naive,
        found.naive_additions,
        found.factors,
        found.edges,
        found.recursive,
        found.memoized,
        found.memoized_additions,
        found.misses,
        found.hits,
    ) == TABLE[widths]
    if numbers:  # then the weights are all the leaves that there are
        assert found == cost(Graph(net.loss).collapse())


@pytest.mark.row("S004-20")
@pytest.mark.parametrize("widths", WITH_BIASES)
def test_biases_add_their_paths(widths: tuple[int, ...]) -> None:
    net = fully_connected(widths, numbers=True, biases=True)
    found = cost(Graph(net.loss).collapse())
    assert (found.paths, found.naive, found.memoized, found.leaves) == WITH_BIASES[widths]


@pytest.mark.row("S004-20", "S004-22", "E-S004-19")
@pytest.mark.parametrize(("widths", "biases"), SCALAR)
def test_the_scalar_graph_has_the_size_and_the_cost_that_the_notes_count(
    widths: tuple[int, ...], biases: bool
) -> None:
    net = fully_connected(widths, biases=biases)
    graph = Graph(net.loss)
    everything, weights = cost(graph), cost(graph, net.weights)
    nodes = sum(not node.constant for node in graph.nodes)  # the exponent is not counted
    assert (nodes, everything.edges, graph.depth + 1, weights.paths, weights.naive) == SCALAR[widths, biases]
    assert everything.memoized == everything.edges - 1  # the edge at the root, whose derivative is 1


@pytest.mark.row("S004-20")
def test_naive_grows_by_powers_and_memoized_by_steps() -> None:
    nets = [fully_connected([1, *[10] * hidden, 1], numbers=True) for hidden in (1, 2, 3, 4)]
    costs = [cost(Graph(net.loss).collapse()) for net in nets]
    assert [found.naive for found in costs] == [30, 510, 7210, 93210]
    assert [found.memoized for found in costs] == [30, 230, 430, 630]


def test_finite_differences_run_the_forward_operations_twice_for_every_leaf() -> None:
    net = fully_connected([4, 3, 2, 1])
    whole = Graph(net.loss)
    operations = 20 + 14 + 6 + 2  # products, sums, activations, loss
    assert cost(whole, net.weights).finite_differences == 2 * 20 * operations
    assert (
        cost(whole.collapse(), net.weights).finite_differences == 2 * 20 * operations
    )  # hidden ones run, too
    assert cost(whole).finite_differences == 2 * 25 * operations


@given(random_nodes())
def test_naive_cost_is_that_of_the_paths_that_brute_force_finds(nodes: list[Value]) -> None:
    root = nodes[-1]
    graph = Graph(root)
    leaves = [graph.nodes[i].value for i in graph.leaves]
    found = [[len(slots) for slots, _ in every_path(root, leaf)] for leaf in leaves if leaf is not None]
    expected = cost(root)
    assert expected.paths == sum(map(len, found))
    assert expected.factors == sum(map(sum, found))
    assert expected.naive == sum(max(n - 1, 0) for lengths in found for n in lengths)
    assert expected.naive_additions == sum(len(lengths) - 1 for lengths in found if lengths)
    assert expected.memoized <= expected.recursive <= expected.naive
    assert expected.hits + expected.misses == expected.memoized and expected.hits >= 0


def test_the_diamond_costs_two_to_the_fifty_paths_or_a_hundred_edges() -> None:
    y, x = doubled(50)
    found = cost(y)
    assert (found.paths, found.edges, found.memoized) == (2**50, 100, 98)
    assert found.naive == 2**50 * 49
    assert (found.naive_additions, found.memoized_additions) == (2**50 - 1, 50)
    assert cost(y, [x]) == found


def test_costs_beyond_every_float_are_counted_and_printed() -> None:
    y, _ = doubled(3000)
    found = cost(y)
    assert found.paths == 2**3000
    assert "about 1.23e+903 paths over 6000 edges" in str(found)


def test_edges_without_gradient_cost_nothing() -> None:
    a, b = values(a=1.0, b=2.0)
    found = cost(ag.where(True, a * a, b * b))
    assert (found.leaves, found.paths, found.edges) == (2, 2, 3)


def test_what_needs_no_multiplication_costs_none() -> None:
    x = Value(2.0, label="x")
    assert cost(x).naive == cost(x).memoized == cost(x).factors == 0
    assert cost(x).paths == 1
    square = cost(x * x)
    assert (square.naive, square.memoized, square.memoized_additions) == (0, 0, 1)


def test_a_root_below_another_root_has_more_than_its_own_derivative() -> None:
    x = Value(2.0, label="x")
    p = x * 3.0
    q = p * 5.0
    assert cost(Graph(q, p)).memoized == 1  # ∂(q + p)/∂p = 5 + 1 is no longer 1
    assert cost(Graph(q, p)).naive == 1


def test_costs_print_as_a_table() -> None:
    net = fully_connected([4, 3, 2, 1], numbers=True)
    assert str(cost(Graph(net.loss).collapse())).splitlines() == [
        "20 derivatives, 32 paths over 29 edges",
        "naive          86  multiplications and 12 additions, path by path",
        "recursive      74  multiplications in brackets, nothing stored",
        "memoized       28  multiplications and 3 additions; 6 derivatives stored, found again 22 times",
        "differences  1680  operations in two forward runs for each leaf",
    ]


def test_a_stranger_among_the_leaves_is_refused() -> None:
    a, b = values(a=1.0, b=2.0)
    with pytest.raises(KeyError, match="b is no node of this graph"):
        cost(a * 2, [b])


def test_one_of_each_is_counted_as_one() -> None:
    (x,) = values(x=2.0)
    head, naive, _, memoized, _ = str(cost(ag.sin(x) + ag.cos(x), x)).splitlines()
    assert head == "1 derivative, 2 paths over 4 edges"
    assert naive.endswith("multiplications and 1 addition, path by path")
    assert "and 1 addition; 2 derivatives stored" in memoized
