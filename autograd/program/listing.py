"""A program in print: one line per block, as on paper; computes nothing.

``z1[16] = W1[16,2] @ x[2] + b1`` is the notes' way from the matrix to the network (S002-13), read backwards.
"""

from __future__ import annotations

from autograd.program.lowering.blocks import ONCE, ROWS, Block, Blocks
from autograd.program.names import Names
from autograd.text.numbers import counted


def listing(blocks: Blocks) -> str:
    """Write a lowered program as text.

    A leaf's or input's shape stands where it is read first, a result's where it is computed. What does not
    depend on the row comes first, under "once".
    """
    names = Names(blocks)
    head = f"{counted(len(blocks.leaves), 'parameter')}, {counted(len(blocks.inputs), 'input')}"
    lines = [f"Program: {head}, {counted(len(blocks.blocks), 'block')}"]
    for space, title in ((ONCE, "once:"), (ROWS, "for each row:")):
        written = [f"  {line(block, names)}" for block in blocks.blocks if block.space == space]
        lines += [title, *written] if written else []
    guarded = sum(len(guard.conditions) for guard in blocks.guards)
    if guarded:
        lines.append(f"guarded: {counted(guarded, 'comparison')}")
    return "\n".join(lines)


def line(block: Block, names: Names) -> str:
    """Write one block: ``h1[16] = relu(z1)``."""
    return f"{names.result(block)} = {_right(block, names)}"


def _right(block: Block, names: Names) -> str:
    op = block.op
    if op.name == "copy":
        return names.operand(block.operands[0], "p1")
    if op.name == "dot":
        return _dot(block, names)
    operands = list(zip(op.parameters, block.operands, strict=True))
    texts = [names.operand(operand, "p1") for _, operand in operands]
    while operands and operands[-1][0] in op.defaults and texts[-1] == f"{op.defaults[operands[-1][0]]:g}":
        operands.pop()
        texts.pop()
    if op.symbol and len(texts) == 2:
        return f"{texts[0]} {op.symbol} {texts[1]}"
    return f"{op.symbol}{texts[0]}" if op.symbol else f"{op.name}({', '.join(texts)})"


def _dot(block: Block, names: Names) -> str:
    w, x, b = block.operands
    bias = names.operand(b, "b1", known=block.size)
    added = "" if bias in ("0", "-0") else f" + {bias}"
    if block.matrix and not (block.size == 1 and block.space == ONCE):
        first = names.operand(w, "W1", matrix=True)
        return f"{first} @ {names.operand(x, 'x1')}{added}"
    first, second = names.operand(w, "w1"), names.operand(x, "x1")
    return f"{first} · {second}{added}" if block.size == 1 else f"sum({first} * {second}){added}"
