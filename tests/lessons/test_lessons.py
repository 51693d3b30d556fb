"""The lessons are built from their sources, ask, and hide their proofs; building the site runs them."""

from __future__ import annotations

import ast
import io
import os
import re
from contextlib import redirect_stdout
from functools import cache
from itertools import pairwise
from typing import Any

import nbformat
import pytest

import viz.cards
from autograd import practice
from notebooks.build import FOLDER, SEALED, Lesson, effort, lessons, order, tagged
from tests.lessons.mutation import book, execute

pytest.importorskip("jupytext")

LESSONS = lessons()
SLOW = {1, 7, 8, 9, 10, 12, 15, 16, 17, 18, 19, 20}  # the lessons that train for more than a second
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@cache
def copy(lesson: Lesson, solutions: bool = False) -> list[Any]:
    """Return the cells of a student's copy, or of a teacher's."""
    return list(nbformat.reads(lesson.text(solutions), as_version=4).cells)


def seen(lesson: Lesson) -> list[Any]:
    """Return the cells of a lesson that its readers see."""
    return [cell for cell in book(lesson).cells if not tagged(cell, "check")]


def test_the_syllabus_lists_every_lesson_and_each_has_a_source() -> None:
    assert {path.stem for path in (FOLDER / "lessons").glob("*.py")} == set(order())
    assert [lesson.number for lesson in LESSONS] == list(range(1, len(order()) + 1))


@every_lesson
def test_the_committed_notebook_is_the_one_its_source_stands_for(lesson: Lesson) -> None:
    assert lesson.notebook.read_text("utf-8") == lesson.text(), "build anew: python -m notebooks build"


@every_lesson
def test_a_notebook_is_numbered_and_says_its_time_and_where_its_pictures_are(lesson: Lesson) -> None:
    cells = copy(lesson)
    assert cells[0].source.startswith(f"# {lesson.number}. ")
    assert re.search(
        r"^\*About \d+ minutes to read; \d+ questions and \d exercises\."
        r" With its pictures: \[on the web\]\(https://.*\)\.\*$",
        cells[0].source,
        re.MULTILINE,
    )
    assert not any(cell.get("outputs") for cell in cells)


@every_lesson
def test_a_cell_of_code_that_claims_something_asserts_or_shows_it(lesson: Lesson) -> None:
    for cell in book(lesson).cells:
        if cell.cell_type == "code" and (cell.metadata.get("rows") or cell.metadata.get("errata")):
            assert "assert " in cell.source or "viz." in cell.source


@every_lesson
def test_readers_see_no_assertion_but_in_solutions(lesson: Lesson) -> None:
    for cell in seen(lesson):
        assert cell.cell_type == "markdown" or tagged(cell, "solution") or "assert " not in cell.source
    assert sum(tagged(cell, "check") for cell in book(lesson).cells) > 5
    assert not any(tagged(cell, "check") for cell in copy(lesson))


def printed(lesson: Lesson, checks: bool) -> list[str]:
    """Run a lesson, with its checks or without; return what each cell prints or shows."""
    space: dict[str, Any] = {"__name__": "__main__"}
    said = []
    for cell in book(lesson).cells:
        if cell.cell_type != "code" or (tagged(cell, "check") and not checks):
            continue
        names = dict(space) if tagged(cell, "check") else space
        body, output = ast.parse(cell.source).body, io.StringIO()
        if isinstance(body[-1], ast.Expr):  # what it gives is shown
            last = ast.Assign([ast.Name("_", ast.Store())], body[-1].value)
            body[-1] = ast.fix_missing_locations(ast.copy_location(last, body[-1]))
        with redirect_stdout(output):
            execute(body, names)
        if names is space:
            said.append(output.getvalue() + re.sub(r" at 0x\w+", "", repr(space.pop("_", ""))))
    return said


