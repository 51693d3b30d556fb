"""Plots a loss over two parameters, and the ways of optimisers on it.

It evaluates the function that it is given at the points of a grid; it knows no derivative and no optimiser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autograd.text.numbers import number
from viz.plots.minima import minima
from viz.plots.plot import BLUE, PAPER, RED, Plot, alike, drawable, look, panels, scalar, styled, variables

if TYPE_CHECKING:
    import numpy as np

Plane = Callable[[float, float], Any]
Range = tuple[float, float]
_LEVELS = 14


@styled
def surface(
    f: Plane,
    x: Range = (-2.0, 2.0),
    y: Range = (-2.0, 2.0),
    *,
    names: tuple[str, str] | None = None,
    points: int = 61,
) -> Plot:
    """Plot a loss over two parameters, as contours and as a surface.

    Parameters
    ----------
    f : callable
        Takes two floats, returns a number or a Value.
    x, y : (float, float)
        The ranges of the parameters.
    names : (str, str), optional
        What the axes are called; by default what the function calls its arguments.
    points : int
        How many points the grid has in each direction.

    Returns
    -------
    Plot
        Left the contours, with a star at each minimum found inside the grid, right the surface. A valley with
        a flat bottom gets no star. Both axes have the same scale.

    Raises
    ------
    ValueError
        If a range is empty.

    See Also
    --------
    trajectory : The way of a descent over it.
    curve : A function of one number.

    Examples
    --------
    >>> surface(lambda w, b: w * w + 10 * b * b, (-2, 2), (-1, 1))
    <viz.Plot: surface over w and b, between 0 and 14; minimum 0 at w = 0, b = 0>
    """
    import numpy as np

    called = names or variables(f, ("x", "y"))
    across, up, heights = _grid(f, x, y, points)
    figure, (flat, empty) = panels(2, size=(9.6, 4.0))
    _contours(flat, across, up, heights)
    flat.set(xlabel=called[0], ylabel=called[1])
    alike(flat, x[1] - x[0], y[1] - y[0])
    stars = minima(lambda a, b: scalar(f(a, b)), across, up, heights)
    for place, height in stars.items():
        flat.plot(*place, color=RED, marker="*", ms=13, ls="none", label=f"minimum: {number(height)}")
    if stars:
        flat.set_title(f"★ minimum: {' and '.join(dict.fromkeys(map(number, stars.values())))}")
    place = empty.get_subplotspec()
    empty.remove()
    solid = figure.add_subplot(place, projection="3d")
    solid.plot_surface(*np.meshgrid(across, up), heights, cmap="cividis", lw=0, rcount=points, ccount=points)
    solid.set(xlabel=called[0], ylabel=called[1])
    told = [
        f"minimum {number(height)} at {called[0]} = {number(a)}, {called[1]} = {number(b)}"
        for (a, b), height in stars.items()
    ]
    span = f"between {number(float(np.nanmin(heights)))} and {number(float(np.nanmax(heights)))}"
    return Plot(figure, "; ".join([f"surface over {called[0]} and {called[1]}, {span}", *told]))


@styled
def trajectory(
    f: Plane,
    paths: Any,
    x: Range | None = None,
    y: Range | None = None,
    *,
    names: tuple[str, str] | None = None,
    points: int = 81,
) -> Plot:
    """Plot the ways that optimisers take on the contours of a loss, and the loss on the way.

    Parameters
    ----------
    f : callable
        Takes two floats, returns a number or a Value.
    paths : mapping from name to sequence of (x, y), or what `nn.minimise` returns
        The iterates of each optimiser, the start first; a sequence or an object with `points`. One such
        object without a name goes by its own.
    x, y : (float, float), optional
        The ranges drawn; by default wide enough for all paths.
    names : (str, str), optional
        What the axes are called; by default what the function calls its arguments.
    points : int
        How many points the grid has in each direction.

    Returns
    -------
    Plot
        The ways on the contours, both axes with the same scale, and the loss at every step.

    Raises
    ------
    ValueError
        If there is no path, or one is empty.

    See Also
    --------
    nn.minimise : Makes the way.
    surface : Without a way.

    Examples
    --------
    >>> iterates = [(10.0, 1.0), (8.2, -0.8), (6.7, 0.67)]
    >>> trajectory(lambda x, y: (x * x + 10 * y * y) / 2, {"line search": iterates})
    <viz.Plot: line search from (10, 1) to (6.7, 0.67), loss 55 to 24.69>
    """
    import numpy as np

    given = paths if isinstance(paths, Mapping) else {getattr(paths, "name", "path"): paths}
    ways = {
        name: np.asarray(getattr(path, "points", path), dtype=float).reshape(-1, 2)
        for name, path in given.items()
    }
    if not ways or not all(map(len, ways.values())):
        raise ValueError(
            'There is no path to draw: give each optimiser its iterates, as in {"SGD": [(x0, y0), (x1, y1)]}.'
        )
    together = np.concatenate(list(ways.values()))
    together = together[np.isfinite(together).all(axis=1)]
    ranges = [wide(column) for column in together.T]
    longest = max(high - low for low, high in ranges)
    x, y = x or _filled(ranges[0], longest), y or _filled(ranges[1], longest)
    called = names or variables(f, ("x", "y"))
    across, up, heights = _grid(f, x, y, points)
    flat = (x[1] - x[0]) > 2 * (y[1] - y[0])  # the contours above, as wide as the page
    shape: dict[str, Any] = {"height_ratios": (3, 2)} if flat else {"width_ratios": (3, 2)}
    figure, (ax, below) = panels(2 - flat, 1 + flat, size=(9.6, 5.2 if flat else 4.0), **shape)
    _contours(ax, across, up, heights)
    alike(ax, x[1] - x[0], y[1] - y[0])
    told = []
    for i, (name, way) in enumerate(ways.items()):
        line: dict[str, Any] = {
            "color": look(i + 1).colour, "ls": look(i).dash, "marker": look(i).marker,  # contours are blue
            "ms": 4, "markeredgecolor": PAPER, "markeredgewidth": 0.4,
        }  # fmt: skip
        losses = [scalar(f(*point)) for point in way.tolist()]
        ax.plot(way[:, 0], way[:, 1], label=name, **line)
        below.plot(range(len(losses)), losses, label=name, markevery=max(1, len(losses) // 12), **line)
        start, end = (f"({number(a)}, {number(b)})" for a, b in way[[0, -1]].tolist())
        told.append(f"{name} from {start} to {end}, loss {number(losses[0])} to {number(losses[-1])}")
    ax.set(xlabel=called[0], ylabel=called[1], xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    figure.legend(handles=ax.lines, loc="outside upper center", ncols=4)  # inside it would cover paths
    below.set(xlabel="step", ylabel="loss")
    if all(line.get_ydata().min() > 0 for line in below.lines):
        below.set_yscale("log")
    return Plot(figure, "; ".join(told))


def _filled(interval: Range, longest: float) -> Range:
    """Return a range that is at least a third of the longest one, with the same middle."""
    low, high = interval
    more = max(0.0, longest / 3 - (high - low)) / 2
    return low - more, high + more


def wide(values: np.ndarray[Any, Any]) -> Range:
    """Return a range around values, with a margin."""
    low, high = float(values.min()), float(values.max())
    margin = 0.15 * (high - low) or 1.0
    return low - margin, high + margin


def _grid(f: Plane, x: Range, y: Range, points: int) -> tuple[Any, Any, Any]:
    import numpy as np

    for low, high in (x, y):
        if not drawable(low, high, points):
            raise ValueError(
                f"The range ({low:g}, {high:g}) with {points} points is empty: the smaller comes first."
            )
    across, up = np.linspace(*x, points), np.linspace(*y, points)
    return across, up, np.array([[scalar(f(float(a), float(b))) for a in across] for b in up])


def _contours(ax: Any, across: Any, up: Any, heights: Any) -> None:
    """Draw contours; the heights lie closer together near the bottom, where the optimiser ends."""
    import numpy as np

    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    levels = low + (high - low or 1.0) * np.linspace(0, 1, _LEVELS) ** 2
    ax.contourf(across, up, heights, levels=levels, cmap="cividis", alpha=0.35)
    ax.contour(across, up, heights, levels=levels[1:], colors=BLUE, linewidths=0.6, alpha=0.7)
    ax.grid(visible=False)
