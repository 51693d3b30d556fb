"""A primitive is a row, and the row is the public function.

`Primitive` hands its columns to the eager reader once, and answers when it is called: it knows how to compute
and how to complain. `TABLE` holds every row by name; `register` puts one in, the engine's own
(`autograd.table.rows`) and the learner's through the same door.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cached_property
from itertools import chain
from keyword import iskeyword
from typing import Any

from autograd.core import describe
from autograd.core.arrays import mapped
from autograd.core.errors import DomainError
from autograd.core.modes import modes
from autograd.core.real import one
from autograd.core.row import Kink, Row
from autograd.core.value import Operand, Value
from autograd.table import kernels
from autograd.table.compile import evaluator, partials_reader, predicate, recorder, reserved
from autograd.table.language import functions
from autograd.table.language import names as variables
from autograd.text.numbers import counted, exact, number


class Primitive(Row):
    """One row of the table: a function with its formula, its partials and its manners.

    `register` makes one from its columns, and puts it into the table.

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
        How the row is written infix, and how tightly that binds, which is known for ``+ - * / **``; ``""``
        and 0 for a function.
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
    of_functions : callable or None
        What is called, with the row and its operands, where an operand is a function; None: that is refused.

    Examples
    --------
    >>> from autograd import Value, tanh
    >>> tanh.forward, tanh.partials
    ('tanh(x)', ('sech(x) * sech(x)',))
    >>> tanh(Value(0.0)), tanh(0.0)
    (Value(0.0, op=tanh), 0.0)
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "__class__", Primitive)  # not that of a row it was copied from

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Record a node; give a float where no operand is a `Value`; map over arrays."""
        return self.record(*operands, **named)

    @cached_property
    def record(self) -> Callable[..., Any]:
        """The function that records a node; like all of a row's functions compiled when it is asked for."""
        record = recorder(self)
        record.__name__ = record.__qualname__ = self.name
        # From now on a call of the row is a call of that function, with no layer between: a class of its own.
        own = type("Primitive", (Primitive,), {"__call__": staticmethod(record)})
        object.__setattr__(self, "__class__", own)
        return record

    @cached_property
    def _fast(self) -> Callable[..., tuple[float, tuple[Any, ...]]]:
        return evaluator(self, ieee=False) if self.from_callables is None else self._from_callables

    @cached_property
    def _ieee(self) -> Callable[..., tuple[float, tuple[Any, ...]]]:
        return evaluator(self, ieee=True) if self.from_callables is None else self._from_callables

    @cached_property
    def _undefined(self) -> Callable[..., bool]:
        return predicate(self, self.undefined)

    @cached_property
    def _kinked(self) -> list[tuple[Kink, Callable[..., bool]]]:
        return [(kink, predicate(self, kink.at)) for kink in self.kinks]

    def __reduce__(self) -> tuple[Any, ...]:
        return lookup, (self.name,)

    def evaluate(self, parents: Sequence[Operand]) -> tuple[float, tuple[float | None, ...]]:
        """Compute the value and the local gradients, in the order of the parents; record nothing.

        Parameters
        ----------
        parents : sequence of Value or float
            The flat operands.

        Returns
        -------
        value : float
            The row's value.
        partials : tuple of float or None
            One local gradient per operand; None where no gradient flows.

        Raises
        ------
        DomainError
            Where the row leaves the reals.
        """
        operands = self.arguments(parents)
        floats = tuple(_floats(operand) for operand in operands)
        try:
            out, partials = self._fast(*floats)
        except (ArithmeticError, ValueError):
            out, partials = self.rescue(operands, floats)
        pairs = zip(_flat(partials) if self.sequences else partials, parents, strict=True)
        return out, tuple(d if parent.__class__ is Value else None for d, parent in pairs)

    def partial_values(self, node: Value, wanted: Sequence[bool] | None = None) -> tuple[Operand | None, ...]:
        """Return the local gradients of a node, each a `Value`, which can be differentiated again.

        Parameters
        ----------
        node : Value
            A node that this row made.
        wanted : sequence of bool, one per parent, optional
            The operands whose partial is asked for; the others are not evaluated. By default every `Value`.

        Returns
        -------
        tuple of (Value or float or None)
            One per parent: a float where the partial is constant, None where no gradient flows (a plain
            number, the branch that `where` did not take). A `where` inside a partial is decided by the
            present primals.

        Raises
        ------
        DomainError
            Where a partial leaves the reals: partials obey the rules of forward here, so 1/(2*sqrt(x)) at 0
            is an error, not inf.
        TypeError
            If the row was registered from Python functions, which work on floats only.

        Examples
        --------
        >>> from autograd import Value, exp, mul, sub
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> mul.partial_values(a * b)
        (Value(3.0, label='b'), Value(2.0, label='a'))
        >>> sub.partial_values(exp(a) - 3.0)
        (1.0, None)
        """
        parents = node.parents
        if wanted is None:
            wanted = [parent.__class__ is Value for parent in parents]
        try:
            grouped = self._partials(node, *self.arguments(parents), *self.arguments(wanted))
        except DomainError as error:
            raise DomainError(
                f"To be differentiated again, the local gradients of {describe.expression(node)} "
                f"({', '.join(self.partials)}) are computed as Values, and one of them leaves the reals "
                f"there. {error}"
            ) from error
        return tuple(_flat(grouped))

    @cached_property
    def _partials(self) -> Callable[..., tuple[Any, ...]]:
        if self.from_callables is not None:
            raise TypeError(
                f"{self.name} was registered from Python functions, which work on floats only, so its "
                f"derivative cannot be differentiated again. Register it from formulas, as text: then every "
                f"derivative works."
            )
        called = {"divide"}.union(*map(functions, self.partials)) - {"where", "others"}
        return partials_reader(self, {name: lookup(ROWS.get(name, name)).record for name in called})

    def rescue(self, operands: tuple[Any, ...], floats: tuple[Any, ...]) -> tuple[float, tuple[Any, ...]]:
        """Decide what a raise of the fast arithmetic means: outside the domain, or IEEE's inf and nan.

        Parameters
        ----------
        operands : tuple
            As they were handed in, for the error's names.
        floats : tuple
            The same, as numbers.

        Returns
        -------
        value : float
            The value that IEEE arithmetic gives.
        partials : tuple
            The local gradients there.
        """
        if self.undefined and not any(map(math.isnan, _flat(floats))) and self._undefined(*floats):
            if not modes.elsewhere or not any(x.__class__ is Value for x in _flat(operands)):
                raise self.outside(operands, floats)
            floats = tuple([math.nan] * len(x) if isinstance(x, list) else math.nan for x in floats)
        out, partials = self._ieee(*floats)
        masked = (
            d if isinstance(d, list) or operand.__class__ is Value else None
            for d, operand in zip(partials, operands, strict=True)
        )
        return out, tuple(masked)

    def outside(self, operands: tuple[Any, ...], floats: tuple[Any, ...]) -> DomainError:
        """Return the error of operands outside the domain: operation, labels, numbers and a way out.

        Parameters
        ----------
        operands : tuple
            As they were handed in, for the error's names.
        floats : tuple
            The same, as numbers.

        Returns
        -------
        DomainError
            To be raised by the caller.
        """
        got, where = [], ""
        rounded = (
            [float(number(item)) for item in x] if isinstance(x, list) else float(number(x)) for x in floats
        )
        write = number if self._undefined(*rounded) else exact
        for parameter, operand, x in zip(self.parameters, operands, floats, strict=True):
            if parameter not in variables(self.undefined):
                continue
            if isinstance(x, list):
                shown = ", ".join(write(item) for item in x[:5])
                got.append(f"{parameter} = [{shown}{', ...' if len(x) > 5 else ''}]")
                continue
            got.append(f"{parameter} = {write(x)}")
            if not isinstance(operand, float) and (operand.label or operand.op is not None):
                where += f" at {describe.place(operand)}"
        plain = all(isinstance(operand, float) for operand in operands)
        if not (where or plain or self.sequences) and len(operands) > 1:
            where = f" in {describe.operation(self, operands)}"
        told = f", got {' and '.join(got)}{where}" if got else ""
        return DomainError(f"{self.written()} needs {self.needs}{told}. {self.why} {self.cure}".rstrip())

    def plain(self, *operands: Any) -> Any:
        """Evaluate on numbers, and map over arrays.

        Parameters
        ----------
        *operands : float or array

        Returns
        -------
        float or array
            As NumPy would, by this row's own formula.
        """
        if self.of_functions and any(map(callable, operands)):
            return self.of_functions(self, *operands)
        if any(hasattr(operand, "__array__") and getattr(operand, "ndim", 0) for operand in operands):
            return self.mapped(*operands)
        numbers: list[float] = []
        for parameter, operand in zip(self.parameters, operands, strict=True):
            numbers += map(one, operand) if parameter in self.sequences else [one(operand)]
        return self.evaluate(numbers)[0]

    def mapped(self, *operands: Any) -> Any:
        """Map over arrays, elementwise with broadcasting; an array of floats where nothing was a `Value`.

        Parameters
        ----------
        *operands : Value, float or array

        Returns
        -------
        array
            Of the shape to which the operands broadcast.
        """
        if self.of_functions and any(map(callable, operands)):
            return self.of_functions(self, *operands)
        if self.sequences:
            raise TypeError(
                f"{self.name} takes a flat sequence, got an array of more than one axis. Flatten it: "
                f"x.ravel()."
            )
        return mapped(self, operands)

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


