"""What may go wrong with a row: it takes another branch, or leaves the reals. Told in the eager words.

Looks at numbers that a backend computed, and has the row in question run once more, scalar by scalar. Knows
no backend and no `Program`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from autograd.core import describe
from autograd.core.errors import BranchError, DomainError
from autograd.core.row import Row
from autograd.core.value import Value
from autograd.core.walk import topological
from autograd.program.lowering.blocks import ONCE, Block, Blocks, Guard, Operand, Required, Space
from autograd.table.kernels import KERNELS, SIGNS
from autograd.table.language import Reader, functions, names, parse
from autograd.table.primitive import BUILT_IN
from autograd.text.numbers import exact, number

Floats = NDArray[np.float64]
Storages = dict[Space, Floats]
Again = Callable[[int], dict[int, Value]]


class Arrays(Reader[Any]):
    """Reads a predicate on arrays."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def number(self, value: float) -> Any:
        return float(value)

    def name(self, name: str) -> Any:
        return self.values[name]

    def negative(self, operand: Any) -> Any:
        return np.negative(operand)

    def operation(self, symbol: str, left: Any, right: Any) -> Any:
        return getattr(np, SIGNS[symbol].numpy)(left, right)

    def apply(self, name: str, arguments: list[Any]) -> Any:
        if name == "where":
            return np.where(*arguments)
        kernel = KERNELS[name].ieee
        if any(np.ndim(argument) == 3 for argument in arguments):  # members × n × rows: over a sequence
            columns = (argument.swapaxes(1, 2) for argument in np.broadcast_arrays(*arguments))
            return np.vectorize(kernel, signature=",".join(["(n)"] * len(arguments)) + "->()")(*columns)
        return np.vectorize(kernel, otypes=[float])(*arguments)


class Faults:
    """Looks at the numbers of a replay for rows that a program cannot compute.

    Parameters
    ----------
    blocks : Blocks
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self._silent = [x for x in blocks.blocks if x.op.undefined and not raises_flags(x.op)]

    def refuse(self, storages: Storages, flagged: bool, again: Again) -> None:
        """Raise for the first row that flips a guard or leaves the reals.

        Parameters
        ----------
        storages : dict
        flagged : bool
            Whether a floating-point flag rose; if not, only blocks that raise none are looked at.
        again : callable
            Runs one row in eager mode: returns the new nodes by the old ones' id, or raises its DomainError.

        Raises
        ------
        BranchError
            Naming the condition and the row.
        DomainError
            The eager one, with the row's number in front.
        """
        flipped = [guard for guard in self.blocks.guards if _wrong(guard, storages).any()]
        self._refuse_branches(flipped, storages, again, finite=True)
        if suspects := self.blocks.blocks if flagged else self._silent:
            self._refuse_undefined(suspects, storages, again)
        self._refuse_branches(flipped, storages, again, finite=False)

    def _refuse_branches(
        self, flipped: Iterable[Guard], storages: Storages, again: Again, finite: bool
    ) -> None:
        """Raise where a guard is flipped; if `finite`, not by a nan, which a DomainError may explain."""
        for guard in flipped:
            left, right = read(storages, guard.left), read(storages, guard.right)
            wrong = _wrong(guard, storages)
            if finite:
                wrong &= ~(np.isnan(left) | np.isnan(right))
            if wrong.any():
                row, place = np.argwhere(wrong.T)[0]
                pair = [float(np.broadcast_to(side, wrong.shape)[place, row]) for side in (left, right)]
                each = guard.masks and guard.masks.space != ONCE
                shown = row if wrong.shape[1] > 1 or guard.left.space != ONCE or each else None
                if required := guard.required[place]:
                    _refused(required, again(row), "" if shown is None else f"In row {shown}: ")
                _flipped(guard, place, shown, pair, self._branch(guard, place))

    def _branch(self, guard: Guard, place: int) -> str:
        """Say in which branch of `where` a comparison was made."""
        mask = guard.masks and self.blocks.nodes[guard.masks.space][guard.masks.slots[place]]
        return f", in the branch that where takes {describe.when(mask)}" if isinstance(mask, Value) else ""

    def _refuse_undefined(self, suspects: Iterable[Block], storages: Storages, again: Again) -> None:
        """Raise where a block's row of the table leaves the reals: for the first row, and its first block."""
        looked = ((block, _outside(block, storages).any(axis=0)) for block in suspects if block.op.undefined)
        found = [(int(np.argmax(rows)), block) for block, rows in looked if rows.any()]
        if not found:
            return
        row, block = min(found, key=lambda item: item[0])
        place = f"In row {row}: " if block.space != ONCE else ""
        try:
            again(row)
        except DomainError as error:
            raise DomainError(f"{place}{error}") from None
        raise DomainError(f"{place}{self._told(block, row, storages)}")

    def _told(self, block: Block, row: int, storages: Storages) -> Exception:
        """Return the error of a row that eager mode, with its other roundings, lets pass."""
        member = int(np.argmax(_outside(block, storages)[:, row]))
        node = self.blocks.nodes[block.space][block.start + member]
        assert isinstance(node, Value) and node.op is not None
        count = storages[block.space].shape[1]
        floats = tuple(
            np.broadcast_to(numbers, (*numbers.shape[:-1], count))[member, ..., row].tolist()
            for numbers in (_of_members(block, x, storages) for x in block.operands)
        )
        return DomainError(f"{block.op.outside(node.op.arguments(node.parents), floats)}{_within(node)}")


