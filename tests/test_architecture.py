"""Who may know whom, held by the imports themselves; reads source text and knows nothing of what it does."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")
REQUIRED = {"numpy", "graphviz", "tqdm"}
EXTRAS = {"svg", "plot", "notebooks", "docs", "exam", "native", "jax", "test", "all"}
# What a package may import while it is imported itself, beside the standard library and its own modules.
AT_IMPORT = {"autograd": set(), "autograd.program": {"numpy"}, "nn": {"autograd", "numpy", "tqdm"}}
AT_IMPORT["autograd.core.leaves"] = {"numpy"}  # the class of arrays, which `array` imports when it is called
AT_IMPORT["viz"] = {"autograd", "numpy", "graphviz", "tqdm"}
# What it may not even import later, inside a function or for the type checker.
NEVER = {"autograd": {"nn", "viz"}, "nn": {"viz"}, "viz": {"nn"}}


class Import(NamedTuple):
    """One imported name: its line, its top-level package, and when it happens."""

    line: int
    package: str
    when: str  # "import", "call" or "typing"


def imports(tree: ast.AST, package: str, when: str = "import") -> Iterator[Import]:
    """Walk a module's imports; `package` is what a relative import means."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name.split(".")[0], when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.lineno, package if node.level else (node.module or "").split(".")[0], when)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(node, package, "call")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports(ast.Module(node.body, []), package, "typing")
            yield from imports(ast.Module(node.orelse, []), package, when)
        else:
            yield from imports(node, package, when)


def forbidden_imports(source: str, where: str) -> list[str]:
    """List what a module (its dotted name is `where`) imports and may not know."""
    package = where.split(".")[0]
    room = max((room for room in AT_IMPORT if f"{where}.".startswith(f"{room}.")), key=len)
    allowed = AT_IMPORT[room] | {package} | sys.stdlib_module_names
    return [
        f"{where}, line {item.line}: {item.package}"
        for item in imports(ast.parse(source), package)
        if item.package in NEVER[package] or (item.when == "import" and item.package not in allowed)
    ]


def calls_of(source: str, names: set[str]) -> list[int]:
    """Give the lines on which one of the built-in functions named is called."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id in names]


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_know_only_whom_they_may_know(package):
    found = [line for path in modules(package) for line in forbidden_imports(text_of(path), dotted(path))]
    rule = "autograd knows nobody, nn and viz know autograd, not each other; extras are imported where used"
    assert not found, "\n".join([rule, *found])


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("autograd.core.value", "import numpy"),
        ("autograd.core.value", "try:\n    from numpy import exp\nexcept ImportError:\n    pass"),
        ("autograd.core.value", "class A:\n    import numpy.linalg"),
        ("autograd.core.value", "def f():\n    from nn import MLP"),
        ("autograd.program.jax.function", "import jax"),
        ("nn.training.fit", "from viz import curves"),
        ("nn.training.fit", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import viz"),
        ("viz.figures.network", "def f():\n    import nn.layers"),
        ("viz.plots.plot", "import matplotlib"),
    ],
)
def test_the_check_of_imports_fails_when_a_module_knows_too_much(where, source):
    assert len(forbidden_imports(source, where)) == 1


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("autograd.core.value", "import math\nfrom .errors import DomainError\nfrom autograd import text"),
        ("autograd.core.arrays", "def array(data):\n    import numpy"),
        ("autograd.core.arrays", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy"),
        ("autograd.program.lowering.blocks", "import numpy as np"),
        ("nn.training.fit", "import tqdm\ndef plot():\n    import matplotlib"),
        ("viz.drawing.render", "import graphviz\nimport autograd"),
    ],
)
def test_the_check_of_imports_passes_what_is_allowed(where, source):
    assert forbidden_imports(source, where) == []


def test_importing_autograd_loads_nothing_but_the_standard_library():
    program = "import sys; before = set(sys.modules); import autograd; print(*set(sys.modules) - before)"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"autograd"}


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests", "benchmarks"), ids=dotted)
def test_every_module_says_what_it_is_responsible_for(path):
    assert ast.get_docstring(ast.parse(text_of(path))), f"{path.name} needs a docstring at its top"


def test_text_becomes_code_in_one_module_of_the_engine_at_most():
    where = {dotted(path): calls_of(text_of(path), {"eval", "exec"}) for path in modules(*PACKAGES)}
    del where["autograd.grading.child.loading"]  # a student's file, in a process of its own
    running = {name: lines for name, lines in where.items() if lines}
    assert len(running) <= 1, f"eval and exec belong in one module: {running}"
    assert all(name.startswith("autograd.") for name in running)


def test_the_check_for_eval_finds_a_call_and_not_a_method():
    assert calls_of("x = 1\ny = eval('x')\nmodel.eval()", {"eval", "exec"}) == [2]


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, f"{requirement!r} does not begin with a name"
    return match.group().lower()


def test_three_packages_are_required_and_everything_else_is_asked_for_by_name():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    assert {name_of(text) for text in project["dependencies"]} == REQUIRED
    assert set(extras) == EXTRAS
    assert extras["svg"] == ["pygraphviz>=2.0.4", "latex2mathml>=3.77"], "older wheels carry no Graphviz"
    named = {name_of(text) for listed in extras.values() for text in listed}
    assert "torch" not in named, "torch is an oracle where it is there, nothing that anybody has to install"
