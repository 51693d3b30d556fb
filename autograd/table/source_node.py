"""The second half of a generated function: the node, and how its operands and partials are stored.

Prints only, like `source`, in its names; what lies in which slot is told in `autograd.core.value`.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.core.row import Row
from autograd.table.language import names
from autograd.table.source import check, indent


def node(row: Row, formulas: list[str], loop: bool = False) -> list[str]:
    """Print the computation, with its way out where the arithmetic raises, and the node that keeps it."""
    targets = "".join(f"d_{p}, " for p in row.parameters)
    operands, floats = "".join(f"{p}, " for p in row.parameters), "".join(f"{p}_, " for p in row.parameters)
    return [
        "try:",
        *indent([*check(row), *formulas]),
        "except (ArithmeticError, ValueError):",
        f"    out, ({targets}) = row.rescue(({operands}), ({floats}))",
        "node = new(Value)",
        "node._data = out",
        "node._grad = None",
        'node._label = ""',
        "node._op = row",
        *storage(row, loop),
        "node._stamp = state.now",
        "node._mark = None",
        "if state.watching: node = watched(node)",
    ]


def storage(row: Row, loop: bool = False) -> list[str]:
    """Print the assignment of operands and partials to the node's slots."""
    if row.sequences or len(row.parameters) > 2:
        return many(row, loop)
    first, *second = row.parameters
    b, db = (second[0], f"d_{second[0]}") if second else ("None", "None")
    return [f"node._a = {first}", f"node._da = d_{first}", f"node._b = {b}", f"node._db = {db}"]


def many(row: Row, loop: bool = False) -> list[str]:
    """Print the storage of a node of many operands: the Values apart from the plain numbers.

    Two cases go first: all operands are Values; all but the second sequence are, as in a neuron that reads
    data. In a loop over neurons the latter have the same partials and plain numbers: one pair of tuples,
    `alike`, serves them all.
    """
    dead = any("none" in names(text) for text in row.partials)
    inputs = row.sequences[1:]
    own = [p for p in row.parameters if p not in inputs]
    lines = [
        f"node._db = {dead or None}",
        f"if {' and '.join(f'{p}_live is True' for p in row.parameters)}:",
        f"    node._a = {flat(row, '')}; node._da = {flat(row, 'd_')}; node._b = None",
    ]
    if inputs:
        values, partials = flat(row, "", own), flat(row, "d_", own)
        numbers = ", ".join(spread(row, p, p if p in inputs else blank(row, p)) for p in row.parameters)
        lines.append(f"elif {' and '.join(f'{p}_live is {p in own}' for p in row.parameters)}:")
        if loop:
            lines.append(f"    if alike is None: alike = {partials}, ({numbers},)")
            lines.append(f"    node._a = {values}; node._da, node._b = alike")
        else:
            lines.append(f"    node._a = {values}; node._da = {partials}; node._b = ({numbers},)")
    lines.append("else:")
    for p in row.parameters:
        if p in row.sequences:
            lines += [
                f"    if {p}_live is True: a_{p} = {p}; b_{p} = {blank(row, p)}",
                f"    elif {p}_live: a_{p}, d_{p}, b_{p} = chosen({p}, d_{p}, {p}_live)",
                f"    else: a_{p} = d_{p} = (); b_{p} = {p}",
            ]
        else:
            lines.append(
                f"    a_{p}, d_{p}, b_{p} = ([{p}], [d_{p}], [None]) if {p}_live else ((), (), [{p}])"
            )
    a, da, b = (", ".join(f"*{part}_{p}" for p in row.parameters) for part in "adb")
    return [*lines, f"    node._a = ({a},); node._da = ({da},); node._b = ({b},)"]


def spread(row: Row, parameter: str, text: str) -> str:
    """Print a parameter's part of a flat tuple."""
    return f"*{text}" if parameter in row.sequences else text


def flat(row: Row, prefix: str, parameters: Sequence[str] = ()) -> str:
    """Print a flat tuple of what belongs to some parameters (left out: to all)."""
    return f"({', '.join(spread(row, p, prefix + p) for p in parameters or row.parameters)},)"


def blank(row: Row, parameter: str) -> str:
    """Print what stands for a parameter's Values among the plain numbers."""
    return f"[None] * len({parameter})" if parameter in row.sequences else "None"
