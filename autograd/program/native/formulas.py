"""From a row's text to C: the reader that the `native` backend prints with.

An expression is the number of one lane, `l`. What runs over a sequence first (a sum, a maximum) is printed as
lines of its own, into an array over lanes. Names are places, not words: nothing of a user's text is printed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Operand, Space
from autograd.program.lowering.reader import BlockReader
from autograd.table.compile import indent
from autograd.table.kernels import KERNELS, Kernel
from autograd.table.language import functions, parse

BASES: dict[Space, str] = {ONCE: "U", INPUTS: "X", ROWS: "V"}
EACH = "EACH"  # of `runtime.h`: for all lanes, l
AXES = "mpqstuvwxy"  # the indices of a block's axes; j is that of a sequence


class Call(NamedTuple):
    """A call of a function of blocks: its name in `runtime.c`, or its text; and what it is told."""

    function: str
    numbers: tuple[int, ...]


class Told:
    """What a function is told: slots, steps and lengths, printed as ``k[0]``, ``k[1]``, ...

    Lists of such stand behind them. So blocks that differ in these alone are one function.

    Examples
    --------
    >>> told = Told()
    >>> told.number(7), told.listed((0, 1, 1, 2), "m"), told.number(9)
    ('k[0]', 'k[k[1] + m]', 'k[2]')
    >>> told.numbers()
    (7, 3, 9, 0, 1, 1, 2)
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._lists: dict[tuple[int, ...], list[int]] = {}

    def number(self, number: int) -> str:
        """Print a slot, a step or a length."""
        self._numbers.append(number)
        return f"k[{len(self._numbers) - 1}]"

    def listed(self, numbers: tuple[int, ...], place: str) -> str:
        """Print the number at some place of a list."""
        self._lists.setdefault(numbers, []).append(len(self._numbers))
        return f"k[{self.number(0)} + {place}]"

    def numbers(self) -> tuple[int, ...]:
        """Return all numbers, the lists behind the others."""
        found = list(self._numbers)
        for numbers, beginnings in self._lists.items():
            for k in beginnings:
                found[k] = len(found)
            found += numbers
        return tuple(found)

    def slot(self, operand: Operand, axes: Sequence[str] = AXES) -> str:
        """Print the slot that is read at some place, whose indices are named."""
        steps = steps_of(operand)
        if steps is None:
            place = ""
            for axis, n in zip(axes, operand.shape, strict=False):
                place = f"({place}) * {self.number(n)} + {axis}" if place else axis
            return self.listed(tuple(operand), place)
        parts = [
            self.listed(step, axis) if isinstance(step, tuple) else f"{self.number(step)} * {axis}"
            for step, axis, n in zip(steps, axes, operand.shape, strict=False)
            if step != 0 and n > 1 and axis != "0"
        ]
        return " + ".join([self.number(operand.start), *parts])


@cache
def steps_of(operand: Operand) -> tuple[int | tuple[int, ...], ...] | None:
    """Say for each axis by how many slots a step along it moves, or list how far each place is; or None.

    Examples
    --------
    Two heads look at one, two and three positions, so that an axis lists pairs: of the second position there
    are two, of the third three.

    >>> slots = np.array([[0, 1, 1, 2, 2, 2], [8, 9, 9, 10, 10, 10]])
    >>> steps_of(Operand.of(ROWS, slots))
    (8, (0, 1, 1, 2, 2, 2))
    """
    if operand.strides is not None:
        return operand.strides
    slots, steps = operand.slots - operand.start, []
    total = np.zeros_like(slots)
    for axis in range(slots.ndim):
        apart = [-1 if k == axis else 1 for k in range(slots.ndim)]
        along = slots[tuple(slice(None) if k == axis else 0 for k in range(slots.ndim))]
        step = int(along[1]) if along.size > 1 else 0
        regular = np.array_equal(along, step * np.arange(along.size))
        steps.append(step if regular else tuple(along.tolist()))
        total += along.reshape(apart)
    return tuple(steps) if np.array_equal(total, slots) else None


