"""A storage of a lowered program as the JAX arrays that blocks computed, side by side in the order of slots.

Reading is slices and reshapes wherever slots follow a rule, so that XLA has nothing to move. What is handed
back to what was read is the transpose of reading, which JAX derives. Knows no formula and no block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.program.blocks import Operand, strides_of

Places = NDArray[np.intp]


class Pieces:
    """One storage: its arrays, each (..., slots), and their adjoints, None where none was handed on yet.

    `edges` says where one was: an array like the adjoint, above 0 where an edge leads, for those pieces of
    which that is not certain, else None. An adjoint of 0 is not the same as no edge: 0 · inf is nan.
    """

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self.adjoints: list[Any] = []
        self.edges: list[Any] = []
        self._certain: list[bool] = []
        self._ends: list[int] = []

    def append(self, array: Any, certain: bool = True) -> int:
        """Add the next slots' numbers, and return the place of the piece."""
        self._ends.append((self._ends[-1] if self._ends else 0) + array.shape[-1])
        self.arrays.append(array)
        self.adjoints.append(None)
        self.edges.append(None)
        self._certain.append(certain)
        return len(self.arrays) - 1

    def read(self, operand: Operand) -> Any:
        """Return an operand's numbers, (..., *shape)."""
        touched, reader = self._reader(operand)
        return reader([self.arrays[k] for k in touched])

    def hand_back(self, operand: Operand, adjoint: Any, edges: Any) -> None:
        """Add to the adjoints of what `read` returned, and note where edges lead: two arrays of its shape."""
        import jax

        touched, reader = self._reader(operand)
        back = jax.linear_transpose(reader, [self.arrays[k] for k in touched])
        _add(self.adjoints, touched, back(adjoint)[0])
        doubtful = [k for k in touched if not self._certain[k]]
        if doubtful:
            handed = dict(zip(touched, back(edges)[0], strict=True))
            _add(self.edges, doubtful, [handed[k] for k in doubtful])

    def _reader(self, operand: Operand) -> tuple[list[int], Callable[[list[Any]], Any]]:
        """Return which pieces an operand lies in, and the linear function from them to its numbers."""
        import jax.numpy as jnp

        owners = np.searchsorted(self._ends, operand.slots, side="right")
        touched, numbers = np.unique(owners, return_inverse=True)
        # left_out: how many slots before a touched piece are in none
        sizes = np.array([self.arrays[k].shape[-1] for k in touched])
        left_out = np.array(self._ends)[touched] - np.cumsum(sizes)
        places = operand.slots - left_out[numbers.reshape(operand.shape)]
        return touched.tolist(), lambda arrays: taken(jnp.concatenate(arrays, axis=-1), places)


def _add(kept: list[Any], places: list[int], arrays: list[Any]) -> None:
    for k, array in zip(places, arrays, strict=True):
        kept[k] = array if kept[k] is None else kept[k] + array


def taken(array: Any, places: Places) -> Any:
    """Return ``array[..., places]``, from the axis of the largest steps to that of the smallest."""
    import jax.numpy as jnp

    strides = strides_of(places)
    if strides is None or min(strides) < 0:
        return array[..., places]
    lead, order = array.shape[:-1], sorted(range(places.ndim), key=lambda axis: -strides[axis])
    window = array[..., int(places.flat[0]) :]
    for axis in order:
        n, step = places.shape[axis], max(1, strides[axis])
        if (n - 1) * strides[axis] >= window.shape[-1]:  # neighbours along the axis before overlap
            return array[..., places]
        n = n if strides[axis] else 1
        behind = max(0, n * step - window.shape[-1])
        window = jnp.pad(window, [(0, 0)] * (window.ndim - 1) + [(0, behind)])[..., : n * step]
        window = window.reshape((*window.shape[:-1], n, step))
    sorted_back = [*range(len(lead)), *(len(lead) + k for k in np.argsort(order))]
    return jnp.broadcast_to(window[..., 0].transpose(sorted_back), (*lead, *places.shape))
