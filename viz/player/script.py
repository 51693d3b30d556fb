"""Compiles a walkthrough into the data that the player reads: names, numbers and formulas, each once.

It asks the engine for every number and prints it; it knows MathML, and nothing of HTML or of where things
stand.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

from autograd import Graph, Step
from autograd.graph.names import complete, given
from autograd.graph.sweeps import COUNTS, down, up
from autograd.text.forms import composite
from autograd.text.numbers import number
from viz.figures.names import Notation
from viz.figures.naming import Naming
from viz.player import rules, templates
from viz.player.mathml import number as math_number
from viz.player.mathml import operator, row, text
from viz.player.stage import NOT_YET
from viz.player.templates import ATOM, Template

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ"  # a comma parts two indices
_INDEXED = re.compile(rf"([^\W\d_{_RAISED}{_LOWERED}]+)([{_RAISED}]*)([{_LOWERED}]+(?:,[{_LOWERED}]+)?)?")
_PLAIN = str.maketrans(_RAISED + _LOWERED, "01234567890123456789ijkn")

WORDS = {
    "forward": "forward",
    "backward": "backward",
    "play": "play",
    "pause": "pause",
    "kept": "local derivatives, kept for the way back",
    "rule": "the local rule",
    "cancels": "Cancellation: {}% of the sizes that arrived are left.",
    "askValue": "Your turn: what is the value of {node}?",
    "askAmount": "Your turn: how much reaches {node} from {giver}?",
    "right": "Right.",
    "wrong": "Not this number. Try again, or take the hint.",
    "sign": "The size is right; look at the sign.",
    "unreadable": "Write a number, such as -0.25 or 1/3.",
    "score": "{} of {} at the first try",
}


def script(
    graph: Graph, naming: Naming, steps: Sequence[Step], notation: Notation, tolerance: float
) -> dict[str, Any]:
    """Return the player's data: all of it can be written as JSON, and all markup in it is escaped."""
    forms, laws = _Once(), _Once()
    kinds = [_form(graph, node.index, naming, forms) for node in graph.nodes]
    edges = [
        [
            edge.source,
            edge.target,
            edge.slot,
            None if edge.partial is None else number(edge.partial),
            -1 if edge.partial is None else laws.add(rules.derivative(graph, edge)),
        ]
        for edge in graph.edges
    ]
    places = {edge: i for i, edge in enumerate(graph.edges)}
    ways = down(graph, COUNTS), up(graph, COUNTS, graph.leaves)
    return {
        "names": _names(graph, naming, kinds, forms),
        "labels": [naming[i] for i in range(len(graph.nodes))],
        "levels": [level(graph, naming, i) for i in range(len(graph.nodes))],
        "values": [number(node.data) for node in graph.nodes],
        "edges": edges,
        "kinds": kinds,
        "forms": forms.templates,
        "rules": laws.templates,
        "adjoint": adjoint(naming.root, notation),
        "partial": partial(notation),
        "steps": [_step(graph, step, places, *ways) for step in steps],
        "notYet": NOT_YET,
        "tolerance": tolerance,
        "words": WORDS,
    }


def _names(graph: Graph, naming: Naming, kinds: Sequence[int], forms: "_Once") -> list[str]:
    """Return every node's name as MathML; one that goes by an expression has that expression as its name."""
    written: list[str] = []
    templates = list(forms.places)
    for node in graph.nodes:
        if kinds[node.index] < 0 or not naming.spelled(node.index):
            written.append(name(naming[node.index]))
            continue
        sources = [edge.source for edge in graph.operands[node.index]]
        parts = []
        for piece in templates[kinds[node.index]]:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            operand, tight, needed = sources[piece[0]], piece[1], piece[2]
            negative = graph.nodes[operand].constant and graph.nodes[operand].data < 0
            loose = level(graph, naming, operand) < needed or (negative and tight)
            parts.append(row(operator("("), written[operand], operator(")")) if loose else written[operand])
        written.append("".join(parts))
    return written


