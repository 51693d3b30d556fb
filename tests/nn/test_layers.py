"""Neurons, layers and MLPs: formulas, node counts, labels, order of parameters, accepted inputs and refusals."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Graph, Value, data, no_grad
from nn import init, losses
from tests.nn.networks import W2, X2, X4, fx_2321, fx_4321, network, numbers, weight_grads
from tests.nn.notes_data import A_B, A_W, A_X, B_B, B_W, B_X, LINE_THETA, LINE_X

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
    assert numbers(model.forward_columns(B_X.T)[0]) == pytest.approx([1.1, 0.5, 1, 1])
    assert [model(row)[0].data for row in B_X] == pytest.approx([1.1, 0.5, 1, 1])
    with pytest.raises(ValueError, match=r"needs 3 rows in X.*got 4 x 3.*pass its transpose"):
        model.forward_columns(B_X)
    with pytest.raises(ValueError, match="must have one length, got 1 and 2"):
        model.forward_columns([[1, 2], [1], [1, 2]])


@pytest.mark.row("S001-01")
def test_linear_model_without_bias_on_samples_as_rows():
    assert [line(LINE_THETA)(x)[0].data for x in LINE_X] == pytest.approx([1.9, 3.3, 4.7, 6.1])


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
    neuron, theta = nn.Neuron(2, "linear", init=[0.5, -0.25]), nn.Neuron(3, None, False, init=[0.1, 0.5, -0.25])
    neuron.b.data = 0.1
    assert neuron([1, 2]).data == pytest.approx(0.1) == theta([1, 1, 2]).data


@pytest.mark.row("S002-20", "S003-20", "S003-21", "S003-22", "S001-08")
def test_the_logistic_function_turns_any_weighted_sum_into_a_probability():
    layer = nn.Layer(3, 2, "sigmoid", bias=False).assign([[1, 2, 3], [4, 5, 6]])
    assert numbers(layer([1, -1, 2])) == pytest.approx([0.9933071491, 0.9999832986])
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
    assert (z.data, a.data, loss.data) == pytest.approx((0.1, 0.5249791875, 0.6443966601))
    assert [p.grad for p in neuron.parameters()] == [None] * 3
    loss.backward()
    assert (a.grad, a.partials[0], z.grad) == pytest.approx((-1.904837418, 0.2493760402, -0.4750208125))
    dw1, dw2, db = (p.grad for p in neuron.parameters())
    assert [dw1, dw2, db] == pytest.approx([-0.4750208125, -0.950041625, -0.4750208125])
    assert numbers(neuron.parameters()) == [0.5, -0.25, 0.1]
    for p in neuron.parameters():
        p.data -= 0.1 * p.grad
    assert numbers(neuron.parameters()) == pytest.approx([0.5475020813, -0.1549958375, 0.1475020813])
    assert losses.bce(neuron([1, 2]), 1).data == pytest.approx(0.5190569368)


@pytest.mark.row("S000-41", "S003-16", "S001-18")
def test_a_neuron_regresses_and_a_sigmoid_neuron_classifies():
    numbers_of = [nn.Neuron(2, name, False, init=[0.5, -0.25]) for name in ("linear", "sigmoid")]
    z, p = (neuron([1.0, 1.6]).data for neuron in numbers_of)
    assert (z, p) == pytest.approx((0.1, 0.5249791875))
    assert p + (1 - p) == 1.0 and p >= 0.5


@pytest.mark.row("S003-18", "S003-10")
@pytest.mark.parametrize("expand", [False, True])
def test_a_neuron_with_12288_inputs_runs_forward_and_backward(expand):
    model = nn.MLP(12288, [1], output="sigmoid", init="zeros", expand=expand)
    x = np.linspace(0, 1, 12288)
    a = model(x)[0]
    loss = losses.bce(a, 1)
    loss.backward()
    assert (a.data, loss.data) == pytest.approx((0.5, 0.6931471806))
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


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("w^k_ij", ["w^2_{31}", "w^2_{32}", "b^2_{2}", "z_{22}", "O_{22}"]),
        ("w[k]_ij", ["w[2]_{13}", "w[2]_{23}", "b[2]_{2}", "z[2]_{2}", "v[2]_{2}"]),
        (None, ["", "", "", "", ""]),
    ],
)
def test_labels_in_the_notations_of_the_notes(notation, expected):
    model = fx_2321(notation=notation)
    layer, trace = model.layers[1], model.trace(X2)[1]
    got = [layer.neurons[0].w[2], layer.neurons[1].w[2], layer.neurons[1].b, trace.z[1], trace.outputs[1]]
    assert [value.label for value in got] == expected


def test_two_digit_indices_are_kept_apart_by_a_comma():
    model = nn.MLP(12, [11, 2])
    labels = [p.label for p in model.parameters()]
    assert model.w(1, 1, 11).label == "w^1_{1,11}"
    assert model.w(1, 11, 1).label == "w^1_{11,1}"
    assert model.trace([0.0] * 12)[0].outputs[10].label == "O_{1,11}"
    assert len(set(labels)) == len(labels)


def test_a_linear_layer_labels_its_only_node_as_output():
    trace = fx_232_linear().trace(X2)[1]
    assert trace.z[0] is trace.outputs[0]
    assert trace.outputs[0].label == "O_{21}"


def fx_232_linear():
    return network(2, [[[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]], W2], output="linear")


def test_parameters_come_neuron_by_neuron_weights_then_bias():
    names = [name for name, _ in nn.MLP(2, [2, 1]).named_parameters()]
    assert names == [
        "layers.0.neurons.0.w.0", "layers.0.neurons.0.w.1", "layers.0.neurons.0.b",
        "layers.0.neurons.1.w.0", "layers.0.neurons.1.w.1", "layers.0.neurons.1.b",
        "layers.1.neurons.0.w.0", "layers.1.neurons.0.w.1", "layers.1.neurons.0.b",
    ]  # fmt: skip


def test_inputs_may_be_numbers_values_numpy_rows_or_ranges():
    model = fx_4321()
    expected = model(X4)[0].data
    for x in [tuple(X4), np.array(X4), np.array([Value(n) for n in X4]), [Value(n) for n in X4]]:
        assert model(x)[0].data == expected
    assert nn.Linear(3, 1, init=[[1, 1, 1]])(range(3))[0].data == 3.0


def test_a_layer_always_returns_a_list():
    assert isinstance(nn.Layer(2, 1)([1, 2]), list)
    assert isinstance(nn.MLP(2, [1])([1, 2]), list)


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        ([1.0, 2.0, 3.0], ValueError, r"MLP\(2-3-1\) takes 2 inputs, and got 3\."),
        ([], ValueError, "takes 2 inputs, and got 0"),
        (1.0, TypeError, r"takes a sequence of 2 numbers or Values, and got 1\.0\. .*\[x\]"),
        ("ab", TypeError, "takes a sequence of 2 numbers or Values, and got 'ab'"),
        ({1, 2}, TypeError, "takes a sequence of 2 numbers"),
        (np.zeros((5, 2)), ValueError, r"not an array of shape \(5, 2\).*forward_batch"),
        ([[1, 2], [3, 4]], TypeError, r"not a list of 2 samples.*forward_batch"),
        ([1.0, "2"], TypeError, "float"),
    ],
)
def test_wrong_inputs_are_refused_with_both_numbers(x, error, words):
    with pytest.raises(error, match=words):
        nn.MLP(2, [3, 1])(x)


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: nn.MLP([2, 2, 1], 3), TypeError, r"MLP\(4, \[3, 2, 1\]\)"),
        (lambda: nn.MLP(2, []), ValueError, "widths is empty"),
        (lambda: nn.MLP(2, [3, 0]), ValueError, r"widths\[1\] must be >= 1, got 0"),
        (lambda: nn.MLP(0, [3]), ValueError, "inputs must be >= 1, got 0"),
        (lambda: nn.Layer(2, 2.5), TypeError, "outputs must be an integer, got 2.5"),
        (lambda: nn.Layer(2, 2, "tan"), ValueError, "no activation 'tan'. Known: linear, .*tanh"),
        (lambda: nn.Layer(2, 2, nn.Tanh), TypeError, r"write Tanh\(\)"),
        (lambda: nn.Layer(2, 2, 3), TypeError, "function of one Value, got 3"),
        (lambda: nn.Layer(2, 2, notation="w_ij"), ValueError, r"no notation 'w_ij'. Known: w\^k_ij"),
        (lambda: nn.Layer(2, 2, init="xavier"), ValueError, "no initialiser 'xavier'.*xavier_uniform"),
        (lambda: nn.Layer(2, 3, init=np.zeros((2, 3))), ValueError, r"shape \(3, 2\).*got \(2, 3\).*transpose"),
        (lambda: nn.Layer(2, 1, init=[[1, np.nan]]), ValueError, r"init\[0, 1\] is nan"),
        (lambda: nn.Layer(2, 1, rng=None), TypeError, "rng must be an int seed"),
        (lambda: nn.Sequential(nn.Linear(2, 1), nn.Tanh), TypeError, r"number 1 is .*write Tanh\(\.\.\.\)"),
        (lambda: nn.Sequential(abs), TypeError, "takes modules, and number 0"),
        (lambda: nn.Neuron(2, "softmax")([1, 2]), TypeError, "softmax needs all outputs"),
    ],
)
def test_wrong_shapes_and_names_are_refused(build, error, words):
    with pytest.raises(error, match=words):
        build()


def test_assigning_wrong_matrices_changes_nothing():
    layer = nn.Layer(2, 3)
    before = layer.state_dict()
    for weights, biases, words in [
        (np.ones((2, 3)), None, r"weights must have shape \(3, 2\).*transpose"),
        (np.ones((3, 2)), [1.0, 2.0], r"biases must have shape \(3,\).*got \(2,\)"),
        ([[1, 2], [3, np.inf], [5, 6]], None, "inf"),
    ]:
        with pytest.raises(ValueError, match=words):
            layer.assign(weights, biases)
        assert layer.state_dict() == before
    with pytest.raises(ValueError, match="bias=False"):
        nn.Layer(2, 3, bias=False).assign(np.ones((3, 2)), [1, 2, 3])


def test_weights_start_where_init_says():
    assert nn.Layer(2, 3).state_dict() == nn.Layer(2, 3, rng=0).state_dict()
    assert nn.Layer(2, 3).state_dict() != nn.Layer(2, 3, rng=1).state_dict()
    for given_init in [init.he_normal, "he_normal", lambda shape, rng: init.he_normal(shape, rng=rng)]:
        drawn = init.he_normal((3, 2), rng=5)
        model = nn.Layer(2, 3, init=given_init, rng=5)
        assert [numbers(neuron.w) for neuron in model.neurons] == drawn.tolist()
        assert [neuron.b.data for neuron in model.neurons] == [0.0] * 3
    half = nn.Layer(2, 3, init=partial(init.constant, value=0.5))
    assert {weight.data for neuron in half.neurons for weight in neuron.w} == {0.5}


def test_the_default_start_is_he_for_relu_and_xavier_else():
    relu, tanh = nn.MLP(50, [40], output="relu", rng=3), nn.MLP(50, [40], output="tanh", rng=3)
    weights = [np.array([numbers(n.w) for n in model.layers[0].neurons]) for model in (relu, tanh)]
    assert np.array_equal(weights[0], init.he_uniform((40, 50), rng=3))
    assert np.array_equal(weights[1], init.xavier_uniform((40, 50), rng=3))


def test_one_generator_serves_all_layers_in_turn():
    model = nn.MLP(3, [3, 3], rng=0)
    first, second = ([numbers(n.w) for n in layer.neurons] for layer in model.layers)
    assert first != second
    assert nn.MLP(3, [3, 3], rng=np.random.default_rng(0)).state_dict() == model.state_dict()


def test_softmax_is_applied_over_all_outputs_of_a_layer():
    model = nn.MLP(2, [3, 3], output="softmax")
    probabilities = numbers(model([1.0, 2.0]))
    assert sum(probabilities) == pytest.approx(1.0, rel=1e-15)
    assert min(probabilities) > 0


def test_without_recording_a_model_computes_the_same_numbers_on_leaves():
    model = fx_2321()
    expected = model(X2)[0].data
    with no_grad():
        out = model(X2)[0]
    assert (out.data, out.op, out.label) == (expected, None, "O_{31}")


def test_forward_batch_is_one_call_for_each_sample():
    model = fx_4321()
    X = np.array([X4, X4[::-1]])
    assert [numbers(out) for out in model.forward_batch(X)] == [numbers(model(x)) for x in X]


def test_an_own_function_can_be_an_activation():
    model = nn.Layer(2, 2, lambda z: z * z, bias=False).assign([[1, 2], [3, 4]])
    assert numbers(model([1, 1])) == [9, 49]


@pytest.mark.row("S000-46")
def test_a_two_layer_network_has_six_circles_and_nine_weights():
    model = nn.MLP(2, [3, 1], bias=False)
    assert model.layers[0].inputs + sum(layer.outputs for layer in model.layers) == 6
    assert len(model.parameters()) == 9


def test_addressing_a_weight_that_is_not_there_names_the_range():
    with pytest.raises(ValueError, match="k must be >= 1 and <= 3, got 4"):
        fx_4321().w(4, 1, 1)
    with pytest.raises(ValueError, match="i must be >= 1 and <= 4, got 5"):
        fx_4321().w(1, 5, 1)


def test_reprs_show_shapes_and_counts():
    assert repr(nn.Neuron(1, "relu", bias=False)) == "Neuron(1 input, relu): 1 parameter (1 weight, no biases)"
    assert repr(nn.Linear(3, 2)) == "Linear(3 -> 2): 8 parameters (6 weights, 2 biases)"
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Dropout(0.2), nn.Linear(3, 1))
    assert repr(model).splitlines() == [
        "Sequential: 13 parameters",
        "  layers.0: Linear(2 -> 3): 9 parameters (6 weights, 3 biases)",
        "  layers.1: Tanh",
        "  layers.2: Dropout(p=0.2)",
        "  layers.3: Linear(3 -> 1): 4 parameters (3 weights, 1 bias)",
    ]


def test_sequential_numbers_its_layers_also_nested_ones_and_computes_in_turn():
    inner = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    model = nn.Sequential([inner, nn.Linear(2, 1)])
    assert [model.layers[0].layers[0].number, model.layers[1].number] == [1, 2]
    z = inner.layers[0]([1.0, -1.0])
    assert data(np.array(model([1.0, -1.0])))[0] == model.layers[1]([v.relu() for v in z])[0].data
