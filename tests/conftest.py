"""Settings that every test shares: reproducible randomness, no windows, no traces in the user's own folders.

That warnings are errors, and that the marker `row` is known, stands in pyproject.toml. Knows no single test.
"""

import importlib.util
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.player.browser import chromium

settings.register_profile(
    "chainrule",
    derandomize=True,  # the same examples in every run: a failure seen once can be seen again
    deadline=None,  # no test asserts a time
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],  # a clock as well
)
settings.load_profile("chainrule")


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory):
    """Keep compiled programs out of the user's cache and plots off the screen; subprocesses inherit both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("MPLBACKEND", "agg")
        yield


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start one browser for all tests that need one."""
    yield from chromium(tmp_path_factory.mktemp("profile"))


def pytest_report_header() -> str:
    """Say which optional tools this machine has: without one, the tests that need it are skipped."""
    found = {name: shutil.which(name) for name in ("dot", "chromedriver", "cc")}
    packages = ("pygraphviz", "matplotlib", "sklearn", "ziglang", "jax", "torch")
    found |= {name: importlib.util.find_spec(name) for name in packages}
    return "optional tools: " + ", ".join(f"{name} {'yes' if at else 'no'}" for name, at in found.items())
