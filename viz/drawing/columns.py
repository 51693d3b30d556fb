"""Spacing for drawings whose boxes stand in columns, and room for labels on the straight lines between them.

Graphviz centres every column at one height, with equal distances: so the lines are known before the layout,
and a label can stand where the lines of a fan have parted and not yet crossed those of its neighbours.
"""

import math
from collections import Counter
from dataclasses import dataclass

from viz.drawing.drawing import Arrow, Drawing
from viz.drawing.style import CIRCLE

_GAP = 15.0  # points: what a line of text needs
_LETTER = 6.6  # the width of a letter
_ABOVE = 7.0  # from a line to the middle of its label


@dataclass(frozen=True)
class Columns:
    """Distances in points: between the middles of neighbours in a column, and between columns."""

    apart: float
    across: float
    heights: dict[str, float]
    share: float  # how far along its way a line has its label

    def label(self, arrow: Arrow) -> tuple[float, float]:
        """Return how far from the beginning of the line its label stands, and how many degrees above it."""
        slope = math.atan2(self.heights[arrow.target] - self.heights[arrow.source], self.across)
        distance = self.share * self.across / math.cos(slope) - CIRCLE / 2
        return math.hypot(distance, _ABOVE), math.degrees(math.atan2(_ABOVE, distance))


def columns(drawing: Drawing) -> Columns:
    """Return the spacing that a drawing in columns needs."""
    members: dict[str, list[str]] = {}
    for box in drawing.boxes:
        members.setdefault(box.column, []).append(box.id)
    fan = max(Counter(arrow.source for arrow in drawing.arrows).values(), default=0)
    tallest = max(map(len, members.values()))
    longest = max((len(arrow.label) for arrow in drawing.arrows), default=0)
    apart, across = CIRCLE + 12.0, max(130.0, 0.7 * (CIRCLE + 12.0) * (tallest - 1))
    if longest:
        apart = max(apart, _GAP * (fan + 1.5))
        across = max(
            across, 0.7 * apart * (tallest - 1), (fan + 1) * (CIRCLE / 2 + _LETTER * longest / 2 + 4.0)
        )
    across = min(across, 480.0)
    heights = {id: apart * (len(ids) / 2 - i) for ids in members.values() for i, id in enumerate(ids, 1)}
    return Columns(apart, across, heights, max(1.0 / (fan + 1), 0.5 * CIRCLE / across + 0.05))
