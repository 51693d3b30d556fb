"""affine: the nodes that `dot` records row by row, whatever is a Value; NumPy's numbers; errors."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

from autograd import AnomalyError, Value, affine, array, detect_anomaly, dot, grad, no_grad
from autograd import sum as total

KINDS = ("values", "numbers", "both")


def operands(rng: random.Random, kind: str, length: int) -> list[Any]:
    live = {"values": 1.0, "numbers": 0.0, "both": 0.5}[kind]
    return [
        Value(rng.uniform(-2, 2))
        if rng.random() < live
        else rng.choice([rng.uniform(-2, 2), 3, np.float64(2)])
        for _ in range(length)
    ]


def told(node: Any) -> Any:
    if not isinstance(node, Value):
        return node
    parents = [id(p) if isinstance(p, Value) else p for p in node.parents]
    return node.data, node.op, node.label, parents, node.partials


@pytest.mark.parametrize("kinds", list(itertools.product(KINDS, repeat=3)))
@pytest.mark.parametrize("length", [0, 1, 3])
def test_affine_records_what_dot_records_row_by_row(kinds: tuple[str, str, str], length: int) -> None:
    rng = random.Random(f"{kinds} {length}")
    for rows in (0, 1, 4):
        W = [operands(rng, kinds[0], length) for _ in range(rows)]
        x, b = operands(rng, kinds[1], length), operands(rng, kinds[2], rows)
        expected = [dot(w, x, bias) for w, bias in zip(W, b, strict=True)]
        assert list(map(told, affine(W, x, b))) == list(map(told, expected))
        assert list(map(told, affine(W, x))) == [told(dot(w, x)) for w in W]


def test_affine_and_its_gradient_are_numpys_product_and_the_outer_product() -> None:
    rng = np.random.default_rng(0)
    W, x, b, g = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=3), rng.normal(size=3)
    assert np.allclose(affine(W, x, b), W @ x + b, rtol=1e-14)
    weights, inputs, biases = array(W), array(x), array(b)
    dot(list(g), affine(weights, inputs, biases)).backward()
    for values, expected in [(weights, np.outer(g, x)), (inputs, g @ W), (biases, g)]:
        assert np.allclose([v.grad for v in values.ravel()], expected.ravel(), rtol=1e-14)


def test_affine_is_differentiated_again() -> None:
    first = grad(lambda w: total([z * z for z in affine([[w, 1.0], [2.0, w]], [w, 3.0])]))  # (w²+3)² + (5w)²
    assert first(2.0) == 4 * 2.0 * (2.0**2 + 3) + 50 * 2.0
    assert grad(first)(2.0) == 12 * 2.0**2 + 12 + 50


def test_affine_nodes_that_share_their_storage_are_recomputed_each_for_itself() -> None:
    W, x = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]], [10.0, 100.0]
    b = [Value(0.0), Value(0.5)]
    z = affine(W, x, b)
    W[1][0].data = 5.0
    assert [node.forward() for node in z] == [210.0, 450.5]
    z[1].backward()
    assert [w.grad for w in W[1]] == x and W[0][0].grad is None and b[1].grad == 1.0


def test_affine_takes_iterators_and_changes_no_list() -> None:
    row, x = [Value(1.0), 2.0], [3.0, Value(4.0)]
    z = affine(iter([iter(row), tuple(row)]), iter(x), iter([0.0, 1.0]))
    assert [node.data for node in z] == [11.0, 12.0]
    assert len(row) == len(x) == 2 and z[0].parents[3] is x[1]
    x[1] = 0.0  # the nodes keep operands of their own
    assert z[0].parents[3] == 4.0


def test_affine_overflows_in_one_row_only() -> None:
    w = Value(1e308, label="w")
    z = affine([[w, w], [1.0, w]], [10.0, 1e-300])
    assert [node.data for node in z] == [np.inf, 1e8 + 10.0]
    assert z[0].partials == (10.0, 1e-300, None, None, None)


def test_affine_obeys_the_modes() -> None:
    w = Value(1e308, label="w")
    with no_grad():
        assert all(z.op is None for z in affine([[w]], [2.0]))
    with detect_anomaly(), pytest.raises(AnomalyError, match="dot"):
        affine([[w, w]], [10.0, 10.0])


def test_affine_errors_teach() -> None:
    w = Value(1.0)
    for arguments, kind, match in [
        (
            ([[w]], [2.0], [1.0, 2.0]),
            ValueError,
            r"one bias for each row of W, got len\(W\) = 1 and len\(b\) = 2",
        ),
        (([[w], [w, w]], [2.0]), ValueError, r"one length, got len\(w\) = 2 and len\(x\) = 1"),
        (([[w]], [2.0], 1.0), TypeError, r"b of type float. For one neuron use dot\(w, x, b\)"),
        ((w, [2.0]), TypeError, "W of type Value"),
        (([w], [2.0]), TypeError, "a sequence for w"),
        (([[w]], [[2.0]]), TypeError, "got a list of 1"),
        (([[w]], [2.0], [None]), TypeError, "got None"),
    ]:
        with pytest.raises(kind, match=match):
            affine(*arguments)


def test_a_bias_is_one_number() -> None:
    with pytest.raises(TypeError, match="one real number, got an array"):
        dot([Value(1.0)], [2.0], np.array([1.0, 2.0]))
