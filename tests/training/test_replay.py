"""The recorded step of `fit` against the eager one: same numbers, same masks, same errors."""

import numpy as np
import pytest

import nn
from autograd import BranchError, DomainError, Value
from nn.losses import bce, bce_with_logits, ce, ce_with_logits, hinge, huber, l1, mse
from nn.optim import SGD, Adam, Momentum
from nn.optim.parameters import read
from nn.training.step import ReplayStep, Step
from tests.data.notes_data import LINE_X, LINE_Y
from tests.training.small_models import line, numbers

LABELS = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
CLASSES = nn.data.one_hot([0, 2, 1, 1, 0, 2, 2])
X = np.random.default_rng(0).normal(size=(7, 3))


def steps(model, loss, y, training=True):
    """Both steps for a model, and rows for them."""
    rows = np.column_stack([X, y])
    eager = Step(model, loss, model.parameters(), 3, training=training)
    return eager, ReplayStep(eager, rows[0], "numpy"), rows


@pytest.mark.parametrize(
    ("activation", "output", "outputs", "loss", "y"),
    [
        ("tanh", "linear", 1, mse, LABELS),
        ("relu", "linear", 1, l1, LABELS),
        ("gelu", "linear", 1, huber, LABELS),
        ("sigmoid", "sigmoid", 1, bce, LABELS),
        ("leaky_relu", "linear", 1, bce_with_logits, LABELS),
        ("silu", "linear", 1, hinge, 2 * LABELS - 1),
        ("elu", "softmax", 3, ce, CLASSES),
        ("softplus", "linear", 3, ce_with_logits, CLASSES),
    ],
)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_replay_gives_the_eager_loss_and_gradient(activation, output, outputs, loss, y, reduction):
    model = nn.MLP(3, [4, outputs], activation=activation, output=output, rng=1)
    eager, replay, rows = steps(model, loss, y)
    theta = read(model.parameters()) * 1.5  # not the parameters of the recording
    value, gradient = eager.value_and_grad(theta, rows, reduction)
    again, replayed = replay.value_and_grad(theta, rows, reduction)
    # a few roundings for each of some fifty operations, relative to the largest gradient
    assert again == pytest.approx(value, rel=1e-14)
    assert replayed == pytest.approx(gradient, rel=1e-12, abs=1e-14 * np.abs(gradient).max())
    assert replay.losses(theta, rows) == pytest.approx(eager.losses(theta, rows), rel=1e-14)


def test_a_wrong_gradient_would_be_noticed():
    model = nn.MLP(3, [4, 1], rng=1)
    eager, replay, rows = steps(model, mse, LABELS)
    theta = read(model.parameters())
    _, gradient = eager.value_and_grad(theta, rows, "mean")
    _, other = replay.value_and_grad(theta * (1 + 1e-9), rows, "mean")
    assert other != pytest.approx(gradient, rel=1e-12, abs=1e-14 * np.abs(gradient).max())


@pytest.mark.parametrize("compiled", ["numpy", "native"])
def test_dropout_draws_the_same_masks_in_both_runs(compiled):
    def run(backend):
        first, last = nn.Linear(3, 6, rng=0), nn.Linear(6, 1, rng=1)
        model = nn.Sequential(first, nn.Tanh(), nn.Dropout(0.4, rng=5), last)
        options = {"epochs": 6, "batch_size": 3, "validation": (X, LABELS), "backend": backend}
        history = nn.fit(model, mse, Momentum(model.parameters(), lr=0.05), (X, LABELS), **options)
        return history, numbers(model)

    (eager, p), (replay, q) = run("eager"), run(compiled)
    assert replay.loss == pytest.approx(eager.loss, rel=1e-12)
    assert replay.val_loss == pytest.approx(eager.val_loss, rel=1e-12)
    assert np.array(replay.grad_norm) == pytest.approx(np.array(eager.grad_norm), rel=1e-11)
    assert q == pytest.approx(p, rel=1e-11)


