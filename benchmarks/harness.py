"""Long-lived workers, checked before they are timed, timed in turns; knows no framework, prints no table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from benchmarks import reference
from benchmarks.peers import MissingPeerError, Peer, command_and_environment
from benchmarks.workloads import BY_NAME, FRESH, WEIGHED, Workload

TOLERANCE = 1e-9


class Speaker(Protocol):
    """Whatever answers commands: a worker process, or a stand-in."""

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command and return its reply."""


class Worker:
    """A peer's process: one JSON line in, one JSON line out.

    Parameters
    ----------
    command, environment
        How to start it.
    patience : float
        Seconds after which a command that has not been answered ends the process.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], patience: float = 300.0) -> None:
        self.patience = patience
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            command, env=dict(environment), text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
        )  # fmt: skip
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(self.process.pid, {max(os.sched_getaffinity(0))})

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command and wait for its reply; a dead or silent process replies with ``failed``."""
        assert self.process.stdin is not None and self.process.stdout is not None
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self.process.kill()

        timer = threading.Timer(self.patience, stop)
        timer.start()
        try:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if line:
            reply: dict[str, Any] = json.loads(line)
            return reply
        if expired.is_set():
            return {"failed": f"stopped after {self.patience:g} s without an answer"}
        return {"failed": f"worker ended: {self.last_words()}"}

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def last_words(self) -> str:
        """Return the last line of its error stream."""
        self.process.wait()
        self.errors.seek(0)
        lines = [line.strip() for line in self.errors.read().splitlines() if line.strip()]
        return lines[-1] if lines else f"exit code {self.process.returncode}, no message"

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


@dataclass
class Result:
    """What one peer did on one workload: samples in seconds per step, or the reason why there are none.

    `shares` says for each sample how much of the time the process really had a core: below 1, others took it.
    """

    peer: str
    workload: str
    samples: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    first: float | None = None
    again: float | None = None
    steps: int = 1
    error: float | None = None
    memory: dict[str, int] | None = None
    reason: str = ""

    @property
    def median(self) -> float | None:
        """Median of the samples."""
        return statistics.median(self.samples) if self.samples else None


@dataclass
class Entry:
    """A peer that passed the check on a workload: how many calls make a sample, the seconds used so far."""

    result: Result
    speaker: Speaker
    case: str
    steps: int
    count: int = 1
    spent: float = 0.0

    def sample(self) -> bool:
        """Time `count` calls; False, with the reason in the result, where the peer fails."""
        reply = self.speaker.ask(do="time", name=self.case, count=self.count)
        if "failed" in reply:
            self.result.reason = f"failed: {reply['failed']}"
            return False
        self.result.samples.append(reply["seconds"])
        self.result.shares.append(reply["share"])
        self.spent += reply["seconds"] * self.count * self.steps
        return True

    def fill(self, seconds: float) -> None:
        """Let the one sample so far only tell how many calls fill this many seconds."""
        self.count = max(1, int(seconds / max(self.spent, 1e-9)))
        self.spent = 0.0
        self.result.samples.clear()
        self.result.shares.clear()


@contextmanager
def started(
    peer: Peer, cache: Path, compiled: str, patience: float
) -> Iterator[tuple[Worker, dict[str, str]]]:
    """Install, start and greet a peer; give it with its versions; end it on the way out.

    `compiled` is the directory in which chainrule's workers keep what they compile.
    """
    command, environment = command_and_environment(peer, cache)
    worker = Worker(command, environment | {"CHAINRULE_CACHE_DIR": compiled}, patience)
    try:
        hello = worker.ask(do="hello")
        if "versions" not in hello:
            raise MissingPeerError(hello.get("unsupported") or hello["failed"])
        yield worker, hello["versions"]
    finally:
        worker.close()