@every_lesson
def test_checks_change_nothing_that_readers_see(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    if lesson.number in SLOW and os.environ.get("MUTATE") != "all":
        pytest.skip("only with MUTATE=all")
    pytest.importorskip("matplotlib").use("agg")
    pytest.importorskip("sklearn")
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert printed(lesson, checks=True) == printed(lesson, checks=False)


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
def test_no_line_of_a_paragraph_begins_like_a_list(lesson: Lesson) -> None:
    for cell in seen(lesson):
        lines = cell.source.splitlines() if cell.cell_type == "markdown" else []
        for before, line in pairwise(lines):
            item = re.match(r"([-+]|\d+[.)]) ", line)
            assert not item or not before or re.match(r"\d+\. ", before), f"a list begins at {line!r}"


@every_lesson
def test_what_a_lesson_needs_comes_before_it(lesson: Lesson) -> None:
    needs = lesson.source.read_text("utf-8").partition("# You need [")[2].partition("\n\n")[0]
    assert all(order().index(name) < lesson.number - 1 for name in re.findall(r"\]\((\w+)\)", needs))


@every_lesson
def test_a_lesson_asks_for_predictions_and_ends_with_exercises_and_what_one_can_do(lesson: Lesson) -> None:
    text = lesson.source.read_text("utf-8")
    assert text.count("**Predict") + text.count('tags=["question"]') >= 2
    exercises = text.count('tags=["exercise"]') + len(re.findall(r"^# \*\*\d\.\*\*", text, re.MULTILINE))
    assert 3 <= exercises <= 5
    assert text.count('tags=["solution"]') >= exercises
    places = [
        text.index(part) for part in ("**What you will see**", "# ## Exercises", "# ## What you can do now")
    ]
    assert places == sorted(places)
    assert text.rfind("# ## ") == places[-1]


@every_lesson
def test_a_lesson_begins_with_one_picture_and_one_question(lesson: Lesson) -> None:
    cells = [cell for cell in seen(lesson) if not tagged(cell, "practice")]
    asked = next(place for place, cell in enumerate(cells) if tagged(cell, "question"))
    (question,) = [p for p, cell in enumerate(cells) if "The question of this lesson" in cell.source]
    assert re.search(r"The question of this\s+lesson:\s+\*\*[^*]+\?\*\*", cells[question].source)
    before = [cell for cell in cells[1:question] if cell.cell_type == "code"]
    pictures = [cell for cell in before if re.search(r"\bviz\.\w+\(", cell.source)]
    assert question < asked and len(pictures) == 1
    assert not any("print(" in cell.source for cell in before)


def test_reading_is_timed_by_words_and_lines_and_what_is_asked_is_counted() -> None:
    cells = [
        nbformat.v4.new_markdown_cell(" ".join(["word"] * 2380)),
        nbformat.v4.new_code_cell("x = 1\n\n" * 50),
        nbformat.v4.new_code_cell("hidden()\n" * 900, metadata={"tags": ["check"]}),
        nbformat.v4.new_markdown_cell("word " * 9000, metadata={"tags": ["solution"]}),
        *[
            nbformat.v4.new_code_cell("viz.exercise(1)", metadata={"tags": [tag]})
            for tag in ("question", "practice", "exercise", "exercise")
        ],
        nbformat.v4.new_code_cell("viz.stream(3)", metadata={"tags": ["practice"]}),  # it has no end
    ]
    assert effort(nbformat.v4.new_notebook(cells=cells)) == (
        "About 15 minutes to read; 2 questions and 2 exercises."  # 2380 / 238 and 50 / (500 / 60)
    )


def told(cell: Any) -> dict[str, Any]:
    """Return the arguments of a call of `viz.exercise` that are written down."""
    (call,) = [node for node in ast.walk(ast.parse(cell.source)) if getattr(node, "args", None)][:1]
    return {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg in SEALED}


def asking(cells: list[Any], *tags: str) -> list[Any]:
    """Return the cells that ask with an answer written down."""
    return [cell for cell in cells if any(tagged(cell, tag) for tag in tags) and "answer=" in cell.source]


@every_lesson
def test_questions_take_their_answers_and_say_what_is_wrong_with_others(lesson: Lesson) -> None:
    for cell in asking(seen(lesson), "question", "exercise"):
        given = told(cell)
        question = viz.exercise("?", **given).question
        wrong = [*given.get("slips", {}), *({*given.get("choices", ())} - {given["answer"]})]
        least = 3 if "choices" not in given or tagged(cell, "exercise") else 1
        assert len(wrong) >= least, cell.source
        for answer in wrong:
            assert question.check(answer).right is False, cell.source
            assert len(question.check(answer).sentence) > 10, cell.source
        assert question.check(given["answer"]), cell.source
        assert len(given["hints"]) >= 2, cell.source


def gives_away(code: str, answer: Any, others: list[str]) -> bool:
    """Tell whether code names an answer: a number of three digits or more, or one alternative alone."""
    said, code = str(answer).replace("−", "-"), code.replace("−", "-")
    if isinstance(answer, float | int) or re.fullmatch(r"-?[\d./]+", said):
        return len(re.sub(r"\D", "", said).strip("0")) > 2 and bool(
            re.search(rf"(?<![\d.]){re.escape(said)}(?!\d)", code)
        )
    return " " in said and said in code and not any(other.replace("−", "-") in code for other in others)


@every_lesson
def test_code_that_gives_the_answer_away_is_folded(lesson: Lesson) -> None:
    cells = [cell for cell in seen(lesson) if cell.cell_type == "code"]
    for place, cell in enumerate(cells):
        if not asking([cell], "question"):
            continue
        answering = next(after for after in cells[place:] if not tagged(after, "question"))
        given = told(cell)
        others = [*({*given.get("choices", ())} - {given["answer"]})]
        assert tagged(answering, "tells") or not gives_away(answering.source, given["answer"], others), (
            f"{cell.source}\n\n{answering.source}: give the second cell the tag `tells`"
        )
    folded = [cell for cell in copy(lesson) if cell.metadata.get("jupyter") == {"source_hidden": True}]
    assert [tagged(cell, "tells") for cell in folded] == [True] * len(folded)
    assert len(folded) == sum(tagged(cell, "tells") for cell in cells)


@pytest.mark.parametrize(
    ("code", "answer", "others", "found"),
    [
        ('print("dL/dw = -0.43631")', -0.43631, [], True),
        ('print("dL/dw = -0.436312")', -0.43631, [], False),
        ("for n in (2, 3): f(n)", 3, [], False),
        ('print("it falls, then rises")', "it falls, then rises", ["it rises"], True),
        ('print("both fall or both rise")', "both fall", ["both rise"], False),
    ],
)
def test_a_planted_answer_in_code_is_found(code: str, answer: Any, others: list[str], found: bool) -> None:
    assert gives_away(code, answer, others) is found


@every_lesson
def test_every_exercise_knows_its_answer(lesson: Lesson) -> None:
    exercises = [cell for cell in seen(lesson) if tagged(cell, "exercise")]
    assert asking(exercises, "exercise") == exercises


@every_lesson
def test_no_answer_to_a_hunch_is_wrong_and_what_is_right_follows(lesson: Lesson) -> None:
    for cell in seen(lesson):
        assert "hunch" not in cell.source.replace("hunch=True", ""), "say so with hunch=True"
        if "hunch=True" not in cell.source:
            continue
        given = told(cell)
        question = viz.exercise("?", hunch=True, **given).question
        for answer in [*given.get("slips", {}), *({*given.get("choices", ())} - {given["answer"]})]:
            found = question.check(answer)
            assert found.right is None and found.sentence.endswith(given["hints"][2]), cell.source
        assert len(given["hints"][2]) > 20, cell.source
        assert question.check(given["answer"]), cell.source


@every_lesson
def test_a_students_copy_gives_no_answer_away_and_a_teachers_has_the_solutions(lesson: Lesson) -> None:
    student, teacher = copy(lesson), copy(lesson, solutions=True)
    assert not any(tagged(cell, "solution") for cell in student)
    solutions = sum(tagged(cell, "solution") for cell in teacher)
    assert solutions == lesson.source.read_text("utf-8").count('tags=["solution"]') > 0
    words = re.findall(r'\*\*viz\.cards\.opened\("(.*?)"\)', "".join(cell.source for cell in student))
    cells = asking(seen(lesson), "question", "exercise")
    assert [viz.cards.opened(word) for word in words] == [told(cell) for cell in cells]
    assert not asking(student, "question", "exercise")


@every_lesson
def test_from_the_fourth_lesson_on_two_questions_of_earlier_ones_come_first(lesson: Lesson) -> None:
    text = lesson.source.read_text("utf-8")
    reviews = re.findall(r"practice\.review\((\d+), seed=1\)\[([01])\]", text)
    n = str(lesson.number)
    assert reviews == ([] if lesson.number < 4 else [(n, "0"), (n, "1")])
    if reviews:
        assert text.index("practice.review") < text.index('tags=["question"]')
        earlier = {kind for before in range(1, lesson.number) for kind in practice.kinds(before)}
        asked = [question.source.split("/")[0] for question in practice.review(lesson.number, seed=1)]
        assert len(set(asked)) == 2
        assert set(asked) <= earlier


@every_lesson
def test_every_lesson_ends_with_a_stream_of_its_own(lesson: Lesson) -> None:
    more = lesson.source.read_text("utf-8").partition("# ## More")[2].partition("# ## What you can do now")[0]
    assert re.findall(r"^viz\.stream\((\d+), seed=1(?:, level=\d)?\)$", more, re.MULTILINE) == [
        str(lesson.number)
    ]


def test_no_notebook_lies_there_without_a_source() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {lesson.name for lesson in LESSONS}
