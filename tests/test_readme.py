"""README.md is executed: its examples as doctests, its drawing command through the command line's own entry.

Knows README.md and .ci/run as texts; the test command itself is what runs this file.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import pictures
from tests.operations import BEGIN, END, updated

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def blocks(language: str, text: str = README) -> list[tuple[int, str]]:
    """Fenced blocks of one language, each with the line on which its content begins, counted from 0."""
    fences = re.finditer(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, fence.start(1)), fence.group(1)) for fence in fences]


def failures(text: str) -> str:
    """Run the Python blocks of a text in order, as one session, and report what differs from the page."""
    report: list[str] = []
    names: dict[str, object] = {}
    for line, block in blocks("python", text):
        example = doctest.DocTestParser().get_doctest(block, names, "README.md", "README.md", line)
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        runner.run(example, out=report.append, clear_globs=False)
        names |= example.globs
    return "".join(report)


def commands() -> list[str]:
    lines = [line for _, block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("python3 -m venv ")]


def test_every_example_prints_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert any(">>> " in block for _, block in blocks("python"))
    report = failures(README)
    assert not report, report


def test_the_check_of_examples_fails_on_a_wrong_number():
    page = "# title\n```python\n>>> 6 * 7\n42\n>>> x = 3\n```\nthen\n```python\n>>> 2 * x\n7\n```\n"
    assert "Expected:\n    7\nGot:\n    6" in failures(page)
    assert 'File "README.md", line 9' in failures(page)
    assert failures(page.replace("\n7\n", "\n6\n")) == ""


def test_the_table_of_operations_is_current():
    assert updated(README) == README, "bring it up to date: python tests/operations.py"


def test_the_check_of_the_table_fails_on_a_rule_that_does_not_run():
    page = f"{BEGIN}| `exp` | `exp(x)` | x: `exp(x)` |\n{END}"
    assert updated(page) != page
    assert "| `exp` | `exp(x)` | x: `out` |" in updated(page)


def test_the_two_command_lines_draw_and_test_from_nothing_but_python():
    draw, test, _ = commands()
    assert draw.split(" && ")[2].startswith(".venv/bin/chainrule ")
    assert test.split(" && ")[2] == ".venv/bin/python -m pytest"
    with (ROOT / "pyproject.toml").open("rb") as settings:
        extras = tomllib.load(settings)["project"]["optional-dependencies"]
    asked = [re.findall(r"\[(\w+)\]", line) for line in (draw, test)]
    assert asked == [["svg"], ["test"]]
    assert {"svg", "test"} <= set(extras)


def test_the_line_for_the_lessons_opens_all_of_them_and_the_page_lists_their_titles():
    build = pytest.importorskip("notebooks.build")
    install, opening = commands()[2].split(" && ")[1:]
    (asked,) = re.findall(r"\[([\w,]+)\]", install)
    with (ROOT / "pyproject.toml").open("rb") as settings:
        assert set(asked.split(",")) <= set(tomllib.load(settings)["project"]["optional-dependencies"])
    assert opening == ".venv/bin/jupyter lab notebooks"
    listed = re.findall(r"^\d+\. \[(.+)\]\((notebooks/.+)\)$", README, flags=re.MULTILINE)
    lessons = build.lessons()
    titles = [f"{place}. {title}" for place, (title, _) in enumerate(listed, 1)]
    assert titles == [lesson.title for lesson in lessons]
    assert [ROOT / path for _, path in listed] == [lesson.notebook for lesson in lessons]


def test_the_drawing_command_draws_what_the_page_promises(tmp_path, monkeypatch):
    from viz.command.cli import main

    invocation = shlex.split(commands()[0].split(" && ")[2])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["chainrule", *invocation[1:]])
    assert not main()
    drawing = (tmp_path / "J.svg").read_text(encoding="utf-8")
    assert "<svg" in drawing
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert any("33" in text for text in texts), "the value of J at (5, 3, 2)"
    assert any(re.search(r"\b6\b", text) for text in texts), "the product 3 · 1 · 2 along the path from b"


def test_the_pictures_are_those_that_its_commands_draw(tmp_path):
    assert pictures.names(README) == ["J", "network", "paths"]
    pictures.draw(README, tmp_path, "dot")
    for name in pictures.names(README):
        source = (pictures.DOCS / f"{name}.dot").read_text(encoding="utf-8")
        made = (tmp_path / f"{name}.dot").read_text(encoding="utf-8")
        assert made == source, "bring it up to date: python tests/pictures.py"
        (own,) = re.findall(r"^digraph (\w+) \{", source, flags=re.MULTILINE)
        assert f'<g id="{own}"' in (pictures.DOCS / f"{name}.svg").read_text(encoding="utf-8")


def test_the_check_of_pictures_sees_a_changed_number(tmp_path):
    page = README.replace("[[0.7, -0.8]]", "[[0.7, -0.9]]").replace("c=2 --wrt", "c=2.5 --wrt")
    pictures.draw(page, tmp_path, "dot")
    changed = [
        name
        for name in pictures.names(README)
        if (tmp_path / f"{name}.dot").read_bytes() != (pictures.DOCS / f"{name}.dot").read_bytes()
    ]
    assert changed == ["J", "paths"], "the picture of the network shows names, no numbers"


def test_ci_takes_the_test_command_from_this_page():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -m 1 -E '([^']+)'", script)
    found = [line for line in README.splitlines() if re.fullmatch(pattern.strip("^$"), line)]
    assert found == [commands()[1]]
    assert "pip install" not in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_to_files_of_the_repository_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing
