"""The forward and the backward wave, one step at a time: what was computed, from which numbers.

The backward steps are those of `Value.backward`, in its order and with its roundings: the last state is equal
bit for bit. Writes each step in symbols and in words; computes no derivative and draws nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.rules import rule
from autograd.graph.snapshot import Edge
from autograd.graph.sweeps import FLOW, NUMBERS, additions
from autograd.text.numbers import number, product, shortened, summed

if TYPE_CHECKING:
    from autograd.core.value import Value

LISTED = 6  # local derivatives named in one line


@dataclass(frozen=True)
class Step:
    """One step of a wave: a node evaluated, the sweep begun, or one edge multiplied and added.

    Attributes
    ----------
    phase : "forward" or "backward"
    node : int
        The node that receives: a value, or a share of its adjoint.
    edge : Edge or None
        The edge that is walked, from its target to its source; None in the forward phase and for the seed.
    upstream : float
        The adjoint of the edge's target; 1.0 for the seed. Forward, nothing flows: nan, and so are the next.
    local : float
        The local derivative on the edge; 1.0 for the seed.
    contribution : float
        upstream·local.
    adjoint : float
        The receiver's running sum after this step.
    before : float or None
        The running sum before it; None where nothing had arrived.
    arrived, arrivals : int
        How many shares the receiver has got after this step, and how many it gets in the end: one over each
        arrow, and the seed of a root. Only when they are equal its sum is its gradient. Forward, both are 0.
    graph : Graph
        The snapshot that is walked.
    formula : str
        The step in symbols.
    rule : str
        The local derivative by the rule of its operation; "" where none can be written.
    text : str
        The step in one line of words, numbers to four digits.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> for step in backward_steps(y):
    ...     print(step.formula, "|", step.text)
    dy/dy = 1 | the backward sweep starts at y: dy/dy = 1
    dy/dx += dy/dy · ∂₁y | x receives 1·3 = 3 from y: so far 3 (1 of 2 arrows)
    dy/dx += dy/dy · ∂₂y | x receives 1·3 = 3 from y: dy/dx = 3 + 3 = 6
    """

    phase: Literal["forward", "backward"]
    node: int
    edge: Edge | None
    upstream: float
    local: float
    contribution: float
    adjoint: float
    before: float | None
    arrived: int
    arrivals: int
    graph: Graph = field(repr=False, compare=False)

    @cached_property
    def formula(self) -> str:
        """The step in symbols: the operation, or the chain rule over one arrow."""
        names = self.graph.names
        if self.phase == "forward":
            return _operation(names, self.node)
        symbol = names.gradient(self.node)
        adds = "=" if self.before is None and self.complete else "+="
        if self.edge is None:
            return f"{symbol} {adds} 1"
        return f"{symbol} {adds} {names.gradient(self.edge.target)} · {names.local(self.edge)}"

    @cached_property
    def rule(self) -> str:
        """The local derivative by its operation's rule: ``∂u/∂b = c``; "" where there is none to write."""
        found = self.edge and rule(self.graph, self.edge)
        return f"{self.graph.names.local(self.edge)} = {found}" if self.edge and found else ""

    @property
    def complete(self) -> bool:
        """Whether all has arrived that the node receives, so that its running sum is its gradient."""
        return self.arrived == self.arrivals

    @cached_property
    def text(self) -> str:
        """The step in words, numbers to four digits."""
        return self.sentence(self.graph.names)

    def sentence(self, names: Names) -> str:
        """Return the step in one line of words, in the names and the notation of a reader.

        Parameters
        ----------
        names : Names
            What the nodes are called, and how gradients are written.

        Returns
        -------
        str
            One line, without a full stop.

        Examples
        --------
        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> for step in backward_steps(x * x):
        ...     print(step.sentence(Names(step.graph, lambda node: "f" if node.op else "x")))
        the backward sweep starts at f: df/df = 1
        x receives 1·3 = 3 from f: so far 3 (1 of 2 arrows)
        x receives 1·3 = 3 from f: df/dx = 3 + 3 = 6
        """
        if self.phase == "forward":
            return _evaluation(names, self.node)
        found = number(self.adjoint)
        if self.before is not None:
            found = summed([self.before, self.contribution], self.adjoint)
        if self.complete:
            found = f"{names.gradient(self.node)} = {found}"
        else:
            shares = "shares" if self.node in self.graph.roots else "arrows"
            found = f"so far {found} ({self.arrived} of {self.arrivals} {shares})"
        if self.edge is None:
            return f"the backward sweep starts at {names[self.node]}: {found}"
        share = f"{product([self.upstream, self.local])} = {number(self.contribution)}"
        return f"{names[self.node]} receives {share} from {names[self.edge.target]}: {found}"


