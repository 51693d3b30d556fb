"""A lowered program as C text: its sizes, `runtime.h`, and its blocks as functions over a tile of rows.

A block of rows works on `lanes` numbers per slot, one that does not depend on the row on a single one. Rows
are taken a tile at a time through all blocks, forward and then backward. Prints only; knows no compiler.

Examples
--------
Two neurons, e^(w·x + b), are two blocks. The first is a matrix product: two rows of two weights lie in U from
slot 0 on, 3 slots from row to row and 1 from weight to weight (the third is the bias: ``BIAS, U + 2, 3``); x
is in slots 0 and 1 of X, which has S numbers for each slot; the sums go to slots 0 and 1 of V. The second
block reads these, ``a0``, and leaves its results, ``o``, in slots 2 and 3; as both neurons lie side by side,
their 2 * S numbers are taken in one loop.

>>> from autograd import dot, exp, sum, values
>>> from autograd.program.lowering.adjoints import backward_pass
>>> from autograd.program.lowering.layout import lower
>>> w, x = values(w11=0.5, w12=-1.0, b1=0.25, w21=2.0, w22=0.5, b2=-0.5), values(x1=1.0, x2=2.0)
>>> blocks = lower(sum([exp(dot(w[:2], x, w[2])), exp(dot(w[3:5], x, w[5]))]), x)
>>> product, exponential, _ = blocks.blocks
>>> for line in forward(product, Tables()) + forward(exponential, Tables()):
...     print(line)
product(2, 2, U + 0, 3, 1, X + (0) * S, 1 * S, V + (0) * S, 1 * S, BIAS, U + 2, 3, 1 * S);
{
    const long L = 2 * S;
    const double *restrict a0 = V + (0) * S;
    double *restrict o = V + (2) * S;
    for (long l = 0; l < L; l++) o[l] = k_exp(a0[l]);
}

Backward, the adjoints ``g`` of the results times the partial, which is the result itself, are the adjoints
``d`` of the sums. From those the bias of each neuron m gets the sum over the rows, and the weights G @ x.T,
summed over the rows, too; the lanes behind the last row have adjoints that are 0.

>>> _, exponential, product = backward_pass(blocks).steps
>>> for line in backward(exponential, Tables())[0] + backward(product, Tables())[0]:
...     print(line)
{
    const long L = 2 * S;
    const double *restrict a0 = V + (0) * S;
    const double *restrict o = V + (2) * S, *restrict g = dV + (2) * S;
    double *restrict d = dV + (0) * S;
    for (long l = 0; l < L; l++) d[l] = (g[l] * o[l]);
}
for (long m = 0; m < 2; m++) {
    const long L = S;
    const double a2 = U[2 + 3 * m];
    const double *restrict o = V + (0 + 1 * m) * S, *restrict g = dV + (0 + 1 * m) * S;
    dU[2 + 3 * m] += total(g, L);
}
outer(2, 2, dV + (0) * S, 1 * S, X + (0) * S, 1 * S, dU + 0, 3, 1, 1 * S);
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from autograd.program.lowering.adjoints import Backward, Contribution, Step
from autograd.program.lowering.blocks import (
    COPY,
    INPUTS,
    ONCE,
    ROWS,
    TAKE,
    Block,
    Blocks,
    Guard,
    Operand,
    Space,
)
from autograd.program.native.calls import Call, rolled
from autograd.program.native.formulas import AXES, BASES, EACH, CFormulas, Tables, loop
from autograd.table.compile import indent

RUNTIME = Path(__file__).with_name("runtime.h")
TILE = 64  # rows at most; a multiple of every vector's width
VECTOR = 8  # numbers in the widest vector
CACHED = 2**16  # so many numbers, with their adjoints, stay in a cache that is near

ONE = ["enum { S = 1 };"]
PLACES: dict[Space, tuple[str, str]] = {  # what a function for each place takes, forward and backward
    ONCE: ("double *U, double *work", "double *U, double *dU, double *work"),
    ROWS: (
        "double *U, double *X, double *V, double *work, const long S",
        "double *U, double *dU, double *X, double *V, double *dV, double *work, const long S",
    ),
}


def tile(blocks: Blocks) -> int:
    """Return how many rows are taken together at most: so many that what they need stays near."""
    return max(VECTOR, min(TILE, CACHED // max(1, blocks.sizes[ROWS]) // VECTOR * VECTOR))


def source(blocks: Blocks, plan: Backward) -> tuple[str, int, int]:
    """Print a program; say how many slots of scratch it needs beside its rows, and how many functions."""
    tables = Tables()
    loss, work = blocks.loss, 1
    lines: list[str] = []
    calls: dict[tuple[str, Space], list[str]] = {(way, place): [] for way in "fb" for place in PLACES}
    if loss.space == ROWS:
        calls["b", ROWS].append(
            f"for (long l = 0; l < S; l++) dV[{loss.start} * S + l] = l < count ? seed : 0.0;"
        )
    elif loss.space == ONCE:
        calls["b", ONCE].append(f"dU[{loss.start}] += seed;")
    functions: dict[tuple[str, ...], str] = {}
    made: dict[tuple[str, Space], list[Call]] = {way: [] for way in calls}

    def call(way: str, place: Space, body: list[str]) -> None:
        """Add the call of a function, which is printed if it is new."""
        key = (way, place, *body)
        if key not in functions:
            functions[key] = f"{way}{len(functions)}"
            lines.extend(_function(functions[key], place, body))
        made[way, place].append(Call(functions[key], tuple(tables.arguments or ())))

    for block in blocks.blocks:
        tables.arguments = []
        call("f", block.space, forward(block, tables))
    for step in plan.steps:
        tables.arguments = []
        body, scratch = backward(step, tables)
        work = max(work, scratch)
        call("b", step.block.space, body)
    tables.arguments = None
    for (way, place), several in made.items():
        form = f"{'odd |= ' if way == 'f' else ''}{{}}({_names(place, backward=way == 'b')}, {{}});"
        calls[way, place] += rolled(several, form, tables.name)
    for guard in blocks.guards:
        spaces = {operand.space for operand in (guard.left, guard.right, guard.masks) if operand}
        calls["f", ROWS if spaces - {ONCE} else ONCE].append(_guard(guard, tables))
    for (way, place), body in calls.items():
        seeded = [*body, "return odd;"] if way == "f" else body
        lines += _function(f"{'forward' if way == 'f' else 'backward'}_{place}", place, seeded, whole=True)
    predicted = [f"y[{k}] = {_element(x, tables)};" for k, x in enumerate(blocks.outputs)]
    lines += _of_one_row(
        "void predict(double *U, double *X, double *V, double *y, const long S, long l)", predicted
    )
    lines += _of_one_row(
        "double loss(double *U, double *X, double *V, const long S, long l)",
        [f"return {_element(loss, tables)};"],
    )
    text = [_sizes(blocks), RUNTIME.read_text(encoding="utf-8"), *tables.lines(), *lines, ""]
    return "\n".join(text), work, len(functions)


def _sizes(blocks: Blocks) -> str:
    sizes = {
        "LEAVES": len(blocks.leaves), "OUTPUTS": len(blocks.outputs), "CONSTANT": blocks.sizes[ONCE],
        "INPUTS": blocks.sizes[INPUTS], "SLOTS": blocks.sizes[ROWS], "T": tile(blocks),
    }  # fmt: skip
    return f"#define SIZES {', '.join(f'{name} = {size}' for name, size in sizes.items())}"


def _of_one_row(head: str, body: list[str]) -> list[str]:
    """Print a function that reads the numbers of the row in lane l."""
    return [f"static {head} {{", "    const long m = 0;", *indent(body), "}"]


def _element(operand: Operand, tables: Tables) -> str:
    slot = tables.slot(operand)
    return f"U[{slot}]" if operand.space == ONCE else f"{BASES[operand.space]}[({slot}) * S + l]"


def _guard(guard: Guard, tables: Tables) -> str:
    """Print the comparisons that must come out as recorded."""
    left, right = _element(guard.left, tables), _element(guard.right, tables)
    test = f"({left} {guard.symbol} {right}) != {int(guard.decision)}"
    if guard.masks:
        test = f"({_element(guard.masks, tables)} != 0.0) & ({test})"
    each = "for (long l = 0; l < S; l++)"
    return f"for (long m = 0; m < {len(guard.conditions)}; m++) {each} odd |= {test};"


def _names(place: Space, backward: bool = False) -> str:
    """Turn a list of parameters into the list of their names."""
    return ", ".join(parameter.split()[-1].lstrip("*") for parameter in PLACES[place][backward].split(", "))


def _function(name: str, place: Space, body: list[str], whole: bool = False) -> list[str]:
    """Print the function of blocks that differ in their slots, k, or of all blocks.

    They stay functions of their own: in one large function, compiling would grow with the square.
    """
    backward = name.startswith("b")
    seed = (", long count, double seed" if place == ROWS else ", double seed") if whole and backward else ""
    end = [] if backward or whole else ["return odd;"]
    return [
        f"static {'' if whole else 'APART '}{'void' if backward else 'i64'}",
        f"{name}({PLACES[place][backward]}{seed if whole else ', const int *k'}) {{",
        *indent([*(ONE if place == ONCE else []), *([] if backward else ["i64 odd = 0;"]), *body, *end]),
        "}",
    ]


def is_product(block: Block) -> bool:
    """Whether a block is a matrix product whose factors lie in a pattern."""
    if not block.matrix:
        return False
    w, x = block.weights, block.columns
    apart = x.strides is not None and (x.strides[0] != 0 or block.n == 1)
    return apart and (block.space == ONCE or x.space != ONCE) and w.strides is not None and w.distinct


def forward(block: Block, tables: Tables) -> list[str]:
    """Print the lines that compute a block; they set `odd` where its row leaves the reals."""
    if is_product(block):
        return _product(block, tables)
    formulas = CFormulas(block, tables)
    if block.op is TAKE:
        own = f"double *restrict o = {_own(block, formulas)};"
        return formulas.members([*formulas.bind(), own, *_looked_up(block, formulas, "o[l] = {0};")])
    result = formulas.read(block.op.forward)
    test = formulas.test(block.op.undefined) if block.op.undefined else ""
    lines = [
        *formulas.bind(),
        f"double *restrict o = {_own(block, formulas)};",
        *formulas.before,
        f"{EACH} o[l] = {result};",
    ]
    if test:
        lines.append(f"{EACH} odd |= {test} ? 1 : 0;")
    return formulas.members(lines)


def _looked_up(block: Block, formulas: CFormulas, statement: str, adjoint: str = "") -> list[str]:
    """Print what is done with the element that each lane looks up, whose address takes the place {0}."""
    slot = formulas.slot("x")
    lane = f" * S{formulas.chunk} + l" if formulas.has_lanes("x") else ""
    element = f"{adjoint}{BASES[block.operands[0].space]}[({slot}){lane}]"
    return [
        "for (long l = 0; l < L; l++) {",
        f"    const long j = place({formulas.names['k']}, {formulas.tables.argument(block.n)});",
        f"    {statement.format(element)}",
        "}",
    ]


def _own(block: Block, formulas: CFormulas, base: str = "") -> str:
    """Print the address of a block's results, or adjoints, in the loops."""
    named = [*AXES[: formulas.axes], *("0" for _ in block.shape)]
    return f"{base or BASES[block.space]} + ({formulas.tables.slot(block.out, named)}) * S{formulas.chunk}"


