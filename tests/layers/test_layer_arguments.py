"""Layers and MLPs: labels, order of parameters, starting weights, accepted inputs, refusals, reprs."""

from functools import partial

import numpy as np
import pytest
from hypothesis import strategies as st

import nn
from autograd import Value, data, no_grad
from nn import init
from tests.layers.networks import W2, X2, X4, fx_2321, fx_4321, network, numbers

numeric = st.floats(-3, 3)


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


def test_the_numbers_of_a_sample_one_by_one_are_told_to_go_into_a_list():
    told = r"takes one sample, and got {}\. The numbers of a sample go into one list: model\(\[x1, x2\]\)"
    for model in (nn.MLP(2, [3, 1]), nn.Neuron(2), nn.Dropout(0.5)):
        with pytest.raises(TypeError, match=told.format("2 arguments")):
            model(0.5, -1.0)
        with pytest.raises(TypeError, match=told.format("0 arguments")):
            model()


def test_a_module_of_ones_own_takes_as_many_inputs_as_its_forward():
    class Scaled(nn.Module):
        def forward(self, x, y, scale=1.0):
            return scale * (x + y)

    class Sum(nn.Module):
        def forward(self, *numbers):
            return sum(numbers)

    assert (Scaled()(1.0, 2.0), Scaled()(1.0, 2.0, 3.0), Sum()(), Sum()(1.0, 2.0)) == (3.0, 9.0, 0, 3.0)


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: nn.MLP([2, 2, 1], 3), TypeError, r"MLP\(4, \[3, 2, 1\]\)"),
        (lambda: nn.MLP(2, []), ValueError, "widths is empty"),
        (lambda: nn.MLP(2, [3, 0]), ValueError, r"widths\[1\] must be >= 1, got 0"),
        (lambda: nn.MLP(0, [3]), ValueError, "inputs must be >= 1, got 0"),
        (lambda: nn.Layer(2, 2.5), TypeError, "outputs must be an integer, got 2.5"),
        (lambda: nn.Layer(2, 2, "thanh"), ValueError, "no activation 'thanh'. Known: linear, .*tanh"),
        (lambda: nn.Layer(2, 2, nn.Tanh), TypeError, r"write Tanh\(\)"),
        (lambda: nn.Layer(2, 2, 3), TypeError, "function of one Value, got 3"),
        (lambda: nn.Layer(2, 2, notation="w_ij"), ValueError, r"no notation 'w_ij'. Known: w\^k_ij"),
        (lambda: nn.Layer(2, 2, init="xavier"), ValueError, "no initialiser 'xavier'.*xavier_uniform"),
        (
            lambda: nn.Layer(2, 3, init=np.zeros((2, 3))),
            ValueError,
            r"shape \(3, 2\).*got \(2, 3\).*transpose",
        ),
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


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model.forward_batch(3),
        lambda model: model.forward_batch("ab"),
        lambda model: model.forward_columns(3),
        lambda model: model.forward_columns([1, 2]),
        lambda model: nn.Sequential(model, nn.BatchNorm(1)).forward_batch(Value(1.0)),
    ],
)
def test_what_holds_no_samples_is_refused(use):
    with pytest.raises(TypeError, match=r"Linear\(2 -> 1\) takes a (list of samples|matrix.*), and got"):
        use(nn.Linear(2, 1))


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
    assert (
        repr(nn.Neuron(1, "relu", bias=False)) == "Neuron(1 input, relu): 1 parameter (1 weight, no biases)"
    )
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


def test_a_network_is_assigned_layer_by_layer_from_rows_of_outputs_or_of_inputs():
    by_outputs = nn.MLP(2, [3, 1]).assign([[[1, 2], [3, 4], [5, 6]], [[7, 8, 9]]], [[1, 2, 3], [4]])
    by_inputs = nn.MLP(2, [3, 1]).assign(
        [[[1, 3, 5], [2, 4, 6]], [[7], [8], [9]]], [[1, 2, 3], [4]], "inputs"
    )
    assert [p.data for p in by_outputs.parameters()] == [p.data for p in by_inputs.parameters()]
    assert by_inputs.w(1, 2, 3).data == 6
    assert by_inputs.b(1)[2].data == 3


def test_a_network_assigned_wrongly_says_which_layer_and_keeps_its_numbers():
    net = nn.MLP(2, [3, 1])
    before = [p.data for p in net.parameters()]
    with pytest.raises(ValueError, match=r"weights for each of the 2 layers of MLP\(2-3-1\), and got 1"):
        net.assign([[[1, 2], [3, 4], [5, 6]]])
    with pytest.raises(ValueError, match=r"biases for each of the 2 layers"):
        net.assign([[[1, 2], [3, 4], [5, 6]], [[7, 8, 9]]], [[1, 2, 3]])
    with pytest.raises(ValueError, match=r"weights\[1\]"):
        net.assign([[[1, 2], [3, 4], [5, 6]], [[7, 8]]])
    with pytest.raises(ValueError, match=r"no layout with rows = 'columns'. Known: outputs, inputs"):
        net.assign([[[1, 2], [3, 4], [5, 6]], [[7, 8, 9]]], rows="columns")
    assert [p.data for p in net.parameters()] == before
