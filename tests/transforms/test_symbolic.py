"""The `Value` reader: local gradients that can be differentiated again, and `backward(create_graph=True)`."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    DomainError,
    Primitive,
    Value,
    cos,
    dot,
    exp,
    logsumexp,
    no_grad,
    prod,
    relu,
    sin,
    sqrt,
    tanh,
    where,
)
from autograd.core.modes import mode, modes
from autograd.core.value import values
from autograd.table.primitive import TABLE

finite = st.floats(-2, 2)


def partial_values(node, wanted=None):
    """Ask a node's row for its local gradients as Values."""
    return node.op.partial_values(node, wanted)


def number(x):
    return x.data if isinstance(x, Value) else x


@pytest.mark.parametrize("name", sorted(TABLE))
def test_partials_read_as_values_equal_the_memoized_floats(name):
    row = TABLE[name]
    point = [
        [0.3, 0.6, 0.9] if p in row.sequences else sum(box) / 2 + 0.1
        for p, box in zip(row.parameters, row.domain, strict=True)
    ]
    leaves = [[Value(x) for x in item] if isinstance(item, list) else Value(item) for item in point]
    node = row(*leaves)
    symbolic = [number(partial) for partial in partial_values(node)]
    assert symbolic == list(node.partials)


def test_a_plain_number_gets_no_partial_and_none_is_evaluated_for_it():
    x = Value(-2.0)
    node = x**2.0
    assert partial_values(node)[1] is None
    assert number(partial_values(node)[0]) == -4.0


def test_partials_that_nobody_wants_are_not_evaluated():
    node = Value(-2.0) ** Value(2.0)
    assert number(partial_values(node, wanted=[True, False])[0]) == -4.0
    assert partial_values(node, wanted=[True, False])[1] is None
    with pytest.raises(DomainError, match=r"log\(x\) needs x > 0, got x = -2"):
        partial_values(node)


def test_a_leaf_has_no_partials():
    assert (Value(1.0).op, Value(1.0).partials) == (None, ())


def test_where_in_a_partial_does_not_evaluate_the_branch_not_taken():
    # d(x**y)/dy = where(out == 0, 0, out * log(x)): log(0) would be a DomainError
    x, y = values(x=0.0, y=2.0)
    assert [number(partial) for partial in partial_values(x**y)] == [0.0, 0.0]


def test_the_branch_that_where_did_not_take_has_no_edge():
    c, a, b = values(c=1.0, a=2.0, b=3.0)
    assert partial_values(where(c, a, b)) == (None, 1.0, None)


@given(st.lists(st.sampled_from([-2.0, 0.0, 0.5, 3.0]), min_size=1, max_size=6))
def test_products_of_the_others_are_right_with_any_number_of_zeros(data):
    x = [Value(item) for item in data]
    expected = [math.prod(data[:j] + data[j + 1 :]) for j in range(len(data))]
    assert [number(partial) for partial in partial_values(prod(x))] == expected


def test_the_second_derivative_of_a_product_is_the_product_of_the_rest():
    x = [Value(item) for item in (2.0, 3.0, 5.0)]
    prod(x).backward(create_graph=True)
    first = x[0].grad
    for item in x:
        item.grad = None
    first.backward()
    assert [item.grad for item in x] == [None, 5.0, 3.0]


@given(finite, finite)
def test_create_graph_leaves_the_same_bits_as_backward(p, q):
    def graph():
        a, b = values(a=p, b=q)
        c = tanh(a * b) + exp(a) * sin(b)
        d = dot([c, a, b], [a, b, c], b) + logsumexp([a, b, c]) * relu(a - b)
        return (a, b, c), c * d - c / (1 + d * d)

    nodes, root = graph()
    root.backward()
    again, root = graph()
    root.backward(create_graph=True)
    assert [node.grad for node in nodes] == [node.grad.data for node in again]


