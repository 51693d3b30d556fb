"""Every mutant of a right class is accused of the right place and cause, and no right class is accused."""

import ast
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from autograd.grading import Finding, Report, grade
from autograd.grading.diagnosis import causes
from tests.grading.mutants import MUTANTS, STYLES, Mutant, mutated, right

KINDS, LIMITS = {*causes.KINDS}, {"kink", "convention", "limit", "rounding", "skipped"}
# Of each place and cause the first; with MUTANTS=all every one, in every style.
FIRSTS = {(mutant.place, mutant.cause): mutant for mutant in reversed(MUTANTS)}
TRIED = MUTANTS if os.environ.get("MUTANTS") == "all" else tuple(FIRSTS.values())


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Grade every right class and every mutant, from files, several at a time."""
    folder = tmp_path_factory.mktemp("students")
    texts = {style: right(style) for style in STYLES} | {mutant.name: mutated(mutant) for mutant in TRIED}
    paths = [folder / f"student{i}.py" for i in range(len(texts))]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        return dict(zip(texts, pool.map(grade, paths), strict=True))


def first(report: Report) -> Finding | None:
    """Return what a student is told first; what a class can do without, and a convention, are notes."""
    return next((x for x in (*report.faults, *report.findings) if x.kind in KINDS - LIMITS), None)


def placed(mutant: Mutant, report: Report) -> bool:
    """Whether the first fault is where the mutation is: in the sweep, or in the rules of many operations."""
    found = first(report)
    return found is not None and any(
        place == found.where
        or place in found.operations
        or (place == "backward" and len(found.operations) > 3)
        for place in mutant.place.split("|")
    )


def caused(mutant: Mutant, report: Report) -> bool:
    """Whether the first fault names the slip, and the formula that is computed."""
    found = first(report)
    return found is not None and found.kind in mutant.cause.split("|") and mutant.says in found.says


def told(reports: dict[str, Report], mutants: list[Mutant]) -> Iterator[str]:
    """Say what was expected and what was found, for the message of a test that fails."""
    for mutant in mutants:
        found = first(reports[mutant.name]) or reports[mutant.name].reason
        yield f"{mutant.name}: {mutant.place}, {mutant.cause} {mutant.says}: {found}"


def test_no_right_class_is_accused_in_any_of_the_six_styles(reports) -> None:
    for style in STYLES:
        report = reports[style]
        assert report and not [finding for finding in report.findings if finding.level != "note"], report
        assert report.score == report.out_of > 60, report


def test_every_mutant_is_accused_of_the_right_place(reports) -> None:
    wrong = [mutant for mutant in TRIED if not placed(mutant, reports[mutant.name])]
    assert not wrong, "\n".join(told(reports, wrong))


def test_at_least_nine_mutants_in_ten_are_told_the_right_cause(reports) -> None:
    wrong = [mutant for mutant in TRIED if not caused(mutant, reports[mutant.name])]
    assert len(wrong) <= len(TRIED) / 10, "\n".join(told(reports, wrong))


def test_there_are_enough_kinds_of_mutants_in_every_style() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= len(TRIED) >= 60
    assert {mutant.style for mutant in MUTANTS} == set(STYLES)


def test_every_mutant_is_a_program_other_than_the_right_one() -> None:
    for mutant in MUTANTS:
        assert ast.dump(ast.parse(mutated(mutant))) != ast.dump(ast.parse(right(mutant.style))), mutant.name


def test_the_check_of_mutants_fails_on_a_wrong_place_and_a_wrong_cause() -> None:
    mutant = Mutant("closures", "one", "", {}, "tanh", "rule", "1 - c")
    here = Finding("rule", "fault", "rule", "tanh", "your number is 1 - c", operations=("tanh",))
    there = Finding("upstream", "fault", "chain", "mul", "forgotten", operations=("mul",))
    accused, wrong = Report("V", findings=(here, there)), Report("V", findings=(there, here))
    assert placed(mutant, accused) and caused(mutant, accused)
    assert not placed(mutant, wrong) and not caused(mutant, wrong)
    assert not placed(mutant, Report("V")) and not caused(mutant, Report("V"))
