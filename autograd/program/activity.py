"""Where gradients flow: which slots depend on a leaf, and so need an adjoint."""

from __future__ import annotations

from autograd.program.blocks import INPUTS, ONCE, ROWS, Blocks, Operand, Space


class Activity:
    """The slots that depend on a leaf.

    Parameters
    ----------
    blocks : Blocks
    """

    def __init__(self, blocks: Blocks) -> None:
        self._slots: dict[Space, set[int]] = {
            ONCE: set(range(len(blocks.leaves))),
            INPUTS: set(),
            ROWS: set(),
        }
        for block in blocks.blocks:
            live: set[int] = set()
            for operand in block.operands:
                width = operand.shape[1] if len(operand.shape) > 1 else 1
                active = self._slots[operand.space]
                live |= {place // width for place, slot in enumerate(operand) if slot in active}
            self._slots[block.space] |= {block.start + member for member in live}

    def __contains__(self, operand: Operand) -> bool:
        """Whether any of an operand's slots depends on a leaf."""
        active = self._slots[operand.space]
        return bool(active) and any(slot in active for slot in operand)


def reached(blocks: Blocks) -> tuple[int, ...]:
    """Return the leaves, by place, to which an edge of the chain rule leads from the loss."""
    seen: dict[Space, set[int]] = {ONCE: set(), INPUTS: set(), ROWS: set()}
    seen[blocks.loss.space] |= set(blocks.loss)
    for block in reversed(blocks.blocks):
        live = [k for k in range(block.size) if block.start + k in seen[block.space]]
        for operand, partial in zip(block.operands, block.op.partials, strict=True):
            if partial != "none" and live:
                slots = list(operand)
                width = len(slots) // block.size
                seen[operand.space] |= {slot for k in live for slot in slots[k * width : (k + 1) * width]}
    return tuple(place for place in range(len(blocks.leaves)) if place in seen[ONCE])
