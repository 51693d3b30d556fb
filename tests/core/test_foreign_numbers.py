"""Numbers of other libraries: what holds one number is a number, anything else is refused in words."""

import datetime
import re

import numpy as np
import pytest

import autograd
from autograd import Program, Value, array, data, exp, grad, values
from autograd.core.real import one

torch = pytest.importorskip("torch")

ONE = {
    "tensor": torch.tensor(3.0),
    "whole tensor": torch.tensor(3),
    "tensor with a gradient": torch.tensor(3.0, requires_grad=True),
    "bfloat16": torch.tensor(3.0, dtype=torch.bfloat16),
    "objects": np.array(3.0, dtype=object),
    "float16": np.float16(3),
    "float array": np.array(3.0),
}


@pytest.mark.parametrize("number", ONE.values(), ids=ONE)
def test_what_holds_one_number_and_has_no_axis_is_that_number(number):
    v = Value(2.0)
    assert Value(number).data == 3.0
    assert grad(lambda x: x * x)(number) == 6.0
    assert (v * number).data == (number * v).data == 6.0
    assert exp(number) == pytest.approx(np.exp(3.0), rel=1e-15)
    assert v < number and v != number and (v + 1.0) == number
    assert one(number) == 3.0


@pytest.mark.parametrize(
    ("tensor", "numbers"),
    [
        (torch.tensor([1.0, 2.0]), [1.0, 2.0]),
        (torch.tensor([1.0, 2.0], requires_grad=True), [1.0, 2.0]),
        (torch.tensor([1.0, 2.0], dtype=torch.bfloat16), [1.0, 2.0]),
        (torch.tensor([[1, 2]]), [[1.0, 2.0]]),
    ],
)
def test_tensors_are_arrays_of_numbers(tensor, numbers):
    assert data(tensor).tolist() == numbers
    assert data(array(tensor)).tolist() == numbers
    doubled = (2 * np.array(numbers)).tolist()
    assert grad(lambda x: autograd.sum(list(x.ravel() ** 2)))(tensor).tolist() == doubled
    assert exp(tensor).tolist() == np.exp(numbers).tolist()
    x, w = values(x=1.0, w=3.0)
    rows = tensor.reshape(-1, 1)
    assert Program(w * x, inputs=[x]).forward(rows).tolist() == [3.0, 6.0]


class Table:
    """What pandas' Series and DataFrame are to us: they say what they hold, and are no arrays."""

    def __init__(self, numbers):
        self.numbers = np.array(numbers)
        self.ndim, self.shape = self.numbers.ndim, self.numbers.shape

    def __array__(self, dtype=None, copy=None):
        return self.numbers.astype(dtype or float)


def test_tables_are_arrays_of_numbers():
    assert data(Table([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert grad(lambda x: x[0, 0] * x[0, 1])(Table([[2.0, 3.0]])).tolist() == [[3.0, 2.0]]
    x, w = values(x=1.0, w=3.0)
    assert Program(w * x, inputs=[x]).forward(Table([[2.0]])).tolist() == [6.0]
    with pytest.raises(TypeError, match=r"one real number, got an array of shape \(2,\).*autograd\.array"):
        Value(Table([1.0, 2.0]))


REFUSED = [
    (torch.tensor([1.0, 2.0]), r"one real number, got an array of shape \(2,\)"),
    (torch.tensor([3.0]), r"shape \(1,\).*For its one number use x\.item\(\)"),
    (torch.tensor(1 + 2j), r"got the complex \(1\+2j\)"),
    (torch.tensor(3.0, device="meta"), "this Tensor gives none"),
    (np.array(None), "got None"),
    (np.array("3"), r"got the text '3'\. Convert it first: float\('3'\)"),
    (np.array(Value(3.0)), r"array of object\. Take out what it holds with x\.item\(\)"),
    (np.ma.masked, r"masked, which means: missing.*filled"),
    (np.ma.array(3.0, mask=True), "masked, which means: missing"),
    (np.timedelta64(3, "D"), "the date or time.*Convert it first"),
    (np.datetime64("2020-01-01"), "the date or time"),
    (np.array(3, dtype="timedelta64[s]"), "the date or time"),
    (datetime.date(2020, 1, 1), "of type date"),
    (10**5000, "too large for one .it has 5001 digits"),
    (-(10**400), "too large for one .it has 401 digits"),
    (np.array(10**5000, dtype=object), "it has 5001 digits"),
]


@pytest.mark.parametrize(("thing", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_one_real_number_is_refused_in_words(thing, words):
    with pytest.raises(TypeError, match=words):
        Value(thing)


def test_tensors_do_not_meet_values_in_arithmetic():
    words = re.escape("A Value cannot meet a Tensor of shape (2,), whose arithmetic knows no Values.")
    v, tensor = Value(2.0), torch.tensor([1.0, 2.0])
    for meet in (lambda: v * tensor, lambda: tensor * v, lambda: v == tensor, lambda: v < tensor):
        with pytest.raises(TypeError, match=words):
            meet()


BAD = {
    "text": (["1", "2"], r"holds text \('1'\), not numbers.*astype\(float\)"),
    "dates": (np.array(["2020-01-01"], dtype="datetime64[D]"), r"holds dates or times \(2020-01-01\)"),
    "durations": (np.array([3], dtype="timedelta64[D]"), "holds dates or times"),
    "complex": (np.array([1 + 2j]), r"holds complex numbers \(\(1\+2j\)\)"),
    "masked": (np.ma.array([1.0, 2.0], mask=[False, True]), "holds 1 masked number of 2.*filled"),
    "none": ([1.0, None], r"\[1(, 0)?\] is no number\. .*got None"),
    "ragged": ([[1.0], [1.0, 2.0]], "is no array of numbers in rows of equal length"),
}


@pytest.mark.parametrize(("numbers", "words"), BAD.values(), ids=BAD)
def test_careless_data_is_refused_wherever_numbers_are_read(numbers, words):
    x, w = values(x=1.0, w=3.0)
    program = Program(w * x, inputs=[x])
    column = numbers if words.startswith("is no") else np.ma.asarray(numbers).reshape(-1, 1)
    rows = column if np.ma.is_masked(column) or isinstance(column, list) else np.asarray(column)
    for read in (program.forward, program.value_and_grad, lambda rows: program.train(rows, steps=1, lr=0.1)):
        with pytest.raises(TypeError, match=f"rows.*{words}"):
            read(rows)
    with pytest.raises(TypeError, match=words):
        program.parameters = numbers
    assert program.parameters.tolist() == [3.0]
    if words.startswith("holds"):
        with pytest.raises(TypeError, match=words):
            array(numbers)
        with pytest.raises(TypeError, match=words):
            data(numbers)


def test_values_are_no_rows():
    x, w = values(x=1.0, w=3.0)
    with pytest.raises(TypeError, match=r"rows\[0, 0\] is Value.*autograd\.data"):
        Program(w * x, inputs=[x]).forward([[Value(1.0)]])
