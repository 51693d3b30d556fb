"""First numbers for weights: constants, plain random draws, Xavier and He; knows shapes, nothing of layers.

Every function takes a shape `(outputs, inputs)`, as a weight matrix that is multiplied from the left has
it, and returns a float array. The random ones take `rng=`, an int seed or a `numpy.random.Generator`.

Why random at all: with all weights equal, all neurons of a layer get the same gradient
and stay equal for ever; with all weights zero, a hidden layer gets no gradient. Only a linear model may
start at zero.
"""

import inspect
import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nn.arguments import FloatArray, Rng, chosen, floats, generator, integer, real, sized

__all__ = [
    "zeros",
    "constant",
    "uniform",
    "normal",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "fan_in_uniform",
    "gain",
]

Shape: TypeAlias = int | tuple[int, ...]
Init: TypeAlias = str | Callable[..., ArrayLike] | ArrayLike | None

_GAINS = {
    "linear": 1.0, "identity": 1.0, "sigmoid": 1.0, "softmax": 1.0,
    "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75,
}  # fmt: skip


def zeros(shape: Shape) -> FloatArray:
    """Fill the shape with zeros: right for biases and linear models, never for hidden weights.

    Parameters
    ----------
    shape : int or tuple of int
        A matrix is (outputs, inputs).

    Returns
    -------
    float array
        Of this shape.

    Examples
    --------
    >>> zeros((1, 3))
    array([[0., 0., 0.]])
    """
    return constant(shape, 0.0)


def constant(shape: Shape, value: float) -> FloatArray:
    """Fill the shape with one number.

    Parameters
    ----------
    shape : int or tuple of int
        A matrix is (outputs, inputs).
    value : float
        The number.

    Returns
    -------
    float array
        Of this shape.

    Examples
    --------
    >>> constant(2, 0.5)
    array([0.5, 0.5])
    """
    return np.full(_sizes(shape), real("value", value))


def uniform(shape: Shape, low: float = -1.0, high: float = 1.0, *, rng: Rng) -> FloatArray:
    """Draw uniformly from [low, high); micrograd's choice with the defaults.

    Parameters
    ----------
    shape : int or tuple of int
        A matrix is (outputs, inputs).
    low, high : float
        The interval.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    Raises
    ------
    ValueError
        When `low` is not below `high`.

    Examples
    --------
    >>> bool(abs(uniform((4, 3), rng=0)).max() < 1)
    True
    """
    low, high = real("low", low), real("high", high)
    if low >= high:
        raise ValueError(f"uniform draws need low < high, got low = {low!r}, high = {high!r}.")
    return generator(rng).uniform(low, high, _sizes(shape))


def normal(shape: Shape, mean: float = 0.0, std: float = 1.0, *, rng: Rng) -> FloatArray:
    """Draw normally with the given mean and standard deviation.

    Parameters
    ----------
    shape : int or tuple of int
        A matrix is (outputs, inputs).
    mean, std : float
        Of the distribution; the deviation is not negative.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    Examples
    --------
    >>> normal((2, 3), std=0.1, rng=0).shape
    (2, 3)
    """
    return generator(rng).normal(real("mean", mean), real("std", std, low=0.0), _sizes(shape))


def xavier_uniform(shape: Shape, gain: float = 1.0, *, rng: Rng) -> FloatArray:
    """Draw uniformly in ±gain·√(6 / (inputs + outputs)), for tanh and sigmoid (Glorot, Bengio 2010).

    The variance gain²·2/(inputs + outputs) keeps the size of the signal on the way forward, and of the
    gradient on the way back, about the same. PyTorch: `xavier_uniform_`, the same. Keras: `GlorotUniform`,
    its default for Dense. scikit-learn draws the biases of its MLP from this interval too.

    Parameters
    ----------
    shape : tuple of int
        The shape (outputs, inputs).
    gain : float
        What the activation takes away: see `gain`.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    See Also
    --------
    xavier_normal : The same variance, normally distributed.
    he_uniform : For relu.

    Examples
    --------
    >>> bool(abs(xavier_uniform((2, 4), rng=0)).max() <= 1)
    True
    """
    inputs, outputs = _fans(shape)
    bound = real("gain", gain, low=0.0, strict=True) * math.sqrt(6.0 / (inputs + outputs))
    return generator(rng).uniform(-bound, bound, _sizes(shape))


def xavier_normal(shape: Shape, gain: float = 1.0, *, rng: Rng) -> FloatArray:
    """Draw normally with standard deviation gain·√(2 / (inputs + outputs)) (Glorot, Bengio 2010).

    PyTorch: `xavier_normal_`, same formula. Keras' `GlorotNormal` cuts its draws at two standard
    deviations.

    Parameters
    ----------
    shape : tuple of int
        The shape (outputs, inputs).
    gain : float
        What the activation takes away: see `gain`.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    See Also
    --------
    xavier_uniform : The same variance, uniformly distributed.
    he_normal : For relu.

    Examples
    --------
    >>> xavier_normal((2, 4), rng=0).shape
    (2, 4)
    """
    inputs, outputs = _fans(shape)
    std = real("gain", gain, low=0.0, strict=True) * math.sqrt(2.0 / (inputs + outputs))
    return generator(rng).normal(0.0, std, _sizes(shape))


