"""`where` on functions: one branch is computed, both are recorded, and a row answers for its own alone."""

import math

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import (
    BranchError,
    DomainError,
    Program,
    RecordingError,
    Value,
    detect_anomaly,
    exp,
    grad,
    heaviside,
    log,
    no_grad,
    record,
    require,
    sqrt,
    take,
    values,
    where,
)
from tests.program.agreement import EPS

ROWS = [[2.0], [-3.0], [0.25], [-0.5], [1.0]]
BACKENDS = ["numpy", "native", "jax"]


def refused(*_):
    raise AssertionError("the branch not taken was called")


def eagerly(f, parameters, rows):
    """Return losses and the summed gradient of a function, row by row by the engine itself."""
    losses, gradient = [], np.zeros(len(parameters))
    for row in rows:
        loss = f(*row)
        losses.append(loss.data if isinstance(loss, Value) else loss)
        before = [p.grad for p in parameters]
        for p in parameters:
            p.grad = None
        if isinstance(loss, Value):
            loss.backward()
        gradient += [p.grad or 0.0 for p in parameters]
        for p, kept in zip(parameters, before, strict=True):
            p.grad = kept
    return np.array(losses), gradient


def agree(f, parameters, rows, examples, backend):
    """Record by each example, and compare with eager evaluation, where inputs are Values, too."""
    losses, gradient = eagerly(lambda *row: f(*map(Value, row)), parameters, rows)
    assert np.isfinite(losses).all() and np.isfinite(gradient).all()
    for example in examples:
        program = record(f, *example, backend="numpy" if backend == "jax" else backend)
        order = [program.leaves.index(p) for p in parameters]
        if backend == "jax":
            mean, slopes = program.lower("jax")(program.parameters, np.array(rows))
            np.testing.assert_allclose(mean, losses.mean(), rtol=64 * EPS)
            slopes = np.asarray(slopes)[order] * len(rows)
            np.testing.assert_allclose(slopes, gradient, rtol=1e-13, atol=1e-14)
            continue
        np.testing.assert_allclose(program.forward(rows), losses, rtol=64 * EPS)
        total, slopes = program.value_and_grad(rows, "sum")
        np.testing.assert_allclose(total, losses.sum(), rtol=64 * EPS)
        np.testing.assert_allclose(slopes[order], gradient, rtol=1e-13, atol=1e-14)


@pytest.fixture
def weights():
    return values(w=1.5, v=-0.75)


# Eagerly ----------------------------------------------------------------------------------------------------


def test_the_derivative_of_a_branch_beside_a_domain_exists():
    f = lambda x: where(x >= 0, lambda: x, lambda: sqrt(-x))  # noqa: E731
    assert grad(f)(1.0) == 1.0
    assert grad(f)(-4.0) == -0.25
    with pytest.raises(DomainError, match=r"sqrt\(x\) needs x >= 0, got x = -1"):
        grad(lambda x: where(x >= 0, x, sqrt(-x)))(1.0)


@pytest.mark.parametrize("condition", [True, 1, 2.5, np.bool_(True), np.float64(1.0), math.nan])
def test_only_the_branch_that_is_taken_is_called(condition):
    x = Value(3.0)
    assert where(condition, lambda: x, refused) is x
    assert where(condition, x, refused) is x
    assert where(condition, lambda: 2.0, refused) == 2.0
    assert where(condition, lambda: x, 7.0) is x
    assert where(not condition, refused, lambda: x) is x
    assert where(not condition, 7.0, lambda: x) is x
    assert where(condition=condition, a=lambda: x, b=refused) is x


@pytest.mark.parametrize("number", [2.0, -2.0])
def test_a_value_as_condition_calls_one_too_and_stands_in_the_node(number):
    x = Value(number)
    node = where(heaviside(x), lambda: x * x, lambda: -x)
    assert node.data == (4.0 if number > 0 else 2.0)
    assert grad(lambda x: where(heaviside(x), lambda: log(x), lambda: log(-x)))(number) == 1 / number
    assert heaviside(x).where(lambda: x, lambda: -x).data == 2.0


def test_what_looks_at_the_condition_anew_gets_nan_for_the_branch_that_was_not_computed():
    x = Value(2.0, label="x")
    loss = where(heaviside(x), lambda: x, lambda: -x)
    np.testing.assert_array_equal(Program(loss, [x]).forward([[3.0], [-3.0]]), [3.0, math.nan])
    x.data = -3.0
    assert math.isnan(loss.forward())
    x.data = 5.0
    assert loss.forward() == 5.0


