"""Graphs for tests: random ones, the notes' fully connected nets by hand, and paths by brute force.

Knows `Value` only: nothing here reads `Graph` or anything that is built on it, but `spelled`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

import autograd as ag
from autograd import Graph, Value
from autograd.text.forms import Forms, Piece


def spelled(graph: Graph, forms: Forms) -> list[Piece]:
    """Write every node without a label by the operations that made it, in place of its number."""
    pieces: list[Piece] = []
    for node in graph.nodes:
        if node.constant:
            pieces.append(forms.number(node.data))
        elif node.label or node.op is None or node.index in graph.roots:
            pieces.append(forms.named(node.label or "f"))
        else:
            shown = graph.names.shown_operands(node.index)
            left_out = len(graph.operands[node.index]) - len(shown)
            write = [pieces[edge.source] for edge in shown]
            pieces.append(forms.operation(node.op, write, lambda piece: piece, left_out=left_out))
    return pieces


W_4321 = [
    [[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1, -1.1, 0.2]],
    [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]],
    [[0.7], [-0.8]],
]
X_4321 = [0.5, -1.0, 1.5, 2.0]


@dataclass
class Net:
    """A fully connected net in the notes' notation: w[k][i][j] leads from neuron i of layer k to neuron j."""

    x: list[Any]
    y: list[Any]
    w: list[list[list[Value]]]
    b: list[list[Value]]
    O: list[list[Value]]  # noqa: E741 - the notes' letter
    loss: Value

    @property
    def weights(self) -> list[Value]:
        return [w for layer in self.w for row in layer for w in row]

    @property
    def parameters(self) -> list[Value]:
        return [*self.weights, *(b for layer in self.b for b in layer)]


def fully_connected(
    widths: Sequence[int],
    f: Callable[[Value], Value] | None = ag.tanh,
    weights: Sequence[Any] | None = None,
    x: Sequence[float] | None = None,
    numbers: bool = False,
    biases: bool = False,
) -> Net:
    """Build a net of binary + and *, sums from the left, bias last, loss (y - O)^2.

    `numbers`: the inputs are plain numbers. No activation `f` means the identity.
    """
    rng = random.Random(0)
    x = x or [rng.uniform(-1, 1) for _ in range(widths[0])]
    X: list[Any] = list(x) if numbers else [Value(v, label=f"x_{i}") for i, v in enumerate(x, 1)]
    y: list[Any] = [1.0 if numbers else Value(1.0, label="y") for _ in range(widths[-1])]
    net = Net(X, y, [], [], [], Value(0.0))
    below = X
    for k, (n, m) in enumerate(pairwise(widths), 1):
        numbers_k = weights[k - 1] if weights else [[rng.uniform(-1, 1) for _ in range(m)] for _ in range(n)]
        layer = [[Value(numbers_k[i][j], label=f"w^{k}_{i + 1}{j + 1}") for j in range(m)] for i in range(n)]
        net.w.append(layer)
        net.b.append([Value(rng.uniform(-1, 1), label=f"b^{k}_{j + 1}") for j in range(m)] if biases else [])
        outs = []
        for j in range(m):
            s = layer[0][j] * below[0]
            for i in range(1, n):
                s = s + layer[i][j] * below[i]
            s = s + net.b[-1][j] if biases else s
            out = f(s) if f else s
            out.label = f"O_{k}{j + 1}"
            outs.append(out)
        net.O.append(outs)
        below = outs
    terms = [(target - out) ** 2 for target, out in zip(y, below, strict=True)]
    net.loss = terms[0]
    for term in terms[1:]:
        net.loss = net.loss + term
    net.loss.label = "L"
    return net


def fx_4321(f: Callable[[Value], Value] | None = None, numbers: bool = False) -> Net:
    """Build fixture FX-4321; no activation means the identity."""
    return fully_connected([4, 3, 2, 1], f, W_4321, X_4321, numbers)


def doubled(times: int) -> tuple[Value, Value]:
    """Return the diamond x + x, doubled again and again: 2^times paths over 2·times edges, and its leaf."""
    x = Value(1.0, label="x")
    y = x
    for _ in range(times):
        y = y + y
    return y, x


EXACT: list[Callable[[Value, Value], Any]] = [  # partials whose products a float holds exactly
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * 2.0,
    lambda a, b: -3.0 * a,
    lambda a, b: ag.where(a > b, a, b + a),
    lambda a, b: ag.maximum(a, b),
    lambda a, b: ag.relu(a),
    lambda a, b: ag.sum([a, b, a, 1.0]),
    lambda a, b: a.detach() + b,
]
SMOOTH: list[Callable[[Value, Value], Any]] = [
    lambda a, b: a * b,
    lambda a, b: ag.tanh(a),
    lambda a, b: ag.sin(a) - b,
    lambda a, b: ag.dot([a, b, a], [b, 0.5, a], b),
]


@st.composite
def random_nodes(draw: st.DrawFn, operations: Sequence[Any] = (), most: int = 9) -> list[Value]:
    """Draw a list of nodes: three leaves, then operations on nodes drawn before; the last one is the root."""
    chosen = operations or [*EXACT, *SMOOTH]
    nodes = [Value(draw(st.integers(-3, 3)) / 2, label=name) for name in "abc"]
    for _ in range(draw(st.integers(1, most))):
        operation = draw(st.sampled_from(chosen))
        nodes.append(operation(draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes[-4:]))))
    return nodes


def every_path(root: Value, leaf: Value) -> Iterator[tuple[tuple[int, ...], float]]:
    """Enumerate all paths by recursion over the live nodes: the operands' slots, and the product."""

    def down(node: Value, slots: tuple[int, ...], product: float) -> Iterator[tuple[tuple[int, ...], float]]:
        if node is leaf:
            yield slots, product
            return
        for slot, (parent, partial) in enumerate(zip(node.parents, node.partials, strict=True)):
            if partial is not None and isinstance(parent, Value):
                yield from down(parent, (*slots, slot), product * partial)

    return down(root, (), 1.0)
