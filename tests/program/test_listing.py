"""A program in print: the networks of notes 002 in matrix form, and how arrays get their names."""

from __future__ import annotations

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Program, Value, record, values
from autograd.program.listing import stem
from tests.layers.networks import X2, X4, fx_232, fx_2321, fx_4321

W = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


@pytest.mark.row("S002-12", "S002-13", "S002-15", "S002-18")
def test_a_matrix_on_object_arrays_reads_as_the_matrix_of_the_notes() -> None:
    x = ag.array([1.0, -1.0, 2.0], label="x")
    y = ag.array(W, label="w") @ x
    program = Program(ag.sum(list(y)), list(x), outputs=list(y))
    assert str(program) == (
        "Program: 6 parameters, 3 inputs, 2 blocks\nfor each row:\n  z1[2] = W[2,3] @ x[3]\n  loss = sum(z1)"
    )
    program.forward([[1.0, -1.0, 2.0]])
    assert program.outputs.tolist() == [[5.0, 11.0]]


@pytest.mark.row("S002-14", "S002-16", "S002-17")
def test_a_first_input_fixed_at_one_reads_as_an_explicit_bias() -> None:
    x = [1.0, *ag.array([2.0, 3.0], label="x")]
    weights = ag.array(W, label="w")
    y = [ag.dot(list(row), x) for row in weights]
    program = Program(ag.sum(y), x[1:], outputs=y)
    assert str(program) == (
        "Program: 6 parameters, 2 inputs, 2 blocks\n"
        "for each row:\n"
        "  z1[2] = W[2,2] @ x[2] + w\n"
        "  loss = sum(z1)"
    )
    program.forward([[2.0, 3.0]])
    assert program.outputs.tolist() == [[14.0, 32.0]]
    program.backward([[2.0, 3.0]])
    assert [w.grad for w in weights.ravel()] == [1.0, 2.0, 3.0] * 2


@pytest.mark.row("S002-19")
@pytest.mark.parametrize(("bias", "parameters", "added"), [(True, 8, " + b1"), (False, 6, "")])
def test_a_layer_with_and_without_bias(bias: bool, parameters: int, added: str) -> None:
    x = ag.array([1.0, 2.0, 3.0], label="x")
    program = Program(ag.sum(nn.Linear(3, 2, bias=bias)(list(x))), list(x))
    assert str(program) == (
        f"Program: {parameters} parameters, 3 inputs, 2 blocks\n"
        "for each row:\n"
        f"  ŷ[2] = W1[2,3] @ x[3]{added}\n"
        "  loss = sum(ŷ)"
    )


TWO_LAYERS = (
    "Program: 12 parameters, 4 inputs, 7 blocks\n"
    "for each row:\n"
    "  z1[3] = W1[3,2] @ x[2]\n"
    "  v1[3] = sigmoid(z1)\n"
    "  z2[2] = W2[2,3] @ v1\n"
    "  v2[2] = sigmoid(z2)\n"
    "  h1[2] = v2 - y[2]\n"
    "  h2[2] = square(h1)\n"
    "  loss = sum(h2)"
)


@pytest.mark.row("S002-55", "S002-56", "S002-57")
@pytest.mark.parametrize("expand", [False, True])
def test_the_two_layer_network_of_the_notes_in_matrix_form_with_its_gradients(expand: bool) -> None:
    model = fx_232(notation="w[k]_ij", expand=expand)
    x, y = values(x_1=X2[0], x_2=X2[1]), values(y_1=1.0, y_2=0.0)
    program = Program(nn.losses.sse(model(x), y), [*x, *y])
    assert str(program) == TWO_LAYERS
    loss, gradient = program.value_and_grad([[*X2, 1.0, 0.0]])
    assert loss == pytest.approx(0.4435366134, rel=1e-9)
    assert gradient[:6] == pytest.approx(
        [-0.08086953043, 0.1078260406, 0.08673695259, -0.1156492701, -0.0298066834, 0.03974224453], rel=1e-8
    )
    assert gradient[6:] == pytest.approx(
        [-0.1453080588, -0.1145717579, -0.02854059439, 0.1521409475, 0.1199593192, 0.0298826721], rel=1e-8
    )


def test_the_three_layer_network_with_its_cross_entropy() -> None:
    model = fx_2321(notation="w[k]_ij")
    x, y = values(x_1=X2[0], x_2=X2[1]), Value(1.0, label="y")
    program = Program(nn.losses.bce(model(x)[0], y, reduction="sum"), [*x, y])
    assert str(program) == (
        "Program: 20 parameters, 3 inputs, 7 blocks\n"
        "for each row:\n"
        "  z1[3] = W1[3,2] @ x[2] + b1\n"
        "  v1[3] = sigmoid(z1)\n"
        "  z2[2] = W2[2,3] @ v1 + b2\n"
        "  v2[2] = sigmoid(z2)\n"
        "  z3 = W3[1,2] @ v2 + b3\n"
        "  v3 = sigmoid(z3)\n"
        "  loss = bce(v3, y)"
    )


