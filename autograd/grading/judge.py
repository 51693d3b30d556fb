"""`grade`: from a file or a class to a report; arranges the ladder, the diagnosis and the recheck."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.grading.diagnosis.case import Accusation, Case, size
from autograd.grading.diagnosis.endings import ENDED, endings, unkept, untaken
from autograd.grading.diagnosis.methods import Methods
from autograd.grading.diagnosis.operations import chains, rules, values
from autograd.grading.diagnosis.sweeping import rest, seeds, states, sweeps
from autograd.grading.ladder.compare import TOLERANCE, Difference, Result, Results, calibrate, close
from autograd.grading.ladder.recheck import Verdict, recheck
from autograd.grading.ladder.student import Here, Process, Student, aliases
from autograd.grading.ladder.trials import Offer, Trial, ladder, randoms
from autograd.grading.report import (
    ABSENT,
    FAILED,
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
from autograd.text.numbers import number

SECONDS = 1.0


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
        The operations that are asked for, by the names of rows, a number on their left included: then these
        count, and no others. By default all that the class offers count.
    only : iterable of str
        The groups of rungs that are run; by default all.
    seconds : float
        Of processor time, for each experiment; most need a few thousandths.
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
    ('overwrite', 'a = 3; c = a + a', 'dc/da: yours 1, right 2')
    """
    began = time.perf_counter()
    wanted, groups = tuple(need), tuple(only) or tuple(GROUPS)
    check(wanted, groups)
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


def check(need: Collection[str], groups: Collection[str]) -> None:
    """Refuse operations and groups of rungs that nobody can be asked for."""
    for op in need:
        if op not in aliases():
            raise ValueError(
                f"{op!r} is no operation that can be asked for. There are: {', '.join(aliases())}."
            )
    for group in groups:
        if group not in GROUPS:
            raise ValueError(f"There is no group {group!r} of rungs. There are: {', '.join(GROUPS)}.")


def _judged(student: Student, path: str, need: Sequence[str], groups: Collection[str]) -> Report:
    found = student.found
    reason = _undriven(found)
    if reason:
        return Report(found.get("name", ""), path, reason=reason)
    offer = Offer(found["offers"], found["reflected"], found["defaults"])
    calibrate(student, offer)
    start = found["start"] or 0.0
    results = Results(student, offer, start=start, sweep=found["sweep"], gradient=found["gradient"])
    results.climb(trial for trial in ladder(offer) if trial.group in {*groups, "rule"})
    results.settle()
    case = Case(results, Methods(found["methods"]), need)
    _examine(case, groups)
    doubtful: dict[int, str] = {}
    findings = [
        finding for accusation in case.accusations for finding in _confirmed(case, accusation, doubtful)
    ]
    absent = _absent(case)
    findings += [
        Finding("missing", MISSING, "rule", op, "it is not there", operations=(op,)) for op in absent
    ]
    findings += _notes(results, found)
    findings += [
        Finding("skipped", UNJUDGED, rung.group, rung.name, rung.says, operations=rung.operations)
        for rung in _rungs(case, {})
        if rung.status == UNDECIDED and rung.group in ("rule", "numbers")
    ]
    findings = [finding for finding in findings if finding.group in groups or finding.level == NOTE]
    findings.sort(key=lambda finding: LEVELS.index(finding.level))
    rungs = [rung for rung in _rungs(case, doubtful) if rung.group in groups]
    return Report(found["name"], path, tuple(findings), tuple(rungs), found["reads"], tuple(offer.operations))


def _undriven(found: dict[str, Any]) -> str:
    """Say why a class cannot be driven at all; "" where it can."""
    if found.get("undriven"):
        return str(found["undriven"])
    error = found.get("error")
    if not error:
        return ""
    at = f" (line {error['line']})" if error["line"] else ""
    if error["type"] in ("SyntaxError", "IndentationError", "TabError"):
        said = re.sub(r" \([^()]*line \d+\)$", "", error["message"])  # Python says the line once more
        return f"it is not Python{at}: {said}"
    if error["kind"] == "raised":
        return f"when it was loaded and tried, it raised {error['type']}{at}: {error['message']}"
    return f"when it was loaded and tried: {ENDED[error['kind']]}"


