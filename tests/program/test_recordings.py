"""A recording never freezes a number in silence: what is read is refused, what is cut is computed anew."""

import copy
import math
import pickle
import threading

import numpy as np
import pytest

import autograd as ag
from autograd import (
    Program,
    RecordingError,
    Value,
    detect_anomaly,
    grad,
    no_grad,
    record,
    require,
    softmax,
    take,
    values,
)

ROWS = [[2.0], [3.0], [-0.5]]
X = [2.0, 3.0, -0.5]

READS = {
    "data": (lambda x: x * x.data, "reads the number of x"),
    "item": (lambda x: x * x.item(), "reads the number of x"),
    "round": (lambda x: x * round(x, 1), "reads the number of x"),
    "format": (lambda x: x * float(f"{x:.3f}"), "formats x"),
    "plain format": (lambda x: x * len(f"{x}"), "formats x"),
    "index": (lambda x: [x, 2 * x][int(abs(x.data)) % 2], "reads the number of x"),
    "the usual shift": (lambda x: ag.exp(x - max(v.data for v in [x, 2 * x])), "reads the number of x"),
    "computed": (lambda x: x * (x * x).data, r"reads the number of x \* x"),
    "copy": (lambda x: x * copy.copy(x), "copies x"),
    "deepcopy": (lambda x: x * copy.deepcopy(x * 2.0), r"copies x \* 2"),
    "pickle": (lambda x: x * pickle.loads(pickle.dumps(x)), "copies x"),
    "partials": (lambda x: x * (x * x).partials[0], r"reads the local gradients of x \* x"),
    "array": (lambda x: x * ag.data([x])[0], "reads the number of x"),
}


@pytest.mark.parametrize("way", READS)
def test_reading_what_depends_on_an_input_is_refused_with_line_node_and_way_out(way):
    f, told = READS[way]
    with pytest.raises(RecordingError, match=told) as error:
        record(f, 1.5)
    assert "while the function is recorded" in str(error.value)
    assert "test_recordings.py" in str(error.value)
    assert "keep what it was in this one row" in str(error.value)


def test_the_error_of_an_index_names_the_lookup_that_is_repeated():
    with pytest.raises(RecordingError, match=r"autograd\.take\(table, x\)"):
        record(lambda x: values(a=1.0, b=2.0)[int(x.data)], 1.0)


def test_a_gradient_that_is_read_inside_is_refused_and_grad_is_recorded():
    def swept(x):
        y = x * x * x
        y.backward()
        return y * x.grad

    with pytest.raises(RecordingError, match=r"reads the gradient of x.*autograd\.grad"):
        record(swept, 1.5)
    program = record(lambda x: x * grad(lambda t: t * t * t)(x), 1.5)
    assert program.forward(ROWS).tolist() == pytest.approx([x * 3 * x * x for x in X], rel=1e-15)


def test_reading_a_parameter_is_refused_as_training_changes_it():
    w = Value(2.0, label="w")
    with pytest.raises(RecordingError, match="reads the number of w"):
        record(lambda x: x * w * w.data, 1.0)


def test_assigning_a_leaf_inside_is_refused():
    w = Value(2.0, label="w")

    def moving(x):
        w.data = 3.0
        return x * w

    with pytest.raises(RecordingError, match="assigns w"):
        record(moving, 1.0)


def test_constants_made_inside_may_be_read():
    def f(x):
        half = Value(0.5)
        return x * half.data

    assert record(f, 1.0).forward(ROWS).tolist() == [0.5 * x for x in X]


def test_repr_never_raises_while_something_is_recorded():
    seen = []
    record(lambda x: (seen.append(repr(x * x)), x)[1], 3.0)
    assert seen == ["Value(9.0, op=mul)"]


def test_afterwards_and_in_other_threads_reading_is_as_before():
    inside, read = threading.Event(), []

    def other():
        inside.wait(10)
        read.append((Value(7.0) * 2.0).data)

    thread = threading.Thread(target=other)
    thread.start()

    def f(x):
        inside.set()
        thread.join(10)
        return x * x

    record(f, 1.0)
    with pytest.raises(RecordingError):
        record(lambda x: x * x.data, 1.0)
    assert read == [14.0]
    node = Value(3.0) * 2.0
    assert (node.data, node.grad, node.partials) == (6.0, None, (2.0, None))
    assert type(Value.data.fget).__name__ == "attrgetter"  # a plain read again


def test_detach_is_repeated_for_every_row_and_learns_nothing():
    program = record(lambda x: x * x.detach(), 2.0)
    assert program.forward([[2.0], [3.0]]).tolist() == [4.0, 9.0]
    w = Value(2.0, label="w")
    program = record(lambda x: (w * x).detach() * w * x, 1.0)
    loss, gradient = program.value_and_grad(ROWS, reduction="sum")
    assert loss == pytest.approx(sum((2 * x) ** 2 for x in X))
    assert gradient.tolist() == pytest.approx([sum(2 * x * x for x in X)])  # half of that without detach