def outer_axes(block: Block) -> int:
    """Return how many of a block's axes need loops; the last ones are one axis together with the lanes.

    These are axes along which whatever has lanes lies side by side, and what has none is the same.
    """
    axes, beside, modes = len(block.shape), 1, dict[int, bool]()
    if block.counts or any("others" in functions(text) for text in block.op.partials):
        return axes
    while axes:
        n = block.shape[axes - 1]
        for place, operand in enumerate(block.operands if n > 1 else ()):
            steps = steps_of(operand)
            step = None if steps is None else steps[axes - 1]
            still, lanes = operand.space == ONCE, operand.space != ONCE or block.space == ONCE
            side = step == beside and lanes
            if not (side or (step == 0 and still)) or modes.setdefault(place, side) is not side:
                return axes
        axes, beside = axes - 1, beside * n
    return axes


def literal(value: float) -> str:
    """Print a number so that C reads the same double."""
    return {"inf": "INFINITY", "-inf": "(-INFINITY)", "nan": "NAN"}.get(text := repr(float(value)), text)


def loop(index: str, count: str, lines: list[str]) -> list[str]:
    """Print a loop: over members m, or over the elements j of a sequence."""
    return [f"for (long {index} = 0; {index} < {count}; {index}++) {{", *indent(lines), "}"]


