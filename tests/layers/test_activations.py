"""Activation modules: numbers of the notes, names, sequences and numbers, and agreement with PyTorch."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import TABLE, Value, register, unregister
from nn.layers.activations import activation_named, activations
from tests.data.notes_data import close
from tests.layers.networks import numbers

NAMED = [
    "linear", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "silu", "gelu", "softplus",
    "logsigmoid", "heaviside", "softmax",
]  # fmt: skip
POINTS = [-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]


def values_and_slopes(module, points):
    """What an activation gives at some points, and its derivatives there."""
    leaves = [Value(point) for point in points]
    outs = module(leaves)
    for out in outs:
        out.backward()
    return numbers(outs), [leaf.grad for leaf in leaves]


@pytest.mark.row("S002-21", "S001-30", "S004-34", "S004-35")
def test_sigmoid_and_its_derivative_at_the_points_of_the_notes():
    outs, slopes = values_and_slopes(nn.Sigmoid(), POINTS)
    assert outs[:4] == pytest.approx([0.047425873, 0.11920292, 0.26894142, 0.37754067], rel=1e-7)
    assert outs[5:] == pytest.approx([0.62245933, 0.73105858, 0.88079708, 0.95257413], rel=1e-7)
    assert outs[6] == close(0.7310585786)
    expected = [0.04517666, 0.10499359, 0.19661193, 0.23500371, 0.25]
    assert slopes == pytest.approx(expected + expected[-2::-1], rel=1e-7)
    assert slopes == pytest.approx([out * (1 - out) for out in outs], rel=1e-14)


@pytest.mark.row("S004-37", "S004-38")
def test_tanh_and_its_derivative_at_the_points_of_the_notes():
    outs, slopes = values_and_slopes(nn.Tanh(), POINTS)
    assert outs[:4] == pytest.approx([-0.99505475, -0.96402758, -0.76159416, -0.46211716], rel=1e-7)
    expected = [0.0098660372, 0.070650825, 0.41997434, 0.78644773, 1.0]
    assert slopes == pytest.approx(expected + expected[-2::-1], rel=1e-7)
    twice = numbers(nn.Sigmoid()([Value(2 * point) for point in POINTS]))
    assert outs == pytest.approx([2 * s - 1 for s in twice], abs=1e-15)


@pytest.mark.row("S001-29", "S002-22")
def test_relu_and_its_slope_with_0_chosen_at_0():
    outs, slopes = values_and_slopes(nn.ReLU(), [-2.0, -1.0, 0.0, 0.5, 3.0])
    assert (outs, slopes) == ([0, 0, 0, 0.5, 3], [0, 0, 0, 1, 1])


@pytest.mark.row("S004-33")
@pytest.mark.parametrize("name", sorted(set(NAMED) - {"softmax"}))
def test_every_activation_has_the_slope_of_its_finite_difference(name):
    points = [point for point in POINTS if point != 0.0]  # kinks lie at 0
    _, slopes = values_and_slopes(activation_named(name), points)
    one, h = activation_named(name).one, 1e-5
    # Central differences: truncation h²/6·|f'''| <= 1e-10 with |f'''| <= 6 here, rounding 2^-52·3/h <= 7e-11.
    expected = [(one(point + h) - one(point - h)) / (2 * h) for point in points]
    assert slopes == pytest.approx(expected, abs=3e-10)


def test_activations_map_sequences_and_keep_single_numbers():
    assert nn.Tanh()(0.0) == 0.0
    assert isinstance(nn.Tanh()(Value(0.5)), Value)
    for x in ([1.0, -1.0], (1.0, -1.0), np.array([1.0, -1.0])):
        assert nn.ReLU()(x) == [1.0, 0.0]
    assert nn.Identity()([Value(3.0)])[0].op is None


def test_parameters_of_activations_are_taken_and_checked():
    assert nn.LeakyReLU(0.3)(-2.0) == -0.6
    assert nn.LeakyReLU()(-2.0) == -0.02
    assert nn.ELU(2.0)(-1.0) == close(2 * np.expm1(-1))
    with pytest.raises(ValueError, match="slope must be a finite number, got nan"):
        nn.LeakyReLU(float("nan"))
    with pytest.raises(TypeError, match="alpha must be a number"):
        nn.ELU("1")
    assert (nn.LeakyReLU(slope=0.3).slope, nn.LeakyReLU().slope, nn.Softplus(2.0).beta) == (0.3, 0.01, 2.0)
    with pytest.raises(TypeError, match="got an unexpected keyword argument 'slop'"):
        nn.LeakyReLU(slop=0.3)
    with pytest.raises(TypeError, match="too many positional arguments"):
        nn.ReLU(0.3)


def test_a_class_can_be_derived_from_an_activation():
    class Leakier(nn.LeakyReLU):
        def __init__(self):
            super().__init__(0.5)

    assert (Leakier()(-2.0), repr(Leakier()), repr(activation_named("leaky_relu"))) == (
        -1.0, "Leakier", "LeakyReLU",
    )  # fmt: skip


def test_a_row_registered_anywhere_is_an_activation_by_its_name():
    partials = ["1 + 2 * alpha * x", "x * x"]
    register("bent", "x alpha", "x + alpha * x * x", partials, defaults={"alpha": 0.5})
    try:
        model = nn.MLP(2, [3, 1], activation="bent", rng=0)
        z, outputs = model.trace([0.5, -1.0])[0]
        assert numbers(outputs) == [s.data + 0.5 * s.data * s.data for s in z]
        assert repr(model.layers[0]) == "Layer(2 -> 3, bent): 9 parameters (6 weights, 3 biases)"
    finally:
        unregister("bent")
    with pytest.raises(ValueError, match=r"no activation 'bent'\. Known: linear, .*relu, .*sin"):
        nn.MLP(2, [3, 1], activation="bent")


@pytest.mark.parametrize("name", sorted(activations().keys() - set(NAMED)))
def test_every_other_row_of_one_number_is_an_activation_too_and_can_be_copied_and_pickled(name):
    module, middle = activation_named(name), sum(TABLE[name].domain[0]) / 2
    for twin in (module, copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert twin([middle, Value(middle)])[1].data == twin(middle) == TABLE[name](middle)


def test_rows_of_more_numbers_and_of_sequences_are_no_activations():
    assert not {"add", "clip", "where", "sum", "dot", "mean"} & activations().keys()
    assert set(NAMED) < activations().keys()


def test_the_class_of_an_activation_tells_what_its_row_says():
    for text in (
        "Where there is no derivative, this is our choice:",
        "* at ``x == 0``: the smallest subgradient",
    ):
        assert text in nn.ReLU.__doc__ and text in TABLE["relu"].__doc__
    assert "slope : float, default 0.01" in nn.LeakyReLU.__doc__
    assert "x : Value" not in nn.LeakyReLU.__doc__, "the class takes numbers, the operation takes x"
    for name in NAMED:
        assert type(activation_named(name)).__name__ in nn.__all__


def test_softmax_needs_a_whole_layer():
    probabilities = nn.Softmax()([1.0, 2.0, 3.0])
    assert probabilities == close(np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum())
    for use in [lambda: nn.Softmax()(1.0), lambda: nn.Softmax().one(Value(1.0))]:
        with pytest.raises(TypeError, match="softmax needs all outputs of a layer at once"):
            use()


def test_names_functions_modules_and_none_choose_an_activation():
    import autograd

    own = activation_named(autograd.sin)
    assert (own.name, repr(own)) == ("sin", "Activation(sin)")
    assert activation_named(None).name == "linear"
    module = nn.Tanh()
    assert activation_named(module) is module
    assert activation_named(lambda z: z).name == "<lambda>"


def test_an_own_function_that_returns_a_plain_number_is_told_so():
    layer = nn.Layer(1, 1, lambda z: max(0, z), init=[[1.0]])
    assert layer([2.0])[0].data == 2.0
    with pytest.raises(TypeError, match=r"turned Value\(-2\.0, .*into 0, which is no Value.*autograd\.relu"):
        layer([-2.0])


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_activation_can_be_copied_and_pickled(name):
    model = nn.MLP(2, [2, 2], name, rng=1)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert numbers(twin([0.5, -1.0])) == numbers(model([0.5, -1.0]))


def test_activations_agree_with_pytorch():
    torch = pytest.importorskip("torch")
    peers = {
        "sigmoid": torch.nn.Sigmoid(), "tanh": torch.nn.Tanh(), "relu": torch.nn.ReLU(),
        "gelu": torch.nn.GELU(),
        "leaky_relu": torch.nn.LeakyReLU(), "elu": torch.nn.ELU(), "silu": torch.nn.SiLU(),
        "softplus": torch.nn.Softplus(), "logsigmoid": torch.nn.LogSigmoid(), "linear": torch.nn.Identity(),
    }  # fmt: skip
    for name, peer in peers.items():
        x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
        y = peer(x)
        y.sum().backward()
        outs, slopes = values_and_slopes(activation_named(name), POINTS)
        assert outs == pytest.approx(y.tolist(), rel=1e-10, abs=1e-12), name
        assert slopes == pytest.approx(x.grad.tolist(), rel=1e-10, abs=1e-12), name
