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

import numpy as np

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
    strides_of,
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
    leaves = tuple(node for node in layout.nodes[ONCE] if isinstance(node, Value) and node.op is None)
    return Blocks(
        inputs=tuple(inputs), leaves=leaves, constants=tuple(layout.constants), blocks=blocks,
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
        self._slot: dict[int, int] = {}
        self._runs: dict[tuple[int, ...], int] = {}
        for number in (*scalars.inputs, *scalars.leaves):
            self._place(number)
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
            for parameter in range(len(group.op.parameters)):
                self._run(_flat(group.part(parameter)))
        for number in range(len(self.scalars.list)):
            if self.scalars.is_constant(number) and number not in self._slot:
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
            self._slot.setdefault(number, len(self.nodes[ONCE]))
            self.nodes[ONCE].append(constant)
            self.constants.append(constant)

    def operand(self, numbers: Sequence[int], shape: tuple[int, ...] = ()) -> Operand:
        """Describe where a list of numbers lies: a regular pattern if there is one."""
        space = self.scalars.list[numbers[0]].space
        run = self._runs.get(tuple(numbers))
        slots = np.array([self._slot[k] for k in numbers] if run is None else range(run, run + len(numbers)))
        slots = slots.reshape(shape or -1)
        strides = strides_of(slots)
        index = () if strides is not None else tuple(slots.ravel().tolist())
        return Operand(space, slots.shape, int(slots.flat[0]), strides, index)

    def block(self, group: Group) -> Block:
        """Describe a group by its slots."""
        operands = []
        for parameter, name in enumerate(group.op.parameters):
            part = group.part(parameter)
            shape = (len(part), len(part[0])) if name in group.op.sequences else (len(part),)  # type: ignore[arg-type]
            operands.append(self.operand(_flat(part), shape))
        return Block(group.op, group.space, self._slot[group.members[0]], len(group.members), tuple(operands))


def _flat(part: Sequence[object]) -> list[int]:
    flat: list[int] = []
    for operand in part:
        flat += operand if isinstance(operand, tuple) else (operand,)
    return flat
