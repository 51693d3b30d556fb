"""What the sweep does wrong: where it begins, its order, what it visits, `=` for `+=`, what survives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from autograd.grading.diagnosis import causes
from autograd.grading.diagnosis.case import Case, size
from autograd.grading.diagnosis.sweeps import ORDERS, SEEDS, Model, Slot
from autograd.grading.ladder.compare import Result
from autograd.grading.ladder.trials import smaller, swept, tame
from autograd.table.primitive import TABLE
from autograd.text.numbers import number

CANDIDATES = 12  # so many models are tried on everything
FEW, LIKELY = 12, 24  # so many are tried on all that failed: those which explain most of the smallest
SINGLE = ("rule", "numbers", "chain", "accumulation", "order", "network", "random")


def seeds(case: Case) -> None:
    """Accuse a sweep that begins with another number, and gradients that do."""
    alone = case.group("rule")
    wrong = [x for x in alone if x.failed]
    if not wrong:
        return
    if len(wrong) >= 0.6 * len(alone):
        for start in dict.fromkeys(x for x in (case.results.start, 1.0) if x):
            if _begins(case, replace(case.model, start=start), alone):
                says = f"gradients start at {number(start)}: they are sums, so they start at 0"
                line = case.methods.line_of("__init__")
                case.accuse("seed", "state", says, wrong, line=line, operations=())
                return
        for seed in SEEDS:
            if _begins(case, replace(case.model, seed=seed), alone):
                line = case.methods.line_of(case.results.sweep)
                case.accuse(
                    "seed", "backward", causes.SEEDS[seed], wrong, line=line, operations=("backward",)
                )
                return
    every = case.group(*SINGLE)
    for order in ("reseeded", "reseeded where 0"):
        before = case.model
        if _begins(case, replace(before, order=order), every):
            _accuse(case, before, every)
            return


def _begins(case: Case, model: Model, results: Sequence[Result]) -> bool:
    """Take a model if it is good."""
    fit = case.fit(model, results)
    if not (fit.good and fit.hit) or model == case.model:
        return False
    case.model = model
    return True


def sweeps(case: Case) -> None:
    """Accuse the sweep of what explains the numbers that are left."""
    every = case.group(*(SINGLE[:-1] if case.accusations else SINGLE))  # random ones find what is new
    for _ in range(3):  # a class may have more than one fault
        rest = case.open(every)
        if not rest:
            return
        left = case.fit(case.model, rest)
        found = _best(case, _faulty(case, rest), rest, every)
        if found is None or case.fit(found, rest).gain - left.gain < 0.5 * (
            left.wrong - left.hit + left.contradicted
        ):
            return
        case.model, before = _widened(case, found, every), case.model
        _accuse(case, before, every)


def _best(
    case: Case, models: Iterable[Model], failed: Sequence[Result], every: Sequence[Result]
) -> Model | None:
    """Return the model that explains most, if that is more than now and little is contradicted."""
    now = case.fit(case.model, every)
    few = sorted(failed, key=size)[:FEW]
    models = sorted(models, key=lambda model: -case.fit(model, few).gain)[:LIKELY]
    on_failed = sorted(((model, case.fit(model, failed)) for model in models), key=lambda pair: -pair[1].gain)
    fits = [(model, case.fit(model, every)) for model, fit in on_failed[:CANDIDATES] if fit.hit]
    if not fits:
        return None
    model, fit = max(fits, key=lambda pair: pair[1].gain)
    return model if fit.gain > now.gain and fit.harmless else None


def _faulty(case: Case, rest: Sequence[Result]) -> Iterator[Model]:
    """List the models that are a step away, the usual ones first."""
    model, every = case.model, case.results.offer.operations
    ops = list(dict.fromkeys(call.op for x in rest for call in case.tree(x).calls))
    yield replace(model, overwrites=frozenset(slot for op in every for slot in _slots(op)))
    for op in ops:
        yield replace(model, overwrites=frozenset({*model.overwrites, *_slots(op)}))
    for order in ORDERS if model.order == "right" else ():
        yield replace(model, order=order)
    yield replace(model, once=frozenset(every))
    for op in ops:
        if case.methods.stored_elsewhere(op):
            yield replace(model, misplaced=frozenset({*model.misplaced, op}))
        yield replace(model, once=frozenset({*model.once, op}))
        for slot in _slots(op):
            yield replace(model, overwrites=frozenset({*model.overwrites, slot}))
            yield replace(model, unrecorded=frozenset({*model.unrecorded, slot}))


def _slots(op: str) -> list[Slot]:
    return [(op, i) for i in range(len(TABLE[op].parameters) - len(TABLE[op].defaults))]


def _widened(case: Case, found: Model, every: Sequence[Result]) -> Model:
    """Add operations to what overwrites or is not recorded, or take them out, while that explains more."""
    operations = case.results.offer.operations
    columns: dict[str, list[list[Any]]] = {
        "overwrites": [_slots(op) for op in operations]
        + [[slot] for op in operations for slot in _slots(op)],
        "unrecorded": [[slot] for op in operations for slot in _slots(op)],
        "once": [[op] for op in operations],
        "misplaced": [[op] for op in operations if case.methods.stored_elsewhere(op)],
    }
    for column, candidates in columns.items():
        now: frozenset[Any] = frozenset(getattr(found, column))
        if not now or now == frozenset(getattr(case.model, column)):
            continue
        gain = case.fit(found, every).gain
        for some in candidates:
            for changed in (now | {*some}, now - {*some}):
                if not changed or changed == now:
                    continue
                tried = replace(found, **{column: changed})  # type: ignore[arg-type]
                more = case.fit(tried, every).gain
                if more > gain or (more == gain and len(changed) < len(now)):
                    now, gain, found = changed, more, tried
    return found


def _accuse(case: Case, before: Model, every: Sequence[Result]) -> None:
    """Tell what the model has that the one before had not."""
    model = case.model
    shown = [x for x in every if x.failed and case.fits(x, model).hit > case.fits(x, before).hit]
    more: dict[str, Any] = {"evidence": str(case.fit(model, every))}
    if model.order != before.order:
        kind, says = causes.SWEEP_KINDS[model.order], causes.SWEEPS[model.order]
        line = case.methods.line_of(case.results.sweep)
        case.accuse(kind, "backward", says, shown, operations=("backward",), line=line, **more)
    for column, (kind, says) in causes.COLUMNS.items():
        new = frozenset(getattr(model, column)) - frozenset(getattr(before, column))
        ops = sorted({x[0] if isinstance(x, tuple) else x for x in new})
        if not ops:
            continue
        where = "backward" if case.everywhere(ops) else ", ".join(ops)
        if column == "overwrites":
            says += " in every rule" if where == "backward" else f" in {where}"
        line = case.methods.line(ops[0]) if len(ops) == 1 else None
        case.accuse(kind, where, says, shown, operations=tuple(ops), line=line, **more)


# What survives, and what is left ---------------------------------------------------------------------------

STATES = {
    "two graphs share leaves": "the gradients of a second graph are neither added nor begun anew",
    "gradients set back by hand": "after the gradients were set back, a second graph is wrong",
    "the same graph again": "after the gradients were set back, a second backward() is wrong",
    "a sweep from an inner node": "a sweep that begins at an inner node is wrong",
    "graphs that share nothing": "a sweep changes gradients of a graph that it has nothing to do with",
}
SKIPPED = (
    "nodes that a first backward() has seen are skipped by the next one: keep what was visited in a variable "
    "of the sweep, not in the nodes or in the class"
)


def states(case: Case) -> None:
    """Accuse what one sweep leaves behind, where single sweeps of sums and products are right."""
    groups = ("rule", "order")
    single = [
        x for x in case.results.of if x.trial.group in groups and not (x.trial.optional or x.trial.note)
    ]
    if any(x.failed for x in single if {*x.trial.operations} <= {"add", "mul"}):
        return  # it follows from that
    found = [x for x in case.results.of if x.trial.group == "state" and x.ran and not x.trial.note]
    wrong = [x for x in found if x.difference and not x.answer["stubbed"] and not _compounds(x)]
    if not wrong:
        return
    first = next((x for x in wrong if x.trial.name == "the same graph again"), wrong[0])
    assert first.difference is not None
    skipped = first.trial.name == "the same graph again" and not first.difference.yours
    says = SKIPPED if skipped else STATES[first.trial.name]
    line = case.methods.line_of(case.results.sweep)
    case.accuse("state", "state", says, [first], line=line, operations=("backward",))


def _compounds(result: Result) -> bool:
    """Say whether a second sweep goes on with inner gradients of the first that cannot be set back."""
    assert result.difference is not None
    return result.trial.name == "the same graph again" and bool(result.difference.yours)


def rest(case: Case) -> None:
    """Accuse the smallest program that nothing explains, if nothing that was accused has a part in it."""
    blamed = {op for accusation in case.accusations for op in accusation.operations}
    left = [x for x in case.group(*SINGLE) if x.failed and not case.fits(x, case.model).exact]
    left = [x for x in left if not ({call.op for call in case.tree(x).calls} | {"backward"}) & blamed]
    if left:
        smallest = _shrunk(case, min(left, key=size))
        says = "the gradient is wrong, and none of the usual causes fits: look at this smallest expression"
        case.accuse("sum", "backward", says, [smallest], operations=smallest.program.operations)


def _shrunk(case: Case, result: Result) -> Result:
    """Return a smaller program that fails, as long as there is one."""
    for _ in range(30):
        for candidate in smaller(result.program):
            if candidate.steps and tame(candidate):
                tried = case.results.run(result.trial, swept(candidate))
                if tried.ran and tried.difference is not None and not tried.difference.value:
                    result = tried
                    break
        else:
            return result
    return result
