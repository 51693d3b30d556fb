"""Slopes of a function of one float by differences, and what they say about a derivative that is claimed.

Steps h, h/8, h/64, ... are taken from large to small, and extrapolated (Richardson). An estimate's error has
two parts: what the last extrapolation changed (curvature), and how far the rounding of the function's values
can move it (noise). The slopes of both sides are followed until they settle; the verdict is right, wrong, a
kink, or nothing. Knows floats only: no graph and no primitive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

RATIO = 8.0  # between steps: a power of two, so that x + h is exact
SHARP = 1e-4  # a relative error that tells a rule wrong by 0.1 % from a right one
TRUST = 1e-6  # relative: closer agreement is never asked for


class Sample(NamedTuple):
    """A function's value, and how far rounding may have moved it."""

    value: float
    noise: float


class Estimate(NamedTuple):
    """A slope, and how far it may be off by curvature and by rounding."""

    slope: float
    curvature: float
    noise: float

    @property
    def error(self) -> float:
        """How far the slope may be off."""
        return self.curvature + 2 * self.noise

    @property
    def tolerance(self) -> float:
        """How far a claimed slope may be off."""
        return self.error + (TRUST * abs(self.slope) if math.isfinite(self.slope) else 0.0)

    @property
    def sharp(self) -> bool:
        """Whether the error is small beside the slope."""
        return self.error <= SHARP * abs(self.slope)

    @property
    def blurred(self) -> bool:
        """Whether nothing but rounding hides more of the slope."""
        return self.curvature <= self.noise

    def fits(self, claimed: float) -> bool:
        """Say whether a claimed slope lies within the tolerance."""
        return claimed == self.slope or abs(claimed - self.slope) <= self.tolerance


@dataclass(slots=True)
class Series:
    """Slopes for shrinking steps; the error's leading term, step to the `power`, is extrapolated away."""

    power: int
    rough: bool  # the function's value is little but noise
    raw: float | None = None
    noise: float = 0.0
    last: float | None = None
    levels: list[Estimate | None] = field(default_factory=list)
    changes: list[tuple[float, float]] = field(default_factory=list)
    significant: list[float] = field(default_factory=list)

    def add(self, slope: float | None, noise: float) -> Estimate | None:
        """Take the slope for the next step, an eighth of the one before; None where there is none."""
        estimate = better = None
        if slope is not None and math.isinf(RATIO * (abs(slope) + noise)):
            slope = None  # its error would overflow, and an infinite tolerance agrees with anything
        if slope is not None:
            better = slope if self.raw is None else slope + (slope - self.raw) / (RATIO**self.power - 1)
            if self.last is not None:
                estimate = Estimate(better, abs(better - self.last), 1.25 * noise)
            if abs(slope) > 10 * noise:
                self.significant.append(slope)
        self.raw, self.noise, self.last = slope, noise, better
        self.levels.append(estimate)
        return estimate

    @property
    def lost(self) -> bool:
        """Whether f turns within every step: its changes neither shrink with it nor settle at a jump."""
        last = self.changes[-4:]
        if len(self.changes) < 6 or any(abs(change) <= 10 * noise for change, noise in last):
            return False
        sizes = [abs(change) for change, _ in last]
        jump = all(abs(change - last[-1][0]) <= 0.1 * sizes[-1] for change, _ in last)
        return not jump and 64 * max(sizes) > max(abs(change) for change, _ in self.changes)

    @property
    def jumps(self) -> bool:
        """Whether the slope grows as 1/h does with the finest steps: at a jump."""
        return self.growth > 0.75 * RATIO

    @property
    def estimates(self) -> list[Estimate]:
        """The estimates that there are, from large to small steps."""
        return [estimate for estimate in self.levels if estimate is not None]

    @property
    def growth(self) -> float:
        """By which factor the slope grew, at least, with each of the last three steps; 0 where it did not."""
        tail = self.significant[-4:]
        return min(b / a for a, b in pairwise(tail)) if len(tail) == 4 else 0.0

    @property
    def infinite(self) -> Estimate | None:
        """An infinite slope, where it grows without bound: as a root does, or, as 1/h, at a jump."""
        return (
            Estimate(math.copysign(math.inf, self.significant[-1]), 0.0, 0.0) if self.growth > 1.4 else None
        )

    @property
    def steady(self) -> bool:
        """Whether nothing but rounding changed the slope from step to step."""
        return not self.rough and all(it.curvature <= 4 * it.noise for it in self.estimates[1:])

    @property
    def trusted(self) -> list[Estimate]:
        """The estimates to believe: the sharp ones; else all, if steady; else those that converge, slowly."""
        known = self.estimates
        sharp = [estimate for estimate in known if estimate.sharp]
        halved = [2 * after.curvature <= before.curvature for before, after in pairwise(known)]
        slow = [i + 3 for i in range(len(halved) - 2) if all(halved[i : i + 3])]
        return sharp or (known if self.steady else known[slow[0] : slow[-1] + 1] if slow else [])


def steps(x: float) -> Iterator[float]:
    """Yield the steps at x: from an eighth of its size, or of 1, to where x + h is barely another float."""
    h = 2.0 ** (math.ceil(math.log2(max(1.0, abs(x)))) - 3)
    end = max(math.ldexp(abs(x), -45), math.ulp(0.0)) if x else 2.0**-54
    while h >= end:
        yield h
        h /= RATIO


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
    inside = both if left.estimates and right.estimates else left if left.estimates else right
    kink = _at_a_kink(claimed, left, right)
    if kink and (left.jumps or right.jumps):  # larger steps may have gone over many jumps and met a slope
        verdict = kink
    elif sharp or (settled and both.steady):
        best = min(sharp or settled, key=_error)
        verdict = Verdict(WRONG, claimed, best.slope, best.tolerance)
    else:
        verdict = kink or _by(inside, claimed)
    if verdict.status != AGREE and (left.lost or right.lost):
        return Verdict(LARGE, claimed, verdict.slope, verdict.tolerance)
    return verdict


def _step(series: Series, here: Sample, there: Sample | None, h: float) -> Estimate | None:
    if there is None:
        return series.add(None, 0.0)
    series.changes.append((there.value - here.value, there.noise + here.noise))
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
    jump = left.jumps or right.jumps
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
