"""Files for many reports at once: JSON with everything, JUnit XML for build servers, CSV for gradebooks."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from autograd.grading.formats.words import Telling, plain, status
from autograd.grading.report import GROUPS, UNDECIDED, Report

COLUMNS = (
    "file", "class", "status", "score", "out of", "points", *GROUPS,
    "place", "kind", "cause", "expression", "yours and right", "seconds",
)  # fmt: skip


def as_json(reports: Sequence[Report], telling: Telling) -> str:
    """Return a list of everything that is known of each report, whatever students are told."""
    return json.dumps([report.data() for report in reports], indent=2, ensure_ascii=False) + "\n"


def as_csv(reports: Sequence[Report], telling: Telling) -> str:
    """Return a table with one line for each file: score, rungs passed in each group, and the first fault.

    A class that cannot be judged has no score: that is no 0, and somebody has to look. No cell begins with a
    sign that a spreadsheet would take for a formula.
    """
    made = io.StringIO()
    table = csv.DictWriter(made, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for report in reports:
        row: dict[str, object] = {"file": report.path, "class": report.name, "status": status(report)}
        if report.judged:
            row |= {"score": report.score, "out of": report.out_of}
            row |= {name: _share(report, name) for name in GROUPS}
            if telling.points is not None and report.out_of:
                row["points"] = report.points(telling.points)
        else:
            row["cause"] = report.reason
        for first in report.faults[:1]:
            row |= {"place": first.place, "kind": first.kind, "cause": first.says}
            row |= {"expression": first.expression, "yours and right": first.numbers}
        row["seconds"] = f"{report.seconds:.1f}"
        table.writerow({name: _cell(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return made.getvalue()


def _share(report: Report, group: str) -> str:
    rungs = [rung for rung in report.counted if rung.group == group]
    return f"{sum(map(bool, rungs))} of {len(rungs)}" if rungs else ""


def _cell(text: str) -> str:
    shown = plain(text).replace("\n", " ")
    return f"'{shown}" if shown[:1] in tuple("=+-@") else shown


def as_junit(reports: Sequence[Report], telling: Telling) -> str:
    """Return JUnit's XML: a suite for each file, a case for each rung that counts.

    A rung that was not passed is a failure; one that could not be decided is skipped; a file that cannot be
    judged is an error. What is told of the findings stands in the suite's output.
    """
    root = ET.Element("testsuites")
    for report in reports:
        root.append(_suite(report, telling))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    root.set("time", f"{sum(report.seconds for report in reports):.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, telling: Telling) -> ET.Element:
    suite = ET.Element("testsuite", name=plain(report.path or report.name), time=f"{report.seconds:.3f}")
    stem = re.sub(r"\.\w+$", "", report.path or report.name).replace("/", ".").replace("\\", ".")
    if not report.judged:
        case = ET.SubElement(suite, "testcase", classname=plain(stem), name="can be judged")
        ET.SubElement(case, "error", type="unjudged", message=plain(report.reason))
    for rung in report.rungs:
        if not rung.counts:
            continue
        case = ET.SubElement(
            suite, "testcase", classname=plain(f"{stem}.{rung.group}"), name=plain(rung.name)
        )
        if rung.status == UNDECIDED:
            ET.SubElement(case, "skipped", message=plain(telling.rung(rung)))
        elif not rung:
            ET.SubElement(case, "failure", type=rung.status, message=plain(telling.rung(rung)))
    ET.SubElement(suite, "system-out").text = plain(telling.report(report))
    counts = {"tests": "testcase", "failures": "*/failure", "errors": "*/error", "skipped": "*/skipped"}
    for name, path in counts.items():
        suite.set(name, str(len(suite.findall(path))))
    return suite
