"""Remembers how exercises were answered in this run of Python; knows no question and no page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

NOTE = "Practice, not a grade: whoever keeps this file can write anything into it."
HEADS = ("exercise", "attempts", "answers", "result", "seconds")


@dataclass
class Record:
    """How one exercise went.

    Attributes
    ----------
    id : str
        Its title.
    answers : list of str
        In the order in which they were given; what could not be read is not among them.
    right : bool
    hints : int
        How many were asked for.
    shown : bool
        Whether the answer was shown before it was found.
    seconds : float or None
        From the first look to the right answer.
    source : str
        How to draw the question again, where it was drawn.
    """

    id: str
    answers: list[str] = field(default_factory=list)
    right: bool = False
    hints: int = 0
    shown: bool = False
    seconds: float | None = None
    source: str = ""

    @property
    def result(self) -> str:
        """How it went, in a few words."""
        if self.shown:
            return "shown"
        if not self.right:
            return "open"
        if self.hints:
            return "right with help"
        return "right at the first try" if len(self.answers) == 1 else "right"

    def row(self) -> tuple[str, ...]:
        """Return this as a line of a table."""
        seconds = "" if self.seconds is None else f"{self.seconds:.0f}"
        return self.id, str(len(self.answers)), ", ".join(self.answers), self.result, seconds


class Exercises:
    """All exercises that were answered since Python started, or since `clear`.

    Examples
    --------
    >>> exercises = Exercises()
    >>> exercises.record("dJ/db").answers.append("9")
    >>> print(exercises.report())
    exercise  attempts  answers  result  seconds
    dJ/db     1         9        open
    <BLANKLINE>
    0 of 1 right
    """

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def record(self, id: str, source: str = "") -> Record:
        """Return the record of an exercise, a new one where there is none."""
        return self._records.setdefault(id, Record(id, source=source))

    def clear(self) -> None:
        """Forget everything."""
        self._records.clear()

    def report(self) -> Report:
        """Return how it went so far: a table, in text and in HTML."""
        return Report([Record(**asdict(record)) for record in self._records.values()])

    def save(self, path: str | Path) -> Path:
        """Write the report as JSON; see `Report.data`."""
        path = Path(path)
        text = json.dumps(self.report().data(), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def __repr__(self) -> str:
        return f"<viz.exercises: {len(self._records)} answered: .report() .save(path) .clear()>"


@dataclass(frozen=True)
class Report:
    """How exercises went; shows itself as a table."""

    records: list[Record]

    def data(self) -> dict[str, Any]:
        """Return this for JSON."""
        listed = [{**asdict(record), "result": record.result} for record in self.records]
        return {"practice": True, "note": NOTE, "exercises": listed}

    @property
    def summary(self) -> str:
        """How many were right."""
        return f"{sum(r.right and not r.shown for r in self.records)} of {len(self.records)} right"

    def __str__(self) -> str:
        rows = [HEADS, *(record.row() for record in self.records)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(HEADS))]
        lines = [
            "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        return "\n".join([*lines, "", self.summary])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in record.row())}</tr>"
            for record in self.records
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"{table}<p>{escape(self.summary)}. {escape(NOTE)}</p>"


exercises = Exercises()
