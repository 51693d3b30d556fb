"""Functions over functions: meanings, structures, nesting, and that nobody's Values are touched."""

import gc
import math
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    AnomalyError,
    DomainError,
    StaleGraphError,
    Value,
    detect_anomaly,
    dot,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    log,
    logsigmoid,
    no_grad,
    relu,
    sigmoid,
    sin,
    sqrt,
    tanh,
    value_and_grad,
    values,
    vjp,
    where,
)

unit = st.floats(-1, 1)
vectors = st.lists(unit, min_size=3, max_size=3)


def bowl(x):
    return x[0] * x[0] * x[1] + sin(x[2]) * x[0]


def slope(f, x, h=1e-6):
    """Central difference of a function of one float; its error, of the order h² + ε/h, is below 1e-8 here."""
    return (f(x + h) - f(x - h)) / (2 * h)


def test_the_gradient_of_a_function_of_one_number_is_a_number():
    gradient = grad(lambda x: x * x * x)(2.0)
    assert type(gradient) is float
    assert gradient == 12.0


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ([2.0, 3.0], [3.0, 2.0]),
        ((2.0, 3.0), (3.0, 2.0)),
        ([2, 3], [3.0, 2.0]),
        ([np.float64(2), np.int64(3)], [3.0, 2.0]),
        ([2.0, np.array(3.0)], [3.0, 2.0]),
    ],
)
def test_gradients_are_nested_like_the_inputs(inputs, expected):
    gradient = grad(lambda x: x[0] * x[1])(inputs)
    assert gradient == expected
    assert all(type(g) is float for g in gradient)


def test_gradients_of_dicts_keep_their_keys_in_order():
    gradient = grad(lambda p: p["w"] * p["b"])({"w": 2.0, "unused": [1.0], "b": 3.0})
    assert gradient == {"w": 3.0, "unused": [0.0], "b": 2.0}
    assert list(gradient) == ["w", "unused", "b"]


def test_gradients_of_named_tuples_are_named_tuples():
    line = namedtuple("line", "w b")
    assert grad(lambda p: p.w * p.b)(line(2.0, 3.0)) == line(3.0, 2.0)


def test_gradients_of_deeply_nested_inputs():
    tree = {"layers": [(np.array([[1.0, 2.0], [3.0, 4.0]]), [5.0, 6.0])], "scale": 2.0}

    def f(p):
        weights, bias = p["layers"][0]
        return p["scale"] * ((weights @ np.array([1.0, 10.0])).sum() + bias[1])

    gradient = grad(f)(tree)
    weights, bias = gradient["layers"][0]
    np.testing.assert_array_equal(weights, [[2.0, 20.0], [2.0, 20.0]])
    assert bias == [0.0, 2.0]
    assert gradient["scale"] == 1 + 20 + 3 + 40 + 6


@pytest.mark.parametrize("kind", [float, int, np.float32, object])
def test_gradients_of_arrays_are_float_arrays(kind):
    gradient = grad(lambda x: (x**3).sum())(np.array([[1, 2, 3]], dtype=kind))
    assert gradient.dtype == float
    np.testing.assert_array_equal(gradient, [[3.0, 12.0, 27.0]])


def test_numpy_code_on_arrays_is_differentiated():
    x = np.array([0.3, -0.2, 0.5])
    gradient = grad(lambda x: np.exp(x) @ x / np.linalg.norm(x))(x)
    norm = np.linalg.norm(x)
    expected = (np.exp(x) * (1 + x)) / norm - (np.exp(x) @ x) * x / norm**3
    np.testing.assert_allclose(gradient, expected, rtol=1e-14)


def test_an_empty_input_has_an_empty_gradient():
    assert grad(lambda x, w: w * w)([], 2.0) == []
    assert grad(lambda x, w: w * w, argnums=(0, 1))([], 2.0) == ([], 4.0)


