"""Writes what the page shows before its own Python has arrived; runs in Pyodide, at build time."""

import json
from pathlib import Path

from bridge import answer

EXAMPLE = "J = 3*(a + b*c)"
NUMBERS = {"a": "5", "b": "3", "c": "2"}
story = {"do": "story", "text": EXAMPLE, "numbers": NUMBERS}
drawing = {
    "do": "draw",
    "kind": "expression",
    "text": EXAMPLE,
    "numbers": NUMBERS,
    "pane": "graph",
    "wrt": "b",
    "nudge": "0.1",
}
made = {
    "story": json.loads(answer(json.dumps(story))),
    "drawing": json.loads(answer(json.dumps(drawing))),
}
Path("/host/first.json").write_text(json.dumps(made, ensure_ascii=False, sort_keys=True), encoding="utf-8")
