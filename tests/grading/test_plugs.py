"""Grading inside the tools of schools: a cell as nbgrader reads it, a test of otter's kind, and pytest."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograd.grading import Report, Rung, grade
from tests.grading.mutants import MUTANTS, mutated, right
from tests.grading.reports import LOST, RIGHT, STUB

ROOT = Path(__file__).resolve().parent.parent.parent
OVERWRITES = mutated(next(mutant for mutant in MUTANTS if mutant.name == "every rule overwrites"))


def credit(outputs: list[Any], most: float) -> float:
    """Return nbgrader's points for the outputs of a test cell, by its rule.

    An error, or anything on the stream of errors, is 0; the number that the cell ends with are the points;
    any other cell has all of them.
    """
    for output in outputs:
        if output["output_type"] == "error" or output.get("name") == "stderr":
            return 0.0
        if output["output_type"] == "execute_result":
            return float(output["data"]["text/plain"])
    return most


@pytest.mark.parametrize(("text", "all_or_nothing"), [(right("closures"), 10.0), (OVERWRITES, 0.0)])
def test_cells_of_nbgrader_get_their_points(text, all_or_nothing, monkeypatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbgrader's notebooks need nbformat and nbclient")
    nbclient = pytest.importorskip("nbclient", reason="nbgrader's notebooks need nbformat and nbclient")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cells = [
        text,
        "from autograd.grading import grade\nreport = grade(Value)",
        'report.require("rule", "accumulation")',
        "report.points(10)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3", allow_errors=True).execute()
    *_, graded, required, points = book.cells
    assert graded.outputs == []  # a word on the stream of errors would cost all points
    assert credit(required.outputs, 10) == all_or_nothing
    partial = credit(points.outputs, 10)
    assert partial == 10 if all_or_nothing else 0 < partial < 10
    if not all_or_nothing:
        said = required.outputs[0]["evalue"]
        assert "yours 1, right 2" in said
        assert "In [1]" not in said


def test_what_could_not_be_decided_is_held_against_nobody_and_never_passes_in_silence() -> None:
    doubtful = Report("Value", findings=(STUB,), rungs=(*RIGHT.rungs, Rung("rule", "tanh", "unjudged")))
    doubtful.require("rule", "accumulation")
    doubtful.require("scale")  # a rung that does not count was run
    with pytest.raises(AssertionError, match="network: nothing was decided"):
        replace(doubtful, rungs=(*RIGHT.rungs, Rung("network", "neuron", "unjudged"))).require("network")
    with pytest.raises(AssertionError, match="order: nothing was decided"):
        RIGHT.require("order")
    with pytest.raises(AssertionError, match="there is no class with"):
        LOST.require()


def test_pytest_shows_the_report_of_the_groups_that_are_required(tmp_path) -> None:
    (tmp_path / "my_value.py").write_text(OVERWRITES, encoding="utf-8")
    (tmp_path / "test_my_value.py").write_text(
        "import pytest\n"
        "from autograd.grading import grade\n"
        'REPORT = grade("my_value.py")\n'
        'def test_rules(): REPORT.require("rule")\n'
        'def test_paths(): REPORT.require("accumulation")\n'
        "@pytest.mark.parametrize('rung', REPORT.counted, ids=str)\n"
        "def test_rung(rung): assert rung\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    run = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "AssertionError" in run.stdout
    assert "yours 1, right 2" in run.stdout
    assert "test_my_value.py::test_paths" in run.stdout
    assert "FAILED test_my_value.py::test_rules" not in run.stdout


def test_a_test_of_otter_is_a_function_that_raises() -> None:
    # Otter runs `test_...(env)` of a file in the exception-based format, with the notebook's names.
    names: dict[str, Any] = {}
    exec(compile(OVERWRITES, "notebook", "exec"), names)  # noqa: S102 - as otter runs a notebook's cells
    with pytest.raises(AssertionError, match="yours 1, right 2"):
        grade(names["Value"]).require("accumulation")
