"""The command `chainrule grade`: which files it takes, what it writes, what it says to those who mistype."""

import base64
import csv
import json
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from autograd.grading import Report
from tests.grading.reports import CRASH, FAULTY, LOST, RIGHT
from viz.command import cli
from viz.command import grade as command
from viz.drawing.figure import FORMATS

CLASS = "class Value:\n    def __add__(self, other): ...\n"


@pytest.fixture
def asked(monkeypatch) -> dict[str, dict]:
    """Let reports by hand stand for grading, by the first letter of a file; return what was asked of each."""
    asked: dict[str, dict] = {}

    def grade(path: Path, **options: object) -> Report:
        asked[path.name] = options
        by_hand = {"a": FAULTY, "b": RIGHT, "c": LOST, "d": replace(FAULTY, findings=(CRASH,))}
        return replace(by_hand[path.name[0]], path=str(path))

    monkeypatch.setattr(command, "grade", grade)
    return asked


@pytest.fixture
def run(asked, tmp_path, monkeypatch, capsys):
    """Return a function that gives status, output and errors of `chainrule grade` in a folder of files."""
    monkeypatch.chdir(tmp_path)
    for name in ("ada.py", "bob.py", "cy.ipynb", "dora.py"):
        Path(name).write_text(CLASS, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["grade", *arguments, "--jobs", "1"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_the_exit_status_says_how_it_went(run) -> None:
    assert run("bob.py")[0] == 0
    assert run("ada.py")[0] == 1
    assert run("cy.ipynb")[0] == 3
    assert run("bob.py", "cy.ipynb")[0] == 3
    assert run("ada.py", "cy.ipynb")[0] == 1


def test_the_first_fault_is_told_where_and_why(run) -> None:
    _, out, err = run("ada.py")
    assert out == (
        "ada.py: Value: 2 of 4 rungs\n"
        "  fault: mul, line 31: a second path to the same node overwrites the first: write `+=`\n"
        "      a = 3; c = a * a\n"
        "      dc/da: yours 3, right 6\n"
        "      (29 of 29 wrong numbers reproduced)\n"
        "  1 more fault, 1 note, 1 doubt: --show all\n"
    )
    assert err == ""


def test_hints_and_everything_can_be_asked_for(run) -> None:
    assert "overwrites" not in run("ada.py", "--hint", "expression")[1]
    assert "yours" not in run("ada.py", "--hint", "place")[1]
    assert "3000 steps are too deep" in run("ada.py", "--show", "all")[1]


def test_options_reach_the_grader(run, asked) -> None:
    run("ada.py", "--class", "Val", "--need", "add, tanh", "--only", "rule,chain", "--run", "--seconds", "5")
    assert asked["ada.py"] == {
        "name": "Val", "need": ("add", "tanh"), "only": ("rule", "chain"), "run": True, "seconds": 5.0
    }  # fmt: skip


def test_many_files_end_with_the_course_in_two_lines(run) -> None:
    out = run("ada.py", "bob.py", "cy.ipynb", "dora.py", "--points", "10")[1]
    assert "ada.py: Value: 5 of 10 points, 2 of 4 rungs" in out
    assert out.endswith(
        "4 files: 1 right, 2 with faults, 1 that cannot be judged\nfirst faults: overwrite 1, crash 1\n"
    )


def test_all_files_are_written_at_once(run) -> None:
    code, out, _ = run("ada.py", "bob.py", "--json", "r.json", "--junit", "r.xml", "--csv", "r.csv")
    assert code == 1
    assert "csv: written to r.csv" in out
    assert [report["score"] for report in json.loads(Path("r.json").read_text(encoding="utf-8"))] == [2, 2]
    assert ET.parse("r.xml").getroot().get("failures") == "2"
    with Path("r.csv").open(encoding="utf-8", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["faults", "right"]


def test_results_of_platforms_are_written_and_one_has_the_picture(run) -> None:
    run("ada.py", "--gradescope", "g.json", "--prairielearn", "p.json")
    assert json.loads(Path("g.json").read_text(encoding="utf-8"))["score"] == 2.0
    results = Path("p.json").read_text(encoding="utf-8")
    (image,) = json.loads(results)["images"]
    head, _, data = image["url"].partition(",")
    assert head == "data:image/png;base64"
    png = base64.b64decode(data, validate=True)
    assert png.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", png[16:24])) > 50
    assert len(results) < 1_000_000  # PrairieLearn's limit
    run("ada.py", "--prairielearn", "p.json", "--hint", "place")
    assert "images" not in json.loads(Path("p.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("ending", FORMATS)
def test_the_fault_is_drawn_in_every_format(run, ending) -> None:
    code, out, _ = run("ada.py", "-o", f"wrong{ending}")
    assert code == 1
    assert f"picture: written to wrong{ending}" in out
    assert Path(f"wrong{ending}").stat().st_size > 100
    if ending in (".svg", ".html", ".dot", ".txt"):
        assert "yours 3, right 6" in Path(f"wrong{ending}").read_text(encoding="utf-8")


def test_a_picture_gives_no_cause_away_that_was_not_to_be_told(run) -> None:
    run("ada.py", "-o", "wrong.txt", "--hint", "expression")
    assert "overwrites" not in Path("wrong.txt").read_text(encoding="utf-8")


def test_where_there_is_nothing_to_draw_it_says_so(run) -> None:
    code, _, err = run("bob.py", "-o", "wrong.svg")
    assert (code, err) == (0, "chainrule grade: note: there is nothing to draw.\n")
    assert not Path("wrong.svg").exists()


def test_folders_give_their_files_by_name_and_each_students_helpers_are_left_out(run, asked) -> None:
    for name, text in {
        "all/alan.py": "x = 1\n",  # without a class, and still a submission
        "all/bea/engine.py": CLASS,
        "all/bea/bits.py": "def plot(): ...\n",
        "all/cleo/c.py": "no class here either\n",
        "all/dan/engine.pdf": "",
        "all/group/eve/e.py": "unfinished\n",
        "all/group/fay/f.py": CLASS,
        "all/group/fay/pictures/f.png": "",
        "all/.git/b.py": CLASS,
        "all/__pycache__/b.py": CLASS,
        "all/.ipynb_checkpoints/b.ipynb": CLASS,
        "all/notes.txt": "",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    files = command.submissions(["all"])
    assert [path.relative_to("all").as_posix() for path in files] == [
        "alan.py", "bea/engine.py", "cleo/c.py", "dan", "group/eve/e.py", "group/fay/f.py"
    ]  # fmt: skip
    assert command.submissions(["all", "all/alan.py"]) == files


def test_a_folder_without_a_file_to_grade_is_somebody_who_must_be_looked_at(run) -> None:
    Path("empty").mkdir()
    code, out, _ = run("empty", "--gradescope", "g.json")
    assert code == 3
    assert "empty: cannot be judged: there is no file in it that ends in .py or .ipynb" in out
    assert json.loads(Path("g.json").read_text(encoding="utf-8"))["score"] == 0


def test_for_a_platform_a_folder_is_one_students_and_may_hold_helpers(run) -> None:
    Path("one").mkdir()
    Path("one/aaa.py").write_text("x = 1\n", encoding="utf-8")
    Path("one/bob.py").write_text(CLASS, encoding="utf-8")
    code, out, _ = run("one", "--prairielearn", "p.json")
    assert code == 0
    assert out.startswith(f"{Path('one/bob.py')}: Value: 2 of 2 rungs")


def test_a_file_that_cannot_be_written_is_told_without_a_traceback(run) -> None:
    Path("folder.csv").mkdir()
    code, _, err = run("bob.py", "--csv", "folder.csv")
    assert code == 2
    assert err.startswith("chainrule grade: ")
    assert "folder.csv" in err


MISTYPED = {
    (): "There is no file. For example: chainrule grade my_value.py",
    ("zoe.py",): "There is no file zoe.py.",
    ("notes.txt",): "notes.txt is neither Python (.py) nor a notebook (.ipynb).",
    ("ada.py", "--only", "rules"): "There is no group 'rules' of rungs. There are: rule, numbers, chain",
    (
        "ada.py",
        "--need",
        "add,sinus",
    ): "'sinus' is no operation that can be asked for. There are: add, sub",
    ("ada.py", "--seconds", "-1"): "-1 is not a number above 0",
    ("ada.py", "--seconds", "soon"): "soon is not a number above 0",
    ("ada.py", "--points", "0"): "0 is not a number above 0",
    ("ada.py", "--jobs", "none"): "none is not a whole number above 0",
    ("ada.py", "--hint", "all"): "invalid choice: 'all'",
    ("ada.py", "bob.py", "-o", "w.svg"): "-o is for one submission, and there are 2 files.",
    ("ada.py", "bob.py", "--gradescope", "g"): "--gradescope is for one submission, and there are 2 files.",
    ("ada.py", "-o", "wrong.gif"): "wrong.gif does not end in one of .svg, .png",
    ("ada.py", "--csv", "no/r.csv"): "no/r.csv cannot be written: there is no folder no. Make it first.",
    ("ada.py", "--csb", "r.csv"): "unrecognized arguments: --csb",
}


@pytest.mark.parametrize("arguments", MISTYPED, ids=" ".join)
def test_what_is_mistyped_is_refused_before_anything_runs(run, asked, arguments) -> None:
    Path("notes.txt").write_text("", encoding="utf-8")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("chainrule grade: ")
    assert MISTYPED[arguments] in err
    assert not asked


def test_help_is_honest_about_safety(run, capsys) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["grade", "--help"])
    assert "is no sandbox: the code can read your files and use the network" in capsys.readouterr().out
