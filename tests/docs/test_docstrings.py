"""Docstrings are the reference: numpydoc finds every parameter and every result described; knows no page."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
import viz
from autograd import TABLE, Value, grading, practice
from tests.docs.conftest import ROOT, inventory

validate = pytest.importorskip("numpydoc.validate", reason='numpydoc comes with the extra "docs"').validate

with (ROOT / "pyproject.toml").open("rb") as settings:
    CHECKS = set(tomllib.load(settings)["tool"]["numpydoc_validation"]["checks"])
PARTS = [getattr(nn, name) for name in nn.__all__]
PUBLIC = [autograd, practice, grading, nn, viz, *filter(inspect.ismodule, PARTS)]


def documented() -> Iterator[tuple[str, Any]]:
    """Yield every public function and class, and each public method that is written here, once."""
    seen: set[int] = set()
    for package in PUBLIC:
        for name in package.__all__:
            made = getattr(package, name)
            found = [(f"{package.__name__}.{name}", made)]
            if inspect.isclass(made):
                members = ((part, inspect.getattr_static(made, part)) for part in dir(made) if part[0] != "_")
                found += [(f"{package.__name__}.{name}.{part}", method) for part, method in members]
            for path, thing in found:
                thing = getattr(thing, "__func__", thing)
                ours = (getattr(thing, "__module__", None) or "").split(".")[0] in ("autograd", "nn", "viz")
                if ours and (inspect.isfunction(thing) or inspect.isclass(thing)) and id(thing) not in seen:
                    seen.add(id(thing))
                    yield path, thing


def complaints(path: str, thing: Any) -> Iterator[str]:
    """Yield what numpydoc finds, but for what a class of fields and a context manager need not say."""
    for code, text in validate(path)["errors"]:
        fields = inspect.isclass(thing) and code == "PR01"  # what the engine makes lists its Attributes
        manager = hasattr(thing, "__wrapped__") and code == "YD01"  # who enters it gets nothing
        if code in CHECKS and not fields and not manager:
            yield f"{path}: {code} {text}"


def test_every_public_function_and_method_describes_what_it_takes_and_returns() -> None:
    things = list(documented())
    assert len(things) > 200
    assert [line for path, thing in things for line in complaints(path, thing)] == []


def test_the_check_sees_a_parameter_and_a_result_that_nobody_described(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        autograd.grad, "__doc__", "Make the gradient.\n\nParameters\n----------\ng : callable\n"
    )
    assert [line.split()[1] for line in complaints("autograd.grad", autograd.grad)] == [
        "PR01",
        "PR02",
        "RT01",
    ]


def test_every_method_has_its_entry_on_the_page_of_a_class_or_is_an_operation(site: Path) -> None:
    entries = inventory(site)
    pages = {thing: path for path, thing in documented() if inspect.isclass(thing)}
    for kind, page in pages.items():
        above = [pages[base] for base in kind.__mro__ if base in pages]
        methods = [part for part, made in inspect.getmembers(kind, inspect.isfunction) if part[0] != "_"]
        lost = [part for part in methods if not any(f"{base}.{part}" in entries for base in above)]
        assert set(lost) <= (TABLE.keys() if kind is Value else set()), page
