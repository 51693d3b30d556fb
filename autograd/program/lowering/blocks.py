"""A lowered program as frozen data: storages, slots, blocks. What backends walk; it computes nothing.

Every number has a slot in one of three storages. `ONCE` holds what does not depend on the row: first the
parameters, then constants, then what is computed from them. `INPUTS` holds a row's columns, `ROWS` what is
computed for each row. A block computes consecutive slots, one per member, by one row of the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograd.core.row import Row
from autograd.core.value import Value

Space = Literal["once", "inputs", "rows"]
ONCE: Space = "once"
INPUTS: Space = "inputs"
ROWS: Space = "rows"
Required = tuple[Callable[..., Exception], tuple["Value | float", ...]]

COPY = Row(
    "copy", ("x",), "x", ("1",), doc="The same number, in another place. Made by lowering, never recorded."
)
TAKE = Row(
    "take", ("x", "k"), "take(x, k)", ("where(j == k, 1, none)", "none"), sequences=("x",),
    doc="The element of x whose place is k. Made by lowering of a sum over all places, never recorded.",
)  # fmt: skip


@dataclass(frozen=True)
class Operand:
    """The slots that a block reads for one parameter of its row.

    Attributes
    ----------
    space : {"once", "inputs", "rows"}
    shape : tuple of int
        The block's axes; for a sequence parameter its elements are one more, the last.
    start : int
        The slot of the first element.
    strides : tuple of int or None
        How many slots it is to the next element along each axis; 0 repeats one slot. None: no such rule.
    index : tuple of int
        The slots one by one, last axis fastest, where there is no rule; else empty.
    """

    space: Space
    shape: tuple[int, ...]
    start: int
    strides: tuple[int, ...] | None
    index: tuple[int, ...] = ()

    @staticmethod
    def of(space: Space, slots: NDArray[np.intp]) -> Operand:
        """Describe an array of slots: by a regular pattern if there is one."""
        strides = strides_of(slots)
        index = () if strides is not None else tuple(slots.ravel().tolist())
        return Operand(space, slots.shape, int(slots.flat[0]), strides, index)

    @cached_property
    def slots(self) -> NDArray[np.intp]:
        """The slots one by one, an array of `shape`."""
        if self.strides is None:
            return np.array(self.index, dtype=np.intp).reshape(self.shape)
        slots = np.full(self.shape, self.start, dtype=np.intp)
        for axis, (n, step) in enumerate(zip(self.shape, self.strides, strict=True)):
            slots += step * np.arange(n).reshape([-1 if a == axis else 1 for a in range(slots.ndim)])
        return slots

    def __iter__(self) -> Iterator[int]:
        """List the slots, last axis fastest."""
        return iter(self.slots.ravel().tolist())

    @cached_property
    def distinct(self) -> bool:
        """Whether no slot is read twice."""
        return bool(np.bincount((self.slots - self.slots.min()).ravel()).max() == 1)

    @cached_property
    def once(self) -> Operand:
        """The same slots without repetition: length 1 along axes on which the same ones come again."""
        if self.strides is not None:
            shape = tuple(n if step else 1 for n, step in zip(self.shape, self.strides, strict=True))
            return self if shape == self.shape else replace(self, shape=shape)
        slots = self.slots
        for axis in range(slots.ndim):
            first = slots.take([0], axis)
            slots = first if (slots == first).all() else slots
        return self if slots.shape == self.shape else Operand.of(self.space, slots)

    def without(self, *axes: int) -> Operand:
        """What is read at the beginning of some axes, without these axes."""
        slots = self.slots[tuple(0 if axis in axes else slice(None) for axis in range(len(self.shape)))]
        return Operand.of(self.space, slots) if axes else self

    def moved(self, source: int, target: int) -> Operand:
        """The same with an axis in another place."""
        return Operand.of(self.space, np.moveaxis(self.slots, source, target))


@dataclass(frozen=True)
class Block:
    """One row of the table, computed for many members at once.

    Members that repeat in a pattern (neurons, at each of some positions) have an axis for each way in which
    they do. Sequences have one length, or each place of the last axis has its own: they are ragged.

    Attributes
    ----------
    op : Row
    space : {"once", "rows"}
        Where the results go: the slots from `start` to ``start + size``, last axis fastest.
    start : int
    shape : tuple of int
        The axes of the members.
    operands : tuple of Operand
        One per parameter of the row: members, with an axis more for the elements of a sequence. Where these
        are ragged, they lie one behind the other instead, along the last axis.
    counts : tuple of int
        How many elements the sequences have at each place of the last axis, where they are ragged; else ().
    """

    op: Row
    space: Space
    start: int
    shape: tuple[int, ...]
    operands: tuple[Operand, ...]
    counts: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """The number of members."""
        return math.prod(self.shape)

    @property
    def n(self) -> int:
        """The length of the sequences, of the shortest where they are ragged; 0 where there are none."""
        if self.counts or not self.op.sequences:
            return min(self.counts, default=0)
        return self.operands[self.op.parameters.index(self.op.sequences[0])].shape[-1]

    @cached_property
    def matrix(self) -> bool:
        """Whether this is a matrix product, W @ x + b, W being from `ONCE`.

        That is a `dot` whose members share x along the first axis, and W along all others.
        """
        if self.op.name != "dot" or self.counts or self.operands[0].space != ONCE:
            return False
        w, x = (operand.once.shape for operand in self.operands[:2])
        return x[0] == 1 and set(w[1:-1]) <= {1}

    @property
    def weights(self) -> Operand:
        """The W of a matrix product: neurons × n."""
        return self.operands[0].without(*range(1, len(self.shape)))

    @property
    def columns(self) -> Operand:
        """The x of a matrix product: n × the other axes."""
        return self.operands[1].without(0).moved(-1, 0)

    @cached_property
    def out(self) -> Operand:
        """The block's own slots."""
        strides = tuple(math.prod(self.shape[axis + 1 :]) for axis in range(len(self.shape)))
        return Operand(self.space, self.shape, self.start, strides)

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where the elements of each place of the last axis begin, where they are ragged."""
        return np.cumsum((0, *self.counts[:-1]))

    def spread(self, members: NDArray[Any], parameter: str) -> NDArray[Any]:
        """Repeat what each member has for each element that it reads for a parameter."""
        if parameter not in self.op.sequences:
            return members
        return members.repeat(self.counts, axis=-1) if self.counts else members[..., None]

    def any(self, elements: NDArray[np.bool_], parameter: str) -> NDArray[np.bool_]:
        """Tell for each member whether something holds for any element that it reads for a parameter."""
        if parameter not in self.op.sequences:
            return elements
        if self.counts:
            found: NDArray[np.bool_] = np.logical_or.reduceat(elements, self.starts, axis=-1)
        else:
            found = np.logical_or.reduce(elements, axis=-1)
        return found


@dataclass(frozen=True)
class Guard:
    """Comparisons that must come out as recorded, all of one kind.

    Attributes
    ----------
    symbol : str
        ``<``, ``<=``, ``>``, ``>=``, ``==`` or ``!=``.
    decision : bool
        What all of them gave when they were recorded.
    left, right : Operand
    conditions : tuple of (Value or float, Value or float)
        The nodes that were compared.
    required : tuple of (callable, operands) or None
        For each, the error that `autograd.require` asks for where it comes out otherwise.
    masks : Operand or None
        Nonzero where it counts: in rows that take the branch of `where` in which it was made. None: in all.
    """

    symbol: str
    decision: bool
    left: Operand
    right: Operand
    conditions: tuple[tuple[Value | float, Value | float], ...]
    required: tuple[Required | None, ...]
    masks: Operand | None = None


@dataclass(frozen=True)
class Blocks:
    """A whole lowered program.

    Attributes
    ----------
    inputs, leaves : tuple of Value
        A row's columns; the other leaves, as they stand at the front of `ONCE`.
    constants : tuple of float
        What stands in `ONCE` behind the leaves.
    blocks : tuple of Block
        In an order in which they can be computed.
    sizes : dict of str to int
        The number of slots of each storage.
    nodes : dict of str to tuple of (Value or float or None)
        For each storage, the recorded node that a slot holds (a number for a constant, None for a helper).
    loss : Operand
    outputs : tuple of Operand
    guards : tuple of Guard
    """

    inputs: tuple[Value, ...]
    leaves: tuple[Value, ...]
    constants: tuple[float, ...]
    blocks: tuple[Block, ...]
    sizes: dict[Space, int]
    nodes: dict[Space, tuple[Value | float | None, ...]]
    loss: Operand
    outputs: tuple[Operand, ...]
    guards: tuple[Guard, ...]


def strides_of(slots: NDArray[np.intp]) -> tuple[int, ...] | None:
    """Return the steps along each axis by which slots follow each other; None if they follow no such rule."""
    start = int(slots.flat[0])
    regular, strides = np.full(slots.shape, start), []
    for axis, n in enumerate(slots.shape):
        second = [0] * slots.ndim
        second[axis] = min(1, n - 1)
        strides.append(int(slots[tuple(second)]) - start)
        regular += strides[-1] * np.arange(n).reshape([-1 if a == axis else 1 for a in range(slots.ndim)])
    return tuple(strides) if np.array_equal(regular, slots) else None
