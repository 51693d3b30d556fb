"""The two algorithms of notes 004 give the same derivative and multiply as often as they say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from autograd import (
    Graph,
    Memo,
    StaleGraphError,
    Value,
    cost,
    memoized_gradient,
    naive_gradient,
    values,
    where,
)
from tests.graph.graphs import doubled, fully_connected, fx_4321, random_nodes


@given(random_nodes())
def test_both_algorithms_agree_with_backward_and_with_their_cost(nodes: list[Value]) -> None:
    root = nodes[-1]
    graph = Graph(root)
    leaves = [node.value for node in graph.nodes if node.op is None and node.value is not None]
    root.backward()
    memo, naive = None, 0
    for leaf in leaves:
        with_memory = memoized_gradient(graph, leaf, memo)
        memo = with_memory.memo
        assert with_memory.gradient == (leaf.grad or 0.0)  # bit for bit
        plain = naive_gradient(root, leaf)
        naive += plain.multiplications
        sizes = math.fsum(abs(path.product) for path in graph.paths(leaf))
        assert plain.gradient == pytest.approx(
            with_memory.gradient, abs=(graph.depth + plain.paths) * 2**-51 * sizes
        )
    assert memo is not None
    expected = cost(root)
    assert naive == expected.naive
    assert (memo.multiplications, memo.hits, memo.misses) == (
        expected.memoized,
        expected.hits,
        expected.misses,
    )


@pytest.mark.row("S004-20", "S004-21", "S004-23")
@pytest.mark.parametrize(
    ("widths", "naive", "memoized", "misses", "hits"),
    [((4, 3, 2, 1), 86, 28, 6, 22), ((4, 16, 16, 16, 1), 78352, 1120, 49, 1071)],
)
def test_the_counters_of_the_notes(
    widths: tuple[int, ...], naive: int, memoized: int, misses: int, hits: int
) -> None:
    net = fully_connected(widths)
    graph = Graph(net.loss).collapse()
    net.loss.backward()
    memo, counted = None, 0
    for w in net.weights:
        result = memoized_gradient(graph, w, memo)
        memo = result.memo
        path_by_path = naive_gradient(graph, w)
        counted += path_by_path.multiplications
        assert path_by_path.gradient == pytest.approx(result.gradient, abs=1e-12)
        assert w.grad == pytest.approx(result.gradient, abs=1e-12)
    assert counted == naive
    assert memo is not None
    assert (memo.multiplications, memo.misses, memo.hits) == (memoized, misses, hits)


@pytest.mark.row("S004-21")
def test_the_hash_table_holds_the_derivatives_of_the_neurons() -> None:
    net = fx_4321()
    result = memoized_gradient(Graph(net.loss).collapse(), net.w[0][0][0])
    assert result.gradient == pytest.approx(-0.43631)
    assert {node.label: round(d, 5) for node, d in result.memo.items()} == {
        "L": 1.0,
        "O_31": -3.794,
        "O_22": 3.0352,
        "O_21": -2.6558,
        "O_11": -0.87262,
    }
    assert (result.multiplications, result.misses, result.hits) == (5, 4, 1)
    again = memoized_gradient(net.loss, net.w[0][0][1])
    assert again.memo is not result.memo


@pytest.mark.row("S004-21")
def test_a_memo_is_valid_for_one_iteration_only() -> None:
    w = Value(3.0, label="w")
    L = w * w
    result = memoized_gradient(L, w)
    assert result.gradient == 6.0
    w.data = 5.0
    with pytest.raises(StaleGraphError, match='"w" was assigned after the graph was recorded'):
        memoized_gradient(L, w)
    with pytest.raises(StaleGraphError, match="w was 3 when these derivatives were stored, and is 5 now"):
        memoized_gradient(L, w, result.memo)
    L.forward()
    with pytest.raises(StaleGraphError, match="valid for one iteration only"):
        memoized_gradient(L, w, result.memo)
    with pytest.raises(StaleGraphError, match="valid for one iteration only"):
        memoized_gradient(Graph(L), w, result.memo)
    assert memoized_gradient(L, w).gradient == 10.0


@pytest.mark.row("S004-21")
def test_reusing_the_table_by_hand_gives_the_wrong_derivative() -> None:
    w = Value(3.0, label="w")
    u = w * w
    L = u * u
    table = dict(memoized_gradient(L, w).memo)  # copied out of its guard
    w.data = 5.0
    L.forward()
    reused = table[u] * u.partials[0] + table[u] * u.partials[1]  # type: ignore[operator]
    assert reused == 2 * 9 * 10.0
    assert memoized_gradient(L, w).gradient == 4 * 5.0**3 != reused


@pytest.mark.row("S004-21")
def test_backward_twice_without_zeroing_doubles() -> None:
    w = Value(3.0, label="w")
    L = w * w
    L.backward()
    L.backward()
    assert w.grad == 12.0


def test_a_memo_belongs_to_its_root() -> None:
    a, b = values(a=1.0, b=2.0)
    L, M = a * b, a + b
    L.label, M.label = "L", "M"
    memo = memoized_gradient(L, a).memo
    with pytest.raises(ValueError, match="holds derivatives of L, not of M"):
        memoized_gradient(M, a, memo)
    with pytest.raises(ValueError, match="holds derivatives of L, not of M"):
        memoized_gradient(Graph(M), a, memo)
    assert memoized_gradient(Graph(L), b, memo).gradient == 1.0


def test_only_a_memo_will_do() -> None:
    a = Value(1.0, label="a")
    with pytest.raises(TypeError, match=r"memo takes the .memo of an earlier result.*got dict"):
        memoized_gradient(a * 2, a, {})  # type: ignore[arg-type]
    assert memoized_gradient(a * 2, a, Memo()).gradient == 2.0


def test_the_derivative_of_an_inner_node_is_stored_too() -> None:
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    J = 3 * (a + u)
    first = memoized_gradient(J, u)
    assert (first.gradient, first.memo[u]) == (3.0, 3.0)
    again = memoized_gradient(J, u, first.memo)
    assert (again.gradient, again.multiplications) == (3.0, 0)


def test_where_nothing_flows_the_gradient_is_zero_for_free() -> None:
    a, b = values(a=5.0, b=3.0)
    y = where(True, a * 2, b * 3)
    assert (naive_gradient(y, b).gradient, naive_gradient(y, b).multiplications) == (0.0, 0)
    assert (memoized_gradient(y, b).gradient, memoized_gradient(y, b).multiplications) == (0.0, 0)


def test_several_roots_are_summed() -> None:
    x = Value(2.0, label="x")
    p = x * 3.0
    q = p * p
    graph = Graph(q, p)
    assert naive_gradient(graph, x).gradient == memoized_gradient(graph, x).gradient == 3 * (2 * 6 + 1)
    assert naive_gradient(Graph(x), x).gradient == memoized_gradient(x, x).gradient == 1.0


@pytest.mark.row("S004-22")
def test_the_naive_way_refuses_what_it_could_never_finish() -> None:
    y, x = doubled(50)
    message = r"1125899906842624 paths lead from f to x.*with memory 98.*Use memoized_gradient"
    with pytest.raises(ValueError, match=message):
        naive_gradient(y, x)
    assert memoized_gradient(y, x).gradient == 2.0**50


def test_both_go_deep_without_recursion() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(20_000):
        y = y + 0.5
    assert naive_gradient(y, x).multiplications == memoized_gradient(y, x).multiplications == 19_999


def test_the_naive_way_takes_every_path_by_its_own() -> None:
    y, x = doubled(3)
    assert naive_gradient(y, x).paths == 8
    assert naive_gradient(y, x).multiplications == 16
    assert naive_gradient(y, x).gradient == 8.0
