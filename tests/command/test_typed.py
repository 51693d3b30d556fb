"""Command lines as people type them: what works, and what is said where it does not."""

import re
import shlex
import subprocess
import sys

import pytest

from autograd.text.symbols import NOTATIONS
from viz.drawing.render import LayoutTimeoutError
from viz.figures.size import NODES

X = ("x*x", "x=3")


def answered(run, *arguments):
    """Return what is printed by a command line that works."""
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    return out


def told(run, *arguments, code=2):
    """Return what a command line that does not work says: nothing of Python, and nothing on the output."""
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert err.startswith("chainrule: ")
    assert not re.search(r"Traceback|Graph\(|viz\.|collapse\(|limit=|notation=(?!\"notes\")|\.save", err)
    return err


# What works -------------------------------------------------------------------------------------------------


@pytest.mark.row("S003-40", "S003-43", "S003-46")
def test_the_notes_own_lines_can_be_typed(run):
    out = answered(run, "u = b*c; v = a + u; J = 3*v", "a=5", "b=3", "c=2")
    for words in ("dJ/da = 3", "dJ/db = 6", "dJ/dc = 9", "v = a + u = 11", "∂v/∂u = 1"):
        assert words in out
    assert answered(run, "u = b*c\nv = a + u  # sum\nJ = 3*v", "a=5", "b=3", "c=2") == out


def test_numbers_may_stand_in_lines(run):
    assert "dJ/db = 6" in answered(run, "a = 5; b = 3; c = 2; J = 3*(a + b*c)")


@pytest.mark.parametrize(
    "typed", [["-log(p)", "p=.5"], ["--", "-log(p)", "p=.5"], ["--steps", "--", "-log(p)", "p=.5"]]
)
def test_an_expression_begins_with_a_minus(run, typed):
    assert "df/dp = -2" in answered(run, *typed)


@pytest.mark.parametrize(
    ("typed", "slope"), [("-.5*x", "-0.5"), ("-x", "-1"), ("--x*2", "2"), ("-o*x", "-3"), ("-h*x", "-3")]
)
def test_a_minus_begins_no_option_where_it_begins_an_expression(run, typed, slope):
    others = [f"{name}=3" for name in "oh" if name in typed]
    assert f"df/dx = {slope}" in answered(run, typed, "x=1", *others)


def test_an_option_and_its_file_may_be_written_as_one(run, tmp_path):
    assert "written to" in answered(run, *X, f"-o{tmp_path / 'J.txt'}")


def test_any_names_go_together(run):
    names = ["u", "t", "v", "v_1", "v2", "step", "f", "y", "out", "result", "J", "f_1"]
    for i in range(1, len(names) + 1):
        chosen = names[:i]
        out = answered(run, "*".join(chosen) + "+ 0", *(f"{name}=1" for name in chosen), "--steps")
        assert f"{chosen[-1].replace('_1', '₁')} = 1 is a leaf" in out


def test_the_same_letter_by_two_keyboards_is_one_name(run):
    assert "f = " in answered(run, "\u00b5*2", "\u03bc=3")
    assert "1 path" in answered(run, "\u00b5*2", "\u03bc=3", "--wrt", "\u00b5")


def test_several_results_are_each_answered_and_one_can_be_chosen(run, tmp_path):
    typed = ("s = softmax([a, b])", "a=1", "b=1")
    out = answered(run, *typed)
    assert "ds[0]/da = 0.25" in out and "ds[1]/da = -0.25" in out
    file = tmp_path / "s.svg"
    out = answered(run, *typed, "-o", str(file))
    assert "ds[0]/db = -0.25" in out and "ds[1]/db = 0.25" in out and file.exists()
    assert "those of the sum; --of NAME takes one result" in out
    assert "d(s[0] + s[1])/da" in file.read_text(encoding="utf-8")
    assert answered(run, *typed, "--of", "s[1]").startswith("s[1]: ")
    assert "dy/da = 2\ndy/da: 1 path" in answered(
        run, "y = 2*a; z = 3*b", "a=1", "b=1", "--wrt", "a", "-o", str(tmp_path / "y.txt")
    )


