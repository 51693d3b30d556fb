"""The optimisers and what goes with them, under one name; holds no formula itself.

Gradient descent and momentum are in `nn.optim.descent`, the adaptive ones in `nn.optim.adaptive`, what they
share in `nn.optim.optimizer`. Learning rates that change are in `nn.optim.schedules`.
"""

import math
from collections.abc import Iterable

from autograd import Value
from nn.arguments import real
from nn.optim.adaptive import Adagrad, Adam, AdamW, RMSProp
from nn.optim.descent import SGD, Momentum, Nesterov
from nn.optim.line_search import LineSearch, line_search
from nn.optim.optimizer import Optimizer, leaves

__all__ = [
    "SGD", "Momentum", "Nesterov", "RMSProp", "Adagrad", "Adam", "AdamW", "Optimizer",
    "clip_grad_norm", "line_search", "LineSearch",
]  # fmt: skip


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
        The norm before: √Σg². Worth a plot; where it exceeds `max_norm`, every gradient is multiplied by
        max_norm/norm. (`torch.nn.utils.clip_grad_norm_` divides by norm + 1e-6 instead, and so ends a
        little below.)

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
    moving = [(i, value, value.grad) for i, value in enumerate(leaves(params)) if value.grad is not None]
    norm = math.hypot(*(float(g.data if isinstance(g, Value) else g) for _, _, g in moving))
    if not math.isfinite(norm):
        for i, value, g in moving:
            if not math.isfinite(g.data if isinstance(g, Value) else g):
                raise ValueError(
                    f"The gradient of params[{i}] ({value!r}) is not finite: no factor can shorten it. "
                    "Take a smaller learning rate, or find where it arose with autograd.detect_anomaly()."
                )
    if norm > max_norm:
        for _, value, g in moving:
            value.grad = g * (max_norm / norm)
    return norm