def test_detach_outside_a_recording_stays_a_fresh_leaf():
    x = Value(3.0, label="x")
    cut = (x * x).detach()
    assert (cut.op, cut.data, cut.parents) == (None, 9.0, ())
    y = x * x.detach()
    y.backward()
    assert x.grad == 3.0


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_a_straight_through_estimator_trains_right(backend):
    w = Value(0.7, label="w")

    def f(x, t):
        z = w * x
        hard = z + (ag.heaviside(z) - z).detach()  # the step's value, the identity's derivative
        return (hard - t) ** 2

    rows = [[1.0, 0.0], [-2.0, 1.0], [0.5, 1.0]]
    try:
        program = record(f, 1.0, 0.0, backend=backend)
        loss, gradient = program.value_and_grad(rows, reduction="sum")
    except OSError:
        pytest.skip("there is no C compiler")
    for row in rows:
        f(*row).backward()
    assert gradient.tolist() == pytest.approx([w.grad])
    assert loss == pytest.approx(sum(f(*row).data for row in rows))


def test_no_grad_inside_a_recording_is_repeated_without_gradient():
    w = Value(3.0, label="w")

    def f(x):
        with no_grad():
            frozen = w * x
        return frozen * w

    program = record(f, 1.0)
    assert program.forward(ROWS).tolist() == pytest.approx([9 * x for x in X])
    (slope,) = program.value_and_grad(ROWS, reduction="sum")[1]
    assert slope == pytest.approx(sum(3 * x for x in X))


def test_a_program_of_a_graph_with_a_detached_leaf_is_refused_in_words():
    x, w = values(x=2.0, w=3.0)
    with pytest.raises(ValueError, match=r"detach.*stop_gradient"):
        Program((x * w).detach() * w, inputs=[x])
    cut = (x * w).detach()
    assert Program(cut * w, inputs=[cut]).forward([[2.0]]).tolist() == [6.0]
    cut.data = 1.0  # assigned, it is a parameter of its own
    assert Program(cut * w * x, inputs=[x]).forward([[2.0]]).tolist() == [6.0]


def test_softmax_shifts_each_row_by_its_own_largest_score():
    program = record(lambda a, b: ag.dot(softmax([a, b]), [1.0, 2.0]), 1e6, 0.0)
    assert program.forward([[0.0, math.log(3.0)]]).tolist() == pytest.approx([1.75], rel=1e-15)


def test_what_leaves_the_reals_while_recorded_is_told_as_ever():
    with pytest.raises(ag.DomainError, match=r"log\(x\) needs x > 0, got x = -1"):
        record(lambda x: ag.log(x), -1.0)
    with detect_anomaly(), pytest.raises(ag.AnomalyError, match="exp gave inf"):
        record(lambda x: ag.exp(x), 1000.0)


# Lookups -------------------------------------------------------------------------------------------------


def test_take_is_the_element_eagerly_and_each_rows_own_in_a_replay():
    table = values(a=10.0, b=20.0, c=30.0)
    assert take(table, 1) is table[1]
    program = record(lambda i: take(table, i) * 2.0, 0.0)
    assert program.forward([[0.0], [1.0], [2.0]]).tolist() == [20.0, 40.0, 60.0]
    assert program.value_and_grad([[1.0], [1.0], [2.0]], reduction="sum")[1].tolist() == [0.0, 4.0, 2.0]


def test_take_of_vectors_gives_a_vector():
    table = [values(a=1.0, b=2.0), values(c=3.0, d=4.0)]
    program = record(lambda i: ag.dot(take(table, i), [1.0, 10.0]), 0.0)
    assert program.forward([[0.0], [1.0]]).tolist() == [21.0, 43.0]


def test_an_infinite_entry_that_is_not_taken_spoils_nothing():
    program = record(lambda i: take([math.inf, 2.0, -math.inf], i), 1.0)
    assert program.forward([[1.0], [0.0]]).tolist() == [2.0, math.inf]


@pytest.mark.parametrize("index", [-1.0, 3.0, 0.5, math.nan])
def test_an_index_beside_the_table_is_refused_in_every_row(index):
    table = [1.0, 2.0, 3.0]
    with pytest.raises(IndexError, match="a table of 3 is looked up at 0 to 2"):
        take(table, index)
    with pytest.raises(IndexError, match=r"In row 1: .*a table of 3"):
        record(lambda i: take(table, i), 0.0).forward([[2.0], [index]])


# Checks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_what_a_function_requires_is_checked_in_every_row(backend):
    def f(x, y):
        require(
            lambda x, y: 0 <= x <= y, lambda x, y: ValueError(f"{x:g} does not lie between 0 and {y:g}"), x, y
        )
        return x * y

    program = record(f, 1.0, 2.0, backend=backend)
    assert program.forward([[0.0, 1.0], [2.0, 2.0]]).tolist() == [0.0, 4.0]
    with pytest.raises(ValueError, match="In row 1: 3 does not lie between 0 and 2"):
        program.forward([[0.0, 1.0], [3.0, 2.0]])
    with pytest.raises(ValueError, match=r"^-1 does not lie between 0 and 2"):
        f(Value(-1.0), 2.0)
    with pytest.raises(ValueError, match=r"^-1 does not lie between 0 and 2"):
        record(f, -1.0, 2.0)


def test_a_required_condition_holds_for_nan_as_written():
    def f(x):
        require(lambda x: x == x, lambda x: ValueError(f"got {x}"), x)
        return x * 2.0

    with pytest.raises(ValueError, match="In row 0: got nan"):
        record(f, 1.0).forward(np.array([[math.nan]]))


def test_a_value_as_index_names_the_lookup():
    with pytest.raises(TypeError, match=r"As an index: autograd\.take\(table, v\)"):
        record(lambda x: values(a=1.0, b=2.0)[x], 1.0)