# Matrix products --------------------------------------------------------------------------------------------


class Product:
    """A matrix product in print: where W, x and the results lie, and the loops over columns that lie apart.

    Parameters
    ----------
    block : Block
    tables : Tables
    turned : bool
        Hand on to x, whose columns may overlap then.
    """

    def __init__(self, block: Block, tables: Tables, turned: bool = False) -> None:
        self.tables, self.w, self.x, self.out = tables, block.weights, block.columns, block.out.without(0)
        axes, beside = len(self.x.shape), 1
        strides = self.x.strides or ()
        while axes > 1 and strides[axes - 1] in (beside, 0 if self.x.shape[axes - 1] == 1 else beside):
            if turned and not self.x.distinct:
                break
            axes, beside = axes - 1, beside * self.x.shape[axes - 1]
        self.named = [*AXES[1:axes], *("0" for _ in self.x.shape)]
        self.loops, self.columns = axes - 1, f"{tables.argument(beside)} * S"
        self.apart = f"{tables.argument(math.prod(self.x.shape[1:]))} * S"  # from one neuron to the next one

    def size(self, turned: bool = False) -> str:
        """Print how many rows and columns W has."""
        return ", ".join(map(self.tables.argument, self.w.shape[:: -1 if turned else 1]))

    def own(self, base: str) -> str:
        """Print where the block's own numbers begin."""
        return f"{base} + ({self.tables.slot(self.out, self.named)}) * S"

    def read(self, base: str) -> str:
        """Print where x begins, and how far it is to the next element."""
        assert self.x.strides is not None
        slot = self.tables.slot(self.x.without(0), self.named)
        return f"{base} + ({slot}) * S, {self.tables.argument(self.x.strides[0])} * S"

    def weights(self, base: str, turned: bool = False) -> str:
        """Print where W begins, and how far it is to the next row and column."""
        assert self.w.strides is not None
        row, column = map(self.tables.argument, self.w.strides[:: -1 if turned else 1])
        return f"{base} + {self.tables.argument(self.w.start)}, {row}, {column}"

    def each(self, call: str) -> list[str]:
        """Print the loops around a call."""
        lines = [call]
        for axis, n in reversed(list(zip(AXES[1:], self.x.shape[1:], strict=False))[: self.loops]):
            lines = loop(axis, self.tables.argument(n), lines)
        return lines


