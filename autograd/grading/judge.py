"""`grade`: from a file or a class to a report; arranges the ladder, the diagnosis and the recheck."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.grading.compare import Difference, Result, Results, close
from autograd.grading.diagnosis import Accusation, Diagnosis
from autograd.grading.ladder import Offer, Trial, ladder, randoms, smaller, swept, tame
from autograd.grading.recheck import recheck
from autograd.grading.report import (
    ABSENT,
    FAILED,
    FAULT,
    GROUPS,
    LEVELS,
    MISSING,
    NOTE,
    PASSED,
    UNDECIDED,
    UNJUDGED,
    Finding,
    Report,
    Rung,
)  # fmt: skip
from autograd.grading.student import Here, Process, Student, aliases
from autograd.grading.sweeps import shape
from autograd.text.numbers import number

SECONDS = 2.0


def grade(
    subject: str | PathLike[str] | type,
    name: str = "",
    need: Iterable[str] = (),
    only: Iterable[str] = (),
    seconds: float = SECONDS,
    run: bool = False,
) -> Report:
    """Grade somebody's own class of numbers that differentiate: find the first wrong number, and its cause.

    How a class is driven is found by duck typing: a number (``data``, ...), a gradient (``grad``, ...), a
    sweep (``backward()``, ...). A ladder of small programs is run on it, from single operations to random
    expressions, and every wrong gradient is confirmed by differences of the class's own values before it is
    called a fault.

    Parameters
    ----------
    subject : path or class
        A Python file or a notebook, which is loaded in a process of its own, its definitions only; or a
        class, which is run in this process.
    name : str
        Which class of a file; by default the one that looks like it.
    need : iterable of str
        The operations that are asked for, by the names of rows: then these count, and no others. By default
        all that the class offers count.
    only : iterable of str
        The groups of rungs that are run; by default all.
    seconds : float
        For each experiment.
    run : bool
        Run the file as a whole, not its definitions only.

    Returns
    -------
    Report
        Reads as text; true if nothing is wrong.

    Raises
    ------
    ValueError
        If there is no such operation or group, or no such file.

    Notes
    -----
    A file's process is limited in time, memory, the files that it writes and further processes, as far as the
    system can; what it prints goes nowhere. It is no sandbox: it may read what its user may read.

    Examples
    --------
    >>> from autograd.grading import grade
    >>> class Number:
    ...     def __init__(self, data, below=()):
    ...         self.data, self.grad, self.below = data, 0.0, below
    ...     def __add__(self, other):
    ...         return Number(self.data + other.data, ((self, 1.0), (other, 1.0)))
    ...     def __mul__(self, other):
    ...         return Number(self.data * other.data, ((self, other.data), (other, self.data)))
    ...     def backward(self, arriving=1.0):
    ...         self.grad = arriving
    ...         for operand, partial in self.below:
    ...             operand.backward(arriving * partial)
    >>> found = grade(Number, only=["rule", "accumulation"]).findings[0]
    >>> found.kind, found.expression, found.numbers
    ('overwrite', 'a = 3; c = a + a', '∂c/∂a: yours 1, right 2')
    """
    began = time.perf_counter()
    wanted, groups = tuple(need), tuple(only) or tuple(GROUPS)
    _check(wanted, groups)
    path = "" if isinstance(subject, type) else str(subject)
    if path and not Path(path).is_file():
        raise ValueError(f"There is no file {path}.")
    student: Student = (
        Here(subject, seconds) if isinstance(subject, type) else Process(Path(path), name, seconds, run)
    )
    try:
        report = _judged(student, path, wanted, groups)
    finally:
        student.close()
    return replace(report, seconds=time.perf_counter() - began)


def _check(need: Collection[str], groups: Collection[str]) -> None:
    for op in need:
        if op not in aliases():
            raise ValueError(
                f"{op!r} is no operation that can be asked for. There are: {', '.join(aliases())}."
            )
    for group in groups:
        if group not in GROUPS:
            raise ValueError(f"There is no group {group!r} of rungs. There are: {', '.join(GROUPS)}.")


def _judged(student: Student, path: str, need: Collection[str], groups: Collection[str]) -> Report:
    found = student.found
    reason = _undriven(found)
    if reason:
        return Report(found.get("name", ""), path, reason=reason)
    offer = Offer(found["offers"], found["reflected"], found["defaults"])
    results = Results(student, offer, start=found["start"] or 0.0, sweep=found["sweep"])
    trials = ladder(offer)
    results.climb(trial for trial in trials if trial.group in {*groups, "rule"})
    results.settle()
    court = Court(results, Diagnosis(results, found["lines"]), need)
    court.sit(groups)
    rungs = [rung for rung in court.rungs() if rung.group in groups]
    return Report(
        found["name"], path, tuple(court.findings), tuple(rungs), found["reads"], tuple(offer.operations)
    )


def _undriven(found: dict[str, Any]) -> str:
    """Say why a class cannot be driven at all; "" where it can."""
    if found.get("undriven"):
        return str(found["undriven"])
    error = found.get("error")
    if not error:
        return ""
    at = f" (line {error['line']})" if error["line"] else ""
    if error["kind"] == "raised" and error["type"] in ("SyntaxError", "IndentationError", "TabError"):
        return f"it is not Python{at}: {error['message']}"
    if error["kind"] == "raised":
        return f"it raised {error['type']}{at} when it was loaded and tried: {error['message']}"
    return f"when it was loaded and tried, {ENDED[error['kind']]}{at}"


ENDED = {  # how an experiment ended that gave no answer
    "time": "it did not come to an end in time",
    "memory": "it used more memory than the limit",
    "died": "it ended its own process",
    "given up": "it did not come to an end too often",
}


class Court:
    """What is made of a diagnosis: confirmed findings, and rungs.

    Parameters
    ----------
    results : Results
    diagnosis : Diagnosis
    need : collection of str
        The operations that are asked for; () means all that are offered.
    """

    def __init__(self, results: Results, diagnosis: Diagnosis, need: Collection[str]) -> None:
        self.results, self.diagnosis, self.need = results, diagnosis, need
        self.findings: list[Finding] = []
        self.doubtful: dict[int, str] = {}  # results that are held against nobody, and why

    def sit(self, groups: Collection[str]) -> None:
        """Go through the steps, and confirm what they accuse."""
        diagnosis, results = self.diagnosis, self.results
        self.endings()
        for step in (diagnosis.seeds, diagnosis.values, diagnosis.rules, diagnosis.chains, diagnosis.sweeps):
            step()
        if "random" in groups:
            results.climb(randoms(results.offer, self._trusted()))
            diagnosis.sweeps()
        self.states()
        self.rest()
        for accusation in diagnosis.accusations:
            self._confirm(accusation)
        self.notes()
        self.findings.sort(key=lambda finding: LEVELS.index(finding.level))

    def _trusted(self) -> list[str]:
        """Return the operations that were right alone, for random expressions."""
        failed = {
            op
            for x in self.results.of
            if x.trial.group == "rule" and x.failed and not x.trial.optional
            for op in x.trial.operations
        }
        return [op for op in self.results.offer.operations if op not in failed]

    # What is no number --------------------------------------------------------------------------------------

    def endings(self) -> None:
        """Exceptions, and what did not come to an end."""
        diagnosis = self.diagnosis
        same: dict[tuple[Any, ...], list[Result]] = {}
        for result in self.results.of:
            error = result.error
            if not error or result.unsure or result.trial.group == "scale":
                continue
            step = next((x for x in result.program.steps if x.name == result.answer.get("at")), None)
            if result.trial.optional and (result.refused or self._no_left(result)):
                self._missing(result)
                continue
            if result.trial.group in ("rule", "numbers"):
                first = result.program.steps[0]
                diagnosis.broken[first.op, shape(first.operands)] = "it raises"
            key = (
                error["kind"],
                error["type"],
                error["line"],
                error["message"] if not error["line"] else "",
                step is None,
            )
            same.setdefault(key, []).append(result)
        for (kind, _, line, *_), found in same.items():
            self._accuse_ending(kind, line, found)

    def _accuse_ending(self, kind: str, line: int | None, found: list[Result]) -> None:
        first = min(found, key=_size)
        error, at = first.error or {}, first.answer.get("at", "")
        step = next((x for x in first.program.steps if x.name == at), None)
        if step is None and len(first.program.steps) == 1 and at != "backward":
            step = first.program.steps[0]
        ops = (step.op,) if step else tuple(dict.fromkeys(op for x in found for op in x.trial.operations))
        where = step.text.partition(" = ")[2] if step else "backward"
        says = f"{error['type']}: {error['message']}"
        finding = "crash"
        if error.get("recursion"):
            finding, says = "endless", "it calls itself without end (RecursionError)"
        elif kind == "time":
            finding, says = "endless", "it does not come to an end"
        elif kind in ("memory", "died"):
            says = ENDED[kind]
        elif "has no attribute" in error["message"] and error["message"].startswith(("'int'", "'float'")):
            finding = "unwrapped"
            says = f"a plain number is not turned into a node first ({error['type']}: {error['message']})"
        source = error.get("source", "")
        self.findings.append(Finding(
            finding, FAULT, first.trial.group, where, says, first.program.text, line=line, source=source,
            operations=ops, evidence="it was raised" if kind == "raised" else "",
            graph=first.program.known.graph,
        ))  # fmt: skip

    def _no_left(self, result: Result) -> bool:
        step = result.program.steps[0]
        return not isinstance(step.operands[0], str) and step.op not in self.results.offer.reflected

    def _missing(self, result: Result) -> None:
        step = result.program.steps[0]
        where = step.text.partition(" = ")[2]
        if any(finding.where == where or result.trial.name == finding.node for finding in self.findings):
            return
        asked = step.op in self.need
        if step.op == "pow" and not asked:
            return  # exponents that are nodes are rare
        says = "this is not taken"
        if not isinstance(step.operands[0], str):
            dunder = {"div": "truediv"}.get(step.op, step.op)
            says = f"a number on the left is not taken: __r{dunder}__ is missing"
        if any(finding.says == says for finding in self.findings):
            return
        level = MISSING if asked else NOTE
        self.findings.append(Finding("missing", level, "numbers", where, says, operations=(step.op,)))

    # What survives ------------------------------------------------------------------------------------------

    def states(self) -> None:
        """Say what one sweep leaves behind, where single sweeps are right."""
        diagnosis = self.diagnosis
        for result in self.results.of:
            if (
                result.trial.group != "state"
                or not result.ran
                or result.difference is None
                or result.answer["stubbed"]
            ):
                continue
            if any(
                not diagnosis.fits(x, type(diagnosis.model)())[1]
                for x in diagnosis.group("rule", "order")
                if set(x.trial.operations) <= {"add", "mul"}
            ):
                return  # it follows from what was told already
            says = STATES[result.trial.name]
            if result.difference.value and result.difference.node not in dict(result.program.inputs):
                continue
            yours = result.difference.yours or 0.0
            if result.trial.name == "the same graph again" and yours == 0:
                says = SKIPPED
            diagnosis.accuse("state", "backward", says, [result])
            return

    def rest(self) -> None:
        """Tell the smallest program that nothing explains so far."""
        diagnosis = self.diagnosis
        left = [
            x
            for x in self.results.of
            if diagnosis.usable(x) and x.failed and x.trial.group != "scale"
            if not diagnosis.fits(x, diagnosis.model)[1]
        ]
        if not left or self._partly(left):
            return
        smallest = self._shrunk(min(left, key=_size))
        says = "the gradient is wrong, and none of the usual causes fits: look at this smallest expression"
        diagnosis.accuse("sum", "backward", says, [smallest], operations=smallest.program.operations)

    def _partly(self, left: Sequence[Result]) -> bool:
        """Say whether what is left is also wrong by what was accused."""
        blamed = {op for accusation in self.diagnosis.accusations for op in accusation.operations}
        return all(
            {call.op for call in self.diagnosis.tree(x).calls} & blamed or "backward" in blamed for x in left
        )

    def _shrunk(self, result: Result) -> Result:
        """Return a smaller program that fails, as long as there is one."""
        for _ in range(30):
            for candidate in smaller(result.program):
                if candidate.steps and tame(candidate):
                    tried = self.results.run(result.trial, swept(candidate))
                    if tried.ran and tried.difference is not None and not tried.difference.value:
                        result = tried
                        break
            else:
                return result
        return result

    # Confirming ---------------------------------------------------------------------------------------------

    def _confirm(self, accusation: Accusation) -> None:
        """Make a finding of an accusation that the class's own values confirm; else say that it is open."""
        reason = "no wrong number shows it"
        for result in sorted(accusation.shown, key=_size):
            if result.unsure or not result.ran or result.difference is None:
                reason = result.unsure or reason
                continue
            verdict = self._recheck(result)
            if verdict.confirmed:
                evidence = "; ".join(filter(None, [verdict.says, accusation.evidence]))
                self.findings.append(
                    self._finding(accusation, result, accusation.level, accusation.says, evidence)
                )
                return
            reason = verdict.says
        shown = min(accusation.shown, key=_size, default=None)
        if shown is not None:
            for result in accusation.shown:
                self.doubtful[id(result)] = reason
            says = f"cannot be judged: {reason}"
            self.findings.append(self._finding(accusation, shown, UNJUDGED, says, ""))

    def _recheck(self, result: Result) -> Any:
        first = result.difference
        assert first is not None
        if first.value:
            return recheck(self.results, result.program, first, result.program.root)
        roots = result.experiment.sweeps[-1:] if result.experiment.zero else result.experiment.sweeps
        right, last = result.experiment.right[0], None
        leaves = [name for name, _ in result.program.inputs]
        for name in sorted(leaves, key=lambda name: name != first.node):
            yours = result.answer["grads"][name]
            if not close(yours, right[name], self.results.tolerance):
                wrong = Difference(name, f"∂{roots[-1]}/∂{name}", yours, right[name], False)
                last = recheck(self.results, result.program, wrong, *roots)
                if last.confirmed:
                    return last
        return last

    def _finding(
        self, accusation: Accusation, result: Result, level: str, says: str, evidence: str
    ) -> Finding:
        wrong = result.difference
        return Finding(
            accusation.kind, level, result.trial.group, accusation.where, says, result.program.text,
            wrong.node if wrong else "", wrong.quantity if wrong else "", wrong.yours if wrong else None,
            wrong.right if wrong else None, accusation.line, accusation.source, accusation.operations,
            evidence, result.program.known.graph,
        )  # fmt: skip

    # What costs nothing -------------------------------------------------------------------------------------

    def notes(self) -> None:
        """Tell conventions and limits."""
        for kind, where, says in _notes(self.results, self.diagnosis):
            self.findings.append(Finding(kind, NOTE, "scale", where, says))

    def rungs(self) -> Iterator[Rung]:
        """Return the ladder as it went."""
        by_trial: dict[int, list[Result]] = {}
        for result in self.results.of:
            by_trial.setdefault(id(result.trial), []).append(result)
        for found in by_trial.values():
            yield self._rung(found[0].trial, found)
        for op in self.need:
            if op not in self.results.offer.operations:
                yield Rung("rule", op, ABSENT, (op,), True, "it is asked for and not there")

    def _rung(self, trial: Trial, found: Sequence[Result]) -> Rung:
        failed = [x for x in found if x.failed]
        asked = not self.need or {*trial.operations} <= {*self.need}
        counts = asked and not trial.note
        if not failed:
            return Rung(trial.group, trial.name, PASSED, trial.operations, counts)
        unsure = next(
            (x.unsure or self.doubtful.get(id(x), "") for x in failed if x.unsure or id(x) in self.doubtful),
            "",
        )
        if unsure:
            return Rung(trial.group, trial.name, UNDECIDED, trial.operations, counts, unsure)
        first = failed[0]
        if trial.optional and (first.refused or self._no_left(first)):
            needed = trial.operations[0] in self.need and trial.group == "numbers"
            return Rung(
                trial.group, trial.name, ABSENT, trial.operations, counts and needed, "it is not taken"
            )
        return Rung(trial.group, trial.name, FAILED, trial.operations, counts, _told(first))


