"""The lessons are built from their sources and say what they prove; building the site runs them."""

from __future__ import annotations

import pytest

from notebooks.build import FOLDER, Lesson, lessons

pytest.importorskip("jupytext")

LESSONS = lessons()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_committed_notebook_is_the_one_its_source_stands_for(lesson: Lesson) -> None:
    assert lesson.notebook.read_text("utf-8") == lesson.text(), "build anew: python -m notebooks build"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_cell_of_code_that_claims_something_asserts_or_shows_it(lesson: Lesson) -> None:
    for cell in lesson.read().cells:
        if cell.cell_type == "code" and (cell.metadata.get("rows") or cell.metadata.get("errata")):
            assert "assert " in cell.source or "viz." in cell.source


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
