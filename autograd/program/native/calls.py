"""Calls of functions one after the other, in print: those that repeat with other slots become a loop.

A function is called with the slots at which its block lies, `k`. Knows no block and no formula.

Examples
--------
Three steps of a recurrent network, each of which lies 8 slots behind the one before:

>>> calls = [Call("f0", (3,))]
>>> for t in range(3):
...     calls += [Call("f1", (8 * t, 4 + 8 * t)), Call("f2", (4 + 8 * t,))]
>>> for line in rolled(calls, "odd |= {}(V, {});", lambda slots: f"slots_{slots[0]}"):
...     print(line)
odd |= f0(V, slots_3);
for (long t = 0; t < 3; t++) {
    const int k[] = {0 + 8 * t, 4 + 8 * t, 4 + 8 * t};
    odd |= f1(V, k + 0);
    odd |= f2(V, k + 2);
}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from autograd.table.compile import indent

LONGEST = 64  # calls in the body of a loop
FEWEST = 3  # rounds that are worth a loop


class Call(NamedTuple):
    """A call of a function with some slots."""

    name: str
    slots: tuple[int, ...]


def rolled(calls: Sequence[Call], form: str, named: Callable[[tuple[int, ...]], str]) -> list[str]:
    """Print calls; where they repeat by constant steps as a loop.

    Parameters
    ----------
    calls : sequence of Call
    form : str
        What a call looks like, with places for the function's name and for its slots.
    named : callable
        Returns the name of a constant array of slots.
    """
    lines, place = [], 0
    while place < len(calls):
        length, rounds = max(
            ((length, _rounds(calls, place, length)) for length in range(1, LONGEST + 1)),
            key=lambda found: found[0] * found[1] if found[1] >= FEWEST else 0,
        )
        body = calls[place : place + length]
        if rounds < FEWEST:
            name, slots = calls[place]
            lines.append(form.format(name, named(slots or (0,))))
            place += 1
            continue
        first = list(chain.from_iterable(call.slots for call in body))
        second = chain.from_iterable(call.slots for call in calls[place + length : place + 2 * length])
        k = [f"{a} + {b - a} * t" if a != b else str(a) for a, b in zip(first, second, strict=True)]
        starts = accumulate((len(call.slots) for call in body), initial=0)
        inside = [form.format(call.name, f"k + {start}") for call, start in zip(body, starts, strict=False)]
        lines.append(f"for (long t = 0; t < {rounds}; t++) {{")
        lines += indent([f"const int k[] = {{{', '.join(k or '0')}}};", *inside])
        lines.append("}")
        place += length * rounds
    return lines


def _rounds(calls: Sequence[Call], place: int, length: int) -> int:
    """Count how often so many calls come one after the other, their slots moving by constant steps."""
    rounds, steps = 1, None
    while (ahead := place + (rounds + 1) * length) <= len(calls):
        before, now = calls[ahead - 2 * length : ahead - length], calls[ahead - length : ahead]
        if [call.name for call in before] != [call.name for call in now]:
            break
        moved = [
            b - a for x, y in zip(before, now, strict=True) for a, b in zip(x.slots, y.slots, strict=True)
        ]
        if steps not in (None, moved):
            break
        rounds, steps = rounds + 1, moved
    return rounds
