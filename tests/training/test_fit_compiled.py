"""`fit(backend="native")`: whole epochs in compiled code give the engine's own run, to the last digits."""

import ctypes
import math

import numpy as np
import pytest

import nn
from autograd import Value
from autograd.program.native import backend as native
from nn.losses import ce_with_logits, mse
from nn.optim import ROWS, SGD, Adam, Nesterov, Optimizer
from nn.optim.optimizer import NonNegative
from nn.training import fit as training
from nn.training.fit import TrainingDivergedError
from tests.program.compiling import needs_compiler
from tests.training.small_models import numbers

pytestmark = needs_compiler
RNG = np.random.default_rng(3)
X, CLASSES = RNG.normal(size=(23, 3)), np.arange(23) % 3  # batches of 5 leave 3 for the last one
# An update rounds each number some 20 times; 20 updates of a step that contracts add up to some 1e3 ulps.
CLOSE = 1e-11


def run(backend, make, *, reduction="mean", dropout=False, penalty=False, epochs=4, size=5, **options):
    """History, parameters and optimiser of one run."""
    parts = [nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Dropout(0.3, rng=5), nn.Linear(4, 3, rng=1)]
    model = nn.Sequential(*(part for part in parts if dropout or not isinstance(part, nn.Dropout)))

    def loss(p, y):
        return ce_with_logits(p, y) + (0.01 * nn.reg.l2(model.parameters()) if penalty else 0.0)

    optimizer, y = make(model.parameters()), nn.data.one_hot(CLASSES)
    history = nn.fit(model, loss, optimizer, (X, y), epochs=epochs, batch_size=size, reduction=reduction,
                     backend=backend, **options)  # fmt: skip
    return history, numbers(model), optimizer


def agree(make, **options):
    (eager, p, one), (compiled, q, other) = (run(backend, make, **options) for backend in ("eager", "native"))
    assert compiled.loss == pytest.approx(eager.loss, rel=CLOSE)
    assert compiled.val_loss == pytest.approx(eager.val_loss, rel=CLOSE)
    assert np.array(compiled.grad_norm) == pytest.approx(np.array(eager.grad_norm), rel=CLOSE)
    assert (compiled.best_epoch, compiled.stopped) == (eager.best_epoch, eager.stopped)
    assert len(compiled.seconds) == len(eager.seconds)
    assert q == pytest.approx(p, rel=CLOSE, abs=CLOSE)
    assert other.updates == one.updates and other._counts.tolist() == one._counts.tolist()
    for name, state in one.state.items():
        assert other.state[name] == pytest.approx(state, rel=CLOSE, abs=CLOSE)


HELD = {"validation": (X[::2], nn.data.one_hot(CLASSES[::2]))}
WAYS = {
    "plain": {},
    "sum": {"reduction": "sum"},
    "dropout and penalty": {"dropout": True, "penalty": True},
    "validation": HELD,
    "early stopping": {**HELD, "early_stopping": 1, "dropout": True},
    "order kept": {"rng": None},
    "all at once": {"size": None},
}


@pytest.fixture
def only_compiled(monkeypatch):
    """Count the updates that NumPy makes."""
    made = []
    update = training._Run._update
    monkeypatch.setattr(training._Run, "_update", lambda self, *a: made.append(1) or update(self, *a))
    return made


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", ROWS.values(), ids=ROWS)
def test_every_optimiser_trains_compiled_as_eagerly(kind, ways, only_compiled):
    agree(lambda params: kind(params, lr=nn.optim.schedules.Exponential(0.02, factor=0.97)), **ways)
    epochs = 23 if ways.get("size", 5) is None else 20
    assert 0 < len(only_compiled) <= epochs  # the eager run's alone


DECAYS = [kind for kind in ROWS.values() if "weight_decay" in kind.__dataclass_fields__]


@pytest.mark.parametrize("kind", DECAYS)
def test_weight_decay_and_flags_are_compiled_too(kind):
    agree(lambda params: kind(params, lr=0.02, weight_decay=0.1))
    if kind is SGD:
        agree(lambda params: kind(params, 0.02, 0.9, nesterov=True))


def test_a_wrong_number_of_updates_met_before_would_be_noticed():
    def late(params):
        optimizer = Adam(params, lr=0.02)
        optimizer._counts += 1.0
        return optimizer

    (_, p, _), (_, q, _) = run("eager", lambda params: Adam(params, lr=0.02)), run("native", late)
    assert q != pytest.approx(p, rel=1e-6)


class Bare:
    """A parameter that the loss does not need among others, and one that is not trained."""

    def __init__(self):
        self.w, self.unused, self.v, self.frozen = (Value(x) for x in (1.0, 3.0, -0.5, 2.0))

    def parameters(self):
        return [self.v, self.unused, self.w]

    def __call__(self, x):
        return [self.w * x[0] + self.v * x[1] + self.frozen]


