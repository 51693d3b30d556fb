"""Results for Gradescope and PrairieLearn: the dictionaries that they document, one submission in each.

Fields and their meaning stand in the specification of Gradescope's autograders and in PrairieLearn's page on
external grading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd.grading.formats.words import Telling, plain
from autograd.grading.report import GROUPS, Report


class Part(NamedTuple):
    """A group of rungs: the points had and those to be had, and what is told of it."""

    name: str
    question: str
    score: float
    most: float
    output: str


def parts(report: Report, telling: Telling) -> Iterator[Part]:
    """Yield every group that counts, in the order of the ladder."""
    told = telling.findings(report)
    for name, question in GROUPS.items():
        rungs = [rung for rung in report.counted if rung.group == name]
        if not rungs:
            continue
        worth = 1.0 if telling.points is None else telling.points / report.out_of
        lines = [telling.finding(finding) for finding in told if finding.group == name]
        failed = [telling.rung(rung) for rung in rungs if not rung]
        if failed and not lines:
            lines = ["not passed: " + "; ".join(failed)] if telling.show == "all" else [_LATER]
        score = worth * sum(map(bool, rungs))
        yield Part(name, question, round(score, 4), round(worth * len(rungs), 4), "\n".join(lines))


_LATER = "Not all of it is right yet. Mend first what is told in another group: this may follow from it."


def gradescope(report: Report, telling: Telling, picture: str = "") -> str:
    """Return ``results.json`` of a Gradescope autograder: the score, and a test for each group of rungs.

    What cannot be judged has no points there, and says why. There is no place for a picture.
    """
    tests = [
        {
            "name": f"{part.name}: {part.question}",
            "score": part.score,
            "max_score": part.most,
            "status": "passed" if part.score == part.most else "failed",
            "output": part.output,
            "visibility": "visible",
        }
        for part in parts(report, telling)
    ]
    return _json(
        {
            "score": _total(report, telling),
            "execution_time": round(report.seconds, 3),
            "output": telling.report(report),
            "output_format": "text",
            "test_output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "extra_data": {"kinds": [finding.kind for finding in report.findings], "judged": report.judged},
            "tests": tests,
        }
    )


def _total(report: Report, telling: Telling) -> float:
    if not report.judged or not report.out_of:
        return 0.0
    return float(report.score) if telling.points is None else report.points(telling.points)


def prairielearn(report: Report, telling: Telling, picture: str = "") -> str:
    """Return ``results.json`` of a PrairieLearn grader; `picture` is the URL of an image, with its data.

    What cannot be judged is "not gradable" there: it costs the student no attempt.
    """
    if not report.judged or not report.out_of:
        reason = report.reason or "no rung could be decided"
        return _json({"gradable": False, "format_errors": [plain(f"This cannot be judged: {reason}")]})
    tests = [
        {
            "name": part.name,
            "description": part.question,
            "points": part.score,
            "max_points": part.most,
            "message": part.output,
        }
        for part in parts(report, telling)
    ]
    results: dict[str, Any] = {
        "gradable": True,
        "score": report.score / report.out_of,
        "message": telling.score(report),
        "output": telling.report(report),
        "tests": tests,
    }
    if picture:
        results["images"] = [{"label": "The smallest graph that shows it", "url": picture}]
    return _json(results)


def _json(results: dict[str, Any]) -> str:
    return json.dumps(results, indent=2, ensure_ascii=False) + "\n"
