"""Activations as modules and by name: rows of the engine applied to numbers; knows no formula, no weights.

Every row of one number, whose other parameters have defaults, is an activation under its name. The formulas,
their partials and the choices at kinks stand with the rows: `help(autograd.relu)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Parameter, Signature
from typing import Any, ClassVar, TypeAlias

import numpy as np

import autograd
from autograd import TABLE, Primitive, Value
from nn.arguments import chosen, real
from nn.module.module import Module

__all__ = [
    "Activation", "ActivationLike", "activation_named", "activations",
    "Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SiLU", "GELU", "Softplus", "LogSigmoid",
    "Heaviside", "Softmax",
]  # fmt: skip


ActivationLike: TypeAlias = str | Callable[[Any], Any] | None
"""What an `activation=` argument may be: a name, a module or function, or None for linear."""


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
        self.function = function
        if isinstance(getattr(function, "func", function), Primitive):
            vars(self)["one"] = function  # a row gives a Value for a Value: there is nothing to check
        own = getattr(function, "name", "") or getattr(function, "__name__", type(function).__name__)
        self.name = name or own

    def one(self, z: Any) -> Any:
        """Apply the function to one number.

        Parameters
        ----------
        z : number or Value
            A pre-activation.

        Returns
        -------
        Value or number
            The function there.
        """
        out = self.function(z)
        if isinstance(z, Value) and not isinstance(out, Value):
            raise TypeError(
                f"An activation turned {z!r} into {out!r}, which is no Value: the graph ends there, and "
                "nothing before it can learn. Python's max(0, z) does that: use autograd.relu or maximum."
            )
        return out

    def forward(self, x: Any) -> Any:
        """Apply the function: to one number, or to each of a sequence (then a list comes back).

        Parameters
        ----------
        x : number, Value, or sequence of them
            Pre-activations.

        Returns
        -------
        Value, number, or list of them
            The same, activated.
        """
        if isinstance(x, list | tuple | np.ndarray):
            one = self.one
            return [one(item) for item in x]
        return self.one(x)

    def _headline(self) -> str:
        return type(self).__name__ if type(self) is not Activation else f"Activation({self.name})"


class Identity(Activation):
    """The number itself, no node: the activation of a linear layer."""

    def __init__(self) -> None:
        self.name = "linear"

    def one(self, z: Any) -> Any:
        """Return the number.

        Parameters
        ----------
        z : number or Value
            A pre-activation.

        Returns
        -------
        Value or number
            The same.
        """
        return z

    def forward(self, x: Any) -> Any:
        """Return the number, or a list of the numbers.

        Parameters
        ----------
        x : number, Value, or sequence of them
            Pre-activations.

        Returns
        -------
        Value, number, or list of them
            The same.
        """
        return list(x) if isinstance(x, list | tuple | np.ndarray) else x


class Softmax(Activation):
    """The shares e^z_k / Σ e^z_j over all outputs of a layer: positive, and they sum to 1.

    Examples
    --------
    >>> from autograd import Value
    >>> [round(p.data, 4) for p in Softmax()([Value(1.0), Value(2.0), Value(3.0)])]
    [0.09, 0.2447, 0.6652]
    """

    def __init__(self) -> None:
        self.name = "softmax"

    def one(self, z: Any) -> Any:
        """Refuse one number alone.

        Parameters
        ----------
        z : number or Value
            A pre-activation.
        """
        raise TypeError(
            "softmax needs all outputs of a layer at once, not one number: use it as a layer's activation, "
            "or hand in a list."
        )

    def forward(self, x: Any) -> Any:
        """Apply softmax to a sequence; a list comes back.

        Parameters
        ----------
        x : sequence of number or Value
            Logits.

        Returns
        -------
        list of Value or float
            Probabilities.
        """
        return autograd.softmax(list(x)) if isinstance(x, list | tuple | np.ndarray) else self.one(x)


_NAMED: dict[str, Callable[[], Activation]] = {"linear": Identity, "identity": Identity, "softmax": Softmax}


class _Row(Activation):
    """Activations that are rows; the row's other parameters are the arguments, with the row's defaults."""

    row: ClassVar[Primitive]

    def __init_subclass__(cls, row: Primitive | None = None) -> None:
        if row is None:
            return  # a class derived from one of these has its row already
        cls.row = row
        _NAMED[row.name] = cls
        arguments = "".join(
            f"{name} : float, default {x:g}\n    As for `autograd.{row.name}`.\n"
            for name, x in row.defaults.items()
        )
        head = f"Parameters\n----------\n{arguments}\n" if arguments else ""
        see = f"See Also\n--------\nautograd.{row.name} : The operation itself.\n\n"
        notes = row.manual()[row.manual().index("Notes\n") :]
        cls.__doc__ = f"{cls.__doc__}\n\n{head}{see}{notes}"

    @classmethod
    def _signature(cls) -> Signature:
        return _arguments(cls.row) if cls.__init__ is _Row.__init__ else super()._signature()

    def __init__(self, *numbers: float, **named: float) -> None:
        given = _arguments(self.row).bind(*numbers, **named).arguments
        parameters = {name: real(name, number) for name, number in given.items()}
        super().__init__(partial(self.row, **parameters) if parameters else self.row, self.row.name)
        vars(self).update(self.row.defaults | parameters)


def _arguments(row: Primitive) -> Signature:
    kind = Parameter.POSITIONAL_OR_KEYWORD
    return Signature([Parameter(name, kind, default=x) for name, x in row.defaults.items()])


class Sigmoid(_Row, row=autograd.sigmoid):
    """The logistic function, for probabilities of two classes."""


class Tanh(_Row, row=autograd.tanh):
    """A sigmoid around 0: the usual activation inside small networks."""


class ReLU(_Row, row=autograd.relu):
    """The rectified linear unit; its slope at 0 is 0, as PyTorch and Keras choose."""


class LeakyReLU(_Row, row=autograd.leaky_relu):
    """A relu that is never quite dead; slope 0.01 as in PyTorch (Keras' layer: 0.3, its function: 0.2)."""


class ELU(_Row, row=autograd.elu):
    """A relu with a smooth left side that ends at -alpha."""


class SiLU(_Row, row=autograd.silu):
    """A smooth relu, also called swish."""


class GELU(_Row, row=autograd.gelu):
    """A smooth relu by erf, as in PyTorch and Keras (JAX: a tanh fit)."""


class Softplus(_Row, row=autograd.softplus):
    """A smooth relu that is positive everywhere."""


class LogSigmoid(_Row, row=autograd.logsigmoid):
    """The logarithm of a probability, from a logit."""


class Heaviside(_Row, row=autograd.heaviside):
    """The step of the first artificial neurons; nothing is learned through it."""


def activations() -> dict[str, Callable[[], Activation]]:
    """Return all activations by name: those of this module, then every other row that can be one.

    Examples
    --------
    >>> activations()["relu"](), activations()["arctan"]()
    (ReLU, Activation(arctan))
    """
    rows = {name: partial(Activation, row) for name, row in TABLE.items() if row.unary}
    return {**_NAMED, **rows, **_NAMED}


def activation_named(activation: ActivationLike) -> Activation:
    """Return the activation for an `activation=` argument.

    Parameters
    ----------
    activation : str, Activation, function or None
        A name in `activations()`, a module, any function of one `Value`, or None for linear.

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
        return (_NAMED.get(activation) or chosen("activation", activation, activations()))()
    if isinstance(activation, type) and issubclass(activation, Activation):
        raise TypeError(f"{activation.__name__} is the class: write {activation.__name__}().")
    return Activation(activation)