def test_functions_take_one_condition():
    conditions = np.array([True, False, True])
    told = r"takes one condition, got an array of shape \(3,\)\. Choose for each element: \[where\(c, f, g"
    for a, b in ((lambda: 1.0, refused), (Value(1.0), refused), (refused, Value(1.0))):
        with pytest.raises(TypeError, match=told):
            where(conditions, a, b)
        with pytest.raises(TypeError, match=told):
            where(conditions * Value(1.0), a, b)
    with pytest.raises(TypeError, match="got the text 'yes'"):
        where("yes", refused, refused)


def test_other_rows_refuse_functions():
    x = Value(1.0)
    for call in (lambda: ag.maximum(x, refused), lambda: exp(refused), lambda: ag.maximum(1.0, refused)):
        with pytest.raises(TypeError, match="A Value holds a real number"):
            call()


def test_the_manual_names_the_way():
    assert "where(condition, lambda: a, lambda: b)" in where.__doc__


# In a recording ---------------------------------------------------------------------------------------------

FUNCTIONS = {
    "sqrt": lambda w, v: lambda x: where(heaviside(x), lambda: w * x, lambda: v * sqrt(-x)),
    "one number": lambda w, v: lambda x: where(heaviside(x), lambda: w * v * log(x), w),
    "a constant": lambda w, v: lambda x: where(heaviside(x), 1.0, lambda: w * v * log(-x)),
    "infinite slope": lambda w, v: lambda x: where(heaviside(x - 1), lambda: w * sqrt(x - 1), lambda: v * x),
    "a parameter's domain": lambda w, v: (
        lambda x: where(heaviside(x), lambda: w * log(w * x), lambda: v * x / (v - w * x * x))
    ),
    "nan is lost": lambda w, v: lambda x: where(heaviside(x), lambda: w * log(x**0 + x), lambda: v / (w * x)),
    "condition on a parameter": lambda w, v: (
        lambda x: where(heaviside(w), lambda: v * x, lambda: log(w) + log(-x))
    ),
    "nested": lambda w, v: (
        lambda x: where(
            heaviside(x),
            lambda: where(heaviside(x - 1), lambda: w * log(x - 0.5), lambda: v * sqrt(1 - x)),
            lambda: where(heaviside(x + 1), lambda: w / sqrt(x + 1), lambda: v * log(-1 - x)),
        )
    ),
    "overflow elsewhere": lambda w, v: (
        lambda x: where(heaviside(x), lambda: w * x, lambda: v * exp(exp(-4 * x * v)) / exp(exp(-4 * x * v)))
    ),
    "sequences": lambda w, v: (
        lambda x: where(
            heaviside(x),
            lambda: ag.dot([w, v], [x, log(x)], w) + ag.prod([w, x, v]),
            lambda: ag.logsumexp([w * sqrt(-x), v]) + ag.softmax([w, x])[0],
        )
    ),
    "used after": lambda w, v: (
        lambda x: exp(where(heaviside(x), lambda: sqrt(x), lambda: w * sqrt(-x)) * v) + w * x
    ),
    "both the same": lambda w, v: lambda x: where(heaviside(x), lambda: w * x + v, lambda: w * x + v),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_rows_agree_with_eager_evaluation_whatever_row_was_recorded(name, backend, weights):
    if backend == "jax":
        pytest.importorskip("jax")
    f = FUNCTIONS[name](*weights)
    rows = ROWS if name != "overflow elsewhere" else ROWS[:1] * 2
    agree(f, weights, rows, [[2.0], [-3.0]] if backend == "numpy" else [[0.25]], backend)


def expression(rng, depth, leaves):
    """Return a random expression with branches, as a function of nothing: it can be a branch itself."""
    if depth == 0:
        leaf = leaves[rng.integers(len(leaves))]
        return lambda: leaf
    one, other, third = (expression(rng, depth - 1, leaves) for _ in range(3))
    match rng.integers(5):
        case 0:
            return lambda: one() * ag.tanh(other())
        case 1:
            return lambda: one() + 0.5 * other() - 0.3
        case 2:
            return lambda: ag.dot([one(), third()], [other(), 0.7])
        case 3:
            return lambda: _on_both_sides(
                one() + 0.1, lambda e: sqrt(e) * other(), lambda e: log(-e) + third()
            )
    return lambda: _on_both_sides(one() - 0.1, lambda e: other() / e**0.25, lambda e: third() * (-e) ** 1.5)


def _on_both_sides(e, above, below):
    return where(heaviside(e), lambda: above(e), lambda: below(e))


@pytest.mark.parametrize("seed", range(25))
def test_random_branches_agree_with_eager_evaluation(seed, weights):
    def f(x, y):
        return expression(np.random.default_rng(seed), 4, [x, y, *weights])()

    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(12, 2)).tolist()
    program = record(f, *rows[0])
    used = [p for p in weights if p in program.leaves]
    losses, gradient = eagerly(lambda *row: f(*map(Value, row)), used, rows)
    for example in rows[:3]:
        program = record(f, *example)
        order = [program.leaves.index(p) for p in used]
        np.testing.assert_allclose(program.forward(rows), losses, rtol=1e-10, atol=1e-12)
        slopes = program.value_and_grad(rows, "sum")[1][order]
        np.testing.assert_allclose(slopes, gradient, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_gradients_are_those_of_differences(backend, weights):
    for name in ("sqrt", "nested", "sequences"):
        program = record(FUNCTIONS[name](*weights), -3.0, backend=backend)
        _, gradient = program.value_and_grad(ROWS[:4])
        start = program.parameters.copy()
        for k in range(len(start)):
            ends = []
            for step in (1e-6, -1e-6):
                program.parameters[:] = start
                program.parameters[k] += step
                ends.append(program.value_and_grad(ROWS[:4])[0])
            assert gradient[k] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)
        program.parameters[:] = start


