"""The other side: a class in a process of its own, or one in this process; both answer experiments.

The process only calculates. It is limited from inside (time, memory, files, processes) where the system can,
and from outside by a clock; what it prints goes nowhere. That is a guard against accidents, not a sandbox.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from autograd.grading.child.worker import Desk
from autograd.table.expression import USUAL
from autograd.table.primitive import TABLE

PIPE = 32_000  # characters that a pipe takes although nobody reads
Asked = tuple[str, dict[str, Any], float | None]  # what is to be done, with what, and a time of its own
ROOM = Path(__file__).parent.parent
# With -I -S the process sees no environment, no folder of ours and no installed package.
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from child import worker; del sys.path[0]; worker.main()"
)
ARITHMETIC = ("add", "sub", "mul", "div", "pow")
ALSO = {
    "add": ["plus"], "sub": ["subtract", "minus"], "mul": ["multiply", "times"], "div": ["truediv", "divide"],
    "pow": ["power"], "neg": ["negate", "negative"], "sigmoid": ["sigm"], "reciprocal": ["inverse", "inv"],
    "relu": ["rectify"], "silu": ["swish"], "leaky_relu": ["lrelu"],
}  # fmt: skip
HANGS, DEATHS = 3, 20  # so many, and no more is asked
WALL = 4.0  # the outer clock is that of the wall: so many times the inner, which is that of the processor


def aliases() -> dict[str, list[str]]:
    """Return the operations that are looked for, with the names that they may have."""
    found = {}
    for name, row in TABLE.items():
        learns = row.partials and not {*row.partials} <= {"0", "none"}
        if name in ARITHMETIC or (row.unary and learns):
            usual = [other for other, ours in USUAL.items() if ours == name and other.isascii()]
            found[name] = [name, *usual, *ALSO.get(name, [])]
    return found


class Student:
    """A class that answers experiments; `ask` returns what `autograd.grading.child.worker.Desk` tells.

    An answer has "error" where the class raised, took too long, used too much memory or ended its process.
    """

    found: dict[str, Any]  # what was found when it was loaded and driven

    def ask(self, do: str, arguments: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Ask for one experiment, with a limit of its own if `seconds` is given."""
        raise NotImplementedError

    def ask_all(self, asked: Sequence[Asked]) -> list[dict[str, Any]]:
        """Ask for many at once; there are fewer answers where one of them did not come to an end."""
        return [self.ask(*one) for one in asked]

    def close(self) -> None:
        """End it."""


