"""`step`, closures, the saved state, clipping and every refusal of the optimisers."""

import math

import pytest

from autograd import Value
from nn import MLP
from nn.optim import SGD, Adam, Momentum, Nesterov, RMSProp, clip_grad_norm
from nn.optim.schedules import Exponential
from tests.data.notes_data import close
from tests.optim.optimizer_runs import ALL, bowl, square, trajectory


@pytest.mark.row("S001-23", "E-S001-09")
def test_backward_computes_and_step_adjusts():
    w = [Value(0.5), Value(-0.25), Value(0.1)]
    z = w[0] * 1 + w[1] * 2 + w[2]
    optimizer = SGD(w, lr=0.1)
    (-z.sigmoid().log()).backward()
    assert [v.data for v in w] == [0.5, -0.25, 0.1]
    assert [v.grad for v in w] == close([-0.4750208125, -0.950041625, -0.4750208125])
    optimizer.step()
    assert [v.data for v in w] == close([0.5475020813, -0.1549958375, 0.1475020813])


def test_the_closure_runs_at_the_lookahead_and_its_loss_is_returned():
    theta = Value(1.0)
    optimizer = Nesterov([theta], lr=0.1)
    trajectory(optimizer, square, 1)
    seen = []

    def closure():
        seen.append(theta.data)
        optimizer.zero_grad()
        loss = theta * theta
        loss.backward()
        return loss

    loss = optimizer.step(closure)
    assert seen == [close(0.62)]
    assert loss.data == close(0.62**2)


def test_parameters_are_put_back_when_the_closure_raises():
    theta = Value(1.0)
    optimizer = Nesterov([theta], lr=0.1)
    trajectory(optimizer, square, 1)
    before, velocity = theta.data, optimizer.state["v"].copy()
    with pytest.raises(ZeroDivisionError):
        optimizer.step(lambda: 1 / 0)
    assert theta.data == before
    assert optimizer.state["v"].tolist() == velocity.tolist()
    assert optimizer.updates == 1


def test_nesterov_without_a_closure_says_what_it_needs():
    with pytest.raises(TypeError, match=r"Nesterov looks ahead.*Call step\(closure\)"):
        Nesterov([Value(1.0)], lr=0.1).step()


def test_other_optimizers_accept_a_closure_too():
    (end,) = trajectory(SGD([Value(1.0)], lr=0.1), square, 1)
    assert end == [0.8]


def test_a_step_without_any_gradient_asks_for_backward():
    w = Value(1.0)
    optimizer = Adam([w])
    with pytest.raises(RuntimeError, match=r"No gradient in any of the 1 parameters.*loss.backward\(\)"):
        optimizer.step()
    with pytest.raises(RuntimeError, match=r"The closure left no gradient"):
        optimizer.step(lambda: None)
    assert (w.data, optimizer.updates) == (1.0, 0)


def test_gradients_that_are_values_count_by_their_number():
    w = Value(3.0)
    (w * w).backward(create_graph=True)
    assert isinstance(w.grad, Value)
    SGD([w], lr=0.5).step()
    assert w.data == 0.0


def test_zero_grad_goes_back_to_not_yet():
    w = Value(3.0)
    optimizer = SGD([w], lr=0.5)
    (w * w).backward()
    optimizer.zero_grad()
    assert w.grad is None


@pytest.mark.parametrize("kind", ALL)
def test_training_goes_on_from_a_state_dict_with_the_same_bits(kind):
    def fresh(start):
        return kind([Value(x) for x in start], lr=Exponential(0.1, factor=0.9))

    whole = fresh([1.0, -2.0])
    trajectory(whole, bowl, 3)
    resumed = fresh([v.data for v in whole.params])
    resumed.load_state_dict(whole.state_dict())
    assert trajectory(resumed, bowl, 3) == trajectory(whole, bowl, 3)


