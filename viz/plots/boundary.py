"""Plots where a model of two inputs decides; calls the model, and knows nothing of how it was trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd import no_grad
from autograd.text.numbers import number
from viz.plots.planes import wide
from viz.plots.plot import BLACK, PAPER, STRETCHED, Plot, alike, look, panels, scalar, sides, styled

if TYPE_CHECKING:
    import numpy as np


@styled
def boundary(
    model: Callable[..., Any],
    X: Any,
    y: Any,
    *,
    level: float = 0.5,
    names: tuple[str, str] = ("x₁", "x₂"),
    points: int = 81,
) -> Plot:
    """Plot where a model of two inputs decides, with the points of a data set.

    Parameters
    ----------
    model : callable or object with `predict`
        Called with a sequence of two floats, returns a number or Value (a list of one will do), or a list
        with one score per class. An object with `predict` is handed an array (points, 2) instead.
    X : array, shape (samples, 2)
        The points.
    y : array, shape (samples,)
        Their classes.
    level : float
        Where one number means both classes alike: 0.5 for a probability, 0 for a score.
    names : (str, str)
        What the axes are called.
    points : int
        How many points the grid has in each direction.

    Returns
    -------
    Plot
        The model's output as colour, the boundary as a black line, every class with a marker of its own.

    Raises
    ------
    ValueError
        If X does not have two columns, or y another length.

    Examples
    --------
    >>> boundary(lambda x: -3 + x[0] + x[1], [[1, 1], [2, 2]], [0, 1], level=0)
    <viz.Plot: decision boundary at 0 and 2 points of the classes 0, 1>
    """
    import numpy as np

    inputs, targets = np.asarray(X, dtype=float), np.asarray(y).ravel()
    if inputs.ndim != 2 or inputs.shape[1] != 2 or len(inputs) != len(targets) or not len(inputs):
        raise ValueError(
            f"boundary() draws points with two inputs and one class each, got X of shape {inputs.shape} and "
            f"y of shape {np.shape(y)}. X needs shape (samples, 2) and y (samples,)."
        )
    across, up = (np.linspace(*wide(column), points) for column in inputs.T)
    scores = _scores(model, np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2))
    width, height = across[-1] - across[0], up[-1] - up[0]
    flat = height / width if height < width <= STRETCHED * height else 1.0
    figure, (ax,) = panels(size=(5.6, 0.9 + 3.5 * max(flat, 0.3)))  # no higher than the plane
    heights = scores.T.reshape(-1, points, points)
    if len(heights) == 1:
        _two_sides(figure, ax, across, up, heights[0], level)
    else:
        _regions(ax, across, up, heights)
    classes = np.unique(targets).tolist()
    for i, kind in enumerate(classes):
        chosen = inputs[targets == kind]
        ax.plot(
            *chosen.T, ls="none", marker=look(i).marker, ms=6, color=look(i).colour,
            markeredgecolor=PAPER, label=f"class {kind}",
        )  # fmt: skip
    ax.set(xlabel=names[0], ylabel=names[1])
    alike(ax, width, height)
    above = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0)}  # inside it would cover points
    ax.legend(ncols=len(classes), **above)
    kinds = ", ".join(map(str, classes))
    return Plot(
        figure, f"decision boundary at {number(level)} and {len(inputs)} points of the classes {kinds}"
    )


def _two_sides(figure: Any, ax: Any, across: Any, up: Any, heights: Any, level: float) -> None:
    """Draw one output: blue below the level, red above it, in the colours of the classes."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    spread = float(np.nanmax(np.abs(heights - level))) or 1.0
    levels = np.linspace(level - spread, level + spread, 21)
    shades = ax.contourf(across, up, heights, levels=levels, cmap=sides(), alpha=0.6)
    beside = ax.inset_axes((1.04, 0, 0.04, 1))  # as high as the axes, whatever their shape
    figure.colorbar(shades, cax=beside, label="output", ticks=MaxNLocator(6))
    ax.contour(across, up, heights, levels=[level], colors=BLACK, linewidths=2)


def _regions(ax: Any, across: Any, up: Any, heights: Any) -> None:
    """Draw one region for each class: where its score is above all others."""
    import numpy as np

    for i, score in enumerate(heights):
        lead = score - np.delete(heights, i, axis=0).max(axis=0)
        if lead.max() > 0:
            ax.contourf(across, up, lead, levels=[0, lead.max()], colors=[look(i).colour], alpha=0.3)
            if lead.min() < 0:
                ax.contour(across, up, lead, levels=[0], colors=BLACK, linewidths=1.2)


def _scores(model: Any, places: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the model's outputs at places (n, 2): an array (n, outputs)."""
    import numpy as np

    if callable(getattr(model, "predict", None)):
        return np.asarray(model.predict(places), dtype=float).reshape(len(places), -1)
    with no_grad():
        outputs = [model([float(a), float(b)]) for a, b in places]
    rows = [output if isinstance(output, list | tuple | np.ndarray) else [output] for output in outputs]
    return np.array([[scalar(score) for score in row] for row in rows])
