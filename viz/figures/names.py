r"""Says how labels and derivatives are written on a drawing, and what the nodes of a graph are called there.

A label is the learner's own text. It stays text: control characters, line breaks and marks that reorder a
line are shown by their escapes, long labels are cut, and only a label that is an index in the notes' manner
(`w^1_{11}`, `x_2`) is set with small digits. Knows nothing of boxes, arrows, DOT or SVG.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from autograd import Edge, Graph, Value
from autograd.graph.names import Names
from autograd.text import labels, symbols
from autograd.text.forms import LATEX, TYPED
from autograd.text.symbols import checked

LONGEST = 40  # characters of a label
LONG = 34  # a formula in a box is cut here
NESTED = 4  # containers within containers, so deep are variables searched
_SHAPERS = "\u200c\u200d"  # they shape words and hold an emoji together


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Return `text` on one line, with nothing in it that cannot be seen.

    >>> visible("two\nlines"), visible("a" * 50)[-2:]
    ('two\\nlines', 'a…')
    """
    shown = "".join(_visible_character(c) for c in text[: longest + 1])
    return shown[: longest - 1] + "…" if len(shown) > longest else shown


def _visible_character(c: str) -> str:
    if c in _SHAPERS:
        return c
    if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or ord(c) & 0xFFFE == 0xFFFE:
        return c.encode("unicode_escape").decode("ascii")
    return c


def pretty(label: str) -> str:
    """Return a label as it is drawn: indices in the notes' manner become small digits.

    >>> pretty("w^1_{11}"), pretty("O_21"), pretty("x_2"), pretty("learning_rate"), pretty("2^3")
    ('w¹₁₁', 'O₂₁', 'x₂', 'learning_rate', '2^3')
    """
    name, again = labels.split(label)
    return visible(labels.drawn(name)) + again


DRAWN = replace(TYPED, name=pretty)  # as it is typed, with small digits


def _typeset(label: str) -> str:
    """Return a label in LaTeX; what its letters have in formulas alone is one."""
    return re.sub("[<>|]", r"\\ensuremath{\g<0>}", labels.latex(visible(label)))


# The same in LaTeX, derivatives in one line.
TYPESET = replace(LATEX, name=_typeset, slope="{d}{above}/{d}{below}", bracket="({})")


def names_of(graph: Graph, names: Mapping[str, Any] | None, notation: str) -> Names:
    """Name the nodes of a graph as drawings do.

    A labelled node goes by its label, else by the learner's variable, else as the engine calls it. Of nodes
    that share a label the later ones are numbered: x, x (2), x (3).

    Parameters
    ----------
    graph : Graph
    names : mapping, optional
        The learner's variables, usually `locals()`.
    notation : str
        How gradients are written: a key of `autograd.text.symbols.NOTATIONS`; a ValueError lists them.
    """
    known = checked(notation)
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"names takes variables by name, such as locals(), and got {type(names).__name__}.")
    variables = _from_variables(names or {})

    return Names(graph, lambda node: node.label or variables.get(id(node.value), ""), DRAWN, notation=known)


def mathematics(names: Names) -> dict[str, str]:
    """Return what a picture says of these nodes in mathematics, and how LaTeX writes it.

    These are the names of nodes, their formulas as `brief` writes them, gradients and local derivatives.
    """
    latex, found = names.within(TYPESET), dict[str, str]()
    for index in range(len(names)):
        for drawn, written in zip(_written(names, index), _written(latex, index), strict=True):
            found.setdefault(drawn, written)
    for edge in names.graph.edges:
        found.setdefault(names.local(edge), latex.local(edge))
    return found


def _written(names: Names, index: int) -> tuple[str, ...]:
    return (
        names[index], names.gradient(index), names.formula(index), names.formula(index, listed=2),
        names.composed(index),
    )  # fmt: skip


def numbered_words(graph: Graph, names: Names) -> tuple[str, ...]:
    """Say which nodes are numbered because they share a label; nothing where none is."""
    called = {name: "leaf" if index in graph.leaves else "node" for index, name in enumerate(names)}
    parted = ((name, labels.split(name)[0]) for name in called)
    later = [(name, label) for name, label in parted if name != label and label in called]
    if not later:
        return ()
    name, label = later[0]
    others = f", and so on for {len(later) - 1} more" if len(later) > 1 else ""
    return (f"{name} is another {called[name]} with the label {label}{others}",)


def made_words(names: Names) -> list[str]:
    """Say what nodes without a label are made of, where a collapse hides it and no box has room for it."""
    graph = names.graph
    return names.told(
        node.index
        for node in graph.nodes
        if node.op and names.unnamed(node.index) and not brief(names, node.index, composed=True)
    )


def legend(names: Names, edges: Iterable[Edge], index: int | None = None) -> tuple[str, ...]:
    """Return what the symbols of a picture mean, line by line; of the notes' networks, why they write ∂.

    Where no gradient flows over any of the edges, there is nothing to tell.
    """
    shown = [edge for edge in edges if edge.partial is not None]
    if not shown:
        return ()
    return (*names.legend(index, shown), *why_of_the_notes(names))


def why_of_the_notes(names: Names) -> tuple[str, ...]:
    """Say, of a network of the notes, why they may write ∂ for a gradient; nothing of another graph."""
    read = (labels.read(node.label) for node in names.graph.whole.nodes if node.label)
    if any(label and label.letters == "w" and (label.upper or label.layer) and label.lower for label in read):
        return symbols.leaves_alone(names.root)
    return ()


def brief(names: Names, index: int, *, composed: bool = False) -> str:
    """Return the formula of a node as a box has room for it: of a long call, two operands."""
    formula = names.formula(index)
    if composed and not formula:
        whole = names.composed(index)
        return whole if len(whole) <= LONG else ""
    return formula if len(formula) <= LONG else names.formula(index, listed=2)


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