def test_argnums_choose_the_arguments():
    def f(x, y, z):
        return x * y * y * z

    assert grad(f)(2.0, 3.0, 5.0) == 45.0
    assert grad(f, argnums=1)(2.0, 3.0, 5.0) == 60.0
    assert grad(f, argnums=-1)(2.0, 3.0, 5.0) == 18.0
    assert grad(f, argnums=(2, 0))(2.0, 3.0, 5.0) == (18.0, 45.0)
    assert grad(f, argnums=[1])(2.0, 3.0, 5.0) == (60.0,)


def test_keyword_arguments_are_passed_on():
    assert grad(lambda x, *, power: x**power)(3.0, power=2) == 6.0
    assert jacobian(lambda x, scale=1: [x * scale])(3.0, scale=4) == [4.0]
    assert vjp(lambda x, scale=1: x * scale, 3.0, scale=4)[1](1.0) == (4.0,)
    assert hvp(lambda x, scale=1: scale * x * x, (3.0,), (1.0,), scale=4) == 8.0


def test_a_function_that_returns_a_plain_number_has_gradient_0():
    assert grad(lambda x: 3)(2.0) == 0.0
    assert value_and_grad(lambda x: 3)([2.0, 1.0]) == (3.0, [0.0, 0.0])
    assert hessian(lambda x: 3)([2.0, 1.0]) == [[0.0, 0.0], [0.0, 0.0]]


def test_the_identity_has_gradient_1():
    assert grad(lambda x: x)(2.0) == 1.0
    assert grad(lambda x: x[1])([2.0, 3.0]) == [0.0, 1.0]


def test_value_and_grad_agrees_with_the_function_and_with_grad():
    value, gradient = value_and_grad(bowl)([1.0, 2.0, 3.0])
    assert type(value) is float
    assert value == 2.0 + math.sin(3.0)
    assert gradient == grad(bowl)([1.0, 2.0, 3.0]) == [4.0 + math.sin(3.0), 1.0, math.cos(3.0)]


@given(vectors)
def test_gradients_agree_with_central_differences(x):
    gradient = grad(lambda x: tanh(bowl(x)) * exp(x[1]))(x)
    for i in range(3):

        def moved(t, i=i):
            y = [*x[:i], t, *x[i + 1 :]]
            return math.tanh(y[0] * y[0] * y[1] + math.sin(y[2]) * y[0]) * math.exp(y[1])

        assert gradient[i] == pytest.approx(slope(moved, x[i]), abs=1e-7)


@given(vectors)
def test_gradients_are_bit_for_bit_those_of_backward(x):
    leaves = [Value(item) for item in x]
    (bowl(leaves) / (1 + exp(leaves[0]))).backward()
    assert grad(lambda x: bowl(x) / (1 + exp(x[0])))(x) == [leaf.grad for leaf in leaves]


# Nesting ---------------------------------------------------------------------------------------------------


def test_perturbations_are_not_confused():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0


def test_perturbations_are_not_confused_when_the_inner_input_is_the_outer_one():
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0  # x·x
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0  # 2x·x


def test_a_derivative_of_a_closure_is_not_lost():
    # d/dx [d/dy (x·y³) at y = x²] = d/dx 3·x⁵
    assert grad(lambda x: grad(lambda y: x * y * y * y)(x * x))(2.0) == 15 * 2.0**4


def test_three_levels_that_share_their_inputs():
    # f = x²·y³·z⁴; d/dz at z = x·y: 4·x²·y³·(xy)³ = 4x⁵y⁶; d/dy at y = x: 24x⁵x⁵; d/dx: 240x⁹
    def inner(x, y):
        return grad(lambda z: x * x * y * y * y * z * z * z * z)(x * y)

    assert grad(lambda x: grad(lambda y: inner(x, y))(x))(1.5) == pytest.approx(240 * 1.5**9, rel=1e-14)


def test_a_gradient_inside_a_function_can_stand_beside_its_function():
    # x·f'(x) + f(x) with f = sin
    outer = grad(lambda x: x * grad(sin)(x) + sin(x))
    assert outer(0.5) == pytest.approx(2 * math.cos(0.5) - 0.5 * math.sin(0.5), rel=1e-15)


