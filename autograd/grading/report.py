"""What grading found, as data: rungs, findings, the report; knows how they read, not how they were found."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from autograd.graph.graph import Graph
from autograd.text.numbers import number

FAULT, MISSING, NOTE, UNJUDGED = "fault", "missing", "note", "unjudged"
LEVELS = (FAULT, MISSING, NOTE, UNJUDGED)  # in the order in which findings are told
GROUPS = {  # the groups of rungs, from the ground up, and what each asks
    "rule": "Is the value and the local derivative of each operation right?",
    "numbers": "Can a plain number stand on either side?",
    "chain": "Is the gradient that arrives from above multiplied?",
    "accumulation": "Are the gradients of several paths added?",
    "order": "Has a node all its gradient before it hands it on?",
    "state": "Is what one graph leaves behind harmless for the next?",
    "scale": "Does it hold for long chains and for many paths?",
    "network": "Is a small neural network right?",
    "random": "Are random expressions right?",
}


@dataclass(frozen=True)
class Finding:
    """One thing that grading has to say of a class, with what shows it.

    Attributes
    ----------
    kind : str
        What it is: "rule", "forward", "reflected", "upstream", "overwrite", ...; each is told in
        `autograd.grading.diagnosis.causes.KINDS`.
    level : str
        "fault"; "missing", an operation that was asked for; "note", a convention or a limit that costs
        nothing; "unjudged", what could not be decided, with the reason.
    group : str
        The group of rungs in which it first showed.
    where : str
        The place: an operation ("tanh", "2 - a"), or "backward".
    says : str
        The cause, in a sentence.
    expression : str
        The smallest program that shows it, ``a = 3; c = a * a``; "" where none is needed.
    node : str
        The name in that program whose number is wrong, "" where it is no number.
    quantity : str
        What the two numbers are: ``dc/da``, or ``c`` for a value.
    yours, right : float or None
        The class's number, and the right one.
    line : int or None
        The line of the class's file, where one can be named; in a notebook that of the cell.
    source : str
        What `line` counts: the file, or "cell 3".
    operations : tuple of str
        The operations that it concerns.
    evidence : str
        Why it is believed: what was reproduced, and what differences of the class's own values say.
    graph : Graph or None
        The program as our engine records it, to be drawn with `node` lit.
    """

    kind: str
    level: str
    group: str
    where: str
    says: str
    expression: str = ""
    node: str = ""
    quantity: str = ""
    yours: float | None = None
    right: float | None = None
    line: int | None = None
    source: str = ""
    operations: tuple[str, ...] = ()
    evidence: str = ""
    graph: Graph | None = field(default=None, compare=False, repr=False)

    @property
    def numbers(self) -> str:
        """The two numbers: ``dc/da: yours 3, right 6``; "" where there are none."""
        if self.right is None:
            return ""
        yours = "none" if self.yours is None else number(self.yours)
        return f"{self.quantity}: yours {yours}, right {number(self.right)}"

    @property
    def place(self) -> str:
        """Where to look: ``tanh, line 31``."""
        source = f" of {self.source}" if self.source.startswith("cell") else ""
        return f"{self.where}, line {self.line}{source}" if self.line else self.where

    def __str__(self) -> str:
        shown = [self.expression, self.numbers, self.evidence and f"({self.evidence})"]
        return "\n".join([f"{self.level}: {self.place}: {self.says}", *(f"    {x}" for x in shown if x)])

    def data(self) -> dict[str, Any]:
        """Return the finding as what JSON can hold; the graph is left out.

        Returns
        -------
        dict
            One entry for each attribute.
        """
        shown = {name: value for name, value in vars(self).items() if name != "graph"}
        return {**shown, "operations": list(self.operations)}


PASSED, FAILED, ABSENT, UNDECIDED = "passed", "failed", "missing", "unjudged"


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: a small program, or a few of one kind, and how the class did on it.

    True where it passed, so that ``assert rung`` in a test is the rung.

    Attributes
    ----------
    group : str
        One of `GROUPS`.
    name : str
        What is tried: "mul", "2 - a", "diamond".
    status : str
        "passed", "failed", "missing" (the operation does not exist) or "unjudged".
    operations : tuple of str
        The operations that it needs.
    counts : bool
        Whether it counts for the score: notes and what nobody asked for do not.
    says : str
        What went wrong: the first wrong number, or the error; "" where it passed.
    """

    group: str
    name: str
    status: str
    operations: tuple[str, ...] = ()
    counts: bool = True
    says: str = ""

    def __bool__(self) -> bool:
        return self.status == PASSED

    def __str__(self) -> str:
        return f"{self.group}: {self.name}: {self.status}" + (f": {self.says}" if self.says else "")


