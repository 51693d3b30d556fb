"""What the page is answered, asked here in this Python: the same code, without a browser."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]


def printed(bridge: ModuleType, text: str) -> list[str]:
    """Run a program; return what was handed on, lump by lump, and at last what it answered."""
    lumps: list[str] = []
    asked = {"do": "draw", "kind": "program", "text": text, "pane": "graph", "run": True}
    lumps.append(bridge.answer(bridge.json.dumps(asked), lumps.append))
    return lumps


def test_each_line_is_shown_as_it_ends(bridge: ModuleType) -> None:
    """An endless loop may follow: what was printed before it must not wait for its end."""
    lines = ("print('a', 1)", "print('b', end='', flush=True)", "print('c')", "print('d', end='')")
    assert printed(bridge, "\n".join(lines))[:-1] == ["a 1\n", "b", "c\n", "d"]


def test_what_is_printed_without_end_is_cut_with_a_word(bridge: ModuleType) -> None:
    lumps = printed(bridge, "for i in range(1000): print('x' * 999)\nprint('end')")[:-1]
    assert lumps[-1].endswith("… what is printed from here on is not shown.\n")
    assert "".join(lumps).count("x") == pytest.approx(200_000, rel=0.01)
    assert "end" not in "".join(lumps)