def test_an_inner_gradient_of_numbers_is_made_of_floats():
    def f(x):
        inner = grad(lambda y: y * y)(3.0)
        assert type(inner) is float
        return x * inner

    assert grad(f)(2.0) == 6.0


def test_inside_an_outer_derivative_the_results_are_values_also_where_constant():
    def f(x):
        inner = grad(lambda y: x + y)(1.0)
        assert isinstance(inner, Value)
        return x * inner

    assert grad(f)(1.0) == 1.0


def test_the_inner_walk_does_not_enter_what_was_recorded_before():
    # 1/(x - x) has no derivative; the inner function does not use it, the outer one multiplies by its number
    def f(x):
        inner = sqrt(x - x)
        return grad(lambda y: y * y + 0 * inner)(2.0)

    with pytest.raises(DomainError, match=r"0\.5 / out"):
        grad(grad(lambda x: sqrt(x) * 0.0))(0.0)
    assert jacobian(lambda x: [f(x)])(1.0) == [0.0]


def test_derivatives_of_any_order_are_exact():
    # dⁿ/dxⁿ sin(x)·eˣ = 2^(n/2)·eˣ·sin(x + nπ/4)
    derivative, x = (lambda x: sin(x) * exp(x)), 0.3
    for n in range(1, 7):
        derivative = grad(derivative)
        exact = 2 ** (n / 2) * math.exp(x) * math.sin(x + n * math.pi / 4)
        assert derivative(x) == pytest.approx(exact, rel=1e-13, abs=1e-13)


def test_threads_with_derivatives_of_their_own_do_not_disturb_each_other():
    def work(seed):
        x = 0.1 + seed / 100
        nested = grad(lambda x: x * grad(lambda y: sin(x * y))(x) + hessian(sin)(x))
        assert {nested(x) for _ in range(50)} == {nested(x)}
        # d/dx [x·x·cos(x²)] - cos x
        return nested(x), 2 * x * math.cos(x * x) - 2 * x**3 * math.sin(x * x) - math.cos(x)

    with ThreadPoolExecutor(4) as pool:
        for ours, exact in pool.map(work, range(8)):
            assert ours == pytest.approx(exact, rel=1e-13)


def test_derivatives_leave_nothing_for_the_cyclic_collector():
    def everything():
        grad(lambda x: x * grad(lambda y: bowl([x, y, y]))(2.0))(1.0)
        hessian(bowl)([1.0, 2.0, 3.0])
        hvp(bowl, ([1.0, 2.0, 3.0],), ([1.0, 0.0, 0.0],))
        vjp(bowl, [1.0, 2.0, 3.0])[1](1.0)

    everything()
    gc.collect()
    gc.disable()
    try:
        everything()
        assert gc.collect() == 0
    finally:
        gc.enable()


# The learner's own Values ----------------------------------------------------------------------------------


def test_weights_in_a_closure_keep_their_grad():
    w, b = values(w=2.0, b=3.0)
    w.grad = 7.0
    loss = w * b
    grad(lambda x: w * x + b * x * loss)(1.0)
    hessian(lambda x: w * x * x * b)(1.0)
    hvp(lambda x: w * x * x, (1.0,), (1.0,))
    assert (w.grad, b.grad, loss.grad) == (7.0, None, None)


def test_weights_in_a_closure_can_be_differentiated_through_a_gradient():
    w = Value(2.0, label="w")
    gradient = grad(lambda x: sin(w * x))(0.5)  # w·cos(wx)
    assert isinstance(gradient, Value)
    gradient.backward()
    assert w.grad == pytest.approx(math.cos(1.0) - math.sin(1.0), rel=1e-14)


def test_under_no_grad_the_result_is_a_float_and_the_function_is_still_recorded():
    w = Value(2.0)
    with no_grad():
        gradient = grad(lambda x: w * x * x)(3.0)
        assert type(gradient) is float
        assert gradient == 12.0
        assert grad(lambda v: v * v)(w) == 4.0


