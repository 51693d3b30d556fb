"""What the engine keeps outside the graph: the assignment clock, and the modes of each thread.

The clock counts assignments to leaves. A leaf keeps when it was assigned, a node when it was recorded; an
operand that is younger than its consumer makes the recorded numbers stale. The modes are `no_grad`,
`detect_anomaly`, the list of comparisons that a recording guards, who is told of a number that is read while
it is on, and whether it is in a branch that its row does not take. This module knows nothing of nodes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any


class State:
    """Shared by all threads: the clock, how many leaves were made, how many modes are on anywhere."""

    __slots__ = ("made", "now", "watching")

    def __init__(self) -> None:
        self.now = self.made = 0
        self.watching = 0


class Modes(threading.local):
    """Of this thread: is arithmetic recorded, are nan and inf hunted, where do comparisons and reads go.

    And is a branch recorded that the recorded row does not take: a domain error is nan there. And which
    leaves, by id, were checked for all rows.
    """

    recording: bool = True
    anomaly: bool = False
    guards: list[tuple[Any, ...]] | None = None
    told: Callable[[Any, str], None] | None = None
    elsewhere: bool = False
    checked: frozenset[int] = frozenset()


state = State()
modes = Modes()


def tick() -> int:
    """Advance the clock; what is recorded from now on is stamped with the number returned, or a later one."""
    state.now += 1
    return state.now


@contextmanager
def mode(name: str, value: Any) -> Iterator[None]:
    """Switch one mode of this thread for the length of a `with` block."""
    before = getattr(modes, name)
    setattr(modes, name, value)
    state.watching += 1
    try:
        yield
    finally:
        state.watching -= 1
        setattr(modes, name, before)


def recording() -> AbstractContextManager[None]:
    """Record also inside `no_grad()`: who asks for a derivative needs the graph."""
    return nullcontext() if modes.recording else mode("recording", True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: inside, arithmetic on values returns leaves. Per thread.

    Augmented assignment to a leaf assigns its `data`, so that an update may be written as in PyTorch.

    See Also
    --------
    Value.detach : One number without its graph.
    stop_gradient : The same, as a row that a recording repeats.

    Examples
    --------
    >>> from autograd import Value, no_grad
    >>> w = Value(3.0, label="w")
    >>> (w * w).backward()
    >>> with no_grad():
    ...     w -= 0.1 * w.grad
    >>> w
    Value(2.4, label='w', grad=6.0)
    """
    with mode("recording", False):
        yield


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Stop at the first nan or inf, forward or backward, and name the node that made it. Per thread.

    Raises
    ------
    AnomalyError
        Where a node's value, or an adjoint, is not finite.

    Examples
    --------
    >>> from autograd import Value, detect_anomaly, exp
    >>> with detect_anomaly():
    ...     exp(Value(1000.0, label="z"))
    Traceback (most recent call last):
    autograd.errors.AnomalyError: exp gave inf at exp(z). Its operands are finite: z = 1000, so the number \
was lost here. Keep the operands smaller, or use a form that is exact in the tails (sigmoid, softplus, \
logsumexp).
    """
    with mode("anomaly", True):
        yield