@dataclass(frozen=True, repr=False)
class Report:
    """What `grade` found out about one class. True if there is no fault and nothing asked for is missing.

    Attributes
    ----------
    name : str
        The class.
    path : str
        Its file; "" for a class that was handed in.
    findings : tuple of Finding
        The first fault first: what stands above may be the cause of what follows.
    rungs : tuple of Rung
        The ladder from the ground up.
    reads : str
        How the class was driven: "reads .data and .grad, calls backward()".
    offers : tuple of str
        The operations that it has.
    seconds : float
        How long it took.
    reason : str
        Why the class cannot be judged at all; "" where it can.
    """

    name: str
    path: str = ""
    findings: tuple[Finding, ...] = ()
    rungs: tuple[Rung, ...] = ()
    reads: str = ""
    offers: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    reason: str = ""

    @property
    def judged(self) -> bool:
        """Whether the class could be driven at all."""
        return not self.reason

    @property
    def counted(self) -> tuple[Rung, ...]:
        """The rungs that count for the score; one that could not be decided does not."""
        return tuple(rung for rung in self.rungs if rung.counts and rung.status != UNDECIDED)

    @property
    def score(self) -> int:
        """How many of the rungs that count were passed."""
        return sum(map(bool, self.counted))

    @property
    def out_of(self) -> int:
        """How many rungs count."""
        return len(self.counted)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that cost something: faults, and what is missing though it was asked for."""
        return tuple(finding for finding in self.findings if finding.level in (FAULT, MISSING))

    def __bool__(self) -> bool:
        return self.judged and not self.faults and self.score == self.out_of

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return "\n".join(self._lines(self.rungs, self.findings))

    def _lines(self, rungs: Collection[Rung], findings: Collection[Finding]) -> Iterator[str]:
        called = f"{self.name} in {self.path}" if self.path and self.name else self.name or self.path
        if not self.judged:
            yield f"{called}: cannot be judged: {self.reason}"
            return
        counted = [rung for rung in rungs if rung in self.counted]
        yield f"{called}: {sum(map(bool, counted))} of {len(counted)} rungs ({self.seconds:.1f} s)"
        yield f"  {self.reads}; offers {', '.join(self.offers)}"
        for finding in findings:
            yield from (f"  {line}" for line in str(finding).splitlines())
        if not any(finding.level in (FAULT, MISSING) for finding in findings):
            yield from (f"  {rung}" for rung in counted if not rung)

    def require(self, *groups: str) -> None:
        """Raise an AssertionError, whose message is the report, unless all is right in some groups of rungs.

        For a cell of nbgrader, a test of otter or of pytest.

        Parameters
        ----------
        *groups : str
            Of `GROUPS`: "rule", "order", ...; without one, all of them.

        Raises
        ------
        AssertionError
            If a rung of these groups that counts was not passed, or if the class cannot be judged; also if no
            rung of a group that is named was run, or none could be decided.
        ValueError
            If there is no such group.

        See Also
        --------
        points : Partial credit instead.
        """
        unknown = [group for group in groups if group not in GROUPS]
        if unknown:
            raise ValueError(f"There is no group {unknown[0]!r} of rungs. There are: {', '.join(GROUPS)}.")
        wanted = groups or tuple(GROUPS)
        rungs = [rung for rung in self.rungs if rung.group in wanted]
        decided = {rung.group for rung in rungs if rung.status != UNDECIDED}
        missing = [group for group in groups if group not in decided]
        if self.judged and not missing and all(rung for rung in self.counted if rung in rungs):
            return
        findings = [finding for finding in self.findings if finding.group in wanted] or self.findings
        lines = [*self._lines(rungs, findings), *(f"  {group}: nothing was decided" for group in missing)]
        raise AssertionError("\n".join(lines))

    def points(self, most: float) -> float:
        """Return the share of the rungs passed, in points.

        Parameters
        ----------
        most : float
            The points of a class without a fault.

        Returns
        -------
        float
            ``most * score / out_of``, to two digits.

        Raises
        ------
        ValueError
            If the class cannot be judged: that is no 0, and somebody has to look.

        See Also
        --------
        require : All or nothing instead.
        """
        if not self.judged or not self.out_of:
            reason = self.reason or "no rung could be decided"
            raise ValueError(f"There are no points for what cannot be judged: {reason}. Grade it by hand.")
        return round(most * self.score / self.out_of, 2)

    def data(self) -> dict[str, Any]:
        """Return the report as what JSON can hold.

        Returns
        -------
        dict
            One entry for each attribute, with the score.
        """
        return {
            "name": self.name,
            "path": self.path,
            "judged": self.judged,
            "reason": self.reason,
            "score": self.score,
            "out_of": self.out_of,
            "seconds": round(self.seconds, 3),
            "reads": self.reads,
            "offers": list(self.offers),
            "findings": [finding.data() for finding in self.findings],
            "rungs": [{**vars(rung), "operations": list(rung.operations)} for rung in self.rungs],
        }

    def to_json(self) -> str:
        """Return the report as JSON.

        Returns
        -------
        str
            `data`, indented by two.
        """
        return json.dumps(self.data(), indent=2, ensure_ascii=False)
