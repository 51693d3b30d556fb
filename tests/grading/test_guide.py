"""The guide "Grade a class": its commands print what the page says, on the submissions that it writes."""

import csv
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from autograd.grading.report import GROUPS
from tests.grading import course
from viz.command import cli

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = ROOT / "docs" / "guides" / "grading.md"
PAGE = GUIDE.read_text(encoding="utf-8")


def session(page: str) -> list[tuple[str, str]]:
    """Return the commands that a page shows after ``$``, each with what it prints."""
    blocks = re.findall(r"^```console\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def cut(path: Path, columns: int) -> str:
    """Return what `cut` shows of a table: its first columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return "".join(",".join(row[:columns]) + "\n" for row in csv.reader(file))


def printed(command: str, capsys: Any) -> str:
    """Run a command of the guide in the folder of today, and return what it prints."""
    name, *arguments = shlex.split(command)
    if name == "cut":
        return cut(Path(arguments[-1]), 6)
    if name == "chainrule":
        cli.main(arguments)
    else:
        course.write(Path(arguments[-1]))
    return str(capsys.readouterr().out)


def test_every_command_of_the_guide_prints_what_the_page_says(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    commands = session(GUIDE.read_text(encoding="utf-8"))
    assert [command.split()[0] for command, _ in commands].count("chainrule") == 5
    said = [(command, printed(command, capsys)) for command, _ in commands]
    assert Path("fatou.html").stat().st_size > 10_000
    if os.environ.get("GOLDEN") == "write":
        write(said)
    anew = "If it is to be so from now on: GOLDEN=write python -m pytest tests/grading/test_guide.py"
    assert said == session(GUIDE.read_text(encoding="utf-8")), anew


def write(said: list[tuple[str, str]]) -> None:
    """Put what the commands print into the page, each behind its command."""
    page = GUIDE.read_text(encoding="utf-8")
    for command, output in said:
        before, behind, after = page.partition(f"$ {command}\n")
        end = re.search(r"^(\$ |```)", after, flags=re.MULTILINE)
        assert end
        page = before + behind + output + after[end.start() :]
    GUIDE.write_text(page, encoding="utf-8")


def test_the_guide_lists_every_group_of_rungs_with_its_question() -> None:
    for name, question in GROUPS.items():
        assert f"| `{name}` | {question} |" in PAGE


@pytest.mark.parametrize("command", re.findall(r"chainrule grade [^|\n,\"]*", PAGE))
def test_every_option_that_the_guide_names_exists(command, capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(["grade", "--help"])
    known = capsys.readouterr().out
    assert all(option in known for option in re.findall(r"--?[a-z]+", command.replace("my-value", "")))
