"""Learning rates that change: against PyTorch, and as an optimiser asks for them."""

import pytest

from autograd import Value
from nn.optim import SGD
from nn.optim.schedules import Constant, Cosine, Exponential, InverseTime, Step
from tests.optim.optimizer_runs import square, trajectory


@pytest.mark.parametrize(
    ("ours", "name", "arguments"),
    [
        (Step(0.5, every=3, factor=0.5), "StepLR", {"step_size": 3, "gamma": 0.5}),
        (Exponential(0.5, factor=0.9), "ExponentialLR", {"gamma": 0.9}),
        (Cosine(0.5, steps=10, final=0.1), "CosineAnnealingLR", {"T_max": 10, "eta_min": 0.1}),
    ],
)
def test_schedules_agree_with_pytorch(ours, name, arguments):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **arguments)
    for t in range(11):
        assert ours(t) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        scheduler.step()


def test_an_optimizer_asks_its_schedule_with_the_number_of_updates_made():
    asked = []
    optimizer = SGD([Value(1.0)], lr=lambda t: asked.append(t) or 0.1)
    trajectory(optimizer, square, 3)
    assert asked == [0, 1, 2]


def test_a_schedule_that_returns_nonsense_is_named_with_the_update():
    with pytest.raises(ValueError, match="lr at update 0 must be finite and >= 0, got -1"):
        trajectory(SGD([Value(1.0)], lr=lambda t: -1.0), square, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(0.0), "lr must be finite and > 0"),
        (lambda: Step(0.1, every=0), "every must be >= 1, got 0"),
        (lambda: Step(0.1, every=1, factor=1.5), r"factor must be in \(0, 1\], got 1.5"),
        (lambda: Exponential(0.1, factor=0), r"factor must be in \(0, 1\]"),
        (lambda: Cosine(0.1, steps=5, final=0.2), r"final must be in \[0, 0.1\], got 0.2"),
        (lambda: InverseTime(0.1, decay=-1), "decay must be finite and >= 0"),
    ],
)
def test_schedules_refuse_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
