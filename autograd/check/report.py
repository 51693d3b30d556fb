"""What `gradcheck` found, in words: one line per derivative, and the causes. Computes nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from autograd.check.slopes import AGREE, LARGE, WRONG, Verdict

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
