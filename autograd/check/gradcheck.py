"""`gradcheck`: the recorded derivatives against differences, one by one, and the report in words.

Arranges the comparison; the verdicts are `autograd.check.differences`, the causes `autograd.check.causes`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograd.check.causes import causes, error_bound
from autograd.check.differences import AGREE, LARGE, WRONG, Sample, Verdict, judge
from autograd.core.errors import DomainError, GradientError
from autograd.core.modes import no_grad
from autograd.core.value import Value
from autograd.transforms.derivatives import rows
from autograd.transforms.trace import Trace, argument_names
from autograd.transforms.trees import Flat, flatten_all, unflatten


def gradcheck(f: Callable[..., Any], inputs: Any, raise_exception: bool = True) -> Report:
    """Compare the derivatives of a function with differences of its values.

    Parameters
    ----------
    f : callable
        Of numbers, lists, tuples, dicts or arrays; returns any of these. It must give the same result twice.
    inputs : tuple or list
        The arguments: ``f(*inputs)``. Anything else is taken as the only argument.
    raise_exception : bool
        Raise if a derivative is wrong; else only report it.

    Returns
    -------
    Report
        Reads as text, true if nothing is wrong. Each of its ``entries`` has a verdict: "agree"; "wrong rule";
        "kink here", with the slopes of both sides and our choice between them; "step too large", where the
        differences settled at no step, so that nothing can be said.

    Raises
    ------
    GradientError
        If a derivative is wrong. The message is the report, and names the row whose rule is to blame.
    ValueError
        If `f` is not finite at the inputs, or gives another result when it is called again.

    See Also
    --------
    grad : What is checked.
    register : A row of your own, whose partials need a check.

    Notes
    -----
    For every input, `f` is called at x ± h for steps h, h/8, h/64, ... until the extrapolated differences
    settle: 4 to 50 calls. The tolerance is what the last extrapolation changed, plus the noise of f over h;
    the noise is the rounding of every node times its adjoint (running error analysis), not a guess.

    Examples
    --------
    >>> from autograd import relu
    >>> gradcheck(lambda x, w: relu(w) * x * x, (3.0, 0.0))
    gradcheck of f: 1 agree, 1 kink here
      d f/d x  agree           ours 0, differences 0 ± 0
      d f/d w  kink here       left slope 0, right slope 9, ours 0
    At a kink: relu(w). At x == 0 we choose 0: the smallest subgradient, as PyTorch.
    """
    arguments = tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)
    name = getattr(f, "__name__", "f")
    name = "f" if name == "<lambda>" else name
    with no_grad():  # nobody outside needs derivatives: floats, also beside a learner's weights
        flat = flatten_all(arguments, argument_names(f, len(arguments)))
        x = [leaf.data if isinstance(leaf, Value) else leaf for leaf in flat.leaves]
        trace = _trace(f, flat, x)
        _require_finite_and_repeatable(trace, _trace(f, flat, x), name)
        claimed = rows(trace)
        results = [name + keypath.removeprefix("the result") for keypath in trace.result.keypaths]
        entries = []
        for j, keypath in enumerate(flat.keypaths):
            samples = _along(f, flat, x, j, len(results))
            for i, result in enumerate(results):
                verdict = judge(lambda t, i=i, s=samples: s(t)[i], x[j], claimed[i][j])  # type: ignore[misc]
                entries.append(Entry(result, keypath, verdict))
        wrong = [entry for entry in entries if entry.verdict.status == WRONG]
        report = Report(name, tuple(entries), tuple(causes(trace, [entry.verdict for entry in wrong])))
    if raise_exception and not report:
        raise GradientError(str(report))
    return report


def _trace(f: Callable[..., Any], flat: Flat, x: Sequence[float]) -> Trace:
    arguments = unflatten(flat.structure, x)
    return Trace(f, arguments, {}, range(len(arguments)))


def _require_finite_and_repeatable(trace: Trace, again: Trace, name: str) -> None:
    for keypath, x, y in zip(trace.result.keypaths, trace.results(), again.results(), strict=True):
        if not math.isfinite(x):
            raise ValueError(
                f"{name} gives {x} at these inputs ({keypath}): there is no slope to compare with. "
                f"Choose inputs where it is finite."
            )
        if x != y:
            raise ValueError(
                f"{name} gave {x!r} and then {y!r} at the same inputs, so differences would measure chance. "
                f"Fix what is random in it: set a seed, or switch dropout off."
            )


def _along(
    f: Callable[..., Any], flat: Flat, x: Sequence[float], j: int, count: int
) -> Callable[[float], list[Sample | None]]:
    """Make the function of one input that gives the `count` results with their noise; each place once."""

    @cache
    def samples(t: float) -> list[Sample | None]:
        try:
            trace = _trace(f, flat, [*x[:j], t, *x[j + 1 :]])
        except DomainError:
            return [None] * count
        return [
            Sample(value, error_bound(trace, root)) if math.isfinite(value) else None
            for value, root in zip(trace.results(), trace.result.leaves, strict=True)
        ]

    return samples


SHOWN = 20  # lines about derivatives that agree


@dataclass(frozen=True, slots=True)
class Entry:
    """One derivative of a report: of which result, by which input, and the verdict."""

    result: str
    input: str
    verdict: Verdict

    def __str__(self) -> str:
        return f"d {self.result}/d {self.input}: {self.verdict.status}: {self.told}"

    @property
    def told(self) -> str:
        """The numbers behind the verdict."""
        v = self.verdict
        if not math.isnan(v.left):
            return f"left slope {v.left:.6g}, right slope {v.right:.6g}, ours {v.claimed:.6g}"
        if math.isnan(v.slope):
            return f"ours {v.claimed:.10g}, but the function has no finite values beside this point"
        told = f"ours {v.claimed:.10g}, differences {v.slope:.10g} ± {v.tolerance:.1g}"
        if v.status == LARGE:
            return f"{told}: they settled at no step, the function bends too fast or is too noisy"
        if v.status == WRONG and v.slope and math.isfinite(v.slope):
            return f"{told} ({100 * abs(v.claimed / v.slope - 1):.2g} % off)"
        return told


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What `gradcheck` found: an entry per result and input, notes about causes. True if nothing is wrong."""

    function: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no derivative is wrong; one that could not be decided is not counted as wrong."""
        return all(entry.verdict.status != WRONG for entry in self.entries)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        counts = Counter(entry.verdict.status for entry in self.entries)
        total = ", ".join(f"{count} {status}" for status, count in counts.items())
        lines = [f"gradcheck of {self.function}: {total or 'no inputs'}"]
        agreeing = [entry for entry in self.entries if entry.verdict.status == AGREE]
        left_out = set(map(id, agreeing[SHOWN:]))
        shown = [entry for entry in self.entries if id(entry) not in left_out]
        heads = [f"d {entry.result}/d {entry.input}" for entry in shown]
        width = max(map(len, heads), default=0)
        lines += [
            f"  {head:{width}}  {e.verdict.status:14}  {e.told}" for head, e in zip(heads, shown, strict=True)
        ]
        if left_out:
            lines.append(f"  ... and {len(left_out)} more that agree")
        return "\n".join([*lines, *self.notes])
