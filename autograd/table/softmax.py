"""softmax: the one public function over a sequence that gives a sequence, composed of rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from autograd.core.value import Value
from autograd.table import rows as primitives


def softmax(x: Iterable[Any]) -> list[Any]:
    r"""Turn scores into probabilities: :math:`e^{x_i} / \sum_j e^{x_j}`.

    The scores are shifted by their largest number first (a plain number: it changes no derivative), then
    each becomes e^(z_i - logsumexp(z)); so nothing overflows, in replay either, and equal scores give equal,
    exact shares.

    Parameters
    ----------
    x : sequence of Value or float, length n

    Returns
    -------
    list of Value or float, length n
        Positive, with sum 1. Floats where no element is a Value.

    Raises
    ------
    DomainError
        If the sequence is empty.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    >>> from autograd import values
    >>> p = softmax(values(a=0.0, b=0.0))
    >>> p[0].backward(); p[0].data
    0.5
    """
    scores = list(x)
    top = primitives.max([score.data if isinstance(score, Value) else score for score in scores])
    shifted = [score - top for score in scores] if math.isfinite(top) else scores
    total = primitives.logsumexp(shifted)
    return [primitives.exp(score - total) for score in shifted]