def _examine(case: Case, groups: Collection[str]) -> None:
    """Go through the steps of the diagnosis, from the ground up."""
    if unkept(case):
        return
    for step in (endings, seeds, values, rules, chains, sweeps) if case.failed else ():
        step(case)
    if "random" in groups:
        case.results.climb(randoms(case.results.offer, _trusted(case)))
    for step in (sweeps, states, rest) if case.failed else ():
        step(case)


def _trusted(case: Case) -> list[str]:
    """Return the operations that were right alone, for random expressions."""
    alone = [x for x in case.results.of if x.trial.group in ("rule", "chain") and not x.trial.optional]
    failed = {x.trial.operations[0] for x in alone if x.failed}
    return [op for op in case.results.offer.operations if op not in failed]


# Confirming ------------------------------------------------------------------------------------------------


def _confirmed(case: Case, accusation: Accusation, doubtful: dict[int, str]) -> Iterator[Finding]:
    """Make a finding of an accusation that the class's own values confirm; else say that it is open."""
    if accusation.proven:
        first = accusation.shown[0]
        yield _finding(accusation, first, accusation.level, accusation.says, accusation.evidence)
        return
    reason = ""
    for result in sorted(accusation.shown, key=size):
        if not result.ran or result.difference is None:
            continue
        verdict = Verdict(False, result.unsure) if result.unsure else _verdict(case, result)
        if verdict.confirmed:
            evidence = "; ".join(filter(None, [verdict.says, accusation.evidence]))
            yield _finding(accusation, result, accusation.level, accusation.says, evidence)
            return
        reason = verdict.says
        doubtful[id(result)] = reason
    if reason:
        first = min((x for x in accusation.shown if id(x) in doubtful), key=size)
        yield _finding(accusation, first, UNJUDGED, f"cannot be judged: {reason}", "")


def _verdict(case: Case, result: Result) -> Verdict:
    """Recheck the wrong numbers of a result until one is confirmed."""
    first, roots = result.difference, result.experiment.sweeps
    assert first is not None
    if first.value:
        return recheck(case.results, result.program, first, result.program.root)
    roots = roots[-1:] if result.experiment.zero else roots
    right, verdict = result.experiment.right[0], Verdict(False, "no wrong leaf shows it")
    leaves = [name for name, _ in result.program.inputs]
    for name in sorted(leaves, key=lambda name: name != first.node):
        yours = result.answer["grads"][name]
        if not close(yours, right[name], case.results.tolerance):
            wrong = Difference(name, f"d{roots[-1]}/d{name}", yours, right[name], False)
            verdict = recheck(case.results, result.program, wrong, *roots)
            if verdict.confirmed:
                break
    return verdict


def _finding(accusation: Accusation, result: Result, level: str, says: str, evidence: str) -> Finding:
    wrong = result.difference
    found = Finding(
        accusation.kind, level, result.trial.group, accusation.where, says, result.program.text,
        line=accusation.line, source=accusation.source, operations=accusation.operations, evidence=evidence,
        graph=result.program.graph,
    )  # fmt: skip
    if wrong is None:
        return found
    return replace(found, node=wrong.node, quantity=wrong.quantity, yours=wrong.yours, right=wrong.right)


