"""What a slip is, the tables that slips are rows of, and how a question's slips are made of them.

Where two rows give one number, none of them can be meant, and the question points to an arrow instead. Knows
no graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from autograd.practice.slips.wording import filled, said

SEVERAL = "several"
GIVES = "{} is what {} on the arrow {} would give. "
_GAP = re.compile(r"\{(\w+)\}")

Found = tuple[float, dict[str, str]]  # a wrong number, and what the places of the sentence are filled with


@dataclass(frozen=True)
class Slip:
    """What a slip would give on this graph, and what is said then.

    Attributes
    ----------
    answer : float
        The wrong number.
    kind : str
        A name from the table of slips; "several" where more than one slip gives this number.
    template : str
        The sentence, with a gap ``{}`` for each of the `places`.
    places : tuple of str
        What stands in the gaps on this graph.
    """

    answer: float
    kind: str
    template: str
    places: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is said: first what the number is, then what to do."""
        return filled(self.template, self.places)

    def given(self, n: float, arrow: str) -> Slip:
        """Return the slip that this one on an arrow makes of a whole way, where it gives another number.

        Parameters
        ----------
        n : float
            What comes out with it in the end.
        arrow : str
            What the arrow is called.

        Returns
        -------
        Slip
            This one, or one whose sentence begins with the number that comes out.
        """
        if n == self.answer:
            return self
        has = (said(n), said(self.answer), arrow)
        return Slip(n, self.kind, GIVES + self.template, (*has, *self.places))


class Row(NamedTuple):
    """One slip: its name, what is said to its number, and how that number is found."""

    kind: str
    sentence: str
    find: Callable[[Any], Iterator[Found]]

    def slips(self, asked: Any) -> Iterator[Slip]:
        """Give the numbers of this slip on what is asked, each with its sentence."""
        for n, places in self.find(asked):
            found = {"n": said(n), **places}
            gaps = _GAP.findall(self.sentence)
            yield Slip(n, self.kind, _GAP.sub("{}", self.sentence), tuple(found[gap] for gap in gaps))


class Table(list[Row]):
    """Slips of one thing that is asked: the gradient of a node, the factor on an arrow, a value."""

    def row(self, kind: str, sentence: str) -> Callable[[Callable[[Any], Iterator[Found]]], Row]:
        """Enter a function as a row, under a name and with its sentence."""

        def enter(find: Callable[[Any], Iterator[Found]]) -> Row:
            self.append(Row(kind, sentence, find))
            return self[-1]

        return enter

    def slips(self, asked: Any, kinds: Collection[str] = ()) -> Iterator[Slip]:
        """Give the slips of all rows, or of some kinds, in the order of the table."""
        for row in self:
            if not kinds or row.kind in kinds:
                yield from row.slips(asked)


def collected(
    found: Iterable[Slip], near: Callable[[float, float], bool], right: Callable[[float], bool], several: str
) -> tuple[tuple[Slip, ...], tuple[str, ...]]:
    """Make of all slips found those of a question, and name the kinds that cannot be told from the answer.

    Parameters
    ----------
    found : iterable of Slip
    near, right : callable
        Say whether two numbers are one, and whether a number is the answer.
    several : str
        The sentence for a number that more than one slip gives, with ``{}`` for it.
    """
    groups: list[list[Slip]] = []
    hides = dict[str, None]()
    for slip in found:
        if slip.answer != slip.answer:
            continue
        if right(slip.answer):
            hides[slip.kind] = None
            continue
        group = next((group for group in groups if near(group[0].answer, slip.answer)), None)
        if group is None:
            groups.append([slip])
        else:
            group.append(slip)
    return tuple(
        group[0]
        if len({slip.kind for slip in group}) == 1
        else Slip(group[0].answer, SEVERAL, several, (said(group[0].answer),))
        for group in groups
    ), tuple(hides)
