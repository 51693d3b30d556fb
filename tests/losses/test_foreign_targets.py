"""Tensors of PyTorch as predictions, targets, samples and states of our models, against PyTorch."""

import math

import numpy as np
import pytest

from nn import MLP, features, fit, losses, optim
from nn.linear import LogisticRegression

torch = pytest.importorskip("torch")


def test_losses_of_tensors_are_those_of_pytorch():
    p, t = torch.tensor([0.25, 0.75], dtype=torch.float64, requires_grad=True), torch.tensor([0.0, 1.0])
    z, k = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]], dtype=torch.float64), torch.tensor([2, 0])
    theirs = torch.nn.functional
    assert losses.mse(p, t) == pytest.approx(theirs.mse_loss(p, t.double()).item(), rel=1e-15)
    assert losses.bce(p, t) == pytest.approx(theirs.binary_cross_entropy(p, t.double()).item(), rel=1e-15)
    assert losses.ce_with_logits(z, k) == pytest.approx(theirs.cross_entropy(z, k).item(), rel=1e-15)
    assert losses.ce_with_logits([1.0, 2.0], torch.tensor(1)) == losses.ce_with_logits([1.0, 2.0], 1)


def test_a_model_takes_tensors_as_samples():
    model, x = MLP(2, [3, 1], rng=0), torch.tensor([[0.5, -1.0], [1.0, 2.0]], requires_grad=True)
    plain = [[out.data for out in outs] for outs in model.forward_batch(x.tolist())]
    assert [[out.data for out in model(row)] for row in x] == plain
    assert [[out.data for out in outs] for outs in model.forward_batch(x)] == plain


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_state_of_tensors_is_loaded(dtype):
    state = {
        key: torch.tensor(numbers, dtype=dtype) for key, numbers in MLP(2, [1], rng=1).state_dict().items()
    }
    for tensor in state.values():
        tensor.requires_grad_(True)
    model = MLP(2, [1], rng=2)
    model.load_state_dict(state)
    assert model.state_dict() == {key: tensor.tolist() for key, tensor in state.items()}


@pytest.mark.parametrize("state", [np.ma.masked, 1j, "0.5", None, torch.tensor(1 + 2j)])
def test_a_state_that_is_no_number_changes_nothing(state):
    model = MLP(1, [1], rng=2)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"nothing was changed.*is not a number"):
        model.load_state_dict({key: [state] if isinstance(n, list) else state for key, n in before.items()})
    assert model.state_dict() == before


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([0, math.nan], r"y\[1\] is nan, which is no class"),
        ([None, 1], r"y\[0\] is None, which is no class"),
        ([0.2, 0.7], r"y\[0\] is 0\.2, and class labels are whole numbers"),
    ],
)
def test_a_missing_label_is_no_class_of_its_own(y, words):
    with pytest.raises(ValueError, match=words):
        LogisticRegression(epochs=1).fit([[0.0], [1.0]], y)


def test_features_of_tensors_are_those_of_arrays():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert features.poly(2)(x).tolist() == [[1.0, 1.0, 1.0], [1.0, 2.0, 4.0]]
    with pytest.raises(TypeError, match="1 masked number of 2"):
        features.poly(2)(np.ma.array([1.0, 2.0], mask=[False, True]))


def test_fit_takes_tensors_and_refuses_careless_data():
    X, y = torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.tensor([1.0, 0.0])

    def losses_of(X, y):
        model = MLP(2, [1], rng=0)
        return fit(model, losses.mse, optim.SGD(model.parameters(), 0.1), (X, y), epochs=2).loss

    assert losses_of(X, y) == losses_of(X.tolist(), y.tolist())
    for careless, words in (
        (["a", "b"], "y holds text"),
        (np.array(["2020", "2021"], dtype="datetime64[Y]"), "y holds dates or times"),
        (np.ma.array([1.0, 2.0], mask=[False, True]), "y holds 1 masked number of 2"),
        ([1j, 2.0], "y holds complex numbers"),
        ([None, 2.0], r"y\[0\] is no number.*got None"),
    ):
        with pytest.raises(TypeError, match=words):
            losses_of(X, careless)
