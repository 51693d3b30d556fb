"""One call of a function on fresh inputs: what it recorded, and the chain rule backwards over just that.

Each call differentiates inputs of its own, so nested derivatives are never confused; adjoints live in the
sweep, so nobody's `grad` changes. Which derivative is asked for, it refuses to know: see `transforms`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from autograd.core.anomaly import inspect_backward
from autograd.core.modes import modes, recording, tick
from autograd.core.value import Operand, Value, partials
from autograd.core.walk import adjoints, float_adjoints, own, recorded_since, require_fresh
from autograd.table.primitive import Primitive, lookup
from autograd.transforms.trees import flatten, flatten_all, unflatten


class Trace:
    """Call a function with some of its arguments replaced by inputs that are recorded.

    Parameters
    ----------
    function : callable
    arguments, keywords
        What it is called with.
    argnums : sequence of int
        The places, from 0, of the arguments that are differentiated.

    Attributes
    ----------
    arguments : Flat
        The differentiated arguments, as one tuple, taken apart.
    inputs : list of Value
        What the function got instead of those numbers: a fresh leaf for a number; for a `Value` v the node
        ``v * 1``, which can be told from v itself, and through which outer derivatives flow.
    result : Flat
        What the function returned, taken apart.
    order : list of Value
        The nodes recorded by the call that lead to the result, in topological order.
    live : bool
        Whether Values that were there before the call take part: the inputs of an outer derivative, a
        learner's weights. Then derivatives are Values, too, and can be differentiated by these.

    Notes
    -----
    The clock ticks at the beginning, and nodes keep when they were recorded; so whatever is older than the
    call cannot depend on its inputs, and no walk goes there. A derivative inside a long computation costs
    what the inner function costs, not what was there before.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        keywords: dict[str, Any],
        argnums: Sequence[int],
    ) -> None:
        names = argument_names(function, len(arguments))
        self.arguments = flatten_all([arguments[i] for i in argnums], [names[i] for i in argnums])
        wanted = modes.recording
        since = tick()
        with recording():
            flat = zip(self.arguments.leaves, self.arguments.keypaths, strict=True)
            self.inputs = [_fresh(x, keypath) for x, keypath in flat]
            actual = dict(enumerate(arguments))
            actual.update(zip(argnums, unflatten(self.arguments.structure, self.inputs), strict=True))
            self.result = flatten(function(*actual.values(), **keywords), "the result")
        roots = [x for x in self.result.leaves if x.__class__ is Value]
        self.order, older = recorded_since(roots, since)
        self.live = wanted and (older or any(x.__class__ is Value for x in self.arguments.leaves))
        self._partials: dict[int, Sequence[Operand | None]] = {}

    def partials(self, node: Value) -> Sequence[Operand | None]:
        """Return a node's local gradients: memoized floats, or `Value`s where the trace is live.

        As Values, only those of operands that depend on the inputs; nobody needs the others to exist.
        """
        if not self.live or node.op is None:
            return partials(node)
        known = self._partials.get(id(node))
        if known is None:
            pairs = zip(node.parents, partials(node), strict=True)
            wanted = [partial is not None and id(parent) in self._active for parent, partial in pairs]
            known = self._partials[id(node)] = node.op.partial_values(node, wanted)
        return known

    def pullback(self, seeds: Sequence[Operand | None]) -> list[Any]:
        """Sweep backwards: one adjoint per input, for the sum of seed times result (None: no part in it)."""
        require_fresh(self.order)
        since = tick()
        pairs = zip(self.result.leaves, seeds, strict=True)
        roots = [(root, seed) for root, seed in pairs if seed is not None and root.__class__ is Value]
        found: dict[int, Any]
        if self.live or any(seed.__class__ is Value for _, seed in roots):
            found = adjoints(self.order, roots, self.partials)
        else:
            found = float_adjoints(self.order, roots)
            if modes.anomaly:
                self._hunt(found)
        return [self.finished(found.get(id(leaf), 0.0), since) for leaf in self.inputs]

    def finished(self, x: Any, since: int) -> Any:
        """Return a derivative as it is handed out: a float, or a `Value` of its own."""
        return own(x, since, Value) if self.live or x.__class__ is Value else x

    def results(self) -> list[Any]:
        """Return the results' primals: floats, or Values where the trace is live."""
        if self.live:
            return [x if x.__class__ is Value else Value(x) for x in self.result.leaves]
        return [x._data if x.__class__ is Value else x for x in self.result.leaves]

    @cached_property
    def _active(self) -> set[int]:
        """The `id` of every node that depends on the inputs."""
        active = {id(leaf) for leaf in self.inputs}
        for node in self.order:
            pairs = zip(node.parents, partials(node), strict=True)
            if any(id(parent) in active for parent, partial in pairs if partial is not None):
                active.add(id(node))
        return active

    def _hunt(self, found: dict[int, Any]) -> None:
        """Under `detect_anomaly`, name the edge where an adjoint stopped being finite."""
        if all(map(math.isfinite, found.values())):
            return
        before = [node._grad for node in self.order]
        for node in self.order:
            node._grad = found.get(id(node))
        inspect_backward(self.order, before)


def _fresh(x: Any, keypath: str) -> Any:
    return lookup("mul")(x, 1.0) if x.__class__ is Value else Value(x, keypath)


def argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """Return what the first `count` arguments of a function are called in its definition, for messages.

    Examples
    --------
    >>> argument_names(lambda x, *rest: x, 3)
    ['x', 'rest[0]', 'rest[1]']
    """
    if not callable(function):
        raise TypeError(f"What is differentiated is a function, such as lambda x: x**2, got {function!r}.")
    if isinstance(function, Primitive):
        return [*function.parameters, *(f"argument[{i}]" for i in range(count))][:count]
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "argument")
    return (names + [f"{rest}[{i}]" for i in range(count - len(names))])[:count]


def derived(made: Callable[..., Any], f: Callable[..., Any], what: str) -> Callable[..., Any]:
    """Give a function that was made from `f` the signature of `f`, and a name and docstring that say so."""
    name = getattr(f, "__name__", type(f).__name__)
    made.__name__ = made.__qualname__ = f"{what}({name})"
    made.__doc__ = f"The {what} of {name}, made by autograd.{what}."
    made.__wrapped__ = f  # type: ignore[attr-defined]
    return made
