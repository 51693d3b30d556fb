"""Lengths of vectors of Values, with a gradient everywhere; knows sequences of numbers, no model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd
from nn.arguments import listed

__all__ = ["l1", "l2", "l2sq", "linf"]


def l1(x: Iterable[Any]) -> Any:
    """Return ``Σ |x_i|``; the slope at 0 is 0, the smallest subgradient.

    Parameters
    ----------
    x : iterable of number or Value
        A vector.

    Returns
    -------
    Value or float
        0 for an empty one.

    See Also
    --------
    l2, linf : Other lengths.

    Examples
    --------
    >>> l1([3.0, -4.0])
    7.0
    """
    return autograd.sum([autograd.abs(item) for item in _listed(x, "l1")])


def l2sq(x: Iterable[Any]) -> Any:
    """Return Σ x_i², the squared length, as one `dot` node of x with itself.

    Parameters
    ----------
    x : iterable of number or Value
        A vector.

    Returns
    -------
    Value or float
        0 for an empty one.

    See Also
    --------
    l2 : Its root.

    Examples
    --------
    >>> l2sq([3.0, -4.0])
    25.0
    """
    items = _listed(x, "l2sq")
    return autograd.dot(items, items)


def l2(x: Iterable[Any]) -> Any:
    """Return √(Σ x_i²), the Euclidean length, with gradient x/‖x‖, and 0 at the origin.

    The plain composition has gradient inf·0 = nan there. This one is where(s, √s, s) with s = Σ x²: at s = 0
    the branch with the root is not taken and gets no edge, and s itself has value 0 and gradient 2x = 0. That
    is PyTorch's choice for `torch.linalg.norm` too; JAX and HIPS/autograd give nan.
    (A second derivative does not exist there; this form says 2.)

    Parameters
    ----------
    x : iterable of number or Value
        A vector.

    Returns
    -------
    Value or float
        0 for an empty one.

    See Also
    --------
    l2sq : Without the root.

    Examples
    --------
    >>> from autograd import Value
    >>> x = [Value(0.0), Value(0.0)]
    >>> length = l2(x)
    >>> length.backward()
    >>> length.data, [item.grad for item in x]
    (0.0, [0.0, 0.0])
    """
    items = _listed(x, "l2")
    squares = autograd.dot(items, items)
    return autograd.where(squares, autograd.sqrt(squares), squares)


def linf(x: Iterable[Any]) -> Any:
    """Return ``max |x_i|``; where several share it, the gradient is split evenly between them.

    Parameters
    ----------
    x : iterable of number or Value
        A vector.

    Returns
    -------
    Value or float
        The largest magnitude.

    See Also
    --------
    l1, l2 : Other lengths.

    Examples
    --------
    >>> linf([3.0, -4.0])
    4.0
    """
    return autograd.max([autograd.abs(item) for item in _listed(x, "linf")])


def _listed(x: Iterable[Any], norm: str) -> list[Any]:
    items = listed(x, f"norms.{norm}", "a sequence of numbers or Values")
    if not items:
        raise ValueError(f"{norm} of no numbers at all: the sequence is empty.")
    return items
