"""The command: ``python -m benchmarks > benchmarks/RESULTS.md``; chooses and prints, measures nothing."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import run
from benchmarks.peers import PEERS, cache_directory
from benchmarks.table import Report
from benchmarks.workloads import APART, GROWTH, WORKLOADS, Workload

UNDISTURBED = 0.95
CURVES = set(GROWTH) - set(APART)


def processor() -> str:
    """Return the processor's name, its family and model where the name says little."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    name = fields.get("model name", platform.machine())
    return (
        f"{name} (family {fields['cpu family']}, model {fields['model']})" if "cpu family" in fields else name
    )


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split(";")[0])
    names = [peer.name for peer in PEERS]
    groups = list(dict.fromkeys([w.group for w in WORKLOADS] + [w.name for w in WORKLOADS]))
    parser.add_argument(
        "--peers", nargs="+", choices=names, default=names, metavar="PEER", help=", ".join(names)
    )
    parser.add_argument(
        "--workloads",
        nargs="+",
        choices=groups,
        metavar="WORKLOAD",
        help="a group or one of it: " + ", ".join(groups),
    )
    parser.add_argument("--repeats", type=int, default=9, help="rounds per workload (default 9)")
    parser.add_argument(
        "--budget", type=float, default=10.0, help="seconds per peer and workload (default 10)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every sample, as JSON")
    parser.add_argument(
        "--quick", action="store_true", help="three short rounds, no growth curves, no W3/1e6"
    )
    return parser.parse_args(arguments)


def choose(names: Sequence[str] | None, quick: bool) -> list[Workload]:
    """Return the workloads asked for, in the table's order."""
    if names is not None:
        return [w for w in WORKLOADS if w.name in names or w.group in names]
    return [w for w in WORKLOADS if not quick or not (w.group in CURVES or w.name == "W3/1e6")]


def heading(outcome: dict[str, Any], repeats: int, argv: Sequence[str]) -> str:
    """Print command, date, machine, versions and the rules of the measurement."""
    versions = outcome["versions"].values()
    found = sorted({f"{name} {number}" for peer in versions for name, number in peer.items()})
    shares = [share for result in outcome["results"] for share in result.shares]
    disturbed = sum(share < UNDISTURBED for share in shares)
    load = f", load average {os.getloadavg()[0]:.2f} at the end" if hasattr(os, "getloadavg") else ""
    return f"""# Measured side by side

Made by `{shlex.join(["python", "-m", "benchmarks", *argv])}` on {datetime.date.today().isoformat()}.

* Machine: {processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}{load}.
* {disturbed} of {len(shares)} samples were disturbed: they had less than {UNDISTURBED:.0%} of a core.
* Python {platform.python_version()}; {", ".join(found)}.
* One process per peer, one thread, one core for all, double precision, Python's default collector settings.
* Medians of up to {repeats} repeats, in turns: every peer (and point of a growth curve) once, then again.
* Every peer's loss and gradient are compared with a gradient written by hand in NumPy before it is timed.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 0 when everything asked for was measured or could be explained."""
    argv = list(sys.argv[1:] if arguments is None else arguments)
    options = parse(argv)
    peers = [peer for peer in PEERS if peer.name in options.peers]
    workloads = choose(options.workloads, options.quick)
    repeats, budget = (min(options.repeats, 3), 1.0) if options.quick else (options.repeats, options.budget)
    outcome: dict[str, Any] = run(peers, workloads, cache_directory(), repeats, budget)
    report = Report([p.name for p in peers], [w.name for w in workloads], outcome)
    print(heading(outcome, repeats, argv))
    print(report.text(), end="")
    if options.json:
        plain = outcome | {"results": [dataclasses.asdict(result) for result in outcome["results"]]}
        options.json.write_text(json.dumps(plain, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
