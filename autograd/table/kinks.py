"""Which nodes of a graph sit exactly at a kink of their row, and what the row chose there. Sweeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from autograd.core.row import Kink, Row
from autograd.core.value import Value
from autograd.table import kernels
from autograd.table.recording import compiled
from autograd.table.source import PythonSource, function, prelude


def kinks(node: Value) -> list[Kink]:
    """Return the kinks of a node's row at which its operands are.

    Examples
    --------
    >>> from autograd import Value, relu
    >>> kinks(relu(Value(0.0)))[0].why
    'the smallest subgradient, as PyTorch'
    >>> kinks(relu(Value(1.0)))
    []
    """
    if node.op is None or not node.op.kinks:
        return []
    numbers = [parent.data if isinstance(parent, Value) else parent for parent in node.parents]
    operands = [list(x) if isinstance(x, tuple) else x for x in node.op.arguments(numbers)]
    return [kink for kink in node.op.kinks if _predicate(node.op, kink.at)(node.data, *operands)]


@cache
def _predicate(row: Row, at: str) -> Callable[..., bool]:
    """Make the function (out, operands) -> bool that says whether they are at a kink."""
    lines = [*prelude(row, [at]), f"return {PythonSource(ieee=True).read(at)}"]
    name = f"{row.name}_kink"
    source = function(name, ["out", *(f"{p}_" for p in row.parameters)], lines)
    return compiled(name, source, dict(kernels.IEEE))
