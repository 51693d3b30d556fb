"""Why a derivative is wrong: the rule to blame, kinks on the way, a graph that was cut."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from autograd.check.differences import Sample
from autograd.check.report import Entry
from autograd.check.rounding import ROUNDING, numbers, rounding
from autograd.check.slopes import WRONG, judge
from autograd.core import describe
from autograd.core.errors import DomainError
from autograd.core.value import Value
from autograd.table.kinks import kinks
from autograd.transforms.trace import Call


def notes(call: Call, wrong: Sequence[Entry]) -> Iterator[str]:
    """Say which rules are to blame for what is wrong, which nodes are at kinks, what else may be it."""
    blamed = list(dict.fromkeys(chain.from_iterable(map(_blamed, call.order)))) if wrong else []
    yield from blamed[:5]
    kinked = [(node, kink) for node in call.order for kink in kinks(node)]
    for node, kink in kinked[:5]:
        chosen = f"we choose {', '.join(map(describe.number, kink.partials))}: " if kink.partials else ""
        yield f"At a kink: {describe.expression(node)}. At {kink.at} {chosen}{kink.why}."
    if wrong and kinked and not blamed:
        yield "The choices at the kinks inside need not add up to a derivative of the whole."
    elif any(entry.verdict.claimed == 0 for entry in wrong) and not blamed:
        yield (
            "No gradient arrives where the value does change: is the graph cut on the way, "
            "by .data, detach(), no_grad() or a function of plain numbers?"
        )


def _blamed(node: Value) -> Iterator[str]:
    """Check the rule of one node against differences of its row."""
    row, operands = node.op, numbers(node)
    if row is None or not all(map(math.isfinite, (node.data, *operands))):
        return
    parameters = chain.from_iterable(
        [parameter] * (len(slots) if isinstance(slots, tuple) else 1)
        for parameter, slots in zip(row.parameters, row.arguments(operands), strict=True)
    )
    texts = dict(zip(row.parameters, row.partials, strict=False))
    for slot, (parameter, partial) in enumerate(zip(parameters, node.partials, strict=True)):
        if partial is None:
            continue

        def sample(t: float, slot: int = slot) -> Sample | None:
            try:
                value, _ = row.evaluate([*operands[:slot], t, *operands[slot + 1 :]])
            except DomainError:
                return None
            return Sample(value, rounding(node) + ROUNDING * abs(value)) if math.isfinite(value) else None

        verdict = judge(sample, operands[slot], partial)
        if verdict.status == WRONG:
            rule = f" {parameter}, {texts[parameter]!r}," if parameter in texts else f" {parameter}"
            yield (
                f"To blame: the rule of {row.name} by{rule} gives {partial:.10g} at {parameter} = "
                f"{describe.number(operands[slot])}, differences give {verdict.slope:.10g}."
            )
