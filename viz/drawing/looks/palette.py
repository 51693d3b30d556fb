"""The one table of colours: pictures, the player's page and the plots take theirs from here, by name.

The bright ones are Okabe and Ito's (2008), which can be told apart with any colour vision; red stands beside
blue alone. It knows how a
colour looks on white and on dark paper, and refuses to know what is drawn in it.
"""

from typing import NamedTuple


class Colour(NamedTuple):
    """One colour on two papers, legible as text where text is written in it.

    Parameters
    ----------
    light, dark : str
        On white and on dark paper, as ``#rrggbb``.
    pure : str
        For the lines and areas of plots, which hold no text.
    """

    light: str
    dark: str
    pure: str = ""


PALETTE = {
    "paper": Colour("#ffffff", "#1b1d21"),
    "box": Colour("#ffffff", "#26292f"),
    "shade": Colour("#f3f3f3", "#2c2f35"),
    "ink": Colour("#1a1a1a", "#e8e8e8"),
    "outline": Colour("#5a5a5a", "#9aa0a8"),
    "grey": Colour("#6b6b6b", "#a5abb3"),
    "dim": Colour("#8a8a8a", "#7d838b"),
    "faint": Colour("#9a9a9a", "#7d838b"),
    "rule": Colour("#d5d9e0", "#3d424b"),
    "pale-blue": Colour("#e9f3fa", "#12324a"),
    "pale-orange": Colour("#fff4dc", "#43340f"),
    "pale-vermillion": Colour("#fdeee2", "#4a2a12"),
    "amber": Colour("#b37400", "#e6b33d"),
    "blue": Colour("#0072b2", "#56b4e9", "#0072b2"),
    "vermillion": Colour("#bd5200", "#ff8f3f", "#d55e00"),
    "red": Colour("#b3131f", "#ff8a80", "#c8102e"),
    "green": Colour("#007a5a", "#2fc79a", "#009e73"),
    "purple": Colour("#a8488a", "#e29ac6", "#cc79a7"),
    "orange": Colour("#9a6a00", "#e6b33d", "#e69f00"),
    "sky": Colour("#3b6f8f", "#9ccbe8", "#56b4e9"),
    "black": Colour("#1a1a1a", "#ffffff", "#1a1a1a"),
}

# What belongs together and is to be told apart, one path or one curve after the other, has these in turn.
SERIES = ("blue", "vermillion", "green", "purple", "orange", "sky", "black")
