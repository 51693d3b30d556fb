"""Arrays of `Value`s: the bridge to NumPy, which is imported here and only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd.core.value import Value

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
    numpy.ndarray of object

    Raises
    ------
    TypeError
        If an element is no real number; a `Value` among them, too: it is no leaf of its own then.

    Examples
    --------
    >>> w = array([[1.0, 2.0], [3.0, 4.0]], label="w")
    >>> w[1, 0]
    Value(3.0, label='w_21')
    """
    import numpy as np

    numbers = np.array(data, dtype=object)
    leaves = np.empty(numbers.shape, dtype=object)
    separator = "," if max(numbers.shape, default=0) > 9 else ""
    for place in np.ndindex(*numbers.shape):
        suffix = separator.join(str(i + 1) for i in place)
        number: Any = numbers[place]
        leaves[place] = Value(number, f"{label}_{suffix}" if label and suffix else label)
    return leaves


def data(values: Any) -> np.ndarray[Any, Any]:
    """Read the primals of an array (or nested list) of Values and numbers, as floats.

    Examples
    --------
    >>> data(array([1.0, 2.0]) * 3)
    array([3., 6.])
    """
    return _read(values, lambda v: v.data if isinstance(v, Value) else float(v))


def grads(values: Any) -> np.ndarray[Any, Any]:
    """Read the gradients of an array (or nested list) of Values, as floats; nan where no sweep has been yet.

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

    objects = np.asarray(values, dtype=object)
    return np.array([reader(value) for value in objects.ravel()], dtype=float).reshape(objects.shape)


def mapped(function: Callable[..., Any], operands: tuple[Any, ...]) -> np.ndarray[Any, Any]:
    """Map a function over arrays with broadcasting; floats where no operand was a Value."""
    import numpy as np

    broadcast = np.broadcast(*[np.asarray(operand, dtype=object) for operand in operands])
    results = np.empty(broadcast.shape, dtype=object)
    results.flat[:] = [function(*items) for items in broadcast]
    return results if any(isinstance(x, Value) for x in results.flat) else results.astype(float)
