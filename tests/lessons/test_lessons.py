"""The lessons are built from their sources, ask, and hide their proofs; building the site runs them."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from notebooks.build import FOLDER, Lesson, lessons, order, tagged

pytest.importorskip("jupytext")

LESSONS = lessons()
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def seen(lesson: Lesson) -> list[Any]:
    """Return the cells of a lesson that its readers see."""
    return [cell for cell in lesson.read().cells if not tagged(cell, "check")]


def test_the_syllabus_lists_every_lesson_and_each_has_a_source() -> None:
    assert {path.stem for path in (FOLDER / "lessons").glob("*.py")} == set(order())
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(order()) + 1))


@every_lesson
def test_the_committed_notebook_is_the_one_its_source_stands_for(lesson: Lesson) -> None:
    assert lesson.notebook.read_text("utf-8") == lesson.text(), "build anew: python -m notebooks build"


@every_lesson
def test_a_notebook_is_numbered_and_says_its_time_and_where_its_pictures_are(lesson: Lesson) -> None:
    cells = nbformat.reads(lesson.text(), as_version=4).cells
    assert cells[0].source.startswith(f"# {lesson.number}. ")
    assert re.search(
        r"^\*About \d+ minutes\. With its pictures: \[on the web\]\(https://.*\)\.\*$",
        cells[0].source,
        re.MULTILINE,
    )
    assert not any(cell.get("outputs") for cell in cells)


@every_lesson
def test_a_cell_of_code_that_claims_something_asserts_or_shows_it(lesson: Lesson) -> None:
    for cell in lesson.read().cells:
        if cell.cell_type == "code" and (cell.metadata.get("rows") or cell.metadata.get("errata")):
            assert "assert " in cell.source or "viz." in cell.source


@every_lesson
def test_readers_see_no_assertion_but_in_solutions(lesson: Lesson) -> None:
    for cell in seen(lesson):
        assert cell.cell_type == "markdown" or tagged(cell, "solution") or "assert " not in cell.source
    assert sum(tagged(cell, "check") for cell in lesson.read().cells) > 5
    assert not any(tagged(cell, "check") for cell in nbformat.reads(lesson.text(), as_version=4).cells)


@every_lesson
def test_a_lesson_stands_on_its_own(lesson: Lesson) -> None:
    for cell in seen(lesson):
        assert not re.search(
            r"[SE]-?S?\d{3}-\d\d|E-[SX]|[Ee]rrat|\b[Tt]he (notes|slides)\b|[Nn]otes \d", cell.source
        )
        assert not re.search(r"\b[Ll]essons? \d", re.sub(r"\[[Ll]esson \d+\]", "", cell.source)), (
            "write [](its_name)"
        )


@every_lesson
def test_what_a_lesson_needs_comes_before_it(lesson: Lesson) -> None:
    needs = lesson.source.read_text("utf-8").partition("# You need [")[2].partition("\n\n")[0]
    assert all(order().index(name) < lesson.number - 1 for name in re.findall(r"\]\((\w+)\)", needs))


@every_lesson
def test_a_lesson_asks_for_predictions_and_ends_with_exercises_and_what_one_can_do(lesson: Lesson) -> None:
    text = lesson.source.read_text("utf-8")
    assert text.count("**Predict") >= 2
    assert 3 <= text.count('tags=["solution"]') <= 5
    places = [
        text.index(part) for part in ("**What you will see**", "# ## Exercises", "# ## What you can do now")
    ]
    assert places == sorted(places)


def test_no_notebook_lies_there_without_a_source() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {lesson.name for lesson in LESSONS}