def he_uniform(shape: Shape, slope: float = 0.0, *, rng: Rng) -> FloatArray:
    """Draw uniformly in ±√(6 / ((1 + slope²)·inputs)), for relu and leaky relu (He et al. 2015).

    A relu cuts away half of the signal's power; the 2 in the variance 2/inputs restores it. PyTorch:
    `kaiming_uniform_(a=slope, mode="fan_in")`, same formula.

    Parameters
    ----------
    shape : tuple of int
        The shape (outputs, inputs).
    slope : float
        Of the leaky relu on its negative side; 0 for relu.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    See Also
    --------
    he_normal : The same variance, normally distributed.
    xavier_uniform : For tanh and sigmoid.

    Examples
    --------
    >>> bool(abs(he_uniform((5, 6), rng=0)).max() <= 1)
    True
    """
    inputs, _ = _fans(shape)
    bound = gain("leaky_relu", slope) * math.sqrt(3.0 / inputs)
    return generator(rng).uniform(-bound, bound, _sizes(shape))


def he_normal(shape: Shape, slope: float = 0.0, *, rng: Rng) -> FloatArray:
    """Draw normally with standard deviation √(2 / ((1 + slope²)·inputs)) (He et al. 2015).

    PyTorch: `kaiming_normal_(a=slope, mode="fan_in")`, same formula. Keras' `HeNormal` cuts its draws off.

    Parameters
    ----------
    shape : tuple of int
        The shape (outputs, inputs).
    slope : float
        Of the leaky relu on its negative side; 0 for relu.
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    See Also
    --------
    he_uniform : The same variance, uniformly distributed.
    xavier_normal : For tanh and sigmoid.

    Examples
    --------
    >>> he_normal((5, 6), rng=0).shape
    (5, 6)
    """
    inputs, _ = _fans(shape)
    return generator(rng).normal(0.0, gain("leaky_relu", slope) / math.sqrt(inputs), _sizes(shape))


def fan_in_uniform(shape: Shape, *, rng: Rng) -> FloatArray:
    """Draw uniformly in ±1/√inputs: what PyTorch's `Linear` draws its weights from (and its biases, too).

    Parameters
    ----------
    shape : tuple of int
        The shape (outputs, inputs).
    rng : int or numpy.random.Generator

    Returns
    -------
    float array
        Of this shape.

    Examples
    --------
    >>> bool(abs(fan_in_uniform((5, 4), rng=0)).max() <= 0.5)
    True
    """
    inputs, _ = _fans(shape)
    bound = 1.0 / math.sqrt(inputs)
    return generator(rng).uniform(-bound, bound, _sizes(shape))


def start(init: Init, shape: tuple[int, int], activation: str, rng: Rng) -> FloatArray:
    """Return the first weights for an `init=` argument: drawn by a function, or the caller's own numbers.

    Parameters
    ----------
    init : str, function, numbers or None
        The name of a function of this module; a function `(shape)` or `(shape, rng=...)`; the numbers. None:
        He for the relu family, else Xavier.
    shape : (outputs, inputs)
    activation : str
        The name of the activation that follows.
    rng : int or numpy.random.Generator
        Where the numbers come from, if they are drawn.
    """
    if init is None:
        init = "he_uniform" if activation in {"relu", "leaky_relu"} else "xavier_uniform"
    if isinstance(init, str):
        init = chosen("initialiser", init, _BY_NAME)
    if callable(init):
        draws = "rng" in inspect.signature(init).parameters
        init = init(shape, rng=generator(rng)) if draws else init(shape)
    weights = floats("init", init, ndim=(1, 2))
    return sized("init", weights.reshape(1, -1) if shape[0] == 1 else weights, shape)


def gain(activation: str, slope: float = 0.01) -> float:
    """Return the factor that makes up for an activation's shrinking (PyTorch's `calculate_gain`).

    Parameters
    ----------
    activation : str
        One of linear, identity, sigmoid, softmax, tanh (5/3), relu (√2), selu (3/4),
        leaky_relu (√(2 / (1 + slope²))).
    slope : float
        The slope of `leaky_relu` on its negative side.

    Returns
    -------
    float
        The factor for the standard deviation.

    Raises
    ------
    ValueError
        For any other name: nobody has agreed on a number for it.

    Examples
    --------
    >>> round(gain("tanh"), 4)
    1.6667
    """
    if activation == "leaky_relu":
        return math.sqrt(2.0 / (1.0 + real("slope", slope) ** 2))
    if activation not in _GAINS:
        known = ", ".join([*_GAINS, "leaky_relu"])
        raise ValueError(f"No gain is known for {activation!r}. Known: {known}. Pass a number instead.")
    return _GAINS[activation]


# What `init="..."` may say: the functions that need nothing but a shape and a generator.
_BY_NAME = {name: globals()[name] for name in __all__ if name not in ("constant", "gain")}


def _sizes(shape: Shape) -> tuple[int, ...]:
    sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    return tuple(integer(f"shape[{axis}]", size, low=1) for axis, size in enumerate(sizes))


def _fans(shape: Shape) -> tuple[int, int]:
    """Return inputs and outputs of a matrix (outputs, inputs); a plain n is one neuron with n inputs."""
    sizes = _sizes(shape)
    if len(sizes) == 1:
        return sizes[0], 1
    if len(sizes) != 2:
        raise ValueError(f"A weight matrix has shape (outputs, inputs), got {sizes}.")
    return sizes[1], sizes[0]
