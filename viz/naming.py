"""Gives every node of a `Graph` a name and a formula; knows nothing of boxes and arrows.

A labelled node goes by its label, else by the learner's variable, else by a short expression, else by its
number (`n7`). Names are made once, in topological order: no recursion, and work in proportion to the graph.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Edge, Graph, Node, Primitive, Value
from viz.names import Notation, gradient, local, pretty
from viz.numbers import number

SHORT = 16  # an expression up to this length is a name
LONG = 34  # a formula in a box is cut here
NESTED = 4  # containers within containers, so deep are variables searched
_ATOM, _NEGATIVE = 9, 3


class Naming:
    """Names, formulas and symbols of the nodes of one graph.

    Parameters
    ----------
    graph : Graph
        Whose nodes are to be named; its operands must be complete for formulas, so a collapsed graph has
        none.
    names : mapping, optional
        The learner's variables, usually `locals()`.
    notation : str
        How derivatives are written, see `viz.names`.
    """

    def __init__(self, graph: Graph, names: Mapping[str, Any] | None, notation: Notation) -> None:
        self._notation: Notation = notation
        self._graph = graph
        if names is not None and not isinstance(names, Mapping):
            raise TypeError(
                f"names takes variables by name, such as locals(), and got {type(names).__name__}."
            )
        self._variables = _from_variables(names or {})
        self._names: list[str] = []
        self._levels: list[int] = []  # how tightly a name holds together in a formula
        self.formulas: list[str] = []
        self.spelled: list[bool] = []  # whether the name is the formula itself
        for node in graph.nodes:
            self._add(node)
        for root in graph.roots:
            self._call(root, "f" if len(graph.roots) == 1 else f"f{root}")
        self.root = " + ".join(self._names[root] for root in graph.roots)

    def _add(self, node: Node) -> None:
        formula, level = "", _ATOM
        if node.op is not None and _complete(self._graph, node):
            operands = [edge.source for edge in self._graph.operands[node.index]]
            formula, level = self._formula(node.op, operands)
        label = pretty(node.label or self._variables.get(id(node.value), ""))
        spelled = not label and 0 < len(formula) <= SHORT
        if node.constant:
            label, level = number(node.data), _ATOM if node.data >= 0 else _NEGATIVE
        elif not spelled:
            label, level = label or f"n{node.index}", _ATOM
        self._names.append(formula if spelled else label)
        self._levels.append(level)
        self.formulas.append("" if spelled else formula)
        self.spelled.append(spelled)

    def _call(self, root: int, letter: str) -> None:
        """Give an unlabelled root a letter, as a function has in the textbook, if the letter is free."""
        if letter in self._names or not (self.spelled[root] or self._names[root] == f"n{root}"):
            return
        if self.spelled[root]:
            self.formulas[root], self.spelled[root] = self._names[root], False
        self._names[root] = letter

    def __getitem__(self, index: int) -> str:
        return self._names[index]

    def gradient(self, index: int) -> str:
        """Return the symbol for the derivative of the root with respect to a node."""
        return gradient(self.root, self._names[index], self._notation)

    def local(self, edge: Edge) -> str:
        """Return the symbol for the local derivative on an edge."""
        sources = [other.source for other in self._graph.operands[edge.target]]
        slot = edge.slot if sources.count(edge.source) > 1 else None
        return local(self._names[edge.target], self._names[edge.source], self._notation, slot)

    def _formula(self, op: Primitive, operands: list[int]) -> tuple[str, int]:
        names = [self._names[i] for i in operands]
        levels = [self._levels[i] for i in operands]
        if op.symbol and len(names) == 2:
            rightward = op.symbol == "**"
            pieces = [
                f"({name})"
                if level < op.precedence or (level == op.precedence and right != rightward)
                else name
                for name, level, right in zip(names, levels, (False, True), strict=True)
            ]
            return f"{pieces[0]} {op.symbol} {pieces[1]}", op.precedence
        if op.symbol and len(names) == 1:
            return f"{op.symbol}({names[0]})" if levels[
                0
            ] <= op.precedence else f"{op.symbol}{names[0]}", op.precedence
        text = f"{op.name}({', '.join(names)})"
        return (text if len(text) <= LONG else f"{op.name}({names[0]}, …, {names[-1]})"), _ATOM


def _complete(graph: Graph, node: Node) -> bool:
    """Say whether the edges into a node are its operands; in a collapsed graph they are not."""
    parents = node.value.parents if node.value is not None else ()
    operands = [graph.nodes[edge.source] for edge in graph.operands[node.index]]
    return len(parents) == len(operands) and all(
        operand.constant or operand.value is parent for operand, parent in zip(operands, parents, strict=True)
    )


def _from_variables(variables: Mapping[str, Any]) -> dict[int, str]:
    """Return a variable name for every Value, by identity; of several the shortest and first counts.

    Values in lists, tuples, dicts and object arrays are called `w[0]`, `W[0][1]`, `w['a']`; names that
    begin with an underscore are left out.
    """
    found: dict[int, str] = {}
    level = [(name, thing) for name, thing in variables.items() if not name.startswith("_")]
    for _ in range(NESTED):
        inside: list[tuple[str, Any]] = []
        for name, thing in level:
            if isinstance(thing, Value):
                found.setdefault(id(thing), name)
            else:
                inside += ((f"{name}[{key!r}]", item) for key, item in _items(thing))
        level = inside
    return found


def _items(thing: Any) -> Iterable[tuple[Any, Any]]:
    """Return keys and members of a container that may hold Values."""
    if isinstance(thing, dict):
        return thing.items()
    array = str(getattr(thing, "dtype", "")) == "object" and thing.ndim > 0
    return enumerate(thing) if array or isinstance(thing, list | tuple) else ()
