"""A class under examination: its answers, the model that is being built of it, and what it is accused of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.grading.diagnosis.methods import Methods
from autograd.grading.diagnosis.opened import Opened, own
from autograd.grading.diagnosis.sweeps import MANNERS, Model, Tree, gradients, partials, shape
from autograd.grading.ladder.compare import Result, Results, close
from autograd.grading.ladder.programs import Step
from autograd.grading.report import FAULT
from autograd.table.primitive import TABLE
from autograd.text.numbers import counted, number

EXPLAINED, CONTRADICTED = 0.8, 0.1  # a cause is named if it explains so much and contradicts so little
Key = tuple[str, str]  # an operation, and which operands are nodes


class Fit(NamedTuple):
    """How well a model does: of the wrong numbers those it gives, of the right ones those it does not."""

    hit: int
    wrong: int
    contradicted: int
    right: int

    @property
    def good(self) -> bool:
        """Whether it may be named."""
        return self.hit >= EXPLAINED * self.wrong and self.harmless

    @property
    def harmless(self) -> bool:
        """Whether it contradicts little."""
        return self.contradicted <= CONTRADICTED * max(self.right, 1)

    @property
    def gain(self) -> int:
        """How much better it is than nothing."""
        return self.hit - self.contradicted

    @property
    def exact(self) -> bool:
        """Whether it gives every number."""
        return self.hit == self.wrong and not self.contradicted

    def __str__(self) -> str:
        told = f"{self.hit} of {counted(self.wrong, 'wrong number')} reproduced"
        return f"{told}, {self.contradicted} of {self.right} right ones contradicted" if self.right else told


@dataclass
class Accusation:
    """A cause, with the results that show it.

    Attributes
    ----------
    kind, level, where, says, operations, line, source, evidence
        As in a finding.
    shown : sequence of Result
        What shows it; the smallest that is confirmed is told.
    proven : bool
        It needs no recheck: it was raised.
    """

    kind: str
    where: str
    says: str
    shown: Sequence[Result]
    operations: tuple[str, ...]
    line: int | None = None
    source: str = ""
    evidence: str = ""
    level: str = FAULT
    proven: bool = False


@dataclass
class Case:
    """What the steps of the diagnosis read and write.

    Attributes
    ----------
    results : Results
        What the class answered.
    methods : Methods
        Its text.
    need : collection of str
        The operations that are asked for.
    model : Model
        What is known of how it goes wrong, so far.
    broken : dict of (str, str) to str
        The operations that no model can tell, and why; by which operands are nodes.
    accusations : list of Accusation
    """

    results: Results
    methods: Methods
    need: Sequence[str] = ()
    model: Model = field(default_factory=Model)
    broken: dict[Key, str] = field(default_factory=dict)
    accusations: list[Accusation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opened = Opened(self.results)
        self._trees: dict[int, Tree] = {}
        self._locals: dict[tuple[Any, ...], Mapping[str, list[float]]] = {}

    @property
    def failed(self) -> bool:
        """Whether anything went wrong."""
        return any(result.failed and not result.trial.note for result in self.results.of)

    def accuse(self, kind: str, where: str, says: str, shown: Sequence[Result], **more: Any) -> None:
        """Note a cause; the operations are those of the trials that show it, unless they are given."""
        operations = more.pop("operations", None)
        if operations is None:
            operations = dict.fromkeys(op for result in shown for op in result.trial.operations)
        more.setdefault("source", self.methods.cell(more.get("line")))
        self.accusations.append(Accusation(kind, where, says, shown, tuple(operations), **more))

    def tree(self, result: Result) -> Tree:
        """Return the graph of a result as the class records it, opened once."""
        if id(result) not in self._trees:
            self._trees[id(result)] = self.opened.tree(result)
        return self._trees[id(result)]

    def plain(self, result: Result) -> bool:
        """Say whether a program of one step is one operation of the class's own."""
        step = result.program.steps[0]
        return own(step.op, self.opened.trace(result, step))

    def usable(self, result: Result) -> bool:
        """Say whether a result can be held against a model: one sweep of operations that are understood."""
        if not result.ran or result.answer.get("stubbed") or result.experiment.accepted:
            return False
        if any((step.op, shape(step.operands)) in self.broken for step in result.program.steps):
            return False
        return not any((call.op, call.shape) in self.broken for call in self.tree(result).calls)

    def group(self, *groups: str) -> list[Result]:
        """Return the usable results of some groups of rungs."""
        return [x for x in self.results.of if x.trial.group in groups and not x.trial.note and self.usable(x)]

    def fits(self, result: Result, model: Model) -> Fit:
        """Say how a model does on one result, in the manner of keeping operands that suits it best."""
        grads, known, tolerance = result.answer["grads"], result.program.known.grads, self.results.tolerance
        tree, local = self.tree(result), self._partials(result, model)
        names = self._names(result)
        right = {name for name in names if close(grads[name], known[name], tolerance)}
        best = None
        for manner in (
            MANNERS if model.overwrites or model.misplaced or model.order != "right" else MANNERS[:1]
        ):
            told = gradients(tree, result.program.root, model, local, manner)
            same = {name for name in names if close(grads[name], told[name], tolerance)}
            fit = Fit(len(same - right), len(names) - len(right), len(right - same), len(right))
            if best is None or fit.gain > best.gain:
                best = fit
            if best.exact:
                break
        assert best is not None
        return best

    def fit(self, model: Model, results: Iterable[Result]) -> Fit:
        """Say how a model does on many results."""
        parts = [self.fits(result, model) for result in results]
        return Fit(*map(sum, zip(*parts, strict=True))) if parts else Fit(0, 0, 0, 0)

    def open(self, results: Iterable[Result]) -> list[Result]:
        """Return the results that the model does not explain yet."""
        return [result for result in results if not self.fits(result, self.model).exact]

    def _names(self, result: Result) -> list[str]:
        """Return the nodes whose gradients are compared."""
        grads, leaves = result.answer["grads"], [name for name, _ in result.program.inputs]
        inner = [step.name for step in result.program.steps[:-1] if grads[step.name] is not None]
        return [
            *leaves,
            *([x for x in inner if x not in result.answer["same"]] if self.results.inner else []),
        ]

    def _partials(self, result: Result, model: Model) -> Mapping[str, list[float]]:
        key = (id(result), tuple(model.rules.items()))
        if key not in self._locals:
            tree = self.tree(result)
            self._locals[key] = {call.name: partials(call, tree, model) for call in tree.calls}
        return self._locals[key]

    def alone(self) -> dict[Key, list[Result]]:
        """Return the results of one operation on leaves and numbers, by operation and shape."""
        found: dict[Key, list[Result]] = {}
        for result in self.results.of:
            single = result.trial.group in ("rule", "numbers") and not result.trial.note
            if single and result.ran and not result.answer.get("stubbed"):
                step = result.program.steps[0]
                found.setdefault((step.op, shape(step.operands)), []).append(result)
        return found

    def made_of(self, op: str) -> list[str]:
        """Return the operations that the class makes of another one."""
        firsts = [found[0] for found in self.alone().values()]
        return list(
            dict.fromkeys(
                x.program.steps[0].op
                for x in firsts
                if x.program.steps[0].op != op and any(call.op == op for call in self.tree(x).calls)
            )
        )

    def primitives(self) -> set[str]:
        """Return the operations that are the class's own, as far as they were met."""
        return {
            call.op for result in self.results.of if self.usable(result) for call in self.tree(result).calls
        }

    def everywhere(self, operations: Iterable[str]) -> bool:
        """Say whether operations are all that the class has of its own."""
        own_ones = self.primitives()
        return len(own_ones) > 1 and own_ones <= {*operations}


def operand(x: str | float) -> str:
    """Write an operand."""
    return x if isinstance(x, str) else number(x)


def shown(step: Step) -> str:
    """Write the right side of a step: ``2 - a``."""
    return step.text.partition(" = ")[2]


def place(step: Step) -> str:
    """Return what an operation is called as a place: "sub", or "rsub" where a number stands on the left."""
    return step.op if isinstance(step.operands[0], str) else f"r{step.op}"


def operands(result: Result) -> dict[str, float]:
    """Return the operands of a single operation by the names of its row's parameters."""
    step, values = result.program.steps[0], result.answer["values"]
    given = [values[x] if isinstance(x, str) else x for x in step.operands]
    return dict(zip(TABLE[step.op].parameters, [*given, *step.hidden], strict=False))


def size(result: Result) -> tuple[int, int]:
    """Return how large a program is: the smallest is told."""
    return len(result.program.steps), len(result.program.inputs)
