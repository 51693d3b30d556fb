"""Forward mode: tangents along the recorded graph, alone, nested, and against reverse mode."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    DomainError,
    StaleGraphError,
    Value,
    cos,
    exp,
    grad,
    hessian,
    jacobian,
    jvp,
    no_grad,
    relu,
    sin,
    sqrt,
    tanh,
    vjp,
    where,
)
from autograd.transforms.derivatives import pushforward
from autograd.transforms.trace import Trace

unit = st.floats(-1, 1)
vectors = st.lists(unit, min_size=3, max_size=3)


def two(x):
    return [tanh(x[0] * x[1]) + x[2], exp(x[2]) * x[0] / (2 + x[1])]


def test_the_tangent_of_a_function_of_one_number():
    value, tangent = jvp(lambda x: x * x * x, (2.0,), (10.0,))
    assert (value, tangent) == (8.0, 120.0)
    assert type(value) is type(tangent) is float


def test_tangents_of_several_arguments_add_up():
    assert jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 10.0)) == ([6.0, 5.0], [23.0, 11.0])


def test_value_and_tangent_are_nested_like_the_result():
    value, tangent = jvp(
        lambda p: {"y": p["w"] @ np.array([1.0, 2.0]), "p": (p["w"], [p["b"]])},
        ({"w": np.array([3.0, 4.0]), "b": 5.0},),
        ({"b": 1.0, "w": np.array([1.0, 0.0])},),
    )
    assert value["y"] == 11.0 and tangent["y"] == 1.0
    np.testing.assert_array_equal(value["p"][0], [3.0, 4.0])
    np.testing.assert_array_equal(tangent["p"][0], [1.0, 0.0])
    assert tangent["p"][0].dtype == float
    assert (value["p"][1], tangent["p"][1]) == ([5.0], [1.0])


@given(vectors, vectors)
def test_forward_mode_is_the_jacobian_times_the_direction(x, v):
    _, tangent = jvp(two, (x,), (v,))
    # the same partials, multiplied and added in another order: some ε of terms that stay below 5
    np.testing.assert_allclose(tangent, np.array(jacobian(two)(x)) @ v, rtol=0, atol=1e-14)


@given(vectors, vectors, st.lists(unit, min_size=2, max_size=2))
def test_cotangent_times_tangent_is_the_same_in_both_modes(x, v, u):
    _, tangent = jvp(two, (x,), (v,))
    _, pull = vjp(two, x)
    assert np.dot(u, tangent) == pytest.approx(np.dot(pull(u)[0], v), abs=1e-14)


def test_a_result_that_does_not_depend_on_the_inputs_has_tangent_0():
    assert jvp(lambda x: [3, x * 0 + 1, Value(2.0)], (2.0,), (1.0,)) == ([3.0, 1.0, 2.0], [0.0, 0.0, 0.0])


def test_the_chosen_partial_at_a_kink_is_taken_forwards_too():
    assert jvp(relu, (0.0,), (1.0,)) == (0.0, 0.0)


def test_the_branch_not_taken_passes_no_tangent():
    assert jvp(lambda x: where(x > 0, sqrt(x), 0 * x), (0.0,), (1.0,)) == (0.0, 0.0)


def test_an_infinite_partial_beside_an_input_that_stands_still_is_no_nan():
    # column by column: the inputs without part in a column have no tangent at all, so 0·inf never arises
    assert jacobian(lambda x: [sqrt(x[0]), x[1], x[0] + x[1]])([0.0, 2.0]) == [
        [math.inf, 0.0],
        [0.0, 1.0],
        [1.0, 1.0],
    ]


# Nesting ---------------------------------------------------------------------------------------------------


def test_forward_over_reverse_over_forward():
    # d³/dx³ sin(2x) = -8·cos(2x)
    def f(x):
        return sin(2 * x)

    def first(x):
        return jvp(f, (x,), (1.0,))[1]

    second = grad(first)
    assert jvp(second, (0.3,), (1.0,))[1] == pytest.approx(-8 * math.cos(0.6), rel=1e-14)
    assert grad(grad(first))(0.3) == pytest.approx(-8 * math.cos(0.6), rel=1e-14)
    assert jvp(grad(grad(f)), (0.3,), (1.0,))[1] == pytest.approx(-8 * math.cos(0.6), rel=1e-14)


def test_forward_inside_forward_does_not_confuse_perturbations():
    def outer(x):
        return x * jvp(lambda y: x + y, (1.0,), (1.0,))[1]

    assert jvp(outer, (1.0,), (1.0,)) == (1.0, 1.0)


def test_tangents_may_depend_on_the_outer_input():
    # d/dx [f'(x)·x²] for f = sin
    def outer(x):
        return jvp(sin, (x,), (x * x,))[1]

    assert grad(outer)(0.7) == pytest.approx(2 * 0.7 * math.cos(0.7) - 0.49 * math.sin(0.7), rel=1e-14)


def test_an_outer_value_as_tangent_alone_is_differentiated():
    assert grad(lambda t: jvp(lambda x: x * x, (3.0,), (t,))[1] * t)(2.0) == 24.0


@given(vectors, vectors)
def test_forward_over_reverse_is_reverse_over_forward(x, v):
    def f(x):
        return two(x)[0] * two(x)[1]

    one = jvp(grad(f), (x,), (v,))[1]
    other = grad(lambda x: jvp(f, (x,), (v,))[1])(x)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-13)
    np.testing.assert_allclose(one, np.array(hessian(f)(x)) @ v, rtol=0, atol=1e-13)


# Manners ---------------------------------------------------------------------------------------------------


def test_weights_in_a_closure_give_values_and_keep_their_grad():
    w = Value(2.0, label="w")
    value, tangent = jvp(lambda x: sin(w * x), (0.5,), (1.0,))
    assert isinstance(value, Value) and isinstance(tangent, Value)
    assert w.grad is None
    tangent.backward()
    assert w.grad == pytest.approx(math.cos(1.0) - math.sin(1.0), rel=1e-14)
    with no_grad():
        value, tangent = jvp(lambda x: sin(w * x), (0.5,), (1.0,))
    assert type(value) is type(tangent) is float


def test_a_live_derivative_obeys_the_rules_of_forward():
    w = Value(1.0)
    with pytest.raises(DomainError, match="differentiated again"):
        jvp(lambda x: w * sqrt(x), (0.0,), (1.0,))
    assert jvp(sqrt, (0.0,), (1.0,)) == (0.0, math.inf)


def test_pushing_after_a_weight_was_assigned_is_refused():
    w = Value(2.0, label="w")
    call = Trace(lambda x: w * x, (3.0,), {}, (0,))
    assert pushforward(call, [1.0])[0].data == 2.0
    w.data = 5.0
    with pytest.raises(StaleGraphError, match='"w"'):
        pushforward(call, [1.0])


def test_keyword_arguments_are_passed_on():
    assert jvp(lambda x, scale=1: scale * x, (3.0,), (1.0,), scale=4) == (12.0, 4.0)


def test_a_long_chain_needs_no_recursion():
    def f(x):
        for _ in range(20_000):
            x = x + 1e-9 * cos(x)
        return x

    assert jvp(f, (0.5,), (1.0,))[1] == pytest.approx(grad(f)(0.5), rel=1e-12)


@pytest.mark.parametrize(
    ("primals", "tangents", "error", "message"),
    [
        (3.0, (1.0,), TypeError, r"primals are a tuple .* got 3\.0\. For one argument write \(3\.0,\)"),
        ((3.0,), 1.0, TypeError, "tangents are a tuple"),
        ((3.0,), (1.0, 2.0), ValueError, "One tangent is needed for each of the 1 primals, got 2"),
        (
            ([3.0, 4.0],),
            ([1.0],),
            ValueError,
            r"One tangent is needed for each of the 2 numbers.*none for x\[1\]",
        ),
        (([3.0],), ([1.0, 2.0],), ValueError, r"there is one for x\[1\], which is not there"),
        (("3",), (1.0,), TypeError, "x cannot be used: .*the text '3'"),
        ((3.0,), (None,), TypeError, "x cannot be used"),
    ],
)
def test_primals_and_tangents_that_do_not_fit_are_refused(primals, tangents, error, message):
    called = []
    with pytest.raises(error, match=message):
        jvp(lambda x: called.append(x) or 1.0, primals, tangents)
    assert not called


def test_arrays_of_values_keep_their_outer_derivatives():
    w = autograd.array([1.0, 2.0], label="w")
    _, tangent = jvp(lambda x: x * x * x, (w,), (np.array([1.0, 1.0]),))
    assert tangent.dtype == object
    tangent.sum().backward()
    np.testing.assert_array_equal(autograd.grads(w), [6.0, 12.0])
