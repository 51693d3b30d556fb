"""Writes what the page shows before its own Python has arrived; runs in Pyodide, at build time."""

import json
from pathlib import Path

from bridge import answer

STORY = {"do": "story", "text": "J = 3*(a + b*c)", "numbers": {"a": "5", "b": "3", "c": "2"}}
made = {
    "story": json.loads(answer(json.dumps(STORY))),
    "down": json.loads(answer(json.dumps(STORY | {"direction": "down"}))),  # for a phone
}
Path("/host/first.json").write_text(json.dumps(made, ensure_ascii=False, sort_keys=True), encoding="utf-8")
