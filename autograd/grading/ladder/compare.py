"""Runs the ladder on a class and keeps what came out, with the first wrong number of each program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.grading.ladder.programs import Program
from autograd.grading.ladder.student import Student
from autograd.grading.ladder.trials import Experiment, Offer, Trial

TOLERANCE = 1e-6
ROUGH = 1e-3  # for a class that computes in float32, or with a rounded constant


GIVEN_UP = {"kind": "given up", "type": "", "message": "", "line": None, "recursion": False}


class Difference(NamedTuple):
    """A wrong number: which, what it is, and both sides; `value` says that it is no gradient."""

    node: str
    quantity: str
    yours: float | None
    right: float
    value: bool


def close(yours: float | None, right: float, tolerance: float = TOLERANCE) -> bool:
    """Say whether a number is right; none at all counts as 0."""
    x = 0.0 if yours is None else yours
    if math.isnan(x) or math.isnan(right):
        return math.isnan(x) and math.isnan(right)
    return x == right or abs(x - right) <= tolerance * max(1.0, abs(right))


def difference(
    experiment: Experiment, answer: Mapping[str, Any], tolerance: float, inner: bool
) -> Difference | None:
    """Return the first wrong number of an experiment that ran; None if all is right.

    Only the leaves decide, as a class may throw inner gradients away; where it keeps them (`inner`), they say
    where the first wrong one is: nearest to the root, so that all that use it are right.
    """
    program = experiment.program
    known, values, grads = program.known, answer["values"], answer["grads"]
    for name in program.names:
        if not close(values[name], known.values[name], tolerance):
            return Difference(name, name, values[name], known.values[name], True)
    if not experiment.sweeps:
        return None
    for name, x in program.inputs:
        if not close(answer["after"][name], x, tolerance):
            return Difference(name, f"{name} after backward()", answer["after"][name], x, True)
    leaves = [name for name, _ in program.inputs]
    if any(all(close(grads[x], right[x], tolerance) for x in leaves) for right in experiment.right):
        return None
    right, root = experiment.right[0], experiment.sweeps[-1]
    for name in reversed(program.names):
        kept = inner and grads[name] is not None and name != root and name not in answer["same"]
        if name in right and (kept or name in leaves) and not close(grads[name], right[name], tolerance):
            return Difference(name, f"∂{root}/∂{name}", grads[name], right[name], False)
    raise AssertionError("a wrong leaf is a wrong number")


@dataclass
class Result:
    """One experiment of a trial, the answer, and the first wrong number."""

    trial: Trial
    experiment: Experiment
    answer: Mapping[str, Any]
    difference: Difference | None = None

    @property
    def error(self) -> Mapping[str, Any] | None:
        """What was raised, or how it ended, if it did not come to an end."""
        return self.answer.get("error")

    @property
    def program(self) -> Program:
        """The experiment's program."""
        return self.experiment.program

    @property
    def ran(self) -> bool:
        """Whether it came to an end, so that there are numbers."""
        return not self.error and not self.answer.get("undriven")

    @property
    def failed(self) -> bool:
        """Whether it went wrong."""
        return not self.ran or self.difference is not None

    @property
    def unsure(self) -> str:
        """Why nothing can be concluded from a failure; "" where something can."""
        if self.answer.get("undriven"):
            return str(self.answer["undriven"])
        if self.answer.get("stubbed"):
            return "a library that is not installed here had a hand in it"
        if self.error and self.error.get("skipped"):
            return f"it needs a line that was not run: {self.error['message']}"
        return ""

    @property
    def refused(self) -> bool:
        """Whether the class says that it does not take such operands."""
        error = self.error
        if not error or error["kind"] != "raised" or error["recursion"]:
            return False
        if self.trial.name == "a ** b":  # most take plain exponents only, and some notice it late
            return True
        if self.answer["at"] == "backward":
            return False
        unsupported = "unsupported operand" in error["message"] or error["line"] is None
        return error["type"] in ("AssertionError", "NotImplementedError") or (
            error["type"] == "TypeError" and unsupported
        )


@dataclass
class Results:
    """All that a class answered, and what is known of how it rounds and whether it keeps inner gradients."""

    student: Student
    offer: Offer
    start: float = 0.0
    sweep: str = "backward"
    gradient: str = "grad"
    of: list[Result] = field(default_factory=list)
    tolerance: float = TOLERANCE
    inner: bool = True
    hung: set[str] = field(default_factory=set)  # operations that did not come to an end

    def climb(self, trials: Iterable[Trial]) -> None:
        """Run some trials."""
        self.of += [self.run(trial, experiment) for trial in trials for experiment in trial.experiments]

    def run(self, trial: Trial, experiment: Experiment) -> Result:
        """Run one experiment."""
        asked = {"sweeps": list(experiment.sweeps), "zero": list(experiment.zero)}
        if self.hung & {*experiment.program.operations}:
            return Result(trial, experiment, {"error": GIVEN_UP})
        answer = self.student.ask("run", **experiment.program.data(), **asked)
        if answer.get("error", {}).get("kind") == "time" and len(experiment.program.operations) == 1:
            self.hung |= {*experiment.program.operations} if trial.group != "scale" else set()
        return self._compared(Result(trial, experiment, answer))

    def _compared(self, result: Result) -> Result:
        result.difference = None
        if result.ran:
            result.difference = difference(result.experiment, result.answer, self.tolerance, self.inner)
        return result

    def settle(self) -> None:
        """Learn how the class rounds, and whether it keeps inner gradients; compare all once more."""
        self.tolerance, self.inner = self._rounding(), self._keeps()
        for result in self.of:
            self._compared(result)

    def _rounding(self) -> float:
        """Return ROUGH if the values of single operations are a little off, and none is much."""
        off = []
        for result in self.of:
            if result.ran and result.trial.group == "rule":
                right, root = result.program.known.values, result.program.root
                off.append(
                    abs((result.answer["values"][root] or 0.0) - right[root]) / max(1.0, abs(right[root]))
                )
        slight = [x for x in off if 1e-9 < x < ROUGH / 10]
        return ROUGH if slight else TOLERANCE

    def _keeps(self) -> bool:
        """Say whether inner gradients are right wherever the leaves' are."""
        for result in self.of:
            if result.ran and result.trial.group in ("chain", "order") and result.difference is None:
                right = result.experiment.right[0]
                grads = result.answer["grads"]
                inner = [step.name for step in result.program.steps[:-1]]
                if not all(close(grads[name], right[name], self.tolerance) for name in inner):
                    return False
        return True

    def forward(self, program: Program) -> float | None:
        """Return the class's own value of a program's root; None where it gives none."""
        answer = self.student.ask("run", **program.data(), sweeps=[])
        found = answer.get("values", {}).get(program.root) if "error" not in answer else None
        return None if found is None else float(found)
