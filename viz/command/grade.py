"""The command `chainrule grade`: students' files in; what is wrong, where and why out, for many tools.

It knows nothing of how a fault is found, nor of what stands in a file of results.
"""

import argparse
import ast
import base64
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from autograd.grading import Finding, Report, grade
from autograd.grading.formats import HINTS, PLATFORMS, SHOWN, TABLES, Telling
from autograd.grading.judge import check
from autograd.grading.report import GROUPS
from autograd.text.numbers import counted
from viz.command.typed import Parser, UsageError, trouble
from viz.drawing.figure import FORMATS
from viz.drawing.looks.sheet import ORDINARY
from viz.drawing.render import TIMEOUT, RenderError
from viz.figures.graph import graph
from viz.player.finding import save

RIGHT, FAULTS, MISTYPED, UNJUDGED = range(4)  # exit statuses
SUBMITTED = (".py", ".ipynb")
ALONE = ("output", *PLATFORMS)  # what is written of one submission

_EPILOG = """\
examples:
  chainrule grade my_value.py                               the first fault, where and why
  chainrule grade my_value.py --hint place -o wrong.svg     a hint, and a picture
  chainrule grade submissions --csv grades.csv --show all   a folder, for a gradebook
  chainrule grade my_value.py --only rule,chain             some groups of rungs
  chainrule grade my_value.py --need add,mul,tanh,exp       what the task asks for

exit status: 0 all is right; 1 something is wrong; 2 mistyped, or a file cannot be written;
3 nothing is wrong, but something cannot be judged

A file's definitions are run, in a process with limits on time, memory, files and processes. That guards
against accidents and is no sandbox: the code can read your files and use the network. Grade the code of
strangers in a container.
"""


def main(arguments: Sequence[str]) -> int:
    """Grade what was typed; return the exit status."""
    try:
        return _answer(_parser().parse_args(arguments))
    except (UsageError, RenderError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(trouble(error))


def _failed(reason: str) -> int:
    print(f"chainrule grade: {reason}", file=sys.stderr)
    return MISTYPED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        missing="There is no file. For example: chainrule grade my_value.py",
        prog="chainrule grade",
        description="Say where a class with backward() that somebody wrote is wrong, and why.",
        epilog=_EPILOG,
    )
    say = parser.add_argument
    say("files", nargs="+", metavar="FILE", help="Python files, notebooks, or folders of them")
    say("--class", dest="name", default="", metavar="NAME", help="the class; else it is found")
    say("--need", type=_listed, default=(), metavar="OPS", help="operations asked for, such as add,mul,tanh")
    say("--only", type=_listed, default=(), metavar="GROUP", help=f"groups of rungs: {','.join(GROUPS)}")
    say("--run", action="store_true", help="run the whole file, not its definitions only")
    say("--seconds", type=_positive, default=2.0, metavar="S", help="for each experiment (else 2)")
    say("--points", type=_positive, metavar="N", help="what a class without a fault is worth")
    say("--show", choices=[*SHOWN], default="first", help="; ".join(f"{k}: {v}" for k, v in SHOWN.items()))
    say("--hint", choices=[*HINTS], default="cause", help="; ".join(f"{k}: {v}" for k, v in HINTS.items()))
    say("--jobs", type=_jobs, default=os.cpu_count() or 1, metavar="N", help="files graded at a time")
    say("-o", "--output", type=Path, metavar="FILE",
        help=f"draw the smallest failing graph ({' '.join(FORMATS)}); .html steps through it")  # fmt: skip
    for name in TABLES:
        say(f"--{name}", type=Path, metavar="FILE", help="write all reports to this file")
    for name in PLATFORMS:
        say(f"--{name}", type=Path, metavar="FILE", help="write results.json for one submission")
    return parser


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _positive(text: str) -> float:
    try:
        x = float(text)
    except ValueError:
        x = 0.0
    if not 0 < x < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return x


