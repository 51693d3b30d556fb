"""Every row of the table, replayed: as input, as parameter, as constant, shared, side by side."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import autograd as ag
from autograd import Program, Value
from autograd.table.primitive import BUILT_IN, TABLE, Primitive
from tests.program.agreement import disagreement

ROWS = [row for row in TABLE.values() if row in BUILT_IN]
COUNT = 3  # elements of a sequence


def sampled(row: Primitive, rng: np.random.Generator, rows: int) -> np.ndarray:
    """Operands inside the row's domain, flat, one line per sample."""
    columns = []
    for parameter, (low, high) in zip(row.parameters, row.domain, strict=True):
        width = COUNT if parameter in row.sequences else 1
        columns.append(rng.uniform(low, high, (rows, width)))
    return np.hstack(columns)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_replays_as_it_runs_for_every_choice_of_inputs_parameters_and_constants(row: Primitive) -> None:
    rng = np.random.default_rng(7)
    width = sampled(row, rng, 1).shape[1]
    kinds = itertools.product("ipc", repeat=width) if width < 4 else _some(rng, width)
    for kind in kinds:
        if "i" not in kind and "p" not in kind:
            continue
        numbers = sampled(row, rng, 2)[0].tolist()
        operands = [x if how == "c" else Value(x) for x, how in zip(numbers, kind, strict=True)]
        loss = row(*row.arguments(operands)) * Value(1.5) + Value(0.25)
        inputs = [x for x, how in zip(operands, kind, strict=True) if how == "i"]
        rows = sampled(row, rng, 5)[:, [how == "i" for how in kind]]
        program = Program(loss, inputs)
        assert disagreement(program, loss, inputs, rows, ulps=16) == [], kind


def _some(rng: np.random.Generator, width: int) -> list[tuple[str, ...]]:
    """All alike, and a few mixtures."""
    mixtures = [tuple(rng.choice(list("ipc"), width)) for _ in range(12)]
    return [("i",) * width, ("p",) * width, *mixtures]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_replays_as_it_runs_for_several_members_at_once(row: Primitive) -> None:
    rng = np.random.default_rng(8)
    members = sampled(row, rng, 4)
    leaves = [[Value(x) for x in member] for member in members.tolist()]
    loss = ag.dot([0.5, -1.0, 2.0, 1.0], [row(*row.arguments(x)) for x in leaves])
    inputs = [x for leaf in leaves for x in leaf]
    rows = np.hstack([sampled(row, rng, 6) for _ in leaves])
    for chosen in (
        inputs,
        [x for leaf in leaves for x in leaf[1:]],
        [x for leaf in leaves for x in leaf[:1]],
        [],
    ):
        columns = [k for k, x in enumerate(inputs) if any(x is y for y in chosen)]
        picked = rows[:, columns] if chosen else np.empty((1, 0))
        for leaf, number in zip(inputs, members.ravel().tolist(), strict=True):
            leaf.data = number
        loss.forward()
        assert disagreement(Program(loss, chosen), loss, chosen, picked, ulps=32) == []


def common_box(row: Primitive) -> tuple[float, float]:
    """The numbers that lie in every operand's domain: from where to where."""
    return max(low for low, _ in row.domain), min(high for _, high in row.domain)


SEVERAL = [row for row in ROWS if row.sequences or len(row.parameters) > 1]


@pytest.mark.parametrize(
    "row", [row for row in SEVERAL if np.less(*common_box(row))], ids=lambda row: row.name
)
def test_a_row_replays_as_it_runs_when_an_operand_is_used_twice(row: Primitive) -> None:
    rng, box = np.random.default_rng(9), common_box(row)
    width = sampled(row, rng, 1).shape[1]
    x, w = Value(float(np.mean(box))), Value(1.25)
    loss = row(*row.arguments([x] * width)) * w
    rows = rng.uniform(*box, (4, 1))
    for inputs in ([x], []):
        picked = rows if inputs else np.empty((1, 0))
        loss.forward()
        assert disagreement(Program(loss, inputs), loss, inputs, picked, ulps=16) == []


KINKS = [
    ("relu", [-1.0, -0.0, 0.0, 2.0]), ("abs", [-1.0, 0.0, 3.0]), ("sign", [-2.0, 0.0, 2.0]),
    ("leaky_relu", [-1.0, 0.0, 1.0]), ("elu", [-1.0, 0.0, 1.0]), ("heaviside", [-1.0, 0.0, 1.0]),
    ("floor", [-1.5, -1.0, 0.0, 2.5]), ("sqrt", [0.0, 4.0]), ("cbrt", [0.0, -8.0]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "points"), KINKS, ids=lambda item: str(item))
def test_kinks_take_the_same_partials_as_eagerly(name: str, points: list[float]) -> None:
    x, w = Value(1.0), Value(0.5)
    loss = TABLE[name](x * 1.0 + w * 0.0)
    rows = np.array(points)[:, None]
    assert disagreement(Program(loss, [x]), loss, [x], rows, ulps=4) == []


