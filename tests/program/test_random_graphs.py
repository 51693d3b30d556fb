"""Random graphs and batches, replayed: shared nodes, unused inputs, constants, ties, `where`, penalties."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Program, Value
from tests.program.agreement import disagreement

UNARY = (
    "tanh", "sin", "sigmoid", "softplus", "arctan", "square", "neg", "relu", "abs", "gelu", "expm1",
    "sign", "heaviside", "cbrt", "elu",
)  # fmt: skip
BINARY = ("add", "sub", "mul", "maximum", "minimum", "hypot", "logaddexp", "add", "mul")
SEQUENCES = ("sum", "mean", "max", "min", "logsumexp", "prod")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Value, list[Value], np.ndarray]:
    """A loss, its inputs (some of which it may not use), and rows."""
    seed = draw(st.integers(0, 2**32 - 1))
    inputs, parameters = draw(st.integers(0, 4)), draw(st.integers(0, 5))
    steps, count = draw(st.integers(1, 30)), draw(st.sampled_from([1, 2, 3, 9, 71]))
    rng = np.random.default_rng(seed)
    leaves = [Value(x) for x in rng.uniform(-1, 1, inputs + parameters).tolist()]
    pool: list[Any] = [*leaves, 0.5, -1.0, 1.0, 0.0]
    for _ in range(steps):
        pool += _layer(rng, pool) if rng.random() < 0.2 else [_node(rng, pool)]
    tops = [node for node in pool[-6:] if isinstance(node, Value)] or [Value(1.0)]
    loss = ag.sum([*tops, 0.25]) if rng.random() < 0.5 else tops[-1]
    penalty = [w for w in leaves[inputs:] if rng.random() < 0.7]
    loss = loss + 0.01 * ag.sum([w * w for w in penalty]) if penalty and rng.random() < 0.5 else loss
    return loss, leaves[:inputs], _rows(rng, count, inputs)


def _node(rng: np.random.Generator, pool: list[Any]) -> Any:
    def pick() -> Any:
        return (
            pool[rng.integers(len(pool))]
            if rng.random() < 0.6
            else pool[-rng.integers(1, 1 + min(4, len(pool)))]
        )

    kind = rng.integers(7)
    if kind < 2:
        return _row(UNARY, rng)(pick())
    if kind < 4:
        return _row(BINARY, rng)(pick(), pick())
    if kind == 4:
        return ag.tanh(_row(SEQUENCES, rng)([pick() for _ in range(rng.integers(1, 5))]))
    if kind == 5:
        n = rng.integers(1, 5)
        b = pick() if rng.random() < 0.5 else 0.0
        return ag.tanh(ag.dot([pick() for _ in range(n)], [pick() for _ in range(n)], b))
    condition = pick()
    return ag.where(condition if isinstance(condition, Value) else condition > 0, pick(), pick())


def _layer(rng: np.random.Generator, pool: list[Any]) -> list[Any]:
    """Neurons on one x: neighbours in the pool, forwards or backwards, or any of it."""
    n, start = rng.integers(1, 5), rng.integers(len(pool))
    x = pool[start : start + n][:: rng.choice([-1, 1])] if rng.random() < 0.5 else rng.choice(pool, n)
    return [
        ag.tanh(ag.dot(rng.choice(pool, len(x)).tolist(), list(x), pool[rng.integers(len(pool))]))
        for _ in range(rng.integers(1, 5))
    ]


def _row(names: tuple[str, ...], rng: np.random.Generator) -> Any:
    from autograd.table.primitive import TABLE

    return TABLE[names[rng.integers(len(names))]]


def _rows(rng: np.random.Generator, count: int, width: int) -> np.ndarray:
    """Rows with ties and zeros among them."""
    return np.where(
        rng.random((count, width)) < 0.3,
        rng.integers(-1, 2, (count, width)),
        rng.uniform(-1, 1, (count, width)),
    )


@settings(max_examples=200)
@given(graphs())
def test_a_random_graph_replays_as_it_runs(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=5000) == []


@st.composite
def networks(draw: st.DrawFn) -> tuple[Value, list[Value], np.ndarray]:
    """A network of neurons, by `dot` or by hand, on inputs some of which are fixed numbers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    how = draw(st.sampled_from(["dot", "by hand", "bias first", "no bias", "shared"]))
    fixed = draw(st.booleans())
    activation = _row(("tanh", "relu", "sigmoid"), rng)
    inputs = [Value(x) for x in rng.uniform(-1, 1, widths[0]).tolist()]
    layer: list[Any] = [1.0, *inputs] if fixed else list(inputs)
    shared: dict[tuple[int, int], Value] = {}
    for level, width in enumerate(widths[1:]):
        outs = []
        for j in range(width):
            key = 0 if how == "shared" else 100 * level + j
            w = [
                shared.setdefault((key, i), Value(x))
                for i, x in enumerate(rng.normal(size=len(layer)).tolist())
            ]
            outs.append(activation(_neuron(how, w, layer, Value(rng.normal()))))
        layer = outs
    targets = [Value(0.5) for _ in layer]
    loss = ag.sum([(out - y) ** 2 for out, y in zip(layer, targets, strict=True)])
    if draw(st.booleans()):
        loss = loss + 0.1 * ag.sum([w * w for w in shared.values()])
    return loss, [*inputs, *targets], _rows(rng, draw(st.integers(1, 4)), len(inputs) + len(targets))


