"""The plan of the backward pass: rules, first and later contributions, zeros; and what it leaves out."""

from __future__ import annotations

import numpy as np
import pytest

import autograd as ag
from autograd import Program, Value, values
from autograd.program.lowering.adjoints import Backward, Choice, Over, Same, Times, backward_pass, rule
from autograd.program.lowering.layout import lower
from autograd.table.rows import TABLE
from tests.program.agreement import disagreement


def plan(loss: Value, inputs: list[Value]) -> Backward:
    return backward_pass(lower(loss, inputs))


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        ("none", None),
        ("1", Same()),
        ("-1", Times("-1")),
        ("1 / x", Over("x")),
        ("-1 / x", Times("-1 / x")),
        ("where(x > 0, 1, 0)", Times("where(x > 0, 1, 0)")),
        ("where(x > 0, none, 1 / x)", Choice("x > 0", None, Over("x"))),
        (
            "where(x > 0, where(y > 0, out, none), 1)",
            Choice("x > 0", Choice("y > 0", Times("out"), None), Same()),
        ),
        ("where(x > 0, none, none)", None),
    ],
)
def test_a_partial_says_how_upstream_is_taken_through_it(partial: str, expected: object) -> None:
    assert rule(partial) == expected


def test_every_partial_of_the_table_has_a_rule_or_is_none() -> None:
    for row in TABLE.values():
        for partial in row.partials:
            assert (rule(partial) is None) == (partial == "none")


def test_the_first_contribution_is_written_and_later_ones_are_added() -> None:
    x, w = values(x=0.5, w=-1.0)
    steps = plan(ag.square(w) * ag.exp(w * x), [x]).steps
    found = [(s.block.op.name, c.parameter, c.adds) for s in steps for c in s.contributions]
    assert found == [
        ("mul", "x", False), ("mul", "y", False), ("exp", "x", False), ("mul", "x", False),
        ("square", "x", True),
    ]  # fmt: skip


def test_slots_that_nothing_was_handed_on_to_become_zero_beside_others() -> None:
    x = ag.values(x_1=1.0, x_2=2.0)
    w = ag.values(w_1=3.0, w_2=4.0)
    h = [ag.exp(v * u) for v, u in zip(w, x, strict=True)]
    program = Program(ag.square(h[1]), x, outputs=h)
    (_, exp, _) = program._plan.steps
    assert exp.zeros == (exp.block.start,)
    assert disagreement(program, ag.square(h[1]), x, np.array([[1.0, 2.0], [0.5, 0.25]]), ulps=8) == []


def test_what_depends_on_no_leaf_or_reaches_no_loss_takes_no_part() -> None:
    x, w, u = values(x=1.0, w=2.0, u=3.0)
    program = Program(w * ag.exp(x), [x], outputs=[ag.sin(u * x)])
    assert [step.block.op.name for step in program._plan.steps] == ["mul"]
    program.backward([[1.0]])
    assert (u.grad, x.grad) == (None, None)


def test_a_branch_that_a_row_may_not_take_makes_what_is_behind_it_uncertain() -> None:
    x, w = values(x=1.0, w=2.0)
    steps = plan(ag.where(x, ag.exp(w), ag.square(w)) + ag.tanh(w), [x]).steps
    assert {s.block.op.name: s.certain for s in steps} == {
        "add": True, "where": True, "exp": False, "square": False, "tanh": True,
    }  # fmt: skip


@pytest.mark.parametrize("penalty", [0.0, 0.5])
@pytest.mark.parametrize("shape", ["weights", "one weight", "x", "x alone"])
@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_slots_that_a_matrix_reads_repeatedly_get_all_contributions(
    shape: str, penalty: float, backend: str
) -> None:
    x, w, v, b, c = values(x=0.5, w=-1.0, v=0.25, b=0.125, c=2.0)
    h = ag.tanh(w * x)
    neurons = {
        "weights": [ag.dot([w, v], [x, ag.exp(x)], b), ag.dot([w, v], [x, ag.exp(x)], c)],
        "one weight": [ag.dot([w, w], [h, ag.exp(x)], b), ag.dot([v, v], [h, ag.exp(x)], c)],
        "x": [ag.dot([w, v], [h, h], b), ag.dot([v, b], [h, h], c)],
        "x alone": [ag.dot([w, v], [h, h], b)],
    }[shape]
    loss = ag.sum([ag.tanh(z) for z in neurons])
    loss = loss + penalty * w * v if penalty else loss
    rows = np.random.default_rng(0).normal(size=(5, 1))
    assert disagreement(Program(loss, [x], backend), loss, [x], rows, ulps=32) == []


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_no_edge_may_stand_in_a_case_of_a_case(backend: str) -> None:
    gate = ag.register(
        "program_gate", "x y", "where(x > 0, where(y > 0, x * y, 5), x)",
        ["where(x > 0, where(y > 0, y, none), 1)", "where(x > 0, where(y > 0, x, none), none)"],
    )  # fmt: skip
    try:
        x, w, rows = Value(1.0), Value(2.0), np.array([[1.0], [-1.0], [0.5]])
        for pair in ((w, x), (x, w)):
            loss = gate(*pair)
            assert disagreement(Program(loss, [x], backend), loss, [x], rows, ulps=8) == []
    finally:
        ag.unregister("program_gate")
