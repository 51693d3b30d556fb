"""A lowered program as C text: the whole file, with its three entries.

Rows are taken a tile at a time through all blocks, forward and then backward, so that a tile's numbers stay
in the cache. Prints only; `native` runs it.
"""

from __future__ import annotations

from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Blocks, Guard, Operand, Space
from autograd.program.native import source_functions as c_source_functions
from autograd.program.native import source_products as c_source_products
from autograd.program.native.formulas import BASES, EACH, Tables
from autograd.program.native.source_blocks import Backward, forward
from autograd.table.compile import indent

TILE = 64  # rows; a multiple of every vector's width
STEP = TILE + 8  # numbers from slot to slot: no power of two, so that slots do not compete for cache sets

ENTRIES = """\
/* Where everything lies: told once, so that a call takes few arguments. */
typedef struct { double *U, *dU, *losses, *sum, *outputs, *inputs, *space; const double *rows; i64 B; } Frame;

static void APART load(const Frame *f) {
    double *inputs = f->inputs;
    for (long first = 0; first < f->B; first += T, inputs += INPUTS * S) {
        const long count = f->B - first < T ? f->B - first : T, lanes = (count + W - 1) / W * W;
        for (long l = 0; l < lanes; l++) {
            const double *row = f->rows + (first + (l < count ? l : count - 1)) * INPUTS;
            for (long k = 0; k < INPUTS; k++) inputs[k * S + l] = row[k];
        }
    }
}

static i64 APART
replay(const Frame *f, double *dU, double seed, double *losses, double *outputs) {
    double *U = f->U, *X = f->inputs, *V = f->space, *dV = V + SLOTS * S, *work = dV + SLOTS * S;
    i64 odd = forward_once(U, work);
    double added = 0.0;
    if (dU) memset(dU, 0, CONSTANT * sizeof(double));
    for (long first = 0; first < f->B; first += T, X += INPUTS * S) {
        const long count = f->B - first < T ? f->B - first : T, lanes = (count + W - 1) / W * W;
        odd |= forward_rows(U, X, V, work, lanes);
        for (long l = 0; l < count; l++) added += LOSS;
        for (long l = 0; losses && l < count; l++) losses[first + l] = LOSS;
        for (long l = 0; outputs && l < count; l++) predict(U, X, V, outputs + (first + l) * OUTPUTS, l);
        if (dU) backward_rows(U, dU, X, V, dV, work, lanes, count, seed);
    }
    if (dU) backward_once(U, dU, work, seed * f->B);
    *f->sum = added;
    return odd;
}

/* Whether a gradient is nan: 0 times infinity, perhaps, on an edge that is none. */
static i64 APART lost(const double *dU) {
    i64 nan = 0;
    for (long k = 0; k < LEAVES; k++) nan |= dU[k] != dU[k];
    return nan;
}

int chainrule_losses(const Frame *f) {
    load(f);
    return replay(f, 0, 0.0, f->losses, f->outputs) != 0;
}

int chainrule_step(const Frame *f, double seed) {
    load(f);
    return replay(f, f->dU, seed, 0, f->outputs) || lost(f->dU);
}

i64 chainrule_train(const Frame *f, i64 steps, double lr, double *losses) {
    load(f);
    const double each = 1.0 / f->B;
    for (i64 step = 0; step < steps; step++) {
        if (replay(f, f->dU, each, 0, step + 1 < steps ? 0 : f->outputs) || lost(f->dU)) return step;
        losses[step] = *f->sum * each;
        for (long k = 0; k < LEAVES; k++) {
            const double update = lr * f->dU[k];
            f->U[k] -= update;
        }
    }
    return steps;
}
"""


ONE = ["enum { S = 1 };", "const long lanes = 1, count = 1;"]
PLACES: dict[Space, tuple[str, str]] = {  # what a function for each place takes, forward and backward
    ONCE: ("double *U, double *work", "double *U, double *dU, double *work"),
    ROWS: (
        "double *U, double *X, double *V, double *work, long lanes",
        "double *U, double *dU, double *X, double *V, double *dV, double *work, long lanes, long count",
    ),
}


def source(blocks: Blocks) -> tuple[str, int]:
    """Print a program, and say how many slots of scratch it needs beside its rows and their adjoints."""
    tables = Tables()
    backward = Backward(blocks, tables)
    loss = blocks.loss
    lines: list[str] = []
    calls: dict[tuple[str, Space], list[str]] = {(way, place): [] for way in "fb" for place in PLACES}
    if loss.space == ROWS:
        calls["b", ROWS].append(f"{EACH} dV[{loss.start} * S + l] = l < count ? seed : 0.0;")
    elif loss.space == ONCE:
        calls["b", ONCE].append(f"dU[{loss.start}] += seed;")
    for number, block in enumerate(blocks.blocks):
        lines += _function(f"f{number}", block.space, forward(block, tables))
        calls["f", block.space].append(f"odd |= f{number}({_names(block.space)});")
    for number, block in reversed(list(enumerate(blocks.blocks))):
        body = backward.lines(block)
        if body:
            lines += _function(f"b{number}", block.space, body)
            calls["b", block.space].append(f"b{number}({_names(block.space, backward=True)});")
    for guard in blocks.guards:
        place: Space = ROWS if {guard.left.space, guard.right.space} - {ONCE} else ONCE
        calls["f", place].append(_guard(guard, tables))
    for (way, place), body in calls.items():
        seeded = [*body, "return odd;"] if way == "f" else body
        lines += _function(f"{'forward' if way == 'f' else 'backward'}_{place}", place, seeded, whole=True)
    predicted = [f"y[{k}] = {_element(x, tables)};" for k, x in enumerate(blocks.outputs)]
    lines += [
        "static void predict(double *U, double *X, double *V, double *y, long l) {",
        "    const long m = 0;",
    ]
    lines += [*indent(predicted), "}", f"#define LOSS {_element(loss, tables).replace('m', '0')}"]
    return "\n".join([*_head(blocks), *tables.lines(), *lines, ENTRIES]), max(1, backward.work)


def _head(blocks: Blocks) -> list[str]:
    sizes = {"LEAVES": len(blocks.leaves), "OUTPUTS": len(blocks.outputs), "CONSTANT": blocks.sizes[ONCE]}
    sizes |= {"INPUTS": blocks.sizes[INPUTS], "SLOTS": blocks.sizes[ROWS], "T": TILE, "S": STEP}
    return [
        "#include <math.h>",
        "#include <string.h>",
        "typedef long long i64;",
        "typedef unsigned long long u64;",
        f"enum {{ {', '.join(f'{name} = {size}' for name, size in sizes.items())} }};",
        c_source_products.text(),
        c_source_functions.TEXT,
    ]


def _element(operand: Operand, tables: Tables) -> str:
    slot = tables.slot(operand)
    return f"U[{slot}]" if operand.space == ONCE else f"{BASES[operand.space]}[({slot}) * S + l]"


def _guard(guard: Guard, tables: Tables) -> str:
    """Print the comparisons that must come out as recorded."""
    left, right = _element(guard.left, tables), _element(guard.right, tables)
    test = f"({left} {guard.symbol} {right}) != {int(guard.decision)}"
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