def _flat(groups: Iterable[Any]) -> list[Any]:
    """Put what stands alone and the elements of lists into one list."""
    return [*chain.from_iterable(group if isinstance(group, list) else (group,) for group in groups)]


def _floats(operand: Any) -> Any:
    if isinstance(operand, tuple):
        return [_floats(item) for item in operand]
    return operand._data if operand.__class__ is Value else operand


def kinks(node: Value) -> list[Kink]:
    """Return the kinks of a node's row at which its operands are.

    Examples
    --------
    >>> from autograd import Value, relu
    >>> kinks(relu(Value(0.0)))[0].why
    'the smallest subgradient, as PyTorch'
    >>> kinks(relu(Value(1.0)))
    []
    """
    row = node.op
    if not isinstance(row, Primitive):
        return []
    floats = [_floats(operand) for operand in row.arguments(node.parents)]
    return [kink for kink, holds in row._kinked if holds(*floats, out=node._data)]


class Method:
    """A function of `Value`, compiled when it is first asked for; then it takes this one's place."""

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        self.name, self.make = name, make

    def __get__(self, node: Value | None, kind: type[Value]) -> Any:
        function = self.make()
        if function.__name__ not in TABLE:  # else it is the public function, too
            function.__name__ = function.__qualname__ = self.name
        setattr(Value, self.name, function)
        return function.__get__(node, kind)


