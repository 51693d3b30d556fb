"""Draws a whole computation graph: values and gradients in the boxes, local derivatives on the arrows.

Reads `autograd.Graph`; knows nothing of Graphviz and computes no derivative of its own.
"""

import math
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from autograd import Edge, Graph, Node, Value
from autograd.graph.names import Names
from autograd.text.numbers import counted, number
from viz.drawing.drawing import Arrow, Box, Drawing, ranked
from viz.drawing.figure import Figure
from viz.drawing.looks.sheet import SheetOptions
from viz.figures.names import (
    brief,
    legend,
    made_words,
    mathematics,
    names_of,
    numbered_words,
    visible,
    why_of_the_notes,
)
from viz.figures.size import NODES, fitted, hidden_words

if TYPE_CHECKING:
    from autograd.grading import Finding

SYMBOLS_UP_TO = 24  # arrows: with more of them, only the numbers have room
LONGEST_SYMBOL = 16
DEEP = 5  # arrows in a row: more of them run down the page, where there is room
SENTENCE, LONGEST_SENTENCE = 90, 300  # letters of a line below a picture, and of all that is said
WIDE = 140  # letters in a row: more are too small to read when the picture is as wide as a page


def graph(
    root: "Value | Graph | Finding",
    *,
    keep: Value | Node | str | Iterable[Value | Node | str] | None = None,
    names: Mapping[str, Any] | None = None,
    notation: str = "leibniz",
    limit: int = NODES,
    direction: str | None = None,
    **sheet: Unpack[SheetOptions],
) -> Figure:
    """Draw the graph of `root`: operation, value and gradient of every node, derivative of every edge.

    Parameters
    ----------
    root : Value, Graph or Finding
        The result whose graph is drawn, or a snapshot of it (a collapsed one too); or what
        `autograd.grading.grade` found: its smallest program, with the wrong node lit.
    keep : Value, Node, label, or several of them, or "labelled", optional
        What shall be drawn, with the root: the graph is collapsed to it, as by `Graph.collapse`, and a box
        says what was computed in it.
    names : mapping, optional
        Variables, usually `locals()`: a node without a label is called by its variable.
    notation : str
        How gradients are written: `"leibniz"` (dL/dw), `"dvar"` (dw), `"bar"` (w with a bar) or `"notes"`
        (∂L/∂w, as local derivatives are).
    limit : int
        How many nodes may be drawn. A larger graph is collapsed to its labelled nodes, and the drawing says
        so.
    direction : str, optional
        Where values flow: `"right"` or `"down"`; gradients flow back. Unless it is given, to the right where
        there is room.
    **sheet : size, font_size, theme
        How the picture looks, as `Figure.save` takes it.

    Returns
    -------
    Figure
        With `.dot`, `.svg`, `.text`, `.save(path)`; shows itself in a notebook.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded.
    TooLargeError
        If the graph has more nodes than `limit`, also when collapsed; the message says how to draw less.
    ValueError
        If `notation`, `direction` or something of the sheet is not known, or if a finding has no graph.

    See Also
    --------
    walkthrough : The same graph, step by step.
    paths : Only what one gradient passes.
    network : Neurons and weights instead of operations.

    Notes
    -----
    A gradient that no sweep has computed is drawn as "not yet", never as 0. A leaf that holds more than
    this root's sweep says so: it has accumulated.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> J.backward()
    >>> print(graph(J, names=locals()).text)
    J: 7 nodes, 6 edges
    ...
      v = a + u = 11   dJ/dv = 3
          ← a   ∂v/∂a = 1
          ← u   ∂v/∂u = 1
    ...
    """
    whole, finding = _read(root)
    snapshot = fitted(whole if keep is None else whole.collapse(keep), limit)
    naming = names_of(snapshot, names, notation)
    drawing = graph_drawing(snapshot, naming, direction)
    if finding is not None:
        drawing = _lit(drawing, snapshot, finding)
    symbols = any("∂" in arrow.label for arrow in drawing.arrows)
    told = legend(naming, snapshot.edges) if symbols else why_of_the_notes(naming)
    return Figure(replace(drawing, caption=(*drawing.caption, *told)), partial(mathematics, naming), **sheet)


