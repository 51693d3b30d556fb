"""Losses in the tails, against mpmath: exact where they promise it, finite and useful elsewhere."""

import math
import operator

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from autograd.table.language import Reader
from nn.losses import bce, bce_with_logits, ce, ce_with_logits
from nn.losses.rows import bce_row, bce_with_logits_row, surprisal

logit = st.floats(-800, 800)
ULP = 2.0**-52


def softplus(z):
    return mpmath.log1p(mpmath.exp(mpmath.mpf(z)))


@given(logit, st.sampled_from([0.0, 1.0]))
def test_bce_with_logits_is_exact_in_both_tails_with_its_gradient(z, y):
    with mpmath.workdps(400):
        exact = y * softplus(-z) + (1 - y) * softplus(z)
        slope = 1 / (1 + mpmath.exp(-mpmath.mpf(z))) - y
    leaf = Value(z)
    loss = bce_with_logits(leaf, y)
    loss.backward()
    # softplus: exp, log1p and a sum, one ulp each; the same for the sigmoid's exp, sum and quotient.
    assert loss.data == pytest.approx(float(exact), rel=4 * ULP, abs=1e-320)
    assert leaf.grad == pytest.approx(float(slope), rel=4 * ULP, abs=1e-320)


@given(st.lists(logit, min_size=2, max_size=5), st.data())
def test_ce_with_logits_is_exact_for_a_class_however_sure_the_logits_are(z, data):
    k = data.draw(st.integers(0, len(z) - 1))
    with mpmath.workdps(800):
        total = sum(mpmath.exp(mpmath.mpf(item) - z[k]) for item in z)
        exact = mpmath.log(total)
        slopes = [mpmath.exp(mpmath.mpf(item) - z[k]) / total for item in z]
        slopes[k] = sum(slopes[:k] + slopes[k + 1 :]) * -1
    leaves = [Value(item) for item in z]
    loss = ce_with_logits(leaves, k)
    loss.backward()
    # The difference of two logits has an error of ulp(1600)/2 at most, which exp turns into a relative one.
    assert loss.data == pytest.approx(float(exact), rel=2000 * ULP, abs=1e-300)
    expected = list(map(float, slopes))
    assert [leaf.grad for leaf in leaves] == pytest.approx(expected, rel=4000 * ULP, abs=1e-300)


def test_a_sure_and_right_network_still_has_a_loss_and_a_gradient():
    z = [Value(40.0), Value(0.0)]
    loss = ce_with_logits(z, 0)
    loss.backward()
    assert loss.data == pytest.approx(math.exp(-40), rel=1e-15)
    assert z[0].grad == pytest.approx(-math.exp(-40), rel=1e-15)


@pytest.mark.parametrize("z", [-90.0, -50.0, -37.0, 0.0, 20.0])
def test_bce_on_a_sigmoid_keeps_the_whole_gradient_where_the_probability_is_resolved(z):
    leaf = Value(z)
    bce(leaf.sigmoid(), 1).backward()
    assert leaf.grad == pytest.approx(-1 / (1 + math.exp(z)), rel=1e-14)


@pytest.mark.parametrize(("p", "y", "loss"), [(0.0, 1, 100.0), (1.0, 0, 53 * math.log(2) + 1)])
def test_bce_at_the_ends_is_finite_and_pulls_the_right_way(p, y, loss):
    leaf = Value(p)
    out = bce(leaf, y)
    out.backward()
    assert out.data == pytest.approx(loss, rel=1e-14)
    assert math.isfinite(leaf.grad)
    assert abs(leaf.grad) > 1e15
    assert (leaf.grad < 0) == (y == 1)


@given(st.floats(0, 1), st.sampled_from([0.0, 0.3, 1.0]))
def test_bce_is_finite_everywhere_on_the_unit_interval_and_never_negative(p, y):
    leaf = Value(p)
    loss = bce(leaf, y)
    loss.backward()
    assert 0 <= loss.data <= 100
    assert math.isfinite(leaf.grad)


@pytest.mark.parametrize(("row", "floor"), [(surprisal, math.exp(-99)), (bce_row, math.exp(-99))])
def test_the_tangent_meets_the_logarithm_in_value_and_slope(row, floor):
    def at(p):
        leaf = Value(p)
        out = row(leaf) if row is surprisal else row(leaf, 1.0)
        return out.data, out.partials[0]

    (below, slope_below), (above, slope_above) = at(floor * (1 - 1e-9)), at(floor * (1 + 1e-9))
    assert below == pytest.approx(above, abs=1e-8)
    assert slope_below == pytest.approx(slope_above, rel=1e-8)


def test_the_other_tangent_meets_log_of_one_minus_p_where_doubles_end():
    last = 1 - 2.0**-53
    assert bce(last, 0) == pytest.approx(53 * math.log(2), rel=1e-15)
    assert Value(last).bce(0.0).partials[0] == 2.0**53 == Value(1.0).bce(0.0).partials[0]


@pytest.mark.parametrize(
    ("row", "points"),
    [
        (bce_row, [(0.3, 0.0), (0.3, 1.0), (0.6, 0.25)]),
        (bce_with_logits_row, [(-2.0, 1.0), (3.0, 0.4)]),
        (surprisal, [(0.3,)]),
    ],
)
def test_rows_agree_with_sympy_and_with_the_forms_they_show(row, points):
    sympy = pytest.importorskip("sympy")
    symbols = {name: sympy.Symbol(name) for name in row.parameters}
    definition = sympy.sympify(row.definition, locals=symbols)
    for point in points:
        at = dict(zip(symbols.values(), point, strict=True))
        leaves = [Value(x) for x in point]
        out = row(*leaves)
        assert out.data == pytest.approx(float(definition.subs(at)), rel=1e-14)
        exact = [float(definition.diff(symbol).subs(at)) for symbol in symbols.values()]
        assert list(out.partials) == pytest.approx(exact, rel=1e-13, abs=1e-15)
        for name, text in row.identities.items():
            nicer = Numbers(dict(zip(row.parameters, point, strict=True))).read(text)
            assert out.partials[row.parameters.index(name)] == pytest.approx(nicer, rel=1e-13, abs=1e-15)


class Numbers(Reader):
    """Reads a formula at one point."""

    kernels = {"log": math.log, "log1p": math.log1p, "sigmoid": lambda z: 1 / (1 + math.exp(-z))}  # noqa: RUF012

    def __init__(self, point):
        self.point = point

    def number(self, value):
        return value

    def name(self, name):
        return self.point[name]

    def negative(self, operand):
        return -operand

    def operation(self, symbol, left, right):
        return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[symbol](
            left, right
        )

    def apply(self, name, arguments):
        return self.kernels[name](*arguments)


def test_ce_at_zero_probability_is_finite_and_grows_no_further():
    leaf = Value(0.0)
    loss = ce([leaf, Value(1.0)], 0)
    loss.backward()
    assert loss.data == 100.0
    assert leaf.grad == pytest.approx(-math.exp(99))
