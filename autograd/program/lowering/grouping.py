"""Which scalar instructions become one block: same level, same row, operands of the same kind.

`dot`s are divided further into families that share their x (a matrix product) or their w. Blocks and their
members come in the order of their leaves, whichever of them the loss reads first. Knows no slots.

Examples
--------
Three neurons on two inputs, written by hand, are one group of three dots, and their activations another; the
sum reads the third neuron first, and the groups list the first one first.

>>> from autograd import tanh, values
>>> x1, x2, *w = values(x1=1.0, x2=2.0, w11=0.1, w12=0.2, w21=0.3, w22=0.4, w31=0.5, w32=0.6)
>>> neurons = [tanh(w[k] * x1 + w[k + 1] * x2) for k in (0, 2, 4)]
>>> scalars = Scalars([neurons[2] + neurons[0] + neurons[1]], [x1, x2])
>>> for group in groups(scalars):
...     print(group.op.name, [scalars.list[operands[0]].node.label for operands in group.operands])
dot ['w11', 'w21', 'w31']
tanh ['', '', '']
sum ['']
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TypeVar

from autograd.core.row import Row
from autograd.program.lowering.blocks import ONCE, Space
from autograd.program.lowering.scalars import Scalars

T = TypeVar("T")
NO_LEAF = -1


@dataclass(frozen=True)
class Group:
    """The members of a block, with their operands: `members[i]` gave ``operands[i]``."""

    op: Row
    space: Space
    members: tuple[int, ...]
    operands: tuple[tuple[int, ...], ...]

    def part(self, parameter: int) -> list[Hashable]:
        """Return what each member has for one parameter of the row."""
        return [self.op.arguments(operands)[parameter] for operands in self.operands]

    def chosen(self, places: Iterable[int]) -> Group:
        """Return the group of some members, in the order that is given."""
        members, operands = zip(*((self.members[k], self.operands[k]) for k in places), strict=True)
        return replace(self, members=members, operands=operands)


def groups(scalars: Scalars) -> list[Group]:
    """Gather instructions into groups, in an order in which they can be computed.

    What does not depend on the row comes first; then level after level, a level being one more than the
    highest among the operands; within a level as `Order` says.
    """
    level: list[int] = []
    gathered: dict[tuple[bool, int], dict[Hashable, list[int]]] = {}
    for number, scalar in enumerate(scalars.list):
        level.append(1 + max((level[k] for k in scalar.operands), default=-1))
        if scalar.op is not None:
            kind = (scalar.op, len(scalar.operands), _kinds(scalars, number))
            alike = gathered.setdefault((scalar.space != ONCE, level[number]), {})
            alike.setdefault(kind, []).append(number)
    found, order = [], Order(scalars)
    for place in sorted(gathered):
        found += order.sorted(
            [part for members in gathered[place].values() for part in families(scalars, members)]
        )
    return found


class Order:
    """The order in which numbers lie: inputs, leaves as they were made, then results as they are sorted here.

    Members of a group are sorted by the first leaf that each reads, then by the places of their operands;
    groups by the leaf of their first member. What reads no leaf itself has the first leaf of its operands;
    what has none comes before the others. Where all this is equal, what the loss reads first comes first.

    Parameters
    ----------
    scalars : Scalars
    """

    def __init__(self, scalars: Scalars) -> None:
        self._scalars = scalars
        self._place = {number: place for place, number in enumerate((*scalars.inputs, *scalars.leaves))}
        self._leaf = {number: self._place[number] for number in scalars.leaves}

    def sorted(self, level: list[Group]) -> list[Group]:
        """Sort the groups of one level, all lower ones being sorted, and the members of each."""
        for number in chain.from_iterable(group.members for group in level):
            operands = [k for k in self._scalars.list[number].operands if k in self._leaf]
            own = [k for k in operands if self._scalars.list[k].op is None]
            if operands:
                self._leaf[number] = min(self._leaf[k] for k in own or operands)
        level = [group.chosen(sorted(range(len(group.members)), key=self._key(group))) for group in level]
        level = [run for group in level for run in self._runs(group)]
        level.sort(key=lambda group: self._leaf.get(group.members[0], NO_LEAF))
        for number in chain.from_iterable(group.members for group in level):
            self._place[number] = len(self._place)
        return level

    def _runs(self, group: Group) -> list[Group]:
        """Divide a matrix where its rows cease to lie in one pattern, so that it is one view: model by model.

        Not where this would leave most rows alone, or rows have no pattern themselves: these are gathered.
        """
        if group.op.name != "dot" or len(set(group.part(1))) > 1:
            return [group]
        n = len(group.operands[0]) // 2
        rows = [[self._place.get(k, 0) for k in operands[:n]] for operands in group.operands]
        runs, last = [[0]], set[int]()
        for member, (before, row) in enumerate(pairwise(rows), start=1):
            steps = {here - there for here, there in zip(row, before, strict=True)}
            if len(steps) > 1 or (len(runs[-1]) > 1 and steps != last):
                runs.append([])
            runs[-1].append(member)
            last = steps
        patterns = ({here - there for there, here in pairwise(rows[run[0]])} for run in runs)
        if 2 * len(runs) > len(rows) or any(len(pattern) > 1 for pattern in patterns):
            return [group]
        return [group.chosen(run) for run in runs]

    def _key(self, group: Group) -> Callable[[int], tuple[int, list[int]]]:
        def key(member: int) -> tuple[int, list[int]]:
            places = [self._place[k] for k in group.operands[member] if k in self._place]
            return self._leaf.get(group.members[member], NO_LEAF), places

        return key


def _kinds(scalars: Scalars, number: int) -> tuple[Hashable, ...]:
    """Return where each parameter's operand lives, and whether a dot has no bias."""
    scalar = scalars.list[number]
    assert scalar.op is not None
    kinds: list[Hashable] = []
    for operand in scalar.op.arguments(scalar.operands):
        first = operand[0] if isinstance(operand, tuple) else operand
        kinds.append(scalars.list[first].space)
    if scalar.op.name == "dot":
        kinds.append(unbiased(scalars, scalar.operands))
    return tuple(kinds)


