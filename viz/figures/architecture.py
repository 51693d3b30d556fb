"""Reads what a picture of a network needs from a model: layers of neurons, and what they are called.

A model is read by its `layers` (or its `neurons`, or its `w`), each neuron's weights `w`, bias `b` and
`output_label`; sizes alone are layers, too, without numbers. It runs nothing and draws nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from typing import Any

from autograd.text.numbers import number
from viz.figures.names import pretty


@dataclass(frozen=True)
class Weight:
    """A weight of an architecture: it has a label and no number yet."""

    label: str


@dataclass(frozen=True)
class Unit:
    """One circle: its place in its column, what it is called, and whether it is a plain number."""

    id: str
    name: str
    constant: bool = False


@dataclass(frozen=True)
class Neuron:
    """A neuron of an architecture."""

    w: list[Weight]
    b: Weight
    output_label: str


class Architecture:
    """Layers of neurons, the inputs before them, and their names.

    Parameters
    ----------
    model : Module or sequence of int
    inputs : sequence of str or number, optional
        What the inputs are called; a number is a constant.

    Attributes
    ----------
    layers : list of list of neuron
    widths : list of int
        How many units each column has, inputs first.
    columns : list of list of Unit
    trained : bool
        Whether the weights have numbers.
    """

    def __init__(self, model: Any, inputs: Sequence[str | float] | None = None) -> None:
        sizes = _sizes(model)
        self.trained = sizes is None
        self.layers = _layers(model) if sizes is None else _planned(sizes)
        if not self.layers:
            raise TypeError(
                "viz.network draws models with layers of neurons (such as nn.MLP), or sizes such as "
                f"[3, 5, 2], got {type(model).__name__}."
            )
        self.widths = [len(self.layers[0][0].w), *map(len, self.layers)]
        if inputs is not None and len(inputs) != self.widths[0]:
            raise ValueError(f"inputs names {len(inputs)} inputs, and this network has {self.widths[0]}.")
        given = inputs or [f"x_{i}" for i in range(1, self.widths[0] + 1)]
        self.columns = [[_input(i, name) for i, name in enumerate(given, 1)]]
        for k, width in enumerate(self.widths[1:], 1):
            self.columns.append([Unit(f"l{k}-{j}", pretty(self._label(k, j))) for j in range(1, width + 1)])
        self.size = "-".join(map(str, self.widths))
        self.weights = sum(len(neuron.w) for neurons in self.layers for neuron in neurons)
        self.biases = sum(neuron.b is not None for neurons in self.layers for neuron in neurons)

    def _label(self, k: int, j: int) -> str:
        """Return a neuron's own label, else one in the manner of its weights: O_11 beside w^1_11."""
        own = getattr(self.layers[k - 1][j - 1], "output_label", "")
        if own:
            return str(own)
        label = self.layers[k - 1][0].w[0].label
        if label.startswith("w["):
            return f"v[{k}]_{j}"
        if label.startswith("w^"):
            return f"O_{{{k}{',' if j > 9 else ''}{j}}}"
        if k == len(self.layers):
            return "y" if self.widths[k] == 1 else f"y_{j}"
        return f"h_{j}" if len(self.layers) == 2 else f"h^{k}_{j}"


def _input(i: int, name: str | float) -> Unit:
    constant = not isinstance(name, str)
    return Unit(f"l0-{i}", number(float(name)) if constant else pretty(str(name)), constant)


def _sizes(model: Any) -> list[int] | None:
    """Return the sizes of layers, if that is what was given; a ValueError where they are none."""
    if not isinstance(model, list | tuple) or not all(isinstance(size, Integral) for size in model):
        return None
    if len(model) == 1 or any(size < 1 for size in model):
        raise ValueError(
            f"viz.network({list(model)}): an architecture is the number of inputs, then of neurons in each "
            "layer, at least 1 each, such as [3, 5, 2]."
        )
    return [int(size) for size in model]


def _planned(sizes: list[int]) -> list[list[Any]]:
    """Return layers of these sizes, labelled w^k_ij, from neuron i of the layer before to neuron j."""
    layers: list[list[Any]] = []
    for k, (before, here) in enumerate(pairwise(sizes), 1):
        comma = "," if max(before, here) > 9 else ""
        layers.append(
            [
                Neuron(
                    [Weight(f"w^{k}_{{{i}{comma}{j}}}") for i in range(1, before + 1)],
                    Weight(f"b^{k}_{{{j}}}"),
                    f"O_{{{k}{',' if here > 9 else ''}{j}}}",
                )
                for j in range(1, here + 1)
            ]
        )
    return layers


def _layers(model: Any) -> list[list[Any]]:
    """Return the neurons of every layer, in order; modules without neurons, as dropout, are passed over."""
    if hasattr(model, "neurons"):
        return [list(model.neurons)]
    if hasattr(model, "layers"):
        return [neurons for layer in model.layers for neurons in _layers(layer)]
    if hasattr(model, "w") and not callable(model.w):
        return [[model]]
    return []