def test_no_grad_inside_the_function_cuts_it():
    def f(x):
        with no_grad():
            constant = x * x
        return constant * x

    assert grad(f)(3.0) == 9.0


def test_detach_inside_the_function_cuts_it_and_stays_a_float():
    gradient = grad(lambda x: x * (x * x).detach())(3.0)
    assert type(gradient) is float
    assert gradient == 9.0


def test_values_that_the_function_makes_itself_are_constants():
    gradient = grad(lambda x: (x - Value(1.0)) * Value(2.0))(3.0)
    assert type(gradient) is float
    assert gradient == 2.0


def test_a_value_as_argument_gives_a_value_that_can_be_differentiated():
    x = Value(3.0, label="x")
    gradient = grad(lambda x: x * x * x)(x)
    assert isinstance(gradient, Value)
    assert x.grad is None
    gradient.backward()
    assert (gradient.data, x.grad) == (27.0, 18.0)


def test_an_object_array_of_values_gives_one():
    w = autograd.array([1.0, 2.0], label="w")
    gradient = grad(lambda w: (w * w * w).sum())(w)
    assert gradient.dtype == object
    gradient.sum().backward()
    np.testing.assert_array_equal(autograd.grads(w), [6.0, 12.0])


def test_a_gradient_is_never_the_learners_own_node():
    w = Value(2.0)
    with_weight = grad(lambda x: w * x)(1.0)
    assert with_weight is not w
    assert with_weight.data == 2.0
    with no_grad():
        with_weight *= 3.0
    assert w.data == 2.0


def test_the_same_value_twice_is_two_inputs():
    x = Value(3.0)
    first, second = grad(lambda a, b: a * a * b, argnums=(0, 1))(x, x)
    assert (first.data, second.data) == (18.0, 9.0)


def test_assigning_a_weight_does_not_make_the_next_gradient_stale():
    w = Value(2.0)
    f = grad(lambda x: w * x * x)
    assert f(1.0).data == 4.0
    w.data = 5.0
    assert f(1.0).data == 10.0


def test_the_inputs_of_the_caller_are_left_alone():
    x, array = [1.0, 2.0], np.array([1.0, 2.0])
    grad(lambda x, a: x[0] * a[1])(x, array)
    assert x == [1.0, 2.0]
    np.testing.assert_array_equal(array, [1.0, 2.0])


# vjp, jacobian, hessian, hvp -------------------------------------------------------------------------------


def test_vjp_gives_the_value_and_pulls_cotangents_back_any_number_of_times():
    value, pull = vjp(lambda x, w: {"a": x * w[0], "b": [x + w[1]]}, 2.0, [3.0, 5.0])
    assert value == {"a": 6.0, "b": [7.0]}
    assert pull({"a": 1.0, "b": [0.0]}) == (3.0, [2.0, 0.0])
    assert pull({"b": [1.0], "a": 10.0}) == (31.0, [20.0, 1.0])


def test_vjp_with_arrays_is_the_product_from_the_left():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    value, pull = vjp(lambda x: matrix @ x, np.array([1.0, -1.0]))
    np.testing.assert_array_equal(value, [-1.0, -1.0, -1.0])
    np.testing.assert_array_equal(pull(np.array([1.0, 10.0, 100.0]))[0], [531.0, 642.0])


def test_a_cotangent_may_be_a_value_of_an_outer_derivative():
    _, pull = vjp(lambda x: x * x, 3.0)
    assert grad(lambda c: pull(c * c)[0])(2.0) == 24.0


def test_vjp_inside_grad_is_differentiated():
    assert grad(lambda x: vjp(lambda y: y * y * x, x)[1](1.0)[0])(3.0) == 12.0  # d/dx 2x²


def test_pulling_after_a_weight_was_assigned_is_refused():
    w = Value(2.0, label="w")
    _, pull = vjp(lambda x: w * x, 3.0)
    w.data = 5.0
    with pytest.raises(StaleGraphError, match='"w"'):
        pull(1.0)


