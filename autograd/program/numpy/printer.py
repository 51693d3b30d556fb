"""A program as the text of two Python functions, `forward` and `backward`, that call NumPy's.

They work in views and buffers that are made once for each number of rows, so that a replay makes none. Prints
only: `backend` runs what is printed, `lowering.adjoints` decides what the backward pass does.
"""

from __future__ import annotations

from autograd.program.lowering.adjoints import Backward, Contribution, Step
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand, Space
from autograd.program.numpy.formulas import ArrayFormulas
from autograd.program.numpy.tape import COPY, Kind, Tape, Term
from autograd.table.compile import function

PRIMALS: dict[Space, str] = {ONCE: "U", INPUTS: "X", ROWS: "V"}
ADJOINTS: dict[Space, str] = {ONCE: "dU", ROWS: "dV"}
PRODUCT = "matmul({0}, {1}, out={out})"


def source(blocks: Blocks, backward: Backward) -> str:
    """Print the definitions of `forward` and `backward`, after those of the arrays that they use.

    To be run with B, the number of rows, and the storages U, X, V and their adjoints dU, dV.
    """
    printer = Printer(blocks)
    passes = {
        "forward": [line for block in blocks.blocks for line in printer.forward(block)],
        "backward": [line for step in backward.steps for line in printer.backward(step)],
    }
    functions = [function(name, [], lines or ["pass"]) for name, lines in passes.items()]
    return "\n".join(["ones_each = ones((B, 1))", *printer.scratch(), *printer.views, *functions])


class Printer:
    """Prints blocks, forward and then backward; hands out the names of views and scratch arrays.

    Parameters
    ----------
    blocks : Blocks

    Attributes
    ----------
    views : list of str
        The lines that make the views and buffers that were named so far.
    """

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.views: list[str] = []
        self._names: dict[str, str] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        self._gathered: dict[Operand, str] = {}

    # Arrays ------------------------------------------------------------------------------------------------

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
            buffer = self._gathered[operand] = f"g{len(self._gathered)}"
            self.views.append(f"{buffer} = {_empty(operand.shape, operand.space)}")
            base = PRIMALS[operand.space]
            lines.append(f"take({base}, {self.places(operand)}, axis=0, out={buffer}, mode='clip')")
        return self._gathered[operand]

    def places(self, operand: Operand) -> str:
        """Return the name of an operand's slots as an array."""
        return self.view("i", f"array({list(operand)}).reshape({operand.shape})")

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

    # The forward pass --------------------------------------------------------------------------------------

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
        tape.store(COPY, ArrayFormulas(tape, names, block.op.sequences, block.n).read(formula), out=Term(out))
        return lines + tape.lines()

    def absent(self, bias: Operand) -> bool:
        """Whether a dot's last operand is the constant 0."""
        nodes = self.blocks.nodes[bias.space]
        return bias.space == ONCE and all(isinstance(nodes[s], float) and nodes[s] == 0.0 for s in bias)

    # The backward pass -------------------------------------------------------------------------------------

    def backward(self, step: Step) -> list[str]:
        """Print the lines by which a block hands on its adjoints; a matrix product by products with G.

        G being its adjoints: G @ x.T for the weights, W.T @ G for x, and G itself for the bias.
        """
        block, tape = step.block, self.tape(step.block)
        lines = self._zeros(block.space, step.zeros)
        upstream = Term(self.array(block.out, ADJOINTS))
        names = {} if block.matrix else self.names(block, lines) | {"out": Term(self.array(block.out))}
        formulas = ArrayFormulas(tape, names, block.op.sequences, block.n)
        for contribution in step.contributions:
            lines += self._zeros(contribution.target.space, contribution.zeros)
            if block.matrix and contribution.parameter != "b":
                self._store_product(tape, contribution, upstream, *self.matrices(block, lines))
                continue
            term, summed = formulas.times(contribution.rule, upstream), contribution.summed
            wide = len(contribution.operand.shape) > 1
            if summed and wide and not term.wide:
                term = tape.call(COPY, term, wide=True)
            self._store(tape, contribution.adds, contribution.target, _sum(summed, wide), term)
        return lines + tape.lines()

    def _store_product(self, tape: Tape, contribution: Contribution, upstream: Term, w: str, x: str) -> None:
        operand, target = contribution.operand, contribution.target
        flat = contribution.parameter == "w"  # weights have no axis of rows
        if flat:
            factors = upstream, Term(self.view("X", f"{x}.T"))
        else:
            factors, operand, target = (Term(self.view("W", f"{w}.T")), upstream), operand.first, target.first
        if target.shape == operand.shape:
            self._store(tape, contribution.adds, target, PRODUCT, *factors, flat=flat)
            return
        product = Term(self.view("s", _empty(operand.shape, None if flat else target.space)))
        tape.store(PRODUCT, *factors, out=product)
        axes = tuple(axis for axis, n in enumerate(operand.shape) if target.shape[axis] < n)
        self._store(tape, contribution.adds, target, _sum(axes, True), product, flat=flat)

    def _zeros(self, space: Space, slots: tuple[int, ...]) -> list[str]:
        places = Operand(space, (len(slots),), 0, None, slots)
        return [f"{ADJOINTS[space]}[{self.places(places)}] = 0.0"] if slots else []

    def _store(
        self, tape: Tape, adds: bool, target: Operand, statement: str, *terms: Term, flat: bool = False
    ) -> None:
        """Write what a statement computes to the adjoints at a target, or add it, by way of a buffer."""
        wide = len(target.shape) == 2 and not flat
        if target.strides is not None and target.distinct:
            name = self.array(target, ADJOINTS, repeats=True)
            out = Term(self.view("d", f"{name}[:, :, 0]") if flat else name, wide=wide)
            if not adds:
                tape.store(statement, *terms, out=out)
                return
            how = "add({out}, {0}, out={out})"
        else:
            adjoints, places, out = ADJOINTS[target.space], self.places(target), Term("", wide=wide)
            value = "{0}[:, :, None]" if flat else "{0}"
            how = f"{adjoints}[{places}] {'+=' if adds else '='} {value}"
            if not target.distinct:
                how = f"add.at({adjoints}, {places}, {value})"
        term = terms[0]
        if statement != COPY:
            term = Term(self.view("s", _empty(target.shape, None if flat else target.space)), wide=wide)
            tape.store(statement, *terms, out=term)
        tape.store(how, term, out=out)


def _empty(shape: tuple[int, ...], space: Space | None) -> str:
    """Write an array of a shape, with an axis of rows behind, unless it is for no space."""
    rows = () if space is None else ("1",) if space == ONCE else ("B",)
    return f"empty(({', '.join([*map(str, shape), *rows])},))"


def _sum(axes: tuple[int, ...], wide: bool) -> str:
    """Write the sum over some axes; over the rows alone it is a product with ones, which is faster."""
    if not axes:
        return COPY
    if axes == (1,) and not wide:
        return "matmul({0}, ones_each, out={out})"
    return f"add.reduce({{0}}, {axes}, keepdims=True, out={{out}})"
