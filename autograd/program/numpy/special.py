"""Array functions that NumPy lacks: the error functions, products without one factor, regular views."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23 (1969) 631-637.
# Numerator and denominator for erf(x)/x in x**2, up to 0.46875; for erfc(x)*exp(x**2) in x, up to 4; and
# for what is left of it beyond 4, in 1/x**2. Highest power first.
SMALL = (
    (1.85777706184603153e-1, 3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02,
     3.20937758913846947e03),
    (1.0, 2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03),
)  # fmt: skip
MIDDLE = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01,
     2.98635138197400131e02, 8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03,
     1.23033935479799725e03),
    (1.0, 1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
     3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03),
)  # fmt: skip
FAR = (
    (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
     1.60837851487422766e-2, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
     2.33520497626869185e-3),
)  # fmt: skip
NOTHING_LEFT = 30.0  # erfc is 0 in float64 from 27.3 on


def strided(base: Floats, start: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
    """View slots of a storage (slots × rows) in a regular pattern: an array ``shape`` × rows."""
    step, row = base.strides
    strides = (*(k * step for k in steps), row)
    return np.lib.stride_tricks.as_strided(base[start:], (*shape, base.shape[1]), strides)


def others(x: Floats, out: Floats) -> Floats:
    """Return, along axis 1, the product of all elements but this one: prefix times suffix, no division."""
    out[:, :1] = 1.0
    np.multiply.accumulate(x[:, :-1], axis=1, out=out[:, 1:])
    out[:, :-1] *= np.multiply.accumulate(x[:, :0:-1], axis=1)[:, ::-1]
    return out


def erf(x: Floats, out: Floats) -> Floats:
    """Return the error function."""
    small, tail = _near_zero(x), _tail(np.abs(x))
    np.copyto(out, np.where(np.abs(x) <= 0.46875, small, np.copysign(0.5 - tail + 0.5, x)))
    return out


def erfc(x: Floats, out: Floats) -> Floats:
    """Return 1 - erf(x), exact for large x."""
    small, tail = _near_zero(x), _tail(np.abs(x))
    np.copyto(out, np.where(np.abs(x) <= 0.46875, 1.0 - small, np.where(x < 0.0, 2.0 - tail, tail)))
    return out


def _near_zero(x: Floats) -> Floats:
    bounded = np.clip(x, -0.5, 0.5)
    return bounded * _ratio(SMALL, bounded * bounded)


def _tail(y: Floats) -> Floats:
    """Return erfc(y) for y >= 0.46875."""
    y = np.minimum(y, NOTHING_LEFT)
    inverse = 1.0 / np.square(np.maximum(y, 4.0))
    far = (1.0 / np.sqrt(np.pi) - inverse * _ratio(FAR, inverse)) / np.maximum(y, 4.0)
    head = np.trunc(y * 16.0) / 16.0  # its square is exact, so that the exponent loses nothing
    scale = np.exp(-head * head) * np.exp(-(y - head) * (y + head))
    return scale * np.where(y <= 4.0, _ratio(MIDDLE, np.minimum(y, 4.0)), far)


def _ratio(coefficients: tuple[Sequence[float], Sequence[float]], x: Floats) -> Floats:
    numerator, denominator = (_polynomial(c, x) for c in coefficients)
    return numerator / denominator


def _polynomial(coefficients: Sequence[float], x: Floats) -> Floats:
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total