@pytest.mark.parametrize(
    ("cotangent", "message"),
    [
        (
            [1.0],
            r"One cotangent is needed for each of the 2 numbers.*got 1: there is none for the result\[1\]",
        ),
        ([1.0, 2.0, 3.0], r"got 3: there is one for the result\[2\], which is not there"),
        (1.0, r"there is none for the result\[0\]"),
    ],
)
def test_a_cotangent_that_does_not_fit_is_refused(cotangent, message):
    _, pull = vjp(lambda x: [x, x * x], 3.0)
    with pytest.raises(ValueError, match=message):
        pull(cotangent)


def test_jacobian_of_lists_is_a_list_of_lists():
    assert jacobian(lambda x: [x[0] * x[1], x[0] + x[1], x[1]])([2.0, 3.0]) == [
        [3.0, 2.0],
        [1.0, 1.0],
        [0.0, 1.0],
    ]


def test_jacobian_of_arrays_has_the_shape_of_the_result_then_of_the_input():
    a = np.arange(6.0).reshape(2, 3)
    jac = jacobian(lambda x: a @ x)(np.ones((3, 4)))
    assert jac.shape == (2, 4, 3, 4)
    np.testing.assert_array_equal(jac, np.einsum("ij,kl->ikjl", a, np.eye(4)))


def test_jacobian_mixes_structures_as_jax_does():
    jac = jacobian(lambda x, p: {"y": x * p["w"], "z": x[0]}, argnums=(0, 1))(
        np.array([1.0, 2.0]), {"w": 3.0}
    )
    np.testing.assert_array_equal(jac["y"][0], [[3.0, 0.0], [0.0, 3.0]])
    np.testing.assert_array_equal(jac["y"][1]["w"], [1.0, 2.0])
    np.testing.assert_array_equal(jac["z"][0], [1.0, 0.0])
    assert jac["z"][1] == {"w": 0.0}


def test_jacobian_of_one_number_by_one_number_is_a_number():
    assert jacobian(lambda x: x * x)(3.0) == 6.0


@given(vectors)
def test_jacobians_by_forward_and_by_reverse_mode_are_transposes_of_each_other_for_gradients(x):
    def two(x):
        return [tanh(x[0] * x[1]), exp(x[2]) * x[0]]

    wide = jacobian(two)(x)  # two sweeps backwards
    tall = [
        jacobian(lambda t, i=i: two([*x[:i], t, *x[i + 1 :]]))(x[i]) for i in range(3)
    ]  # one sweep forwards each
    for i in range(3):
        assert [row[i] for row in wide] == pytest.approx(tall[i], rel=1e-14, abs=1e-15)


def test_hessian_of_a_list_is_symmetric_and_right():
    x = [0.5, -0.3, 0.8]
    expected = [
        [2 * x[1], 2 * x[0], math.cos(x[2])],
        [2 * x[0], 0, 0],
        [math.cos(x[2]), 0, -math.sin(x[2]) * x[0]],
    ]
    np.testing.assert_allclose(hessian(bowl)(x), expected, rtol=1e-15)


def test_hessian_of_an_array_is_a_matrix():
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    np.testing.assert_array_equal(hessian(lambda x: 0.5 * (x @ a @ x))(np.array([1.0, -2.0])), a)


def test_hessian_by_several_arguments_is_a_tuple_of_tuples():
    result = hessian(lambda x, y: x * x * y, argnums=(0, 1))(2.0, 3.0)
    assert result == ((6.0, 4.0), (4.0, 0.0))


def test_hessian_with_weights_in_a_closure_is_made_of_values():
    w = Value(2.0)
    matrix = hessian(lambda x: w * w * x * x)(3.0)
    matrix.backward()
    assert (matrix.data, w.grad) == (8.0, 8.0)


@given(vectors, vectors)
def test_hvp_is_the_hessian_times_the_vector(x, v):
    expected = np.array(hessian(bowl)(x)) @ v
    np.testing.assert_allclose(hvp(bowl, (x,), (v,)), expected, rtol=1e-13, atol=1e-14)


