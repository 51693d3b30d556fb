"""Draws a neural network as neurons and weights, as on the blackboard; knows layers only by what they have.

A model is read by its `layers` (or its `neurons`, or its `w`), each neuron's weights `w` and bias `b`, and
the weights' labels and numbers. It runs nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.text.numbers import number
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.figure import Figure
from viz.figures.names import pretty

LABELLED_UP_TO = 30  # weights: with more of them, their names have no room
TALLEST = 9  # neurons in a column; of a taller one the middle is left out
_KEPT = (6, 2)  # of a taller one, so many from the top and from the bottom

Mask = Mapping[int, Sequence[float]]


def network(
    model: Any,
    *,
    biases: bool = False,
    weights: str | None = None,
    highlight: str | Collection[str] = (),
    mask: Mask | None = None,
) -> Figure:
    """Draw inputs, neurons and weights of a model.

    Parameters
    ----------
    model : Module
        Anything with `layers` of neurons, such as `nn.MLP`, one layer, or one neuron.
    biases : bool
        Whether to draw the biases, each as the weight of a constant 1.
    weights : str, optional
        What stands on the arrows: `"labels"`, `"values"` (a negative one is dashed) or `"none"`. By default
        labels while there is room.
    highlight : str or collection of str
        `"inputs"`, `"hidden"`, `"outputs"`, or labels of neurons and weights, such as `["O_{21}",
        "w^1_{11}"]`.
    mask : mapping from int to sequence of float, optional
        For a layer (0: the inputs) which of its neurons are on: those with 0 are drawn as dropped out.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from autograd import Value
    >>> neuron = SimpleNamespace(w=[Value(0.5, label="w_1"), Value(-1.0, label="w_2")], b=None)
    >>> print(network(neuron).text)
    2-1: 2 weights
    <BLANKLINE>
      x₁
      x₂
      y
          ← x₁   w₁
          ← x₂   w₂
    <BLANKLINE>
    """
    layers = _layers(model)
    if not layers:
        raise TypeError(
            f"viz.network draws models with layers of neurons (such as nn.MLP), got {type(model).__name__}."
        )
    if weights not in (None, "labels", "values", "none"):
        raise ValueError(f'weights={weights!r} is not known. Use "labels", "values" or "none".')
    return Figure(_Network(layers, biases, weights, highlight, mask or {}).drawing())


@dataclass(frozen=True)
class _Unit:
    """One circle: its place in its column, and what it is called."""

    id: str
    name: str
    on: bool


class _Network:
    """Collects what the drawing of a network needs."""

    def __init__(
        self,
        layers: list[list[Any]],
        biases: bool,
        weights: str | None,
        highlight: str | Collection[str],
        mask: Mask,
    ) -> None:
        self.layers, self.biases, self.mask = layers, biases, mask
        self.widths = [len(layers[0][0].w), *map(len, layers)]
        count = sum(len(neuron.w) for neurons in layers for neuron in neurons)
        self.weights = weights or ("labels" if count <= LABELLED_UP_TO else "none")
        wanted = {highlight} if isinstance(highlight, str) else set(highlight)
        self.lit = {pretty(name) for name in wanted}
        self.columns = [self._column(k) for k in range(len(self.widths))]
        self._check(mask, wanted)

    def _check(self, mask: Mask, wanted: set[str]) -> None:
        for k, row in mask.items():
            if not 0 <= k < len(self.widths):
                raise ValueError(
                    f"mask names layer {k}; this network has the layers 0 (inputs) to {len(self.widths) - 1}."
                )
            if len(row) != self.widths[k]:
                raise ValueError(
                    f"mask[{k}] has {len(row)} numbers, and layer {k} has {self.widths[k]} neurons."
                )
        named = {unit.name for column in self.columns for unit in column}
        labels = {pretty(w.label) for neurons in self.layers for neuron in neurons for w in neuron.w}
        known = {"inputs", "hidden", "outputs"} | named | labels
        unknown = [name for name in sorted(wanted) if pretty(name) not in known]
        if unknown:
            raise ValueError(
                f"highlight={unknown[0]!r} is nothing in this network. Use inputs, hidden, outputs, "
                f"or the label of a neuron or weight: {', '.join(sorted(named)[:6])}, ..."
            )

    def _column(self, k: int) -> list[_Unit]:
        row = self.mask.get(k, [1.0] * self.widths[k])
        return [
            _Unit(f"l{k}-{j}", self._name(k, j), on != 0)
            for j, on in zip(range(1, self.widths[k] + 1), row, strict=False)
        ]

    def _name(self, k: int, j: int) -> str:
        """Return a neuron's name in the manner of the labels: O₁₁ beside w¹₁₁, v[1]₁ beside w[1]₁₁."""
        if k == 0:
            return pretty(f"x_{j}")
        label = self.layers[k - 1][0].w[0].label
        if label.startswith("w["):
            return pretty(f"v[{k}]_{j}")
        if label.startswith("w^"):
            return pretty(f"O_{{{k}{',' if j > 9 else ''}{j}}}")
        if k == len(self.layers):
            return "y" if self.widths[k] == 1 else pretty(f"y_{j}")
        return pretty(f"h_{j}") if len(self.layers) == 2 else pretty(f"h^{k}_{j}")

    def drawing(self) -> Drawing:
        shown = [set(_kept(len(column))) for column in self.columns]
        boxes = [box for k in range(len(self.columns)) for box in self._boxes(k, shown[k])]
        arrows = [
            arrow for k in range(1, len(self.columns)) for arrow in self._arrows(k, shown[k - 1], shown[k])
        ]
        title = f"{'-'.join(map(str, self.widths))}: {self._count()}"
        hidden = []
        for k, (column, kept) in enumerate(zip(self.columns, shown, strict=True)):
            if len(kept) < len(column):
                place = "inputs" if k == 0 else f"neurons in layer {k}"
                hidden.append(f"{len(column) - len(kept)} of {len(column)} {place} are not shown")
        description = f"Network from {self.widths[0]} inputs, on the left, to {self.widths[-1]} outputs."
        return Drawing(title, description, tuple(boxes), tuple(arrows), tuple(hidden), straight=True)

    def _count(self) -> str:
        weights = sum(len(neuron.w) for neurons in self.layers for neuron in neurons)
        offsets = sum(neuron.b is not None for neurons in self.layers for neuron in neurons)
        return f"{weights} weights" + (f", {offsets} biases" if offsets else "")

    def _boxes(self, k: int, kept: set[int]) -> Iterator[Box]:
        group = "inputs" if k == 0 else "outputs" if k == len(self.layers) else "hidden"
        for j, unit in enumerate(self.columns[k]):
            if j not in kept:
                if j - 1 in kept:
                    yield Box(f"l{k}-more", "…", ("⋮",), (), ("plain",), f"l{k}")
                continue
            lit = group in self.lit or unit.name in self.lit
            kind = "input" if k == 0 else "neuron"
            classes = (kind, *(("lit",) if lit else ()), *(() if unit.on else ("off",)))
            words = unit.name if unit.on else f"{unit.name} (dropped out)"
            yield Box(unit.id, unit.name, (unit.name,), (words,), classes, f"l{k}")
        if self.biases and k < len(self.layers) and any(neuron.b is not None for neuron in self.layers[k]):
            yield Box(f"l{k}-bias", "1", ("1",), ("1",), ("bias",), f"l{k}")

    def _arrows(self, k: int, left: set[int], right: set[int]) -> Iterator[Arrow]:
        for j, (neuron, unit) in enumerate(zip(self.layers[k - 1], self.columns[k], strict=True)):
            if j not in right:
                continue
            for i, weight in enumerate(neuron.w):
                if i in left:
                    source = self.columns[k - 1][i]
                    yield self._arrow(
                        f"w{k}-{i + 1}-{j + 1}", source.id, unit.id, weight, source.on and unit.on
                    )
            if self.biases and neuron.b is not None:
                yield self._arrow(f"b{k}-{j + 1}", f"l{k - 1}-bias", unit.id, neuron.b, unit.on)

    def _arrow(self, id: str, source: str, target: str, weight: Any, on: bool) -> Arrow:
        label = {"labels": pretty(weight.label), "values": number(weight.data), "none": ""}[self.weights]
        lit = pretty(weight.label) in self.lit
        if lit:
            kind = "path2"
        elif not on:
            kind = "none"
        else:
            kind = "negative" if self.weights == "values" and weight.data < 0 else "flow"
        return Arrow(id, source, target, label if on or lit else "", (kind,))


def _kept(count: int) -> list[int]:
    """Return which units of a column are drawn."""
    if count <= TALLEST:
        return list(range(count))
    top, bottom = _KEPT
    return [*range(top), *range(count - bottom, count)]


def _layers(model: Any) -> list[list[Any]]:
    """Return the neurons of every layer, in order; modules without neurons, as dropout, are passed over."""
    if hasattr(model, "neurons"):
        return [list(model.neurons)]
    if hasattr(model, "layers"):
        return [neurons for layer in model.layers for neurons in _layers(layer)]
    if hasattr(model, "w") and not callable(model.w):
        return [[model]]
    return []
