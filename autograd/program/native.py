"""Runs a lowered program as compiled C, through `ctypes`; steps aside for `numpy` where something looks odd.

The C code only says that a row left the reals or took another branch. Which one, and in which words, is found
by the same call on `NumpyBackend`, whose storages it shares.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import time
from functools import partial

import numpy as np
from numpy.typing import NDArray

from autograd.program import cache, compiler
from autograd.program.blocks import INPUTS, ROWS, Blocks
from autograd.program.c_source import STEP, TILE, source
from autograd.program.numpy_backend import NumpyBackend

Floats = NDArray[np.float64]

MOST_BLOCKS = 500  # a long chain has one block per level: compiling takes longer than it saves
PATIENCE = 0.05  # seconds between looks at the keyboard, for Ctrl-C

_told: set[str] = set()


def native(blocks: Blocks) -> NumpyBackend:
    """Return the native backend, or, after a message, `numpy`, where it cannot be had."""
    try:
        if len(blocks.blocks) > MOST_BLOCKS:
            raise compiler.CompilerError(
                f"it has {len(blocks.blocks)} blocks, and more than {MOST_BLOCKS} take long to compile"
            )
        return NativeBackend(blocks)
    except compiler.CompilerError as reason:
        message = f"Program runs with backend numpy instead of native: {reason}."
        if message not in _told:
            _told.add(message)
            logging.getLogger("autograd.program").warning(message)
        return NumpyBackend(blocks)


class NativeBackend(NumpyBackend):
    """Executes a program's blocks as one compiled function.

    Parameters
    ----------
    blocks : Blocks

    Attributes
    ----------
    source : str
        The C text.
    predictions : array (B, outputs)
        What the outputs were in the latest quick call.

    Raises
    ------
    CompilerError
        If there is no compiler, or it does not take the program.
    """

    name = "native"

    def __init__(self, blocks: Blocks) -> None:
        super().__init__(blocks)
        self.source, scratch = source(blocks)
        library = load(self.source)
        self._replay, self._train = library.chainrule_replay, library.chainrule_train
        array, count, number = ctypes.c_void_p, ctypes.c_long, ctypes.c_double
        self._replay.argtypes = [array, array, array, count, number, array, array, array, array, array]
        self._train.argtypes = [array, array, array, count, count, number, array, array, array, array]
        self._train.restype = count
        self._space = aligned((2 * blocks.sizes[ROWS] + scratch) * STEP)
        self._inputs = aligned(0)
        self._rows = 0
        self._sum = np.zeros(1)
        self._addresses = tuple(address(x) for x in (self._once, self._adjoint, self._sum, self._space))

    def _room(self, count: int) -> int:
        """Return the address of a place for so many rows, a column after the other within each tile."""
        if count > self._rows:
            self._rows = count
            self._inputs = aligned(-(-count // TILE) * self.blocks.sizes[INPUTS] * STEP)
            self._where = address(self._inputs)
        return self._where

    def _call(self, rows: Floats, losses: int | None, gradient: bool, seed: float) -> bool:
        rows = np.ascontiguousarray(rows)
        once, adjoint, total, space = self._addresses
        predictions = np.empty((len(rows), len(self.blocks.outputs)))
        odd = self._replay(
            once, adjoint if gradient else None, address(rows), len(rows), seed, losses, total,
            address(predictions) if predictions.size else None, self._room(len(rows)), space,
        )  # fmt: skip
        self.predictions = None if odd else predictions
        return not odd

    def losses(self, rows: Floats) -> Floats | None:
        """Return the loss of each row; None where a row left the reals or took another branch."""
        losses = np.empty(len(rows))
        return losses if self._call(rows, address(losses), False, 0.0) else None

    def step(self, rows: Floats, each: float) -> float | None:
        """Leave the gradient of the sum of losses times `each`, and return that sum; None as in `losses`."""
        return float(self._sum[0]) * each if self._call(rows, None, True, each) else None

    def train(self, rows: Floats, losses: Floats, lr: float) -> int:
        """Make a step for each of `losses`, and return how many were made: fewer where `losses` has None."""
        rows, chunk = np.ascontiguousarray(rows), 1
        done = 0
        once, adjoint, _, space = self._addresses
        predictions = np.empty((len(rows), len(self.blocks.outputs)))
        outputs = address(predictions) if predictions.size else None
        run = partial(self._train, once, adjoint, address(rows), len(rows))
        while done < len(losses):
            start, asked = time.perf_counter(), min(chunk, len(losses) - done)
            made: int = run(asked, lr, address(losses[done:]), outputs, self._room(len(rows)), space)
            done += made
            self.predictions = predictions
            if made < asked:
                return done
            if time.perf_counter() - start < PATIENCE:
                chunk *= 2
        return done


def load(text: str) -> ctypes.CDLL:
    """Compile C text, unless that was done before, and load it.

    Raises
    ------
    CompilerError
    """
    found = compiler.compiler(os.environ.get("CC"))
    key = "\0".join([text, *found.command, found.version, *compiler.FLAGS, compiler.processor()])
    library, thrown_away = cache.stored(key, lambda path: found.compile(text, path))
    try:
        return ctypes.CDLL(str(library))
    except OSError as error:
        raise compiler.CompilerError(f"the compiled program does not load: {error}") from None
    finally:
        if thrown_away:
            shutil.rmtree(library.parent, ignore_errors=True)


def aligned(size: int) -> Floats:
    """Make an array of zeros that starts where a vector may start."""
    raw = np.zeros(size + 8)
    return raw[-(address(raw) // 8) % 8 :][:size]


def address(array: Floats) -> int:
    """Return where an array's numbers lie."""
    where: int = array.__array_interface__["data"][0]
    return where
