"""One step of an optimiser as text, its reading on floats and on flat arrays, and its writing in LaTeX.

Knows the language of the table and, once a step is made, NumPy; no optimiser, no schedule and no model.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from autograd.core.errors import FormulaError
from autograd.table.compile import PythonSource, compiled, function
from autograd.table.kernels import KERNELS
from autograd.table.language import Reader, assignments, functions, names, parse
from autograd.table.primitive import TABLE
from autograd.text.forms import LATEX, Forms, Piece

Number: TypeAlias = Any  # a float or a float array: an element-wise text does not care
Numbers: TypeAlias = tuple[Number, ...]

GIVEN = ("p", "g", "lr", "t")
LEAST = 2.0**-1022  # what is smaller has fewer digits
SEQUENCES = {name for name, kernel in KERNELS.items() if kernel.sequences}
SYMBOLS = {"p": "theta", "lr": "alpha", "eps": "epsilon"}  # as textbooks write them


@dataclass(frozen=True)
class Update:
    r"""One step of an optimiser: lines ``name = formula`` in the language of the table.

    The text is all there is: it is what a docstring prints, what runs on floats and on arrays, and what is
    printed as LaTeX and as C. Only state below 2^-1022 in size, such as the average of gradients that have
    been zero for long, is taken as 0: processors compute with such numbers a hundred times as slowly.

    Parameters
    ----------
    text : str
        Reads `p`, a parameter; `g`, its gradient; `lr`, the learning rate; `t`, the number of this update,
        counted from 1. It sets `p`. A name that is read before a line sets it is state: it keeps its number
        until the next step, and is zero before the first. A name that no line sets is a hyper-parameter.
    ahead : str
        Where the gradient is wanted, as a formula; anything but ``"p"`` looks ahead, as Nesterov's momentum
        does.

    Attributes
    ----------
    state, hyper : tuple of str
        The names of both kinds, in the order in which they are set or read first.

    Raises
    ------
    FormulaError
        If a line is not in the language, or calls anything but kernels of single numbers.
    ValueError
        If no line sets `p`.

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
    >>> print(momentum.latex)
    \begin{aligned}
    v &\leftarrow \beta \cdot v - \alpha \cdot g \\
    \theta &\leftarrow \theta + v
    \end{aligned}
    """

    text: str
    ahead: str = "p"
    state: tuple[str, ...] = field(init=False)
    hyper: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        lines = assignments(self.text)
        targets = dict.fromkeys(name for name, _ in lines)
        if "p" not in targets:
            raise ValueError(
                f"An update sets p, in a line p = ...; this one does not: {self.text.strip()!r}."
            )
        if early := names(self.ahead) & set(GIVEN[1:]):
            raise ValueError(
                f"The point {self.ahead!r} reads {', '.join(sorted(early))}, which belong to the step "
                "that is made after it. It may read p, state and hyper-parameters."
            )
        known, kept = {*GIVEN, "pi"}, dict[str, None]()  # kept: what is read before a line sets it
        for name, formula in (("", self.ahead), *lines):
            _check(formula)
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
            Parameters, and their gradients at `point`.
        state : tuple of the same, one for each name in `state`
        lr : float
        t : float, or float array
            How many updates each parameter has met, this one included.
        hyper : dict of str to float
            Numbers for the names in `hyper`; it may hold others.
        """
        step, _ = self._functions
        new: tuple[Number, Numbers] = step(p, g, lr, t, *state, *map(hyper.__getitem__, self.hyper))
        return new

    def point(self, p: Number, state: Numbers, hyper: Mapping[str, float]) -> Number:
        """Return where the gradient is wanted; `p` itself, unless `ahead` says otherwise.

        Parameters
        ----------
        p : float or array
            The parameter.
        state : tuple of the same
            What the update remembers of each parameter.
        hyper : mapping from str to float
            The hyper-parameters by name.

        Returns
        -------
        float or array
            The point at which to take the gradient.
        """
        _, ahead = self._functions
        return p if self.ahead == "p" else ahead(p, *state, *map(hyper.__getitem__, self.hyper))

    @cached_property
    def _functions(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Compile the text and the point, as functions of all their names in order."""
        import numpy as np

        printer, kept, lines = ArraySource(), [*self.state, *self.hyper], assignments(self.text)
        body = [f"{name} = {printer.read(formula)}" for name, formula in lines]
        body.append(f"return p, ({''.join(f'{name} * (abs({name}) >= {LEAST}), ' for name in self.state)})")
        name = f"update_{zlib.crc32(repr(self).encode()):08x}"  # tracebacks find the text by its name
        source = function("ahead", ["p", *kept], [f"return {printer.read(self.ahead)}"])
        source += "\n" + function(name, [*GIVEN, *kept], body)
        namespace: dict[str, Any] = {"where": np.where}
        for called in functions(self.ahead).union(*(functions(text) for _, text in lines)) - {"where"}:
            kernel = KERNELS[called]
            namespace[called] = getattr(np, kernel.numpy, None) or np.vectorize(kernel.ieee)
        return compiled(name, source, namespace), namespace["ahead"]

    @property
    def latex(self) -> str:
        """The text as aligned lines of LaTeX."""
        writer = Writer(LATEX)
        lines = [
            rf"{writer.name(name).text} &\leftarrow {writer.read(formula).text}"
            for name, formula in assignments(self.text)
        ]
        return "\n".join([r"\begin{aligned}", " \\\\\n".join(lines), r"\end{aligned}"])

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def __reduce__(self) -> tuple[type[Update], tuple[str, str]]:
        return Update, (self.text, self.ahead)  # compiled functions cannot be pickled


def _check(formula: str) -> None:
    """Refuse a call of anything but a kernel of single numbers, with one operand for each parameter."""
    for call in (node for node in ast.walk(parse(formula)) if isinstance(node, ast.Call)):
        assert isinstance(call.func, ast.Name)
        name = call.func.id
        if name not in KERNELS.keys() - SEQUENCES | {"where"}:
            known = ", ".join(sorted(KERNELS.keys() - SEQUENCES))
            raise FormulaError(
                formula, f"{name} is no kernel of single numbers. Known are {known} and where."
            )
        if name != "where" and len(call.args) != len(KERNELS[name].parameters):
            raise FormulaError(formula, f"The operands are {name}({', '.join(KERNELS[name].parameters)}).")


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


class Writer(Reader[Piece]):
    r"""Writes a formula in one of the `Forms`.

    Examples
    --------
    >>> print(Writer(LATEX).read("p - lr*g/(1 - beta1**t)").text)
    \theta - \frac{\alpha \cdot g}{1 - {\beta_{1}}^{t}}
    """

    def __init__(self, forms: Forms) -> None:
        self.forms = forms

    def number(self, value: float) -> Piece:
        return self.forms.number(value)

    def name(self, name: str) -> Piece:
        if name == "pi":
            return Piece(self.forms.pi)
        return self.forms.named(re.sub(r"(?<=[a-z])(\d+)$", r"_\1", SYMBOLS.get(name, name)))

    def negative(self, operand: Piece) -> Piece:
        return self.forms.negative(operand)

    def operation(self, symbol: str, left: Piece, right: Piece) -> Piece:
        return self.forms.infix(symbol, left, right)

    def comparison(self, symbol: str, left: Piece, right: Piece) -> Piece:
        return Piece(self.forms.compared(symbol, left.text, right.text), 0)

    def apply(self, name: str, arguments: list[Piece]) -> Piece:
        row = TABLE.get({"power": "pow"}.get(name, name))
        if row is None:
            return self.forms.call(name, [argument.text for argument in arguments])
        return self.forms.operation(row, arguments, lambda argument: argument)
