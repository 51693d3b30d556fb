"""Compiles a walkthrough into the data that the player reads: names, numbers and formulas, each once.

It asks the engine for every number and prints it; it knows MathML, and nothing of HTML or of where things
stand.
"""

import math
from collections.abc import Sequence
from typing import Any

from autograd import Graph, Step
from autograd.graph.names import Names
from autograd.graph.sweeps import COUNTS, down, up
from autograd.text import symbols
from autograd.text.numbers import number, shown_digits
from viz.player import formulas, questions
from viz.player.formulas import Cut, cut, hole, one
from viz.player.stage import NOT_YET, running

WORDS = {
    "forward": "forward",
    "backward": "backward",
    "play": "play",
    "pause": "pause",
    "present": "present",
    "leave": "leave",
    "kept": "local derivatives, kept for the way back",
    "rule": "the local rule",
    "cancels": "Shares of both signs: they cancel in part.",
    **questions.WORDS,
}


def data(
    graph: Graph, names: Names, scenes: Sequence[Sequence[Step]], spoken: Sequence[str], tolerance: float
) -> dict[str, Any]:
    """Return the player's data: all of it can be written as JSON, and all markup in it is escaped.

    `spoken` has a sentence for every step that is read out in other words than it is shown, else "".
    """
    kinds, rules = _Once(), _Once()
    written = names.within(formulas.MATHML)
    edges = [
        [
            edge.source,
            edge.target,
            edge.slot,
            None if edge.partial is None else number(edge.partial),
            -1 if edge.partial is None else rules.add(formulas.derivative(graph, edge)),
        ]
        for edge in graph.edges
    ]
    places = {edge: i for i, edge in enumerate(graph.edges)}
    ways = down(graph, COUNTS), up(graph, COUNTS, graph.leaves)
    return {
        "names": [one(name) for name in written],
        "labels": list(names),
        "levels": [piece.level for piece in written.pieces],
        "values": [number(node.data) for node in graph.nodes],
        "operands": _operands(names),
        "edges": edges,
        "kinds": [_kind(names, node.index, kinds) for node in graph.nodes],
        "forms": kinds.templates,
        "rules": rules.templates,
        "adjoint": _listed(
            cut(symbols.gradient(formulas.MATHML, written.root_piece, hole(0), names.notation))
        ),
        "partial": _listed(cut(symbols.local(formulas.MATHML, hole(1), hole(0)))),
        "spoken": spoken,
        "aloud": ["" if edge.partial is None else names.spoken.local(edge) for edge in graph.edges],
        "givers": {i: names.giver(edge) for i, edge in enumerate(graph.edges) if edge in graph.repeated},
        "steps": [_step(graph, scene, places, *ways) for scene in scenes],
        **questions.told(graph, names, [scene[0] for scene in scenes], tolerance),
        "legend": " ".join(names.legend()),
        "notYet": NOT_YET,
        "tolerance": tolerance,
        "words": WORDS,
    }


def _operands(names: Names) -> dict[int, list[str]]:
    """Return an operation's numbers where they need more digits to give its value than are shown."""
    graph, found = names.graph, dict[int, list[str]]()
    for node in graph.nodes:
        with shown_digits(names.digits(node.index)):
            written = [number(graph.nodes[edge.source].data) for edge in graph.operands[node.index]]
        if written != [number(graph.nodes[edge.source].data) for edge in graph.operands[node.index]]:
            found[node.index] = written
    return found


def _kind(names: Names, index: int, kinds: "_Once") -> int:
    """Return the place of a node's formula; -1 for a leaf."""
    op, operands = names.graph.nodes[index].op, names.shown_operands(index)
    if op is None or not operands:
        return -1
    return kinds.add(formulas.value(op, len(operands), len(names.graph.operands[index]) - len(operands)))


class _Once:
    """A list of formulas in which equal ones stand once."""

    def __init__(self) -> None:
        self.places: dict[Cut, int] = {}

    def add(self, formula: Cut) -> int:
        return self.places.setdefault(formula, len(self.places))

    @property
    def templates(self) -> list[list[str | list[int]]]:
        return [_listed(formula) for formula in self.places]


def _listed(formula: Cut) -> list[str | list[int]]:
    return [piece if isinstance(piece, str) else [int(part) for part in piece] for piece in formula]


def _step(
    graph: Graph, scene: Sequence[Step], places: dict[Any, int], to: list[int], on: list[int]
) -> list[Any]:
    """Return a step: forward?, node, edge, contribution, running sum, paths over the edge, exact number.

    An edge lies on (paths to its consumer) x (paths on from its operand to the leaves): that is how often a
    gradient computed path by path multiplies with it. What may follow: all nodes that are introduced
    together; a running sum in words, which never stands under the gradient's name.
    """
    step = scene[0]
    if step.phase == "forward":
        together = [[one.node for one in scene]] if len(scene) > 1 else []
        return [1, step.node, -1, "", "", "0", _exact(graph.nodes[step.node].data), *together]
    edge = step.edge
    inner = edge is not None and edge.target not in graph.roots
    paths = to[edge.target] * on[edge.source] if edge is not None and inner else 0
    return [
        0,
        step.node,
        -1 if edge is None else places[edge],
        number(step.contribution),
        number(step.adjoint),
        str(paths),
        _exact(step.contribution),
        *([] if step.complete else [running(step)]),
    ]


def _exact(x: float) -> float | str:
    """Return a number as JSON can hold it."""
    return x if math.isfinite(x) else "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
