"""A row in words: its manual page, and the sentence said where it leaves the reals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.core import describe
from autograd.core.errors import DomainError
from autograd.table.language import names

if TYPE_CHECKING:
    from autograd.core.value import Value
    from autograd.table.primitive import Primitive


def outside(row: Primitive, operands: tuple[Any, ...], floats: tuple[Any, ...]) -> DomainError:
    """Return the error of a row outside its domain: operation, labels, numbers and a way out."""
    got, where = [], ""
    for parameter, operand, x in zip(row.parameters, operands, floats, strict=True):
        if parameter not in names(row.undefined):
            continue
        if isinstance(x, list):
            shown = ", ".join(describe.number(item) for item in x[:5])
            got.append(f"{parameter} = [{shown}{', ...' if len(x) > 5 else ''}]")
            continue
        got.append(f"{parameter} = {describe.number(x)}")
        if not isinstance(operand, float) and (operand.label or operand.op is not None):
            where += f" at {place(operand)}"
    told = f", got {' and '.join(got)}{where}" if got else ""
    return DomainError(f"{row.written()} needs {row.needs}{told}. {row.why} {row.cure}".rstrip())


def place(value: Value) -> str:
    """Return where a value stands in the learner's program: its label, and the expression that made it."""
    if value.op is None:
        return f'"{value.label}"'
    made = describe.expression(value)
    return f'"{value.label}" = {made}' if value.label else made


def manual(row: Primitive) -> str:
    """Return what `help(row)` prints: formula, partials, domain and the choices made at kinks."""
    head = row.written()
    lines = [head if row.forward in (head, "") else f"{head} = {row.forward}", "", row.doc, ""]
    lines += [f"  d/d{p} = {text}" for p, text in zip(row.parameters, row.partials, strict=False)]
    lines += [f"  d/d{p} = {text}  (the same, nicer to read)" for p, text in row.identities.items()]
    if row.domain:
        box = (
            f"{p} in [{low:g}, {high:g}]" for p, (low, high) in zip(row.parameters, row.domain, strict=True)
        )
        lines.append(f"  tested on {', '.join(box)}")
    if row.undefined:
        lines.append(f"  undefined where {row.undefined}: a DomainError")
    for kink in row.kinks:
        lines.append(f"  at {kink.at} there is no derivative, and this is our choice: {kink.why}")
    return "\n".join(lines)
