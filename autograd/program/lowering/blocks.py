"""A lowered program as frozen data: storages, slots, blocks. What backends walk; it computes nothing.

Every number has a slot in one of three storages. `ONCE` holds what does not depend on the row: first the
parameters, then constants, then what is computed from them. `INPUTS` holds a row's columns, `ROWS` what is
computed for each row. A block computes consecutive slots, one per member, by one row of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

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


@dataclass(frozen=True)
class Operand:
    """The slots that a block reads for one parameter of its row.

    Attributes
    ----------
    space : {"once", "inputs", "rows"}
    shape : tuple of int
        (members,), or (members, n) for a sequence parameter.
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
        return bool(np.unique(self.slots).size == self.slots.size)

    @property
    def once(self) -> Operand:
        """The same slots without repetition: length 1 along axes on which the same ones come again."""
        if self.strides is None:
            return self
        shape = tuple(n if step else 1 for n, step in zip(self.shape, self.strides, strict=True))
        return self if shape == self.shape else replace(self, shape=shape)

    @property
    def first(self) -> Operand:
        """What the first member reads of a sequence: where all share it, what each reads."""
        n = self.shape[1]
        return Operand(
            self.space, (n,), self.start, self.strides and self.strides[1:], self.index and self.index[:n]
        )

    @property
    def shared(self) -> bool:
        """Whether all members read the same."""
        return self.shape[0] == 1 or (self.strides is not None and self.strides[0] == 0)


@dataclass(frozen=True)
class Block:
    """One row of the table, computed for `size` members at once.

    Attributes
    ----------
    op : Row
    space : {"once", "rows"}
        Where the results go: the slots from `start` to ``start + size``.
    start, size : int
    operands : tuple of Operand
        One per parameter of the row.
    """

    op: Row
    space: Space
    start: int
    size: int
    operands: tuple[Operand, ...]

    @property
    def n(self) -> int:
        """The length of the sequences; 0 where the row takes none."""
        return next((len(x.shape) > 1 and x.shape[1] for x in self.operands if len(x.shape) > 1), 0)

    @property
    def matrix(self) -> bool:
        """Whether this is a matrix product, W @ x + b: a `dot` whose members share x, with W from `ONCE`."""
        return self.op.name == "dot" and self.operands[0].space == ONCE and self.operands[1].shared

    @cached_property
    def out(self) -> Operand:
        """The block's own slots."""
        return Operand(self.space, (self.size,), self.start, (1,))


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
