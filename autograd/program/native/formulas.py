"""From a row's text to C: the reader that the `native` backend prints with.

An expression is the number of one lane, `l`. What runs over a sequence first (a sum, a maximum) is printed as
lines of its own, into an array over lanes. Names are places, not words: nothing of a user's text is printed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Operand, Space
from autograd.program.lowering.reader import BlockReader
from autograd.table.compile import indent
from autograd.table.kernels import KERNELS, Kernel
from autograd.table.language import functions, names, parse

BASES: dict[Space, str] = {ONCE: "U", INPUTS: "X", ROWS: "V"}
STORAGES = ("U", "X", "V", "dU", "dV")  # `runtime.c` goes by their numbers
EACH = "EACH"  # of `runtime.h`: for all lanes, l
STILL = frozenset({"U", "dU"})  # the same for all rows
CHUNK, ALL = 256, 2**31 - 1  # lanes at once where a formula needs room for each, as in `runtime.h`; else


OPERANDS = 6  # where what a formula's call is told says how many it has


class Call(NamedTuple):
    """A call of a function of blocks: its name in `runtime.c`, or a formula's text; and what it is told."""

    function: str
    numbers: tuple[int, ...]


class Access(NamedTuple):
    """Where a formula reads or writes.

    Attributes
    ----------
    storage : str
        One of `STORAGES`.
    slots : Operand
        The slot of each member; of a sequence that of its first element.
    step : int
        How many slots it is from one element to the next.
    lists : tuple of tuple of int
        Where there is no such step: how far the elements are from the first.
    kinds : Operand
        For each member, in the place of a slot, which of these lists is its own.
    """

    storage: str
    slots: Operand
    step: int = 0
    lists: tuple[tuple[int, ...], ...] = ()
    kinds: Operand | None = None


def elements(storage: str, operand: Operand, block: Block) -> Access:
    """Describe the sequences that members of a block read.

    Examples
    --------
    One position looks at one, the next at two and the third at three; the elements of each follow each other.

    >>> from autograd.table.primitive import TABLE
    >>> pairs = Operand.of(ROWS, np.array([4, 4, 7, 4, 7, 10]))
    >>> block = Block(TABLE["sum"], ROWS, 20, (3,), (pairs,), counts=(1, 2, 3))
    >>> access = elements("V", pairs, block)
    >>> access.slots.slots.tolist(), access.step
    ([4, 4, 4], 3)
    """
    if operand.strides is not None and not block.counts:
        first = Operand(operand.space, operand.shape[:-1], operand.start, operand.strides[:-1])
        return Access(storage, first, operand.strides[-1])
    starts = block.starts if block.counts else np.array([0])
    first = Operand.of(operand.space, operand.slots[..., starts].reshape(block.shape))
    parts = np.split(operand.slots, starts[1:], axis=-1)
    steps = {step for part in parts for step in np.diff(part, axis=-1).ravel().tolist()}
    if len(steps) <= 1:
        return Access(storage, first, *steps)
    away = [(part - part[..., :1]).reshape(-1, part.shape[-1]).tolist() for part in parts]
    lists = [tuple(row) for places in zip(*away, strict=True) for row in places]
    found = {row: k for k, row in enumerate(dict.fromkeys(lists))}
    kinds = Operand.of(ONCE, np.array([found[row] for row in lists]).reshape(block.shape))
    return Access(storage, first, 1, tuple(found), kinds)


def beside_elements(operand: Operand, n: int) -> Operand:
    """Return what an operand of the members is for each of `n` elements: the same."""
    if operand.strides is not None:
        return Operand(operand.space, (*operand.shape, n), operand.start, (*operand.strides, 0))
    return Operand.of(operand.space, operand.slots[..., None].repeat(n, axis=-1))


@cache
def steps_of(operand: Operand) -> tuple[int | None, ...]:
    """Say for each axis by how many slots a step along it moves; None where that is not always the same."""
    if operand.strides is not None:
        return operand.strides
    found = [np.diff(operand.slots, axis=axis).ravel() for axis in range(len(operand.shape))]
    return tuple(
        (int(steps[0]) if (steps == steps[0]).all() else None) if len(steps) else 0 for steps in found
    )


