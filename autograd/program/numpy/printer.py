"""The backward pass as lines of NumPy calls: blocks in reverse, each handing its adjoint on to its operands.

The first contribution to an adjoint is written, later ones are added; which is which is known beforehand.
`source` puts both passes together. Prints only; `numpy_backend` runs what is printed.
"""

from __future__ import annotations

from autograd.program.lowering.activity import Slots, active
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand, Space
from autograd.program.numpy.formulas import ArrayFormulas
from autograd.program.numpy.forward import Printer
from autograd.program.numpy.tape import COPY, Tape, Term
from autograd.table.source import function

ADJOINTS: dict[Space, str] = {ONCE: "dU", ROWS: "dV"}


def source(blocks: Blocks) -> str:
    """Print the definitions of `forward` and `backward`, after those of the arrays that they use.

    To be run with B, the number of rows, and the storages U, X, V and their adjoints dU, dV.
    """
    printer = Printer(blocks)
    forward = [line for block in blocks.blocks for line in printer.forward(block)]
    backward = Backward(printer).lines()
    return "\n".join(
        [
            "ones_each = ones((B, 1))",
            *printer.scratch(),
            *printer.views,
            function("forward", [], forward or ["pass"]),
            function("backward", [], backward or ["pass"]),
        ]
    )


class Backward:
    """Prints the backward pass: blocks in reverse, each handing its adjoint on to its operands.

    Parameters
    ----------
    printer : Printer
        After the forward pass was printed.
    """

    def __init__(self, printer: Printer) -> None:
        self.printer, self.blocks = printer, printer.blocks
        self.active, self.written = active(printer.blocks), Slots(printer.blocks)
        self.written.add(self.blocks.loss)

    def lines(self) -> list[str]:
        """Print all blocks."""
        lines: list[str] = []
        for block in reversed(self.blocks.blocks):
            if self.active.any(block.out) and self.written.any(block.out):
                self._complete(block.out, lines)
                lines += self._matrix(block) if block.matrix else self._block(block)
        return lines

    def _complete(self, operand: Operand, lines: list[str]) -> None:
        """Set those adjoints of an operand to zero that nothing was written to yet."""
        missing = self.written.missing(operand)
        if missing:
            index = Operand(operand.space, (len(missing),), missing[0], None, tuple(missing))
            lines.append(f"{ADJOINTS[operand.space]}[{self.printer.places(index)}] = 0.0")
            self.written.add(operand)

    def _block(self, block: Block) -> list[str]:
        printer, lines, names_lines = self.printer, [], []  # type: ignore[var-annotated]
        tape = printer.tape(block)
        out = Term(printer.array(block.out))
        upstream = Term(printer.array(block.out, ADJOINTS))
        formulas = ArrayFormulas(tape, printer.names(block, names_lines) | {"out": out}, block.n)
        for operand, text in zip(block.operands, block.op.partials, strict=True):
            if operand.space == INPUTS or not self.active.any(operand):
                continue
            contribution = formulas.contribution(text, upstream)
            if contribution is not None:
                self._store(block, tape, contribution, operand, lines)
        return names_lines + lines + tape.lines()

    def _store(self, block: Block, tape: Tape, term: Term, operand: Operand, lines: list[str]) -> None:
        """Add a contribution to the adjoint of an operand, summed over the axes that the operand lacks."""
        regular = operand.strides is not None
        shape, _ = compact(operand) if regular else (operand.shape, ())
        whole = Operand(operand.space, shape, operand.start, compact(operand)[1]) if regular else operand
        axes = [axis for axis, (n, full) in enumerate(zip(shape, operand.shape, strict=True)) if n < full]
        if block.space == ROWS and operand.space == ONCE:
            axes.append(len(operand.shape))
        wide = len(operand.shape) > 1
        if axes and wide and not term.wide:
            term = tape.call(COPY, term, wide=True)
        fresh = not self.written.any(whole)
        target = self._target(whole) if regular and whole.distinct else None
        if target and fresh:
            self.written.add(whole)
            tape.store(_sum(axes, wide) if axes else COPY, term, out=Term(target, "array", wide))
            return
        self._complete(whole, lines)
        if axes:
            size = (*shape, 1 if operand.space == ONCE else "B")
            buffer = Term(self.printer.view("s", f"empty(({', '.join(map(str, size))}))"), "array", wide)
            tape.store(_sum(axes, wide), term, out=buffer)
            term = buffer
        if target:
            out = Term(target, "array", wide)
            tape.store("add({out}, {0}, out={out})", term, out=out)
            return
        places = self.printer.places(whole)
        if wide and not term.wide:
            term = tape.call(COPY, term, wide=True)
        adjoints = ADJOINTS[operand.space]
        how = f"{adjoints}[{places}] += {{0}}" if whole.distinct else f"add.at({adjoints}, {places}, {{0}})"
        tape.store(how, term, out=Term("", "array", wide))

    def _target(self, operand: Operand) -> str:
        return self.printer.array(operand, ADJOINTS)

    def _matrix(self, block: Block) -> list[str]:
        """Print G @ x.T for the weights, W.T @ G for x, and G for the bias."""
        printer, lines = self.printer, []  # type: ignore[var-annotated]
        w, x, b = block.operands
        weights, column = printer.matrices(block, lines)
        upstream = printer.array(block.out, ADJOINTS)
        row = x.first
        if x.space != INPUTS and self.active.any(x):
            self._product(f"matmul({printer.view('W', f'{weights}.T')}, {upstream}", row, lines)
        if self.active.any(w):
            self._product(f"matmul({upstream}, {printer.view('X', f'{column}.T')}", w, lines, flat=True)
        if b.space != INPUTS and self.active.any(b):
            tape = printer.tape(block)
            self._store(block, tape, Term(upstream), b, lines)
            lines += tape.lines()
        return lines

    def _product(self, call: str, operand: Operand, lines: list[str], flat: bool = False) -> None:
        """Print a matrix product that goes to the adjoint of an operand; `flat`: of a matrix of leaves."""
        printer = self.printer
        fresh = not self.written.any(operand)
        tail = "[:, :, 0]" if flat else ""
        regular = operand.strides is not None and operand.distinct
        target = printer.view("d", f"{self._target(operand)}{tail}") if regular and flat else ""
        target = target or (self._target(operand) if regular else "")
        if regular and fresh:
            self.written.add(operand)
            lines.append(f"{call}, out={target})")
            return
        self._complete(operand, lines)
        rows = () if flat else ("1",) if operand.space == ONCE else ("B",)
        buffer = printer.view("s", f"empty(({', '.join([*map(str, operand.shape), *rows])},))")
        lines.append(f"{call}, out={buffer})")
        if regular:
            lines.append(f"add({target}, {buffer}, out={target})")
            return
        value = f"{buffer}[:, :, None]" if flat else buffer
        adjoints, places = ADJOINTS[operand.space], printer.places(operand)
        lines.append(
            f"{adjoints}[{places}] += {value}"
            if operand.distinct
            else f"add.at({adjoints}, {places}, {value})"
        )


def compact(operand: Operand) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return shape and strides with length 1 for axes along which the same slots come again."""
    assert operand.strides is not None
    shape = tuple(n if step else 1 for n, step in zip(operand.shape, operand.strides, strict=True))
    return shape, operand.strides


def _sum(axes: list[int], wide: bool) -> str:
    """Write the sum over some axes; over the rows alone it is a product with ones, which is faster."""
    if axes == [1] and not wide:
        return "matmul({0}, ones_each, out={out})"
    return f"add.reduce({{0}}, {tuple(axes)}, keepdims=True, out={{out}})"
