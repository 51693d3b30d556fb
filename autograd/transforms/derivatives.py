"""Functions over functions, as JAX has them: which derivative is asked for, in which structure it comes back.

`grad`, `value_and_grad`, `vjp` and `jacobian` sweep backwards over one recorded call, `jvp` forwards;
`hessian` and `hvp` are these, nested. A result is made of floats, unless Values that were there before the
call take part (the inputs of an outer derivative, a learner's weights): then it is made of Values that can be
differentiated by these. Under `no_grad()` it is always made of floats. Knows no derivative itself.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.core.modes import tick
from autograd.core.value import Operand
from autograd.core.walk import require_fresh, times
from autograd.text.numbers import counted
from autograd.transforms.trace import Trace, argument_names, derived
from autograd.transforms.trees import Block, Branch, build, filled, flatten, flatten_all, matched, unflatten

Argnums = int | Sequence[int]


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., tuple[Any, Any]]:
    """Make the function that returns both the value and the gradient of `f`.

    Parameters
    ----------
    f : callable
        A function that returns one number. Its differentiated arguments are numbers, arrays, or nested
        lists, tuples and dicts of them.
    argnums : int or sequence of int
        Which arguments to differentiate; a sequence gives a tuple of gradients. Negative ones count from the
        end.

    Returns
    -------
    callable
        With the arguments of `f` (keyword arguments are passed on); returns the value, and the gradient
        nested like the arguments, 0.0 where the value does not depend on them. `grad` of nobody's Values
        changes.

    Raises
    ------
    TypeError
        If `f` does not return one number, or an argument is no tree of numbers.
    ValueError
        If `argnums` names an argument that the call does not have.

    See Also
    --------
    grad : The gradient alone.
    vjp : Any seed, and more than one output.

    Notes
    -----
    One reverse sweep over the recorded graph: its cost does not depend on the number of inputs.

    Examples
    --------
    >>> value_and_grad(lambda x, y: x * x * y, argnums=(0, 1))(3.0, 2.0)
    (18.0, (12.0, 9.0))
    """

    def value_and_gradient(*arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        trace = Trace(f, arguments, keywords, positions(argnums, len(arguments)))
        _require_one_number(trace)
        return trace.results()[0], _like_arguments(trace, argnums, trace.pullback([1.0]))

    return derived(value_and_gradient, f, "value_and_grad")


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Make the gradient of `f`: the function that returns its derivatives.

    Arguments and errors are those of `value_and_grad`. Gradients nest to any order, and may be taken inside
    other differentiated functions.

    Parameters
    ----------
    f : callable
        A function that returns one number.
    argnums : int or sequence of int
        Which arguments to differentiate; a sequence gives a tuple of gradients.

    Returns
    -------
    callable
        With the arguments of `f`; returns the gradient, nested like the arguments.

    See Also
    --------
    value_and_grad : The value too, from the same sweep.
    jacobian : Where `f` returns several numbers.
    gradcheck : The same numbers by finite differences.

    Examples
    --------
    >>> from autograd import sin
    >>> grad(sin)(0.0), grad(grad(grad(sin)))(0.0)
    (1.0, -1.0)
    >>> grad(lambda p: p["w"][0] * p["w"][1] + p["b"])({"w": [2.0, 3.0], "b": 1.0})
    {'w': [3.0, 2.0], 'b': 1.0}
    >>> grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0)  # not 2: x and y are told apart
    1.0
    """
    both = value_and_grad(f, argnums)

    def gradient(*arguments: Any, **keywords: Any) -> Any:
        return both(*arguments, **keywords)[1]

    return derived(gradient, f, "grad")


