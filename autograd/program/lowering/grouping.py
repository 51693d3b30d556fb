"""Which scalar instructions become one block: same level, same row, operands of the same kind.

`dot`s are divided further into families, in which each of some w meets each of some x: a matrix product.
Blocks and their members come in the order of their leaves, whichever of them the loss reads first; what
products at several places (positions, time steps) read as their x comes element by element, the places side
by side. Knows no slots.

Examples
--------
Three neurons on two inputs, written by hand, are one group of three dots, and their activations another; the
sum reads the third neuron first, and the groups list the first one first.

>>> from autograd import tanh, values
>>> x1, x2, *w = values(x1=1.0, x2=2.0, w11=0.1, w12=0.2, w21=0.3, w22=0.4, w31=0.5, w32=0.6)
>>> neurons = [tanh(w[k] * x1 + w[k + 1] * x2) for k in (0, 2, 4)]
>>> scalars = Scalars([neurons[2] + neurons[0] + neurons[1]], [x1, x2])
>>> for group in groups(scalars):
...     print(group.op.name, [scalars.node(operands[0]).label for operands in group.operands])
dot ['w11', 'w21', 'w31']
tanh ['', '', '']
sum ['']

Two neurons at three places are one group, too: the first neuron at each place, then the second.

>>> x = values(x11=1.0, x12=2.0, x21=3.0, x22=4.0, x31=5.0, x32=6.0)
>>> places = [[tanh(w[k] * x[p] + w[k + 1] * x[p + 1]) for k in (0, 2)] for p in (0, 2, 4)]
>>> scalars = Scalars([sum(y for place in places for y in place)], x)
>>> product = groups(scalars)[0]
>>> product.columns, [[scalars.node(k).label for k in operands[:4:2]] for operands in product.operands]
(3, [['w11', 'x11'], ['w11', 'x21'], ['w11', 'x31'], ['w21', 'x11'], ['w21', 'x21'], ['w21', 'x31']])
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, count, pairwise
from operator import itemgetter
from typing import TypeVar

import numpy as np

from autograd.core.row import Row
from autograd.program.lowering.blocks import ONCE, Space
from autograd.program.lowering.scalars import Numbers, Scalar, Scalars, places
from autograd.table.language import functions, names

T = TypeVar("T")
NO_LEAF = -1
LENGTHS = 2  # sequences of so many lengths stay blocks of their own; those of more become one, ragged


@dataclass(frozen=True)
class Group:
    """The members of a block, with their operands: `members[i]` gave ``operands[i]``.

    Attributes
    ----------
    columns : int
        Of a matrix product, with how many x each w meets; the members are sorted by w, then by x. Else 0.
    """

    op: Row
    space: Space
    members: Numbers
    operands: tuple[Numbers, ...]
    columns: int = 0

    @cached_property
    def parts(self) -> tuple[tuple[Numbers, ...], ...]:
        """For each parameter of the row what each member has for it: one number, or a sequence."""
        each = [[operands[place] for place in places(self.op, len(operands))] for operands in self.operands]
        return tuple(zip(*each, strict=True))

    def chosen(self, members: Iterable[int], columns: int = 0) -> Group:
        """Return the group of some members, in the order that is given."""
        pick = itemgetter(*(k := tuple(members)), *k[:1])  # one more, so that it is a tuple

        def picked(numbers: tuple[T, ...]) -> tuple[T, ...]:
            kept: tuple[T, ...] = pick(numbers)[:-1]
            return kept

        group = replace(self, members=picked(self.members), operands=picked(self.operands), columns=columns)
        vars(group)["parts"] = tuple(map(picked, self.parts))
        return group


def groups(scalars: Scalars) -> list[Group]:
    """Gather instructions into groups, in an order in which they can be computed.

    What does not depend on the row comes first; then level after level; within a level as `Order` says.
    """
    gathered: dict[tuple[bool, int], dict[Hashable, dict[int, list[int]]]] = {}
    for number, level in levels(scalars).items():
        scalar = scalars.list[number]
        alike = gathered.setdefault((scalar.space != ONCE, level), {})
        lengths = alike.setdefault((scalar.op, _kinds(scalars, number)), {})
        lengths.setdefault(len(scalar.operands), []).append(number)
    found = [
        [part for lengths in gathered[place].values() for part in _of_lengths(scalars, lengths)]
        for place in sorted(gathered)
    ]
    order = Order(scalars, wishes(chain.from_iterable(found)))
    return [group for level in found for group in order.sorted(level)]


def levels(scalars: Scalars) -> dict[int, int]:
    """Give each computing instruction a level, one more than the highest among its operands, or a later one.

    Later, as late as its consumers allow, comes what is alike and would stand on more levels otherwise: the
    outputs of a recurrent network, one for each time step, of which nothing but the loss waits.
    """
    early = [0] * len(scalars.list)
    inner: list[tuple[int, list[int], Hashable]] = []  # the operands that are computed themselves
    for number in scalars.computed:
        scalar = scalars.list[number]
        operands = list(filter(early.__getitem__, scalar.operands))
        early[number] = 1 + max(map(early.__getitem__, operands), default=0)
        inner.append((number, operands, _alike(scalar)))
    late = [max(early)] * len(early)
    alike: dict[Hashable, tuple[set[int], set[int]]] = {}
    for number, operands, kind in reversed(inner):
        latest = late[number] - 1
        for k in operands:
            if late[k] > latest:
                late[k] = latest
        soon, later = alike.setdefault(kind, (set(), set()))
        soon.add(early[number])
        later.add(late[number])
    found: dict[int, int] = {}
    for number, operands, kind in inner:
        soon, later = alike[kind]
        level = 1 + max(map(found.__getitem__, operands), default=0)
        found[number] = max(level, late[number]) if len(later) < len(soon) else level
    return found


def _alike(scalar: Scalar) -> Hashable:
    """Return what instructions have in common that had better stand on one level; of dots it is a weight."""
    assert scalar.op is not None
    return scalar.op, scalar.space, scalar.operands[0] if scalar.op.name == "dot" else -1


def wishes(groups: Iterable[Group]) -> dict[int, tuple[int, int]]:
    """Say how numbers wish to lie: what products read as x at several places, element by element.

    What such numbers are computed from one by one wishes the same.
    """
    found: dict[int, tuple[int, int]] = {}
    for group in reversed(list(groups)):
        if group.columns > 1:
            for place, x in enumerate(group.parts[1][: group.columns]):
                for element, number in enumerate(x):
                    found.setdefault(number, (element, place))
        elif not group.columns and all(member in found for member in group.members):
            for parameter, name in enumerate(group.op.parameters):
                numbers = [part[0] for part in group.parts[parameter]]
                if name not in group.op.sequences and len(set(numbers)) == len(numbers):
                    for member, number in zip(group.members, numbers, strict=True):
                        found.setdefault(number, found[member])
    return found


class Order:
    """The order in which numbers lie: inputs, leaves as they were made, then results as they are sorted here.

    Members of a group are sorted as they wish to lie; if not all have a wish, by the first leaf that each
    reads, then by the places of their operands. Groups are sorted by the leaf of their first member. What
    reads no leaf itself has the first leaf of its operands; what has none comes before the others. Where all
    this is equal, what the loss reads first comes first.

    Parameters
    ----------
    scalars : Scalars
    wished : dict of int to (int, int)
    """

    def __init__(self, scalars: Scalars, wished: dict[int, tuple[int, int]]) -> None:
        self._scalars, self._wished = scalars, wished
        given, others = len(scalars.given), [NO_LEAF] * (len(scalars.list) - len(scalars.given))
        self._place = [*range(given), *others]  # constants, which have no place, before all others
        self._leaf = [*(NO_LEAF for _ in scalars.inputs), *scalars.leaves, *others]
        self._next = count(given)

    def sorted(self, level: list[Group]) -> list[Group]:
        """Sort the groups of one level, all lower ones being sorted, and the members of each."""
        for group in level:
            for number, *parts in zip(group.members, *group.parts, strict=True):
                self._leaf[number] = self._first(parts)
        level = [run for group in level for run in self._runs(self._arranged(group))]
        level.sort(key=lambda group: self._leaf[group.members[0]])
        for number in chain.from_iterable(group.members for group in level):
            self._place[number] = next(self._next)
        return level

    def _first(self, parts: list[Numbers]) -> int:
        """Return the first leaf among operands, whose sequences live in one storage each; or theirs."""
        lowest = [min(part) for part in parts if self._scalars.spaces[part[0]] == ONCE]  # leaves come first
        first = min(filter(self._scalars.leaves.__contains__, lowest), default=NO_LEAF)
        if first == NO_LEAF:
            leaves = map(self._leaf.__getitem__, chain.from_iterable(parts))
            first = min(filter(NO_LEAF.__ne__, leaves), default=NO_LEAF)
        return first

    def _arranged(self, group: Group) -> Group:
        """Sort the members of a group, of a matrix product its rows and its columns."""
        key = self._key(group)
        if (width := group.columns) > 1:
            x = [self._places(numbers) for numbers in group.parts[1][:width]]
            columns = sorted(range(width), key=x.__getitem__)
            rows = sorted(range(0, len(group.members), width), key=key)
            return group.chosen((row + column for row in rows for column in columns), width)
        if not group.columns and all(member in self._wished for member in group.members):
            return group.chosen(
                sorted(range(len(group.members)), key=lambda k: self._wished[group.members[k]])
            )
        return group.chosen(sorted(range(len(group.members)), key=key), group.columns)

    def _runs(self, group: Group) -> list[Group]:
        """Divide a matrix where its rows cease to lie in one pattern, so that it is one view: model by model.

        Not where this would leave most rows alone, or rows have no pattern themselves: these are gathered.
        """
        if not group.columns:
            return [group]
        rows = np.array([self._places(w) for w in group.parts[0][:: group.columns]])
        steps, along = np.diff(rows, axis=0), np.diff(rows, axis=1)
        regular = (steps == steps[:, :1]).all(axis=1)
        starts = [0]
        for row in range(1, len(rows)):
            fits = row - starts[-1] < 2 or steps[row - 1, 0] == steps[row - 2, 0]
            if not (regular[row - 1] and fits):
                starts.append(row)
        runs = [range(start, end) for start, end in pairwise([*starts, len(rows)])]
        if 2 * len(runs) > len(rows) or (along[starts] != along[starts, :1]).any():
            return [group]
        width = group.columns
        return [group.chosen((row * width + p for row in run for p in range(width)), width) for run in runs]

    def _places(self, numbers: Numbers) -> list[int]:
        return list(map(self._place.__getitem__, numbers))

    def _key(self, group: Group) -> Callable[[int], tuple[int, list[int]]]:
        leaves = [self._leaf[number] for number in group.members]
        alone = len(set(leaves)) == len(leaves)  # so that places do not matter

        def key(member: int) -> tuple[int, list[int]]:
            return leaves[member], [] if alone else self._places(group.operands[member])

        return key


def _kinds(scalars: Scalars, number: int) -> tuple[Hashable, ...]:
    """Return where each parameter's operand lives, and whether a dot has no bias."""
    op, operands, *_ = scalars.list[number]
    assert op is not None
    kinds = [scalars.spaces[operands[place.start]] for place in places(op, len(operands))]
    return (*kinds, unbiased(scalars, operands)) if op.name == "dot" else tuple(kinds)


