"""The order of leaves, blocks and rows: that in which leaves were made, whatever the loss reads first."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

import autograd as ag
import nn
from autograd import Program, Value

CLASSES = 3


def classifier(target: int, output: str = "linear") -> tuple[nn.MLP, list[Value], Program]:
    """A cross-entropy that reads the target's output first."""
    model, x = nn.MLP(4, [8, CLASSES], output=output, rng=0), [Value(0.1 * k, f"x_{k}") for k in range(1, 5)]
    return model, x, Program(nn.losses.ce_with_logits(model(x), target), x)


@pytest.mark.parametrize("output", ["linear", "tanh"])
@pytest.mark.parametrize("target", range(CLASSES))
def test_leaves_stand_in_the_order_of_parameters_for_every_target(target: int, output: str) -> None:
    model, _, program = classifier(target, output)
    assert [id(leaf) for leaf in program.leaves] == [id(p) for p in model.parameters()]


@pytest.mark.parametrize("target", range(CLASSES))
def test_a_listing_names_the_outputs_that_are_read_for_every_target(target: int) -> None:
    others = {0: "O2_2:3", 1: "O2_{1,3}", 2: "O2_1:2"}
    assert str(classifier(target)[2]) == (
        "Program: 67 parameters, 4 inputs, 6 blocks\n"
        "for each row:\n"
        "  z1[8] = W1[8,4] @ x[4] + b1\n"
        "  O1[8] = tanh(z1)\n"
        "  O2[3] = W2[3,8] @ O1 + b2\n"
        f"  t1 = logsumexp({others[target]})\n"
        f"  t2 = t1 - O2_{target + 1}\n"
        "  loss = softplus(t2)"
    )


@pytest.mark.parametrize("output", ["linear", "tanh"])
@pytest.mark.parametrize("target", range(CLASSES))
def test_every_matrix_is_one_view_for_every_target(target: int, output: str) -> None:
    blocks = classifier(target, output)[2].blocks.blocks
    layers = [block for block in blocks if block.matrix or block.op.name == "tanh"]
    assert len(layers) == 3 + (output == "tanh")
    assert all(operand.strides is not None for block in layers for operand in block.operands)


def test_neurons_by_hand_give_one_program_in_whatever_order_they_are_read() -> None:
    x = [Value(0.5, "x_1"), Value(-1.0, "x_2")]
    neurons = []
    for k in range(1, 4):
        w, v, b = Value(0.1 * k, f"w_{{{k}1}}"), Value(0.2, f"w_{{{k}2}}"), Value(0.3, f"b_{k}")
        neurons.append((w, v, b))
    outs = [ag.tanh(w * x[0] + v * x[1] + b) for w, v, b in neurons]
    programs = [Program(ag.sum([outs[k] for k in order]), x) for order in permutations(range(3))]
    layers = (
        "Program: 9 parameters, 2 inputs, 3 blocks\n"
        "for each row:\n"
        "  z1[3] = W[3,2] @ x[2] + b\n"
        "  h1[3] = tanh(z1)\n"
    )
    assert {str(program).partition("  loss")[0] for program in programs} == {layers}
    made = [id(leaf) for neuron in neurons for leaf in neuron]
    assert all([id(leaf) for leaf in program.leaves] == made for program in programs)


def test_blocks_of_one_level_stand_in_the_order_of_their_leaves() -> None:
    x, w, u = ag.values(x=1.0, w=2.0, u=3.0)
    for loss in (ag.exp(u * x) + ag.exp(w / x), ag.exp(w / x) + ag.exp(u * x)):
        assert [block.op.name for block in Program(loss, [x]).blocks.blocks] == ["div", "mul", "exp", "add"]


def test_assigning_a_leaf_leaves_the_order_alone() -> None:
    x, w, u = ag.values(x=1.0, w=2.0, u=3.0)
    w.data = 5.0
    assert [leaf.label for leaf in Program(u * x + w, [x]).leaves] == ["w", "u"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))])
def test_copies_of_leaves_stand_in_the_order_of_their_originals(copied) -> None:  # type: ignore[no-untyped-def]
    x, w, u = ag.values(x=1.0, w=2.0, u=3.0)
    later, (loss, column) = Value(4.0, "later"), copied([u * x + w, x])
    assert [leaf.label for leaf in Program(loss + later, [column]).leaves] == ["w", "u", "later"]
    newest = Value(5.0, "newest")
    assert [leaf.label for leaf in Program(newest * loss, [column]).leaves] == ["w", "u", "newest"]


@pytest.mark.parametrize("copied", [True, False])
def test_two_models_on_one_input_lie_one_behind_the_other_and_every_matrix_is_one_view(copied: bool) -> None:
    x, model = [Value(0.5), Value(-1.0)], nn.MLP(2, [3, 2], rng=0)
    other = copy.deepcopy(model) if copied else nn.MLP(2, [3, 2], rng=1)
    loss = ag.sum([ag.square(a - b) for a, b in zip(model(x), other(x), strict=True)])
    program = Program(loss, x)
    both = [*model.parameters(), *other.parameters()]
    assert [id(leaf) for leaf in program.leaves] == [id(p) for p in both]
    views = [(block.size, block.operands[0].strides) for block in program.blocks.blocks if block.matrix]
    assert views == [(3, (3, 1)), (3, (3, 1)), (2, (4, 1)), (2, (4, 1))]


def test_a_matrix_whose_rows_lie_in_no_pattern_stays_one_block_that_is_gathered() -> None:
    x, w = [Value(0.5), Value(-1.0)], [Value(0.1 * k) for k in range(6)]
    rows = [[w[0], w[3]], [w[4], w[1]], [w[2], w[5]]]
    loss = ag.sum([ag.exp(ag.dot(row, x)) for row in rows])
    assert [block.size for block in Program(loss, x).blocks.blocks] == [3, 3, 1]


def test_leaves_made_after_a_graph_was_loaded_stand_behind_its_own(tmp_path: Path) -> None:
    x, w, u = ag.values(x=1.0, w=2.0, u=3.0)
    (tmp_path / "graph.pkl").write_bytes(pickle.dumps([u * x + w, x]))
    text = (
        "import pathlib, pickle; from autograd import Program, Value\n"
        f"loss, x = pickle.loads(pathlib.Path({str(tmp_path / 'graph.pkl')!r}).read_bytes())\n"
        "print([leaf.label for leaf in Program(Value(4.0, 'new') * loss, [x]).leaves])"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['w', 'u', 'new']"
