"""Finds the chain-rule paths of a loss on the drawing of its network: which path takes which line.

The graph is collapsed to the outputs of the neurons, so that an edge is a line: ∂O_21/∂O_11 belongs to the
one from O_11 to O_21. Reads `autograd.Graph`; computes no derivative and places nothing.
"""

from itertools import islice
from typing import Any

from autograd import Edge, Graph, Node, Value
from autograd.text.symbols import leaves_alone
from viz.drawing.looks.style import PATHS
from viz.figures.architecture import Architecture
from viz.figures.ledger import Ledger
from viz.figures.names import names_of, pretty

Neuron = tuple[int, int]  # layer and place in it, both from 1; in layer 0 the inputs


class Routes:
    """The paths from a result to a weight, a bias, an input or a neuron.

    Parameters
    ----------
    network : Architecture
    paths : tuple
        The result, a `Value` or `Graph`, and where its paths end.
    notation : str

    Attributes
    ----------
    naming : Names
        Of the graph, collapsed to the outputs of the neurons.
    ledger : Ledger
    lines : dict of str to Edge
        By the id of a line of the drawing: `w<layer>-<from>-<to>`, `b<layer>-<to>` or `loss-<from>`.
    units : set of (int, int)
        The neurons and inputs at these lines.
    loss : Node, optional
        The result, unless it is a neuron's output.
    caption : tuple of str
    """

    def __init__(self, network: Architecture, paths: Any, notation: str) -> None:
        root, leaf = _ends(paths)
        whole = Graph.of(root)
        end = whole.nodes[whole.index(leaf)]
        outputs = _outputs(network, whole)
        kept = {*outputs, end.index}
        graph = whole.collapse([whole.nodes[index] for index in sorted(kept)])
        self.naming = names_of(graph, None, notation)
        self._at = {graph.index(whole.nodes[index]): neuron for index, neuron in outputs.items()}
        self._starts = {} if end.index in outputs else _starts(network, end, whole.names[end.index])
        self._root, self._end = graph.roots[0], graph.index(end)
        self.loss = None if self._root in self._at else graph.nodes[self._root]
        shown = list(islice(graph.paths(graph.nodes[self._end]), PATHS))
        self.ledger = Ledger(graph, self.naming, self._end, shown)
        found = {edge: self._line(edge) for edge in self.ledger.over}
        self.lines = {line: edge for edge, line in found.items() if line}
        self.units = {self._at[index] for path in shown for index in path.nodes if index in self._at}
        self.units |= {_source(line) for line in self.lines if line.startswith("w")}
        off = {k for edge, line in found.items() if not line for k in self.ledger.over[edge]}
        self.caption = self._words(sorted(off))

    def _line(self, edge: Edge) -> str:
        """Return the line that an edge belongs to; "" where it leads from no layer to the next."""
        target, source = self._at.get(edge.target), self._at.get(edge.source)
        if source is None:
            return self._starts.get(target, "") if target else ""
        if target is None:
            return f"loss-{source[1]}" if edge.target == self._root else ""
        return f"w{target[0]}-{source[1]}-{target[1]}" if target[0] == source[0] + 1 else ""

    def _words(self, off: list[int]) -> tuple[str, ...]:
        if not self.ledger.count:
            return (self.ledger.none,)
        words: list[str] = []
        if self.loss is not None:
            words += leaves_alone(self.naming.root)
        if off:
            numbers = ", ".join(map(str, off))
            words.append(f"path {numbers}: partly off the drawing, as it skips layers or neurons")
        return tuple(words)


def _ends(paths: Any) -> tuple[Value | Graph, Value | Node | str]:
    if not isinstance(paths, tuple) or len(paths) != 2:
        raise TypeError(
            f"paths takes a pair, such as paths=(L, net.w(1, 1, 1)): the result and where its paths end; "
            f"got {type(paths).__name__}."
        )
    root, leaf = paths
    return root, leaf


def _outputs(network: Architecture, graph: Graph) -> dict[int, Neuron]:
    """Return which nodes of a graph are the outputs of the network's neurons, by their labels."""
    called: dict[str, list[int]] = {}
    for node in graph.nodes:
        if node.op is not None and node.label:
            called.setdefault(pretty(node.label), []).append(node.index)
    outputs: dict[int, Neuron] = {}
    for k, column in enumerate(network.columns[1:], 1):
        for j, unit in enumerate(column, 1):
            found = called.get(unit.name, [])
            if not found:
                raise ValueError(
                    f"{graph.names.root} has no node called {unit.name}, as this network calls the output of "
                    f"neuron {j} in layer {k}. Record {graph.names.root} from this network, and leave its "
                    "outputs the labels that it gives them."
                )
            if len(found) > 1:
                raise ValueError(
                    f"{graph.names.root} has {len(found)} nodes called {unit.name}: it was recorded from "
                    f"several samples, and each has paths of its own. Draw those of one sample's loss."
                )
            outputs[found[0]] = k, j
    return outputs


def _starts(network: Architecture, end: Node, name: str) -> dict[Neuron, str]:
    """Return the lines that begin at a weight, a bias or an input, by the neuron that each enters."""
    starts: dict[Neuron, str] = {}
    for k, neurons in enumerate(network.layers, 1):
        for j, neuron in enumerate(neurons, 1):
            for i, weight in enumerate(neuron.w, 1):
                if weight is end.value:
                    starts[k, j] = f"w{k}-{i}-{j}"
            if neuron.b is not None and neuron.b is end.value:
                starts[k, j] = f"b{k}-{j}"
    names = [unit.name for unit in network.columns[0]]
    if not starts and pretty(end.label) in names:
        i = names.index(pretty(end.label)) + 1
        starts = {(1, j): f"w1-{i}-{j}" for j in range(1, network.widths[1] + 1)}
    if not starts:
        raise ValueError(
            f"paths end at a weight, a bias, a neuron or an input of this network, and {name} is "
            f"none. Its inputs are called {', '.join(names[:4])}: label yours so, or say inputs=[...]."
        )
    return starts


def _source(line: str) -> Neuron:
    """Return the neuron or input at which the line of a weight begins."""
    layer, source, _ = line.removeprefix("w").split("-")
    return int(layer) - 1, int(source)
