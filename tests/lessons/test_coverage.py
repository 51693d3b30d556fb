"""Every row of the course notes, and every mistake in them, is proved by number.

`notebooks/syllabus.toml` says which lesson speaks of what, and which numbers belong to it. A cell or a test
that bears the id must expect each of them (`mutation.py` tells where a number is expected), and must fail
when it is changed a little. The latter is tried on a sample; on everything with ``MUTATE=all``.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from notebooks.build import FOLDER, Lesson, lessons
from tests.lessons.mutation import ROOT, Expectations, book, claims, proofs, same, unnoticed_in_lesson

pytest.importorskip("jupytext")

SYLLABUS: dict[str, Any] = tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))
LESSONS = {lesson.source.stem: lesson for lesson in lessons()}
CELLS = {lesson.source.stem: book(lesson).cells for lesson in lessons()}
ROWS = {"S000": 47, "S001": 55, "S002": 57, "S003": 56, "S004": 51}  # rows of each document
ERRATA = {"S000": 18, "S001": 21, "S002": 13, "S003": 16, "S004": 19, "X": 4}  # and mistakes in it
PROOFS = proofs()
# What is tried in one process: a lesson, or the tests of a folder.
GROUPS = {
    name: [path for path in PROOFS if name in (path.stem, path.parent.name)]
    for name in dict.fromkeys(
        path.stem if path.is_relative_to(FOLDER) else path.parent.name for path in PROOFS
    )
}
# Of each kind one that is quick: a lesson, a test, a test with parameters and one with a table.
SAMPLE = ("the_first_graph.py", "test_cost.py", "test_notes_paths.py")


def cells(lesson: Lesson, claim: str) -> list[Any]:
    """Return the cells of a lesson that claim a row or an erratum."""
    return [cell for cell in CELLS[lesson.source.stem] if claim in claimed(cell)]


def claimed(cell: Any) -> list[str]:
    """Return the ids that a cell bears."""
    return [*cell.metadata.get("rows", []), *cell.metadata.get("errata", [])]


def part(kind: str) -> list[Any]:
    """Return lesson and claim for every claim of a kind."""
    return [
        pytest.param(LESSONS[name], claim, id=claim)
        for name, one in SYLLABUS["lessons"].items()
        for claim in one.get(kind, {})
    ]


def expected() -> dict[str, set[float]]:
    """Return the numbers of each claim that some cell or test expects."""
    found: dict[str, set[float]] = {claim: set() for claim in claims()}
    for several in PROOFS.values():
        for proof in several:
            for claim, wanted in proof.places():
                found[claim].add(wanted)
    return found


EXPECTED = expected()


def test_the_syllabus_lists_every_row_once_and_every_mistake() -> None:
    each = SYLLABUS["lessons"]
    rows = [row for one in each.values() for row in one["rows"]]
    every = [f"{document}-{place:02d}" for document, count in ROWS.items() for place in range(1, count + 1)]
    assert sorted(rows) == every
    assert len(every) == 266
    errata = [erratum for one in each.values() for erratum in one.get("errata", {})]
    assert len(errata) == len(set(errata)) == 22
    others = set(SYLLABUS["others"])
    assert others == {erratum for one in each.values() for erratum in one["also"]}
    known = [f"E-{document}-{place:02d}" for document, n in ERRATA.items() for place in range(1, n + 1)]
    assert sorted([*errata, *others]) == sorted(known)
    assert len(known) == 91


@pytest.mark.parametrize("claim", claims())
def test_each_number_of_a_claim_is_expected_of_the_engine(claim: str) -> None:
    proving = [proof for several in PROOFS.values() for proof in several if claim in proof.claims]
    assert proving, f"no cell of code and no test bears the id {claim}"
    assert [wanted for wanted in claims()[claim] if wanted not in EXPECTED[claim]] == []


@pytest.mark.parametrize(("lesson", "row"), part("rows"))
def test_a_lesson_says_or_shows_each_of_its_rows(lesson: Lesson, row: str) -> None:
    assert cells(lesson, row)


@pytest.mark.parametrize(("lesson", "erratum"), part("errata"))
def test_one_cell_asserts_what_the_notes_print_and_what_is_right(lesson: Lesson, erratum: str) -> None:
    wanted = SYLLABUS["lessons"][lesson.source.stem]["errata"][erratum]
    assert wanted["right"]
    both = [*wanted["printed"], *wanted["right"]]
    found = [
        [place.value for place in Expectations(proof.code).places()]
        for proof in PROOFS[lesson.source]
        if erratum in proof.claims
    ]
    assert any(all(any(same(n, other) for other in one) for n in both) for one in found), both


def test_nothing_is_claimed_that_the_notes_do_not_have() -> None:
    for cell in (cell for several in CELLS.values() for cell in several):
        assert set(claimed(cell)) <= set(claims())
    for proof in (proof for several in PROOFS.values() for proof in several):
        assert set(proof.claims) <= set(claims()), proof.name


@pytest.mark.parametrize("group", GROUPS)
def test_a_number_that_is_changed_a_little_is_noticed(group: str) -> None:
    every = os.environ.get("MUTATE") == "all"
    paths = [str(path) for path in GROUPS[group] if every or path.name in SAMPLE]
    if not paths:
        pytest.skip("only with MUTATE=all")
    command = [sys.executable, "-m", "tests.lessons.mutation", *paths]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=1800, check=False)
    assert run.stdout.split("\n") == ["", ""], run.stdout + run.stderr[-2000:]


def values(code: str) -> list[float]:
    """Return the numbers that a piece of code expects."""
    return [place.value for place in Expectations(ast.parse(code)).places()]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = f(2.0)\nassert x == -2.5  # and not 3.5", [-2.5]),
        ("assert f(2.0) == approx([1.5, 1 / 4], rel=1e-8)", [1.5, 0.25, 1, 4]),
        ("for x, y in [(1.5, 2.5)]:\n    assert f(x) == y", [2.5]),
        ("right = [1.5]\nassert close(f(2), right)", [1.5]),
        ("assert abs(f(2) - 1.5) < 1e-9", [1.5]),
        ("assert f(2) == 1.5 and 0 < f(3) < 1", [1.5]),
        ("x = 1.5\nassert f(x) == x", []),  # what is expected is put in as well
        ("x = 1.5\nassert x == 1.5", []),  # a number against a number
        ("assert 3 * 64 == 192", []),
        ("assert f(1.5)\nprint(1.5)", []),
        ("assert f(2) != 1.5", []),
    ],
)
def test_a_number_is_expected_where_only_an_assertion_reads_it(code: str, found: list[float]) -> None:
    assert values(code) == found


def test_a_number_that_may_change_unnoticed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = tmp_path / "01_loose.py"
    lesson.write_text(
        '# %% rows=["A", "B"]\nimport math\nassert abs(math.log(2) - 0.6931471806) < 1e-7\n'
        "assert abs(math.log(3) - 1.098612289) < 1e-8\n"
    )
    wanted = {"A": [0.6931471806], "B": [1.098612289]}
    monkeypatch.setattr("tests.lessons.mutation.claims", lambda: wanted)
    monkeypatch.chdir(tmp_path)
    assert unnoticed_in_lesson(Lesson(lesson)) == ["A 0.6931471806 in 01_loose"]