def _jobs(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


# Which files ------------------------------------------------------------------------------------------------


def submissions(given: Iterable[str]) -> list[Path]:
    """Return the files to be graded: those named, and those in folders that are named.

    In a folder within such a folder (one student's, say) files without a class of numbers are left out, if
    another there has one: they are its helpers. A folder that holds no file to be graded stands for itself,
    so that nobody is lost.
    """
    found: dict[Path, None] = {}
    for path in map(Path, given):
        if path.is_dir():
            found |= dict.fromkeys(_inside(path))
        elif not path.exists():
            raise UsageError(f"There is no file {path}.")
        elif path.suffix not in SUBMITTED:
            raise UsageError(f"{path} is neither Python ({SUBMITTED[0]}) nor a notebook ({SUBMITTED[1]}).")
        else:
            found[path] = None
    return list(found)


def _inside(folder: Path, *, students: bool = False) -> list[Path]:
    """List the files of a folder and of those in it, by name, but for what is hidden or made by tools."""
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    own = [path for path in entries if path.is_file() and path.suffix in SUBMITTED]
    below = [found for path in entries if path.is_dir() for found in _inside(path, students=True)]
    if students and own:
        own = [path for path in own if _has_class(path)] or own
        below = [path for path in below if path.is_file()]
    return own + below or [folder]


def _has_class(path: Path) -> bool:
    """Whether a file defines a class that can be added or multiplied; one that cannot be read may."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            return "__add__" in text or "__mul__" in text
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError):
        return True
    names = (getattr(node, "name", "") for node in ast.walk(tree))
    return any(name in ("__add__", "__mul__") for name in names)


# What is answered -------------------------------------------------------------------------------------------


def _answer(options: argparse.Namespace) -> int:
    files = submissions(options.files)
    if any(getattr(options, name) for name in ALONE):  # then a folder is one student's, whatever helps beside
        files = [path for path in files if path.is_file() and _has_class(path)] or files[:1]
    _check(options, files)
    telling = Telling(options.show, options.hint, options.points)
    reports = list(_graded(files, options))
    for report in reports:
        print(telling.report(report))
    if len(reports) > 1:
        print(telling.course(reports))
    for name, written in _written(options, reports, telling):
        print(f"{name}: written to {written}")
    if not all(report for report in reports if report.judged):
        return FAULTS
    return RIGHT if all(report.judged for report in reports) else UNJUDGED


def _check(options: argparse.Namespace, files: Sequence[Path]) -> None:
    """Refuse, before anything runs, what cannot be asked for, and what cannot be written afterwards."""
    try:
        check(options.need, options.only)
    except ValueError as error:
        raise UsageError(str(error)) from None
    for name in ALONE:
        if getattr(options, name) and len(files) > 1:
            said = "-o" if name == "output" else f"--{name}"
            raise UsageError(f"{said} is for one submission, and there are {counted(len(files), 'file')}.")
    if options.output and options.output.suffix.lower() not in FORMATS:
        raise UsageError(f"{options.output} does not end in one of {', '.join(FORMATS)}.")
    for name in ("output", *TABLES, *PLATFORMS):
        path = getattr(options, name)
        if path and not path.parent.is_dir():
            raise UsageError(f"{path} cannot be written: there is no folder {path.parent}. Make it first.")


def _graded(files: Sequence[Path], options: argparse.Namespace) -> Iterator[Report]:
    """Grade every file, several at a time, and yield the reports in their order, behind a progress bar."""
    asked = {name: getattr(options, name) for name in ("name", "need", "only", "run", "seconds")}
    one = partial(grade, **asked)
    jobs = min(options.jobs, len(files))
    bar = partial(tqdm, total=len(files), unit="file", disable=None if len(files) > 1 else True, leave=False)
    with ProcessPoolExecutor(jobs, get_context("spawn")) if jobs > 1 else nullcontext() as pool:
        graded = iter((pool.map if pool else map)(one, filter(Path.is_file, files)))
        yield from bar(_lost(path) if path.is_dir() else next(graded) for path in files)


def _lost(folder: Path) -> Report:
    return Report("", str(folder), reason=f"there is no file in it that ends in {' or '.join(SUBMITTED)}")


def _written(
    options: argparse.Namespace, reports: Sequence[Report], telling: Telling
) -> Iterator[tuple[str, Path]]:
    """Write the files that are asked for, and yield what each is."""
    for name, table in TABLES.items():
        if path := getattr(options, name):
            path.write_text(table(reports, telling), encoding="utf-8", newline="")
            yield name, path
    drawn = _drawn(reports[0], telling)
    for name, results in PLATFORMS.items():
        if path := getattr(options, name):
            picture = _url(drawn) if drawn and telling.hint != "place" else ""
            path.write_text(results(reports[0], telling, picture), encoding="utf-8")
            yield name, path
    if options.output and drawn:
        save(drawn, options.output)
        yield "picture", options.output
    elif options.output:
        print("chainrule grade: note: there is nothing to draw.", file=sys.stderr)


def _drawn(report: Report, telling: Telling) -> Finding | None:
    """Return the first finding that can be drawn, without its cause if that is not to be told."""
    found = next((finding for finding in report.faults if finding.graph is not None), None)
    return found if found is None or telling.hint == "cause" else replace(found, says="", evidence="")


def _url(finding: Finding) -> str:
    """Return a picture as the URL that holds it; none where Graphviz is missing, and the words must do."""
    try:
        made = FORMATS[".png"](graph(finding), ORDINARY, TIMEOUT)
    except RenderError as error:
        print(f"chainrule grade: note: the results have no picture: {error}", file=sys.stderr)
        return ""
    assert isinstance(made, bytes)
    return f"data:image/png;base64,{base64.b64encode(made).decode('ascii')}"
