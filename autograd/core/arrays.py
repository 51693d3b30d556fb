"""Arrays of `Value`s: the bridge to NumPy, which is imported here and only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.core.real import one
from autograd.core.value import Value
from autograd.text.numbers import counted

if TYPE_CHECKING:
    import numpy as np


def array(data: Any, label: str = "") -> np.ndarray[Any, Any]:
    """Make an object array of leaves.

    Parameters
    ----------
    data : array_like of float
        Any shape.
    label : str
        Leaves are labelled ``w_1``, ``w_12`` (one index per axis, from 1; separated by commas from ten on).

    Returns
    -------
    Array
        A NumPy array of objects whose in-place operators assign its leaves under `no_grad`, as ``p -= x``
        does for one leaf, and are refused elsewhere. On a plain array of Values, ``W -= x`` puts new
        Values in the leaves' places, without their labels.

    Raises
    ------
    TypeError
        If an element is no real number; a `Value` among them, too: it is no leaf of its own then.

    See Also
    --------
    values : Single leaves, each with a label of its own.
    data, grads : Read an array's numbers and gradients.

    Examples
    --------
    >>> w = array([[1.0, 2.0], [3.0, 4.0]], label="w")
    >>> w[1, 0]
    Value(3.0, label='w_21')
    """
    import numpy as np

    from autograd.core.leaves import Array

    numbers: Any = plain(data, "data")
    leaves = np.empty(numbers.shape, dtype=object)
    separator = "," if max(numbers.shape, default=0) > 9 else ""
    for place in np.ndindex(*numbers.shape):
        suffix = separator.join(str(i + 1) for i in place)
        leaves[place] = Value(numbers[place], f"{label}_{suffix}" if label and suffix else label)
    return leaves.view(Array)


def data(values: Any) -> np.ndarray[Any, Any]:
    """Read the primals of an array (or nested list) of Values and numbers, as floats.

    Parameters
    ----------
    values : Value, float, or nested list or array of them

    Returns
    -------
    float array
        Of the same shape.

    See Also
    --------
    grads : Read the gradients instead.

    Examples
    --------
    >>> data(array([1.0, 2.0]) * 3)
    array([3., 6.])
    """
    return _read(values, lambda v: v.data if v.__class__ is Value else one(v))


def grads(values: Any) -> np.ndarray[Any, Any]:
    """Read the gradients of an array (or nested list) of Values, as floats; nan where no sweep has been yet.

    Parameters
    ----------
    values : Value, or nested list or array of them

    Returns
    -------
    float array
        Of the same shape.

    See Also
    --------
    data : Read the primals instead.

    Examples
    --------
    >>> w = array([1.0, 2.0])
    >>> (w @ w).backward()
    >>> grads(w)
    array([2., 4.])
    """
    return _read(values, _gradient)


def _gradient(value: Any) -> float:
    if not isinstance(value, Value):
        raise TypeError(
            f"grads(...) reads the gradients of Values, got {value!r} of type {type(value).__name__}."
        )
    gradient = value.grad
    if gradient is None:
        return float("nan")
    return gradient.data if isinstance(gradient, Value) else float(gradient)


def _read(values: Any, reader: Any) -> np.ndarray[Any, Any]:
    import numpy as np

    objects = plain(values, "values").astype(object)
    return np.array([reader(value) for value in objects.ravel()], dtype=float).reshape(objects.shape)


def plain(x: Any, name: str) -> np.ndarray[Any, Any]:
    """Return numbers and `Value`s as an array of NumPy: of numbers, or of objects.

    Parameters
    ----------
    x : array_like
        Nested lists, an array, or a tensor or table of another library: whatever NumPy can read, or says
        what it holds by ``tolist``.
    name : str
        What the error calls it.

    Raises
    ------
    TypeError
        For text, dates, complex and masked numbers, which NumPy would turn into floats without a word, and
        for rows of unequal length.

    Examples
    --------
    >>> plain([[1, 2.5]], "rows")
    array([[1. , 2.5]])
    >>> plain(["1", "2"], "rows")
    Traceback (most recent call last):
    TypeError: rows holds text ('1'), not numbers. Convert it first, for example with .astype(float).
    """
    import numpy as np

    if x.__class__ is np.ndarray and x.dtype == np.float64:
        return x
    array = _read_in(x, name)
    kind = array.dtype.kind
    if isinstance(array, np.ma.MaskedArray):
        missing = int(np.ma.getmaskarray(array).sum())
        if missing:
            raise TypeError(
                f"{name} holds {counted(missing, 'masked number')} of {array.size}, which means: missing. "
                f"Drop those samples, or fill them in with .filled(...)."
            )
        array = array.filled()
    if kind in "fiubO":
        return array
    first = array.ravel()[0] if array.size else None
    if kind == "c":
        raise TypeError(
            f"{name} holds complex numbers ({first}), and only real ones can be used. Take .real, or the "
            f"parts as two columns."
        )
    if kind in "Mm":
        raise TypeError(
            f"{name} holds dates or times ({first}), not numbers. Convert them first, for example to days: "
            f"(t - start) / np.timedelta64(1, 'D')."
        )
    if kind in "UST":
        raise TypeError(
            f"{name} holds text ({str(first)!r:.40}), not numbers. Convert it first, for example with "
            f".astype(float)."
        )
    return array.astype(float)  # numbers of a kind that NumPy does not know by itself, as bfloat16


def _read_in(x: Any, name: str) -> np.ndarray[Any, Any]:
    import numpy as np

    try:
        try:
            return np.asanyarray(x)
        except (TypeError, RuntimeError):
            if not hasattr(x, "tolist"):
                raise
        return np.asarray(x.tolist())  # a tensor that has a gradient, or a type that NumPy does not have
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} is no array of numbers in rows of equal length: {error}.") from None


def floats(x: Any, name: str) -> np.ndarray[Any, Any]:
    """Return plain numbers as an array of float64; not a copy where it is one.

    Raises
    ------
    TypeError
        For what `plain` refuses, and for objects that are no real numbers (`Value`s, too), with the place.

    Examples
    --------
    >>> floats([[1, None]], "rows")
    Traceback (most recent call last):
    TypeError: rows[0, 1] is no number. A Value holds a real number, got None. Was a result or an \
argument forgotten?
    """
    import numpy as np

    array = plain(x, name)
    if array.dtype.kind != "O":
        return np.asarray(array, dtype=np.float64)
    found = np.empty(array.shape)
    for place in np.ndindex(*array.shape):
        found[place] = _number_at(array[place], name, place)
    return found


def _number_at(x: Any, name: str, place: tuple[int, ...]) -> float:
    at = f"{name}[{', '.join(map(str, place))}]" if place else name
    if x.__class__ is Value:
        raise TypeError(
            f"{at} is {x!r}, and plain numbers are needed here. Read the numbers of Values with "
            f"autograd.data(...) first."
        )
    try:
        return one(x)
    except TypeError as error:
        raise TypeError(f"{at} is no number. {error}") from None


def mapped(function: Callable[..., Any], operands: tuple[Any, ...]) -> np.ndarray[Any, Any]:
    """Map a function over arrays with broadcasting; floats where no operand was a Value."""
    import numpy as np

    broadcast = np.broadcast(*[plain(operand, "an operand").astype(object) for operand in operands])
    results = np.empty(broadcast.shape, dtype=object)
    results.flat[:] = [function(*items) for items in broadcast]
    return results if any(isinstance(x, Value) for x in results.flat) else results.astype(float)
