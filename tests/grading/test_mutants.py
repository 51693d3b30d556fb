"""Every mutant of a right class is accused of the right place and cause, and no right class is accused."""

import ast

from autograd.grading.diagnosis.causes import KINDS
from tests.grading.mutants import MUTANTS, STYLES, mutated, right


def test_there_are_enough_kinds_of_mutants_in_every_style() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 60
    assert {mutant.style for mutant in MUTANTS} == set(STYLES)
    kinds = {cause for mutant in MUTANTS for cause in mutant.cause.split("|")}
    assert kinds <= set(KINDS)


def test_every_mutant_is_a_program_other_than_the_right_one() -> None:
    for mutant in MUTANTS:
        assert ast.dump(ast.parse(mutated(mutant))) != ast.dump(ast.parse(right(mutant.style))), mutant.name
