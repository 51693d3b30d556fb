"""The numerics policy as a table of special points: domains, overflow, tails, nan, kinks and ties."""

from __future__ import annotations

import math
import operator
from typing import Any

import mpmath
import pytest

import autograd as ag
from autograd import DomainError, Value
from autograd.table.language import COMPARISONS
from autograd.table.primitive import BUILT_IN, TABLE

inf, nan = math.inf, math.nan
DECIDE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
COMPARED = sorted(name for name, row in TABLE.items() if row.symbol in COMPARISONS.values())


def partials(name: str, *x: float) -> tuple[float | None, ...]:
    return TABLE[name](*map(Value, x)).partials


def same(got: float | None, expected: float) -> bool:
    assert got is not None
    return got == expected or (math.isnan(got) and math.isnan(expected))


OUTSIDE = [
    ("log", (0.0,)),
    ("log", (-1.0,)),
    ("log2", (0.0,)),
    ("log10", (-2.0,)),
    ("log1p", (-1.0,)),
    ("log1p", (-3.0,)),
    ("sqrt", (-1e-300,)),
    ("div", (1.0, 0.0)),
    ("div", (0.0, -0.0)),
    ("reciprocal", (0.0,)),
    ("pow", (0.0, -1.0)),
    ("pow", (-8.0, 1 / 3)),
    ("arcsin", (1.0000001,)),
    ("arccos", (-2.0,)),
    ("arccosh", (0.999,)),
    ("arctanh", (1.0,)),
    ("arctanh", (-1.5,)),
    ("softplus", (1.0, 0.0)),
    ("clip", (0.0, 1.0, -1.0)),
]


@pytest.mark.parametrize(("name", "x"), OUTSIDE)
def test_leaving_the_reals_is_a_domain_error_with_values_and_with_numbers(
    name: str, x: tuple[float, ...]
) -> None:
    with pytest.raises(DomainError, match="needs"):
        TABLE[name](*map(Value, x))
    with pytest.raises(DomainError, match="needs"):
        TABLE[name](*x)


def test_every_undefined_row_has_a_point_in_the_table_of_points_outside() -> None:
    tested = {name for name, _ in OUTSIDE} | {"mean", "max", "min", "logsumexp"}
    assert {row.name for row in BUILT_IN if row.undefined} == tested


@pytest.mark.parametrize("name", ["mean", "max", "min", "logsumexp"])
def test_a_row_that_needs_an_element_refuses_an_empty_sequence(name: str) -> None:
    with pytest.raises(DomainError, match="at least one element"):
        TABLE[name]([])


def test_empty_sums_and_products_are_their_neutral_elements() -> None:
    assert (ag.sum([]), ag.prod([]), ag.dot([], [])) == (0.0, 1.0, 0.0)


def test_a_domain_error_names_operation_label_value_expression_and_a_way_out() -> None:
    a, b = ag.values(a=1.0, b=1.25)
    z = a - b
    z.label = "z"
    with pytest.raises(DomainError) as error:
        ag.log(z)
    assert str(error.value) == (
        'log(x) needs x > 0, got x = -0.25 at "z" = a - b. The logarithm is not defined there. '
        "Keep the argument positive, for example log(softplus(z))."
    )
    assert isinstance(error.value, ValueError)


def test_a_domain_error_of_a_quotient_names_the_denominator() -> None:
    a, b = ag.values(a=1.0, b=2.0)
    with pytest.raises(DomainError, match=r"x / y needs y != 0, got y = 0 at b - 2"):
        a / (b - 2)


OVERFLOW = [
    ("exp", (1000.0,), inf),
    ("exp2", (2000.0,), inf),
    ("expm1", (1000.0,), inf),
    ("cosh", (-1000.0,), inf),
    ("sinh", (-1000.0,), -inf),
    ("sinh", (1000.0,), inf),
    ("pow", (1e200, 2.0), inf),
    ("pow", (-1e200, 3.0), -inf),
    ("pow", (-1e200, 2.0), inf),
    ("mul", (1e200, 1e200), inf),
    ("add", (1.7e308, 1.7e308), inf),
    ("div", (1e200, 1e-200), inf),
    ("square", (1e200,), inf),
    ("hypot", (1e308, 1e308), math.hypot(1e308, 1e308)),
]


