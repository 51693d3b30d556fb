"""The house: which folder stands on which, held by the imports themselves; knows nothing of what a file does.

A folder is a room, and rooms stand on floors. A module may import what lies below its own floor, in its own
room, or in the public rooms of `autograd`. Imports inside functions count; only those for the type checker do
not, as they never run.
"""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd
import nn
import viz

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 10

# Each line may import every line above it. A module at the root of a package is a room of its own.
FLOORS = (
    "autograd.text",  # strings
    "autograd.core",  # a number that remembers
    "autograd.table",  # a primitive is a row
    "autograd.graph autograd.transforms",  # the graph as data; functions over functions
    "autograd.explanation autograd.check autograd.program.lowering",
    "autograd.program.numpy",
    "autograd.program.native autograd.program.jax",
    "autograd.program",
    "autograd",
    "autograd.grading.child",  # runs in a process of its own
    "autograd.grading.report",
    "autograd.grading.ladder",
    "autograd.grading.diagnosis",
    "autograd.grading",
    "autograd.grading.formats",
    "autograd.practice.slips",
    "autograd.practice",
    "nn._engine viz._engine",
    "nn.arguments",
    "nn.module nn.optim nn.data",
    "nn.layers nn.losses",
    "nn.sequence",
    "nn.training",
    "nn.linear",
    "nn",
    "viz.drawing.looks viz.drawing.layout",
    "viz.drawing",
    "viz.figures viz.plots",
    "viz.player",
    "viz.cards",
    "viz.sheets.banks",
    "viz.sheets",
    "viz.command",
    "viz",
)
# What nn and viz may import of autograd beside its own names: strings, what counts as a number, how nodes are
# named, the rule on an edge, sums over paths, the language of the table, questions, updates as data,
# and what grading found.
PUBLIC = (
    "autograd", "autograd.errors", "autograd.text", "autograd.core.real", "autograd.core.arrays",
    "autograd.graph.names", "autograd.graph.rules", "autograd.graph.sweeps", "autograd.table.language",
    "autograd.practice", "autograd.program.lowering.updates", "autograd.grading",
    "autograd.grading.judge", "autograd.grading.report", "autograd.grading.formats",
)  # fmt: skip


def modules() -> dict[str, Path]:
    """Give every module of the three packages by its dotted name; a package by that of its folder."""
    found = {}
    for package in ("autograd", "nn", "viz"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}


def imported(source: str, known: dict[str, Path]) -> set[str]:
    """List the known modules that a source text imports, but for the type checker."""
    return set(_imported(ast.parse(source), known))


def _imported(tree: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _imported(ast.Module(node.orelse, []), known)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                if submodule in known or node.module in known:
                    yield submodule if submodule in known else node.module
        else:
            yield from _imported(node, known)


IMPORTS = {
    name: imported(path.read_text(encoding="utf-8"), MODULES) - {name} for name, path in MODULES.items()
}


def room(module: str) -> str:
    """Return the room of a module: its folder, or itself where it has a floor of its own."""
    return module if module in FLOOR else module.rpartition(".")[0]


def upward(imports: dict[str, set[str]]) -> list[str]:
    """List the imports that do not go down to a lower floor, their own room aside."""
    return [
        f"{module} imports {other}"
        for module, others in imports.items()
        for other in sorted(others)
        if room(module) != room(other) and FLOOR[room(other)] >= FLOOR[room(module)]
    ]


def circles(imports: dict[str, set[str]]) -> list[set[str]]:
    """List the sets of modules that reach each other, however long the way."""
    reach = {module: set(others) for module, others in imports.items()}
    changed = True
    while changed:
        changed = False
        for found in reach.values():
            more = set().union(*(reach.get(other, set()) for other in found)) - found
            found |= more
            changed = changed or bool(more)
    around = {module for module, found in reach.items() if module in found}
    found: list[set[str]] = []
    for module in sorted(around):
        if not any(module in circle for circle in found):
            found.append({other for other in around if other in reach[module] and module in reach[other]})
    return found


def test_no_room_imports_upwards() -> None:
    assert upward(IMPORTS) == []


def test_there_is_no_circle_of_modules() -> None:
    assert circles(IMPORTS) == []


def test_every_room_has_a_floor() -> None:
    assert {room(module) for module in MODULES} == FLOOR.keys()


def test_a_room_holds_at_most_ten_files() -> None:
    rooms: dict[str, int] = {}
    for path in MODULES.values():
        if path.name != "__init__.py":
            folder = path.parent.relative_to(ROOT).as_posix()
            rooms[folder] = rooms.get(folder, 0) + 1
    assert {folder: count for folder, count in rooms.items() if count > MOST_FILES} == {}


@pytest.mark.parametrize("package", [autograd, nn, viz], ids=lambda package: package.__name__)
def test_no_room_bears_the_name_of_a_public_function(package) -> None:
    folders = {path.name for path in (ROOT / package.__name__).iterdir() if path.is_dir()}
    public = {name for name in package.__all__ if not inspect.ismodule(getattr(package, name))}
    assert folders & public == set()


def test_nn_and_viz_enter_only_the_public_rooms_of_autograd() -> None:
    private = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        for other in sorted(others)
        if not module.startswith("autograd") and other.startswith("autograd")
        if other not in PUBLIC and not other.startswith("autograd.text.")
    ]
    assert private == []


def test_no_folder_of_tests_shadows_a_package() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders & {"autograd", "nn", "viz", "benchmarks", "notebooks"} == set()


def test_a_script_of_the_tests_finds_the_packages_in_a_clone_that_is_not_installed() -> None:
    path = [str(ROOT / "tests"), str(ROOT)]
    program = f"import sys; sys.path[:0] = {path}; import autograd; autograd.exp(1)"
    command = [sys.executable, "-I", "-S", "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_the_checks_of_the_house_see_what_they_look_for() -> None:
    known = {"autograd.core.value": ROOT, "autograd.table.rows": ROOT, "autograd.core": ROOT}
    source = "def f():\n    from autograd.table.rows import exp\n    from autograd.core import value"
    assert imported(source, known) == {"autograd.table.rows", "autograd.core.value"}
    typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import autograd.table.rows"
    assert imported(typing, known) == set()
    up = {"autograd.core.value": {"autograd.table.rows"}, "autograd.table.rows": {"autograd.core.value"}}
    assert upward(up) == ["autograd.core.value imports autograd.table.rows"]
    assert circles(up) == [{"autograd.core.value", "autograd.table.rows"}]
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [{"b", "c"}]
    assert circles({"a": {"b"}, "b": set()}) == []
