"""A lowered program as C text: its sizes, `runtime.h`, and its blocks as functions over a tile of rows.

A block of rows works on `lanes` numbers per slot, one that does not depend on the row on a single one. Rows
are taken a tile at a time through all blocks, forward and then backward. Prints only; knows no compiler.
"""

from __future__ import annotations

from pathlib import Path

from autograd.program.lowering.adjoints import Slots, active
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Guard, Operand, Space
from autograd.program.native.formulas import BASES, EACH, CFormulas, Tables, loop
from autograd.table.compile import indent
from autograd.table.language import functions

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
    lines += _of_one_row("void predict(double *U, double *X, double *V, double *y, long l)", predicted)
    lines += _of_one_row(
        "double loss(double *U, double *X, double *V, long l)", [f"return {_element(loss, tables)};"]
    )
    text = [_sizes(blocks), RUNTIME.read_text(encoding="utf-8"), *tables.lines(), *lines, ""]
    return "\n".join(text), max(1, backward.work)


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


class Backward:
    """Prints what blocks hand on to their operands; to be asked in reverse order.

    Parameters
    ----------
    blocks : Blocks
    tables : Tables

    Attributes
    ----------
    work : int
        How many slots of scratch the blocks need.
    """

    def __init__(self, blocks: Blocks, tables: Tables) -> None:
        self.tables = tables
        self.work = 0
        self._active, self._written, self._reached = active(blocks), Slots(blocks), Slots(blocks)
        self._written.add(blocks.loss)
        self._reached.add(blocks.loss)

    def lines(self, block: Block) -> list[str]:
        """Print the lines of one block."""
        if not self._active.any(block.out) or not self._reached.any(block.out):
            return []
        lines = self._complete(block.out)
        return lines + (self._matrix(block) if is_product(block) else self._elementwise(block))

    def _complete(self, operand: Operand) -> list[str]:
        """Print zeros for those adjoints of an operand that nothing was written to yet."""
        missing = [] if operand.space == ONCE else self._written.missing(operand)
        self._written.add(operand)
        runs: list[list[int]] = []
        for slot in missing:
            if runs and runs[-1][1] == slot:
                runs[-1][1] = slot + 1
            else:
                runs.append([slot, slot + 1])
        return [f"memset(dV + {a} * S, 0, {end - a} * S * sizeof(double));" for a, end in runs]

    def _assigns(self, operand: Operand, lines: list[str]) -> str:
        """Return how a contribution is stored: the first one where each slot gets one is no sum."""
        fresh = operand.distinct and not self._written.any(operand)
        if not fresh:
            lines += self._complete(operand)
        self._written.add(operand)
        self._reached.add(operand)
        return "=" if fresh else "+="

    def _store(self, block: Block, operand: Operand, contribution: str, how: str) -> list[str]:
        """Print the statements, in the loop over members, that hand a contribution on."""
        slot = self.tables.slot(operand)
        if operand.space != ONCE:
            return [f"double *restrict d = dV + ({slot}) * S;", f"{EACH} d[l] {how} {contribution};"]
        if block.space == ONCE:
            return [f"{EACH} dU[{slot}] += {contribution};"]
        if contribution == "g[l]":
            return [f"dU[{slot}] += total(g, count);"]
        return ["double c[T];", f"{EACH} c[l] = {contribution};", f"dU[{slot}] += total(c, count);"]

    def _elementwise(self, block: Block) -> list[str]:
        lines: list[str] = []
        for parameter, operand, text in zip(
            block.op.parameters, block.operands, block.op.partials, strict=True
        ):
            if operand.space == INPUTS or not self._active.any(operand):
                continue
            formulas = CFormulas(block, self.tables)
            contribution = formulas.contribution(text)
            if contribution is None:
                continue
            store = self._store(block, operand, contribution, self._assigns(operand, lines))
            if parameter in block.op.sequences:
                store = loop("j", block.n, [*formulas.bind(sequences=True), *store])
                if "others" in functions(text):
                    formulas.before += formulas.products_of_others()
                    self.work = max(self.work, 2 * block.n)
            base, adjoint = (BASES[block.space], f"d{BASES[block.space]}")
            place = f"({block.start} + m) * S"
            heads = [
                *formulas.bind(),
                f"const double *restrict o = {base} + {place}, *restrict g = {adjoint} + {place};",
            ]
            lines += loop("m", block.size, [*heads, *formulas.before, *store])
        return lines

    def _matrix(self, block: Block) -> list[str]:
        """Print G @ x.T for the weights, W.T @ G for x, and G for the bias."""
        w, x, b = block.operands
        assert w.strides is not None and x.strides is not None
        upstream, lines = f"dV + {block.start} * S", []  # type: ignore[var-annotated]
        if x.space == ROWS and self._active.any(x):
            mode = "ZERO" if self._assigns(x.first, lines) == "=" else "MORE"
            weights = f"U + {w.start}, {w.strides[1]}, {w.strides[0]}"
            ends = f"dV + {x.start} * S, {x.strides[1]} * S, {mode}, 0, 0, lanes"
            lines.append(f"product({block.n}, {block.size}, {weights}, {upstream}, S, {ends});")
        if b.space != INPUTS and self._active.any(b):
            heads = [f"const double *restrict g = {upstream} + m * S;"]
            how = self._assigns(b, lines)
            lines += loop("m", block.size, heads + self._store(block, b, "g[l]", how))
        if self._active.any(w):
            self._reached.add(w)
            lines += self._outer(block, upstream)
        return lines

    def _outer(self, block: Block, upstream: str) -> list[str]:
        w, x, _ = block.operands
        assert w.strides is not None and x.strides is not None
        base, step = f"{BASES[x.space]} + {x.start} * S", f"{x.strides[1]} * S"
        target = f"dU + {w.start}, {w.strides[0]}, {w.strides[1]}"
        return [
            "if (count < lanes) {",
            f"    blank({upstream}, S, {block.size}, count, lanes);",
            f"    blank({base}, {step}, {block.n}, count, lanes);",
            "}",
            f"outer({block.size}, {block.n}, {upstream}, {base}, {step}, {target}, lanes);",
        ]
