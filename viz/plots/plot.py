"""The object that a plot is, and how all plots look; knows matplotlib, an extra imported when first needed.

A `Plot` is a matplotlib figure outside `pyplot`: it opens no window, belongs to no global list, shows itself
in a notebook once, and the same numbers give the same bytes.
"""

import base64
import inspect
import io
import math
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

from autograd import Value
from autograd.text.labels import drawn as small
from autograd.text.packages import install
from viz.drawing.figure import ending
from viz.drawing.looks.palette import PALETTE, SERIES

P = ParamSpec("P")

STRETCHED = 8  # so many times as long as the other may an axis be that has the same scale
BLUE, RED, BLACK = (PALETTE[name].pure for name in ("blue", "vermillion", "black"))
PAPER = PALETTE["paper"].light

# The table of output formats: what a file's ending says, and which dates and makers matplotlib leaves out.
FORMATS: dict[str, dict[str, None]] = {
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "svg.hashsalt": "chainrule",
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
}


class Plot:
    """A finished plot; made by `viz.curve`, `surface`, `image` and the like.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes
        To read the numbers drawn, or to add to them.
    description : str
        What the plot shows, for those who cannot see it.
    """

    def __init__(self, figure: Any, description: str) -> None:
        self.figure = figure
        self.axes: list[Any] = list(figure.axes)
        self.description = description

    @property
    def svg(self) -> str:
        """The plot as SVG."""
        text = self._bytes(".svg").decode("utf-8")
        return text[text.index("<svg") :]

    def save(self, path: str | Path) -> Path:
        """Write the plot to a file whose ending says how: .svg, .png or .pdf.

        Parameters
        ----------
        path : str or Path
            Where to write; the folder must exist.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            Another ending, before anything is written.
        """
        path = Path(path)
        kind = ending(path, FORMATS, "plot.png")
        path.write_bytes(self._bytes(kind))
        return path

    def _bytes(self, kind: str) -> bytes:
        import matplotlib

        buffer = io.BytesIO()
        with matplotlib.rc_context(_STYLE):
            self.figure.savefig(buffer, format=kind[1:], dpi=144, metadata=FORMATS[kind])
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return a PNG, which shows in notebooks that are not trusted too, at half its size in pixels."""
        picture = self._bytes(".png")
        width, height = (round(inches * 72) for inches in self.figure.get_size_inches())
        data = {"image/png": base64.b64encode(picture).decode("ascii"), "text/plain": repr(self)}
        return data, {"image/png": {"width": width, "height": height, "alt": self.description}}

    def __repr__(self) -> str:
        return f"<viz.Plot: {self.description}>"


class Look(NamedTuple):
    """What tells one of several things apart: never its colour alone."""

    colour: str
    dash: Any
    marker: str


_DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
_LOOKS = [
    Look(PALETTE[name].pure, dash, marker)
    for name, dash, marker in zip(SERIES, _DASHES, "os^DvPX", strict=True)
]


def look(place: int) -> Look:
    """Return the look of the thing at a place, from 0; after the seventh they come again.

    Examples
    --------
    >>> look(1).dash, look(1).marker
    ('--', 's')
    """
    return _LOOKS[place % len(_LOOKS)]


def scalar(result: Any) -> float:
    """Return the number that a function gave as a float or as a `Value`."""
    return float(result.data if isinstance(result, Value) else result)


def variables(f: Any, fallback: Sequence[str]) -> list[str]:
    """Return what the axes are called: a function's own arguments; the fallback where it does not name them.

    Examples
    --------
    >>> variables(lambda w_1, b: w_1, "xy"), variables(lambda *all: 0, "xy")
    (['w₁', 'b'], ['x', 'y'])
    """
    try:
        parameters = list(inspect.signature(f).parameters.values())[: len(fallback)]
    except (TypeError, ValueError):  # a callable that does not tell
        parameters = []
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return list(map(small, named if len(named) == len(fallback) else fallback))


def drawable(low: float, high: float, points: int) -> bool:
    """Say whether an interval has a length, and points enough to draw over it."""
    return low < high and math.isfinite(low) and math.isfinite(high) and points >= 2


def styled(make: Callable[P, Plot]) -> Callable[P, Plot]:
    """Run a function that draws with the style of our plots, and say what is missing where matplotlib is."""

    @wraps(make)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Plot:
        try:
            import matplotlib
        except ImportError as error:
            raise ImportError(
                f"viz.{make.__name__} draws with matplotlib, which is not installed: it is an extra. "
                f"Install it with `{install('plots')}`."
            ) from error
        with matplotlib.rc_context(_STYLE):
            return make(*args, **kwargs)

    return drawn


def alike(ax: Any, width: float, height: float) -> None:
    """Give both axes the same scale, unless one is so much longer that the picture would be a line."""
    if 1 / STRETCHED <= width / height <= STRETCHED:
        ax.set_aspect("equal")
    else:
        ax.text(0.01, 0.99, "axes of different scales", va="top", fontsize=8, transform=ax.transAxes)


def panels(
    columns: int = 1, rows: int = 1, size: tuple[float, float] = (6.4, 3.8), **options: Any
) -> tuple[Any, list[Any]]:
    """Return a new figure and its axes, row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(grid.flat)
