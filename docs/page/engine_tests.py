"""Runs the engine's tests in the Python of the page, Pyodide in node: the evidence for its version of Python.

``python docs/page/engine_tests.py [--packages DIR or URL] [FOLDER or FILE ...]`` runs the rooms of
`autograd`, and with NumPy (``--packages``, a release of Pyodide) those of programs and of `nn`, each room in
an interpreter of its own; then it says what passed, and what was skipped and why. pytest and its friends
come from the Python that runs this command. What a browser has not is skipped: threads, processes, a
compiler; without NumPy each file that needs it.
"""

import argparse
import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import sources  # noqa: E402  (the path above makes it importable)

PURE = (
    "pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments",
    "_hypothesis_globals", "_hypothesis_pytestplugin", "_hypothesis_ftz_detector", "sortedcontainers", "attr",
    "attrs", "sympy", "mpmath", "graphviz", "tqdm",
)  # fmt: skip
ENGINE = ("text", "core", "table", "graph", "transforms", "check", "explanation", "practice")
ARRAYS = ("program", "module", "optim", "data", "layers", "losses", "sequence", "training")
STACK = 60_000  # KB: chains of 100,000 nodes are freed on it
PEERS = ("scikit-learn", "matplotlib")  # tests ask them where they are
NEEDS = {"numpy", "nn", "autograd.program", "torch", "jax", "matplotlib", "selenium"}
RUN = '''
import json, os, sys
sys.path[:0] = ["/host/site", "/host/repo"]
os.chdir("/host/repo")
os.environ |= {{"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}}
import pytest
MISSING = {{
    "can't start new thread": "WebAssembly has no threads",
    "does not support processes": "WebAssembly has no processes",
    "_posixsubprocess": "WebAssembly has no processes",
    "NumPy": "needs NumPy",
}}
class Telling:
    """Skips, visibly, what asks for a thread or a process, and counts."""
    def __init__(self):
        self.told = {{"python": sys.version.split()[0], "passed": 0, "failed": [], "skipped": []}}
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        try:
            return (yield)
        except Exception as error:
            for word, why in MISSING.items():
                if word in f"{{error!r}}" and (word != "NumPy" or isinstance(error, ModuleNotFoundError)):
                    pytest.skip(why)
            raise
    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self.told["skipped"].append((report.nodeid, report.longrepr[2].removeprefix("Skipped: ")))
        elif report.failed:
            self.told["failed"].append(report.nodeid)
        elif report.when == "call":
            self.told["passed"] += 1
    def pytest_collectreport(self, report):
        if report.skipped:
            self.told["skipped"].append((report.nodeid, report.longrepr[2].removeprefix("Skipped: ")))
        elif report.failed:
            self.told["failed"].append(report.nodeid)
telling = Telling()
pytest.main({arguments!r}, plugins=[telling])
open("/host/told.json", "w").write(json.dumps(telling.told))
'''


def main(arguments: list[str] | None = None) -> int:
    """Run the tests; return 0, or 1 where one failed or there is none."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--packages", metavar="DIR or URL", help="Pyodide's release, unpacked or where it is served: NumPy"
    )
    parser.add_argument("rooms", nargs="*", metavar="FOLDER or FILE", help="tests to run (else the engine's)")
    options = parser.parse_args(arguments)
    try:
        return run(sources.packages(), options.rooms, options.packages)
    except sources.BuildError as error:
        print(f"engine_tests: {error}", file=sys.stderr)
        return 1


def run(packages: dict[str, Path], rooms: list[str], place: str | None) -> int:
    """Put everything into one folder, run pytest on room after room, and sum up."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        gathered(work, packages)
        wheels = compiled(sources.Release(place, packages["pyodide"])) if place else []
        rooms = rooms or [f"tests/{room}" for room in (*ENGINE, *(ARRAYS if wheels else ()))]
        passed, failed, skipped, python = 0, [], Counter[str](), ""
        for room in rooms:
            left = [] if wheels else [name for name in tests(work / "repo", room) if needs_arrays(work, name)]
            skipped.update({"files that need NumPy (--packages)": len(left)})
            if len(left) < len([*tests(work / "repo", room)]):
                told = ran(work, packages, [room, *(f"--ignore={name}" for name in left)], wheels)
                passed += told["passed"]
                failed += told["failed"]
                skipped.update(why for _, why in told["skipped"])
                python = told.get("python", python)
    print(f"\nPython {python}, Pyodide {sources.table()['pyodide']['version']}")
    for why, many in sorted((+skipped).items()):
        print(f"{many:6} skipped: {why}")
    for test in failed:
        print(f"FAILED {test}")
    print(f"{passed} passed, {len(failed)} failed, {sum(skipped.values())} skipped")
    return 0 if passed and not failed else 1


