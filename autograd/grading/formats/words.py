"""How much of a report is told, and to whom: levels of hints for students, everything for teachers.

It knows no file format, and nothing of how a fault is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.grading.report import FAULT, MISSING, NOTE, UNJUDGED, Finding, Report, Rung
from autograd.text.numbers import counted

HINTS = {  # each says what stands before it, too
    "place": "where the fault is",
    "expression": "the smallest expression that shows it, with both numbers",
    "cause": "what is wrong there",
}
SHOWN = {
    "first": "the first fault only, as later ones often follow from it",
    "all": "every finding, notes too",
}

_BESIDE = {NOTE: "note", UNJUDGED: "doubt"}


@dataclass(frozen=True)
class Telling:
    """How much is told.

    Attributes
    ----------
    show : str
        "first" or "all", as `SHOWN` says.
    hint : str
        "place", "expression" or "cause", as `HINTS` says.
    points : float or None
        What a class without a fault is worth; None counts rungs.
    """

    show: str = "first"
    hint: str = "cause"
    points: float | None = None

    def findings(self, report: Report) -> tuple[Finding, ...]:
        """Return the findings that are told."""
        if self.show == "all":
            return report.findings
        return report.faults[:1] or tuple(f for f in report.findings if f.level == UNJUDGED)

    def finding(self, finding: Finding) -> str:
        """Return a finding in lines, as far as the hint goes."""
        lines = [f"{finding.level}: {finding.place}"]
        if self.hint == "cause" or finding.level in (NOTE, UNJUDGED):  # they are no riddle
            lines[0] += f": {finding.says}"
        if self.hint != "place":
            lines += [f"    {text}" for text in (finding.expression, finding.numbers) if text]
        if self.hint == "cause" and finding.evidence:
            lines.append(f"    ({finding.evidence})")
        return plain("\n".join(lines))

    def rung(self, rung: Rung) -> str:
        """Return what a rung says, as far as the hint goes."""
        return plain(f"{rung.name}: {rung.says}" if rung.says and self.hint != "place" else rung.name)

    def report(self, report: Report) -> str:
        """Return what is told of one class: a line for its score, then the findings."""
        return plain("\n".join(self._lines(report)))

    def _lines(self, report: Report) -> Iterator[str]:
        yield f"{called(report)}: {self.score(report)}"
        if self.show == "all" and report.judged:
            yield f"  {report.reads}; offers {', '.join(report.offers)}"
        told = self.findings(report)
        for finding in told:
            yield from (f"  {line}" for line in self.finding(finding).splitlines())
        if not report.faults:
            yield from (f"  {self.rung(rung)}" for rung in report.counted if not rung)
        left = Counter(finding.level for finding in report.findings if finding not in told)
        more = left[FAULT] + left[MISSING]
        words = [counted(more, "more fault")] if more else []
        words += [counted(left[level], word) for level, word in _BESIDE.items() if left[level]]
        if words:
            yield f"  {', '.join(words)}: --show all"

    def score(self, report: Report) -> str:
        """Return the score in words."""
        if not report.judged:
            return f"cannot be judged: {report.reason}"
        rungs = f"{report.score} of {report.out_of} rungs"
        if self.points is None or not report.out_of:
            return rungs
        return f"{report.points(self.points):g} of {self.points:g} points, {rungs}"

    def course(self, reports: Sequence[Report]) -> str:
        """Return a whole class of students in a few lines: how many are right, and what to teach again."""
        right = sum(map(bool, reports))
        unjudged = sum(not report.judged for report in reports)
        faulty = len(reports) - right - unjudged
        says = f"{counted(len(reports), 'file')}: {right} right, {faulty} with faults"
        lines = [f"{says}, {unjudged} that cannot be judged" if unjudged else says]
        first = Counter(report.faults[0].kind for report in reports if report.faults)
        if len(first) > 1 or max(first.values(), default=0) > 1:
            lines.append("first faults: " + ", ".join(f"{kind} {n}" for kind, n in first.most_common()))
        return "\n".join(lines)


def called(report: Report) -> str:
    """Return what a report is about: the file and the class."""
    return ": ".join(text for text in (report.path, report.name) if text) or "the class"


def status(report: Report) -> str:
    """Return in a word or two how a class did."""
    if not report.judged:
        return "cannot be judged"
    return "right" if report else "faults"


def plain(text: str) -> str:
    """Return a text with nothing in it that cannot be seen: what a student's error says may be anything."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
