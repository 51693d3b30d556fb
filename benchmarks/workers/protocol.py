"""A worker's side of the conversation: JSON lines in, JSON lines out; knows no framework and no chainrule.

Commands: ``hello`` (versions), ``prepare`` (build a workload, run its first step, hand back loss and
gradient, keep it under a name), ``time`` (run a number of its steps), ``memory`` (hold one forward pass and
weigh it).
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


class UnsupportedError(Exception):
    """A peer does not run a workload; the message says why and stands in the table."""


@dataclass
class Case:
    """A workload made ready by a peer.

    `step` runs it once and returns the loss; `read` returns the parameters after an updating step, else the
    gradient; `forward` returns something that keeps the recorded graph alive; `steps` counts the training
    steps that one call performs; `wait` returns when all calls have finished; `spent` tells how many seconds
    of the last call count, where not all of it is compared.
    """

    step: Callable[[], Any]
    read: Callable[[], list[float]]
    forward: Callable[[], Any] | None = None
    steps: int = 1
    wait: Callable[[], Any] = lambda: None
    spent: Callable[[], float] | None = None


def resident() -> int:
    """Return the bytes of physical memory that this process holds (Linux)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def weigh(case: Case) -> dict[str, Any]:
    """Return the bytes that one forward pass keeps: resident, and as Python's allocator counts them."""
    if case.forward is None:
        raise UnsupportedError("keeps no graph of its own between forward and backward")
    gc.collect()
    before = resident()
    held = case.forward()
    grown = resident() - before
    del held
    gc.collect()
    tracemalloc.start()
    held = case.forward()
    traced = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del held
    return {"resident": grown, "traced": traced}


def serve(packages: list[str], prepare: Callable[[dict[str, Any]], Case]) -> None:
    """Answer commands until the input ends. Whatever a framework prints goes to the error stream."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    cases: dict[str, Case] = {}
    for line in sys.stdin:
        command = json.loads(line)
        reply: dict[str, Any]
        try:
            if command["do"] == "hello":
                reply = {
                    "versions": {name: version(name) for name in packages},
                    "python": sys.version.split()[0],
                }
            elif command["do"] == "prepare":
                cases.pop(command["name"], None)
                start = time.perf_counter()
                case = cases[command["name"]] = prepare(command["data"])
                loss = float(case.step())
                case.wait()
                first = time.perf_counter() - start
                reply = {"loss": loss, "result": case.read(), "steps": case.steps, "first": first}
            elif command["do"] == "time":
                case = cases[command["name"]]
                step = case.step
                start, busy, counted = time.perf_counter(), time.process_time(), 0.0
                for _ in range(command["count"]):
                    step()
                    counted += case.spent() if case.spent else 0.0
                case.wait()
                seconds, busy = time.perf_counter() - start, time.process_time() - busy
                each = (counted if case.spent else seconds) / (command["count"] * case.steps)
                reply = {"seconds": each, "share": busy / seconds}
            else:
                reply = weigh(prepare(command["data"]))
        except UnsupportedError as reason:
            reply = {"unsupported": str(reason)}
        except Exception as error:  # noqa: BLE001 - whatever a peer raises stands in the table
            reply = {"failed": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