def _read(root: "Value | Graph | Finding") -> tuple[Graph, "Finding | None"]:
    """Return the graph of a root, and the finding if it is that of one."""
    if not isinstance(root, Value | Graph):
        from autograd.grading import Finding  # late: few drawings need it

        if isinstance(root, Finding):
            if root.graph is None:
                raise ValueError(f"There is no graph to draw: {root.where} is told in words alone.")
            return root.graph, root
    return Graph.of(root), None


def _lit(drawing: Drawing, graph: Graph, finding: "Finding") -> Drawing:
    """Return the drawing with the node lit whose number is wrong, and both numbers in its box."""
    wrong = {f"n{node.index}" for node in graph.nodes if node.label == finding.node}
    numbers = finding.numbers.partition(": ")[2]
    boxes = tuple(
        replace(box, lines=(*box.lines, numbers), cells=(*box.cells, numbers), classes=("wrong",))
        if box.id in wrong
        else box
        for box in drawing.boxes
    )
    says = textwrap.wrap(visible(finding.says, LONGEST_SENTENCE), SENTENCE)
    title = f"{finding.place}: {finding.numbers}"
    return replace(drawing, title=title, boxes=boxes, caption=(*says, *drawing.caption))


def graph_drawing(graph: Graph, naming: Names, direction: str | None = None) -> Drawing:
    """Return the drawing of a graph: every node and edge, but for operands left at their default."""
    drawings = [from_left(graph, naming, symbols) for symbols in (True, False)]
    return directed(drawings, graph.depth, direction)


def from_left(graph: Graph, naming: Names, symbols: bool) -> Drawing:
    """Return the same from left to right, however deep the graph is, with `symbols` on arrows if they fit."""
    hidden = naming.default_operands
    boxes = tuple(
        node_box(graph, naming, node.index, composed=True) for node in graph.nodes if node.index not in hidden
    )
    symbols = symbols and room_for_symbols(naming, graph.edges)
    arrows = tuple(
        edge_arrow(graph, naming, i, symbols=symbols)
        for i, edge in enumerate(graph.edges)
        if edge.source not in hidden
    )
    title = f"{naming.root}: {counted(len(boxes), 'node')}, {counted(len(arrows), 'edge')}"
    description = (
        f"Computation graph of {naming.root}, from the leaves to the result. Each box shows a value and its "
        "gradient, each arrow the local derivative."
    )
    caption = (*hidden_words(graph), *made_words(naming), *numbered_words(graph, naming))
    return Drawing(title, description, boxes, arrows, caption)


def directed(
    drawings: Sequence[Drawing],
    depth: int,
    direction: str | None = None,
    *,
    like: Drawing | None = None,
    always: bool = False,
) -> Drawing:
    """Return a drawing from left to right, as values flow; one that is too long runs down, and says so.

    Graphs, paths and players are all drawn by this one rule, and the same graph is drawn alike: it is as long
    as it is in the picture of the whole (`like`), if that is not the drawing itself. The first of the
    `drawings`, which say less and less on their arrows, is taken that has room, or else the last. With
    `always` none is too long; nor is one, like that of a large network, that would be far wider still if it
    ran down. Where a `direction` is asked for, it is taken, and nothing said.
    """
    if direction is not None:
        always = ranked(direction) == "LR"
        if not always:
            return replace(drawings[0], direction=ranked(direction))
    whole, fewest = like or drawings[-1], drawings[-1]
    if always or (depth <= DEEP and _across(whole) <= WIDE):
        return next((drawing for drawing in drawings if _across(drawing) <= WIDE), fewest)
    if _beside(whole) > max(WIDE, 2 * _across(whole)):
        why = "from left to right, as from top to bottom too many boxes would stand side by side"
        return replace(fewest, caption=(*fewest.caption, why))
    why = f"{depth} arrows in a row are too many" if depth > DEEP else "these lines are too long"
    told = (f"from top to bottom, as {why} for one row:", "values flow down, gradients back up")
    return replace(drawings[0], direction="TB", caption=(*drawings[0].caption, *told))


def _across(drawing: Drawing) -> int:
    """Return how many letters would stand side by side in one row: boxes and labels of the longest way."""
    entering: dict[str, list[Arrow]] = {}
    for arrow in drawing.arrows:
        entering.setdefault(arrow.target, []).append(arrow)
    reach: dict[str, int] = {}
    for box in drawing.boxes:  # in the order of the arrows
        before = (reach.get(arrow.source, 0) + len(arrow.label) for arrow in entering.get(box.id, ()))
        reach[box.id] = max(map(len, box.lines)) + max(before, default=0)
    return max(reach.values())