@pytest.mark.parametrize(("name", "x", "expected"), OVERFLOW)
def test_overflow_is_infinite_and_never_an_error(name: str, x: tuple[float, ...], expected: float) -> None:
    assert TABLE[name](*map(Value, x)).data == expected
    assert TABLE[name](*x) == expected


def test_sums_overflow_as_ieee_does() -> None:
    assert ag.sum([1.7e308, 1.7e308]) == inf
    assert math.isnan(ag.sum([inf, -inf]))
    assert ag.dot([1e308, 1e308], [10.0, 10.0]) == inf
    assert ag.logsumexp([1000.0, 1000.0]) == 1000.0 + math.log(2.0)
    assert ag.logsumexp([-inf, -inf]) == -inf
    assert ag.logsumexp([inf, 0.0]) == inf


def _normal(x: Any) -> Any:
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


EXACT: dict[str, tuple[Any, Any]] = {  # value and derivative, by hand
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), lambda x: 1 / (2 + mpmath.exp(-x) + mpmath.exp(x))),
    "logsigmoid": (lambda x: -mpmath.log1p(mpmath.exp(-x)), lambda x: 1 / (1 + mpmath.exp(x))),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), lambda x: 1 / (1 + mpmath.exp(-x))),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    "expm1": (mpmath.expm1, mpmath.exp),
    "log1p": (mpmath.log1p, lambda x: 1 / (1 + x)),
    "gelu": (
        lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
        lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2 + x * _normal(x),
    ),
    "silu": (
        lambda x: x / (1 + mpmath.exp(-x)),
        lambda x: (1 + x / (1 + mpmath.exp(x))) / (1 + mpmath.exp(-x)),
    ),
    "erfc": (mpmath.erfc, lambda x: -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)),
    "arcsinh": (mpmath.asinh, lambda x: 1 / mpmath.sqrt(1 + x * x)),
    "elu": (lambda x: x if x > 0 else mpmath.expm1(x), lambda x: 1 if x > 0 else mpmath.exp(x)),
}
TAILS = [-700.0, -80.0, -37.0, -20.0, -5.0, -1.0, -1e-3, -1e-9, 1e-9, 1e-3, 1.0, 5.0, 20.0, 37.0, 80.0, 700.0]


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("x", TAILS)
def test_tails_are_exact_forward_and_partial(name: str, x: float) -> None:
    """Against mpmath with 700 digits; allowed is the rounding of a few elementary functions at this argument.

    The exponent of e^x carries a rounding of up to |x| eps, which is a relative error of the result.
    """
    if name == "log1p" and x <= -1:
        return
    with mpmath.workdps(700):  # enough for 1 - e^-700 and the like
        point = mpmath.mpf(x)
        value, slope = (exact(point) for exact in EXACT[name])
        node = TABLE[name](Value(x))
        bound = (8 + 4 * min(abs(x), 700.0) + (x * x if name in ("gelu", "erfc") else 0)) * 2.0**-53
        tiny = 2.3e-308  # below the normal numbers a float has fewer digits
        assert abs(node.data - value) <= bound * abs(value) + tiny
        assert node.partials[0] is not None
        assert abs(node.partials[0] - slope) <= 8 * bound * abs(slope) + tiny


def test_logaddexp_logsumexp_and_softmax_are_exact_far_out() -> None:
    assert ag.logaddexp(1000.0, 1000.0) == 1000.0 + math.log(2.0)
    assert partials("logaddexp", 1000.0, 0.0) == (1.0, 0.0)
    assert ag.logaddexp(-inf, 3.0) == 3.0
    assert ag.softmax([1000.0, 1000.0]) == [0.5, 0.5]
    with mpmath.workdps(60):
        scores = [800.0, 801.5, 799.25]
        total = mpmath.fsum(mpmath.exp(mpmath.mpf(s)) for s in scores)
        for share, score in zip(ag.softmax(scores), scores, strict=True):
            assert abs(share - mpmath.exp(score) / total) <= 8 * 2.0**-53


def test_softmax_keeps_its_gradient_through_the_shift() -> None:
    scores = ag.values(a=2.0, b=-1.0, c=0.5)
    shares = ag.softmax(scores)
    shares[0].backward()
    p = [s.data for s in shares]
    expected = [p[0] * (1 - p[0]), -p[0] * p[1], -p[0] * p[2]]
    assert [s.grad for s in scores] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if not row.sequences and n != "where"])
