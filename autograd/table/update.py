"""One step of an optimiser as text, and its reading on floats and on flat arrays.

Knows the language of the table and, once a step is made, NumPy; no optimiser, no schedule and no model.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from autograd.table.language import assignments, functions, names
from autograd.table.primitive import TABLE
from autograd.table.recording import compiled
from autograd.table.source import PythonSource, function

Number: TypeAlias = Any  # a float or a float array: an element-wise text does not care
Numbers: TypeAlias = tuple[Number, ...]

GIVEN = ("p", "g", "lr", "t")
CHOICE_AND_POWER = frozenset({"where", "power"})  # what the language has beside rows


@dataclass(frozen=True)
class Update:
    """One step of an optimiser: lines ``name = formula`` in the language of the table.

    The text is all there is: it is what a docstring prints, what runs on floats and on arrays, and what is
    printed as LaTeX and as C.

    Parameters
    ----------
    text : str
        Reads `p`, a parameter; `g`, its gradient; `lr`, the learning rate; `t`, the number of this update,
        counted from 1. It sets `p`. A name that is read before a line sets it is state: it keeps its number
        until the next step, and is zero before the first. A name that no line sets is a hyper-parameter.
    point : str
        Where the gradient is wanted, as a formula; anything but ``"p"`` looks ahead, as Nesterov's momentum
        does.

    Attributes
    ----------
    state, hyper : tuple of str
        The names of both kinds, in the order in which they are set or read first.

    Raises
    ------
    FormulaError
        If a line is not in the language.
    ValueError
        If no line sets `p`, or a function is called that the table does not have for single numbers.

    Examples
    --------
    >>> momentum = Update('''
    ...     v = beta*v - lr*g
    ...     p = p + v
    ... ''')
    >>> momentum.state, momentum.hyper
    (('v',), ('beta',))
    >>> momentum(p=1.0, g=2.0, state=(-0.5,), lr=0.25, t=1, hyper={"beta": 0.5})
    (0.25, (-0.75,))
    """

    text: str
    point: str = "p"
    state: tuple[str, ...] = field(init=False)
    hyper: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        lines = assignments(self.text)
        targets = dict.fromkeys(name for name, _ in lines)
        if "p" not in targets:
            raise ValueError(
                f"An update sets p, in a line p = ...; this one does not: {self.text.strip()!r}."
            )
        callable_ = CHOICE_AND_POWER | {name for name, row in TABLE.items() if not row.sequences}
        if early := names(self.point) & set(GIVEN[1:]):
            raise ValueError(
                f"The point {self.point!r} reads {', '.join(sorted(early))}, which belong to the step "
                "that is made after it. It may read p, state and hyper-parameters."
            )
        known, kept = {*GIVEN, "pi"}, dict[str, None]()  # kept: what is read before a line sets it
        for name, formula in (("", self.point), *lines):
            unknown = functions(formula) - callable_
            if unknown:
                raise ValueError(
                    f"{formula!r} calls {', '.join(sorted(unknown))}, and the table has no such function of "
                    f"single numbers. It has {', '.join(sorted(callable_))}."
                )
            kept |= dict.fromkeys(n for n in sorted(names(formula)) if n not in known)
            known.add(name)
        object.__setattr__(self, "text", "\n".join(f"{name} = {formula}" for name, formula in lines))
        object.__setattr__(self, "state", tuple(n for n in targets if n in kept))
        object.__setattr__(self, "hyper", tuple(n for n in kept if n not in targets))

    def __str__(self) -> str:
        return self.text

    def __call__(
        self, p: Number, g: Number, state: Numbers, lr: float, t: Number, hyper: Mapping[str, float]
    ) -> tuple[Number, Numbers]:
        """Return the new parameters and the new state, element by element.

        Parameters
        ----------
        p, g : float or float array
            Parameters, and their gradients at `ahead`.
        state : tuple of the same, one for each name in `state`
        lr : float
        t : float, or float array
            How many updates each parameter has met, this one included.
        hyper : dict of str to float
            Numbers for the names in `hyper`; it may hold others.
        """
        new: tuple[Number, Numbers] = self._functions[0](
            p, g, lr, t, *state, *map(hyper.__getitem__, self.hyper)
        )
        return new

    def ahead(self, p: Number, state: Numbers, hyper: Mapping[str, float]) -> Number:
        """Return where the gradient is wanted; `p` itself, unless `point` looks ahead."""
        return p if self.point == "p" else self._functions[1](p, *state, *map(hyper.__getitem__, self.hyper))

    @cached_property
    def _functions(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Compile the text and the point, as functions of all their names in order."""
        printer, kept, lines = ArraySource(), [*self.state, *self.hyper], assignments(self.text)
        name = f"update_{zlib.crc32(repr(self).encode()):08x}"  # tracebacks find the text by its name
        body = [f"{target} = {printer.read(formula)}" for target, formula in lines]
        body.append(f"return p, ({''.join(f'{target}, ' for target in self.state)})")
        source = function("ahead", ["p", *kept], [f"return {printer.read(self.point)}"])
        source += "\n" + function(name, [*GIVEN, *kept], body)
        called = functions(self.point).union(*(functions(formula) for _, formula in lines))
        namespace = {name: array_function(name) for name in called}
        return compiled(name, source, namespace), namespace["ahead"]

    def __reduce__(self) -> tuple[type[Update], tuple[str, str]]:
        return Update, (self.text, self.point)  # compiled functions cannot be pickled


def array_function(name: str) -> Callable[..., Any]:
    """Return NumPy's function of this name, or the row itself, which maps over arrays one by one."""
    import numpy as np

    found: Callable[..., Any] | None = getattr(np, name, None)
    if name in CHOICE_AND_POWER:
        assert found is not None
        return found
    row = TABLE[name]
    return found if isinstance(found, np.ufunc) and found.nin == len(row.parameters) else row


class ArraySource(PythonSource):
    """Prints a formula as Python on floats and NumPy arrays alike: `where` reads both branches.

    Examples
    --------
    >>> ArraySource().read("where(g > 0, 1, 1 - beta**t)")
    'where((g > 0.0), 1.0, (1.0 - (beta ** t)))'
    """

    def __init__(self) -> None:
        super().__init__(ieee=False)

    def name(self, name: str) -> str:
        return super().name(name) if name == "pi" else name

    def where(self, condition: ast.expr, a: ast.expr, b: ast.expr) -> str:
        return self.call("where", [condition, a, b])

    def call(self, name: str, arguments: list[ast.expr]) -> str:
        parts = [self.visit(argument) for argument in arguments]
        return f"({' ** '.join(parts)})" if name == "power" else f"{name}({', '.join(parts)})"
