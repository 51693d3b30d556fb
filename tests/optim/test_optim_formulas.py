"""Every optimiser against the formula that its docstring prints, and against PyTorch."""

import re
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.table.kernels import FAST
from nn.optim import SGD, Adagrad, Adam, AdamW, Momentum, Optimizer, RMSProp, clip_grad_norm
from tests.optim.optimizer_runs import ALL


def printed_formula(kind):
    """The indented block under "Formula::" in the docstring, up the base classes where a class has none."""
    text = textwrap.dedent("    " + kind.__doc__)
    block = re.search(r"Formula::\n\n((?:    .+\n)+)", text)
    assert block, f'The docstring of {kind.__name__} needs "Formula::" and below it, indented, {{text}}.'
    return textwrap.dedent(block.group(1))


def run_printed(kind, optimizer, p, g, state, t):
    scope = FAST | {"p": p, "g": g, "t": t} | dict(zip(kind.state_names, state, strict=True))
    scope |= {name: value for name, value in vars(optimizer).items() if isinstance(value, float)}
    scope["lr"] = 0.1
    exec(printed_formula(kind), scope)  # noqa: S102 -- our own docstring, to hold it to what the code does
    return [scope["p"], *(scope[name] for name in kind.state_names)]


HYPER = {SGD: {"momentum": 0.8, "weight_decay": 0.01}, Adam: {"weight_decay": 0.02}}
finite = st.floats(-10, 10)


@pytest.mark.parametrize("kind", ALL)
@given(p=finite, g=finite, state=st.tuples(st.floats(0, 10), st.floats(0, 10)), t=st.integers(1, 50))
def test_the_formula_in_the_docstring_is_the_one_that_runs(kind, p, g, state, t):
    optimizer = kind([Value(0.0)], lr=0.1, **HYPER.get(kind, {}))
    state = state[: len(kind.state_names)]
    ours = optimizer.formula(p, g, state, 0.1, t)
    # The same arithmetic on the same floats, up to the order of a product: a few ulps of the largest term.
    expected = run_printed(kind, optimizer, p, g, state, t)
    assert [ours[0], *ours[1]] == pytest.approx(expected, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("kind", ALL)
def test_a_formula_that_is_printed_wrongly_would_be_noticed(kind, monkeypatch):
    changed = kind.__doc__.replace("p = p ", "p = 1.001*p ")
    assert changed != kind.__doc__
    monkeypatch.setattr(kind, "__doc__", changed)
    optimizer = kind([Value(0.0)], lr=0.1)
    state = (0.5, 0.25)[: len(kind.state_names)]
    wrong = run_printed(kind, optimizer, 1.0, 2.0, state, 1)[0]
    assert wrong != pytest.approx(optimizer.formula(1.0, 2.0, state, 0.1, 1)[0], rel=1e-5)


@pytest.mark.parametrize("kind", ALL)
def test_the_formula_gives_the_same_bits_for_floats_and_for_arrays(kind):
    optimizer = kind([Value(0.0)], lr=0.1)
    rng = np.random.default_rng(3)
    p, g, *state = rng.uniform(0.1, 2.0, (2 + len(kind.state_names), 50))
    together, after = optimizer.formula(p, g, tuple(state), 0.1, 3.0)
    for i in range(50):
        alone, alone_after = optimizer.formula(
            float(p[i]), float(g[i]), tuple(float(s[i]) for s in state), 0.1, 3.0
        )
        assert alone == together[i]
        assert list(alone_after) == [s[i] for s in after]


def test_a_base_optimizer_has_no_formula_of_its_own():
    with pytest.raises(NotImplementedError):
        Optimizer([Value(1.0)], lr=0.1).advance(np.ones(1), np.ones(1))


def torch_pairs():
    return [
        ("SGD", SGD, {"lr": 0.05}, {"lr": 0.05}),
        ("SGD", SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}, None),
        ("SGD", SGD, {"lr": 0.05, "momentum": 0.8, "nesterov": True}, None),
        ("SGD", Momentum, {"lr": 0.05}, {"lr": 0.05, "momentum": 0.9}),
        ("RMSprop", RMSProp, {"lr": 0.05, "beta": 0.99}, {"lr": 0.05, "alpha": 0.99, "eps": 1e-8}),
        ("Adagrad", Adagrad, {"lr": 0.3}, None),
        ("Adam", Adam, {}, {}),
        ("Adam", Adam, {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.1}, None),
        ("AdamW", AdamW, {"lr": 0.1}, None),
        ("AdamW", AdamW, {}, {}),
    ]


def rough(values, log, cos):
    """A loss with gradients of all sizes, written for Values and tensors alike."""
    a, b, c = values
    return (a * a - 2 * b) ** 2 + log(1 + b * b) * c + 3 * cos(c) + 0.001 * a


@pytest.mark.parametrize(("name", "ours", "hyper", "theirs"), torch_pairs())
def test_optimizers_agree_with_pytorch_over_a_hundred_steps(name, ours, hyper, theirs):
    torch = pytest.importorskip("torch")

    start = [0.7, -1.3, 2.1]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in start]
    peer = getattr(torch.optim, name)(tensors, **(hyper if theirs is None else theirs))
    mine = ours([Value(x) for x in start], **hyper)
    for _ in range(100):
        peer.zero_grad()
        rough(tensors, torch.log, torch.cos).backward()
        peer.step()
        mine.zero_grad()
        rough(mine.params, autograd.log, autograd.cos).backward()
        mine.step()
    assert [v.data for v in mine.params] == pytest.approx([t.item() for t in tensors], rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW, Adagrad, RMSProp])
def test_parameters_without_a_gradient_rest_as_in_pytorch(kind):
    torch = pytest.importorskip("torch")
    name = "RMSprop" if kind is RMSProp else kind.__name__
    hyper = {"lr": 0.1, "eps": 1e-8} if kind is not SGD else {"lr": 0.1, "momentum": 0.9}
    extra = {"alpha": 0.9} if kind is RMSProp else {}
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (1.0, 2.0)]
    peer = getattr(torch.optim, name)(tensors, **hyper, **extra)
    mine = kind([Value(1.0), Value(2.0)], **hyper)
    for k in range(12):
        both = k % 3 == 0  # the second parameter takes part in every third step only
        for optimizer, (a, b) in ((peer, tensors), (mine, mine.params)):
            optimizer.zero_grad()
            (a * a + b * b if both else a * a).backward()
            optimizer.step()
    assert [v.data for v in mine.params] == pytest.approx([t.item() for t in tensors], rel=1e-10)


def test_clipping_agrees_with_pytorch_up_to_its_guard():
    torch = pytest.importorskip("torch")
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (1.0, -2.0)]
    ours = [Value(1.0), Value(-2.0)]
    for a, b in (tensors, ours):
        (a**3 + b**3).backward()
    norm = torch.nn.utils.clip_grad_norm_(tensors, 0.5)
    assert clip_grad_norm(ours, 0.5) == pytest.approx(norm.item(), rel=1e-14)
    # PyTorch divides by norm + 1e-6
    assert [v.grad for v in ours] == pytest.approx([t.grad.item() for t in tensors], rel=2e-6 / norm.item())
