"""Attention: PyTorch's numbers and gradients, what a position sees, labels, arguments."""

import numpy as np
import pytest

import nn
from autograd import Value, data, dot, gradcheck


def leaves(X):
    return [[Value(number) for number in row] for row in np.asarray(X).tolist()]


def numbers(rows):
    return np.array([[v.data for v in row] for row in rows])


def grads(rows):
    return np.array([[v.grad for v in row] for row in rows])


def weighted(rows, weights):
    return dot([v for row in rows for v in row], np.ravel(weights))


@pytest.mark.parametrize(("causal", "queries"), [(False, 3), (True, 5), (False, 5)])
def test_attention_and_its_gradients_are_those_of_pytorch(causal, queries):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    arrays = rng.normal(size=(queries, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    weights = rng.normal(size=(queries, 3))
    ours, theirs = [leaves(a) for a in arrays], [torch.tensor(a, requires_grad=True) for a in arrays]
    out = nn.attention(*ours, causal=causal)
    expected = torch.nn.functional.scaled_dot_product_attention(
        *(a.unsqueeze(0) for a in theirs), is_causal=causal
    )[0]
    assert numbers(out) == pytest.approx(expected.detach().numpy(), rel=1e-12)
    weighted(out, weights).backward()
    expected.backward(torch.tensor(weights))
    for rows, tensor in zip(ours, theirs, strict=True):
        found = np.array([[v.grad or 0.0 for v in row] for row in rows])
        assert found == pytest.approx(tensor.grad.numpy(), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("heads", [1, 2, 6])
@pytest.mark.parametrize("causal", [True, False])
def test_a_layer_is_that_of_pytorch_weights_included(heads, causal):
    torch = pytest.importorskip("torch")
    ours = nn.Attention(6, heads, causal=causal, rng=4)
    theirs = torch.nn.MultiheadAttention(6, heads, bias=False, batch_first=True, dtype=torch.float64)
    matrices = ours.query, ours.key, ours.value
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.tensor(np.vstack([numbers(m.rows) for m in matrices])))
        theirs.out_proj.weight.copy_(torch.tensor(numbers(ours.mix.rows)))
    rng = np.random.default_rng(2)
    X, weights = rng.normal(size=(2, 4, 6))
    x, tensor = leaves(X), torch.tensor(X[None], requires_grad=True)
    mask = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1) if causal else None
    expected, seen = theirs(tensor, tensor, tensor, attn_mask=mask, average_attn_weights=False)
    trace = ours.trace(x)
    assert numbers(trace.outputs) == pytest.approx(expected[0].detach().numpy(), rel=1e-11)
    for head, square in zip(trace.weights, seen[0].detach().numpy(), strict=True):
        for t, row in enumerate(head):
            assert [a.data for a in row] == pytest.approx(square[t, : len(row)], rel=1e-12)
            assert square[t, len(row) :] == pytest.approx(0.0)
    weighted(trace.outputs, weights).backward()
    expected[0].backward(torch.tensor(weights))
    assert grads(x) == pytest.approx(tensor.grad[0].numpy(), rel=1e-10, abs=1e-13)
    stacked = np.vstack([grads(m.rows) for m in matrices])
    assert stacked == pytest.approx(theirs.in_proj_weight.grad.numpy(), rel=1e-10, abs=1e-13)
    assert grads(ours.mix.rows) == pytest.approx(theirs.out_proj.weight.grad.numpy(), rel=1e-10, abs=1e-13)


def test_gradients_are_those_of_finite_differences():
    layer = nn.Attention(2, 2, rng=1)

    def loss(*x):
        return weighted(layer([x[:2], x[2:4], x[4:]]), [[1.0, -1.0], [0.5, 2.0], [-0.3, 0.7]])

    report = gradcheck(loss, (0.3, -1.2, 0.8, 0.4, -0.6, 1.1))
    assert [entry.verdict.status for entry in report.entries] == ["agree"] * 6


def test_no_position_of_a_causal_attention_moves_with_what_follows():
    layer, x = nn.Attention(2, rng=1), leaves([[0.3, -1.2], [0.8, 0.4], [-0.6, 1.1]])
    out = layer(x)
    out[1][0].backward()
    assert [v.grad for v in x[2]] == [None, None]
    assert all(v.grad for v in x[0] + x[1])


def test_what_is_computed_is_labelled_by_block_and_position():
    trace = nn.Attention(4, 2, rng=1, number=3).trace(leaves(np.eye(3, 4)))
    labels = [rows[2][1].label for rows in (trace.queries, trace.keys, trace.values)]
    assert labels == ["q^3_{32}", "k^3_{32}", "v^3_{32}"]
    assert [row[1].label for row in trace.weights[1][1:]] == ["a^3_{222}", "a^3_{232}"]
    wide = nn.Attention(10, rng=1)
    assert wide.mix.rows[1][9].label == "M^1_{2,10}"
    assert wide.trace(np.ones((1, 10))).keys[0][0].label == "k^1_{1,1}"


def test_the_layer_shows_its_parts_and_its_seed_decides_its_start():
    assert repr(nn.Attention(4, 2)).splitlines() == [
        "Attention(4, 2 heads, causal): 64 parameters",
        "  query: Matrix(4 -> 4): 16 parameters",
        "  key: Matrix(4 -> 4): 16 parameters",
        "  value: Matrix(4 -> 4): 16 parameters",
        "  mix: Matrix(4 -> 4): 16 parameters",
    ]
    same, other = (nn.Attention(4, 2, rng=seed).state_dict() for seed in (0, 1))
    assert nn.Attention(4, 2).state_dict() == same != other
    assert (data(nn.Attention(2, init="zeros").key.rows) == 0).all()


def test_arguments_are_checked():
    with pytest.raises(ValueError, match=r"10 / 4 = 2.5. Take heads=1 or 2 or 5 or 10, .* width: 8 or 12\."):
        nn.Attention(10, 4)
    with pytest.raises(ValueError, match=r"3 / 4 = 0\.75.*another width: 4 or 4"):
        nn.Attention(3, 4)
    with pytest.raises(ValueError, match="heads must be >= 1, got 0"):
        nn.Attention(4, 0)
    layer = nn.Attention(3)
    with pytest.raises(ValueError, match="got an empty sequence"):
        layer([])
    with pytest.raises(ValueError, match=r"Attention\(3, 1 head, causal\) takes 3 inputs, and got 2"):
        layer([[1.0, 2.0, 3.0], [1.0, 2.0]])
    with pytest.raises(TypeError, match="a sequence of vectors"):
        layer(1.0)


def test_queries_keys_and_values_must_fit():
    two, three = [[1.0, 2.0]] * 2, [[1.0, 2.0]] * 3
    with pytest.raises(ValueError, match="3 keys and 2 values"):
        nn.attention(two, three, two)
    with pytest.raises(ValueError, match="queries and keys of 2 and 3 numbers"):
        nn.attention([[1.0, 2.0, 3.0]], two, two)
    with pytest.raises(ValueError, match="more queries than keys, 3 and 2"):
        nn.attention(three, two, two, causal=True)
    with pytest.raises(ValueError, match="got no keys"):
        nn.attention(two, [], [])
    assert nn.attention(three, two, two) == [[1.0, 2.0]] * 3