def vjp(
    f: Callable[..., Any], *primals: Any, **keywords: Any
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return a function's value, and the function that pulls a cotangent back to its arguments.

    Vector times Jacobian: the gradient of the sum of cotangent times result. One reverse sweep per pull.

    Parameters
    ----------
    f : callable
        Of numbers, lists, tuples, dicts or arrays; returns any of these.
    *primals, **keywords
        What it is called with; the primals are differentiated.

    Returns
    -------
    value, pull
        ``pull(cotangent)``, with the cotangent nested like the value, returns a tuple with one element per
        primal. It may be called many times.

    Raises
    ------
    ValueError
        From ``pull``, if the cotangent does not fit the value.
    StaleGraphError
        From ``pull``, if a leaf that `f` used was assigned meanwhile.

    See Also
    --------
    jvp : The forward sweep: all outputs for one input.
    jacobian : Every column or row.

    Examples
    --------
    >>> value, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> value, pull([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    trace = Trace(f, primals, keywords, range(len(primals)))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        seeds = matched(trace.result, flatten(cotangent, "the result"), "cotangent")
        return tuple(unflatten(trace.arguments.structure, trace.pullback(seeds)))

    return unflatten(trace.result.structure, trace.results()), pull


def positions(argnums: Argnums, count: int) -> list[int]:
    """Return the places, from 0, of the arguments that are differentiated."""
    asked: Any = [argnums] if _alone(argnums) else argnums
    if not isinstance(asked, Iterable) or isinstance(asked, str):
        raise TypeError(f"argnums is a whole number, or a sequence of them, got {argnums!r}.")
    places: list[int] = []
    for place in asked:
        if not _alone(place) or isinstance(place, bool):
            raise TypeError(
                f"argnums counts the arguments from 0, so it takes whole numbers, got {place!r} of type "
                f"{type(place).__name__}. Arguments are not asked for by name: pass them by position."
            )
        if not -count <= place < count:
            raise ValueError(
                f"argnums={argnums} asks for argument number {place}, counted from 0, but the function was "
                f"called with {counted(count, 'positional argument')}. "
                f"What is differentiated is passed by position."
            )
        if place % count in places:
            raise ValueError(
                f"argnums={argnums} asks for argument number {place % count} twice: its derivative would be "
                f"shared between two copies of it. Name each argument once."
            )
        places.append(int(place) % count)
    return places


def _alone(argnums: Any) -> bool:
    """Say whether this is one whole number, of Python or NumPy, and no sequence."""
    return isinstance(argnums, numbers.Integral)


def _like_arguments(trace: Trace, argnums: Argnums, gradients: Sequence[Any]) -> Any:
    trees = unflatten(trace.arguments.structure, gradients)
    return trees[0] if _alone(argnums) else trees


def _require_one_number(trace: Trace) -> None:
    structure = trace.result.structure
    if not isinstance(structure, Block) or structure.shape is not None:
        kind = f"a {structure.kind.__name__}" if isinstance(structure, Branch) else "an array"
        raise TypeError(
            f"grad needs a function that returns one number, got {kind} of {len(trace.result.leaves)}. "
            f"Return one number, for example the sum of them, or use jacobian."
        )


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

    See Also
    --------
    vjp : The reverse sweep: all inputs for one output.
    jacobian : Every column or row.

    Examples
    --------
    >>> jvp(lambda x, y: [x * y, x + y], (2.0, 3.0), (1.0, 10.0))
    ([6.0, 5.0], [23.0, 11.0])
    """
    require_arguments(primals, tangents)
    names = argument_names(f, len(primals))
    direction = flatten_all(tangents, names)
    matched(flatten_all(primals, names), direction, "tangent")
    trace = Trace(f, primals, keywords, range(len(primals)))
    results = pushforward(trace, matched(trace.arguments, direction, "tangent"))
    structure = trace.result.structure
    return unflatten(structure, trace.results()), unflatten(structure, results)


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


def pushforward(trace: Trace, tangents: Sequence[Operand | None]) -> list[Any]:
    """Sweep forwards: one tangent per result, for one tangent per input (None: it does not move)."""
    require_fresh(trace.order)
    since = tick()
    found: dict[int, Any] = {
        id(leaf): tangent for leaf, tangent in zip(trace.inputs, tangents, strict=True) if tangent is not None
    }
    for node in trace.order:
        for parent, partial in zip(node.parents, trace.partials(node), strict=True):
            tangent = None if partial is None else found.get(id(parent))
            if tangent is not None:
                contribution = times(tangent, partial)
                found[id(node)] = found[id(node)] + contribution if id(node) in found else contribution
    return [trace.finished(found.get(id(leaf), 0.0), since) for leaf in trace.result.leaves]


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Make the Jacobian of `f`: every result differentiated by every input.

    Parameters
    ----------
    f : callable
        Of numbers, lists, tuples, dicts or arrays; returns any of these.
    argnums : int or sequence of int
        Which arguments to differentiate, as for `grad`.

    Returns
    -------
    callable
        Returns a tree nested like the result of `f`, and in the place of each number a tree nested like the
        argument. Where either is an array, their shapes are joined: for results (m,) and inputs (n,) an array
        (m, n) whose row i is the gradient of result i.

    See Also
    --------
    grad : Where `f` returns one number.
    hessian : The Jacobian of the gradient.
    jvp, vjp : One column, or one row, of it at a time.

    Notes
    -----
    One reverse sweep per result or one forward sweep per input over the same recording, whichever are fewer.

    Examples
    --------
    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    >>> import numpy as np
    >>> jacobian(lambda x: np.array([[1.0, 2.0], [3.0, 4.0]]) @ x)(np.array([1.0, 1.0]))
    array([[1., 2.],
           [3., 4.]])
    """

    def matrix(*arguments: Any, **keywords: Any) -> Any:
        trace = Trace(f, arguments, keywords, positions(argnums, len(arguments)))
        found = rows(trace)
        inputs = trace.arguments.structure
        assert isinstance(inputs, Branch)

        def block(result: Block, argument: Block) -> Any:
            if result.shape is None and argument.shape is None:
                return found[result.start][argument.start]
            numbers = [x for row in found[result.span] for x in row[argument.span]]
            return filled(numbers, (result.shape or ()) + (argument.shape or ()))

        def row(result: Block) -> Any:
            parts = [build(part, lambda argument: block(result, argument)) for part in inputs.parts]
            return parts[0] if _alone(argnums) else tuple(parts)

        return build(trace.result.structure, row)

    return derived(matrix, f, "jacobian")


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Make the Hessian of `f`, all second derivatives: the Jacobian of the Jacobian.

    The structure is that of `jacobian`, applied twice: for one list of n inputs a list of n lists; for
    an array (n,) an array (n, n).

    Parameters
    ----------
    f : callable
        A function that returns one number.
    argnums : int or sequence of int
        Which arguments to differentiate, twice.

    Returns
    -------
    callable
        With the arguments of `f`; returns the second derivatives.

    See Also
    --------
    jacobian : First derivatives of several outputs.
    hvp : The Hessian times a vector, at the price of two sweeps.

    Examples
    --------
    >>> hessian(lambda x: x[0] * x[0] * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return derived(jacobian(jacobian(f, argnums), argnums), f, "hessian")


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], **keywords: Any) -> Any:
    """Return the Hessian of `f` times a vector, without making the Hessian: the `jvp` of the `grad`.

    Parameters
    ----------
    f : callable
        A function that returns one number.
    primals, tangents, **keywords
        As for `jvp`.

    Returns
    -------
    tree
        Nested like the argument, where `f` has one; else a tuple with one element per argument.

    See Also
    --------
    hessian : All second derivatives.

    Examples
    --------
    >>> hvp(lambda x: x[0] * x[0] * x[1], ([2.0, 3.0],), ([1.0, 1.0],))
    [10.0, 4.0]
    """
    require_arguments(primals, tangents)
    everything = 0 if len(primals) == 1 else range(len(primals))
    return jvp(grad(f, everything), primals, tangents, **keywords)[1]


def rows(trace: Trace) -> list[list[Any]]:
    """Return the Jacobian of a call, one row per result; 0.0 times infinity never arises in it."""
    results, inputs = len(trace.result.leaves), len(trace.inputs)
    if results <= inputs:
        return [trace.pullback(_unit(i, results)) for i in range(results)]
    columns = [pushforward(trace, _unit(j, inputs)) for j in range(inputs)]
    return [[column[i] for column in columns] for i in range(results)]


def _unit(place: int, size: int) -> list[float | None]:
    """Return the direction of one number; the others have no part in it."""
    return [1.0 if i == place else None for i in range(size)]
