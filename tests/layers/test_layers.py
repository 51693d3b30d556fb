"""Neurons, layers and linear models: the formulas and numbers of the notes, and the graphs they record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Graph, Value
from nn import losses
from tests.data.notes_data import A_B, A_W, A_X, B_B, B_W, B_X, LINE_THETA, LINE_X, close
from tests.layers.networks import X2, X4, fx_2321, numbers, weight_grads

numeric = st.floats(-3, 3)


def line(weights, bias=None):
    """A linear model with one output."""
    return nn.Linear(len(weights), 1, bias is not None).assign([weights], None if bias is None else [bias])


@pytest.mark.row("S000-06", "S000-07")
def test_linear_model_with_two_features_shifts_with_its_bias():
    model = line(A_W, A_B)
    assert [model(x)[0].data for x in A_X] == [-2.25, -2.75]
    assert [numbers(row) for row in model.forward_columns(A_X.T)] == [[-2.25, -2.75]]
    assert [line(A_W, A_B + 1)(x)[0].data for x in A_X] == [-1.25, -1.75]


@pytest.mark.row("S000-02")
def test_linear_model_gives_every_partial_of_the_plane():
    model = line([3.0, -2.0], 7.0)
    x = [Value(2.0), Value(5.0)]
    y = model(x)[0]
    y.backward()
    assert y.data == 3.0
    assert [p.grad for p in model.parameters()] == [2.0, 5.0, 1.0]
    assert [item.grad for item in x] == [3.0, -2.0]
    zero = nn.Linear(2, 1, init="zeros")
    zero([2.0, 5.0])[0].backward()
    assert [p.grad for p in zero.parameters()] == [2.0, 5.0, 1.0]


@pytest.mark.row("S000-23", "S000-24")
def test_columns_of_x_are_samples_and_rows_are_features():
    model = line(B_W, B_B)
    assert numbers(model.forward_columns(B_X.T)[0]) == close([1.1, 0.5, 1, 1])
    assert [model(row)[0].data for row in B_X] == close([1.1, 0.5, 1, 1])
    with pytest.raises(ValueError, match=r"needs 3 rows in X.*got 4 x 3.*pass its transpose"):
        model.forward_columns(B_X)
    with pytest.raises(ValueError, match="must have one length, got 1 and 2"):
        model.forward_columns([[1, 2], [1], [1, 2]])


@pytest.mark.row("S001-01")
def test_linear_model_without_bias_on_samples_as_rows():
    assert [line(LINE_THETA)(x)[0].data for x in LINE_X] == close([1.9, 3.3, 4.7, 6.1])


@pytest.mark.row("S002-09", "S002-10")
def test_linear_predictor_is_one_node_or_seven():
    x = [Value(number) for number in (1.0, 2.0, 3.0, 4.0)]
    for expand, nodes in [(False, 9), (True, 15)]:
        model = nn.Linear(4, 1, bias=False, expand=expand).assign([[0.5, -1, 2, 0.25]])
        y = model(x)[0]
        y.zero_grad()
        y.backward()
        assert y.data == 5.5
        assert sum(not node.constant for node in Graph(y).nodes) == nodes
        assert weight_grads(model).tolist() == [[1, 2, 3, 4]]
        assert [item.grad for item in x] == [0.5, -1, 2, 0.25]
    assert len(Graph(y).edges) == 14


@pytest.mark.row("S002-11", "S002-12", "S002-18", "S002-19")
def test_matrix_times_vector_and_its_sizes():
    model = nn.Linear(3, 2, bias=False).assign([[1, 2, 3], [4, 5, 6]])
    assert numbers(model([1, -1, 2])) == [5.0, 11.0]
    assert (len(model.parameters()), len(nn.Linear(3, 2).parameters())) == (6, 8)
    with pytest.raises(ValueError, match=r"Linear\(3 -> 2\) takes 3 inputs, and got 2\."):
        model([1.0, 2.0])


@pytest.mark.row("S002-13", "S002-15")
@given(st.lists(numeric, min_size=6, max_size=6), st.lists(numeric, min_size=3, max_size=3))
def test_entry_i_j_of_the_matrix_is_the_weight_from_input_j_to_output_i(entries, x):
    W = np.reshape(entries, (2, 3))
    model = nn.Linear(3, 2, bias=False).assign(W)
    # One rounding per product and sum: 3 products, 2 sums.
    bound = 5 * 2**-52 * (np.abs(W) @ np.abs(x)) + 1e-300
    assert (np.abs(numbers(model(x)) - W @ x) <= bound).all()
    assert model.neurons[1].w[2].data == W[1, 2]


@pytest.mark.row("S002-14", "S002-16", "S002-17", "S003-24", "S003-25")
def test_a_bias_is_the_weight_of_a_constant_input_one():
    as_input = nn.Linear(3, 2, bias=False).assign([[1, 2, 3], [4, 5, 6]])
    explicit = nn.Linear(2, 2).assign([[2, 3], [5, 6]], [1, 4])
    assert numbers(as_input([1, 2, 3])) == [14, 32] == numbers(explicit([2, 3]))
    assert numbers(nn.Linear(2, 2, bias=False).assign([[2, 3], [5, 6]])([2, 3])) == [13, 28]
    losses.sse(as_input([1, 2, 3]), [0, 0]).backward()
    losses.sse(explicit([2, 3]), [0, 0]).backward()
    assert [n.w[0].grad for n in as_input.neurons] == [n.b.grad for n in explicit.neurons]
    neuron, theta = (
        nn.Neuron(2, "linear", init=[0.5, -0.25]),
        nn.Neuron(3, None, False, init=[0.1, 0.5, -0.25]),
    )
    neuron.b.data = 0.1
    assert neuron([1, 2]).data == close(0.1) == theta([1, 1, 2]).data


@pytest.mark.row("S002-20", "S003-20", "S003-21", "S003-22", "S001-08")
def test_the_logistic_function_turns_any_weighted_sum_into_a_probability():
    layer = nn.Layer(3, 2, "sigmoid", bias=False).assign([[1, 2, 3], [4, 5, 6]])
    assert numbers(layer([1, -1, 2])) == close([0.9933071491, 0.9999832986])
    assert [line([1, 2], -1)([2, 1])[0].data, line([-2, -1], 0)([1, 2])[0].data] == [3, -4]
    unit = nn.Neuron(1, "sigmoid", bias=False, init=[1.0])
    assert all(0 < unit([z]).data < 1 for z in range(-30, 31))


@pytest.mark.row("S003-23", "S003-47", "S003-48", "S003-49", "S003-50", "S003-51", "S003-37", "S001-23")
def test_logistic_regression_on_one_sample():
    neuron = nn.Neuron(2, "sigmoid", init=[0.5, -0.25])
    neuron.b.data = 0.1
    a = neuron([1, 2])
    (z,) = a.parents
    loss = losses.bce(a, 1)
    assert (z.data, a.data, loss.data) == close((0.1, 0.5249791875, 0.6443966601))
    assert [p.grad for p in neuron.parameters()] == [None] * 3
    loss.backward()
    assert (a.grad, a.partials[0], z.grad) == close((-1.904837418, 0.2493760402, -0.4750208125))
    dw1, dw2, db = (p.grad for p in neuron.parameters())
    assert [dw1, dw2, db] == close([-0.4750208125, -0.950041625, -0.4750208125])
    assert numbers(neuron.parameters()) == [0.5, -0.25, 0.1]
    for p in neuron.parameters():
        p.data -= 0.1 * p.grad
    assert numbers(neuron.parameters()) == close([0.5475020813, -0.1549958375, 0.1475020813])
    assert losses.bce(neuron([1, 2]), 1).data == close(0.5190569368)


@pytest.mark.row("S000-41", "S003-16", "S001-18")
def test_a_neuron_regresses_and_a_sigmoid_neuron_classifies():
    numbers_of = [nn.Neuron(2, name, False, init=[0.5, -0.25]) for name in ("linear", "sigmoid")]
    z, p = (neuron([1.0, 1.6]).data for neuron in numbers_of)
    assert (z, p) == close((0.1, 0.5249791875))
    assert p + (1 - p) == 1.0 and p >= 0.5


@pytest.mark.row("S003-18", "S003-10")
@pytest.mark.parametrize("expand", [False, True])
def test_a_neuron_with_12288_inputs_runs_forward_and_backward(expand):
    model = nn.MLP(12288, [1], output="sigmoid", init="zeros", expand=expand)
    x = np.linspace(0, 1, 12288)
    a = model(x)[0]
    loss = losses.bce(a, 1)
    loss.backward()
    assert (a.data, loss.data) == close((0.5, 0.6931471806))
    *dw, db = (p.grad for p in model.parameters())
    assert db == -0.5
    assert np.array_equal(dw, -0.5 * x)


def test_an_expanded_12288_neuron_has_the_canonical_number_of_nodes_and_depth():
    model = nn.MLP(12288, [1], output="sigmoid", init="zeros", expand=True)
    loss = losses.sse(model([Value(0.0)] * 12288), Value(1.0))
    graph = Graph(loss)
    # The same input leaf 12288 times over is one node; the notes' count has one leaf for each input.
    assert (len(graph) + 12287, len(graph.edges), graph.depth + 1) == (49157, 49156, 12293)


@pytest.mark.row("S003-10")
@pytest.mark.parametrize(
    ("widths", "bias", "nodes", "edges", "depth"),
    [
        ([3, 2, 1], False, 67, 77, 15),
        ([3, 2, 1], True, 79, 89, 18),
        ([16, 16, 16, 1], False, 1783, 2322, 59),
        ([16, 16, 16, 1], True, 1881, 2420, 63),
    ],
)
def test_expanded_networks_record_the_canonical_graph(widths, bias, nodes, edges, depth):
    model = nn.MLP(4, widths, output="tanh", bias=bias, expand=True)
    x = [Value(number) for number in X4]
    graph = Graph(losses.sse(model(x), Value(1.0)))
    assert (len(graph), len(graph.edges), graph.depth + 1) == (nodes, edges, depth)


def test_expanding_changes_the_graph_and_not_the_numbers():
    short, long = fx_2321(), fx_2321(expand=True)
    assert len(Graph(long(X2)[0])) > len(Graph(short(X2)[0]))
    for model in (short, long):
        losses.bce(model(X2), 1).backward()
    ours, theirs = ([p.grad for p in model.parameters()] for model in (short, long))
    assert ours == pytest.approx(theirs, rel=1e-14)


def test_a_neuron_is_one_dot_node_and_one_activation_node():
    out = nn.Neuron(3, "tanh")([1.0, 2.0, 3.0])
    assert (out.op.name, out.parents[0].op.name, len(out.parents[0].parents)) == ("tanh", "dot", 7)
    assert nn.Neuron(3, "linear")([1.0, 2.0, 3.0]).op.name == "dot"