def _told(result: Result) -> str:
    """Say what went wrong in an experiment."""
    if result.error:
        kind = result.error["kind"]
        what = f"{result.error['type']}: {result.error['message']}" if kind == "raised" else ENDED[kind]
        return f"{what} in {result.program.text[:200]}"
    assert result.difference is not None
    wrong = result.difference
    yours = "none" if wrong.yours is None else number(wrong.yours)
    return f"{wrong.quantity}: yours {yours}, right {number(wrong.right)} in {result.program.text[:200]}"


SKIPPED = (
    "nodes that a first backward() has seen are skipped by the next one: keep what was visited in a variable "
    "of the sweep, not in the nodes"
)
STATES = {
    "two graphs share leaves": "the gradients of a second graph are neither added nor begun anew",
    "gradients set back by hand": "after the gradients were set back, a second graph is wrong",
    "the same graph again": "after the gradients were set back, a second backward() is wrong",
    "a sweep from an inner node": "a sweep that begins at an inner node is wrong",
    "graphs that share nothing": "a sweep changes gradients of a graph that it has nothing to do with",
}


def _size(result: Result) -> tuple[int, int]:
    return len(result.program.steps), len(result.program.inputs)


def _notes(results: Results, diagnosis: Diagnosis) -> Iterator[tuple[str, str, str]]:
    """List the conventions and limits that were met: kind, place, sentence."""
    for result in results.of:
        if result.trial.group == "scale" and result.error:
            if result.error.get("recursion"):
                yield (
                    "limit",
                    "backward",
                    f"{result.trial.name} exceeds Python's recursion limit: the sweep calls itself",
                )
            elif result.error["kind"] == "time":
                yield (
                    "limit",
                    "backward",
                    f"{result.trial.name} take too long: a node is visited once for every path",
                )
