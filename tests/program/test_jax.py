"""The lowered JAX function against eager evaluation; double precision."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import autograd as ag
from autograd import Program, Value
from autograd.program.jax.function import Pieces
from autograd.program.lowering.blocks import ONCE, Operand, strides_of
from autograd.table.primitive import BUILT_IN, TABLE
from nn.losses import bce, ce_with_logits
from tests.program.lowered import differences
from tests.program.test_random_graphs import edges_that_are_none, graphs, networks, zero_times_infinity
from tests.program.test_rows import rows_over_a_sequence_of_another_name, sampled

jax = pytest.importorskip("jax")


@pytest.mark.parametrize("kind", ["inputs", "by turns"])
def test_every_row_of_the_table_runs_as_it_does_eagerly(kind: str) -> None:
    rng = np.random.default_rng(5)
    rows = [row for row in TABLE.values() if row in BUILT_IN]
    columns = [sampled(row, rng, 4) for row in rows]
    leaves = [[Value(x) for x in numbers[0].tolist()] for numbers in columns]
    nodes = [row(*row.arguments(x)) for row, x in zip(rows, leaves, strict=True)]
    loss = ag.dot(rng.uniform(0.5, 1.5, len(nodes)).tolist(), nodes)
    flat, table = [x for leaf in leaves for x in leaf], np.hstack(columns)
    chosen = {"inputs": range(len(flat)), "by turns": range(0, len(flat), 2)}[kind]
    inputs = [flat[k] for k in chosen]
    assert differences(loss, inputs, table[:, list(chosen)], ulps=128 * len(nodes)) == []


def test_a_row_over_a_sequence_of_another_name_runs_as_it_does_eagerly() -> None:
    with rows_over_a_sequence_of_another_name() as (loss, inputs, rows):
        assert differences(loss, inputs, rows, ulps=16) == []


@pytest.mark.parametrize("made", [zero_times_infinity, edges_that_are_none])
def test_zero_infinity_and_no_edge_are_told_apart_as_they_are_eagerly(made: Callable[[], Any]) -> None:
    assert differences(*made(), ulps=100) == []


@settings(max_examples=5, deadline=None)
@given(graphs())
def test_a_random_graph_runs_as_it_does_eagerly(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert differences(loss, inputs, rows, ulps=5000) == []


@settings(max_examples=4, deadline=None)
@given(networks())
def test_a_random_network_runs_as_it_does_eagerly(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert differences(loss, inputs, rows, ulps=2000) == []


def test_double_precision_leaves_the_users_settings_alone() -> None:
    x, w = Value(0.1), Value(1.0 + 1e-12)
    function = Program(ag.square(w * x), [x]).lower("jax")
    before = jax.config.jax_enable_x64
    loss, gradient = function(np.array([1.0 + 1e-12]), np.array([[1.0]]))
    assert float(loss) == (1.0 + 1e-12) ** 2
    assert gradient.dtype == np.float64
    assert jax.config.jax_enable_x64 == before
    assert jax.numpy.asarray(1.0).dtype == (np.float64 if before else np.float32)


def test_it_can_be_jitted_again_and_be_part_of_a_loop() -> None:
    x, w = Value(0.1), Value(3.0)
    function = Program(ag.square(w - x), [x]).lower("jax")
    with jax.enable_x64(True):
        rows = jax.numpy.asarray([[1.0], [2.0]])
        step = jax.jit(lambda p: p - 0.25 * function(p, rows)[1])
        p = jax.lax.fori_loop(0, 60, lambda _, p: step(p), jax.numpy.asarray([3.0]))
    assert float(p[0]) == pytest.approx(1.5, abs=1e-12)


def test_a_branch_not_taken_spoils_no_gradient() -> None:
    x, w = Value(0.5), Value(1.0)
    loss = ag.where(ag.heaviside(x), ag.sqrt(ag.relu(x)) * w, w * x)
    loss_there, gradient = Program(loss, [x]).lower("jax")(np.array([1.0]), np.array([[4.0], [-1.0]]))
    assert float(loss_there) == 0.5
    assert gradient.tolist() == [0.5]


@pytest.mark.parametrize(
    ("f", "good", "bad"),
    [
        (lambda x: 1.0 / x, 2.0, [0.0, -0.0]),  # infinity by itself, which says as little as a finite number
        (lambda x: 1.0 / (1.0 / x), 2.0, [0.0]),
        (lambda x: ag.clip(1.0, x, 2.0), 0.5, [3.0]),
        (ag.log, 2.0, [-1.0, 0.0]),
        (lambda x: ag.sqrt(x) + ag.where(x - 1.0, lambda: ag.log(x), 0.5), 2.0, [-1.0, 0.0]),
        (lambda x: x if x > 0 else -x, 2.0, [-1.0]),
        (lambda x: bce(x, 1.0), 0.5, [1.5]),
        (lambda x: ce_with_logits([1.0 + x, 2.0], x), 0.0, [2.0, 0.5, -1.0]),
        (lambda x: ag.take([3.0, 4.0 * x, 5.0], x), 1.0, [3.0, -1.0, 0.5]),
    ],
)
def test_a_row_that_a_replay_refuses_is_nan_here(f: Any, good: float, bad: list[float]) -> None:
    w = Value(1.5)
    program = ag.record(lambda x: w * f(x), good)
    function = program.lower("jax")
    rows, right = [[good], [good]], float(ag.data(f(good)))
    loss, gradient = function(program.parameters, rows)
    assert float(loss) == pytest.approx(1.5 * right, rel=1e-14)
    assert np.asarray(gradient) == pytest.approx([right], rel=1e-14)
    for x in bad:
        with pytest.raises((ag.AutogradError, ValueError, IndexError)):
            program.forward([[good], [x]])
        loss, gradient = function(program.parameters, [[good], [x]])
        assert math.isnan(loss)
        assert np.isnan(gradient).all()


def test_nan_and_infinity_in_a_row_are_no_fault() -> None:
    w = Value(2.0)
    function = ag.record(lambda x: w * ag.sqrt(x), 1.0).lower("jax")
    loss, gradient = function([2.0], [[math.inf]])
    assert (float(loss), gradient.tolist()) == (math.inf, [math.inf])
    constant = ag.record(lambda x: w + 0.0 * ag.sqrt(x), 1.0).lower("jax")
    loss, gradient = constant([2.0], [[math.nan]])  # nan, and the gradient by w is 1 all the same
    assert (math.isnan(loss), gradient.tolist()) == (True, [1.0])


def test_reading_and_handing_back_follow_the_slots_wherever_they_lie() -> None:
    pieces = [np.arange(5.0), 10.0 + np.arange(4.0), 20.0 + np.arange(9.0)]
    flat = np.concatenate(pieces)
    places = [
        [3], [0, 1, 2], [1, 3], [4, 3, 2], [2, 2, 2], [4, 5, 6], [0, 17], [[0, 1], [5, 6]], [[0, 5], [1, 6]],
        [[9, 9], [13, 13]], [[9, 12, 15], [10, 13, 16]], [[0, 1, 2], [1, 2, 3]], [[8, 1], [7, 2]], [[16, 17]],
    ]  # fmt: skip
    for slots in map(np.array, places):
        storage = Pieces()
        for piece in pieces:
            storage.append(jax.numpy.asarray(piece))
        strides = strides_of(slots)
        index = () if strides is not None else tuple(slots.ravel().tolist())
        operand = Operand(ONCE, slots.shape, int(slots.flat[0]), strides, index)
        assert np.array_equal(storage.read(operand), flat[slots]), slots
        adjoint = np.sqrt(1.0 + np.arange(slots.size, dtype=np.float32)).reshape(slots.shape)
        storage.hand_back(operand, jax.numpy.asarray(adjoint), jax.numpy.ones(slots.shape))
        expected = np.zeros(flat.size)
        np.add.at(expected, slots, adjoint)
        found = [
            np.zeros(len(p)) if piece.adjoint is None else piece.adjoint
            for p, piece in zip(pieces, storage.list, strict=True)
        ]
        assert np.allclose(np.concatenate(found), expected, rtol=1e-6), slots


def test_nothing_of_a_network_is_gathered_or_scattered() -> None:
    import nn

    model, x, y = nn.MLP(3, [8, 4, 1], rng=1), [Value(0.1) for _ in range(3)], Value(1.0)
    program = Program(ag.square(model(x)[0] - y) + 1e-3 * nn.reg.l2(model), [*x, y])
    rows = np.zeros((5, 4))
    text = str(jax.make_jaxpr(program.lower("jax"))(program.parameters, rows))
    assert "dot_general" in text
    assert "gather" not in text
    assert "scatter" not in text


@pytest.mark.parametrize(
    ("parameters", "rows", "told"),
    [
        (np.ones(3), np.ones((4, 1)), r"2 parameters.*shape \(2,\), and got shape \(3,\)"),
        (np.ones(2), np.ones((4, 2)), r"rows must have shape \(B, 1\).*got shape \(4, 2\)"),
        (np.ones(2), np.ones((0, 1)), r"there is no row"),
    ],
)
def test_arrays_of_another_shape_are_refused(parameters: np.ndarray, rows: np.ndarray, told: str) -> None:
    x, w, b = Value(0.1), Value(3.0), Value(1.0)
    function = Program(ag.square(w * x + b), [x]).lower("jax")
    with pytest.raises(ValueError, match=told):
        function(parameters, rows)


def test_another_target_is_refused() -> None:
    with pytest.raises(ValueError, match="lowers to 'jax', got 'torch'"):
        Program(Value(1.0) * 2.0).lower("torch")


def test_without_jax_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"pip install jax"):
        Program(Value(1.0) * 2.0).lower("jax")


def test_small_terms_of_a_logarithm_of_a_sum_are_kept() -> None:
    x = [Value(0.0), Value(1.0)]
    for node in (ag.logsumexp(x), ag.logaddexp(*x)):
        program = Program(node, x)
        loss, _ = program.lower("jax")(program.parameters, np.array([[0.0, -40.0]]))
        assert float(loss) == pytest.approx(math.log1p(math.exp(-40.0)), rel=1e-14, abs=0.0)
