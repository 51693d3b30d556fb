"""What repeats becomes one block and agrees with eager evaluation: transformer, recurrence, random graphs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Program, Value, record, values
from autograd.program.lowering.blocks import TAKE
from tests.program.agreement import disagreement
from tests.program.compiling import needs_compiler
from tests.program.lowered import differences
from tests.program.repetition import GPT, recurrent, repeated

SMALL = GPT(5, vocabulary=6, width=4, heads=2, hidden=7)
BACKENDS = ["numpy", pytest.param("native", marks=needs_compiler)]


@pytest.fixture(autouse=True, scope="module")
def cache_of_these_tests(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


def shapes(program: Program, name: str) -> list[tuple[int, ...]]:
    return [block.shape for block in program.blocks.blocks if block.op.name == name]


# A transformer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_transformer_replays_as_it_runs(backend: str) -> None:
    program = SMALL.program(backend)
    assert program.backend == backend
    for count in (1, 3, 11):
        assert disagreement(program, program.loss, program.inputs, SMALL.rows(count), ulps=2000) == []


def test_a_transformer_runs_in_jax_as_it_does_eagerly() -> None:
    program = SMALL.program()
    assert differences(program.loss, program.inputs, SMALL.rows(3), ulps=2000) == []


def test_positions_are_an_axis_of_every_block_of_a_transformer() -> None:
    few, many = SMALL.program(), GPT(9, vocabulary=6, width=4, heads=2, hidden=7).program()
    names = [[block.op.name for block in program.blocks.blocks] for program in (few, many)]
    assert names[0] == names[1]
    products = [block for block in many.blocks.blocks if block.matrix]
    assert [block.shape for block in products] == [(12, 9), (4, 9), (7, 9), (4, 9), (6, 9)]
    assert all(operand.strides is not None for block in products for operand in block.operands)


def test_attention_to_one_key_and_to_many_is_one_block() -> None:
    ragged = [block for block in SMALL.program().blocks.blocks if block.counts]
    assert [(block.op.name, block.shape) for block in ragged] == [
        ("max", (2, 5)), ("logsumexp", (2, 5)), ("dot", (2, 2, 5)),
    ]  # fmt: skip
    assert {block.counts for block in ragged} == {(1, 2, 3, 4, 5)}


def test_the_listing_of_a_transformer_reads_as_matrices_of_all_positions() -> None:
    text = str(SMALL.program())
    for line in (
        "h2[4,5] = take(E[6,4].T, tokens[5])",
        "h3[4,5] = h2 + P[5,4].T",
        "h4[5] = sum(h3.T * h3.T)",
        "z1[12,5] = W1[12,4] @ h8",
        "h14[2,5] = logsumexp(h13)",
        "z2[4,5] = O[4,4] @ h17[4,5] + h3",
        "h23[35] = relu(z3)",
        "z4[4,5] = D[4,7] @ h23[7,5] + z2",
    ):
        assert f"  {line}\n" in text, text


@needs_compiler
def test_formulas_of_a_transformer_are_fewer_than_its_blocks_and_the_same_for_more_positions() -> None:
    few, many = (GPT(n, vocabulary=6, width=4, heads=2, hidden=7).program("native") for n in (5, 9))
    assert few.source == many.source
    assert few.source.count("\nFORMULA(f") < len(few.blocks.blocks)


@needs_compiler
def test_what_a_product_hands_back_is_computed_as_the_product_is() -> None:
    x, w = [Value(0.1) for _ in range(2)], values(a=2.0, b=-1.0)
    loss = ag.square(x[0] * w[0]) * ag.square(x[1] * w[1])  # both factors depend on the row
    program = Program(loss, x, "native")
    assert program.source.count("x2[l] = (x0[l] * x1[l]);") == 1
    assert disagreement(program, loss, x, np.random.default_rng(3).normal(size=(11, 2)), ulps=32) == []


@needs_compiler
@pytest.mark.parametrize("members", [1, 3])
def test_sequences_whose_elements_lie_anywhere_are_read_from_lists(members: int) -> None:
    rng = np.random.default_rng(members)
    x = [Value(0.1) for _ in range(9)]
    squares = [ag.tanh(v) for v in x]
    picked = [[squares[k] for k in rng.permutation(9)[:5]] for _ in range(2 * members)]
    dots = [ag.dot(a, b) for a, b in zip(picked[::2], picked[1::2], strict=True)]
    loss = ag.sum([ag.logsumexp(a) for a in picked]) + ag.sum([ag.square(d) for d in dots]) + ag.prod(x[::2])
    program = Program(loss * Value(1.5), x, "native")
    assert ".list[j]" in program.source
    rows = rng.normal(size=(70, 9))
    assert disagreement(program, program.loss, x, rows, ulps=200) == []


# Lookups ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_lookup_is_one_block_and_its_gradient_reaches_the_element_alone(backend: str) -> None:
    table = values(a=10.0, b=20.0, c=30.0)
    program = record(lambda i: ag.square(ag.take(table, i)), 0.0, backend=backend)
    assert sorted(block.op.name for block in program.blocks.blocks) == ["floor", "square", "take"]
    value, gradient = program.value_and_grad([[2.0], [0.0], [2.0]], reduction="sum")
    assert value == 900.0 + 100.0 + 900.0
    assert gradient.tolist() == [20.0, 0.0, 120.0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("index", [-1.0, 3.0, 0.5, 1e300, float("nan"), float("inf")])
def test_an_index_that_is_none_is_refused_and_reads_no_other_memory(index: float, backend: str) -> None:
    table = values(a=10.0, b=20.0, c=30.0)
    program = record(lambda i: ag.take(table, i) * 1.5, 0.0, backend=backend)
    with pytest.raises((IndexError, ag.BranchError)):
        program.value_and_grad([[1.0], [index]])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("index", [-1.0, 3.0, 0.5, 1e300, float("nan"), float("inf")])
def test_an_index_that_is_none_gives_nan_where_no_recording_looked_at_it(index: float, backend: str) -> None:
    *table, i = values(a=10.0, b=20.0, c=30.0, i=0.0)
    program = Program(ag.take(table, i) * 1.5, [i], backend=backend)  # of a graph, which knows no checks
    assert np.isnan(program.forward([[1.0], [index], [2.0]])).tolist() == [False, True, False]
    assert program.forward([[1.0], [2.0]]).tolist() == [30.0, 45.0]


def looked_up() -> Iterator[tuple[Value, list[Value], np.ndarray]]:
    """Yield a loss that looks up in a table of inputs, of results, of both and numbers, and of numbers."""
    rows = np.random.default_rng(0).normal(size=(7, 4))
    rows[:, 3] = [0, 1, 2, 2, 1, 0, 1]
    for kind in range(4):
        x, w, i = [Value(0.1) for _ in range(3)], values(a=1.0, b=-2.0, c=0.5), Value(0.0)
        products = [v * u for v, u in zip(x, w, strict=True)]
        table = (x, products, [*x[:1], w[0], 0.25], [0.5, 1.5, 2.5])[kind]
        yield ag.tanh(ag.take(table, i)) * w[1] + ag.exp(x[0]), [*x, i], rows


@pytest.mark.parametrize("backend", BACKENDS)
def test_tables_of_inputs_and_of_results_are_looked_up_too(backend: str) -> None:
    for loss, inputs, rows in looked_up():
        assert disagreement(Program(loss, inputs, backend), loss, inputs, rows, ulps=32) == []


def test_tables_of_inputs_and_of_results_are_looked_up_in_jax_too() -> None:
    for loss, inputs, rows in looked_up():
        assert differences(loss, inputs, rows, ulps=32) == []


@pytest.mark.parametrize(
    "terms",
    [
        lambda here, a, b: [ag.where(here(1.0), a, 0.0), ag.where(here(0.0), b, 0.0)],
        lambda here, a, b: [ag.where(here(0.0), a, 0.0), ag.where(here(1.0), b, 1.0)],
        lambda here, a, b: [ag.where(here(0.0, 1.5), a, 0.0), ag.where(here(1.0, 1.5), b, 0.0)],
        lambda here, a, b: [ag.where(here(0.0), a, 0.0), b],
        lambda here, a, b: [ag.where(here(0.0), a, 0.0), ag.where(here(1.0), b, a)],
    ],
    ids=["another place", "another number elsewhere", "another width", "a term more", "a Value elsewhere"],
)
def test_a_sum_that_only_looks_like_a_lookup_is_none(terms: Any) -> None:
    k, a, b = values(k=1.0, a=2.0, b=3.0)

    def here(i: float, half: float = 0.5) -> Value:
        return ag.heaviside(half - ag.abs(k - i))

    loss = ag.exp(ag.sum(terms(here, a, b)))
    program = Program(loss, [k])
    assert all(block.op is not TAKE for block in program.blocks.blocks)
    assert disagreement(program, loss, [k], np.array([[0.0], [1.0], [2.0]]), ulps=16) == []


# Recurrence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_recurrent_network_of_fifty_steps_replays_as_it_runs(backend: str) -> None:
    loss, inputs, rows = recurrent(50)
    program = Program(loss, inputs, backend)
    assert program.backend == backend
    assert disagreement(program, loss, inputs, rows, ulps=5000) == []


def test_a_recurrent_network_runs_in_jax_as_it_does_eagerly() -> None:
    loss, inputs, rows = recurrent(50)
    assert differences(loss, inputs, rows, ulps=5000) == []


def test_what_waits_for_nothing_is_computed_for_all_steps_at_once() -> None:
    blocks = Program(*recurrent(50)[:2]).blocks.blocks
    assert Counter(block.shape for block in blocks if block.op.name == "square") == {(50,): 1}
    assert [block.shape for block in blocks if block.matrix and block.size == 50] == [(1, 50)]


@needs_compiler
def test_the_text_of_a_recurrent_network_does_not_grow_with_its_steps() -> None:
    few, many = (len(Program(*recurrent(steps)[:2], backend="native").source) for steps in (10, 50))
    assert many < few + 200


# Random graphs ----------------------------------------------------------------------------------------------
# Compiling each takes a while, so that a few are tried; with GRAPHS=all as many as on NumPy.


def some(count: int) -> int:
    return 300 if os.environ.get("GRAPHS") == "all" else count


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1))
def test_a_random_graph_with_repetition_replays_as_it_runs(seed: int) -> None:
    loss, inputs, rows = repeated(seed)
    assert disagreement(Program(loss, inputs), loss, inputs, rows, ulps=5000) == []


@needs_compiler
@settings(max_examples=some(12), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_random_graph_with_repetition_runs_compiled_as_it_does_eagerly(seed: int) -> None:
    loss, inputs, rows = repeated(seed)
    program = Program(loss, inputs, "native")
    assert program.backend == "native"
    assert disagreement(program, loss, inputs, rows, ulps=5000) == []


@settings(max_examples=some(5), deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_random_graph_with_repetition_runs_in_jax_as_it_does_eagerly(seed: int) -> None:
    loss, inputs, rows = repeated(seed)
    assert differences(loss, inputs, rows, ulps=5000) == []
