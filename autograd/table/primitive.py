"""A primitive is a row, and the row is the public function.

`Primitive` holds the columns, hands them to the eager reader once, and answers when it is called. It knows
how to compute and how to complain; which rows there are is told in `autograd.table.rows`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from autograd.core.real import one
from autograd.core.value import Operand, Value
from autograd.table import wording
from autograd.table.recording import evaluator, predicate, recorder

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
class Primitive:
    """One row of the table: a function with its formula, its partials and its manners.

    Parameters
    ----------
    name : str
        The public name.
    parameters : tuple of str
        The operands' names in the formulas.
    forward : str
        The formula of the value, in the language of `autograd.table.language`.
    partials : tuple of str
        The formula of each local gradient; may use ``out``, the value itself. ``none``: no edge.
    sequences : tuple of str
        Those parameters that are sequences (all of one length); their partials may use ``x[j]``, ``n``,
        ``count`` (how many elements equal ``out``) and ``others(j)`` (the product without element j).
    defaults : dict of str to float
        Parameters that may be left out.
    symbol, precedence
        How the row is written infix; ``""`` and 0 for a function.
    latex : str
        A template with one ``{x}`` for each parameter.
    domain : tuple of (float, float)
        For each parameter the interval that tests sample; inside it the row is smooth, kinks aside.
    undefined : str
        The predicate under which the row leaves the reals: it makes the DomainError.
    needs, why, cure : str
        The DomainError's words: the condition that holds where the row is defined, the reason, a way out.
    kinks : tuple of Kink
    definition : str
        The forward in elementary functions, for SymPy, where it names a kernel of our own.
    identities : dict of str to str
        For a parameter, a nicer form of its partial, to show (tested equal).
    doc : str
        What the function is, in a sentence or two.
    from_callables : (callable, callable) or None
        Forward and partials as Python functions, for a user's row that has no text (eager only).

    Examples
    --------
    >>> from autograd import Value, tanh
    >>> tanh.forward, tanh.partials
    ('tanh(x)', ('1 / (cosh(x) * cosh(x))',))
    >>> tanh(Value(0.0)), tanh(0.0)
    (Value(0.0, op=tanh), 0.0)
    """

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
    record: Callable[..., Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", wording.manual(self))
        object.__setattr__(self, "__name__", self.name)
        if self.from_callables is None:
            object.__setattr__(self, "_fast", evaluator(self, ieee=False))
            object.__setattr__(self, "_ieee", evaluator(self, ieee=True))
        else:
            object.__setattr__(self, "_fast", self._from_callables)
            object.__setattr__(self, "_ieee", self._from_callables)
        object.__setattr__(self, "_undefined", predicate(self) if self.undefined else None)
        record = recorder(self)
        object.__setattr__(self, "record", record)
        # A call of the row is a call of the generated function, with no layer between: a class for each row.
        own = type("Primitive", (Primitive,), {"__call__": staticmethod(record)})
        object.__setattr__(self, "__class__", own)

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Record a node; give a float where no operand is a `Value`; map over arrays."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self.name}: {self.forward}>"

    def __reduce__(self) -> tuple[Any, ...]:
        from autograd.table.rows import lookup

        return lookup, (self.name,)

    @property
    def nary(self) -> bool:
        """Whether the row takes sequences: one node with any number of parents."""
        return bool(self.sequences)

    def arguments(self, parents: Sequence[Any]) -> tuple[Any, ...]:
        """Group a node's flat parents (or anything in their order) by parameter.

        Examples
        --------
        >>> from autograd import dot
        >>> dot.arguments((1, 2, 3, 4, 5))
        ((1, 2), (3, 4), 5)
        """
        if not self.sequences:
            return tuple(parents)
        scalars = len(self.parameters) - len(self.sequences)
        n = (len(parents) - scalars) // len(self.sequences)
        grouped, start = [], 0
        for parameter in self.parameters:
            if parameter in self.sequences:
                grouped.append(tuple(parents[start : start + n]))
                start += n
            else:
                grouped.append(parents[start])
                start += 1
        return tuple(grouped)

    def given(self, parents: Sequence[Operand]) -> Sequence[Operand]:
        """Return the parents that are worth telling: all but plain numbers at the end that are the defaults.

        A neuron without a bias records one, the number 0; nobody wrote it.

        Examples
        --------
        >>> from autograd import dot, values
        >>> w, x = values(w=2.0, x=3.0)
        >>> [len(dot.given(dot([w], [x], bias).parents)) for bias in (0.0, 1.0)]
        [2, 3]
        """
        kept = len(parents)
        for parameter in reversed(self.parameters):
            if parameter not in self.defaults or parents[kept - 1].__class__ is Value:
                break
            if parents[kept - 1] != self.defaults[parameter]:
                break
            kept -= 1
        return parents[:kept]

    def evaluate(self, parents: Sequence[Operand]) -> tuple[float, tuple[float | None, ...]]:
        """Compute the value and the local gradients, in the order of the parents; record nothing.

        Raises
        ------
        DomainError
            Where the row leaves the reals.
        """
        operands = self.arguments(parents)
        floats = tuple(_floats(operand) for operand in operands)
        try:
            out, partials = self._fast(*floats)  # type: ignore[attr-defined]
        except (ArithmeticError, ValueError):
            out, partials = self.rescue(operands, floats)
        flat = list(chain.from_iterable(p if isinstance(p, list) else (p,) for p in partials))
        return out, tuple(p if q.__class__ is Value else None for p, q in zip(flat, parents, strict=True))

    def rescue(self, operands: tuple[Any, ...], floats: tuple[Any, ...]) -> tuple[float, tuple[Any, ...]]:
        """Decide what a raise of the fast arithmetic means: outside the domain, or IEEE's inf and nan."""
        flat = list(chain.from_iterable(x if isinstance(x, list) else (x,) for x in floats))
        undefined: Callable[..., bool] | None = self._undefined  # type: ignore[attr-defined]
        if undefined and not any(map(math.isnan, flat)) and undefined(*floats):
            raise wording.outside(self, operands, floats)
        out, partials = self._ieee(*floats)  # type: ignore[attr-defined]
        masked = (
            d if isinstance(d, list) or operand.__class__ is Value else None
            for d, operand in zip(partials, operands, strict=True)
        )
        return out, tuple(masked)

    def plain(self, *operands: Any) -> Any:
        """Evaluate on numbers, and map over arrays."""
        if any(hasattr(operand, "__array__") and getattr(operand, "ndim", 0) for operand in operands):
            return self.mapped(*operands)
        groups = [
            list(x) if p in self.sequences else x for p, x in zip(self.parameters, operands, strict=True)
        ]
        flat = chain.from_iterable(x if isinstance(x, list) else (x,) for x in groups)
        return self.evaluate([one(x) for x in flat])[0]

    def mapped(self, *operands: Any) -> Any:
        """Map over arrays, elementwise with broadcasting; an array of floats where nothing was a `Value`."""
        from autograd.core.arrays import mapped

        return mapped(self, operands)

    def written(self) -> str:
        """Return the row as it is written: ``log(x)``, ``x / y``."""
        if self.symbol and len(self.parameters) == 2:
            return f"{self.parameters[0]} {self.symbol} {self.parameters[1]}"
        return (
            f"{self.symbol}{self.parameters[0]}"
            if self.symbol
            else f"{self.name}({', '.join(self.parameters)})"
        )

    def _from_callables(self, *floats: float) -> tuple[float, tuple[float, ...]]:
        assert self.from_callables is not None
        forward, partials = self.from_callables
        slopes = tuple(float(partial) for partial in partials(*floats))
        if len(slopes) != len(self.parameters):
            raise TypeError(
                f"{self.name}({', '.join(self.parameters)}) needs one partial for each operand, but its "
                f"function gave {len(slopes)}."
            )
        return float(forward(*floats)), slopes


def _floats(operand: Any) -> Any:
    if isinstance(operand, tuple):
        return [_floats(item) for item in operand]
    return operand._data if operand.__class__ is Value else operand
