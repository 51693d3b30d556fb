"""Pickling and deep copies of graphs, of any depth.

A node would drag its parents behind it, one level of recursion per operation. So the first node that is met
hands over its ancestors first, parents before consumers; each of them then finds its parents already there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from autograd.core.modes import state
from autograd.core.value import Value
from autograd.core.walk import topological


class Ancestry(list[Value]):
    """The ancestors of a node, listed only while it is copied."""

    def __init__(self, node: Value | None = None) -> None:
        super().__init__()
        self.node = node

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return Ancestry, (), None, self._ancestors()

    def _ancestors(self) -> Iterator[Value]:
        assert self.node is not None
        _local.listing = True
        try:
            yield from topological(self.node)[:-1]
        finally:
            _local.listing = False


class _Local(threading.local):
    listing: bool = False


_local = _Local()
FIELDS = ("_data", "_grad", "_label", "_op", "_a", "_da", "_b", "_db", "_stamp")


def reduce(node: Value) -> tuple[Any, ...]:
    """Answer `Value.__reduce_ex__`."""
    alone = _local.listing or node._op is None
    fields = tuple(getattr(node, name) for name in FIELDS)
    return _blank, () if alone else (Ancestry(node),), fields


def _blank(ancestry: Ancestry | None = None) -> Value:
    return Value(0.0)


def restore(node: Value, fields: tuple[Any, ...]) -> None:
    """Answer `Value.__setstate__`: nothing becomes stale, or fresh, by the copy; leaves keep their order."""
    for name, content in zip(FIELDS, fields, strict=True):
        setattr(node, name, content)
    state.now = max(state.now, node._stamp)
    if node._op is None:
        state.made = max(state.made, node._da)