def level(graph: Graph, naming: Naming, index: int) -> int:
    """Return how tightly a node's name holds together: as the operation that it spells, or as one word."""
    op = graph.nodes[index].op
    if naming.spelled(index) and op is not None and op.symbol:
        return op.precedence
    return 0 if composite(naming[index]) else ATOM


class _Once:
    """A list of templates in which equal ones stand once."""

    def __init__(self) -> None:
        self.places: dict[Template, int] = {}

    def add(self, template: Template) -> int:
        return self.places.setdefault(template, len(self.places))

    @property
    def templates(self) -> list[list[str | list[int]]]:
        return [
            [piece if isinstance(piece, str) else [piece[0], int(piece[1]), piece[2]] for piece in template]
            for template in self.places
        ]


def _form(graph: Graph, index: int, naming: Naming, forms: _Once) -> int:
    """Return the place of a node's formula; -1 for a leaf."""
    op, operands = graph.nodes[index].op, graph.operands[index]
    if op is None or not complete(graph, graph.nodes[index]):
        return -1
    untold = len(operands) - len(given(graph, graph.nodes[index]))
    return forms.add(templates.value(op, len(operands), untold))


def _step(graph: Graph, step: Step, places: dict[Any, int], to: list[int], on: list[int]) -> list[Any]:
    """Return a step: forward?, node, edge, contribution, running sum, paths over the edge, exact number.

    An edge lies on (paths to its consumer) x (paths on from its operand to the leaves): that is how often a
    gradient computed path by path multiplies with it.
    """
    if step.phase == "forward":
        return [1, step.node, -1, "", "", "0", _exact(graph.nodes[step.node].data)]
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
    ]


def _exact(x: float) -> float | str:
    """Return a number as JSON can hold it."""
    return x if math.isfinite(x) else "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def name(shown: str) -> str:
    """Return a node's name as MathML; indices in the notes' manner become scripts.

    Examples
    --------
    >>> name("b"), name("w¹₁₁")
    ('<mi>b</mi>', '<msubsup><mi>w</mi><mn>11</mn><mn>1</mn></msubsup>')
    """
    if shown[:1].isdigit() or (shown[:1] == "-" and shown[1:2].isdigit()):
        return math_number(shown)
    match = _INDEXED.fullmatch(shown)
    if match is None:
        return text(shown)
    base, above, below = (part.translate(_PLAIN) for part in match.groups(""))
    scripts = [
        f"<mn>{part}</mn>" if part[0].isdigit() else f"<mi>{part}</mi>" for part in (below, above) if part
    ]
    tag = "msubsup" if len(scripts) == 2 else "msub" if below else "msup"
    letters = f"<mi>{base}</mi>"
    return f"<{tag}>{letters}{''.join(scripts)}</{tag}>" if scripts else letters


def adjoint(root: str, notation: Notation) -> list[str | list[int]]:
    """Return the template of the root's derivative with respect to a node, in one of the notations."""
    if notation == "dvar":
        return ["<mrow><mi>d</mi>", [0, 1, ATOM], "</mrow>"]
    if notation == "bar":
        return ['<mover accent="true">', [0, 0, 0], '<mo stretchy="true">¯</mo></mover>']
    top = row("<mo>∂</mo>", row(operator("("), name(root), operator(")")) if composite(root) else name(root))
    return [f"<mfrac>{top}<mrow><mo>∂</mo>", [0, 1, ATOM], "</mrow></mfrac>"]


def partial(notation: Notation) -> list[str | list[int]]:
    """Return the template of a local derivative: hole 0 is the operand, hole 1 the node."""
    d = "<mi>d</mi>" if notation == "dvar" else "<mo>∂</mo>"
    return [f"<mfrac><mrow>{d}", [1, 1, ATOM], f"</mrow><mrow>{d}", [0, 1, ATOM], "</mrow></mfrac>"]
