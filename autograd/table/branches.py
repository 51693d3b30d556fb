"""`where` on functions: only the branch that is taken is computed, and a recording keeps both apart.

In a recording that branches on a Value, both functions are called and what they record is recorded once more
behind gates. A gate is a `where` itself: it lets a number into the branch, and nan where the branch is not
taken. So a replay needs to know nothing of branches: nan is outside of no domain, and a gradient that is nan
ends at the gate, which has no edge then. Knows no program.
"""

from __future__ import annotations

import math
from typing import Any

from autograd.core.arrays import mapped
from autograd.core.modes import mode, modes, recording, tick
from autograd.core.real import one
from autograd.core.row import Row
from autograd.core.value import Operand, Value
from autograd.core.walk import recorded_since


def branched(where: Row, condition: Any, a: Any, b: Any) -> Any:
    """Return ``where(condition, a, b)`` for a or b, or both, that are functions without arguments.

    Parameters
    ----------
    where : Row
    condition : Value, float or bool
    a, b : callable, or Value or float

    Returns
    -------
    Value or float
        For a Value as condition a node. Eagerly it has nan for the branch that was not computed: what looks
        at the condition anew and would need that one gets no other number.

    Raises
    ------
    TypeError
        For an array of conditions.
    """
    if getattr(condition, "ndim", 0):
        raise TypeError(
            f"where(condition, f, g) with functions takes one condition, got an array of shape "
            f"{tuple(condition.shape)}. Choose for each element: [where(c, f, g) for c in condition]."
        )
    if condition.__class__ is not Value:
        return _computed(a if one(condition) else b)
    first = condition._data != 0.0
    if modes.told is None:
        return where(condition, _computed(a), math.nan) if first else where(condition, math.nan, _computed(b))
    return where(
        condition,
        _recorded(where, a, condition, (1.0, 0.0), first),
        _recorded(where, b, condition, (0.0, 1.0), not first),
    )


def _computed(branch: Any) -> Any:
    return branch() if callable(branch) else branch


def _recorded(where: Row, branch: Any, condition: Value, when: tuple[float, float], taken: bool) -> Any:
    """Record a branch behind gates; where this row does not take it, with nan instead of a domain error."""
    if not callable(branch):
        return branch
    with recording():
        mask: Value = where(condition, *when)
    guards = modes.guards if modes.guards is not None else []
    before, since = len(guards), tick()
    with mode("elsewhere", modes.elsewhere or not taken), mode("anomaly", modes.anomaly and taken):
        result = branch()
        results = [result] if not getattr(result, "ndim", 0) else result.ravel().tolist()
        sides = [x for guard in guards[before:] for x in (*guard[1:3], *guard[5:])]
        told = [x for guard in guards[before:] if guard[4] for x in guard[4][1]]
        roots = [x for x in (*results, *sides, *told) if x.__class__ is Value]
        with recording():
            gated = Gated(where, mask, roots, since)
            guards[before:] = [gated.guard(*guard) for guard in guards[before:]]
    return gated.node(result) if not getattr(result, "ndim", 0) else mapped(gated.node, (result,))


class Gated:
    """What was recorded since a time, recorded once more: it reads what is older, and leaves, through gates.

    Parameters
    ----------
    where : Row
    mask : Value
        Nonzero where the branch is taken.
    roots : sequence of Value
    since : int
        When the branch began.
    """

    def __init__(self, where: Row, mask: Value, roots: list[Value], since: int) -> None:
        self._where, self._mask = where, mask
        self._new: dict[int, Value] = {}
        self._gates: dict[int, Value] = {}
        for node in recorded_since(roots, since)[0]:
            if node._op is None:
                continue
            operands = [self._inside(parent) for parent in node.parents]
            if node._op.undefined:
                # nan may have been lost on the way (nan**0 is 1), and a domain must not be left elsewhere.
                place = next(k for k, x in enumerate(operands) if x.__class__ is Value)
                operands[place] = self._gate(operands[place])
            made = node._op(*node._op.arguments(operands))
            made.label = node.label
            self._new[id(node)] = made

    def node(self, x: Any) -> Any:
        """Return what stands for a node of the branch; what is older, and any number, stands for itself."""
        return self._new.get(id(x), x)

    def guard(
        self, symbol: str, left: Any, right: Any, decision: bool, required: Any, mask: Value | None = None
    ) -> tuple[Any, ...]:
        """Return a comparison as one that counts in the branch alone."""
        if required:
            error, operands = required
            required = error, tuple(map(self.node, operands))
        inner = self._mask if mask is None else self._where(self._mask, self.node(mask), 0.0)
        return symbol, self.node(left), self.node(right), decision, required, inner

    def _inside(self, x: Operand) -> Operand:
        """Return an operand as the branch reads it."""
        if x.__class__ is not Value:
            return x
        return self._new[id(x)] if id(x) in self._new else self._gate(x)

    def _gate(self, x: Any) -> Value:
        """Return the gate for a Value, of which there is one; a gate is its own."""
        if id(x) not in self._gates:
            gate = self._where(self._mask, x, math.nan)
            self._gates[id(x)] = self._gates[id(gate)] = gate
        return self._gates[id(x)]