def unbiased(scalars: Scalars, operands: Numbers) -> bool:
    """Whether a dot adds the constant 0."""
    node = scalars.list[operands[-1]].node
    return isinstance(node, float) and node == 0.0


@cache
def _one_by_one(op: Row) -> bool:
    """Whether a row takes sequences element by element, whatever their length is."""
    texts = (op.forward, *op.partials)
    return (
        bool(op.sequences)
        and op.undefined in ("", "n == 0")
        and not any("n" in names(text) or {"others", "take"} & functions(text) for text in texts)
    )


def _of_lengths(scalars: Scalars, lengths: dict[int, list[int]]) -> list[Group]:
    """Make groups of instructions of one kind that differ in the lengths of their sequences at most."""
    first = scalars.list[next(iter(lengths.values()))[0]]
    assert first.op is not None
    if len(lengths) > LENGTHS and _one_by_one(first.op) and not _weighs(scalars, first.op, first.operands):
        return [_group(scalars, sorted(chain.from_iterable(lengths.values())))]
    return [part for members in lengths.values() for part in families(scalars, members)]


def _group(scalars: Scalars, members: Sequence[int]) -> Group:
    op, _, space, _ = scalars.list[members[0]]
    assert op is not None
    return Group(op, space, tuple(members), tuple(scalars.list[k].operands for k in members))


