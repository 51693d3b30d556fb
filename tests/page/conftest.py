"""The page, built once for all tests that look at it, with PAGE=all; skipped, visibly, where it cannot be."""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.page.firefox import firefox
from tests.page.serving import serving
from tests.player.browser import chromium

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "page"


def module(name: str, path: Path) -> ModuleType:
    """Import a file of the page, which is in no package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="session")
def builder() -> ModuleType:
    return module("page_build", PAGE / "build.py")


@pytest.fixture(scope="session")
def packages(builder: ModuleType) -> dict[str, Path]:
    """Fetch what the page is made of: with PAGE=all, and where there are node, npm and a network."""
    if os.environ.get("PAGE") != "all":
        pytest.skip("only with PAGE=all: the page is built with npm and driven in a browser, three minutes")
    if shutil.which("node") is None:
        pytest.skip("the page is made with node and npm, which are not on PATH")
    try:
        found: dict[str, Path] = builder.sources.packages()
    except builder.sources.MissingError as error:
        pytest.skip(str(error))
    return found


@pytest.fixture(scope="session")
def dist(builder: ModuleType, packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both forms of the page."""
    out: Path = tmp_path_factory.mktemp("page") / "dist"
    builder.build(out)
    return out


BROWSERS = {"Chromium": chromium, "Firefox": firefox}


@pytest.fixture(scope="session", params=BROWSERS)
def driver(
    request: pytest.FixtureRequest, dist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Start each browser that there is: the page stands on seams that differ between them."""
    yield from BROWSERS[request.param](tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="session")
def bridge() -> ModuleType:
    """Import what answers the page, in this Python."""
    return module("page_bridge", PAGE / "python" / "bridge.py")


@pytest.fixture
def ask(bridge: ModuleType) -> Callable[..., dict[str, Any]]:
    """Ask as the page does."""

    def asked(**question: Any) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(bridge.answer(json.dumps(question)))
        return found

    return asked


@pytest.fixture(scope="session")
def served(dist: Path) -> Iterator[str]:
    """Serve the folder as any web server does; give its address."""
    with serving(dist) as address:
        yield f"{address}/index.html"