def test_the_fully_connected_net_of_notes_004_takes_its_names_from_the_labels() -> None:
    x, y = [Value(v, label=f"x_{k}") for k, v in enumerate(X4, 1)], Value(1.0, label="y")
    program = Program((y - fx_4321("tanh")(x)[0]) ** 2, [*x, y])
    assert str(program) == (
        "Program: 20 parameters, 5 inputs, 8 blocks\n"
        "for each row:\n"
        "  z1[3] = W1[3,4] @ x[4]\n"
        "  O1[3] = tanh(z1)\n"
        "  z2[2] = W2[2,3] @ O1\n"
        "  O2[2] = tanh(z2)\n"
        "  z3 = W3[1,2] @ O2\n"
        "  O3 = tanh(z3)\n"
        "  t1 = y - O3\n"
        "  loss = square(t1)"
    )


def test_what_no_row_changes_stands_under_once() -> None:
    x, w = Value(1.0, label="x"), ag.array([1.0, 2.0], label="w")
    program = Program(ag.relu(w[0] * x + w[1]) + 0.01 * ag.sum([v * v for v in w]), [x])
    assert str(program) == (
        "Program: 2 parameters, 1 input, 6 blocks\n"
        "once:\n"
        "  t1 = w[2] · w\n"
        "  t2 = 0.01 * t1\n"
        "for each row:\n"
        "  t3 = w1 * x\n"
        "  t4 = t3 + w2\n"
        "  t5 = relu(t4)\n"
        "  loss = t5 + t2"
    )


def test_unlabelled_values_get_names_by_place() -> None:
    model = nn.MLP(2, [3, 2], activation="relu", output="linear", notation=None)
    program = record(lambda x, y: ag.logsumexp(z := model(x)) - ag.dot(y, z), [1.0, 2.0], [1.0, 0.0])
    for leaf in program.inputs:
        leaf.label = ""
    assert str(program) == (
        "Program: 17 parameters, 4 inputs, 6 blocks\n"
        "for each row:\n"
        "  z1[3] = W1[3,2] @ x_1:2 + b1\n"
        "  h1[3] = relu(z1)\n"
        "  z2[2] = W2[2,3] @ h1 + b2\n"
        "  t1 = logsumexp(z2)\n"
        "  t2 = x_3:4 · z2\n"
        "  loss = t1 - t2"
    )


def test_parts_of_arrays_are_named_by_their_places_from_one() -> None:
    x = ag.array([1.0, 2.0, 3.0, 4.0], label="x")
    h = [ag.exp(v) for v in x]
    program = Program(ag.sum([ag.max(h), ag.logsumexp([h[2], h[0]]), h[1] * ag.prod(h[1:3])]), list(x))
    assert str(program) == (
        "Program: 0 parameters, 4 inputs, 6 blocks\n"
        "for each row:\n"
        "  h1[4] = exp(x[4])\n"
        "  t1 = max(h1)\n"
        "  t2 = logsumexp(h1_{3,1})\n"
        "  t3 = prod(h1_2:3)\n"
        "  t4 = h1_2 * t3\n"
        "  loss = sum([t1, t2, t4])"
    )


def test_numbers_are_written_as_numbers_and_defaults_left_out() -> None:
    x = ag.array([1.0, 2.0, 3.0, 4.0], label="x")
    h = [ag.leaky_relu(v) - c for v, c in zip(x, (0.5, -1.0, 2.0, 3.0), strict=True)]
    program = Program(ag.sum([-v for v in h]) * -2.0, list(x))
    assert str(program) == (
        "Program: 0 parameters, 4 inputs, 5 blocks\n"
        "for each row:\n"
        "  h1[4] = leaky_relu(x[4])\n"
        "  h2[4] = h1 - [0.5, -1, 2, ...]\n"
        "  h3[4] = -h2\n"
        "  t1 = sum(h3)\n"
        "  loss = t1 * (-2)"
    )


def test_guards_are_counted() -> None:
    program = record(lambda x: x * 2.0 if 0 < x < 3 else x, 1.0)
    assert str(program).splitlines()[-1] == "guarded: 2 comparisons"


def test_the_same_program_prints_the_same_text() -> None:
    def listing() -> str:
        model = nn.MLP(3, [4, 2], activation="tanh", rng=0)
        x = ag.array(np.ones(3), label="x")
        return str(Program(nn.losses.mse(model(list(x)), [0.0, 1.0]) + nn.reg.l1(model), list(x)))

    assert listing() == listing()


@pytest.mark.parametrize(
    ("labels", "axes", "name"),
    [
        (["w^1_{11}", "w^1_{21}", "w^1_{12}", "w^1_{22}"], 2, "W1"),
        (["w[3]_{11}", "w[3]_{12}"], 2, "W3"),
        (["w^2_{11,2}", "w^2_{1,12}"], 2, "W2"),
        (["b[2]_{1}"], 1, "b2"),
        (["z_{31}"], 1, "z3"),
        (["O_{21}", "O_{22}"], 1, "O2"),
        (["x_1", "x_2", "x_12"], 1, "x"),
        (["x1"], 1, "x1"),
        (["theta_1", "theta_2"], 1, "theta"),
        (["ŷ_1", "ŷ_2"], 1, "ŷ"),
        (["a", "b"], 1, ""),
        (["", ""], 1, ""),
        (["w", ""], 1, ""),
        (["3*(a+b)"], 1, ""),
    ],
)
def test_the_name_of_an_array_is_what_its_labels_share(labels: list[str], axes: int, name: str) -> None:
    assert stem(labels, axes) == name
