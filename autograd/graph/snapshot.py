"""A graph as data: frozen nodes, edges and numbers, in topological order.

Nodes are numbered by the program alone, so the same program gives the same numbers; nothing here changes
when the `Value`s do. Knows where an edge leads and what it carries; no path, and not how a graph is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn, Self, TypeAlias

from autograd.core import describe
from autograd.core.value import Value
from autograd.graph.names import Known, Names
from autograd.graph.sweeps import DEPTHS, NUMBERS, down
from autograd.text.labels import drawn, read
from autograd.text.numbers import number, shortened

if TYPE_CHECKING:
    from autograd.core.row import Row


KNOWN = 12  # labels in an error
_BRACES = str.maketrans("", "", "{}")


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a snapshot.

    Attributes
    ----------
    index : int
        Its place in topological order.
    value : Value or None
        The live node; None for a plain number.
    label : str
    op : Primitive or None
        The row that computed it; None for a leaf and for a plain number.
    data : float
    grad : float or None
        What `grad` held when the snapshot was taken.
    constant : bool
        A plain number: the 3 in ``3*v``, the exponent in ``x**2``.
    """

    index: int
    value: Value | None
    label: str
    op: Row | None
    data: float
    grad: float | None
    constant: bool


Place: TypeAlias = Node | Value | str  # wherever a node is meant; a text is its label
Places: TypeAlias = "Place | Iterable[Places]"  # one or several, in lists or arrays


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of an operand: from `source`, the operand, to `target`, the consumer, as operand number `slot`.

    `partial` is ∂target/∂source, or None where no gradient flows.
    """

    source: int
    target: int
    slot: int
    partial: float | None


class Snapshot:
    """Nodes and edges that do not change, and what can be read off them: the data of a `Graph`.

    Parameters
    ----------
    nodes : iterable of Node
        In topological order: parents before consumers.
    edges : iterable of Edge
        By consumer, then by operand: an operand used twice has two.
    roots : iterable of int
        The indices of the roots.
    whole : Snapshot, optional
        What this one was collapsed from.

    Raises
    ------
    AttributeError
        When an attribute is assigned.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    roots: tuple[int, ...]
    _whole: Self | None

    def __init__(
        self, nodes: Iterable[Node], edges: Iterable[Edge], roots: Iterable[int], whole: Self | None = None
    ) -> None:
        self.__dict__.update(nodes=tuple(nodes), edges=tuple(edges), roots=tuple(roots), _whole=whole)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"A Graph is a snapshot and does not change, so {name} cannot be assigned. Change the Values and "
            f"take another, or call collapse()."
        )

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def whole(self) -> Self:
        """The graph that this one was collapsed from; itself where nothing is hidden."""
        return self if self._whole is None else self._whole

    @property
    def hidden(self) -> int:
        """How many nodes of the whole graph were eliminated on the way to this one."""
        return len(self.whole) - len(self)

    @property
    def names(self) -> Names:
        """What the nodes are called, and the symbols of their derivatives."""
        return Names(self, known=self._names)

    @cached_property
    def _names(self) -> Known:
        return Known()

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The indices of the leaves, plain numbers aside."""
        return tuple(node.index for node in self.nodes if node.op is None and not node.constant)

    @cached_property
    def labelled(self) -> frozenset[int]:
        """The indices of the nodes that have a label."""
        return frozenset(node.index for node in self.nodes if node.label)

    @cached_property
    def stations(self) -> frozenset[int]:
        """The indices of what is drawn on paper: the labelled nodes, but one of two for each neuron.

        Where a labelled result has one consumer, a labelled row of one operand with the same indices below
        (``O_{11} = tanh(z_{11})``), the consumer is drawn alone.

        Examples
        --------
        >>> from autograd import Graph, tanh, values
        >>> w, x = values(w=2.0, x=3.0)
        >>> z = w * x; out = tanh(z); z.label, out.label = "z_1", "O_1"
        >>> graph = Graph(out * 2); [graph.nodes[index].label for index in sorted(graph.stations)]
        ['w', 'x', 'O_1']
        """
        return frozenset(index for index in self.labelled if not self._inside_neuron(self.nodes[index]))

    def _inside_neuron(self, node: Node) -> bool:
        uses = self.consumers[node.index]
        if node.op is None or len(uses) != 1 or node.index in self.roots:
            return False
        after = self.nodes[uses[0].target]
        before, behind = read(node.label), read(after.label)
        alike = before and behind and before.lower and before.indices == behind.indices
        return bool(alike) and after.op is not None and after.op.unary

    @cached_property
    def operands(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges from its operands, by slot."""
        return self._grouped(lambda edge: edge.target)

    @cached_property
    def consumers(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node, the edges to the nodes that use it, in topological order."""
        return self._grouped(lambda edge: edge.source)

    def _grouped(self, end: Callable[[Edge], int]) -> tuple[tuple[Edge, ...], ...]:
        groups: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            groups[end(edge)].append(edge)
        return tuple(map(tuple, groups))

    @property
    def downwards(self) -> Iterator[Edge]:
        """The edges from the roots down, in the order of the reverse sweep."""
        return (edge for edges in reversed(self.operands) for edge in edges)

    @cached_property
    def repeated(self) -> frozenset[Edge]:
        """The edges whose consumer uses their operand more than once."""
        found: set[Edge] = set()
        for edges in self.operands:
            if len({edge.source for edge in edges}) < len(edges):
                uses = Counter(edge.source for edge in edges)
                found.update(edge for edge in edges if uses[edge.source] > 1)
        return frozenset(found)

    @cached_property
    def depth(self) -> int:
        """The number of edges on the longest path."""
        return max(down(self, DEPTHS))

    @cached_property
    def adjoints(self) -> tuple[float | None, ...]:
        """Gradient of the sum of the roots by every node, as one reverse sweep has it; None if none flows."""
        return tuple(down(self, NUMBERS))

    def adjoint(self, node: Place) -> float | None:
        """Return the gradient of the root (of the sum of several) by a node; None where no gradient flows.

        Parameters
        ----------
        node : Value, Node or label

        Returns
        -------
        float or None
            The gradient, by one sweep over this snapshot.
        """
        return self.adjoints[self.index(node)]

    def indices(self, nodes: Places) -> list[int]:
        """Return the places of one node or of several, in lists or arrays, each once; see `index`.

        Parameters
        ----------
        nodes : Value, Node, label, or several of them

        Returns
        -------
        list of int
            In the order in which they were given.
        """
        if isinstance(nodes, str) or not isinstance(nodes, Iterable):
            return [self.index(nodes)]
        return list(dict.fromkeys(index for node in nodes for index in self.indices(node)))

    def index(self, node: Place) -> int:
        """Return a node's place in the topological order; it may stem from another snapshot of the graph.

        A text stands for the node that bears it as its label, braces may be left out (``w^1_11``), or that is
        called so where it is shown (``v₂``, ``x (2)``).

        Parameters
        ----------
        node : Value, Node or label

        Returns
        -------
        int
            The place in `nodes`.

        Raises
        ------
        KeyError
            If it is no node of this graph, or the label of none or of several.
        TypeError
            If it is neither a node nor a text.
        """
        if isinstance(node, str):
            return self._bearer(node)
        if not isinstance(node, Node | Value):
            raise TypeError(
                f"A node of the graph is named by its Value, its Node or its label, got {node!r} of "
                f"type {type(node).__name__}."
            )
        if isinstance(node, Node) and node.index < len(self.nodes) and self.nodes[node.index] is node:
            return node.index
        value = node.value if isinstance(node, Node) else node
        if value is None:
            raise KeyError(f"The plain number {number(node.data)} is no node of this graph.")
        place = self._places.get(id(value))
        if place is None:
            raise KeyError(f"{describe.name(value)} is no node of this graph: {self._missing(value)}.")
        return place

    def _missing(self, value: Value) -> str:
        if id(value) in self.whole._places:
            return f"it is one of the {self.hidden} nodes that the collapse has hidden. Keep it: keep=[...]"
        leaves = [self.nodes[index].label or number(self.nodes[index].data) for index in self.leaves]
        return f"no root was computed from it. Its leaves are {', '.join(shortened(leaves, KNOWN)) or 'none'}"

    def _bearers(self, label: str) -> list[Node]:
        plain = label.translate(_BRACES)
        named = (self.nodes[index] for index in sorted(self.labelled))
        found = [node for node in named if node.label.translate(_BRACES) == plain]
        exact = [node for node in found if node.label == label]
        return exact or found or [self.nodes[i] for i, name in enumerate(self.names) if name == drawn(label)]

    def _bearer(self, label: str) -> int:
        found = self._bearers(label)
        if len(found) == 1:
            return found[0].index
        if not found:
            hidden = self.whole._bearers(label)
            if hidden and hidden[0].value is not None:
                raise KeyError(f"{label} is no node of this graph: {self._missing(hidden[0].value)}.")
            known = list(dict.fromkeys(self.nodes[index].label for index in sorted(self.labelled)))
            raise KeyError(
                f"No node of this graph is labelled {label!r}. The labels are "
                f"{', '.join(shortened(known, KNOWN)) or 'none'}."
            )
        told = " and ".join(
            f"{label} = {self.names.formula(node.index) or number(node.data)}" for node in found[:4]
        )
        raise KeyError(
            f"{len(found)} nodes of this graph are labelled {label!r}: {told}. Pass the Value that you mean, "
            f"or give each a label of its own."
        )

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(node.value): node.index for node in self.nodes if node.value is not None}
