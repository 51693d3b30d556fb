"""What the notes say without a number, or with a wrong word: our engine shows what is meant."""

import ast

import numpy as np
import pytest

import nn
from autograd import Value, array, data, grad, grads
from nn import losses, reg
from nn.data import batches
from nn.optim import SGD
from notebooks.build import lessons
from tests.data.notes_data import (
    A_B,
    A_W,
    A_X,
    A_Y,
    B_B,
    B_W,
    B_X,
    B_Y,
    F4_W,
    F4_X,
    F4_Y,
    LOGIT4_X,
    LOGIT_W,
    close,
)


def lesson(name: str) -> str:
    """Return a lesson's source, on one line."""
    (source,) = (one.source for one in lessons() if one.source.stem == name)
    return " ".join(source.read_text("utf-8").replace("\n# ", " ").split())


@pytest.mark.row("S003-03", "S003-04", "S003-05", "S003-06", "S002-08", "E-S003-12")
def test_a_lesson_names_each_kind_of_network_and_shows_the_boat():
    text = lesson("data_and_networks")
    for name in (
        "**Convolutional networks**",
        "**Recurrent networks**",
        "**Translation**",
        "**Self-driving**",
    ):
        assert name in text
    for name in ("*transformers*", "*hybrid* networks", "boat"):
        assert name in text
    # a kernel of two weights is used at three places, a memory at three times: both are plain graphs here
    kernel = array([1.0, -1.0], label="k")
    total = sum(kernel[0] * x + kernel[1] * y for x, y in [(1, 2), (2, 3), (3, 4)])
    total.backward()
    assert grads(kernel).tolist() == [6, 9]


@pytest.mark.row("E-S000-05")
def test_a_sum_from_0_to_m_has_one_term_too_many():
    w, b = np.array(B_W), B_B
    per_sample = losses.mse(B_X @ w + b, B_Y, reduction="none")
    assert losses.mse(B_X @ w + b, B_Y) == close(5.565) == close(sum(per_sample[i] for i in range(4)) / 4)
    with pytest.raises(IndexError):
        sum(per_sample[i] for i in range(4 + 1))
    two = losses.mse(A_X @ np.array(A_W) + A_B, A_Y, reduction="none")
    assert len(two) + 1 == 3  # terms from 0 to 2


@pytest.mark.row("E-S000-16", "S000-17")
def test_the_half_of_the_mean_and_the_two_of_the_square_are_different_numbers():
    right = grad(lambda w: losses.mse(B_X @ w + B_B, B_Y))(np.array(B_W))
    cancelled = grad(lambda w: losses.mse(B_X @ w + B_B, B_Y, reduction="sum") / 2)(np.array(B_W))
    assert right == close(np.array([-12.45, -2.75, -0.15]))
    assert cancelled == close(np.array([-24.9, -5.5, -0.3]))
    pairs = grad(lambda w: losses.mse(A_X @ w + A_B, A_Y, reduction="sum") / 2)(np.array(A_W))
    assert pairs == close(grad(lambda w: losses.mse(A_X @ w + A_B, A_Y))(np.array(A_W)))  # equal for m = 2


@pytest.mark.row("S000-47", "E-S000-18")
def test_the_tangent_says_which_way_is_down_and_how_far():
    for start, slope, end in [(1.0, -4, 2), (2.0, -2, 2.5), (4.0, 2, 3.5), (5.0, 4, 4)]:
        w = Value(start)
        losses.square(w, 3.0).backward()
        assert w.grad == slope
        SGD([w], lr=0.25).step()
        assert w.data == end


@pytest.mark.row("E-S000-17")
def test_the_printed_name_of_the_prediction_is_no_name():
    with pytest.raises(SyntaxError):
        ast.parse("Y' = np.dot(w, X) - b")


@pytest.mark.row("E-S001-18")
def test_l2_encourages_similar_weights_and_sums_over_parameters_not_samples():
    net = nn.Linear(3, 1, bias=False).assign([[0.0, 0.75, 0.0]])
    assert reg.l2(net).data == 0.5625  # three parameters, whatever the number of samples
    x, y = np.array([[1.0, 2.0, 1.0]] * 5), np.full(5, 1.5)
    optimizer = SGD(net.parameters(), lr=0.15)
    nn.fit(net, lambda p, t: losses.mse(p, t) + 0.1 * reg.l2(net), optimizer, (x, y), epochs=1000)
    assert 0 < np.ptp(data(net.W)) < 0.75
    assert data(net.W)[0][1] == close(2 * data(net.W)[0][0])  # nearer, but as unequal as the inputs 1, 2, 1


@pytest.mark.row("E-S001-21", "S001-39")
def test_a_batch_may_be_as_large_as_one_likes():
    assert sum(1 for _ in batches(10**6, 1024)) == 977
    assert [len(batch) for batch in batches(10**6, 10**6)] == [10**6]


@pytest.mark.row("E-S003-13", "S003-26")
def test_an_upper_index_counts_samples_and_a_lower_one_features():
    columns = LOGIT4_X.T
    second = columns[:, 1]
    model = nn.Linear(2, 1).assign([LOGIT_W], [0.1])
    (row,) = model.forward_columns(columns)
    assert row[1].data == model(second)[0].data
    assert second.tolist() == [2, 0.5]


@pytest.mark.row("E-S003-14")
def test_data_need_labels_only_where_one_learns_from_answers():
    x = np.array([[1.0], [2.0], [6.0]])
    centre = Value(0.0, label="centre")
    for _ in range(200):
        centre.zero_grad()
        sum(losses.square(centre, value) for (value,) in x).backward()
        SGD([centre], lr=0.1).step()
    assert centre.data == close(3.0)  # the mean: found by descent, without any answer


@pytest.mark.row("E-S004-04", "E-S004-18")
def test_an_index_that_counts_samples_and_weights_at_once_gives_another_gradient():
    w = array(F4_W, label="w")
    predictions = F4_X @ w
    losses.sse(predictions, F4_Y).backward()
    residuals = F4_Y - data(predictions)
    assert F4_X[:, 0] @ residuals == close(3.5)
    assert grads(w)[0] == close(-7)
    assert -2 * F4_X[0, 0] * residuals.sum() == close(-6.4)  # x_11 for every sample
    # min over w, sum over samples: one gradient with four entries, the sum of three per-sample gradients
    each = [
        grad(lambda v, x=x, y=y: losses.square(x @ v, y))(np.array(F4_W))
        for x, y in zip(F4_X, F4_Y, strict=True)
    ]
    assert np.sum(each, axis=0) == close(grads(w))
