"""Python's operators and NumPy's method names on `Value`, attached from the table.

The table says which rows there are; this says which dunder is which row. Comparisons read the primals, and
tell the recording that guards them, if there is one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from autograd.core.modes import modes, state
from autograd.core.real import REAL, one
from autograd.core.value import Value
from autograd.table.primitive import TABLE
from autograd.table.recording import recorder

BINARY = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
UNARY = {"neg": "neg", "abs": "abs"}
COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}


def _in_place(record: Any, symbol: str) -> Any:
    """Make ``v += x``: a new node, or under `no_grad` an assignment to the leaf's data."""

    def update(leaf: Value, other: Any) -> Any:
        result = record(leaf, other)
        if modes.recording or leaf._op is not None or result is NotImplemented:
            return result
        leaf.data = result._data
        return leaf

    update.__name__ = update.__qualname__ = symbol
    return update


def _comparison(symbol: str, decide: Callable[[float, float], bool]) -> Any:
    """Make a comparison of primals."""

    def compare(self: Value, other: Any) -> Any:
        if other.__class__ is Value:
            decision = decide(self._data, other._data)
        elif isinstance(other, REAL):
            decision = decide(self._data, one(other))
        else:
            return NotImplemented
        if state.watching and modes.guards is not None:
            modes.guards.append((symbol, self, other, decision))
        return decision

    compare.__name__ = compare.__qualname__ = symbol
    return compare


def attach() -> None:
    """Give `Value` its arithmetic and comparisons."""
    for dunder, name in BINARY.items():
        row = TABLE[name]
        plain = recorder(row, known=row.parameters[0])
        setattr(Value, f"__{dunder}__", plain)
        setattr(Value, f"__r{dunder}__", recorder(row, known=row.parameters[1], reflected=True))
        setattr(Value, f"__i{dunder}__", _in_place(plain, f"__i{dunder}__"))
    for dunder, name in UNARY.items():
        setattr(Value, f"__{dunder}__", TABLE[name].record)
    for symbol, dunder in COMPARISONS.items():
        setattr(Value, f"__{dunder}__", _comparison(symbol, getattr(operator, dunder)))
