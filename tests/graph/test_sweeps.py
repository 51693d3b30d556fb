"""One pass in a semiring gives what enumerating every path gives, whatever is asked of the paths."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, Value
from autograd.graph.ranking import LARGEST, NO_PATH, size
from autograd.graph.sweeps import (
    ALIVE,
    COUNTS,
    DEPTHS,
    FLOW,
    LINKED,
    LIVING,
    NUMBERS,
    SIZES,
    Semiring,
    additions,
    down,
    up,
)
from tests.graph.graphs import EXACT, doubled, every_path, random_nodes

PathList = list[tuple[tuple[int, ...], float]]

# How many paths, and how many edges they have together: going on along an edge makes each of them longer.
LENGTHS: Semiring[tuple[int, int]] = Semiring(
    zero=(0, 0),
    one=(1, 0),
    plus=lambda a, b: (a[0] + b[0], a[1] + b[1]),
    times=lambda a, b: (a[0] * b[0], a[1] * b[0] + a[0] * b[1]),
    weight=lambda edge: (0, 0) if edge.partial is None else (1, 1),
)
# What brute force makes of the list of all paths that carry a gradient: their slots and their products.
EXPECTED: dict[str, tuple[Semiring[Any], Callable[[PathList], Any]]] = {
    "sum of products": (NUMBERS, lambda paths: math.fsum(p for _, p in paths) if paths else None),
    "sum of sizes": (SIZES, lambda paths: math.fsum(abs(p) for _, p in paths) if paths else None),
    "number of paths": (COUNTS, len),
    "number of paths without 0": (LIVING, lambda paths: sum(p != 0 for _, p in paths)),
    "largest product": (LARGEST, lambda paths: max((size(p) for _, p in paths), default=NO_PATH)),
    "connected": (FLOW, bool),
    "connected without 0": (ALIVE, lambda paths: any(p != 0 for _, p in paths)),
    "sum of lengths": (LENGTHS, lambda paths: (len(paths), sum(len(slots) for slots, _ in paths))),
}


def every_link(node: Value, leaf: Value, length: int = 0) -> Iterator[int]:
    """Enumerate all paths, those that carry no gradient among them; yield how long they are."""
    if node is leaf:
        yield length
    for parent in node.parents:
        if isinstance(parent, Value):
            yield from every_link(parent, leaf, length + 1)


@pytest.mark.parametrize("question", EXPECTED)
@given(random_nodes(EXACT))
def test_a_sweep_down_is_what_brute_force_makes_of_all_paths_from_the_root(
    question: str, nodes: list[Value]
) -> None:
    compare(*EXPECTED[question], nodes[-1])


def compare(ring: Semiring[Any], answer: Callable[[PathList], Any], root: Value) -> None:
    graph = Graph(root)
    found = down(graph, ring)
    for node in graph.nodes:
        if node.value is not None:
            assert found[node.index] == answer(list(every_path(root, node.value)))


@pytest.mark.parametrize("question", EXPECTED)
@given(random_nodes(EXACT), st.integers(0, 20))
def test_a_sweep_up_is_what_brute_force_makes_of_all_paths_to_a_node(
    question: str, nodes: list[Value], which: int
) -> None:
    ring, answer = EXPECTED[question]
    graph = Graph(nodes[-1])
    inside = [node.value for node in graph.nodes if node.value is not None]
    leaf = inside[which % len(inside)]
    found = up(graph, ring, [graph.index(leaf)])
    for node in inside:
        assert found[graph.index(node)] == answer(list(every_path(node, leaf)))


@given(random_nodes(EXACT), st.data())
def test_the_paths_of_all_roots_are_taken_together(nodes: list[Value], data: st.DataObject) -> None:
    roots = data.draw(st.lists(st.sampled_from(nodes), min_size=1))  # one below another, one twice
    graph = Graph(*roots)
    found = down(graph, NUMBERS)
    for node in graph.nodes:
        if node.value is not None:
            products = [product for root in roots for _, product in every_path(root, node.value)]
            assert found[node.index] == (math.fsum(products) if products else None)


@given(random_nodes())
def test_connections_and_the_longest_path_do_not_ask_for_a_gradient(nodes: list[Value]) -> None:
    graph = Graph(nodes[-1])
    inside = [node for node in graph.nodes if node.value is not None]
    longest = down(graph, DEPTHS)
    for node in inside:
        assert node.value is not None
        assert longest[node.index] == max(every_link(nodes[-1], node.value))
        linked = up(graph, LINKED, [node.index])
        for other in inside:
            assert other.value is not None
            assert linked[other.index] == any(True for _ in every_link(other.value, node.value))


@given(random_nodes())
def test_the_sweep_in_numbers_is_backward_bit_for_bit_and_an_addition_at_a_time(nodes: list[Value]) -> None:
    graph = Graph(nodes[-1])
    nodes[-1].backward()
    totals: dict[int, float | None] = {}
    for node, edge, had, share, has in additions(graph, NUMBERS):
        assert had == totals.get(node)
        assert edge is None or share == totals[edge.target] * edge.partial
        assert has == (share if had is None else had + share)
        totals[node] = has
    for node in graph.nodes:
        if node.value is not None:
            assert down(graph, NUMBERS)[node.index] == totals.get(node.index) == node.value.grad


whole = st.integers(-8, 8)
ELEMENTS: dict[str, tuple[Semiring[Any], st.SearchStrategy[Any]]] = {
    "numbers": (NUMBERS, whole.map(float)),
    "counts": (COUNTS, st.integers(1, 10**30)),
    "flow": (FLOW, st.booleans()),
    "longest": (DEPTHS, st.integers(0, 10**6)),
    "largest": (LARGEST, whole.map(float).map(size)),
    "lengths": (LENGTHS, st.tuples(st.integers(0, 10**30), st.integers(0, 10**30))),
}


@pytest.mark.parametrize("name", ELEMENTS)
@given(data=st.data())
def test_a_semiring_has_the_laws_that_spare_the_enumeration(name: str, data: st.DataObject) -> None:
    ring, elements = ELEMENTS[name]
    a, b, c = (data.draw(elements) for _ in range(3))
    plus, times = ring.plus, ring.times
    assert times(plus(a, b), c) == plus(times(a, c), times(b, c))
    assert plus(plus(a, b), c) == plus(a, plus(b, c)) and plus(a, b) == plus(b, a)
    assert times(times(a, b), c) == times(a, times(b, c)) and times(a, ring.one) == a


def test_where_the_distributive_law_fails_brute_force_finds_the_sweep_out() -> None:
    y, _ = doubled(3)
    compare(COUNTS, len, y)
    with pytest.raises(AssertionError):
        compare(replace(COUNTS, times=lambda a, b: a + b), len, y)


def test_a_part_that_no_path_reaches_spoils_nothing_however_steep_it_is() -> None:
    x = Value(0.0, label="x")
    graph = Graph(ag.where(True, x * 2.0, ag.sqrt(x)))  # the root of 0 has an infinite slope
    assert [down(graph, ring)[graph.index(x)] for ring in (NUMBERS, SIZES, COUNTS)] == [2.0, 2.0, 1]


def test_a_question_of_ones_own_is_one_line() -> None:
    y, x = doubled(4)
    graph = Graph(y * 3.0)
    shortest = Semiring(math.inf, 0.0, min, lambda a, b: a + b, lambda edge: 1.0)
    assert down(graph, shortest)[graph.index(x)] == 5.0


def test_counts_are_exact_whatever_their_size() -> None:
    y, x = doubled(5_000)
    assert Graph(y).paths(x).count == 2**5_000


def test_a_hundred_thousand_nodes_are_swept_without_recursion() -> None:
    x = y = Value(1.0)
    for _ in range(50_000):
        y = y + 1.0
    graph = Graph(y)
    leaf = graph.index(x)
    assert len(graph) > 100_000
    assert down(graph, NUMBERS)[leaf] == up(graph, NUMBERS, [leaf])[-1] == 1.0
    assert graph.depth == 50_000
