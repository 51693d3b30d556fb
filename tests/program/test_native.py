"""Compiled programs against eager evaluation: every row, any batch, errors, training, special values."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autograd as ag
import nn
from autograd import Program, Value
from autograd.program import program
from autograd.program.native import backend as native
from autograd.program.native import toolchain
from autograd.program.native.printer import RUNTIME, TILE
from autograd.table.kernels import IEEE
from autograd.table.primitive import BUILT_IN, TABLE
from tests.program import test_replay_errors
from tests.program.agreement import disagreement
from tests.program.compiling import needs_compiler
from tests.program.test_random_graphs import edges_that_are_none, graphs, networks, zero_times_infinity
from tests.program.test_rows import rows_over_a_sequence_of_another_name, sampled

pytestmark = needs_compiler


@pytest.fixture(autouse=True, scope="module")
def cache_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        directory = tmp_path_factory.mktemp("cache")
        patch.setenv("CHAINRULE_CACHE_DIR", str(directory))
        yield directory


def compiled(loss: Value, inputs: list[Value], outputs: list[Value] = []) -> Program:  # noqa: B006 - never changed
    made = Program(loss, inputs, backend="native", outputs=outputs)
    assert made.backend == "native"
    assert "chainrule_step" in made.source
    return made


@pytest.mark.parametrize("kind", ["inputs", "parameters", "by turns"])
def test_every_row_of_the_table_replays_as_it_runs(kind: str) -> None:
    rng = np.random.default_rng(5)
    rows = [row for row in TABLE.values() if row in BUILT_IN]
    columns = [sampled(row, rng, 2 * TILE + 5) for row in rows]
    leaves = [[Value(x) for x in numbers[0].tolist()] for numbers in columns]
    nodes = [row(*row.arguments(x)) for row, x in zip(rows, leaves, strict=True)]
    loss = ag.dot(rng.uniform(0.5, 1.5, len(nodes)).tolist(), nodes)
    flat, table = [x for leaf in leaves for x in leaf], np.hstack(columns)
    chosen = {"inputs": range(len(flat)), "parameters": range(0), "by turns": range(0, len(flat), 2)}[kind]
    inputs, numbers = [flat[k] for k in chosen], table[:, list(chosen)]
    made = compiled(loss, inputs, nodes)
    assert disagreement(made, loss, inputs, numbers[:7], ulps=64 * len(nodes)) == []
    made.forward(*([numbers] if inputs else []))
    for row, outputs in zip(numbers if inputs else numbers[:1], made.outputs, strict=True):
        for leaf, number in zip(inputs, row.tolist(), strict=True):
            leaf.data = number
        loss.forward()
        expected = np.array([node.data for node in nodes])
        assert outputs == pytest.approx(expected, rel=16 * np.finfo(float).eps, abs=1e-15)


@pytest.mark.parametrize(
    "order", [[3, 2, 1, 0], [0, 2, 4], [4, 2, 0], [1, 0, 3, 2], [2, 2, 3], [1], [0, 3]], ids=str
)
def test_a_layer_may_read_the_one_below_in_any_order(order: list[int]) -> None:
    rng = np.random.default_rng(11)
    inputs, target = [Value(x) for x in rng.normal(size=3).tolist()], Value(0.3)

    def layer(x: list[Value], outputs: int) -> list[Value]:
        made = [[Value(v) for v in rng.normal(size=len(x) + 1).tolist()] for _ in range(outputs)]
        return [ag.tanh(ag.dot(w[1:], x, w[0])) for w in made]

    hidden = layer(inputs, 5)
    top = layer(layer([hidden[k] for k in order], 3)[::-1], 1)
    loss, inputs = ag.sum(hidden) + ag.square(top[0] - target), [*inputs, target]
    rows = rng.normal(size=(TILE + 5, 4))
    assert disagreement(compiled(loss, inputs), loss, inputs, rows, ulps=500) == []


@pytest.mark.parametrize("made", [zero_times_infinity, edges_that_are_none])
def test_zero_infinity_and_no_edge_are_told_apart_as_they_are_eagerly(made: Callable[[], Any]) -> None:
    loss, inputs, rows = made()
    assert disagreement(compiled(loss, inputs), loss, inputs, rows, ulps=100) == []


def test_a_row_over_a_sequence_of_another_name_replays_as_it_runs() -> None:
    with rows_over_a_sequence_of_another_name() as (loss, inputs, rows):
        assert disagreement(compiled(loss, inputs), loss, inputs, rows, ulps=16) == []


def test_training_goes_on_where_an_edge_is_none() -> None:
    for backend in ("native", "numpy"):
        w, x = Value(1.0), Value(1.0)
        program = Program(ag.where(x, ag.sqrt(w * abs(x)), w * 2.0), [x], backend=backend)
        losses = program.train(np.array([[4.0], [0.0]]), steps=3, lr=0.1)
        expected, value = [], 1.0
        for _ in range(3):  # the mean of sqrt(4 w), where x is not 0, and 2 w
            expected.append((math.sqrt(4.0 * value) + 2.0 * value) / 2.0)
            value -= 0.1 * (1.0 / math.sqrt(value) + 2.0) / 2.0
        assert losses == pytest.approx(expected, rel=1e-12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(graphs())
def test_a_random_graph_replays_as_it_runs(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert disagreement(compiled(loss, inputs), loss, inputs, rows, ulps=5000) == []


@settings(max_examples=6, deadline=None)
@given(networks())
def test_a_random_network_replays_as_it_runs(graph: tuple[Value, list[Value], np.ndarray]) -> None:
    loss, inputs, rows = graph
    assert disagreement(compiled(loss, inputs), loss, inputs, rows, ulps=2000) == []


def step() -> tuple[nn.MLP, Value, list[Value], np.ndarray]:
    rng = np.random.default_rng(0)
    model = nn.MLP(3, [9, 6, 1], activation="tanh", output="linear", rng=1)
    x, y = [Value(0.1) for _ in range(3)], Value(1.0)
    loss = ag.relu(1.0 - y * model(x)[0]) + 1e-2 * nn.reg.l2(model)
    return model, loss, [*x, y], rng.normal(size=(3 * TILE, 4))


@pytest.mark.parametrize("count", [1, 2, 7, 8, 31, TILE - 1, TILE, TILE + 1, 2 * TILE + 9])
def test_batches_of_every_size_agree_with_eager_evaluation(count: int) -> None:
    _, loss, inputs, rows = step()
    made = compiled(loss, inputs)
    assert disagreement(made, loss, inputs, rows[:count], ulps=64 * 10) == []


@pytest.mark.parametrize("count", [1, 9, TILE + 6])
def test_a_wide_layer_hands_on_to_its_weights_as_it_does_eagerly(count: int) -> None:
    rng = np.random.default_rng(3)
    x, bias = [Value(v) for v in rng.normal(size=37)], Value(0.1)
    weights = [[Value(v) for v in row] for row in rng.normal(size=(33, 37))]
    loss = ag.sum([ag.tanh(ag.dot(row, x, bias)) for row in weights])
    assert disagreement(compiled(loss, x), loss, x, rng.normal(size=(count, 37)), ulps=2000) == []


def test_rows_that_overflow_do_not_spoil_the_lanes_behind_the_last_row() -> None:
    x, w = Value(1.0), Value(1.0)
    made = compiled(ag.exp(ag.dot([w, w], [x, x])), [x])
    assert made.value_and_grad([[1000.0]])[1].tolist() == [np.inf]


def test_training_makes_the_steps_of_the_numpy_backend() -> None:
    model, loss, inputs, rows = step()
    start = [p.data for p in model.parameters()]
    losses = compiled(loss, inputs).train(rows, steps=40, lr=0.05)
    learned = [p.data for p in model.parameters()]
    for p, number in zip(model.parameters(), start, strict=True):
        p.data = number
    loss.forward()
    assert losses == pytest.approx(Program(loss, inputs).train(rows, steps=40, lr=0.05), rel=1e-10)
    assert learned == pytest.approx([p.data for p in model.parameters()], rel=1e-10)
    assert losses[-1] < losses[0]


def test_training_stops_at_the_step_that_leaves_the_reals_and_keeps_what_was_learned() -> None:
    w = Value(1.0, label="w")
    made = compiled(ag.log(w), [])
    with pytest.raises(ag.DomainError, match=r'log\(x\) needs x > 0, got x = -0.25 at "w"'):
        made.train(steps=10, lr=1.25)
    assert w.data == made.parameters[0] == -0.25


def test_training_pushes_what_was_learned_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(1.0)
    made = compiled(w * w, [])
    clock = iter([0.0, 0.0, 1.0])

    def interrupted() -> float:
        try:
            return next(clock)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(native.time, "perf_counter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        made.train(steps=10**6, lr=0.1)
    assert w.data == made.parameters[0] == pytest.approx(0.8**3)  # one step, then two at one go


def test_outputs_are_those_of_the_last_step() -> None:
    w, x = Value(1.0), Value(1.0)
    z = w * x
    made = compiled(z * z, [x], [z, w])
    made.train([[2.0], [1.0]], steps=3, lr=0.0)
    assert made.outputs.tolist() == [[2.0, 1.0], [1.0, 1.0]]
    made.forward([[5.0]])
    assert made.outputs.tolist() == [[5.0, 1.0]]


# The same refusals, word for word ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "test",
    [
        test_replay_errors.test_a_flipped_branch_names_the_condition_and_the_row,
        test_replay_errors.test_a_comparison_that_was_false_is_guarded_too,
        test_replay_errors.test_a_flipped_branch_of_parameters_alone_names_no_row,
        test_replay_errors.test_a_domain_error_names_the_row_and_the_node_in_the_eager_words,
        test_replay_errors.test_a_domain_error_of_parameters_alone_names_no_row,
        test_replay_errors.test_a_branch_that_the_row_would_not_take_is_told_before_its_domain,
        test_replay_errors.test_a_comparison_with_a_number_outside_the_reals_is_told_as_a_domain_error,
        test_replay_errors.test_a_nan_that_flips_a_comparison_is_a_branch_error,
        test_replay_errors.test_nan_in_a_row_is_no_error_and_stays_in_its_row,
        test_replay_errors.test_overflow_is_ieee_as_eagerly,
    ],
    ids=lambda test: test.__name__[5:],
)
def test_errors_are_told_as_without_compiling(test, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    made = []
    monkeypatch.setitem(
        program.BACKENDS, "numpy", lambda *plan: made.append(native.native(*plan)) or made[-1]
    )  # type: ignore[func-returns-value]
    test()
    assert {backend.name for backend in made} == {"native"}


DOMAINS = {
    "log": 0.0, "sqrt": -1.0, "log1p": -1.0, "log2": -2.0,
    "arcsin": 1.5, "arccosh": 0.5, "arctanh": 1.0, "reciprocal": 0.0,
}  # fmt: skip


def test_every_row_with_a_domain_is_watched() -> None:
    inputs = {name: Value(0.5 if name != "arccosh" else 1.5) for name in DOMAINS}
    made = compiled(ag.sum([TABLE[name](x) for name, x in inputs.items()]), list(inputs.values()))
    good = np.full((TILE + 3, len(inputs)), [x.data for x in inputs.values()])
    assert np.isfinite(made.forward(good)).all()
    for column, (name, bad) in enumerate(DOMAINS.items()):
        rows = good.copy()
        rows[TILE + 1, column] = bad
        for call in (made.forward, made.value_and_grad, lambda rows: made.train(rows, steps=1, lr=0.1)):
            with pytest.raises(ag.DomainError, match=rf"^In row {TILE + 1}: {name}"):
                call(rows)


# Elementary functions ---------------------------------------------------------------------------------------

STATED = re.findall(r"/\* within ([\d.]+) ulps.*?k_(\w+)\(", RUNTIME.read_text(encoding="utf-8"), re.DOTALL)
ULPS = {name: float(bound) for bound, name in STATED}  # of the exact result, as the C text says beside each
ROUNDED = {"softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x))}
RANGES = {
    "log": (5e-324, 1.7e308),
    "log1p": (-1 + 1e-15, 1e300),
    "exp": (-745.5, 710.0),
    "cosh": (-711.0, 711.0),
}


@pytest.mark.parametrize("name", ULPS)
def test_an_elementary_function_is_within_its_stated_ulps(name: str) -> None:
    rng = np.random.default_rng(1)
    low, high = RANGES.get(name, (-745.0, 700.0))
    points = [
        rng.uniform(max(low, -5.0), 5.0, 1500),
        rng.uniform(low, high, 300),
        rng.normal(size=300) * 1e-9,
    ]
    points += [np.exp(rng.uniform(np.log(5e-324), np.log(high), 600)), -np.exp(rng.uniform(-40, 6, 300))]
    x = np.unique(np.concatenate(points))
    x = x[(x >= low) & (x <= high)]
    leaf = Value(1.0)
    made = compiled(TABLE[name](leaf), [leaf])
    got = made.forward(x[:, None])
    with mpmath.workprec(300):
        exact = [ROUNDED.get(name, getattr(mpmath, name, None))(mpmath.mpf(v)) for v in x]
        errors = [
            0.0 if float(e) == g else float(abs(mpmath.mpf(g) - e)) / math.ulp(float(e))
            for g, e in zip(got.tolist(), exact, strict=True)
        ]
    worst = int(np.argmax(errors))
    assert errors[worst] <= ULPS[name], (x[worst], got[worst])


@pytest.mark.parametrize("name", [*ULPS, "relu", "sign", "abs", "floor", "square", "arctan"])
def test_infinities_nan_and_zeros_are_those_of_ieee(name: str) -> None:
    leaf = Value(1.0)
    made = compiled(TABLE[name](leaf), [leaf])
    points = [math.inf, math.nan, 0.0, 1e308, 5e-324, 710.0]
    points += [] if name.startswith("log") else [-math.inf, -0.0, -1e308, -5e-324, -746.0]
    other = {"relu": lambda x: x * (x > 0) if x == x else x, "square": lambda x: x * x}
    expected = [float(other.get(name, IEEE.get(name))(x)) for x in points if not (name == "log" and x == 0)]  # type: ignore[operator]
    rows = [[x] for x in points if not (name == "log" and x == 0)]
    if name == "relu":
        expected = [0.0 if x <= 0 else x for [x] in rows]
    assert made.forward(rows) == pytest.approx(expected, rel=1e-15, nan_ok=True, abs=0)


# What is printed, and when nothing is -----------------------------------------------------------------------


def test_the_c_text_contains_nothing_from_labels() -> None:
    hostile = '*/ system("id"); /*'
    x, w = Value(1.0, label=hostile), Value(2.0, label="weight_of_mine")
    z = x * w
    z.label = "node_of_mine"
    row = ag.register("row_of_mine", "operand_of_mine", "operand_of_mine * 3", ("3",))
    try:
        source = compiled(row(z), [x]).source
    finally:
        ag.unregister("row_of_mine")
    assert not any(word in source for word in (hostile, "system", "of_mine"))


def test_a_missing_compiler_is_told_once_and_numpy_runs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CC", "/nowhere/cc")
    monkeypatch.setattr(native, "_told", set())
    x = Value(2.0)
    for _ in range(2):
        made = Program(x * x, backend="native")
        assert made.backend == "numpy"
        assert made.value_and_grad() == (4.0, [4.0])
    told = (
        "Program runs with backend numpy instead of native: CC names '/nowhere/cc', which does not run; "
        "`pip install ziglang` brings one."
    )
    assert [record.message for record in caplog.records] == [told]


def test_a_compiler_that_fails_is_told_and_numpy_runs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    broken = tmp_path / "cc"
    broken.write_text('#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "out of order" >&2\nexit 1\n')
    broken.chmod(0o755)
    monkeypatch.setenv("CC", str(broken))
    monkeypatch.setattr(native, "_told", set())
    assert Program(Value(2.0) * 1.5, backend="native").backend == "numpy"
    assert "did not compile the program: out of order" in caplog.text


def test_a_graph_of_many_different_blocks_stays_with_numpy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(native, "_told", set())
    monkeypatch.setattr(native, "MOST_FUNCTIONS", 8)
    x, w = Value(0.5), Value(2.0)
    node = x * w
    for name in ("tanh", "sin", "exp", "sigmoid", "square"):
        node = TABLE[name](node)
    assert Program(node, [x], backend="native").backend == "numpy"
    assert "its blocks are 12 different functions, and more than 8 take long to compile" in caplog.text


def test_a_long_chain_of_equal_blocks_is_a_loop_of_few_functions() -> None:
    def chain(length: int) -> Program:
        x = node = Value(0.5)
        w = Value(1.5)
        for _ in range(length):
            node = ag.tanh(node * w)
        return compiled(node, [x])

    short, long = chain(10), chain(500)
    assert len(long.blocks.blocks) == 1000
    assert len(long.source) < len(short.source) + 100
    rows = np.array([[0.3], [-0.7]])
    assert disagreement(long, long.loss, long.inputs, rows, ulps=5000) == []


def test_without_any_compiler_zig_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain.shutil, "which", lambda name: name if name == sys.executable else None)
    asked = []
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(
        toolchain,
        "_run",
        lambda command: asked.append(command) or toolchain.subprocess.CompletedProcess(command, 0, "1", ""),
    )
    assert toolchain.compiler.__wrapped__(None).command == (sys.executable, "-m", "ziglang", "cc")
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(toolchain.CompilerError, match=r"no C compiler was found \(cc, gcc, clang\)"):
        toolchain.compiler.__wrapped__(None)


def test_the_same_array_with_other_numbers_is_read_anew() -> None:
    x, w = Value(1.0), Value(3.0)
    made = compiled(x * w, [x])
    rows = np.array([[1.0], [2.0]])
    assert made.forward(rows).tolist() == [3.0, 6.0]
    first = made.forward(rows)
    rows[0] = 5.0
    assert made.forward(rows).tolist() == [15.0, 6.0]
    assert first.tolist() == [3.0, 6.0]
    assert made.forward(rows[:1]).tolist() == [15.0]
    assert made.forward(np.asfortranarray(rows[::-1])).tolist() == [6.0, 15.0]


def test_small_terms_of_a_logarithm_of_a_sum_are_kept() -> None:
    x = [Value(0.0), Value(1.0)]
    rows = np.array([[0.0, -40.0], [-40.0, 0.0], [-math.inf, -math.inf], [math.inf, 0.0]])
    tiny = math.log1p(math.exp(-40.0))
    assert compiled(ag.logsumexp(x), x).forward(rows).tolist() == [tiny, tiny, -math.inf, math.inf]