def _notes(results: Results, found: dict[str, Any]) -> Iterator[Finding]:
    """List the conventions and limits that were met, which cost nothing."""
    if found["seeded"]:
        says = "the root's gradient must be set to 1 by hand before the sweep: backward() usually does that"
        yield Finding("seed", NOTE, "rule", "backward", says, operations=("backward",))
    if results.tolerance > TOLERANCE:
        says = "it computes with fewer digits than a float has (float32, or a rounded constant)"
        yield Finding("rounding", NOTE, "rule", "numbers", says)
    for op in results.other:
        says = "it computes another formula than ours, to a few digits the same, and was not looked at"
        yield Finding("rounding", NOTE, "rule", op, says, operations=(op,))
    for line, error in found.get("problems", ()):
        yield Finding(
            "skipped", NOTE, "rule", "module", f"this line raised {error}, and was left out", line=line
        )
    for result in results.of:
        if result.trial.note and result.failed and not result.unsure:
            yield from _note(result)


def _note(result: Result) -> Iterator[Finding]:
    """Tell the convention or the limit that one result shows."""
    name, group, wrong = result.trial.name, result.trial.group, result.difference
    if result.error and result.error["recursion"]:
        says = f"{name} exceeds Python's recursion limit: the sweep calls itself"
        yield Finding("limit", NOTE, group, "backward", says)
    elif result.error and result.error["kind"] == "time":
        says = f"{name} take too long: a node is visited once for every path"
        yield Finding("limit", NOTE, group, "backward", says)
    elif wrong is not None and group == "state":
        says = (
            "a second backward() on the same graph counts inner gradients of the first again: make the graph "
            "anew, or set all gradients back"
        )
        yield Finding("convention", NOTE, group, "backward", says)
    elif wrong is not None and group == "rule" and not wrong.value:
        op, yours = result.trial.operations[0], number(wrong.yours or 0.0)
        says = f"its derivative at 0 is {yours}; none exists there, and PyTorch takes {number(wrong.right)}"
        yield Finding("kink", NOTE, group, op, says, result.program.text, operations=(op,))


# Rungs -----------------------------------------------------------------------------------------------------


def _rungs(case: Case, doubtful: dict[int, str]) -> Iterator[Rung]:
    """Return the ladder as it went."""
    by_trial: dict[int, list[Result]] = {}
    for result in case.results.of:
        by_trial.setdefault(id(result.trial), []).append(result)
    for found in by_trial.values():
        yield _rung(case, found[0].trial, found, doubtful)
    for op in _absent(case):
        yield Rung("rule", op, ABSENT, (op,), True, "it is not there")


def _absent(case: Case) -> list[str]:
    """Return what is asked for and missing: without a wish, the two operations that everything needs."""
    return [op for op in case.need or ("add", "mul") if op not in case.results.offered]


def _rung(case: Case, trial: Trial, found: Sequence[Result], doubtful: dict[int, str]) -> Rung:
    failed = [x for x in found if x.failed]
    asked = not case.need or {*trial.operations} <= {*case.need}
    counts = asked and not trial.note
    if not failed:
        return Rung(trial.group, trial.name, PASSED, trial.operations, counts)
    sure = [x for x in failed if not x.unsure and id(x) not in doubtful]
    if not sure:
        reason = failed[0].unsure or doubtful[id(failed[0])]
        return Rung(trial.group, trial.name, UNDECIDED, trial.operations, counts, reason)
    if untaken(case, sure[0]):
        counts = counts and trial.group == "numbers" and trial.operations[0] in case.need
        return Rung(trial.group, trial.name, ABSENT, trial.operations, counts, "it is not taken")
    return Rung(trial.group, trial.name, FAILED, trial.operations, counts, _told(sure[0]))


def _told(result: Result) -> str:
    """Say what went wrong in an experiment."""
    text = result.program.text[:200]
    if result.error:
        kind = result.error["kind"]
        what = f"{result.error['type']}: {result.error['message']}" if kind == "raised" else ENDED[kind]
        return f"{what} in {text}"
    assert result.difference is not None
    wrong = result.difference
    yours = "none" if wrong.yours is None else number(wrong.yours)
    return f"{wrong.quantity}: yours {yours}, right {number(wrong.right)} in {text}"
