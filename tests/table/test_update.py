"""An optimiser's step as text: what it needs, how it runs on floats and arrays, and what it refuses."""

import math
import pickle
import sys

import numpy as np
import pytest
from autograd.errors import FormulaError

from autograd.table.update import Update

MOMENTUM = Update("v = beta*v - lr*g\np = p + v", ahead="p + beta*v")
ADAM = Update("""
    m = beta1*m + (1 - beta1)*g
    v = beta2*v + (1 - beta2)*g**2
    d = sqrt(v/(1 - beta2**t)) + eps
    p = p - lr*(m/(1 - beta1**t))/d
""")


def test_state_is_what_is_read_before_it_is_set_and_hyper_parameters_are_never_set():
    assert (MOMENTUM.state, MOMENTUM.hyper) == (("v",), ("beta",))
    assert (ADAM.state, ADAM.hyper) == (("m", "v"), ("beta1", "beta2", "eps"))
    assert Update("p = p - lr*g").state == ()
    assert Update("g = g + decay*p\np = p - lr*sign(g)").hyper == ("decay",)


def test_a_step_by_hand_comes_out_on_floats_and_on_arrays():
    assert MOMENTUM(1.0, 2.0, (0.5,), 0.25, 1, {"beta": 0.5}) == (0.75, (-0.25,))
    p, (v,) = MOMENTUM(
        np.array([1.0, 0.0]), np.array([2.0, 4.0]), (np.array([0.5, 1.0]),), 0.25, 1, {"beta": 0.5}
    )
    assert (p.tolist(), v.tolist()) == ([0.75, -0.5], [-0.25, -0.5])


def test_the_number_of_updates_may_differ_from_parameter_to_parameter():
    hyper = {"beta1": 0.9, "beta2": 0.99, "eps": 0.0, "unused": 1.0}
    g, zero = np.array([2.0, -3.0]), np.zeros(2)
    p, _ = ADAM(zero, g, (zero, zero), 0.5, np.array([1.0, 2.0]), hyper)
    alone = [ADAM(0.0, g[i], (0.0, 0.0), 0.5, float(i + 1), hyper)[0] for i in range(2)]
    assert p == pytest.approx(alone, rel=1e-15)


def test_looking_ahead_is_a_text_too():
    assert MOMENTUM.point(1.0, (0.5,), {"beta": 0.5}) == 1.25
    p = np.ones(2)
    assert ADAM.point(p, (p, p), {}) is p


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("where(g > 1, 1, g)", [0.5, 1.0, 1.0]),
        ("sign(g - 1)*pi", [-math.pi, 0.0, math.pi]),
        ("maximum(g, 1) + minimum(g, 1)", [1.5, 2.0, 4.0]),
        ("sigmoid(g) - sigmoid(g)", [0.0, 0.0, 0.0]),  # NumPy has none: the kernel of floats is mapped
        ("log(exp(g*log(2)))/log(2) - abs(-2)**2", [-3.5, -3.0, -1.0]),
        ("erf(g - g) + floor(g)", [0.0, 1.0, 3.0]),
    ],
)
def test_the_functions_of_the_table_work_on_arrays(formula, expected):
    p, _ = Update(f"p = {formula}")(0.0, np.array([0.5, 1.0, 3.0]), (), 0.1, 1.0, {})
    assert np.asarray(p) == pytest.approx(expected, rel=1e-14)


def test_equal_texts_are_equal_and_survive_pickling():
    assert Update("  v = beta*v - lr*g  \n\n p = p + v", "p + beta*v") == MOMENTUM
    assert hash(pickle.loads(pickle.dumps(MOMENTUM))) == hash(MOMENTUM)
    assert str(MOMENTUM) == "v = beta*v - lr*g\np = p + v"


def test_a_text_is_written_in_latex():
    assert ADAM.latex.splitlines() == [
        r"\begin{aligned}",
        r"m &\leftarrow \beta_{1} \cdot m + \left(1 - \beta_{1}\right) \cdot g \\",
        r"v &\leftarrow \beta_{2} \cdot v + \left(1 - \beta_{2}\right) \cdot {g}^{2} \\",
        r"d &\leftarrow \sqrt{\frac{v}{1 - {\beta_{2}}^{t}}} + \epsilon \\",
        r"\theta &\leftarrow \theta - \frac{\alpha \cdot \frac{m}{1 - {\beta_{1}}^{t}}}{d}",
        r"\end{aligned}",
    ]
    where = Update("p = p - lr*where(g > pi, sigmoid(m), erfc(-g))\nm = g")
    assert where._repr_latex_() == (
        "$\\begin{aligned}\n\\theta &\\leftarrow \\theta - \\alpha \\cdot \\left[\\sigma(m)\\ "
        "\\text{if}\\ g > \\pi\\ \\text{else}\\ \\operatorname{erfc}(-g)\\right] \\\\\nm &\\leftarrow g\n"
        "\\end{aligned}$"
    )


@pytest.mark.parametrize(
    ("text", "point", "error", "message"),
    [
        ("v = beta*v", "p", ValueError, r"An update sets p, in a line p = ...; this .* not: 'v = beta\*v'"),
        ("p", "p", FormulaError, r"'p' is not a formula of the table: A line of an update is name = formula"),
        ("p = p - lr*g[0]", "p", FormulaError, "not a formula of the table"),
        ("p = p - lr*g", "p + lr*g", ValueError, "The point .* reads g, lr, which belong to the step"),
        ("p = p - lr*sgn(g)", "p", ValueError, r"sgn is no kernel of single .* sign, "),
        ("p = p - lr*clip(g, -1, 1)", "p", FormulaError, "clip is no kernel of single numbers"),
        ("p = p - lr*sign(g, p)", "p", FormulaError, r"The operands are sign\(x\)"),
        ("p = p - lr*max(g)", "p", ValueError, "max is no kernel of single numbers"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_read_is_refused(text, point, error, message):
    with pytest.raises(error, match=message):
        Update(text, point)


def test_state_below_the_smallest_normal_number_is_zero_for_floats_and_arrays():
    least = sys.float_info.min
    before = [least, -least, 1.5 * least, 4.0 * least, -4.0 * least, math.inf, math.nan]
    after = [0.0, 0.0, 0.0, 2.0 * least, -2.0 * least, math.inf, math.nan]
    p, (v,) = MOMENTUM(np.zeros(7), np.zeros(7), (np.array(before),), 0.1, 1.0, {"beta": 0.5})
    np.testing.assert_array_equal(v, after)
    np.testing.assert_array_equal(p, 0.5 * np.array(before))  # a parameter keeps what digits there are
    for start, end in zip(before[:6], after, strict=False):
        assert MOMENTUM(0.0, 0.0, (start,), 0.1, 1.0, {"beta": 0.5}) == (0.5 * start, (end,))