def _neuron(how: str, w: list[Value], x: list[Any], b: Value) -> Any:
    if how in ("dot", "shared"):
        return ag.dot(w, x, b)
    total: Any = b if how == "bias first" else 0.0
    for weight, number in zip(w, x, strict=True):
        total = total + weight * number
    return total + b if how == "by hand" else total


@settings(max_examples=100)
@given(networks())
def test_a_random_network_replays_as_it_runs(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=2000) == []


def zero_times_infinity() -> tuple[Value, list[Value], np.ndarray]:
    """A loss in which the partial 0 of `heaviside` meets the infinite one of `cbrt` at 0: nan, not 0."""
    w, x = Value(1.0), Value(-0.5)
    return ag.cbrt(ag.heaviside(w * x)) + w, [x], np.array([[-0.5], [0.5]])


def edges_that_are_none() -> tuple[Value, list[Value], np.ndarray]:
    """A loss whose gradient avoids infinite partials, as `where` does not take their branch: not nan."""
    w, v, x, c = [Value(number) for number in (1.0, -2.0, 1.0, 0.0)]
    root = ag.where(x, ag.sqrt(w * abs(x)), w * 2.0)
    steep = ag.where(c, ag.dot([w, v], [ag.exp(x), x], w), ag.cbrt(v * c - 1.0))
    return (
        root + steep + ag.where(c, 1.0, ag.where(x, w, ag.cbrt(v * x))),
        [x, c],
        np.array([[4.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1000.0, 0.0], [-2.0, 3.0], [0.0, 2.0]]),
    )


def test_zero_times_infinity_is_nan_as_it_is_eagerly() -> None:
    loss, inputs, rows = zero_times_infinity()
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=100) == []
    assert np.isnan(Program(loss, inputs).value_and_grad(rows)[1][0])
    assert Program(loss, inputs).value_and_grad(rows[1:])[1].tolist() == [1.0]


def test_an_edge_that_is_none_is_not_zero_times_infinity() -> None:
    loss, inputs, rows = edges_that_are_none()
    program = Program(loss, inputs)
    for some in (rows[[0, 2, 3, 4]], rows[2:3], rows[3:4], rows[4:5]):
        assert disagreement(program, loss, inputs, some, ulps=100) == []
        assert np.isfinite(program.value_and_grad(some)[1]).all()
    assert disagreement(program, loss, inputs, rows, ulps=100) == []


def test_no_grad_changes_nothing_about_that() -> None:
    loss, inputs, rows = edges_that_are_none()
    program, some = Program(loss, inputs), rows[[0, 2, 3, 4]]
    _, gradient = program.value_and_grad(some)
    assert np.isfinite(gradient).all()
    with ag.no_grad():
        assert program.value_and_grad(some)[1].tolist() == gradient.tolist()


def test_losses_that_overflow_warn_of_nothing() -> None:
    w, x = Value(1e200), Value(1.0)
    loss, gradient = Program(w * x, [x]).value_and_grad([[1e200], [-1e200]])  # inf and -inf
    assert np.isnan(loss)
    assert gradient.tolist() == [0.0]
