"""Functions over functions, as JAX has them: `grad`, `value_and_grad` and `vjp`, by the reverse sweep.

Says which derivative is asked for and in which structure it comes back; the recording and the sweep are
`autograd.transforms.trace`, forward mode is `autograd.transforms.tangents`. A result is made of floats,
unless Values that were there before the call take part (the inputs of an outer derivative, a learner's
weights): then it is made of Values that can be differentiated by these. Under `no_grad()` it is always made
of floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.describe import counted
from autograd.transforms.trace import Call, derived
from autograd.transforms.trees import Block, Branch, flatten, matched, unflatten

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

    Notes
    -----
    One reverse sweep over the recorded graph: its cost does not depend on the number of inputs (notes 004).

    Examples
    --------
    >>> value_and_grad(lambda x, y: x * x * y, argnums=(0, 1))(3.0, 2.0)
    (18.0, (12.0, 9.0))
    """

    def value_and_gradient(*arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        call = Call(f, arguments, keywords, places(argnums, len(arguments)))
        _require_one_number(call)
        return call.results()[0], _like_arguments(call, argnums, call.pull([1.0]))

    return derived(value_and_gradient, f, "value_and_grad")


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """Make the gradient of `f`: the function that returns its derivatives.

    Parameters, result and errors as for `value_and_grad`. Gradients nest to any order, and may be taken
    inside other differentiated functions.

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

    Examples
    --------
    >>> value, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> value, pull([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    call = Call(f, primals, keywords, range(len(primals)))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        seeds = matched(call.result, flatten(cotangent, "the result"), "cotangent")
        return tuple(unflatten(call.given.structure, call.pull(seeds)))

    return unflatten(call.result.structure, call.results()), pull


def places(argnums: Argnums, count: int) -> list[int]:
    """Return the places, from 0, of the arguments that are differentiated."""
    asked = [argnums] if isinstance(argnums, int) else list(argnums)
    for place in asked:
        if not -count <= place < count:
            raise ValueError(
                f"argnums={argnums} asks for argument number {place}, counted from 0, but the function was "
                f"called with {counted(count, 'positional argument')}. "
                f"What is differentiated is passed by position."
            )
    return [place % count for place in asked]


def _like_arguments(call: Call, argnums: Argnums, gradients: Sequence[Any]) -> Any:
    trees = unflatten(call.given.structure, gradients)
    return trees[0] if isinstance(argnums, int) else trees


def _require_one_number(call: Call) -> None:
    structure = call.result.structure
    if not isinstance(structure, Block) or structure.shape is not None:
        kind = f"a {structure.kind.__name__}" if isinstance(structure, Branch) else "an array"
        raise TypeError(
            f"grad needs a function that returns one number, got {kind} of {len(call.result.leaves)}. "
            f"Return one number, for example the sum of them, or use jacobian."
        )
