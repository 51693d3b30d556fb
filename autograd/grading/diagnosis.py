"""Finds the causes: builds, from the ladder's answers, the model of a class that explains its wrong numbers.

The steps go from the ground up: exceptions, values, local derivatives, the gradient that arrives, the sweep,
what survives. Each puts what it has found into the model, so that what follows from it is not told twice; and
nothing is a fault before the class's own values confirm it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from autograd.check.slips import evaluated, renamed, slips
from autograd.core.row import Row
from autograd.grading import causes
from autograd.grading.compare import Result, Results, close
from autograd.grading.programs import Step
from autograd.grading.report import FAULT
from autograd.grading.sweeps import (
    MANNERS,
    ORDERS,
    SEEDS,
    UPSTREAM,
    Call,
    Model,
    Tree,
    gradients,
    partials,
    shape,
)  # fmt: skip
from autograd.table.language import parse
from autograd.table.primitive import TABLE
from autograd.text.numbers import counted, number

EXPLAINED, CONTRADICTED = 0.8, 0.1  # a cause is named if it explains so much and contradicts so little
CANDIDATES = 12  # so many models are tried on everything
Key = tuple[str, str]  # an operation, and which operands are nodes


class Opened:
    """Programs as the class itself records them: an operation that is made of others is opened."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.templates: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def tree(self, result: Result) -> Tree:
        """Return the graph of a program that ran, with the class's own values."""
        values = result.answer["values"]
        second: dict[str, str] = dict(result.answer["same"])
        calls: list[Call] = []
        for step in result.program.steps:
            if step.name in second:
                continue
            operands = tuple(second.get(x, x) if isinstance(x, str) else x for x in step.operands)
            calls += self._calls(step, operands, values)
        leaves = {name: values[name] for name, _ in result.program.inputs}
        return Tree(tuple(calls), leaves)

    def _calls(self, step: Step, operands: tuple[Any, ...], values: Mapping[str, float]) -> Iterator[Call]:
        """List the operations of which a step is made."""
        template = self._template(step.op, [[values[x]] if isinstance(x, str) else x for x in operands])
        inner = template.get("calls", [])
        defaults = self.results.offer.defaults
        if _own(op=step.op, template=template):
            yield Call(step.name, step.op, operands, step.hidden, values[step.name])
            return
        names: dict[str, Any] = {f"x{i}": x for i, x in enumerate(operands)}
        numbers = dict(values)
        for op, given, made in inner:
            name = step.name if made == inner[-1][2] else f"{step.name}.{made}"
            names[made] = name
            called = tuple(names.get(x, x) if isinstance(x, str) else x for x in given)
            hidden = tuple(defaults.get(op, ()))
            row = TABLE[op]
            x = [numbers[x] if isinstance(x, str) else x for x in called]
            value = evaluated(row.forward, dict(zip(row.parameters, [*x, *hidden], strict=False)))
            numbers.setdefault(name, value)
            yield Call(name, op, called, hidden, numbers[name])

    def _template(self, op: str, operands: list[Any]) -> Mapping[str, Any]:
        key = (op, *(x[0] > 0 if isinstance(x, list) else (x,) for x in operands))
        if key not in self.templates:
            self.templates[key] = self.results.student.ask("trace", op=op, operands=operands)
        return self.templates[key]

    def plain(self, op: str, operands: list[Any]) -> bool:
        """Say whether an operation is one of the class's own, not made of others."""
        return _own(op, self._template(op, operands))


def _own(op: str, template: Mapping[str, Any]) -> bool:
    """Say whether an operation makes its node itself, as far as its calls show."""
    calls = template.get("calls", [])
    if not calls or calls[-1][2] != template.get("result"):
        return True
    return len(calls) == 1 and calls[0][0] == op


class Fit(NamedTuple):
    """How well a model does: of the wrong numbers those it gives, of the right ones those it does not."""

    hit: int
    wrong: int
    contradicted: int
    right: int

    @property
    def good(self) -> bool:
        """Whether it may be named."""
        return self.hit >= EXPLAINED * self.wrong and self.contradicted <= CONTRADICTED * max(self.right, 1)

    @property
    def gain(self) -> int:
        """How much better it is than nothing."""
        return self.hit - self.contradicted

    def __str__(self) -> str:
        told = f"{self.hit} of {counted(self.wrong, 'wrong number')} reproduced"
        return f"{told}, {self.contradicted} of {self.right} right ones contradicted" if self.right else told


