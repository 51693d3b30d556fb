"""A row against a second opinion: each claim raises with everything that a newcomer needs to mend the row.

Knows the columns of a row and how its operands lie in a point, which is flat; draws no points itself.
"""

from autograd import Value, gradcheck
from tests.table.oracle import applied

FIRST, SECOND = 1e-13, 1e-11  # of max(1, |derivative|): see tests/transforms/test_higher_order.py


class DisagreementError(AssertionError):
    """A row and a second opinion differ."""


def number(x):
    return 0.0 if x is None else x.data if isinstance(x, Value) else x


def close(ours, exact, tolerance):
    return abs(number(ours) - exact) <= tolerance * max(1.0, abs(exact))


def disagreement(row, column, text, point, ours, theirs, tolerance):
    """Say which column of which row to look at, and why."""
    operands = ", ".join(f"{p} = {x}" for p, x in zip(row.parameters, row.arguments(point), strict=True))
    return DisagreementError(
        f"The row {row.name!r}, column {column}, {text!r}, disagrees with {theirs[0]} at {operands}:\n"
        f"  ours       {number(ours)!r}\n"
        f"  theirs     {theirs[1]!r}\n"
        f"  tolerance  {tolerance:g}\n"
        f"Mend that text in the table, or say in another column why it holds (domain, kinks, definition)."
    )


def column(row, slot, point):
    """Name the column of the partial by the operand in a slot of the flat point, and give its text."""
    slots = row.arguments(range(len(point)))
    for i, place in enumerate(slots):
        if slot in (place if isinstance(place, tuple) else (place,)):
            return f"partials[{i}] (by {row.parameters[i]})", row.partials[i]
    raise AssertionError(f"{row.name} has no operand {slot}")


def require_value(row, point, opinion):
    ours, exact = applied(row, list(point)), opinion.value(point)
    if not close(ours, exact, FIRST):
        raise disagreement(row, "forward", row.forward, point, ours, ("its definition", exact), FIRST)


def require_first(row, point, opinion):
    """Hold every local gradient against SymPy's derivative of the forward."""
    ours = applied(row, [Value(x) for x in point]).partials
    for slot, (partial, exact) in enumerate(zip(ours, opinion.gradient(point), strict=True)):
        if not close(partial, exact, FIRST):
            where = column(row, slot, point)
            raise disagreement(row, *where, point, partial, ("SymPy's derivative", exact), FIRST)


def second_by_create_graph(row, point):
    """The Hessian by a reverse sweep over each gradient of a reverse sweep."""
    leaves = [Value(x) for x in point]
    applied(row, leaves).backward(create_graph=True)
    gradients = [leaf.grad for leaf in leaves]
    matrix = []
    for gradient in gradients:
        for leaf in leaves:
            leaf.grad = None
        if gradient is not None:
            gradient.backward()
        matrix.append([number(leaf.grad) for leaf in leaves])
    return matrix


def require_second(row, point, opinion):
    """Hold every second derivative against SymPy's: a partial's own partials."""
    matrix = second_by_create_graph(row, point)
    for slot, (ours, theirs) in enumerate(zip(matrix, opinion.hessian(point), strict=True)):
        for by, (mine, exact) in enumerate(zip(ours, theirs, strict=True)):
            if not close(mine, exact, SECOND):
                name, text = column(row, slot, point)
                derived = f"{name}, differentiated by {column(row, by, point)[0].split()[-1][:-1]}"
                said = ("SymPy's second derivative", exact)
                raise disagreement(row, derived, text, point, mine, said, SECOND)


def require_differences(row, point):
    """Hold every local gradient against differences of the forward, to the tolerance that they have."""
    report = gradcheck(lambda *x: applied(row, x), tuple(point), raise_exception=False)
    for slot, entry in enumerate(report.entries):
        verdict = entry.verdict
        if verdict.status in ("wrong rule", "step too large"):
            where = column(row, slot, point)
            said = (f"differences ({verdict.status})", verdict.slope)
            raise disagreement(row, *where, point, verdict.claimed, said, verdict.tolerance)
