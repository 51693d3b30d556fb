"""The results as Markdown: times, ratios, memory, growth, targets; measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.harness import Result
from benchmarks.peers import PEERS
from benchmarks.workloads import APART, BY_NAME, FRESH, GROWTH, WEIGHED

TITLES = {peer.name: peer.title for peer in PEERS}
BASELINES = ("dot", "program-numpy", "numpy")


@dataclass(frozen=True)
class Target:
    """`slow` takes at least `least` times as long as `fast` on this workload."""

    workload: str
    slow: str
    fast: str
    least: float
    aim: float | None = None


TARGETS = (
    Target("W1", "micrograd", "dot", 60.0),
    Target("W1", "xad", "dot", 1.5, 2.5),
    Target("W1", "micrograd", "every", 8.0, 15.0),
    Target("W5", "micrograd", "dot", 1.0),
    Target("W5", "xad", "dot", 1.0),
    Target("W5", "torch-scalars", "dot", 6.0),
    Target("W1", "jax-jit", "program-native", 3.0),
    Target("W1", "torch-tensors", "program-native", 20.0),
    Target("W4", "jax-jit", "program-native", 1.0),
    Target("W1", "jax-loop", "train-native", 1.0),
    Target("W4", "jax-loop", "train-native", 1.0),
    Target("W7", "microgpt", "every", 2.5),
    Target("W7", "microgpt", "dot", 12.0),
    Target("W7", "jax-jit", "program-native", 1.3),
    Target("W7/40", "jax-jit", "program-native", 1.5),
    Target("W7", "torch-tensors", "program-native", 10.0),
    Target("epochs/64-32-10", "jax-scan", "fit", 1.0),
    Target("epochs/784-128-10", "jax-scan", "fit", 1.5),
)
BYTES_PER_NODE = (300, 200)
EXPLAINED = {
    "nodes": "Forward and backward of a chain. Python's collector looks through all that is alive again and "
    "again, which costs a large graph more for each node; a graph of chainrule has no cycles, and leaves "
    "nothing for it.",
    "epochs": "Shuffled batches, gradients and updates by Adam, 40 epochs at a time, once compiled. "
    "JAX's epoch is one call of a jitted `lax.scan` that gathers its rows; ours is what `History.seconds` "
    "says of it. Not in it: the checks, recording and lowering at the start of each call of `nn.fit`, and "
    "what JAX and the C compiler do once.",
}
THOUSAND = f"""\
Updates by Adam, each from one document of 3 to 8 tokens. All is included but imports: making the parameters,
recording, lowering and compiling a Program, or tracing and compiling a function, and all updates. Where not
all of them were made, the rest is taken to last as long as the median. Cold: in a process of its own, with
nothing compiled. Warm: in a later one, with what chainrule keeps on disk; JAX's cache on disk is not turned
on.

* {TITLES["program-native"]}, {TITLES["jax-jit"]}: one for each of the six lengths, called for each update.
* {TITLES["train-native"]}, {TITLES["jax-scan"]}: one for all lengths, documents being
  padded to 8 tokens; the share of each position in the loss is an input, 0 behind the end. One call makes all
  updates.
* {TITLES["fit"]}: the same by `nn.fit`, which looks at all data first, and compares the recording with
  the model on four documents.
* The others: the graph of each document, made anew.
"""


def digits3(value: float) -> str:
    """Print three significant digits, without an exponent where that stays short."""
    return f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:#.3g}".rstrip(".")


def seconds(value: float) -> str:
    """Print a time with its unit."""
    for scale, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= scale:
            return f"{digits3(value / scale)} {unit}"
    return f"{digits3(value / 1e-9)} ns"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Print a Markdown table with aligned columns: names to the left, numbers to the right."""
    table = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.rjust(w) if column else cell.ljust(w)
            for column, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = "|".join("-" * (w + 1) + ":" if column else "-" * (w + 2) for column, w in enumerate(widths))
    return [line(table[0]), f"|{rule}|", *(line(row) for row in table[1:])]


