"""What differences say about a derivative that is claimed: right, wrong, a kink, or nothing.

The slopes of both sides are followed from large steps to small ones until they settle. Knows floats only: no
graph and no primitive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from autograd.check.differences import RATIO, Estimate, Sample, Series, steps

AGREE, WRONG, KINK, LARGE = "agree", "wrong rule", "kink here", "step too large"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the differences say about a claimed derivative.

    Attributes
    ----------
    status : str
        "agree", "wrong rule", "kink here" (the slopes of the two sides differ, and the claimed one lies
        between them) or "step too large" (at no step did the differences settle: undecided).
    claimed : float
    slope, tolerance : float
        The best estimate, and how far it may be off; nan where there is none.
    left, right : float
        The slopes of the two sides, where they differ; inf where one grows without bound. Else nan.
    """

    status: str
    claimed: float
    slope: float
    tolerance: float
    left: float = math.nan
    right: float = math.nan


def judge(sample: Callable[[float], Sample | None], x: float, claimed: float) -> Verdict:
    """Compare a claimed derivative with differences.

    Parameters
    ----------
    sample : callable
        Gives the function's value and noise at a float, or None outside the domain. Finite at x.
    x : float
    claimed : float

    Examples
    --------
    >>> judge(lambda t: Sample(math.exp(t), 1e-15 * math.exp(t)), 1.0, math.e).status
    'agree'
    >>> judge(lambda t: Sample(math.exp(t), 1e-15 * math.exp(t)), 1.0, 1.001 * math.e).status
    'wrong rule'
    >>> judge(lambda t: Sample(abs(t), 0.0), 0.0, 0.0).status
    'kink here'
    """
    here = sample(x)
    assert here is not None
    rough = here.noise > 1e-3 * abs(here.value)
    left, right, both = Series(1, rough), Series(1, rough), Series(2, rough)
    size = max(abs(here.value), abs(claimed) if math.isfinite(claimed) else 0.0)
    settled: list[Estimate] = []
    gap = math.inf  # between the slopes of the sides, the last time that they were clearly apart
    for h in steps(x):
        one = _step(left, here, sample(x - h), (x - h) - x)
        other = _step(right, here, sample(x + h), (x + h) - x)
        if left.raw is None or right.raw is None:
            both.add(None, 0.0)
            continue
        middle = both.add((left.raw + right.raw) / 2, (left.noise + right.noise) / 2)
        if middle is None:
            continue
        gap = _gap(one, other) or gap
        size = max(size, abs(left.raw), abs(right.raw))
        blurred = middle.blurred and not middle.error > size > 0.0
        if _meet(one, other, gap / 4) and (middle.sharp or blurred):
            if middle.fits(claimed) and (middle.sharp or not settled):
                return Verdict(AGREE, claimed, middle.slope, middle.tolerance)
            settled.append(middle)
    sharp = [estimate for estimate in settled if estimate.sharp]
    if sharp or (settled and both.steady):
        best = min(sharp or settled, key=_error)
        return Verdict(WRONG, claimed, best.slope, best.tolerance)
    inside = both if left.estimates and right.estimates else left if left.estimates else right
    return _at_a_kink(claimed, left, right) or _by(inside, claimed)


def _step(series: Series, here: Sample, there: Sample | None, h: float) -> Estimate | None:
    if there is None:
        return series.add(None, 0.0)
    return series.add((there.value - here.value) / h, (there.noise + here.noise) / abs(h))


def _meet(one: Estimate | None, other: Estimate | None, limit: float) -> bool:
    """Say whether two slopes are the same, as far as their tolerances, which may not exceed a limit, tell."""
    if one is None or other is None:
        return False
    return abs(one.slope - other.slope) <= one.tolerance + other.tolerance <= limit


def _gap(one: Estimate | None, other: Estimate | None) -> float:
    """Return how far two slopes are apart, if that is much more than their errors; else 0."""
    if one is None or other is None:
        return 0.0
    gap = abs(one.slope - other.slope)
    return gap if gap > 10 * (one.tolerance + other.tolerance) else 0.0


def _error(estimate: Estimate) -> float:
    return estimate.error


def _at_a_kink(claimed: float, left: Series, right: Series) -> Verdict | None:
    """Look for two sides whose slopes differ by much more than their errors, from the smallest step on."""
    jump = max(left.growth, right.growth) > 0.75 * RATIO
    finest = math.inf
    for one, other in zip(reversed(left.levels), reversed(right.levels), strict=True):
        if one is None or other is None:
            continue
        one, other = left.infinite or one, right.infinite or other
        if not jump and _gap(one, other) > 4 * finest:
            return None  # smaller steps have shown that the slopes meet
        if jump or _gap(one, other):
            low, high = sorted((one, other))
            between = low.slope - low.tolerance <= claimed <= high.slope + high.tolerance
            status = KINK if between or (jump and math.isfinite(claimed)) else WRONG
            return Verdict(status, claimed, math.nan, math.nan, one.slope, other.slope)
        if _meet(one, other, finest):
            finest = one.tolerance + other.tolerance
    return None


def _by(series: Series, claimed: float) -> Verdict:
    """Judge by one series of slopes: of both sides, or of the one inside the domain."""
    if not series.estimates:
        return Verdict(LARGE, claimed, math.nan, math.nan)
    trusted = [series.infinite] if series.infinite else series.trusted
    best = min(trusted or series.estimates, key=_error)
    fits = best.fits(claimed) or any(estimate.sharp and estimate.fits(claimed) for estimate in trusted)
    status = LARGE if not trusted else AGREE if fits else WRONG
    return Verdict(status, claimed, best.slope, best.tolerance)