def test_digits_and_notation_are_chosen(run):
    assert "f = x / 3 = 0.333333333333 " in answered(run, "x/3", "x=1", "--digits", "12")
    assert "f = x / 3 = 0.3333 " in answered(run, "x/3", "x=1")  # and the choice ends with the command
    assert "dx = 6" in answered(run, *X, "--notation", "dvar")
    assert set(NOTATIONS) == {"leibniz", "dvar", "bar", "notes"}


def test_the_version_is_told(run, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("--version")
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("chainrule ")


def test_a_function_that_is_misspelt_by_one_letter_of_three_is_named(run):
    assert "exo is not a function of the table. Did you mean exp?" in told(run, "x*exo(x)", "x=1")


def test_the_player_asks_first_where_one_wants_to_guess(run, tmp_path):
    file = tmp_path / "x.html"
    told_first = answered(run, *X, "--guess", "-o", str(file))
    assert told_first == f"A page that asks before it shows, for your browser, written to {file}\n"
    asked = file.read_text(encoding="utf-8")
    answered(run, *X, "-o", str(file))
    assert re.search(r'<div class="cr-player"[^>]* data-(mode|guess)', asked)
    assert asked != file.read_text(encoding="utf-8")
    assert "--guess is for the player" in told(run, *X, "--guess")
    assert "--guess is for the player" in told(run, *X, "--guess", "-o", str(tmp_path / "x.svg"))


@pytest.mark.parametrize(
    ("output", "begins"),
    [
        ("-", b"<svg"),
        ("-.dot", b"digraph"),
        ("-.png", b"\x89PNG"),
    ],
)
def test_a_minus_as_file_is_the_standard_output_and_the_summary_stands_beside(output, begins):
    done = command(*X, "-o", output)
    assert done.returncode == 0
    assert done.stdout.startswith(begins)
    assert done.stderr.decode().startswith("f = 9\ndf/dx = 6\n")


def test_inf_and_nan_are_announced(run):
    assert "f = exp(x) = inf: it is too large for a float" in run("exp(x)", "x=1000")[2]
    assert "x = inf, so what is computed from it" in run("x - y", "x=inf", "y=inf")[2]
    assert "df/dx = inf: --explain says where" in run("sqrt(x)", "x=0")[2]
    assert "x = nan" in run("x*x", "x=nan")[2]
    for quiet in ("exp(x)", "where(x > 20, log(x - 20), x)"):
        assert run(quiet, "x=10")[2] == ""


# What is said -----------------------------------------------------------------------------------------------

MISTYPED = [
    ([], "There is no expression. For example: chainrule"),
    (["   "], "There is no expression."),
    (["; ;"], "There is no expression."),
    (["a*b", "a=1,b=2"], "a=1,b=2 is not one number. Write them apart: a=1 b=2"),
    (["a*b", "a=1,5", "b=2"], "Write a point: a=1.5"),
    (["a*b", "a", "=", "1", "b=2"], "without blanks around the ="),
    (["a*b", "a", "=1", "b=2"], "without blanks around the ="),
    (["a*b", "a=", "1", "b=2"], "without blanks around the ="),
    (["3*a", "+", "b", "a=1", "b=2"], "stands in quotes"),
    (["a*b", "A=1", "b=2"], "Did you mean A?"),
    (["alpha*x", "alhpa=1", "x=2"], "Did you mean alhpa?"),
    (["x*x", "x=1e999"], "too large for a float"),
    (["x*x", "x=1/0"], "x=1/0 is not a number"),
    (["x*x", "x=two"], "It must be one number, such as 0.5, 1/3 or -pi/2"),
    (["x*x", "2x=1"], "The name before = is made of letters"),
    (["f = 2*f", "f=3"], "f is computed from itself"),
    (["lambda*x", "lambda=2", "x=1"], "lambda is a word of Python's grammar"),
    (["u = 2*x; u*u", "x=1", "u=3"], "u is computed by this line, and is given a number, too"),
    (["y/x", "x=0", "y=1"], "y / x needs x != 0, got x = 0."),
    (["x*x", "x=3", "--digts", "3"], "Did you mean --digits?"),
    (["x*x", "x=3", "-wrt", "x"], "-wrt is written with two: --wrt"),
    (["x*x", "x=3", "--digits", "99"], "99 is not a whole number from 1 to 17"),
    (["x*x", "x=3", "--notation", "foo"], "invalid choice: 'foo'"),
    (["x*x", "x=3", "--wrt"], "expected one argument"),
    (["--", "x*x", "x=3", "-o", "x.svg"], "-o stands behind --"),
    (["s = softmax([a, b])", "a=1", "b=2", "--of", "q"], "no line has this name, only s[0], s[1]"),
    (["y = 2*a; z = 3*b", "a=1", "b=2", "--of", "y", "--wrt", "b"], "--wrt b: y does not depend on it"),
    (["x*exp(x)", "x=1", "--notation", "notes"], "--notation leibniz writes d for the first"),
    (["x*x", "x=3", "-o", ""], "does not end in one of"),
    (["x*x", "x=3", "-o", "-.gif"], "does not end in one of"),
    (["x*\udcff", "x=3"], "is no UTF-8 text, here: x*\\xff"),
    (["x!", "x=3"], "! cannot stand here"),
    (["(" * 500 + "x" + ")" * 500, "x=3"], "Name its parts, each in a line"),
]


@pytest.mark.parametrize(("typed", "words"), MISTYPED, ids=lambda x: str(x)[:30])
def test_what_is_mistyped_is_explained(run, typed, words):
    assert words in told(run, *typed)


def test_a_file_that_cannot_be_written_is_told_by_name(run, tmp_path):
    missing = tmp_path / "no" / "J.dot"
    assert f"The folder {missing.parent} does not exist" in told(run, *X, "-o", str(missing), code=1)
    folder = tmp_path / "J.dot"
    folder.mkdir()
    assert "J.dot cannot be written: " in told(run, *X, "-o", str(folder), code=1)


def test_who_draws_too_much_is_told_what_to_type(run, tmp_path):
    lines = [f"u{i} = sin({i}*x)" for i in range(NODES + 1)]
    typed = ";".join([*lines, f"sum([{','.join(f'u{i}' for i in range(NODES + 1))}])"])
    assert "--wrt NAME follows one variable" in told(run, typed, "x=1", "-o", str(tmp_path / "x.svg"))


def test_a_layout_that_takes_too_long_is_told_as_such(run, tmp_path, monkeypatch):
    def slow(*arguments):
        raise LayoutTimeoutError(
            "The layout was stopped after 30 seconds.", "viz.paths(root, leaf) shows less."
        )

    monkeypatch.setattr("viz.drawing.figure.render", slow)
    err = told(run, *X, "-o", str(tmp_path / "x.svg"), code=1)
    assert err.startswith("chainrule: The layout was stopped after 30 seconds. Name the parts")


# The shell --------------------------------------------------------------------------------------------------

PROGRAM = [sys.executable, "-c", "from viz.command.cli import main; exit(main())"]


def command(*arguments):
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, check=False)


def shell(line):
    """Run a line of the shell, with `chainrule` in it."""
    line = line.replace("chainrule", shlex.join(PROGRAM))
    return subprocess.run(["sh", "-c", line], capture_output=True, check=False)


def test_a_reader_that_has_seen_enough_is_no_error():
    done = shell(f"chainrule 'sum([{','.join(['x'] * 3000)}])' x=1 --steps | head -1")
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)


def test_closed_streams_are_no_error():
    done = shell("chainrule 'x*x' x=3 <&- >&-")
    assert (done.returncode, done.stderr) == (0, b"")


def test_bytes_that_are_no_text_are_told_as_such():
    done = command(b"x*\xff", b"x=3")
    assert done.returncode == 2
    assert done.stderr.decode().startswith("chainrule: What was typed is no UTF-8 text, here: x*\\xff.")
