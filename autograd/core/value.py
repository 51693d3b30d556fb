"""The node: a number, where it came from, and the local gradients that were computed with it.

`Value` stores and reads back; it refuses to know any derivative. Its arithmetic is attached from the table,
one method per row; the sweeps live in `walk`.

Storage is flat (measured: the number of objects that the cyclic collector must track decides the speed).
One or two operands lie in slots of their own; three or more in one tuple, with a tuple of partials. A leaf,
which has no partials, keeps in their place when it was made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, SupportsIndex, Union

from autograd.core import describe, walk
from autograd.core.errors import NotALeafError
from autograd.core.modes import mode, modes, state
from autograd.core.real import one
from autograd.core.row import Row

Operand = Union["Value", float]
if TYPE_CHECKING:  # exp(), tanh(), ...: one per row
    from autograd.signatures import Methods
else:
    Methods = object


def _cut(use: str) -> Callable[[Value], NoReturn]:
    """Make the method that refuses to leave the graph, and says by which use of a Value that happened."""

    def refuse(self: Value) -> NoReturn:
        raise TypeError(
            f"{use.format(describe.name(self))} would cut the graph without a word: what is computed from "
            f"the plain number has no gradient. Use autograd's functions (autograd.exp instead of math.exp) "
            f"to stay in the graph, or v.data to leave it on purpose. As an index: autograd.take(table, v)."
        )

    return refuse


class Value(Methods):
    """A real number that remembers how it was computed.

    Parameters
    ----------
    data : float
        The primal. An int, a float or a NumPy scalar; stored as a Python float.
    label : str, optional
        The learner's name for it; drawings, errors and explanations use it.

    Attributes
    ----------
    data : float
        The primal. Assignable on leaves only; that makes recorded graphs above it stale.
    grad : float, Value or None
        None until a sweep reached the node ("not yet" is not zero). Leaves accumulate over sweeps, an
        interior node holds the adjoint of the latest sweep. A `Value` after ``create_graph=True``.
    label : str
        Assignable on any node.
    op : Primitive or None
        The row of the table that made this node; None on a leaf.
    parents : tuple of (Value or float)
        The ordered operands: ``a * a`` has two; a plain number stays a float.
    partials : tuple of (float or None)
        The memoized local gradients, one per operand, computed when the node was recorded. None where no
        gradient flows: to a plain number, to the branch that `where` did not take.

    Raises
    ------
    TypeError
        If `data` is not a real number.

    Notes
    -----
    Comparisons and ``bool`` read the primal; hashing is by identity. So ``p in params`` compares numbers: to
    look for a node itself, use ``any(p is q for q in params)``.

    Examples
    --------
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (8.0, 4.0, 2.0)
    >>> c.partials, (a * b).partials
    ((1.0, 1.0), (3.0, 2.0))
    """

    __slots__ = ("_a", "_b", "_da", "_data", "_db", "_grad", "_label", "_mark", "_op", "_stamp")

    _a: Any  # the first operand, or a tuple: the Values among three and more
    _b: Any  # the second operand; with a tuple in _a: the plain numbers in place, None for Values (or all)
    _da: Any  # the partial of the first, or a tuple; of a leaf: how many leaves had been made with it
    _db: Any  # the partial of the second; with a tuple in _a: None where all its partials are numbers
    _data: float
    _grad: Any
    _label: str
    _mark: Any  # which walk of the graph has been here
    _op: Row | None
    _stamp: int  # a leaf: when it was assigned; a node: when it was recorded

    def __init__(self, data: float, label: str = "") -> None:
        self._data = one(data)
        self._grad = None
        self.label = label
        self._op = self._a = self._b = self._db = self._mark = None
        state.made = self._da = state.made + 1
        self._stamp = state.now

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError(
            "Value cannot be subclassed: the engine creates plain Values. Hold one in an attribute."
        )

    @property
    def data(self) -> float:
        """The primal; assignable on leaves only."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        if self._op is not None:
            raise NotALeafError(
                f"{describe.made(self)} is computed, so its data cannot be assigned. Assign a leaf that it "
                f"was computed from, then call forward()."
            )
        self._data = data if data.__class__ is float else one(data)
        self._db = None  # once assigned, a detached leaf is a parameter of its own
        self._stamp = state.now = state.now + 1  # as tick() does; a call would cost more than it

    @property
    def grad(self) -> Any:
        """What the sweeps have left here; None means: not yet."""
        return self._grad

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is None or gradient.__class__ is Value:
            self._grad = gradient
            return
        self._grad = one(gradient)

    @property
    def label(self) -> str:
        """The learner's name for this node."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise TypeError(
                f"A label is text, got {label!r} of type {type(label).__name__}. Write label={str(label)!r}."
            )
        self._label = label

    @property
    def op(self) -> Row | None:
        """The row of the table that made this node; None on a leaf."""
        return self._op

    @property
    def parents(self) -> tuple[Operand, ...]:
        """The ordered operands; a plain number stays a float."""
        if self._a is None:
            return ()
        if self._a.__class__ is tuple:
            if self._b is None:
                return self._a
            if None not in (last := self._b[len(self._a) :]):  # all numbers come last
                return self._a + last  # type: ignore[no-any-return]
            values = iter(self._a)
            return tuple(next(values) if number is None else number for number in self._b)
        return (self._a,) if self._b is None else (self._a, self._b)

    @property
    def partials(self) -> tuple[float | None, ...]:
        """The memoized local gradients, one per operand; None where no gradient flows."""
        return partials(self)

    if TYPE_CHECKING:  # attached from the table

        def __add__(self, other: Operand) -> Value: ...
        def __sub__(self, other: Operand) -> Value: ...
        def __mul__(self, other: Operand) -> Value: ...
        def __truediv__(self, other: Operand) -> Value: ...
        def __pow__(self, other: Operand) -> Value: ...
        def __radd__(self, other: Operand) -> Value: ...
        def __rsub__(self, other: Operand) -> Value: ...
        def __rmul__(self, other: Operand) -> Value: ...
        def __rtruediv__(self, other: Operand) -> Value: ...
        def __rpow__(self, other: Operand) -> Value: ...
        def __neg__(self) -> Value: ...
        def __abs__(self) -> Value: ...
        def __lt__(self, other: Operand) -> bool: ...
        def __le__(self, other: Operand) -> bool: ...
        def __gt__(self, other: Operand) -> bool: ...
        def __ge__(self, other: Operand) -> bool: ...

    def backward(self, seed: float = 1.0, create_graph: bool = False) -> None:
        """Run one reverse sweep: leave d(self)/d(node), times `seed`, in the `grad` of every node below.

        Chain rule and memoization: each edge is multiplied once. Leaves accumulate; interior nodes are
        overwritten.

        Parameters
        ----------
        seed : float
            The adjoint of this node itself.
        create_graph : bool
            Compute each gradient as a `Value`, so that they can be differentiated again.

        Raises
        ------
        StaleGraphError
            If a leaf was assigned after the graph was recorded.

        Examples
        --------
        >>> x = Value(3.0)
        >>> y = x * x
        >>> y.backward(); x.grad
        6.0
        >>> y.backward(); x.grad
        12.0
        """
        walk.backward(self, seed, create_graph)

    def forward(self) -> float:
        """Recompute this node's graph from the leaves' present data; return the new data.

        Local gradients are memoized anew; interior gradients become None.

        Returns
        -------
        float
            This node's new data.

        Examples
        --------
        >>> x = Value(3.0)
        >>> y = x * x
        >>> x.data = 5.0
        >>> y.forward()
        25.0
        """
        return walk.forward(self)

    def zero_grad(self) -> None:
        """Set `grad` back to None on every node of this graph."""
        for node in walk.topological(self):
            node._grad = None

    def item(self) -> float:
        """Return the primal, as `data` does.

        Returns
        -------
        float
            What `data` holds.

        Examples
        --------
        >>> Value(2).item()
        2.0
        """
        return self.data

    def detach(self) -> Value:
        """Return a fresh leaf with the same data and label: gradients stop there.

        While a function is recorded, it is the row `stop_gradient`, which every replay computes anew.

        Returns
        -------
        Value
            A leaf with a gradient of its own.

        Examples
        --------
        >>> x = Value(3.0)
        >>> y = x * x.detach()
        >>> y.backward(); x.grad
        3.0
        """
        if modes.told is not None:
            from_row: Value = self.stop_gradient()
            return from_row
        leaf = Value(self._data, self._label)
        leaf._db = DETACHED
        return leaf

    def __pos__(self) -> Value:
        return self

    def conjugate(self) -> Value:
        """Return the Value itself: it is real. NumPy asks for it in norms and products.

        Returns
        -------
        Value
            This one.
        """
        return self

    @property
    def real(self) -> Value:
        """The Value itself: it is real."""
        return self

    @property
    def imag(self) -> float:
        """0.0: a Value is real."""
        return 0.0

    def __dir__(self) -> list[str]:
        hints = (name for name, content in vars(Value).items() if isinstance(content, _Elsewhere))
        return sorted({*object.__dir__(self)} - {*hints})

    def __repr__(self) -> str:
        parts = [repr(self._data)]
        if self._label:
            parts.append(f"label={self._label!r}")
        if self._grad is not None:
            parts.append(f"grad={self._grad!r}")
        if self._op is not None:
            parts.append(f"op={self._op.name}")
        return f"Value({', '.join(parts)})"

    def __format__(self, spec: str) -> str:
        if modes.told is not None:
            modes.told(self, "formatted")
        return format(self._data, spec) if spec else repr(self)

    def __round__(self, digits: SupportsIndex | None = None) -> float:
        return round(self.data) if digits is None else round(self.data, digits)

    def __bool__(self) -> bool:
        return bool(self.__ne__(0.0))  # a comparison, so that a recording can guard it

    __float__, __int__, __complex__ = _cut("float({})"), _cut("int({})"), _cut("complex({})")
    __trunc__, __index__ = _cut("math.trunc({})"), _cut("{} as a whole number, such as an index,")

    __hash__ = object.__hash__  # by identity, though == compares numbers

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Reduce a node for pickle and deepcopy: its fields, and before them all its ancestors."""
        if modes.told is not None:
            modes.told(self, "copied")
        alone = _copying.listed or self._op is None
        fields = tuple(getattr(self, name) for name in FIELDS)
        return blank, () if alone else (_Ancestors(self),), fields

    def __setstate__(self, fields: tuple[Any, ...]) -> None:
        for name, content in zip(FIELDS, fields, strict=True):
            setattr(self, name, content)
        # Nothing becomes stale, or fresh, by the copy; leaves keep their order.
        state.now = max(state.now, self._stamp)
        if self._op is None:
            state.made = max(state.made, self._da)


