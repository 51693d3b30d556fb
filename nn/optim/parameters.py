"""What is trained: leaves, their numbers and their gradients as flat arrays; knows no update and no model."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from autograd import Value
from nn.arguments import FloatArray, IntArray, real


def leaves(params: Iterable[Value]) -> list[Value]:
    """Return the parameters as a list, or raise an error that says what is no trainable leaf."""
    if isinstance(params, Value):
        raise TypeError("params is a single Value. Put it in a list: [w].")
    if hasattr(params, "parameters"):
        raise TypeError("params is a model. Pass what it trains: model.parameters().")
    if callable(params):
        raise TypeError("params is a function that nobody has called. Add the brackets: model.parameters().")
    found = list(params.ravel()) if isinstance(params, np.ndarray) else list(params)
    if not found:
        raise ValueError("params is empty: there is nothing to train. Was the iterator already used up?")
    for i, value in enumerate(found):
        if not isinstance(value, Value):
            raise TypeError(f"params[{i}] is {value!r}, not a Value. Only leaf Values can be trained.")
        if value.parents:
            raise ValueError(
                f"params[{i}] is computed, not a leaf: {value!r}. An update of it would be lost at the next "
                "forward pass. Pass the leaves it is computed from."
            )
    if len({id(value) for value in found}) < len(found):
        raise ValueError("A parameter appears twice in params, so that every step would move it twice.")
    return found


def read(values: Iterable[Value]) -> FloatArray:
    """Return the data of Values as one flat array."""
    return np.array([value.data for value in values], dtype=np.float64)


def write(values: Iterable[Value], data: FloatArray) -> None:
    """Assign the numbers of a flat array to the leaves, in order."""
    for value, number in zip(values, data.tolist(), strict=True):
        value.data = number


def selector(indices: list[int]) -> slice | IntArray:
    """Return what picks these entries from an array: a slice, which copies nothing, where it can."""
    run = slice(indices[0], indices[0] + len(indices))
    return run if indices == list(range(run.start, run.stop)) else np.array(indices)


def gradients(params: list[Value]) -> tuple[list[int], FloatArray]:
    """Return which parameters have a gradient, and these gradients.

    After ``backward(create_graph=True)`` a gradient is itself a Value; what counts is its number.
    """
    found = [(i, value.grad) for i, value in enumerate(params) if value.grad is not None]
    numbers = [g.data if isinstance(g, Value) else g for _, g in found]
    return [i for i, _ in found], np.array(numbers, dtype=np.float64)


def clip_grad_norm(params: Iterable[Value], max_norm: float) -> float:
    """Shorten the gradient of all parameters together to `max_norm`, keeping its direction.

    Parameters
    ----------
    params : iterable of leaf Values
        Their gradients are seen as one vector; parameters without a gradient count as zero.
    max_norm : float > 0

    Returns
    -------
    float
        The norm before: √Σg². Worth a plot. Where it exceeds `max_norm`, every gradient is multiplied by
        max_norm/norm; `torch.nn.utils.clip_grad_norm_` divides by norm + 1e-6 instead, and so ends a little
        below.

    Raises
    ------
    ValueError
        When a gradient is nan or infinite: scaling cannot mend it.

    Examples
    --------
    >>> a, b = Value(3.0, "a"), Value(4.0, "b")
    >>> ((a * a + b * b) / 2).backward()
    >>> clip_grad_norm([a, b], max_norm=1.0), a.grad, b.grad
    (5.0, 0.6000000000000001, 0.8)
    """
    max_norm = real("max_norm", max_norm, low=0.0, strict=True)
    values = leaves(params)
    moving, g = gradients(values)
    norm = math.hypot(*g.tolist())
    if not math.isfinite(norm):
        for i in np.array(moving)[~np.isfinite(g)]:
            raise ValueError(
                f"The gradient of params[{i}] ({values[i]!r}) is not finite: no factor can shorten it. "
                "Take a smaller learning rate, or find where it arose with autograd.detect_anomaly()."
            )
    if norm > max_norm:
        largest = float(np.abs(g).max())  # where the norm itself is too large for a float
        factor = max_norm / norm or max_norm / largest / math.hypot(*(g / largest).tolist())
        for i in moving:
            grad = values[i].grad
            assert grad is not None
            values[i].grad = grad * factor
    return norm
