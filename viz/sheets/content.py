"""What stands on a sheet, blank and solved, as frozen data: lines, tables, questions.

It reads names, formulas and numbers off a graph and prints `Question`s; knows no format and no paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from autograd import Graph
from autograd.graph.names import Names
from autograd.graph.rules import rule
from autograd.practice import Question
from autograd.text.numbers import added_up, enough, number, product, shown_digits


@dataclass(frozen=True)
class Row:
    """One line of a table: what is given, and what the reader writes there."""

    given: str
    worked: str


@dataclass(frozen=True)
class Table:
    """A table to be filled in.

    Parameters
    ----------
    title : str
        What is done here.
    heads : pair of str
        What stands in the two columns.
    rows : tuple of Row
    """

    title: str
    heads: tuple[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Content:
    """Everything on one sheet but the drawing.

    Parameters
    ----------
    title : str
        The expression.
    given : str
        The numbers of the leaves.
    tables : tuple of Table
    questions : tuple of Question
    legend : tuple of str
        What d and ∂ mean.
    code : str
        Names the variant; "" where there is only one.
    command : str
        Prints this sheet again; "" where no command does.
    """

    title: str
    given: str
    tables: tuple[Table, ...]
    questions: tuple[Question, ...] = ()
    legend: tuple[str, ...] = ()
    code: str = ""
    command: str = ""


def given_words(graph: Graph, names: Names) -> str:
    """Return the numbers that the sheet starts from: ``a = 5, b = 3``."""
    return ", ".join(f"{names[leaf]} = {number(graph.nodes[leaf].data)}" for leaf in graph.leaves)


def tables(graph: Graph, names: Names) -> tuple[Table, ...]:
    """Return the three tables of a sheet: values forward, local derivatives, gradients backward."""
    return (
        Table("Forward: the values", ("node", "with numbers"), tuple(_forward(graph, names))),
        Table(
            "One arrow each: the local derivatives", ("arrow", "rule, number"), tuple(_local(graph, names))
        ),
        Table("Backward: the gradients", ("gradient", "what arrives, added"), tuple(_backward(graph, names))),
    )


def _forward(graph: Graph, names: Names) -> Iterator[Row]:
    for node in graph.nodes:
        if node.op is None:
            continue
        filled, name = names.filled(node.index), names[node.index]
        formula = "" if names.spelled(node.index) else names.composed(node.index)
        worked = f"{filled} = " if filled else ""
        yield Row(f"{name} = {formula}" if formula else name, f"{worked}{number(node.data)}")


def _local(graph: Graph, names: Names) -> Iterator[Row]:
    for edge in graph.edges:
        if edge.partial is None or graph.nodes[edge.source].constant:
            continue
        found, value = rule(graph, edge), number(edge.partial)
        worked = value if found is None or found.text == value else f"{found} = {value}"
        yield Row(names.local(edge), worked)


def _backward(graph: Graph, names: Names) -> Iterator[Row]:
    for node in reversed(graph.nodes):
        total = graph.adjoints[node.index]
        if node.constant or total is None:
            continue
        if node.index in graph.roots:
            yield Row(names.gradient(node.index), "1")
            continue
        arriving = [
            e
            for e in graph.consumers[node.index]
            if e.partial is not None and graph.adjoints[e.target] is not None
        ]
        symbols = " + ".join(f"{names.gradient(e.target)}·{names.local(e)}" for e in arriving)
        pairs = [(graph.adjoints[e.target] or 0.0, e.partial or 0.0) for e in arriving]
        shares = [above * local for above, local in pairs]
        with shown_digits(enough(total, added_up, *shares)):
            numbers = " + ".join(map(product, pairs))
        yield Row(names.gradient(node.index), f"{symbols} = {numbers} = {number(total)}")


def lettered(question: Question) -> list[str]:
    """Return what can be chosen, a letter before each: ``a) doubles``; nothing where a number is asked."""
    choices = question.alternatives if question.form == "choice" else ()
    return [f"{chr(ord('a') + place)}) {choice.text}" for place, choice in enumerate(choices)]
