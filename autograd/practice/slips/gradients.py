"""The slips of a gradient: ways forgotten, multiplied or left too early, and slips on one of the arrows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import mul

from autograd.graph.graph import Graph
from autograd.graph.names import Names
from autograd.graph.paths import Path, Paths
from autograd.graph.snapshot import Edge
from autograd.graph.sweeps import NUMBERS, up
from autograd.practice.slips.arrows import LOCAL, Local, sign
from autograd.practice.slips.table import Found, Slip, Table
from autograd.practice.slips.wording import arrow, counted, plus, route

MOST_PATHS = 8  # so many are told apart; of more, only what arrives at the node in question
MOST_ARROWS = 40  # so many are looked at for slips on one of them, those nearest to the node

GRADIENT = Table()


@dataclass(frozen=True)
class Derivative:
    """The gradient of one node, as the slips look at it."""

    graph: Graph
    names: Names
    node: int

    @cached_property
    def adjoints(self) -> Sequence[float | None]:
        """The gradient of every node."""
        return self.graph.adjoints

    @property
    def total(self) -> float:
        """The gradient of the node."""
        return self.adjoints[self.node] or 0.0

    @cached_property
    def paths(self) -> list[Path]:
        """All paths if they are few, the largest first; else none."""
        found = Paths(self.graph, self.node)
        return list(found) if found.count <= MOST_PATHS else []

    @cached_property
    def leads(self) -> list[float | None]:
        """The derivative of every node by the one in question; None where no way leads there."""
        return up(self.graph, NUMBERS, [self.node])

    @cached_property
    def arrows(self) -> list[Edge]:
        """The arrows on the ways, those nearest to the node first."""
        leads, adjoints = self.leads, self.adjoints
        edges = (edge for edge in self.graph.edges if edge.partial is not None)
        return [e for e in edges if leads[e.source] is not None and adjoints[e.target] is not None]

    @property
    def fill(self) -> dict[str, str]:
        """What the places of the sentences are filled with."""
        return {"x": self.names[self.node], "f": self.names.root}

    def with_factor(self, edge: Edge, partial: float) -> float:
        """Return what would come out with another number on one arrow: the gradient is linear in each."""
        above, below = self.adjoints[edge.target], self.leads[edge.source]
        assert above is not None and below is not None and edge.partial is not None
        return self.total + above * below * (partial - edge.partial)


@dataclass(frozen=True)
class Along(Derivative):
    """The gradient that comes along one path alone, as if there were no other."""

    path: Path

    @cached_property
    def adjoints(self) -> Sequence[float | None]:
        """What comes along the path to every node on it."""
        return self._shares(self.path.nodes, self.path.partials)

    @cached_property
    def leads(self) -> list[float | None]:
        """The derivative of every node on the path by its last, along it."""
        return self._shares(self.path.nodes[::-1], self.path.partials[::-1])

    def _shares(self, nodes: Sequence[int], partials: Sequence[float]) -> list[float | None]:
        found: list[float | None] = [None] * len(self.graph)
        found[nodes[0]] = share = 1.0
        for node, partial in zip(nodes[1:], partials, strict=True):
            found[node] = share = share * partial
        return found

    @cached_property
    def paths(self) -> list[Path]:
        """The path alone."""
        return [self.path]

    @cached_property
    def arrows(self) -> list[Edge]:
        """The arrows of the path, from the leaf up."""
        return list(self.path.edges[::-1])


@GRADIENT.row("path forgotten", "{n} is what comes {through}, and that part is right. {more}")
def _forgotten(asked: Derivative) -> Iterator[Found]:
    paths, x, f = asked.paths, asked.names[asked.node], asked.names.root
    rest = len(paths) - 1
    leads, it = ("way leads", "it") if rest == 1 else ("ways lead", "them")
    more = f"{counted(rest).capitalize()} more {leads} from {x} to {f}; add {it}."
    for path in paths if rest > 0 else ():
        yield path.product, {"through": _through(asked, path), "more": more}


def _through(asked: Derivative, path: Path) -> str:
    """Say where a path leads that no other does."""
    others = [set(other.nodes) for other in asked.paths if other is not path]
    own = [node for node in reversed(path.nodes) if not any(node in nodes for nodes in others)]
    if own:
        return f"through {asked.names[own[0]]}"
    taken = {edge for other in asked.paths if other is not path for edge in other.edges}
    alone = [edge for edge in reversed(path.edges) if edge not in taken]
    if alone:
        return f"over the arrow {arrow(asked.names, alone[0])}"
    return f"along {route(asked.names, path.edges[::-1])}"


@GRADIENT.row("path left out", "{n} leaves out the way {through}. Add what comes there.")
def _left_out(asked: Derivative) -> Iterator[Found]:
    for path in asked.paths if len(asked.paths) > 2 else ():
        yield asked.total - path.product, {"through": _through(asked, path)}


@GRADIENT.row(
    "share forgotten",
    "{n} is what comes over the arrow {arrow}, and that part is right. Add what comes over the others.",
)
def _share(asked: Derivative) -> Iterator[Found]:
    uses = [edge for edge in asked.graph.consumers[asked.node] if edge in asked.arrows]
    for edge in uses if len(uses) > 1 and len(asked.paths) != len(uses) else ():
        yield (
            (asked.adjoints[edge.target] or 0.0) * (edge.partial or 0.0),
            {"arrow": arrow(asked.names, edge)},
        )


@GRADIENT.row("stopped early", "{n} is the gradient at {v}{rest}")
def _stopped(asked: Derivative) -> Iterator[Found]:
    x = asked.names[asked.node]
    below = {
        path.nodes[k]: path.edges[: k - 1 : -1] for path in asked.paths for k in range(1, len(path.edges))
    }
    for v, edges in sorted(below.items(), key=lambda item: (len(item[1]), item[0])):
        if asked.adjoints[v] != asked.graph.adjoints[v]:
            continue  # one path alone is asked, and this is not all that arrives there
        if asked.adjoints[v] == -asked.total:
            continue  # what is left is a sign, of which more can be said
        through = [path for path in asked.paths if v in path.nodes]
        ways = len({path.edges[path.nodes.index(v) :] for path in through})
        on_this_way = "" if len(through) == len(asked.paths) else " on this way"
        left = (
            "One arrow is left" if len(edges) == 1 else f"{counted(len(edges)).capitalize()} arrows are left"
        )
        rest = f". {left}{on_this_way}: {route(asked.names, edges)}."
        if ways > 1:
            rest = f". {counted(ways).capitalize()} ways lead on from {x} to {asked.names[v]}."
        elif len(edges) == 1:
            rest = f", so you are nearly there{rest}"
        yield asked.adjoints[v] or 0.0, {"v": asked.names[v], "rest": rest}


@GRADIENT.row(
    "upstream forgotten",
    "{n} is the factor on the arrow {arrow}. Multiply it by the gradient that arrives at {v}.",
)
def _upstream(asked: Derivative) -> Iterator[Found]:
    for edge in asked.arrows:
        v = edge.target
        if (
            edge.source == asked.node
            and v not in asked.graph.roots
            and asked.adjoints[v] == asked.graph.adjoints[v]
        ):
            yield edge.partial or 0.0, {"arrow": arrow(asked.names, edge), "v": asked.names[v]}


@GRADIENT.row(
    "factor forgotten", "{n} leaves out one factor, that on the arrow {arrow}. Multiply by it, too."
)
def _factor(asked: Derivative) -> Iterator[Found]:
    for path in asked.paths if len(asked.paths) == 1 else ():
        for edge in path.edges[-2:0:-1]:  # without the last it stopped early, without the first, upstream
            if edge.partial == 1:
                continue
            yield asked.with_factor(edge, 1.0), {"arrow": arrow(asked.names, edge)}


@GRADIENT.row(
    "paths multiplied",
    "{n} is the product of the {count} paths. Multiply along a path; add where paths meet.",
)
def _multiplied(asked: Derivative) -> Iterator[Found]:
    if len(asked.paths) > 1:
        yield reduce(mul, (path.product for path in asked.paths)), {"count": counted(len(asked.paths))}


@GRADIENT.row("added along a path", "{n} is {sum}. Each arrow stretches the nudge, so along a path multiply.")
def _added(asked: Derivative) -> Iterator[Found]:
    for path in asked.paths if len(asked.paths) == 1 else ():
        if len(path.partials) > 1:
            yield sum(path.partials), {"sum": plus(path.partials)}


@GRADIENT.row("sign turned", "The size is right, the sign is turned. {why}")
def _turned(asked: Derivative) -> Iterator[Found]:
    if asked.total:
        alone = len(asked.paths) == 1
        why = sign(asked.names, asked.arrows) if alone else "Look at the sign of each way before you add."
        yield -asked.total, {"why": why}


@GRADIENT.row(
    "value for derivative",
    "{n} is the value of {v}. The question is how fast {f} moves when {x} moves.",
)
def _value(asked: Derivative) -> Iterator[Found]:
    on_the_way = {edge.target for edge in asked.arrows}
    for v in (asked.node, *asked.graph.roots, *sorted(on_the_way.difference(asked.graph.roots))):
        yield asked.graph.nodes[v].data, {"v": asked.names[v], **asked.fill}


@GRADIENT.row(
    "gradient for path",
    "{n} is all of {symbol}. Here the question is what comes along {route} alone.",
)
def _all(asked: Derivative) -> Iterator[Found]:
    if isinstance(asked, Along) and Paths(asked.graph, asked.node).count > 1:
        way = route(asked.names, asked.arrows)
        yield (
            asked.graph.adjoints[asked.node] or 0.0,
            {"symbol": asked.names.gradient(asked.node), "route": way},
        )


ON_THE_WAY = ("wrong operand", "other arrow", "factor of the power", "exponent kept", "input for output")


def gradient_slips(asked: Derivative) -> Iterator[Slip]:
    """Give all slips of a gradient, those on one of its arrows included."""
    yield from GRADIENT.slips(asked)
    for edge in asked.arrows[:MOST_ARROWS]:
        for found in LOCAL.slips(Local(asked.graph, asked.names, edge), ON_THE_WAY):
            n = asked.with_factor(edge, found.answer)
            if found.kind == "wrong operand" and n == asked.graph.nodes[asked.node].data:
                continue  # that it is the value of the node in question has been said
            yield found.given(n, arrow(asked.names, edge))