@cache
def flags() -> bool:
    """Whether NumPy notices floating-point flags; WebAssembly has none."""
    noticed: list[str] = []
    with np.errstate(divide="call", call=lambda error, flag: noticed.append(error)):
        np.divide(np.ones(1), np.zeros(1))
    return bool(noticed)


def raises_flags(op: Row) -> bool:
    """Whether floating-point flags betray that a row of the table was left.

    They do where its kernels are invalid or divide by zero; not where it only compares, and who knows about
    rows of the user's own. Where there are no flags, every predicate must be looked at.
    """
    return flags() and op in BUILT_IN and ("/" in op.forward or bool(functions(op.forward) - {"where"}))


def read(storages: Storages, operand: Operand) -> Floats:
    """Return the numbers of an operand: its shape × rows."""
    numbers: Floats = storages[operand.space][operand.slots]
    return numbers


def _wrong(guard: Guard, storages: Storages) -> NDArray[np.bool_]:
    """Return which of a guard's comparisons come out otherwise, members × rows."""
    found = SIGNS[guard.symbol].fast(read(storages, guard.left), read(storages, guard.right))
    wrong: NDArray[np.bool_] = found != guard.decision
    return wrong & (read(storages, guard.masks) != 0.0) if guard.masks else wrong


def _refused(required: Required, new: dict[int, Value], place: str) -> NoReturn:
    error, operands = required
    raised = error(*(new[id(x)].data if isinstance(x, Value) else x for x in operands))
    raised.args = (f"{place}{raised}",)
    raise raised


def _within(node: Value) -> str:
    """Say in which branch of `where` a node was recorded, if in one."""
    gate = next((x for x in node.parents if isinstance(x, Value) and describe.is_gate(x)), None)
    return f" It is computed in the branch that where takes {describe.when(gate.parents[0])}." if gate else ""


def _flipped(guard: Guard, place: int, row: int | None, pair: list[float], branch: str) -> NoReturn:
    same = SIGNS[guard.symbol].fast(*(float(number(found)) for found in pair)) == guard.decision
    write = exact if same else number
    names = [write(x) if isinstance(x, float) else describe.name(x) for x in guard.conditions[place]]
    got = [
        f"{name} = {write(found)}"
        for name, found, side in zip(names, pair, guard.conditions[place], strict=True)
        if isinstance(side, Value)
    ]
    where = "These parameters take" if row is None else f"Row {row} takes"
    was, now = ("true", "false") if guard.decision else ("false", "true")
    raise BranchError(
        f"{where} another branch than the recorded one: {names[0]} {guard.symbol} {names[1]} was {was} when "
        f"the function was recorded, and is {now} for {' and '.join(got)}{branch}. "
        f"A program repeats one branch. Choose with autograd.where(condition, a, b), which computes both, "
        f"or record each branch by itself."
    )


def _of_members(block: Block, operand: Operand, storages: Storages) -> Floats:
    """Return the numbers of an operand: members (× n) × rows."""
    numbers = read(storages, operand)
    wide = len(operand.shape) > len(block.shape)
    return numbers.reshape(block.size, *operand.shape[-1:] if wide else (), -1)


def _outside(block: Block, storages: Storages) -> NDArray[np.bool_]:
    """Evaluate a predicate for all members and rows: an operand that is nan is not outside."""
    if block.counts:  # such rows ask for an element at least, which every member has
        return np.zeros((block.size, 1), dtype=bool)
    mentioned = names(block.op.undefined)
    values: dict[str, Any] = {"n": float(block.n)}
    shape = (block.size, storages[block.space].shape[1])
    real = np.ones(shape, dtype=bool)
    for parameter, operand in zip(block.op.parameters, block.operands, strict=True):
        numbers = _of_members(block, operand, storages)
        real &= ~(np.isnan(numbers) if numbers.ndim == 2 else np.isnan(numbers).any(axis=1))
        if parameter in mentioned:
            values[parameter] = numbers
    with np.errstate(all="ignore"):
        outside = Arrays(values).visit(parse(block.op.undefined))
    return np.broadcast_to(np.asarray(outside) != 0, shape) & real


def rerun(roots: Sequence[Value], numbers: dict[int, float]) -> dict[int, Value]:
    """Record a graph anew, by other numbers of its leaves (by id); return the new nodes by the old ones' id.

    Raises
    ------
    DomainError
        Where a row of the table leaves the reals.
    """
    new: dict[int, Value] = {}
    for node in topological(*roots):
        if node.op is None:
            new[id(node)] = Value(numbers[id(node)], node.label)
            continue
        operands = [new[id(p)] if isinstance(p, Value) else p for p in node.parents]
        try:
            made = node.op(*node.op.arguments(operands))
        except DomainError as error:
            raise DomainError(f"{error}{_within(node)}") from None
        made.label = node.label
        new[id(node)] = made
    return new
