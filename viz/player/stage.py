"""Makes the picture that the player moves on: laid out once, with room for every number it will show.

Boxes and arrows are those of `viz.graph`. Of Graphviz's SVG it keeps the shapes; every node, edge and line of
numbers is marked with data attributes instead of ids, so that any number of players can stand on one page.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograd import Edge, Graph, Node, Step
from autograd.graph.names import Names
from autograd.graph.rules import rule
from autograd.text.forms import LISTED, Piece
from autograd.text.numbers import number
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.svg import indented, slim
from viz.figures.graph import directed, from_left, node_box

NOT_YET = "not yet"
LONGEST_TITLE = 60  # letters of an expression
LONGEST_LABEL = 30  # letters on an arrow


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box that changes: what stands before the number, and the number at the end."""

    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A drawing, and for each of its nodes the lines that change, by their place in the box.

    `inner` has for an edge that is drawn up to the weight on its way the edge that leads on from there, and
    `full` what an arrow tells when it is pointed at or walked, where its label is shorter.
    """

    drawing: Drawing
    lines: dict[int, dict[int, Line]]
    inner: dict[int, int]
    full: dict[int, str]


def stage(
    graph: Graph,
    naming: Names,
    arriving: Mapping[int, Sequence[Step]],
    carried: Mapping[int, Edge | None],
    title: str,
    *,
    direction: str | None = None,
    widest: bool = False,
) -> Stage:
    """Draw a graph with its gradients; `arriving` holds the steps of the backward sweep for each node.

    A `carried` parameter stands on the arrow of the operand that it is multiplied with, a bias on one of its
    own. With `widest` every line is as long as it will ever be: such a drawing is for the layout.
    """
    lines: dict[int, dict[int, Line]] = {}
    boxes, hidden = [], naming.default_operands
    neurons = {graph.consumers[leaf][0].target for leaf in carried}  # their arrows say what they add up
    for node in _in_order(graph, carried):
        if node.index in hidden:
            continue
        box = node_box(graph, naming, node.index, with_gradient=False)
        changing = lines[node.index] = {}
        value = number(node.data)
        texts = list(box.lines)
        if node.index in neurons and node.op is not None and node.op.sequences:
            texts = [f"{naming[node.index]} = {value}"]
        if not node.constant:
            place = next(
                i for i in reversed(range(len(texts))) if texts[i].endswith(f"= {value}") or texts[i] == value
            )
            changing[place] = Line("value", texts[place].removesuffix(value), value)
            sums = arriving.get(node.index, ())
            found = number(sums[-1].adjoint) if sums else "no gradient"
            line = Line("gradient", f"{naming.gradient(node.index)} = ", found)
            changing[len(texts)] = line
            forms = [line.before + found]
            if widest:
                forms += [line.before + NOT_YET, *map(running, sums[:-1])]
            texts.append(max(forms, key=len))
        cells = (*box.cells, texts[-1]) if box.cells else ()
        classes = ("weight",) if node.index in carried else box.classes
        boxes.append(Box(box.id, box.name, tuple(texts), cells, classes, box.column))

    full = {
        i: explained(graph, naming, edge) for i, edge in enumerate(graph.edges) if edge.partial is not None
    }
    drawings = []
    for symbols, rules in ((True, True), (True, False), (False, False)):
        plain = from_left(graph, naming, symbols)
        arrows = [
            replace(arrow, label=full[int(arrow.id[1:])])
            if rules and " = " in arrow.label and len(full[int(arrow.id[1:])]) <= LONGEST_LABEL
            else arrow
            for arrow in plain.arrows
        ]
        drawings.append(
            replace(
                plain,
                title=title or f"Walkthrough of {plain.title}",
                boxes=tuple(boxes),
                arrows=tuple(_through(graph, arrows, carried)),
            )
        )
    drawing = directed(drawings, graph.depth, direction, like=plain, always=bool(carried))
    shown = {arrow.id: arrow.label for arrow in drawing.arrows}
    full = {i: told for i, told in full.items() if shown.get(f"e{i}", told) != told}
    places = {edge: i for i, edge in enumerate(graph.edges)}
    inner = {places[on]: places[graph.consumers[leaf][0]] for leaf, on in carried.items() if on is not None}
    return Stage(drawing, lines, inner, full)


def expression(graph: Graph, naming: Names) -> str:
    """Return the root and all that it was computed from, down to the leaves; "" where that is too long.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=5.0, b=3.0)
    >>> u = a * b
    >>> u.label = "u"
    >>> graph = Graph(3 * (u + b))
    >>> expression(graph, graph.names)
    'f = 3 * (a * b + b)'
    """
    pieces: list[Piece] = []
    for node, name in zip(graph.nodes, naming.pieces, strict=True):
        shown = naming.shown_operands(node.index)
        if node.op is not None and shown:
            left_out = len(graph.operands[node.index]) - len(shown)
            name = naming.forms.operation(node.op, shown, lambda edge: pieces[edge.source], LISTED, left_out)
            if len(name.text) > LONGEST_TITLE:
                return ""
        pieces.append(name)
    titles = [
        f"{naming[root]} = {pieces[root].text}" for root in graph.roots if naming[root] != pieces[root].text
    ]
    return "; ".join(titles)


def explained(graph: Graph, naming: Names, edge: Edge) -> str:
    """Write the local derivative on an arrow: symbol, rule and number.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=5.0, b=3.0)
    >>> graph = Graph(a * b + b)
    >>> [explained(graph, graph.names, edge) for edge in graph.edges[:3]]
    ['∂v₁/∂a = b = 3', '∂v₁/∂b = a = 5', '∂f/∂v₁ = 1']
    """
    found = rule(graph, edge, called=naming.pieces.__getitem__)
    told = [naming.local(edge), *([found.text] if found else []), number(edge.partial or 0.0)]
    return " = ".join(dict.fromkeys(told))


def running(step: Step) -> str:
    """Write a running sum as a box has room for it; the gradient's name waits for the last arrow."""
    return f"so far {number(step.adjoint)} ({step.arrived} of {step.arrivals})"


