"""Runs a lowered program as compiled C, through `ctypes`; steps aside for `numpy` where something looks odd.

The C code only says that a row left the reals or took another branch, or that the gradient is nan. Which row,
and in which words, is found by the same call on `NumpyBackend`, whose storages it shares.
"""

from __future__ import annotations

import ctypes
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.program.lowering.adjoints import Backward
from autograd.program.lowering.blocks import INPUTS, ONCE, ROWS, Blocks
from autograd.program.lowering.updates import Batches, Trained
from autograd.program.native.formulas import BASES, OPERANDS, STORAGES
from autograd.program.native.printer import LOOPS, RUNTIME, VECTOR, Printed, printed, tile
from autograd.program.native.toolchain import CompilerError, compiler, cores, load
from autograd.program.native.update import source as update_source
from autograd.program.numpy.backend import KEPT, NumpyBackend
from autograd.table.update import Update

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_FUNCTIONS = 300  # each takes gcc some 10 ms; what computes alike is one
FEWEST = 12  # functions that are worth a compiler of their own
SHARED = ("chainrule_product", "chainrule_outer", "chainrule_zeros")  # of `runtime.c`
PATIENCE = 0.05  # seconds between looks at the keyboard, for Ctrl-C

TOLD = (
    "program", "U", "dU", "each", "sum", "outputs", "inputs", "space", "rows", "B", "rule", "ahead", "runs",
    "hyper", "theta", "before", "state", "kept", "none", "table", "masks", "rates", "order", "losses",
    "norms", "moved", "count", "variables", "parts", "N", "size", "columns", "mean", "made",
)  # fmt: skip

_told: set[str] = set()


def native(blocks: Blocks, backward: Backward) -> NumpyBackend:
    """Return the native backend, or, after a message, `numpy`, where it cannot be had."""
    try:
        return NativeBackend(blocks, backward)
    except CompilerError as reason:
        tell(f"Program runs with backend numpy instead of native: {reason}.")
        return NumpyBackend(blocks, backward)


def tell(message: str) -> None:
    """Log a message, once."""
    if message not in _told:
        _told.add(message)
        logging.getLogger("autograd.program").warning(message)


