"""Every row of the table, first and second order, against SymPy and differences; and that these would see.

A derivative is right to some units in the last place of the terms it is made of. The boxes of the table keep
these terms below 1e5, most of them near 1, so 1e-13 (first order) and 1e-11 (second) of max(1, |derivative|)
hold; a rule wrong by a thousandth is wrong by ten powers of ten more.
"""

import dataclasses
import math
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Value, grad, gradcheck, hessian, hvp, jacobian, jvp, vjp
from autograd.table.language import COMPARISONS
from autograd.table.primitive import TABLE, kinks
from tests.table.agreement import (
    DisagreementError,
    close,
    require_differences,
    require_first,
    require_second,
    require_value,
    second_by_create_graph,
)
from tests.table.oracle import LENGTH, applied, oracle, points

ROWS = sorted(TABLE)
# What cuts the graph on purpose has a value that no derivative follows.
DIFFERENTIABLE = [name for name in ROWS if any(text != "none" for text in TABLE[name].partials)]
COMPARED = {name for name in ROWS if TABLE[name].symbol in COMPARISONS.values()}
STEPS = {"sign", "heaviside", "floor", *COMPARED}  # partial 0 everywhere, where SymPy leaves the jump open
few = settings(max_examples=20)


def all_close(ours, exact, tolerance):
    return all(close(x, y, tolerance) for x, y in zip(ours, exact, strict=True))


def partials(row, point):
    return applied(row, [Value(x) for x in point]).partials


def inside(data, row):
    """Draw a point of the box that is at no kink."""
    point = data.draw(points(row))
    assume(not kinks(applied(row, [Value(x) for x in point])))
    return point


@pytest.mark.parametrize(("name", "point"), [("pow", (2.0, 0.0)), ("logaddexp", (1.5, 1.5))])
def test_second_derivatives_are_right_where_a_partial_takes_a_special_branch(name, point):
    require_second(TABLE[name], point, oracle(TABLE[name]))


# The table against independent oracles ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@few
def test_the_value_is_that_of_the_definition(name, data):
    require_value(TABLE[name], data.draw(points(TABLE[name])), oracle(TABLE[name]))


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@few
def test_partials_are_sympys_derivatives_of_the_forward(name, data):
    require_first(TABLE[name], inside(data, TABLE[name]), oracle(TABLE[name]))


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@few
def test_second_derivatives_are_sympys(name, data):
    require_second(TABLE[name], inside(data, TABLE[name]), oracle(TABLE[name]))


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(data=st.data())
@settings(max_examples=8)
def test_partials_agree_with_differences_of_the_values(name, data):
    require_differences(TABLE[name], data.draw(points(TABLE[name])))


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@few
def test_forward_mode_is_reverse_mode(name, data):
    row = TABLE[name]
    point = data.draw(points(row))
    direction = data.draw(st.tuples(*[st.floats(-1, 1)] * len(point)))
    _, forward = jvp(lambda *x: applied(row, x), point, direction)
    _, pull = vjp(lambda *x: applied(row, x), *point)
    terms = [slope * way for slope, way in zip(pull(1.0), direction, strict=True)]
    # sums of the same products in other orders: n·ε·Σ|terms|
    assert abs(forward - math.fsum(terms)) <= len(terms) * 2**-52 * math.fsum(map(abs, terms))


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@settings(max_examples=10)
def test_all_ways_to_second_derivatives_agree(name, data):
    row = TABLE[name]
    point = inside(data, row)

    def f(x):
        return applied(row, x)

    expected = second_by_create_graph(row, point)
    ways = [
        hessian(f)(list(point)),
        [jacobian(lambda x, i=i: grad(f)(x)[i])(list(point)) for i in range(len(point))],
        [jvp(grad(f), (list(point),), (unit,))[1] for unit in identity(len(point))],
        [hvp(f, (list(point),), (unit,)) for unit in identity(len(point))],
        [grad(lambda x, u=unit: jvp(f, (x,), (u,))[1])(list(point)) for unit in identity(len(point))],
    ]
    for way in ways:
        assert all(all_close(ours, exact, 1e-13) for ours, exact in zip(way, expected, strict=True))


def identity(n):
    return [[float(i == j) for j in range(n)] for i in range(n)]


SHOWN = [(name, parameter) for name in ROWS for parameter in TABLE[name].identities]


@pytest.mark.parametrize(("name", "parameter"), SHOWN)
@given(data=st.data())
@few
def test_the_form_that_is_shown_equals_the_form_that_is_computed(name, parameter, data):
    row = TABLE[name]
    point = data.draw(points(row))
    shown = with_partial(row, parameter, row.identities[parameter])
    # 1 - out² and out·(1 - out) lose their relative accuracy in the tails, so the bound is an absolute one
    assert all_close(partials(shown, point), partials(row, point), 1e-13)


