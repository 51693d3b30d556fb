"""Names the nodes of a `Graph` as `autograd.graph.names` does, by the learner's variables, in her notation.

Knows nothing of boxes and arrows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Edge, Graph, Node, Value
from autograd.graph import names as naming
from viz.figures.names import Notation, gradient, local, pretty

LONG = 34  # a formula in a box is cut here
NESTED = 4  # containers within containers, so deep are variables searched


class Naming(naming.Naming):
    """Names, formulas and symbols of the nodes of one graph, as drawings write them.

    A labelled node goes by its label, else by the learner's variable, else as the engine calls it.

    Parameters
    ----------
    graph : Graph
        Whose nodes are to be named.
    names : mapping, optional
        The learner's variables, usually `locals()`.
    notation : str
        How derivatives are written, see `viz.names`.
    """

    def __init__(self, graph: Graph, names: Mapping[str, Any] | None, notation: Notation) -> None:
        if names is not None and not isinstance(names, Mapping):
            raise TypeError(
                f"names takes variables by name, such as locals(), and got {type(names).__name__}."
            )
        variables = _from_variables(names or {})

        def label(node: Node) -> str:
            return pretty(node.label or variables.get(id(node.value), ""))

        self._notation: Notation = notation
        super().__init__(graph, label)

    def brief(self, index: int) -> str:
        """Return the formula of a node as a box has room for it: of a long call, two operands."""
        formula = self.formula(index)
        return formula if len(formula) <= LONG else self.formula(index, listed=2)

    def gradient(self, index: int) -> str:
        """Return the symbol for the derivative of the root with respect to a node."""
        return gradient(self.root, self[index], self._notation)

    def local(self, edge: Edge) -> str:
        """Return the symbol for the local derivative on an edge."""
        slot = edge.slot if self.repeated(edge) else None
        return local(self[edge.target], self[edge.source], self._notation, slot)


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
