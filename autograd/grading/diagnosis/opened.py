"""Programs as the class itself records them: an operation that is made of others is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autograd.check.slips import evaluated
from autograd.grading.diagnosis.sweeps import Call, Tree
from autograd.grading.ladder.compare import Result, Results
from autograd.grading.ladder.programs import Step
from autograd.table.primitive import TABLE


class Opened:
    """What the operations of a class are made of, asked of the class once for each."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.traces: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def tree(self, result: Result) -> Tree:
        """Return the graph of a program that ran, with the class's own values."""
        values = result.answer["values"]
        second: dict[str, str] = dict(result.answer["same"])
        calls: list[Call] = []
        for step in result.program.steps:
            if step.name not in second:
                operands = tuple(second.get(x, x) if isinstance(x, str) else x for x in step.operands)
                calls += self._calls(step, operands, values)
        return Tree(tuple(calls), {name: values[name] for name, _ in result.program.inputs})

    def trace(self, result: Result, step: Step) -> Mapping[str, Any]:
        """Return what the class does for one step of a program that ran."""
        values = result.answer["values"]
        return self._trace(step.op, [[values[x]] if isinstance(x, str) else x for x in step.operands])

    def _trace(self, op: str, operands: list[Any]) -> Mapping[str, Any]:
        key = (op, *(x[0] > 0 if isinstance(x, list) else (x,) for x in operands))
        if key not in self.traces:
            self.traces[key] = self.results.student.ask("trace", {"op": op, "operands": operands})
        return self.traces[key]

    def _calls(self, step: Step, operands: tuple[Any, ...], values: Mapping[str, float]) -> Iterator[Call]:
        """List the operations of which a step is made."""
        trace = self._trace(step.op, [[values[x]] if isinstance(x, str) else x for x in operands])
        if own(step.op, trace):
            yield Call(step.name, step.op, operands, step.hidden, values[step.name])
            return
        names: dict[str, Any] = {f"x{i}": x for i, x in enumerate(operands)}
        numbers = dict(values)
        for op, given, made, _ in trace["calls"]:
            name = step.name if made == trace["result"] else f"{step.name}.{made}"
            names[made] = name
            called = tuple(names.get(x, x) if isinstance(x, str) else x for x in given)
            row, hidden = TABLE[op], tuple(self.results.offer.defaults.get(op, ()))
            x = [numbers[x] if isinstance(x, str) else x for x in called]
            value = evaluated(row.forward, dict(zip(row.parameters, [*x, *hidden], strict=False)))
            numbers.setdefault(name, value)
            yield Call(name, op, called, hidden, numbers[name])


def own(op: str, trace: Mapping[str, Any]) -> bool:
    """Say whether an operation makes its node itself, as far as its calls show."""
    calls = trace.get("calls", [])
    if not calls or calls[-1][2] != trace.get("result") or any(None in given for _, given, *_ in calls):
        return True
    return len(calls) == 1 and calls[0][0] == op