def test_hvp_needs_tuples():
    with pytest.raises(TypeError, match=r"primals are a tuple .*write \(3\.0,\)"):
        hvp(lambda x: x * x, 3.0, 1.0)


def test_hvp_over_several_arguments_covers_them_all():
    assert hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 10.0)) == (46.0, 4.0)


def mean_square(rows, targets):
    """The notes' cost of a linear model; its parameters are the weights, then the bias."""

    def cost(p):
        *w, b = p
        return sum((y - (dot(w, x) + b)) ** 2 for x, y in zip(rows, targets, strict=True)) / len(rows)

    return cost


FX_A = mean_square([(1, 3), (2, 4)], [5, 8])
FX_B = mean_square([(1, 0, 2), (2, 1, -1), (3, 0, 1), (4, 1, 0)], [1, 2, 3, 5])
FX_LINE = mean_square([(1,), (2,), (3,), (4,)], [2, 3, 5, 6])


@pytest.mark.row("S000-28")
@pytest.mark.parametrize("place", [0.0, 1.0, -3.0])
def test_the_cost_of_linear_regression_is_a_bowl_with_the_notes_curvatures(place):
    curvatures = np.linalg.eigvalsh(hessian(FX_B)([place, 0.2, 0.3, 0.4]))
    np.testing.assert_allclose(
        curvatures,
        [0.059282260883346746, 0.3071391417458678, 3.1393988155706123, 17.494179781800174],
        rtol=1e-12,
    )
    line = np.linalg.eigvalsh(hessian(FX_LINE)([place, 1.0]))
    np.testing.assert_allclose(line, [0.29939027, 16.70061], rtol=1e-7)


@pytest.mark.row("S000-16")
def test_the_directional_derivative_of_the_notes_example_by_forward_mode():
    cost, slope = jvp(FX_A, ([0.5, -1.0, 0.25],), ([1.0, 1.0, 1.0],))
    assert (cost, slope) == (84.0625, -111.5)
    assert sum(grad(FX_A)([0.5, -1.0, 0.25])) == -28.75 - 64.75 - 18.0


@pytest.mark.row("S003-28")
def test_the_squared_loss_of_a_logistic_model_bends_down_and_cross_entropy_never_does():
    def squared(z):
        return 0.5 * (sigmoid(z) - 1) ** 2

    def cross_entropy(z):
        return -logsigmoid(z)

    z = [-3.0, -2.0, -1.0, 0.0, 1.0]
    np.testing.assert_allclose(
        [grad(grad(squared))(x) for x in z],
        [-0.036911325, -0.059407084, -0.027766084, 0.0625, 0.063091664],
        atol=5e-10,  # the notes' digits
    )
    np.testing.assert_allclose(
        [grad(grad(cross_entropy))(x) for x in z],
        [0.04517666, 0.10499359, 0.19661193, 0.25, 0.19661193],
        atol=5e-9,
    )


# Kinks, branches, modes ------------------------------------------------------------------------------------


def test_branches_of_python_are_followed():
    f = grad(lambda x: x * x if x > 0 else -x)
    assert (f(3.0), f(-3.0)) == (6.0, -1.0)


def test_the_branch_not_taken_gives_no_nan():
    def f(x):
        return where(x > 0, log(where(x > 0, x, 1.0)), 0.0)

    assert grad(f)(-1.0) == 0.0
    assert grad(f)(2.0) == 0.5
    assert hessian(f)(2.0) == -0.25


def test_the_chosen_partial_at_a_kink_is_the_same_at_first_and_second_order():
    assert grad(relu)(0.0) == 0.0
    assert grad(grad(lambda x: relu(x) * x))(0.0) == 0.0


