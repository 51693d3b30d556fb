"""An optimiser is a row: what a new one declares, which of its lines run, and what is refused."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Update, Value
from nn.optim import ROWS, SGD, Adam, AdamW, Nesterov, Optimizer, RMSProp
from nn.optim.optimizer import LearningRate, NonNegative, Share, Shares
from tests.optim.optimizer_runs import square, trajectory


class Lion(Optimizer):
    """A row as a newcomer writes it.

    Formula::

        {text}
    """

    lr: LearningRate = 0.25
    betas: Shares = (0.5, 0.75)
    weight_decay: NonNegative = 0.0
    cautious: bool = False

    text = """
        p = p - lr*weight_decay*p                       if weight_decay
        u = sign(beta1*m + (1 - beta1)*g)
        u = where(u*g > 0, u, 0)                        if cautious
        p = p - lr*u
        m = beta2*m + (1 - beta2)*g
    """


def test_a_new_row_is_an_optimizer_with_a_constructor_state_and_docstring():
    w = Value(1.0)
    lion = Lion([w])
    assert trajectory(lion, square, 3) == [[0.75], [0.5], [0.25]]
    assert (lion.state_names, lion.state["m"].tolist()) == (("m",), [2 * (0.140625 + 0.140625 + 0.125)])
    assert (
        repr(lion)
        == "Lion(1 parameters, lr=0.25, beta1=0.5, beta2=0.75, weight_decay=0.0, cautious=False, updates=3)"
    )
    assert "    p = p - lr*u\n" in Lion.__doc__ and "if " not in Lion.__doc__
    assert "and with `cautious=True` the line `u = where(u*g > 0, u, 0)` instead." in Lion.__doc__


def test_flags_and_hyper_parameters_of_zero_choose_the_lines():
    w = Value(1.0)
    assert "weight_decay" not in str(Lion([w]).update) and "where" not in str(Lion([w]).update)
    assert "where" in str(Lion([w], cautious=True).update)
    assert str(SGD([w], lr=0.1).update) == "v = momentum*v + g\np = p - lr*v"
    assert str(SGD([w], 0.1, 0.9, True, 0.01).update) == (
        "g = g + weight_decay*p\nv = momentum*v + g\np = p - lr*(g + momentum*v)"
    )
    assert str(RMSProp([w], 0.1, eps_inside_sqrt=True).update).endswith("p = p - lr*g/sqrt(s + eps)")
    assert AdamW([w], weight_decay=0.0).update == Adam([w]).update
    assert Nesterov([w], lr=0.1).update == Update("v = beta*v - lr*g\np = p + v", ahead="p + beta*v")


def test_a_flag_that_is_switched_later_counts_from_the_next_step():
    w = Value(0.0)
    optimizer = RMSProp([w], lr=1.0)
    assert "inside" not in str(optimizer.update)
    optimizer.eps_inside_sqrt = True
    (1e-8 * w).backward()
    optimizer.step()
    assert -w.data == pytest.approx(9.999999995e-05, rel=1e-8)


def test_hyper_parameters_are_checked_whenever_they_are_assigned():
    adam = Adam([Value(1.0)])
    assert (adam.beta1, adam.beta2) == (0.9, 0.999)
    adam.betas = (0.5, 0.25)
    assert (adam.beta1, adam.beta2) == (0.5, 0.25)
    with pytest.raises(ValueError, match=r"betas\[0\] must be in \[0, 1\), got 1.0"):
        adam.betas = (1.0, 0.5)
    with pytest.raises(ValueError, match=r"eps must be finite and >= 0, got -1.0"):
        adam.eps = -1
    assert (adam.beta1, adam.eps) == (0.5, 1e-8)


def test_a_text_that_reads_what_is_not_declared_is_refused_when_the_class_is_made():
    with pytest.raises(
        TypeError, match=r"text of Typo reads momemtum, .*not declare.* It has lr, momentum\."
    ):

        class Typo(Optimizer):
            momentum: Share = 0.9
            text = """
                v = momemtum*v + g
                p = p - lr*v
            """

    with pytest.raises(TypeError, match=r"text of Leap reads betta"):

        class Leap(Nesterov):
            ahead = "p + betta*v"

    with pytest.raises(TypeError, match=r"text of Flag reads nesterov"):

        class Flag(Optimizer):
            text = "p = p - lr*g    if not nesterov"


def test_state_that_a_flag_brings_is_there_for_every_instance():
    class AMSGrad(Optimizer):
        amsgrad: bool = False
        text = """
            v = maximum(v, g*g)             if amsgrad
            s = s + g*g
            p = p - lr*g/sqrt(s)            if not amsgrad
            p = p - lr*g/sqrt(v)            if amsgrad
        """

    for flag, end in ((False, 1 - 0.1 / np.sqrt(2)), (True, 0.9)):
        optimizer = AMSGrad([Value(1.0)], lr=0.1, amsgrad=flag)
        optimizer.advance(np.ones(1), np.ones(1))
        assert optimizer.advance(np.ones(1), np.ones(1)) == pytest.approx([end], rel=1e-15)
        assert optimizer.state["v"].tolist() == [float(flag)]


def test_a_learners_class_with_a_formula_of_its_own_trains_as_before():
    class Clipped(SGD):
        state_names = ("v", "seen")

        def __init__(self, params, lr, limit):
            super().__init__(params, lr)
            self.limit = limit

        def formula(self, p, g, state, lr, t):
            v, seen = state
            return p - lr * np.clip(g, -self.limit, self.limit), (v, seen + 1)

    optimizer = Clipped([Value(1.0)], lr=0.5, limit=0.25)
    assert trajectory(optimizer, square, 2) == [[0.875], [0.75]]
    assert optimizer.state["seen"].tolist() == [2.0]
    model = nn.Linear(1, 1, init="zeros")
    nn.fit(model, nn.losses.mse, Clipped(model.parameters(), 0.5, 0.25), ([[1.0]], [1.0]), epochs=2)
    assert [p.data for p in model.parameters()] == [0.25, 0.25]


def test_every_row_is_public_and_can_be_copied_and_pickled_with_its_progress():
    for name, kind in ROWS.items():
        assert getattr(nn.optim, name) is kind and name in nn.optim.__all__
        optimizer = kind([Value(1.0)], lr=0.1)
        optimizer.advance(np.ones(1), np.ones(1))
        assert b"rules" not in pickle.dumps(optimizer) and b"table" not in pickle.dumps(optimizer)
        copies = copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))
        assert {repr(again) for again in copies} == {repr(optimizer)}
        ends = [each.advance(np.ones(1), np.ones(1)).tolist() for each in (optimizer, *copies)]
        assert ends[0] == ends[1] == ends[2]
