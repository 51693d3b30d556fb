"""BatchNorm: the notes' numbers, running statistics, inference, mixing of samples, PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd import RecordingError, Value, dot, record
from tests.layers.networks import numbers

matrix = arrays(np.float64, st.tuples(st.integers(2, 6), st.integers(1, 3)), elements=st.floats(-100, 100))


def leaves(X):
    return [[Value(number) for number in row] for row in np.asarray(X).tolist()]


@pytest.mark.row("S004-44")
def test_batch_norm_of_1_2_3_4_and_its_gradient():
    x = leaves([[1], [2], [3], [4]])
    out = nn.BatchNorm(1)(x)
    assert [row[0].data for row in out] == pytest.approx(
        [-1.34163542, -0.4472118067, 0.4472118067, 1.34163542], rel=1e-8
    )
    out[0][0].backward()
    grads = [row[0].grad for row in x]
    assert grads == pytest.approx([0.2683303039, -0.357768372, -0.08944343463, 0.1788815028], rel=1e-8)
    assert sum(grads) == pytest.approx(0, abs=1e-16)


def test_running_statistics_weigh_the_new_batch_by_momentum_with_unbiased_variance():
    norm = nn.BatchNorm(1)
    norm([[0.0], [2.0]])
    assert norm.running_mean == [0.1]
    assert norm.running_var == [0.9 + 0.1 * 2.0]
    norm([[0.0], [2.0]])
    assert norm.running_mean == pytest.approx([0.19])
    frozen = nn.BatchNorm(1, momentum=0.0)
    frozen([[0.0], [2.0]])
    assert (frozen.running_mean, frozen.running_var) == ([0.0], [1.0])


def test_in_eval_mode_each_sample_stands_alone_and_statistics_rest():
    norm = nn.BatchNorm(2)
    norm.load_state_dict({"scale": [2, 3], "shift": [1, -1], "running_mean": [1, 2], "running_var": [4, 9]})
    norm.eval()
    one = numbers(norm([3.0, 5.0]))
    assert one == pytest.approx([2 * 2 / np.sqrt(4 + 1e-5) + 1, 3 * 3 / np.sqrt(9 + 1e-5) - 1])
    assert numbers(norm([[3.0, 5.0], [0.0, 0.0]])[0]) == one
    assert (norm.running_mean, norm.running_var) == ([1, 2], [4, 9])


def test_a_model_with_batch_norm_takes_batches_in_training_and_samples_in_inference():
    model = nn.Sequential(nn.Linear(2, 3, rng=1), nn.BatchNorm(3), nn.ReLU(), nn.Linear(3, 1, rng=2))
    assert model.mixes_samples
    X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])
    out = model.forward_batch(X)
    assert [len(row) for row in out] == [1, 1, 1]
    hidden = np.array([numbers(model.layers[0](x)) for x in X])
    normed = (hidden - hidden.mean(0)) / np.sqrt(hidden.var(0) + 1e-5)
    last = model.layers[3].neurons[0]
    expected = np.maximum(normed, 0) @ numbers(last.w) + last.b.data
    assert [row[0].data for row in out] == pytest.approx(expected)
    with pytest.raises(ValueError, match=r"got one sample.*forward_batch\(samples\), or call model.eval\(\)"):
        model(X[0])
    model.eval()
    assert not model.mixes_samples
    assert model(X[0])[0].data == model.forward_batch(X)[0][0].data


def test_the_parameters_are_scale_and_shift_and_the_buffers_are_saved(tmp_path):
    norm = nn.BatchNorm(2)
    assert [name for name, _ in norm.named_parameters()] == ["scale.0", "scale.1", "shift.0", "shift.1"]
    norm([[1.0, 2.0], [3.0, 5.0]])
    norm.save(tmp_path / "norm.npz")
    assert nn.BatchNorm(2).load(tmp_path / "norm.npz").state_dict() == norm.state_dict()
    assert repr(norm) == "BatchNorm(2): 4 parameters"


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda: nn.BatchNorm(0), "features must be >= 1, got 0"),
        (lambda: nn.BatchNorm(1, eps=0.0), "eps must be finite and > 0, got 0.0"),
        (lambda: nn.BatchNorm(1, momentum=1.5), r"momentum must be in \[0, 1\], got 1.5"),
        (lambda: nn.BatchNorm(1)([]), "got no samples"),
        (lambda: nn.BatchNorm(1)([[1.0]]), "at least 2 samples, got 1"),
        (lambda: nn.BatchNorm(2)([[1.0, 2.0], [1.0]]), r"BatchNorm\(2\) takes 2 inputs, and got 1"),
        (lambda: nn.BatchNorm(2).eval()([1.0]), r"BatchNorm\(2\) takes 2 inputs, and got 1"),
    ],
)
def test_wrong_settings_and_batches_are_refused(use, words):
    with pytest.raises(ValueError, match=words):
        use()


def test_what_is_no_list_of_samples_is_refused():
    for x in (3, "ab", {1: 2}):
        with pytest.raises(TypeError, match=r"BatchNorm\(1\) takes a list of samples, and got"):
            nn.BatchNorm(1)(x)


def test_a_refused_batch_leaves_the_running_statistics_alone():
    norm = nn.BatchNorm(2)
    with pytest.raises(ValueError, match="takes 2 inputs"):
        norm([[1.0, 2.0], [1.0]])
    assert norm.running_mean == [0.0, 0.0]


@given(matrix)
def test_outputs_have_mean_0_and_variance_just_below_1(X):
    out = np.array([numbers(row) for row in nn.BatchNorm(X.shape[1])(leaves(X))])
    variance = X.var(axis=0)
    assert out.mean(axis=0) == pytest.approx(0, abs=1e-8)
    spread = variance > 1e-6  # below that, rounding of the mean shows in the variance
    assert out.var(axis=0)[spread] == pytest.approx((variance / (variance + 1e-5))[spread], rel=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_agrees_with_pytorch_in_outputs_gradients_and_statistics(training):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    X, up = rng.normal(2, 3, (6, 3)), rng.normal(size=(6, 3))
    scale, shift = rng.normal(size=3), rng.normal(size=3)
    peer = torch.nn.BatchNorm1d(3, dtype=torch.float64)
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(scale))
        peer.bias.copy_(torch.tensor(shift))
    ours = nn.BatchNorm(3)
    for parameter, number in zip(ours.parameters(), [*scale, *shift], strict=True):
        parameter.data = number
    peer.train(training)
    ours.train(training)
    tensor = torch.tensor(X, requires_grad=True)
    theirs = peer(tensor)
    (theirs * torch.tensor(up)).sum().backward()
    x = leaves(X)
    out = ours(x)
    dot([item for row in out for item in row], up.ravel()).backward()
    close = {"rel": 1e-10, "abs": 1e-12}
    assert np.array([numbers(row) for row in out]) == pytest.approx(theirs.detach().numpy(), **close)
    assert np.array([[v.grad for v in row] for row in x]) == pytest.approx(tensor.grad.numpy(), **close)
    assert [v.grad for v in ours.scale] == pytest.approx(peer.weight.grad.tolist(), **close)
    assert [v.grad for v in ours.shift] == pytest.approx(peer.bias.grad.tolist(), **close)
    assert ours.running_mean == pytest.approx(peer.running_mean.tolist(), **close)
    assert ours.running_var == pytest.approx(peer.running_var.tolist(), **close)


def test_recorded_in_training_mode_it_says_what_a_recording_cannot_move():
    norm = nn.BatchNorm(1)
    with pytest.raises(RecordingError, match=r"running statistics.*eval\(\) mode"):
        record(lambda a, b: norm([[a], [b]])[0][0], 1.0, 2.0)
    assert list(norm.running_mean) == [0.0]
    norm.eval()
    assert record(lambda a: norm([a])[0], 1.0).forward([[1.0], [2.0]]).tolist() == pytest.approx(
        [1 / 1.00001**0.5, 2 / 1.00001**0.5], rel=1e-14
    )