def test_a_state_dict_that_does_not_fit_is_refused_with_every_reason():
    adam, sgd = Adam([Value(1.0), Value(2.0)]), SGD([Value(1.0)], lr=0.1)
    with pytest.raises(ValueError, match="missing: v") as caught:
        sgd.load_state_dict({"optimizer": "Adam", "updates": 1, "counts": [1.0, 1.0], "m": [0.0]})
    for part in ("unexpected: m", "saved by Adam", "counts has 2 entries for 1 parameters"):
        assert part in str(caught.value)
    assert (sgd.updates, sgd.state["v"].tolist()) == (0, [0.0])
    with pytest.raises(ValueError, match="saved by SGD"):
        adam.load_state_dict(sgd.state_dict())


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD([Value(1.0)], lr=0), ValueError, "lr must be finite and > 0, got 0"),
        (lambda: SGD([Value(1.0)], lr=math.nan), ValueError, "lr must be finite and > 0, got nan"),
        (lambda: SGD([Value(1.0)], lr="0.1"), TypeError, "lr must be a number, got '0.1'"),
        (
            lambda: SGD([Value(1.0)], lr=0.1, momentum=1.0),
            ValueError,
            r"momentum must be in \[0, 1\), got 1.0",
        ),
        (lambda: SGD([Value(1.0)], lr=0.1, nesterov=True), ValueError, "needs momentum > 0"),
        (
            lambda: SGD([Value(1.0)], lr=0.1, weight_decay=-1),
            ValueError,
            "weight_decay must be finite and >= 0",
        ),
        (lambda: Momentum([Value(1.0)], lr=0.1, beta=-0.1), ValueError, r"beta must be in \[0, 1\)"),
        (
            lambda: Adam([Value(1.0)], betas=(0.9, 1.0)),
            ValueError,
            r"betas\[1\] must be in \[0, 1\), got 1.0",
        ),
        (lambda: RMSProp([Value(1.0)], lr=0.1, eps=-1e-8), ValueError, "eps must be finite and >= 0"),
        (lambda: SGD([], lr=0.1), ValueError, "params is empty"),
        (lambda: SGD(MLP(2, [1]).parameters, lr=0.1), TypeError, "nobody has called. Add the brackets"),
        (lambda: SGD(Value(1.0), lr=0.1), TypeError, r"params is a single Value. Put it in a list: \[w\]"),
        (lambda: SGD([Value(1.0) * 2], lr=0.1), ValueError, r"params\[0\] is computed, not a leaf"),
        (lambda: SGD([1.0], lr=0.1), TypeError, r"params\[0\] is 1.0, not a Value"),
        (lambda: SGD([Value(1.0)] * 2, lr=0.1), ValueError, "appears twice"),
    ],
)
def test_bad_arguments_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_model_instead_of_its_parameters_is_recognised():
    class Model:
        def parameters(self):
            return [Value(1.0)]

    with pytest.raises(TypeError, match=r"Pass what it trains: model.parameters\(\)"):
        SGD(Model(), lr=0.1)


def test_the_learning_rate_may_be_changed_between_steps_and_is_checked():
    optimizer = SGD([Value(1.0)], lr=0.1)
    optimizer.lr = 0.5
    assert trajectory(optimizer, square, 1) == [[0.0]]
    with pytest.raises(ValueError, match="lr must be finite and > 0"):
        optimizer.lr = -1


def test_repr_shows_hyperparameters_and_progress():
    text = repr(RMSProp([Value(1.0)], lr=0.1))
    assert text == "RMSProp(1 parameters, lr=0.1, beta=0.9, eps=1e-08, eps_inside_sqrt=False, updates=0)"


def test_clipping_keeps_the_direction_of_a_gradient_whose_length_is_no_float():
    a, b = Value(0.0), Value(0.0)
    a.grad, b.grad = 1.2e308, -1.6e308  # together 2e308
    assert clip_grad_norm([a, b], 5.0) == math.inf
    assert [a.grad, b.grad] == pytest.approx([3.0, -4.0], rel=1e-14)


def test_clipping_leaves_short_gradients_alone_and_refuses_infinite_ones():
    a, b = Value(3.0, "a"), Value(4.0, "b")
    ((a * a + b * b) / 2).backward()
    assert clip_grad_norm([a, b, Value(0.0)], 5.0) == 5.0
    assert (a.grad, b.grad) == (3.0, 4.0)
    b.grad = math.inf
    with pytest.raises(ValueError, match=r"params\[1\].*'?b'?.*not finite"):
        clip_grad_norm([a, b], 1.0)
    assert a.grad == 3.0
    with pytest.raises(ValueError, match="max_norm must be finite and > 0"):
        clip_grad_norm([a], 0.0)
