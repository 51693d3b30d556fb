"""`fit` on the course notes' logistic regressions, and the ways to stop, with the rows' numbers."""

import itertools

import numpy as np
import pytest

import nn
from nn.losses import bce, bce_with_logits, mse
from tests.data.notes_data import (
    ES_TRAIN,
    ES_VALIDATION,
    ES_X,
    LOGIT4_X,
    LOGIT4_Y,
    LOGIT_B,
    LOGIT_W,
    LOGIT_X,
    LOGIT_Y,
    SQLOG_X,
    SQLOG_Y,
    close,
)
from tests.training.small_models import descend, line, logistic, numbers


@pytest.mark.row("S003-37", "S003-51")
def test_one_logistic_step_on_one_sample():
    model = logistic(LOGIT_W, LOGIT_B)
    history = descend(model, bce, (LOGIT_X, LOGIT_Y), lr=0.1, epochs=2)
    assert history.loss == pytest.approx([0.6443966601, 0.5190569368], rel=1e-9)
    model = logistic(LOGIT_W, LOGIT_B)
    descend(model, bce, (LOGIT_X, LOGIT_Y), lr=0.1, epochs=1)
    assert numbers(model) == pytest.approx([0.5475020813, -0.1549958375, 0.1475020813], rel=1e-9)


@pytest.mark.row("S003-52", "S003-53", "S003-54", "S003-55")
def test_one_logistic_step_on_four_samples():
    model = logistic(LOGIT_W, LOGIT_B)
    history = descend(model, bce, (LOGIT4_X, LOGIT4_Y), lr=0.1, epochs=1)
    assert numbers(model) == pytest.approx([0.5341445097, -0.1991173198, 0.09400649969], rel=1e-9)
    assert history.loss == [pytest.approx(0.6054967116, rel=1e-9)]
    gradient = [-0.3414450968, -0.5088268024, 0.05993500307]
    assert history.grad_norm == [[pytest.approx(np.linalg.norm(gradient), rel=1e-9)]]
    summed = logistic(LOGIT_W, LOGIT_B)
    history = descend(summed, bce, (LOGIT4_X, LOGIT4_Y), lr=0.1, epochs=1, reduction="sum")
    assert history.loss == [pytest.approx(2.421986847, rel=1e-9)]
    steps = [-1.365780387, -2.03530721, 0.2397400123]
    start = [*LOGIT_W, LOGIT_B]
    assert numbers(summed) == pytest.approx(
        [p - 0.1 * s for p, s in zip(start, steps, strict=True)], rel=1e-9
    )


@pytest.mark.row("S003-14", "S003-56")
def test_the_loop_over_samples_agrees_with_the_matrix_form():
    model = logistic(LOGIT_W, LOGIT_B)
    descend(model, bce, (LOGIT4_X, LOGIT4_Y), lr=0.1, epochs=25)
    theta, X = np.array([*LOGIT_W, LOGIT_B]), np.column_stack([LOGIT4_X, np.ones(4)])
    for _ in range(25):
        theta -= 0.1 * X.T @ (1 / (1 + np.exp(-X @ theta)) - LOGIT4_Y) / 4
    assert numbers(model) == pytest.approx(theta.tolist(), abs=1e-12)


@pytest.mark.row("S001-10", "S002-32", "S003-33")
def test_a_thousand_logistic_steps_reach_the_printed_cost():
    model = logistic(LOGIT_W, LOGIT_B)
    history = descend(model, bce, (LOGIT4_X, LOGIT4_Y), lr=0.1, epochs=1001)
    assert history.loss[:2] == pytest.approx([0.60549671, 0.56864066], rel=1e-7)
    assert history.loss[1000] == close(0.009649435063)
    model = logistic(LOGIT_W, LOGIT_B)
    descend(model, bce, (LOGIT4_X, LOGIT4_Y), lr=0.1, epochs=1000)
    assert numbers(model) == pytest.approx([3.6217534, 1.5167107, -1.7496101], rel=1e-7)
    classes = [int(model(x)[0].data > 0.5) for x in LOGIT4_X]
    assert nn.metrics.accuracy(classes, LOGIT4_Y) == 1.0