if walk.small_stack():  # elsewhere a node has no finalizer, and costs none
    Value.__del__ = walk.dismantle  # type: ignore[attr-defined]


FIELDS = ("_data", "_grad", "_label", "_op", "_a", "_da", "_b", "_db", "_stamp")


class _Copying(threading.local):
    listed: bool = False  # whether the ancestors of a node are being copied, one by one


def partials(node: Value) -> tuple[float | None, ...]:
    """Return a node's local gradients without telling a recording: for the engine itself."""
    if node._a is None:
        return ()
    if node._a.__class__ is tuple:
        if node._b is None:
            return node._da  # type: ignore[no-any-return]
        found = iter(node._da)
        return tuple(next(found) if number is None else None for number in node._b)
    return (node._da,) if node._b is None else (node._da, node._db)


DETACHED = "detached"  # stands in `_db` of a leaf that `detach` made

# Reads of data and grad are a C function's work (31 ns as a method, 23 ns so); while something is recorded
# anywhere, the properties are exchanged for ones that tell the recording of this thread first.
_PLAIN = {
    "data": property(attrgetter("_data"), Value.data.fset, doc=Value.data.__doc__),  # type: ignore[attr-defined]
    "grad": property(attrgetter("_grad"), Value.grad.fset, doc=Value.grad.__doc__),  # type: ignore[attr-defined]
    "partials": Value.partials,
}