def test_anomalies_are_named_in_the_sweep_of_a_transform():
    w = Value(1.0)
    with detect_anomaly():
        with pytest.raises(AnomalyError, match="sqrt"):
            grad(lambda x: sqrt(x) * 2)(0.0)
        assert grad(lambda x: x * x)(2.0) == 4.0
        assert vjp(lambda x: x * x, 2.0)[1](w)[0].data == 4.0
    assert grad(lambda x: sqrt(x) * 2)(0.0) == math.inf


def test_errors_name_the_argument():
    with pytest.raises(DomainError, match=r'got x = -1 at "p\[\'a\'\]"'):
        grad(lambda p: log(p["a"]))({"a": -1.0})


def test_a_failing_function_leaves_no_trace():
    w = Value(2.0)
    with no_grad(), pytest.raises(DomainError):
        grad(lambda x: log(x * w))(-1.0)
    assert (w * w).op is not None


# Errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda x: [x, x], "grad needs a function that returns one number, got a list of 2.*jacobian"),
        (lambda x: np.array([x, x, x]), "got an array of 3"),
        (lambda x: {"loss": x}, "got a dict of 1"),
        (lambda x: None, "the result cannot be used.*Was a result or an argument forgotten"),
        (lambda x: "x", "the result cannot be used.*the text 'x'"),
    ],
)
def test_grad_needs_one_number_as_result(result, message):
    with pytest.raises(TypeError, match=message):
        grad(result)(1.0)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("3", "x cannot be used: .*the text '3'"),
        ([1.0, None], r"x\[1\] cannot be used"),
        ({"a": [1j]}, r"x\['a'\]\[0\] cannot be used"),
        (np.array([True]), "x is an array of bool; derivatives are taken of real numbers"),
        (np.array(["a"]), "x is an array of <U1"),
        (np.array([[1.0, None]], dtype=object), r"x\[0\]\[1\] cannot be used"),
        ({1.0}, "x cannot be used"),
    ],
)
def test_inputs_that_are_no_numbers_are_refused_with_their_place(argument, message):
    with pytest.raises(TypeError, match=message):
        grad(lambda x: 1.0)(argument)


def test_an_array_inside_an_array_of_objects_is_refused():
    ragged = np.empty(1, dtype=object)
    ragged[0] = np.array([1.0, 2.0])
    with pytest.raises(TypeError, match=r"x\[0\] cannot be used: it is an array inside an array"):
        grad(lambda x: 1.0)(ragged)


@pytest.mark.parametrize("argnums", [1, -2, (0, 5)])
def test_argnums_beyond_the_arguments_are_refused(argnums):
    with pytest.raises(
        ValueError, match=r"asks for argument number -?\d, .*called with 1 positional argument\."
    ):
        grad(lambda x: x, argnums=argnums)(1.0)


def test_a_derived_function_says_what_it_is():
    def loss(w):
        return w * w

    assert grad(loss).__name__ == "grad(loss)"
    assert hessian(loss).__doc__ == "The hessian of loss, made by autograd.hessian."
    assert grad(sin).__name__ == "grad(sin)"


def test_argnums_of_numpy_count_like_others():
    f = lambda x, y: x * x * y  # noqa: E731
    assert grad(f, np.int64(1))(3.0, 2.0) == 9.0
    assert hessian(f, np.int64(0))(3.0, 2.0) == 4.0
    assert grad(f, (np.int64(0), -1))(3.0, 2.0) == (12.0, 9.0)


@pytest.mark.parametrize("argnums", [(0, 0), (0, -2), [1, 0, 1]])
@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian])
def test_an_argument_asked_for_twice_is_refused(transform, argnums):
    with pytest.raises(ValueError, match=r"argument number [01] twice.*Name each argument once"):
        transform(lambda x, y: x * y, argnums)(2.0, 3.0)


@pytest.mark.parametrize("argnums", ["x", None, 1.0, (0.5,), ("x",), (True,)])
def test_argnums_that_are_no_whole_numbers_are_refused(argnums):
    with pytest.raises(TypeError, match=r"argnums .*whole number"):
        grad(lambda x, y: x * y, argnums)(2.0, 3.0)
