"""Small programs of named steps, each one operation, and what our engine says of them.

A program is what both sides run: the class that is graded step by step, so that every inner number can be
read, and our own engine, for the right numbers. Knows nothing of who is graded.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from autograd.core.value import Value
from autograd.graph.graph import Graph
from autograd.table.language import OPERATORS, statements
from autograd.table.primitive import TABLE
from autograd.text.numbers import number

Operand = str | float
SIGNS = {row.symbol: name for name, row in TABLE.items() if row.symbol and len(row.parameters) == 2}
INFIX = {name: symbol for symbol, name in SIGNS.items() if symbol in (*OPERATORS.values(), "**")}


class Step(NamedTuple):
    """One line: a name, the row that computes it, and its operands, names or plain numbers.

    `hidden` operands follow, which only our row needs: the class has chosen them (the slope of leaky_relu).
    """

    name: str
    op: str
    operands: tuple[Operand, ...]
    hidden: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """The line as it is written: ``c = a * b``."""
        shown = [x if isinstance(x, str) else number(x) for x in self.operands]
        if self.op in INFIX:
            left, right = (f"({x})" if x.startswith("-") else x for x in shown)
            return f"{self.name} = {left} {INFIX[self.op]} {right}"
        if self.op == "neg":
            return f"{self.name} = -{shown[0]}"
        return f"{self.name} = {self.op}({', '.join(shown)})"


@dataclass(frozen=True)
class Known:
    """The right numbers of a program: of each name the value and the gradient, of each step the partials."""

    values: Mapping[str, float]
    partials: Mapping[str, tuple[float | None, ...]]
    grads: Mapping[str, float]


@dataclass(frozen=True)
class Program:
    """Leaves with numbers, and steps; the last step is the root.

    Examples
    --------
    >>> p = program("c = a * a", a=3.0)
    >>> p.text, p.known.grads
    ('a = 3; c = a * a', {'a': 6.0, 'c': 1.0})
    """

    inputs: tuple[tuple[str, float], ...]
    steps: tuple[Step, ...]

    @property
    def root(self) -> str:
        """The name of the last step."""
        return self.steps[-1].name

    @property
    def names(self) -> tuple[str, ...]:
        """All names, leaves first."""
        return (*(name for name, _ in self.inputs), *(step.name for step in self.steps))

    @property
    def operations(self) -> tuple[str, ...]:
        """The rows it uses, each once, in their order."""
        return tuple(dict.fromkeys(step.op for step in self.steps))

    @property
    def text(self) -> str:
        """The program in one line."""
        leaves = [f"{name} = {number(x)}" for name, x in self.inputs]
        return "; ".join([*leaves, *(step.text for step in self.steps)])

    @cached_property
    def _nodes(self) -> dict[str, Value]:
        nodes: dict[str, Value] = {name: Value(x, label=name) for name, x in self.inputs}
        for step in self.steps:
            operands = [nodes[x] if isinstance(x, str) else x for x in step.operands]
            nodes[step.name] = node = TABLE[step.op](*operands, *step.hidden)
            node.label = step.name
        return nodes

    @property
    def graph(self) -> Graph:
        """The program as our engine records it."""
        return Graph(self._nodes[self.root])

    @cached_property
    def known(self) -> Known:
        """The right numbers, by our own engine."""
        nodes = self._nodes
        nodes[self.root].backward()
        return Known(
            {name: node.data for name, node in nodes.items()},
            {step.name: nodes[step.name].partials for step in self.steps},
            {name: node.grad or 0.0 for name, node in nodes.items()},
        )

    def moved(self, **inputs: float) -> Program:
        """Return the program at other numbers."""
        return Program(tuple((name, inputs.get(name, x)) for name, x in self.inputs), self.steps)

    def data(self) -> dict[str, Any]:
        """Return what the class has to run, for its process."""
        return {
            "inputs": [list(pair) for pair in self.inputs],
            "steps": [[step.name, step.op, list(step.operands)] for step in self.steps],
        }


def program(text: str, hidden: Mapping[str, Sequence[float]] | None = None, **inputs: float) -> Program:
    """Read a program: one operation a line, apart by ``;``.

    Parameters
    ----------
    text : str
        Such as ``"c = a * b; d = tanh(c)"``.
    hidden : dict of str to sequence of float, optional
        For rows with defaults, the numbers that the class has chosen for these operands.
    **inputs : float
        The leaves.
    """
    steps = [_step(name, tree, hidden or {}) for name, tree, _, _ in statements(text)]
    return Program(tuple(inputs.items()), tuple(steps))


def _step(name: str, tree: ast.expr, hidden: Mapping[str, Sequence[float]]) -> Step:
    match tree:
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            op, operands = "pow", [left, right]
        case ast.BinOp(left=left, op=sign, right=right):
            op, operands = SIGNS[OPERATORS[type(sign)]], [left, right]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            op, operands = "neg", [operand]
        case ast.Call(func=ast.Name(id=op), args=operands):
            pass
        case _:
            raise ValueError(f"{ast.unparse(tree)} is not one operation.")
    return Step(name, op, tuple(map(_operand, operands)), tuple(hidden.get(op, ())))


def _operand(tree: ast.expr) -> Operand:
    return tree.id if isinstance(tree, ast.Name) else float(ast.literal_eval(tree))