@pytest.mark.parametrize("name", ["maximum", "minimum", "max", "min", "hypot", "pow", "logaddexp", "clip"])
def test_ties_and_zeros_take_the_same_partials_as_eagerly(name: str) -> None:
    row = TABLE[name]
    width = 3 if row.sequences or name == "clip" else 2
    points = {
        "pow": [[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [-2.0, 3.0]],
        "clip": [[1, 1, 2], [2, 1, 2], [0, 1, 2]],
    }
    rows = np.array(points.get(name) or [[1.0] * width, [0.0] * width, [*range(width)]], dtype=float)
    inputs, shift = [Value(x) for x in rows[0].tolist()], Value(0.0)
    loss = row(*row.arguments([x + shift for x in inputs]))
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=4) == []


TAILS = [
    "sigmoid",
    "logsigmoid",
    "softplus",
    "tanh",
    "silu",
    "gelu",
    "erf",
    "erfc",
    "expm1",
    "exp",
    "arctan",
    "relu",
]


@pytest.mark.parametrize("name", TAILS)
def test_tails_infinities_and_nan_are_those_of_eager_evaluation(name: str) -> None:
    x, w = Value(1.0), Value(1.0)
    loss = TABLE[name](x * w)
    points = [
        -np.inf,
        -1e300,
        -800.0,
        -740.0,
        -700.0,
        -37.0,
        -5.5,
        0.0,
        5.5,
        26.0,
        37.0,
        700.0,
        1e300,
        np.inf,
        np.nan,
    ]
    program = Program(loss, [x])
    for point in points:
        rows = np.array([[point]])
        x.data = point
        expected = loss.forward()
        [got] = program.forward(rows)
        assert np.isclose(got, expected, rtol=1e-14, atol=5e-324, equal_nan=True), point


@pytest.mark.parametrize(
    "numbers", [[-np.inf, -np.inf], [np.inf, 1.0], [np.nan, 1.0], [1e308, 1e308], [-800.0, 0.0]]
)
def test_logsumexp_meets_infinities_as_eagerly(numbers: list[float]) -> None:
    inputs = [Value(0.0), Value(0.0)]
    loss = ag.logsumexp(inputs)
    program = Program(loss, inputs)
    for leaf, number in zip(inputs, numbers, strict=True):
        leaf.data = number
    assert np.array_equal(program.forward([numbers]), [loss.forward()], equal_nan=True)


def test_the_comparison_of_replay_and_eager_fails_for_a_partial_wrong_by_a_thousandth() -> None:
    row = ag.register("program_wrong", "x", "x * x", ["2.002 * x"])
    try:
        x, w = Value(1.0), Value(3.0)
        loss = row(x * w)
        right = ag.square(x * w)
        assert disagreement(Program(loss, [x]), right, [x], np.array([[1.0], [2.0]]), ulps=16) != []
    finally:
        ag.unregister("program_wrong")


def test_a_row_of_the_users_own_replays_from_its_text() -> None:
    row = ag.register("program_mish", "x", "x * tanh(softplus(x))", [
        "tanh(softplus(x)) + x * sigmoid(x) / (cosh(softplus(x)) * cosh(softplus(x)))"
    ])  # fmt: skip
    try:
        x, w = Value(1.0), Value(3.0)
        loss = row(x * w)
        assert disagreement(Program(loss, [x]), loss, [x], np.array([[1.0], [-2.0]]), ulps=16) == []
    finally:
        ag.unregister("program_mish")


@contextmanager
def rows_over_a_sequence_of_another_name() -> Iterator[tuple[Value, list[Value], np.ndarray]]:
    """A largest element and a product whose operand is called s, and rows, with ties and zeros among them."""
    rows = (
        ag.register("program_largest", "s", "max(s)", ["where(s[j] == out, 1 / count, 0)"], sequences=("s",)),
        ag.register("program_product", "s", "prod(s)", ["others(j)"], sequences=("s",)),
    )
    try:
        inputs, w = [Value(x) for x in (1.0, 2.0, 3.0)], Value(1.5)
        loss = ag.sum([row([w * x for x in inputs]) for row in rows])
        yield loss, inputs, np.array([[1.0, 2.0, 2.0], [-1.0, -1.0, -1.0], [0.0, 3.0, 0.0], [3.0, 0.0, 2.0]])
    finally:
        for row in rows:
            ag.unregister(row.name)


def test_a_row_over_a_sequence_of_another_name_replays_as_it_runs() -> None:
    with rows_over_a_sequence_of_another_name() as (loss, inputs, rows):
        assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=16) == []


ULPS = 8
ELEMENTWISE = [row for row in ROWS if not row.sequences]


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_an_element_wise_row_alone_is_within_the_stated_ulps_of_eager_evaluation(row: Primitive) -> None:
    rows = sampled(row, np.random.default_rng(10), 300)
    inputs = [Value(x) for x in rows[0].tolist()]
    program = Program(row(*inputs), inputs)
    got = program.forward(rows)
    expected = np.array([row(*numbers) for numbers in rows.tolist()])
    assert np.all(np.abs(got - expected) <= ULPS * np.spacing(np.abs(expected)))
