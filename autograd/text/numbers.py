"""How numbers, counts and long lists are written in text; knows strings and numbers, and no graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

DIGITS = 4  # significant ones; so many are read at a glance
MOST = 17  # with so many a float is told from all others
ROUNDED = 2e-3  # the relative error of what is made of four digits
NOISE = 1e-12  # a result so much smaller than what it is made of is nothing but rounding
_shown = ContextVar("shown", default=DIGITS)


@contextmanager
def shown_digits(n: int) -> Iterator[None]:
    """Write numbers to `n` significant digits, for the length of a `with` block.

    Examples
    --------
    >>> with shown_digits(8):
    ...     number(2 / 3), number(12345678.0)
    ('0.66666667', '12345678')
    """
    before = _shown.set(n)
    try:
        yield
    finally:
        _shown.reset(before)


def number(x: float) -> str:
    """Write a number to four significant digits (see `shown_digits`); whole numbers below a million in full.

    Examples
    --------
    >>> number(12288.0), number(0.52497918), number(1e-9), number(float("inf"))
    ('12288', '0.525', '1e-9', 'inf')
    """
    shown = _shown.get()
    if abs(x) < max(1e6, 10.0**shown) and x == int(x):
        return str(int(x))
    return _short_exponent(f"{x + 0.0:.{shown}g}")


def enough(result: float, made: Callable[..., float], *numbers: float) -> int:
    """Return how many digits of some numbers it takes for what is made of them, as shown, to be the result.

    As many as are shown (see `shown_digits`), but where leading ones cancel, or small errors grow. What is
    nothing but rounding needs no more.

    Examples
    --------
    >>> def less(x, y):
    ...     return x - y
    >>> enough(195.03 - 195, less, 195.03, 195.0), enough(2 / 3 - 1 / 3, less, 2 / 3, 1 / 3)
    (5, 4)
    """
    shown = _shown.get()
    if not math.isfinite(result) or abs(result) < NOISE * max(map(abs, numbers), default=0.0):
        return shown
    for digits in range(shown, MOST):
        with shown_digits(digits):
            rounded = [float(number(x)) for x in numbers]
        try:
            if abs(made(*rounded) - result) <= ROUNDED * abs(result):
                return digits
        except (ArithmeticError, ValueError):  # rounded, they leave a domain
            continue
    return MOST


def added_up(*terms: float) -> float:
    """Return the sum of some numbers.

    Examples
    --------
    >>> added_up(1e100, 1.0, -1e100)
    1.0
    """
    return math.fsum(terms)


def summed(terms: Sequence[float], total: float) -> str:
    """Write a sum and what it is, the terms with as many digits as they need to add up.

    Examples
    --------
    >>> summed([0.75, -0.5], 0.25), summed([195.03, -195.0], 195.03 - 195.0)
    ('0.75 - 0.5 = 0.25', '195.03 - 195 = 0.03')
    """
    with shown_digits(enough(total, added_up, *terms)):
        added = addition(terms)
    return f"{added} = {number(total)}"


def exact(x: float) -> str:
    """Write a number with all its digits, as where it is refused and a rounded one would not be.

    Examples
    --------
    >>> exact(2.0), exact(1.0000001), exact(1e-9)
    ('2', '1.0000001', '1e-9')
    """
    return number(x) if x == float(number(x)) else _short_exponent(repr(float(x)))


def _short_exponent(text: str) -> str:
    digits, e, exponent = text.partition("e")
    return f"{digits}e{int(exponent)}" if e else digits


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


def counted(n: int, what: str) -> str:
    """Write how many there are of something.

    Examples
    --------
    >>> counted(1, "edge"), counted(2, "edge")
    ('1 edge', '2 edges')
    """
    return f"{whole(n)} {what}{'s' * (n != 1)}"


def product(factors: Iterable[float]) -> str:
    """Write a product of numbers; a negative factor stands in brackets unless it comes first.

    Examples
    --------
    >>> product([-3.0, 0.5, -2.0])
    '-3·0.5·(-2)'
    """
    return "·".join(factor(x, first=not i) for i, x in enumerate(factors))


def factor(x: float, first: bool = False) -> str:
    """Write one factor of a product: a negative one in brackets unless it comes first."""
    text = number(x)
    return f"({text})" if text.startswith("-") and not first else text


def addition(terms: Iterable[float]) -> str:
    """Write a sum of numbers; a negative term is subtracted.

    Examples
    --------
    >>> addition([-0.13279, -0.30352, 2.0])
    '-0.1328 - 0.3035 + 2'
    """
    first, *rest = [number(term) for term in terms]
    return first + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in rest)


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