class Report:
    """A run, ready to be read."""

    def __init__(self, peers: Sequence[str], workloads: Sequence[str], run: Mapping[str, Any]) -> None:
        self.peers, self.workloads = list(peers), list(workloads)
        self.missing: Mapping[str, str] = run["missing"]
        self.results: dict[tuple[str, str], Result] = {(r.peer, r.workload): r for r in run["results"]}
        self.notes: list[str] = []

    def median(self, peer: str, workload: str) -> float | None:
        """Return the median seconds per step, or None where nothing was measured."""
        result = self.results.get((peer, workload))
        return result.median if result else None

    def fastest(self, peer: str, workload: str) -> float:
        """Return the fastest sample: where other programs share the machine, the steadier number."""
        return min(self.results[peer, workload].samples)

    def note(self, text: str) -> str:
        """Return the number under which a remark stands below the table."""
        if text not in self.notes:
            self.notes.append(text)
        return f"[{self.notes.index(text) + 1}]"

    def cell(self, peer: str, workload: str) -> str:
        """Print time and ratio to the column's baseline, or a dash with the reason below."""
        result = self.results.get((peer, workload))
        if peer in self.missing:
            return "missing " + self.note(f"{TITLES[peer]}: {self.missing[peer]}")
        if result is None:
            return "–"
        median = result.median
        if median is None:
            return "– " + self.note(result.reason)
        base = next((m for b in BASELINES if (m := self.median(b, workload)) is not None), median)
        return f"{seconds(median)} ({digits3(median / base)}×)"

    def times(self) -> list[str]:
        """Print the table: one row per peer, one column per workload, and the bytes that a node keeps."""
        columns = [w for w in self.workloads if BY_NAME[w].group not in GROWTH]
        if not columns:
            return []
        head = ["peer", *columns]
        peers = [p for p in self.peers if p in self.missing or any((p, w) in self.results for w in columns)]
        rows = [[TITLES[peer], *(self.cell(peer, w) for w in columns)] for peer in peers]
        if WEIGHED in columns:
            head.append("bytes per node")
            for peer, row in zip(peers, rows, strict=True):
                row.append(self.bytes_per_node(peer))
        lines = [*markdown(head, rows), ""]
        lines += [f"* {w}: {BY_NAME[w].title}" for w in columns]
        explanation = (
            "Median time of one step, and in brackets how many times as long as "
            f"{TITLES['dot']} (where that is absent: {TITLES['program-numpy']}, then {TITLES['numpy']}). "
            "Bytes per node: resident, and as Python's allocator counts them, while the graph of "
            f"{WEIGHED} is held after forward."
        )
        lines += ["", explanation, ""]
        return lines + [f"[{i}] {text}  " for i, text in enumerate(self.notes, 1)] + [""]

    def bytes_per_node(self, peer: str) -> str:
        """Print resident and traced bytes per node."""
        result = self.results.get((peer, WEIGHED))
        if result is None or result.memory is None:
            return "–"
        units = BY_NAME[WEIGHED].units
        return f"{result.memory['resident'] / units:.0f} / {result.memory['traced'] / units:.0f}"

    def first_steps(self) -> list[str]:
        """Print what it takes until the first step is done, for those who build or compile."""
        compiled = [p.name for p in PEERS if p.compiles and p.name in self.peers]
        columns = [w for w in self.workloads if BY_NAME[w].group not in GROWTH]
        fresh = [w for w in columns if w in FRESH]
        rows = []
        for peer in compiled:
            found = [self.results.get((peer, w)) for w in columns]
            if any(r and r.samples for r in found):
                cells = [seconds(r.first) if r and r.samples and r.first is not None else "–" for r in found]
                later = [self.results.get((peer, w)) for w in fresh]
                cells += [seconds(r.again) if r and r.again else "–" for r in later]
                rows.append([TITLES[peer], *cells])
        if not rows:
            return []
        title = ["## Until the first step is done", ""]
        head = ["peer", *columns, *(f"{w} in a later process" for w in fresh)]
        told = f"{', '.join(fresh)}: in a process of its own, with nothing compiled. " if fresh else ""
        told += "The others: in one process, in this order, with what is compiled by then."
        return [*title, *markdown(head, rows), "", told, ""]

    def thousand(self) -> list[str]:
        """Print what 1000 updates of microgpt take, everything before the first included."""
        rows = []
        for peer in self.peers:
            result, median = self.results.get((peer, "W7/names")), self.median(peer, "W7/names")
            if result and median and result.first is not None:
                rest = (1000 - result.steps) * median
                warm = seconds(result.again + rest) if result.again else "–"
                measured = f"{result.steps} of 1000"
                rows.append([TITLES[peer], seconds(result.first + rest), warm, measured])
        if not rows:
            return []
        head = ["peer", "cold", "warm", "measured"]
        return ["## 1000 updates of microgpt", "", *markdown(head, rows), "", THOUSAND]

    def growth(self) -> list[str]:
        """Print the cost per unit along each curve, and the factor from the cheapest to the dearest point."""
        lines: list[str] = []
        for group in GROWTH:
            points = [w for w in self.workloads if BY_NAME[w].group == group]
            rows = []
            for peer in self.peers:
                costs = [(self.median(peer, w), BY_NAME[w].units) for w in points]
                known = [m / units for m, units in costs if m is not None]
                if known:
                    cells = [seconds(m / units) if m is not None else "–" for m, units in costs]
                    spread = [] if group in APART else [f"{max(known) / min(known):.2f}"]
                    rows.append([TITLES[peer], *cells, *spread])
            if rows:
                lines += [f"## Cost per {BY_NAME[points[0]].unit}", ""]
                head = ["peer", *points] + ["dearest / cheapest"] * (group not in APART)
                lines += [*markdown(head, rows), ""]
                lines += [told, ""] if (told := EXPLAINED.get(group)) else []
        return lines

    def targets(self) -> list[str]:
        """Print every target with what this run measured."""
        rows = []
        for target in TARGETS:
            slow, fast = self.median(target.slow, target.workload), self.median(target.fast, target.workload)
            if slow is not None and fast is not None:
                aim = f", aim {target.aim:g}" if target.aim else ""
                name = f"{target.workload}: {TITLES[target.slow]} / {TITLES[target.fast]}"
                verdict = "met" if slow / fast >= target.least else "NOT MET"
                best = self.fastest(target.slow, target.workload) / self.fastest(target.fast, target.workload)
                least = f"at least {target.least:g}×{aim}"
                rows.append([name, f"{digits3(slow / fast)}×", f"{digits3(best)}×", least, verdict])
        weighed = self.results.get(("dot", WEIGHED))
        if weighed and weighed.memory:
            size = weighed.memory["resident"] / BY_NAME[WEIGHED].units
            limit, aim_bytes = BYTES_PER_NODE
            verdict = "met" if size <= limit else "NOT MET"
            rows.append(
                ["resident bytes per node", f"{size:.0f}", "", f"at most {limit}, aim {aim_bytes}", verdict]
            )
        if not rows:
            return []
        head = ["ratio", "of medians", "of fastest samples", "target", "verdict"]
        return ["## Targets", "", *markdown(head, rows), ""]

    def text(self) -> str:
        """Print the whole report."""
        return (
            "\n".join(
                [*self.times(), *self.targets(), *self.first_steps(), *self.thousand(), *self.growth()]
            ).rstrip()
            + "\n"
        )