@dataclass
class Accusation:
    """A cause, before it is confirmed, with the results that show it."""

    kind: str
    where: str
    says: str
    operations: tuple[str, ...]
    shown: Sequence[Result]
    evidence: str = ""
    line: int | None = None
    source: str = ""
    level: str = FAULT


@dataclass
class Diagnosis:
    """The steps, on all results of a class.

    Parameters
    ----------
    results : Results
    lines : dict of str to int
        On which line each method of the class starts.
    """

    results: Results
    lines: Mapping[str, int]
    model: Model = field(default_factory=Model)
    broken: dict[Key, str] = field(default_factory=dict)  # what no model can tell, and why
    accusations: list[Accusation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opened = Opened(self.results)
        self.trees: dict[int, Tree] = {}
        self.locals: dict[tuple[Any, ...], Mapping[str, list[float]]] = {}

    # What the steps read ------------------------------------------------------------------------------------

    def tree(self, result: Result) -> Tree:
        """Return the graph of a result, opened once."""
        if id(result) not in self.trees:
            self.trees[id(result)] = self.opened.tree(result)
        return self.trees[id(result)]

    def usable(self, result: Result) -> bool:
        """Say whether a result can be held against a model: one sweep of operations that are understood."""
        if not result.ran or result.answer.get("stubbed") or result.experiment.accepted:
            return False
        if any((step.op, shape(step.operands)) in self.broken for step in result.program.steps):
            return False
        return not any((call.op, call.shape) in self.broken for call in self.tree(result).calls)

    def names(self, result: Result) -> list[str]:
        """Return the nodes whose gradients are compared."""
        grads, leaves = result.answer["grads"], [name for name, _ in result.program.inputs]
        inner = [step.name for step in result.program.steps[:-1] if grads[step.name] is not None]
        return [
            *leaves,
            *([x for x in inner if x not in result.answer["same"]] if self.results.inner else []),
        ]

    def fits(self, result: Result, model: Model) -> tuple[Fit, bool]:
        """Say how a model does on one result, and whether it gives all its numbers."""
        grads, known, tree = result.answer["grads"], result.program.known.grads, self.tree(result)
        best = None
        local = self._partials(result, model)
        varies = model.overwrites or model.order != "right"
        for manner in MANNERS if varies else MANNERS[:1]:
            told = gradients(tree, result.program.root, model, local, manner)
            hit = wrong = contradicted = right = 0
            for name in self.names(result):
                same = close(grads[name], told[name], self.results.tolerance)
                if close(grads[name], known[name], self.results.tolerance):
                    right, contradicted = right + 1, contradicted + (not same)
                else:
                    wrong, hit = wrong + 1, hit + same
            fit = Fit(hit, wrong, contradicted, right)
            if best is None or fit.gain > best.gain:
                best = fit
            if best.hit == wrong and not best.contradicted:
                break
        assert best is not None
        return best, best.hit == best.wrong and not best.contradicted

    def _partials(self, result: Result, model: Model) -> Mapping[str, list[float]]:
        key = (id(result), tuple(model.rules.items()))
        if key not in self.locals:
            tree = self.tree(result)
            self.locals[key] = {call.name: partials(call, tree, model) for call in tree.calls}
        return self.locals[key]

    def fit(self, model: Model, results: Iterable[Result]) -> Fit:
        """Say how a model does on many results."""
        parts = [self.fits(result, model)[0] for result in results]
        return Fit(*map(sum, zip(*parts, strict=True))) if parts else Fit(0, 0, 0, 0)

    def group(self, *groups: str) -> list[Result]:
        """Return the usable results of some groups of rungs."""
        return [x for x in self.results.of if x.trial.group in groups and self.usable(x)]

    def line(self, op: str, given: str = "n") -> int | None:
        """Return the line on which the method of an operation starts."""
        dunder = {"div": "truediv"}.get(op, op)
        left = given.startswith("k")
        names = [f"__r{dunder}__", f"__{dunder}__"] if left else [f"__{dunder}__"]
        return next((self.lines[x] for x in [*names, op, *self._aliases(op)] if x in self.lines), None)

    def _aliases(self, op: str) -> list[str]:
        from autograd.grading.student import aliases

        return aliases().get(op, [])

    def accuse(self, kind: str, where: str, says: str, shown: Sequence[Result], **more: Any) -> None:
        """Note a cause."""
        operations = more.pop("operations", None) or tuple(
            dict.fromkeys(op for x in shown for op in x.trial.operations)
        )
        self.accusations.append(Accusation(kind, where, says, operations, shown, **more))

    # The steps ----------------------------------------------------------------------------------------------

    def seeds(self) -> None:
        """What the root starts with, and what gradients are before a sweep."""
        alone = [x for x in self.group("rule") if x.difference is None or not x.difference.value]
        wrong = [x for x in alone if x.failed]
        if len(wrong) < 0.6 * len(alone) or not wrong:
            return
        starts = {x for x in (self.results.start, 1.0) if x}
        for model in [
            *(replace(self.model, start=x) for x in starts),
            *(replace(self.model, seed=seed) for seed in SEEDS if seed != "one"),
            replace(self.model, order="reseeded"),
        ]:
            fit = self.fit(model, alone)
            if fit.good and fit.hit:
                self.model = model
                if model.start:
                    says = f"gradients start at {number(model.start)}: they are sums, so they start at 0"
                    self.accuse(
                        "start", "__init__", says, wrong, evidence=str(fit), line=self.lines.get("__init__")
                    )
                else:
                    reseeded = model.order == "reseeded"
                    kind = causes.SWEEP_KINDS["reseeded"] if reseeded else "seed"
                    says = causes.SWEEPS["reseeded"] if reseeded else causes.SEEDS[model.seed]
                    self.accuse(kind, "backward", says, wrong, evidence=str(fit), line=self._sweep_line())
                return

    def values(self) -> None:
        """Which operations give a wrong value, and what they compute instead."""
        alone = self._alone()
        for found in alone.values():
            kept = [
                x
                for x in found
                if x.difference is not None
                and x.difference.value
                and x.difference.node in dict(x.program.inputs)
            ]
            if kept:
                self.broken |= dict.fromkeys(alone, "its number is not kept")
                first = kept[0].difference
                assert first is not None
                says = f"a new object with {number(first.right)} holds {number(first.yours or 0.0)}"
                self.accuse(
                    "forward",
                    "numbers",
                    says,
                    kept,
                    line=self.lines.get("__init__"),
                    operations=("__init__",),
                )
                return
        for own in (True, False):  # an operation that is made of others is wrong by them first
            for (op, given), found in alone.items():
                wrong = [x for x in found if x.difference is not None and x.difference.value]
                if wrong and self.tree(wrong[0]).plain is own:
                    self._value(op, given, found, wrong)

    def _value(self, op: str, given: str, found: list[Result], wrong: list[Result]) -> None:
        """Accuse one operation of a wrong value, unless it follows from another."""
        follows = any((call.op, call.shape) in self.broken for call in self.tree(wrong[0]).calls)
        swapped = (op, "nn") not in self.broken and given == "kn"
        self.broken[op, given] = "its value is wrong"
        if follows or (given != "nn" and (op, "nn") in self.broken and self._same_method(op, given)):
            return
        step, difference = wrong[0].program.steps[0], wrong[0].difference
        assert difference is not None
        instead = self._computes(op, found)
        told = f": it computes {instead}" if instead else ""
        yours = "nothing" if difference.yours is None else number(difference.yours)
        says = f"{_shown(step)} gives {yours}, not {number(difference.right)}{told}"
        kind = "reflected" if swapped else "forward"
        self.accuse(kind, _shown(step), says, wrong, operations=(op,), line=self.line(op, given))

    def _same_method(self, op: str, given: str) -> bool:
        """Say whether ``a - 2`` is the same method as ``a - b``."""
        return given == "nk" or self.line(op, given) == self.line(op)

    def _alone(self) -> dict[Key, list[Result]]:
        """Return the results of one operation on leaves and numbers, by operation and shape."""
        found: dict[Key, list[Result]] = {}
        for result in self.results.of:
            if result.trial.group in ("rule", "numbers") and result.ran and not result.answer.get("stubbed"):
                step = result.program.steps[0]
                found.setdefault((step.op, shape(step.operands)), []).append(result)
        return found

    def _computes(self, op: str, found: list[Result]) -> str:
        """Return the formula that an operation computes instead; "" if none of the usual ones fits."""
        row, step = TABLE[op], found[0].program.steps[0]
        called = dict(zip(row.parameters, map(_operand, step.operands), strict=False))
        for text, told in _instead(row):
            if all(self._agrees(text, result) for result in found):
                return ast.unparse(renamed(parse(told), called))
        return ""

    def _agrees(self, text: str, result: Result) -> bool:
        operands = self._operands(result)
        return close(
            result.answer["values"][result.program.root], evaluated(text, operands), self.results.tolerance
        )

    def _operands(self, result: Result) -> dict[str, float]:
        """Return the operands of a single operation by the names of its row's parameters."""
        step, values = result.program.steps[0], result.answer["values"]
        given = [values[x] if isinstance(x, str) else x for x in step.operands]
        return dict(zip(TABLE[step.op].parameters, [*given, *step.hidden], strict=False))

    def rules(self) -> None:
        """Which local derivatives are wrong, and which other formula they are."""
        blamed: dict[str, list[tuple[str, str, str, list[Result]]]] = {}
        for (op, given), found in self._alone().items():
            found = [x for x in found if self.usable(x)]
            if not found or not all(self.tree(x).plain for x in found):
                continue
            for slot, kind in enumerate(given):
                if kind == "n" and not all(self.fits(x, self.model)[1] for x in found):
                    blame = self._rule(op, given, slot, found)
                    if blame:
                        blamed.setdefault(op, []).append((given, *blame, found))
        for op, blames in blamed.items():
            given, kind, says, found = blames[0]
            more = list(
                dict.fromkeys(told for shape, _, told, _ in blames if told != says and shape == given)
            )
            where = op if given[0] == "n" else _shown(found[0].program.steps[0])
            told = "; ".join([says, *more[:1]])
            wrong = [x for x in found if x.failed]
            self.accuse(kind, where, told, wrong, operations=(op,), line=self.line(op, given))

    def _rule(self, op: str, given: str, slot: int, found: list[Result]) -> tuple[str, str] | None:
        """Find the formula of one wrong local derivative, put it into the model, and tell it and its kind."""
        row = TABLE[op]
        parameter = row.parameters[slot]
        points = []
        for result in found:
            leaf = str(result.program.steps[0].operands[slot])
            out = result.answer["values"][result.program.root]
            seed = SEEDS[self.model.seed](out) or 1.0
            yours = ((result.answer["grads"][leaf] or 0.0) - self.model.start) / seed
            points.append((self._operands(result), out, yours))
        right = row.partials[slot]
        if all(close(y, evaluated(right, {**x, "out": out}), self.results.tolerance) for x, out, y in points):
            return None
        step = found[0].program.steps[0]
        called = dict(zip(row.parameters, map(_operand, step.operands), strict=False)) | {"out": step.name}
        quantity = f"∂({_shown(step)})/∂{step.operands[slot]}"
        for slip in slips(row, parameter):
            if all(close(yours, slip.at(x, out), self.results.tolerance) for x, out, yours in points):
                self.model = replace(self.model, rules={**self.model.rules, (op, given, slot): slip.formula})
                written = slip.written(points[0][0], points[0][1], called)
                says = causes.RULES[slip.kind].format(written)
                return "rule", f"{quantity} is wrong; {says}" + (
                    f", {slip.neighbour}" if slip.neighbour else ""
                )
        for how, combined in UPSTREAM.items():
            if all(
                close(yours, combined(evaluated(right, {**x, "out": out}), 1.0, out), self.results.tolerance)
                for x, out, yours in points
            ):
                self.model = replace(self.model, upstream={**self.model.upstream, (op, slot): how})
                return "upstream", causes.UPSTREAM[how]
        self.broken[op, given] = "its derivative is wrong"
        ratios = [
            yours / evaluated(right, {**x, "out": out})
            for x, out, yours in points
            if evaluated(right, {**x, "out": out})
        ]
        if ratios and all(close(ratio, ratios[0], 1e-4) for ratio in ratios):
            return "rule", f"{quantity} is wrong; your number is {number(ratios[0])} times the right one"
        return "rule", f"{quantity} is wrong"

    def chains(self) -> None:
        """Which rules do not multiply by the gradient that arrives."""
        below = self.group("chain")
        failed = [x for x in below if not self.fits(x, self.model)[1]]
        if not failed:
            return
        whole = self._best(
            [replace(self.model, order=order) for order in ORDERS], failed, self.group("chain", "order")
        )
        if whole is not None and self.fit(whole, below).good:
            return  # it is the sweep
        by_how: dict[str, list[str]] = {}
        shown: dict[str, list[Result]] = {}
        for op in dict.fromkeys(x.program.steps[0].op for x in failed):
            found = [
                x
                for x in failed
                if x.difference
                and x.program.steps[0].op == op
                and self.tree(x).by_name[x.program.steps[0].name].op == op
            ]
            if not found:
                continue
            slots = [(op, i) for i, x in enumerate(found[0].program.steps[0].operands) if isinstance(x, str)]
            for how in UPSTREAM:
                for some in [slots, *([slot] for slot in slots)]:
                    model = replace(self.model, upstream={**self.model.upstream, **dict.fromkeys(some, how)})
                    if all(self.fits(x, model)[1] for x in found):
                        self.model = model
                        by_how.setdefault(how, []).append(op)
                        shown.setdefault(how, []).extend(found)
                        break
                else:
                    continue
                break
        for how, ops in by_how.items():
            line = self.line(ops[0]) if len(ops) == 1 else None
            self.accuse(
                "upstream", ", ".join(ops), causes.UPSTREAM[how], shown[how], operations=tuple(ops), line=line
            )

    def _best(
        self, models: Iterable[Model], failed: Sequence[Result], every: Sequence[Result]
    ) -> Model | None:
        """Return the model that explains most, if that is more than now and little is contradicted."""
        now = self.fit(self.model, every)
        on_failed = [(model, self.fit(model, failed)) for model in models]
        on_failed.sort(key=lambda pair: -pair[1].gain)
        fits = [(model, self.fit(model, every)) for model, fit in on_failed[:CANDIDATES] if fit.hit]
        if not fits:
            return None
        model, fit = max(fits, key=lambda pair: pair[1].gain)
        return model if fit.gain > now.gain and fit.contradicted <= CONTRADICTED * max(fit.right, 1) else None

    def sweeps(self) -> None:
        """How the sweep itself goes wrong: its order, what it visits, and `=` for `+=`."""
        every = self.group("rule", "numbers", "chain", "accumulation", "order", "network", "random")
        for _ in range(3):  # a class may have more than one fault
            rest = [x for x in every if not self.fits(x, self.model)[1]]
            if not rest:
                return
            found = self._best(self._faulty(rest), rest, every)
            if found is None:
                return
            found = self._widened(found, every)
            self._accuse_sweep(found, rest, every)
            self.model = found

    def _faulty(self, rest: Sequence[Result]) -> Iterator[Model]:
        """List the models that are a step away, the usual ones first."""
        model = self.model
        ops = list(dict.fromkeys(call.op for x in rest for call in self.tree(x).calls))
        slots = {op: [(op, i) for i in range(len(TABLE[op].parameters))] for op in ops}
        yield replace(
            model, overwrites=frozenset(slot for op in self.results.offer.operations for slot in _slots(op))
        )
        for op in ops:
            yield replace(model, overwrites=frozenset({*model.overwrites, *slots[op]}))
        for order in ORDERS if model.order == "right" else ():
            yield replace(model, order=order)
        for op in ops:
            yield replace(model, once=frozenset({*model.once, op}))
            for slot in slots[op]:
                yield replace(model, overwrites=frozenset({*model.overwrites, slot}))
                yield replace(model, unrecorded=frozenset({*model.unrecorded, slot}))

    def _widened(self, found: Model, every: Sequence[Result]) -> Model:
        """Add operations to what overwrites or is not recorded, as long as that explains more."""
        for column, everything in (
            ("overwrites", [_slots(op) for op in self.results.offer.operations]),
            ("unrecorded", [[slot] for op in self.results.offer.operations for slot in _slots(op)]),
            ("once", [[op] for op in self.results.offer.operations]),
        ):
            now: frozenset[Any] = frozenset(getattr(found, column))
            if not now or now == frozenset(getattr(self.model, column)):
                continue
            gain = self.fit(found, every).gain
            for some in everything:
                for changed in (now | {*some}, now - {*some}):
                    tried = replace(found, **{column: changed})  # type: ignore[arg-type]
                    more = self.fit(tried, every).gain
                    if changed and (more > gain or (more == gain and len(changed) < len(now))):
                        now, gain, found = changed, more, tried
        return found

    def _accuse_sweep(self, found: Model, rest: Sequence[Result], every: Sequence[Result]) -> None:
        """Tell what a model of the sweep has that the one before had not."""
        shown = [x for x in rest if x.failed and self.fits(x, found)[0].hit]
        evidence = str(self.fit(found, every))
        if found.order != self.model.order:
            kind, says = causes.SWEEP_KINDS[found.order], causes.SWEEPS[found.order]
            self.accuse(
                kind,
                "backward",
                says,
                shown,
                evidence=evidence,
                line=self._sweep_line(),
                operations=("backward",),
            )
        new = frozenset(found.overwrites) - frozenset(self.model.overwrites)
        if new:
            ops = list(dict.fromkeys(op for op, _ in sorted(new)))
            all_of = len(ops) > 1 and len(ops) >= len(self._primitives())
            where = "every rule" if all_of else ", ".join(ops)
            told = "a second path to the same node overwrites what the first has left"
            says = f"{told}: write `+=` for `=` in {where}"
            line = self.line(ops[0]) if len(ops) == 1 else None
            self.accuse("overwrite", where, says, shown, evidence=evidence, line=line, operations=tuple(ops))
        for op, slot in sorted(frozenset(found.unrecorded) - frozenset(self.model.unrecorded)):
            side = "" if len(TABLE[op].parameters) == 1 else ("first " if not slot else "second ")
            says = f"the {side}operand of {op} is not recorded, so the sweep never goes on to it"
            self.accuse(
                "disconnected", op, says, shown, evidence=evidence, line=self.line(op), operations=(op,)
            )
        once = sorted(frozenset(found.once) - frozenset(self.model.once))
        if once:
            says = "an operand that stands on both sides, as in a * a, gets its gradient once, not twice"
            self.accuse(
                "counted once", ", ".join(once), says, shown, evidence=evidence, operations=tuple(once)
            )

    def _primitives(self) -> set[str]:
        """Return the operations that are the class's own, as far as they were met."""
        return {call.op for x in self.results.of if self.usable(x) for call in self.tree(x).calls}

    def _sweep_line(self) -> int | None:
        return self.lines.get(self.results.sweep)


def _slots(op: str) -> list[tuple[str, int]]:
    return [(op, i) for i in range(len(TABLE[op].parameters) - len(TABLE[op].defaults))]


def _operand(x: str | float) -> str:
    return x if isinstance(x, str) else number(x)


def _shown(step: Step) -> str:
    """Return the right side of a step: ``2 - a``."""
    return step.text.partition(" = ")[2]


def _instead(row: Row) -> Iterator[tuple[str, str]]:
    """List the formulas that an operation might compute for its own, and how each is written."""
    for other in TABLE.values():
        if other.sequences or not other.forward or len(other.parameters) != len(row.parameters):
            continue
        for parameters in dict.fromkeys([row.parameters, row.parameters[::-1]]):
            names = dict(zip(other.parameters, parameters, strict=True))
            signed = len(parameters) == 2 and other.symbol
            told = (
                f" {other.symbol} ".join(parameters) if signed else f"{other.name}({', '.join(parameters)})"
            )
            yield ast.unparse(renamed(parse(other.forward), names)), told
    for text in [*row.parameters, "0", "1", f"-({row.forward})", f"1 / ({row.forward})"]:
        yield text, text
    if len(row.parameters) == 2:
        x, y = row.parameters
        for text in (f"{x}**2", f"{y}**2", f"floor({x} / {y})", f"{x}**(-{y})", f"{x} * {x}"):
            yield text, text
