"""Prints the rule of a local derivative as a template: the engine's own rule, as MathML with holes for names.

Which rule a row has, which of its cases holds at a node and how it is simplified is decided by
`autograd.graph.rules`; here it only gets holes for names, so that edges with one rule share a template.
"""

from typing import Any

from autograd import Edge, Graph
from autograd.graph.latex import LatexPrinter
from autograd.graph.names import complete
from viz.player.latex import mathml
from viz.player.mathml import row, text
from viz.player.templates import OUT, SHOWN, Template, hole, template


class _Printer(LatexPrinter):
    """Prints a rule in LaTeX, with holes in place of the names of one edge's nodes."""

    def __init__(self, graph: Graph, edge: Edge) -> None:
        self._called = {other.source: hole(other.slot) for other in graph.operands[edge.target]}
        self._called[edge.target] = hole(OUT)
        super().__init__(graph, edge)

    def names(self, graph: Graph) -> Any:
        """Return a hole for every node that the rule may mention."""
        return self._called


def derivative(graph: Graph, edge: Edge) -> Template:
    """Return the rule of the local derivative on an edge, and why this case of several holds.

    It is empty where there is none to print: in a collapsed graph, and for a row made of Python functions.

    Examples
    --------
    >>> from autograd import relu, tanh, values
    >>> x, s = values(x=3.0, s=-0.3)
    >>> graph = Graph(tanh(x))
    >>> derivative(graph, graph.edges[0])
    ('<mrow><mn>1</mn><mo>−</mo>', (-1, True, 2), '<mo>·</mo>', (-1, True, 2), '</mrow>')
    >>> graph = Graph(relu(s))
    >>> derivative(graph, graph.edges[0])
    ('<mrow><mn>0</mn><mtext>, as </mtext><mrow>', (0, False, 0), '<mo>≤</mo><mn>0</mn></mrow></mrow>')
    """
    node = graph.nodes[edge.target]
    if node.op is None or node.op.from_callables is not None or not complete(graph, node):
        return ()
    if "others(j)" in node.op.partials[0] and len(graph.operands[edge.target]) > SHOWN:
        return (text("the product of the others"),)
    printer = _Printer(graph, edge)
    found = printer.rule()
    pieces = [mathml(found.text)]
    for i, reason in enumerate(printer.reasons):
        pieces += [text(" and " if i else ", as "), mathml(reason)]
    if found.choice:
        pieces.append(text(f" ({found.choice})"))
    return template(row(*pieces))
