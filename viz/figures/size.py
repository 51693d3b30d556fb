"""Keeps drawings at a size that a reader can follow and Graphviz can lay out; knows no boxes.

A graph that is too large is collapsed to its stations (`autograd.Graph.collapse`: every derivative stays what
it was). Where even these are too many, there is no drawing but advice.
"""

from collections.abc import Iterable

from autograd import AdvisedError, Graph, Node

NODES = 400  # more is no picture that anybody reads; about 0.2 s of layout
EDGES_PER_NODE = 4
PATH_NODES = 60  # on the paths to one leaf, where every node is to be read


class TooLargeError(AdvisedError, ValueError):
    """A graph too large to draw, in a form that cannot be made smaller without the learner's choice."""


def fitted(graph: Graph, limit: int, also: Iterable[Node] = ()) -> Graph:
    """Return the graph, collapsed if it has more than `limit` nodes.

    Labelled nodes stay, with the roots and `also`; leaves without a label stay where there is room, and
    labelled leaves go where there is none.

    Raises
    ------
    TooLargeError
        If the labelled nodes are too many, or none; the message gives the numbers and the ways out.
    """
    if _fits(graph, limit):
        return graph
    wanted = {*graph.indices(also), *graph.roots}
    tried = 0
    leaves = frozenset(graph.leaves)
    for choice in (graph.stations | leaves, graph.stations, graph.stations - leaves):  # full to bare
        kept = [node for node in graph.nodes if node.index in wanted or node.index in choice]
        if 1 < len(kept) <= limit:
            tried = len(kept)
            smaller = _collapsed(graph, kept)
            if smaller is not None and _fits(smaller, limit):
                return smaller
    reason = (
        f"{tried} of them have too many arrows between them"
        if tried
        else f"{len(graph.labelled)} of them have a label"
    )
    raise TooLargeError(
        f"The graph has {len(graph)} nodes, and {reason}, so it does not collapse to a drawing of {limit}.",
        "Draw the paths to one leaf, viz.paths(root, leaf); label the nodes that matter, and only these; "
        "choose them with Graph(root).collapse([...]); take one sample, not a batch; or raise limit=... .",
    )


def stations(graph: Graph, leaf: Node) -> Graph:
    """Return the graph collapsed to its root, its labelled results and one node: the stations of its paths.

    Raises
    ------
    TooLargeError
        If that is too much work.
    """
    kept = graph.stations - frozenset(graph.leaves) | {leaf.index}
    smaller = _collapsed(graph, [graph.nodes[index] for index in kept])
    if smaller is None:
        raise TooLargeError(
            f"The graph has {len(graph)} nodes, and collapsing it to the labelled ones would take too long.",
            "Label fewer of them, or choose: viz.paths(Graph(root).collapse([...]), leaf).",
        )
    return smaller


def _collapsed(graph: Graph, kept: list[Node]) -> Graph | None:
    try:
        return graph.collapse(kept)
    except ValueError:  # too many multiplications
        return None


def _fits(graph: Graph, limit: int) -> bool:
    return len(graph) <= limit and len(graph.edges) <= limit * EDGES_PER_NODE


def hidden_words(graph: Graph) -> tuple[str, ...]:
    """Say how much a collapsed graph hides; nothing for a whole one."""
    if not graph.hidden:
        return ()
    everything = len(graph) + graph.hidden
    return (
        f"{everything} nodes, {graph.hidden} of them hidden:",
        "an arrow carries the derivative over all that it hides",
    )