def _beside(drawing: Drawing) -> int:
    """Return how many letters would stand side by side if it ran down: the boxes in its fullest row."""
    leaving: dict[str, list[str]] = {}
    for arrow in drawing.arrows:
        leaving.setdefault(arrow.source, []).append(arrow.target)
    row: dict[str, int] = {}
    letters: dict[int, int] = {}
    for box in reversed(drawing.boxes):  # a leaf stands just above what is computed from it
        place = row[box.id] = 1 + max((row.get(target, 0) for target in leaving.get(box.id, ())), default=0)
        letters[place] = letters.get(place, 0) + max(map(len, box.lines))
    return max(letters.values())


def node_box(
    graph: Graph, naming: Names, index: int, *, with_gradient: bool = True, composed: bool = False
) -> Box:
    """Return the box of one node; `composed` writes out what a collapse has hidden, where there is room.

    So is a node without a label, always.
    """
    node, name = graph.nodes[index], naming[index]
    if node.constant:
        return Box(f"n{index}", name, (name,), (), ("const",))
    formula, value = brief(naming, index, composed=composed or naming.unnamed(index)), number(node.data)
    if formula and not naming.spelled(index):
        lines = [f"{name} = {formula}", f"{' ' * len(name)} = {value}"]
        head = f"{name} = {formula} = {value}"
    elif formula:
        lines, head = [name, f"= {value}"], f"{name} = {value}"
    else:
        lines, head = [f"{name} = {value}"], f"{name} = {value}"
    notes = _gradient_lines(graph, naming, index) if with_gradient else []
    kind = "root" if index in graph.roots else "leaf" if index in graph.leaves else "op"
    return Box(f"n{index}", name, (*lines, *notes), (head, *notes), (kind,))


def _gradient_lines(graph: Graph, naming: Names, index: int) -> list[str]:
    node, symbol, adjoint = graph.nodes[index], naming.gradient(index), graph.adjoints[index]
    if adjoint is None:
        first = f"{symbol}: no gradient"
    elif node.grad is None:
        first = f"{symbol}: not yet"
    else:
        first = f"{symbol} = {number(adjoint)}"
    if node.grad is None or _same(node.grad, adjoint, exactly=graph.hidden == 0):
        return [first]
    source = "accumulated" if node.op is None else "of another sweep"
    return [first, f"{naming[index]}.grad = {number(node.grad)}, {source}"]


def _same(stored: float, adjoint: float | None, *, exactly: bool) -> bool:
    """Say whether a gradient is this sweep's; a collapsed graph adds in another order, so only nearly."""
    if adjoint is None:
        return False
    if exactly or not math.isfinite(stored):
        return stored == adjoint or (math.isnan(stored) and math.isnan(adjoint))
    return math.isclose(stored, adjoint, rel_tol=1e-6, abs_tol=1e-12)


def edge_arrow(graph: Graph, naming: Names, i: int, *, symbols: bool) -> Arrow:
    """Return the arrow of one edge, along the flow of values."""
    edge = graph.edges[i]
    source, target = f"n{edge.source}", f"n{edge.target}"
    if edge.partial is None:
        constant = graph.nodes[edge.source].constant
        return Arrow(
            f"e{i}", source, target, "" if constant else "no gradient", ("faint" if constant else "none",)
        )
    label = edge_label(naming, edge, symbols=symbols)
    return Arrow(f"e{i}", source, target, label, ("zero" if edge.partial == 0 else "flow",))


def room_for_symbols(naming: Names, edges: Collection[Edge]) -> bool:
    """Say whether ∂v/∂u fits on every arrow; else all show their number alone."""
    return len(edges) <= SYMBOLS_UP_TO and all(
        len(naming.local(edge)) <= LONGEST_SYMBOL for edge in edges if edge.partial is not None
    )


def edge_label(naming: Names, edge: Edge, *, symbols: bool) -> str:
    """Return what stands at an edge through which gradient flows: its local derivative."""
    assert edge.partial is not None  # the callers draw the others without a label
    value = number(edge.partial)
    symbol = naming.local(edge) if symbols else ""
    return f"{symbol} = {value}" if 0 < len(symbol) <= LONGEST_SYMBOL else value
