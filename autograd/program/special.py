"""Array functions that NumPy lacks: the error functions, and products without one factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def strided(base: Floats, start: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
    """View slots of a storage (slots × rows) in a regular pattern: an array ``shape`` × rows."""
    step, row = base.strides
    return np.lib.stride_tricks.as_strided(
        base[start:], (*shape, base.shape[1]), (*(k * step for k in steps), row)
    )


def others(x: Floats, out: Floats) -> Floats:
    """Return, along axis 1, the product of all elements but this one: prefix times suffix, no division."""
    out[:, 0] = 1.0
    np.multiply.accumulate(x[:, :-1], axis=1, out=out[:, 1:])
    suffix = np.multiply.accumulate(x[:, :0:-1], axis=1)[:, ::-1]
    out[:, :-1] *= suffix
    return out