@pytest.mark.parametrize("name", sorted(name for name in ROWS if TABLE[name].kinks))
@given(data=st.data())
@few
def test_at_a_kink_our_choice_lies_between_the_slopes_of_the_sides(name, data):
    row = TABLE[name]
    point = list(data.draw(points(row)))
    kink = data.draw(st.sampled_from(row.kinks))
    if kink.at == "floor(x) == x":
        point[0] = math.floor(point[0])
    elif kink.at == "out == 0":
        point = [0.0] * len(point)
    elif kink.at == "count > 1":
        point[1:] = [point[0], point[0] - 1 if name == "max" else point[0] + 1]
    else:
        left, right = kink.at.split(" == ")
        point[row.parameters.index(left)] = 0.0 if right == "0" else point[row.parameters.index(right)]
    leaves = [Value(x) for x in point]
    assert kink in kinks(applied(row, leaves))
    report = gradcheck(lambda *x: applied(row, x), point)
    smooth = name == "elu" and abs(point[1] - 1) < 1e-4  # with alpha = 1 both sides have slope 1
    assert smooth or "kink here" in [entry.verdict.status for entry in report.entries]


# The checkers see a thousandth -----------------------------------------------------------------------------


def with_partial(row, parameter, text):
    """The row with another formula for one of its partials."""
    place = row.parameters.index(parameter)
    partials = (*row.partials[:place], text, *row.partials[place + 1 :])
    columns = {field.name: getattr(row, field.name) for field in dataclasses.fields(row) if field.init}
    return type(row)(**columns | {"partials": partials})


def middle(row):
    """A point inside the box, with different numbers for all operands."""
    return [
        low + (high - low) * (0.83 - 0.13 * i - 0.17 * j)
        for j, (parameter, (low, high)) in enumerate(zip(row.parameters, row.domain, strict=True))
        for i in range(LENGTH if parameter in row.sequences else 1)
    ]


MUTABLE = [
    (name, parameter)
    for name in ROWS
    for parameter, text in zip(TABLE[name].parameters, TABLE[name].partials, strict=True)
    if text not in ("0", "none")
]


def reached(name, parameter):
    """A point where the partial is not 0."""
    point = middle(TABLE[name])
    if (name, parameter) in (("maximum", "y"), ("minimum", "x")):
        point.reverse()
    x = {
        ("leaky_relu", "slope"): -1.3,
        ("elu", "alpha"): -1.3,
        ("where", "b"): 0.0,
        ("clip", "x"): 0.3,
        ("clip", "low"): -3.0,
        ("clip", "high"): 3.0,
    }
    return [x.get((name, parameter), point[0]), *point[1:]]


@pytest.mark.parametrize(("name", "parameter"), MUTABLE)
def test_every_checker_sees_a_partial_that_is_wrong_by_a_thousandth(name, parameter):
    row, point = TABLE[name], reached(name, parameter)
    text = row.partials[row.parameters.index(parameter)]
    wrong = with_partial(
        row, parameter, f"1.001 * ({text})" if "none" not in text else text.replace("1", "1.001")
    )
    require_first(row, point, oracle(row))
    require_second(row, point, oracle(row))
    require_differences(row, point)
    told = re.escape(f"The row {name!r}, column partials[") + rf"\d\] \(by {parameter}\)"
    with pytest.raises(DisagreementError, match=told):
        require_first(wrong, point, oracle(row))
    with pytest.raises(DisagreementError, match=told):
        require_differences(wrong, point)
    slots = row.arguments(range(len(point)))[row.parameters.index(parameter)]
    hessian_rows = oracle(row).hessian(point)
    if any(any(hessian_rows[slot]) for slot in (slots if isinstance(slots, tuple) else (slots,))):
        with pytest.raises(DisagreementError, match=f"The row '{name}', column partials"):
            require_second(wrong, point, oracle(row))


def test_a_failing_row_is_told_with_column_text_point_both_numbers_and_the_tolerance():
    wrong = with_partial(TABLE["mul"], "y", "1.5 * x")
    with pytest.raises(DisagreementError) as error:
        require_first(wrong, [2.0, 3.0], oracle(TABLE["mul"]))
    assert str(error.value) == (
        "The row 'mul', column partials[1] (by y), '1.5 * x', disagrees with SymPy's derivative at "
        "x = 2.0, y = 3.0:\n"
        "  ours       3.0\n"
        "  theirs     2.0\n"
        "  tolerance  1e-13\n"
        "Mend that text in the table, or say in another column why it holds (domain, kinks, definition)."
    )
    with pytest.raises(
        DisagreementError, match=r"column forward, 'x \* y', disagrees with its definition at x = 2"
    ):
        require_value(TABLE["mul"], [2.0, 3.0], oracle(TABLE["add"]))
