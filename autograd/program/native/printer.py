"""A lowered program as data and C text: calls of functions, and those functions that `runtime.c` has not.

A block of rows works on `S` numbers per slot, one that does not depend on the row on a single one. Rows are
taken a tile at a time through all blocks, forward and then backward. Blocks that differ in their slots alone
are one function, which is told the slots: `k`. So two programs of one kind, such as a transformer for 8
letters and for 16, have the same text. Prints only; knows no compiler.

Examples
--------
Two neurons, e^(w·x + b), are two blocks. The first is a matrix product, which `runtime.c` has (its `Matrix`
says what the numbers are). The second block reads the sums, ``a0``, and leaves its results, ``o``; as both
neurons lie side by side, in slots 0 and 1 and in slots 2 and 3 of V, their 2 * S numbers are one loop.

>>> from autograd import dot, exp, sum, values
>>> from autograd.program.lowering.adjoints import backward_pass
>>> from autograd.program.lowering.layout import lower
>>> w, x = values(w11=0.5, w12=-1.0, b1=0.25, w21=2.0, w22=0.5, b2=-0.5), values(x1=1.0, x2=2.0)
>>> blocks = lower(sum([exp(dot(w[:2], x, w[2])), exp(dot(w[3:5], x, w[5]))]), x)
>>> product, exponential, _ = blocks.blocks
>>> for function, numbers in forward(product) + forward(exponential):
...     print(function, numbers)
chainrule_product (1, 2, 2, 0, 3, 1, 1, 1, 2, 1, 1, 2, 3, 1, 0, 0)
ROWS(name) {
    {
        const long L = k[2] * S;
        const double *restrict a0 = V + (k[1]) * S;
        double *restrict o = V + (k[0]) * S;
        EACH o[l] = k_exp(a0[l]);
    }
    return 0;
} (2, 0, 2)

Backward, the adjoints ``g`` of the results times the partial, which is the result itself, are the adjoints
``d`` of the sums. From those the bias of each neuron m gets the sum over the rows, and the weights G @ x.T,
summed over the rows, too; the lanes behind the last row have adjoints that are 0.

>>> _, exponential, product = backward_pass(blocks).steps
>>> for function, numbers in backward(exponential)[0] + backward(product)[0]:
...     print(function, numbers)
ROWS(name) {
    {
        const long L = k[3] * S;
        const double *restrict o = V + (k[1]) * S;
        const double *restrict g = dV + (k[2]) * S;
        double *restrict d = dV + (k[0]) * S;
        EACH d[l] = (g[l] * o[l]);
    }
    return 0;
} (0, 2, 2, 2)
ROWS(name) {
    for (long m = 0; m < k[4]; m++) {
        const long L = S;
        const double *restrict g = dV + (k[3] + k[2] * m) * S;
        dU[k[1] + k[0] * m] += total(g, L);
    }
    return 0;
} (3, 2, 1, 0, 2)
chainrule_outer (1, 2, 2, 0, 3, 1, 1, 1, 4, 1, 0, 0, 0, 1, 0, 0)
"""

from __future__ import annotations

import math
import re
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
from autograd.program.native.formulas import AXES, BASES, EACH, Call, CFormulas, Told, loop
from autograd.table.compile import indent
from autograd.table.language import names

RUNTIME = Path(__file__).with_name("runtime.h")
LOOPS = Path(__file__).with_name("runtime.c")
TILE = 64  # rows at most; a multiple of every vector's width
VECTOR = 8  # numbers in the widest vector
CACHED = 2**16  # so many numbers, with their adjoints, stay in a cache that is near
STORAGES = ("U", "X", "V", "dU", "dV")  # `runtime.c` goes by their numbers
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
        spaces = {operand.space for operand in (guard.left, guard.right, guard.masks) if operand}
        calls["f", ROWS if spaces - {ONCE} else ONCE].append(_guard(guard))
    for step in plan.steps:
        made, scratch = backward(step)
        calls["b", step.block.space] += made
        work = max(work, scratch)
    texts = dict.fromkeys(text for several in calls.values() for text, _ in several if "\n" in text)
    name = {text: f"f{k}" for k, text in enumerate(texts)}
    functions = tuple(text.replace("(name)", f"({name[text]})", 1) for text in texts)
    named = ([Call(name.get(text, text), k) for text, k in several] for several in calls.values())
    return Printed(functions, tuple(named), work)


def _function(space: Space, told: Told, body: list[str]) -> Call:
    """Print a function of blocks; `odd` is returned where it is set."""
    odd = any("odd |=" in line for line in body)
    head = [*(["enum { S = 1 };"] if space == ONCE else []), *(["i64 odd = 0;"] if odd else [])]
    lines = [*head, *body, "return odd;" if odd else "return 0;"]
    return Call(
        "\n".join([f"{'ONCE' if space == ONCE else 'ROWS'}(name) {{", *indent(lines), "}"]), told.numbers()
    )