def test_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    w, v = values(w=1.5, v=-0.75)
    program = record(FUNCTIONS["sqrt"](w, v), 1.0)
    total, gradient = program.value_and_grad(ROWS, "sum")
    tw, tv = (torch.tensor(x.data, dtype=torch.float64, requires_grad=True) for x in (w, v))
    loss = sum(tw * x if x > 0 else tv * torch.sqrt(torch.tensor(-x, dtype=torch.float64)) for (x,) in ROWS)
    loss.backward()
    assert total == pytest.approx(loss.item(), rel=1e-14)
    np.testing.assert_allclose(gradient, [tw.grad.item(), tv.grad.item()], rtol=1e-14)


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_the_error_of_a_domain_names_row_and_branch(backend):
    f = lambda x: where(heaviside(x), lambda: log(x - 2), lambda: sqrt(-x - 1))  # noqa: E731
    for example in (3.0, -3.0):
        program = record(f, example, backend=backend)
        np.testing.assert_allclose(program.forward([[3.0], [-5.0]]), [0.0, 2.0])
        told = r"^In row 1: log\(x\) needs .* got x = -1 at x - 2\. .*where takes for heaviside\(x\) != 0\.$"
        with pytest.raises(DomainError, match=told):
            program.forward([[4.0], [1.0]])
        told = r"^In row 0: sqrt\(x\) .* got x = -0\.5 at -x - 1\. .*where takes for heaviside\(x\) == 0\.$"
        with pytest.raises(DomainError, match=told):
            program.forward([[-0.5], [4.0]])


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_comparisons_count_in_their_branch_alone(backend):
    w = Value(2.0, label="w")

    def f(x):
        return where(heaviside(x), lambda: w * x if x > 1 else x, lambda: w - x if w * x > -5 else x)

    program = record(f, 2.0, backend=backend)
    np.testing.assert_array_equal(program.forward([[3.0], [-1.0]]), [6.0, 3.0])
    told = r"Row 1 .*: x > 1 was true .* is false for x = 0\.5, in the branch that where takes for "
    with pytest.raises(BranchError, match=told + r"heaviside\(x\) != 0\. A program repeats one branch"):
        program.forward([[3.0], [0.5]])
    told = r"Row 0 .*: w \* x > -5 was true .* is false for w \* x = -6, in the branch that where takes for "
    with pytest.raises(BranchError, match=told + r"heaviside\(x\) == 0\. A program"):
        program.forward([[-3.0], [-1.0]])


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_comparisons_in_a_branch_of_a_branch_count_there_alone(backend):
    def f(x, y):
        inner = lambda: where(heaviside(y), lambda: x if x > 1 else y, lambda: -x)  # noqa: E731
        return where(heaviside(x), inner, lambda: y)

    program = record(f, 2.0, 1.0, backend=backend)
    rows = [[2.0, 1.0], [0.5, -1.0], [-0.5, 1.0], [-0.5, -1.0]]
    np.testing.assert_array_equal(program.forward(rows), [2.0, -0.5, 1.0, -1.0])
    with pytest.raises(BranchError, match=r"Row 1 .*x > 1 .*where takes for heaviside\(y\) != 0"):
        program.forward([[2.0, 1.0], [0.5, 1.0]])


def test_a_comparison_of_parameters_counts_for_the_rows_that_make_it():
    w = Value(2.0, label="w")
    program = record(lambda x: where(heaviside(x), lambda: w * x if w > 1 else x, lambda: -x), 2.0)
    program.parameters[:] = 0.5
    np.testing.assert_array_equal(program.forward([[-1.0], [-2.0]]), [1.0, 2.0])
    with pytest.raises(BranchError, match=r"Row 1 takes .* w > 1 was true .* is false for w = 0\.5"):
        program.forward([[-1.0], [2.0]])


