"""Blocks as C functions over a tile of rows: forward, and backward with the adjoints that they hand on.

A block of rows works on `lanes` numbers per slot, one that does not depend on the row on a single one. Knows
no file, no compiler and no formula.
"""

from __future__ import annotations

from autograd.program.lowering.adjoints import Slots, active
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Block, Blocks, Operand
from autograd.program.native.formulas import BASES, EACH, CFormulas, Tables
from autograd.table.compile import indent


def is_product(block: Block) -> bool:
    """Whether a block is a matrix product whose factors lie in a pattern."""
    if not block.matrix or block.space != ROWS:
        return False
    w, x, _ = block.operands
    apart = x.strides is not None and (x.strides[1] != 0 or block.n == 1)
    return apart and x.space != ONCE and w.strides is not None and w.distinct


def loop(block: Block, lines: list[str]) -> list[str]:
    """Print a loop over members."""
    return [f"for (long m = 0; m < {block.size}; m++) {{", *indent(lines), "}"]


def elements(block: Block, lines: list[str]) -> list[str]:
    """Print a loop over the elements of a sequence."""
    return [f"for (long j = 0; j < {block.n}; j++) {{", *indent(lines), "}"]


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
    return loop(block, lines)


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
        *loop(block, [f"{EACH} V[({block.start} + m) * S + l] = {value};"]),
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
                store = elements(block, [*formulas.bind(sequences=True), *store])
                if "work[" in contribution:
                    formulas.before += formulas.products_of_others()
                    self.work = max(self.work, block.n)
            base, adjoint = (BASES[block.space], f"d{BASES[block.space]}")
            place = f"({block.start} + m) * S"
            heads = [
                *formulas.bind(),
                f"const double *restrict o = {base} + {place}, *restrict g = {adjoint} + {place};",
            ]
            lines += loop(block, [*heads, *formulas.before, *store])
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
            lines += loop(block, heads + self._store(block, b, "g[l]", how))
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
