"""A folder of submissions to try grading with: right classes and mutants, under students' names.

    python -m tests.grading.course submissions

writes what the guide "Grade a class" grades. Knows nothing of how it is graded.
"""

import sys
from pathlib import Path

from tests.grading.mutants import MUTANTS, mutated, right

# Each student's file: a right class by its style, or a mutant by its name.
COURSE = {
    "ada.py": "closures",
    "ben.py": "the line of the sweep overwrites",
    "chen.py": "tanh puts in its input",
    "dora.py": "rsub is sub",
    "emil.py": "local_gradients",
    "fatou.py": "layer by layer",
    "goran.py": "no import math",
}
UNFINISHED = {"hana.py": "def backward(loss):\n    # TODO\n    pass\n"}


def write(folder: Path) -> None:
    """Write the files of a course into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = {mutant.name: mutant for mutant in MUTANTS}
    for name, made in COURSE.items():
        text = mutated(faults[made]) if made in faults else right(made)
        (folder / name).write_text(_without_docstring(text), encoding="utf-8")
    for name, text in UNFINISHED.items():
        (folder / name).write_text(text, encoding="utf-8")


def _without_docstring(text: str) -> str:
    """Cut the first line, which says that the class is right."""
    return text.partition("\n\n")[2]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