class NativeBackend(NumpyBackend):
    """Executes a program's blocks as one compiled function.

    Parameters
    ----------
    blocks : Blocks
    backward : Backward

    Attributes
    ----------
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
        program = printed(blocks, backward)
        if len(program.functions) > MOST_FUNCTIONS:
            raise CompilerError(
                f"its blocks are {len(program.functions)} different functions, and more than "
                f"{MOST_FUNCTIONS} take long to compile"
            )
        shared, functions = loaded(program.functions)
        self._functions = program.functions
        self._losses, self._step = shared.chainrule_losses, shared.chainrule_step
        self._train = shared.chainrule_updates
        frame, number, count = ctypes.c_void_p, ctypes.c_double, ctypes.c_int64
        self._losses.argtypes = [frame]
        self._step.argtypes = [frame, number]
        self._train.argtypes, self._train.restype = [frame, count, count], None
        self._tile = tile(blocks)
        self._space, self._sum = aligned((2 * blocks.sizes[ROWS] + program.work) * self._tile), np.zeros(1)
        self._program = self._described(program, functions)
        self._rows = np.empty((0, 0))
        self._rooms: dict[int, tuple[Floats, Floats, Floats]] = {}
        self._most = 1  # updates at one go

    @property
    def source(self) -> str:
        """The C text."""
        return "\n".join(
            [*(path.read_text(encoding="utf-8") for path in (RUNTIME, LOOPS)), *self._functions, ""]
        )

    def _described(self, program: Printed, functions: dict[str, int]) -> Integers:
        """Return `Program` of `runtime.c`, as numbers; what its addresses lead to is kept with it."""
        calls, shown = list(chain.from_iterable(program.calls)), (self.blocks.loss, *self.blocks.outputs)
        starts = np.cumsum([0, *(len(numbers) for _, numbers in calls)])
        told = np.fromiter(chain.from_iterable(numbers for _, numbers in calls), np.int32, starts[-1])
        places = np.array([(STORAGES.index(BASES[x.space]), x.start) for x in shown])
        run = [(functions[name], 0) if name in SHARED else (0, functions[name]) for name, _ in calls]
        listed = np.column_stack(
            [np.array(run, dtype=np.int64).reshape(-1, 2), address(told) + 4 * starts[:-1]]
        )
        most = max((numbers[OPERANDS] for name, numbers in calls if name not in SHARED), default=1)
        self._kept_with = told, places, listed
        sizes, ends = self.blocks.sizes, np.cumsum([*map(len, program.calls)])
        return np.array([
            len(self.blocks.leaves), sizes[ONCE], sizes[INPUTS], sizes[ROWS], len(shown) - 1, self._tile,
            most, address(listed), *ends, address(places),
        ])  # fmt: skip

    def _frame(self, rows: Floats) -> int:
        """Return the address of the frame, which tells the compiled functions where everything lies.

        The same rows again, as in a loop of training, are not looked at again.
        """
        if rows is not self._rows:
            contiguous = np.ascontiguousarray(rows)
            self._kept = self._room(len(rows))
            places = self._places(self._kept, contiguous)
            self._addresses = np.array([*places, len(rows)], dtype=np.uint64)
            self._rows, self._contiguous = rows if contiguous is rows else np.empty((0, 0)), contiguous
            self._found = address(self._addresses)
        return self._found

    def _room(self, count: int) -> tuple[Floats, Floats, Floats]:
        """Return room for so many rows: losses, outputs, inputs; that of the last few numbers is kept."""
        found = self._rooms.pop(count, None)
        if found is None:
            if len(self._rooms) >= KEPT:
                del self._rooms[next(iter(self._rooms))]
            lanes = count + VECTOR * -(-count // self._tile)
            inputs = aligned(lanes * self.blocks.sizes[INPUTS])
            found = np.empty(count), np.empty((count, len(self.blocks.outputs))), inputs
        self._rooms[count] = found
        return found

    def _places(self, room: tuple[Floats, Floats, Floats], rows: Floats) -> list[int]:
        """Return the addresses that a frame begins with."""
        losses, outputs, inputs = room
        arrays = (
            self._program,
            self._once,
            self._adjoint,
            losses,
            self._sum,
            outputs,
            inputs,
            self._space,
            rows,
        )
        return [address(x) if x.size else 0 for x in arrays]

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

    def updates(self, trained: Trained, batches: Batches) -> None:
        """Make the next of some updates, for some `PATIENCE`: then somebody looks at the keyboard.

        It stops in front of one where something is odd, and leaves that to NumPy.
        """
        optimizer, begin = trained.optimizer, batches.made
        written = optimizer.written
        if written is None or (functions := rule(written.update)) is None:
            return
        if not (rates := optimizer.rates(min(self._most, batches.count - begin))):
            return
        theta, rows, state = trained.theta, np.ascontiguousarray(batches.rows), written.state
        room = self._room(min(batches.size, len(rows)))
        runs = trained.runs(written.counts)
        arrays = {
            "runs": runs, "theta": theta, "before": trained.before,
            "rates": np.array(rates),
            "hyper": np.array([written.hyper[name] for name in written.update.hyper], dtype=np.float64),
            "state": np.array([address(array) for array in state], dtype=np.uint64),
            "kept": np.empty(len(theta) * (2 + len(state))), "table": rows,
            "none": None if trained.places.complete else np.zeros(len(theta)),
            "order": batches.order, "masks": batches.masks, "losses": batches.losses, "norms": batches.norms,
        }  # fmt: skip
        told = Told(
            *self._places(room, rows), 0, *functions,
            **{name: 0 if array is None else address(array) for name, array in arrays.items()},
            moved=len(theta), count=len(runs), variables=len(state), parts=batches.norms.shape[1],
            N=len(rows), size=batches.size, columns=rows.shape[1],
            mean=batches.reduction == "mean", made=begin,
        )  # fmt: skip
        started = time.perf_counter()
        try:
            self._train(ctypes.byref(told), begin, begin + len(rates))
        finally:
            batches.made = told.made
            optimizer.advanced(told.made - begin)
            self.predictions = room[1][: told.B]
        if told.made < begin + len(rates):
            self._most = 1
        elif time.perf_counter() - started < PATIENCE:
            self._most = max(self._most, 2 * len(rates))


def loaded(functions: tuple[str, ...]) -> tuple[ctypes.CDLL, dict[str, int]]:
    """Load `runtime.c`, which all programs share, and functions of blocks; all cores compile what is new.

    Returns
    -------
    (library, dict of str to int)
        The address of each function, those of `runtime.c` among them.

    Raises
    ------
    CompilerError
    """
    compiler(os.environ.get("CC"))  # where there is none, says so before it asks for threads
    runtime, loops = (path.read_text(encoding="utf-8") for path in (RUNTIME, LOOPS))
    count = max(1, min(cores(), len(functions) // FEWEST))
    parts = [range(part, len(functions), count) for part in range(count)]
    texts = [
        "\n".join([
            runtime, *(functions[k] for k in part),
            f"void *const chainrule_functions[] = {{{', '.join([*(f'f{k}' for k in part), '0'])}}};\n",
        ])
        for part in parts
    ]  # fmt: skip
    with ThreadPoolExecutor() as pool:
        shared, *libraries = pool.map(load, [f"{runtime}\n{loops}", *texts], [False, *(True for _ in texts)])
    found = {name: addressed(getattr(shared, name)) for name in SHARED}
    for part, library in zip(parts, libraries, strict=True):
        listed = (ctypes.c_void_p * len(part)).in_dll(library, "chainrule_functions")
        found.update(zip((f"f{k}" for k in part), listed, strict=True))
    return shared, found


def addressed(function: Any) -> int:
    """Return the address of a function."""
    return ctypes.cast(function, ctypes.c_void_p).value or 0


class Told(ctypes.Structure):
    """What the compiled loop of updates is told: `Updates` of `runtime.c`."""

    _fields_ = tuple((name, ctypes.c_int64) for name in TOLD)


@cache
def rule(update: Update) -> tuple[int, int] | None:
    """Return the addresses of the functions of an update: its step, and its look ahead, 0 without one.

    None, after a message, where the compiler does not take it.
    """
    try:
        library = compiled(update)
    except CompilerError as reason:
        tell(f"Updates run with numpy, between compiled gradients: {reason}.")
        return None
    step, ahead = map(addressed, (library.chainrule_update, library.chainrule_ahead))
    return step, 0 if update.ahead == "p" else ahead


def compiled(update: Update) -> ctypes.CDLL:
    """Compile an update, with the kernels of `runtime.h` and nothing else of it.

    Raises
    ------
    CompilerError
    """
    return load(f"{RUNTIME.read_text(encoding='utf-8')}\n{update_source(update)}\n")


def aligned(size: int) -> Floats:
    """Make an array of zeros that starts where a vector may start."""
    raw = np.zeros(size + 8)
    return raw[-(address(raw) // 8) % 8 :][:size]


def address(array: NDArray[Any]) -> int:
    """Return where an array's numbers lie."""
    where: int = array.ctypes.data
    return where
