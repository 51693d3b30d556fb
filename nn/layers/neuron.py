"""Neuron: one weighted sum and one activation on Values; knows one sample and its own labels, no layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value, dot
from autograd.text.numbers import counted
from nn.arguments import Rng, integer, one_sample
from nn.layers.activations import ActivationLike, activation_named
from nn.layers.init import Init, start
from nn.layers.labels import notation_named, prediction
from nn.module.module import Module

__all__ = ["Neuron", "summary"]


class Neuron(Module):
    """One neuron: activation(w·x + b), recorded as one `dot` node and one activation node.

    Parameters
    ----------
    inputs : int
        How many numbers it takes.
    activation : str, function or None
        "linear" (or None), "softmax", the name of any row of one number ("tanh", "relu", "sin"), an
        `Activation`, or a function of your own. Linear records no node of its own.
    bias : bool
        Whether there is a `b`; it starts at 0.
    init : str, function, numbers or None
        Where the weights start: the name of a function in `nn.init`, a function `(shape, rng=...)` of your
        own with shape (outputs, inputs), or the numbers themselves. None: He for the relu family, else
        Xavier.
    rng : int or numpy.random.Generator
        Seed of the random start.
    expand : bool
        Record every * and + as a node of its own, as on paper: w1·x1 + w2·x2 + ..., the bias last.
    notation : str or None
        Labels as in "w^k_ij" (from neuron i to neuron j of layer k) or "w[k]_ij" (row i, column j of the
        matrix W[k]); None for no labels.

    Attributes
    ----------
    w : list of Value, length `inputs`
    b : Value or None
    z_label, output_label : str
        What the weighted sum and the output of every call are labelled; "" for nothing.

    Examples
    --------
    >>> neuron = Neuron(2, "sigmoid", init=[0.5, -0.25])
    >>> neuron.b.data = 0.1
    >>> round(neuron([1.0, 2.0]).data, 10)
    0.5249791875
    >>> neuron.w[1].label
    'w^1_{21}'
    """

    def __init__(
        self, inputs: int, activation: ActivationLike = "tanh", bias: bool = True, init: Init = None,
        rng: Rng = 0, *, expand: bool = False, notation: str | None = "w^k_ij",
    ) -> None:  # fmt: skip
        inputs = integer("inputs", inputs, low=1)
        self.activation = activation_named(activation)
        weights = start(init, (1, inputs), self.activation.name, rng)
        self.w = [Value(number) for number in weights[0].tolist()]
        self.b = Value(0.0) if bias else None
        self.expand = bool(expand)
        self.notation = notation
        self.z_label = self.output_label = ""
        self.rename(1, 1, 1, predictor=self.activation.name == "linear")

    def rename(self, layer: int, index: int, outputs: int, *, predictor: bool = False) -> None:
        """Label the parameters as those of neuron `index` of `outputs` in layer `layer`, both from 1.

        The output of a predictor, which no layer follows, is called ŷ.

        Parameters
        ----------
        layer : int
            The layer's number, from 1.
        index : int
            The neuron's number in it, from 1.
        outputs : int
            How many neurons the layer has.
        predictor : bool
            Whether no layer follows.
        """
        notation = notation_named(self.notation)
        if notation is None:
            return
        for weight, label in zip(self.w, notation.weights(layer, len(self.w), index, outputs), strict=True):
            weight.label = label
        bias, self.z_label, self.output_label = notation.neuron(layer, index, outputs)
        if predictor:
            self.output_label = prediction(index, outputs)
        if self.b is not None:
            self.b.label = bias

    def forward(self, x: Any) -> Any:
        """Compute the output, one Value, for a sequence of numbers or Values.

        Parameters
        ----------
        x : sequence of number or Value, length `inputs`
            One sample.

        Returns
        -------
        Value
            f(w·x + b).
        """
        output = self.activation.one(self.weighted_sum(one_sample(x, len(self.w), self)))
        if self.output_label:
            output.label = self.output_label
        return output

    def weighted_sum(self, x: Sequence[Any]) -> Any:
        """Compute z = w·x + b for a checked list of inputs.

        Parameters
        ----------
        x : list of number or Value, length `inputs`
            One sample.

        Returns
        -------
        Value
            The pre-activation z.
        """
        bias = self.b
        if self.expand:
            z = self.w[0] * x[0]
            for weight, number in zip(self.w[1:], x[1:], strict=True):
                z = z + weight * number
            z = z if bias is None else z + bias
        else:
            z = dot(self.w, x) if bias is None else dot(self.w, x, bias)
        if self.z_label:
            z.label = self.z_label
        return z

    def _headline(self) -> str:
        return f"Neuron({counted(len(self.w), 'input')}, {self.activation.name})"

    def __repr__(self) -> str:
        return summary(self._headline(), len(self.w), int(self.b is not None))


def summary(headline: str, weights: int, biases: int) -> str:
    """Return the line that `repr` shows for a neuron or layer."""
    total = weights + biases
    parts = f"{counted(weights, 'weight')}, {biases or 'no'} bias{'es' * (biases != 1)}"
    return f"{headline}: {counted(total, 'parameter')} ({parts})"