def test_parameters_outside_the_optimizer_and_outside_the_loss_stay():
    class Model:
        def __init__(self):
            self.used, self.frozen, self.unused = (
                Value(1.0, "used"),
                Value(2.0, "frozen"),
                Value(3.0, "unused"),
            )

        def parameters(self):
            return [self.unused, self.used, self.frozen]

        def __call__(self, x):
            return [self.used * x[0] + self.frozen]

    ends = []
    for backend in ("eager", "numpy"):
        model = Model()
        optimizer = SGD([model.unused, model.used], lr=0.1)
        history = nn.fit(model, mse, optimizer, ([[1.0]], [0.0]), epochs=3, backend=backend)
        assert (model.frozen.data, model.unused.data) == (2.0, 3.0)
        ends.append((model.used.data, history.loss, history.grad_norm))
    assert ends[0] == ends[1]


def test_a_penalty_counts_once_under_the_mean():
    model = line([1.0, 2.0])
    loss = lambda p, t: mse(p, t) + 0.5 * nn.reg.l2(model.parameters())  # noqa: E731 -- as learners write it
    history = nn.fit(model, loss, SGD(model.parameters(), lr=1e-9), (LINE_X, LINE_Y), epochs=1)
    assert history.loss == [pytest.approx(np.mean((LINE_X @ [1, 2] - LINE_Y) ** 2) + 0.5 * 5)]


def test_a_branch_that_flips_names_the_condition_and_the_eager_way_out():
    class Kinked:
        def __init__(self):
            self.w = Value(1.0, "w")

        def parameters(self):
            return [self.w]

        def __call__(self, x):
            z = self.w * x[0]
            return [z if z > 0 else 0.1 * z]

    # A branch that flips among the rows that are compared first means eager training, with the same numbers.
    eager, data = Kinked(), ([[1.0], [-1.0]], [1.0, 1.0])
    nn.fit(eager, mse, SGD([eager.w], lr=0.1), data, epochs=2, backend="eager")
    model = Kinked()
    with pytest.warns(UserWarning, match=r"row by row: .*takes another branch.*w \* x₁ > 0"):
        nn.fit(model, mse, SGD([model.w], lr=0.1), data, epochs=2)
    assert model.w.data == eager.w.data != 1.0
    # One that flips only later stops the training, and names the way out.
    model, many = Kinked(), [[1.0]] * 9
    many[1] = [-1.0]
    with pytest.raises(BranchError, match="another branch") as caught:
        nn.fit(model, mse, SGD([model.w], lr=0.1), (many, [1.0] * 9), epochs=2)
    assert any('backend="eager"' in note for note in caught.value.__notes__)
    assert model.w.data == 1.0
    with pytest.raises(BranchError) as caught:
        nn.fit(model, mse, SGD([model.w], lr=0.1), ([[1.0]], [1.0]), epochs=2, validation=(many, [1.0] * 9))
    assert any('backend="eager"' in note for note in caught.value.__notes__)


def test_leaving_the_reals_is_the_engines_error_and_keeps_the_parameters():
    model = line([1.0, 0.0])
    with pytest.raises(DomainError, match="log"):
        nn.fit(model, lambda p, t: -p[0].log(), SGD(model.parameters(), lr=0.1),
               ([[1.0, 0.0], [-1.0, 0.0]], [0.0, 0.0]), epochs=3)  # fmt: skip
    assert numbers(model) == [1.0, 0.0]


def test_twenty_steps_on_the_digits_follow_the_eager_curve():
    datasets = pytest.importorskip("sklearn.datasets")
    images, digits = datasets.load_digits(return_X_y=True)

    def curve(backend):
        model = nn.MLP(64, [32, 10], activation="relu", rng=0)
        data = (images[:160] / 16, digits[:160])
        optimizer = Adam(model.parameters(), lr=0.01)
        return nn.fit(model, ce_with_logits, optimizer, data, epochs=4, batch_size=32, backend=backend).loss

    assert curve("numpy") == pytest.approx(curve("eager"), rel=1e-6)