TABLE: dict[str, Primitive] = {}
BUILT_IN: set[Primitive] = set()  # the engine's own rows, which nobody takes out
ROWS = {"power": "pow", "divide": "div"}  # what formulas call by another name than the row's


def lookup(name: str) -> Primitive:
    """Return the row of that name; how a pickled graph finds its rows again.

    Raises
    ------
    LookupError
        If no such row is registered in this process.
    """
    if name not in TABLE:
        raise LookupError(
            f"No primitive {name!r} is registered here. Register your own rows before loading graphs."
        )
    return TABLE[name]


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

    Returns
    -------
    Primitive
        The row, to be called as a function.

    Raises
    ------
    ValueError
        If the name is taken, the text is not in the language, or the number of partials does not fit.

    See Also
    --------
    unregister : Take it out again.
    gradcheck : Compare its partials with finite differences.

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
    if not name.isidentifier() or name in TABLE or name in {*ROWS, "others"} or hasattr(Value, name):
        raise ValueError(f"{name!r} cannot name a new row: it is taken, or no Python name. Choose another.")
    if not names or not all(map(str.isidentifier, names)) or len(set(names)) < len(names):
        raise ValueError(
            f"The parameters of {name} must be different names separated by spaces, got {parameters!r}."
        )
    for parameter in names:
        if iskeyword(parameter) or parameter in reserved(names):
            raise ValueError(
                f"No operand of {name} can be called {parameter}: formulas, Python or the functions that are "
                f"made of the row mean something else by it. Choose another name."
            )
    if isinstance(forward, str) != (not callable(partials)):
        raise ValueError(f"Give forward and partials of {name} both as text or both as functions.")
    if isinstance(partials, str):
        raise ValueError(f"The partials of {name} are a list, one text for each operand: [{partials!r}].")
    if isinstance(forward, str):
        assert not callable(partials)
        texts = tuple(partials)
        _check_texts(name, names, forward, texts, **columns)
        primitive = Primitive(name, names, forward, texts, **columns)
    else:
        assert callable(partials)
        primitive = Primitive(name, names, "", (), from_callables=(forward, partials), **columns)
    TABLE[name] = primitive
    if not primitive.sequences:
        setattr(Value, name, Method(name, lambda: primitive.record))
    return primitive


def _check_texts(
    name: str,
    parameters: tuple[str, ...],
    forward: str,
    partials: tuple[str, ...],
    undefined: str = "",
    sequences: tuple[str, ...] = (),
    **columns: Any,
) -> None:
    """Refuse formulas that no reader could read, before the table changes."""
    if len(partials) != len(parameters):
        raise ValueError(
            f"{name}({', '.join(parameters)}) needs {counted(len(parameters), 'partial')}, "
            f"one for each operand, got {len(partials)}."
        )
    names = {*parameters, "pi", *(["n"] if sequences else [])}
    calls = kernels.FAST.keys() - {"others"}
    for text in filter(None, [forward, undefined]):
        _known(name, text, names, calls)
    for text in partials:
        in_sequences = {"count", "j"} if sequences else set()
        _known(name, text, names | {"out", "none"} | in_sequences, kernels.FAST.keys())


def _known(row: str, text: str, names: Set[str], calls: Set[str]) -> None:
    told = (("names", variables(text) - names, names), ("calls", functions(text) - calls - {"where"}, calls))
    for does, unknown, known in told:
        if unknown:
            raise ValueError(
                f"{row} {does} {', '.join(sorted(unknown))}, which is not known in {text!r}. "
                f"Known are {', '.join(sorted(known))}."
            )


def unregister(name: str) -> None:
    """Take a row that was registered out of the table again; graphs that use it go on working.

    Parameters
    ----------
    name : str
        What it was registered as.

    Raises
    ------
    KeyError
        If there is no such row, or it is one of the engine's own.

    See Also
    --------
    register : Add a row.
    """
    if name not in TABLE or TABLE[name] in BUILT_IN:
        raise KeyError(f"{name!r} is no row that was registered.")
    del TABLE[name]
    if name in vars(Value):
        delattr(Value, name)
