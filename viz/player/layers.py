"""Tells a network's parameters from its inputs, and which arrow each weight stands on; knows no drawing.

A row names its operands: what is handed to a `w` or a `b` is a parameter. In nets written by hand the labels
tell: `w_1`, `w^1_{11}`, `b_2`. Which operand a weight is multiplied with is read off the rows: the partial of
one of them is the other.
"""

import re
from collections.abc import Iterator, Sequence

from autograd import Edge, Graph, Step
from autograd.graph.names import Names
from autograd.text.labels import read
from autograd.text.numbers import number, shortened

LETTERS = frozenset(["w", "W", "b", "theta", "θ"])
LISTED = 6  # parameters that are named where all are introduced
_ELEMENT = re.compile(r"(\w+)(\[j\])?")


def parameters(graph: Graph, naming: Names) -> frozenset[int]:
    """Return the leaves that are weights and biases; none where a few letters make no network.

    Examples
    --------
    >>> from autograd import dot, tanh, values
    >>> w_1, w_2, x, b = values(w_1=0.5, w_2=-1.0, x=3.0, b=0.1)
    >>> for root in (dot([w_1], [x], b), tanh(w_2 * tanh(w_1 * x + b)), x + b * w_1):
    ...     graph = Graph(root)
    ...     print([graph.nodes[leaf].label for leaf in sorted(parameters(graph, graph.names))])
    ['w_1', 'b']
    ['w_2', 'w_1', 'b']
    []
    """
    whole = graph.whole
    places = {whole.index(graph.nodes[leaf]): leaf for leaf in graph.leaves}
    found = {
        leaf
        for at, leaf in places.items()
        if whole.consumers[at] and all(_handed(whole, edge) for edge in whole.consumers[at])
    }
    read_as = {leaf: read(naming[leaf]) for leaf in graph.leaves}
    lettered = {leaf for leaf, label in read_as.items() if label is not None and label.letters in LETTERS}
    if sum(bool(label and label.indices) for leaf, label in read_as.items() if leaf in lettered) > 1:
        found |= lettered
    return frozenset(found)


def carriers(graph: Graph, params: frozenset[int]) -> dict[int, Edge | None]:
    """Return each parameter with one consumer, and the arrow of the operand that it is multiplied with.

    None: a bias, or a weight whose partner is hidden; it has an arrow of its own.

    Examples
    --------
    >>> from autograd import dot, values
    >>> w, x, b = values(w=0.5, x=3.0, b=0.1)
    >>> graph = Graph(dot([w], [x], b))
    >>> [edge and graph.nodes[edge.source].label for edge in carriers(graph, frozenset({0, 2})).values()]
    ['x', None]
    """
    whole = graph.whole
    found: dict[int, Edge | None] = {}
    taken: set[Edge] = set()
    for leaf in sorted(params):
        own = graph.consumers[leaf]
        if len(own) != 1:
            continue
        arrow = None
        for partner in _partners(whole, whole.index(graph.nodes[leaf])):
            for edge in graph.operands[own[0].target]:
                free = edge.source not in params and edge not in taken
                if free and _in_whole(graph, edge.source) == partner:
                    arrow = arrow or edge
        if arrow is not None:
            taken.add(arrow)
        found[leaf] = arrow
    return found


def _in_whole(graph: Graph, index: int) -> int:
    """Return a node's place before the collapse, which leaves no plain number."""
    return index if graph.whole is graph else graph.whole.index(graph.nodes[index])


def _handed(graph: Graph, edge: Edge) -> bool:
    """Say whether an operand is a weight or a bias by the row that uses it."""
    names = [name for name, _ in _operands(graph, edge.target)]
    return "w" in names and names[edge.slot] in ("w", "b")


def _operands(graph: Graph, index: int) -> list[tuple[str, int]]:
    """Return for every slot of a node the parameter of its row, and the place in a sequence."""
    row = graph.nodes[index].op
    assert row is not None
    grouped = zip(row.parameters, row.arguments(graph.operands[index]), strict=True)
    return [
        (name, j)
        for name, given in grouped
        for j, _ in enumerate(given if isinstance(given, tuple) else (given,))
    ]


def _partners(graph: Graph, leaf: int) -> Iterator[int]:
    """Yield the operands that a leaf is multiplied with, and with nothing else done to them."""
    for edge in graph.consumers[leaf]:
        row, slots = graph.nodes[edge.target].op, _operands(graph, edge.target)
        assert row is not None
        name, j = slots[edge.slot]
        partial = _ELEMENT.fullmatch(row.partials[row.parameters.index(name)] if row.partials else "")
        other = (partial[1], j if partial[2] else 0) if partial else None
        if other in slots:
            yield graph.operands[edge.target][slots.index(other)].source


def ordered(steps: Sequence[Step], params: frozenset[int]) -> list[list[Step]]:
    """Return the forward steps of a network: its inputs first, its parameters together, then layer by layer.

    Without parameters the steps stay as they are.
    """
    if not params:
        return [[step] for step in steps]
    known = sorted((step for step in steps if step.node in params), key=_first_use)
    others = [[step] for step in steps if step.node not in params]
    inputs = [scene for scene in others if scene[0].graph.nodes[scene[0].node].op is None]
    return [*inputs, known, *(scene for scene in others if scene not in inputs)]


def _first_use(step: Step) -> int:
    """Return where a leaf is used first, so that the first layer comes first."""
    return min((edge.target for edge in step.graph.consumers[step.node]), default=step.node)


def introduced(naming: Names, scene: Sequence[Step]) -> str:
    """Say which parameters there are, in one line."""
    nodes = [naming.graph.nodes[step.node] for step in scene]
    told = shortened([f"{naming[node.index]} = {number(node.data)}" for node in nodes], LISTED)
    return f"{len(nodes)} parameters are leaves, too: {', '.join(told)}"
