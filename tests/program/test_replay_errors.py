"""What a replay refuses: flipped branches, rows outside the reals, shapes and leaves that do not fit."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd as ag
from autograd import (
    BranchError,
    DomainError,
    Program,
    RecordingError,
    StaleGraphError,
    Value,
    record,
    values,
)
from autograd.table.language import names
from autograd.table.primitive import BUILT_IN, TABLE, Primitive


def test_a_flipped_branch_names_the_condition_and_the_row() -> None:
    w = Value(2.0, label="w")
    program = record(lambda x: x * w if x * w > 1.0 else x, 3.0)
    assert program.forward([[1.0], [4.0]]).tolist() == [2.0, 8.0]
    with pytest.raises(
        BranchError, match=r"Row 1 takes another branch .*: x \* w > 1 was true .* for x \* w = 0.5"
    ):
        program.forward([[1.0], [0.25], [0.125]])


def test_numbers_that_round_to_what_is_allowed_are_told_with_all_digits() -> None:
    with pytest.raises(DomainError, match=r"needs -1 <= x <= 1, got x = 1\.0000001 at"):
        ag.arcsin(Value(1.0000001, "x"))
    with pytest.raises(DomainError, match=r"got low = 1\.0000001 and high = 1 in"):
        ag.clip(Value(1.0), 1.0000001, 1.0)
    with pytest.raises(DomainError, match=r"needs x > 0, got x = -0\.3333 at"):  # it is wrong rounded, too
        ag.log(Value(-1.0 / 3.0, "x"))
    with pytest.raises(DomainError, match=r"In row 1: .* got x = 1\.0000001"):
        record(lambda x: ag.arcsin(x), 0.5).forward([[0.5], [1.0000001]])
    with pytest.raises(BranchError, match=r"a <= 1 was true .* is false for a = 1\.0000001\."):
        record(lambda a: a if a <= 1.0 else -a, 0.5).forward([[1.0000001]])
    with pytest.raises(BranchError, match=r"a <= 1\.0000001 was true .* is false for a = 1\.0000002\."):
        record(lambda a: a if a <= 1.0000001 else -a, 0.5).forward([[1.0000002]])


def test_a_comparison_that_was_false_is_guarded_too() -> None:
    program = record(lambda x, y: x if x >= y else y * 2.0, 1.0, 2.0)
    with pytest.raises(BranchError, match=r"x >= y was false .* is true for x = 3 and y = 2"):
        program.value_and_grad([[1.0, 2.0], [3.0, 2.0]])


def test_a_flipped_branch_of_parameters_alone_names_no_row() -> None:
    w = Value(2.0, label="w")
    program = record(lambda x: x * w if w > 0 else x, 3.0)
    program.parameters = [-1.0]
    with pytest.raises(BranchError, match=r"^These parameters take another branch .*: w > 0 was true"):
        program.forward([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("f", "rows"),
    [
        (lambda x: x if x == 1.0 else -x, [[1.0], [2.0]]),
        (lambda x: -x if x != 1.0 else x, [[2.0], [1.0]]),
        (lambda x: 2.0 * x if x else -x, [[1.0], [0.0]]),
        (lambda x: max([x, 2.0 * x]), [[1.0], [-1.0]]),
        (lambda x: min([x, Value(3.0)]), [[1.0], [4.0]]),
    ],
)
def test_every_kind_of_decision_between_values_is_guarded(f, rows) -> None:  # type: ignore[no-untyped-def]
    program = record(f, *rows[0])
    program.forward(rows[:1])
    with pytest.raises(BranchError, match="Row 1 takes another branch"):
        program.forward(rows)


def test_a_decision_read_off_data_is_refused_as_it_cannot_be_guarded() -> None:
    with pytest.raises(RecordingError, match=r"`.*x\.data > 0.*`, reads the number of x"):
        record(lambda x: x if x.data > 0 else -x, 1.0)


def test_where_with_a_value_as_condition_needs_no_guard() -> None:
    program = record(lambda x: ag.where(ag.heaviside(x), x, -x), 1.0)
    assert program.forward([[3.0], [-2.0]]).tolist() == [3.0, 2.0]


def test_a_domain_error_names_the_row_and_the_node_in_the_eager_words() -> None:
    a, b = values(a=3.0, b=1.0)
    z = a - b
    z.label = "z"
    program = Program(ag.log(z) * Value(2.0, label="w"), [a])
    with pytest.raises(DomainError) as replayed:
        program.forward([[2.0], [0.75], [0.5]])
    a.data = 0.75
    z.forward()
    with pytest.raises(DomainError) as eager:
        ag.log(z)
    assert str(replayed.value) == f"In row 1: {eager.value}"
    assert 'got x = -0.25 at "z" = a - b' in str(eager.value)


@pytest.mark.parametrize(
    ("f", "good", "bad"),
    [
        (lambda x: ag.log(x), 1.0, 0.0),
        (lambda x: ag.sqrt(x), 0.0, -1.0),
        (lambda x: 1.0 / x, 1.0, 0.0),
        (lambda x: x**-2.0, 1.0, 0.0),
        (lambda x: x**0.5, 1.0, -1.0),
        (lambda x: x**-1.0, 1.0, 0.0),
        (lambda x: ag.reciprocal(x), 1.0, 0.0),
        (lambda x: ag.log1p(x), 1.0, -1.0),
        (lambda x: ag.arcsin(x), 1.0, 1.5),
        (lambda x: ag.arccosh(x), 1.0, 0.5),
        (lambda x: ag.arctanh(x), 0.5, 1.0),
        (lambda x: ag.clip(0.5, x, 1.0), 0.0, 2.0),
        (lambda x: ag.softplus(1.0, x), 1.0, 0.0),
    ],
)
def test_every_row_with_a_domain_is_watched_in_every_row_of_numbers(f, good, bad) -> None:  # type: ignore[no-untyped-def]
    program = record(f, good)
    program.forward([[good], [good]])
    with pytest.raises(DomainError, match=r"^In row 2: .* needs "):
        program.forward([[good], [good], [bad]])


PARTIAL = [
    row for row in TABLE.values() if row in BUILT_IN and row.undefined and "n" not in names(row.undefined)
]


@pytest.mark.parametrize("row", PARTIAL, ids=lambda row: row.name)
def test_replay_refuses_what_eager_evaluation_refuses_and_nothing_else(row: Primitive) -> None:
    rng = np.random.default_rng(11)
    points = np.where(rng.random((300, 3)) < 0.5, rng.integers(-3, 4, (300, 3)), rng.uniform(-3, 3, (300, 3)))
    points = points[:, : len(row.parameters)]
    inputs = [Value((low + high) / 2) for low, high in row.domain]
    program = Program(row(*inputs), inputs)
    refused = 0
    for point in points:
        try:
            expected = row(*point.tolist())
        except DomainError as error:
            refused += 1
            with pytest.raises(DomainError, match=re.escape(str(error).split(", got")[0])):
                program.forward(point[None])
        else:
            assert program.forward(point[None]) == pytest.approx(expected, rel=1e-14)
    assert 0 < refused < len(points)


@pytest.mark.parametrize(
    ("parameters", "undefined", "sequences"),
    [("x", "sigmoid(x) > 0.9", ()), ("x", "max(x) > 3", ("x",)), ("w x", "dot(w, x) > 3", ("w", "x"))],
)
def test_a_row_of_the_users_own_is_watched_without_flags(
    parameters: str, undefined: str, sequences: tuple[str, ...]
) -> None:
    forward = "2 * x" if not sequences else f"sum({parameters[-1]})"
    partials = ["2" if not sequences else "1" if p == "x" else "0" for p in parameters.split()]
    row = ag.register(
        "program_limited", parameters, forward, partials, undefined=undefined, sequences=sequences,
        needs="a little", why="So it was said.", cure="Take less.",
    )  # fmt: skip
    try:
        program = record(lambda a, b: row(*([a] if not sequences else [[a, b]] * len(sequences))), 1.0, 0.5)
        program.forward([[1.0, 0.5]] * 2)
        with pytest.raises(DomainError, match=r"In row 1: .* needs a little"):
            program.forward([[1.0, 0.5], [9.0, 0.5], [9.0, 0.5]])
    finally:
        ag.unregister("program_limited")


def test_a_branch_not_taken_by_where_must_stay_in_the_reals_as_eagerly() -> None:
    program = record(lambda x: ag.where(ag.heaviside(x - 1.0), ag.log(x), 0.0 * x), 2.0)
    with pytest.raises(DomainError, match="In row 0"):
        program.forward([[-1.0]])


@pytest.mark.parametrize("backend", ["numpy", "native"])
@pytest.mark.parametrize(
    ("f", "row"),
    [
        (lambda x, y: x / y, [np.inf, 0.0]),  # no floating-point flag rises in any of them
        (lambda x, y: x / y, [-np.inf, -0.0]),
        (lambda x, y: 1.0 / (ag.exp(x) / y), [800.0, 0.0]),  # 0 where nobody looks: 1 / (inf / 0)
        (lambda x, y: x**y, [-np.inf, 0.5]),
    ],
)
def test_infinity_over_zero_is_refused_as_eagerly(f, row, backend) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DomainError) as eager:
        f(*map(Value, row))
    program = record(f, 2.0, 0.5, backend=backend)
    with pytest.raises(DomainError, match=r"In row 1: .* needs ") as replayed:
        program.forward([[2.0, 0.5], row])
    assert str(eager.value).split(", got")[0] in str(replayed.value)
    w, v = map(Value, (2.0, 0.5))
    of_parameters = Program(f(w, v), backend=backend)
    of_parameters.parameters = row
    with pytest.raises(DomainError, match=" needs "):
        of_parameters.value_and_grad()


def test_infinity_that_was_written_over_zero_is_refused_as_eagerly() -> None:
    program = record(lambda x: np.inf / x, 2.0)
    with pytest.raises(DomainError, match=r"In row 0: .* needs y != 0"):
        program.forward([[0.0]])


def test_a_domain_error_of_parameters_alone_names_no_row() -> None:
    w, x = values(w=1.0, x=1.0)
    program = Program(x * ag.log(w), [x])
    program.parameters[0] = -1.0
    with pytest.raises(DomainError, match=r"^log\(x\) needs x > 0, got x = -1 at \"w\""):
        program.forward([[1.0]])


def test_what_only_the_rounding_of_a_replay_takes_outside_is_told_with_its_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autograd.program.program.rerun", lambda roots, numbers: None)  # eagerly, all is well
    x, y = values(x=1.0, y=0.5)
    program = Program(ag.sqrt(x - y) + ag.clip(x, y, 2.0), [x, y])
    with pytest.raises(DomainError, match=r"^In row 1: sqrt\(x\) needs x >= 0, got x = -1 at x - y"):
        program.forward([[1.0, 0.5], [0.5, 1.5]])


def test_a_branch_that_the_row_would_not_take_is_told_before_its_domain() -> None:
    program = record(lambda x: ag.log(x) if x > 0 else x, 1.0)
    with pytest.raises(BranchError, match="Row 1"):
        program.forward([[1.0], [-1.0]])


def test_a_comparison_with_a_number_outside_the_reals_is_told_as_a_domain_error() -> None:
    program = record(lambda x: x if ag.log(x) > 0 else -x, 2.0)
    with pytest.raises(DomainError, match="In row 0"):
        program.forward([[-1.0]])


def test_nan_in_a_row_is_no_error_and_stays_in_its_row() -> None:
    w = Value(2.0)
    program = record(lambda x: ag.log(x * w), 1.0)
    losses = program.forward([[1.0], [np.nan], [0.5]])
    assert np.isnan(losses).tolist() == [False, True, False]


def test_a_nan_that_flips_a_comparison_is_a_branch_error() -> None:
    program = record(lambda x: x if x > 0 else -x, 1.0)
    with pytest.raises(BranchError, match="is false for x = nan"):
        program.forward([[np.nan]])


def test_overflow_is_ieee_as_eagerly() -> None:
    program = record(lambda x: ag.exp(x), 1.0)
    assert program.forward([[1000.0]]).tolist() == [np.inf]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (None, r"2 inputs \(x, y\), so it needs rows of shape \(B, 2\)"),
        ([1.0, 2.0], r"shape \(B, 2\), .* got shape \(2,\). One row by itself is rows\[None, :\]"),
        ([[1.0]], r"shape \(B, 2\), a column for each of 2 inputs \(x, y\); got shape \(1, 1\)"),
        (np.empty((0, 2)), r"shape \(0, 2\): there is no row"),
    ],
)
def test_rows_of_another_shape_are_refused_with_both_shapes(rows, told) -> None:  # type: ignore[no-untyped-def]
    x, y = values(x=1.0, y=2.0)
    program = Program(x * y, [x, y])
    for call in (
        program.forward,
        program.value_and_grad,
        program.backward,
        lambda r: program.train(r, steps=1, lr=0.1),
    ):
        with pytest.raises(ValueError, match=told):
            call(rows)


def test_rows_that_are_no_numbers_are_refused() -> None:
    program = record(lambda x: x * 2.0, 1.0)
    with pytest.raises(
        TypeError, match=r"rows must be numbers, a float array of shape \(B, 1\), got \[\['a'\]\]"
    ):
        program.forward([["a"]])


def test_a_program_without_inputs_takes_no_rows() -> None:
    w = Value(3.0, label="w")
    program = Program(w * w)
    assert program.forward().tolist() == [9.0]
    assert program.value_and_grad()[1].tolist() == [6.0]
    with pytest.raises(ValueError, match="Leave rows out"):
        program.forward([[1.0]])


def test_inputs_must_be_different_leaves() -> None:
    x, w = values(x=1.0, w=2.0)
    z = x * w
    with pytest.raises(ValueError, match=r"inputs\[0\] = x \* w is computed"):
        Program(z + 1.0, [z])
    with pytest.raises(ValueError, match=r"inputs\[0\] and inputs\[2\] are the same leaf, x"):
        Program(z, [x, w, x])
    with pytest.raises(TypeError, match=r"inputs\[1\] must be a leaf Value .* got 2.0 of type float"):
        Program(z, [x, 2.0])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"inputs=\[x\]"):
        Program(z, x)  # type: ignore[arg-type]


def test_a_loss_that_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes a Value, got 3.0 of type float"):
        Program(3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"takes a Value, got 2.0"):
        record(lambda x: 2.0, 1.0)


def test_a_stale_graph_is_refused() -> None:
    x, w = values(x=1.0, w=2.0)
    loss = x * w
    w.data = 3.0
    with pytest.raises(StaleGraphError, match='The leaf "w" was assigned'):
        Program(loss, [x])


def test_a_row_without_text_is_refused() -> None:
    row = ag.register("program_opaque", "x", lambda x: x, lambda x: (1.0,))
    try:
        with pytest.raises(ValueError, match="program_opaque was registered as two Python functions"):
            Program(row(Value(1.0)))
    finally:
        ag.unregister("program_opaque")


def test_unknown_backends_and_reductions_are_refused_with_those_that_exist() -> None:
    x = Value(1.0)
    with pytest.raises(ValueError, match=r"no backend 'cuda'\. Known: numpy"):
        Program(x * 2.0, [x], backend="cuda")
    program = Program(x * 2.0, [x])
    for call in (program.value_and_grad, program.backward):
        with pytest.raises(ValueError, match='reduction must be "mean" or "sum", got \'max\''):
            call([[1.0]], reduction="max")


def test_parameters_of_another_shape_are_refused() -> None:
    w = values(a=1.0, b=2.0)
    program = Program(w[0] * w[1])
    with pytest.raises(ValueError, match=r"2 parameters.* shape \(2,\), and got shape \(3,\)"):
        program.parameters = [1.0, 2.0, 3.0]


def test_steps_must_be_a_whole_number() -> None:
    w = Value(1.0)
    with pytest.raises(ValueError, match=r"a whole number from 0 on, got 2\.5"):
        Program(w * w).train(steps=2.5, lr=0.1)  # type: ignore[arg-type]


def test_outputs_before_the_first_replay_are_refused() -> None:
    x = Value(1.0)
    with pytest.raises(RuntimeError, match=r"Call forward\(rows\) first"):
        _ = Program(x * 2.0, [x], outputs=[x]).outputs