@pytest.mark.row("S003-28", "E-S003-11")
def test_squared_loss_with_a_logistic_has_two_minima_and_cross_entropy_one():
    def end(start, loss, lr, epochs):
        model = logistic([start]) if loss is not bce_with_logits else line([start])
        return descend(model, loss, (SQLOG_X, SQLOG_Y), lr=lr, epochs=epochs).loss[-1], numbers(model)[0]

    def half(p, t):
        return 0.5 * mse(p, t)

    # From the left the valley is flat: the row's 20 000 steps are reached faster with momentum.
    def roll(start):
        model = logistic([start])
        nn.fit(
            model, half, nn.optim.Momentum(model.parameters(), 1.0), (SQLOG_X, SQLOG_Y), epochs=1500, rng=None
        )
        return descend(model, half, (SQLOG_X, SQLOG_Y), 1.0, 1).loss[0], numbers(model)[0]

    assert roll(-3.0) == (pytest.approx(0.2194118703, rel=1e-8), pytest.approx(-1.949818107, rel=1e-8))
    assert end(1.0, half, 1.0, 1500) == (
        pytest.approx(0.09359182378, rel=1e-8),
        pytest.approx(0.2006859611, rel=1e-8),
    )
    for start in (-3.0, 1.0):
        assert end(start, bce_with_logits, 0.1, 1500)[1] == pytest.approx(0.2897718413, rel=1e-8)


@pytest.mark.row("S000-38", "S000-39", "S000-40")
def test_the_validation_error_turns_at_step_11_and_the_training_error_does_not():
    history = descend(
        line([0.0, 0.0]), mse, (ES_X, ES_TRAIN), lr=0.1, epochs=101, validation=(ES_X, ES_VALIDATION)
    )
    steps = [0, 5, 10, 11, 12, 20, 100]
    expected = [1, 0.1155622, 0.03729114, 0.03712804, 0.03852538, 0.06597937, 0.158111]
    assert [history.val_loss[k] for k in steps] == pytest.approx(expected, rel=1e-6)
    expected = [1.16, 0.203172, 0.0591441, 0.0206949, 5.60843e-06]
    assert [history.loss[k] for k in (0, 5, 11, 20, 100)] == pytest.approx(expected, rel=2e-6)
    assert history.loss[0] == pytest.approx(1.16)
    assert history.best_epoch == 11
    assert all(a > b for a, b in itertools.pairwise(history.loss))


@pytest.mark.row("S000-39")
def test_early_stopping_puts_back_the_parameters_of_step_11():
    model = line([0.0, 0.0])
    history = descend(
        model, mse, (ES_X, ES_TRAIN), lr=0.1, epochs=1000, validation=(ES_X, ES_VALIDATION), early_stopping=5
    )
    assert numbers(model) == close([1 - 0.8**11, 0.8 * (1 - 0.95**11)])
    assert (history.best_epoch, len(history.loss), len(history.val_loss)) == (11, 16, 17)
    assert history.stopped == "no lower validation loss for 5 epochs"


@pytest.mark.row("S004-26", "E-S004-08")
@pytest.mark.parametrize(("lr", "steps", "error"), [(0.1, 61, 3.67799e-06), (1e-9, 1, 3.0)])
def test_w_new_near_w_old_stops_the_run_near_the_minimum_or_far_from_it(lr, steps, error):
    model = line([0.0])
    history = descend(model, mse, ([[1.0]], [3.0]), lr=lr, epochs=1000, stop_when=nn.SmallStep(1e-6))
    assert len(history.loss) == steps
    assert 3 - numbers(model)[0] == pytest.approx(error, rel=1e-5)
    assert history.stopped == f"stop_when after epoch {steps - 1}"
