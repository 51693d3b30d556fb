"""Cuts arrows that would run through the whole picture, as circuit diagrams do: the name is written again.

An unrolled recurrence reads its two parameters in every step. Drawn as lines these are a thicket that crosses
every box, and the layout takes minutes: its time grows with the rows that arrows pass. So where arrows pass
too many, a small box with the name stands beside each distant reader. The drawing as data, and its text,
keep the arrows as they are.
"""

from dataclasses import replace

from viz.drawing.drawing import Box, Drawing

ROOM = 1000  # rows that all arrows together may pass: 0.5 to 2 s of layout; ordinary drawings have below 300
NEAR = 2  # rows that an arrow may pass where there are too many
NOTE = "a small name stands for the box of that name"


def shortened(drawing: Drawing) -> Drawing:
    """Return the drawing with small boxes in place of long arrows, or as it is where there is room.

    Examples
    --------
    >>> from viz.drawing.drawing import Arrow
    >>> boxes = [Box(f"n{i}", f"v{i}", (f"v{i}",)) for i in range(100)]
    >>> chain = [Arrow(f"e{i}", f"n{i}", f"n{i + 1}") for i in range(99)]
    >>> again = [Arrow(f"r{i}", "n0", f"n{i}") for i in range(2, 100)]
    >>> drawing = Drawing("", "", tuple(boxes), (*chain, *again))
    >>> len(shortened(drawing).boxes), shortened(drawing).arrows[-1].source
    (196, 'n0-r99')
    """
    if drawing.straight:  # in columns
        return drawing
    rows = levels(drawing)
    passed = {arrow.id: rows[arrow.target] - rows[arrow.source] - 1 for arrow in drawing.arrows}
    if sum(passed.values()) <= ROOM:
        return drawing
    boxes = {box.id: box for box in drawing.boxes}
    names, arrows = [], []
    for arrow in drawing.arrows:
        if passed[arrow.id] > NEAR:
            name = boxes[arrow.source].name
            names.append(Box(f"{arrow.source}-{arrow.id}", name, (name,), (), ("const",)))
            arrow = replace(arrow, source=names[-1].id)
        arrows.append(arrow)
    return replace(
        drawing, boxes=(*names, *drawing.boxes), arrows=tuple(arrows), caption=(*drawing.caption, NOTE)
    )


def levels(drawing: Drawing) -> dict[str, int]:
    """Return in which row each box will stand: as near to its readers as it can."""
    place = {box.id: i for i, box in enumerate(drawing.boxes)}
    entering: dict[str, list[str]] = {}
    leaving: dict[str, list[str]] = {}
    for arrow in drawing.arrows:
        if place[arrow.source] < place[arrow.target]:  # one against the order of reading bounds nothing
            entering.setdefault(arrow.target, []).append(arrow.source)
            leaving.setdefault(arrow.source, []).append(arrow.target)
    rows: dict[str, int] = {}
    for id in place:
        rows[id] = 1 + max((rows[source] for source in entering.get(id, ())), default=-1)
    for id in reversed(place):
        if id in leaving:
            rows[id] = min(rows[target] for target in leaving[id]) - 1
    return rows


def side_by_side(drawing: Drawing) -> bool:
    """Say whether arrows that lead through boxes may be straight: then they run over no box and no label."""
    through = {arrow.target for arrow in drawing.arrows if "through" in arrow.classes}
    if any(arrow.label for arrow in drawing.arrows if {arrow.source, arrow.target} & through):
        return False
    rows = levels(drawing)
    return bool(through) and all(rows[arrow.target] - rows[arrow.source] == 1 for arrow in drawing.arrows)
