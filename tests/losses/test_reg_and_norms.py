"""Penalties and norms: the rows of the notes, subgradients at 0, models and lists, PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Graph, Value
from nn import losses, norms, reg
from tests.data.notes_data import F4_W, F4_X, F4_Y
from tests.layers.networks import fx_4321

vector = st.lists(st.floats(-1e6, 1e6).map(lambda x: x if abs(x) > 1e-6 else 0.0), min_size=1, max_size=6)


def value_and_grads(function, numbers):
    leaves = [Value(number) for number in numbers]
    out = function(leaves)
    out.backward()
    return out.data, [leaf.grad for leaf in leaves]


@pytest.mark.row("S001-14", "S001-15", "S001-16")
@pytest.mark.parametrize(
    ("norm", "length", "gradient"),
    [(norms.l1, 7, [1, -1]), (norms.l2, 5, [0.6, -0.8]), (norms.l2sq, 25, [6, -8]), (norms.linf, 4, [0, -1])],
)
def test_norms_of_3_and_minus_4(norm, length, gradient):
    assert value_and_grads(norm, [3.0, -4.0]) == (length, pytest.approx(gradient))


@pytest.mark.row("S001-15", "S001-16", "E-S001-04")
@pytest.mark.parametrize("norm", [norms.l1, norms.l2, norms.l2sq, norms.linf])
def test_every_norm_has_gradient_0_at_the_origin(norm):
    assert value_and_grads(norm, [0.0, 0.0]) == (0.0, [0.0, 0.0])


def test_the_euclidean_norm_serves_other_rows_of_the_same_graph():
    x = [Value(3.0), Value(4.0)]
    length = norms.l2(x)
    x[0].data = x[1].data = 0.0
    assert length.forward() == 0.0
    length.backward()
    assert [item.grad for item in x] == [0.0, 0.0]
    x[0].data = -2.0
    assert length.forward() == 2.0


@given(vector)
def test_norms_agree_with_numpy(x):
    for norm, order in [(norms.l1, 1), (norms.l2, 2), (norms.linf, np.inf)]:
        length, gradient = value_and_grads(norm, x)
        assert length == pytest.approx(np.linalg.norm(x, order), rel=1e-14)
        if np.any(x):
            # Euler: a norm is homogeneous of degree 1, so x·gradient is the norm itself.
            assert np.dot(x, gradient) == pytest.approx(length, rel=1e-13)
    assert norms.l2sq(x) == pytest.approx(np.dot(x, x), rel=1e-14)


@pytest.mark.parametrize("norm", [norms.l1, norms.l2, norms.l2sq, norms.linf])
def test_a_norm_of_nothing_is_refused(norm):
    with pytest.raises(
        TypeError, match=rf"norms\.{norm.__name__} takes a sequence of numbers or Values, and got 3"
    ):
        norm(3)
    with pytest.raises(ValueError, match="of no numbers at all"):
        norm([])


@pytest.mark.row("S001-50", "S001-51", "S001-52")
@pytest.mark.parametrize(
    ("penalty", "total", "gradient"), [(reg.l2, 3.75, [0.6, -0.8]), (reg.l1, 1.95, [0.1, -0.1])]
)
def test_a_penalty_is_added_to_the_loss_with_a_strength(penalty, total, gradient):
    value, grads = value_and_grads(lambda theta: 1.25 + 0.1 * penalty(theta), [3.0, -4.0])
    assert (value, grads) == (pytest.approx(total), pytest.approx(gradient))


@pytest.mark.row("S001-51", "S001-52", "E-S001-19")
def test_l2_prefers_spread_and_l1_prefers_sparse_weights():
    sparse, spread = ([Value(number) for number in theta] for theta in ([0, 0.75, 0], [0.25, 0.5, 0.25]))
    assert [reg.l2(theta).data for theta in (sparse, spread)] == [0.5625, 0.375]
    assert [reg.l1(theta).data for theta in (sparse, spread)] == [0.75, 1.0]


@pytest.mark.row("S001-51", "S001-52", "S004-45")
@pytest.mark.parametrize(
    ("penalty", "minima"), [(reg.l2, [0.15, -0.2, 0.25, 1, -1.5]), (reg.l1, [0, 0, 0, 1.5, -2.5])]
)
def test_l2_shrinks_and_l1_thresholds_in_one_dimension(penalty, minima):
    for a, best in zip([0.3, -0.4, 0.5, 2, -3], minima, strict=True):

        def slope(t, a=a):
            leaf = Value(t)
            (losses.square(leaf, a) + penalty([leaf])).backward()
            return leaf.grad

        low, high = -4.0, 4.0
        for _ in range(60):  # halve the interval in which the slope changes its sign
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) < 0 else (low, middle)
        assert high == pytest.approx(best, rel=1e-12, abs=1e-12)


@pytest.mark.row("S004-13")
def test_l2_of_a_network_is_the_sum_of_all_squared_weights():
    model = fx_4321()
    penalty = reg.l2(model)
    penalty.backward()
    assert penalty.data == pytest.approx(7.14)
    assert np.sqrt(penalty.data) == pytest.approx(2.672077843, rel=1e-8)
    assert all(p.grad == 2 * p.data for p in model.parameters())
    assert sum(node.op is not None for node in Graph(penalty).nodes) == 1


@pytest.mark.row("S004-03")
def test_squared_loss_plus_penalty_on_four_inputs():
    model = nn.Linear(4, 1, bias=False).assign([F4_W])
    loss = losses.sse([model(x) for x in F4_X], F4_Y) + 0.1 * reg.l2(model)
    loss.backward()
    assert loss.data == pytest.approx(3.69)
    assert [p.grad for p in model.parameters()] == pytest.approx([-6.98, -4.96, -4.94, -9.12])


def test_elastic_is_the_weighted_sum_of_both():
    theta = [Value(3.0), Value(-4.0)]
    assert reg.elastic(theta, l1=0.1, l2=0.2).data == pytest.approx(0.1 * 7 + 0.2 * 25)
    model = nn.Linear(1, 1, init=[[2.0]])
    assert reg.elastic(model).data == 6.0


def test_the_slope_of_l1_at_0_is_0():
    assert value_and_grads(reg.l1, [0.0, 2.0]) == (2.0, [0.0, 1.0])


@pytest.mark.parametrize("penalty", [reg.l1, reg.l2, reg.elastic])
def test_what_is_no_parameter_cannot_be_penalised(penalty):
    with pytest.raises(ValueError, match="nothing to penalise"):
        penalty([])
    with pytest.raises(ValueError, match="nothing to penalise"):
        penalty(nn.Tanh())
    with pytest.raises(TypeError, match="takes a Module or a list of Values, and got 3"):
        penalty(3)
    with pytest.raises(TypeError, match=r"item 1 is 3\.0"):
        penalty([Value(1.0), 3.0])


@pytest.mark.parametrize("strength", [-0.1, float("nan")])
def test_a_negative_strength_is_refused(strength):
    with pytest.raises(ValueError, match="l1 must be finite and >= 0"):
        reg.elastic([Value(1.0)], l1=strength)


def test_norms_agree_with_pytorch_also_at_the_origin():
    torch = pytest.importorskip("torch")
    for x in ([3.0, -4.0, 0.5], [0.0, 0.0, 0.0]):
        for norm, order in [(norms.l1, 1), (norms.l2, 2)]:
            tensor = torch.tensor(x, dtype=torch.float64, requires_grad=True)
            theirs = torch.linalg.vector_norm(tensor, order)
            theirs.backward()
            length, gradient = value_and_grads(norm, x)
            assert length == pytest.approx(theirs.item(), rel=1e-14)
            assert gradient == pytest.approx(tensor.grad.tolist(), rel=1e-14)