def literal(value: float) -> str:
    """Print a number so that C reads the same double."""
    return {"inf": "INFINITY", "-inf": "(-INFINITY)", "nan": "NAN"}.get(text := repr(float(value)), text)


def loop(lines: list[str]) -> list[str]:
    """Print a loop over the elements j of a sequence."""
    return ["for (long j = 0; j < n; j++) {", *indent(lines), "}"]


class Named(dict[str, str]):
    """What names stand for, found when it is first asked for."""

    def __init__(self, found: Callable[[str], str], known: dict[str, str]) -> None:
        super().__init__(known)
        self._found = found

    def __missing__(self, name: str) -> str:
        self[name] = self._found(name)
        return self[name]


class Formula:
    """A function that computes something for `P` members of one kind at a time, in `L` lanes each.

    Its pointers are numbered as they are first named, whatever they stand for. So what computes alike is one
    text: a product, and what a product hands back. `members` of `runtime.c` goes with it over all members,
    and is told where these lie.

    Some axes of the members are one axis together with the lanes: those along which whatever has lanes lies
    side by side, and what has none is the same.

    Parameters
    ----------
    accesses : dict of str to Access
        By name, all that it may read or write; one or more.
    once : bool
        Whether it computes what does not depend on the row. Then all have lanes, those members.
    lengths : Operand
        For each member, in the place of a slot, the length of its sequences.
    apart : bool
        Leave all axes to loops.
    """

    def __init__(
        self, accesses: dict[str, Access], once: bool, lengths: Operand, apart: bool = False
    ) -> None:
        self.accesses, self.once, self._lengths = accesses, once, lengths
        self._numbers, self._sides = dict[str, int](), dict[str, bool]()
        self._bound, self._rooms = list[str](), False
        self._alike = [lengths, *(access.kinds for access in accesses.values() if access.kinds)]
        self._loops, self.beside = [*range(len(lengths.shape))], 1
        while not apart and (merging := next(filter(self._merges, reversed(self._loops)), None)) is not None:
            self._loops.remove(merging)
            self.beside *= lengths.shape[merging]

    def _merges(self, axis: int) -> bool:
        """Whether an axis and the lanes are one."""
        if self._lengths.shape[axis] == 1:
            return True
        if any(steps_of(table)[axis] != 0 for table in self._alike):
            return False
        sides = {}
        for name, access in self.accesses.items():
            step, still = steps_of(access.slots)[axis], access.storage in STILL
            sides[name] = step == self.beside and (self.once or not still)
            if (
                not (sides[name] or (step == 0 and still))
                or self._sides.get(name, sides[name]) != sides[name]
            ):
                return False
        self._sides = sides
        return True

    @property
    def alone(self) -> bool:
        """Whether there is one lane only."""
        return self.once and self.beside == 1

    def lanes(self, name: str) -> bool:
        """Whether something has a number of its own in each lane."""
        if self.once:
            return self.alone or self._sides[name]
        return self.accesses[name].storage not in STILL

    def pointer(self, name: str) -> str:
        """Print the pointer to a member's numbers, or to its first element."""
        return f"x{self._numbers.setdefault(name, len(self._numbers))}"

    def place(self, name: str) -> str:
        """Print where a member's number lies."""
        return f"{self.pointer(name)}[{'l' if self.lanes(name) else 0}]"

    def number(self, name: str) -> str:
        """Print a member's number; one for all lanes is read in front of them."""
        place = self.place(name)
        if self.lanes(name):
            return place
        line = f"const double {place[:-3]}_ = {place};"
        self._bound += [] if line in self._bound else [line]
        return f"{place[:-3]}_"

    def element(self, name: str) -> str:
        """Print where element j of a member's sequence lies."""
        pointer = self.pointer(name)
        x = f"x[{pointer[1:]}]"
        j = f"{x}.list[j]" if self.accesses[name].kinds else "j"
        return f"{pointer}[{j} * {x}.element{' + l' if self.lanes(name) else ''}]"

    def room(self, name: str) -> str:
        """Print an array with room for each lane."""
        self._rooms = True
        return f"double {name}[CHUNK];"

    def call(self, lines: list[str]) -> Call:
        """Print the function; `odd` is returned where it is set."""
        odd, pointers = any("odd |=" in line for line in lines), [f"x{k}" for k in self._numbers.values()]
        steps = "".join(f", {x} += x[{k}].step" for k, x in enumerate(pointers))
        text = [
            "FORMULA(name) {",
            *indent([
                f"double {', '.join(f'*restrict {x} = x[{k}].at' for k, x in enumerate(pointers))};",
                *(["i64 odd = 0;"] if odd else []),
                f"for (long p = 0; p < P; p++{steps}) {{",
                *indent([*self._bound, *lines]),
                "}",
                "return odd;" if odd else "return 0;",
            ]),
            "}",
        ]  # fmt: skip
        return Call("\n".join(text), self._told())

    def _told(self) -> tuple[int, ...]:
        """List what goes with a call: `Members` of `runtime.c`."""
        shape, used = self._lengths.shape, [self.accesses[name] for name in self._numbers]
        regular = [
            axis for axis in self._loops
            if all(steps_of(access.slots)[axis] is not None for access in used)
            and all(steps_of(table)[axis] == 0 for table in self._alike)
        ]  # fmt: skip
        along = max(regular, key=lambda axis: shape[axis], default=-1)
        firsts = tuple(slice(None) if k in self._loops and k != along else 0 for k in range(len(shape)))
        listed = Listed(7 + 7 * len(used))

        def table(operand: Operand) -> list[int]:
            return operand.slots[firsts].ravel().tolist()

        told = []
        for name, access in zip(self._numbers, used, strict=True):
            step = (steps_of(access.slots)[along] or 0) if regular else 0
            storage, begins = STORAGES.index(access.storage), table(access.slots)
            begin = lists = listed(begins)
            if access.kinds:
                kinds = [listed(x) for x in access.lists]
                lists = listed([kinds[k] for k in table(access.kinds)])
            told += [storage, self.lanes(name), begins[0], step, access.step, begin, lists]
        lengths = table(self._lengths)
        head = [len(lengths), shape[along] if regular else 1, self.beside, CHUNK if self._rooms else ALL]
        irregular = any(access.lists for access in used)
        return (*head, listed(lengths), irregular, len(used), *told, *listed.numbers)


