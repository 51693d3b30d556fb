"""What all banks say alike: which questions belong together, which numbers are right, and how near."""

from collections.abc import Sequence
from decimal import Decimal

from autograd.practice import Question
from viz.drawing.figure import FORMATS, Figure
from viz.drawing.render import TIMEOUT

WIDE = "14cm"  # of a drawing
ELSE = "this number"  # in place of what was typed, in the sentence for numbers that no slip explains


def alike(asked: Sequence[Sequence[Question]]) -> dict[str, list[tuple[int, Question]]]:
    """Put together what asks the same: for each prompt the places of its variants, and their questions."""
    found: dict[str, list[tuple[int, Question]]] = {}
    for variant, questions in enumerate(asked):
        for question in questions:
            found.setdefault(question.prompt, []).append((variant, question))
    return found


def right(question: Question) -> tuple[float, ...]:
    """Return the numbers that are right."""
    return (question.answer, *question.accepted)


def tolerance(x: float, question: Question) -> float:
    """Return by how much a typed number may differ."""
    return abs(x) * question.tolerance


def plain(x: float) -> str:
    """Write a number to 15 digits without an exponent, as every platform reads it.

    Examples
    --------
    >>> plain(6.0), plain(-0.25), plain(1.929e-15), plain(1e16), plain(0.1 + 0.2)
    ('6', '-0.25', '0.000000000000001929', '10000000000000000', '0.3')
    """
    return f"{Decimal(f'{x + 0.0:.15g}'):f}"


def picture(figure: Figure) -> bytes:
    """Return a drawing as PNG, small enough for a bank that has it many times."""
    made = FORMATS[".png"](figure, figure.sheet.but({"size": WIDE}), TIMEOUT)
    assert isinstance(made, bytes)
    return made


def otherwise(question: Question) -> str:
    """Return what is said to a number that no slip explains."""
    return question.otherwise.replace("{n}", ELSE)


def solved(question: Question) -> str:
    """Return what is said to the right number."""
    return f"Right. {question.hints[2]}"
