"""The forward pass as lines of NumPy calls, and the names of the views and buffers that they use.

Views are made once for each number of rows, so that a replay makes none. Prints only.
"""

from __future__ import annotations

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand, Space
from autograd.program.numpy.formulas import ArrayFormulas
from autograd.program.numpy.tape import COPY, Kind, Tape, Term

PRIMALS: dict[Space, str] = {ONCE: "U", INPUTS: "X", ROWS: "V"}


class Printer:
    """Prints the forward pass; hands out the names of views and scratch arrays.

    Parameters
    ----------
    blocks : Blocks
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.views: list[str] = []
        self._names: dict[str, str] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        self._gathered: dict[Operand, str] = {}

    def view(self, prefix: str, expression: str) -> str:
        """Return the name of a view that is made once for each number of rows."""
        if expression not in self._names:
            self._names[expression] = f"{prefix}{len(self._names)}"
            self.views.append(f"{self._names[expression]} = {expression}")
        return self._names[expression]

    def array(self, operand: Operand, bases: dict[Space, str] = PRIMALS, repeats: bool = False) -> str:
        """Return the name of a regular operand's view: members (× n) × rows.

        Where all members read the same, their axis has length 1, unless `repeats`.
        """
        assert operand.strides is not None
        shape, steps, base = operand.shape, operand.strides, bases[operand.space]
        if steps[0] == 0 and not repeats:
            shape = (1, *shape[1:])
        if len(shape) == 1 and steps[0] == 1:
            return self.view(base.lower(), f"{base}[{operand.start}:{operand.start + shape[0]}]")
        return self.view(base.lower(), f"strided({base}, {operand.start}, {shape}, {steps})")

    def operand(self, operand: Operand, lines: list[str], repeats: bool = False) -> str:
        """Return the name of the array that a block reads; add the line that gathers it, if it takes one."""
        if operand.strides is not None:
            return self.array(operand, repeats=repeats)
        if operand not in self._gathered:
            base = PRIMALS[operand.space]
            rows = "1" if operand.space == ONCE else "B"
            buffer = f"g{len(self._gathered)}"
            self.views.append(f"{buffer} = empty(({', '.join(map(str, operand.shape))}, {rows}))")
            lines.append(f"take({base}, {self.places(operand)}, axis=0, out={buffer}, mode='clip')")
            self._gathered[operand] = buffer
        return self._gathered[operand]

    def places(self, operand: Operand) -> str:
        """Return the name of an operand's slots as an array."""
        slots = list(operand)
        return self.view("i", f"array({slots}).reshape({operand.shape})")

    def scratch(self) -> list[str]:
        """Print the scratch arrays, each as large as any block needs it."""
        return [
            f"{name} = empty(max({once}, {rows} * B), {'bool' if name[0] == 'm' else 'float'})"
            for name, (once, rows) in self._sizes.items()
        ]

    def tape(self, block: Block) -> Tape:
        """Return an empty tape with registers that fit a block."""
        rows = block.space == ROWS

        def register(kind: Kind, k: int, wide: bool) -> str:
            shape = (block.size, block.n) if wide else (block.size,)
            size = block.size * (block.n if wide else 1)
            name = f"{'m' if kind == 'mask' else 't'}{k}"
            once, each = self._sizes.get(name, (1, 1))
            self._sizes[name] = (once, max(each, size)) if rows else (max(once, size), each)
            end, last = (f"{size} * B", "B") if rows else (str(size), "1")
            return self.view(f"{name}_", f"{name}[:{end}].reshape({(*shape,)}+({last},))")

        return Tape(register, lambda name: self.view("w", f"{name}[:, None]"))

    def names(self, block: Block, lines: list[str]) -> dict[str, Term]:
        """Return the arrays that stand for the parameters of a block's row."""
        return {
            parameter: Term(self.operand(operand, lines), "array", len(operand.shape) > 1)
            for parameter, operand in zip(block.op.parameters, block.operands, strict=True)
        }

    def matrices(self, block: Block, lines: list[str]) -> tuple[str, str]:
        """Return the names of the two factors of a matrix product, W and x."""
        w, x, _ = block.operands
        weights = self.operand(w, lines, repeats=True)
        return self.view("W", f"{weights}[:, :, 0]"), self.operand(x.first, lines, repeats=True)

    def forward(self, block: Block) -> list[str]:
        """Print the lines that compute a block."""
        lines: list[str] = []
        out = self.array(block.out)
        if block.matrix:
            weights, x = self.matrices(block, lines)
            lines.append(f"matmul({weights}, {x}, out={out})")
            if not self.absent(block.operands[2]):
                lines.append(f"add({out}, {self.operand(block.operands[2], lines)}, out={out})")
            return lines
        tape = self.tape(block)
        names = self.names(block, lines)
        formula = block.op.forward
        if block.op.name == "dot" and self.absent(block.operands[2]):
            formula = "dot(w, x)"
        tape.store(COPY, ArrayFormulas(tape, names, block.n).read(formula), out=Term(out))
        return lines + tape.lines()

    def absent(self, bias: Operand) -> bool:
        """Whether a dot's last operand is the constant 0."""
        nodes = self.blocks.nodes[bias.space]
        return bias.space == ONCE and all(isinstance(nodes[s], float) and nodes[s] == 0.0 for s in bias)
