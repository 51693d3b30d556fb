"""`gradcheck`: the recorded derivatives against differences, one by one.

Arranges the comparison; the verdicts are `autograd.slopes`, the causes `autograd.blame`, the words
`autograd.report`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from autograd.check.causes import notes
from autograd.check.differences import Sample
from autograd.check.report import Entry, Report
from autograd.check.rounding import noise
from autograd.check.slopes import WRONG, judge
from autograd.core.errors import DomainError, GradientError
from autograd.core.modes import no_grad
from autograd.core.value import Value
from autograd.transforms.jacobians import rows
from autograd.transforms.trace import Call, argument_names
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
        given = flatten_all(arguments, argument_names(f, len(arguments)))
        x = [leaf.data if isinstance(leaf, Value) else leaf for leaf in given.leaves]
        call = _call(f, given, x)
        _require_finite_and_repeatable(call, _call(f, given, x), name)
        claimed = rows(call)
        results = [name + place.removeprefix("the result") for place in call.result.places]
        entries = []
        for j, place in enumerate(given.places):
            samples = _along(f, given, x, j, len(results))
            for i, result in enumerate(results):
                verdict = judge(lambda t, i=i, s=samples: s(t)[i], x[j], claimed[i][j])  # type: ignore[misc]
                entries.append(Entry(result, place, verdict))
        wrong = [entry for entry in entries if entry.verdict.status == WRONG]
        report = Report(name, tuple(entries), tuple(notes(call, wrong)))
    if raise_exception and not report:
        raise GradientError(str(report))
    return report


def _call(f: Callable[..., Any], given: Flat, x: Sequence[float]) -> Call:
    arguments = unflatten(given.structure, x)
    return Call(f, arguments, {}, range(len(arguments)))


def _require_finite_and_repeatable(call: Call, again: Call, name: str) -> None:
    for place, x, y in zip(call.result.places, call.results(), again.results(), strict=True):
        if not math.isfinite(x):
            raise ValueError(
                f"{name} gives {x} at these inputs ({place}): there is no slope to compare with. "
                f"Choose inputs where it is finite."
            )
        if x != y:
            raise ValueError(
                f"{name} gave {x!r} and then {y!r} at the same inputs, so differences would measure chance. "
                f"Fix what is random in it: set a seed, or switch dropout off."
            )


def _along(
    f: Callable[..., Any], given: Flat, x: Sequence[float], j: int, count: int
) -> Callable[[float], list[Sample | None]]:
    """Make the function of one input that gives the `count` results with their noise; each place once."""

    @cache
    def samples(t: float) -> list[Sample | None]:
        try:
            call = _call(f, given, [*x[:j], t, *x[j + 1 :]])
        except DomainError:
            return [None] * count
        return [
            Sample(value, noise(call, root)) if math.isfinite(value) else None
            for value, root in zip(call.results(), call.result.leaves, strict=True)
        ]

    return samples
