"""How far to go along −gradient: the exact step on a quadratic, else halving; knows functions, no models."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
from nn.arguments import FloatArray, floats, integer, real


@dataclass(frozen=True)
class LineSearch:
    """What a line search found.

    Attributes
    ----------
    alpha : float
        The step length: θ_new = θ − alpha·gradient.
    evaluations : int
        How many times the function was evaluated to find it (value and gradient at θ itself not counted).
    theta : float array
        The new point.
    value : float
        The function there.
    """

    alpha: float
    evaluations: int
    theta: FloatArray
    value: float


def line_search(
    f: Callable[[Any], Any], theta: Sequence[float] | FloatArray, *, quadratic: bool = False,
    alpha: float = 1.0, shrink: float = 0.5, c: float = 1e-4, max_evaluations: int = 60,
) -> LineSearch:  # fmt: skip
    """Choose the learning rate for one step of steepest descent, α ≈ argmin f(θ − α·∇f(θ)).

    Parameters
    ----------
    f : callable
        Takes a point (a list or an array, as `theta` is one) of numbers or Values and returns one.
    theta : sequence of float, length n
    quadratic : bool
        True when f is a quadratic function, for example the squared error of a linear model: then the
        minimum along the line is known, α = g·g/(g·Hg), at the cost of one Hessian-vector product and one
        evaluation that checks the claim.
    alpha, shrink : float
        Otherwise: the first step tried, > 0, and the factor in (0, 1) by which it is cut while the step is
        refused.
    c : float in (0, 1)
        Accept when f falls by at least c·α·g·g (Armijo's rule).
    max_evaluations : int
        When to give up halving.

    Returns
    -------
    LineSearch
        With `alpha` 0.0 where the gradient is zero: there is nowhere to go.

    Raises
    ------
    ValueError
        When f is not finite at θ, is claimed to be quadratic and is not, or falls for ever along the line.
    ArithmeticError
        When no step tried is accepted: the gradient is then wrong, or rounding hides the descent.

    Notes
    -----
    The notes call line search impractical because a huge system must be solved each time. No system is
    solved: it is a problem in one dimension, a few evaluations of f. On a badly scaled bowl the exact steps
    still zig-zag: the best step along a poor direction.

    Examples
    --------
    >>> found = line_search(lambda p: (p[0] ** 2 + 10 * p[1] ** 2) / 2, [10.0, 1.0], quadratic=True)
    >>> round(found.alpha, 6), found.theta.round(6).tolist()
    (0.181818, [8.181818, -0.818182])
    """
    start = floats("theta", theta, ndim=1)
    alpha = real("alpha", alpha, low=0.0, strict=True)
    shrink = real("shrink", shrink, low=0.0, high=1.0, strict=True, strict_high=True)
    c = real("c", c, low=0.0, high=1.0, strict=True, strict_high=True)
    max_evaluations = integer("max_evaluations", max_evaluations, low=1)
    as_given: Callable[[FloatArray], Any] = (
        (lambda p: p) if isinstance(theta, np.ndarray) else (lambda p: p.tolist())
    )

    def at(p: FloatArray) -> float:
        return float(autograd.data(f(as_given(p))))

    value, gradient = autograd.value_and_grad(f)(as_given(start))
    value, g = float(value), np.asarray(gradient, dtype=np.float64)
    slope = float(g @ g)
    if not (math.isfinite(value) and math.isfinite(slope)):
        raise ValueError(
            f"f is {value!r} at theta and its gradient has the squared norm {slope!r}: there is no direction "
            "to search along. Start from a point where both are finite."
        )
    if slope == 0.0:
        return LineSearch(0.0, 0, start, value)
    if quadratic:
        along = np.asarray(autograd.hvp(f, (as_given(start),), (as_given(g),)), dtype=np.float64)
        curvature = float(g @ along)
        return _exact(at, start, value, g, slope, curvature)
    for evaluation in range(1, max_evaluations + 1):
        point = start - alpha * g
        trial = at(point)
        # Written so that nan, from a step far too long, is refused as well.
        if trial <= value - c * alpha * slope:
            return LineSearch(alpha, evaluation, point, trial)
        alpha *= shrink
    raise ArithmeticError(
        f"No step along -gradient lowered f enough in {max_evaluations} evaluations (last alpha "
        f"{alpha / shrink:.3g}, f(theta) = {value!r}). Check the gradient with autograd.gradcheck; near a "
        "minimum, rounding can hide the rest of the descent."
    )


def _exact(
    at: Callable[[FloatArray], float], start: FloatArray, value: float, g: FloatArray, slope: float,
    curvature: float,
) -> LineSearch:  # fmt: skip
    if not curvature > 0.0:
        raise ValueError(
            f"Along the gradient f has the curvature g·Hg = {curvature!r}. A quadratic without one > 0 "
            "falls for ever and has no best step. Use quadratic=False."
        )
    alpha = slope / curvature
    point = start - alpha * g
    reached, promised = at(point), value - alpha * slope / 2
    # Both numbers carry the rounding of sums of the size of value and alpha·slope.
    if not abs(reached - promised) <= 1e-9 * (abs(value) + alpha * slope):
        raise ValueError(
            f"f is not quadratic: along the gradient a parabola reaches {promised!r} at alpha = {alpha!r}, "
            f"and f is {reached!r} there. Use quadratic=False."
        )
    return LineSearch(alpha, 1, point, reached)
