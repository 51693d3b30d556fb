"""What a Program does with numbers: parameters, gradients, outputs, training; against eager runs."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Program, Value, record, values
from autograd.core.modes import modes
from autograd.program import program as module
from tests.program.agreement import disagreement, eager


def moons(rows: int = 20) -> tuple[nn.MLP, Value, list[Value], np.ndarray]:
    """A small two-moons step: max-margin loss with an L2 penalty."""
    rng = np.random.default_rng(0)
    model = nn.MLP(2, [5, 4, 1], activation="relu", output="linear", rng=1)
    x, y = values(x_1=0.5, x_2=-0.5), Value(1.0, label="y")
    loss = ag.relu(1.0 - y * model(x)[0]) + 1e-2 * nn.reg.l2(model)
    data = np.column_stack([rng.normal(size=(rows, 2)), np.where(np.arange(rows) % 2, 1.0, -1.0)])
    return model, loss, [*x, y], data


def test_a_step_of_two_moons_agrees_with_eager_evaluation() -> None:
    model, loss, inputs, rows = moons()
    program = Program(loss, inputs)
    assert [id(leaf) for leaf in program.leaves] == [id(p) for p in model.parameters()]
    assert disagreement(program, loss, inputs, rows, ulps=64) == []


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_rests_while_a_graph_is_lowered_and_is_as_before_afterwards(
    enabled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    lower = module.lower
    monkeypatch.setattr(module, "lower", lambda *of: (seen.append(gc.isenabled()), lower(*of))[1])
    x = Value(1.0)
    loss, stale = x * x, ag.exp(x)
    try:
        (gc.enable if enabled else gc.disable)()
        Program(loss)
        x.data = 2.0
        with pytest.raises(ag.StaleGraphError):
            Program(stale)
        assert (seen, gc.isenabled()) == ([False], enabled)
    finally:
        gc.enable()


def test_softmax_cross_entropy_by_logsumexp_agrees_with_eager_evaluation() -> None:
    rng = np.random.default_rng(1)
    model = nn.MLP(6, [5, 4], activation="relu", output="linear", rng=1)
    x, y = [Value(v) for v in rng.normal(size=6)], [Value(1.0), Value(0.0), Value(0.0), Value(0.0)]
    z = model(x)
    loss = ag.logsumexp(z) - ag.dot(y, z)
    rows = np.hstack([rng.normal(size=(7, 6)), np.eye(4)[rng.integers(0, 4, 7)]])
    program = Program(loss, [*x, *y], outputs=z)
    assert [id(leaf) for leaf in program.leaves] == [id(p) for p in model.parameters()]
    assert disagreement(program, loss, [*x, *y], rows, ulps=64) == []
    program.forward(rows)
    assert program.outputs == pytest.approx(np.array([[v.data for v in model(row[:6])] for row in rows]))


def test_a_penalty_counts_once_under_mean_and_once_for_each_row_under_sum() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(x * w + 10.0 * w * w, [x])
    rows = [[1.0], [2.0], [6.0]]
    assert program.value_and_grad(rows, "mean") == (3.0 * 3.0 + 90.0, pytest.approx([3.0 + 60.0]))
    assert program.value_and_grad(rows, "sum") == (9.0 * 3.0 + 270.0, pytest.approx([9.0 + 180.0]))


def test_a_loss_that_depends_on_no_input_counts_the_same_way() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(w * w, [x])
    assert program.forward([[1.0], [2.0]]).tolist() == [9.0, 9.0]
    assert program.value_and_grad([[1.0], [2.0]])[1].tolist() == [6.0]
    assert program.value_and_grad([[1.0], [2.0]], "sum")[1].tolist() == [12.0]


def test_a_loss_may_be_a_leaf_or_an_input() -> None:
    x, w = values(x=1.0, w=3.0)
    assert Program(w).value_and_grad() == (3.0, [1.0])
    assert Program(x, [x]).forward([[4.0], [5.0]]).tolist() == [4.0, 5.0]
    assert Program(x, [x]).value_and_grad([[4.0], [5.0]])[0] == 4.5


def test_backward_adds_to_the_leaves_grad_as_value_backward_does() -> None:
    _, loss, inputs, rows = moons()
    program = Program(loss, inputs)
    expected = eager(loss, inputs, program.leaves, rows).gradient
    program.backward(rows, reduction="sum")
    program.backward(rows, reduction="sum")
    assert [leaf.grad for leaf in program.leaves] == pytest.approx(2.0 * expected, rel=1e-12, abs=1e-12)
    assert all(leaf.grad is None for leaf in inputs)


def test_backward_pulls_first() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(x * w * w, [x])
    w.data = 5.0
    program.backward([[1.0]])
    assert w.grad == 10.0
    assert program.parameters.tolist() == [5.0]


def test_backward_leaves_none_where_no_edge_leads() -> None:
    x, w, c = values(x=1.0, w=3.0, c=1.0)
    loss = ag.where(c, w, 0.0) * x
    program = Program(loss, [x])
    program.backward([[2.0]])
    assert (w.grad, c.grad) == (2.0, None)


def test_value_and_grad_reads_parameters_as_they_stand() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(x * w * w, [x])
    program.parameters[0] = 7.0
    assert program.value_and_grad([[1.0]]) == (49.0, [14.0])
    assert w.data == 3.0


def test_gradients_are_new_arrays_that_later_calls_leave_alone() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(x * w, [x])
    _, first = program.value_and_grad([[1.0]])
    losses = program.forward([[1.0]])
    program.value_and_grad([[2.0]])
    assert (first.tolist(), losses.tolist()) == ([1.0], [3.0])


def test_augmented_assignment_updates_the_parameters_in_place() -> None:
    x, w = values(x=1.0, w=3.0)
    program = Program(x * w * w, [x])
    view = program.parameters
    program.parameters -= 0.5
    assert program.parameters is view
    assert view.tolist() == [2.5]


def test_pull_and_push_copy_between_leaves_and_parameters() -> None:
    x, w, b = values(x=1.0, w=3.0, b=1.0)
    program = Program(x * w + b, [x])
    program.parameters = [5.0, 6.0]
    program.push()
    assert [leaf.data for leaf in program.leaves] == [5.0, 6.0]
    program.leaves[0].data = 8.0
    program.pull()
    assert program.parameters.tolist() == [8.0, 6.0]


def test_train_returns_the_loss_before_each_update_and_pushes() -> None:
    w = Value(1.0, label="w")
    program = Program(w * w)
    losses = program.train(None, steps=3, lr=0.1)
    assert losses == pytest.approx([1.0, 0.64, 0.4096])
    assert w.data == program.parameters[0] == pytest.approx(0.512)
    assert program.train(None, steps=0, lr=0.1).shape == (0,)


def test_train_agrees_with_the_eager_loop() -> None:
    model, loss, inputs, rows = moons()
    program = Program(loss, inputs)
    start = [p.data for p in model.parameters()]
    losses = program.train(rows, steps=5, lr=0.05)
    after = [p.data for p in model.parameters()]
    for p, number in zip(model.parameters(), start, strict=True):
        p.data = number
    for expected in losses:
        run = eager(loss, inputs, program.leaves, rows)
        assert expected == pytest.approx(np.mean(run.losses), rel=1e-12)
        for p, slope in zip(model.parameters(), run.gradient / len(rows), strict=True):
            p.data -= 0.05 * slope
    assert after == pytest.approx([p.data for p in model.parameters()], rel=1e-12)


def test_train_pushes_what_was_learned_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(1.0, label="w")
    program = Program(w * w)
    calls = iter(range(10))

    def interrupted(rows, inputs, run=module.Program._step):  # type: ignore[no-untyped-def]
        if next(calls) == 2:
            raise KeyboardInterrupt
        return run(program, rows, inputs)

    monkeypatch.setattr(program, "_step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        program.train(None, steps=5, lr=0.1)
    assert w.data == pytest.approx(0.64)


def test_buffers_of_several_numbers_of_rows_do_not_disturb_each_other() -> None:
    _, loss, inputs, rows = moons()
    program = Program(loss, inputs)
    whole = program.forward(rows)
    for count in (1, 20, 3, 7, 11, 5, 20, 1):
        assert program.forward(rows[:count]) == pytest.approx(whole[:count])
        program.value_and_grad(rows[:count])


@pytest.mark.parametrize("backend", ["numpy", "native"])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_a_copy_computes_by_parameters_of_its_own(copied, backend: str) -> None:  # type: ignore[no-untyped-def]
    w, b, x = values(w=3.0, b=1.0, x=1.0)
    looked_up = ag.take([w, b, w * b], x)
    program = Program(w * x + looked_up, [x], backend=backend, outputs=[looked_up])
    rows = [[2.0], [0.0]]  # w·2 + w·b, 0 + w: the mean is (3w + wb)/2
    assert program.value_and_grad(rows)[0] == 6.0
    program.train(rows, steps=1, lr=0.0)  # assigns the leaves, which makes the graph stale
    twin = copied(program)
    twin.parameters = [10.0, 20.0]
    loss, gradient = twin.value_and_grad(rows)
    assert (loss, gradient.tolist()) == (115.0, [(3.0 + 20.0) / 2, 10.0 / 2])
    assert twin.outputs.tolist() == [[200.0], [10.0]]
    assert twin.backend == backend
    loss, gradient = program.value_and_grad(rows)
    assert (loss, gradient.tolist(), program.parameters.tolist()) == (6.0, [2.0, 1.5], [3.0, 1.0])
    twin.push()
    assert (w.data, b.data) == ((10.0, 20.0) if copied is copy.copy else (3.0, 1.0))
    assert [leaf.data for leaf in twin.leaves] == [10.0, 20.0]


def test_a_copy_guards_the_branches_of_the_original() -> None:
    w = Value(2.0, label="w")
    twin = copy.deepcopy(record(lambda x: x * w if x * w > 1.0 else x, 3.0))
    twin.parameters = [0.5]
    assert twin.forward([[4.0]]).tolist() == [2.0]
    with pytest.raises(ag.BranchError, match=r"x \* w > 1 was true .* for x \* w = 0.75"):
        twin.forward([[1.5]])


def test_rows_of_any_numbers_and_memory_order_are_taken() -> None:
    _, loss, inputs, rows = moons()
    program = Program(loss, inputs)
    expected = program.forward(rows)
    assert program.forward(np.asfortranarray(rows)).tolist() == expected.tolist()
    assert program.forward(rows[::2]).tolist() == expected[::2].tolist()
    assert program.forward(rows.tolist()).tolist() == expected.tolist()
    ones = np.ones((3, 3), dtype=int)
    assert program.forward(ones).tolist() == program.forward(ones.astype(float)).tolist()


def test_outputs_have_a_row_each_and_the_columns_that_were_named() -> None:
    w = Value(2.0, label="w")
    program = record(lambda x, y: ((x * w - y) ** 2, [x * w, w]), 1.0, 0.0)
    assert program.forward([[1.0, 0.0], [3.0, 1.0]]).tolist() == [4.0, 25.0]
    assert program.outputs.tolist() == [[2.0, 2.0], [6.0, 2.0]]


def test_record_takes_lists_arrays_and_dicts_and_labels_the_inputs() -> None:
    w = Value(2.0, label="w")
    program = record(lambda x, at: ag.dot([w, w], x) + at["y"], np.array([1.0, 2.0]), {"y": 3.0})
    assert [leaf.label for leaf in program.inputs] == ["x_1", "x_2", "at_y"]
    assert program.forward([[1.0, 2.0, 3.0]]).tolist() == [9.0]


def test_recording_changes_no_leaf_and_leaves_no_mode_behind() -> None:
    w = Value(2.0, label="w")
    record(lambda x: x * w, 1.0)
    assert w.grad is None
    assert (w > 1.0) is True
    assert modes.guards is None


def test_equal_computations_are_made_once() -> None:
    x, w = values(x=1.0, w=2.0)
    program = Program(ag.exp(x * w) + ag.exp(x * w), [x])
    assert [block.op.name for block in program.blocks.blocks] == ["mul", "exp", "add"]


def test_weights_used_twice_get_both_contributions() -> None:
    x_1, x_2, w, u = values(x_1=1.0, x_2=2.0, w=0.5, u=-0.25)
    first = [ag.tanh(ag.dot([w, u], [x_1, x_2])), ag.tanh(ag.dot([u, w], [x_1, x_2]))]
    loss = ag.square(ag.dot([w, u], first))
    rows = np.random.default_rng(3).normal(size=(6, 2))
    assert disagreement(Program(loss, [x_1, x_2]), loss, [x_1, x_2], rows, ulps=64) == []


def test_importing_autograd_leaves_numpy_alone_until_a_program_is_asked_for() -> None:
    text = (
        "import sys, autograd; a = 'numpy' in sys.modules; autograd.Program; print(a, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
    assert "Program" in ag.__all__ and "record" in ag.__all__
    with pytest.raises(AttributeError, match="no attribute 'Programme'"):
        _ = ag.Programme


def _note(events: list[str], frame: object, event: str, argument: object) -> None:
    events.append(event)


def test_a_replay_makes_as_many_calls_for_a_large_network_and_many_rows_as_for_a_small_one() -> None:
    counts = []
    for width, rows in ((4, 8), (32, 512)):
        model = nn.MLP(3, [width, width, 1], activation="relu", output="linear")
        x, y = [Value(0.1) for _ in range(3)], Value(1.0)
        program = Program(ag.square(model(x)[0] - y), [*x, y])
        numbers = np.random.default_rng(0).normal(size=(rows, 4))
        for _ in range(3):
            program.value_and_grad(numbers)
        events: list[str] = []
        sys.setprofile(partial(_note, events))
        program.value_and_grad(numbers)
        sys.setprofile(None)
        counts.append(len(events))
    assert counts[0] == counts[1]


def test_record_takes_functions_without_arguments() -> None:
    w = Value(3.0, label="w")
    assert record(lambda: w * w).value_and_grad() == (9.0, [6.0])


def test_listing_and_lowering_of_a_long_chain_stay_linear() -> None:
    x, counts = Value(0.5), []
    for length in (50, 100, 200):
        node = x
        for _ in range(length):
            node = node * 0.999 + 0.001
        events: list[str] = []
        sys.setprofile(partial(_note, events))
        text = str(Program(node, [x]))
        sys.setprofile(None)
        assert len(text.splitlines()) == 2 + 2 * length
        counts.append(len(events))
    assert counts[2] - counts[1] < 2.2 * (counts[1] - counts[0])


def test_training_without_inputs_takes_no_rows():
    w = Value(2.0, label="w")
    assert Program((w - 1.0) ** 2).train(steps=2, lr=0.25).tolist() == [1.0, 0.25]
    assert w.data == 1.25


@pytest.mark.parametrize(
    ("lr", "error", "words"),
    [
        (-0.1, ValueError, r"lr must be finite and >= 0, got -0\.1\. A negative one.*train on -f"),
        (float("nan"), ValueError, "lr must be finite and >= 0, got nan"),
        (float("inf"), ValueError, "lr must be finite and >= 0, got inf"),
        ("0.1", TypeError, "lr must be a number, got '0.1'"),
        (None, TypeError, "lr must be a number, got None"),
    ],
)
def test_a_learning_rate_that_makes_no_sense_changes_nothing(lr, error, words):
    w = Value(2.0, label="w")
    program = Program((w - 1.0) ** 2)
    with pytest.raises(error, match=words):
        program.train(steps=2, lr=lr)
    assert w.data == 2.0 and program.parameters.tolist() == [2.0]


@pytest.mark.parametrize("steps", [-1, 2.5, float("nan"), "3", None])
def test_steps_are_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps is how many updates to make"):
        Program((Value(2.0) - 1.0) ** 2).train(steps=steps, lr=0.1)


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_an_optimiser_trains_its_leaves_and_leaves_the_others(backend: str) -> None:
    # by hand, with beta = 0.5: v = -0.1, w = 0.9; then v = -0.05 - 0.09 = -0.14, w = 0.76
    w, frozen = Value(1.0, label="w"), Value(1.0, label="frozen")
    program = Program(0.5 * (w * w + frozen * frozen), backend=backend)
    optimizer = nn.optim.Momentum([w], lr=0.1, beta=0.5)
    losses = program.train(steps=2, optimizer=optimizer)
    assert losses == pytest.approx([1.0, (0.81 + 1.0) / 2])
    assert (w.data, frozen.data) == (pytest.approx(0.76), 1.0)
    assert program.parameters == pytest.approx([0.76, 1.0])
    assert (optimizer.updates, optimizer.state["v"].tolist()) == (2, [pytest.approx(-0.14)])


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_rows_are_taken_in_batches_one_after_the_other_again_and_again(backend: str) -> None:
    # (w - x)² from 0, lr = 1/4: w goes half the way to the mean of the batch
    w, x = Value(0.0, label="w"), Value(0.0, label="x")
    program = Program((w - x) ** 2, [x], backend=backend)
    losses = program.train([[2.0], [4.0], [8.0]], steps=3, lr=0.25, batch_size=2)
    # means 3, 8, 3: w = 1.5, then 4.75, then 3.875
    assert losses.tolist() == [(4.0 + 16.0) / 2, 6.5**2, (2.75**2 + 0.75**2) / 2]
    assert w.data == 3.875
    assert program.train([[2.0], [4.0]], steps=1, lr=0.0, batch_size=9).tolist() == [
        (1.875**2 + 0.125**2) / 2
    ]


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_a_row_of_a_batch_that_leaves_the_reals_is_found_among_all(backend: str) -> None:
    w, x = Value(1.0, label="w"), Value(1.0, label="x")
    program = Program(w * ag.log(x), [x], backend=backend)
    with pytest.raises(ag.DomainError, match=r"In row 1: log.*got x = -3") as caught:
        program.train([[1.0], [2.0], [3.0], [-3.0]], steps=4, lr=0.0, batch_size=2)
    assert caught.value.__notes__ == ["Row 0 of this batch is row 2 of all."]


@pytest.mark.parametrize("size", [0, -1, 2.5, "2"])
def test_a_batch_has_a_whole_number_of_rows(size: Any) -> None:
    w = Value(1.0, label="w")
    with pytest.raises(ValueError, match="batch_size is how many rows make an update, a whole number from 1"):
        Program(w * w).train(steps=1, lr=0.1, batch_size=size)
    assert w.data == 1.0


def test_train_refuses_two_learning_rates_and_optimisers_of_other_parameters() -> None:
    w = Value(1.0)
    program = Program(w * w)
    with pytest.raises(TypeError, match=r"two learning rates: train takes lr=.* or optimizer="):
        program.train(steps=1, lr=0.1, optimizer=nn.optim.SGD([w], lr=0.1))
    with pytest.raises(ValueError, match=r"None of the optimizer's 1 parameter is a leaf of this program"):
        program.train(steps=1, optimizer=nn.optim.SGD([Value(2.0)], lr=0.1))
    with pytest.raises(TypeError, match=r"optimizer must be one of nn.optim.*got 'adam'"):
        program.train(steps=1, optimizer="adam")  # type: ignore[arg-type]