def gathered(work: Path, packages: dict[str, Path]) -> None:
    """Copy our packages and tests, what runs tests, and the Graphviz of a browser."""
    without = shutil.ignore_patterns("__pycache__", "*.so")
    for name in ("autograd", "nn", "viz", "tests"):
        shutil.copytree(ROOT / name, work / "repo" / name, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", work / "repo")
    (work / "site").mkdir()
    shutil.copy(HERE / "python" / "graphviz_wasm.py", work / "site")
    for name in PURE:
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise sources.MissingError(f"{name} is not installed: pip install -e '.[test]'")
        if spec.submodule_search_locations:
            shutil.copytree(spec.submodule_search_locations[0], work / "site" / name, ignore=without)
        else:
            shutil.copy(str(spec.origin), work / "site")
    lock = json.loads((packages["pyodide"] / sources.LOCK).read_text(encoding="utf-8"))["info"]
    platform = f"pyemscripten_{lock['abi_version']}_wasm32"
    about = {
        "version": version("hypothesis"), "platform": platform,
        "options": ["--platform", platform, "--implementation", "cp"],
    }  # fmt: skip
    with zipfile.ZipFile(sources.wheel("hypothesis", about)) as wheel:
        wheel.extractall(work / "site")


def compiled(release: sources.Release) -> list[Path]:
    """Return NumPy's wheel, and those of the peers that there are."""
    found = release.wheels("numpy")
    for peer in PEERS:
        try:
            found |= release.wheels(peer)
        except sources.MissingError as error:
            print(f"without {peer}: {error}")
    return [*found.values()]


def ran(work: Path, packages: dict[str, Path], given: list[str], wheels: list[Path]) -> dict[str, Any]:
    """Run pytest in an interpreter of its own; return what it told."""
    answer, program = work / "told.json", work / "run.py"
    answer.unlink(missing_ok=True)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--tb=short"]
    options += ["-o", "addopts=--import-mode=importlib --strict-markers"]
    program.write_text(RUN.format(arguments=[*given, *options]), encoding="utf-8")
    places = [packages["pyodide"], packages["@viz-js/viz"], program, work, *wheels]
    command = ["node", f"--stack-size={STACK}", str(HERE / "node.mjs"), *map(str, places)]
    subprocess.run(command, check=False, preexec_fn=room_for_stack if os.name == "posix" else None)
    if not answer.exists():
        return {"passed": 0, "failed": [f"{given[0]}: the interpreter died"], "skipped": []}
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def room_for_stack() -> None:
    """Let the process have the stack that node is told of; without it, it would die without a word."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_STACK)[1]
    wanted = (STACK + 8000) * 1024
    resource.setrlimit(
        resource.RLIMIT_STACK, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
    )


def tests(repo: Path, room: str) -> Iterator[str]:
    """List the files of tests in a folder, or the one file."""
    place = repo / room.partition("::")[0]
    for path in sorted(place.rglob("test_*.py")) if place.is_dir() else [place]:
        yield path.relative_to(repo).as_posix()


def needs_arrays(work: Path, name: str) -> bool:
    """Say whether a file imports, at its top, what NumPy is needed for."""
    for node in ast.parse((work / "repo" / name).read_text(encoding="utf-8")).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            names += [
                f"autograd.program.{alias.name}"
                for alias in node.names
                if alias.name in ("Program", "record")
            ]
        if any(name == need or name.startswith(f"{need}.") for name in names for need in NEEDS):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
