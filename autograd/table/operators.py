"""Python's operators on `Value`: which dunder is which row of the table.

Methods with a row's own name, such as NumPy asks for, come with the row. Comparisons read the primals, and
tell the recording that guards them, if there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from autograd.core.errors import RecordingError
from autograd.core.modes import mode, modes, state
from autograd.core.real import REAL, one, real, unmapped
from autograd.core.value import Operand, Value
from autograd.table.compile import recorder
from autograd.table.kernels import SIGNS
from autograd.table.language import COMPARISONS
from autograd.table.primitive import TABLE, Method

BINARY = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
UNARY = {"neg": "neg", "abs": "abs"}


def _in_place(plain: str, symbol: str) -> Any:
    """Make ``v += x``: a new node, or under `no_grad` an assignment to the leaf's data."""
    record = getattr(Value, plain)

    def update(leaf: Value, other: Any) -> Any:
        result = record(leaf, other)
        if modes.recording or leaf._op is not None or result is NotImplemented:
            return result
        leaf.data = result._data
        return leaf

    update.__name__ = update.__qualname__ = symbol
    update.__doc__ = "Make a new node; for a leaf under `no_grad`, assign its `data`."
    return update


def _comparison(symbol: str, decide: Callable[[float, float], bool]) -> Any:
    """Make a comparison of primals."""

    def compare(self: Value, other: Any) -> Any:
        if other.__class__ is Value:
            decision = decide(self._data, other._data)
        elif isinstance(other, REAL):
            decision = decide(self._data, one(other))
        elif hasattr(other, "ndim") and hasattr(other, "shape"):
            number = real(other)
            if number is None:
                return unmapped(other)
            other, decision = number, decide(self._data, number)
        else:
            return NotImplemented
        if state.watching and modes.guards is not None:
            modes.guards.append((symbol, self, other, decision, None))
        return decision

    compare.__name__ = compare.__qualname__ = f"__{decide.__name__}__"
    compare.__doc__ = f"Say whether self {symbol} other, of the numbers."
    return compare


def require(condition: Callable[..., bool], error: Callable[..., Exception], *operands: Operand) -> None:
    """Check a condition now and, in a recording, for every row that is replayed.

    What a function refuses by an `if` of its own is checked for the one row that is recorded. This is for
    what each row must pass: the checks of a loss's arguments, say.

    Parameters
    ----------
    condition : callable
        Gets the operands and compares them. A replay makes the comparisons of Values again, and all must come
        out as now.
    error : callable
        Gets the operands' numbers and returns the exception; a replay puts the row's number in front.
    *operands : Value or float

    Raises
    ------
    Exception
        The one that `error` returns, where the condition is false.

    See Also
    --------
    checked : Skip it for leaves that were checked.

    Examples
    --------
    >>> from autograd import record, require
    >>> def loss(x):
    ...     require(lambda x: x <= 10, lambda x: ValueError(f"at most 10 can be paid, got {x:g}"), x)
    ...     return x * x
    >>> record(loss, 2.0).forward([[3.0], [40.0]])
    Traceback (most recent call last):
    ValueError: In row 1: at most 10 can be paid, got 40
    """
    if modes.checked and all(x.__class__ is not Value or id(x) in modes.checked for x in operands):
        return
    guards = modes.guards
    before = len(guards) if guards is not None else 0
    if not condition(*operands):
        raised = error(*(x._data if x.__class__ is Value else x for x in operands))
        if modes.elsewhere:
            raise RecordingError(
                f"The row that is recorded does not take a branch of where, and does not pass a check in it "
                f"(autograd.require); so the recording cannot know how the check's comparisons come out when "
                f"it is passed. It says: {raised} Record with an example that passes it."
            )
        raise raised
    if guards is not None:
        guards[before:] = [(*guard[:4], (error, operands), *guard[5:]) for guard in guards[before:]]


@contextmanager
def checked(*leaves: Value) -> Iterator[None]:
    """Skip what `require` asks of these leaves alone: whoever records has checked their numbers for all rows.

    `nn.fit` checks each kind of target once, before it records the loss of one row.

    Parameters
    ----------
    *leaves : Value
        The leaves whose numbers are known to pass.

    See Also
    --------
    require : The check that is skipped.

    Examples
    --------
    >>> from autograd import record, require
    >>> def loss(x):
    ...     with checked(x):
    ...         require(lambda x: x <= 10, lambda x: ValueError("too much"), x)
    ...     return x * x
    >>> record(loss, 2.0).forward([[40.0]])
    array([1600.])
    """
    with mode("checked", modes.checked | set(map(id, leaves))):
        yield


def attach() -> None:
    """Give `Value` its arithmetic and comparisons."""
    for dunder, name in BINARY.items():
        row = TABLE[name]
        x, y = row.parameters
        _method(f"__{dunder}__", partial(recorder, row, known=x))
        _method(f"__r{dunder}__", partial(recorder, row, known=y, reflected=True))
        _method(f"__i{dunder}__", partial(_in_place, f"__{dunder}__", f"__i{dunder}__"))
    for dunder, name in UNARY.items():
        _method(f"__{dunder}__", partial(getattr, TABLE[name], "record"))
    for symbol in COMPARISONS.values():
        compare = SIGNS[symbol].fast
        setattr(Value, f"__{compare.__name__}__", _comparison(symbol, compare))


def _method(name: str, make: Callable[[], Any]) -> None:
    setattr(Value, name, Method(name, make))
