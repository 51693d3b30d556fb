"""Slots for a program's numbers, chosen so that blocks read slices; gives the finished `Blocks`.

Leaves come first, in the order in which they were made (for an MLP that of `parameters()`), then constants,
then what blocks compute, members side by side.

Examples
--------
Three neurons, each made as its two weights and its bias: W is one view of the leaves, 3 slots from row
to row, b another; all members read the same x, 0 slots from one to the next.

>>> from autograd import dot, tanh, values
>>> x1, x2 = values(x1=1.0, x2=2.0)
>>> neurons = [tanh(dot([w, v], [x1, x2], b)) for w, v, b in [values(w=0.1, v=0.2, b=0.3) for _ in range(3)]]
>>> for operand in lower(neurons[2] + neurons[0] * neurons[1], [x1, x2]).blocks[0].operands:
...     print(operand.space, "from", operand.start, operand.shape, "in steps of", operand.strides)
once from 0 (3, 2) in steps of (3, 1)
inputs from 0 (3, 2) in steps of (0, 1)
once from 2 (3,) in steps of (3,)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from autograd.core.value import Value
from autograd.program.lowering.blocks import (
    INPUTS,
    ONCE,
    ROWS,
    Block,
    Blocks,
    Guard,
    Operand,
    Required,
    Space,
)
from autograd.program.lowering.grouping import Group, groups
from autograd.program.lowering.scalars import Scalars

Comparison = (
    tuple[str, "Value | float", "Value | float", bool, Required | None]
    | tuple[str, "Value | float", "Value | float", bool, Required | None, Value]
)


def lower(
    loss: Value, inputs: Sequence[Value], outputs: Sequence[Value] = (), guards: Sequence[Comparison] = ()
) -> Blocks:
    """Lower a recorded graph to blocks.

    Parameters
    ----------
    loss : Value
    inputs : sequence of leaf Values
        What changes from row to row.
    outputs : sequence of Value
        Nodes that must stay readable.
    guards : sequence of (symbol, left, right, decision, required), or with a mask behind
        Comparisons to be made again.
    """
    compared = [side for guard in guards for side in (*guard[1:3], *guard[5:]) if isinstance(side, Value)]
    scalars = Scalars([loss, *outputs, *compared], inputs)
    for guard in guards:
        for side in (*guard[1:3], *guard[5:]):
            scalars.number(side)
    layout = Layout(scalars, groups(scalars))
    blocks = tuple(layout.block(group) for group in layout.groups)

    def whole(nodes: Sequence[Value | float]) -> Operand:
        return layout.operand([scalars.number(node) for node in nodes])

    kinds: dict[tuple[object, ...], list[Comparison]] = {}
    for guard in guards:
        spaces = (scalars.list[scalars.number(side)].space for side in (*guard[1:3], *guard[5:]))
        kinds.setdefault((guard[0], guard[3], *spaces), []).append(guard)
    gathered = [
        Guard(
            made[0][0], made[0][3], whole([g[1] for g in made]), whole([g[2] for g in made]),
            tuple((g[1], g[2]) for g in made), tuple(g[4] for g in made),
            whole([g[5] for g in made if len(g) > 5]) if len(made[0]) > 5 else None,
        )
        for made in kinds.values()
    ]  # fmt: skip
    last, results = whole([loss]), tuple(whole([node]) for node in outputs)
    return Blocks(
        inputs=tuple(inputs), leaves=scalars.given[len(inputs) :],
        constants=tuple(layout.constants), blocks=blocks,
        sizes={space: len(nodes) for space, nodes in layout.nodes.items()},
        nodes={space: tuple(nodes) for space, nodes in layout.nodes.items()},
        loss=last, outputs=results, guards=tuple(gathered),
    )  # fmt: skip


class Layout:
    """Where each scalar instruction's number lies."""

    def __init__(self, scalars: Scalars, grouped: list[Group]) -> None:
        self.scalars, self.groups = scalars, grouped
        self.nodes: dict[Space, list[Value | float | None]] = {ONCE: [], INPUTS: [], ROWS: []}
        self.constants: list[float] = []
        self._slot = np.full(len(scalars.list), -1)
        self._runs: dict[tuple[int, ...], int] = {}
        for space, numbers in ((INPUTS, scalars.inputs), (ONCE, scalars.leaves)):
            self._slot[numbers.start : numbers.stop] = np.arange(len(numbers))
            self.nodes[space] += scalars.given[numbers.start : numbers.stop]
        self._place_constants()
        for group in grouped:
            for number in group.members:
                self._place(number)

    def _place(self, number: int) -> None:
        scalar = self.scalars.list[number]
        self._slot[number] = len(self.nodes[scalar.space])
        self.nodes[scalar.space].append(scalar.node)

    def _place_constants(self) -> None:
        """Give operands that are all constants a run of their own, and the other constants one slot each."""
        for group in self.groups:
            for part in group.parts:
                if self.scalars.is_constant(part[0][0]):
                    self._run(list(chain.from_iterable(part)))
        for number in np.flatnonzero(self._slot < 0).tolist():
            if self.scalars.is_constant(number) and self._slot[number] < 0:
                self._run([number])

    def _run(self, numbers: list[int]) -> None:
        if not all(map(self.scalars.is_constant, numbers)):
            return
        run = tuple(numbers[:1]) if len(set(numbers)) == 1 else tuple(numbers)
        if run in self._runs:
            return
        self._runs[run] = len(self.nodes[ONCE])
        for number in run:
            constant = self.scalars.list[number].node
            assert isinstance(constant, float)
            if self._slot[number] < 0:
                self._slot[number] = len(self.nodes[ONCE])
            self.nodes[ONCE].append(constant)
            self.constants.append(constant)

    def slots(self, numbers: Sequence[int]) -> NDArray[np.intp]:
        """Return where numbers lie."""
        run = self._runs.get(tuple(numbers)) if self.scalars.is_constant(numbers[0]) else None
        if run is not None:
            return np.arange(run, run + len(numbers))
        return self._slot[np.fromiter(numbers, np.intp, len(numbers))]

    def operand(self, numbers: Sequence[int]) -> Operand:
        """Describe where a list of numbers lies."""
        return Operand.of(self.scalars.list[numbers[0]].space, self.slots(numbers))

    def block(self, group: Group) -> Block:
        """Describe a group by its slots."""
        parts = group.parts
        flat = [self.slots(list(chain.from_iterable(part))) for part in parts]
        size, counts = len(group.members), tuple(map(len, group.operands))
        ragged = len(set(counts)) > 1
        if group.columns:  # W's rows have an axis of their own, whatever pattern they lie in
            rows = size // group.columns
            beside = [slots.reshape(rows, -1)[0] for slots in flat]
            shape = (rows, *(axes(beside, group.columns) if group.columns > 1 else ()))
        else:
            shape = axes(flat, size, counts if ragged else ())
        operands = []
        for name, part, slots in zip(group.op.parameters, parts, flat, strict=True):
            wide = name in group.op.sequences
            lead = shape[:-1] if ragged and wide else shape
            space = self.scalars.list[part[0][0]].space
            operands.append(Operand.of(space, slots.reshape((*lead, -1) if wide else lead)))
        place = group.op.parameters.index(group.op.sequences[0]) if ragged else 0
        lengths = tuple(map(len, parts[place][: shape[-1]])) if ragged else ()
        start = int(self._slot[group.members[0]])
        return Block(group.op, group.space, start, shape, tuple(operands), lengths)


