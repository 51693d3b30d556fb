"""From a lesson's source to its notebook: no outputs, no machine, the same bytes on every run.

A source is a Python script in jupytext's percent format; `syllabus.toml` lists the lessons in their order.
``[](the_first_graph)`` becomes "lesson 3", with a link. A cell with the tag ``check`` holds the lesson to its
numbers: ``rows`` lists the rows of the course notes that it asserts, ``errata`` the mistakes in them. Nobody
sees it; it runs on a copy of the names, with the lesson's ``setup`` before it, so that nothing that is seen
rests on it. ``question``, ``exercise`` and ``practice`` are calls of `viz.exercise`; a notebook seals their
answers, has cells with the tag ``solution`` in the teacher's copy only, and folds the code of a cell that
``tells`` the answer before it. Knows no lesson by name.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
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
# How much is read in a minute; docs/tutorials/index.md says it to readers.
WORDS = 238  # non-fiction, silently: M. Brysbaert, How many words do we read per minute?, 2019
LINES = 500 / 60  # of code, to be understood: W. S. Humphrey, Managing the Software Process, 1989
SEALED = ("answer", "slips", "hints", "choices")  # arguments of `viz.exercise` that give the answer away
CARDS = ("question", "exercise", "practice")  # tags of cells that ask
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@cache
def order() -> tuple[str, ...]:
    """Return the lessons' names, in their order."""
    return tuple(tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))["lessons"])


@cache
def published() -> str:
    """Return the address of the lessons on the web, where the project has one."""
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return f"{project['urls']['Documentation']}tutorials/"


def tagged(cell: Any, tag: str) -> bool:
    """Tell whether a cell bears a tag."""
    return tag in cell.metadata.get("tags", [])


def alone(code: str) -> str:
    """Return code that runs `code` on a copy of the names, and leaves none."""
    return f"exec({code!r}, dict(globals()))"


@dataclass(frozen=True)
class Lesson:
    """One lesson: its source, and the notebook that is built from it."""

    source: Path

    @property
    def number(self) -> int:
        """Its place among the lessons, from 1."""
        return order().index(self.source.stem) + 1

    @property
    def name(self) -> str:
        """The lesson's name with its number, such as ``03_the_first_graph``."""
        return f"{self.number:02d}_{self.source.stem}"

    @property
    def notebook(self) -> Path:
        """Where the built notebook lies."""
        return FOLDER / f"{self.name}.ipynb"

    def read(self) -> Any:
        """Return the notebook that the source stands for, checks among its cells, without outputs."""
        import jupytext

        book = jupytext.read(self.source)
        setup = "".join(f"{cell.source}\n\n" for cell in book.cells if tagged(cell, "setup"))
        book.cells = [cell for cell in book.cells if not tagged(cell, "setup")]
        for place, cell in enumerate(book.cells):
            cell["id"] = f"cell-{place:03d}"  # the same in every build
            if cell.cell_type == "code":
                cell["outputs"], cell["execution_count"] = [], None
                if tagged(cell, "check"):
                    cell.source = setup + cell.source
            else:
                cell.source = re.sub(r"\[(\w*)\]\(([a-z]\w+)\)", reference, cell.source)
        book.metadata.clear()
        book.metadata["kernelspec"] = KERNEL
        book.metadata["language_info"] = {"name": "python"}
        book.nbformat, book.nbformat_minor = 4, 5
        return book

    def page(self, note: str = "") -> Any:
        """Return the notebook as one works through it: with a number, a time and a note at its top."""
        book = self.read()
        title, _, text = book.cells[0].source.partition("\n")
        said = f"*{effort(book)}{note}*"
        book.cells[0].source = f"# {self.number}. {title.removeprefix('# ')}\n\n{said}\n{text}"
        return book

    def text(self, solutions: bool = False) -> str:
        """Return the notebook file's text: a student's copy, or a teacher's with the solutions."""
        import nbformat

        book = self.page(f" With its pictures: [on the web]({published()}{self.name}.html).")
        hidden = ("check",) if solutions else ("check", "solution")
        cells = [cell for cell in book.cells if not any(tagged(cell, tag) for tag in hidden)]
        book.cells, exercises = [], 0
        for cell in cells:
            book.cells.append(cell)
            if any(tagged(cell, card) for card in CARDS):
                cell.source = folded(cell.source)
            if tagged(cell, "tells"):
                cell.metadata["jupyter"] = {"source_hidden": True}
            if tagged(cell, "exercise"):
                exercises += 1
                cell.source = f"exercise_{exercises} = {cell.source}\nexercise_{exercises}"
                work = nbformat.v4.new_code_cell(f"# your work; then exercise_{exercises}(your answer)")
                work["id"] = f"{cell['id']}-work"
                book.cells.append(work)
        return str(nbformat.writes(book)) + "\n"


def folded(code: str) -> str:
    """Return a call of `viz.exercise` in which nobody reads the answer by accident."""
    from viz.cards import sealed

    call = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    told = {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg in SEALED}
    if not told:
        return code
    kept = [*call.args, *(one for one in call.keywords if one.arg not in SEALED)]
    lines = [ast.get_source_segment(code, one) for one in kept] + [f'**viz.cards.opened("{sealed(**told)}")']
    return "viz.exercise(\n" + "".join(f"    {line},\n" for line in lines) + ")"


def reference(link: re.Match[str]) -> str:
    """Return the link to a lesson, ``[](name)`` or ``[Lesson](name)``, with the lesson's number in it."""
    word, name = link.groups()
    lesson = Lesson(FOLDER / "lessons" / f"{name}.py")
    return f"[{word or 'lesson'} {lesson.number}]({lesson.name}.ipynb)"


def effort(book: Any) -> str:
    """Say how long a lesson is: the minutes of its reading, in steps of five, and what there is to answer."""
    seen = [cell for cell in book.cells if not tagged(cell, "check") and not tagged(cell, "solution")]
    words = sum(len(cell.source.split()) for cell in seen if cell.cell_type == "markdown")
    code = [
        cell.source for cell in seen if cell.cell_type == "code" and not any(tagged(cell, c) for c in CARDS)
    ]
    lines = sum(bool(line.strip()) for source in code for line in source.splitlines())
    asked = {
        card: sum(tagged(cell, card) and "viz.stream(" not in cell.source for cell in seen) for card in CARDS
    }
    questions = asked["question"] + asked["practice"]
    time = max(5, 5 * round((words / WORDS + lines / LINES) / 5))
    return f"About {time} minutes to read; {questions} questions and {asked['exercise']} exercises."


def lessons() -> list[Lesson]:
    """Return all lessons, in their order."""
    return [Lesson(FOLDER / "lessons" / f"{name}.py") for name in order()]


def build(folder: Path = FOLDER, solutions: bool = False) -> list[Path]:
    """Write every notebook anew, and take away what no lesson stands for; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {folder / lesson.notebook.name: lesson for lesson in lessons()}
    if folder == FOLDER:
        for old in set(folder.glob("*.ipynb")) - set(paths):
            old.unlink()
    for path, lesson in paths.items():
        path.write_text(lesson.text(solutions), encoding="utf-8", newline="\n")
    return [*paths]


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
            if tagged(cell, "check"):
                cell.source = alone(cell.source)
            client.execute_cell(cell, place)
    return book
