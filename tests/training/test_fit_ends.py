"""How a run of `fit` ends early: Ctrl-C, divergence, errors on the way."""

import math
import subprocess
import sys

import pytest

import nn
from nn.losses import mse
from nn.optim import SGD
from tests.data.notes_data import LINE_X, LINE_Y
from tests.training.small_models import descend, line, numbers

DATA = (LINE_X, LINE_Y)


def interrupting(after):
    """A loss that presses Ctrl-C when it has been asked `after` times."""
    calls = 0

    def loss(p, t):
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return mse(p, t)

    return loss


def test_ctrl_c_returns_the_history_and_keeps_what_was_trained():
    stopped, whole = line([0.0, 0.0]), line([0.0, 0.0])
    before_training = (
        5  # the loss meets each of the 4 targets once, and one gradient, before the first update
    )
    history = descend(
        stopped, interrupting(before_training + 4 * 3 + 2), DATA, lr=0.01, epochs=10, backend="eager"
    )
    assert history.stopped == "interrupted in epoch 3, after 3 updates"
    assert len(history.loss) == 3
    descend(whole, mse, DATA, lr=0.01, epochs=3)
    assert numbers(stopped) == numbers(whole)


def test_a_diverging_run_names_update_parameter_and_numbers_and_keeps_finite_parameters():
    model = line([0.0, 0.0])
    with pytest.raises(nn.TrainingDivergedError) as caught:
        descend(model, mse, DATA, lr=10.0, epochs=1000)
    error = caught.value
    assert "w^1_{" in str(error) and "the loss is inf" in str(error) and "now 10" in str(error)
    assert f"update {error.update} (epoch {error.update})" in str(error)
    # the direction of steepest curvature leans towards the slope, which so grows fastest
    assert error.parameter == "w^1_{21} (neurons.0.w.1)"
    assert len(error.history.loss) == error.update
    assert all(math.isfinite(p) for p in numbers(model))
    assert math.isfinite(error.history.loss[-1])
    # exactly the parameters at which the last finite loss was taken
    again = line([0.0, 0.0])
    descend(again, mse, DATA, lr=10.0, epochs=error.update - 1)
    assert numbers(model) == numbers(again)


def test_an_exploding_layer_is_named():
    model = nn.MLP(2, [2, 1], activation="linear", rng=0)
    with pytest.raises(nn.TrainingDivergedError, match=r"w\^[12]_\{.*\(layers\.[01]\.neurons"):
        nn.fit(model, mse, SGD(model.parameters(), lr=100.0), DATA, epochs=1000)


def test_parameters_that_overflow_in_the_update_are_a_divergence_too():
    model = line([1e300, 0.0])
    with pytest.raises(nn.TrainingDivergedError, match="is -inf with gradient 2"):
        descend(model, lambda p, t: 2 * p[0], ([[1.0, 0.0]], [0.0]), lr=1.7e308, epochs=1000)


def test_an_error_inside_the_loss_leaves_the_last_whole_update():
    def fails_later(p, t):
        if p[0].data > 3.0 and t[0] == 5.0:
            raise ZeroDivisionError
        return mse(p, t)

    model = line([0.0, 0.0])
    with pytest.raises(ZeroDivisionError):
        descend(model, fails_later, DATA, lr=0.1, epochs=50, batch_size=1, backend="eager")
    assert all(math.isfinite(p) for p in numbers(model))


def test_importing_nn_draws_on_no_plotting_library():
    program = "import sys, nn; print('matplotlib' in sys.modules, 'sklearn' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
