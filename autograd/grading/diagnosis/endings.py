"""What gave no number: exceptions, what did not come to an end, and what the class does not take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.grading.diagnosis.case import Case, place, shown, size
from autograd.grading.diagnosis.methods import DUNDERS
from autograd.grading.diagnosis.sweeps import shape
from autograd.grading.ladder.compare import Result
from autograd.grading.report import MISSING, NOTE
from autograd.text.numbers import number

ENDED = {  # how an experiment ended that gave no answer
    "time": "it does not come to an end",
    "memory": "it uses more memory than the limit",
    "died": "it ends its own process",
    "forged": "it writes where only answers are written",
    "given up": "it does not come to an end too often",
}


def unkept(case: Case) -> bool:
    """Accuse a class whose new objects do not hold the number that they were given; then nothing else."""
    wrong, tried = [], set()
    for result in case.results.of:
        if result.trial.group == "rule" and result.ran:
            tried.add(result.trial.name)
            if (
                result.difference
                and result.difference.value
                and result.difference.node in dict(result.program.inputs)
            ):
                wrong.append(result)
    if len({result.trial.name for result in wrong}) < max(2, len(tried) // 2):
        return False  # it is an operation that changes its operand
    first = wrong[0].difference
    assert first is not None
    says = f"a new object with {number(first.right)} holds {number(first.yours or 0.0)}"
    case.accuse("forward", "numbers", says, wrong, line=case.methods.line_of("__init__"), operations=())
    return True


def endings(case: Case) -> None:
    """Accuse what raised, or did not come to an end; note what is not taken."""
    same: dict[tuple[Any, ...], list[Result]] = {}
    for result in case.results.of:
        error = result.error
        if not error or result.unsure or result.trial.note or error["kind"] == "given up":
            continue
        if untaken(case, result):
            _not_taken(case, result)
            continue
        first = result.program.steps[0]
        if result.trial.group in ("rule", "numbers"):
            case.broken[first.op, shape(first.operands)] = "it raises"
        at_backward = result.answer.get("at") == "backward"
        message = "" if _unwrapped(error) or error["recursion"] else error["message"]
        same.setdefault((error["kind"], error["type"], message, at_backward), []).append(result)
    for found in same.values():
        _ending(case, found)


def untaken(case: Case, result: Result) -> bool:
    """Say whether a class does not take what a trial asks, and need not."""
    step = result.program.steps[0]
    no_left = not isinstance(step.operands[0], str) and step.op not in case.results.offer.reflected
    return result.trial.optional and (result.refused or (no_left and bool(result.error)))


def _not_taken(case: Case, result: Result) -> None:
    step = result.program.steps[0]
    asked = step.op in case.need
    if (step.op == "pow" and not asked) or any(x.where == place(step) for x in case.accusations):
        return  # exponents that are nodes are rare
    left = not isinstance(step.operands[0], str)
    says = (
        f"a number on the left is not taken: __r{DUNDERS[step.op]}__ is missing"
        if left
        else "it is not taken"
    )
    level = MISSING if asked else NOTE
    case.accuse("missing", place(step), says, [result], operations=(step.op,), level=level, proven=True)


def _unwrapped(error: Mapping[str, Any]) -> bool:
    """Say whether the class took a plain number for a node."""
    return "has no attribute" in error["message"] and error["message"].startswith(("'int'", "'float'"))


def _ending(case: Case, found: list[Result]) -> None:
    """Accuse what ended so."""
    where: dict[str, Result] = {}
    for result in sorted(found, key=size):
        assert result.error is not None
        step = next((x for x in result.program.steps if x.name == result.answer.get("at")), None)
        if step is None and len(result.program.steps) == 1 and not result.error["line"]:
            step = result.program.steps[0]  # it is not known whether this or the sweep
        op = case.methods.operation(result.error["line"]) or (step.op if step else "")
        if not op and len(result.program.operations) == 1 and result.answer.get("at") == "backward":
            op = result.program.operations[0]  # it was in the sweep, at its rule
        if op not in where or (step and step.op == op != where[op].program.steps[0].op):
            where[op] = result
    if len(where) > 1 and all(result.answer.get("at") == "backward" for result in found):
        where = {"": min(where.values(), key=size)}  # not one rule: the sweep
    if len(where) > 1:
        where.pop("", None)  # the same in the sweep
    first = min(where.values(), key=size)
    error = first.error
    assert error is not None
    kind, says = "crash", f"{error['type']}: {error['message']}"
    step = first.program.steps[-1]
    if error["recursion"]:
        says = "it calls itself without end (RecursionError)"
    elif error["kind"] == "time":
        kind, says = "endless", ENDED["time"]
    elif error["kind"] in ENDED:
        says = ENDED[error["kind"]]
    elif _unwrapped(error):
        kind, says = "unwrapped", f"a plain number is not turned into a node first ({says})"
    case.accuse(
        kind,
        ", ".join(op or "backward" for op in where),
        f"in {shown(step)}: {says}" if len(first.program.steps) == 1 else says,
        [first],
        operations=tuple(
            op.removeprefix("r") if op.removeprefix("r") in DUNDERS else op for op in where if op
        ),
        line=error["line"] if len(where) == 1 else None,
        source=error.get("source", ""),
        evidence="it was raised" if error["kind"] == "raised" else "",
        proven=True,
    )
