"""How a run of `fit` goes: order, seeds, batches, masks, layers, modes, progress."""

import math

import numpy as np
import pytest

import nn
from autograd import Value
from nn.losses import ce, ce_with_logits, mse
from nn.optim import SGD, Adam, Nesterov
from tests.data.notes_data import LINE_X, LINE_Y
from tests.training.small_models import descend, line, numbers

DATA = (LINE_X, LINE_Y)


def test_every_sample_is_seen_once_per_epoch_in_a_new_order():
    seen = []

    class Spy:
        def __init__(self):
            self.w = Value(0.0)

        def parameters(self):
            return [self.w]

        def __call__(self, x):
            seen.append(x[0])
            return [self.w * x[0]]

    model = Spy()
    X = np.arange(1.0, 8.0)[:, None]
    seen.clear()
    nn.fit(model, mse, SGD([model.w], lr=1e-6), (X, X[:, 0]), epochs=2, batch_size=3, rng=1, backend="eager")
    first, second = seen[-14:-7], seen[-7:]
    assert sorted(first) == sorted(second) == X[:, 0].tolist()
    assert first != second


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    X, y = nn.data.moons(30, noise=0.1)

    def run(rng):
        model = nn.MLP(2, [4, 1], rng=0)
        nn.fit(model, nn.losses.bce_with_logits, Adam(model.parameters(), lr=0.01), (X, y), epochs=3,
               batch_size=7, rng=rng)  # fmt: skip
        return numbers(model)

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_an_epochs_loss_weighs_batches_by_their_samples():
    model = line([0.0, 0.0])
    loss = descend(model, mse, (LINE_X[:3], LINE_Y[:3]), lr=1e-12, epochs=1, batch_size=2).loss
    assert loss == [pytest.approx((4 + 9 + 25) / 3)]


def test_nesterov_inside_fit_takes_the_gradient_at_the_lookahead():
    # on θ² the notes' FX-TH2: one weight, one sample x = 1, y = 0
    model = line([1.0])
    nn.fit(model, mse, Nesterov(model.parameters(), lr=0.1), ([[1.0]], [0.0]), epochs=5)
    assert numbers(model) == [pytest.approx(-0.259858432)]


