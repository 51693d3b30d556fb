"""NumPy on object arrays of `Value`s: the notes' code runs as printed, with its sign mended."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
from autograd import DomainError, StaleGraphError, Value, array, data, grads, no_grad


def fixture_a() -> tuple[np.ndarray, np.ndarray, list[float], float]:
    return np.array([[1.0, 2], [3, 4]]), np.array([5.0, 8]), [0.5, -1], 0.25


def fixture_b() -> tuple[np.ndarray, np.ndarray, list[float], float]:
    X = np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [2, -1, 1, 0]])
    return X, np.array([1.0, 2, 3, 5]), [0.1, 0.2, 0.3], 0.4


@pytest.mark.row("S000-10", "S000-13", "S000-19", "S000-26", "S000-27", "S000-33")
@pytest.mark.parametrize(
    ("fixture", "cost", "dw", "db"),
    [
        (fixture_a, 84.0625, [-28.75, -64.75], -18.0),
        (fixture_b, 5.565, [-12.45, -2.75, -0.15], -3.7),
    ],
)
def test_the_notes_cost_snippet_runs_on_object_arrays(fixture, cost, dw, db) -> None:
    X, Y, w0, b0 = fixture()
    w, b, m = ag.array(w0, label="w"), Value(b0, label="b"), Y.size
    Yhat = np.dot(w, X) + b
    diff = Y - Yhat
    C = np.dot(diff, diff.T) / m
    C.backward()
    assert C.data == pytest.approx(cost, rel=1e-12)
    assert ag.grads(w) == pytest.approx(dw, rel=1e-12)
    assert b.grad == pytest.approx(db, rel=1e-12)


def test_arithmetic_between_values_and_arrays_gives_object_arrays_of_values() -> None:
    v, arr = Value(2.0), np.array([1.0, 3.0])
    for result, expected in (
        (v * arr, [2, 6]), (arr * v, [2, 6]), (arr - v, [-1, 1]), (v - arr, [1, -1]), (v / arr, [2, 2 / 3]),
        (arr / v, [0.5, 1.5]), (v**arr, [2, 8]), (arr**v, [1, 9]), (v + arr, [3, 5]),
    ):  # fmt: skip
        assert result.dtype == object
        assert all(isinstance(item, Value) for item in result)
        assert ag.data(result) == pytest.approx(expected)


def test_numpy_scalars_multiply_to_values() -> None:
    v = Value(2.0)
    for number in (np.float64(3), np.float32(3), np.int64(3)):
        for product in (number * v, v * number):
            assert isinstance(product, Value)
            assert product.data == 6.0
            assert type(product.data) is float


def test_reductions_products_and_norms_work_and_differentiate() -> None:
    W, x = ag.array([[1.0, 2.0], [3.0, 4.0]], label="W"), ag.array([1.0, -1.0], label="x")
    numbers = ag.data(W)
    assert ag.data(W @ x) == pytest.approx([-1, -1])
    assert W.sum().data == 10.0
    assert W.mean().data == 2.5
    assert np.var(W).data == pytest.approx(np.var(numbers))
    assert np.linalg.norm(x).data == pytest.approx(2**0.5)
    assert ag.data(np.einsum("ij,j->i", W, x)) == pytest.approx([-1, -1])
    assert ag.data(np.outer(x, x)) == pytest.approx(np.outer([1, -1], [1, -1]))
    np.var(W).backward()
    assert ag.grads(W) == pytest.approx(2 * (numbers - 2.5) / 4)


@pytest.mark.parametrize(
    "name", ["exp", "log", "sqrt", "sin", "tan", "tanh", "arctan", "log1p", "expm1", "cbrt", "square"]
)
def test_numpys_functions_find_the_methods_of_values(name: str) -> None:
    v, numbers = Value(0.5), np.array([0.25, 0.75])
    ufunc, ours = getattr(np, name), getattr(ag, name)
    assert ufunc(v).data == pytest.approx(ufunc(0.5), rel=1e-15)
    assert ag.data(ufunc(ag.array(numbers))) == pytest.approx(ufunc(numbers), rel=1e-15)
    assert ours(numbers) == pytest.approx(ufunc(numbers), rel=1e-15)
    assert ours(numbers).dtype == float
    assert ag.data(ours(ag.array(numbers))) == pytest.approx(ufunc(numbers), rel=1e-15)


def test_functions_of_two_operands_broadcast_over_arrays() -> None:
    x = ag.array([1.0, 5.0], label="x")
    larger = ag.maximum(x, np.array([[3.0], [4.0]]))
    assert ag.data(larger) == pytest.approx(np.array([[3, 5], [4, 5]]))
    assert ag.hypot(np.array([3.0, 6.0]), np.array([4.0, 8.0])) == pytest.approx([5, 10])
    assert ag.data(ag.where(np.array([True, False]), x, 0.0)) == pytest.approx([1, 0])


def test_rows_over_sequences_take_flat_arrays_and_refuse_nested_ones() -> None:
    w = ag.array([1.0, 2.0], label="w")
    assert ag.dot(w, np.array([3.0, 4.0]), 1).data == 12.0
    assert ag.sum(np.array([1.0, 2.0])) == 3.0
    assert ag.logsumexp(w).data == pytest.approx(np.logaddexp(1, 2))
    with pytest.raises(TypeError, match=r"[Ff]lat"):
        ag.sum(ag.array([[1.0], [2.0]]))
    with pytest.raises(TypeError, match=r"[Ff]lat"):
        ag.sum(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"len\(w\) = 2 and len\(x\) = 3"):
        ag.dot(w, [1, 2, 3])
    with pytest.raises(TypeError, match="sequence"):
        ag.sum(Value(1.0))


def test_array_labels_its_leaves_and_reads_back() -> None:
    w = ag.array([[1, 2, 3]], label="w")
    assert [v.label for v in w.ravel()] == ["w_11", "w_12", "w_13"]
    assert ag.array(np.zeros(12), label="b")[11].label == "b_12"
    assert ag.array(np.zeros((2, 12)), label="b")[1, 11].label == "b_2,12"
    assert ag.array(2.0, label="s")[()].label == "s"
    assert ag.data(w).dtype == float
    assert np.isnan(ag.grads(w)).all()
    with pytest.raises(TypeError):
        ag.array([w[0, 0]])
    with pytest.raises(TypeError, match="gradients of Values"):
        ag.grads([1.0])


def test_importing_the_engine_does_not_import_numpy() -> None:
    code = "import sys, autograd; x = autograd.Value(2.0); (x * x).backward(); print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        (lambda w, x: w.__iadd__(x), lambda w, x: w + x),
        (lambda w, x: w.__isub__(x), lambda w, x: w - x),
        (lambda w, x: w.__imul__(x), lambda w, x: w * x),
        (lambda w, x: w.__itruediv__(x), lambda w, x: w / x),
        (lambda w, x: w.__ipow__(x), lambda w, x: w**x),
    ],
)
@pytest.mark.parametrize("other", [2.0, np.array([2.0, 3.0]), np.array([[2.0], [5.0]]), Value(3.0)])
def test_in_place_operators_of_an_array_assign_its_leaves_under_no_grad(update, wanted, other):
    numbers = np.array([[1.0, 2.0], [3.0, 4.0]])
    W = array(numbers, label="W")
    leaves, L = W.ravel().tolist(), (W * W).sum()
    L.backward()
    with no_grad():
        assert update(W, other) is W
    assert data(W).tolist() == wanted(numbers, other.data if isinstance(other, Value) else other).tolist()
    assert all(leaf is before for leaf, before in zip(W.ravel().tolist(), leaves, strict=True))
    assert [leaf.label for leaf in leaves] == ["W_11", "W_12", "W_21", "W_22"]
    assert grads(W).tolist() == (2 * numbers).tolist()
    with pytest.raises(StaleGraphError, match="W_11"):
        L.backward()


def test_gradient_descent_on_an_array_is_that_on_its_leaves():
    W, x = array([[1.0, -2.0], [0.5, 4.0]], label="W"), np.array([1.0, 2.0])
    expected = data(W)
    for _ in range(3):
        for leaf in W.flat:
            leaf.zero_grad()
        ((W @ x) ** 2).sum().backward()
        assert grads(W).tolist() == (2 * np.outer(expected @ x, x)).tolist()
        with no_grad():
            W -= 0.125 * grads(W)
        expected = expected - 0.125 * 2 * np.outer(expected @ x, x)
    assert data(W).tolist() == expected.tolist()


def test_slices_and_transposes_of_an_array_assign_its_leaves_too():
    W = array([[1.0, 2.0], [3.0, 4.0]], label="W")
    with no_grad():
        W[0] -= 1.0
        W.T[1] *= 2.0
    assert data(W).tolist() == [[0.0, 2.0], [3.0, 8.0]] and W[1, 1].label == "W_22"


@pytest.mark.parametrize("place", [(1, 0), (1,), (..., 0), ([1, 0], [0, 0]), ([True, False],)])
def test_an_assignment_in_an_array_assigns_the_leaves_at_that_place(place):
    numbers = np.array([[1.0, 2.0], [3.0, 4.0]])
    W = array(numbers, label="W")
    leaves = W.ravel().tolist()
    with no_grad():
        W[place] = 7.0
        numbers[place] = 7.0
        W[place] -= 0.5
        numbers[place] -= 0.5
    assert all(leaf is before for leaf, before in zip(W.ravel().tolist(), leaves, strict=True))
    assert data(W).tolist() == numbers.tolist()


def test_in_place_operators_of_leaves_are_refused_while_recording():
    W = array([1.0, 2.0], label="W")
    with pytest.raises(TypeError, match=r"-= on an array of leaves .*label='W_1'.*no_grad.*W = W - "):
        W -= 0.1
    assert data(W).tolist() == [1.0, 2.0]


def test_what_is_computed_from_an_array_is_a_plain_array_and_changes_in_place():
    W = array([[1.0, 2.0], [3.0, 4.0]], label="W")
    assert {type(made) for made in (W * 2, W @ W, np.exp(W), W.sum(axis=0))} == {np.ndarray}
    for z in (W @ np.ones(2), np.dot(W, np.ones(2))):
        z += 1.0
        assert data(z).tolist() == [4.0, 8.0]
    assert type(W.sum()) is type(W.ravel() @ W.ravel()) is Value


def test_an_in_place_operator_that_fails_changes_nothing():
    W = array([[1.0, 2.0]], label="W")
    with no_grad():
        with pytest.raises(TypeError, match=r"shape \(1, 2\), and the right side has shape \(3, 1, 2\)"):
            W -= np.ones((3, 1, 2))
        with pytest.raises(DomainError):
            W /= np.array([1.0, 0.0])
    assert data(W).tolist() == [[1.0, 2.0]]


def test_an_array_of_leaves_is_pickled_and_copied_as_one():
    W = array([1.0, 2.0], label="W")
    for made in (pickle.loads(pickle.dumps(W)), copy.deepcopy(W)):
        assert type(made) is type(W) and data(made).tolist() == [1.0, 2.0] and made[0] is not W[0]
