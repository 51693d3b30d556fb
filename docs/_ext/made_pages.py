"""Pages that are made from tables and sources; knows none by name."""

from __future__ import annotations

from pathlib import Path


def keep(path: Path, text: str) -> None:
    """Write a page; one that has not changed keeps its time, so that a warm build leaves it alone."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8", newline="\n")
