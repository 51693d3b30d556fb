"""Losses for numbers: squared, absolute and Huber, built from rows of the engine; knows no model."""

from __future__ import annotations

from typing import Any

import autograd
from nn.arguments import real
from nn.losses.targets import Numbers, per_number

__all__ = ["huber", "l1", "mse", "square", "sse"]


def square(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the squared error L_i = (ŷ_i - y_i)².

    Parameters
    ----------
    prediction, target : number, Value, or sequences nested alike
    reduction : {"mean", "sum", "none"}
        "none" gives the list of the single errors. `mse` and `sse` are the other two by name.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    Examples
    --------
    >>> square([-2.25, -2.75], [5, 8], reduction="none")
    [52.5625, 115.5625]
    """
    return per_number("square", _squared, prediction, target, reduction)


def _squared(p: Any, t: Any) -> Any:
    return autograd.square(p - t)


def mse(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the mean squared error (1/n) Σ (ŷ_i - y_i)².

    n counts numbers, as in PyTorch's `MSELoss` and scikit-learn's `mean_squared_error`; Keras' takes the mean
    over outputs, then over samples, which is the same. The ½ of some textbooks is not in it.

    Parameters
    ----------
    prediction, target : number, Value, or sequences nested alike
    reduction : {"mean", "sum", "none"}
        As for `square`.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    huber : Where single points are far off.
    l1 : The absolute error.
    nn.metrics.mse : The same of plain arrays, as a float.

    Examples
    --------
    >>> mse([1.5, 1, 5], [1, 2, 3])
    1.75
    """
    return per_number("mse", _squared, prediction, target, reduction)


def sse(prediction: Numbers, target: Numbers, reduction: str = "sum") -> Any:
    """Return the sum of squared errors Σ (ŷ_i - y_i)², that is ‖ŷ - y‖².

    Parameters
    ----------
    prediction, target : number, Value, or sequences nested alike
    reduction : {"mean", "sum", "none"}
        As for `square`, here "sum" unless it is given.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    mse : Divided by how many numbers there are.

    Examples
    --------
    >>> sse([1.5, 1, 5], [1, 2, 3])
    5.25
    """
    return per_number("sse", _squared, prediction, target, reduction)


def l1(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the mean absolute error ``(1/n) Σ |ŷ_i - y_i|``, slope 0 at 0, as PyTorch's `L1Loss`.

    Parameters
    ----------
    prediction, target : number, Value, or sequences nested alike
    reduction : {"mean", "sum", "none"}
        As for `square`.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    huber : Smooth at 0.
    mse : The squared error.

    Examples
    --------
    >>> round(l1([1.5, 1, 5], [1, 2, 3]), 9)
    1.166666667
    """
    return per_number("l1", lambda p, t: autograd.abs(p - t), prediction, target, reduction)


def huber(prediction: Numbers, target: Numbers, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Return Huber's loss: ``e²/2`` for ``|e| <= δ``, else ``δ(|e| - δ/2)``, with ``e = ŷ - y``.

    Recorded as c·(e - c/2) with c = clip(e, -δ, δ): one formula for both cases, smooth where they meet.
    PyTorch's `HuberLoss` and Keras' `Huber` are the same with δ = 1; PyTorch's `SmoothL1Loss` is this divided
    by its β.

    Parameters
    ----------
    prediction, target : number, Value, or sequences nested alike
    delta : float > 0
        The error δ up to which the loss is a parabola.
    reduction : {"mean", "sum", "none"}
        As for `square`.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    Raises
    ------
    ValueError
        When `delta` is not above 0.

    See Also
    --------
    mse : A parabola everywhere.
    l1 : Straight lines everywhere.

    Examples
    --------
    >>> huber([0.5, 3.0], [0, 0], reduction="none")
    [0.125, 2.5]
    """
    delta = real("delta", delta, low=0.0, strict=True)

    def formula(p: Any, t: Any) -> Any:
        error = p - t
        inside = autograd.clip(error, -delta, delta)
        return inside * (error - 0.5 * inside)

    return per_number("huber", formula, prediction, target, reduction)
