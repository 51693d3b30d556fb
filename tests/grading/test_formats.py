"""The files for schools' tools: each is read back by a parser, or held to the fields that are documented."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest

from autograd.grading.formats import PLATFORMS, TABLES, Telling
from autograd.grading.report import GROUPS
from tests.grading.reports import ALL, EVIL, FAULTY, LOST, RIGHT

EVERYTHING = Telling("all")


# JUnit: the schema of Jenkins' xunit plugin, as a table ----------------------------------------------------

NUMBERS = {"tests", "failures", "errors", "skipped"}
ATTRIBUTES = {  # element: those it must have, and those it may have
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": ({"name", "tests", "failures", "errors"},
                  {"skipped", "time", "timestamp", "hostname", "id", "package", "group", "file"}),
    "testcase": ({"name"}, {"time", "classname", "group"}),
    "failure": (set(), {"type", "message"}),
    "error": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
    "system-out": (set(), set()),
}  # fmt: skip
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}


def violations(element: ET.Element) -> list[str]:
    """List what the schema forbids in an element and below."""
    must, may = ATTRIBUTES[element.tag]
    found = [f"{element.tag} lacks {name}" for name in must - set(element.attrib)]
    found += [f"{element.tag} may not have {name}" for name in set(element.attrib) - must - may]
    found += [f"{name}={x!r}" for name, x in element.attrib.items() if name in NUMBERS and not x.isdecimal()]
    found += [f"time={x!r}" for x in [element.get("time", "0")] if not re.fullmatch(r"[0-9]*(\.[0-9]*)?", x)]
    for child in element:
        if child.tag not in CHILDREN.get(element.tag, set()):
            found.append(f"{child.tag} may not stand in {element.tag}")
        found += violations(child)
    return found


@pytest.mark.parametrize("telling", [Telling(), EVERYTHING, Telling(hint="place")], ids=str)
def test_junit_keeps_the_rules_of_its_schema_and_counts_rightly(telling) -> None:
    root = ET.fromstring(TABLES["junit"](ALL, telling))
    assert violations(root) == []
    assert [suite.get("name") for suite in root][:3] == ["ada.py", "bob/my_value.py", "cy.ipynb"]
    for element in [root, *root]:
        assert int(element.get("tests", "")) == len(element.findall(".//testcase"))
        assert int(element.get("failures", "")) == len(element.findall(".//failure"))
        assert int(element.get("errors", "")) == len(element.findall(".//error"))


def test_the_check_of_the_schema_sees_what_is_wrong() -> None:
    for wrong in (
        "<testsuites><testcase/></testsuites>",
        "<testsuites tests='many'/>",
        "<testsuites><testsuite name='a'/></testsuites>",
        "<testsuites shape='round'/>",
    ):
        assert violations(ET.fromstring(wrong)), wrong


def test_junit_has_a_case_for_each_rung_that_counts() -> None:
    cases = {
        (case.get("classname"), case.get("name")): [child.tag for child in case]
        for case in ET.fromstring(TABLES["junit"]((FAULTY, LOST), Telling())).iter("testcase")
    }
    assert cases == {
        ("ada.rule", "mul"): [],
        ("ada.rule", "exp"): ["failure"],
        ("ada.accumulation", "a * a"): ["failure"],
        ("ada.accumulation", "a + a"): [],
        ("ada.network", "one neuron"): ["skipped"],
        ("cy", "can be judged"): ["error"],
    }


# CSV and JSON -----------------------------------------------------------------------------------------------


def test_the_table_for_gradebooks_has_a_line_for_each_file() -> None:
    ada, bob, cy, _ = csv.DictReader(io.StringIO(TABLES["csv"](ALL, Telling(points=10)), newline=""))
    assert (ada["file"], ada["status"], ada["score"], ada["out of"]) == ("ada.py", "faults", "2", "4")
    assert (ada["rule"], ada["accumulation"], ada["network"]) == ("1 of 2", "1 of 2", "")
    assert (ada["place"], ada["kind"]) == ("mul, line 31", "overwrite")
    assert (ada["expression"], ada["yours and right"]) == ("a = 3; c = a * a", "dc/da: yours 3, right 6")
    assert ada["points"] == "5.0"
    assert (bob["status"], bob["score"], bob["points"], bob["place"]) == ("right", "2", "10.0", "")
    assert (cy["status"], cy["score"], cy["points"]) == ("cannot be judged", "", "")
    assert cy["cause"] == "there is no class with + and *"


def test_no_two_columns_of_the_table_have_the_same_name() -> None:
    header = TABLES["csv"]((), Telling()).strip().split(",")
    assert len(set(header)) == len(header) > len(GROUPS)


def test_no_cell_of_the_table_is_a_formula_for_a_spreadsheet() -> None:
    (row,) = csv.DictReader(io.StringIO(TABLES["csv"]((EVIL,), Telling()), newline=""))
    assert row["file"] == '\'=HYPERLINK("x")<&.py'
    assert row["place"] == "'=cmd"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_json_holds_everything_that_the_reports_do() -> None:
    read = json.loads(TABLES["json"](ALL, Telling(hint="place")))
    assert read == json.loads(json.dumps([report.data() for report in ALL]))
    assert read[0]["findings"][0]["right"] == 6.0
    assert [report["judged"] for report in read] == [True, True, False, True]


# Gradescope and PrairieLearn, one submission each -----------------------------------------------------------

VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
TEXTS = {"text", "html", "simple_format", "md", "ansi"}
GRADESCOPE = {  # field: what it may be
    "score": float, "execution_time": float, "output": str, "output_format": TEXTS, "visibility": VISIBILITY,
    "test_output_format": TEXTS, "stdout_visibility": VISIBILITY, "extra_data": dict, "tests": list,
}  # fmt: skip
GRADESCOPE_TEST = {
    "score": float, "max_score": float, "status": {"passed", "failed"}, "name": str, "output": str,
    "visibility": VISIBILITY,
}  # fmt: skip
PRAIRIELEARN = {
    "gradable": bool, "score": float, "message": str, "output": str, "images": list, "tests": list,
    "format_errors": list,
}  # fmt: skip
PRAIRIELEARN_TEST = {
    "name": str, "description": str, "points": float, "max_points": float, "message": str
}  # fmt: skip


def fits(given: dict, fields: dict) -> bool:
    """Whether a dictionary holds only fields that are documented, and in each what it may hold."""
    return all(
        name in fields
        and (value in fields[name] if isinstance(fields[name], set) else isinstance(value, fields[name]))
        for name, value in given.items()
    )


@pytest.mark.parametrize("report", ALL, ids=["faulty", "right", "lost", "evil"])
@pytest.mark.parametrize("points", [None, 10.0])
def test_gradescope_gets_only_fields_that_it_documents(report, points) -> None:
    results = json.loads(PLATFORMS["gradescope"](report, Telling(points=points), ""))
    assert fits(results, GRADESCOPE)
    assert all(fits(test, GRADESCOPE_TEST) for test in results["tests"])
    assert sum(test["score"] for test in results["tests"]) == pytest.approx(results["score"])
    if report.judged:
        most = sum(test["max_score"] for test in results["tests"])
        assert most == pytest.approx(points or report.out_of)


def test_gradescope_tells_a_student_where_to_begin() -> None:
    results = json.loads(PLATFORMS["gradescope"](FAULTY, Telling(), ""))
    rule, accumulation = results["tests"]
    assert accumulation["output"].startswith("fault: mul, line 31: a second path")
    assert rule["output"] == (
        "Not all of it is right yet. Mend first what is told in another group: this may follow from it."
    )
    lost = json.loads(PLATFORMS["gradescope"](LOST, Telling(), ""))
    assert (lost["score"], lost["tests"]) == (0.0, [])
    assert lost["output"] == "cy.ipynb: cannot be judged: there is no class with + and *"


@pytest.mark.parametrize("report", ALL, ids=["faulty", "right", "lost", "evil"])
def test_prairielearn_gets_only_fields_that_it_documents(report) -> None:
    results = json.loads(PLATFORMS["prairielearn"](report, Telling(), "data:image/png;base64,AAAA"))
    assert fits(results, PRAIRIELEARN)
    assert all(fits(test, PRAIRIELEARN_TEST) for test in results.get("tests", []))
    if report is LOST:
        assert results == {
            "gradable": False,
            "format_errors": ["This cannot be judged: there is no class with + and *"],
        }
    else:
        assert 0 <= results["score"] == report.score / report.out_of
        assert [set(image) for image in results["images"]] == [{"label", "url"}]


def test_the_check_of_fields_sees_what_is_wrong() -> None:
    assert not fits({"score": "5"}, GRADESCOPE)
    assert not fits({"visibility": "seen"}, GRADESCOPE)
    assert not fits({"grade": 5.0}, GRADESCOPE)


# Words ------------------------------------------------------------------------------------------------------


def test_hints_go_from_the_place_over_the_expression_to_the_cause() -> None:
    told = [Telling(hint=hint).report(FAULTY) for hint in ("place", "expression", "cause")]
    assert (
        told[0]
        == "ada.py: Value: 2 of 4 rungs\n  fault: mul, line 31\n  1 more fault, 1 note, 1 doubt: --show all"
    )
    assert "\n      a = 3; c = a * a\n      dc/da: yours 3, right 6\n" in told[1]
    assert "overwrites" not in told[1]
    assert "fault: mul, line 31: a second path to the same node overwrites the first: write `+=`" in told[2]
    assert "(29 of 29 wrong numbers reproduced)" in told[2]


def test_everything_is_told_to_teachers() -> None:
    told = EVERYTHING.report(FAULTY)
    assert "reads .data and .grad, calls backward(); offers add, mul, exp" in told
    for words in ("fault: exp: NameError", "note: backward: 3000 steps", "unjudged: tanh: needs torch"):
        assert words in told


def test_a_place_alone_gives_no_number_away_in_any_file() -> None:
    telling = Telling(hint="place")
    written = [TABLES["junit"]((FAULTY,), telling), telling.report(FAULTY)]
    written += [results(FAULTY, telling, "") for results in PLATFORMS.values()]
    for text in written:
        assert "mul, line 31" in text
        for secret in ("yours 3", "a = 3", "overwrites", "NameError"):
            assert secret not in text


def test_a_right_class_hears_so_and_one_that_cannot_be_judged_hears_why() -> None:
    assert Telling(points=5).report(RIGHT) == (
        "bob/my_value.py: Value: 5 of 5 points, 2 of 2 rungs\n  1 note: --show all"
    )
    assert Telling().report(LOST) == "cy.ipynb: cannot be judged: there is no class with + and *"


def test_a_course_is_told_in_two_lines() -> None:
    assert Telling().course(ALL) == (
        "4 files: 1 right, 2 with faults, 1 that cannot be judged\nfirst faults: overwrite 1, crash 1"
    )


def test_nothing_that_a_student_writes_reaches_the_terminal_as_a_command() -> None:
    told = EVERYTHING.report(EVIL)
    assert "Value\\x1b[31m" in told
    assert "\\x00\\x1b[2J" in told
    assert all(c.isprintable() or c == "\n" for c in told)
