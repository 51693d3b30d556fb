"""Writes products and sums of numbers, four significant digits each; knows nothing of graphs or markup."""

from collections.abc import Sequence

from autograd.describe import number

__all__ = ["number", "product", "addition"]


def product(factors: Sequence[float]) -> str:
    """Write a product of numbers; a negative factor stands in brackets unless it comes first.

    >>> product([3.0, 1.0, 2.0]), product([-3.794, 0.7]), product([2.0, -0.5])
    ('3·1·2', '-3.794·0.7', '2·(-0.5)')
    """
    texts = [number(x) for x in factors]
    return "·".join(f"({t})" if i and t.startswith("-") else t for i, t in enumerate(texts))


def addition(terms: Sequence[float]) -> str:
    """Write a sum of numbers; a negative term is subtracted.

    >>> addition([-0.13279, -0.30352]), addition([3.0, 3.0])
    ('-0.1328 - 0.3035', '3 + 3')
    """
    text = ""
    for i, term in enumerate(terms):
        shown = number(term)
        if i == 0:
            text = shown
        else:
            text += f" - {shown[1:]}" if shown.startswith("-") else f" + {shown}"
    return text
