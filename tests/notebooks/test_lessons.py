"""The lessons run from top to bottom, are built from their sources, and say what they prove."""

from __future__ import annotations

import re
from typing import Any

import pytest

from notebooks.build import FOLDER, Lesson, execute, lessons
from notebooks.publish import _formulas as formulas
from notebooks.publish import body, page

pytest.importorskip("jupytext")
pytest.importorskip("nbclient")

LESSONS = lessons()
ROW, ERRATUM = re.compile(r"S00[0-4]-\d\d"), re.compile(r"E-(S00[0-4]|X)-\d\d")
CLAIMED = {  # the rows and errata that a lesson must assert in a cell, by the syllabus
    "01": (
        "S000-01 S000-03 S000-04 S000-05 S000-22 S000-41 S000-43 S000-44 S000-45 S001-11 S002-01 "
        "S002-08 S003-01 S003-03 S003-04 S003-05 S003-06 S003-07 S003-08 S003-09 S003-10 S003-11 "
        "S003-13 S004-46 E-S000-15 E-S003-01"
    ),
    "02": (
        "S001-25 S001-26 S002-49 S002-50 S002-51 S002-52 S003-37 S003-38 S003-39 S003-44 S003-45 E-S003-10"
    ),
    "03": "S002-53 S002-54 S003-40 S003-41 S003-42 S003-43 S003-46 S001-24 E-S003-07 E-S003-08",
    "04": (
        "S000-02 S000-06 S000-07 S000-09 S000-20 S000-23 S000-24 S001-01 S002-02 S002-09 S002-10 "
        "S002-11 S002-12 S002-13 S002-14 S002-15 S002-16 S002-17 S002-18 S002-19 S003-23 S003-24 "
        "S003-25 S004-02 E-S000-02"
    ),
    "05": (
        "S000-08 S000-10 S000-11 S000-12 S000-13 S000-25 S000-26 S000-27 S001-02 S001-03 S001-09 "
        "S001-12 S001-13 S001-14 S001-15 S001-16 S001-17 S001-18 S001-19 S001-20 S001-21 S001-22 "
        "S002-31 S002-38 S003-29 S003-30 S003-31 S003-32 S004-03 E-S000-01 E-S002-02 E-S002-03 "
        "E-S003-03"
    ),
    "06": (
        "S000-14 S000-15 S000-16 S000-17 S000-18 S000-19 S000-21 S000-28 S000-29 S000-30 S000-31 "
        "S000-32 S000-33 S000-34 S000-35 S000-36 S000-37 S001-04 S001-05 S001-06 S001-33 S003-33 "
        "S003-34 S003-35 S003-36 S004-05 S004-06 S004-07 S004-08 S004-09 S004-10 S004-11 S004-12 "
        "E-S000-06 E-S000-07 E-S000-08 E-S000-09 E-S000-13 E-S000-14 E-S001-03 E-S003-04 E-S003-05 "
        "E-S003-06 E-S004-02 E-S004-03"
    ),
    "07": (
        "S001-07 S001-08 S001-10 S002-07 S002-35 S003-14 S003-15 S003-16 S003-17 S003-18 S003-19 "
        "S003-20 S003-21 S003-22 S003-26 S003-27 S003-28 S003-47 S003-48 S003-49 S003-50 S003-51 "
        "S003-52 S003-53 S003-54 S003-55 S003-56 E-S001-02 E-S003-02 E-S003-03 E-S003-11 E-S003-15 "
        "E-X-04"
    ),
    "08": (
        "S000-46 S001-29 S001-30 S002-03 S002-04 S002-05 S002-06 S002-20 S002-21 S002-22 S002-23 "
        "S002-24 S002-25 S002-26 S002-27 S002-34 S003-02 S003-12 S004-01 S004-33 S004-34 S004-35 "
        "S004-37 S004-38 E-S001-10 E-S004-13"
    ),
    "09": "S001-23 S001-27 S001-28 S002-36 S002-37 S002-39 S002-40 S002-41 S002-42 S002-43 S002-44 S002-45 "
    "S002-46 S002-47 S002-48 E-S002-03 E-S002-04 E-X-04",
    "10": "S004-04 S004-15 S004-16 S004-17 S004-18 S004-19 S004-20 S004-21 S004-22 S004-23 S004-28",
    "11": "S002-28 S002-29 S002-30 S002-32 S002-33 S002-55 S002-56 S002-57 S004-24 E-S002-02 E-S002-07 "
    "E-S004-07",
    "13": "S004-27 S004-36 S004-39 S004-40 E-S004-08 E-S004-09 E-S004-13 E-S004-14",
    "12": (
        "S001-31 S001-32 S001-34 S001-35 S001-36 S001-37 S001-38 S001-39 S001-40 S001-41 S001-42 S001-43 "
        "S001-44 S001-45 S001-46 S001-47 S001-48 S001-49 S004-14 S004-25 S004-26 S004-29 S004-30 S004-31 "
        "S004-32 E-S001-11 E-S001-12 E-S001-13 E-S001-14 E-S001-15 E-S001-16 E-S001-17 E-S004-08 E-S004-11 "
        "E-S004-12 E-X-01"
    ),
    "14": (
        "S000-38 S000-39 S000-40 S000-42 S001-50 S001-51 S001-52 S001-53 S001-54 S004-13 S004-41 S004-42 "
        "S004-43 S004-44 S004-45 S004-47 S004-48 S004-49 S004-50 S004-51 E-S001-19 E-S001-20 E-S004-05 "
        "E-S004-15 E-S004-16 E-S004-17"
    ),
}


