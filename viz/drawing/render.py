"""Runs Graphviz: the only module that does layout; knows nothing of what a drawing means.

Layout runs in a child process, never in the kernel: a layout that takes too long is killed with everything
it started, and one that crashes is an error message. The program is `dot` where it is on PATH, else the
Graphviz inside the `pygraphviz` wheel. What Graphviz writes to stderr, font noise aside, is an error: it
would otherwise go with a wrong picture. A browser has no processes: there a module `graphviz_wasm` is the
Graphviz, if whoever made the page provides one (as `docs/page` does).
"""

import contextlib
import importlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from autograd import AdvisedError
from autograd.text.packages import install
from viz.drawing.looks.sheet import DPI

TIMEOUT = 30.0  # seconds
_OPTIONS: dict[str, list[str]] = {"svg": [], "png": [f"-Gdpi={DPI}"], "pdf": ["-Gmargin=0"], "json": []}
_NOISE = re.compile(
    rb"Fontconfig|Warning: graph has \d+ nodes\.\.\.layout may take|\(process:\d+\): Pango|\s*$"
)
_CHILD = """
import sys
import pygraphviz
for source in sys.stdin.buffer.read().decode("utf-8").split("\\0"):
    graph = pygraphviz.AGraph(string=source)
    engine = dict(graph.graph_attr.items()).get("layout") or "dot"
    picture = graph.draw(format=sys.argv[1], prog=engine, args=" ".join(sys.argv[2:]))
    sys.stdout.buffer.write(picture)
"""


class RenderError(AdvisedError, RuntimeError):
    """Graphviz could not make the picture. DOT and text need no Graphviz."""


class GraphvizMissingError(RenderError):
    """There is no Graphviz on this machine."""


class LayoutTimeoutError(RenderError):
    """The layout was stopped because it took too long."""


def render(source: str, format: str, timeout: float = TIMEOUT, options: Sequence[str] = ()) -> bytes:
    """Return the picture that Graphviz makes of a DOT text.

    Parameters
    ----------
    source : str
        DOT, as `viz.drawing.dot.dot` writes it.
    format : str
        `"svg"`, `"png"`, `"pdf"`, or `"json"` for the places of everything.
    timeout : float
        Seconds after which the layout is stopped.
    options : sequence of str
        Further options for Graphviz, such as `-Gdpi=96`.

    Raises
    ------
    GraphvizMissingError
        Neither `dot` nor `pygraphviz` is installed.
    LayoutTimeoutError
        The layout took longer than `timeout`.
    RenderError
        Graphviz failed, crashed or complained.
    """
    if format not in _OPTIONS:
        raise ValueError(f"format={format!r} is not one of {', '.join(_OPTIONS)}.")
    if importlib.util.find_spec("graphviz_wasm") is not None:
        return _within(source, format, options)
    return _drawn(source, format, timeout, options)


def renders(sources: Sequence[str], format: str, timeout: float = TIMEOUT) -> list[bytes]:
    """Return the pictures of several DOT texts: Graphviz starts once, which takes longer than a small layout.

    Parameters
    ----------
    sources : sequence of str
        As in `render`.
    format : {"svg", "json"}
    timeout : float
        Seconds for all of them.
    """
    if len(sources) < 2 or importlib.util.find_spec("graphviz_wasm") is not None:
        return [render(source, format, timeout) for source in sources]
    pictures = _drawn("\0".join(sources), format, timeout)
    begins = {"svg": rb"(?=<\?xml )", "json": rb"(?m)^(?=\{)"}[format]
    found = [part for part in re.split(begins, pictures) if part.strip()]
    if len(found) != len(sources):  # a Graphviz that writes several otherwise
        return [render(source, format, timeout) for source in sources]
    return found


def _drawn(source: str, format: str, timeout: float, options: Sequence[str] = ()) -> bytes:
    """Return what Graphviz writes; it is given one DOT text, or several with a zero byte between them."""
    command, environment = _command(format, options)
    read = (
        source if environment else source.replace("\0", "\n")
    )  # the program reads one graph after the other
    code, picture, complaints = _run(command, read.encode("utf-8"), environment, timeout)
    lines = [line.decode("utf-8", "replace") for line in complaints.splitlines() if not _NOISE.match(line)]
    if code < 0:
        raise RenderError(
            f"Graphviz crashed (signal {-code}) on this drawing of {len(source)} bytes of DOT.",
            "Draw less of the graph, for example with viz.paths(root, leaf), or draw the DOT elsewhere.",
        )
    if code > 0 or lines or not picture:
        told = "\n".join(lines[-6:]) or f"nothing (exit status {code})"
        if format == "png":
            told += "\nA bitmap cannot be of any size: save the picture as .svg or .pdf."
        raise RenderError(f"Graphviz ({command[0]}) did not make a faithful picture. It said:\n{told}")
    return picture


def _within(source: str, format: str, options: Sequence[str]) -> bytes:
    """Return the picture of a Graphviz that runs inside this interpreter; it reads DOT, and writes text."""
    if format not in ("svg", "json"):
        raise RenderError(
            f"Graphviz in a browser cannot make {format.upper()}.",
            "Save the picture as .svg, or take chainrule on your own machine.",
        )
    try:
        picture: str = importlib.import_module("graphviz_wasm").render(source, format, options)
    except ValueError as error:
        raise RenderError(f"Graphviz (WebAssembly) did not make a picture. It said:\n{error}") from None
    return picture.encode("utf-8")


def _command(format: str, further: Sequence[str]) -> tuple[list[str], Mapping[str, str] | None]:
    """Return the command that reads DOT and writes the picture, and its environment (None: as here)."""
    options = [*_OPTIONS[format], *further]
    program = shutil.which("dot")
    if program is not None:
        return [program, f"-T{format}", *options], None
    if _has_pygraphviz():
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
        return [sys.executable, "-P", "-c", _CHILD, format, *options], environment
    raise GraphvizMissingError(
        "Pictures need Graphviz, and neither the program `dot` nor the package `pygraphviz` was found. Two "
        f"cures: `{install('pictures')}` (brings Graphviz along, needs no administrator), or Graphviz "
        "itself (`apt install graphviz`, `brew install graphviz`, `winget install graphviz`). The DOT and "
        "text forms work without."
    )


def _has_pygraphviz() -> bool:
    return importlib.util.find_spec("pygraphviz") is not None


def _run(
    command: list[str], source: bytes, environment: Mapping[str, str] | None, timeout: float
) -> tuple[int, bytes, bytes]:
    """Run a child in a process group of its own, so that stopping it stops what it started."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=os.name == "posix",
    ) as child:
        try:
            picture, complaints = child.communicate(source, timeout)
        except subprocess.TimeoutExpired:
            _kill(child)
            raise LayoutTimeoutError(
                f"The layout was stopped after {timeout:g} seconds.",
                "Draw less of the graph: viz.paths(root, leaf) shows one leaf, graph.collapse() keeps the "
                "labelled nodes, one sample says as much as a batch. The DOT and text forms need no layout.",
            ) from None
        except BaseException:  # Ctrl-C reaches only us: the child is in a group of its own
            _kill(child)
            raise
    return child.returncode, picture, complaints


def _kill(child: "subprocess.Popen[bytes]") -> None:
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()
