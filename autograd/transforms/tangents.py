"""Forward mode: tangents travel along the recorded graph, from the inputs to the results.

Reads the same local gradients as the reverse sweep, in the other direction, and so checks it independently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.value import Operand
from autograd.core.walk import require_fresh
from autograd.transforms.trace import Call, argument_names
from autograd.transforms.trees import flatten_all, matched, unflatten
from autograd.transforms.values import tick, times


def jvp(
    f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], **keywords: Any
) -> tuple[Any, Any]:
    """Return a function's value and its derivative along a direction, by forward mode.

    Jacobian times vector: how the results change when the inputs move along the tangents. One forward sweep
    over the recorded graph, whatever the number of results.

    Parameters
    ----------
    f : callable
        Of numbers, lists, tuples, dicts or arrays; returns any of these.
    primals : tuple
        The arguments, one element each.
    tangents : tuple
        The direction, nested like the primals.
    **keywords
        Passed on to `f`.

    Returns
    -------
    value, tangent
        Both nested like the result of `f`. Floats, or Values where Values take part that were there before.

    Raises
    ------
    TypeError
        If primals or tangents are no tuple of arguments.
    ValueError
        If the tangents do not fit the primals.

    Examples
    --------
    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 10.0))
    ([6.0, 5.0], [23.0, 11.0])
    """
    require_arguments(primals, tangents)
    names = argument_names(f, len(primals))
    direction = flatten_all(tangents, names)
    matched(flatten_all(primals, names), direction, "tangent")
    call = Call(f, primals, keywords, range(len(primals)))
    results = push(call, matched(call.given, direction, "tangent"))
    structure = call.result.structure
    return unflatten(structure, call.results()), unflatten(structure, results)


def require_arguments(primals: Any, tangents: Any) -> None:
    """Refuse primals and tangents that are no two tuples of the same length.

    Raises
    ------
    TypeError, ValueError
    """
    for name, arguments in (("primals", primals), ("tangents", tangents)):
        if not isinstance(arguments, tuple | list):
            raise TypeError(
                f"{name} are a tuple with one element per argument of the function, got {arguments!r}. "
                f"For one argument write ({arguments!r},)."
            )
    if len(tangents) != len(primals):
        raise ValueError(
            f"One tangent is needed for each of the {len(primals)} primals, got {len(tangents)}."
        )


def push(call: Call, tangents: Sequence[Operand | None]) -> list[Any]:
    """Sweep forwards: one tangent per result, for one tangent per input (None: it does not move)."""
    require_fresh(call.order)
    since = tick()
    found: dict[int, Any] = {
        id(leaf): tangent for leaf, tangent in zip(call.inputs, tangents, strict=True) if tangent is not None
    }
    for node in call.order:
        for parent, partial in zip(node.parents, call.partials(node), strict=True):
            tangent = None if partial is None else found.get(id(parent))
            if tangent is not None:
                contribution = times(tangent, partial)
                found[id(node)] = found[id(node)] + contribution if id(node) in found else contribution
    return [call.finished(found.get(id(leaf), 0.0), since) for leaf in call.result.leaves]