def check(reply: dict[str, Any], data: dict[str, Any], result: Result) -> bool:
    """Say whether a prepared peer may be timed: its loss and gradient are those written by hand."""
    if "unsupported" in reply or "failed" in reply:
        result.reason = reply.get("unsupported") or f"failed: {reply['failed']}"
        return False
    result.first, result.steps = reply["first"], reply["steps"]
    result.error = reference.disagreement(data, reply["loss"], reply["result"], reply["steps"])
    if not result.error <= TOLERANCE:
        result.reason = f"wrong gradient (relative error {result.error:.1e}): not timed"
    return not result.reason


def measure(
    workloads: Sequence[Workload],
    speakers: Mapping[str, Speaker],
    repeats: int,
    budget: float,
    slice_seconds: float = 0.3,
    report: Callable[[str], None] = lambda text: None,
) -> list[Result]:
    """Check every peer, then time them in turns: first all once, then all again, `repeats` times.

    Workloads that are compared with each other are measured together, so that a turn holds them all. A sample
    runs as many steps as fit into `slice_seconds`, at least one. A peer that has used up its `budget` of
    seconds on a workload keeps the samples it has there, one at least.
    """
    results: list[Result] = []
    ready: list[Entry] = []
    for workload in workloads:
        data = workload.make()
        for name, speaker in speakers.items():
            if not workload.takes(name):
                continue
            report(f"{workload.name}: checking {name}")
            result = Result(name, workload.name)
            results.append(result)
            reply = speaker.ask(do="prepare", name=workload.case, data=data)
            if not check(reply, data, result):
                continue
            entry = Entry(result, speaker, workload.case, reply["steps"])
            if entry.sample():
                ready.append(entry)
                if entry.spent <= budget:
                    entry.fill(slice_seconds)
    for turn in range(repeats):
        report(f"{workloads[0].name}: round {turn + 1} of {repeats}")
        for entry in ready:
            if entry.spent < budget and not entry.sample():
                entry.spent = budget
    return results


def in_fresh_processes(
    results: Iterable[Result], peers: Mapping[str, Peer], cache: Path, patience: float
) -> None:
    """Add what only a process without a past can show: a graph's memory, first steps with nothing compiled.

    Those are taken twice, in two processes: the second finds what the first has left on disk.
    """
    for result in results:
        peer = peers[result.peer]
        weighed, compiles = result.workload == WEIGHED, peer.compiles and result.workload in FRESH
        if not result.samples or not (weighed or compiles):
            continue
        data = BY_NAME[result.workload].make()
        replies = []
        with tempfile.TemporaryDirectory() as nothing:
            for _ in range(2 if compiles else 1):
                with started(peer, cache, nothing, patience) as (worker, _):
                    replies.append(worker.ask(do="memory" if weighed else "prepare", name="", data=data))
        if compiles:
            result.first, result.again = (reply.get("first") for reply in replies)
        elif "resident" in replies[0]:
            result.memory = replies[0]


def run(
    peers: Iterable[Peer],
    workloads: Iterable[Workload],
    cache: Path,
    repeats: int,
    budget: float,
    patience: float = 300.0,
) -> dict[str, Any]:
    """Do everything in one run: results, versions, and the peers that are missing, with the reason."""

    def report(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    by_name = {peer.name: peer for peer in peers}
    versions: dict[str, dict[str, str]] = {}
    missing: dict[str, str] = {}
    results: list[Result] = []
    with ExitStack() as stack:
        compiled = stack.enter_context(tempfile.TemporaryDirectory())

        def launch(peer: Peer) -> Worker:
            worker, versions[peer.name] = stack.enter_context(started(peer, cache, compiled, patience))
            return worker

        workers: dict[str, Worker] = {}
        for name, peer in by_name.items():
            try:
                workers[name] = launch(peer)
            except MissingPeerError as reason:
                missing[name] = str(reason)
                report(f"missing: {peer.title}: {reason}")
        for _, together in groupby(workloads, key=lambda workload: workload.curve or workload.name):
            for name, worker in workers.items():
                if not worker.alive:
                    workers[name] = launch(by_name[name])
            results += measure(list(together), workers, repeats, budget, report=report)
        report("memory and first steps, in fresh processes")
        in_fresh_processes(results, by_name, cache, patience)
    return {"results": results, "versions": versions, "missing": missing}
