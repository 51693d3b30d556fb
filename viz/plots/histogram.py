"""Plots how large the gradients of each layer are; reads a model by its `layers`, computes no gradient."""

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from autograd.text.numbers import number
from viz.plots.plot import BLACK, PAPER, Plot, look, panels, scalar, styled


@styled
def histogram(gradients: Any, *, bins: int = 30) -> Plot:
    """Plot how large the gradients of each layer are, to see them vanish or explode.

    Parameters
    ----------
    gradients : mapping from name to sequence of float, or a model with `layers`
        The gradients by layer. Of a model, the `grad` of every layer's `parameters()`.
    bins : int
        How many bars the powers of ten are cut into, the same for all layers.

    Returns
    -------
    Plot
        One histogram of log₁₀|gradient| per layer, one below the other on one axis. Gradients that are
        exactly 0 have no logarithm: they are counted in the title.

    Raises
    ------
    ValueError
        If a gradient does not exist yet, or there are none.

    Examples
    --------
    >>> histogram({"layer 1": [1e-4, 2e-4, 0.0], "layer 2": [0.1, -0.2, 0.3]})
    <viz.Plot: gradients per layer, median size: layer 1 0.0001, layer 2 0.2>
    """
    layers = _by_layer(gradients)
    exponents = {
        name: [math.log10(abs(g)) for g in values if g != 0 and math.isfinite(g)]
        for name, values in layers.items()
    }
    every = [e for layer in exponents.values() for e in layer] or [0.0]
    low, high = math.floor(min(every)), math.ceil(max(every))
    high += low == high
    figure, axes = panels(rows=len(layers), size=(6.4, 0.9 + 1.35 * len(layers)), sharex=True)
    medians = []
    for i, (ax, (name, values)) in enumerate(zip(axes, layers.items(), strict=True)):
        ax.hist(
            exponents[name],
            bins=bins,
            range=(low, high),
            color=look(i).colour,
            edgecolor=PAPER,
            lw=0.5,
        )
        sizes = sorted(abs(g) for g in values)
        median = sizes[len(sizes) // 2]
        medians.append(f"{name} {number(median)}")
        if median > 0:
            ax.axvline(math.log10(median), color=BLACK, ls="--", lw=1.2)
        zeros, wild = values.count(0.0), sum(not math.isfinite(g) for g in values)
        notes = [f"{name}: median size {number(median)}"]
        notes += [f"{zeros} of {len(values)} are 0"] if zeros else []
        notes += [f"{wild} are inf or nan"] if wild else []
        ax.set_title(", ".join(notes), loc="left", fontsize=10)
        ax.set_ylabel("how many")
    axes[-1].set_xlabel("log₁₀ |gradient|")
    return Plot(figure, f"gradients per layer, median size: {', '.join(medians)}")


def _by_layer(gradients: Any) -> dict[str, list[float]]:
    if isinstance(gradients, Mapping) and not any(isinstance(g, Real) for g in gradients.values()):
        layers = {str(name): list(values) for name, values in gradients.items()}
    elif not hasattr(gradients, "layers"):
        raise TypeError(
            'histogram() takes a model with layers, or the gradients of each by name, as in {"layer 1": '
            f"[0.1, -0.2]}}, got {type(gradients).__name__}."
        )
    else:
        learning = [layer for layer in gradients.layers if callable(getattr(layer, "parameters", None))]
        layers = {f"layer {i}": [p.grad for p in layer.parameters()] for i, layer in enumerate(learning, 1)}
        layers = {name: values for name, values in layers.items() if values}
    if not layers or not all(layers.values()):
        raise ValueError("There are no gradients to draw: every layer needs at least one.")
    for name, values in layers.items():
        if any(g is None for g in values):
            raise ValueError(
                f"{name} has no gradients yet (they are None, not 0). Run backward() on the loss, then draw."
            )
    return {name: [scalar(g) for g in values] for name, values in layers.items()}
