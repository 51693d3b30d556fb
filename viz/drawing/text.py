"""Prints a `Drawing` as plain text, for terminals, doctests and screen readers; knows nothing of DOT."""

from autograd.text.labels import width
from viz.drawing.drawing import Arrow, Box, Drawing


def text(drawing: Drawing) -> str:
    """Return the drawing as lines: a title, then each box with the arrows that enter it below."""
    lines = [drawing.title, ""]
    if drawing.listing:
        lines += [*(f"  {line}" for line in drawing.listing), ""]
    boxes = {box.id: box for box in drawing.boxes}
    entering: dict[str, list[Arrow]] = {}
    for arrow in drawing.arrows:
        if boxes[arrow.source].cells and not arrow.quiet:
            entering.setdefault(arrow.target, []).append(arrow)
    widest = max((width(box.cells[0]) for box in drawing.boxes if len(box.cells) > 1), default=0)
    for box in drawing.boxes:
        if not box.cells:
            continue
        lines.append("  " + _row(box, widest))
        for arrow in entering.get(box.id, []):
            label = f"   {arrow.label}" if arrow.label else ""
            lines.append(f"      ← {boxes[arrow.source].name}{label}")
    if drawing.caption:
        lines += ["", *(f"  {line}" for line in drawing.caption)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row(box: Box, widest: int) -> str:
    return "   ".join([pad(box.cells[0], widest), *box.cells[1:]])


def pad(text: str, columns: int) -> str:
    """Return `text` filled with blanks to `columns` columns of a terminal."""
    return text + " " * (columns - width(text))