def axes(operands: Sequence[NDArray[np.intp]], size: int, counts: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the axes along which so many members repeat in a pattern: as few as give strides.

    Parameters
    ----------
    operands : sequence of arrays
        For each parameter the slots that the members read, one after the other.
    size : int
    counts : sequence of int
        How many elements each member reads of a sequence, where they differ.

    Examples
    --------
    W @ x at three places: W has two rows of two, x is read at slots 0, 3, then 1, 4, then 2, 5.

    >>> w, x = np.array([6, 7] * 3 + [8, 9] * 3), np.array([0, 3, 1, 4, 2, 5] * 2)
    >>> axes([w, x], 6)
    (2, 3)
    """

    def apart(inner: int) -> bool:
        """Whether members repeat by constant steps after so many."""
        if counts and any(counts[k] != counts[k % inner] for k in range(size)):
            return False
        return all(_steady(slots.reshape(size // inner, -1)) for slots in operands)

    if size == 1 or apart(1):
        return (size,)
    for inner in range(2, size // 2 + 1):
        if size % inner == 0 and apart(inner):
            firsts = [slots.reshape(size // inner, -1)[0] for slots in operands]
            return (size // inner, *axes(firsts, inner, counts[:inner]))
    return (size,)


def _steady(slots: NDArray[np.intp]) -> bool:
    steps = np.diff(slots, axis=0)
    return bool((steps == steps[0, 0]).all())
