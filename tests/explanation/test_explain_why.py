"""Why a gradient is missing, zero, tiny, huge or nan: the node that did it, in the learner's labels."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

import autograd as ag
from autograd import Value, explain, values
from autograd.text.numbers import number
from tests.graph.graphs import fx_4321

BIG = number(1e200)
PRODUCT = f"x * 1e-200 * {BIG} * {BIG}"
OVERFLOW = f"overflow: {BIG} times the local derivative {BIG} of {PRODUCT} at 2 is more than a float holds"


def only(reasons: tuple[str, ...]) -> str:
    (reason,) = reasons
    return reason


def test_not_connected() -> None:
    a, b = values(a=1.0, b=2.0)
    f = a * 3
    f.label = "f"
    found = explain(f, b)
    assert found.gradient is None
    assert found.text.splitlines()[0] == "df/db: no path"
    assert only(found.why) == (
        "not connected: f was not computed from b, or the connection was cut on the way, by detach(), .data, "
        "no_grad() or a plain number"
    )
    assert r"\text{no path to }b" in found.latex


def test_a_detached_copy_is_pointed_out() -> None:
    a, b = values(a=1.0, b=2.0)
    found = explain(a * b.detach(), b)
    assert (
        found.why[1] == "detached? the graph has another leaf b, with the same number, as detach() makes it"
    )
    b.data = 5.0
    assert "with the number 2" in explain(a * Value(2.0, label="b"), b).why[1]


def test_the_branch_that_where_did_not_take() -> None:
    a, b, c = values(a=1.0, b=2.0, c=0.0)
    y = ag.where(c, a * 2, b)
    y.label = "y"
    found = explain(y, a)
    assert (found.gradient, "dy/da: no path" in found.text, "no path" in found.latex) == (None, True, True)
    assert only(found.why) == "branch not taken: y = where(c, a * 2, b) passes no gradient to a * 2, as c = 0"
    assert only(explain(ag.where(True, a, b), b).why).endswith("to b, as the condition is 1")
    assert (
        only(explain(y, c).why) == "no gradient: y = where(c, a * 2, b) has no derivative with respect to c"
    )


def test_a_dead_relu_is_named_with_its_number() -> None:
    z, x = values(z=-0.3, x=3.0)
    h = ag.relu(z)
    h.label = "h"
    found = explain(h * x, z)
    assert found.gradient == 0.0
    assert only(found.why) == "dead here: h = relu(z) at z = -0.3 has the local derivative 0, as z ≤ 0"


@pytest.mark.row("S004-19")
def test_a_dead_net_names_the_neuron_nearest_the_loss() -> None:
    net = fx_4321(ag.relu)
    assert only(explain(net.loss, net.w[0][0][0]).why) == (
        "dead here: O₃₁ = relu(w³₁₁ * O₂₁ + w³₂₁ * O₂₂) at -0.528 has the local derivative 0, as "
        "w³₁₁ * O₂₁ + w³₂₁ * O₂₂ ≤ 0"
    )


@pytest.mark.row("S004-27", "E-S004-09")
@pytest.mark.parametrize("step", [ag.heaviside, ag.sign, ag.floor])
def test_nothing_can_be_learned_through_a_step(step: ag.Primitive) -> None:
    (z,) = values(z=0.7)
    reason = only(explain(step(z) * 2, z).why)
    assert (
        reason
        == f"nothing can be learned through {step.name}: {step.name}(z) has the local derivative 0 everywhere"
    )


def test_at_a_kink_the_choice_is_told() -> None:
    (z,) = values(z=0.0)
    reason, _, choice = only(explain(ag.relu(z), z).why).partition(" (")
    assert reason == "at a kink: relu(z) at z = 0, where we choose the local derivative 0"
    assert choice == "the smallest subgradient, as PyTorch)"


def test_the_smaller_of_two_is_dead() -> None:
    a, b = values(a=1.0, b=2.0)
    assert only(explain(ag.maximum(a, b), a).why).endswith("has the local derivative 0, as a ≤ b and a ≠ b")


def test_a_factor_of_zero() -> None:
    a, b = values(a=1.0, b=0.0)
    p = a * b
    p.label = "p"
    assert only(explain(p, a).why) == "multiplied by zero: p = a * b has the local derivative b = 0 by a"
    assert only(explain(a * 0.0, a).why) == "multiplied by zero: a * 0 has the local derivative 0 by a"


def test_a_flat_point() -> None:
    (x,) = values(x=3.0)
    reason = only(explain((x - 3) ** 2, x).why)
    assert reason == "flat here: (x - 3) ** 2 at 0 has the local derivative 2·(x - 3) = 0"


@pytest.mark.row("S004-36", "S004-39")
@pytest.mark.parametrize("f", [ag.sigmoid, ag.tanh])
def test_a_saturated_activation(f: ag.Primitive) -> None:
    (x,) = values(x=3.0)
    h = f(x * 6)
    h.label = "h"
    vanishing, saturated = explain(h, x).why
    assert vanishing == "vanishing: 1 of 2 factors below 1 on the largest path"
    assert saturated.startswith("saturated: its derivative is ")
    assert saturated.endswith(f"of h = {f.name}(x * 6) at 18")
    dead = f(x * 400)
    dead.label = "h"
    assert only(explain(dead, x).why).startswith(f"saturated: h = {f.name}(x * 400) at 1200 has the local")


@pytest.mark.row("S004-36", "S004-39")
def test_a_product_of_small_factors_vanishes() -> None:
    x = h = Value(0.5, label="x")
    for _ in range(10):
        h = ag.sigmoid(h)
    found = explain(h, x)
    assert found.gradient == pytest.approx(3.48311561e-07)
    assert only(found.why).startswith(
        "vanishing: 10 of 10 factors below 1 on the largest path; the smallest is 0.22"
    )


@pytest.mark.row("S004-40", "E-S004-14")
def test_a_product_of_large_factors_explodes() -> None:
    x = h = Value(1.0, label="x")
    for _ in range(10):
        h = ag.relu(2 * h)
    found = explain(h, x)
    assert found.gradient == 1024.0
    assert only(found.why).startswith(
        "exploding: 10 of 20 factors above 1 on the largest path; the largest is 2, of "
    )


def test_shares_that_cancel() -> None:
    (x,) = values(x=3.0)
    found = explain(x * 2.1 - x * 2.1, x)
    assert only(found.why) == "cancelled at x: 2.1 - 2.1 = 0, shares of opposite sign"
    u = x * x
    u.label = "u"
    assert only(explain(u * 2 - u * 2, x).why) == "cancelled at u: 2 - 2 = 0, shares of opposite sign"
    many = ag.sum([x * (-1.0) ** k for k in range(10)])
    assert only(explain(many, x).why) == (
        "cancelled at x: 1 - 1 + 1 - 1 + 1 - 1 + (4 more) = 0, shares of opposite sign"
    )


def test_what_cancels_but_for_rounding_is_told_as_cancelled() -> None:
    (x,) = values(x=3.0)
    y = x * 0.1 + x * 0.2 - x * 0.3
    assert 0 < abs(explain(y, x).gradient or 0.0) < 1e-15
    assert only(explain(y, x).why).startswith("cancelled at x: ")


def test_what_nearly_cancels_is_told_with_the_largest_product() -> None:
    (x,) = values(x=3.0)
    found = explain(x * 2.0 - x * 1.99999, x)
    assert only(found.why) == "nearly cancelled: the largest product is 2, the sum 1e-5"


def test_paths_that_are_dead_among_living_ones_are_counted() -> None:
    x, z = values(x=0.5, z=1.0)
    h = [ag.relu(x * w) for w in (1.0, -1.0, -2.0, 3.0, -4.0, -5.0)]
    found = explain(ag.sum(h) * z, x)
    assert found.gradient == 4.0
    assert found.why[0] == "4 of 6 paths are 0"
    assert found.why[1] == "dead here: relu(x * -5) at -2.5 has the local derivative 0, as x * -5 ≤ 0"
    assert found.why[-1] == "and 1 more of the kind"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: ag.exp(x * 1000) * 0.0, "first bad node: exp(x * 1000) is inf, from 2000"),
        (lambda x: ag.log(x * math.nan), "first bad node: x * nan is nan, from x = 2, nan"),
        (
            lambda x: ag.sqrt(x - 2) * 3,
            "singular: sqrt(x - 2) has the local derivative 1 / (2·sqrt(x - 2)) = inf by x - 2, at 0",
        ),
        (
            lambda x: 0 * ag.sqrt(x - 2),
            (
                "singular: sqrt(x - 2) has the local derivative 1 / (2·sqrt(x - 2)) = inf by x - 2, at 0; "
                "0 times that is nan"
            ),
        ),
        (
            lambda x: x * 1e-200 * 1e200 * 1e200 / 1e-200,
            OVERFLOW,
        ),
        (lambda x: x * 1e308 + x * 1e308, "overflow: finite shares add up to more than a float holds"),
    ],
)
def test_the_first_bad_node_is_named(make: Callable[[Value], Value], reason: str) -> None:
    (x,) = values(x=2.0)
    found = explain(make(x), x)
    assert found.gradient is not None and not math.isfinite(found.gradient)
    assert only(found.why) == reason


def test_a_bad_leaf_is_named() -> None:
    x, z = values(x=2.0, z=math.nan)
    assert only(explain(ag.exp(x * z), x).why) == "first bad node: the leaf z is nan"


@pytest.mark.parametrize("depth", [3, 3000])
@pytest.mark.parametrize(
    ("kill", "expected"),
    [
        (lambda v: ag.relu(v - 5), "dead here: bad = relu("),
        (
            lambda v: v * Value(0.0, label="z"),
            "multiplied by zero: bad = good * z has the local derivative z = 0 by good",
        ),
        (lambda v: ag.tanh(v * 1e6), "saturated: bad = tanh("),
        (lambda v: v * 2.1 - v * 2.1, "cancelled at good: 2.1 - 2.1"),
        (lambda v: ag.heaviside(v), "nothing can be learned through heaviside: bad = heaviside(good)"),
        (lambda v: ag.exp(v * 1e6) * 0, "first bad node: exp("),
        (lambda v: ag.where(False, v, 1.0), "branch not taken: bad = where(0, good, 1) passes no gradient"),
        (lambda v: v.detach() * 1, "not connected: "),
    ],
)
def test_the_reason_is_found_in_graphs_small_and_large(
    depth: int, kill: Callable[[Value], Value], expected: str
) -> None:
    x = good = Value(0.5, label="x")
    for _ in range(depth):
        good = ag.sqrt(good + 0.1)
    good.label = "good"
    bad = end = kill(good)
    bad.label = "bad"
    for _ in range(depth):
        end = end + 1.0
    found = explain(end, x)
    assert any(reason.startswith(expected) for reason in found.why)
