"""From a row's text to Python source on floats: the printer of the eager reader.

Prints only; `autograd.recording` executes what it prints. A parameter `x` has the number `x_`, the partial
`d_x` and, where a node is recorded and that is not certain, the flag `x_live`: it is a `Value`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterable

from autograd.core.row import Row
from autograd.table import kernels
from autograd.table.language import Reader, names


class PythonSource(Reader[str]):
    """Prints a formula as Python on floats: parameters get a trailing underscore, `where` is lazy.

    Examples
    --------
    >>> PythonSource(ieee=False).read("where(out == 0, 0, out * log(x))")
    '(0.0 if (out == 0.0) else (out * log(x_)))'
    """

    def __init__(self, ieee: bool) -> None:
        self.ieee = ieee

    def number(self, value: float) -> str:
        return repr(float(value))

    def name(self, name: str) -> str:
        return {"pi": repr(math.pi), "none": "None"}.get(
            name, name if name in ("out", "n", "count", "j") else f"{name}_"
        )

    def item(self, name: str) -> str:
        return f"{name}_j"

    def negative(self, operand: str) -> str:
        return f"(-{operand})"

    def operation(self, symbol: str, left: str, right: str) -> str:
        if symbol == "/" and self.ieee:
            return f"divide({left}, {right})"
        return f"({left} {symbol} {right})"

    def comparison(self, symbol: str, left: str, right: str) -> str:
        return f"({left} {symbol} {right})"

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> str:
        return f"({self.visit(a)} if {self.visit(condition)} else {self.visit(b)})"

    def call(self, name: str, arguments: list[ast.expr]) -> str:
        if name == "others":
            return "others_j"
        source = super().call(name, arguments)
        if all(isinstance(argument, ast.Constant) for argument in arguments):
            return repr(kernels.IEEE[name](*(float(ast.literal_eval(argument)) for argument in arguments)))
        return source

    def apply(self, name: str, arguments: list[str]) -> str:
        return f"{name}({', '.join(arguments)})"


def function(name: str, arguments: list[str], lines: list[str]) -> str:
    """Print a function definition."""
    return "\n".join([f"def {name}({', '.join(arguments)}):", *indent(lines), ""])


def indent(lines: Iterable[str]) -> list[str]:
    """Indent lines by one level."""
    return [f"    {line}" for line in lines]


def check(row: Row) -> list[str]:
    """Print the test that keeps a row inside its domain."""
    if not row.undefined:
        return []
    test = PythonSource(ieee=False).read(row.undefined)
    return [*prelude(row, [row.undefined]), f"if {test}: raise ArithmeticError"]


def prelude(row: Row, texts: Iterable[str]) -> list[str]:
    """Print what formulas of a row over sequences mention: their length ``n``, and the ``count`` of ties.

    Examples
    --------
    >>> from autograd import max
    >>> prelude(max, max.partials)
    ['count = float(x_.count(out))']
    """
    mentioned = set().union(*map(names, texts))
    first = f"{row.sequences[0]}_" if row.sequences else ""
    known = {"n": f"n = float(len({first}))", "count": f"count = float({first}.count(out))"}
    return [line for name, line in known.items() if name in mentioned]


def body(row: Row, printer: PythonSource, optional: Collection[str] = ()) -> list[str]:
    """Print the forward and the partials, those of `optional` parameters only where they are `Value`s."""
    if row.from_callables:
        targets, floats = (
            "".join(f"d_{p}, " for p in row.parameters),
            ", ".join(f"{p}_" for p in row.parameters),
        )
        masks = [f"if not {p}_live: d_{p} = None" for p in optional]
        return [f"out, ({targets}) = row._fast({floats})", *masks]
    lines = [*prelude(row, [row.forward]), f"out = {printer.read(row.forward)}"]
    lines += [line for line in prelude(row, row.partials) if line not in lines]
    for parameter, text in zip(row.parameters, row.partials, strict=True):
        formula = printer.read(text)
        if parameter in row.sequences:
            formula = for_each(row, text, formula)
        elif parameter in optional and text != "none":
            formula = f"{formula} if {parameter}_live else None"
        lines.append(f"d_{parameter} = {formula}")
    return lines


def for_each(row: Row, text: str, formula: str) -> str:
    """Print the list of a sequence parameter's partials, one per element."""
    lists = {f"{p}_j": f"{p}_" for p in row.sequences if f"{p}[j]" in text}
    if "others(j)" in text:
        lists["others_j"] = f"others({row.sequences[0]}_)"
    if not lists:
        return f"[{formula}] * len({row.sequences[0]}_)"
    if formula in lists:
        return lists[formula]
    items, over = ", ".join(lists), ", ".join(lists.values())
    return f"[{formula} for {items} in {over if len(lists) == 1 else f'zip({over})'}]"


def uncertain(row: Row, known: str) -> list[str]:
    """List the parameters that may be no `Value` once a node is recorded; `known` is one, in a method."""
    alone = len(row.parameters) == 1 and not row.sequences  # a call without any Value records no node
    return [] if alone else [p for p in row.parameters if p != known]


def operands(row: Row, known: str) -> list[str]:
    """Print how operands become floats, and what happens to arrays and to calls without any `Value`."""
    everything, rest = ", ".join(row.parameters), uncertain(row, known)
    certain = [p for p in row.parameters if p not in rest]
    lines = [f"{p}_live = {p}.__class__ is Value" for p in rest]
    if not known:
        live = " or ".join([f"{p}_live" for p in rest] + [f"{p}.__class__ is Value" for p in certain])
        lines.append(f"if not ({live}): return row.plain({everything})")
    lines += [f"{p}_ = {p}._data" for p in certain]
    for p in rest:
        refuse = "return NotImplemented" if known else f"return row.mapped({everything})"
        lines += [
            f"if {p}_live: {p}_ = {p}._data",
            f"elif {p}.__class__ is float: {p}_ = {p}",
            "else:",
            f"    {p}_ = real({p})",
            f"    if {p}_ is None: {refuse}",
            f"    {p} = {p}_",
        ]
    return lines


def operands_of_sequences(row: Row, parameters: Iterable[str]) -> list[str]:
    """Print how some operands of a row over sequences become floats."""
    lines = []
    for p in parameters:
        if p in row.sequences:
            lines += [
                f"if {p}.__class__ is not list: {p} = listed({p}, row, {p!r})",
                f"if {p} and {p}[0].__class__ is Value:",
                f"    try: {p}_ = [v._data for v in {p}]; {p}_live = True",
                f"    except AttributeError: {p}, {p}_, {p}_live = mixed({p}, row, {p!r})",
                f"elif FLOATS.issuperset(map(type, {p})): {p}_ = {p}; {p}_live = False",
                f"else: {p}, {p}_, {p}_live = mixed({p}, row, {p!r})",
            ]
        else:
            lines.append(f"{p}_live = {p}.__class__ is Value")
            lines.append(f"{p}_ = {p}._data if {p}_live else one({p})")
            lines.append(f"if not {p}_live: {p} = {p}_")
    return lines


def lengths(row: Row) -> list[str]:
    """Print the test that the sequences of a row have one length."""
    first, *others = row.sequences
    if not others:
        return []
    told = ", ".join(f"{p!r}: len({p})" for p in row.sequences)
    return [f"if {' or '.join(f'len({first}) != len({p})' for p in others)}: unequal(row, {{{told}}})"]


def live(row: Row) -> str:
    """Print whether any operand of a row over sequences is a `Value`."""
    return " or ".join(f"{p}_live" for p in row.parameters)
