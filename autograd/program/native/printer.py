"""A lowered program as C text: its sizes, `runtime.h`, and its blocks as functions over a tile of rows.

A block of rows works on `lanes` numbers per slot, one that does not depend on the row on a single one. Rows
are taken a tile at a time through all blocks, forward and then backward. Prints only; knows no compiler.

Examples
--------
Two neurons, e^(w·x + b), are two blocks. The first is a matrix product: two rows of two weights lie in U from
slot 0 on, 3 slots from row to row and 1 from weight to weight (the third is the bias: ``BIAS, U + 2, 3``); x
is in slots 0 and 1 of X, which has S numbers for each slot; the sums go to slots 0 and 1 of V. The second
block reads these, ``a0``, and leaves its results, ``o``, in slots 2 and 3: o[l] of member m is neuron m of
the row in lane l.

>>> from autograd import dot, exp, sum, values
>>> from autograd.program.lowering.adjoints import backward_pass
>>> from autograd.program.lowering.layout import lower
>>> w, x = values(w11=0.5, w12=-1.0, b1=0.25, w21=2.0, w22=0.5, b2=-0.5), values(x1=1.0, x2=2.0)
>>> blocks = lower(sum([exp(dot(w[:2], x, w[2])), exp(dot(w[3:5], x, w[5]))]), x)
>>> product, exponential, _ = blocks.blocks
>>> for line in forward(product, Tables()) + forward(exponential, Tables()):
...     print(line)
product(2, 2, U + 0, 3, 1, X + 0 * S, 1 * S, V + 0 * S, S, BIAS, U + 2, 3, lanes);
for (long m = 0; m < 2; m++) {
    const double *restrict a0 = V + (0 + 1 * m) * S;
    double *restrict o = V + (2 + m) * S;
    for (long l = 0; l < lanes; l++) o[l] = k_exp(a0[l]);
}

Backward, the adjoints ``g`` of the results times the partial, which is the result itself, are the adjoints
``d`` of the sums. From those the bias gets the sum over the rows, and the weights G @ x.T, summed over the
rows, too, after the lanes behind the last row were made 0.

>>> _, exponential, product = backward_pass(blocks).steps
>>> for line in backward(exponential, Tables())[0] + backward(product, Tables())[0]:
...     print(line)
for (long m = 0; m < 2; m++) {
    const double *restrict a0 = V + (0 + 1 * m) * S;
    const double *restrict o = V + (2 + m) * S, *restrict g = dV + (2 + m) * S;
    double *restrict d = dV + (0 + 1 * m) * S;
    for (long l = 0; l < lanes; l++) d[l] = (g[l] * o[l]);
}
for (long m = 0; m < 2; m++) {
    const double a2 = U[2 + 3 * m];
    const double *restrict o = V + (0 + m) * S, *restrict g = dV + (0 + m) * S;
    dU[2 + 3 * m] += total(g, count);
}
if (count < lanes) {
    blank(dV + 0 * S, S, 2, count, lanes);
    blank(X + 0 * S, 1 * S, 2, count, lanes);
}
outer(2, 2, dV + 0 * S, X + 0 * S, 1 * S, dU + 0, 3, 1, lanes);
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograd.program.lowering.adjoints import Backward, Contribution, Step
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Guard, Operand, Space
from autograd.program.native.formulas import BASES, EACH, CFormulas, Tables, loop
from autograd.table.compile import indent

RUNTIME = Path(__file__).with_name("runtime.h")
TILE = 64  # rows; a multiple of every vector's width
STEP = TILE + 8  # numbers from slot to slot: no power of two, so that slots do not compete for cache sets

ONE = ["enum { S = 1 };", "const long lanes = 1, count = 1;"]
PLACES: dict[Space, tuple[str, str]] = {  # what a function for each place takes, forward and backward
    ONCE: ("double *U, double *work", "double *U, double *dU, double *work"),
    ROWS: (
        "double *U, double *X, double *V, double *work, long lanes",
        "double *U, double *dU, double *X, double *V, double *dV, double *work, long lanes, long count",
    ),
}


def source(blocks: Blocks, plan: Backward) -> tuple[str, int]:
    """Print a program, and say how many slots of scratch it needs beside its rows and their adjoints."""
    tables = Tables()
    loss, work = blocks.loss, 1
    lines: list[str] = []
    calls: dict[tuple[str, Space], list[str]] = {(way, place): [] for way in "fb" for place in PLACES}
    if loss.space == ROWS:
        calls["b", ROWS].append(f"{EACH} dV[{loss.start} * S + l] = l < count ? seed : 0.0;")
    elif loss.space == ONCE:
        calls["b", ONCE].append(f"dU[{loss.start}] += seed;")
    for number, block in enumerate(blocks.blocks):
        lines += _function(f"f{number}", block.space, forward(block, tables))
        calls["f", block.space].append(f"odd |= f{number}({_names(block.space)});")
    for number, step in enumerate(plan.steps):
        body, scratch = backward(step, tables)
        work, space = max(work, scratch), step.block.space
        lines += _function(f"b{number}", space, body)
        calls["b", space].append(f"b{number}({_names(space, backward=True)});")
    for guard in blocks.guards:
        spaces = {operand.space for operand in (guard.left, guard.right, guard.masks) if operand}
        place: Space = ROWS if spaces - {ONCE} else ONCE
        calls["f", place].append(_guard(guard, tables))
    for (way, place), body in calls.items():
        seeded = [*body, "return odd;"] if way == "f" else body
        lines += _function(f"{'forward' if way == 'f' else 'backward'}_{place}", place, seeded, whole=True)
    predicted = [f"y[{k}] = {_element(x, tables)};" for k, x in enumerate(blocks.outputs)]
    lines += _of_one_row("void predict(double *U, double *X, double *V, double *y, long l)", predicted)
    lines += _of_one_row(
        "double loss(double *U, double *X, double *V, long l)", [f"return {_element(loss, tables)};"]
    )
    text = [_sizes(blocks), RUNTIME.read_text(encoding="utf-8"), *tables.lines(), *lines, ""]
    return "\n".join(text), work


def _sizes(blocks: Blocks) -> str:
    sizes = {
        "LEAVES": len(blocks.leaves), "OUTPUTS": len(blocks.outputs), "CONSTANT": blocks.sizes[ONCE],
        "INPUTS": blocks.sizes[INPUTS], "SLOTS": blocks.sizes[ROWS], "T": TILE, "S": STEP,
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
    return f"for (long m = 0; m < {len(guard.conditions)}; m++) {EACH} odd |= {test};"


def _names(place: Space, backward: bool = False) -> str:
    """Turn a list of parameters into the list of their names."""
    return ", ".join(parameter.split()[-1].lstrip("*") for parameter in PLACES[place][backward].split(", "))


def _function(name: str, place: Space, body: list[str], whole: bool = False) -> list[str]:
    """Print the function of one block, or of all.

    Blocks stay functions of their own: in one large function, compiling would grow with the square.
    """
    backward = name.startswith("b")
    seed = ", double seed" if whole and backward else ""
    end = [] if backward or whole else ["return odd;"]
    return [
        f"static {'' if whole else 'APART '}{'void' if backward else 'i64'}",
        f"{name}({PLACES[place][backward]}{seed}) {{",
        *indent([*(ONE if place == ONCE else []), *([] if backward else ["i64 odd = 0;"]), *body, *end]),
        "}",
    ]


def is_product(block: Block) -> bool:
    """Whether a block is a matrix product whose factors lie in a pattern."""
    if not block.matrix or block.space != ROWS:
        return False
    w, x, _ = block.operands
    apart = x.strides is not None and (x.strides[1] != 0 or block.n == 1)
    return apart and x.space != ONCE and w.strides is not None and w.distinct


def forward(block: Block, tables: Tables) -> list[str]:
    """Print the lines that compute a block; they set `odd` where its row leaves the reals."""
    if is_product(block):
        return _product(block, tables)
    formulas = CFormulas(block, tables)
    result = formulas.read(block.op.forward)
    test = formulas.test(block.op.undefined) if block.op.undefined else ""
    lines = [
        *formulas.bind(),
        f"double *restrict o = {BASES[block.space]} + ({block.start} + m) * S;",
        *formulas.before,
        f"{EACH} o[l] = {result};",
    ]
    if test:
        lines.append(f"{EACH} odd |= {test} ? 1 : 0;")
    return loop("m", block.size, lines)


def _factors(block: Block) -> tuple[str, str]:
    """Print the weights with their strides, and x with the distance of its elements."""
    w, x, _ = block.operands
    assert w.strides is not None and x.strides is not None
    return (
        f"U + {w.start}, {w.strides[0]}, {w.strides[1]}",
        f"{BASES[x.space]} + {x.start} * S, {x.strides[1]} * S",
    )


def _product(block: Block, tables: Tables) -> list[str]:
    weights, x = _factors(block)
    b = block.operands[2]
    call = f"product({block.size}, {block.n}, {weights}, {x}, V + {block.start} * S, S"
    if b.space == ONCE and b.strides is not None:
        return [f"{call}, BIAS, U + {b.start}, {b.strides[0]}, lanes);"]
    value = f"U[{tables.slot(b)}]" if b.space == ONCE else f"{BASES[b.space]}[({tables.slot(b)}) * S + l]"
    return [
        *loop("m", block.size, [f"{EACH} V[({block.start} + m) * S + l] = {value};"]),
        f"{call}, MORE, 0, 0, lanes);",
    ]


def backward(step: Step, tables: Tables) -> tuple[list[str], int]:
    """Print the lines by which a block hands on its adjoints; say how many slots of scratch they need.

    A matrix product does it by products with G, its adjoints: W.T @ G for x, which comes first as that is
    fastest, and G @ x.T for the weights.
    """
    lines, work = _zeros(step.block.space, step.zeros), 0
    matrix, order = is_product(step.block), {"x": 0, "b": 1, "w": 2}
    contributions = step.contributions
    for contribution in sorted(contributions, key=lambda c: order[c.parameter]) if matrix else contributions:
        if matrix and contribution.parameter != "b":
            lines += (_outer if contribution.parameter == "w" else _turned)(step.block, contribution)
            continue
        made, scratch = _handed_on(step.block, contribution, tables)
        lines, work = lines + made, max(work, scratch)
    return lines, work


def _zeros(space: Space, slots: Iterable[int]) -> list[str]:
    """Print zeros for adjoints of rows; the others are all zero when a replay begins."""
    runs: list[list[int]] = []
    for slot in sorted(slots) if space == ROWS else ():
        if runs and runs[-1][1] == slot:
            runs[-1][1] = slot + 1
        else:
            runs.append([slot, slot + 1])
    return [f"memset(dV + {a} * S, 0, {end - a} * S * sizeof(double));" for a, end in runs]


def _handed_on(block: Block, contribution: Contribution, tables: Tables) -> tuple[list[str], int]:
    """Print a loop over members that hands on one by one, where the plan sums, too."""
    operand, target = contribution.operand, contribution.target
    formulas = CFormulas(block, tables)
    value = formulas.times(contribution.rule, "g[l]")
    summed = target.shape != operand.shape and not contribution.adds
    adds = "+=" if contribution.adds or summed else "="
    slot = tables.slot(operand)
    if operand.space == ROWS:
        store = [f"double *restrict d = dV + ({slot}) * S;", f"{EACH} d[l] {adds} {value};"]
    elif block.space == ONCE:
        store = [f"{EACH} dU[{slot}] += {value};"]
    elif value == "g[l]":
        store = [f"dU[{slot}] += total(g, count);"]
    else:
        store = ["double c[T];", f"{EACH} c[l] = {value};", f"dU[{slot}] += total(c, count);"]
    if len(operand.shape) > 1:
        store = loop("j", block.n, [*formulas.bind(sequences=True), *store])
    base, place = BASES[block.space], f"({block.start} + m) * S"
    heads = [f"const double *restrict o = {base} + {place}, *restrict g = d{base} + {place};"]
    lines = loop("m", block.size, [*formulas.bind(), *heads, *formulas.before, *store])
    return [*_zeros(target.space, target if summed else contribution.zeros), *lines], formulas.work


def _turned(block: Block, contribution: Contribution) -> list[str]:
    """Print W.T @ G."""
    w, x, _ = block.operands
    assert w.strides is not None and x.strides is not None
    weights, mode = f"U + {w.start}, {w.strides[1]}, {w.strides[0]}", "MORE" if contribution.adds else "ZERO"
    ends = f"dV + {x.start} * S, {x.strides[1]} * S, {mode}, 0, 0, lanes"
    call = f"product({block.n}, {block.size}, {weights}, dV + {block.start} * S, S, {ends});"
    return [*_zeros(x.space, contribution.zeros), call]


def _outer(block: Block, contribution: Contribution) -> list[str]:
    """Print G @ x.T."""
    w, x, _ = block.operands
    assert w.strides is not None and x.strides is not None
    upstream, target = f"dV + {block.start} * S", f"dU + {w.start}, {w.strides[0]}, {w.strides[1]}"
    base, step = f"{BASES[x.space]} + {x.start} * S", f"{x.strides[1]} * S"
    return [
        "if (count < lanes) {",
        f"    blank({upstream}, S, {block.size}, count, lanes);",
        f"    blank({base}, {step}, {block.n}, count, lanes);",
        "}",
        f"outer({block.size}, {block.n}, {upstream}, {base}, {step}, {target}, lanes);",
    ]
