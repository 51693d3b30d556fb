"""Graphs that mix rows: a batch norm over a batch, a Python loop over samples, a recurrent net."""

from __future__ import annotations

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Program, Value, values
from tests.program.agreement import disagreement


@pytest.mark.parametrize("samples", [3, 200])
def test_a_python_loop_over_samples_lowers_to_few_blocks(samples: int) -> None:
    rng = np.random.default_rng(0)
    w, b = [Value(v) for v in rng.normal(size=2)], Value(0.1)
    loss = 0.0
    for x, y in zip(
        rng.normal(size=(samples, 2)).tolist(), (rng.random(samples) > 0.5).tolist(), strict=True
    ):
        q = ag.sigmoid(w[0] * x[0] + w[1] * x[1] + b)
        loss = loss - (ag.log(q) if y else ag.log(1.0 - q)) / samples
    program = Program(loss)
    assert disagreement(program, loss, [], np.empty((1, 0)), ulps=64 * samples) == []
    assert len(program.blocks.blocks) <= 10


def test_a_chain_of_differences_is_one_difference_of_a_sum() -> None:
    x, y, w, u = values(x=1.0, y=2.0, w=0.5, u=-0.25)
    loss = ((ag.exp(x) - w * x) - y * y) - u
    rows = np.random.default_rng(5).normal(size=(4, 2))
    program = Program(loss, [x, y])
    assert [block.op.name for block in program.blocks.blocks] == ["exp", "mul", "mul", "add", "add", "sub"]
    assert disagreement(program, loss, [x, y], rows, ulps=16) == []


def test_a_sum_over_samples_of_a_network_is_a_few_matrix_products() -> None:
    rng = np.random.default_rng(0)
    model = nn.MLP(3, [4, 2], activation="tanh", output="linear")
    X, Y = rng.normal(size=(250, 3)).tolist(), rng.normal(size=(250, 2)).tolist()
    loss = ag.mean([nn.losses.mse(model(x), y) for x, y in zip(X, Y, strict=True)])
    program = Program(loss)
    assert [id(leaf) for leaf in program.leaves] == [id(p) for p in model.parameters()]
    assert disagreement(program, loss, [], np.empty((1, 0)), ulps=2000) == []
    assert len(program.blocks.blocks) < 20


def test_a_batch_norm_over_a_batch_replays_as_it_runs() -> None:
    rng = np.random.default_rng(1)
    w, gamma, beta = [Value(v) for v in rng.normal(size=3)], Value(1.5), Value(0.2)
    x = [[Value(v) for v in row] for row in rng.normal(size=(6, 3)).tolist()]
    z = [ag.dot(w, row) for row in x]
    mean = ag.mean(z)
    variance = ag.mean([ag.square(v - mean) for v in z])
    normal = [gamma * (v - mean) / ag.sqrt(variance + 1e-5) + beta for v in z]
    loss = ag.mean([ag.square(ag.tanh(v) - 0.5) for v in normal])
    inputs = [v for row in x for v in row]
    for chosen in (inputs, inputs[:3], []):
        rows = rng.normal(size=(4, len(chosen)))
        loss.forward()
        assert disagreement(Program(loss, chosen), loss, chosen, rows, ulps=2000) == []


def test_a_recurrent_net_shares_its_weights_over_time() -> None:
    rng = np.random.default_rng(2)
    W = [[Value(v) for v in row] for row in rng.normal(size=(3, 2)).tolist()]
    U = [[Value(v) for v in row] for row in rng.normal(size=(3, 3)).tolist()]
    x = [[Value(0.5), Value(-0.5)] for _ in range(4)]
    h: list[Value] = [Value(0.0) for _ in range(3)]
    for step in x:
        h = [ag.tanh(ag.dot(w, step) + ag.dot(u, h)) for w, u in zip(W, U, strict=True)]
    loss = ag.square(ag.sum(h) - 1.0)
    inputs = [v for step in x for v in step]
    rows = rng.normal(size=(5, 8))
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=500) == []


def test_a_convolution_shares_its_weights_over_overlapping_windows() -> None:
    rng = np.random.default_rng(3)
    w, v = [Value(k) for k in rng.normal(size=3).tolist()], [Value(k) for k in rng.normal(size=3).tolist()]
    x = [Value(0.0) for _ in range(8)]
    first = [ag.relu(ag.dot(w, x[k : k + 3], 0.1)) for k in range(6)]
    second = [ag.tanh(ag.dot(v, first[k : k + 3])) for k in range(4)]
    loss = ag.logsumexp(second)
    rows = rng.normal(size=(5, 8))
    assert disagreement(Program(loss, x), loss, x, rows, ulps=500) == []


def test_a_long_chain_lowers_without_recursion() -> None:
    x, a, b = Value(0.5), Value(1.0 - 1e-3), Value(1e-3)
    node = x
    for _ in range(1000):
        node = node * a + b
    rows = np.array([[0.5], [-1.0]])
    assert disagreement(Program(node, [x]), node, [x], rows, ulps=20000) == []
