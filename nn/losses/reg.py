"""Penalties on the size of parameters, to be added to a loss; knows norms of lists, no data and no loss.

L' = L + λ·R(θ): the strength λ is the caller's, as in `loss + 0.01 * nn.reg.l2(model)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd import Value
from nn.arguments import listed, real
from nn.losses import norms
from nn.module.module import Module

__all__ = ["elastic", "l1", "l2"]

Parameters: TypeAlias = Module | Sequence[Value]


def l2(parameters: Parameters) -> Any:
    """Return R(θ) = Σ θ², which prefers small, spread-out weights; one `dot` node.

    Parameters
    ----------
    parameters : Module, or sequence of Values
        A module stands for all its parameters, biases too. For weights only pass them:
        `[w for layer in mlp.layers for neuron in layer.neurons for w in neuron.w]`.

    Returns
    -------
    Value
        Its gradient is 2θ: PyTorch's `weight_decay=2·λ` in SGD is λ·l2. scikit-learn's `Ridge` is the same
        penalty, its networks and logistic regression take ½ of it; Keras' `L2` is the same, per layer and
        without biases.

    See Also
    --------
    l1 : Few weights rather than small ones.
    elastic : Both.

    Examples
    --------
    >>> theta = [Value(3.0), Value(-4.0)]
    >>> penalty = 0.1 * l2(theta)
    >>> penalty.backward()
    >>> penalty.data, [round(t.grad, 10) for t in theta]
    (2.5, [0.6, -0.8])
    """
    return norms.l2sq(_listed(parameters))


def l1(parameters: Parameters) -> Any:
    """Return ``R(θ) = Σ |θ|``, which prefers few nonzero weights; its slope at 0 is 0.

    scikit-learn's `Lasso` is the same penalty on a loss of half the mean square; Keras' `L1` is the same.

    Parameters
    ----------
    parameters : Module, or sequence of Values
        A module stands for all its parameters, biases too.

    Returns
    -------
    Value
        Its gradient is the sign of each parameter.

    See Also
    --------
    l2 : Small weights rather than few.
    elastic : Both.

    Examples
    --------
    >>> l1([Value(3.0), Value(-4.0)]).data
    7.0
    """
    return norms.l1(_listed(parameters))


def elastic(parameters: Parameters, l1: float = 1.0, l2: float = 1.0) -> Any:
    """Return ``l1·Σ |θ| + l2·Σ θ²``, both penalties with a strength each.

    scikit-learn's `ElasticNet(alpha=a, l1_ratio=r)` is l1 = a·r and l2 = a·(1 - r)/2; Keras' `L1L2` is the
    same as here.

    Parameters
    ----------
    parameters : Module, or sequence of Values
        A module stands for all its parameters, biases too.
    l1, l2 : float >= 0
        The strengths.

    Returns
    -------
    Value
        The penalty.

    Raises
    ------
    ValueError
        For a negative strength.

    See Also
    --------
    l1, l2 : Each alone.

    Examples
    --------
    >>> elastic([Value(3.0), Value(-4.0)], l1=0.1, l2=0.2).data
    5.7
    """
    strength_1, strength_2 = real("l1", l1, low=0.0), real("l2", l2, low=0.0)
    theta = _listed(parameters)
    return strength_1 * norms.l1(theta) + strength_2 * norms.l2sq(theta)


def _listed(parameters: Parameters) -> list[Value]:
    values = (
        parameters.parameters()
        if isinstance(parameters, Module)
        else listed(parameters, "A penalty", "a Module or a list of Values")
    )
    if not values:
        raise ValueError("There is nothing to penalise: no parameters were given.")
    for index, value in enumerate(values):
        if not isinstance(value, Value):
            raise TypeError(
                f"A penalty takes a Module or a list of Values, and item {index} is {value!r}. For a matrix "
                "of Values pass matrix.ravel()."
            )
    return values
