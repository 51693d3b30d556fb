"""Layer and Linear: neurons side by side on the same inputs; knows no loss and no training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Array, affine
from nn.arguments import Rng, columns, floats, integer, one_sample, sized
from nn.layers.activations import ActivationLike, activation_named
from nn.layers.init import Init, start
from nn.layers.neuron import Neuron, summary
from nn.module.module import Numbered

__all__ = ["Layer", "LayerTrace", "Linear"]


class LayerTrace(NamedTuple):
    """What a layer computed for one sample: weighted sums `z`, activated `outputs`."""

    z: list[Any]
    outputs: list[Any]


class Layer(Numbered):
    """A list of neurons that all read the same inputs; always returns a list, also with one neuron.

    Parameters
    ----------
    inputs, outputs : int
        How many numbers it takes, and how many neurons it has.
    activation, bias
        As for `Neuron`. "softmax" is applied over all outputs together.
    init : str, function, matrix or None
        As for `Neuron`; a matrix has one row per output, as W in y = Wx.
    rng, expand, notation
        As for `Neuron`.
    number : int
        Which layer this is, from 1, for the labels; `Sequential` and `MLP` number their layers themselves.

    Attributes
    ----------
    neurons : list of Neuron
    W : autograd.Array (outputs, inputs) of Value
        The weights: row i holds those of neuron i, as in y = Wx. A matrix assigned to it sets their numbers,
        ``layer.W -= ...`` under `no_grad` too; its transpose ``layer.W.T`` has one column per neuron, as
        w^k_ij counts.
    b : autograd.Array (outputs,) of Value, or None
        The biases; numbers assigned to it set theirs.

    See Also
    --------
    Linear : Without an activation.
    MLP : Layers one after the other.

    Examples
    --------
    >>> import autograd
    >>> layer = Layer(3, 2, "sigmoid", bias=False, init=[[1, 2, 3], [4, 5, 6]])
    >>> autograd.data(layer.W)
    array([[1., 2., 3.],
           [4., 5., 6.]])
    >>> [round(v.data, 10) for v in layer([1, -1, 2])]
    [0.9933071491, 0.9999832986]
    >>> layer
    Layer(3 -> 2, sigmoid): 6 parameters (6 weights, no biases)
    """

    def __init__(
        self, inputs: int, outputs: int, activation: ActivationLike = "tanh", bias: bool = True,
        init: Init = None, rng: Rng = 0, *, expand: bool = False, notation: str | None = "w^k_ij",
        number: int = 1,
    ) -> None:  # fmt: skip
        shape = integer("outputs", outputs, low=1), integer("inputs", inputs, low=1)
        self.activation = activation_named(activation)
        rows = start(init, shape, self.activation.name, rng)
        self.neurons = [
            Neuron(shape[1], self.activation, bias, row, expand=expand, notation=notation) for row in rows
        ]
        self.rename(number, predictor=self.activation.name == "linear")

    @property
    def inputs(self) -> int:
        """How many numbers the layer takes."""
        return len(self.neurons[0].w)

    @property
    def outputs(self) -> int:
        """How many numbers it returns."""
        return len(self.neurons)

    @property
    def W(self) -> Array:  # noqa: N802 - the matrix of the notes
        """The weights as a matrix of values, (outputs, inputs)."""
        return np.array([neuron.w for neuron in self.neurons], dtype=object).view(Array)

    @W.setter
    def W(self, matrix: Any) -> None:  # noqa: N802
        self.assign(autograd.data(matrix))

    @property
    def b(self) -> Array | None:
        """The biases as a vector of values, (outputs,); None where there are none."""
        biases = [neuron.b for neuron in self.neurons if neuron.b is not None]
        return np.array(biases, dtype=object).view(Array) if biases else None

    @b.setter
    def b(self, numbers: Any) -> None:
        self.assign(autograd.data(self.W), autograd.data(numbers))

    def rename(self, number: int, *, predictor: bool = False) -> None:
        """Make this the layer with the given number, from 1, in all labels; a predictor's outputs are ŷ.

        Parameters
        ----------
        number : int
            Which layer this is, from 1.
        predictor : bool
            Whether no layer follows.
        """
        self.number, self.predictor = integer("number", number, low=1), predictor
        for index, neuron in enumerate(self.neurons, start=1):
            neuron.rename(self.number, index, self.outputs, predictor=predictor)

    def assign(self, weights: ArrayLike, biases: ArrayLike | None = None) -> Layer:
        """Set the weights, and the biases where given; returns the layer.

        Parameters
        ----------
        weights : array (outputs, inputs)
            Row i holds the weights of neuron i, as in y = Wx. A matrix whose columns belong to the neurons
            (w^k_ij with i for the input) is passed as its transpose.
        biases : array (outputs,), optional

        Returns
        -------
        Layer
            This one.

        Raises
        ------
        ValueError
            For other shapes, or biases for a layer that has none; nothing was changed.
        """
        W = sized("weights", floats("weights", weights, ndim=2), (self.outputs, self.inputs))
        offsets = [neuron.b for neuron in self.neurons]
        if biases is not None:
            if offsets[0] is None:
                raise ValueError("This layer was built with bias=False, so it has no biases to assign.")
            numbers = sized("biases", floats("biases", biases, ndim=1), (self.outputs,)).tolist()
            for offset, number in zip(offsets, numbers, strict=True):
                if offset is not None:
                    offset.data = number
        for neuron, row in zip(self.neurons, W.tolist(), strict=True):
            for weight, number in zip(neuron.w, row, strict=True):
                weight.data = number
        return self

    def forward(self, x: Any) -> list[Any]:
        """Compute the outputs for one sample, a sequence of `inputs` numbers or Values.

        Parameters
        ----------
        x : sequence of number or Value, length `inputs`
            One sample.

        Returns
        -------
        list of Value
            One output per neuron.
        """
        return self.trace(x).outputs

    def trace(self, x: Any) -> LayerTrace:
        """Compute the outputs, and show the pre-activations z too.

        Parameters
        ----------
        x : sequence of number or Value, length `inputs`
            One sample.

        Returns
        -------
        LayerTrace
            `z` and `outputs`, one entry per neuron each.
        """
        z = self._weighted_sums(one_sample(x, self.inputs, self))
        outputs = self.activation(z)
        for neuron, output in zip(self.neurons, outputs, strict=True):
            if neuron.output_label:
                output.label = neuron.output_label
        return LayerTrace(z, outputs)

    def _weighted_sums(self, x: Sequence[Any]) -> list[Any]:
        """Compute every neuron's z for a checked list of inputs."""
        if any(neuron.expand for neuron in self.neurons):
            return [neuron.weighted_sum(x) for neuron in self.neurons]
        weights = [neuron.w for neuron in self.neurons]
        z = affine(weights, x, [0.0 if neuron.b is None else neuron.b for neuron in self.neurons])
        for neuron, weighted_sum in zip(self.neurons, z, strict=True):
            if neuron.z_label:
                weighted_sum.label = neuron.z_label
        return z

    def forward_columns(self, X: Any) -> list[list[Any]]:
        """Compute Y = f(WX + b) for samples that are the columns of X, as many textbooks write it.

        Parameters
        ----------
        X : array or nested list (inputs, samples)
            Features as rows, samples as columns; numbers or Values.

        Returns
        -------
        list of lists (outputs, samples)
            Y, one column per sample.

        Examples
        --------
        >>> line = Linear(2, 1, init=[[0.5, -1.0]]).assign([[0.5, -1.0]], [0.25])
        >>> [[y.data for y in row] for row in line.forward_columns([[1, 2], [3, 4]])]
        [[-2.25, -2.75]]
        """
        rows = [self(sample) for sample in columns(X, self.inputs, self)]
        return [list(column) for column in zip(*rows, strict=True)]

    def _headline(self) -> str:
        return f"{type(self).__name__}({self.inputs} -> {self.outputs}, {self.activation.name})"

    def __repr__(self) -> str:
        biases = sum(neuron.b is not None for neuron in self.neurons)
        return summary(self._headline(), self.inputs * self.outputs, biases)


class Linear(Layer):
    """A layer without activation: ŷ = Wx + b.

    By itself it is a linear predictor, and its outputs are labelled ŷ; as a part of another model they are
    O_11, ..., as those of every layer.

    Parameters
    ----------
    inputs, outputs : int
        How many numbers it takes, and how many it returns.
    bias, init, rng, expand, notation, number
        As for `Layer`.

    See Also
    --------
    Layer : With an activation.
    linear.LinearRegression : Fitted in one step.

    Examples
    --------
    >>> model = Linear(4, 1, bias=False, init=[[0.5, -1, 2, 0.25]])
    >>> model([1, 2, 3, 4])[0].data
    5.5
    """

    def __init__(
        self, inputs: int, outputs: int, bias: bool = True, init: Init = None, rng: Rng = 0, *,
        expand: bool = False, notation: str | None = "w^k_ij", number: int = 1,
    ) -> None:  # fmt: skip
        super().__init__(
            inputs, outputs, "linear", bias, init, rng, expand=expand, notation=notation, number=number
        )

    def _headline(self) -> str:
        return f"Linear({self.inputs} -> {self.outputs})"
