"""Runs a lowered program with NumPy: storages, buffers for each number of rows, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.adjoints import Backward
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Blocks, Space
from autograd.program.lowering.updates import Batches, Trained
from autograd.program.numpy.printer import source
from autograd.table.compile import compiled
from autograd.table.kernels import KERNELS

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

KEPT = 4  # so many different numbers of rows keep their buffers: training, the last batch, validation


def strided(base: Floats, start: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> Floats:
    """View slots of a storage (slots × rows) in a regular pattern: an array ``shape`` × rows."""
    step, row = base.strides
    strides = (*(k * step for k in steps), row)
    return np.lib.stride_tricks.as_strided(base[start:], (*shape, base.shape[1]), strides)


def others(x: Floats, out: Floats) -> Floats:
    """Return, along the axis before rows, the product of all elements but this one: no division."""
    out[..., :1, :] = 1.0
    np.multiply.accumulate(x[..., :-1, :], axis=-2, out=out[..., 1:, :])
    out[..., :-1, :] *= np.multiply.accumulate(x[..., :0:-1, :], axis=-2)[..., ::-1, :]
    return out


def scatter(adjoints: Floats, slots: Places, order: Places, starts: Places, values: Floats) -> None:
    """Add to each of some slots the sum of what it gets: `order` puts that side by side, from `starts` on."""
    adjoints[slots] += np.add.reduceat(values.reshape(order.size, -1)[order], starts)


def find(slots: Places, index: Floats, width: int, out: Places) -> None:
    """Find the places of elements of tables, (..., n) and (..., rows): slot · width, plus the row.

    An index that is none gives the first element, for `refuse`.
    """
    whole = np.where((index >= 0) & (index < slots.shape[-1]), index, 0).astype(int)
    np.multiply(np.take_along_axis(slots, whole, -1), width, out=out)
    out += np.arange(width) if width > 1 else 0


def refuse(index: Floats, n: int, out: Floats) -> None:
    """Leave nan where an index looks up none of n elements; a guard, if there is one, comes later."""
    np.copyto(out, np.nan, where=(index < 0) | (index >= n) | (index != np.floor(index)))


def mapped(function: Callable[[float], float]) -> Callable[[Floats, Floats], None]:
    """Make an array function of a function of floats that NumPy lacks: number by number, the same bits.

    For erf and 10 000 numbers that takes 0.9 ms, as long as a series of array operations.
    """

    def mapping(x: Floats, out: Floats) -> None:
        out[...] = np.fromiter(map(function, x.ravel().tolist()), float, x.size).reshape(x.shape)

    return mapping


# What generated code may call.
FUNCTIONS: dict[str, Any] = (
    {name: function for name, function in vars(np).items() if isinstance(function, np.ufunc)}
    | {name: getattr(np, name) for name in ("array", "copyto", "empty", "ones", "take", "inf", "nan")}
    | {"strided": strided, "others": others, "scatter": scatter, "find": find, "refuse": refuse}
    | {name: mapped(KERNELS[name].ieee) for name in ("erf", "erfc")}
)


class Buffers(NamedTuple):
    """What belongs to one number of rows."""

    storages: dict[Space, Floats]
    adjoints: dict[Space, Floats]
    forward: Callable[[], None]
    backward: Callable[[], None]


class NumpyBackend:
    """Executes a program's blocks as calls of NumPy.

    Parameters
    ----------
    blocks : Blocks
    backward : Backward

    Attributes
    ----------
    parameters, gradient : array (P,)
        Views of what the program reads and of what `backward` leaves.
    """

    name = "numpy"

    def __init__(self, blocks: Blocks, backward: Backward) -> None:
        self.blocks, self._plan = blocks, backward
        self._once = np.zeros((blocks.sizes[ONCE], 1))
        self._adjoint = np.zeros((blocks.sizes[ONCE], 1))
        P = len(blocks.leaves)
        self.parameters, self.gradient = self._once[:P, 0], self._adjoint[:P, 0]
        self._once[P : P + len(blocks.constants), 0] = blocks.constants
        self._buffers: dict[int, Buffers] = {}

    @cached_property
    def _python(self) -> str:
        """The generated Python, printed when somebody runs or reads it."""
        return source(self.blocks, self._plan)

    @property
    def source(self) -> str:
        """What the backend runs."""
        return self._python

    def buffers(self, count: int) -> Buffers:
        """Return the buffers for so many rows, those of the last few numbers being kept."""
        found = self._buffers.pop(count, None)
        if found is None:
            if len(self._buffers) >= KEPT:
                del self._buffers[next(iter(self._buffers))]
            found = self._new(count)
        self._buffers[count] = found
        return found

    def _new(self, count: int) -> Buffers:
        sizes = self.blocks.sizes
        columns = np.zeros((count, sizes[INPUTS])).T
        rows, adjoints = np.zeros((sizes[ROWS], count)), np.zeros((sizes[ROWS], count))
        arrays = {"U": self._once, "dU": self._adjoint, "X": columns, "V": rows, "dV": adjoints}
        namespace = FUNCTIONS | arrays | {"B": count}
        forward = compiled("forward", self._python, namespace)
        return Buffers(
            {ONCE: self._once, INPUTS: columns, ROWS: rows},
            {ONCE: self._adjoint, ROWS: adjoints},
            forward,
            namespace["backward"],
        )

    def forward(self, rows: Floats) -> tuple[dict[Space, Floats], bool]:
        """Compute every block for rows (B, inputs); return the storages, and whether a flag rose.

        Invalid operations and divisions by zero count. So does infinity, given or by overflow: it raises no
        flag where it is divided by zero.
        """
        self._now = self.buffers(len(rows))
        self._now.storages[INPUTS][...] = rows.T
        given = len(self.blocks.leaves) + len(self.blocks.constants)
        self._flagged = any(np.isinf(numbers).any() for numbers in (self._once[:given], rows))
        with np.errstate(all="ignore", divide="call", invalid="call", over="call", call=self._notice):
            self._now.forward()
        return self._now.storages, self._flagged

    def backward(self, seed: float) -> None:
        """Leave the gradient of the latest forward in `gradient`; `seed` is the adjoint of every loss."""
        loss = self.blocks.loss
        if loss.space in self._now.adjoints:
            self._now.adjoints[loss.space][loss.start] = seed
        with np.errstate(all="ignore"):
            self._now.backward()

    # What a backend may do at one go, if it can; this one cannot, and `Program` asks for the parts.

    predictions: Floats | None = None

    def losses(self, rows: Floats) -> Floats | None:
        """Return the loss of each row, or None: compute the blocks one by one."""
        return None

    def step(self, rows: Floats, each: float) -> float | None:
        """Leave the gradient, and return the sum of losses times `each`; or None."""
        return None

    def updates(self, trained: Trained, batches: Batches) -> None:
        """Make the next of some updates, as many as can be made at one go and in a short time."""

    def _notice(self, error: str, flag: int) -> None:
        self._flagged = True