def _product(block: Block, tables: Tables) -> list[str]:
    p, b = Product(block, tables), block.operands[2]
    base, x = BASES[block.space], BASES[block.operands[1].space]
    call = f"product({p.size()}, {p.weights('U')}, {p.read(x)}, {p.own(base)}, {p.apart}"
    same = b.once
    if b.space == ONCE and same.strides is not None and set(same.shape[1:]) <= {1}:
        start, step = tables.argument(b.start), tables.argument(same.strides[0] * (same.shape[0] > 1))
        return p.each(f"{call}, BIAS, U + {start}, {step}, {p.columns});")
    return [
        *forward(Block(COPY, block.space, block.start, block.shape, (b,)), tables),
        *p.each(f"{call}, MORE, 0, 0, {p.columns});"),
    ]


def _turned(block: Block, contribution: Contribution, tables: Tables) -> list[str]:
    """Print W.T @ G."""
    p, base = Product(block, tables, turned=True), BASES[block.space]
    mode = "MORE" if contribution.adds or block.space == ONCE else "ZERO"
    weights, upstream = p.weights("U", turned=True), f"{p.own(f'd{base}')}, {p.apart}"
    ends = f"{p.read(f'd{base}')}, {mode}, 0, 0, {p.columns});"
    lines = p.each(f"product({p.size(turned=True)}, {weights}, {upstream}, {ends}")
    return [*_zeros(contribution.target.space, contribution.zeros, tables), *lines]


