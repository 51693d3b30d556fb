"""A program as the text of two Python functions, `forward` and `backward`, that call NumPy's.

They work in views and buffers that are made once for each number of rows, so that a replay makes none. Prints
only: `backend` runs what is printed, `lowering.adjoints` decides what the backward pass does.
"""

from __future__ import annotations

import math

import numpy as np

from autograd.program.lowering.adjoints import Backward, Contribution, Step
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, TAKE, Block, Blocks, Operand, Space
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

    def array(self, operand: Operand, bases: dict[Space, str] = PRIMALS) -> str:
        """Return the name of a regular operand's view: its shape × rows."""
        assert operand.strides is not None
        shape, steps, base = operand.shape, operand.strides, bases[operand.space]
        if len(shape) == 1 and steps[0] == 1:
            return self.view(base.lower(), f"{base}[{operand.start}:{operand.start + shape[0]}]")
        return self.view(base.lower(), f"strided({base}, {operand.start}, {shape}, {steps})")

    def operand(self, operand: Operand, lines: list[str]) -> str:
        """Return the name of the array that a block reads; add the line that gathers it, if it takes one."""
        return self.compact(operand, lines) if operand.strides is None else self.array(operand)

    def compact(self, operand: Operand, lines: list[str]) -> str:
        """Return the name of a buffer that holds what an operand reads; add the line that fills it."""
        if operand not in self._gathered:
            buffer = self._gathered[operand] = f"g{len(self._gathered)}"
            self.views.append(f"{buffer} = {_empty(operand.shape, operand.space)}")
            if operand.strides is None:
                base = PRIMALS[operand.space]
                lines.append(f"take({base}, {self.places(operand)}, axis=0, out={buffer}, mode='clip')")
            else:
                lines.append(f"copyto({buffer}, {self.array(operand)})")
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
        elements = (*block.shape[:-1], sum(block.counts)) if block.counts else (*block.shape, block.n)

        def register(kind: Kind, k: int, wide: bool) -> str:
            shape = elements if wide else block.shape
            size = math.prod(shape)
            name = f"{'m' if kind == 'mask' else 't'}{k}"
            once, each = self._sizes.get(name, (1, 1))
            self._sizes[name] = (once, max(each, size)) if rows else (max(once, size), each)
            end, last = (f"{size} * B", "B") if rows else (str(size), "1")
            return self.view(f"{name}_", f"{name}[:{end}].reshape({(*shape,)}+({last},))")

        def widened(name: str) -> str:
            return self.view("w", f"{name}[..., None, :]")

        if not block.counts:
            return Tape(register, widened)
        owners = self.view("i", f"array({list(range(len(block.counts)))}).repeat({list(block.counts)})")
        starts = self.view("i", f"array({block.starts.tolist()})")
        copied = f"take({{0}}, {owners}, axis=-2, out={{out}}, mode='clip')"
        return Tape(register, widened, copied, starts)

    def names(self, block: Block, lines: list[str]) -> dict[str, Term]:
        """Return the arrays that stand for the parameters of a block's row."""
        return {
            parameter: Term(self.operand(operand, lines), "array", parameter in block.op.sequences)
            for parameter, operand in zip(block.op.parameters, block.operands, strict=True)
        }

    def matrices(self, block: Block, lines: list[str]) -> tuple[str, str]:
        """Return the names of the two factors of a matrix product: W, and x with a column for each row."""
        columns = block.columns
        weights = self.view("W", f"{self.operand(block.weights, lines)}[:, :, 0]")
        x = self.operand(columns, lines) if _dense(columns) else self.compact(columns, lines)
        return weights, self.flat(x, columns)

    def flat(self, name: str, operand: Operand) -> str:
        """Return the name of an array's view as a matrix, its first axis × all others."""
        return self.view("f", f"{name}.reshape({operand.shape[0]}, -1)") if len(operand.shape) > 1 else name

    # The forward pass --------------------------------------------------------------------------------------

    def forward(self, block: Block) -> list[str]:
        """Print the lines that compute a block."""
        lines: list[str] = []
        out = self.array(block.out)
        if block.matrix:
            weights, x = self.matrices(block, lines)
            lines.append(f"matmul({weights}, {x}, out={self.flat(out, block.out)})")
            if not self.absent(block.operands[2]):
                lines.append(f"add({out}, {self.operand(block.operands[2], lines)}, out={out})")
            return lines
        if block.op is TAKE:
            place, (flat, _) = self.lookup(block), self.flat_bases(block)
            k, slots = self.operand(block.operands[1], lines), self.places(block.operands[0])
            width = "1" if block.operands[0].space == ONCE else "B"
            return [
                *lines,
                f"find({slots}, {k}, {width}, {place})",
                f"take({flat}, {place}, out={out}, mode='clip')",
                f"refuse({k}, {block.n}, {out})",
            ]
        tape = self.tape(block)
        names = self.names(block, lines)
        formula = block.op.forward
        if block.op.name == "dot" and self.absent(block.operands[2]):
            formula = "dot(w, x)"
        tape.store(COPY, ArrayFormulas(tape, names, block.op.sequences, block.n).read(formula), out=Term(out))
        return lines + tape.lines()

    def lookup(self, block: Block) -> str:
        """Return the name of the buffer for the places of the elements that are looked up."""
        if block.out not in self._gathered:
            buffer = self._gathered[block.out] = f"g{len(self._gathered)}"
            self.views.append(f"{buffer} = {_empty(block.shape, block.space)[:-1]}, int)")
        return self._gathered[block.out]

    def flat_bases(self, block: Block) -> list[str]:
        """Return the names of the storage in which a table lies, and of its adjoints, without axes."""
        space = block.operands[0].space
        return [self.view("flat", f"{bases[space]}.reshape(-1)") for bases in (PRIMALS, ADJOINTS)]

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
        names = (
            {}
            if block.matrix or block.op is TAKE
            else self.names(block, lines) | {"out": Term(self.array(block.out))}
        )
        formulas = ArrayFormulas(tape, names, block.op.sequences, block.n)
        for contribution in step.contributions:
            lines += self._zeros(contribution.target.space, contribution.zeros)
            if block.op is TAKE:
                lines.append(f"add.at({self.flat_bases(block)[1]}, {self.lookup(block)}, {upstream.text})")
                continue
            if block.matrix and contribution.parameter != "b":
                self._store_product(tape, block, contribution, *self.matrices(block, lines))
                continue
            term, wide = (
                formulas.times(contribution.rule, upstream),
                contribution.parameter in block.op.sequences,
            )
            if contribution.summed and wide and not (term.wide or block.counts):
                term = tape.call(COPY, term, wide=True)
            statement = _sum(contribution.summed, len(contribution.operand.shape))
            self._store(tape, contribution.adds, contribution.target, statement, term, wide=wide)
        return lines + tape.lines()

    def _store_product(self, tape: Tape, block: Block, contribution: Contribution, w: str, x: str) -> None:
        """Print G @ x.T, which has no axis of rows, or W.T @ G."""
        upstream = self.flat(self.array(block.out, ADJOINTS), block.out)
        flat = contribution.parameter == "w"
        if flat:
            operand, factors = block.weights, (Term(upstream), Term(self.view("X", f"{x}.T")))
        else:
            operand, factors = block.columns, (Term(self.view("W", f"{w}.T")), Term(upstream))
        target, space = operand.once, None if flat else operand.space
        direct = target.shape == operand.shape and (flat or _dense(target))
        if direct and not contribution.adds and (target.strides is not None and target.distinct):
            name = self.array(target, ADJOINTS)
            out = self.view("d", f"{name}[:, :, 0]") if flat else self.flat(name, target)
            tape.store(PRODUCT, *factors, out=Term(out))
            return
        product = self.view("s", _empty(operand.shape, space))
        tape.store(PRODUCT, *factors, out=Term(product if flat else self.flat(product, operand)))
        axes = tuple(axis for axis, n in enumerate(operand.shape) if target.shape[axis] < n)
        if flat:
            product = self.view("s", f"{product}[:, :, None]")
        self._store(tape, contribution.adds, target, _sum(axes, len(operand.shape)), Term(product))

    def _zeros(self, space: Space, slots: tuple[int, ...]) -> list[str]:
        places = Operand(space, (len(slots),), 0, None, slots)
        return [f"{ADJOINTS[space]}[{self.places(places)}] = 0.0"] if slots else []

    def _store(
        self, tape: Tape, adds: bool, target: Operand, statement: str, *terms: Term, wide: bool = False
    ) -> None:
        """Write what a statement computes to the adjoints at a target, or add it, by way of a buffer."""
        regular = target.strides is not None and target.distinct
        out = Term(self.array(target, ADJOINTS) if regular else "", wide=wide)
        if regular and not adds:
            tape.store(statement, *terms, out=out)
            return
        term = terms[0]
        if statement != COPY or not target.distinct:
            term = Term(self.view("s", _empty(target.shape, target.space)), wide=wide)
            tape.store(statement, *terms, out=term)
        adjoints = ADJOINTS[target.space]
        if regular:
            how = "add({out}, {0}, out={out})"
        elif target.distinct:
            how = f"{adjoints}[{self.places(target)}] {'+=' if adds else '='} {{0}}"
        else:
            flat = target.slots.ravel()
            slots, counts = np.unique(flat, return_counts=True)
            names = [
                self.view("i", f"array({places.tolist()})")
                for places in (slots, np.argsort(flat, kind="stable"), np.cumsum(counts) - counts)
            ]
            how = f"scatter({adjoints}, {', '.join(names)}, {{0}})"
        tape.store(how, term, out=out)


def _empty(shape: tuple[int, ...], space: Space | None) -> str:
    """Write an array of a shape, with an axis of rows behind, unless it is for no space."""
    rows = () if space is None else (_last(space),)
    return f"empty(({', '.join([*map(str, shape), *rows])},))"


def _last(space: Space) -> str:
    """Write the length of the axis of rows."""
    return "1" if space == ONCE else "B"


def _dense(operand: Operand) -> bool:
    """Whether all axes of an operand but the first lie side by side, as one with that of rows."""
    slots = operand.slots.reshape(operand.shape[0], -1)
    beside = bool((np.diff(slots, axis=1) == 1).all())
    return len(operand.shape) == 1 or (operand.space != INPUTS and operand.strides is not None and beside)


def _sum(axes: tuple[int, ...], rows: int) -> str:
    """Write the sum over some axes; over the rows alone it is a product with ones, which is faster."""
    if not axes:
        return COPY
    if axes == (rows,):
        return "matmul({0}, ones_each, out={out})"
    return f"add.reduce({{0}}, {axes}, keepdims=True, out={{out}})"
