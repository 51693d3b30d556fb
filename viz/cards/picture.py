"""Draws the graph of a question: what is given, and not what is asked; when it is solved, all of it.

Decides which numbers a kind of question gives away; how boxes and arrows look is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograd import Edge, Graph, Path
from autograd.practice import Question
from autograd.text.numbers import number
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.figures.graph import directed, edge_label, node_box, room_for_symbols

BARE = frozenset({"value", "match"})  # kinds whose drawing gives the leaves' values alone
# What the drawing of a solved question adds to the values: no more than it is about, as others may come.
FACTORS = frozenset({"factor", "letters", "path", "missing"})
GRADIENTS = frozenset({"gradient", "share", "merge", "wrong", "direction", "compare"})
MOST = 24  # nodes: a larger graph is not drawn, and its lines say what there is


def drawable(question: Question) -> bool:
    """Say whether a question has a graph that fits beside it."""
    return bool(question.graph.edges) and len(question.graph) <= MOST and bool(question.given)


def drawing(question: Question, solved: bool = False) -> Drawing:
    """Draw the graph of a question.

    Parameters
    ----------
    question : Question
    solved : bool
        With what it was about: all values, local derivatives or gradients, too.
    """
    graph, names = question.graph, question.names
    adjoints = {index: x for index, x in enumerate(graph.adjoints) if x is not None}
    gradients = adjoints if solved and question.kind in GRADIENTS else dict(question.numbers)
    boxes = tuple(
        _box(question, node.index, gradients, solved or _valued(question, node.index))
        for node in graph.nodes
        if node.index not in names.default_operands
    )
    kept = {box.id for box in boxes}
    arrows = tuple(
        _arrow(question, i, solved) for i, edge in enumerate(graph.edges) if f"n{edge.source}" in kept
    )
    words = "the answer" if solved else "what is given"
    drawn = Drawing(
        f"Graph of {names.root}",
        f"Computation graph of {names.root}, from the leaves to the result, with {words}.",
        boxes,
        arrows,
    )
    return directed([drawn], graph.depth)


def _valued(question: Question, index: int) -> bool:
    """Say whether a node's value is given: of a computed one, not where it or what it is made of is asked."""
    if question.factors or question.veiled or question.kind not in BARE:
        return index not in question.veiled and not (question.kind == "value" and index == question.asked)
    return False


def _box(question: Question, index: int, gradients: Mapping[int, float], values: bool) -> Box:
    graph, names = question.graph, question.names
    box = node_box(graph, names, index, with_gradient=False, composed=True)
    lines = box.lines
    if not values and graph.nodes[index].op is not None:
        lines = lines[:1]
    if index in gradients and not graph.nodes[index].constant:
        lines = (*lines, f"{names.gradient(index)} = {number(gradients[index])}")
    lit = ("lit",) if index in _nodes(question) else ()
    return replace(
        box, lines=lines, cells=(", ".join(line.strip() for line in lines),), classes=(*box.classes, *lit)
    )


def _arrow(question: Question, i: int, solved: bool) -> Arrow:
    graph, names = question.graph, question.names
    edge = graph.edges[i]
    lit = edge in _edges(question, solved)
    label = ""
    told = edge in question.factors or (solved and question.kind in FACTORS | GRADIENTS)
    if edge.partial is not None and told:
        label = edge_label(names, edge, symbols=room_for_symbols(names, graph.edges))
    kind = "faint" if edge.partial is None else "lit-arrow" if lit else "flow"
    return Arrow(f"e{i}", f"n{edge.source}", f"n{edge.target}", label, (kind,))


def _nodes(question: Question) -> frozenset[int]:
    """List the nodes in question; where a node is looked for, none."""
    asked = question.asked
    if isinstance(asked, int) and question.form != "node":
        return frozenset({asked})
    return frozenset(asked) if isinstance(asked, tuple) else frozenset()


def _edges(question: Question, solved: bool) -> frozenset[Edge]:
    """List the arrows in question; of a solved gradient, those on its ways."""
    asked = question.asked
    if isinstance(asked, Edge):
        return frozenset({asked})
    if isinstance(asked, Path):
        return frozenset(asked.edges)
    return frozenset(ways(question.graph, asked)) if solved and isinstance(asked, int) else frozenset()


def ways(graph: Graph, node: int) -> list[Edge]:
    """List the arrows on the ways from a node to the root."""
    reached, found = {node}, []
    for edge in graph.edges:
        if edge.source in reached and edge.partial is not None and graph.adjoints[edge.target] is not None:
            reached.add(edge.target)
            found.append(edge)
    return found
