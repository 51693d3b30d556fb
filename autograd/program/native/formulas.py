"""From a row's text to C: the reader that the `native` backend prints with.

An expression is the number of one lane, `l`. What runs over a sequence first (a sum, a maximum) is printed as
lines of its own, into an array over lanes. Names are places, not words: nothing of a user's text is printed.
"""

from __future__ import annotations

import math

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Operand, Space
from autograd.program.lowering.reader import BlockReader
from autograd.table.compile import indent
from autograd.table.kernels import KERNELS, Kernel
from autograd.table.language import parse

BASES: dict[Space, str] = {ONCE: "U", INPUTS: "X", ROWS: "V"}
EACH = "for (long l = 0; l < lanes; l++)"


class Tables:
    """Slots without a rule, as constant arrays; equal ones once."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, ...], str] = {}

    def name(self, slots: tuple[int, ...]) -> str:
        """Return the name of the array of these slots."""
        return self._names.setdefault(slots, f"slots{len(self._names)}")

    def lines(self) -> list[str]:
        """Print the arrays."""
        return [
            f"static const int {name}[] = {{{', '.join(map(str, slots))}}};"
            for slots, name in self._names.items()
        ]

    def slot(self, operand: Operand) -> str:
        """Print the slot that member m reads, for a sequence its element j."""
        if operand.strides is None:
            wide = f"m * {operand.shape[1]} + j" if len(operand.shape) > 1 else "m"
            return f"{self.name(operand.index)}[{wide}]"
        parts = [f"{step} * {k}" for step, k in zip(operand.strides, "mj", strict=False) if step]
        return " + ".join([str(operand.start), *parts])


def literal(value: float) -> str:
    """Print a number so that C reads the same double."""
    return {"inf": "INFINITY", "-inf": "(-INFINITY)", "nan": "NAN"}.get(text := repr(float(value)), text)


def loop(index: str, count: int, lines: list[str]) -> list[str]:
    """Print a loop: over members m, or over the elements j of a sequence."""
    return [f"for (long {index} = 0; {index} < {count}; {index}++) {{", *indent(lines), "}"]


class CFormulas(BlockReader[str]):
    """Reads the formulas of one block, in the loop over its members.

    Attributes
    ----------
    before : list of str
        Lines that must stand in front of the loop over lanes.
    work : int
        How many slots of scratch these lines need.
    """

    column = "c"

    def __init__(self, block: Block, tables: Tables) -> None:
        self.block, self.tables, self.sequences = block, tables, block.op.sequences
        self.operands = dict(zip(block.op.parameters, block.operands, strict=True))
        self.names = {"out": "o[l]", "n": literal(block.n), "pi": literal(math.pi)} | {
            parameter: self._place(parameter) + ("" if operand.space == ONCE else "[l]")
            for parameter, operand in self.operands.items()
        }
        self.before: list[str] = []
        self.work = 0
        self._known: dict[str, str] = {}

    # Operands ----------------------------------------------------------------------------------------------

    def _place(self, parameter: str) -> str:
        return f"a{self.block.op.parameters.index(parameter)}"

    def bind(self, sequences: bool = False) -> list[str]:
        """Print what stands for the operands of member m; `sequences`: for element j of each sequence."""
        lines = []
        for parameter, operand in self.operands.items():
            if (len(operand.shape) > 1) is sequences:
                name, base = self._place(parameter), BASES[operand.space]
                slot = self.tables.slot(operand)
                if operand.space == ONCE:
                    lines.append(f"const double {name} = U[{slot}];")
                else:
                    lines.append(f"const double *restrict {name} = {base} + ({slot}) * S;")
        return lines

    # Reductions --------------------------------------------------------------------------------------------

    def _gathered(self, kernel: Kernel, x: str) -> str:
        """Print a loop over a sequence that takes one element after the other, and return its result.

        Without lanes there is nothing to vectorise but a sum itself, which may then be taken in any order.
        """
        key = f"{kernel.name}({x})"
        if key not in self._known:
            once, name = self.block.space == ONCE, f"r{len(self._known)}"
            result = self._known[key] = name if once else f"{name}[l]"
            sign, start = not kernel.c.isidentifier(), literal(kernel.start or 0.0)
            taken = f"{result} {kernel.c}= {x}" if sign else f"{result} = {kernel.c}({result}, {x})"
            self.before += [
                f"double {name} = {start};" if once else f"double {name}[T]; {EACH} {result} = {start};",
                *([f"#pragma omp simd reduction(+:{name})"] if once and kernel.c == "+" else []),
                *loop("j", self.block.n, [*self.bind(sequences=True), f"{EACH} {taken};"]),
            ]
        return self._known[key]

    def others(self, x: str) -> str:
        if not self.work:
            n = self.block.n
            self.work = 2 * n  # the products, and behind them the elements
            self.before += [
                *loop("j", n, [*self.bind(sequences=True), f"{EACH} work[({n} + j) * S + l] = {x};"]),
                f"{KERNELS['others'].c}(work, {n}, S, lanes);",
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
