"""What a model accepts as input: one sample, or columns of samples; knows lengths and types, no weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.describe import counted

__all__ = ["columns", "listed", "one_sample"]


def one_sample(x: Any, length: int, model: Any) -> Sequence[Any]:
    """Return one sample as a list or tuple of the right length, or an error that gives both numbers."""
    if isinstance(x, np.ndarray):
        if x.ndim != 1:
            raise ValueError(
                f"{model._headline()} takes one sample, {length} numbers, not an array of shape {x.shape}: "
                "call it with one row at a time, or all rows with forward_batch(X)."
            )
        x = list(x.tolist())
    elif not isinstance(x, list | tuple):
        if isinstance(x, str | bytes) or not isinstance(x, Sequence):
            raise TypeError(
                f"{model._headline()} takes a sequence of {length} numbers or Values, and got {x!r}. One "
                "number still goes into a list: [x]."
            )
        x = list(x)
    if len(x) != length:
        raise ValueError(f"{model._headline()} takes {counted(length, 'input')}, and got {len(x)}.")
    if isinstance(x[0], list | tuple | np.ndarray):
        raise TypeError(
            f"{model._headline()} takes one sample, {length} numbers, not a list of {len(x)} samples. "
            "Call it with one at a time, or all with forward_batch(X)."
        )
    sample: Sequence[Any] = x
    return sample


def listed(x: Any, who: str, what: str) -> list[Any]:
    """Return the items of any iterable as a list, or an error that says who takes which items."""
    if isinstance(x, str | bytes | Mapping) or not isinstance(x, Iterable):
        raise TypeError(f"{who} takes {what}, and got {x!r}.")
    return list(x)


def columns(X: Any, features: int, model: Any) -> list[list[Any]]:
    """Return the columns of a matrix with one row per feature."""
    who = model._headline()
    rows = [listed(row, who, "a matrix, one row per feature") for row in listed(X, who, "a matrix")]
    widths = sorted({len(row) for row in rows})
    if len(widths) != 1:
        got = " and ".join(map(str, widths)) or "no rows"
        raise ValueError(f"The rows of X must have one length, got {got}.")
    if len(rows) != features:
        hint = " X seems to hold samples as rows: pass its transpose." if widths == [features] else ""
        raise ValueError(
            f"{who} needs {features} rows in X, one per feature with the samples as columns, "
            f"and got {len(rows)} x {widths[0]}.{hint}"
        )
    return [list(column) for column in zip(*rows, strict=True)]
