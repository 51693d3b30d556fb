"""A lowered program as data and C text: calls, and the formulas that they are made with.

A call of rows works on `S` numbers per slot, one of what does not depend on the row on a single one. Rows are
taken a tile at a time through all blocks, forward and then backward. Where numbers lie is told with the call.
So blocks that compute alike have one formula, and two programs of one kind, such as a transformer for 8
letters and for 16, have the same text. Prints only; knows no compiler.

Examples
--------
Two neurons, e^(w·x + b), are two blocks. The first is a matrix product, which `runtime.c` has (its `Matrix`
says what the numbers are). The second block reads the sums, ``x0``, and leaves its results, ``x1``; as both
neurons lie side by side, in slots 0 and 1 and in slots 2 and 3 of V, their 2 * S numbers are one loop.

>>> from autograd import dot, exp, sum, values
>>> from autograd.program.lowering.adjoints import backward_pass
>>> from autograd.program.lowering.layout import lower
>>> w, x = values(w11=0.5, w12=-1.0, b1=0.25, w21=2.0, w22=0.5, b2=-0.5), values(x1=1.0, x2=2.0)
>>> blocks = lower(sum([exp(dot(w[:2], x, w[2])), exp(dot(w[3:5], x, w[5]))]), x)
>>> product, exponential, _ = blocks.blocks
>>> forward(product)[0].function, forward(product)[0].numbers[:3]
('chainrule_product', (1, 2, 2))
>>> print(forward(exponential)[0].function)
FORMULA(name) {
    double *restrict x0 = x[0].at, *restrict x1 = x[1].at;
    for (long p = 0; p < P; p++, x0 += x[0].step, x1 += x[1].step) {
        EACH x1[l] = k_exp(x0[l]);
    }
    return 0;
}

Backward, the adjoints of the results times the partial, which is the result itself, are the adjoints of the
sums. From those the bias of each of P neurons gets the sum over the rows, and the weights G @ x.T, summed
over the rows, too; the lanes behind the last row have adjoints that are 0.

>>> _, exponential, product = backward_pass(blocks).steps
>>> for function, _ in backward(exponential)[0] + backward(product)[0]:
...     print(function)
FORMULA(name) {
    double *restrict x0 = x[0].at, *restrict x1 = x[1].at, *restrict x2 = x[2].at;
    for (long p = 0; p < P; p++, x0 += x[0].step, x1 += x[1].step, x2 += x[2].step) {
        EACH x2[l] = (x0[l] * x1[l]);
    }
    return 0;
}
FORMULA(name) {
    double *restrict x0 = x[0].at, *restrict x1 = x[1].at;
    for (long p = 0; p < P; p++, x0 += x[0].step, x1 += x[1].step) {
        x1[0] += total(x0, L);
    }
    return 0;
}
chainrule_outer
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from autograd.program.lowering.adjoints import Backward, Contribution, Step
from autograd.program.lowering.blocks import (
    COPY,
    ONCE,
    ROWS,
    TAKE,
    Block,
    Blocks,
    Guard,
    Operand,
    Space,
)
from autograd.program.native.formulas import BASES, EACH, STORAGES, Access, Call, CFormulas, Formula, loop
from autograd.table.language import names

RUNTIME = Path(__file__).with_name("runtime.h")
LOOPS = Path(__file__).with_name("runtime.c")
TILE = 64  # rows at most; a multiple of every vector's width
VECTOR = 8  # numbers in the widest vector
CACHED = 2**16  # so many numbers, with their adjoints, stay in a cache that is near
MODES = ("ZERO", "BIAS", "MORE")


def tile(blocks: Blocks) -> int:
    """Return how many rows are taken together at most: so many that what they need stays near."""
    return max(VECTOR, min(TILE, CACHED // max(1, blocks.sizes[ROWS]) // VECTOR * VECTOR))


@dataclass(frozen=True)
class Printed:
    """A program in print.

    Attributes
    ----------
    functions : tuple of str
        Those that `runtime.c` has not, each once, with names.
    calls : tuple of four lists of (str, numbers)
        By name: once, for each tile, backward for each tile, backward once.
    work : int
        How many slots of scratch it needs beside its rows.
    """

    functions: tuple[str, ...]
    calls: tuple[list[Call], ...]
    work: int


def printed(blocks: Blocks, plan: Backward) -> Printed:
    """Print a program."""
    calls: dict[tuple[str, Space], list[Call]] = {
        ("f", ONCE): [], ("f", ROWS): [], ("b", ROWS): [], ("b", ONCE): [],
    }  # fmt: skip
    work = 1
    for block in blocks.blocks:
        calls["f", block.space] += forward(block)
    for guard in blocks.guards:
        space, call = _guard(guard)
        calls["f", space].append(call)
    for step in plan.steps:
        made, scratch = backward(step)
        calls["b", step.block.space] += made
        work = max(work, scratch)
    texts = dict.fromkeys(text for several in calls.values() for text, _ in several if "\n" in text)
    name = {text: f"f{k}" for k, text in enumerate(texts)}
    functions = tuple(text.replace("(name)", f"({name[text]})", 1) for text in texts)
    named = ([Call(name.get(text, text), k) for text, k in several] for several in calls.values())
    return Printed(functions, tuple(named), work)


def _guard(guard: Guard) -> tuple[Space, Call]:
    """Print the comparisons that must come out as recorded, and say when they are made."""
    operands = {"left": guard.left, "right": guard.right} | ({"masks": guard.masks} if guard.masks else {})
    space = ONCE if {operand.space for operand in operands.values()} == {ONCE} else ROWS
    accesses = {name: Access(BASES[operand.space], operand) for name, operand in operands.items()}
    formula = Formula(accesses, space == ONCE, Operand(ONCE, guard.left.shape, 0, (0,)))
    test = f"({formula.number('left')} {guard.symbol} {formula.number('right')}) != {int(guard.decision)}"
    if guard.masks:
        test = f"({formula.number('masks')} != 0.0) & ({test})"
    return space, formula.call([f"{EACH} odd |= {test};"])


def is_product(block: Block) -> bool:
    """Whether a block is a matrix product whose factors lie in a pattern."""
    if not block.matrix:
        return False
    w, x = block.weights, block.columns
    apart = x.strides is not None and (x.strides[0] != 0 or block.n == 1)
    return apart and (block.space == ONCE or x.space != ONCE) and w.strides is not None and w.distinct


def forward(block: Block) -> list[Call]:
    """Print the calls that compute a block; they tell where its row leaves the reals."""
    if is_product(block):
        return _product(block)
    formulas = CFormulas(block, f"{block.op.forward} + {block.op.undefined or 0}")
    if block.op is TAKE:
        lines = _looked_up(formulas, "{own} = j == {k} ? {element} : NAN;", "out", "x")
    else:
        result = formulas.read(block.op.forward)
        lines = [*formulas.before, f"{EACH} {formulas.place('out')} = {result};"]
        if names(block.op.undefined or "n") - {"n"}:  # of lengths it was told when it was recorded
            lines.append(f"{EACH} odd |= {formulas.test(block.op.undefined)};")
    return [formulas.formula.call(lines)]


def _looked_up(formulas: CFormulas, statement: str, own: str, element: str) -> list[str]:
    """Print what is done with the element that each lane looks up."""
    k = formulas.names["k"]
    return [
        "for (long l = 0; l < L; l++) {",
        f"    const long j = place({k}, n);",
        f"    {statement.format(own=formulas.place(own), element=formulas.place(element), k=k)}",
        "}",
    ]


# Matrix products --------------------------------------------------------------------------------------------


class Product:
    """A matrix product of `runtime.c`: how many columns lie side by side, and where such stretches begin.

    Parameters
    ----------
    block : Block
    turned : bool
        Hand on to x, whose columns may overlap then.
    """

    def __init__(self, block: Block, turned: bool = False) -> None:
        self.w, self.x, self.out = block.weights, block.columns, block.out.without(0)
        axes, self.beside = len(self.x.shape), 1
        strides = self.x.strides or ()
        while axes > 1 and (self.x.shape[axes - 1] == 1 or strides[axes - 1] == self.beside):
            if turned and not self.x.distinct:
                break
            axes, self.beside = axes - 1, self.beside * self.x.shape[axes - 1]
        self.below = math.prod(self.x.shape[1:])  # from one neuron to the next one
        firsts = (slice(None),) * (axes - 1) + (0,) * (len(self.x.shape) - axes)
        self.at = [operand.slots[firsts].ravel().tolist() for operand in (self.x.without(0), self.out)]

    def product(self, x: str, y: str, mode: str, b: tuple[int, int] = (0, 0)) -> Call:
        """Print y = W @ x + b, or y += W @ x."""
        return self._call("chainrule_product", (x, y), mode, b)

    def turned(self, x: str, y: str, mode: str) -> Call:
        """Print x = W.T @ y, or x += W.T @ y."""
        return self._call("chainrule_product", (x, y), mode, way=-1)

    def outer(self, x: str, y: str) -> Call:
        """Print dW += y @ x.T."""
        return self._call("chainrule_outer", (x, y))

    def _call(
        self, name: str, xy: tuple[str, str], mode: str = "ZERO", b: tuple[int, int] = (0, 0), way: int = 1
    ) -> Call:
        assert self.w.strides is not None
        assert self.x.strides is not None
        w = (*self.w.shape[::way], self.w.start, *self.w.strides[::way])
        places = zip(map(STORAGES.index, xy), (self.x.strides[0], self.below), strict=True)
        ends = chain.from_iterable([*places][::way])
        at = chain.from_iterable(zip(*self.at[::way], strict=True))
        return Call(name, (len(self.at[0]), *w, *ends, MODES.index(mode), *b, self.beside, *at))


def _product(block: Block) -> list[Call]:
    p, b = Product(block), block.operands[2]
    x, y, same = BASES[block.operands[1].space], BASES[block.space], b.once
    if b.space == ONCE and same.strides is not None and set(same.shape[1:]) <= {1}:
        return [p.product(x, y, "BIAS", (b.start, same.strides[0] * (same.shape[0] > 1)))]
    copied = forward(Block(COPY, block.space, block.start, block.shape, (b,)))
    return [*copied, p.product(x, y, "MORE")]


# The backward pass ------------------------------------------------------------------------------------------


def backward(step: Step) -> tuple[list[Call], int]:
    """Print the calls by which a block hands on its adjoints; say how many slots of scratch they need.

    A matrix product does it by products with G, its adjoints: W.T @ G for x, which comes first as that is
    fastest, and G @ x.T for the weights.
    """
    block, work = step.block, 0
    calls = _zeros(block.space, step.zeros)
    matrix, order = is_product(block), {"x": 0, "b": 1, "w": 2}
    contributions = step.contributions
    for contribution in sorted(contributions, key=lambda c: order[c.parameter]) if matrix else contributions:
        x, y = BASES[block.operands[1].space] if matrix else "", f"d{BASES[block.space]}"
        if matrix and contribution.parameter == "w":
            calls.append(Product(block).outer(x, y))
        elif matrix and contribution.parameter == "x":
            mode = "MORE" if contribution.adds or block.space == ONCE else "ZERO"
            calls += _zeros(contribution.target.space, contribution.zeros)
            calls.append(Product(block, turned=True).turned(f"d{x}", y, mode))
        else:
            made, scratch = _handed_on(block, contribution)
            calls, work = calls + made, max(work, scratch)
    return calls, work


def _zeros(space: Space, slots: Iterable[int]) -> list[Call]:
    """Print zeros for adjoints of rows; the others are all zero when a replay begins."""
    runs: list[list[int]] = []
    for slot in sorted(slots) if space == ROWS else ():
        if runs and runs[-1][1] == slot:
            runs[-1][1] = slot + 1
        else:
            runs.append([slot, slot + 1])
    return [Call("chainrule_zeros", (start, end - start)) for start, end in runs]


def _handed_on(block: Block, contribution: Contribution) -> tuple[list[Call], int]:
    """Print loops over members that hand on one by one, where the plan sums, too."""
    operand, target, parameter = contribution.operand, contribution.target, contribution.parameter
    text, wide = block.op.partials[block.op.parameters.index(parameter)], parameter in block.op.sequences
    formulas = CFormulas(block, text, operand, wide)
    if block.op is TAKE:
        zeros = _zeros(target.space, contribution.zeros)
        return [*zeros, formulas.formula.call(_looked_up(formulas, "{element} += {own};", "g", "d"))], 0
    value = formulas.times(contribution.rule, formulas.names["g"])
    if wide and not formulas.before and not block.counts:
        formulas, wide = CFormulas(block, text, operand, wide, unrolled=True), False
        value = formulas.times(contribution.rule, formulas.names["g"])
    summed = target.shape != operand.shape and not contribution.adds
    adds = "+=" if contribution.adds or summed or operand.space == ONCE else "="
    place = formulas.place("d")
    if formulas.formula.lanes("d"):
        store = [f"{EACH} {place} {adds} {value};"]
    elif value == formulas.names["g"]:
        store = [f"{place} += total({formulas.formula.pointer('g')}, L);"]
    else:
        store = [
            f"{formulas.formula.room('sums')} {EACH} sums[l] = {value};",
            f"{place} += total(sums, L);",
        ]
    call = formulas.formula.call([*formulas.before, *(loop(store) if wide else store)])
    return [*_zeros(target.space, target if summed else contribution.zeros), call], formulas.work
