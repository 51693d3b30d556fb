"""Before anybody is accused: the class's own values, and nothing of ours, must refute its gradient.

Differences of the class's forward at shifted leaves are compared with both numbers. Where they do not side
with us, nothing is a fault.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.grading.ladder.compare import Difference, Results, close
from autograd.grading.ladder.programs import Program
from autograd.text.numbers import number

STEPS = (1e-2, 5e-3)  # two central differences make one of fourth order


class Verdict(NamedTuple):
    """Whether a wrong number is confirmed, and the sentence that says by what, or why not."""

    confirmed: bool
    says: str


def recheck(results: Results, program: Program, found: Difference, *roots: str) -> Verdict:
    """Confirm a wrong number by what the class itself computes.

    A wrong value is confirmed by plain arithmetic, which the right number is. A gradient is confirmed if the
    differences of the class's own values agree with the right one and not with the class's; of several roots
    the gradients are added.
    """
    if found.value:
        return Verdict(True, "plain arithmetic gives the right number")
    if found.node not in dict(program.inputs):
        raise ValueError(f"{found.node} is no leaf, so it cannot be shifted.")
    slopes = [differences(results, program, found.node, root) for root in roots]
    slope = sum(x for x in slopes if x is not None)
    if None in slopes:
        return Verdict(False, f"its values beside {found.node} could not be computed")
    rough = max(results.tolerance * 10, 1e-5)
    if close(slope, found.right, rough) and not close(found.yours, slope, rough):
        return Verdict(True, f"differences of its own values give {found.quantity} = {number(slope)}")
    if close(found.yours, slope, rough):
        return Verdict(False, f"its gradient agrees with differences of its own values, {number(slope)}")
    return Verdict(False, f"differences of its own values give {number(slope)}, which is neither number")


def differences(results: Results, program: Program, leaf: str, root: str) -> float | None:
    """Return the slope of the class's own forward, by differences; None where it has no values there."""
    place = [step.name for step in program.steps].index(root) + 1
    part, x = Program(program.inputs, program.steps[:place]), dict(program.inputs)[leaf]
    slopes = []
    for h in STEPS:
        high, low = (results.forward(part.moved(**{leaf: x + side * h})) for side in (1, -1))
        if high is None or low is None or not math.isfinite(high - low):
            return None
        slopes.append((high - low) / (2 * h))
    return (4 * slopes[1] - slopes[0]) / 3
