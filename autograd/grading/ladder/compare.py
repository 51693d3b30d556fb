"""Runs the ladder on a class and keeps what came out, with the first wrong number of each program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.grading.ladder.programs import Program
from autograd.grading.ladder.student import ARITHMETIC, Asked, Student
from autograd.grading.ladder.trials import Experiment, Offer, Trial
from autograd.table.primitive import TABLE

TOLERANCE = 1e-6
SIMILAR = 0.01  # so much a function may be off to be another formula, not a wrong one
CHOICES = (0.01, 0.001, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 1.5, 1.702, 2.0, 10.0)
BRIEFLY = 0.5  # seconds for what takes a few milliseconds, or exponentially many
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
            return Difference(name, f"d{root}/d{name}", grads[name], right[name], False)
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
        if self.answer.get("stubbed"):
            return "a library that is not installed here had a hand in it"
        if self.answer.get("undriven"):
            return str(self.answer["undriven"])
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


def _asked(trial: Trial, experiment: Experiment) -> Asked:
    """Return what a class is asked for an experiment."""
    sweeps = {"sweeps": list(experiment.sweeps), "zero": list(experiment.zero)}
    return "run", {**experiment.program.data(), **sweeps}, BRIEFLY if trial.group == "scale" else None


def calibrate(student: Student, offer: Offer) -> None:
    """Find the numbers that a class has chosen inside its functions: the slope of its leaky_relu, say."""
    for op in offer.operations:
        row = TABLE[op]
        if (
            op in ARITHMETIC
            or len(row.parameters) - len(row.defaults) > 1
            or len(row.defaults) != 1
            or offer.defaults.get(op)
        ):
            continue
        values = []
        for x in (-0.9, 0.7):
            asked = {**offer.program(f"c = {op}(a)", a=x).data(), "sweeps": []}
            values.append(student.ask("run", asked).get("values", {}).get("c"))
        for choice in (*row.defaults.values(), *CHOICES):
            if all(close(y, float(row(x, choice))) for x, y in zip((-0.9, 0.7), values, strict=True)):
                offer.defaults = {**offer.defaults, op: [choice]}
                break


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
    other: list[str] = field(default_factory=list)  # functions that are another formula than ours
    hung: set[str] = field(default_factory=set)  # operations that did not come to an end

    def climb(self, trials: Iterable[Trial]) -> None:
        """Run some trials."""
        pending = [(trial, experiment) for trial in trials for experiment in trial.experiments]
        while pending:
            hung = [pair for pair in pending if self.hung & {*pair[1].program.operations}]
            self.of += [Result(*pair, {"error": GIVEN_UP}) for pair in hung]
            pending = [pair for pair in pending if pair not in hung]
            answers = self.student.ask_all([_asked(*pair) for pair in pending])
            for pair, answer in zip(pending, answers, strict=False):
                self._note(*pair, answer)
                self.of.append(self._compared(Result(*pair, answer)))
            pending = pending[len(answers) :]

    def _note(self, trial: Trial, experiment: Experiment, answer: Mapping[str, Any]) -> None:
        """Note an operation that does not come to an end."""
        operations = {*experiment.program.operations}
        if answer.get("error", {}).get("kind") == "time" and len(operations) == 1 and trial.group != "scale":
            self.hung |= operations

    def run(self, trial: Trial, experiment: Experiment) -> Result:
        """Run one experiment."""
        answer = self.student.ask(*_asked(trial, experiment))
        return self._compared(Result(trial, experiment, answer))

    def _compared(self, result: Result) -> Result:
        result.difference = None
        if result.ran:
            result.difference = difference(result.experiment, result.answer, self.tolerance, self.inner)
        return result

    @property
    def offered(self) -> set[str]:
        """The operations that the class has, those that are another formula than ours, too."""
        return {*self.offer.operations, *self.other}

    def settle(self) -> None:
        """Learn how the class rounds, and whether it keeps inner gradients; compare all once more."""
        self.other = self._other()
        self.of = [x for x in self.of if not {*x.program.operations} & {*self.other}]
        self.offer.operations = [op for op in self.offer.operations if op not in self.other]
        self.tolerance, self.inner = self._rounding(), self._keeps()
        for result in self.of:
            self._compared(result)

    def _other(self) -> list[str]:
        """Return the functions that are a little off: another formula, such as that of gelu with tanh."""
        off: dict[str, list[float]] = {}
        for result in self.of:
            op = result.program.steps[0].op
            if result.ran and result.trial.group == "rule" and op not in ARITHMETIC:
                off.setdefault(op, []).append(self._off(result))
        return [op for op, found in off.items() if ROUGH / 10 <= max(found) < SIMILAR]

    def _off(self, result: Result) -> float:
        right, yours = (
            x[result.program.root] for x in (result.program.known.values, result.answer["values"])
        )
        return float("inf") if yours is None else abs(yours - right) / max(1.0, abs(right))

    def _rounding(self) -> float:
        """Return ROUGH if the values of single operations are a little off, and none is much."""
        off = [self._off(result) for result in self.of if result.ran and result.trial.group == "rule"]
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
        answer = self.student.ask("run", {**program.data(), "sweeps": []})
        found = answer.get("values", {}).get(program.root) if "error" not in answer else None
        return None if found is None else float(found)
