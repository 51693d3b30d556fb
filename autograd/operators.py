"""Python's operators and NumPy's method names on `Value`, attached from the table.

The table says which rows there are; this says which dunder is which row.
"""

from __future__ import annotations

from typing import Any

from autograd.primitives import TABLE
from autograd.recording import recorder
from autograd.state import modes
from autograd.value import Value

BINARY = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}


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


def attach() -> None:
    """Give `Value` its arithmetic and one method for each row of fixed arity."""
    for operator, name in BINARY.items():
        row = TABLE[name]
        plain = recorder(row, known=row.parameters[0])
        setattr(Value, f"__{operator}__", plain)
        setattr(Value, f"__r{operator}__", recorder(row, known=row.parameters[1], reflected=True))
        setattr(Value, f"__i{operator}__", _in_place(plain, f"__i{operator}__"))
    Value.__neg__ = TABLE["neg"].record  # type: ignore[attr-defined]
    Value.__abs__ = TABLE["abs"].record  # type: ignore[attr-defined]
    Value.__pos__ = lambda self: self  # type: ignore[attr-defined]
    for name, row in TABLE.items():
        if not row.sequences and not hasattr(Value, name):
            setattr(Value, name, row.record)