class Listed:
    """Lists of numbers, one behind the other, each once.

    Parameters
    ----------
    start : int
        How many numbers stand in front of them.
    """

    def __init__(self, start: int) -> None:
        self.numbers: list[int] = []
        self._start, self._found = start, dict[tuple[int, ...], int]()

    def __call__(self, numbers: Sequence[int]) -> int:
        """Return where a list begins."""
        found = tuple(numbers)
        if found not in self._found:
            self._found[found] = self._start + len(self.numbers)
            self.numbers += found
        return self._found[found]


class CFormulas(BlockReader[str]):
    """Reads the formulas of one block.

    Parameters
    ----------
    block : Block
    text : str
        The formulas that will be read: what they do not mention need not be told.
    target : Operand, optional
        The slots whose adjoints are handed on to: ``d``.
    wide : bool
        Whether these are elements of sequences.
    unrolled : bool
        Take the elements of sequences, which are not ragged, as members.

    Attributes
    ----------
    formula : Formula
    work : int
        How many slots of scratch it needs.
    """

    column = "c"

    def __init__(
        self,
        block: Block,
        text: str,
        target: Operand | None = None,
        wide: bool = False,
        unrolled: bool = False,
    ) -> None:
        self.block, self.sequences, self.work = block, block.op.sequences, 0
        whole = "others" in functions(text)
        used = names(text) | ({*self.sequences} if whole or "count" in names(text) else set())
        own, adjoint = BASES[block.space], f"d{BASES[block.space]}"
        read = {
            parameter: (BASES[operand.space], operand)
            for parameter, operand in zip(block.op.parameters, block.operands, strict=True)
            if parameter in used
        } | {"out": (own, block.out), "g": (adjoint, block.out)}
        if target:
            read["d"] = f"d{BASES[target.space]}", target
        sequences = {*self.sequences, *(["d"] if wide else [])}
        counts = Operand(ONCE, block.shape, block.n, (0,) * len(block.shape))
        if block.counts:
            counts = Operand.of(ONCE, np.broadcast_to(block.counts, block.shape))
        if unrolled:
            counts = beside_elements(counts, block.n)
            accesses = {
                x: Access(base, y if x in sequences else beside_elements(y, block.n))
                for x, (base, y) in read.items()
            }
        else:
            accesses = {
                x: elements(base, y, block) if x in sequences else Access(base, y)
                for x, (base, y) in read.items()
            }
        self._wide = set() if unrolled else sequences
        self.formula = Formula(accesses, block.space == ONCE, counts, whole)
        self.names = Named(self._named, {"pi": literal(math.pi), "n": "(double)n"})
        self._loops: list[Loop] = []
        self._known: dict[str, str] = {}
        self._others: list[str] = []

    def place(self, name: str) -> str:
        """Print where an operand lies, the result ``out``, or an adjoint: of the result ``g``, or ``d``."""
        return self.formula.element(name) if name in self._wide else self.formula.place(name)

    def _named(self, name: str) -> str:
        return self.formula.element(name) if name in self._wide else self.formula.number(name)

    # Reductions --------------------------------------------------------------------------------------------

    @property
    def before(self) -> list[str]:
        """Lines that must stand in front of the loop over lanes."""
        return [*chain.from_iterable(loop.lines() for loop in self._loops), *self._others]

    def _gathered(self, kernel: Kernel, x: str) -> str:
        """Print a loop over a sequence that takes one element after the other, and return its result.

        Sums that wait for the same are taken in one loop.
        """
        key = f"{kernel.name}({x})"
        if key not in self._known:
            alone, name = self.formula.alone, f"r{len(self._known)}"
            if not self._loops or self._loops[-1].makes(x):
                self._loops.append(Loop(alone))
            result = self._known[key] = name if alone else f"{name}[l]"
            sign, start = not kernel.c.isidentifier(), literal(kernel.start or 0.0)
            taken = f"{result} {kernel.c}= {x};" if sign else f"{result} = {kernel.c}({result}, {x});"
            room = f"double {name};" if alone else self.formula.room(name)
            self._loops[-1].add(name, f"{room} {'' if alone else EACH + ' '}{result} = {start};", taken)
        return self._known[key]

    def others(self, x: str) -> str:
        if not self._others:
            self.work = 2 * self.block.n  # the products, and behind them the elements
            self._others = [
                *loop([f"{EACH} work[(n + j) * L + l] = {x};"]), f"{KERNELS['others'].c}(work, n, L, L);"
            ]  # fmt: skip
        return "work[j * L + l]"

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


class Loop:
    """A loop over the elements of sequences that gathers results.

    Parameters
    ----------
    alone : bool
        Whether there is one lane only. Then there is nothing to vectorise but sums themselves, which may be
        taken in any order.
    """

    def __init__(self, alone: bool) -> None:
        self._alone = alone
        self._names, self._begins, self._taken = list[str](), list[str](), list[str]()

    def makes(self, text: str) -> bool:
        """Whether a text mentions a result of this loop."""
        return any(re.search(rf"\b{name}\b", text) for name in self._names)

    def add(self, name: str, begins: str, taken: str) -> None:
        """Gather one result more: how it begins, and what one element does to it."""
        self._names.append(name)
        self._begins.append(begins)
        self._taken.append(taken)

    def lines(self) -> list[str]:
        """Print it."""
        summed = self._alone and all("+=" in taken for taken in self._taken)
        marked = [f"#pragma omp simd reduction(+:{', '.join(self._names)})"] if summed else []
        several = " ".join(self._taken) if len(self._taken) == 1 else f"{{ {' '.join(self._taken)} }}"
        body = ["const long l = 0;", *self._taken] if self._alone else [f"{EACH} {several}"]
        return [*self._begins, *marked, *loop(body)]