class CFormulas(BlockReader[str]):
    """Reads the formulas of one block, in the loops over its members.

    Attributes
    ----------
    axes : int
        Over how many of the block's axes there are loops; the lanes go over the others.
    beside : int
        How many members lie side by side in the lanes of one of them.
    before : list of str
        Lines that must stand in front of the loop over lanes.
    work : int
        How many slots of scratch these lines need.
    """

    column = "c"

    def __init__(self, block: Block) -> None:
        self.block, self.told, self.sequences = block, Told(), block.op.sequences
        self.axes = outer_axes(block)
        self.beside = math.prod(block.shape[self.axes :])
        self.operands = dict(zip(block.op.parameters, block.operands, strict=True))
        self.names = {"out": "o[l]", "pi": literal(math.pi)} | {
            parameter: self._place(parameter) + ("[l]" if self.has_lanes(parameter) else "")
            for parameter in self.operands
        }
        self.before: list[str] = []
        self.work = 0
        self._rooms: list[str] = []
        self._known: dict[str, str] = {}

    # Operands ----------------------------------------------------------------------------------------------

    def name(self, name: str) -> str:
        return f"(double){self.told.number(self.block.n)}" if name == "n" else super().name(name)

    def _place(self, parameter: str) -> str:
        return f"a{self.block.op.parameters.index(parameter)}"

    def has_lanes(self, parameter: str) -> bool:
        """Whether a parameter has another number in each lane."""
        operand = self.operands[parameter]
        if operand.space != ONCE:
            return True
        steps = steps_of(operand) or ()
        inner = steps[self.axes : len(self.block.shape)]
        return any(step != 0 and n > 1 for step, n in zip(inner, operand.shape[self.axes :], strict=False))

    def slot(self, parameter: str) -> str:
        """Print the slot of an operand in the loops, of a sequence that of element j."""
        last = len(self.block.shape) - bool(self.block.counts)
        named = [*AXES[: self.axes], *("0" for _ in range(self.axes, last))][:last]
        return self.told.slot(
            self.operands[parameter], [*named, "j" if parameter in self.sequences else AXES[last]]
        )

    def bind(self, text: str, sequences: bool = False) -> list[str]:
        """Print what stands for operands in a text: those of a member, or elements j of `sequences`."""
        lines = []
        for parameter, operand in self.operands.items():
            name = self._place(parameter)
            if (parameter in self.sequences) is sequences and re.search(rf"\b{name}\b", text):
                base, slot = BASES[operand.space], self.slot(parameter)
                if self.has_lanes(parameter):
                    lines.append(f"const double *restrict {name} = {base} + ({slot}) * S{self.chunk};")
                else:
                    lines.append(f"const double {name} = U[{slot}];")
        return lines

    @property
    def chunked(self) -> bool:
        """Whether lanes are taken in chunks, as something needs room for each of many."""
        return self.beside > 1 and bool(self._rooms)

    @property
    def chunk(self) -> str:
        """What stands behind an address where the lanes are taken in chunks."""
        return " + c" if self.chunked else ""

    def room(self, name: str) -> str:
        """Print an array with room for each lane, of which there may be many."""
        self._rooms.append(name)
        return f"double {name}[CHUNK];"

    def elements(self, lines: list[str]) -> list[str]:
        """Print a loop over the elements of a sequence."""
        if not self.block.counts:
            return loop("j", self.told.number(self.block.n), lines)
        ends, axis = (*self.block.starts.tolist(), sum(self.block.counts)), AXES[len(self.block.shape) - 1]
        first, end = (self.told.listed(ends, place) for place in (axis, f"{axis} + 1"))
        return [f"for (long j = {first}; j < {end}; j++) {{", *indent(lines), "}"]

    def members(self, lines: list[str]) -> list[str]:
        """Print the loops over members, and the number of lanes."""
        count = f"{self.told.number(self.beside)} * S" if self.beside > 1 else "S"
        if self.chunked:
            lines = [
                f"for (long c = 0; c < {count}; c += CHUNK) {{",
                f"    const long L = {count} - c < CHUNK ? {count} - c : CHUNK;",
                *indent(lines),
                "}",
            ]
        else:
            lines = [f"const long L = {count};", *lines]
        for axis, n in reversed(list(zip(AXES, self.block.shape[: self.axes], strict=False))):
            length = self.told.number(n)
            lines = loop(axis, length, lines) if n > 1 else [f"const long {axis} = 0;", *lines]
        return lines if lines[-1] == "}" and lines[0].startswith("for") else ["{", *indent(lines), "}"]

    # Reductions --------------------------------------------------------------------------------------------

    def _gathered(self, kernel: Kernel, x: str) -> str:
        """Print a loop over a sequence that takes one element after the other, and return its result.

        Without lanes there is nothing to vectorise but a sum itself, which may then be taken in any order.
        """
        key = f"{kernel.name}({x})"
        if key not in self._known:
            once, name = self.block.space == ONCE and self.beside == 1, f"r{len(self._known)}"
            result = self._known[key] = name if once else f"{name}[l]"
            sign, start = not kernel.c.isidentifier(), literal(kernel.start or 0.0)
            taken = f"{result} {kernel.c}= {x}" if sign else f"{result} = {kernel.c}({result}, {x})"
            each = "const long l = 0; " if once else f"{EACH} "
            self.before += [
                f"double {name} = {start};" if once else f"{self.room(name)} {EACH} {result} = {start};",
                *([f"#pragma omp simd reduction(+:{name})"] if once and kernel.c == "+" else []),
                *self.elements([*self.bind(taken, sequences=True), f"{each}{taken};"]),
            ]
        return self._known[key]

    def others(self, x: str) -> str:
        if not self.work:
            n = self.told.number(self.block.n)
            self.work = 2 * self.block.n  # the products, and behind them the elements
            self.before += [
                *loop("j", n, [*self.bind(x, sequences=True), f"{EACH} work[({n} + j) * S + l] = {x};"]),
                f"{KERNELS['others'].c}(work, {n}, S, L);",
            ]
        return "work[j * S + l]"

    # Forms -------------------------------------------------------------------------------------------------

    def number(self, value: float) -> str:
        return literal(value)

    def negative(self, operand: str) -> str:
        return f"(-{operand})"

    def operation(self, symbol: str, left: str, right: str) -> str:
        return f"({left} {symbol} {right})"

    def test(self, text: str) -> str:
        """Read a predicate."""
        return self.condition(parse(text))

    def select(self, condition: str, a: str, b: str) -> str:
        return f"({condition} ? {a} : {b})"

    def called(self, kernel: Kernel, arguments: list[str]) -> str:
        if kernel.start is not None:
            return self._gathered(kernel, *arguments)
        return f"{kernel.c}({', '.join(arguments)})"
