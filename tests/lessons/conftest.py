"""What the tests of the lessons share: each lesson is executed once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notebooks.build import Lesson, execute


@pytest.fixture(scope="session")
def run() -> Callable[[Lesson], Any]:
    """Execute a lesson, the first time it is asked for."""
    books: dict[str, Any] = {}

    def once(lesson: Lesson) -> Any:
        if lesson.name not in books:
            books[lesson.name] = execute(lesson)
        return books[lesson.name]

    return once


@pytest.fixture(scope="session")
def site(run: Callable[[Lesson], Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish all lessons; return the folder."""
    pytest.importorskip("nbconvert")
    from notebooks.publish import publish

    folder = tmp_path_factory.mktemp("site")
    publish(folder, run)
    return folder
