"""Says each step of a walkthrough in one line: the engine's words, with the learner's names and notation.

Where names and notation are the engine's own, a line is `Step.text`, word for word. It computes no derivative
and knows no markup.
"""

from collections.abc import Sequence

from autograd import Graph, Step
from autograd.naming import shortened
from viz.naming import Naming
from viz.numbers import addition, number, product

LISTED = 6  # local derivatives named in one line


def sentence(graph: Graph, naming: Naming, step: Step) -> str:
    """Return one step in words.

    Examples
    --------
    >>> from autograd import Value, backward_steps
    >>> x = Value(3.0)
    >>> graph = Graph(x * x)
    >>> naming = Naming(graph, {"x": x}, "bar")
    >>> for step in backward_steps(graph):
    ...     print(sentence(graph, naming, step))
    the backward sweep starts at f: f̄ = 1
    x receives 1·3 = 3 from f: x̄ = 3
    x receives 1·3 = 3 from f: x̄ = 3 + 3 = 6
    """
    if step.phase == "forward":
        return _evaluated(graph, naming, step.node)
    symbol, total = naming.gradient(step.node), number(step.adjoint)
    merged = "" if step.before is None else f"{addition([step.before, step.contribution])} = "
    if step.edge is None:
        return f"the backward sweep starts at {naming[step.node]}: {symbol} = {merged}{total}"
    share = f"{product([step.upstream, step.local])} = {number(step.contribution)}"
    giver = naming[step.edge.target]
    return f"{naming[step.node]} receives {share} from {giver}: {symbol} = {merged}{total}"


def _evaluated(graph: Graph, naming: Naming, index: int) -> str:
    node = graph.nodes[index]
    name, formula, value = naming[index], naming.formulas[index], number(node.data)
    if node.op is None:
        return f"{name} = {value} is a leaf"
    chain = [f"{name} = {formula}" if formula else name, *_substituted(graph, naming, index), value]
    edges = [edge for edge in graph.operands[index] if edge.partial is not None]
    told = [f"{naming.local(edge)} = {number(edge.partial or 0.0)}" for edge in edges]
    kept = ", ".join(shortened(told, LISTED))
    return f"{' = '.join(chain)}; memoized: {kept}" if kept else " = ".join(chain)


def _substituted(graph: Graph, naming: Naming, index: int) -> list[str]:
    """Return an infix operation with its operands' numbers; nothing for a function or a collapsed node."""
    op = graph.nodes[index].op
    data = [graph.nodes[edge.source].data for edge in graph.operands[index]]
    whole = naming.spelled[index] or naming.formulas[index] != ""
    if op is None or not op.symbol or len(data) != 2 or not whole:
        return []
    if op.symbol == "*":
        return [product(data)]
    left, right = (
        f"({number(x)})" if x < 0 and (i or op.symbol == "**") else number(x) for i, x in enumerate(data)
    )
    return [f"{left} {op.symbol} {right}"]


def numbered(lines: Sequence[str], phases: Sequence[str]) -> list[str]:
    """Return the lines of the text form: number, phase, words.

    Examples
    --------
    >>> numbered(["a = 5 is a leaf"], ["forward"])
    ['1  forward   a = 5 is a leaf']
    """
    digits = len(str(len(lines)))
    return [
        f"{i:>{digits}}  {phase:<8}  {line}"
        for i, (line, phase) in enumerate(zip(lines, phases, strict=True), 1)
    ]
