"""Where modules and parameters stand in attributes; knows containers and leaves, not what a module does.

The walkers are separate because models have many more Values than modules: each looks only at what it must.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Value

__all__ = ["Branch", "branches", "join", "leaves", "named", "slots"]


class Branch:
    """Marks what has attributes of its own to be walked: a module."""


def join(path: str, name: str) -> str:
    """Return the path of an attribute below `path`."""
    return f"{path}.{name}" if path else name


def _items(value: Any) -> Iterable[tuple[object, Any]]:
    """Return what stands in a container, with its index or key; nothing for anything else."""
    if isinstance(value, list | tuple):
        return enumerate(value)
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, np.ndarray) and value.dtype == object:
        return enumerate(value.tolist())
    return ()


def branches(name: str, value: Any) -> Iterator[tuple[str, Branch]]:
    """Yield the modules in an attribute, with their paths."""
    if isinstance(value, Branch):
        yield name, value
        return
    for key, item in _items(value):
        if item.__class__ is not Value:
            yield from branches(f"{name}.{key}", item)


def leaves(value: Any) -> Iterator[Value]:
    """Yield the leaf `Value`s in an attribute, without paths, which would cost more than the rest."""
    if isinstance(value, Value):
        value = [value]
    for _, item in () if isinstance(value, Branch) else _items(value):
        if item.__class__ is Value:
            if item.op is None:
                yield item
        else:
            yield from leaves(item)


def named(name: str, value: Any) -> Iterator[tuple[str, Value]]:
    """Yield the leaf `Value`s in an attribute, each with its path."""
    if isinstance(value, Value):
        if value.op is None:
            yield name, value
    elif not isinstance(value, Branch):
        for key, item in _items(value):
            if item.__class__ is not Value:
                yield from named(f"{name}.{key}", item)
            elif item.op is None:
                yield f"{name}.{key}", item


def slots(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the leaf `Value`s in an attribute with their paths, lists of nothing else in one piece."""
    if _is_parameters(value):
        yield name, value
    elif not isinstance(value, Branch):
        for key, item in _items(value):
            yield from slots(f"{name}.{key}", item)


def _is_parameters(content: Any) -> bool:
    """Whether this is a leaf `Value`, or a list of nothing but such."""
    if isinstance(content, Value):
        return content.op is None
    if isinstance(content, np.ndarray) and content.dtype == object:
        content = content.tolist()
    return isinstance(content, list | tuple) and bool(content) and all(map(_is_parameters, content))
