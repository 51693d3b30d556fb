"""Values in words: a number to four digits, a node as the expression the learner wrote.

Used by errors, `repr` and explanations. Reads a row's symbol and precedence; computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from autograd.core.row import Row

if TYPE_CHECKING:
    from autograd.core.value import Value

T = TypeVar("T")
Printed = tuple[str, int]  # a text, and how tightly it binds

ATOM = 9
NEGATIVE = 3
LISTED = 6  # operands of a function


def number(x: float) -> str:
    """Print a number to four significant digits; whole numbers below a million in full.

    Examples
    --------
    >>> number(12288.0), number(0.52497918), number(1e-9), number(float("inf"))
    ('12288', '0.525', '1e-9', 'inf')
    """
    if abs(x) < 1e6 and x == int(x):
        return str(int(x))
    digits, e, exponent = f"{x + 0.0:.4g}".partition("e")
    return f"{digits}e{int(exponent)}" if e else digits


def counted(n: int, what: str) -> str:
    """Print how many there are of something.

    Examples
    --------
    >>> counted(1, "edge"), counted(2, "edge")
    ('1 edge', '2 edges')
    """
    return f"{n} {what}{'s' * (n != 1)}"


def leveled(x: float) -> Printed:
    """Print a number, and say how tightly it binds: a negative one as the operation that its sign is."""
    return number(x), ATOM if x >= 0 else NEGATIVE


def ends(items: Sequence[T], longest: int) -> tuple[Sequence[T], int, Sequence[T]]:
    """Split a long list into its beginning, how many are left out, and its end.

    Examples
    --------
    >>> ends("abcdefgh", 5), ends("abc", 5)
    (('ab', 4, 'gh'), ('abc', 0, ''))
    """
    half = longest // 2
    if len(items) <= longest:
        return items, 0, items[:0]
    return items[:half], len(items) - 2 * half, items[-half:]


def shortened(parts: Sequence[str], longest: int) -> list[str]:
    """Leave out the middle of a long list and say how much.

    Examples
    --------
    >>> shortened(list("abcdefgh"), 5)
    ['a', 'b', '(4 more)', 'g', 'h']
    """
    head, omitted, tail = ends(parts, longest)
    return [*head, *([f"({omitted} more)"] if omitted else []), *tail]


def operation(
    op: Row, operands: Sequence[T], printed: Callable[[T], Printed], listed: int = LISTED
) -> Printed:
    """Print an operation on its operands: infix, with brackets where they are needed, or as a call.

    Parameters
    ----------
    op : Row
    operands : sequence
        Whatever stands for the operands, in the row's order.
    printed : callable
        Prints one operand; asked only for those that are shown.
    listed : int
        So many operands of a function are shown, half of them from the end.

    Examples
    --------
    >>> from autograd.table.primitive import TABLE
    >>> operation(TABLE["pow"], [-2.0, 3.0], leveled), operation(TABLE["max"], [-2.0, 3.0], leveled)
    (('(-2) ** 3', 4), ('max(-2, 3)', 9))
    """
    if op.symbol and len(operands) <= 2:
        *before, (last, tight) = map(printed, operands)
        if not before:
            return f"{op.symbol}({last})" if tight <= op.precedence else f"{op.symbol}{last}", op.precedence
        ((first, loose),) = before
        rightward = op.symbol == "**"  # groups to the right: (x ** 2) ** 3 keeps its brackets
        left = f"({first})" if loose < op.precedence + rightward else first
        right = f"({last})" if tight < op.precedence + (not rightward) else last
        return f"{left} {op.symbol} {right}", op.precedence
    head, omitted, tail = ends(operands, listed)
    texts = [printed(operand)[0] for operand in head]
    texts += [f"({omitted} more)"] if omitted else []
    texts += [printed(operand)[0] for operand in tail]
    return f"{op.name}({', '.join(texts)})", ATOM


def expression(value: Value | float, depth: int = 3) -> str:
    """Print the expression that made a node, `depth` operations deep; labels and numbers stand for the rest.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=1.0, b=2.0)
    >>> expression((a + b) * a, depth=2)
    '(a + b) * a'
    """
    return _expression(value, depth, top=True)[0]


def name(value: Value | float) -> str:
    """Print a node's label, or the number of a plain number, or a short expression.

    Examples
    --------
    >>> from autograd import Value
    >>> name(Value(2.0, label="x")), name(2.0), name(Value(2.0))
    ('x', '2', '2')
    """
    return _expression(value, 2, top=False)[0]


def made(node: Value) -> str:
    """Print a node with its label, if it has one, and the expression that made it.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=1.0, b=2.0)
    >>> s = a + b; first = made(s); s.label = "s"; first, made(s)
    ('a + b', 's = a + b')
    """
    return f"{node.label} = {expression(node)}" if node.label else expression(node)


def place(value: Value) -> str:
    """Print where a value stands in the learner's program: its label, and the expression that made it."""
    if value.op is None:
        return f'"{value.label}"'
    made = expression(value)
    return f'"{value.label}" = {made}' if value.label else made


def _expression(value: Value | float, depth: int, top: bool) -> Printed:
    if isinstance(value, float):
        return leveled(value)
    if value.label and (value.op is None or not top):
        return value.label, ATOM
    if value.op is None or depth == 0:
        return leveled(value.data)
    shown = value.op.shown_operands(value.parents)
    return operation(value.op, shown, lambda parent: _expression(parent, depth - 1, top=False))
