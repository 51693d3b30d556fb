"""RMSNorm and LayerNorm: PyTorch's numbers and gradients, NumPy's formulas, labels, arguments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd import Value, dot, gradcheck

vectors = arrays(np.float64, st.integers(1, 6), elements=st.floats(-100, 100))
NORMS = [nn.RMSNorm, nn.LayerNorm]


@given(vectors)
def test_rms_norm_divides_by_the_root_of_the_mean_square(x):
    expected = x / np.sqrt(np.mean(x**2) + 1e-5)
    assert [y.data for y in nn.RMSNorm(len(x))(x)] == pytest.approx(expected, rel=1e-12)


@given(vectors)
def test_layer_norm_standardises_a_vector_by_itself(x):
    expected = (x - x.mean()) / np.sqrt(x.var() + 1e-5)
    # the deviations lose to cancellation what the numbers are large
    assert [y.data for y in nn.LayerNorm(len(x))(x)] == pytest.approx(expected, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("kind", NORMS)
def test_values_and_gradients_are_those_of_pytorch(kind):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    numbers, scale, shift, weights = rng.normal(size=(4, 5))
    ours, theirs = kind(5, eps=1e-3), getattr(torch.nn, kind.__name__)(5, eps=1e-3, dtype=torch.float64)
    state = {"scale": scale.tolist(), "shift": shift.tolist()}
    ours.load_state_dict({key: state[key] for key in ours.state_dict()})
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(scale))
        if kind is nn.LayerNorm:
            theirs.bias.copy_(torch.tensor(shift))
    x, tensor = [Value(v) for v in numbers.tolist()], torch.tensor(numbers, requires_grad=True)
    out, expected = ours(x), theirs(tensor)
    assert [y.data for y in out] == pytest.approx(expected.detach().numpy(), rel=1e-13)
    dot(out, weights).backward()
    expected.backward(torch.tensor(weights))
    assert [v.grad for v in x] == pytest.approx(tensor.grad.numpy(), rel=1e-12, abs=1e-14)
    assert [v.grad for v in ours.scale] == pytest.approx(theirs.weight.grad.numpy(), rel=1e-13)
    if kind is nn.LayerNorm:
        assert [v.grad for v in ours.shift] == pytest.approx(theirs.bias.grad.numpy(), rel=1e-13)


@pytest.mark.parametrize("kind", NORMS)
def test_gradients_are_those_of_finite_differences(kind):
    norm = kind(4)
    report = gradcheck(lambda *x: dot(norm(x), [1.0, 2.0, -0.5, 0.25]), (0.5, -2.0, 1.5, 3.0))
    assert [entry.verdict.status for entry in report.entries] == ["agree"] * 4


def test_labels_count_norms_and_features():
    norm = nn.LayerNorm(12, number=3)
    assert (norm.scale[10].label, norm.shift[0].label) == ("gamma^3_{11}", "beta^3_{1}")
    assert nn.RMSNorm(2).scale[1].label == "gamma_{2}"
    assert (repr(nn.RMSNorm(3)), repr(norm)) == ("RMSNorm(3): 3 parameters", "LayerNorm(12): 24 parameters")


@pytest.mark.parametrize("kind", NORMS)
def test_arguments_are_checked(kind):
    with pytest.raises(ValueError, match="features must be >= 1, got 0"):
        kind(0)
    with pytest.raises(ValueError, match=r"eps must be finite and > 0, got 0\.0"):
        kind(2, eps=0.0)
    with pytest.raises(ValueError, match="number must be >= 1, got 0"):
        kind(2, number=0)
    with pytest.raises(ValueError, match=rf"{kind.__name__}\(3\) takes 3 inputs, and got 2"):
        kind(3)([1.0, 2.0])
