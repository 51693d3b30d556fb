"""The page of an operation: its formula and its local derivatives in LaTeX, and an example that was run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd import Graph, Primitive, Value
from autograd.graph.rules import rule
from autograd.table import rows
from autograd.text.forms import LATEX


def operands(row: Primitive) -> Iterator[Any]:
    """Yield what the example calls the row with, inside the box that tests sample: values, pairs of them."""
    for place, name in enumerate(row.parameters):
        low, high = row.domain[place] if row.domain else (-4.0, 4.0)
        points = [round(low + share * (high - low), 1) for share in (0.75 - 0.15 * place, 0.7 - 0.15 * place)]
        if name in row.sequences:
            yield [Value(point, f"{name}_{j}") for j, point in enumerate(points, 1)]
        else:
            yield row.defaults[name] if name in row.defaults else Value(points[0], name)


def formulas(graph: Graph) -> Iterator[str]:
    """Yield the operation and its local derivatives at the example's point, as LaTeX."""
    names, root = graph.names.within(LATEX), graph.nodes[-1]
    yield rf"f = {names.formula(root.index)}"
    for edge in graph.edges:
        found = rule(graph, edge, LATEX) if edge.partial is not None else None
        if found is not None:
            reason = found.reason.replace(" and ", r" \text{ and } ")
            case = rf" \quad \text{{as }} {reason}" if reason else ""
            yield f"{names.local(edge)} = {found.piece.text}{case}"


def example(row: Primitive, given: list[Any], result: Value) -> Iterator[str]:
    """Yield the lines of the example: a call, a sweep, and what comes out."""
    free = [(name, x) for name, x in zip(row.parameters, given, strict=True) if name not in row.defaults]
    yield f">>> from autograd import {row.name}, values"
    for name, x in free:
        if isinstance(x, list):
            parts = ", ".join(f"{v.label}={v.data!r}" for v in x)
            yield f">>> {name} = list(values({parts}))"
    single = [(name, x) for name, x in free if not isinstance(x, list)]
    if single:
        left = ", ".join(name for name, _ in single) + ("," if len(single) == 1 else "")
        yield f">>> {left} = values({', '.join(f'{name}={x.data!r}' for name, x in single)})"
    yield f">>> f = {row.name}({', '.join(name for name, _ in free)})"
    yield ">>> f.backward()"
    grads = [x.grad if not isinstance(x, list) else [v.grad for v in x] for _, x in free]
    shown = [f"[v.grad for v in {name}]" if isinstance(x, list) else f"{name}.grad" for name, x in free]
    yield f">>> f.data, {', '.join(shown)}"
    yield f"({result.data!r}, {', '.join(map(repr, grads))})"


def add(app: Any, what: str, name: str, row: Any, options: Any, lines: list[str]) -> None:
    """Add to a row's docstring what only its page shows, before numpydoc reads it."""
    if not isinstance(row, Primitive) or getattr(rows, row.name, None) is not row:
        return
    given = list(operands(row))
    result = row(*given)
    result.label = "f"
    result.backward()
    at = lines.index("The local derivatives, as they run:")
    lines[at:at] = [
        line for formula in formulas(Graph(result)) for line in (".. math::", "", f"   {formula}", "")
    ]
    lines += ["", "Examples", "--------", *example(row, given, result)]


def setup(app: Any) -> dict[str, bool]:
    """Listen before numpydoc does."""
    app.connect("autodoc-process-docstring", add, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
