"""Arrays of leaves that keep their leaves: an in-place operator assigns them, as it does for one `Value`.

Knows NumPy and which of its objects are leaves; refuses to know any derivative.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.modes import modes
from autograd.core.value import Value

__name__ = "autograd"  # the public place, which pickles name


class Array(np.ndarray[Any, Any]):
    """An array of leaves, made by `autograd.array`.

    It is NumPy's array of objects in everything, its slices and transposes are such arrays, too, and what is
    computed from it is a plain array. Only ``-=``, the other in-place operators and ``W[i, j] = ...`` differ:
    under `no_grad` they assign the leaves' `data`, so that labels, gradients and graphs stay; elsewhere they
    are refused, because they would put other things in the leaves' places. ``W.copy()`` holds the same
    leaves, as NumPy copies objects: to keep the numbers of now, take ``autograd.data(W)``.

    Raises
    ------
    TypeError
        For an in-place operator or an assignment outside `no_grad`, and for a right side that is no number
        for each leaf.

    Examples
    --------
    >>> from autograd import array, grads, no_grad
    >>> w = array([1.0, 2.0], label="w")
    >>> (w @ w).backward()
    >>> with no_grad():
    ...     w -= 0.25 * grads(w)
    ...     w[1] = 3.0
    >>> w.tolist()
    [Value(0.5, label='w_1', grad=2.0), Value(3.0, label='w_2', grad=4.0)]
    """

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    def __array_wrap__(self, result: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(result)
        return plain[()] if plain.ndim == 0 else plain

    def __setitem__(self, place: Any, values: Any) -> None:
        held = np.asarray(self)[place]
        if not isinstance(held, np.ndarray):
            held = np.full((), held, dtype=object)
        if not any(map(_is_leaf, held.ravel().tolist())):
            super().__setitem__(place, values)
            return
        given = np.broadcast_to(np.asarray(values, dtype=object), held.shape)
        held.view(Array)._assigned(given, "W[...] =", "np.array(W)", lambda _, numbers: numbers)
        np.asarray(self)[place] = held[()]  # one leaf, not an array without axes around it

    def _assigned(self, other: Any, symbol: str, new: str, compute: Callable[[Any, Any], Any]) -> Any:
        leaves = list(filter(_is_leaf, self.ravel().tolist()))
        if leaves and modes.recording:
            raise TypeError(
                f"{symbol} on an array of leaves would put other objects in the places of "
                f"{leaves[0]!r}{' and others' if len(leaves) > 1 else ''}. To train them, write it under "
                f"`with autograd.no_grad():`, where it assigns their data. To compute from them, make a new "
                f"array: W = {new}"
            )
        results = compute(np.asarray(self), other)
        if not isinstance(results, np.ndarray) or results.shape != self.shape:
            raise TypeError(
                f"{symbol} needs a number for each element of an array of shape {self.shape}, and the right "
                f"side has shape {np.shape(other)}."
            )
        for place in np.ndindex(*self.shape):
            item: Any = self[place]
            result: Any = results[place]
            if _is_leaf(item):
                item.data = result.data if result.__class__ is Value else result
            else:
                np.asarray(self)[place] = result
        return self


def _is_leaf(item: Any) -> bool:
    return item.__class__ is Value and item.op is None


def _in_place(symbol: str, compute: Callable[[Any, Any], Any]) -> Any:
    def update(self: Array, other: Any) -> Any:
        return self._assigned(other, symbol, f"W {symbol[:-1]} ...", compute)

    return update


for _name, _symbol in {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}.items():
    setattr(Array, f"__i{_name}__", _in_place(f"{_symbol}=", getattr(operator, f"__{_name}__")))
