"""Feature maps φ(x): what a linear predictor f(x) = w·φ(x) sees of x; knows numbers and Values, and no model.

The map decides what a linear model can say. [1, x] draws lines, [1, x, x², x³] cubics; a hidden layer is a
map that is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd.core.arrays import plain
from nn.arguments import integer

__all__ = ["FeatureMap", "linear", "poly", "sin3", "custom"]


class FeatureMap:
    """Several functions of one sample, as one.

    Called with a number, a Value or a list (one sample with several components), it returns the list of
    features. Called with an array, it returns one row of features per entry (1-dimensional) or per row
    (2-dimensional).

    Parameters
    ----------
    functions : sequence of callables
        Each takes a sample and returns a number or a Value.
    names : sequence of str
        For tables and figures, as many as functions.
    """

    def __init__(self, functions: Sequence[Callable[[Any], Any]], names: Sequence[str]) -> None:
        if not functions:
            raise ValueError("A feature map needs at least one function.")
        for i, function in enumerate(functions):
            if not callable(function):
                raise TypeError(f"Feature {i} is {function!r}, not a function: write lambda x: ...")
        if len(names) != len(functions):
            raise ValueError(f"{len(functions)} functions and {len(names)} names: give one name each.")
        self.functions = tuple(functions)
        self.names = tuple(names)

    def __call__(self, x: Any) -> Any:
        """Return φ(x): a list for one sample, an array (samples, features) for an array of samples."""
        x = _floats(x)
        if getattr(x, "ndim", 0):
            rows = [[function(sample) for function in self.functions] for sample in x]
            symbolic = any(isinstance(entry, autograd.Value) for row in rows for entry in row)
            return np.array(rows, dtype=object if symbolic else float).reshape(len(x), len(self))
        return [function(x) for function in self.functions]

    def __len__(self) -> int:
        return len(self.functions)

    def __repr__(self) -> str:
        return f"φ(x) = [{', '.join(self.names)}]"


def _floats(x: Any) -> Any:
    """Return a sample or an array of them with floats for numbers of NumPy, whose powers would overflow."""
    if type(x) in (list, tuple):
        return type(x)(map(_floats, x))
    array = plain(x, "x") if getattr(x, "ndim", 0) else x
    if isinstance(array, np.ndarray | np.generic) and array.dtype.kind in "biuf":
        return array.astype(float) if array.ndim else float(array)
    return array


def poly(degree: int) -> FeatureMap:
    """Return the map [1, x, x², ..., x^degree].

    Parameters
    ----------
    degree : int >= 0
        The highest power.

    Returns
    -------
    FeatureMap
        With degree + 1 features.

    Examples
    --------
    >>> poly(3)(0.5)
    [1.0, 0.5, 0.25, 0.125]
    """
    degree = integer("degree", degree, low=0)
    names = ["1", "x", *(f"x^{k}" for k in range(2, degree + 1))]
    return FeatureMap([_power(k) for k in range(degree + 1)], names[: degree + 1])


def _power(k: int) -> Callable[[Any], Any]:
    if k == 0:
        return lambda x: 1.0
    if k == 1:
        return lambda x: x
    return lambda x: x**k


def custom(*functions: Callable[[Any], Any], names: Sequence[str] | None = None) -> FeatureMap:
    """Return the map made of functions of your own, one feature each.

    Parameters
    ----------
    *functions : callable
        Each takes a sample and returns a number or a Value.
    names : sequence of str, optional
        For tables and figures, as many as functions.

    Returns
    -------
    FeatureMap
        With one feature per function.

    Examples
    --------
    >>> phi = custom(lambda x: 1.0, lambda x: x[0], lambda x: x[1])
    >>> phi([2.0, 3.0])
    [1.0, 2.0, 3.0]
    """
    if names is None:
        names = [f"f{i}" for i, _ in enumerate(functions, start=1)]
    return FeatureMap(functions, names)


linear = poly(1)
"""[1, x]."""

sin3 = FeatureMap([_power(0), _power(1), lambda x: autograd.sin(3 * x)], ["1", "x", "sin(3x)"])
"""[1, x, sin(3x)]: the map that fits sin(3x) exactly."""
