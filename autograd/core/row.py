"""A primitive's columns, as data: what others need to know of an operation, its manual page and signature.

A row says what an operation is called, how it is written and which formulas it has. It compiles nothing and
knows no node: how rows compute is told in `autograd.table.primitive`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from itertools import islice
from typing import Any, TypeVar

from autograd.text.forms import TYPED, Piece
from autograd.text.precedence import NEGATIVE, PRECEDENCE

T = TypeVar("T")
Interval = tuple[float, float]


@dataclass(frozen=True)
class Kink:
    """A set of points where the derivative does not exist; what the row's partials give there is our choice.

    Examples
    --------
    >>> from autograd import relu
    >>> relu.kinks
    (Kink(at='x == 0', why='the smallest subgradient, as PyTorch'),)
    """

    at: str
    why: str


@dataclass(frozen=True, eq=False, repr=False)
class Row:
    """The columns of one row of the table; `autograd.Primitive` tells what each of them means."""

    name: str
    parameters: tuple[str, ...]
    forward: str
    partials: tuple[str, ...]
    sequences: tuple[str, ...] = ()
    defaults: dict[str, float] = field(default_factory=dict)
    symbol: str = ""
    precedence: int = 0
    latex: str = ""
    domain: tuple[Interval, ...] = ()
    undefined: str = ""
    needs: str = ""
    why: str = ""
    cure: str = ""
    kinks: tuple[Kink, ...] = ()
    definition: str = ""
    identities: dict[str, str] = field(default_factory=dict)
    doc: str = ""
    from_callables: tuple[Callable[..., float], Callable[..., Sequence[float]]] | None = None
    of_functions: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if self.symbol and not self.precedence:
            binds = PRECEDENCE.get(self.symbol, 0) if len(self.parameters) == 2 else NEGATIVE
            object.__setattr__(self, "precedence", binds)
        object.__setattr__(self, "__doc__", self.manual())
        object.__setattr__(self, "__name__", self.name)
        kind, none = Parameter.POSITIONAL_OR_KEYWORD, Parameter.empty
        parameters = [Parameter(p, kind, default=self.defaults.get(p, none)) for p in self.parameters]
        object.__setattr__(self, "__signature__", Signature(parameters))

    def __repr__(self) -> str:
        return f"<{self.name}: {self.forward}>"

    @property
    def nary(self) -> bool:
        """Whether the row takes sequences: one node with any number of parents."""
        return bool(self.sequences)

    @property
    def unary(self) -> bool:
        """Whether the row takes one number: all its other parameters have defaults."""
        return not self.sequences and set(self.parameters[1:]) <= self.defaults.keys()

    def arguments(self, parents: Sequence[Any]) -> tuple[Any, ...]:
        """Group a node's flat parents (or anything in their order) by parameter.

        Parameters
        ----------
        parents : sequence, one entry per operand

        Returns
        -------
        tuple
            One entry per parameter; a sequence's operands stand in a tuple of their own.

        Examples
        --------
        >>> from autograd import dot
        >>> dot.arguments((1, 2, 3, 4, 5))
        ((1, 2), (3, 4), 5)
        """
        if not self.sequences:
            return tuple(parents)
        rest, scalars = iter(parents), len(self.parameters) - len(self.sequences)
        n = (len(parents) - scalars) // len(self.sequences)
        return tuple(tuple(islice(rest, n)) if p in self.sequences else next(rest) for p in self.parameters)

    def shown_operands(self, parents: Sequence[T]) -> Sequence[T]:
        """Return the parents that are worth showing: all but plain numbers at the end that are the defaults.

        A neuron without a bias records one, the number 0; nobody wrote it.

        Parameters
        ----------
        parents : sequence, one entry per operand

        Returns
        -------
        sequence
            The same, or its beginning.

        Examples
        --------
        >>> from autograd import dot, values
        >>> w, x = values(w=2.0, x=3.0)
        >>> [len(dot.shown_operands(dot([w], [x], bias).parents)) for bias in (0.0, 1.0)]
        [2, 3]
        """
        shown = len(parents)
        for parameter in reversed(self.parameters):
            operand = parents[shown - 1]
            if operand.__class__ is not float or operand != self.defaults.get(parameter):
                break
            shown -= 1
        return parents[:shown]

    def written(self) -> str:
        """Return the row as it is written: ``log(x)``, ``x / y``.

        Returns
        -------
        str
            The row, applied to its parameters.
        """
        return TYPED.operation(self, self.parameters, Piece).text

    def manual(self) -> str:
        """Return the docstring, as numpydoc reads it: operands, formula, domain, local derivatives, kinks.

        Returns
        -------
        str
            What `help` shows, and the page of the row.
        """
        lines = [self.doc, "", "Parameters", "----------"]
        for p in self.parameters:
            kind = "sequence of Value or float" if p in self.sequences else "Value, float or array"
            lines.append(f"{p} : {kind}" + (f", default {self.defaults[p]:g}" if p in self.defaults else ""))
        lines += [
            "",
            "Returns",
            "-------",
            "Value, float or array",
            f"    ``{self.forward or self.written()}``",
            "",
        ]
        if self.undefined:
            told = f"Where ``{self.undefined}``. {self.why} {self.cure}".rstrip()
            lines += ["Raises", "------", "DomainError", f"    {told}", ""]
        lines += ["Notes", "-----", "The local derivatives, as they run:", ""]
        lines += [f"* ∂/∂{p} = ``{text}``" for p, text in zip(self.parameters, self.partials, strict=False)]
        lines += [f"* ∂/∂{p} = ``{text}``, the same, nicer to read" for p, text in self.identities.items()]
        if self.kinks:
            lines += ["", "Where there is no derivative, this is our choice:", ""]
            lines += [f"* at ``{kink.at}``: {kink.why}" for kink in self.kinks]
        return "\n".join(lines)

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Record a node: see `Primitive`."""
        raise NotImplementedError

    def evaluate(self, parents: Sequence[Any]) -> tuple[float, tuple[float | None, ...]]:
        """Compute the value and the local gradients, in the order of the parents: see `Primitive`."""
        raise NotImplementedError

    def partial_values(self, node: Any, wanted: Sequence[bool] | None = None) -> tuple[Any, ...]:
        """Return the local gradients of a node as nodes: see `Primitive`."""
        raise NotImplementedError

    def outside(self, operands: tuple[Any, ...], floats: tuple[Any, ...]) -> Exception:
        """Return the error of operands outside the domain: see `Primitive`."""
        raise NotImplementedError