def test_nan_is_never_hidden(name: str) -> None:
    row = TABLE[name]
    inside = [0.3 * low + 0.7 * high for low, high in row.domain]
    for slot in range(len(inside)):
        x = [nan if i == slot else v for i, v in enumerate(inside)]
        out = row(*map(Value, x)).data
        selected = (
            name in ("leaky_relu", "elu") and slot == 1 and inside[0] > 0
        )  # the other branch: nan unused
        assert math.isnan(out) or selected, (name, x, out)


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "logsumexp", "max", "min"])
@pytest.mark.parametrize("slot", [0, 1, 2])
def test_nan_is_never_hidden_in_a_sequence(name: str, slot: int) -> None:
    x = [nan if i == slot else float(i) for i in range(3)]
    assert math.isnan(TABLE[name](list(map(Value, x))).data)


def test_infinite_operands_follow_ieee() -> None:
    assert math.isnan(ag.sin(inf))
    assert math.isnan(ag.cos(-inf))
    assert ag.log(inf) == inf
    assert ag.exp(-inf) == 0.0
    assert ag.arctan(inf) == math.pi / 2
    assert (ag.sigmoid(-inf), ag.sigmoid(inf)) == (0.0, 1.0)
    assert (ag.relu(inf), ag.relu(-inf)) == (inf, 0.0)
    assert (Value(1.0) / inf).data == 0.0
    assert (Value(-2.0) ** inf).data == inf
    assert math.isnan((Value(inf) - inf).data)
    assert math.isnan((Value(-2.0) ** nan).data)


SINGULAR = [
    ("sqrt", (0.0,), (inf,)),
    ("cbrt", (0.0,), (inf,)),
    ("arcsin", (1.0,), (inf,)),
    ("arccos", (-1.0,), (-inf,)),
    ("arccosh", (1.0,), (inf,)),
    ("pow", (0.0, 0.5), (inf, 0.0)),
]


