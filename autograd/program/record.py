"""`record`: run a function once on leaves, and make a `Program` of what it did and what it decided."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from autograd.core import describe
from autograd.core.errors import RecordingError
from autograd.core.modes import mode, recording, tick
from autograd.core.value import Value, watched_reads
from autograd.core.walk import topological
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
        raises `BranchError`. `detach` and what is computed under `no_grad` is repeated, as `stop_gradient`.
        Of ``where(condition, f, g)`` with functions and a Value as condition both branches are recorded; each
        row answers for domains and comparisons, and sums gradients, of the one that it takes.

    Raises
    ------
    TypeError
        If `f` returns no `Value`: nothing was recorded.
    RecordingError
        If `f` reads, formats or copies the number of a Value that depends on an argument or a parameter (or
        assigns one): every replay would keep it. The message names the line, the node and the way out.

    See Also
    --------
    Program : What it returns.
    take : Look-ups that a recording repeats.

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
    since = tick()
    leaves = [
        Value(x._data if isinstance(x, Value) else x, label=_label(place))
        for x, place in zip(flat.leaves, flat.keypaths, strict=True)
    ]
    guards: list[tuple[Any, ...]] = []
    reads = Reads(leaves, since)
    with recording(), watched_reads(reads), mode("guards", guards):
        result = f(*unflatten(flat.structure, leaves))
    loss, outputs = result if isinstance(result, tuple) and len(result) == 2 else (result, ())
    found = flatten(outputs, "outputs").leaves
    kept = [(symbol, x, _number(y), *decided) for symbol, x, y, *decided in guards]
    program = Program(loss, leaves, backend, outputs=found, guards=kept)
    reads.refuse(program.leaves)
    return program


DERIVED = "Take derivatives with autograd.grad, whose result is recorded."
TOLD = {  # what may happen to a number while it is recorded: how that is said, and the way out
    "data": (
        "reads the number of",
        (
            "Compute with the Value itself; where no gradient shall pass, with x.detach(), which a recording "
            "repeats. To choose by a number, write autograd.where(condition, a, b); to look something up, "
            "autograd.take(table, x)."
        ),
    ),
    "grad": ("reads the gradient of", DERIVED),
    "partials": ("reads the local gradients of", DERIVED),
    "formatted": ("formats", "Print program.outputs after a replay instead."),
    "copied": ("copies", "Use the Value itself, or x.detach(), which a recording repeats."),
    "assigned": ("assigns", "Assign parameters outside the function that is recorded."),
}


class Reads:
    """Is told of the numbers that a recorded function reads; refuses those that a replay would not read anew.

    Parameters
    ----------
    inputs : list of Value
        The leaves that change from row to row.
    since : int
        The clock at the beginning: leaves from before it are parameters, if the program has them.
    """

    def __init__(self, inputs: Sequence[Value], since: int) -> None:
        self._inputs = set(map(id, inputs))
        self._since = since
        self._later: list[tuple[list[Value], RecordingError]] = []

    def __call__(self, value: Value, what: str) -> None:
        """Refuse a number that depends on an input; remember one that depends on older leaves."""
        leaves = [node for node in topological(value) if node._op is None]
        older = [leaf for leaf in leaves if leaf._stamp < self._since]
        depends = any(id(leaf) in self._inputs for leaf in leaves)
        if not depends and not older:
            return
        done, cure = TOLD[what]
        error = RecordingError(
            f"{_caller()} {done} {describe.name(value)} while the function is recorded. "
            f"Every replay would keep what it was in this one row. {cure}"
        )
        if depends:
            raise error
        self._later.append((older, error))

    def refuse(self, changing: Sequence[Value]) -> None:
        """Raise if a number was read that depends on a leaf whose number changes between replays."""
        known = set(map(id, changing))
        for leaves, error in self._later:
            if any(id(leaf) in known for leaf in leaves):
                raise error


def _caller() -> str:
    """Return the line that reads a number: the innermost one outside of this package and Python's library."""
    ours, python = str(Path(__file__).parents[1]), str(Path(linecache.__file__).parent)
    frame: FrameType | None = sys._getframe(1)
    while frame and (name := frame.f_code.co_filename).startswith((ours, python, "<autograd row")):
        if "site-packages" in name.removeprefix(ours):
            break
        frame = frame.f_back
    if frame is None:
        return "A function"
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    place = f"Line {frame.f_lineno} of {Path(frame.f_code.co_filename).name}"
    return f"{place}, `{text}`," if text else f"{place}"


def _number(side: Any) -> Value | float:
    return side if isinstance(side, Value) else float(side)


def _label(place: str) -> str:
    """Turn a place such as x[0][1] into the label x_12."""
    name, *indices = re.findall(r"\w+", place)
    places = [str(int(index) + 1) if index.isdecimal() else index for index in indices]
    comma = "," if any(len(index) > 1 for index in places) else ""
    return f"{name}_{comma.join(places)}" if places else name
