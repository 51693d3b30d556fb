"""The `Value` reader of the table: local gradients as `Value`s, and the reverse sweep made of them.

What is computed here is recorded, so it can be differentiated again. Prints each row's partials with the
printer of `autograd.table.source` and runs them on `Value`s instead of floats; it knows no derivative itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from autograd.core import describe
from autograd.core.errors import DomainError
from autograd.core.modes import mode, modes, state
from autograd.core.value import Operand, Value
from autograd.table.language import functions
from autograd.table.recording import compiled
from autograd.table.rows import lookup
from autograd.table.source import PythonSource, function, prelude

if TYPE_CHECKING:
    from autograd.table.primitive import Primitive

ROWS = {"power": "pow", "divide": "div"}  # what the printer calls by another name than the row's


def partial_values(node: Value, wanted: Sequence[bool] | None = None) -> tuple[Operand | None, ...]:
    """Return the local gradients of a node as `Value`s, which can be differentiated again.

    Parameters
    ----------
    node : Value
        A computed node.
    wanted : sequence of bool, one per parent, optional
        The operands whose partial is asked for; the others are not evaluated. By default every `Value`.

    Returns
    -------
    tuple of (Value or float or None)
        One per parent: a float where the partial is constant, None where no gradient flows (a plain number,
        the branch that `where` did not take). A `where` inside a partial is decided by the present primals.

    Raises
    ------
    DomainError
        Where a partial leaves the reals: partials obey the rules of forward here, so 1/(2*sqrt(x)) at 0 is
        an error, not inf.
    TypeError
        If the row was registered from Python functions, which work on floats only.

    Examples
    --------
    >>> from autograd import Value, exp
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> partial_values(a * b)
    (Value(3.0, label='b'), Value(2.0, label='a'))
    >>> partial_values(exp(a) - 3.0)
    (1.0, None)
    """
    row = node.op
    if row is None:
        return ()
    parents = node.parents
    if wanted is None:
        wanted = [parent.__class__ is Value for parent in parents]
    try:
        grouped = _reader(row)(node, *row.arguments(parents), *row.arguments(wanted))
    except DomainError as error:
        raise DomainError(
            f"To be differentiated again, the local gradients of {describe.expression(node)} "
            f"({', '.join(row.partials)}) are computed as Values, and one of them leaves the reals there. "
            f"{error}"
        ) from error
    return tuple(chain.from_iterable(d if isinstance(d, list) else (d,) for d in grouped))


@cache
def _reader(row: Primitive) -> Callable[..., tuple[Any, ...]]:
    """Make the function (out, operands, wanted) -> partials of a row; a list for each sequence parameter."""
    if row.from_callables is not None:
        raise TypeError(
            f"{row.name} was registered from Python functions, which work on floats only, so its "
            f"derivative cannot be differentiated again. Register it from formulas, as text: then every "
            f"derivative works."
        )
    printer = PythonSource(ieee=True)
    called = set().union(*map(functions, row.partials)) - {"where", "others"}
    lines = prelude(row, row.partials)
    lists = {f"{p}_j": f"{p}_" for p in row.sequences} | {
        f"{p}_wanted_j": f"{p}_wanted" for p in row.sequences
    }
    if "others(j)" in "".join(row.partials):
        lists["others_j"] = f"products({row.sequences[0]}_)"
    for parameter, text in zip(row.parameters, row.partials, strict=True):
        formula = printer.read(text)
        if parameter in row.sequences:
            items = f"for {', '.join(lists)} in zip({', '.join(lists.values())})"
            lines.append(f"d_{parameter} = [{formula} if {parameter}_wanted_j else None {items}]")
        else:
            lines.append(f"d_{parameter} = {formula} if {parameter}_wanted else None")
    lines.append(f"return ({''.join(f'd_{p}, ' for p in row.parameters)})")
    arguments = ["out", *(f"{p}_" for p in row.parameters), *(f"{p}_wanted" for p in row.parameters)]
    name = f"{row.name}_partials"
    rows = {kernel: lookup(ROWS.get(kernel, kernel)).record for kernel in called | {"divide"}}
    return compiled(name, function(name, arguments, lines), rows | {"products": products})


def products(x: Sequence[Any]) -> list[Any]:
    """Return, for each j, the product of all elements but the j-th (prefix times suffix: no division)."""
    after: list[Any] = [1.0]
    for item in reversed(x):
        after.append(times(item, after[-1]))
    result, before = [], 1.0
    for j, item in enumerate(x, start=2):
        result.append(times(before, after[-j]))
        before = times(before, item)
    return result


def times(x: Any, y: Any) -> Any:
    """Multiply; a factor that is the number 1 is left out of the graph."""
    if y.__class__ is float and y == 1.0:
        return x
    if x.__class__ is float and x == 1.0:
        return y
    return x * y


def adjoints(
    order: Sequence[Value],
    seeds: Iterable[tuple[Value, Operand]],
    partials: Callable[[Value], Sequence[Operand | None]],
) -> dict[int, Any]:
    """Walk a topological order backwards; return the adjoints by `id`, and store nothing in any `grad`.

    The additions come in the order of `Value.backward`, so equal graphs give equal bits.
    """
    found: dict[int, Any] = {}
    for root, seed in seeds:
        found[id(root)] = found[id(root)] + seed if id(root) in found else seed
    for node in reversed(order):
        g = found.get(id(node))
        if g is None or node._op is None:
            continue
        for parent, partial in zip(node.parents, partials(node), strict=True):
            if partial is not None:
                h, contribution = found.get(id(parent)), times(g, partial)
                found[id(parent)] = contribution if h is None else h + contribution
    return found


def tick() -> int:
    """Advance the clock; what is recorded from now on is stamped with the number returned, or a later one."""
    state.now += 1
    return state.now


def own(gradient: Any, since: int) -> Value:
    """Return a gradient as a `Value` of its own: a node from before `since` is copied, it has other users."""
    if gradient.__class__ is not Value:
        return Value(gradient)
    copy: Value = gradient if gradient._op and gradient._stamp >= since else lookup("mul")(gradient, 1.0)
    return copy


def recording() -> AbstractContextManager[None]:
    """Record also inside `no_grad()`: who asks for a derivative needs the graph."""
    return nullcontext() if modes.recording else mode("recording", True)


def sweep_values(order: Sequence[Value], seed: float) -> None:
    """Run the reverse sweep with `Value`s and leave them in `grad`: ``backward(create_graph=True)``.

    Leaves accumulate, interior nodes are overwritten. All or nothing: an error leaves every `grad` as it was.

    Raises
    ------
    DomainError, TypeError
        As `partial_values`.
    """
    with recording():
        since = tick()
        found = adjoints(order, [(order[-1], seed)], partial_values)
        gradients: list[Value | None] = []
        for node in order:
            gradient, before = found.get(id(node)), node._grad if node._op is None else None
            if gradient is None:
                gradients.append(before)
            else:
                gradients.append(own(gradient if before is None else before + gradient, since))
    for node, kept in zip(order, gradients, strict=True):
        node._grad = kept
