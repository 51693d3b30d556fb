"""Sequential and MLP: layers one after the other; knows their order and numbers, not what they compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Array, Value
from nn.arguments import Rng, chosen, floats, generator, integer, one_sample, sized
from nn.layers.activations import ActivationLike
from nn.layers.init import Init
from nn.layers.layer import Layer, LayerTrace
from nn.module.module import Module

__all__ = ["MLP", "Sequential"]


class Sequential(Module):
    """Modules one after the other: the output of each is the input of the next.

    Its layers are numbered from 1 in their order, so that labels tell them apart (w^2_{11} is in the
    second).

    Parameters
    ----------
    *layers : Module
        In the order of the way forward.

    See Also
    --------
    MLP : Layers of neurons alone, from their sizes.

    Examples
    --------
    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    >>> len(model([0.5, -1.0])), len(model.parameters())
    (1, 13)
    >>> model.layers[2].neurons[0].w[0].label
    'w^2_{11}'
    """

    layers: Sequence[Module]

    def __init__(self, *layers: Module) -> None:
        if len(layers) == 1 and isinstance(layers[0], list | tuple):
            layers = tuple(layers[0])
        for index, layer in enumerate(layers):
            if not isinstance(layer, Module):
                hint = f": write {layer.__name__}(...)" if isinstance(layer, type) else ""
                raise TypeError(f"Sequential takes modules, and number {index} is {layer!r}{hint}.")
        self.layers = list(layers)

    def _number_layers(self) -> None:
        numbered = [module for module in self.modules() if isinstance(module, Layer)]
        for number, layer in enumerate(numbered, start=1):
            if layer.number != number or (layer.predictor and len(self.layers) > 1):
                layer.rename(number)

    def forward(self, x: Any) -> Any:
        """Pass one sample through all layers.

        Parameters
        ----------
        x : any
            One sample, whatever the first layer takes.

        Returns
        -------
        any
            What the last layer returns.
        """
        for layer in self.layers:
            x = layer(x)
        return x

    def forward_batch(self, samples: Any) -> list[Any]:
        """Pass a list of samples through, layer by layer, so that a BatchNorm sees all of them together.

        Parameters
        ----------
        samples : sequence
            One sample each.

        Returns
        -------
        list
            One output per sample.
        """
        for layer in self.layers:
            samples = layer.forward_batch(samples)
        return list(samples)

    def w(self, k: int, i: int, j: int) -> Value:
        """Return the weight w^k_ij: layer k, from neuron i of the layer before to neuron j, all from 1.

        Parameters
        ----------
        k : int
            The layer.
        i : int
            The neuron of the layer before, or the input.
        j : int
            The neuron of this layer.

        Returns
        -------
        Value
            The parameter itself.

        Examples
        --------
        >>> MLP(4, [3, 2, 1]).w(1, 4, 2).label
        'w^1_{42}'
        """
        layer = self._numbered(k)
        neuron = layer.neurons[integer("j", j, low=1, high=layer.outputs) - 1]
        return neuron.w[integer("i", i, low=1, high=layer.inputs) - 1]

    def W(self, k: int, rows: str = "outputs") -> Array:  # noqa: N802 - the matrix of the notes
        """Return the weights of layer k, from 1, as a matrix of values.

        Parameters
        ----------
        k : int
        rows : str
            What its rows are: "outputs" as in z = Wx + b, shape (outputs, inputs), W[k]_ij leading from input
            j to neuron i; or "inputs", shape (inputs, outputs), w^k_ij leading from neuron i of the layer
            before to neuron j.

        Returns
        -------
        Array
            The layer's own parameters, not copies of them.

        Examples
        --------
        >>> import autograd
        >>> net = MLP(2, [3, 1], rng=0)
        >>> net.W(1).shape, net.W(1, rows="inputs").shape
        ((3, 2), (2, 3))
        >>> net.W(1, rows="inputs")[0, 2] is net.W(1)[2, 0] is net.w(1, 1, 3)
        True
        >>> out = net([1.0, 2.0])[0]; out.backward()
        >>> autograd.grads(net.W(2)).shape
        (1, 3)
        """
        weights = self._numbered(k).W
        return chosen("layout with rows =", rows, {"outputs": weights, "inputs": weights.T})

    def b(self, k: int) -> Array | None:
        """Return the biases of layer k, from 1, as a vector of values; None where it has none.

        Parameters
        ----------
        k : int
            The layer, from 1.

        Returns
        -------
        Array or None
            The layer's own parameters, one per neuron.
        """
        return self._numbered(k).b

    def _numbered(self, k: int) -> Layer:
        layers = [module for module in self.modules() if isinstance(module, Layer)]
        return layers[integer("k", k, low=1, high=len(layers)) - 1]


class MLP(Sequential):
    """A fully connected network: `MLP(4, [3, 2, 1])` is a 4-3-2-1 network.

    Parameters
    ----------
    inputs : int
        Numbers per sample.
    widths : sequence of int
        Neurons per layer; the last entry is the number of outputs.
    activation : str, function or None
        Of every layer but the last.
    output : str, function or None
        Of the last layer: "linear" for regression and logits, "sigmoid" or "softmax" for probabilities.
    bias, init, rng, expand, notation
        As for `Neuron`. One generator serves all layers in turn.

    Attributes
    ----------
    layers : list of Layer

    Notes
    -----
    `parameters()` goes layer by layer and neuron by neuron, weights, then bias. The start is Xavier or He
    with zero biases; micrograd draws weights from (-1, 1), PyTorch's `Linear` weights and biases from
    ±1/√inputs (`init="fan_in_uniform"` gives these weights), Keras and scikit-learn use Glorot's (here:
    Xavier's) interval.

    Examples
    --------
    >>> model = MLP(4, [3, 2, 1], rng=0)
    >>> model
    MLP(4-3-2-1): 26 parameters
      layers.0: Layer(4 -> 3, tanh): 15 parameters (12 weights, 3 biases)
      layers.1: Layer(3 -> 2, tanh): 8 parameters (6 weights, 2 biases)
      layers.2: Layer(2 -> 1, linear): 3 parameters (2 weights, 1 bias)
    >>> out = model([0.5, -1.0, 1.5, 2.0])
    >>> out[0].label
    'O_{31}'
    """

    layers: Sequence[Layer]

    def __init__(
        self, inputs: int, widths: Sequence[int] = (), activation: ActivationLike = "tanh",
        output: ActivationLike = "linear", bias: bool = True, init: Init = None, rng: Rng = 0, *,
        expand: bool = False, notation: str | None = "w^k_ij",
    ) -> None:  # fmt: skip
        if not isinstance(widths, list | tuple):
            raise TypeError(f"MLP needs its widths as a list, as in MLP(4, [3, 2, 1]), and got {widths!r}.")
        if isinstance(inputs, list | tuple):
            first, *rest = inputs or (4, 3, 2, 1)
            raise TypeError(
                f"MLP takes the number of inputs by itself: MLP({first}, {rest or [1]}), and got "
                f"MLP({list(inputs)})."
            )
        sizes = [integer("inputs", inputs, low=1)]
        sizes += [integer(f"widths[{index}]", width, low=1) for index, width in enumerate(widths)]
        if len(sizes) == 1:
            raise ValueError("MLP needs at least one layer, and widths is empty: MLP(4, [1]) has one output.")
        source = generator(rng)
        layers = [
            Layer(
                sizes[k - 1], sizes[k], output if k == len(widths) else activation, bias, init, source,
                expand=expand, notation=notation, number=k,
            )
            for k in range(1, len(sizes))
        ]  # fmt: skip
        super().__init__(*layers)

    def assign(
        self, weights: Sequence[Any], biases: Sequence[Any] | None = None, rows: str = "outputs"
    ) -> MLP:
        """Write weights, and biases if given, into the parameters, layer by layer.

        Parameters
        ----------
        weights : sequence of matrix
            One matrix of numbers for each layer.
        biases : sequence of vector, optional
            One vector of numbers for each layer; without it the biases stay as they are.
        rows : str
            What a matrix has a row for, as in `W`: "outputs" or "inputs".

        Returns
        -------
        MLP
            The network itself.

        Raises
        ------
        ValueError
            If there are more or fewer matrices or vectors than layers, or a matrix has another shape than
            its layer's; nothing was changed then.

        See Also
        --------
        Layer.assign : The same for one layer.

        Examples
        --------
        >>> net = MLP(2, [2, 1]).assign([[[1, 2], [3, 4]], [[5], [6]]], rows="inputs")
        >>> net.w(1, 1, 2).data, net.w(1, 2, 1).data
        (2.0, 3.0)
        """
        layouts: dict[str, Callable[[Any], Any]] = {"outputs": np.asarray, "inputs": np.transpose}
        turn = chosen("layout with rows =", rows, layouts)
        vectors = [None] * len(self.layers) if biases is None else [*biases]
        for name, given in ("weights", weights), ("biases", vectors):
            if len(given) != len(self.layers):
                raise ValueError(
                    f"assign needs {name} for each of the {len(self.layers)} layers of {self._headline()}, "
                    f"and got {len(given)}. Give one entry per layer, from the first to the last."
                )
        matrices = []
        for k, (layer, matrix) in enumerate(zip(self.layers, weights, strict=True)):
            numbers = turn(floats(f"weights[{k}]", matrix, ndim=2))
            matrices.append(sized(f"weights[{k}]", numbers, (layer.outputs, layer.inputs)))
        for layer, matrix, vector in zip(self.layers, matrices, vectors, strict=True):
            layer.assign(matrix, vector)
        return self

    def trace(self, x: Any) -> list[LayerTrace]:
        """Return pre-activations `z` and `outputs` of every layer, first to last.

        Parameters
        ----------
        x : sequence of number or Value
            One sample.

        Returns
        -------
        list of LayerTrace
            One for each layer.

        Examples
        --------
        >>> trace = MLP(2, [3, 1]).trace([1.5, -2.0])
        >>> [(len(layer.z), len(layer.outputs)) for layer in trace]
        [(3, 3), (1, 1)]
        """
        traces = []
        for layer in self.layers:
            traces.append(layer.trace(x))
            x = traces[-1].outputs
        return traces

    def forward(self, x: Any) -> list[Any]:
        """Compute the outputs for one sample, a sequence of numbers or Values.

        Parameters
        ----------
        x : sequence of number or Value
            One sample, as long as the first layer is wide.

        Returns
        -------
        list of Value
            The outputs of the last layer, also when it is one.
        """
        outputs: list[Any] = super().forward(one_sample(x, self.layers[0].inputs, self))
        return outputs

    def _headline(self) -> str:
        widths = [layer.outputs for layer in self.layers if hasattr(layer, "outputs")]  # a Dropout has none
        return f"MLP({'-'.join(map(str, [self.layers[0].inputs, *widths]))})"
