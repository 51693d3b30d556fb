"""Runs the engine's tests in the Python of the page, Pyodide in node: the evidence for its version of Python.

``python docs/page/engine_tests.py [--packages DIR] [FILE ...]`` runs the rooms of `autograd`, and with NumPy
(``--packages``, Pyodide's release, unpacked) those of programs and of `nn`. pytest and its friends come from
the Python that runs this command. What a browser has not is skipped, and listed: threads, processes, a
compiler; without NumPy each file that needs it.
"""

import argparse
import ast
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import build  # noqa: E402  (the path above makes it importable)

PURE = (
    "pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments",
    "_hypothesis_globals", "_hypothesis_pytestplugin", "_hypothesis_ftz_detector", "sortedcontainers", "attr",
    "attrs", "sympy", "mpmath", "graphviz", "tqdm",
)  # fmt: skip
ENGINE = ("text", "core", "table", "graph", "transforms", "check", "explanation")
ARRAYS = ("program", "module", "optim", "data", "layers", "losses", "sequence", "training")
NEEDS = {"numpy", "nn", "autograd.program", "torch", "jax", "matplotlib", "selenium"}
RUN = '''
import os, sys
sys.path[:0] = ["/host/site", "/host/repo"]
os.chdir("/host/repo")
os.environ |= {{"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}}
import pytest
WORDS = ("can't start new thread", "does not support processes", "_posixsubprocess")
THREADS = "threads, processes and compilers are not to be had in WebAssembly"
class Skipping:
    """Skips, visibly, what asks for a thread, a process or a compiler."""
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        try:
            return (yield)
        except Exception as error:
            if any(word in f"{{error!r}}" for word in WORDS):
                pytest.skip(THREADS)
            if "NumPy" in str(error) and isinstance(error, ModuleNotFoundError):
                pytest.skip("needs NumPy")
            raise
code = pytest.main({arguments!r}, plugins=[Skipping()])
open("/host/code", "w").write(str(int(code)))
'''


def main(arguments: list[str] | None = None) -> int:
    """Run the tests; return pytest's exit code, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--packages", metavar="DIR", type=Path, help="Pyodide's release, unpacked: brings NumPy"
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="tests to run (else the engine's)")
    options = parser.parse_args(arguments)
    try:
        packages = {name: build.fetched(name, about) for name, about in build.table().items()}
        return run(packages, options.files, options.packages)
    except build.BuildError as error:
        print(f"engine_tests: {error}", file=sys.stderr)
        return 1


def run(packages: dict[str, Path], files: list[str], distribution: Path | None) -> int:
    """Put everything into one folder, and run pytest in it."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        repo, site = work / "repo", work / "site"
        without = shutil.ignore_patterns("__pycache__", "*.so")
        for name in ("autograd", "nn", "viz", "tests"):
            shutil.copytree(ROOT / name, repo / name, ignore=without)
        shutil.copy(ROOT / "pyproject.toml", repo)
        site.mkdir()
        for name in PURE:
            spec = importlib.util.find_spec(name)
            if spec is None:
                raise build.MissingError(f"{name} is not installed: pip install -e '.[test]'")
            if spec.submodule_search_locations:
                shutil.copytree(spec.submodule_search_locations[0], site / name, ignore=without)
            else:
                shutil.copy(str(spec.origin), site)
        with zipfile.ZipFile(compiled_for_wasm("hypothesis", packages)) as wheel:
            wheel.extractall(site)
        wheels = wheels_of(distribution, packages, work) if distribution else []
        given = files or [f"tests/{room}" for room in (*ENGINE, *(ARRAYS if wheels else ()))]
        left = [] if wheels else [name for name in test_files(repo, given) if needs_arrays(repo / name)]
        for name in left:
            print(f"SKIPPED {name}: needs NumPy or another compiled package (--packages DIR)")
        pytest = [
            *given,
            *(f"--ignore={name}" for name in left),
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:faulthandler",
        ]
        pytest += [
            "-o",
            "addopts=--import-mode=importlib --strict-markers",
            "--tb=short",
            "-rsf",
        ]
        program = work / "run.py"
        program.write_text(RUN.format(arguments=pytest), encoding="utf-8")
        places = [packages["pyodide"], packages["@viz-js/viz"], program, work, *wheels]
        subprocess.run(["node", "--stack-size=60000", str(HERE / "node.mjs"), *map(str, places)], check=False)
        code = work / "code"
        return int(code.read_text()) if code.exists() else 1


def compiled_for_wasm(name: str, packages: dict[str, Path]) -> Path:
    """Return a package's wheel for the page's Python, of the version installed here; pip fetches it."""
    lock = build.json.loads((packages["pyodide"] / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    folder = build.cache() / f"{name}-{version(name)}"
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "download", f"{name}=={version(name)}", "--no-deps", "-q"]
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", lock["python"][:4]]
        command += ["--platform", f"pyemscripten_{lock['abi_version']}_wasm32", "-d", str(folder)]
        told = subprocess.run(command, capture_output=True, text=True)
        if told.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise build.MissingError(
                f"pip could not fetch {name} for Pyodide. It said:\n{told.stderr.strip()[-600:]}"
            )
    return next(folder.glob("*.whl"))


def test_files(repo: Path, given: list[str]) -> list[str]:
    """List the files of tests below what was given."""
    found = (
        path
        for name in given
        for path in ((repo / name).rglob("test_*.py") if (repo / name).is_dir() else [repo / name])
    )
    return sorted(path.relative_to(repo).as_posix() for path in found)


def needs_arrays(path: Path) -> bool:
    """Say whether a file imports, at its top, what NumPy is needed for."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
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


def wheels_of(distribution: Path, packages: dict[str, Path], work: Path) -> list[Path]:
    """Put the wheels of a Pyodide release where they can be unpacked."""
    abi = build.json.loads((packages["pyodide"] / "pyodide-lock.json").read_text(encoding="utf-8"))["info"][
        "abi_version"
    ]
    found = []
    for name, content in build.arrays(distribution, abi).items():
        found.append(work / name.replace(".whl", ".zip"))
        found[-1].write_bytes(content)
    return found


if __name__ == "__main__":
    sys.exit(main())