class Here(Student):
    """A class in this process: there is a limit on time, in the main thread, and no other.

    Parameters
    ----------
    cls : type
    seconds : float
        For each experiment.
    """

    def __init__(self, cls: type, seconds: float) -> None:
        self.desk = Desk(seconds, alone=False)
        module = sys.modules.get(cls.__module__)
        names = vars(module) if module is not None else {}
        self.desk.sources = (getattr(module, "__file__", None) or "<", "<ipython", "/tmp/ipykernel")
        with silent():
            self.found = self.desk.answer(
                _request("drive", {"cls": cls, "names": names, "aliases": aliases()})
            )

    def ask(self, do: str, arguments: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Ask for one experiment."""
        with silent():
            return self.desk.answer(_request(do, arguments, seconds))


@contextlib.contextmanager
def silent() -> Any:
    """Let nothing be printed that a class prints when it is driven."""
    with Path(os.devnull).open("w", encoding="utf-8") as nothing, contextlib.redirect_stdout(nothing):
        yield


class Process(Student):
    """A class from a file, in a process of its own, which is started anew after it hung or died.

    Parameters
    ----------
    path : Path
    name : str
        The class; "" finds it.
    seconds : float
        For each experiment.
    run : bool
        Run the whole file, not its definitions only.
    """

    def __init__(self, path: Path, name: str, seconds: float, run: bool) -> None:
        self.seconds = seconds
        self.loading: dict[str, Any] = {
            "path": str(path.resolve()),
            "name": name,
            "aliases": aliases(),
            "run": run,
        }
        self.numpy = _numpy() if "numpy" in path.read_text(encoding="utf-8", errors="replace") else ""
        self.process: subprocess.Popen[str] | None = None
        self.hangs = self.deaths = 0
        self.folder = tempfile.TemporaryDirectory()
        self.found = self._start()
        self.loading["how"] = self.found.get("how")  # for the next process, if this one ends

    def _start(self) -> dict[str, Any]:
        command = [sys.executable, "-I", "-S", "-B", "-c", START, str(ROOM)]
        group: dict[str, Any] = {"start_new_session": True} if hasattr(os, "killpg") else {}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=self.folder.name, env=_environment(), text=True, encoding="utf-8", **group,
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        self.number = 0  # of the next answer
        threading.Thread(target=_listen, args=(self.process.stdout, self.lines), daemon=True).start()
        self._send([{"seconds": self.seconds, "numpy": self.numpy}, _request("load", self.loading)])
        return self._answer(WALL * (2 + self.seconds))

    def ask(self, do: str, arguments: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """Ask for one experiment."""
        return self.ask_all([(do, arguments, seconds)])[0]

    def ask_all(self, asked: Sequence[Asked]) -> list[dict[str, Any]]:
        """Ask for many at once; the answers may end before, and do so after a hang."""
        if self.hangs >= HANGS or self.deaths >= DEATHS:
            return [_error("given up") for _ in asked]
        if self.process is None:
            again = self._start()
            if "error" in again:
                return [again for _ in asked]
        asked = asked[: self._send([_request(*one) for one in asked])]
        answers = []
        for _, _, seconds in asked:
            answers.append(self._answer(WALL * (1 + self.seconds)))
            if answers[-1].get("error", {}).get("kind") == "time" and seconds is None:
                self.hangs += 1
                if self.process is not None and len(answers) < len(asked):
                    self._kill()  # of those that wait, the caller decides which are worth it
            if self.process is None:
                break
        return answers

    def _send(self, lines: Sequence[Mapping[str, Any]]) -> int:
        """Send as many lines as the pipe takes, so that nobody waits for one who hangs; return how many."""
        assert self.process is not None
        assert self.process.stdin is not None
        texts = [json.dumps(line) + "\n" for line in lines]
        count = max(1, sum(length <= PIPE for length in accumulate(map(len, texts))))
        with contextlib.suppress(OSError):  # it has died; no answer comes, which tells
            self.process.stdin.write("".join(texts[:count]))
            self.process.stdin.flush()
        return count

    def _answer(self, seconds: float) -> dict[str, Any]:
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            self._kill()
            return _error("time")
        if line:
            answer = _read(line)
            if answer.get("number") == self.number:
                self.number += 1
                return answer
            self._kill()
            self.hangs += 1
            return _error("forged")
        self.deaths += 1
        code = self._kill()
        if code == -getattr(signal, "SIGXCPU", 24):  # it caught what the inner clock raised
            return _error("time")
        return _error("memory" if code == -getattr(signal, "SIGKILL", 9) else "died")

    def _kill(self) -> int:
        """End the process and all that it has started; return its exit status."""
        process, self.process = self.process, None
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05 if process.poll() is None else 0)
        status = process.poll()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        for channel in (process.stdin, process.stdout):
            if channel is not None:
                with contextlib.suppress(OSError):
                    channel.close()
        return 0 if status is None else status

    def close(self) -> None:
        """End the process and remove its folder."""
        if self.process is not None:
            self._kill()
        self.folder.cleanup()


def _listen(lines: Iterable[str], into: queue.Queue[str]) -> None:
    """Hand on what the process writes; an empty line says that it has ended."""
    with contextlib.suppress(ValueError, OSError):  # closed while it was read
        for line in lines:
            into.put(line)
    into.put("")


def _read(line: str) -> dict[str, Any]:
    """Read an answer; what is none, because the class has written it, reads as an empty one."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _request(do: str, arguments: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
    return {"do": do, "with": arguments} | ({} if seconds is None else {"seconds": seconds})


def _error(kind: str) -> dict[str, Any]:
    return {"error": {"kind": kind, "type": "", "message": "", "line": None, "recursion": False}}


def _numpy() -> str:
    """Return the folder from which NumPy is imported; "" where it is not installed."""
    found = importlib.util.find_spec("numpy")
    return str(Path(found.origin).parent.parent) if found is not None and found.origin else ""


def _environment() -> dict[str, str]:
    """Return the little that a process needs: no variable of the user's goes in."""
    kept = {
        name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **kept,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "HOME": tempfile.gettempdir(),
    }
