"""First and second derivatives of the rows that PyTorch has, and the choices at kinks, against PyTorch."""

import math

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.table.language import COMPARISONS
from autograd.table.primitive import TABLE, kinks
from tests.table.oracle import applied, points

torch = pytest.importorskip("torch")
functional = torch.nn.functional

RENAMED = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "neg": torch.neg,
    "logsigmoid": functional.logsigmoid,
    "softplus": None,  # beta is a number there
    "leaky_relu": None,  # so is the slope
    "elu": None,  # and alpha
    "silu": functional.silu,
    "gelu": functional.gelu,
    "where": lambda c, a, b: torch.where(c != 0, a, b),
    "clip": torch.clip,
    "max": lambda *x: torch.amax(torch.stack(x), 0),
    "min": lambda *x: torch.amin(torch.stack(x), 0),
    "sum": lambda *x: torch.stack(x).sum(),
    "mean": lambda *x: torch.stack(x).mean(),
    "prod": lambda *x: torch.stack(x).prod(),
    "logsumexp": lambda *x: torch.logsumexp(torch.stack(x), 0),
    "dot": lambda *x: torch.dot(torch.stack(x[:3]), torch.stack(x[3:6])) + x[6],
    "heaviside": None,  # without derivative there
    **dict.fromkeys(name for name, row in TABLE.items() if row.symbol in COMPARISONS.values()),  # nor these
    "pow": torch.pow,
}
THEIRS = {name: RENAMED.get(name, getattr(torch, name, None)) for name in sorted(TABLE)}
# Where PyTorch's second derivative is right: away from where it takes a constant or divides by an operand.
EXACT = {"pow": lambda x: x[1] != 0, "prod": lambda x: min(map(abs, x)) > 1e-3}
BOTH = [name for name, function in THEIRS.items() if function is not None]


def ours(row, point):
    leaves = [Value(x) for x in point]
    applied(row, leaves).backward(create_graph=True)
    first = [leaf.grad for leaf in leaves]
    second = []
    for gradient in first:
        for leaf in leaves:
            leaf.grad = None
        if gradient is not None:
            gradient.backward()
        second.append([leaf.grad or 0.0 for leaf in leaves])
    return [0.0 if gradient is None else gradient.data for gradient in first], second


def theirs(name, point):
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    options = {"allow_unused": True, "materialize_grads": True}
    first = torch.autograd.grad(THEIRS[name](*leaves), leaves, create_graph=True, **options)
    second = [
        torch.autograd.grad(slope, leaves, retain_graph=True, **options)
        if slope.requires_grad
        else torch.zeros(len(point))
        for slope in first
    ]
    return [slope.item() for slope in first], [[x.item() for x in line] for line in second]


def close(one, other):
    """Agree to 1e-11 of max(1, |number|): both take some ten roundings of terms of that size."""
    return all(abs(x - y) <= 1e-11 * max(1.0, abs(y)) for x, y in zip(one, other, strict=True))


@pytest.mark.parametrize("name", BOTH)
@given(data=st.data())
@settings(max_examples=10)
def test_first_and_second_derivatives_are_pytorchs(name, data):
    row = TABLE[name]
    point = data.draw(points(row))
    assume(not kinks(applied(row, [Value(x) for x in point])))
    assume(name not in EXACT or EXACT[name](point))
    (first, second), (their_first, their_second) = ours(row, point), theirs(name, point)
    assert close(first, their_first)
    assert all(close(one, other) for one, other in zip(second, their_second, strict=True))


CHOSEN = [
    ("relu", [0.0]),
    ("abs", [0.0]),
    ("sign", [0.0]),
    ("floor", [2.0]),
    ("maximum", [1.5, 1.5]),
    ("minimum", [1.5, 1.5]),
    ("max", [1.0, 1.0, -2.0]),
    ("min", [1.0, 1.0, 2.0]),
    ("clip", [-1.0, -1.0, 1.0]),
    ("clip", [1.0, -1.0, 1.0]),
]


@pytest.mark.parametrize(("name", "point"), CHOSEN)
def test_the_choices_at_kinks_are_pytorchs(name, point):
    leaves = [Value(x) for x in point]
    node = applied(TABLE[name], leaves)
    assert kinks(node)
    assert [partial or 0.0 for partial in node.partials] == theirs(name, point)[0]


def test_every_kink_that_says_as_pytorch_is_compared_with_it():
    said = {name for name, row in TABLE.items() if any("as PyTorch" in kink.why for kink in row.kinks)}
    assert said == {"relu", "abs", "leaky_relu", "elu"}  # the last two below
    assert said <= {name for name, _ in CHOSEN} | {"leaky_relu", "elu"}


def test_hypot_has_no_derivative_at_the_origin_in_pytorch_and_says_so():
    (kink,) = kinks(TABLE["hypot"](Value(0.0), Value(0.0)))
    assert kink.why.endswith("where PyTorch gives nan")
    assert all(map(math.isnan, theirs("hypot", [0.0, 0.0])[0]))


@pytest.mark.parametrize(
    ("name", "function", "parameter"),
    [
        ("leaky_relu", lambda x: functional.leaky_relu(x, 0.2), 0.2),
        ("elu", lambda x: functional.elu(x, 1.5), 1.5),
        ("softplus", lambda x: functional.softplus(x, beta=2.0), 2.0),
    ],
)
@given(x=st.floats(-5, 5))
@example(x=0.0)
@settings(max_examples=10)
def test_rows_whose_parameter_is_a_number_there(name, function, parameter, x):
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(leaf), leaf)
    assert TABLE[name](Value(x), parameter).partials[0] == pytest.approx(slope.item(), rel=1e-13, abs=1e-15)
