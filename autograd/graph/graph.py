"""The snapshot that a learner takes of live `Value`s, and the doors from it to paths and smaller graphs.

Turns `Value`s into nodes and edges. What is asked of these is answered next door: sums over paths in
`sweeps`, paths one by one in `paths`, elimination in `collapse`. Knows no drawing and no primitive by name.
"""

from __future__ import annotations

from autograd.core.value import Value
from autograd.core.walk import require_fresh, topological
from autograd.graph.collapse import collapsed
from autograd.graph.paths import Paths
from autograd.graph.snapshot import Edge, Node, Place, Places, Snapshot
from autograd.text.numbers import counted


class Graph(Snapshot):
    """A frozen snapshot of everything that led to some roots.

    Parameters
    ----------
    *roots : Value
        The results to look at.

    Attributes
    ----------
    nodes : tuple of Node
        In topological order: parents before consumers.
    edges : tuple of Edge
        By consumer, then by operand: an operand used twice has two.
    roots : tuple of int
        The indices of the roots.
    leaves : tuple of int
        The indices of the leaves, plain numbers aside.
    names : Names
        What the nodes are called, and the symbols of their derivatives; a collapsed graph has those of the
        whole.
    whole : Graph
        The graph before `collapse`; itself where nothing is hidden.
    hidden : int
        How many nodes `collapse` has eliminated on the way to this graph.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> graph = Graph(3 * (a + b * c))
    >>> len(graph), graph.depth, [graph.nodes[i].label for i in graph.leaves]
    (7, 3, ['a', 'b', 'c'])
    >>> graph.adjoint(b)
    6.0
    """

    def __init__(self, *roots: Value) -> None:
        if not roots:
            raise TypeError("Graph(...) needs at least one Value: the result to look at.")
        for root in roots:
            if not isinstance(root, Value):
                raise TypeError(_no_result(root))
        order = topological(*roots)
        require_fresh(order)
        nodes: list[Node] = []
        edges: list[Edge] = []
        place: dict[int, int] = {}
        for value in order:
            sources = []
            for parent in value.parents:
                if not isinstance(parent, Value):
                    nodes.append(Node(len(nodes), None, "", None, parent, None, True))
                sources.append(place[id(parent)] if isinstance(parent, Value) else len(nodes) - 1)
            target = place[id(value)] = len(nodes)
            grad = value.grad.data if isinstance(value.grad, Value) else value.grad
            nodes.append(Node(target, value, value.label, value.op, value.data, grad, False))
            for slot, (source, partial) in enumerate(zip(sources, value.partials, strict=True)):
                edges.append(Edge(source, target, slot, partial))
        super().__init__(nodes, edges, (place[id(root)] for root in roots))

    @classmethod
    def of(cls, root: Value | Graph) -> Graph:
        """Return the snapshot of a `Value`, and a snapshot as it is: what everything takes as its `root`.

        Parameters
        ----------
        root : Value or Graph

        Returns
        -------
        Graph
            The snapshot.
        """
        return root if isinstance(root, Graph) else cls(root)

    def __repr__(self) -> str:
        hidden = f", {self.hidden} nodes hidden" if self.hidden else ""
        nodes, edges = counted(len(self.nodes), "node"), counted(len(self.edges), "edge")
        return f"<Graph: {nodes}, {edges}, depth {self.depth}{hidden}>"

    def paths(self, leaf: Place) -> Paths:
        """Return the chain-rule paths from the root to a node; see `autograd.paths`.

        Parameters
        ----------
        leaf : Value, Node or label
            Where the paths end; any node.

        Returns
        -------
        Paths
            All of them, counted; listed when they are asked for.
        """
        if isinstance(leaf, Value) and all(node.value is not leaf for node in self.whole.nodes):
            return Paths(self, leaf)
        return Paths(self, self.index(leaf))

    def collapse(self, keep: Places | None = None) -> Graph:
        """Eliminate every node that is not kept; every derivative between kept nodes stays what it was.

        Parameters
        ----------
        keep : Value, Node, label, or several of them, or "labelled", optional
            What shall remain; the roots always do. Without it, what is drawn on paper: all leaves, plain
            numbers aside, and the labelled results, but not a weighted sum inside a neuron (of
            ``z_{11}`` and ``O_{11} = tanh(z_{11})`` only the output). For a network that is the usual
            drawing, with ∂O_31/∂O_21 on an edge, activation or not. "labelled" keeps all labelled nodes, and
            the leaves.

        Returns
        -------
        Graph
            Its nodes keep their values, labels and operations; `hidden` says how many were eliminated,
            `whole` is the graph before. Two kept nodes have one edge at most. An edge with partial None:
            connected, but no gradient flows.

        Raises
        ------
        KeyError
            If something to keep is no node of the graph, or several have this label.
        ValueError
            If that would take more than five million multiplications; the message says what to do.

        Notes
        -----
        An edge that remains is the sum, over the paths between two kept nodes that meet no other kept node,
        of the products of their partials. Elimination runs against the edges or along them, whichever is
        cheaper: near linear in a network, where a hidden sum belongs to one neuron.

        Examples
        --------
        >>> from autograd import values
        >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
        >>> u = b * c
        >>> u.label = "u"
        >>> small = Graph(3 * (a + u)).collapse()
        >>> [(node.label, small.adjoint(node)) for node in small.nodes]
        [('a', 3.0), ('b', 6.0), ('c', 9.0), ('u', 3.0), ('', 1.0)]
        >>> [edge.partial for edge in small.edges], small.hidden
        ([2.0, 3.0, 3.0, 3.0], 2)
        >>> [node.label for node in small.collapse(keep=["a", "u"]).nodes]
        ['a', 'u', '']
        """
        small = Graph.__new__(Graph)
        Snapshot.__init__(small, *collapsed(self, keep), whole=self.whole)
        return small


