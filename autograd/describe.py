"""Values in words: a number to four digits, a node as the expression the learner wrote.

Used by errors, `repr` and explanations. Reads a row's symbol and precedence; computes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.value import Value

ATOM = 9
NEGATIVE = 3


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


def _expression(value: Value | float, depth: int, top: bool) -> tuple[str, int]:
    if isinstance(value, float):
        return number(value), NEGATIVE if value < 0 else ATOM
    if value.label and not top:
        return value.label, ATOM
    op = value.op
    if op is None:
        return value.label or number(value.data), ATOM if value.label or value.data >= 0 else NEGATIVE
    if depth == 0:
        return number(value.data), ATOM if value.data >= 0 else NEGATIVE
    operands = [_expression(parent, depth - 1, top=False) for parent in value.parents[:5]]
    texts = [text for text, _ in operands]
    if op.symbol and len(operands) == 2:
        loose = op.precedence > NEGATIVE  # ** groups to the right: (x ** 2) ** 3 keeps its parentheses
        left, right = (
            f"({text})" if inner < op.precedence or (inner == op.precedence and right_hand != loose) else text
            for right_hand, (text, inner) in zip((False, True), operands, strict=True)
        )
        return f"{left} {op.symbol} {right}", op.precedence
    if op.symbol:
        text, inner = operands[0]
        return f"{op.symbol}({text})" if inner <= op.precedence else f"{op.symbol}{text}", op.precedence
    return f"{op.name}({', '.join(texts)}{', ...' if len(value.parents) > 5 else ''})", ATOM
