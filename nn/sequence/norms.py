"""RMSNorm and LayerNorm: bring the numbers of one vector to a common size; know no batch and no layer."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Value
from nn.arguments import integer, one_sample, real
from nn.layers.labels import element
from nn.module.module import Module

__all__ = ["LayerNorm", "RMSNorm"]


class RMSNorm(Module):
    r"""Divide a vector by the root of its mean square, then scale each number by its own γ.

    ``y_j = γ_j · x_j / √(mean(x²) + ε)``: how long the vector was is forgotten, where it points is kept. The
    samples of a batch do not mix, so that training and inference are the same.

    Parameters
    ----------
    features : int
        Numbers per vector.
    eps : float > 0
        The ε that is added to the mean square inside the root.
    number : int, optional
        Which norm of a model this is, from 1, for the labels.

    Attributes
    ----------
    scale : list of Value, length `features`
        γ, starts at 1.

    See Also
    --------
    LayerNorm : Takes the mean away, too.
    BatchNorm : Normalises each feature over a batch.

    Notes
    -----
    PyTorch: `RMSNorm`, whose ε is the spacing of floats at 1 unless it is given (2.2e-16 in float64). Zhang
    and Sennrich, 2019.

    Examples
    --------
    >>> norm = RMSNorm(2)
    >>> [round(y.data, 4) for y in norm([3.0, 4.0])], [round(y.data, 4) for y in norm([30.0, 40.0])]
    ([0.8485, 1.1314], [0.8485, 1.1314])
    """

    def __init__(self, features: int, eps: float = 1e-5, *, number: int | None = None) -> None:
        features = integer("features", features, low=1)
        self.eps = real("eps", eps, low=0.0, strict=True)
        self.scale = _vector("gamma", 1.0, features, number)

    def forward(self, x: Any) -> list[Any]:
        """Normalise one vector.

        Parameters
        ----------
        x : sequence of number or Value, length `features`
            The vector.

        Returns
        -------
        list of Value
            As long as x.
        """
        return self._scaled(one_sample(x, len(self.scale), self))

    def _scaled(self, x: Any) -> list[Any]:
        factor = (autograd.dot(x, x) / len(x) + self.eps) ** -0.5
        return [gamma * (number * factor) for gamma, number in zip(self.scale, x, strict=True)]

    def _headline(self) -> str:
        return f"{type(self).__name__}({len(self.scale)})"


class LayerNorm(RMSNorm):
    r"""Give the numbers of a vector mean 0 and variance 1, then scale each by its γ and shift it by its β.

    ``y_j = γ_j · (x_j - μ) / √(σ² + ε) + β_j``, with the mean and the (biased) variance of the vector itself:
    a `BatchNorm` standardises each feature over a batch, a `LayerNorm` each sample over its features.

    Parameters
    ----------
    features : int
        Numbers per vector.
    eps : float > 0
        The ε that is added to the variance inside the root.
    number : int, optional
        Which norm of a model this is, from 1, for the labels.

    Attributes
    ----------
    scale, shift : list of Value, length `features`
        γ (starts at 1) and β (starts at 0).

    See Also
    --------
    RMSNorm : Without the mean and the shift.
    BatchNorm : Normalises each feature over a batch.

    Notes
    -----
    PyTorch: `LayerNorm`, the same ε. Keras: ε = 1e-3. Ba, Kiros and Hinton, 2016.

    Examples
    --------
    >>> [round(y.data, 4) for y in LayerNorm(4)([1.0, 2.0, 3.0, 4.0])]
    [-1.3416, -0.4472, 0.4472, 1.3416]
    """

    def __init__(self, features: int, eps: float = 1e-5, *, number: int | None = None) -> None:
        super().__init__(features, eps, number=number)
        self.shift = _vector("beta", 0.0, len(self.scale), number)

    def forward(self, x: Any) -> list[Any]:
        """Normalise one vector.

        Parameters
        ----------
        x : sequence of number or Value, length `features`
            The vector.

        Returns
        -------
        list of Value
            As long as x.
        """
        x = one_sample(x, len(self.scale), self)
        mean = autograd.mean(x)
        scaled = self._scaled([number - mean for number in x])
        return [number + beta for number, beta in zip(scaled, self.shift, strict=True)]


def _vector(name: str, start: float, features: int, number: int | None) -> list[Value]:
    above = "" if number is None else f"^{integer('number', number, low=1)}"
    return [Value(start, element(name + above, j, largest=features)) for j in range(1, features + 1)]
