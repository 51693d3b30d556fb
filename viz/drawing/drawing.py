"""What a picture says, as frozen data: boxes, arrows, words; knows nothing of Graphviz or of places on paper.

The builders in `viz.figures` make a `Drawing`; `viz.drawing.dot` and `viz.drawing.text` print it.
"""

from dataclasses import dataclass
from itertools import chain

from viz.drawing.looks.style import STYLES

# Where values flow, and what Graphviz calls it.
DIRECTIONS = {"right": "LR", "down": "TB"}


@dataclass(frozen=True, slots=True)
class Box:
    """One node of a picture.

    Parameters
    ----------
    id : str
        Unique in the drawing, made of letters, digits and hyphens, such as `n3`.
    name : str
        What arrows call it in the text form.
    lines : tuple of str
        What stands in the box, line by line.
    cells : tuple of str
        The same for the text form and for screen readers; none: the box is part of its neighbours' words.
    classes : tuple of str
        Names of rows of `viz.drawing.looks.style.STYLES`; later ones win.
    column : str
        Boxes with the same column stand in one line across the direction of reading, in the drawing's order.
    """

    id: str
    name: str
    lines: tuple[str, ...]
    cells: tuple[str, ...] = ()
    classes: tuple[str, ...] = ("op",)
    column: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow from the box `source` to the box `target`.

    `backward` puts the head at the source: it is read against the flow, as the gradient goes. A `quiet`
    arrow says nothing that its neighbours do not say, and the text form leaves it out.
    """

    id: str
    source: str
    target: str
    label: str = ""
    classes: tuple[str, ...] = ("flow",)
    backward: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole picture: its boxes and arrows in the order of reading.

    Parameters
    ----------
    title, description : str
        One line, and one or two sentences for those who cannot see it.
    boxes, arrows : tuple of Box, tuple of Arrow
        Arrows join boxes of this drawing; two arrows may join the same two boxes.
    caption : tuple of str
        Lines that stand below the picture.
    listing : tuple of str
        Lines that only the text form has, above its table.
    direction : str
        A value of `DIRECTIONS`.
    straight : bool
        Whether arrows are straight lines.
    """

    title: str
    description: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    caption: tuple[str, ...] = ()
    listing: tuple[str, ...] = ()
    direction: str = "LR"
    straight: bool = False

    def __post_init__(self) -> None:
        """Refuse a drawing that would be lowered to a wrong picture."""
        ids = [b.id for b in self.boxes] + [a.id for a in self.arrows]
        if len(set(ids)) != len(ids):
            raise ValueError(f"the drawing {self.title!r} uses an id twice")
        known = {b.id for b in self.boxes}
        for arrow in self.arrows:
            if arrow.source not in known or arrow.target not in known:
                raise ValueError(f"{arrow.id} joins {arrow.source} and {arrow.target}: not both are boxes")
        classes = [*(thing.classes for thing in self.boxes), *(thing.classes for thing in self.arrows)]
        for name in chain.from_iterable(classes):
            if name not in STYLES:
                raise ValueError(f"the drawing {self.title!r} uses {name!r}, for which STYLES has no row")


def ranked(direction: str) -> str:
    """Return what Graphviz calls a direction; a ValueError lists those there are."""
    if direction not in DIRECTIONS:
        known = ", ".join(map(repr, DIRECTIONS))
        raise ValueError(f"direction={direction!r} is not known. Values flow {known}, and gradients back.")
    return DIRECTIONS[direction]
