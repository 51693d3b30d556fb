"""Runs a lowered program as compiled C, through `ctypes`; steps aside for `numpy` where something looks odd.

The C code only says that a row left the reals or took another branch, or that the gradient is nan. Which row,
and in which words, is found by the same call on `NumpyBackend`, whose storages it shares.
"""

from __future__ import annotations

import ctypes
import logging
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.adjoints import Backward
from autograd.program.lowering.blocks import INPUTS, ROWS, Blocks
from autograd.program.native.printer import VECTOR, source, tile
from autograd.program.native.toolchain import CompilerError, load
from autograd.program.numpy.backend import NumpyBackend

Floats = NDArray[np.float64]

MOST_FUNCTIONS = 300  # each takes gcc some 12 ms; blocks that differ in their slots alone are one
PATIENCE = 0.05  # seconds between looks at the keyboard, for Ctrl-C

_told: set[str] = set()


def native(blocks: Blocks, backward: Backward) -> NumpyBackend:
    """Return the native backend, or, after a message, `numpy`, where it cannot be had."""
    try:
        return NativeBackend(blocks, backward)
    except CompilerError as reason:
        message = f"Program runs with backend numpy instead of native: {reason}."
        if message not in _told:
            _told.add(message)
            logging.getLogger("autograd.program").warning(message)
        return NumpyBackend(blocks, backward)


class NativeBackend(NumpyBackend):
    """Executes a program's blocks as one compiled function.

    Parameters
    ----------
    blocks : Blocks
    backward : Backward

    Attributes
    ----------
    source : str
        The C text.
    predictions : array (B, outputs) or None
        What the outputs are after a call that needed no look by `numpy`; the next call changes it.

    Raises
    ------
    CompilerError
        If there is no compiler, or it does not take the program.
    """

    name = "native"

    def __init__(self, blocks: Blocks, backward: Backward) -> None:
        super().__init__(blocks, backward)
        self.source, scratch, functions = source(blocks, backward)
        if functions > MOST_FUNCTIONS:
            raise CompilerError(
                f"its blocks are {functions} different functions, and more than {MOST_FUNCTIONS} take long "
                f"to compile"
            )
        library = load(self.source)
        self._losses, self._step = library.chainrule_losses, library.chainrule_step
        self._train = library.chainrule_train
        frame, number, count = ctypes.c_void_p, ctypes.c_double, ctypes.c_int64
        self._losses.argtypes = [frame]
        self._step.argtypes = [frame, number]
        self._train.argtypes, self._train.restype = [frame, count, number, ctypes.c_void_p], count
        self._tile = tile(blocks)
        self._space, self._sum = aligned((2 * blocks.sizes[ROWS] + scratch) * self._tile), np.zeros(1)
        self._rows = np.empty((0, 0))
        self._kept: tuple[Floats, ...] = ()

    def _frame(self, rows: Floats) -> int:
        """Return the address of the frame, which tells the compiled functions where everything lies.

        The same rows again, as in a loop of training, are not looked at again.
        """
        if rows is not self._rows:
            count, contiguous = len(rows), np.ascontiguousarray(rows)
            if not self._kept or len(self._kept[0]) != count:
                losses, outputs = np.empty(count), np.empty((count, len(self.blocks.outputs)))
                lanes = count + VECTOR * -(-count // self._tile)
                inputs = aligned(lanes * self.blocks.sizes[INPUTS])
                self._kept = (losses, outputs, inputs)
            losses, outputs, inputs = self._kept
            arrays = (self._once, self._adjoint, losses, self._sum, outputs, inputs, self._space, contiguous)
            places = [address(x) if x.size else 0 for x in arrays]
            self._addresses = np.array([*places, count], dtype=np.uint64)
            self._rows, self._contiguous = rows if contiguous is rows else np.empty((0, 0)), contiguous
            self._found = address(self._addresses)
        return self._found

    def losses(self, rows: Floats) -> Floats | None:
        """Return the loss of each row; None where a row left the reals or took another branch."""
        odd = self._losses(self._frame(rows))
        self.predictions = None if odd else self._kept[1]
        return None if odd else self._kept[0].copy()

    def step(self, rows: Floats, each: float) -> float | None:
        """Leave the gradient of the sum of losses times `each`, and return that sum; None as in `losses`."""
        odd = self._step(self._frame(rows), each)
        self.predictions = None if odd else self._kept[1]
        return None if odd else self._sum.item() * each

    def train(self, rows: Floats, losses: Floats, lr: float) -> int:
        """Make a step for each of `losses`, and return how many were made: fewer where `losses` has None."""
        frame = self._frame(rows)
        done, chunk = 0, 1
        while done < len(losses):
            start, asked = time.perf_counter(), min(chunk, len(losses) - done)
            made: int = self._train(frame, asked, lr, address(losses[done:]))
            done += made
            self.predictions = self._kept[1]
            if made < asked:
                return done
            if time.perf_counter() - start < PATIENCE:
                chunk *= 2
        return done


def aligned(size: int) -> Floats:
    """Make an array of zeros that starts where a vector may start."""
    raw = np.zeros(size + 8)
    return raw[-(address(raw) // 8) % 8 :][:size]


def address(array: NDArray[Any]) -> int:
    """Return where an array's numbers lie."""
    where: int = array.__array_interface__["data"][0]
    return where