@pytest.mark.parametrize("kind", [Adam, Nesterov])
def test_parameters_outside_the_loss_and_in_another_order_are_moved_as_eagerly(kind):
    ends = []
    for backend in ("eager", "native"):
        model = Bare()
        options = {"weight_decay": 0.5} if kind is Adam else {}
        optimizer = kind(model.parameters(), lr=0.1, **options)
        history = nn.fit(model, mse, optimizer, (X[:, :2], X[:, 2]), epochs=5, batch_size=4, backend=backend)
        ends.append([*numbers(model), model.frozen.data, *history.loss])
    assert ends[1] == pytest.approx(ends[0], rel=CLOSE)
    assert ends[1][3] == 2.0


@pytest.mark.parametrize("lr", [1e3, 1e160, 1e308])
@pytest.mark.parametrize("kind", [SGD, nn.optim.Momentum, Nesterov])
def test_a_run_that_diverges_stops_at_the_same_update_with_the_same_words(kind, lr):
    said = []
    for backend in ("eager", "native"):
        model = nn.Linear(3, 1, rng=0)
        with pytest.raises(TrainingDivergedError) as caught:
            nn.fit(model, mse, kind(model.parameters(), lr=lr), (X, X[:, 0] + 1), epochs=300, batch_size=5,
                   backend=backend)  # fmt: skip
        error = caught.value
        said.append((error.update, error.parameter, len(error.history.loss), numbers(model), str(error)))
    assert said[1][:3] == said[0][:3]
    assert said[1][3] == pytest.approx(said[0][3], rel=1e-9)
    assert said[1][4].split("the loss is")[0] == said[0][4].split("the loss is")[0]


def test_ctrl_c_keeps_what_was_trained_and_the_optimiser_in_step_with_it(monkeypatch):
    calls = []

    def interrupted(self, trained, batches, run=native.NativeBackend.updates):
        run(self, trained, batches)
        calls.append(batches.made)
        if len(calls) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(native.NativeBackend, "updates", interrupted)
    history, p, optimizer = run("native", lambda params: Adam(params, lr=0.02), epochs=50)
    made = optimizer.updates
    assert made == optimizer._counts[0] > 0
    assert history.stopped == f"interrupted in epoch {len(history.loss)}, after {made} updates"
    monkeypatch.undo()
    # the same number of updates, and no more, by the engine itself
    schedule = lambda t: 0.02 if t < made else 0.0  # noqa: E731
    _, q, _ = run("eager", lambda params: Adam(params, lr=schedule), epochs=-(-made // 5))
    assert p == pytest.approx(q, rel=CLOSE, abs=CLOSE)


def test_a_schedule_that_fails_says_so_after_the_updates_before(only_compiled):
    def schedule(t):
        return 0.1 if t < 7 else math.nan

    model = nn.Linear(3, 1, rng=0)
    optimizer = SGD(model.parameters(), lr=schedule)
    with pytest.raises(ValueError, match="lr at update 7"):
        nn.fit(model, mse, optimizer, (X, X[:, 0]), epochs=5, batch_size=5, backend="native")
    assert optimizer.updates == 7


def test_a_formula_of_a_learners_own_runs_in_numpy_between_compiled_gradients(only_compiled):
    class Clipped(SGD):
        def formula(self, p, g, state, lr, t):
            return p - lr * np.clip(g, -0.1, 0.1), state

    agree(lambda params: Clipped(params, lr=0.1))
    assert len(only_compiled) == 40


def test_a_row_of_a_learners_own_is_compiled(only_compiled):
    class SignSGD(Optimizer):
        decay: NonNegative = 0.5
        text = """
            lr = lr*decay
            p = p - lr*sign(g)/(1 + decay)
        """

    agree(lambda params: SignSGD(params, lr=0.02))
    assert len(only_compiled) == 20


def test_an_update_that_the_compiler_refuses_runs_in_numpy_and_says_so(monkeypatch, caplog):
    def refuse(update):
        raise native.CompilerError("no")

    native.rule.cache_clear()
    monkeypatch.setattr(native, "compiled", refuse)
    monkeypatch.setattr(native, "_told", set())
    agree(lambda params: Adam(params, lr=0.02))
    assert "Updates run with numpy, between compiled gradients: no." in caplog.text
    native.rule.cache_clear()


def test_what_the_compiled_loop_is_told_has_the_fields_of_its_struct():
    text = native.LOOPS.read_text(encoding="utf-8")
    body = text.split("typedef struct {\n    Frame f;")[1].split("} Updates;")[0]
    lines = [line.split("/*")[0].strip().rstrip(";") for line in body.splitlines()]
    fields = [name.split()[-1].lstrip("*") for line in lines if line for name in line.split(",")]
    assert tuple(fields) == native.TOLD[10:]
    assert ctypes.sizeof(native.Told) == 8 * len(native.TOLD)
