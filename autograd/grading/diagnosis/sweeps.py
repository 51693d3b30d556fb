"""Faulty sweeps, as data, and what gradients they leave: a model of how a class goes wrong.

A model says with which formula each rule computes, what it forgets, whether it adds or overwrites, and in
which order nodes are visited. It is run on the class's own numbers; whether it explains them, others decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from autograd.check.slips import evaluated
from autograd.grading.ladder.programs import Operand
from autograd.table.primitive import TABLE

Slot = tuple[str, int]  # an operation and which of its operands
Shape = tuple[str, str, int]  # the same, and which operands are nodes ("n") or plain numbers ("k")
MOST = 3000  # visits, after which a faulty sweep is not followed any further


class Call(NamedTuple):
    """One node of a graph as the class has it: its row, its operands, and its value."""

    name: str
    op: str
    operands: tuple[Operand, ...]
    hidden: tuple[float, ...]
    value: float

    @property
    def shape(self) -> str:
        """Which operands are nodes and which plain numbers: "nk" for ``a - 2``."""
        return shape(self.operands)


def shape(operands: Iterable[Operand]) -> str:
    """Return which operands are nodes ("n") and which plain numbers ("k")."""
    return "".join("n" if isinstance(x, str) else "k" for x in operands)


@dataclass(frozen=True)
class Tree:
    """A graph as the class records it, composite operations opened."""

    calls: tuple[Call, ...]
    leaves: Mapping[str, float]

    @property
    def plain(self) -> bool:
        """Whether it is one operation of the class's own."""
        return len(self.calls) == 1

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The value of each node."""
        return {**self.leaves, **{call.name: call.value for call in self.calls}}

    @cached_property
    def by_name(self) -> dict[str, Call]:
        """The calls."""
        return {call.name: call for call in self.calls}


@dataclass(frozen=True)
class Model:
    """How a class might compute gradients; as it stands, rightly.

    Attributes
    ----------
    rules : dict of (str, str, int) to str
        The formulas of the local derivatives that are wrong.
    upstream : dict of (str, int) to str
        What a rule does with the gradient that arrives, if it does not multiply by it: a key of `UPSTREAM`.
    overwrites : set of (str, int)
        The slots whose rule says ``=``.
    unrecorded : set of (str, int)
        The slots whose operand is not among the node's operands.
    once : set of str
        The operations that give something to an operand once, though it stands on both sides.
    misplaced : set of str
        The operations that store their rule at the first operand, not at the node that they make.
    order : str
        A key of `ORDERS`.
    seed : str
        What the root starts with, a key of `SEEDS`.
    start : float
        What gradients are before the first sweep.
    """

    rules: Mapping[Shape, str] = field(default_factory=dict)
    upstream: Mapping[Slot, str] = field(default_factory=dict)
    overwrites: Collection[Slot] = ()
    unrecorded: Collection[Slot] = ()
    once: Collection[str] = ()
    misplaced: Collection[str] = ()
    order: str = "right"
    seed: str = "one"
    start: float = 0.0


UPSTREAM: dict[str, Callable[[float, float, float], float]] = {  # of partial, arriving gradient, value
    "forgotten": lambda partial, arriving, value: partial,
    "value": lambda partial, arriving, value: partial * value,
    "added": lambda partial, arriving, value: partial + arriving,
    "alone": lambda partial, arriving, value: arriving,
    "squared": lambda partial, arriving, value: partial * arriving * arriving,
    "divided": lambda partial, arriving, value: partial / arriving if arriving else 0.0,
    "nothing": lambda partial, arriving, value: 0.0,
}
SEEDS: dict[str, Callable[[float], float]] = {  # of the root's value
    "one": lambda value: 1.0,
    "value": lambda value: value,
    "zero": lambda value: 0.0,
    "two": lambda value: 2.0,
    "minus one": lambda value: -1.0,
}

Visits = list[str]


class Manner(NamedTuple):
    """How a class may keep operands without being right or wrong: each once, and in which order."""

    once: bool = False
    turned: str = "never"


TAPE = Manner(turned="tape")  # nodes are visited in the order in which they were made, from the last
MANNERS = (
    *(Manner(once, turned) for once in (False, True) for turned in ("never", "always", "odd", "even")), TAPE,
)  # fmt: skip


class _Walk:
    """The orders in which a sweep might visit nodes."""

    def __init__(self, tree: Tree, model: Model, manner: Manner) -> None:
        self.tree, self.model, self.manner = tree, model, manner
        self.places = {call.name: i for i, call in enumerate(tree.calls)}

    def below(self, name: str) -> list[str]:
        call = self.tree.by_name.get(name)
        if call is None:
            return []
        found = [
            x for slot, x in enumerate(call.operands)
            if isinstance(x, str) and (call.op, slot) not in self.model.unrecorded
        ]  # fmt: skip
        if self.manner.once:
            found = [*dict.fromkeys(found)]
        odd = self.places[name] % 2
        turned = {"always": True, "odd": odd, "even": not odd}.get(self.manner.turned, False)
        return found[::-1] if turned else found

    def postorder(self, root: str, key: Callable[[str], object] = lambda name: name) -> Visits:
        """Operands before those that use them, each once."""
        found: Visits = []
        seen: set[object] = set()
        stack = [(root, False)]
        while stack:
            name, done = stack.pop()
            if done:
                found.append(name)
            elif key(name) not in seen:
                seen.add(key(name))
                stack.append((name, True))
                stack += [(x, False) for x in reversed(self.below(name))]
        return found

    def right(self, root: str) -> Visits:
        if self.manner is TAPE:
            return [call.name for call in reversed(self.tree.calls)]
        return self.postorder(root)[::-1]

    def not_reversed(self, root: str) -> Visits:
        return self.postorder(root)

    def preorder(self, root: str) -> Visits:
        found: Visits = []
        stack = [root]
        while stack:
            name = stack.pop()
            if name not in found:
                found.append(name)
                stack += reversed(self.below(name))
        return found

    def breadth(self, root: str) -> Visits:
        found = [root]
        for name in found:
            found += [x for x in dict.fromkeys(self.below(name)) if x not in found]
        return found

    def stack(self, root: str) -> Visits:
        found: Visits = []
        seen, stack = {root}, [root]
        while stack:
            name = stack.pop()
            found.append(name)
            for x in self.below(name):
                if x not in seen:
                    seen.add(x)
                    stack.append(x)
        return found

    def paths(self, root: str) -> Visits:
        """A recursion that goes down every path with what has been summed so far."""
        found: Visits = []
        stack = [root]
        while stack and len(found) < MOST:
            name = stack.pop()
            found.append(name)
            stack += reversed(self.below(name))
        return found

    def breadth_paths(self, root: str) -> Visits:
        found = [root]
        for name in found:
            if len(found) > MOST:
                break
            found += self.below(name)
        return found

    def unvisited(self, root: str) -> Visits:
        """A sorted list without a set of visited nodes: a node is in it once per path."""
        found: Visits = []
        stack = [(root, False)]
        while stack and len(found) < MOST:
            name, done = stack.pop()
            if done:
                found.append(name)
            else:
                stack.append((name, True))
                stack += [(x, False) for x in reversed(self.below(name))]
        return found[::-1]

    def outside(self, root: str) -> Visits:
        """The append stands outside of the `if`: a node is in the list once per arrow to it."""
        found: Visits = []
        seen: set[str] = set()
        stack = [(root, False)]
        while stack and len(found) < MOST:
            name, done = stack.pop()
            if done or name in seen:
                found.append(name)
            else:
                seen.add(name)
                stack.append((name, True))
                stack += [(x, False) for x in reversed(self.below(name))]
        return found[::-1]

    def two_levels(self, root: str) -> Visits:
        return [root, *dict.fromkeys(self.below(root))]

    def without_last(self, root: str) -> Visits:
        """The inner node that is visited last is left out."""
        return [name for name in self.right(root) if name in self.tree.by_name][:-1]

    def without_root(self, root: str) -> Visits:
        return self.right(root)[1:]

    def equal_values(self, root: str) -> Visits:
        return self.postorder(root, self.tree.numbers.__getitem__)[::-1]

    def first_operand(self, root: str) -> Visits:
        """Only the first operand of a node is followed."""
        found = [root]
        for name in found:
            found += [x for x in self.below(name)[:1] if x not in found]
        return found


ORDERS: dict[str, Callable[[_Walk, str], Visits]] = {
    "right": _Walk.right,
    "paths": _Walk.paths,
    "unvisited": _Walk.unvisited,
    "outside": _Walk.outside,
    "breadth paths": _Walk.breadth_paths,
    "preorder": _Walk.preorder,
    "breadth": _Walk.breadth,
    "stack": _Walk.stack,
    "not reversed": _Walk.not_reversed,  # and root only, which leaves the same numbers
    "two levels": _Walk.two_levels,
    "without last": _Walk.without_last,
    "without root": _Walk.without_root,
    "equal values": _Walk.equal_values,
    "first operand": _Walk.first_operand,
    "reseeded": _Walk.paths,  # and each node's gradient is 1 again before its rule runs
    "reseeded where 0": _Walk.paths,  # the same, of those that are 0
}


def partials(call: Call, tree: Tree, model: Model) -> list[float]:
    """Return the local derivatives of a node by the rules of the model, one for each operand."""
    row = TABLE[call.op]
    given = [tree.numbers[x] if isinstance(x, str) else x for x in call.operands]
    operands = dict(zip(row.parameters, [*given, *call.hidden], strict=False))
    found = []
    for slot, _ in enumerate(call.operands):
        formula = model.rules.get((call.op, call.shape, slot), row.partials[slot])
        found.append(evaluated(formula, {**operands, "out": call.value}))
    return found


Local = Mapping[str, list[float]]


def gradients(
    tree: Tree, root: str, model: Model, local: Local, manner: Manner = MANNERS[0]
) -> dict[str, float]:
    """Return the gradients that a model leaves on all nodes of a graph after one sweep.

    Parameters
    ----------
    tree : Tree
    root : str
    model : Model
    local : dict of str to list of float
        What `partials` gives for each node.
    manner : Manner
    """
    grads = dict.fromkeys(tree.numbers, model.start)
    grads[root] = SEEDS[model.seed](tree.numbers[root])
    rules = tree.by_name
    if model.misplaced:
        rules = {name: call for name, call in rules.items() if call.op not in model.misplaced}
        rules |= {str(call.operands[0]): call for call in tree.calls if call.op in model.misplaced}
    for name in ORDERS[model.order](_Walk(tree, model, manner), root):
        call = rules.get(name)
        if model.order == "reseeded" or (model.order == "reseeded where 0" and not grads[name]):
            grads[name] = 1.0
        if call is None:
            continue
        for slot, (operand, partial) in enumerate(zip(call.operands, local[call.name], strict=True)):
            if not isinstance(operand, str) or (
                call.op in model.once and operand in call.operands[slot + 1 :]
            ):
                continue
            how = model.upstream.get((call.op, slot))
            given = grads[call.name]
            more = UPSTREAM[how](partial, given, call.value) if how else partial * given
            if (call.op, slot) in model.overwrites:
                grads[operand] = more
            else:
                grads[operand] += more
    return grads
