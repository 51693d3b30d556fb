"""README.md and docs/ are executed: examples as doctests, the drawing command by the command's own entry.

Knows the pages and .ci/run as texts; the test command itself is what runs this file.
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

ROOT = Path(__file__).resolve().parent.parent
PAGE = pictures.PAGE.read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "\n>>> " in page.read_text(encoding="utf-8")
]
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_prints_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = failures(page.read_text(encoding="utf-8"))
    assert not report, report


def test_the_check_of_examples_fails_on_a_wrong_number():
    page = "# title\n```python\n>>> 6 * 7\n42\n>>> x = 3\n```\nthen\n```python\n>>> 2 * x\n7\n```\n"
    assert "Expected:\n    7\nGot:\n    6" in failures(page)
    assert 'File "README.md", line 9' in failures(page)
    assert failures(page.replace("\n7\n", "\n6\n")) == ""


def test_the_two_command_lines_draw_and_test_from_nothing_but_python():
    draw, test, build = commands()
    assert draw.split(" && ")[2].startswith(".venv/bin/chainrule ")
    assert test.split(" && ")[2] == ".venv/bin/python -m pytest"
    with (ROOT / "pyproject.toml").open("rb") as settings:
        extras = tomllib.load(settings)["project"]["optional-dependencies"]
    asked = [re.findall(r"\[(\w+)\]", line) for line in (draw, test, build)]
    assert asked == [["svg"], ["test"], ["docs"]]
    assert {"svg", "test", "docs"} <= set(extras)


def test_the_page_is_short_and_lists_the_extras_that_there_are():
    assert README.count("\n") <= 130
    with (ROOT / "pyproject.toml").open("rb") as settings:
        extras = set(tomllib.load(settings)["project"]["optional-dependencies"])
    (told,) = re.findall(r"The rest is asked for by name: (.+?)\n\n", README, flags=re.DOTALL)
    assert set(re.findall(r"`(\w+)`", told)) == extras


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
    assert pictures.names(PAGE) == ["J", "network", "paths"]
    pictures.draw(PAGE, tmp_path, "dot")
    for name in pictures.names(PAGE):
        source = (pictures.DOCS / f"{name}.dot").read_text(encoding="utf-8")
        made = (tmp_path / f"{name}.dot").read_text(encoding="utf-8")
        assert made == source, "bring it up to date: python tests/pictures.py"
        (own,) = re.findall(r"^digraph (\w+) \{", source, flags=re.MULTILINE)
        assert f'<g id="{own}"' in (pictures.DOCS / f"{name}.svg").read_text(encoding="utf-8")


def test_the_check_of_pictures_sees_a_changed_number(tmp_path):
    page = PAGE.replace("[[0.7, -0.8]]", "[[0.7, -0.9]]").replace("c=2 --wrt", "c=2.5 --wrt")
    pictures.draw(page, tmp_path, "dot")
    changed = [
        name
        for name in pictures.names(PAGE)
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


def test_the_speeds_that_readme_quotes_stand_in_the_results() -> None:
    section = README.split("## How fast")[1].split("\n## ")[0]
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    quoted = re.findall(r"\d[\d.]* (?:ns|µs|ms|s)\b", section)
    assert len(quoted) >= 9
    assert [time for time in quoted if f" {time} (" not in results] == []
    dates = re.findall(r"\d{4}-\d\d-\d\d", section)
    assert dates == re.findall(r"(\d{4}-\d\d-\d\d)\.$", results, flags=re.MULTILINE)
