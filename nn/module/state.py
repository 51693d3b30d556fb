"""The numbers of a model as a plain dictionary, and back; refuses to know modules and files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd import Value
from autograd.core.describe import counted

__all__ = ["Numbers", "Slot", "StateError", "is_parameters", "read", "write"]

Numbers: TypeAlias = float | list[Any]
"""A float, or a list of floats, or a list of such lists."""


class StateError(ValueError):
    """Saved numbers do not fit the model, or a file with saved numbers cannot be read."""


class Slot(NamedTuple):
    """One entry of the state: parameters (`owner` is None), or the plain numbers in `owner.attribute`."""

    key: str
    content: Any
    owner: Any
    attribute: str


def is_parameters(content: Any) -> bool:
    """Whether this is a leaf `Value`, or a list of nothing but such."""
    if isinstance(content, Value):
        return content.op is None
    if isinstance(content, np.ndarray) and content.dtype == object:
        content = content.tolist()
    return isinstance(content, list | tuple) and bool(content) and all(map(is_parameters, content))


def read(slots: Iterable[Slot]) -> dict[str, Numbers]:
    """Copy the numbers out."""
    return {slot.key: _numbers(slot.content) for slot in slots}


def write(slots: Iterable[Slot], numbers: Mapping[str, Any], model: str) -> None:
    """Check all numbers against all slots, then copy them in: either everything is changed, or nothing."""
    if not isinstance(numbers, Mapping):
        raise TypeError(f"A state is a dictionary of names and numbers, see state_dict(), not {numbers!r}.")
    wanted = {slot.key: slot for slot in slots}
    missing = [key for key in wanted if key not in numbers]
    unexpected = [str(key) for key in numbers if key not in wanted]
    ready: dict[str, Numbers] = {}
    mismatched = []
    for key, slot in wanted.items():
        if key in numbers:
            try:
                ready[key] = _numbers(numbers[key])
            except TypeError as error:
                mismatched.append(f"{key}: {error}")
                continue
            have, need = _shape(ready[key]), _shape(_numbers(slot.content))
            if have != need:
                mismatched.append(f"{key}: the model has {_words(need)}, the state {_words(have)}")
    if missing or unexpected or mismatched:
        parts = [
            f"{title}: {', '.join(keys)}"
            for title, keys in [("missing", missing), ("unexpected", unexpected), ("mismatched", mismatched)]
            if keys
        ]
        raise StateError(
            f"This state does not fit the {model}; nothing was changed. {'; '.join(parts)}. "
            "Build the model with the shapes that it had when the state was taken."
        )
    for key, slot in wanted.items():
        if slot.owner is None:
            _assign(slot.content, ready[key])
        else:
            setattr(slot.owner, slot.attribute, ready[key])


def _numbers(content: Any) -> Numbers:
    """Return `content` with plain floats in it: of Values, numbers, lists and arrays."""
    if isinstance(content, Value):
        return content.data
    if isinstance(content, np.ndarray):
        content = content.tolist()
    if isinstance(content, list | tuple):
        return [_numbers(item) for item in content]
    if isinstance(content, bool | str) or not hasattr(content, "__float__"):
        raise TypeError(f"{content!r} is not a number")
    return float(content)


def _shape(numbers: Numbers) -> tuple[int, ...] | None:
    """Return the shape of nested lists, () for one number, None when the lists are ragged."""
    if not isinstance(numbers, list):
        return ()
    inner = {_shape(item) for item in numbers}
    if len(inner) > 1 or None in inner:
        return None
    return (len(numbers), *(inner.pop() if inner else ()))  # type: ignore[misc]


def _words(shape: tuple[int, ...] | None) -> str:
    if shape is None:
        return "lists of unequal length"
    count = math.prod(shape)
    sides = f" ({' x '.join(map(str, shape))})" if len(shape) > 1 else ""
    return f"{counted(count, 'number')}{sides}" if shape else "one number"


def _assign(content: Any, numbers: Numbers) -> None:
    if isinstance(numbers, list):
        for item, number in zip(content, numbers, strict=True):
            _assign(item, number)
    else:
        content.data = numbers