def _outer(block: Block, tables: Tables) -> list[str]:
    """Print G @ x.T."""
    p, x = Product(block, tables), BASES[block.operands[1].space]
    ends = f"{p.read(x)}, {p.weights('dU')}, {p.columns});"
    return p.each(f"outer({p.size()}, {p.own(f'd{BASES[block.space]}')}, {p.apart}, {ends}")


# The backward pass ------------------------------------------------------------------------------------------


def backward(step: Step, tables: Tables) -> tuple[list[str], int]:
    """Print the lines by which a block hands on its adjoints; say how many slots of scratch they need.

    A matrix product does it by products with G, its adjoints: W.T @ G for x, which comes first as that is
    fastest, and G @ x.T for the weights.
    """
    lines, work = _zeros(step.block.space, step.zeros, tables), 0
    matrix, order = is_product(step.block), {"x": 0, "b": 1, "w": 2}
    contributions = step.contributions
    for contribution in sorted(contributions, key=lambda c: order[c.parameter]) if matrix else contributions:
        if matrix and contribution.parameter != "b":
            lines += (
                _outer(step.block, tables)
                if contribution.parameter == "w"
                else _turned(step.block, contribution, tables)
            )
            continue
        made, scratch = _handed_on(step.block, contribution, tables)
        lines, work = lines + made, max(work, scratch)
    return lines, work


def _zeros(space: Space, slots: Iterable[int], tables: Tables) -> list[str]:
    """Print zeros for adjoints of rows; the others are all zero when a replay begins."""
    runs: list[list[int]] = []
    for slot in sorted(slots) if space == ROWS else ():
        if runs and runs[-1][1] == slot:
            runs[-1][1] = slot + 1
        else:
            runs.append([slot, slot + 1])
    return [
        f"memset(dV + {tables.argument(a)} * S, 0, {tables.argument(end - a)} * S * sizeof(double));"
        for a, end in runs
    ]


def _handed_on(block: Block, contribution: Contribution, tables: Tables) -> tuple[list[str], int]:
    """Print loops over members that hand on one by one, where the plan sums, too."""
    operand, target, parameter = contribution.operand, contribution.target, contribution.parameter
    formulas = CFormulas(block, tables)

    def heads() -> list[str]:
        own = (_own(block, formulas, base) for base in (BASES[block.space], f"d{BASES[block.space]}"))
        return [*formulas.bind(), "const double *restrict o = {}, *restrict g = {};".format(*own)]

    if block.op is TAKE:
        lines = formulas.members([*heads(), *_looked_up(block, formulas, "{0} += g[l];", adjoint="d")])
        return [*_zeros(target.space, contribution.zeros, tables), *lines], 0
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
        store = formulas.elements([*formulas.bind(sequences=True), *store])
    lines = formulas.members([*heads(), *formulas.before, *store])
    return [*_zeros(target.space, target if summed else contribution.zeros, tables), *lines], formulas.work
