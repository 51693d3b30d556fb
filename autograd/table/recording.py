"""From a row's text to the Python functions that run it: the eager reader of the table.

The only module that generates and executes code. Each row gets two functions, printed from the same text,
which return the forward value and every local gradient: one on the fast kernels, one with IEEE semantics
for the operands on which the fast one raises. Around them stand the functions that record a `Value`. The
generated source is registered with `linecache`, so tracebacks and debuggers show it.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any, NoReturn

from autograd.core.anomaly import inspect_forward
from autograd.core.modes import modes, state
from autograd.core.real import one, real
from autograd.core.row import Row
from autograd.core.value import Value
from autograd.core.walk import times
from autograd.table import kernels, source, source_node

FLOATS = frozenset({float})


def compiled(name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """Execute generated source that defines `name`, and return the function, visible to tracebacks."""
    filename = f"<autograd row {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]  # type: ignore[no-any-return]


def evaluator(row: Row, ieee: bool) -> Callable[..., tuple[float, tuple[float | None, ...]]]:
    """Make the function (floats) -> (out, partials) of a row; a list for each sequence parameter.

    The fast one raises ArithmeticError or ValueError where the arithmetic does, and where the row is
    undefined; the IEEE one never raises.
    """
    name = f"{row.name}_ieee" if ieee else f"{row.name}_fast"
    body = source.body(row, source.PythonSource(ieee))
    check = [] if ieee else source.check(row)
    results = "".join(f"d_{parameter}, " for parameter in row.parameters)
    text = source.function(
        name, [f"{p}_" for p in row.parameters], [*check, *body, f"return out, ({results})"]
    )
    return compiled(name, text, dict(kernels.IEEE if ieee else kernels.FAST))


def predicate(row: Row) -> Callable[..., bool]:
    """Make the function (floats) -> bool that says whether a row leaves the reals, in IEEE arithmetic."""
    lines = [
        *source.prelude(row, [row.undefined]),
        f"return {source.PythonSource(ieee=True).read(row.undefined)}",
    ]
    name = f"{row.name}_undefined"
    return compiled(name, source.function(name, [f"{p}_" for p in row.parameters], lines), dict(kernels.IEEE))


def partials_reader(row: Row, rows: dict[str, Any]) -> Callable[..., tuple[Any, ...]]:
    """Make the function (out, operands, wanted) -> partials of a row, on `Value`s.

    A list for each sequence parameter; None where a partial is not wanted. `rows` says what each function
    that a formula calls does with `Value`s.
    """
    printer = source.PythonSource(ieee=True)
    lines = source.prelude(row, row.partials)
    lists = {f"{p}_j": f"{p}_" for p in row.sequences} | {
        f"{p}_wanted_j": f"{p}_wanted" for p in row.sequences
    }
    if "others(j)" in "".join(row.partials):
        lists["others_j"] = f"products({row.sequences[0]}_)"
    for parameter, text in zip(row.parameters, row.partials, strict=True):
        formula = printer.read(text)
        if parameter in row.sequences:
            items = f"for {', '.join(lists)} in zip({', '.join(lists.values())})"
            lines.append(f"d_{parameter} = [{formula} if {parameter}_wanted_j else None {items}]")
        else:
            lines.append(f"d_{parameter} = {formula} if {parameter}_wanted else None")
    lines.append(f"return ({''.join(f'd_{p}, ' for p in row.parameters)})")
    arguments = ["out", *(f"{p}_" for p in row.parameters), *(f"{p}_wanted" for p in row.parameters)]
    name = f"{row.name}_partials"
    return compiled(name, source.function(name, arguments, lines), rows | {"products": products})


def products(x: Sequence[Any]) -> list[Any]:
    """Return, for each j, the product of all elements but the j-th (prefix times suffix: no division)."""
    after: list[Any] = [1.0]
    for item in reversed(x):
        after.append(times(item, after[-1]))
    result, before = [], 1.0
    for j, item in enumerate(x, start=2):
        result.append(times(before, after[-j]))
        before = times(before, item)
    return result


def recorder(row: Row, known: str = "", reflected: bool = False) -> Callable[..., Any]:
    """Make the function that computes a row and records the node.

    Parameters
    ----------
    row : Row
    known : str
        The parameter that is certain to be a `Value`: the first, in a method. Such a function returns
        NotImplemented for an array, which makes NumPy map it. "" makes the public function.
    reflected : bool
        Take the two operands in reversed order, as ``__rsub__`` does.
    """
    name = f"{row.name}_{'reflected' if reflected else 'method' if known else 'function'}"
    arguments = [p + (f"={row.defaults[p]!r}" if p in row.defaults else "") for p in row.parameters]
    if row.sequences:
        lines = source.operands_of_sequences(row, row.parameters) + source.lengths(row)
        lines.append(f"if not ({source.live(row)}): return row.plain({', '.join(row.parameters)})")
    else:
        lines = source.operands(row, known)
    formulas = source.body(row, source.PythonSource(ieee=False), source.uncertain(row, known))
    lines += [*source_node.node(row, formulas), "return node"]
    text = source.function(name, arguments[::-1] if reflected else arguments, lines)
    return compiled(name, text, _names(row))


def recorder_of_many(row: Row) -> Callable[..., list[Any]]:
    """Make the function that records a row over two sequences many times, for one second sequence.

    It takes a sequence of operands for every other parameter, reads the second sequence once, and returns a
    list: what `recorder`'s function would return call by call. The partials of the others must need nothing
    but the second sequence (as in `dot`): then they are the same for all.
    """
    second = row.sequences[1]
    each = [p for p in row.parameters if p != second]
    formulas = source.body(row, source.PythonSource(ieee=False), row.parameters)
    lines = [
        *source.operands_of_sequences(row, [second]),
        "nodes, alike = [], None",
        f"for {', '.join(each)} in zip({', '.join(f'{p}_each' for p in each)}, strict=True):",
        *source.indent(source.operands_of_sequences(row, each) + source.lengths(row)),
        f"    if not ({source.live(row)}):",
        f"        nodes.append(row.plain({', '.join(row.parameters)}))",
        "        continue",
        *source.indent(source_node.node(row, formulas, loop=True)),
        "    nodes.append(node)",
        "return nodes",
    ]
    text = source.function(
        f"{row.name}_many", [p if p == second else f"{p}_each" for p in row.parameters], lines
    )
    return compiled(f"{row.name}_many", text, _names(row))


def _names(row: Row) -> dict[str, Any]:
    """Collect what a generated function may mention."""
    return kernels.FAST | {
        "Value": Value, "new": object.__new__, "real": real, "one": one, "row": row, "state": state,
        "listed": listed, "mixed": mixed, "FLOATS": FLOATS, "chosen": chosen, "unequal": unequal,
        "watched": watched,
    }  # fmt: skip


def listed(items: Iterable[Any], row: Row, parameter: str) -> list[Any]:
    """Make a list of a sequence operand that is no list: a tuple, an array, a generator."""
    try:
        return list(items)
    except TypeError:
        raise TypeError(
            f"{row.name} takes a sequence for {parameter}, got {items!r} of type {type(items).__name__}. "
            f"Put brackets around it: [{parameter}_1, {parameter}_2, ...]."
        ) from None


def mixed(items: Sequence[Any], row: Row, parameter: str) -> tuple[Any, Any, Any]:
    """Read a sequence with plain numbers: the operands, their floats, which are `Value`s (or False)."""
    numbers = [item if item.__class__ is Value else real(item) for item in items]
    live = [number.__class__ is Value for number in numbers]
    if any(number is None for number in numbers):
        raise TypeError(
            f"{row.name} takes a flat sequence for {parameter}, got arrays inside it. Flatten it first."
        )
    floats = [item._data if item.__class__ is Value else item for item in numbers]
    return numbers, floats, live if any(live) else False


def chosen(
    operands: Sequence[Any], partials: Sequence[float], live: list[bool]
) -> tuple[list[Any], list[float], list[Any]]:
    """Split a sequence: its `Value`s, their partials, and the plain numbers, with None for each `Value`."""
    numbers = [None if here else operand for operand, here in zip(operands, live, strict=True)]
    return list(compress(operands, live)), list(compress(partials, live)), numbers


def unequal(row: Row, lengths: dict[str, int]) -> NoReturn:
    """Refuse sequences of different lengths, with both numbers."""
    told = " and ".join(f"len({parameter}) = {length}" for parameter, length in lengths.items())
    raise ValueError(f"{row.name}({', '.join(row.parameters)}) needs sequences of one length, got {told}.")


def watched(node: Value) -> Value:
    """Finish a node while a mode is on anywhere: hunt anomalies, or drop the graph under `no_grad`."""
    if modes.anomaly:
        inspect_forward(node)
    return node if modes.recording else Value(node._data)
