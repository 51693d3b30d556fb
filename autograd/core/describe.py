"""A node in words: the learner's label, or the expression that she wrote.

Used by errors, `repr` and explanations. Walks from a node to its operands; how an operation is written stands
in `autograd.text.forms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd.text.forms import TYPED, Piece

if TYPE_CHECKING:
    from autograd.core.row import Row
    from autograd.core.value import Value


def expression(value: Value | float, depth: int = 3) -> str:
    """Print the expression that made a node, `depth` operations deep; labels and numbers stand for the rest.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=1.0, b=2.0)
    >>> expression((a + b) * a, depth=2)
    '(a + b) * a'
    """
    return piece(value, depth, top=True).text


def name(value: Value | float) -> str:
    """Print a node's label, or the number of a plain number, or a short expression.

    Examples
    --------
    >>> from autograd import Value
    >>> name(Value(2.0, label="x")), name(2.0), name(Value(2.0))
    ('x', '2', '2')
    """
    return piece(value).text


def made(node: Value) -> str:
    """Print a node with its label, if it has one, and the expression that made it.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=1.0, b=2.0)
    >>> s = a + b; first = made(s); s.label = "s"; first, made(s)
    ('a + b', 's = a + b')
    """
    return f"{TYPED.name(node.label)} = {expression(node)}" if node.label else expression(node)


def place(value: Value) -> str:
    """Print where a value stands in the learner's program: its label, and the expression that made it."""
    while is_gate(value):
        value = value.parents[1]  # type: ignore[assignment]
    if value.op is None:
        return f'"{value.label}"'
    made = expression(value)
    return f'"{value.label}" = {made}' if value.label else made


def operation(row: Row, operands: Sequence[Value | float]) -> str:
    """Print an operation on its operands, before there is a node of it.

    Examples
    --------
    >>> from autograd import Value, div
    >>> operation(div, [Value(1.0, label="x"), 0.0])
    'x / 0'
    """
    shown = row.shown_operands(operands)
    return TYPED.operation(row, shown, piece).text


def piece(value: Value | float, depth: int = 2, top: bool = False) -> Piece:
    """Write a node, `depth` operations deep, with how tightly that binds; at the `top` without its label."""
    if isinstance(value, float):
        return TYPED.number(value)
    if is_gate(value):
        return piece(value.parents[1], depth, top)
    if value.label and (value.op is None or not top):
        return TYPED.named(value.label)
    if value.op is None or depth == 0:
        return TYPED.number(value._data)
    shown = value.op.shown_operands(value.parents)
    return TYPED.operation(value.op, shown, lambda parent: piece(parent, depth - 1))


# Branches that are recorded behind gates (`autograd.table.branches`) ----------------------------------------


def is_gate(value: Value) -> bool:
    """Whether a node is where(mask, operand, nan), by which a branch reads its operand; nobody wrote it."""
    if value._op is None or value._op.name != "where":
        return False
    mask, _, other = value.parents
    return other != other and not isinstance(mask, float) and _is_mask(mask)


def when(mask: Value | float) -> str:
    """Print the condition under which a branch is taken, of its mask."""
    assert not isinstance(mask, float)
    condition, then, _ = mask.parents
    if not isinstance(then, float):  # a branch in another branch
        return when(then)
    return f"for {name(condition)} {'!=' if then else '=='} 0"


def _is_mask(value: Value) -> bool:
    is_where = value._op is not None and value._op.name == "where"
    return is_where and value.parents[1:] in ((1.0, 0.0), (0.0, 1.0))
