"""`record`: run a function once on leaves, and make a `Program` of what it did and what it decided."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from autograd.core.modes import mode
from autograd.core.value import Value
from autograd.program.lowering.layout import Comparison
from autograd.program.program import Program
from autograd.transforms.trace import argument_names
from autograd.transforms.trees import flatten, flatten_all, unflatten


def record(f: Callable[..., Any], *examples: Any, backend: str = "numpy") -> Program:
    """Run `f` once on leaves and return the program that repeats it for many rows.

    Parameters
    ----------
    f : callable
        Returns the loss of one row, or the loss and outputs: ``(loss, outputs)``, where outputs is a Value or
        nested lists, tuples, dicts and arrays of Values. Values that it uses beside its arguments, such as a
        model's weights, are the program's parameters.
    *examples : float, or nested lists, tuples, dicts and arrays of floats
        One row's arguments. Their numbers, in order, are the columns of `rows`.
    backend : {"numpy", "native"}

    Returns
    -------
    Program
        Comparisons between Values that `f` made are guarded: a row for which one would come out otherwise
        raises `BranchError`. Decisions that `f` reads off ``.data`` cannot be seen, so they are not guarded.

    Raises
    ------
    TypeError
        If `f` returns no `Value`: nothing was recorded.

    Examples
    --------
    >>> from autograd import Value
    >>> w = Value(2.0, label="w")
    >>> program = record(lambda x: x * w if x > 0 else x, 1.0)
    >>> program.forward([[1.0], [2.0]])
    array([2., 4.])
    >>> program.forward([[1.0], [-2.0]])
    Traceback (most recent call last):
    autograd.errors.BranchError: Row 1 takes another branch than the recorded one: x > 0 was true when the \
function was recorded, and is false for x = -2. A program repeats one branch. Choose with \
autograd.where(condition, a, b), which computes both, or record each branch by itself.
    """
    flat = flatten_all(list(examples), argument_names(f, len(examples)))
    leaves = [
        Value(x.data if isinstance(x, Value) else x, label=_label(place))
        for x, place in zip(flat.leaves, flat.keypaths, strict=True)
    ]
    guards: list[Comparison] = []
    with mode("guards", guards):
        result = f(*unflatten(flat.structure, leaves))
    loss, outputs = result if isinstance(result, tuple) and len(result) == 2 else (result, ())
    found = flatten(outputs, "outputs").leaves
    kept: list[Comparison] = [(symbol, x, _number(y), made) for symbol, x, y, made in guards]
    return Program(loss, leaves, backend, outputs=found, guards=kept)


def _number(side: Any) -> Value | float:
    return side if isinstance(side, Value) else float(side)


def _label(place: str) -> str:
    """Turn a place such as x[0][1] into the label x_12."""
    name, *indices = re.findall(r"\w+", place)
    places = [str(int(index) + 1) if index.isdecimal() else index for index in indices]
    comma = "," if any(len(index) > 1 for index in places) else ""
    return f"{name}_{comma.join(places)}" if places else name