def _guard(guard: Guard) -> Call:
    """Print the comparisons that must come out as recorded."""
    told = Told()

    def element(operand: Operand) -> str:
        slot = told.slot(operand)
        return f"U[{slot}]" if operand.space == ONCE else f"{BASES[operand.space]}[({slot}) * S + l]"

    test = f"({element(guard.left)} {guard.symbol} {element(guard.right)}) != {int(guard.decision)}"
    if guard.masks:
        test = f"({element(guard.masks)} != 0.0) & ({test})"
    spaces = {operand.space for operand in (guard.left, guard.right, guard.masks) if operand}
    lines = loop("m", told.number(len(guard.conditions)), [f"{EACH} odd |= {test};"])
    return _function(ROWS if spaces - {ONCE} else ONCE, told, ["const long L = S;", *lines])


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
    formulas = CFormulas(block)
    if block.op is TAKE:
        lines = [
            f"double *restrict o = {_own(block, formulas)};",
            *_looked_up(block, formulas, "o[l] = {0};"),
        ]
        return [
            _function(
                block.space, formulas.told, formulas.members([*formulas.bind("\n".join(lines)), *lines])
            )
        ]
    result = formulas.read(block.op.forward)
    lines = [
        f"double *restrict o = {_own(block, formulas)};",
        *formulas.before,
        f"{EACH} o[l] = {result};",
    ]
    if names(block.op.undefined or "n") - {"n"}:  # of lengths it was told when it was recorded
        lines.append(f"{EACH} odd |= {formulas.test(block.op.undefined)};")
    return [
        _function(block.space, formulas.told, formulas.members([*formulas.bind("\n".join(lines)), *lines]))
    ]


def _looked_up(block: Block, formulas: CFormulas, statement: str, adjoint: str = "") -> list[str]:
    """Print what is done with the element that each lane looks up, whose address takes the place {0}."""
    slot = formulas.slot("x")
    lane = f" * S{formulas.chunk} + l" if formulas.has_lanes("x") else ""
    element = f"{adjoint}{BASES[block.operands[0].space]}[({slot}){lane}]"
    return [
        "for (long l = 0; l < L; l++) {",
        f"    const long j = place({formulas.names['k']}, {formulas.told.number(block.n)});",
        f"    {statement.format(element)}",
        "}",
    ]


def _own(block: Block, formulas: CFormulas, base: str = "") -> str:
    """Print the address of a block's results, or adjoints, in the loops."""
    named = [*AXES[: formulas.axes], *("0" for _ in block.shape)]
    return f"{base or BASES[block.space]} + ({formulas.told.slot(block.out, named)}) * S{formulas.chunk}"


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
    formulas = CFormulas(block)

    def handed_on(lines: list[str]) -> Call:
        """Print the loops, with those addresses that the lines read."""
        text = "\n".join(lines)
        bases = {"o": BASES[block.space], "g": f"d{BASES[block.space]}"}
        own = [
            f"const double *restrict {name} = {_own(block, formulas, base)};"
            for name, base in bases.items()
            if re.search(rf"\b{name}\b", text)
        ]
        return _function(block.space, formulas.told, formulas.members([*formulas.bind(text), *own, *lines]))

    if block.op is TAKE:
        zeros = _zeros(target.space, contribution.zeros)
        return [*zeros, handed_on(_looked_up(block, formulas, "{0} += g[l];", adjoint="d"))], 0
    value = formulas.times(contribution.rule, "g[l]")
    summed = target.shape != operand.shape and not contribution.adds
    adds = "+=" if contribution.adds or summed or operand.space == ONCE else "="
    slot = formulas.slot(parameter)
    if formulas.has_lanes(parameter):
        base = f"d{BASES[operand.space]}"
        store = [
            f"double *restrict d = {base} + ({slot}) * S{formulas.chunk};",
            f"{EACH} d[l] {adds} {value};",
        ]
    elif value == "g[l]":
        store = [f"dU[{slot}] += total(g, L);"]
    elif block.space == ONCE and formulas.beside == 1:
        store = [f"{EACH} dU[{slot}] += {value};"]
    else:
        store = [f"{formulas.room('sums')} {EACH} sums[l] = {value};", f"dU[{slot}] += total(sums, L);"]
    if parameter in block.op.sequences:
        store = formulas.elements([*formulas.bind("\n".join(store), sequences=True), *store])
    call = handed_on([*formulas.before, *store])
    return [*_zeros(target.space, target if summed else contribution.zeros), call], formulas.work
