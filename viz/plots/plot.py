"""The object that a plot is, and how all plots look; knows matplotlib, an extra imported when first needed.

A `Plot` is a matplotlib figure outside `pyplot`: it opens no window, belongs to no global list, shows itself
in a notebook once, and the same numbers give the same bytes.
"""

import base64
import inspect
import io
import math
import pickle
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, Unpack

from autograd import Value
from autograd.text.labels import drawn as small
from autograd.text.packages import install
from viz.drawing.figure import ending
from viz.drawing.looks.palette import PALETTE, SERIES
from viz.drawing.looks.sheet import INCH, ORDINARY, Sheet, SheetOptions

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
LETTERS = 10.0  # points
_STYLE = {
    "font.size": LETTERS,
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
        text = self._bytes(".svg", ORDINARY).decode("utf-8")
        return text[text.index("<svg") :]

    def save(self, path: str | Path, **sheet: Unpack[SheetOptions]) -> Path:
        """Write the plot to a file whose ending says how: .svg, .png or .pdf.

        Parameters
        ----------
        path : str or Path
            Where to write; the folder must exist.
        **sheet : size, font_size, theme
            How it looks, as `Figure.save` takes it. Axes are laid out anew on a sheet of that size, with
            letters of that size (else 10 points). The plot itself stays as it is.

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ValueError
            Another ending, before anything is written; a size, a font size or a theme that makes no sense.
        TypeError
            If something that you added to the plot cannot be copied, and so not laid out anew.
        """
        path = Path(path)
        kind = ending(path, FORMATS, "plot.png")
        path.write_bytes(self._bytes(kind, ORDINARY.but(sheet)))
        return path

    def _bytes(self, kind: str, sheet: Sheet) -> bytes:
        import matplotlib

        buffer = io.BytesIO()
        dpi = 2 * INCH if sheet.size is None else sheet.dpi
        with matplotlib.rc_context(_STYLE):
            figure = self.figure if sheet == ORDINARY else _laid(self.figure, sheet)
            paper = {"facecolor": sheet.colour("paper")} if sheet.paper else {"transparent": True}
            figure.savefig(buffer, format=kind[1:], dpi=dpi, metadata=FORMATS[kind], **paper)
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """Return a PNG, which shows in notebooks that are not trusted too, at half its size in pixels."""
        picture = self._bytes(".png", ORDINARY)
        width, height = (round(inches * 72) for inches in self.figure.get_size_inches())
        data = {"image/png": base64.b64encode(picture).decode("ascii"), "text/plain": repr(self)}
        return data, {"image/png": {"width": width, "height": height, "alt": self.description}}

    def __repr__(self) -> str:
        return f"<viz.Plot: {self.description}>"


def _laid(figure: Any, sheet: Sheet) -> Any:
    """Return a copy of a figure of matplotlib as large, with such letters and as dark as a sheet says."""
    from matplotlib.text import Text

    try:
        copied = pickle.loads(pickle.dumps(figure))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            f"This plot holds something that cannot be copied ({error}). Save it without size, font_size and "
            "theme, or change `plot.figure` itself."
        ) from error
    axes = [axis for ax in copied.axes for axis in ax._axis_map.values()]
    if sheet.points is not None:
        (wide, high), (usual, usual_high) = sheet.points, figure.get_size_inches()
        copied.set_size_inches(wide / INCH, (wide * usual_high / usual if high is None else high) / INCH)
    if sheet.font_size is not None:
        for text in copied.findobj(Text):
            text.set_fontsize(text.get_fontsize() * sheet.font_size / LETTERS)
        for axis in axes:
            axis.set_tick_params(labelsize=sheet.font_size)
    if sheet.dark:
        for artist in copied.findobj():
            _darken(artist)
        for axis in axes:
            axis.set_tick_params(color=sheet.colour("ink"), labelcolor=sheet.colour("ink"))
    return copied


def _darken(artist: Any) -> None:
    """Give a part of a plot the colours that the palette has on dark paper; others stay."""
    from matplotlib.colors import ListedColormap, to_rgba_array

    cmap = getattr(artist, "cmap", None)
    if getattr(cmap, "name", "") == SIDES:
        artist.set_cmap(sides(dark=True))
    elif isinstance(cmap, ListedColormap):  # colours that were given one by one
        artist.set_cmap(ListedColormap(_on_dark(to_rgba_array(cmap.colors)), name=cmap.name))
    if getattr(artist, "get_array", lambda: None)() is None:  # else its colours come from numbers
        parts = ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor")
        known = [part for part in parts if hasattr(artist, f"get_{part}") and hasattr(artist, f"set_{part}")]
        read = {part: to_rgba_array(getattr(artist, f"get_{part}")()) for part in known}  # before any is set
        for part, rows in read.items():
            shades = _on_dark(rows)
            getattr(artist, f"set_{part}")(shades[0] if len(shades) == 1 else shades)


def _on_dark(rows: Any) -> list[Any]:
    """Return colours of the palette, black and white as they are on dark paper, and others as they are."""
    from matplotlib.colors import to_hex, to_rgba

    dark = {to_hex(shade): c.dark for c in PALETTE.values() for shade in (c.light, c.pure) if shade}
    dark |= {to_hex("black"): PALETTE["ink"].dark, to_hex("white"): PALETTE["paper"].dark}
    return [to_rgba(dark.get(to_hex(row), row), row[3]) for row in rows]


SIDES = "sides"


def sides(dark: bool = False) -> Any:
    """Return the colours from one side over the paper to the other."""
    from matplotlib.colors import LinearSegmentedColormap

    names = ("blue", "paper", "vermillion")
    shades = [PALETTE[name].dark if dark else PALETTE[name].pure or PALETTE[name].light for name in names]
    return LinearSegmentedColormap.from_list(SIDES, shades)


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
    if not callable(f):
        raise TypeError(f"Plots are of functions, such as autograd.tanh or lambda x: x**2, got {f!r}.")
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
