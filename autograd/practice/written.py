"""Makes questions that are about no graph: a number or a choice, with sentences written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.practice.question import RIGHT, Alternative, Question
from autograd.practice.reading import read
from autograd.practice.slips.table import Slip
from autograd.practice.slips.wording import said
from autograd.text.numbers import ROUNDED

HINTS = 3
NOT_THIS = "{n} is not it yet. Read the question once more."


def plain(
    prompt: str,
    answer: float | str,
    *,
    hints: Sequence[str] = (),
    slips: Mapping[float, str] | None = None,
    choices: Mapping[str, str] | Sequence[str] = (),
    tolerance: float | None = None,
) -> Question:
    """Ask something whose answer is no number of a graph.

    Parameters
    ----------
    prompt : str
        One sentence.
    answer : float or str
        The number, or a text that can be read as one; with `choices`, the right one.
    hints : sequence of str
        Up to three, each saying more; the last is followed by the answer, if it does not hold it.
    slips : mapping of float to str, optional
        What is said to some wrong numbers: first what the number is, then what to do.
    choices : mapping of str to str, or sequence of str
        Alternatives; a mapping says of each what is said when it is chosen.
    tolerance : float, optional
        The relative error at which a number counts as right; by default none for whole numbers.

    Returns
    -------
    Question
        Its graph is that of the answer alone.

    Raises
    ------
    ValueError
        If the answer is no number, or none of the choices; or if a slip has the right number.

    Examples
    --------
    >>> question = plain("How many steps are 3 epochs of 4 batches?", 12, slips={7: "7 is 3 + 4. Multiply."})
    >>> print(question.check(7).sentence, question.check("3·4").sentence)
    7 is 3 + 4. Multiply. Right. It is 12.
    >>> plain("Does it grow?", "yes", choices=["yes", "no"]).check("no").right
    False
    """
    if choices:
        return _choice(prompt, str(answer), hints, choices)
    reading = read(str(answer))
    if reading is None:
        raise ValueError(f"answer={answer!r} is no number. With choices=[...] it may be one of them.")
    exact = reading.value
    told = tuple(Slip(n, "own", "{}", (text,)) for n, text in (slips or {}).items())
    near = (0.0 if exact == int(exact) else ROUNDED) if tolerance is None else tolerance
    graph = Graph(Value(exact))
    found = Question(
        "plain", "number", prompt, graph, graph.names, None, exact, _three(hints, f"It is {said(exact)}."),
        otherwise=NOT_THIS, slips=told, tolerance=near, prompt_latex=prompt,
    )  # fmt: skip
    for slip in told:
        if found.check(slip.answer).right:
            raise ValueError(f"{said(slip.answer)} is said to be a slip, but it counts as the right answer.")
    return found


def _choice(
    prompt: str, answer: str, hints: Sequence[str], choices: Mapping[str, str] | Sequence[str]
) -> Question:
    told = choices if isinstance(choices, Mapping) else dict.fromkeys(choices, "")
    if answer not in told:
        raise ValueError(f"answer={answer!r} is none of the choices {', '.join(map(repr, told))}.")
    alternatives = tuple(
        Alternative(text, text == answer, sentence or (RIGHT if text == answer else NOT_THIS.format(n=text)))
        for text, sentence in told.items()
    )
    place = float([*told].index(answer))
    graph = Graph(Value(place))
    return Question(
        "plain", "choice", prompt, graph, graph.names, None, place, _three(hints, f"It is {answer}."),
        alternatives=alternatives, prompt_latex=prompt,
    )  # fmt: skip


def _three(hints: Sequence[str], last: str) -> tuple[str, str, str]:
    """Fill hints up to three; the last says the answer."""
    if len(hints) > HINTS:
        raise ValueError(f"There are {len(hints)} hints: give at most {HINTS}, each saying more.")
    first, second, third = [*hints, *[""] * HINTS][:HINTS]
    return first or "Read the question once more.", second or first or last, third or last
