"""The derivation of one derivative: its paths in symbols, by rule and in numbers, their sum, and why.

Chooses what is worth showing; how a path is written stands in `autograd.explain_lines`, what is remarkable in
`autograd.explain_why`. Computes no derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from autograd.core import describe
from autograd.explanation import explain_lines
from autograd.explanation.explain_lines import LATEX, LONGEST, three_lines
from autograd.explanation.reasons import disconnected, why
from autograd.graph import latex
from autograd.graph import names as naming
from autograd.graph.graph import Graph
from autograd.graph.paths import Path, Paths
from autograd.graph.snapshot import Node
from autograd.text import numbers as notation
from autograd.text.forms import PLAIN
from autograd.text.numbers import number, shortened

if TYPE_CHECKING:
    from autograd.core.value import Value

LISTED = 4  # paths written out


@dataclass(frozen=True)
class Explanation:
    """How a derivative comes about; prints as text, and shows itself as mathematics in a notebook.

    Attributes
    ----------
    gradient : float or None
        The derivative; None where no gradient flows.
    why : tuple of str
        What is remarkable: not connected, branch not taken, dead here, saturated, cancelled, vanishing,
        exploding, first bad node. Empty for an ordinary number.
    text : str
        The derivation in plain text: three lines for each path, then their sum, then the reasons.
    latex : str
        The same in LaTeX, an ``aligned`` block; the reasons aside.
    """

    gradient: float | None
    why: tuple[str, ...]
    text: str
    latex: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        mathematics = f"$$\n{self.latex}\n$$"
        reasons = "".join(f"\n\n    why: {reason}" for reason in self.why)
        return {"text/plain": self.text, "text/latex": mathematics, "text/markdown": mathematics + reasons}


def explain(root: Value | Graph, leaf: Value | Node) -> Explanation:
    """Derive ∂root/∂leaf path by path, and say why it is missing, zero, tiny, huge or not a number.

    Parameters
    ----------
    root : Value or Graph
        The result, or a snapshot. Where the paths are long, only the labelled nodes on them are shown; hand
        in ``Graph(root)`` to see every operation, ``Graph(root).collapse(keep)`` for nodes of your choice.
    leaf : Value or Node
        By what is differentiated; any node.

    Returns
    -------
    Explanation
        With `text` and `latex`, `why` and `gradient`. The four largest paths are written out; how many
        are not shown is said.

    Raises
    ------
    StaleGraphError
        If a leaf was assigned after the graph was recorded.

    Notes
    -----
    The chain rule over every path (notes 004, S004-16 to S004-19): symbols, then each local derivative by the
    rule of its row, then numbers.

    Examples
    --------
    >>> from autograd import values
    >>> a, b, c = values(a=5.0, b=3.0, c=2.0)
    >>> u = b * c; v = a + u; J = 3 * v
    >>> u.label, v.label, J.label = "u", "v", "J"
    >>> print(explain(J, b))
    ∂J/∂b = 6
    <BLANKLINE>
    J → v → u → b
        ∂J/∂v · ∂v/∂u · ∂u/∂b
      = 3 · c
      = 3·1·2 = 6
    >>> s, = values(s=-0.3)
    >>> from autograd import relu
    >>> print(explain(relu(s), s).why[0])
    dead here: relu(s) at s = -0.3 has the local derivative 0, as s ≤ 0
    """
    shown = Graph.of(root)
    whole = shown.whole
    value = leaf.value if isinstance(leaf, Node) else leaf
    if value is not None and all(node.value is not value for node in whole.nodes):
        reasons = disconnected(whole, value)
        name = describe.name(value)
        symbol = PLAIN.derivative(naming.root_name(whole), name)
        text = "\n".join([f"{symbol}: no path", "", *(f"why: {reason}" for reason in reasons)])
        return Explanation(None, reasons, text, rf"\text{{no path to }}{latex.label(name)}")
    if shown is whole and not isinstance(root, Graph):
        shown = _readable(whole, whole.index(leaf))
    naming.share(whole, shown)
    reasons = why(whole, whole.index(leaf))
    paths = shown.paths(leaf)
    listed = list(islice(paths, LISTED))
    gradient = whole.adjoint(leaf)
    text = _text(whole, paths, listed, gradient, reasons)
    return Explanation(gradient, reasons, text, _latex(whole, paths, listed, gradient))


def _readable(whole: Graph, leaf: int) -> Graph:
    """Collapse a graph to the labelled nodes on the way to a node, where it cannot be read as it is.

    That is where a path is long, or some of its nodes have no better name than a number.
    """
    length = {leaf: 0}
    for edge in whole.edges:
        if edge.partial is not None and edge.source in length:
            length[edge.target] = max(length.get(edge.target, 0), length[edge.source] + 1)
    called = naming.names(whole)
    numbered = any(called[index] == f"n{index}" for index in length if index != leaf)
    if not numbered and max(length.get(root, 0) for root in whole.roots) <= LONGEST:
        return whole
    keep = [node for node in whole.nodes if node.label and node.index in length]
    inner = {node.index for node in keep} - {leaf, *whole.roots}
    try:
        return whole.collapse([*keep, whole.nodes[leaf]]) if inner else whole
    except ValueError:  # too many of them depend on each other
        return whole


def _text(
    whole: Graph, paths: Paths, listed: list[Path], gradient: float | None, reasons: tuple[str, ...]
) -> str:
    symbol, count = naming.gradient(paths.graph, paths.leaf), paths.count
    lines = [f"{symbol} = {number(gradient)}" if gradient is not None else f"{symbol}: no path"]
    if count > 1:
        lines[0] += f", the sum over {notation.whole(count)} paths"
    called = naming.names(paths.graph)
    for k, path in enumerate(listed, 1):
        chain = " → ".join(shortened([called[index] for index in path.nodes], LONGEST))
        first, *rest = three_lines(whole, path, explain_lines.PLAIN) if path.edges else ["1"]
        lines += ["", f"path {k}: {chain}" if count > 1 else chain, f"    {first}"]
        lines += [f"  = {line}" for line in rest]
    if count > len(listed):
        lines += ["", f"{notation.whole(count - len(listed))} more paths are not shown"]
    elif count > 1:
        terms = notation.addition(path.product for path in listed)
        lines += ["", f"{symbol} = {terms} = {number(paths.total)}"]
    return "\n".join([*lines, *([""] if reasons else []), *(f"why: {reason}" for reason in reasons)])


def _latex(whole: Graph, paths: Paths, listed: list[Path], gradient: float | None) -> str:
    symbol, count = latex.gradient(paths.graph, paths.leaf), paths.count
    if gradient is None:
        return rf"{symbol}: \text{{no path}}"
    lines = []
    for k, path in enumerate(listed, 1):
        first, *rest = three_lines(whole, path, LATEX) if path.edges else ["1"]
        lines.append(rf"\text{{path {k}:}}\quad & {first}" if count > 1 else f"{symbol} &= {first}")
        lines += [f"&= {line}" for line in rest]
    if count > len(listed):
        hidden = notation.whole(count - len(listed))
        lines.append(
            rf"{symbol} &= {latex.number(paths.total)} \quad \text{{({hidden} paths are not shown)}}"
        )
    elif count > 1:
        terms = " + ".join(latex.number(path.product) for path in listed).replace("+ -", "- ")
        lines.append(rf"{symbol} &= {terms} = {latex.number(paths.total)}")
    body = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