def forward_steps(root: Value | Graph) -> Iterator[Step]:
    """Yield the forward wave: one step for every node, parents before consumers; plain numbers need none.

    Each step's `text` tells the operation with its numbers, and the local derivatives that are kept for the
    way back.

    Parameters
    ----------
    root : Value or Graph

    Returns
    -------
    iterator of Step
        One per node, leaves included.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded; at once, not at the first step.

    See Also
    --------
    backward_steps : The wave back.
    viz.walkthrough : Both waves, drawn step by step.

    Examples
    --------
    >>> from autograd import values
    >>> b, c = values(b=3.0, c=2.0)
    >>> u = b * c
    >>> u.label = "u"
    >>> for step in forward_steps(u):
    ...     print(step.text)
    b = 3 is a leaf
    c = 2 is a leaf
    u = b * c = 3·2 = 6; kept: ∂u/∂b = 2, ∂u/∂c = 3
    """
    graph = Graph.of(root)
    nan = math.nan
    return (
        Step("forward", node.index, None, nan, nan, nan, nan, None, 0, 0, graph)
        for node in graph.nodes
        if not node.constant
    )


def backward_steps(root: Value | Graph) -> Iterator[Step]:
    """Yield the backward wave: one step for the seed, then one for every edge that a gradient crosses.

    Each is a multiplication, and an addition where paths merge. After the last step that
    a node receives, `adjoint` is bit for bit what `backward` leaves in a fresh graph.

    Parameters
    ----------
    root : Value or Graph
        A graph of several roots has a seed for each.

    Returns
    -------
    iterator of Step
        The seed's first, then one per edge.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded; at once, not at the first step.

    See Also
    --------
    forward_steps : The wave before it.
    viz.walkthrough : Both waves, drawn step by step.

    Examples
    --------
    >>> from autograd import values
    >>> a, b = values(a=2.0, b=3.0)
    >>> [(step.upstream, step.local, step.adjoint) for step in backward_steps(a * b + a)]
    [(1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), (1.0, 3.0, 4.0), (1.0, 2.0, 2.0)]
    """
    return _backward(Graph.of(root))


def _backward(graph: Graph) -> Iterator[Step]:
    arrivals, arrived = Counter(node for node, *_ in additions(graph, FLOW)), Counter[int]()
    for node, edge, before, share, adjoint in additions(graph, NUMBERS):
        upstream, local = (graph.adjoints[edge.target], edge.partial) if edge else (1.0, 1.0)
        assert upstream is not None and local is not None and share is not None and adjoint is not None
        arrived[node] += 1
        counts = arrived[node], arrivals[node]
        yield Step("backward", node, edge, upstream, local, share, adjoint, before, *counts, graph)


def _operation(names: Names, index: int) -> str:
    """Write a node and the operation that made it: ``u = b * c``."""
    made = names.formula(index) or (names.composed(index) if names.unnamed(index) else "")
    made = "" if names.spelled(index) else made
    return f"{names[index]} = {made}" if made else names[index]


def _evaluation(names: Names, index: int) -> str:
    node = names.graph.nodes[index]
    value = number(node.data)
    if node.op is None:
        return f"{names[index]} = {value} is a leaf"
    chain = [_operation(names, index), *_substituted(names, index), value]
    edges = [edge for edge in names.graph.operands[index] if edge.partial is not None]
    told = [f"{names.local(edge)} = {number(edge.partial or 0.0)}" for edge in edges]
    kept = ", ".join(shortened(told, LISTED))
    return f"{' = '.join(chain)}; kept: {kept}" if kept else " = ".join(chain)


def _substituted(names: Names, index: int) -> list[str]:
    """Write an infix operation with its operands' numbers; nothing for a function."""
    op, operands = names.graph.nodes[index].op, names.shown_operands(index)
    if op is None or not op.symbol or len(operands) != 2:
        return []
    return [names.filled(index)]
