"""`fit` trusts a recording only where it tells the truth; else it says so once and trains eagerly."""

import random
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value, no_grad
from nn.losses import ce, ce_with_logits, mse
from nn.optim import SGD

RNG = np.random.default_rng(20261128)


def trained(model, loss=mse, X=((0.5,), (1.0,), (-2.0,)), y=(1.0, 2.0, -1.0), backend="numpy", **how):
    """Train, and return the losses, the parameters and what was said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        rate, epochs = how.get("lr", 0.05), how.get("epochs", 3)
        descent = SGD(model.parameters(), lr=rate)
        history = nn.fit(model, loss, descent, (np.array(X), np.array(y)), epochs=epochs, backend=backend)
    return history.loss, [p.data for p in model.parameters()], [str(item.message) for item in said]


class Model:
    """One weight and whatever a subclass does with it."""

    def __init__(self):
        self.w, self.v = Value(0.3, "w"), Value(-0.2, "v")

    def parameters(self):
        return [self.w, self.v]


class Looked(Model):
    """An embedding by hand: the weight that an index picks."""

    def __init__(self):
        self.table = [Value(0.0, f"t_{i}") for i in range(3)]

    def parameters(self):
        return self.table

    def __call__(self, x):
        return self.table[int(x[0].data if isinstance(x[0], Value) else x[0])]


def test_an_embedding_by_hand_learns_each_of_its_numbers_and_says_how():
    _, table, said = trained(Looked(), X=[[0], [1], [2]], y=[10, 20, 30], epochs=200, lr=0.5)
    assert table == pytest.approx([10.0, 20.0, 30.0])
    assert len(said) == 1
    assert "test_trust.py" in said[0] and "reads the number of x₁" in said[0] and "autograd.take" in said[0]


@pytest.mark.parametrize("backend", ["numpy", "native", "eager"])
def test_the_embedding_of_nn_learns_by_every_backend_without_a_word(backend):
    model = nn.Embedding(3, 1, init="zeros")
    _, table, said = trained(model, X=[[0], [1], [2]], y=[10, 20, 30], epochs=200, lr=0.5, backend=backend)
    assert table == pytest.approx([10.0, 20.0, 30.0])
    assert said == []


class Noisy(Model):
    def __init__(self):
        super().__init__()
        self.rng = np.random.default_rng(3)

    def __call__(self, x):
        return self.w * x[0] + self.v * self.rng.normal()


class Counting(Model):
    def __init__(self):
        super().__init__()
        self.calls, self.log, self.seen = 0, [], {"n": 0}

    def __call__(self, x):
        self.calls += 1
        self.log.append(self.calls)
        self.seen["n"] += 1
        return self.w * x[0] + 0.01 * self.calls


class GlobalNoise(Model):
    def __call__(self, x):
        return self.w * x[0] + random.random() + np.random.rand()  # noqa: NPY002


@pytest.mark.parametrize("kind", [Noisy, Counting, GlobalNoise])
def test_what_no_flag_can_see_is_found_by_comparing_rows_and_leaves_no_trace(kind):
    def run(backend):
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        return trained(kind(), backend=backend)

    losses, numbers, said = run("numpy")
    expected, weights, silent = run("eager")
    assert (losses, numbers) == (expected, weights)
    assert silent == [] and len(said) == 1
    assert "random numbers, a counter or other state" in said[0]


class Detached(Model):
    def __call__(self, x):
        z = self.w * x[0]
        return z * z.detach() + self.v


class Halted(Model):
    def __call__(self, x):
        with no_grad():
            gate = ag.sigmoid(self.v * x[0])
        return self.w * gate * x[0] + self.v


@pytest.mark.parametrize("kind", [Detached, Halted])
@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_what_is_cut_off_trains_by_every_backend_as_eagerly(kind, backend):
    losses, numbers, said = trained(kind(), backend=backend)
    expected, weights, _ = trained(kind(), backend="eager")
    assert said == []
    assert losses == pytest.approx(expected, rel=1e-12)
    assert numbers == pytest.approx(weights, rel=1e-12)


@pytest.mark.parametrize("loss", [ce, ce_with_logits])
@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_class_labels_in_a_wrapped_loss_train_by_every_backend_as_eagerly(loss, backend):
    X, labels = RNG.normal(size=(9, 2)), np.arange(9) % 3

    def run(by):
        output = "softmax" if loss is ce else "linear"
        model = nn.MLP(2, [4, 3], "tanh", output=output, rng=0)
        wrapped = lambda p, c: loss(p, c) + 0.01 * nn.reg.l2(model.parameters())  # noqa: E731
        return trained(model, wrapped, X, labels, by)

    losses, numbers, said = run(backend)
    expected, weights, _ = run("eager")
    assert said == []
    assert losses == pytest.approx(expected, rel=1e-9)
    assert numbers == pytest.approx(weights, rel=1e-9)


def test_what_a_loss_refuses_eagerly_a_replay_refuses_with_the_rows_number():
    program = ag.record(lambda p, y: nn.losses.bce_with_logits(p, y), 0.3, 1.0)
    with pytest.raises(ValueError, match=r"In row 1: .*needs labels from 0 to 1, got 3.*arguments in order"):
        program.forward([[0.2, 0.0], [0.2, 3.0]])


# Random models ---------------------------------------------------------------------------------------------


PIECES = {
    "linear": lambda m, z, x: m.w * z + m.v,
    "tanh": lambda m, z, x: ag.tanh(z),
    "square": lambda m, z, x: 0.1 * z * z + x,
    "detach": lambda m, z, x: z + (m.v * z).detach(),
    "straight through": lambda m, z, x: z + (ag.heaviside(z) - z).detach(),
    "no_grad": lambda m, z, x: m.halted(z),
    "where": lambda m, z, x: ag.where(ag.heaviside(z), z, 0.1 * z),
    "lookup": lambda m, z, x: z + ag.take([m.w, m.v, 0.5], ag.floor(ag.clip(ag.abs(z), 0.0, 2.5))),
    "read": lambda m, z, x: z * (1 + 0.1 * (z.data if isinstance(z, Value) else z)),
    "round": lambda m, z, x: z + round(z, 1),
    "random": lambda m, z, x: z + 0.1 * m.rng.normal(),
    "counter": lambda m, z, x: z + m.counted(),
    "branch": lambda m, z, x: z if z > 0.05 else 0.5 * z,
}
READS = frozenset({"read", "round"})


class Random(Model):
    """A chain of random pieces; some of them a recording cannot repeat."""

    def __init__(self, seed):
        super().__init__()
        chance = np.random.default_rng(seed)
        self.names = chance.choice(list(PIECES), size=chance.integers(2, 6)).tolist()
        self.rng, self.n = np.random.default_rng(seed), 0

    def halted(self, z):
        with no_grad():
            gate = ag.sigmoid(self.w * z)
        return gate * z

    def counted(self):
        self.n += 1
        return 0.01 * self.n

    def __call__(self, x):
        z = self.w * x[0] + self.v
        for name in self.names:
            z = PIECES[name](self, z, x[0])
        return z


@pytest.mark.parametrize("decade", range(20))
def test_random_models_give_the_same_losses_by_every_backend(decade):
    for seed in range(10 * decade, 10 * decade + 10):
        X = np.random.default_rng(seed).normal(size=(4, 1))
        expected, weights, _ = trained(Random(seed), X=X, y=[0.5] * 4, backend="eager", epochs=2)
        for backend in ("numpy", "native"):
            model = Random(seed)
            losses, numbers, said = trained(model, X=X, y=[0.5] * 4, backend=backend, epochs=2)
            assert losses == pytest.approx(expected, rel=1e-9), (seed, model.names)
            assert numbers == pytest.approx(weights, rel=1e-9), (seed, model.names)
            # Chance and counters may be without effect, behind a step, say; then nothing needs to be said.
            assert len(said) == 1 if READS & set(model.names) else len(said) <= 1, (seed, model.names)