def unbiased(scalars: Scalars, operands: tuple[int, ...]) -> bool:
    """Whether a dot adds the constant 0."""
    node = scalars.list[operands[-1]].node
    return isinstance(node, float) and node == 0.0


def families(scalars: Scalars, members: Sequence[int]) -> list[Group]:
    """Make groups of instructions of one kind: one group, or, of dots, one for each family.

    One x: a matrix product of their weights with it. One w: the same, turned, where both are of one storage.
    Where nothing is shared they stay together, as products and sums along an axis.
    """
    first = scalars.list[members[0]]
    assert first.op is not None
    group = Group(first.op, first.space, tuple(members), tuple(scalars.list[k].operands for k in members))
    if group.op.name != "dot":
        return [group]
    w, x, _ = (scalars.list[k].space for k in (group.operands[0][0], _second(group), group.operands[0][-1]))
    by_w, by_x = _by(group.part(0)), _by(group.part(1))
    count = len(group.members)
    if w != ONCE or (count > 1 and len(by_w) == len(by_x) == count):
        return [group]
    if len(by_x) <= len(by_w):
        return [group.chosen(places) for places in by_x]
    parts = [group.chosen(places) for places in by_w]
    return [_turned(part) for part in parts] if x == ONCE else parts


def _second(group: Group) -> int:
    x = group.op.arguments(group.operands[0])[1]
    return int(x[0])


def _by(keys: Iterable[T]) -> list[list[int]]:
    places: dict[T, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return list(places.values())


def _turned(group: Group) -> Group:
    """Exchange w and x, which a dot allows."""
    n = len(group.operands[0]) // 2
    return replace(group, operands=tuple((*o[n:-1], *o[:n], o[-1]) for o in group.operands))
