"""What the command line and the page share: numbers that were typed, results, and remarks on them.

It reads no options and prints nothing.
"""

import argparse
import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import normalize

from autograd import Computed, ExpressionError, Graph, Value, expression
from autograd.graph.names import Names


class UsageError(Exception):
    """What was typed cannot be done; the text says why."""


class Parser(argparse.ArgumentParser):
    """Tells a mistake in the options as any other; `missing` says what to do where nothing was typed."""

    def __init__(self, missing: str = "", **about: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **about)
        self.missing = missing

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError, with the way to the help."""
        told = self.missing if self.missing and "required" in message else message
        raise UsageError(f"{told}\n({self.prog} --help lists what can be said.)")


def constant(name: str, text: str) -> float:
    """Return the number that somebody typed for a variable: 0.5, 1/3, -pi/2, inf."""
    if "," in text:
        apart = f"{name}={text}".replace(",", " ")
        way = (
            f"Write them apart: {apart}" if "=" in text else f"Write a point: {name}={text.replace(',', '.')}"
        )
        raise UsageError(f"{name}={text} is not one number. {way}")
    if not text:
        raise UsageError(f"{name}= is not a number. Write it without blanks, as in {name}=5.")
    if re.fullmatch(r"\s*[+-]?(inf|nan)\s*", text):
        return float(text)
    try:
        return expression(text).constant
    except ExpressionError as error:
        raise UsageError(f"{name}={text} is not a number. {error.reason}") from None


def numbers(assignments: Sequence[str]) -> dict[str, float]:
    """Return the numbers by name; refuse what is unreadable or double."""
    given: dict[str, float] = {}
    if re.search(r"(^| )=|= ", " ".join(x.strip() for x in assignments)):
        raise UsageError("Write a number without blanks around the =, as in a=5.")
    for assignment in map(str.strip, assignments):
        name, sign, text = assignment.partition("=")
        name = normalize("NFKC", name.strip())
        if not (sign and name.isidentifier()):
            raise UsageError(_no_assignment(assignment))
        if name in given:
            raise UsageError(f"{name} is given twice.")
        given[name] = constant(name, text)
    return given


def _no_assignment(text: str) -> str:
    name, sign, _ = text.partition("=")
    if text.startswith("-"):
        return f"{text} stands behind --, where there are no options any more: put it before."
    if sign and name:
        why = "The name before = is made of letters, digits and _, and begins with a letter."
    elif sign:
        why = "Write it without blanks."
    else:
        why = 'An expression with blanks, brackets or * stands in quotes: "3*(a + b*c)".'
    return f"{text!r} is not of the form name=number, such as a=5. {why}"


def name_result(computed: Computed, roots: Sequence[Value]) -> None:
    """Name a result without a name f, or another letter that is free."""
    taken = {*computed.leaves, *computed.named}
    free = (
        name for name in chain(("f", "y", "out", "result"), map("f_{}".format, count(1))) if name not in taken
    )
    if roots[-1].op is not None and not roots[-1].label:
        roots[-1].label = next(free)


def with_gradients(*roots: Value) -> Graph:
    """Return the graph of the results, each node with the gradient of their sum."""
    snapshot = Graph(*roots)
    for node, adjoint in zip(snapshot.nodes, snapshot.adjoints, strict=True):
        if node.value is not None:
            node.value.grad = adjoint
    return Graph(*roots)


def uses(swept: Graph, leaf: Value) -> bool:
    """Say whether a leaf is a node of a graph."""
    return any(node.value is leaf for node in swept.nodes)


def remarks(swept: Graph, names: Names, ask: str) -> Iterator[str]:
    """Announce the first number that is inf or nan, forward or backward.

    Where a gradient is none, `ask` says how to learn more.
    """
    odd = next((node for node in swept.nodes if not (node.constant or math.isfinite(node.data))), None)
    slopes = ((names.gradient(i), swept.adjoints[i] or 0.0) for i in swept.leaves)
    slope = next((f"{symbol} = {x}" for symbol, x in slopes if not math.isfinite(x)), None)
    if odd is not None and odd.op is None:
        yield f"{names[odd.index]} = {odd.data}, so what is computed from it may be no number either."
    elif odd is not None:
        end = "is too large for a float, which ends at 1.8e308" if math.isinf(odd.data) else "has no value"
        yield f"{names[odd.index]} = {names.formula(odd.index)} = {odd.data}: it {end}."
    elif slope is not None:
        yield f"{slope}: {ask}"


def trouble(error: OSError) -> str:
    """Say why a file could not be written."""
    if error.filename is None:
        return str(error)
    folder = Path(error.filename).parent
    missing = f" The folder {folder} does not exist: make it first." if not folder.exists() else ""
    return f"{error.filename} cannot be written: {error.strerror}.{missing}"
