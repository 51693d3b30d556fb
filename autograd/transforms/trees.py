"""Nested inputs and outputs: lists, tuples, dicts and arrays of numbers, taken apart and put together again.

Flattening gives the numbers in a fixed order (lists by index, dicts by insertion, arrays row by row) with
the place of each one; the structure that remains can be filled with other numbers. Knows no graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.core.arrays import plain
from autograd.core.real import real
from autograd.core.value import Value


@dataclass(frozen=True, slots=True)
class Block:
    """Where a number on its own (shape None) or an array stood: from `start` on in the flat order."""

    start: int
    shape: tuple[int, ...] | None = None

    @property
    def span(self) -> slice:
        """Its part of the flat order."""
        return slice(self.start, self.start + math.prod(self.shape or ()))


@dataclass(frozen=True, slots=True)
class Branch:
    """A list, tuple, named tuple or dict, by its keys (of a dict) and parts."""

    kind: type
    keys: tuple[Any, ...]
    parts: tuple[Structure, ...]


Structure = Block | Branch


@dataclass(frozen=True, slots=True)
class Flat:
    """A tree taken apart: its numbers (floats and Values), the keypath of each, and the structure."""

    leaves: list[Any]
    keypaths: list[str]
    structure: Structure


def flatten(tree: Any, name: str) -> Flat:
    """Take nested lists, tuples, dicts and arrays of numbers apart.

    Parameters
    ----------
    tree : number, Value, array, or nested list, tuple, dict of them
    name : str
        What the tree is called in keypaths and errors.

    Raises
    ------
    TypeError
        For anything else inside, with its place.

    Examples
    --------
    >>> flat = flatten({"w": [1, 2.5], "b": 0}, "p")
    >>> flat.leaves, flat.keypaths
    ([1.0, 2.5, 0.0], ["p['w'][0]", "p['w'][1]", "p['b']"])
    >>> unflatten(flat.structure, [10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    leaves: list[Any] = []
    keypaths: list[str] = []
    return Flat(leaves, keypaths, _flatten(tree, name, leaves, keypaths))


def flatten_all(trees: Sequence[Any], names: Sequence[str]) -> Flat:
    """Take several trees apart, each with its name, as one tuple.

    Examples
    --------
    >>> flatten_all((1, [2]), ("x", "w")).keypaths
    ['x', 'w[0]']
    """
    leaves: list[Any] = []
    keypaths: list[str] = []
    parts = [_flatten(tree, name, leaves, keypaths) for tree, name in zip(trees, names, strict=True)]
    return Flat(leaves, keypaths, Branch(tuple, (), tuple(parts)))


def _flatten(tree: Any, keypath: str, leaves: list[Any], keypaths: list[str]) -> Structure:
    if isinstance(tree, dict):
        parts = (_flatten(part, f"{keypath}[{key!r}]", leaves, keypaths) for key, part in tree.items())
        return Branch(dict, tuple(tree), tuple(parts))
    if isinstance(tree, list | tuple):
        parts = (_flatten(part, f"{keypath}[{i}]", leaves, keypaths) for i, part in enumerate(tree))
        kind = type(tree) if hasattr(tree, "_fields") else tuple if isinstance(tree, tuple) else list
        return Branch(kind, (), tuple(parts))
    start = len(leaves)
    if getattr(tree, "ndim", 0):
        return Block(start, _array(tree, keypath, leaves, keypaths))
    leaves.append(_number(tree, keypath))
    keypaths.append(keypath)
    return Block(start)


def _array(tree: Any, keypath: str, leaves: list[Any], keypaths: list[str]) -> tuple[int, ...]:
    import numpy as np

    kind = getattr(getattr(tree, "dtype", None), "kind", "O")
    array = plain(tree, keypath) if kind in "fiuOV" else tree
    if array.dtype.kind not in "fiuO":
        raise TypeError(
            f"{keypath} is an array of {array.dtype}; derivatives are taken of real numbers. "
            f"Convert it first, for example with .astype(float)."
        )
    for index, item in zip(np.ndindex(array.shape), array.ravel().tolist(), strict=True):
        at = keypath + "".join(f"[{i}]" for i in index)
        leaves.append(_number(item, at))
        keypaths.append(at)
    return tuple(array.shape)


def _number(x: Any, keypath: str) -> Any:
    if x.__class__ is Value:
        return x
    try:
        number = real(x)
    except TypeError as error:
        raise TypeError(f"{keypath} cannot be used: {error}") from None
    if number is None:
        if not x.ndim:
            return x.item()
        raise TypeError(f"{keypath} cannot be used: it is an array inside an array of objects.")
    return number


def build(structure: Structure, make: Callable[[Block], Any]) -> Any:
    """Put a tree together, with whatever `make` gives for each number and each array."""
    if isinstance(structure, Block):
        return make(structure)
    parts = [build(part, make) for part in structure.parts]
    if structure.kind is dict:
        return dict(zip(structure.keys, parts, strict=True))
    return structure.kind(*parts) if hasattr(structure.kind, "_fields") else structure.kind(parts)


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Any:
    """Put a tree together from other numbers; its arrays hold floats, or objects where one is a `Value`."""

    def make(block: Block) -> Any:
        return leaves[block.start] if block.shape is None else filled(leaves[block.span], block.shape)

    return build(structure, make)


def filled(numbers: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Return a number, for the shape (), or an array: of floats, or of objects where one is a `Value`."""
    import numpy as np

    if not shape:
        return numbers[0]
    kind = object if any(number.__class__ is Value for number in numbers) else float
    return np.array(numbers, dtype=kind).reshape(shape)


def matched(flat: Flat, other: Flat, name: str) -> list[Any]:
    """Return the numbers of another tree, which must have the same keypaths, in the order of the first.

    Raises
    ------
    ValueError
        Naming the first keypath that only one of them has.
    """
    numbers = dict(zip(other.keypaths, other.leaves, strict=True))
    missing = [keypath for keypath in flat.keypaths if keypath not in numbers]
    extra = [keypath for keypath in other.keypaths if keypath not in set(flat.keypaths)]
    if missing or extra:
        told = (
            f"there is none for {missing[0]}"
            if missing
            else f"there is one for {extra[0]}, which is not there"
        )
        raise ValueError(
            f"One {name} is needed for each of the {len(flat.keypaths)} numbers, nested in the same way, "
            f"got {len(numbers)}: {told}."
        )
    return [numbers[keypath] for keypath in flat.keypaths]