def test_fit_makes_the_same_updates_as_a_hand_written_loop():
    X, y = nn.data.xor()
    start = nn.MLP(2, [3, 1], rng=4).state_dict()

    def fresh():
        return nn.MLP(2, [3, 1]).load_state_dict(start)

    by_fit, by_hand = fresh(), fresh()
    nn.fit(by_fit, mse, Adam(by_fit.parameters(), lr=0.05), (X, y), epochs=20)
    optimizer = Adam(by_hand.parameters(), lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        loss = sum(mse(by_hand(x), [t]) for x, t in zip(X, y, strict=True)) / 4
        loss.backward()
        optimizer.step()
    assert numbers(by_fit) == pytest.approx(numbers(by_hand), rel=1e-12)


@pytest.mark.row("S002-47")
def test_an_optimizer_of_one_layer_leaves_the_others_as_they_are():
    model = nn.MLP(2, [3, 1], rng=0)
    hidden, output = model.layers
    before = numbers(hidden)
    history = nn.fit(model, mse, SGD(output.parameters(), lr=0.1), ([[1.5, -2.0]], [1.0]), epochs=2)
    assert numbers(hidden) == before
    assert history.layers == ["layers.1"]


@pytest.mark.parametrize("backend", ["eager", "numpy", "native"])
def test_leaves_that_are_not_trained_keep_their_gradients(backend):
    model, scale = nn.Sequential(nn.Linear(2, 2, rng=1), nn.Tanh(), nn.Linear(2, 1, rng=2)), Value(2.0)
    frozen = model.layers[0].parameters()
    frozen[0].grad, scale.grad = 0.5, -1.5
    optimizer = SGD(model.layers[2].parameters(), lr=0.01)
    nn.fit(
        model, lambda p, y: mse(p, y) * scale, optimizer, DATA,
        epochs=3, batch_size=2, validation=DATA, backend=backend,
    )  # fmt: skip
    assert [p.grad for p in frozen] == [0.5, *[None] * 5]
    assert scale.grad == -1.5


def test_gradient_norms_are_kept_for_every_layer():
    model = nn.MLP(4, [3, 2, 1], rng=0)
    X, y = np.array([[0.5, -1.0, 1.5, 2.0]]), np.array([1.0])
    mse(model(X[0]), y).backward()
    expected = [math.hypot(*(p.grad for p in layer.parameters())) for layer in model.layers]
    history = nn.fit(model, mse, SGD(model.parameters(), lr=0.1), (X, y), epochs=1)
    assert history.layers == ["layers.0", "layers.1", "layers.2"]
    assert history.grad_norm == [pytest.approx(expected)]


def test_a_neuron_alone_and_a_penalty_can_be_trained():
    neuron = nn.Neuron(1, "linear", bias=False, init=[2.0])
    loss = lambda p, t: mse(p, t) + 0.5 * nn.reg.l2(neuron.parameters())  # noqa: E731 -- as learners write it
    nn.fit(neuron, loss, SGD(neuron.parameters(), lr=0.1), ([[1.0]], [0.0]), epochs=1)
    # dL/dw = 2w + 2·0.5·w = 6
    assert numbers(neuron) == [pytest.approx(1.4)]


def test_class_labels_become_one_hot_rows_for_the_cross_entropies():
    X, y = nn.data.blobs(30, centers=3, cluster_std=0.5)
    scale = nn.data.Standardiser(X)
    runs = []
    for targets in (y, nn.data.one_hot(y)):
        for output, loss in [("linear", ce_with_logits), ("softmax", ce)]:
            model = nn.MLP(2, [3], output=output, rng=0)
            runs.append(
                nn.fit(model, loss, SGD(model.parameters(), lr=0.5), (scale(X), targets), epochs=5).loss
            )
    for run in runs[1:]:
        assert run == pytest.approx(runs[0], rel=1e-12)


@pytest.mark.row("S004-48", "S004-50")
def test_dropout_masks_are_redrawn_at_every_update_and_absent_from_validation():
    model = nn.Sequential(nn.Dropout(0.5, rng=3), nn.Linear(4, 1, bias=False, init=[[1.0, 1.0, 1.0, 1.0]]))
    X, y = np.ones((1, 4)), np.zeros(1)
    history = nn.fit(model, lambda p, t: p[0], SGD(model.parameters(), lr=1e-12), (X, y), epochs=20,
                     validation=(X, y))  # fmt: skip
    # output = 2·(number of survivors): the run draws what a Dropout with the same seed draws
    masks = nn.Dropout(0.5, rng=3).masks(20, 4)
    assert history.loss == pytest.approx(masks.sum(axis=1).tolist())
    assert len(set(history.loss)) > 2
    assert history.val_loss == pytest.approx([4.0] * 21)


def test_a_model_with_batch_norm_trains_on_whole_batches_and_keeps_running_statistics():
    X, y = nn.data.moons(24, noise=0.1)
    norm = nn.BatchNorm(3)
    model = nn.Sequential(nn.Linear(2, 3, rng=0), norm, nn.ReLU(), nn.Linear(3, 1, rng=1))
    history = nn.fit(model, nn.losses.bce_with_logits, Adam(model.parameters(), lr=0.05), (X, y), epochs=8,
                     batch_size=8, validation=(X, y), early_stopping=100)  # fmt: skip
    assert history.loss[-1] < history.loss[0]
    assert norm.running_mean != [0.0, 0.0, 0.0]
    # the running statistics belong to the best parameters, so the best loss can be computed again
    now = [nn.losses.bce_with_logits(model(x), [t]).data for x, t in zip(X, y, strict=True)]
    assert np.mean(now) == pytest.approx(min(history.val_loss), rel=1e-12)


def test_a_batch_of_one_is_refused_for_a_batch_norm():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm(2), nn.Linear(2, 1))
    with pytest.raises(ValueError, match="4 samples in batches of 3 leave a batch of 1"):
        nn.fit(model, mse, SGD(model.parameters(), lr=0.1), DATA, epochs=1, batch_size=3)


def test_the_model_ends_in_evaluation_mode_without_gradients():
    model = line([0.0, 0.0])
    descend(model, mse, DATA, lr=0.01, epochs=1)
    assert not model.training
    assert all(p.grad is None for p in model.parameters())


def test_zero_epochs_change_nothing():
    model = line([1.0, 2.0])
    history = descend(model, mse, DATA, lr=0.1, epochs=0, validation=DATA)
    assert numbers(model) == [1.0, 2.0]
    assert (history.loss, len(history.val_loss)) == ([], 1)


def test_short_work_shows_no_progress_bar(capsys):
    descend(line([0.0, 0.0]), mse, DATA, lr=0.01, epochs=3)
    assert capsys.readouterr().err == ""


def test_long_work_shows_a_progress_bar(capsys, monkeypatch):
    from nn.training import fit as training

    monkeypatch.setattr(training, "DELAY", 0.0)
    descend(line([0.0, 0.0]), mse, DATA, lr=0.01, epochs=3)
    err = capsys.readouterr().err
    assert "3/3" in err
    assert "loss=" in err


def test_a_layer_whose_parameters_are_scattered_is_measured_as_a_whole():
    model = nn.MLP(2, [2, 1], rng=0)
    first, second = model.layers
    a, b = first.parameters(), second.parameters()
    mixed = [a[0], b[0], *a[1:], *b[1:]]
    both = []
    for params in (model.parameters(), mixed):
        twin = SGD(params, lr=1e-9)
        both.append(nn.fit(model, mse, twin, ([[1.0, 2.0]], [3.0]), epochs=1))
    assert both[0].layers == both[1].layers == ["layers.0", "layers.1"]
    assert both[1].grad_norm[0] == pytest.approx(both[0].grad_norm[0], rel=1e-6)
