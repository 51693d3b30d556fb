"""Which scalar instructions become one block: same level, same row, operands of the same kind.

`dot`s are divided further into families that share their x (a matrix product) or their w. Knows no slots.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from autograd.program.lowering.blocks import ONCE, Space
from autograd.program.lowering.scalars import Scalars
from autograd.table.primitive import Primitive

T = TypeVar("T")


@dataclass(frozen=True)
class Group:
    """The members of a block, with their operands: `members[i]` gave ``operands[i]``."""

    op: Primitive
    space: Space
    members: tuple[int, ...]
    operands: tuple[tuple[int, ...], ...]

    @property
    def matrix(self) -> bool:
        """Whether all members are `dot`s on one x."""
        return self.op.name == "dot" and len(set(self.part(1))) == 1

    def part(self, parameter: int) -> list[Hashable]:
        """Return what each member has for one parameter of the row."""
        return [self.op.arguments(operands)[parameter] for operands in self.operands]


def groups(scalars: Scalars) -> list[Group]:
    """Gather instructions into groups, in an order in which they can be computed.

    What does not depend on the row comes first; then level after level, a level being one more than the
    highest among the operands.
    """
    level: list[int] = []
    gathered: dict[tuple[bool, int, Hashable], list[int]] = {}
    for number, scalar in enumerate(scalars.list):
        level.append(1 + max((level[k] for k in scalar.operands), default=-1))
        if scalar.op is not None:
            kind = (scalar.op, len(scalar.operands), _kinds(scalars, number))
            gathered.setdefault((scalar.space != ONCE, level[number], kind), []).append(number)
    found = []
    for place in sorted(gathered, key=lambda kind: kind[:2]):
        members = gathered[place]
        first, operands = scalars.list[members[0]], tuple(scalars.list[k].operands for k in members)
        assert first.op is not None
        group = Group(first.op, first.space, tuple(members), operands)
        found += families(scalars, group) if first.op.name == "dot" else [group]
    return found


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


def families(scalars: Scalars, group: Group) -> list[Group]:
    """Divide dots by what they share.

    One x: a matrix product of their weights with it. One w: the same, turned, where both are of one storage.
    Where nothing is shared they stay together, as products and sums along an axis.
    """
    w, x, _ = (scalars.list[k].space for k in (group.operands[0][0], _second(group), group.operands[0][-1]))
    by_w, by_x = _by(group.part(0)), _by(group.part(1))
    count = len(group.members)
    if w != ONCE or (count > 1 and len(by_w) == len(by_x) == count):
        return [group]
    if len(by_x) <= len(by_w):
        return [_part(group, places) for places in by_x]
    parts = [_part(group, places) for places in by_w]
    return [_turned(part) for part in parts] if x == ONCE else parts


def _second(group: Group) -> int:
    x = group.op.arguments(group.operands[0])[1]
    return int(x[0])


def _by(keys: Iterable[T]) -> list[list[int]]:
    places: dict[T, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return list(places.values())


def _part(group: Group, places: list[int]) -> Group:
    return replace(
        group,
        members=tuple(group.members[i] for i in places),
        operands=tuple(group.operands[i] for i in places),
    )


def _turned(group: Group) -> Group:
    """Exchange w and x, which a dot allows."""
    n = len(group.operands[0]) // 2
    return replace(group, operands=tuple((*o[n:-1], *o[:n], o[-1]) for o in group.operands))
