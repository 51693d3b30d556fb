"""The lessons run from top to bottom, are built from their sources, and say what they prove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from notebooks.build import FOLDER, Lesson, lessons
from notebooks.publish import _formulas as formulas

pytest.importorskip("jupytext")
pytest.importorskip("nbclient")

LESSONS = lessons()


@pytest.fixture(scope="module", params=LESSONS, ids=lambda lesson: lesson.name)
def executed(request: pytest.FixtureRequest, run: Callable[[Lesson], Any]) -> tuple[Lesson, Any]:
    return request.param, run(request.param)


def test_a_lesson_runs_from_top_to_bottom_and_says_nothing_on_stderr(executed: tuple[Lesson, Any]) -> None:
    _, book = executed
    for cell in book.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output.text


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


def test_a_formula_may_run_over_a_line_but_not_over_a_paragraph() -> None:
    assert formulas("so $h(x) =\n\\sin(x)$ is").count("<math") == 1
    assert formulas("3 $ are\n\nnot 4 $ at all") == "3 $ are\n\nnot 4 $ at all"


def test_a_prime_stands_beside_its_letter_where_it_can_be_seen() -> None:
    assert '<mi>f</mi><mo lspace="0" rspace="0">&#x02032;</mo>' in formulas("$f'(x)$")
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in formulas("$x^2$")
