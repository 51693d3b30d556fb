"""What the page is answered, asked here in this Python: the same code, without a browser."""

import json
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from autograd import practice

Ask = Callable[..., dict[str, Any]]


def printed(bridge: ModuleType, text: str) -> list[str]:
    """Run a program; return what was handed on, lump by lump, and at last what it answered."""
    lumps: list[str] = []
    asked = {"do": "draw", "kind": "program", "text": text, "pane": "graph", "run": True}
    lumps.append(bridge.answer(json.dumps(asked), lumps.append))
    return lumps


@pytest.mark.parametrize("kind", ["whole", "own", "any", "next", "step"])
def test_practice_asks_and_prints_a_sheet_with_its_solution(ask: Ask, kind: str) -> None:
    place = f"{kind}.3.6"
    found = ask(do="draw", kind="expression", text="J = 3*(a + b*c)", pane="practice", practice=place)
    assert "cr-card" in found["pane"]["html"]
    assert list(found["pane"]["levels"]) == ["1", "2", "3", "4", "5", "6"]
    assert {*found["pane"]["kinds"]} == {*practice.KINDS}
    sheets = ask(do="save", ending="worksheet", practice=place, pane="practice")["content"]
    assert sheets.count('class="cr-sheet"') == 2
    assert sheets.count("<strong>Solution</strong>") == 1
    assert (kind == "own") == ("J = 3 * (a + b * c)" in sheets)


def test_a_graph_of_ones_own_that_is_too_large_to_be_worked_out_is_told(ask: Ask) -> None:
    text = "J = " + " + ".join(f"a{i}*b{i}" for i in range(12))
    pane = ask(do="draw", kind="expression", text=text, pane="practice", practice="own.1.4")["pane"]
    assert pane["html"] == ""
    assert pane["told"].startswith("The solution of this graph is no exercise: it has ")


def test_the_ladder_is_that_of_python(ask: Ask) -> None:
    ladder = {"level": 3}
    for mark, level, said in (
        ("right", 3, ""),
        ("helped", 3, ""),
        ("right", 3, ""),
        ("right", 4, "Two right without help: one level up. Now all gradients are blank."),
        ("wrong", 4, ""),
        ("tried", 4, ""),
        ("wrong", 4, ""),
        (
            "wrong",
            3,
            "Let's take one step back and look at more of the solution: the gradients of all leaves are",
        ),
        ("read", 2, "Now the last leaf's gradient is blank."),
    ):
        found = ask(do="practised", mark=mark, ladder=ladder)
        ladder = found["ladder"]
        assert ladder["level"] == level
        assert found["said"].startswith(said)
        assert bool(found["said"]) == bool(said)


def test_each_line_is_shown_as_it_ends(bridge: ModuleType) -> None:
    """An endless loop may follow: what was printed before it must not wait for its end."""
    lines = ("print('a', 1)", "print('b', end='', flush=True)", "print('c')", "print('d', end='')")
    assert printed(bridge, "\n".join(lines))[:-1] == ["a 1\n", "b", "c\n", "d"]


def test_what_is_printed_without_end_is_cut_with_a_word(bridge: ModuleType) -> None:
    lumps = printed(bridge, "for i in range(1000): print('x' * 999)\nprint('end')")[:-1]
    assert lumps[-1].endswith("… what is printed from here on is not shown.\n")
    assert "".join(lumps).count("x") == pytest.approx(200_000, rel=0.01)
    assert "end" not in "".join(lumps)


def test_every_example_computes_and_has_its_lesson(builder: ModuleType, ask: Ask) -> None:
    for preset in builder.presets():
        assert (builder.ROOT / "notebooks" / f"{preset['lesson']}.ipynb").exists()
        told = ask(**{"do": "draw", "pane": "graph", "run": True, **preset})
        assert "error" not in told, preset["name"]
        assert told["wrt"] == preset["wrt"]


def test_every_sentence_that_the_page_says_is_in_the_table(builder: ModuleType) -> None:
    words = json.loads((builder.PYTHON / "words.json").read_text(encoding="utf-8"))
    bridge = (builder.PYTHON / "bridge.py").read_text(encoding="utf-8")
    text = bridge + "".join(
        path.read_text(encoding="utf-8") for path in builder.WEB.glob("*.[jh]*") if path.suffix != ".json"
    )
    said = set(re.findall(r"say\(\"(\w+)\"|\{\{words\.(\w+)", text))
    assert {one or other for one, other in said} <= set(words)