def test_every_gradient_is_a_value_also_where_it_is_constant():
    x = Value(2.0)
    (3 * x).backward(create_graph=True)
    assert isinstance(x.grad, Value)
    assert x.grad.data == 3.0


def test_leaves_accumulate_and_interior_nodes_are_overwritten():
    x = Value(3.0)
    y = x * x
    z = y * y
    z.backward(create_graph=True)
    z.backward(create_graph=True)
    assert x.grad.data == 2 * 4 * 27
    assert y.grad.data == 18.0
    z.backward()
    assert x.grad.data == 3 * 4 * 27


def test_gradients_accumulate_on_a_float_that_was_there():
    x = Value(3.0)
    x.grad = 1.0
    (x * x).backward(create_graph=True)
    assert x.grad.data == 7.0


def test_three_derivatives_of_sine():
    x = Value(0.7)
    sin(x).backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward(create_graph=True)
    second, x.grad = x.grad, None
    second.backward()
    assert first.data == math.cos(0.7)
    assert second.data == -math.sin(0.7)
    assert x.grad == -math.cos(0.7)


def test_a_gradient_is_never_a_node_that_the_learner_holds():
    a, b = values(a=2.0, b=3.0)
    y = exp(a) * b
    y.backward(create_graph=True)
    assert b.grad.data == math.exp(2.0)
    assert a.grad is not b
    assert b.grad is not y.parents[0]
    with no_grad():
        a.grad *= 0.5
    assert b.data == 3.0


def test_two_leaves_do_not_share_a_constant_gradient():
    a, b = values(a=2.0, b=3.0)
    (a + b).backward(create_graph=True)
    assert a.grad is not b.grad


def test_the_seed_scales_every_gradient():
    x = Value(3.0)
    (x * x).backward(0.5, create_graph=True)
    assert x.grad.data == 3.0


def test_create_graph_records_inside_no_grad_too():
    x = Value(3.0)
    y = x * x * x
    with no_grad():
        y.backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward()
    assert x.grad == 18.0


def test_the_derivative_of_sqrt_at_0_is_a_domain_error_and_changes_no_gradient():
    x, b = values(x=0.0, b=2.0)
    b.grad = 5.0
    y = b * sqrt(x)
    y.grad = 7.0
    with pytest.raises(DomainError) as caught:
        y.backward(create_graph=True)
    message = str(caught.value)
    for part in (
        "differentiated again",
        "sqrt(x)",
        "0.5 / out",
        "got y = 0",
        "Keep the denominator away from zero",
    ):
        assert part in message
    assert (x.grad, b.grad, y.grad) == (None, 5.0, 7.0)


def test_a_row_from_python_functions_says_that_it_cannot_be_differentiated_twice():
    cube = Primitive("cube", ("x",), "", (), from_callables=(lambda x: x**3, lambda x: (3 * x * x,)))
    x = Value(2.0)
    y = cube(x)
    y.backward()
    assert x.grad == 12.0
    with pytest.raises(
        TypeError, match=r"cube was registered from Python functions.*Register it from formulas, as text"
    ):
        y.backward(create_graph=True)
    assert x.grad == 12.0


def test_a_deep_chain_is_differentiated_without_recursion():
    x = Value(0.5)
    y = x
    for _ in range(20_000):
        y = y + 1e-9 * cos(y)
    y.backward(create_graph=True)
    first, x.grad = x.grad, None
    first.backward()
    assert math.isfinite(x.grad)
    x.grad = None


def test_the_branch_that_a_partial_takes_is_guarded_like_any_comparison():
    x = Value(2.0)
    node = relu(x)
    with mode("guards", []):
        partial_values(node)
        (guard,) = modes.guards
    symbol, left, right, decision, _ = guard
    assert (symbol, left is x, right, decision) == ("<=", True, 0.0, False)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_function_that_a_partial_calls_is_a_row(name):
    called = set().union(*(autograd.table.language.functions(text) for text in TABLE[name].partials))
    assert called - {"power", "others"} <= set(TABLE)
