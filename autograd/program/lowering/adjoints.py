"""The backward pass as frozen data, planned once: what each block hands on to the adjoints of its operands.

A backend prints it and decides nothing. The adjoint of the loss is given; then, step by step,

1. the adjoints at `Step.zeros` become 0: results of the block that nothing was handed on to, beside others;
2. each `Contribution` is computed for all members, elements and rows: the block's own adjoint, "upstream",
   taken through the `rule` (the `BlockReader` of `lowering.reader` reads it), then summed over the axes in
   `summed`;
3. it is written to the adjoints at `target`; or, where it `adds`, they become 0 at `zeros` and it is added.
   Where slots of the target repeat (it is not `distinct`), such a slot takes the sum of what it gets; so
   does an element that `TAKE` looks up, alone among those that it could.

Adjoints of inputs, and of what depends on no leaf, are never asked for.

Examples
--------
A neuron of two weights and a penalty on them. The penalty's `w·w` reads each weight twice, so that its second
contribution is added to the first; those of the neuron are added to both, and summed over the rows (axis 2 of
members × elements × rows). Nothing is handed on to x, an input.

>>> from autograd import dot, square, values
>>> from autograd.program.lowering.layout import lower
>>> w1, w2, b, x1, x2 = values(w1=0.5, w2=-1.0, b=0.25, x1=1.0, x2=2.0)
>>> loss = square(dot([w1, w2], [x1, x2], b)) + dot([w1, w2], [w1, w2])
>>> for step in backward_pass(lower(loss, [x1, x2])).steps:
...     for c in step.contributions:
...         print(step.block.op.name, c.parameter, c.rule, "added" if c.adds else "written", c.summed)
add x Same() written ()
add y Same() written (1,)
square x Times(partial='2 * x') written ()
dot w Times(partial='x[j]') written (2,)
dot b Same() written (1,)
dot w Times(partial='x[j]') added ()
dot x Times(partial='w[j]') added ()
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, TAKE, Block, Blocks, Operand, Space
from autograd.table.language import parse

# Rules: how upstream becomes a contribution ----------------------------------------------------------------


@dataclass(frozen=True)
class Same:
    """Upstream itself: the partial is 1."""


@dataclass(frozen=True)
class Times:
    """Upstream times the partial."""

    partial: str


@dataclass(frozen=True)
class Over:
    """Upstream divided by what the partial is the reciprocal of: one rounding less."""

    divisor: str


@dataclass(frozen=True)
class Choice:
    """One rule where a condition holds, another where it does not; None: there no edge leads."""

    condition: str
    then: Rule | None
    otherwise: Rule | None


Rule = Same | Times | Over | Choice


@cache
def rule(partial: str) -> Rule | None:
    """Return how upstream is taken through a partial of the table; None where no edge leads.

    Examples
    --------
    >>> rule("1 / (2 * out)"), rule("none")
    (Over(divisor='2 * out'), None)
    >>> rule("where(condition, 1, none)")
    Choice(condition='condition', then=Same(), otherwise=None)
    """
    match tree := parse(partial):
        case ast.Name(id="none"):
            return None
        case ast.Constant(value=1):
            return Same()
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Div(), right=divisor):
            return Over(ast.unparse(divisor))
        case ast.Call(func=ast.Name(id="where"), args=[condition, *branches]) if _breaks_off(tree):
            then, otherwise = (rule(ast.unparse(branch)) for branch in branches)
            return Choice(ast.unparse(condition), then, otherwise) if then or otherwise else None
    return Times(partial)


def _breaks_off(tree: ast.expr) -> bool:
    """Whether a formula says `none` in one of its cases."""
    match tree:
        case ast.Call(func=ast.Name(id="where"), args=[_, *branches]):
            return any(map(_breaks_off, branches))
    return isinstance(tree, ast.Name) and tree.id == "none"


# The plan --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contribution:
    """What a block hands on to the adjoints of one operand.

    Attributes
    ----------
    parameter : str
    operand : Operand
        What the block reads for that parameter.
    rule : Rule
    target : Operand
        Whose adjoints it goes to: those of the operand, with length 1 along axes that repeat the same slots.
    summed : tuple of int
        The axes of the operand, and behind them that of rows, that are summed on the way to the target.
    adds : bool
        Whether there may be something to add to: an earlier contribution, or one to the same slot.
    zeros : tuple of int
        The slots of the target, if it adds, that nothing was written to yet.
    """

    parameter: str
    operand: Operand
    rule: Rule
    target: Operand
    summed: tuple[int, ...]
    adds: bool
    zeros: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """What one block hands on.

    Attributes
    ----------
    block : Block
    zeros : tuple of int
        Those of its own slots that nothing was handed on to.
    contributions : tuple of Contribution
        In the order of the row's parameters.
    certain : bool
        Whether edges lead to all its results in every row; else some lead there only by a branch that a row
        may not take.
    """

    block: Block
    zeros: tuple[int, ...]
    contributions: tuple[Contribution, ...]
    certain: bool


@dataclass(frozen=True)
class Backward:
    """The backward pass of a program.

    Attributes
    ----------
    steps : tuple of Step
        In the order in which they are run: consumers before operands.
    reached : tuple of int
        The leaves, by place, to which edges lead from the loss.
    """

    steps: tuple[Step, ...]
    reached: tuple[int, ...]


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

    def add(self, operand: Operand, where: NDArray[np.bool_] | bool = True) -> None:
        """Add the slots of an operand, or some of them."""
        self._marks[operand.space][operand.slots[np.broadcast_to(where, operand.shape)]] = True

    def any(self, operand: Operand) -> bool:
        """Whether any slot of an operand is in the set."""
        return bool(self.of(operand).any())

    def missing(self, operand: Operand) -> tuple[int, ...]:
        """List the slots of an operand that are not in the set, each once."""
        missing = np.zeros(len(self._marks[operand.space]), dtype=bool)
        missing[operand.slots[~self.of(operand)]] = True
        return tuple(np.flatnonzero(missing).tolist())


def backward_pass(blocks: Blocks) -> Backward:
    """Plan the backward pass of a lowered program."""
    active, written, reached, certain = _active(blocks), Slots(blocks), Slots(blocks), Slots(blocks)
    for slots in (written, reached, certain):
        slots.add(blocks.loss)
    steps = []
    for block in reversed(blocks.blocks):
        leads, sure = reached.of(block.out), certain.of(block.out)
        if not leads.any():
            continue
        zeros, contributions = written.missing(block.out), []
        written.add(block.out)
        for parameter, operand, partial in zip(
            block.op.parameters, block.operands, block.op.partials, strict=True
        ):
            taken = rule(partial)
            if taken is None:
                continue
            reached.add(operand, block.spread(leads, parameter))
            certain.add(operand, block.spread(sure & (not isinstance(taken, Choice)), parameter))
            if active.any(operand):
                contributions.append(_contribution(block, parameter, operand, taken, written))
        if contributions:
            steps.append(Step(block, zeros, tuple(contributions), bool(sure.all())))
    leaves = _leaves(blocks)
    return Backward(tuple(steps), tuple(np.flatnonzero(reached.of(leaves)).tolist()))


def _contribution(block: Block, parameter: str, operand: Operand, rule: Rule, written: Slots) -> Contribution:
    """Plan how a contribution is stored, and note that it was."""
    target = operand.once
    summed = [axis for axis, n in enumerate(operand.shape) if target.shape[axis] < n]
    if (block.space, operand.space) == (ROWS, ONCE):
        summed.append(len(operand.shape))
    adds = written.any(target) or not target.distinct or block.op is TAKE
    zeros = written.missing(target) if adds else ()
    written.add(target)
    return Contribution(parameter, operand, rule, target, tuple(summed), adds, zeros)


def _active(blocks: Blocks) -> Slots:
    """Return the slots that depend on a leaf, and so have an adjoint."""
    found = Slots(blocks)
    found.add(_leaves(blocks))
    for block in blocks.blocks:
        live = np.zeros(block.shape, dtype=bool)
        for parameter, operand in zip(block.op.parameters, block.operands, strict=True):
            live |= block.any(found.of(operand), parameter)
        found.add(block.out, live)
    return found


def _leaves(blocks: Blocks) -> Operand:
    return Operand(ONCE, (len(blocks.leaves),), 0, (1,))
