"""Derivatives of many by many: `jacobian`, `hessian`, and `hvp`, which needs no Hessian to multiply by it.

Arranges sweeps over one recording into the structure that is asked for; see `autograd.transforms` for when a
result is made of floats and when of Values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.transforms.derivatives import Argnums, grad, places
from autograd.transforms.tangents import jvp, push, require_arguments
from autograd.transforms.trace import Call, derived
from autograd.transforms.trees import Block, Branch, build, filled


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
        call = Call(f, arguments, keywords, places(argnums, len(arguments)))
        found = rows(call)
        inputs = call.given.structure
        assert isinstance(inputs, Branch)

        def block(result: Block, given: Block) -> Any:
            if result.shape is None and given.shape is None:
                return found[result.start][given.start]
            numbers = [x for row in found[result.places] for x in row[given.places]]
            return filled(numbers, (result.shape or ()) + (given.shape or ()))

        def row(result: Block) -> Any:
            parts = [build(part, lambda given: block(result, given)) for part in inputs.parts]
            return parts[0] if isinstance(argnums, int) else tuple(parts)

        return build(call.result.structure, row)

    return derived(matrix, f, "jacobian")


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Make the Hessian of `f`, all second derivatives: the Jacobian of the Jacobian.

    Parameters and structure as for `jacobian`, applied twice: for one list of n inputs a list of n lists; for
    an array (n,) an array (n, n).

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

    Examples
    --------
    >>> hvp(lambda x: x[0] * x[0] * x[1], ([2.0, 3.0],), ([1.0, 1.0],))
    [10.0, 4.0]
    """
    require_arguments(primals, tangents)
    everything = 0 if len(primals) == 1 else range(len(primals))
    return jvp(grad(f, everything), primals, tangents, **keywords)[1]


def rows(call: Call) -> list[list[Any]]:
    """Return the Jacobian of a call, one row per result; 0.0 times infinity never arises in it."""
    results, inputs = len(call.result.leaves), len(call.inputs)
    if results <= inputs:
        return [call.pull(_unit(i, results)) for i in range(results)]
    columns = [push(call, _unit(j, inputs)) for j in range(inputs)]
    return [[column[i] for column in columns] for i in range(results)]


def _unit(place: int, size: int) -> list[float | None]:
    """Return the direction of one number; the others have no part in it."""
    return [1.0 if i == place else None for i in range(size)]