def _telling(name: str, plain: Any) -> property:
    """Make the property that tells a recording of a read or an assignment, and then does it."""

    def read(self: Value) -> Any:
        if modes.told is not None:
            modes.told(self, name)
        return plain.fget(self)

    def assign(self: Value, number: Any) -> None:
        if modes.told is not None and name == "data":
            modes.told(self, "assigned")
        plain.fset(self, number)

    return property(read, assign if plain.fset else None, doc=plain.__doc__)


_TELLING = {name: _telling(name, plain) for name, plain in _PLAIN.items()}


def _exchange(properties: dict[str, Any]) -> None:
    for name, content in properties.items():
        setattr(Value, name, content)


_exchange(_PLAIN)
_recordings = [0]  # how many are on, in all threads
_exchanging = threading.Lock()


@contextmanager
def watched_reads(told: Callable[[Value, str], None]) -> Iterator[None]:
    """Have each number of a Value that this thread reads told, for the length of a `with` block.

    Parameters
    ----------
    told : callable
        Gets the Value, and what happens to it: ``"data"``, ``"grad"`` or ``"partials"`` is read, or it is
        ``"formatted"``, ``"copied"`` or ``"assigned"``.
    """
    with _exchanging:
        _recordings[0] += 1
        _exchange(_TELLING)
    try:
        with mode("told", told):
            yield
    finally:
        with _exchanging:
            _recordings[0] -= 1
            if not _recordings[0]:
                _exchange(_PLAIN)