def test_what_a_branch_requires_is_required_of_its_rows():
    def paid(x):
        require(lambda x: x <= 10, lambda x: ValueError(f"at most 10 can be paid, got {x:g}"), x)
        return sqrt(x)

    for example in (4.0, -4.0):
        program = record(lambda x: where(heaviside(x), lambda: paid(x), lambda: paid(-2 * x)), example)
        np.testing.assert_allclose(program.forward([[9.0], [-2.0]]), [3.0, 2.0])
        with pytest.raises(ValueError, match=r"^In row 1: at most 10 can be paid, got 40$"):
            program.forward([[9.0], [-20.0]])
    with pytest.raises(RecordingError, match=r"does not pass a check in it .*got 12 Record with an example"):
        record(lambda x: where(heaviside(x), lambda: x, lambda: paid(3 * -x * -1)), 4.0)


def test_a_lookup_in_a_branch():
    table = values(a=10.0, b=20.0, c=30.0)
    program = record(lambda i: where(heaviside(i + 0.5), lambda: take(table, i), lambda: -i), 1.0)
    np.testing.assert_array_equal(program.forward([[0.0], [-7.0], [2.0]]), [10.0, 7.0, 30.0])
    np.testing.assert_array_equal(program.value_and_grad([[0.0], [-7.0], [2.0]], "sum")[1], [1.0, 0.0, 1.0])
    with pytest.raises(IndexError, match=r"In row 1: .*a table of 3"):
        program.forward([[0.0], [3.0]])


def test_a_bool_is_a_fixed_branch_that_is_guarded():
    program = record(lambda x: where(x >= 0, lambda: x, refused), 1.0)
    np.testing.assert_array_equal(program.forward([[2.0]]), [2.0])
    with pytest.raises(BranchError, match=r"x >= 0 was true .* is false for x = -1"):
        program.forward([[-1.0]])


def test_modes_in_a_branch(weights):
    w, v = weights

    def f(x):
        def other():
            with no_grad():
                scale = sqrt(-x * v * v)
            return scale * v + sqrt(-x).detach() * w

        return where(heaviside(x), lambda: w * x, other)

    program = record(f, 2.0)
    with detect_anomaly():
        again = record(f, 2.0)
    rows = np.array([[4.0], [-4.0]])
    for made in (program, again):
        np.testing.assert_allclose(made.forward(rows), [6.0, 2 * 0.75 * -0.75 + 2 * 1.5])
        np.testing.assert_allclose(made.value_and_grad(rows, "sum")[1], [4.0 + 2.0, 1.5])


def test_derivatives_in_a_branch_are_recorded():
    w = Value(2.0, label="w")
    slope = grad(lambda t: w * t * sqrt(t))
    program = record(lambda x: where(heaviside(x), lambda: slope(x), lambda: -x), -1.0)
    np.testing.assert_allclose(program.forward([[4.0], [-2.0]]), [6.0, 2.0])
    np.testing.assert_allclose(program.value_and_grad([[4.0], [-2.0]], "sum")[1], [3.0])


def test_branches_may_give_arrays(weights):
    W = ag.array([1.0, 2.0], label="W")

    def f(x):
        chosen = where(heaviside(x), lambda: W * log(x), lambda: W / sqrt(-x))
        return chosen[0] * chosen[1]

    program = record(f, -1.0)
    np.testing.assert_allclose(program.forward([[math.e], [-4.0]]), [2.0, 0.5])


def test_fit_trains_by_a_recording_and_as_eagerly(recwarn):
    class Model(nn.Module):
        def __init__(self):
            self.w, self.v = values(w=0.5, v=0.5)

        def forward(self, x):
            (x,) = x
            return where(heaviside(x), lambda: self.w * log(x), lambda: self.v * sqrt(-x))

    X, y = [[1.0], [2.0], [-1.0], [-4.0], [0.5]], [0.0, 1.4, 3.0, 6.0, -1.4]
    found = []
    for backend in ("eager", "numpy", "native"):
        model = Model()
        descent = nn.optim.SGD(model.parameters(), lr=0.1)
        nn.fit(model, nn.losses.mse, descent, (np.array(X), np.array(y)), epochs=30, backend=backend)
        found.append([model.w.data, model.v.data])
    assert not [w for w in recwarn if "row by row" in str(w.message)]
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=1e-12)


def test_native_stays_native_where_a_branch_is_not_taken():
    w, v = values(w=1.5, v=-0.75)
    program = record(FUNCTIONS["nested"](w, v), 2.0, backend="native")
    if program.backend != "native":
        pytest.skip("no compiler")
    assert program._backend.losses(np.array(ROWS[:4])) is not None
