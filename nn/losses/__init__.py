"""Losses: one number for how wrong a prediction is; each module knows one family, and none knows a model.

Every loss takes `(prediction, target)`, as L(ŷ, y) and PyTorch (scikit-learn and Keras: the
target first), each one number or a sequence of numbers or Values, nested alike. `reduction` is "mean", "sum",
or "none" for the list of single losses.
"""

from nn.losses.classification import bce, bce_with_logits, ce, ce_with_logits, hinge, likelihood
from nn.losses.regression import huber, l1, mse, square, sse

__all__ = [
    "bce", "bce_with_logits", "ce", "ce_with_logits", "hinge", "huber", "l1", "likelihood", "mse", "square",
    "sse",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
