"""A storage of a lowered program as the JAX arrays that blocks computed, side by side in the order of slots.

Reading is slices and reshapes wherever slots follow a rule, so that XLA has nothing to move. What is handed
back to what was read is the transpose of reading, which JAX derives. Knows no formula and no block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.blocks import Operand, strides_of

Places = NDArray[np.intp]


@dataclass
class Piece:
    """The array of one block, (..., slots), and what was handed back to it.

    Attributes
    ----------
    array : array
    end : int
        The slot behind its last.
    certain : bool
        Whether edges lead to all of it in every row.
    adjoint : array or None
        None where nothing was handed back yet.
    edges : array or None
        Above 0 where an edge leads, noted where that is not certain. An adjoint of 0 is not the same as no
        edge: 0 · inf is nan.
    """

    array: Any
    end: int
    certain: bool
    adjoint: Any = None
    edges: Any = None


class Pieces:
    """One storage: its pieces, side by side."""

    def __init__(self) -> None:
        self.list: list[Piece] = []

    def append(self, array: Any, certain: bool = True) -> Piece:
        """Add the next slots' numbers, and return their piece."""
        start = self.list[-1].end if self.list else 0
        self.list.append(Piece(array, start + array.shape[-1], certain))
        return self.list[-1]

    def read(self, operand: Operand) -> Any:
        """Return an operand's numbers, (..., *shape)."""
        touched, reader = self._reader(operand)
        return reader([piece.array for piece in touched])

    def hand_back(self, operand: Operand, adjoint: Any, edges: Any) -> None:
        """Add to the adjoints of what `read` returned, and note where edges lead: two arrays of its shape."""
        import jax

        touched, reader = self._reader(operand)
        back = jax.linear_transpose(reader, [piece.array for piece in touched])
        for piece, handed in zip(touched, back(adjoint)[0], strict=True):
            piece.adjoint = handed if piece.adjoint is None else piece.adjoint + handed
        if all(piece.certain for piece in touched):
            return
        for piece, handed in zip(touched, back(edges)[0], strict=True):
            if not piece.certain:
                piece.edges = handed if piece.edges is None else piece.edges + handed

    def _reader(self, operand: Operand) -> tuple[list[Piece], Callable[[list[Any]], Any]]:
        """Return which pieces an operand lies in, and the linear function from them to its numbers."""
        import jax.numpy as jnp

        ends = np.array([piece.end for piece in self.list])
        owners, numbers = np.unique(np.searchsorted(ends, operand.slots, side="right"), return_inverse=True)
        touched = [self.list[k] for k in owners]
        # left_out: how many slots before a touched piece are in none
        left_out = ends[owners] - np.cumsum([piece.array.shape[-1] for piece in touched])
        places = operand.slots - left_out[numbers.reshape(operand.shape)]
        return touched, lambda arrays: taken(jnp.concatenate(arrays, axis=-1), places)


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
