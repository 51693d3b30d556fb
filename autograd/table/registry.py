"""Primitives of the user's own: from text, which works everywhere, or from two functions, eager only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.value import Value
from autograd.table import kernels
from autograd.table.language import functions
from autograd.table.language import names as variables
from autograd.table.primitive import Primitive
from autograd.table.rows import TABLE


def register(
    name: str,
    parameters: str,
    forward: str | Callable[..., float],
    partials: Sequence[str] | Callable[..., Sequence[float]],
    **columns: Any,
) -> Primitive:
    """Add a row of your own to the table; the returned row is the function.

    Parameters
    ----------
    name : str
        A Python name that the table does not have yet.
    parameters : str
        The operands' names, separated by spaces: ``"x y"``.
    forward : str or callable
        The formula in the language of the table, or a function of floats that returns a float.
    partials : sequence of str, or callable
        One formula per operand (they may use ``out``), or a function of floats that returns one float per
        operand. Text can be replayed, printed and differentiated again; functions run in eager mode only.
    **columns
        Any further column of `Primitive`: domain, undefined, needs, kinks, latex, doc, ...

    Raises
    ------
    ValueError
        If the name is taken, the text is not in the language, or the number of partials does not fit.

    Examples
    --------
    >>> cube = register("cube", "x", "x * x * x", ["3 * x * x"])
    >>> x = Value(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    >>> unregister("cube")
    """
    names = tuple(parameters.split())
    if not name.isidentifier() or name in TABLE or name in kernels.IEEE or hasattr(Value, name):
        raise ValueError(f"{name!r} cannot name a new row: it is taken, or no Python name. Choose another.")
    if not names or not all(map(str.isidentifier, names)) or len(set(names)) < len(names):
        raise ValueError(
            f"The parameters of {name} must be different names separated by spaces, got {parameters!r}."
        )
    if isinstance(forward, str) != (not callable(partials)):
        raise ValueError(f"Give forward and partials of {name} both as text or both as functions.")
    if isinstance(forward, str):
        assert not callable(partials)
        texts = tuple(partials)
        _check_texts(name, names, forward, texts, columns.get("undefined", ""))
        primitive = Primitive(name, names, forward, texts, **columns)
    else:
        assert callable(partials)
        primitive = Primitive(name, names, "", (), from_callables=(forward, partials), **columns)
    TABLE[name] = primitive
    if not primitive.sequences:
        setattr(Value, name, primitive.record)
    return primitive


def _check_texts(
    name: str, parameters: tuple[str, ...], forward: str, partials: tuple[str, ...], undefined: str
) -> None:
    """Refuse formulas that no reader could read, before the table changes."""
    if len(partials) != len(parameters):
        raise ValueError(
            f"{name}({', '.join(parameters)}) needs {len(parameters)} partials, got {len(partials)}."
        )
    special = {"pi", "n"}
    for text in (forward, *filter(None, [undefined])):
        _known(name, "names", variables(text) - set(parameters) - special, [*parameters, "pi"])
        _known(name, "calls", functions(text) - {"where"} - kernels.FAST.keys(), sorted(kernels.FAST))
    for text in partials:
        unknown = variables(text) - set(parameters) - special - {"out", "none", "count", "j"}
        _known(name, "names", unknown, [*parameters, "out", "pi"])
        _known(name, "calls", functions(text) - TABLE.keys() - {"power", "others"}, sorted(TABLE))


def _known(name: str, does: str, unknown: set[str], allowed: list[str]) -> None:
    if unknown:
        raise ValueError(
            f"{name} {does} {', '.join(sorted(unknown))}, which is not known there. "
            f"Known are {', '.join(allowed)}."
        )


def unregister(name: str) -> None:
    """Take a row that was registered out of the table again; graphs that use it go on working.

    Raises
    ------
    KeyError
        If there is no such row, or it is one of the engine's own.
    """
    if name not in TABLE or TABLE[name] in BUILT_IN:
        raise KeyError(f"{name!r} is no row that was registered.")
    del TABLE[name]
    if hasattr(Value, name):
        delattr(Value, name)


BUILT_IN = frozenset(TABLE.values())
