"""Where gradients flow: which slots depend on a leaf, and so need an adjoint; which leaves a loss reaches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Blocks, Operand, Space
from autograd.table.language import names


class Slots:
    """A set of slots, empty at first.

    Parameters
    ----------
    blocks : Blocks
        The program whose slots they are.
    """

    def __init__(self, blocks: Blocks) -> None:
        self._marks: dict[Space, NDArray[np.bool_]] = {
            space: np.zeros(blocks.sizes[space], dtype=bool) for space in (ONCE, INPUTS, ROWS)
        }

    def of(self, operand: Operand) -> NDArray[np.bool_]:
        """Tell for each slot of an operand whether it is in the set: an array of the operand's shape."""
        return self._marks[operand.space][operand.slots]

    def add(self, operand: Operand, members: NDArray[np.bool_] | bool = True) -> None:
        """Add the slots of an operand, or of some of its members."""
        self._marks[operand.space][operand.slots[np.broadcast_to(members, operand.shape[:1])]] = True

    def any(self, operand: Operand) -> bool:
        """Whether any slot of an operand is in the set."""
        return bool(self.of(operand).any())

    def missing(self, operand: Operand) -> list[int]:
        """List the slots of an operand that are not in the set, each once."""
        slots: list[int] = np.unique(operand.slots[~self.of(operand)]).tolist()
        return slots


def active(blocks: Blocks) -> Slots:
    """Return the slots that depend on a leaf."""
    found = Slots(blocks)
    found.add(leaves(blocks))
    for block in blocks.blocks:
        live = np.zeros(block.size, dtype=bool)
        for operand in block.operands:
            live |= found.of(operand).reshape(block.size, -1).any(axis=1)
        found.add(block.out, live)
    return found


def reached(blocks: Blocks) -> tuple[int, ...]:
    """Return the leaves, by place, to which an edge of the chain rule leads from the loss."""
    found = _downwards(blocks, lambda partial: partial != "none")
    return tuple(np.flatnonzero(found.of(leaves(blocks))).tolist())


def certain(blocks: Blocks) -> Slots:
    """Return the slots that a gradient reaches in every row, not only by a branch that may not be taken."""
    return _downwards(blocks, lambda partial: "none" not in names(partial))


def _downwards(blocks: Blocks, leads: Callable[[str], bool]) -> Slots:
    """Return the slots to which partials that lead on connect the loss."""
    found = Slots(blocks)
    found.add(blocks.loss)
    for block in reversed(blocks.blocks):
        live = found.of(block.out)
        for operand, partial in zip(block.operands, block.op.partials, strict=True):
            if leads(partial):
                found.add(operand, live)
    return found


def leaves(blocks: Blocks) -> Operand:
    """Return where the leaves lie."""
    return Operand(ONCE, (len(blocks.leaves),), 0, (1,))
