"""Slopes of a function of one float by differences, each with what it may be off.

Steps h, h/8, h/64, ... are taken from large to small, and extrapolated (Richardson). An estimate's error has
two parts: what the last extrapolation changed (curvature), and how far the rounding of the function's values
can move it (noise). Knows floats only: no graph, no primitive, no claim to be judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
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
    significant: list[float] = field(default_factory=list)

    def add(self, slope: float | None, noise: float) -> Estimate | None:
        """Take the slope for the next step, an eighth of the one before; None where there is none."""
        estimate = better = None
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
    """Yield the steps at x: from an eighth of its size, or of 1, to where x + h is barely another float.

    Below 5e-91, numbers count as 0: the step that ends the series there is 1e-104.
    """
    h = 2.0 ** (math.ceil(math.log2(max(1.0, abs(x)))) - 3)
    end = math.ldexp(max(abs(x), 2.0**-300), -45) if x else 2.0**-54
    while h >= end:
        yield h
        h /= RATIO
