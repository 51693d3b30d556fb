"""How derivatives, products and sums are written in text; knows strings and numbers, and no graph."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd.core.describe import number

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def composite(text: str) -> bool:
    """Say whether a text is an operation on the outside, so that it needs brackets to be one thing.

    Examples
    --------
    >>> composite("a + b"), composite("relu(a + b)"), composite("x")
    (True, False, False)
    """
    depth = 0
    for c in text:
        depth += (c in "({") - (c in ")}")
        if c == " " and not depth:
            return True
    return False


def grouped(name: str) -> str:
    """Put brackets around a name that is an operation on the outside."""
    return f"({name})" if composite(name) else name


def derivative(above: str, below: str, d: str = "∂") -> str:
    """Write the derivative of what is called `above` with respect to what is called `below`.

    Examples
    --------
    >>> derivative("f", "a + b"), derivative("tanh(s)", "s"), derivative("v", "u", "d")
    ('∂f/∂(a + b)', '∂tanh(s)/∂s', 'dv/du')
    """
    return f"{d}{grouped(above)}/{d}{grouped(below)}"


def in_operand(slot: int, name: str) -> str:
    """Write the derivative in one operand alone, for a node that uses another node twice.

    Examples
    --------
    >>> in_operand(0, "y")
    '∂₁y'
    """
    return f"∂{str(slot + 1).translate(_LOWERED)}{grouped(name)}"


def product(factors: Iterable[float]) -> str:
    """Write a product of numbers; a negative factor stands in brackets unless it comes first.

    Examples
    --------
    >>> product([-3.0, 0.5, -2.0])
    '-3·0.5·(-2)'
    """
    texts = [number(factor) for factor in factors]
    return "·".join(f"({text})" if i and text.startswith("-") else text for i, text in enumerate(texts))


def addition(terms: Iterable[float]) -> str:
    """Write a sum of numbers; a negative term is subtracted.

    Examples
    --------
    >>> addition([-0.13279, -0.30352, 2.0])
    '-0.1328 - 0.3035 + 2'
    """
    first, *rest = [number(term) for term in terms]
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in rest)


def whole(n: int) -> str:
    """Write a count: exactly up to sixteen digits, else roughly.

    Examples
    --------
    >>> whole(2**50), whole(2**5000)
    ('1125899906842624', 'about 1.41e+1505')
    """
    if n < 10**16:
        return str(n)
    exponent = math.log10(n)
    return f"about {10 ** (exponent % 1):.3g}e+{math.floor(exponent)}"