class _Ancestors(list[Value]):
    """The ancestors of a node that is copied, parents before consumers.

    A node would drag its parents behind it, one level of recursion per operation. So the first node that is
    met hands over its ancestors first; each of them then finds its parents already copied.
    """

    def __init__(self, node: Value) -> None:
        super().__init__()
        self.node = node

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return list, (), None, self._listed()

    def _listed(self) -> Iterator[Value]:
        _copying.listed = True
        try:
            yield from walk.topological(self.node)[:-1]
        finally:
            _copying.listed = False


_copying = _Copying()


def blank(ancestors: list[Value] | None = None) -> Value:
    """Return a node for a copy's fields to be filled in; a pickle asks for it by name."""
    return Value(0.0)


def values(**data: float) -> list[Value]:
    """Make labelled leaves, in the order of the arguments.

    Parameters
    ----------
    **data : float
        Each leaf's number, under its label.

    Returns
    -------
    list of Value
        One leaf per argument.

    See Also
    --------
    array : Leaves in an array, labelled by their indices.

    Examples
    --------
    >>> a, b = values(a=5.0, b=3.0)
    >>> a
    Value(5.0, label='a')
    """
    return [Value(number, label=label) for label, number in data.items()]


class _Elsewhere:
    """A name by which other engines, or an optimiser, would look for something on a node: says where it is.

    It stands on the class, so that attributes that there are cost nothing, and ``hasattr`` is False.
    """

    def __init__(self, name: str, hint: str) -> None:
        self.name, self.hint = name, hint

    def __get__(self, node: Value | None, kind: type[Value]) -> NoReturn:
        raise AttributeError(f"A Value has no attribute {self.name}: {self.hint}")

    def __set__(self, node: Value, content: Any) -> NoReturn:
        raise AttributeError(f"A Value has no attribute {self.name}: {self.hint}")


_STATE = (
    "it holds what its graph needs, and nothing else. Keep the state of an optimiser beside it, as in "
    "{name} = [0.0] * len(params), one number for each parameter."
)
_NAMED = {
    "_prev prev _children children": "its operands are v.parents, and their local gradients v.partials.",
    "_local_grads local_grads local_gradients": "its local gradients, one for each parent, are v.partials.",
    "_backward": "the rule that made it is the row v.op, and its local gradients are v.partials.",
    "value val primal": "its number is v.data.",
    "gradient adjoint derivative": "its gradient is v.grad.",
    "name": "what it is called is v.label.",
    "requires_grad": "every leaf gets a gradient. v.detach() takes no part, and no_grad() records nothing.",
    "numpy": "it is one number, v.data. autograd.data(...) reads arrays of Values.",
    "m v s velocity momentum": _STATE,
}


def _no_power(self: Value, other: Any) -> NoReturn:
    raise TypeError("^ is not the power in Python, and binds less than +: write **, as in x**2.")


for _name in ("__xor__", "__rxor__"):  # set here, so that type checkers go on refusing it, too
    setattr(Value, _name, _no_power)
for _names, _hint in _NAMED.items():
    for _name in _names.split():
        setattr(Value, _name, _Elsewhere(_name, _hint.format(name=_name)))
