"""Activations as modules and by name; each is a row of the engine applied to numbers, and knows no weights.

The formulas, their partials and the choices at kinks stand with the rows: `help(autograd.relu)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd
from autograd import Primitive, Value
from nn.arguments import real
from nn.module.module import Module

__all__ = [
    "ACTIVATIONS", "Activation", "activation_named",
    "Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SiLU", "GELU", "Softplus", "LogSigmoid",
    "Heaviside", "Softmax",
]  # fmt: skip


class Activation(Module):
    """Applies one function to a number, or to each number of a sequence.

    Parameters
    ----------
    function : callable
        From a `Value` (or number) to a `Value`: a row of the engine, or your own.
    name : str, optional
        How `repr` calls it; the function's own name when left out.

    Examples
    --------
    >>> import autograd
    >>> from autograd import Value
    >>> [v.data for v in Activation(autograd.square)([Value(2.0), Value(-3.0)])]
    [4.0, 9.0]
    """

    def __init__(self, function: Callable[[Any], Any], name: str = "") -> None:
        if not callable(function):
            raise TypeError(f"An activation is a function of one Value, got {function!r}.")
        self.one = function if isinstance(function, Primitive | partial) else _Own(function)
        own = getattr(function, "name", "") or getattr(function, "__name__", type(function).__name__)
        self.name = name or own

    def forward(self, x: Any) -> Any:
        """Apply the function: to one number, or to each of a sequence (then a list comes back)."""
        if isinstance(x, list | tuple | np.ndarray):
            one = self.one
            return [one(item) for item in x]
        return self.one(x)

    def _headline(self) -> str:
        return type(self).__name__ if type(self) is not Activation else f"Activation({self.name})"

    def __repr__(self) -> str:
        return self._headline()


class _Own:
    """A learner's function, held to its promise: a Value in, a Value out."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, z: Any) -> Any:
        out = self.function(z)
        if isinstance(z, Value) and not isinstance(out, Value):
            raise TypeError(
                f"An activation turned {z!r} into {out!r}, which is no Value: the graph ends there, and "
                "nothing before it can learn. Python's max(0, z) does that: use autograd.relu or maximum."
            )
        return out


def _identity(z: Any) -> Any:
    return z


class Identity(Activation):
    """z itself, no node: the activation of a linear layer."""

    def __init__(self) -> None:
        super().__init__(_identity, "linear")


class Sigmoid(Activation):
    """1 / (1 + e^-z), the logistic function, in (0, 1) (S002-21)."""

    def __init__(self) -> None:
        super().__init__(autograd.sigmoid)


class Tanh(Activation):
    """tanh z, in (-1, 1) (S004-37)."""

    def __init__(self) -> None:
        super().__init__(autograd.tanh)


class ReLU(Activation):
    """z where z > 0, else 0; slope 0 at 0, as PyTorch and Keras choose (S001-29)."""

    def __init__(self) -> None:
        super().__init__(autograd.relu)


class LeakyReLU(Activation):
    """z where z > 0, else slope·z. The slope 0.01 is PyTorch's; Keras' layer takes 0.3, its function 0.2."""

    def __init__(self, slope: float = 0.01) -> None:
        slope = real("slope", slope)
        super().__init__(partial(autograd.leaky_relu, slope=slope), "leaky_relu")
        self.slope = slope


class ELU(Activation):
    """z where z > 0, else α·(e^z - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        alpha = real("alpha", alpha)
        super().__init__(partial(autograd.elu, alpha=alpha), "elu")
        self.alpha = alpha


class SiLU(Activation):
    """z·sigmoid(z), also called swish."""

    def __init__(self) -> None:
        super().__init__(autograd.silu)


class GELU(Activation):
    """z·Φ(z), Φ the normal distribution function, by erf as in PyTorch and Keras (JAX: a tanh fit)."""

    def __init__(self) -> None:
        super().__init__(autograd.gelu)


class Softplus(Activation):
    """log(1 + e^z), a smooth relu; exact in both tails."""

    def __init__(self) -> None:
        super().__init__(autograd.softplus)


class LogSigmoid(Activation):
    """log sigmoid(z) = -softplus(-z); exact in both tails."""

    def __init__(self) -> None:
        super().__init__(autograd.logsigmoid)


class Heaviside(Activation):
    """1 where z > 0, else 0: the step. Its derivative is 0, so nothing is learned through it (S004-27)."""

    def __init__(self) -> None:
        super().__init__(autograd.heaviside)


class Softmax(Activation):
    """e^z_k / Σ e^z_j over all outputs of a layer: positive, and they sum to 1.

    Examples
    --------
    >>> from autograd import Value
    >>> [round(p.data, 4) for p in Softmax()([Value(1.0), Value(2.0), Value(3.0)])]
    [0.09, 0.2447, 0.6652]
    """

    def __init__(self) -> None:
        super().__init__(self._refuse, "softmax")

    def forward(self, x: Any) -> Any:
        """Apply softmax to a sequence; a list comes back."""
        if not isinstance(x, list | tuple | np.ndarray):
            self._refuse(x)
        return autograd.softmax(list(x))

    @staticmethod
    def _refuse(z: Any) -> Any:
        raise TypeError(
            "softmax needs all outputs of a layer at once, not one number: use it as a layer's activation, "
            "or hand in a list."
        )


ACTIVATIONS: dict[str, Callable[[], Activation]] = {
    "linear": Identity, "identity": Identity, "sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU,
    "leaky_relu": LeakyReLU, "elu": ELU, "silu": SiLU, "gelu": GELU, "softplus": Softplus,
    "logsigmoid": LogSigmoid, "heaviside": Heaviside, "softmax": Softmax,
}  # fmt: skip


def activation_named(activation: str | Callable[[Any], Any] | None) -> Activation:
    """Return the activation for an `activation=` argument.

    Parameters
    ----------
    activation : str, Activation, function or None
        A name in `ACTIVATIONS`, a module, any function of one `Value`, or None for linear.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.
    TypeError
        For anything that cannot be called.
    """
    if activation is None:
        return Identity()
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise ValueError(f"There is no activation {activation!r}. Known: {', '.join(ACTIVATIONS)}.")
        return ACTIVATIONS[activation]()
    if isinstance(activation, type) and issubclass(activation, Activation):
        raise TypeError(f"{activation.__name__} is the class: write {activation.__name__}().")
    return Activation(activation)
