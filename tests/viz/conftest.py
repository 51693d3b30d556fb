"""What the tests of drawings share: one browser for all that need one. Asserts nothing itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.viz.browser import chromium


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from chromium(tmp_path_factory.mktemp("profile"))
