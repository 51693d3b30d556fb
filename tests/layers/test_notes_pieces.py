"""Small pieces of the notes that a model or a hand-built graph shows: residuals, order, shared weights."""

import numpy as np
import pytest

import nn
from autograd import Graph, Value, dot, sum, tanh
from tests.data.notes_data import A_B, A_W, A_X, A_Y, B_B, B_W, B_X, B_Y, LOGIT4_X, close
from tests.layers.networks import X4, fx_4321, numbers


def residual(x, y, w, b):
    """A = y - w.x - b as a graph, with its leaves."""
    weights, bias = [Value(number) for number in w], Value(b)
    return y - dot(weights, x.tolist(), bias), [*weights, bias]


@pytest.mark.row("S000-09")
def test_the_dot_product_of_weights_and_a_column_is_the_weighted_sum():
    layer = nn.Linear(2, 1, bias=False).assign([A_W])
    assert numbers(layer.forward_columns(A_X.T)[0]) == [-2.5, -3.0]


@pytest.mark.row("S000-16", "S000-30", "S000-31", "S000-32")
@pytest.mark.parametrize(
    ("X", "y", "w", "b", "sums", "directional"),
    [(A_X, A_Y, A_W, A_B, [-5, -7], -111.5), (B_X, B_Y, B_W, B_B, [-4, -3, -5, -6], -19.05)],
)
def test_residuals_have_the_partials_minus_x_and_minus_1(X, y, w, b, sums, directional):
    total = 0.0
    for x, target, partial_sum in zip(X, y, sums, strict=True):
        A, leaves = residual(x, target, w, b)
        A.backward()
        grads = [leaf.grad for leaf in leaves]
        assert grads == [*-x, -1]
        assert np.sum(grads) == partial_sum
        total += 2 * partial_sum * A.data / len(X)
    assert total == close(directional)


@pytest.mark.row("S000-30")
def test_the_slope_of_each_square_is_twice_the_residual():
    slopes = []
    for x, target in zip(B_X, B_Y, strict=True):
        A, _ = residual(x, target, B_W, B_B)
        A.square().backward()
        slopes.append(A.grad)
    assert slopes == close([-0.2, 3, 4, 8])


@pytest.mark.row("S001-24")
def test_the_sweep_goes_from_the_loss_through_the_layers_back_to_the_first():
    model = fx_4321()
    order = [node.label for node in reversed(Graph(nn.losses.sse(model(X4), 1.0)).nodes)]
    outputs = [label for label in order if label.startswith("O_")]
    assert outputs[0] == "O_{31}"
    assert sorted(outputs[1:3]) == ["O_{21}", "O_{22}"]
    assert sorted(outputs[3:]) == ["O_{11}", "O_{12}", "O_{13}"]


@pytest.mark.row("S003-01")
def test_inputs_are_no_parameters():
    x = [Value(1.0), Value(2.0)]
    model = nn.MLP(2, [1], bias=False)
    model(x)
    assert len(model.parameters()) == 2
    assert not any(p is item for p in model.parameters() for item in x)


@pytest.mark.row("S003-15")
def test_gradients_are_not_yet_there_before_backward():
    z = Value(0.1)
    loss = nn.losses.bce(z.sigmoid(), 1)
    assert z.grad is None
    loss.backward()
    assert z.grad == close(-0.4750208125)


@pytest.mark.row("S003-19")
def test_samples_as_columns_give_one_row_of_outputs():
    Y = nn.Linear(2, 1).forward_columns(LOGIT4_X.T)
    assert (len(Y), len(Y[0])) == (1, 4)


class Recurrent(nn.Module):
    """h_t = tanh(w h_(t-1) + u x_t): the same two weights at every step."""

    def __init__(self):
        self.w, self.u = Value(0.5, label="w"), Value(1.0, label="u")

    def forward(self, x):
        h, states = 0.0, []
        for item in x:
            h = tanh(dot([self.w, self.u], [h, item]))
            states.append(h)
        return states


@pytest.mark.row("S003-04")
def test_a_weight_used_at_every_step_gathers_the_gradient_of_all():
    net = Recurrent()
    states = net([1.0, -1.0, 2.0])
    assert numbers(states) == close([0.761594156, -0.5505728129, 0.9384281071])
    states[-1].backward()
    assert (net.w.grad, net.u.grad) == close((-0.03404021177, 0.2058514055))


@pytest.mark.row("S000-43", "S003-03")
def test_a_kernel_that_slides_over_the_input_shares_its_weights():
    x, kernel = [1.0, 2.0, 3.0, 4.0], nn.Neuron(2, "linear", bias=False, init=[1.0, -1.0])
    y = [kernel(x[i : i + 2]) for i in range(3)]
    assert numbers(y) == [-1, -1, -1]
    sum(y).backward()
    assert [weight.grad for weight in kernel.w] == [6, 9]
