"""Answers experiments on a class, one line of JSON for each; the numbers are all that it tells.

It limits itself (time, memory, files, processes) as far as the system can, and closes standard input and
output to the class. Imports the standard library only.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import io
import json
import math
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .adapter import SWEEPS, Interface, TimeUp, UndrivenError
from .loading import Loaded, Stub, load

MEMORY, FILE, FILES = 2 << 30, 1 << 20, 64
MOMENT = 0.001  # seconds


class Desk:
    """The class, loaded and driven, and the experiments that can be asked of it."""

    def __init__(self, seconds: float, alone: bool) -> None:
        self.seconds, self.alone = seconds, alone  # alone: in a process of its own, where nobody interrupts
        self.loaded = Loaded()
        self.interface: Interface | None = None
        self.sources: tuple[str, ...] = ()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Run one experiment; what is raised is part of the answer."""
        touched, began = Stub.touched, time.perf_counter()
        told: dict[str, Any] = {}
        try:
            with limited(asked.get("seconds", self.seconds)):
                getattr(self, asked["do"])(told, **asked.get("with", {}))
        except UndrivenError as error:
            told["undriven"] = str(error)
        except TimeUp as error:
            told["error"] = {**self._error(error), "kind": "time", "type": ""}
        except KeyboardInterrupt as error:
            if not self.alone:
                raise
            told["error"] = self._error(error)
        except BaseException as error:  # whatever the class raises is told, not judged
            told["error"] = self._error(error)
        told["stubbed"] = Stub.touched > touched
        told["seconds"] = time.perf_counter() - began
        return told

    def load(
        self, told: dict[str, Any], path: str, name: str, aliases: dict[str, list[str]], run: bool,
        how: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Load a file and find the class."""
        self.sources = (path, "cell ")
        self.loaded = load(path, run)
        told["problems"], told["stubs"] = self.loaded.problems, self.loaded.stubbed
        cls = chosen(self.loaded, name)
        self.drive(told, cls, self.loaded.names, aliases, how)

    def drive(
        self, told: dict[str, Any], cls: type, names: dict[str, Any], aliases: dict[str, list[str]],
        how: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Find out how a class is driven and what it offers."""
        told["name"] = cls.__name__
        self.interface = face = Interface(cls, names, aliases, how)
        told["how"] = face.how
        told["reads"] = face.described()
        told["sweep"], told["gradient"] = face.sweep_name, face.grad_name
        told["seeded"] = face.seeded or face.by_local or face.pulled
        told["offers"] = [op for op in aliases if face.offered(op)]
        told["reflected"] = [op for op in ("add", "sub", "mul", "div", "pow") if face.reflected(op)]
        told["defaults"] = {op: face.defaults(op) for op in told["offers"]}
        told["methods"] = methods_of(cls, names)
        told["start"] = face.gradient(face.leaf(1.5))
        told["rounding"] = face.value(face.leaf(1 / 3))

    def run(
        self,
        told: dict[str, Any],
        inputs: list[Any],
        steps: list[Any],
        sweeps: list[str],
        zero: list[str] = (),  # type: ignore[assignment]
    ) -> None:
        """Run a program and its sweeps; before each after the first, reset the gradients named in `zero`."""
        face = self.interface
        assert face is not None
        face.fresh()
        told["values"], told["grads"], told["same"], told["at"] = {}, {}, {}, ""
        nodes: dict[str, Any] = {}
        seen: dict[int, str] = {}
        for name, x in inputs:
            nodes[name] = face.leaf(x)
            seen.setdefault(id(nodes[name]), name)
        start = face.start(next(iter(nodes.values()))) if len(sweeps) > 1 and zero else None
        for name, op, operands in steps:
            told["at"] = name
            node = face.apply(op, [nodes[x] if isinstance(x, str) else x for x in operands])
            nodes[name] = node
            if id(node) in seen:
                told["same"][name] = seen[id(node)]
            seen.setdefault(id(node), name)
            if node is None:
                raise TypeError(f"{op} gives None: is a return missing?")
            if face.value(node) is None:
                raise UndrivenError(f"{op} gave {type(node).__name__}, in which no number was found")
        told["values"] = {name: face.value(node) for name, node in nodes.items()}
        returned = None
        for i, root in enumerate(sweeps):
            told["at"] = "backward"
            if i:
                for name in zero:
                    face.reset(nodes[name], start)
            returned = face.sweep(nodes[root])
        told["at"] = ""
        if sweeps:
            told["grads"] = {name: face.gradient(node, returned) for name, node in nodes.items()}
            told["after"] = {name: face.value(node) for name, node in nodes.items()}

    def trace(self, told: dict[str, Any], op: str, operands: list[Any]) -> None:
        """Tell of which operations of the class one is made; a list of one number is a node."""
        face = self.interface
        assert face is not None
        face.fresh()
        given = [face.leaf(x[0]) if isinstance(x, list) else x for x in operands]
        told.update(face.trace(op, given))

    def _error(self, error: BaseException) -> dict[str, Any]:
        kind = "memory" if isinstance(error, MemoryError) else "raised"
        line, source = None, ""
        if isinstance(error, SyntaxError):
            line, source = error.lineno, error.filename or ""
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(self.sources or ("\0",)):
                line, source = number, frame.f_code.co_filename
        message = str(error)[:300]
        named = getattr(error, "name", None)
        return {
            "kind": kind, "type": type(error).__name__, "message": message, "line": line,
            "source": source if source.startswith("cell ") else "",
            "skipped": isinstance(error, NameError) and named in self.loaded.skipped,
            "recursion": isinstance(error, RecursionError),
        }  # fmt: skip


def chosen(loaded: Loaded, name: str) -> type:
    """Return the class to grade: the one named, else the one that looks most like a number with a sweep."""
    classes = {found.__name__: found for found in loaded.defines}
    classes |= {key: found for key, found in loaded.names.items() if isinstance(found, type)}
    if name:
        if name not in classes:
            raise UndrivenError(f"it defines no class {name}; there are {', '.join(classes) or 'none'}")
        return classes[name]
    own = [found for found in loaded.names.values() if isinstance(found, type)]
    found: type | None = max(own, key=lambda cls: likeness(cls, loaded), default=None)
    if found is None or likeness(found, loaded) < 2:
        raise UndrivenError("it defines no class with + and * and a backward sweep" + lost(loaded))
    return found


def likeness(cls: type, loaded: Loaded) -> float:
    """Say how much a class looks like a number that differentiates."""
    functions = {name for name, x in loaded.names.items() if inspect.isfunction(x)}
    arithmetic = sum(hasattr(cls, name) for name in ("__add__", "__mul__"))
    by_functions = 2 * (
        {"add", "mul"} <= functions and any(x in functions for x in SWEEPS) and "__init__" in vars(cls)
    )
    sweeps = any(callable(getattr(cls, name, None)) for name in SWEEPS)
    usual = any(word in cls.__name__.lower() for word in ("value", "scalar", "var", "node", "tensor"))
    own = cls in loaded.defines
    return (
        max(arithmetic, by_functions) + sweeps + 0.5 * usual + 0.25 * own + 0.1 * len(cls.__mro__[1:-1]) / 10
    )


def lost(loaded: Loaded) -> str:
    """Say which line raised while the file was loaded."""
    return "".join(f"; line {line} raised {error}" for line, error in loaded.problems[:1])


def methods_of(cls: type, names: dict[str, Any]) -> dict[str, tuple[int, str, str]]:
    """Return of each method, and each function beside the class, the first line, the text and the cell."""
    found: dict[str, tuple[int, str, str]] = {}
    for name, content in [pair for owner in cls.__mro__[:-1] for pair in vars(owner).items()] + [
        *names.items()
    ]:
        function = getattr(content, "__wrapped__", content)
        if inspect.isfunction(function) and name not in found:
            try:
                text = inspect.getsource(function)
            except (OSError, TypeError):
                text = ""
            place = function.__code__.co_filename
            cell = place if place.startswith("cell ") else ""
            found[name] = function.__code__.co_firstlineno, text, cell
    return found


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the class's code after some seconds of processor time, if there is a timer for that.

    The garbage collector's time is not the class's: it goes through all objects of a notebook. Where Python
    swallows what is raised, as in `__del__`, it is raised again a moment later.
    """
    if not hasattr(signal, "SIGPROF") or threading.current_thread() is not threading.main_thread():
        yield
        return
    left = 0.0

    def up(number: int, frame: Any) -> None:
        raise TimeUp

    def pause(phase: str, about: dict[str, int]) -> None:
        nonlocal left
        if phase == "start":
            left = signal.setitimer(signal.ITIMER_PROF, 0)[0]
        else:
            signal.setitimer(signal.ITIMER_PROF, left)

    def swallowed(what: Any) -> None:
        nonlocal left
        if what.exc_type is TimeUp:
            left = MOMENT
            signal.setitimer(signal.ITIMER_PROF, left)
        else:
            told(what)

    before, told = signal.signal(signal.SIGPROF, up), sys.unraisablehook
    sys.unraisablehook = swallowed
    gc.callbacks.append(pause)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        gc.callbacks.remove(pause)
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.unraisablehook = told
        signal.signal(signal.SIGPROF, before)


def allow(seconds: float) -> None:
    """Let the system end this process after some seconds of processor time, whatever its code catches."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with suppress(ValueError, OSError):  # a limit that this system does not let one set
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def limit() -> None:
    """Limit this process: memory, what it writes, open files, processor time, further processes."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    limits = {
        "RLIMIT_AS": MEMORY,
        "RLIMIT_FSIZE": FILE,
        "RLIMIT_NOFILE": FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 0,
    }
    for name, most in limits.items():
        if hasattr(resource, name):
            with suppress(ValueError, OSError):  # a limit that this system does not let one set
                resource.setrlimit(getattr(resource, name), (most, most))


def main() -> None:
    """Answer what the parent asks until it stops asking."""
    asked, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for channel in (0, 1, 2):
        os.dup2(nothing, channel)
    sys.stdin = sys.stdout = sys.stderr = io.TextIOWrapper(io.FileIO(nothing, "r+"), encoding="utf-8")
    first = json.loads(asked.readline())
    if first["numpy"]:
        sys.path.append(first["numpy"])
        importlib.import_module("numpy")
        sys.path.remove(first["numpy"])
    limit()
    sys.setrecursionlimit(1000)
    desk = Desk(first["seconds"], alone=True)
    for number, line in enumerate(asked):
        allow(first["seconds"])
        answers.write(json.dumps({**desk.answer(json.loads(line)), "number": number}) + "\n")
        answers.flush()
