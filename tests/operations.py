"""README's table of operations, written from the rows; `python tests/operations.py` brings it up to date.

Knows the rows' printed columns and the two marks on the page between which the table stands.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone need not be installed

from autograd.table import rows as primitives
from autograd.table.primitive import TABLE, Primitive

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- operations: written by tests/operations.py -->\n", "<!-- end of operations -->\n"


def line(row: Primitive) -> str:
    """Print one row of the table as a line of Markdown."""
    rules = zip(row.parameters, row.partials, strict=True)
    partials = "<br>".join(f"{name}: `{text}`" for name, text in rules if text != "none")
    kinks = "<br>".join(f"`{kink.at}`: {kink.why}" for kink in row.kinks)
    return f"| `{row.name}` | `{row.forward}` | {partials} | {kinks} |\n"


def table() -> str:
    """Print the whole table as Markdown, in the order of the rows."""
    titles = "| operation | value | local gradient for each operand | where it has none, we choose |\n"
    ours = (row for row in TABLE.values() if getattr(primitives, row.name, None) is row)  # not a user's own
    return titles + "|---|---|---|---|\n" + "".join(map(line, ours))


def updated(page: str) -> str:
    """Give the page with its table replaced by the present one."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
