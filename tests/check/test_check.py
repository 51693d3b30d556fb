"""`gradcheck` finds what is wrong, by a thousandth too, and does not cry wolf."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    DomainError,
    GradientError,
    Primitive,
    Value,
    cbrt,
    cos,
    dot,
    equal,
    exp,
    floor,
    grad,
    gradcheck,
    greater,
    greater_equal,
    heaviside,
    hypot,
    leaky_relu,
    less,
    less_equal,
    log,
    maximum,
    no_grad,
    not_equal,
    relu,
    sign,
    sin,
    sinh,
    softmax,
    sqrt,
    tanh,
    values,
)
from autograd.check.differences import Sample, judge
from autograd.table.primitive import kinks

wrong_square = Primitive("wrong_square", ("x",), "x * x", ("2.002 * x",))


def statuses(f, *inputs):
    return [entry.verdict.status for entry in gradcheck(f, inputs, raise_exception=False).entries]


def noisy(f):
    """Sample a function of floats whose values are right to one unit in the last place."""

    def sample(t):
        try:
            value = f(t)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return Sample(value, 2.0**-52 * abs(value))

    return sample


# What is right -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "inputs"),
    [
        (exp, (20.0,)),
        (exp, (-20.0,)),
        (lambda x: x * x, (1e-8,)),
        (lambda x: sin(1e8 * x), (1e-8,)),
        (lambda x: log(x), (1e-20,)),
        (lambda x: x * 3, (1e-310,)),
        (lambda x: 1 / x, (1e-3,)),
        (lambda x: x**50, (1.0,)),
        (lambda x: 1e10 + x, (0.5,)),
        (lambda x: 1e-300 * x, (1.0,)),
        (lambda x: sin(x), (1e10,)),
        (tanh, (100.0,)),
        (cos, (0.0,)),
        (lambda x: x * x * x, (0.0,)),
        (lambda x: relu(x), (1e-9,)),
        (lambda x: relu(x - 1), (1 + 1e-9,)),
        (lambda x: relu(x) * relu(x), (0.0,)),
        (lambda x: sqrt(x * x + 1e-20), (0.0,)),
        (lambda x, y: hypot(x, y), (1e-5, 2e5)),
        (lambda x: 3.0, (1.0,)),
    ],
)
def test_right_derivatives_agree_at_any_scale(f, inputs):
    assert set(statuses(f, *inputs)) == {"agree"}


@pytest.mark.parametrize("f", [sqrt, cbrt, lambda x: sqrt(sqrt(x))])
def test_an_infinite_slope_agrees_with_an_infinite_partial(f):
    (entry,) = gradcheck(f, (0.0,)).entries
    assert (entry.verdict.status, entry.verdict.claimed) == ("agree", math.inf)


def test_one_sided_differences_judge_at_the_edge_of_the_domain():
    assert statuses(lambda x: x**1.5, 0.0) == ["agree"]
    assert statuses(lambda x: x * sqrt(x) + 3 * x, 0.0) == [
        "wrong rule"
    ]  # 0·inf: the product rule is nan there


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_no_wolf_is_cried_at_random_points(x):
    def f(x):
        p = softmax([x[0] * x[1], sin(x[2]), x[0]])
        return [dot(p, x, tanh(x[0])), exp(x[1]) / (1 + x[2] * x[2]), p[0] * 1e5 - p[1]]

    assert set(statuses(f, x)) == {"agree"}


@given(st.floats(0.01, 100), st.floats(-8, 8))
def test_no_wolf_is_cried_at_any_magnitude(x, exponent):
    scale = 10.0**exponent
    assert statuses(lambda x: scale * log(1 + x / scale) + x * cos(x / scale), x) == ["agree"]


def test_a_slope_that_rounding_hides_agrees_with_0():
    assert statuses(lambda x: x * x - x * x, 3.0) == ["agree"]
    assert statuses(lambda x: cos(x) - 1, 0.0) == ["agree"]
    assert statuses(lambda x: 1 / (1 + exp(-x)), 300.0) == ["agree"]


def test_a_rule_is_blamed_in_a_graph_with_numbers_that_are_not_finite():
    report = gradcheck(lambda x: wrong_square(x) + exp(-exp(exp(x))), (8.0,), raise_exception=False)
    assert "wrong_square" in str(report)


# What is wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [1.0, -3.0, 1e-8, 1e8])
def test_a_rule_wrong_by_a_thousandth_is_caught_and_blamed(x):
    with pytest.raises(GradientError) as caught:
        gradcheck(lambda x: 3 * wrong_square(x), (x,))
    message = str(caught.value)
    for part in ("wrong rule", "0.1 % off", "To blame: the rule of wrong_square by x, '2.002 * x', gives"):
        assert part in message


def test_a_rule_from_python_functions_is_checked_too():
    cube = Primitive("cube", ("x",), "", (), from_callables=(lambda x: x**3, lambda x: (3.003 * x * x,)))
    with pytest.raises(GradientError, match=r"To blame: the rule of cube by x gives 12\.012 at x = 2"):
        gradcheck(cube, (2.0,))


def test_the_rule_of_one_operand_of_many_is_blamed():
    wrong = Primitive(
        "wrong_dot", ("w", "x", "b"), "dot(w, x) + b", ("x[j]", "w[j]", "1.001"), sequences=("w", "x")
    )
    report = gradcheck(lambda b: wrong([1.0, 2.0], [3.0, b], b), (0.5,), raise_exception=False)
    assert not report
    assert "the rule of wrong_dot by b, '1.001'," in str(report)


def test_a_graph_that_was_cut_is_suspected():
    with pytest.raises(GradientError, match=r"No gradient arrives.*\.data, detach\(\), no_grad\(\)"):
        gradcheck(lambda x: math.exp(x.data), (1.0,))


def test_choices_at_kinks_that_do_not_add_up_are_told_from_wrong_rules():
    with pytest.raises(GradientError, match="choices at the kinks inside need not add up"):
        gradcheck(lambda x: relu(x) - relu(-x), (0.0,))  # the identity, whose derivative 1 we give as 0


def test_a_partial_outside_the_slopes_of_a_kink_is_wrong():
    steep = Primitive("steep", ("x",), "where(x <= 0, 0, x)", ("where(x <= 0, 2, 1)",))
    with pytest.raises(GradientError, match="left slope 0, right slope 1, ours 2"):
        gradcheck(steep, (0.0,))


def test_nan_is_wrong_where_the_function_has_a_slope():
    nan = Primitive("nan_rule", ("x",), "x * x", ("log(x - x) * 0",))
    assert statuses(nan, 1.0) == ["wrong rule"]


def test_a_finite_partial_is_wrong_where_the_slope_is_infinite():
    root = Primitive("root", ("x",), "sqrt(x)", ("5",), undefined="x < 0", needs="x >= 0")
    assert statuses(root, 0.0) == ["wrong rule"]


def test_wrong_derivatives_are_only_reported_when_asked():
    report = gradcheck(lambda x, y: wrong_square(x) * y, (1.0, 2.0), raise_exception=False)
    assert [entry.verdict.status for entry in report.entries] == ["wrong rule", "agree"]
    assert not report.ok
    assert not report


# Kinks, jumps, and what cannot be decided ------------------------------------------------------------------


@pytest.mark.parametrize("f", [log, sqrt, cbrt, relu, lambda x: log(x * x)])
@pytest.mark.parametrize("x", [1e-150, 1e-120])
def test_a_right_rule_agrees_however_small_the_input(f, x):
    assert statuses(f, x) == ["agree"]


@given(x=st.floats(1e16, 1e300))
def test_where_a_function_turns_within_every_step_nothing_is_called_wrong(x):
    for f in (sin, cos, lambda t: sin(t) * t, lambda t: exp(sin(t))):
        assert statuses(f, x)[0] in ("step too large", "agree")


def test_jumps_that_large_steps_go_over_are_seen_by_small_ones():
    assert statuses(floor, 1e10) == ["kink here"]


@pytest.mark.parametrize("x", [1e-250, 1e-290, 1e-300, 1e-307, 1e-320])
@pytest.mark.parametrize("row", [less, less_equal, greater, greater_equal, equal, not_equal])
def test_a_jump_is_seen_however_small_the_input(row, x):
    assert statuses(row, x, x) == ["kink here", "kink here"]


@pytest.mark.parametrize("x", [1e-290, 1e-307, 1e-320])
@pytest.mark.parametrize("height", [1e-10, 1.0, 1e10])
def test_slopes_that_overflow_agree_with_nothing(height, x):
    jump = judge(lambda t: Sample(math.copysign(height, t - x) if t != x else 0.0, 0.0), x, 0.0)
    assert jump.status == "kink here"


def test_what_is_said_of_the_choice_at_a_kink_is_the_partial_that_the_row_computes():
    leaky = gradcheck(lambda x: leaky_relu(x, 0.2), (0.0,))
    assert "ours 0.2" in str(leaky)
    assert "At x == 0 we choose 0.2: the slope of the left side, as PyTorch." in str(leaky)
    tie = gradcheck(lambda x: autograd.max(x), ([1.0, 1.0, 0.0],))
    assert "At count > 1 we choose 0.5, 0.5, 0: a tie is split evenly." in str(tie)


@pytest.mark.parametrize(
    ("f", "x", "left", "right", "ours"),
    [
        (relu, 0.0, 0.0, 1.0, 0.0),
        (abs, 0.0, -1.0, 1.0, 0.0),
        (leaky_relu, 0.0, 0.01, 1.0, 0.01),
        (lambda x: maximum(x, 2.0), 2.0, 0.0, 1.0, 0.5),
        (lambda x: 3 * relu(x - 1e3) + 5, 1e3, 0.0, 3.0, 0.0),
        (lambda x: autograd.max([x, 1.0, 1.0]), 1.0, 0.0, 1.0, 1 / 3),
        (lambda x: hypot(x, 0.0), 0.0, -1.0, 1.0, 0.0),
        (heaviside, 0.0, 0.0, math.inf, 0.0),
        (sign, 0.0, math.inf, math.inf, 0.0),
        (floor, 2.0, math.inf, 0.0, 0.0),
    ],
)
def test_a_kink_is_reported_with_both_slopes_and_our_choice_and_is_not_wrong(f, x, left, right, ours):
    report = gradcheck(f, (x,))
    verdict = report.entries[0].verdict
    assert (verdict.status, verdict.claimed) == ("kink here", ours)
    assert (verdict.left, verdict.right) == pytest.approx((left, right), rel=1e-6)
    assert "At a kink: " in str(report)


def test_the_report_says_what_was_chosen_at_the_kink_and_why():
    text = str(gradcheck(lambda x: 2 * relu(x), (0.0,)))
    assert "left slope 0, right slope 2, ours 0" in text
    assert "At a kink: relu(x). At x == 0 we choose 0: the smallest subgradient, as PyTorch." in text


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: sin(1e20 * x), 0.0),
        (lambda x: sin(sinh(x)), -202.0),  # the argument of the sine is known to 1e71
    ],
)
def test_a_function_that_bends_too_fast_or_is_too_noisy_is_undecided_and_not_wrong(f, x):
    report = gradcheck(f, (x,))
    assert report.entries[0].verdict.status == "step too large"
    assert "they settled at no step" in str(report)


def test_a_function_defined_at_one_point_only_is_undecided():
    point = Primitive("point", ("x",), "x", ("1",), undefined="x != 2", needs="x = 2")
    report = gradcheck(point, (2.0,))
    assert report.entries[0].verdict.status == "step too large"
    assert "no finite values beside this point" in str(report)


def test_nodes_know_the_kinks_that_they_sit_at():
    assert [kink.at for kink in kinks(autograd.clip(Value(1.0), 0.0, 1.0))] == ["x == high"]
    assert [kink.at for kink in kinks(autograd.max([Value(1.0), 1.0]))] == ["count > 1"]
    assert kinks(Value(0.0)) == kinks(Value(0.0) + 1) == kinks(abs(Value(2.0))) == []


# Structure and manners -------------------------------------------------------------------------------------


def test_every_result_is_compared_with_every_input():
    def line(p, x):
        return {"y": p["w"] @ x, "bias": [p["b"]]}

    report = gradcheck(line, ({"w": np.array([1.0, 2.0]), "b": 3.0}, np.array([4.0, 5.0])))
    names = {f"d {entry.result}/d {entry.input}" for entry in report.entries}
    assert len(report.entries) == 2 * 5
    assert {"d line['y']/d p['w'][1]", "d line['bias'][0]/d x[0]"} <= names
    assert report.ok


def test_a_single_argument_needs_no_tuple():
    assert gradcheck(lambda x: x * x, 3.0)
    assert gradcheck(lambda x: x @ x, np.array([1.0, 2.0]))
    assert gradcheck(lambda p: p["a"] * p["a"], {"a": 1.0})


def test_values_may_be_given_and_weights_may_stand_in_a_closure():
    x, w = values(x=0.5, w=2.0)
    report = gradcheck(lambda x: sin(w * x), (x,))
    assert report
    assert (x.grad, w.grad) == (None, None)


def test_gradcheck_works_under_no_grad_and_on_derivatives():
    with no_grad():
        assert gradcheck(grad(lambda x: sin(x) * x * x), (0.7,))
    assert gradcheck(grad(grad(lambda x: sin(x) * x * x)), (0.7,))


def test_the_text_of_the_report():
    assert repr(gradcheck(lambda x, y: [x * y, x], (3.0, 2.0))) == (
        "gradcheck of f: 4 agree\n"
        "  d f[0]/d x  agree           ours 2, differences 2 ± 2e-06\n"
        "  d f[1]/d x  agree           ours 1, differences 1 ± 1e-06\n"
        "  d f[0]/d y  agree           ours 3, differences 3 ± 3e-06\n"
        "  d f[1]/d y  agree           ours 0, differences 0 ± 0"
    )
    report = gradcheck(lambda x: x, (1.0,))
    assert str(report.entries[0]) == "d f/d x: agree: ours 1, differences 1 ± 1e-06"


def test_a_long_report_leaves_out_what_agrees():
    text = str(gradcheck(lambda x: x @ x + relu(x[0]), (np.arange(30.0),)))
    assert "29 agree" in text
    assert "kink here" in text
    assert "... and 9 more that agree" in text
    assert len(text.splitlines()) == 1 + 1 + 20 + 1 + 1


def test_no_inputs_are_nothing_wrong():
    assert str(gradcheck(lambda: 1.0, ())) == "gradcheck of f: no inputs"


def test_chance_in_the_function_is_found():
    dice = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"differences would measure chance.*set a seed"):
        gradcheck(lambda x: x * dice.random(), (1.0,))


def test_a_function_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match=r"gives inf at these inputs \(the result\[1\]\)"):
        gradcheck(lambda x: [x, exp(x)], (1000.0,))


def test_a_point_outside_the_domain_is_a_domain_error():
    with pytest.raises(DomainError, match='got x = -1 at "x"'):
        gradcheck(log, (-1.0,))


@given(st.floats(-4, 4), st.sampled_from([0.999, 1.001, -1.0, 0.0, 2.0]))
def test_the_judge_catches_every_slope_that_is_off_by_a_thousandth(x, factor):
    slope = math.exp(x) + 2 * x
    wrong = factor * slope if abs(slope) > 1e-3 else slope + 1.0
    sample = noisy(lambda t: math.exp(t) + t * t)
    assert judge(sample, x, slope).status == "agree"
    assert judge(sample, x, wrong).status == "wrong rule"
