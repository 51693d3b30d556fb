"""The sheet that a picture lies on: how large it is and its letters, on light paper, on dark, or on none.

Drawings, plots and the command line all take these options, read and checked here. It knows no picture.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, NamedTuple, Self, TypedDict

from viz.drawing.looks.palette import PALETTE

LETTERS = 12.0  # points: the letters in a box, unless others are asked for
DPI = 160  # of a bitmap
INCH = 72.0  # points
LARGEST = 200 * INCH  # a page of PDF ends there
_UNITS = {"in": INCH, "cm": INCH / 2.54, "mm": INCH / 25.4, "pt": 1.0, "px": 0.75}
_NUMBER = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_SIZE = re.compile(rf"\s*({_NUMBER})(?:\s*[x×]\s*({_NUMBER}))?\s*({'|'.join(_UNITS)})?\s*")

Size = str | float | tuple[float, float]


class Theme(NamedTuple):
    """One way of lying on a page: whether ink is bright, and whether there is paper below."""

    dark: bool = False
    paper: bool = True


THEMES = {
    "auto": Theme(),  # and dark where the reader's system is, in SVG and HTML
    "light": Theme(),
    "dark": Theme(dark=True),
    "transparent": Theme(paper=False),
    "transparent-dark": Theme(dark=True, paper=False),
}


class SheetOptions(TypedDict, total=False):
    """What `Figure.save` and every function that makes a picture take by keyword; see `Figure.save`."""

    size: Size | None
    font_size: float | None
    theme: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """How large a picture is, how large its letters are, and its theme; a ValueError refuses nonsense.

    Examples
    --------
    >>> Sheet(size="16x9cm").points
    (453.54, 255.12)
    >>> Sheet(font_size=18).zoom((300, 200)), Sheet(size=(10, 5)).zoom((300, 200))
    (1.5, 1.8)
    """

    size: Size | None = None
    font_size: float | None = None
    theme: str = "auto"

    def __post_init__(self) -> None:
        """Refuse what is no size, no theme, or too large."""
        _ = self._read()
        size = self.font_size
        if size is not None and not (_is_number(size) and 1 <= size <= 500):
            raise ValueError(f"font_size={size!r}: letters have 1 to 500 points, for example font_size=18.")
        if self.theme not in THEMES:
            raise ValueError(f"theme={self.theme!r} is not known. There are: {', '.join(THEMES)}.")

    def but(self, options: Mapping[str, Any]) -> Self:
        """Return the sheet with other options; a TypeError lists those there are."""
        unknown = [name for name in options if name not in SheetOptions.__annotations__]
        if unknown:
            known = ", ".join(SheetOptions.__annotations__)
            raise TypeError(
                f"got an unexpected keyword argument {unknown[0]!r}. How a picture looks is said by {known}."
            )
        return replace(self, **options)

    @property
    def fixed(self) -> bool:
        """Whether colours are decided here, and not by the reader's system."""
        return self.theme != "auto"

    @property
    def dark(self) -> bool:
        """Whether ink is bright."""
        return THEMES[self.theme].dark

    @property
    def schemes(self) -> str:
        """What a page of HTML says that it has colours for."""
        return ("dark" if self.dark else "light") if self.fixed else "light dark"

    @property
    def paper(self) -> bool:
        """Whether there is paper behind the picture."""
        return THEMES[self.theme].paper

    def colour(self, name: str) -> str:
        """Return a colour of the palette on this sheet; on no paper, that on paper of the same brightness."""
        found = PALETTE[name]
        return found.dark if self.dark else found.light

    @property
    def points(self) -> tuple[float, float | None] | None:
        """The width and height in points; the height may follow from the picture, or both."""
        found = self._read()
        if found is None:
            return None
        wide, high, unit = found
        return round(wide * _UNITS[unit], 2), None if high is None else round(high * _UNITS[unit], 2)

    @property
    def dpi(self) -> float:
        """How many pixels of a bitmap an inch has: as many as were asked for, where pixels were."""
        found = self._read()
        return INCH / _UNITS["px"] if found is not None and found[2] == "px" else DPI

    def zoom(self, natural: tuple[float, float]) -> float:
        """Return by how much a picture of a natural size is enlarged.

        Raises
        ------
        ValueError
            Where letters of `font_size` make the picture larger than `size`.
        """
        letters = 1.0 if self.font_size is None else self.font_size / LETTERS
        if self.points is None:
            return letters
        wide, high = self.points
        fitting = min(wide / natural[0], math.inf if high is None else high / natural[1])
        if self.font_size is None:
            return fitting
        if letters > fitting * 1.0001:
            needed = " x ".join(f"{side * letters / INCH:.1f}" for side in natural)
            fit = math.floor(fitting * LETTERS * 10) / 10
            raise ValueError(
                f"With letters of {self.font_size:g} points this picture has {needed} inches, and "
                f"size={self.size!r} is smaller. Letters of {fit:g} points fit; or leave font_size out, and "
                "they are as large as there is room."
            )
        return letters

    def canvas(self, natural: tuple[float, float]) -> tuple[float, float]:
        """Return width and height in points of what a picture of a natural size is put on."""
        zoom = self.zoom(natural)
        wide, high = self.points or (natural[0] * zoom, None)
        return wide, natural[1] * zoom if high is None else high

    def _read(self) -> tuple[float, float | None, str] | None:
        """Return width, perhaps height, and unit."""
        size, unit = self.size, "in"
        if size is None:
            return None
        if isinstance(size, str):
            *texts, named = match.groups() if (match := _SIZE.fullmatch(size)) else ("", None)
            sides, unit = [float(text) for text in texts if text], named or unit
        else:
            sides = list(size) if isinstance(size, tuple | list) and len(size) == 2 else [size]
        if not sides or not all(map(_is_number, sides)):
            raise ValueError(
                f'size={size!r} is no size. Write "16x9cm", or a width alone, "12cm". Without a unit it is '
                f"inches. Units are {', '.join(_UNITS)}."
            )
        if not all(1 <= side * _UNITS[unit] <= LARGEST for side in sides):
            raise ValueError(f"size={size!r}: a side has 1 point to {LARGEST / INCH:g} inches.")
        return sides[0], sides[1] if sides[1:] else None, unit


def _is_number(x: Any) -> bool:
    return not isinstance(x, bool) and isinstance(x, Real) and math.isfinite(x)


ORDINARY = Sheet()
