"""The ladder: small programs in groups, from one operation to random expressions; runs none of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograd.core.errors import DomainError
from autograd.grading.ladder.programs import INFIX, Program, Step, program
from autograd.grading.ladder.student import ARITHMETIC
from autograd.table.primitive import TABLE, Primitive

# Points at which operations are tried; no two give the same number by two usual formulas. At last a zero, by
# which nobody may divide: b, the derivative of a * b by a, is no c / a there.
UNARY = (0.7, -0.9, 1.6, 0.35, -0.45, 2.3, 0.6, -1.7, 3.1)
BINARY = ((3.0, 2.0), (1.7, -0.6), (-2.5, 1.3), (0.8, 2.4), (0.0, 1.9))
ZERO = {"mul": ((-1.2, 0.0),)}  # where the second operand may be one, too
POWERS = ((2.0, 3.0), (1.7, 2.0), (1.3, -1.0), (2.5, 0.5), (-1.5, 2.0), (0.0, 2.0))
POINTS = 3
DEEP, WIDE = 2000, 24  # the lengths of the chains of scale


@dataclass(frozen=True)
class Experiment:
    """A program, the sweeps that are run, and what may come out for the leaves.

    Attributes
    ----------
    program : Program
    sweeps : tuple of str
        The nodes from which is swept, one after the other.
    zero : tuple of str
        The nodes whose gradient is set back by hand before each sweep after the first.
    accepted : tuple of dict
        The right gradients; several where classes may differ. () means: those of one sweep from the root.
    """

    program: Program
    sweeps: tuple[str, ...]
    zero: tuple[str, ...] = ()
    accepted: tuple[Mapping[str, float], ...] = ()

    @property
    def right(self) -> tuple[Mapping[str, float], ...]:
        """What may come out."""
        return self.accepted or (self.program.known.grads,)


@dataclass(frozen=True)
class Trial:
    """What becomes a rung: its experiments, all of which must hold."""

    group: str
    name: str
    operations: tuple[str, ...]
    experiments: tuple[Experiment, ...]
    optional: bool = False  # does not count where the class does not take it at all
    note: bool = False  # never counts


@dataclass
class Offer:
    """What a class has: operations, those that take a number on the left, defaults of operands left out."""

    operations: Collection[str]
    reflected: Collection[str] = ()
    defaults: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = {op: len(TABLE[op].defaults) for op in self.defaults}
        self.defaults = {op: [*given][: taken[op]] for op, given in self.defaults.items()}

    def program(self, text: str, **inputs: float) -> Program:
        """Read a program with the defaults that the class has chosen."""
        return program(text, self.defaults, **inputs)


def points(row: Primitive) -> list[float]:
    """Return a few operands inside the domain of a row of one number, of both signs where it has them."""
    low, high = row.domain[0] if row.domain else (-5.0, 5.0)
    inside = [x for x in UNARY if low < x < high] or [low + (high - low) * share for share in (0.3, 0.5, 0.8)]
    return inside[:POINTS]


def swept(found: Program) -> Experiment:
    """Make the usual experiment: one sweep from the root."""
    return Experiment(found, (found.root,))


def ladder(offer: Offer) -> list[Trial]:
    """Return the trials for a class, from the ground up; the random ones come later, of what was right."""
    parts: tuple[Callable[[Offer], Iterator[Trial]], ...] = (
        rules, kinks, numbers, chains, accumulation, orders, states, scales, networks,
    )  # fmt: skip
    return [
        trial for part in parts for trial in part(offer)
        if {*trial.operations} <= {*offer.operations}
    ]  # fmt: skip


def calls(op: str) -> list[tuple[str, dict[str, float]]]:
    """Return a step of one operation on leaves, at several points: its text and the leaves."""
    if op == "pow":
        return [(f"a ** {y:g}", {"a": x}) for x, y in POWERS]
    if op in INFIX:
        return [(f"a {INFIX[op]} b", {"a": x, "b": y}) for x, y in (*BINARY, *ZERO.get(op, ()))]
    text = "-a" if op == "neg" else f"{op}(a)"
    return [(text, {"a": x}) for x in points(TABLE[op])]


def rules(offer: Offer) -> Iterator[Trial]:
    """One operation alone."""
    for op in offer.operations:
        yield Trial(
            "rule",
            op,
            (op,),
            tuple(swept(offer.program(f"c = {text}", **leaves)) for text, leaves in calls(op)),
        )
    if "pow" in offer.operations:
        found = [
            swept(offer.program("c = a ** b", a=x, b=y)) for x, y in ((2.0, 3.0), (1.7, -0.6), (0.8, 2.4))
        ]
        yield Trial("rule", "a ** b", ("pow",), tuple(found), optional=True)


def kinks(offer: Offer) -> Iterator[Trial]:
    """Where no derivative exists, classes may choose."""
    for op in offer.operations:
        if op not in ARITHMETIC and any(kink.at == "x == 0" for kink in TABLE[op].kinks):
            found = offer.program(f"c = {op}(a)", a=0.0)
            yield Trial("rule", f"{op} at 0", (op,), (swept(found),), note=True)


def numbers(offer: Offer) -> Iterator[Trial]:
    """A plain number on the right, and on the left."""
    for op in ARITHMETIC:
        sign = INFIX[op]
        pairs = ((3.0, 2.0), (1.7, 5.0), (2.5, 4.0))
        if op != "pow" and op in offer.operations:
            found = [swept(offer.program(f"c = a {sign} {k:g}", a=x)) for x, k in pairs]
            yield Trial("numbers", f"a {sign} 2", (op,), tuple(found), optional=True)
        if op in offer.operations:
            found = [swept(offer.program(f"c = {k:g} {sign} a", a=x)) for x, k in pairs]
            yield Trial("numbers", f"2 {sign} a", (op,), tuple(found), optional=True)


def chains(offer: Offer) -> Iterator[Trial]:
    """One operation below a product, so that what arrives from above is not 1."""
    for op in offer.operations:
        found = [
            swept(offer.program(f"c = {text}; d = c * u", **leaves, u=u))
            for (text, leaves), u in zip(calls(op)[:2], (3.0, -1.9), strict=False)
        ]
        yield Trial("chain", op, (op, "mul"), tuple(found))


def accumulation(offer: Offer) -> Iterator[Trial]:
    """Two paths to one node, by each operation."""
    for op in ("add", "mul", "sub", "div"):
        if op in offer.operations:
            found = offer.program(f"c = a {INFIX[op]} a", a=3.0)
            yield Trial("accumulation", f"a {INFIX[op]} a", (op,), (swept(found),))
    for op in offer.operations:
        twice = [
            swept(offer.program(f"c = {text}; d = {text}; e = c + d", **leaves))
            for text, leaves in calls(op)[:2]
        ]
        if op in INFIX and op != "pow":
            text = f"c = a {INFIX[op]} b; d = b {INFIX[op]} a; e = c + d"
            twice.append(swept(offer.program(text, a=3.0, b=2.0)))
        yield Trial("accumulation", op, (op, "add"), tuple(twice))


ORDERS = {
    "two uses": "c = a * b; d = a + b; e = c * d",
    "used below and above": "c = a * b; d = c + a; e = d * c",
    "a long way and a short one": "c = a + b; d = c * b; e = d + a; f = e * c; g = f + c",
    "squares of squares": "c = a * a; d = c * c; e = d + b; f = e * e",
    "three uses": "c = a + b; d = c * a; e = c * d; f = e + c",
    "the short way first": "c = a * b; d = c * a; e = c + d",
    "the long way first": "c = a * b; d = c * a; e = d + c",
    "doubled three times": "c = a + a; d = c + c; e = d + d; f = e * b",
    "a leaf near the root": "c = a * b; d = c * b; e = d * c; f = e * a",
    "two diamonds": "c = a + b; d = c * a; e = c * b; f = d + e; g = f * a; h = f * b; i = g + h",
    "a sum of products": "c = a * b; d = a * a; e = b * b; f = c + d; g = f + e; h = g * c",
}


def orders(offer: Offer) -> Iterator[Trial]:
    """Sums and products in which a node must wait for all that use it."""
    for name, text in ORDERS.items():
        found = offer.program(text, a=3.0, b=2.0), offer.program(text, a=-1.5, b=0.8)
        yield Trial("order", name, ("add", "mul"), tuple(map(swept, found)))
    equal = offer.program("c = a + b; d = a * b; e = c * d; f = e + c", a=2.0, b=2.0)
    yield Trial("order", "different nodes of equal value", ("add", "mul"), (swept(equal),))


def states(offer: Offer) -> Iterator[Trial]:
    """What one sweep leaves behind, for the next."""
    two = offer.program("c = a * b; d = a + b", a=3.0, b=2.0)
    first, second = _grads(two, "c"), _grads(two, "d")
    both = {name: first[name] + second[name] for name in ("a", "b")}
    last = {name: second[name] for name in ("a", "b")}
    yield Trial(
        "state", "two graphs share leaves", ("add", "mul"), (Experiment(two, ("c", "d"), (), (both, last)),)
    )
    yield Trial("state", "gradients set back by hand", ("add", "mul"), (
        Experiment(two, ("c", "d"), two.names, (last,)),
    ))  # fmt: skip
    one = offer.program("c = a * b; d = c + a", a=3.0, b=2.0)
    again = {name: one.known.grads[name] for name in ("a", "b")}
    yield Trial("state", "the same graph again", ("add", "mul"), (
        Experiment(one, ("d", "d"), one.names, (again,)),
    ))  # fmt: skip
    twice = {name: 2 * again[name] for name in again}
    yield Trial("state", "backward() twice", ("add", "mul"), (
        Experiment(one, ("d", "d"), (), (twice, again)),
    ), note=True)  # fmt: skip
    part = offer.program("c = a * b; d = c * a", a=3.0, b=2.0)
    yield Trial("state", "a sweep from an inner node", ("mul",), (
        Experiment(part, ("c",), (), ({name: _grads(part, "c")[name] for name in ("a", "b")},)),
    ))  # fmt: skip
    apart = offer.program("c = a * a; d = b * b", a=3.0, b=2.0)
    yield Trial("state", "graphs that share nothing", ("mul",), (
        Experiment(apart, ("c",), (), ({"a": 6.0, "b": 0.0},)),
        Experiment(apart, ("c", "d"), (), ({"a": 6.0, "b": 4.0}, {"a": 0.0, "b": 4.0})),
    ))  # fmt: skip


def _grads(found: Program, root: str) -> dict[str, float]:
    """Return the gradients of one sweep from a node that need not be the last."""
    place = [step.name for step in found.steps].index(root) + 1
    part = Program(found.inputs, found.steps[:place])
    return {**dict.fromkeys(found.names, 0.0), **part.known.grads}


def scales(offer: Offer) -> Iterator[Trial]:
    """A long chain, and many paths."""
    steps = [
        Step("c1", "add", ("a", "b")),
        *(Step(f"c{i}", "add", (f"c{i - 1}", "b")) for i in range(2, DEEP + 1)),
    ]
    yield Trial(
        "scale",
        f"a chain of {DEEP}",
        ("add",),
        (swept(Program((("a", 3.0), ("b", 0.5)), tuple(steps))),),
        note=True,
    )
    doubled = [
        Step("c1", "add", ("a", "a")),
        *(Step(f"c{i}", "add", (f"c{i - 1}",) * 2) for i in range(2, WIDE + 1)),
    ]
    yield Trial(
        "scale", f"2^{WIDE} paths", ("add",), (swept(Program((("a", 1.5),), tuple(doubled))),), note=True
    )


def networks(offer: Offer) -> Iterator[Trial]:
    """Two inputs, two hidden neurons, one output, a squared error."""
    bend = next((op for op in ("tanh", "relu", "sigmoid", "exp") if op in offer.operations), "")
    lines = []
    for j in (1, 2):
        lines += [f"p{j} = w{j} * x", f"q{j} = v{j} * y", f"r{j} = p{j} + q{j}", f"s{j} = r{j} + b{j}"]
        lines.append(f"h{j} = {bend}(s{j})" if bend else f"h{j} = s{j} * s{j}")
    lines += ["m = u1 * h1", "n = u2 * h2", "o = m + n", "t = o + z", "e = t * t"]
    weights = {
        "w1": 0.7,
        "v1": -0.4,
        "b1": 0.3,
        "w2": 0.2,
        "v2": 0.9,
        "b2": -0.1,
        "u1": 1.1,
        "u2": -0.8,
        "z": -0.5,
    }
    found = offer.program("; ".join(lines), x=0.6, y=1.2, **weights)
    yield Trial(
        "network",
        f"2-2-1 with {bend or 'squares'}",
        ("add", "mul", *([bend] if bend else [])),
        (swept(found),),
    )
    if "sub" in offer.operations:
        text = "p = w * x; f = p + b; r = f - y; l = r * r; q = w * z; g = q + b; s = g - t; k = s * s"
        line = offer.program(f"{text}; e = l + k", w=0.7, b=-0.2, x=1.5, y=2.0, z=-1.0, t=0.4)
        yield Trial("network", "a line through two points", ("add", "mul", "sub"), (swept(line),))


def randoms(offer: Offer, trusted: Sequence[str], count: int = 25) -> Iterator[Trial]:
    """Random expressions of the operations that were right alone."""
    joins = [op for op in ("add", "mul", "sub") if op in trusted]
    if not joins:
        return
    generator = random.Random(7)
    for i in range(count):
        found = _random(offer, trusted, joins, generator, 4 + i // 4)
        if found is not None:
            yield Trial("random", f"random expression {i + 1}", found.operations, (swept(found),))


def _random(
    offer: Offer, trusted: Sequence[str], joins: Sequence[str], generator: random.Random, length: int
) -> Program | None:
    for _ in range(20):
        inputs = {
            name: round(generator.uniform(0.3, 2.0) * generator.choice((1, 1, -1)), 2) for name in "abc"
        }
        steps: list[Step] = []
        names, unused = [*inputs], [*inputs]
        for i in range(length + 6):
            if i >= length and len(unused) <= 1:
                break
            op = generator.choice(trusted) if i < length else generator.choice(joins)
            first = generator.choice(unused or names)
            second = generator.choice(unused if i >= length or generator.random() < 0.5 else names)
            operands: tuple[str | float, ...]
            if op == "pow":
                operands = (first, float(generator.choice((2, 3))))
            elif op in ARITHMETIC:
                operands = (first, second)
            else:
                operands = (first,)
            name = f"n{i + 1}"
            steps.append(Step(name, op, operands, tuple(offer.defaults.get(op, ()))))
            unused = [*(x for x in unused if x not in operands), name]
            names.append(name)
        found = Program(tuple(inputs.items()), tuple(steps))
        if tame(found):
            return found
    return None


def tame(found: Program) -> bool:
    """Say whether all numbers of a program are defined, of moderate size, and far from kinks."""
    try:
        known = found.known
    except (DomainError, OverflowError):
        return False
    for step in found.steps:
        row = TABLE[step.op]
        first = known.values[str(step.operands[0])]
        if row.kinks and len(row.parameters) - len(row.defaults) == 1 and abs(first) < 0.05:
            return False
        if step.op == "div" and abs(known.values[str(step.operands[1])]) < 0.2:
            return False
        if step.op not in ARITHMETIC and row.domain and not row.domain[0][0] <= first <= row.domain[0][1]:
            return False
    numbers = [*known.values.values(), *known.grads.values()]
    return all(math.isfinite(x) and abs(x) < 200 for x in numbers)


def smaller(found: Program) -> Iterator[Program]:
    """List programs a step smaller: an earlier root, or a step whose place an operand of it takes."""
    for i in range(len(found.steps) - 1, 0, -1):
        yield _pruned(Program(found.inputs, found.steps[:i]))
    for i, step in enumerate(found.steps[:-1]):
        for operand in {x for x in step.operands if isinstance(x, str)}:
            steps = [
                Step(s.name, s.op, tuple(operand if x == step.name else x for x in s.operands), s.hidden)
                for s in (*found.steps[:i], *found.steps[i + 1 :])
            ]
            yield _pruned(Program(found.inputs, tuple(steps)))
    for i, (name, _) in enumerate(found.inputs[1:], 1):
        other = found.inputs[0][0]
        steps = [
            Step(s.name, s.op, tuple(other if x == name else x for x in s.operands), s.hidden)
            for s in found.steps
        ]
        yield _pruned(Program((*found.inputs[:i], *found.inputs[i + 1 :]), tuple(steps)))


def _pruned(found: Program) -> Program:
    """Leave out what the root does not need."""
    needed, steps = {found.root}, []
    for step in reversed(found.steps):
        if step.name in needed:
            steps.append(step)
            needed |= {x for x in step.operands if isinstance(x, str)}
    return Program(tuple(pair for pair in found.inputs if pair[0] in needed), tuple(steps[::-1]))