def paths(root: Value | Graph, leaf: Place) -> Paths:
    """Return the chain-rule paths from a root to a node: their number, their products, their sum.

    Parameters
    ----------
    root : Value or Graph
        The result, or a snapshot of its graph (a collapsed one, too).
    leaf : Value, Node or str
        Where the paths end; any node of the graph, or its label. To a `Value` from which the root was not
        computed there are 0 paths; printed, they say why.

    Returns
    -------
    Paths
        Iterate for the paths, largest ``|product|`` first; ``.count`` and ``.total`` need no enumeration.

    Raises
    ------
    KeyError
        If a collapse has hidden `leaf`, or if no node has this label, or several have it.
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    See Also
    --------
    explain : The same derivative, derived line by line.
    viz.paths : The paths as a picture.

    Notes
    -----
    d(root)/d(leaf) = Σ over paths of Π over edges of the local derivatives.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(1.0, label="x")
    >>> y = x
    >>> for _ in range(50):
    ...     y = y + y
    >>> found = paths(y, x)
    >>> found.count, found.total
    (1125899906842624, 1125899906842624.0)
    >>> next(iter(found)).product
    1.0
    """
    return Graph.of(root).paths(leaf)


def _no_result(thing: object) -> str:
    """Say why something is no result of a graph, and what may have been meant."""
    kind = type(thing).__name__
    if callable(getattr(thing, "parameters", None)):
        return (
            f"Graph(...) takes Values, and {kind} is a model: call it, as in model(x), and take what it "
            "returns, or the loss. viz.network(model) draws its neurons."
        )
    if isinstance(thing, list | tuple) and thing and all(isinstance(one, Value) for one in thing):
        return (
            f"Graph(...) takes Values, got a {kind} of {len(thing)}: for several roots write Graph(*results)."
        )
    shown = repr(thing)
    return f"Graph(...) takes Values, got {shown if len(shown) <= 40 else 'one'} of type {kind}."