@pytest.mark.parametrize(("name", "x", "expected"), SINGULAR)
def test_a_singular_partial_is_ieees_and_no_crash_in_forward(
    name: str, x: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    assert partials(name, *x) == expected


KINKS: list[tuple[str, tuple[Any, ...], tuple[float, ...]]] = [
    ("relu", (0.0,), (0.0,)),
    ("relu", (-0.0,), (0.0,)),
    ("abs", (0.0,), (0.0,)),
    ("sign", (0.0,), (0.0,)),
    ("heaviside", (0.0,), (0.0,)),
    *((name, (2.0, 2.0), (0.0, 0.0)) for name in COMPARED),
    ("floor", (2.0,), (0.0,)),
    ("leaky_relu", (0.0, 0.01), (0.01, 0.0)),
    ("elu", (0.0, 1.0), (1.0, 0.0)),
    ("maximum", (2.0, 2.0), (0.5, 0.5)),
    ("minimum", (2.0, 2.0), (0.5, 0.5)),
    ("maximum", (inf, inf), (0.5, 0.5)),
    ("clip", (-1.0, -1.0, 1.0), (1.0, 0.0, 0.0)),
    ("clip", (1.0, -1.0, 1.0), (1.0, 0.0, 0.0)),
    ("hypot", (0.0, 0.0), (0.0, 0.0)),
    ("pow", (0.0, 0.0), (0.0, -inf)),
    ("pow", (0.0, 1.0), (1.0, 0.0)),
    ("pow", (0.0, 2.0), (0.0, 0.0)),
]


@pytest.mark.parametrize(("name", "x", "expected"), KINKS)
def test_at_kinks_and_ties_the_chosen_partial_is_taken(
    name: str, x: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    assert partials(name, *x) == expected


def test_every_row_with_a_kink_has_a_point_in_the_table_of_kinks() -> None:
    tested = {name for name, _, _ in KINKS} | {"max", "min"}
    assert {row.name for row in TABLE.values() if row.kinks} <= tested


def test_ties_of_max_and_min_are_split_evenly_over_a_sequence() -> None:
    x = [Value(3.0), Value(1.0), Value(3.0), Value(3.0)]
    assert ag.max(x).partials == (1 / 3, 0.0, 1 / 3, 1 / 3)
    assert ag.min(x).partials == (0.0, 1.0, 0.0, 0.0)


@pytest.mark.row("S001-29", "S002-22")
@pytest.mark.parametrize(
    ("x", "value", "slope"), [(-2, 0, 0), (-1, 0, 0), (0, 0, 0), (0.5, 0.5, 1), (3, 3, 1)]
)
def test_relu_and_its_derivative(x: float, value: float, slope: float) -> None:
    node = ag.relu(Value(x))
    assert (node.data, *node.partials) == (value, slope)


@pytest.mark.row("S002-21", "S003-20", "S001-19")
def test_sigmoid_at_800_neither_overflows_nor_leaves_the_unit_interval() -> None:
    assert (ag.sigmoid(-800.0), ag.sigmoid(800.0)) == (0.0, 1.0)
    for z in range(-30, 31):
        assert 0.0 < ag.sigmoid(float(z)) < 1.0
    assert ag.softplus(800.0) == 800.0


def test_where_gives_the_branch_not_taken_no_edge_so_that_zero_times_inf_never_arises() -> None:
    x = Value(0.0, label="x")
    y = ag.where(x > 0, ag.sqrt(x), x * 2)
    y.backward()
    assert x.grad == 2.0
    assert y.partials == (None, None, 1.0)


def test_where_with_a_value_as_condition_looks_again_on_forward_and_a_bool_does_not() -> None:
    x, a, b = ag.values(x=1.0, a=10.0, b=20.0)
    looking, fixed = ag.where(x, a, b), ag.where(x > 0, a, b)
    x.data = 0.0
    assert (looking.forward(), fixed.forward()) == (20.0, 10.0)
    looking.backward()
    assert (x.grad, a.grad, b.grad) == (None, None, 1.0)


def test_where_is_a_value_when_any_argument_is() -> None:
    assert ag.where(True, 1, 2) == 1.0
    assert isinstance(ag.where(True, 1, 2), float)
    assert isinstance(ag.where(Value(1.0), 1, 2), Value)
    assert isinstance(ag.where(False, Value(1.0), 2), Value)


def test_product_with_zeros_has_the_partials_of_prefix_times_suffix() -> None:
    assert ag.prod([Value(0.0), Value(3.0), Value(4.0)]).partials == (12.0, 0.0, 0.0)
    assert ag.prod([Value(0.0), Value(3.0), Value(0.0)]).partials == (0.0, 0.0, 0.0)


def test_large_whole_powers_and_roots_of_negative_numbers_stay_real() -> None:
    assert (Value(-2.0) ** 3).data == -8.0
    assert (Value(-2.0) ** 3).partials == (12.0, None)
    assert (2 ** Value(3.0)).partials == (None, 8.0 * math.log(2.0))
    assert ag.cbrt(-8.0) == -2.0


def test_powers_keep_their_higher_derivatives_where_the_exponent_is_zero() -> None:
    def power(x: Value, y: Value) -> Value:
        return x**y

    d_xy = ag.grad(ag.grad(power, 0), 1)
    assert d_xy(2.0, 0.0) == 0.5  # d/dy (y x^(y-1)) = 1/x at y = 0
    assert ag.grad(d_xy, 1)(2.0, 0.0) == pytest.approx(math.log(2.0), rel=1e-15)  # 2 log(x) / x
    assert partials("pow", 1e-310, 0.0)[0] == 0.0


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda x: x / 0.0, "got y = 0 in x / 0"),
        (lambda x: (x + 1.0) / 0, r"got y = 0 in \(x \+ 1\) / 0"),
        (lambda x: 1 / Value(0.0), "got y = 0 in 1 / 0"),
        (lambda x: x / Value(0.0, "b"), 'got y = 0 at "b"'),
        (lambda x: Value(-1.0) ** 0.5, r"got x = -1 and y = 0\.5 in \(-1\) \*\* 0\.5"),
        (lambda x: ag.clip(x, 2, 1), r"got low = 2 and high = 1 in clip\(x, 2, 1\)"),
    ],
)
def test_a_domain_error_without_a_name_at_fault_tells_the_operation(compute, words):
    with pytest.raises(DomainError, match=words):
        compute(Value(1.0, "x"))


def test_the_hessian_of_a_power_of_zero_is_symmetric() -> None:
    def power(x: Value, y: Value) -> Value:
        return x**y

    slope = {1.0: -inf, 1.5: 0.0, 2.0: 0.0, 3.0: 0.0}  # the limit of x^(y - 1) (1 + y log x) for small x > 0
    for y, mixed in slope.items():
        (_, xy), (yx, yy) = ag.hessian(power, (0, 1))(0.0, y)
        assert (xy, yx, yy) == (mixed, mixed, 0.0), y
    assert ag.grad(ag.grad(power, 1), 0)(0.0, 0.5) == -inf
    assert ag.grad(ag.grad(power, 0), 1)(0.0, 0.0) == inf