@pytest.fixture(scope="module", params=LESSONS, ids=lambda lesson: lesson.name)
def executed(request: pytest.FixtureRequest) -> tuple[Lesson, Any]:
    return request.param, execute(request.param)


def test_a_lesson_runs_from_top_to_bottom_and_says_nothing_on_stderr(executed: tuple[Lesson, Any]) -> None:
    _, book = executed
    for cell in book.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output.text


def test_its_page_needs_no_network_and_no_kernel(executed: tuple[Lesson, Any]) -> None:
    lesson, book = executed
    content = page(lesson.title, body(book), "")
    loaded = re.findall(
        r"""(?:src|href)\s*=\s*["']?(?:https?:)?//[^"'\s>]+|@import|url\(\s*["']?https?:""", content
    )
    assert loaded == []
    assert "<script src" not in content


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_its_page_hides_every_solution_until_it_is_asked_for(lesson: Lesson) -> None:
    solutions = lesson.source.read_text("utf-8").count('tags=["solution"]')
    assert body(lesson.read()).count("<details><summary>Solution</summary>") == solutions > 0


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_committed_notebook_is_the_one_its_source_stands_for(lesson: Lesson) -> None:
    assert lesson.notebook.read_text("utf-8") == lesson.text(), "build anew: python -m notebooks build"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_every_claim_is_an_id_and_every_claiming_cell_asserts_or_shows(lesson: Lesson) -> None:
    for cell in lesson.read().cells:
        rows, errata = cell.metadata.get("rows", []), cell.metadata.get("errata", [])
        assert all(ROW.fullmatch(row) for row in rows), rows
        assert all(ERRATUM.fullmatch(erratum) for erratum in errata), errata
        if cell.cell_type == "code" and (rows or errata):
            assert "assert " in cell.source or "viz." in cell.source or len(cell.source.splitlines()) == 1


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_covers_its_part_of_the_syllabus(lesson: Lesson) -> None:
    told = set(lesson.claims("rows")) | set(lesson.claims("errata"))
    assert set(CLAIMED[lesson.name[:2]].split()) <= told


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_asks_for_predictions_and_ends_with_exercises_and_what_to_keep(lesson: Lesson) -> None:
    text = lesson.source.read_text("utf-8")
    assert text.count("**Predict") >= 2
    assert 3 <= text.count('tags=["solution"]') <= 5
    for part in ("**What you will see**", "## Exercises", "## What to keep", "minutes"):
        assert part in text


def test_no_notebook_lies_there_without_a_source_and_none_has_outputs() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {lesson.name for lesson in LESSONS}
    for lesson in LESSONS:
        assert all(not cell.get("outputs") for cell in lesson.read().cells)


def test_a_formula_may_run_over_a_line_but_not_over_a_paragraph() -> None:
    assert formulas("so $h(x) =\n\\sin(x)$ is").count("<math") == 1
    assert formulas("3 $ are\n\nnot 4 $ at all") == "3 $ are\n\nnot 4 $ at all"
