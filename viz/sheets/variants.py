"""Draws the numbers of exam variants, and names each by a code from which it can be drawn again.

A code is a serial, from which alone the numbers follow, and behind a hyphen a seal that only the teacher's
key makes. Who has a code can print the blank sheet; who has the key, too, the solution. It knows no sheet.
"""

import hmac
from collections.abc import Iterator, Mapping
from random import Random

from autograd import Computed, Expression, ExpressionError, Graph, Value
from autograd.text.numbers import number
from viz.sheets.asked import few

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another
SERIAL, SEAL = 6, 4  # letters
POOLS = (  # what numbers are drawn from, the friendliest first
    (2.0, 3.0, 4.0, 5.0, -2.0, -3.0, -4.0),
    (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, -2.0, -3.0, -4.0, -5.0, 0.5, 1.5, -0.5),
    (0.2, 0.4, 0.5, 0.6, 0.8, 1.2, 1.5, 2.0, 2.5, 3.0, -0.4, -0.5, -0.8, -1.5),
)
TRIES = 60  # from each pool
COMPARED = 6  # good ones, of which the one with the clearest questions is taken
LARGE = 1000.0


def _code(key: str, text: str, length: int) -> str:
    digest = int.from_bytes(hmac.digest(key.encode(), text.encode(), "sha256"))
    return "".join(LETTERS[digest >> 5 * place & 31] for place in range(length))


def serials(source: str, seed: int, key: str, count: int) -> list[str]:
    """Return the serials of so many variants, each another: nobody can tell one from another without the key.

    Examples
    --------
    >>> serials("3*(a + b*c)", 1, "", 2) == serials("3*(a + b*c)", 1, "", 3)[:2]
    True
    """
    found: dict[str, None] = {}
    place = 0
    while len(found) < count:
        found[_code(key, f"{source}\n{seed}\n{place}", SERIAL)] = None
        place += 1
    return list(found)


def sealed(source: str, serial: str, key: str) -> str:
    """Return the code of a variant: its serial, and the seal of a key, if there is one."""
    return f"{serial}-{_code(key, f'{source} {serial}', SEAL)}" if key else serial


def tidied(code: str) -> str:
    """Return a code as it stands on its sheet: letters that are taken for digits are these digits."""
    return code.strip().upper().translate(str.maketrans("OIL", "011"))


def opened(source: str, code: str, key: str = "") -> str:
    """Return the serial in a code as it was typed.

    Raises
    ------
    ValueError
        If it is no code, or if the code was sealed with another key, or for another expression.

    Examples
    --------
    >>> code = sealed("a*b", "K7Q2M9", "my secret")
    >>> opened("a*b", code.lower()), opened("a*b", code, "my secret")
    ('K7Q2M9', 'K7Q2M9')
    """
    serial, _, seal = tidied(code).partition("-")
    if len(serial) != SERIAL or len(seal) not in (0, SEAL) or set(serial + seal) - set(LETTERS):
        raise ValueError(f"{code!r} is no variant's code: they look like K7Q2M9 or K7Q2M9-4XYT.")
    if key and tidied(code) != sealed(source, serial, key):
        raise ValueError(
            f"The code {code} was not made with this key and for {source}: with another key, or for another "
            "expression."
        )
    return serial


def drawn(source: Expression, serial: str, fixed: Mapping[str, float]) -> Computed:
    """Compute an expression with numbers drawn for a variant.

    No two leaves have the same size, all numbers are short where such are found, and no slip gives the right
    answer to what a sheet asks, where that can be had.

    Parameters
    ----------
    source : Expression
    serial : str
        From which all follows.
    fixed : mapping
        Numbers that every variant has.

    Raises
    ------
    ExpressionError
        If no numbers were found at which it is defined, or if it cannot be computed at all.
    """
    if not set(source.variables) - set(fixed):
        return source(**fixed)
    found: list[tuple[int, Computed]] = []
    trouble: ExpressionError | None = None
    for numbers in _tries(source, serial, fixed):
        try:
            computed = source(**fixed, **numbers)
        except ExpressionError as error:
            trouble = error
            continue
        found.append((_blemishes(Graph(computed.outputs[-1])), computed))
        if sum(blemishes == 0 for blemishes, _ in found) == COMPARED:
            break
    if trouble is not None and not found:
        raise trouble
    best = sorted(found, key=lambda pair: pair[0])[:COMPARED]
    return min(best, key=lambda pair: pair[0] + _hidden(pair[1].outputs[-1]))[1]


def _tries(source: Expression, serial: str, fixed: Mapping[str, float]) -> Iterator[dict[str, float]]:
    random = Random(f"{source.text} {serial}")
    free = [name for name in source.variables if name not in fixed]
    taken = {abs(x) for x in fixed.values()}
    for pool in POOLS:
        for _ in range(TRIES):
            chosen = random.sample(pool, min(len(free), len(pool)))
            chosen += [random.choice(pool) for _ in free[len(chosen) :]]
            sizes = {abs(x) for x in chosen}
            if (len(sizes) == len(chosen) and not sizes & taken) or len(free) > len(pool) // 2:
                yield dict(zip(free, chosen, strict=True))


def _blemishes(graph: Graph) -> int:
    """Count the numbers of a graph that nobody wants on paper; 0 is a good variant."""
    gradients = [x for x in graph.adjoints if x is not None]
    shown = [*(node.data for node in graph.nodes), *(e.partial or 0.0 for e in graph.edges), *gradients]
    long = sum(float(number(x)) != x for x in shown)
    return long + sum(not abs(x) < LARGE for x in shown) + 20 * gradients.count(0.0)


def _hidden(root: Value) -> int:
    """Count the slips that would give the right answer to what a sheet asks."""
    return sum(len(question.hides) for question in few(root))