def test_higher_derivatives_of_tanh_are_right_in_the_tails() -> None:
    first = ag.grad(ag.tanh)
    second = ag.grad(first)
    assert (second(711.0), second(-711.0)) == (0.0, 0.0)
    assert ag.grad(second)(356.0) == pytest.approx(9.692791427198265e-309, rel=1e-10)
    assert ag.hvp(ag.tanh, (356.0,), (1.0,)) == pytest.approx(-4.846395713599132e-309, rel=1e-10)
    bent = ag.hessian(lambda x, y: ag.tanh(x / (2 * y)) + x, (0, 1))(1.0, 1e-4)
    assert [[entry + 0.0 for entry in row] for row in bent] == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("x", [-40.0, -38.5, 0.0, 37.0, 38.5, 40.0, 700.0])
def test_the_sharpness_of_softplus_has_an_exact_partial(x: float) -> None:
    with mpmath.workdps(700):
        z = mpmath.mpf(x)
        exact = z / (1 + mpmath.exp(-z)) - mpmath.log(1 + mpmath.exp(z))
    assert partials("softplus", x, 1.0)[1] == pytest.approx(float(exact), rel=1e-12, abs=0.0)


def test_small_terms_of_a_logarithm_of_a_sum_are_kept() -> None:
    tiny = math.log1p(math.exp(-40.0))
    assert (ag.logsumexp([0.0, -40.0]), ag.logsumexp([-40.0, 0.0])) == (tiny, tiny)
    assert (ag.logaddexp(0.0, -40.0), ag.logaddexp(-40.0, 0.0)) == (tiny, tiny)
    assert ag.logsumexp([-745.0, 0.0, -745.0]) == 2 * math.exp(-745.0)


CONSTANT = {"sign", "heaviside", "floor", *COMPARED}  # their partial is 0 everywhere


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if not row.sequences and n not in CONSTANT])
def test_a_nan_operand_has_no_gradient_zero(name: str) -> None:
    row = TABLE[name]
    inside = [0.3 * low + 0.7 * high for low, high in row.domain]
    for slot in range(len(inside)):
        x = [nan if i == slot else v for i, v in enumerate(inside)]
        node = row(*map(Value, x))
        assert node.partials[slot] != 0 or not math.isnan(node.data), (x, node.partials)


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_the_larger_of_a_number_and_nan_has_pytorchs_partials(name: str) -> None:
    assert partials(name, nan, 1.0) == partials(name, 1.0, nan) == partials(name, nan, nan) == (1.0, 1.0)


@pytest.mark.parametrize("name", ["max", "min"])
def test_a_nan_in_a_sequence_gives_all_elements_the_partial_one(name: str) -> None:
    node = TABLE[name]([Value(1.0), Value(nan), Value(2.0)])
    assert node.partials == (1.0, 1.0, 1.0)
    assert TABLE[name].evaluate(node.parents)[1] == node.partials
    leaves = ag.values(a=1.0, b=2.0)
    x = Value(0.5)
    program = ag.Program(TABLE[name]([*leaves, x]), [x])
    _, gradient = program.value_and_grad([[nan]])
    assert gradient.tolist() == [1.0, 1.0]


def test_a_comparison_is_one_or_zero_and_keeps_nan() -> None:
    for name in COMPARED:
        decide = DECIDE[TABLE[name].symbol]
        for x in (-inf, -1.0, 0.0, -0.0, 5e-324, 1.0, inf):
            for y in (-inf, -1.0, 0.0, 1.0, inf):
                assert TABLE[name](x, y) == decide(x, y)
                assert partials(name, x, y) == (0.0, 0.0)
        assert math.isnan(TABLE[name](nan, 1.0)) and math.isnan(TABLE[name](1.0, nan))


def test_a_comparison_as_a_condition_is_looked_at_anew() -> None:
    x, y = ag.values(x=2.0, y=1.0)
    node = ag.where(ag.greater(x, y), x, 10 * y)
    assert node.data == 2.0
    x.data = 0.5
    assert node.forward() == 10.0
