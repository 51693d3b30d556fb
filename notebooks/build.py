"""From a lesson's source to its notebook: no outputs, no machine, the same bytes on every run.

A source is a Python script in jupytext's percent format. A code cell says what it proves: ``rows`` lists the
rows of the course notes whose numbers it asserts, ``errata`` the mistakes of the notes that it shows. Knows
no lesson by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = {  # of a kernel that runs a lesson
    # Every warning is an error, but for ipykernel about itself: at its shutdown, at its start on Python 3.13.
    "PYTHONWARNINGS": ",".join(
        (
            "error",
            "ignore::PendingDeprecationWarning:ipykernel.kernelbase",
            "ignore:There is no current event loop:DeprecationWarning",
        )
    ),
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "TQDM_DISABLE": "1",  # on a slow machine a progress bar would be in the page
}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Lesson:
    """One lesson: its source, and the notebook that is built from it."""

    source: Path

    @property
    def name(self) -> str:
        """The lesson's name, such as ``03_the_first_graph``."""
        return self.source.stem

    @property
    def notebook(self) -> Path:
        """Where the built notebook lies."""
        return FOLDER / f"{self.name}.ipynb"

    @property
    def title(self) -> str:
        """The first heading, without its number sign."""
        return next(
            line[4:].strip()
            for line in self.source.read_text("utf-8").splitlines()
            if line.startswith("# # ")
        )

    def read(self) -> Any:
        """Return the notebook that the source stands for, without outputs."""
        import jupytext

        book = jupytext.read(self.source)
        for place, cell in enumerate(book.cells):
            cell["id"] = f"cell-{place:03d}"  # the same in every build
            if cell.cell_type == "code":
                cell["outputs"], cell["execution_count"] = [], None
                if "solution" in cell.metadata.get("tags", []):
                    cell.metadata["jupyter"] = {"source_hidden": True}
        book.metadata.clear()
        book.metadata["kernelspec"] = KERNEL
        book.metadata["language_info"] = {"name": "python"}
        book.nbformat, book.nbformat_minor = 4, 5
        return book

    def text(self) -> str:
        """Return the notebook file's text."""
        import nbformat

        return str(nbformat.writes(self.read())) + "\n"


def lessons() -> list[Lesson]:
    """Return all lessons, in their order."""
    return [Lesson(path) for path in sorted((FOLDER / "lessons").glob("[0-9][0-9]_*.py"))]


def build() -> list[Path]:
    """Write every notebook anew; return their paths."""
    for lesson in lessons():
        lesson.notebook.write_text(lesson.text(), encoding="utf-8", newline="\n")
    return [lesson.notebook for lesson in lessons()]


def execute(lesson: Lesson, timeout: int = 120) -> Any:
    """Run a lesson from top to bottom in a fresh kernel, warnings as errors; return it with its outputs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    import os

    from nbclient import NotebookClient

    book = lesson.read()
    client = NotebookClient(
        book,
        timeout=timeout,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": FOLDER}},
    )
    client.create_kernel_manager()
    client.start_new_kernel(env=os.environ | ENVIRONMENT)
    with client.setup_kernel():
        for place, cell in enumerate(book.cells):
            client.execute_cell(cell, place)
    return book