def _weighs(scalars: Scalars, op: Row, operands: Numbers) -> bool:
    """Whether this is a dot of weights, the same for all rows, with something else."""
    if op.name != "dot":
        return False
    w, x = (scalars.list[operands[place.start]] for place in places(op, len(operands))[:2])
    return w.space == ONCE and (x.space != ONCE or w.op is None or x.op is None)


def families(scalars: Scalars, members: Sequence[int]) -> list[Group]:
    """Make groups of instructions of one kind: one group, or, of dots with weights, one for each family.

    In a family each of some w meets each of some x. Where nothing is shared they stay together, as products
    and sums along an axis.
    """
    group = _group(scalars, members)
    if not _weighs(scalars, group.op, group.operands[0]):
        return [group]
    w, x = group.parts[:2]
    sharing_x, sharing_w = _grids(w, x), _grids(x, w)
    if len(sharing_x) <= len(sharing_w):
        grids = sharing_x
    else:
        grids = [[list(column) for column in zip(*grid, strict=True)] for grid in sharing_w]
    alone = [grid[0][0] for grid in grids if len(grid) == len(grid[0]) == 1]
    found = [group.chosen(alone)] if len(alone) > 1 else []
    for grid in grids:  # rows of members that share w, below each other those that share x
        if len(alone) > 1 and len(grid) == len(grid[0]) == 1:
            continue
        if len(grid) < len(grid[0]) and scalars.list[x[0][0]].space == ONCE:
            turned = [list(column) for column in zip(*grid, strict=True)]
            found.append(_exchanged(group.chosen(chain.from_iterable(turned), len(turned[0]))))
        else:
            found.append(group.chosen(chain.from_iterable(grid), len(grid[0])))
    return found


def _grids(w: Sequence[Numbers], x: Sequence[Numbers]) -> list[list[list[int]]]:
    """Sort places into grids: a column holds all that share an x, and all columns have the same w."""
    rank = {numbers: k for k, numbers in enumerate(dict.fromkeys(w))}
    columns: dict[Numbers, list[int]] = {}
    for place, numbers in enumerate(x):
        columns.setdefault(numbers, []).append(place)
    grids: dict[Numbers, list[list[int]]] = {}
    for column in columns.values():
        column.sort(key=lambda place: rank[w[place]])
        grids.setdefault(tuple(rank[w[place]] for place in column), []).append(column)
    return [[list(row) for row in zip(*grid, strict=True)] for grid in grids.values()]


def _exchanged(group: Group) -> Group:
    """Exchange w and x, which a dot allows."""
    n = len(group.operands[0]) // 2
    return replace(group, operands=tuple((*o[n:-1], *o[:n], o[-1]) for o in group.operands))
