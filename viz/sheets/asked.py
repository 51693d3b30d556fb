"""Chooses what is asked about a graph: a few questions for a page, and all of them for a bank."""

from autograd import Graph, Value
from autograd.graph.names import Names
from autograd.practice import Question, factor, gradient, path, value

MOST_PATHS = 8  # so many are still told apart by a reader


def few(root: Value | Graph, names: Names | None = None) -> list[Question]:
    """Return what is asked below the tables of a page: one path, and the gradients of two leaves.

    The first leaf is the one with the most paths: there they are added.

    Examples
    --------
    >>> from autograd import values
    >>> x, w = values(x=3.0, w=2.0)
    >>> for question in few(w * x * x):
    ...     print(question.prompt)
    What comes along the path x → v₁ → f?
    What is df/dx?
    What is df/dw?
    """
    graph = Graph.of(root)
    leaves = [leaf for leaf in graph.leaves if graph.adjoints[leaf] is not None]
    ways = {leaf: graph.paths(graph.nodes[leaf]).count for leaf in leaves}
    chosen = sorted(leaves, key=lambda leaf: (-min(ways[leaf], MOST_PATHS), leaf))[:2]
    found = [gradient(graph, graph.nodes[leaf], names=names) for leaf in chosen]
    if chosen and 1 < ways[chosen[0]] <= MOST_PATHS:
        found.insert(0, path(graph, next(iter(graph.paths(graph.nodes[chosen[0]]))), names=names))
    return found


def every(root: Value | Graph, names: Names | None = None) -> list[Question]:
    """Return everything that can be asked with a number: values, factors, gradients, root aside."""
    graph = Graph.of(root)
    naming = names or graph.names
    values = [
        value(graph, node, names=names)
        for node in graph.nodes
        if node.op and naming.shown_operands(node.index)
    ]
    factors = [
        factor(
            graph,
            graph.nodes[edge.target],
            edge.slot if edge in graph.repeated else graph.nodes[edge.source],
            names=names,
        )
        for edge in graph.edges
        if edge.partial is not None and not graph.nodes[edge.source].constant
    ]
    gradients = [
        gradient(graph, node, names=names)
        for node in reversed(graph.nodes)
        if not node.constant and graph.adjoints[node.index] is not None and node.index not in graph.roots
    ]
    return [*values, *factors, *gradients]