def _in_order(graph: Graph, carried: Collection[int]) -> Iterator[Node]:
    """Yield the nodes as values flow, each parameter just before what it is used in."""
    for node in graph.nodes:
        if node.index not in carried:
            operands = (graph.nodes[edge.source] for edge in graph.operands[node.index])
            yield from (operand for operand in operands if operand.index in carried)
            yield node


def _through(graph: Graph, arrows: Sequence[Arrow], carried: Mapping[int, Edge | None]) -> Iterator[Arrow]:
    """Lead arrows through the weights that stand on them; a number that a neighbour shows is not repeated."""
    places = {f"e{i}": edge for i, edge in enumerate(graph.edges)}
    weights = {edge: leaf for leaf, edge in carried.items() if edge is not None}
    for arrow in arrows:
        edge = places[arrow.id]
        leaf = weights.get(edge)
        if leaf is not None:
            told = graph.nodes[leaf].data
            arrow = replace(arrow, target=f"n{leaf}", classes=(*arrow.classes, "through"))
        elif edge.source in carried:
            partner = carried[edge.source]
            told = graph.nodes[partner.source].data if partner is not None else 1.0
            arrow = replace(arrow, classes=(*arrow.classes, "onward"))
        else:
            told = None
        yield arrow if edge.partial != told else replace(arrow, label="")


def marked(svg: str, layout: Stage, label: str) -> str:
    """Return the SVG of a stage for the player: `data-node`, `data-edge` and `data-line` in place of ids.

    An edge that leads on from a weight is put inside the one that leads there, and is lit with it.
    """
    root = slim(svg, layout.drawing, label)
    for element in root.iter():
        if "data-node" in element.attrib:
            texts = [child for child in element if child.tag == "text"]
            for place, line in layout.lines[int(element.attrib["data-node"])].items():
                texts[place].set("data-line", line.kind)
                before = indented(line.before)
                texts[place].set("data-before", before)
                texts[place].text = before + line.after
        elif "data-edge" in element.attrib:
            told = layout.full.get(int(element.attrib["data-edge"]))
            if told is not None:
                ET.SubElement(element, "text", _middle(element) | {"class": "full"}).text = told
    shapes = {int(element.get("data-edge", -1)): element for element in root.iter()}
    parents = {child: parent for parent in root.iter() for child in parent}
    for outer, on in layout.inner.items():
        parents[shapes[on]].remove(shapes[on])
        shapes[outer].append(shapes[on])
    return ET.tostring(root, encoding="unicode")


def _middle(edge: ET.Element) -> dict[str, str]:
    """Return where an arrow has its label, or could have it."""
    for child in edge.iter():
        if child.tag.endswith("text"):
            return {"x": child.get("x", ""), "y": child.get("y", "")}
        if child.tag.endswith("path"):
            numbers = [float(part) for part in re.findall(r"-?[\d.]+", child.get("d", ""))]
            x, y = (numbers[0] + numbers[-2]) / 2, (numbers[1] + numbers[-1]) / 2
    return {"x": f"{x:.2f}", "y": f"{y - 4:.2f}"}
