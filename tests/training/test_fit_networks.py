"""`fit` on the notes' networks: one step with its numbers, the order of updates, and networks that learn."""

import math

import numpy as np
import pytest

import nn
from autograd import Value
from nn.losses import bce, mse, sse
from nn.optim import SGD, Adam
from tests.data.notes_data import B_X, B_Y
from tests.layers.networks import V1, V2, V3, W3, X2, X4, Y1, Y2, Y4, fx_232, fx_2321, fx_4321, weight_grads


def one_step(model, loss, x, y, lr, layers=None, epochs=1):
    """One step of `fit` on the given layers; the losses met."""
    params = [p for layer in (layers or model.layers) for p in layer.parameters()]
    target = [y] if isinstance(y, list) else [[y]]
    return nn.fit(model, loss, SGD(params, lr=lr), ([x], target), epochs=epochs, reduction="sum").loss


@pytest.mark.row("S002-39", "S002-47")
def test_one_step_on_the_three_layer_network():
    assert one_step(fx_2321(), bce, X2, Y1, 0.5, epochs=2) == pytest.approx(
        [0.61447168, 0.43980754], rel=1e-8
    )
    model = fx_2321()
    losses = one_step(model, bce, X2, Y1, 0.5, layers=model.layers[2:])
    third = model.layers[2].neurons[0]
    assert losses == [pytest.approx(0.61447168, rel=1e-8)]
    assert [w.data for w in third.w] == pytest.approx([1.117934306, -1.075721309], rel=1e-9)
    # the row leaves the bias alone: from its own starting point
    third.b.data = 0.3
    assert bce(model(X2), [Y1]).data == pytest.approx(0.55778641, rel=1e-8)


@pytest.mark.row("S002-29", "S002-30")
def test_one_step_on_the_network_with_a_linear_output():
    losses = one_step(fx_232(output="linear"), sse, X2, Y2, 0.1, epochs=2)
    assert losses == pytest.approx([0.7183984833, 0.43481985513], rel=1e-9)


@pytest.mark.row("S004-15")
def test_one_step_on_the_4_3_2_1_network():
    model = fx_4321()
    losses = one_step(model, mse, X4, Y4, 0.5, epochs=1)
    assert losses == [pytest.approx(0.2981841592, rel=1e-9)]
    assert model.w(3, 1, 1).data == pytest.approx(0.7606666027, rel=1e-9)
    assert model.w(1, 1, 1).data == pytest.approx(0.1008498428, rel=1e-9)
    assert mse(model(X4), [Y4]).data == pytest.approx(0.2738628082, rel=1e-9)
    assert [V1.shape, V2.shape, V3.shape] == [(4, 3), (3, 2), (2, 1)]


@pytest.mark.row("S004-24", "E-S004-07")
def test_all_gradients_belong_to_the_old_weights_before_any_update():
    model = fx_2321()
    bce(model(X2), [Y1]).backward()
    right = weight_grads(model.layers[1])
    # updating W3 first, and computing dL/dW2 with it, scales the rows of the gradient
    moved = fx_2321()
    moved.layers[2].assign([[1.1179343060505729, -1.0757213089557442]])
    z = moved(X2)[0]
    z.backward(seed=-0.4590733994650428 / z.partials[0])  # the old δ3, as the interleaved order has it
    interleaved = weight_grads(moved.layers[1])
    assert interleaved[:, 0] / right[:, 0] == pytest.approx([1.117934306, 0.8964344241], rel=1e-8)
    expected = [[-0.08277691, -0.060900443, -0.018980516], [0.079164569, 0.058242779, 0.018152216]]
    assert interleaved == pytest.approx(np.array(expected), rel=1e-7)
    # fit takes the right ones
    model = fx_2321()
    before = np.array([[w.data for w in neuron.w] for neuron in model.layers[1].neurons])
    one_step(model, bce, X2, Y1, 0.5)
    after = np.array([[w.data for w in neuron.w] for neuron in model.layers[1].neurons])
    assert (before - after) / 0.5 == pytest.approx(right)
    assert W3 == [[1.0, -1.2]]


@pytest.mark.row("S000-37", "E-S000-14")
def test_the_gradient_grows_linearly_with_the_distance_along_a_ray():
    minimiser = np.array([1.25, 1.25, 0.5, -1.25])
    for distance, norm in [(1, 16.16323), (2, 32.32646), (4, 64.65292)]:
        model = nn.Linear(3, 1).assign([minimiser[:3] + np.array([distance, 0, 0])], minimiser[3:])
        history = nn.fit(model, mse, SGD(model.parameters(), lr=1e-9), (B_X, B_Y), epochs=1)
        assert history.grad_norm == [[pytest.approx(norm, rel=1e-6)]]


@pytest.mark.row("S000-35", "E-S000-13")
def test_minus_the_gradient_need_not_point_at_the_minimum():
    x, y = Value(10.0), Value(1.0)
    ((x * x + 10 * y * y) / 2).backward()
    cosine = (x.grad * 10 + y.grad * 1) / (math.hypot(x.grad, y.grad) * math.hypot(10, 1))
    assert math.degrees(math.acos(cosine)) == pytest.approx(39.289407, rel=1e-7)


@pytest.mark.row("E-S001-17")
def test_dividing_by_the_average_itself_is_another_step_than_by_its_root():
    w = Value(1.0)
    (w * w).backward()
    s = 0.1 * w.grad**2
    assert 1 - 0.1 * w.grad / s == pytest.approx(0.5)
    nn.optim.RMSProp([w], lr=0.1).step()
    assert w.data == pytest.approx(0.683772239, rel=1e-8)


@pytest.mark.row("S004-40", "E-S004-14")
def test_an_exploding_gradient_makes_huge_steps_and_a_vanishing_one_none():
    def chain(activation):
        layers = [nn.Layer(1, 1, activation, bias=False, init=[[weight]]) for _ in range(10)]
        return nn.Sequential(*layers)

    weight = 2.0
    exploding = chain("relu")
    out = exploding([0.5])[0]
    x = Value(0.5)
    exploding([x])[0].backward()
    assert (out.data, x.grad) == (512.0, 1024.0)
    weight = 1.0
    x = Value(0.5)
    chain("sigmoid")([x])[0].backward()
    assert 0.1 * x.grad == pytest.approx(3.48312e-08, rel=1e-5)


@pytest.mark.row("S004-27", "S002-24", "E-S004-09")
@pytest.mark.parametrize(("activation", "learns"), [("relu", True), ("tanh", True), ("heaviside", False)])
def test_xor_is_learned_with_a_slope_and_not_with_a_step(activation, learns):
    X, y = nn.data.xor()
    model = nn.MLP(2, [8, 1], activation=activation, rng=1)
    hidden = [p.data for p in model.layers[0].parameters()]
    history = nn.fit(model, mse, Adam(model.parameters(), lr=0.05), (X, y), epochs=150)
    assert ([p.data for p in model.layers[0].parameters()] != hidden) == learns
    assert all((norms[0] > 0) == learns for norms in history.grad_norm)
    if learns:
        assert history.loss[-1] < 1e-3


@pytest.mark.row("S000-01", "S003-09")
def test_moons_and_circles_are_learned():
    for make in (nn.data.moons, nn.data.circles):
        X, y = make(40, noise=0.05, rng=1)
        model = nn.MLP(2, [8, 1], rng=2)
        nn.fit(model, nn.losses.bce_with_logits, Adam(model.parameters(), lr=0.1), (X, y), epochs=80)
        assert nn.metrics.accuracy([model(x)[0].data > 0 for x in X], y == 1) >= 0.95
