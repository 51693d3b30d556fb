"""What single operations do wrong: their value, their local derivative, the gradient that arrives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from autograd.check.slips import evaluated, renamed, slips
from autograd.core.row import Row
from autograd.grading.diagnosis import causes
from autograd.grading.diagnosis.case import Case, operand, operands, place, shown
from autograd.grading.diagnosis.sweeps import ORDERS, SEEDS, UPSTREAM, Model
from autograd.grading.ladder.compare import Result, close
from autograd.table.language import parse
from autograd.table.primitive import TABLE
from autograd.text.numbers import number

# Values ----------------------------------------------------------------------------------------------------


def values(case: Case) -> None:
    """Accuse the operations that give a wrong value, and say what they compute instead."""
    alone = case.alone()
    for own in (True, False):  # an operation that is made of others may be wrong by them
        for (op, given), found in alone.items():
            wrong = [x for x in found if x.difference is not None and x.difference.value]
            if wrong and case.plain(wrong[0]) is own and (op, given) not in case.broken:
                _value(case, op, given, found, wrong)


def _value(case: Case, op: str, given: str, found: list[Result], wrong: list[Result]) -> None:
    step, first = wrong[0].program.steps[0], wrong[0].difference
    assert first is not None
    calls = case.tree(wrong[0]).calls
    follows = any((call.op, call.shape) in case.broken for call in calls)
    both = (op, "nn") in case.broken and (given == "nk" or _same_method(case, wrong[0]))
    case.broken[op, given] = "its value is wrong"
    if follows or both:
        return
    yours = "nothing" if first.yours is None else number(first.yours)
    if first.node in dict(wrong[0].program.inputs):
        says = f"{shown(step)} changes {first.node} itself: it was {number(first.right)} and is {yours} then"
    else:
        instead = _computes(case, op, found)
        told = f": it computes {instead}" if instead else ""
        says = f"{shown(step)} gives {yours}, not {number(first.right)}{told}"
    kind = "reflected" if given == "kn" and (op, "nn") not in case.broken else "forward"
    where = place(step) if kind == "reflected" else op
    line = case.methods.line(op, left=given == "kn")
    case.accuse(kind, where, says, wrong, operations=(op,), line=line)


def _same_method(case: Case, result: Result) -> bool:
    """Say whether ``2 - a`` is computed by the method of ``a - b``."""
    step = result.program.steps[0]
    calls = case.opened.trace(result, step).get("calls", [])
    left, right = case.methods.name(step.op, left=True), case.methods.name(step.op)
    return left == right or any(call[3] == right for call in calls)


def _computes(case: Case, op: str, found: list[Result]) -> str:
    """Return the formula that an operation computes instead; "" if none of the usual ones fits."""
    row, step = TABLE[op], found[0].program.steps[0]
    called = dict(zip(row.parameters, map(operand, step.operands), strict=False))
    for text, told in _instead(row):
        if all(
            close(x.answer["values"][x.program.root], evaluated(text, operands(x)), case.results.tolerance)
            for x in found
        ):
            return ast.unparse(renamed(parse(told), called)).replace("power(", "pow(")
    return ""


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


# Local derivatives -----------------------------------------------------------------------------------------


def rules(case: Case) -> None:
    """Accuse the local derivatives that are wrong, and say which other formula they are."""
    for (op, given), found in case.alone().items():
        usable = [x for x in found if case.usable(x)]
        if not usable or not case.plain(usable[0]) or not case.open(usable):
            continue
        again = [case.results.run(x.trial, x.experiment) for x in usable]
        if any(x.answer.get("grads") != y.answer["grads"] for x, y in zip(again, usable, strict=True)):
            case.broken[op, given] = "it gives other gradients every time"
            says = (
                "the same program gives other gradients the second time: nodes share something, such as a "
                "default argument or a list of the class"
            )
            case.accuse("state", op, says, usable, operations=(op,), line=case.methods.line(op))
            continue
        told = [_rule(case, op, slot, usable) for slot, kind in enumerate(given) if kind == "n"]
        blames = [blame for blame in told if blame is not None]
        if not blames or any(
            x.where == op or x.where == place(usable[0].program.steps[0]) for x in case.accusations
        ):
            continue
        kinds = {kind for kind, _ in blames}
        kind = kinds.pop() if len(kinds) == 1 else "rule"
        says = "; ".join(dict.fromkeys(text for _, text in blames))
        left = given.startswith("k")
        where = place(usable[0].program.steps[0])
        concerned = (op, *case.made_of(op))
        case.accuse(kind, where, says, usable, operations=concerned, line=case.methods.line(op, left))


def _rule(case: Case, op: str, slot: int, found: list[Result]) -> tuple[str, str] | None:
    """Find the formula of one wrong local derivative, put it into the model, and tell its kind and it."""
    row, step, tolerance = TABLE[op], found[0].program.steps[0], case.results.tolerance
    given, right, points = (
        "".join("n" if isinstance(x, str) else "k" for x in step.operands),
        row.partials[slot],
        [],
    )
    for result in found:
        out = result.answer["values"][result.program.root]
        yours = result.answer["grads"][str(result.program.steps[0].operands[slot])] or 0.0
        numbers = operands(result)
        yours = (yours - case.model.start) / (SEEDS[case.model.seed](out) or 1.0)
        points.append((numbers, out, yours, evaluated(right, {**numbers, "out": out})))
    if all(close(yours, partial, tolerance) for _, _, yours, partial in points):
        return None
    called = dict(zip(row.parameters, map(operand, step.operands), strict=False)) | {"out": step.name}
    wrong = f"∂({shown(step)})/∂{step.operands[slot]} is wrong"
    if not any(yours for _, _, yours, _ in points):
        case.model = replace(case.model, rules={**case.model.rules, (op, given, slot): "0"})
        kind, says = _nothing(case, op, slot, found[0])
        return kind, f"{wrong}; {says}"
    for slip in slips(row, row.parameters[slot]):
        if all(close(yours, slip.at(x, out), tolerance) for x, out, yours, _ in points):
            case.model = replace(case.model, rules={**case.model.rules, (op, given, slot): slip.formula})
            says = causes.RULES[slip.kind].format(slip.written(points[0][0], points[0][1], called))
            return "rule", f"{wrong}; {says}" + (f", {slip.neighbour}" if slip.neighbour else "")
    for how, combined in UPSTREAM.items():
        if all(close(yours, combined(partial, 1.0, out), tolerance) for _, out, yours, partial in points):
            case.model = replace(case.model, upstream={**case.model.upstream, (op, slot): how})
            return "upstream", causes.UPSTREAM[how]
    case.broken[op, given] = "its derivative is wrong"
    ratios = [yours / partial for _, _, yours, partial in points if partial]
    if ratios and all(close(ratio, ratios[0], 1e-4) for ratio in ratios):
        return "rule", f"{wrong}; your number is {number(ratios[0])} times the right one"
    return "rule", wrong


def _nothing(case: Case, op: str, slot: int, result: Result) -> tuple[str, str]:
    """Say why nothing arrives at an operand, as far as can be seen: its kind, and a sentence."""
    step = result.program.steps[0]
    name = operand(step.operands[slot])
    recorded = case.opened.trace(result, step).get("recorded")
    if recorded is not None and f"x{slot}" not in recorded:
        return "disconnected", causes.NOTHING["disconnected"].format(name)
    reads = case.methods.gradient_read(op, case.results.gradient)
    if reads:
        return "rule", causes.NOTHING["rule"].format(reads)
    return "not stored", causes.NOTHING["not stored"]


# The gradient that arrives ---------------------------------------------------------------------------------


def chains(case: Case) -> None:
    """Accuse the rules that do not multiply by the gradient that arrives."""
    below = case.group("chain")
    failed = case.open(below)
    if not failed or _is_sweep(case, below, case.model):
        return
    by_how: dict[str, list[Result]] = {}
    before = case.model
    for op in dict.fromkeys(x.program.steps[0].op for x in failed):
        found = [x for x in failed if x.difference and x.program.steps[0].op == op]
        if found and all(case.tree(x).by_name["c"].op == op for x in found):
            how = _upstream(case, op, found)
            if how:
                by_how.setdefault(how, []).extend(found)
    if "nothing" in by_how:
        given = {slot: how for slot, how in case.model.upstream.items() if how != "nothing"}
        rather = replace(case.model, upstream={**before.upstream, **given})
        if _is_sweep(case, below, rather):  # which never comes to these rules; `sweeps` says how
            case.model = rather
            del by_how["nothing"]
    for how, found in by_how.items():
        ops = list(dict.fromkeys(x.program.steps[0].op for x in found))
        where = "backward" if case.everywhere(ops) else ", ".join(ops)
        line = case.methods.line(ops[0]) if len(ops) == 1 else None
        case.accuse("upstream", where, causes.UPSTREAM[how], found, operations=tuple(ops), line=line)


def _is_sweep(case: Case, below: list[Result], model: Model) -> bool:
    """Say whether it is rather the sweep that goes wrong, beside what a model has."""
    return any(case.fit(replace(model, order=order), below).good for order in ORDERS if order != "right")


def _upstream(case: Case, op: str, found: list[Result]) -> str:
    """Find what the rule of an operation does instead, and put it into the model."""
    slots = [(op, i) for i, x in enumerate(found[0].program.steps[0].operands) if isinstance(x, str)]
    for how in UPSTREAM:
        for some in [slots, *([slot] for slot in slots)]:
            model = replace(case.model, upstream={**case.model.upstream, **dict.fromkeys(some, how)})
            if all(case.fits(x, model).exact for x in found):
                case.model = model
                return how
    return ""
