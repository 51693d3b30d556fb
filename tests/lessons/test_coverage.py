"""Every row of the course notes, and every mistake in them, is proved by a lesson's cell.

`notebooks/syllabus.toml` says which lesson proves what, with the numbers of the notes. Here the cells are
held to it; that they run, so that what they assert is true, is for `test_lessons.py` to show.
"""

from __future__ import annotations

import ast
import math
import tomllib
from typing import Any

import pytest

from notebooks.build import FOLDER, Lesson, lessons

pytest.importorskip("jupytext")

SYLLABUS: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))["lessons"]
LESSONS = {lesson.name[:2]: lesson for lesson in lessons()}
CELLS = {lesson.name: lesson.read().cells for lesson in lessons()}
ROWS = {"S000": 46, "S001": 54, "S002": 57, "S003": 56, "S004": 51}  # rows of each document


def numbers(source: str) -> set[float]:
    """Return the numbers that stand in a cell's code, with their signs; comments and strings do not count."""
    tree = ast.parse(source)
    negated = {
        node.operand: -1
        for node in ast.walk(tree)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    }
    return {
        negated.get(node, 1) * node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    }


def asserts(source: str) -> bool:
    """Tell whether a cell of code asserts something."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))


def missing(wanted: list[float], source: str) -> list[float]:
    """Return the wanted numbers that do not stand in the code, to the digits that the notes print."""
    found = numbers(source)
    return [n for n in wanted if not any(math.isclose(n, other, rel_tol=1e-4) for other in found)]


def cells(lesson: Lesson, kind: str, claim: str) -> list[Any]:
    """Return the cells of a lesson that claim a row or an erratum."""
    return [cell for cell in CELLS[lesson.name] if claim in cell.metadata.get(kind, [])]


def proofs(lesson: Lesson, kind: str, claim: str) -> list[str]:
    """Return the code of those cells that claim it and assert."""
    found = cells(lesson, kind, claim)
    return [cell.source for cell in found if cell.cell_type == "code" and asserts(cell.source)]


def part(kind: str) -> list[Any]:
    """Return lesson, claim and what is wanted of it, for every claim of a kind."""
    return [
        pytest.param(LESSONS[number], claim, wanted, id=claim)
        for number, one in SYLLABUS.items()
        for claim, wanted in one.get(kind, {}).items()
    ]


def test_the_syllabus_lists_every_row_once_and_every_wrong_formula_once() -> None:
    assert list(SYLLABUS) == [f"{number:02d}" for number in range(1, 15)] == list(LESSONS)
    rows = [row for one in SYLLABUS.values() for row in one["rows"]]
    every = [f"{document}-{place:02d}" for document, count in ROWS.items() for place in range(1, count + 1)]
    assert sorted(rows) == every
    assert len(every) == 264
    errata = [erratum for one in SYLLABUS.values() for erratum in one.get("errata", {})]
    assert len(errata) == len(set(errata)) == 23
    others = {erratum for one in SYLLABUS.values() for erratum in one["also"]}
    assert others.isdisjoint(errata)
    assert len(others) == 89 - 23


@pytest.mark.parametrize(("lesson", "row", "wanted"), part("rows"))
def test_a_cell_asserts_the_numbers_of_a_row_or_shows_what_has_none(
    lesson: Lesson, row: str, wanted: list[float]
) -> None:
    if wanted:
        together = "\n".join(proofs(lesson, "rows", row))
        assert together, f"{row} has numbers, and no cell of {lesson.name} that claims it asserts any"
        assert missing(wanted, together) == []
    else:
        assert cells(lesson, "rows", row), f"no cell of {lesson.name} says or shows {row}"


@pytest.mark.parametrize(("lesson", "erratum", "wanted"), part("errata"))
def test_one_cell_asserts_what_the_notes_print_and_what_is_right(
    lesson: Lesson, erratum: str, wanted: dict[str, list[float]]
) -> None:
    assert wanted["right"]
    both = [*wanted["printed"], *wanted["right"]]
    found = proofs(lesson, "errata", erratum)
    assert any(missing(both, source) == [] for source in found), f"no cell of {lesson.name} asserts {both}"


@pytest.mark.parametrize("number", SYLLABUS)
def test_a_lesson_speaks_of_the_other_slips_of_the_notes(number: str) -> None:
    for erratum in SYLLABUS[number]["also"]:
        assert cells(LESSONS[number], "errata", erratum), erratum


def test_the_lessons_claim_nothing_that_the_notes_do_not_have() -> None:
    rows = {row for one in SYLLABUS.values() for row in one["rows"]}
    errata = {e for one in SYLLABUS.values() for e in (*one.get("errata", {}), *one["also"])}
    for cell in (cell for several in CELLS.values() for cell in several):
        assert set(cell.metadata.get("rows", [])) <= rows
        assert set(cell.metadata.get("errata", [])) <= errata


def test_the_proof_fails_without_a_number_with_a_turned_sign_or_a_number_in_a_comment() -> None:
    cell = "x = -2.5\nassert x == -2.5  # and not 3.5"
    assert missing([-2.5], cell) == []
    assert missing([-2.5, 3.5], cell) == [3.5]
    assert missing([-2.503], cell) == [-2.503]
    assert missing([3.5], "assert x == -3.5") == [3.5]
    assert missing([-3.5], "assert x == 3.5") == [-3.5]
    assert not asserts("print('assert')")
