"""The command `chainrule`: what it draws, and what it says to those who mistype."""

import html
import re
import struct
import subprocess
import sys

import pytest

from autograd import ExpressionError, Value, explain, expression, values
from autograd.table.expression import CONSTANTS
from tests.figures.figures import words
from viz.drawing.figure import FORMATS
from viz.drawing.render import GraphvizMissingError
from viz.player.walkthrough import walkthrough

J = ["3*(a + b*c)", "a=5", "b=3", "c=2"]


def computed() -> tuple[Value, Value]:
    """Return what the command computes of J, and its b."""
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    f = 3 * (a + b * c)
    f.label = "f"
    return f, b


@pytest.mark.row("S003-40", "S003-43", "S003-46")
def test_without_a_file_the_whole_graph_is_printed_with_all_gradients(run):
    code, out, err = run(*J)
    assert (code, err) == (0, "")
    assert out.startswith("f: 7 nodes, 6 edges\n")
    for words_ in (
        "df/da = 3",
        "df/db = 6",
        "df/dc = 9",
        "f = 3 * v₂ = 33",
        "v₁ = b * c = 6",
        "v₂ = a + v₁ = 11",
    ):
        assert words_ in out


def test_the_command_of_the_readme_draws_the_path_to_b(run, tmp_path):
    file = tmp_path / "J.svg"
    code, out, err = run(*J, "--wrt", "b", "-o", str(file))
    assert (code, err) == (0, "")
    assert out == f"f = 33\ndf/db = 6\ndf/db: 1 path, written to {file}\n"
    assert {"df/db = 3·1·2 = 6", "∂v₂/∂v₁ = 1", "b = 3"} <= set(words(file.read_text(encoding="utf-8")))


def test_a_name_before_the_equals_sign_names_the_result(run):
    code, out, _ = run("J = 3*a", "a=2")
    assert code == 0
    assert "dJ/da = 3" in out


@pytest.mark.parametrize("ending", FORMATS)
def test_every_kind_of_file_is_written(run, tmp_path, ending):
    file = tmp_path / f"J{ending}"
    assert run(*J, "-o", str(file))[0] == 0
    assert file.stat().st_size > 100


def test_options_may_stand_between_the_values(run):
    assert run("a*b", "a=1", "--wrt", "a", "b=2")[0] == 0


def test_an_expression_may_begin_with_a_minus(run):
    assert run("-a + b", "a=1", "b=2")[0] == 0


def test_values_may_be_constant_expressions(run):
    assert "a = 0.3333" in run("2*a", "a=1/3")[1]
    assert "a = -1.571" in run("sin(a)", "a=-pi/2")[1]


def test_pi_and_e_are_constants_unless_given(run):
    assert "f = a * 3.142 = 3.142" in run("a*pi", "a=1")[1]
    assert "e = 2" in run("a*e", "a=1", "e=2")[1]
    assert CONSTANTS.keys() == {"pi", "e"}


def test_functions_of_sequences_take_lists(run):
    code, out, _ = run("dot([a, 2], [3, b], 1)", "a=1", "b=4")
    assert code == 0
    assert "= 12" in out  # 1·3 + 2·4 + 1


WRONG = {
    "3*(a + b*": ("'(' was never closed", 2),
    "3*a +": ("ends too early", 5),
    "": ("There is no expression", None),
    "__import__('os')": ("__import__ is not a function of the table", 0),
    "a.real": ("not arithmetic", 0),
    "(lambda: a)()": ("not arithmetic", 0),
    "a if a else b": ("not arithmetic", 0),
    "[a for a in b]": ("not arithmetic", 0),
    "3 + 'text'": ("Only numbers, names and functions", 4),
    "3 + True": ("Only numbers, names and functions", 4),
    "3j*a": ("Only numbers, names and functions", 0),
    "[a, a]": ("A list can stand only where a function takes one", 0),
    "a^2": ("write a**b", 0),
    "3a": ("write the multiplication", 0),
    "2(a + 1)": ("2 is not a function: write the multiplication, 2*(...)", 0),
    "a = b = 3": ("One expression is needed", 0),
    "a; a": ("Only the last line can do without a name: y = a.", 0),
    "import os": ("One expression is needed", 0),
    "1 + sin": ("sin is a function: write sin(x)", 4),
    "1 + sin(a, a)": ("sin takes 1 argument, got 2: sin(x)", 4),
    "1 + leaky_relu(a, slope=2)": ("arguments go by position", 18),
    "1 + sum(a)": ("sum takes a list here: sum([x1, x2, ...])", 8),
    "1 + sum(*a)": ("sum takes a list here", 8),
    "1 + log(-a)": ("log(-a) needs -a > 0, got -a = -1.", 4),
    "a / 0": ("needs y != 0", 0),
    "ü + missing": ("missing has no value. Add missing=...", 4),
    "x*y + a": ("x, y have no value. Add x=... y=...", 0),
    "a*1" + "0" * 400: ("too large for a float", 2),
}


@pytest.mark.parametrize("expression", WRONG)
def test_a_wrong_expression_is_refused_with_its_column_and_no_traceback(run, expression):
    reason, column = WRONG[expression]
    given = ["a=1"] + (["ü=1"] if "ü" in expression else [])
    code, out, err = run(expression, *given)
    assert (code, out) == (2, "")
    assert reason in err
    assert "Traceback" not in err
    if column is not None:
        *_, text, caret = err.splitlines()
        assert text.strip() == " ".join(expression.split())
        assert caret == "  " + " " * column + "^"


@pytest.mark.parametrize("depth", [10, 100, 190, 300, 500, 900, 2_000, 20_000])
def test_an_expression_nested_too_deeply_is_refused_and_not_a_crash(run, depth):
    for typed in ("(" * depth + "a" + ")" * depth, "1" + "-" * depth + "a", "+".join(["a"] * depth)):
        code, _, err = run(typed, "a=1")
        assert code in ((2,) if depth > 1_000 else (0, 2))
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["a*b", "a=1"], "b has no value. Add b=..."),
        (["a", "a=1", "b=2"], "b=2 is not used: the expression has a. Is a name misspelt?"),
        (["a", "a=1", "a=2"], "a is given twice"),
        (["a", "a"], "'a' is not of the form name=number"),
        (["a", "1=2"], "'1=2' is not of the form name=number"),
        (["a", "a=x"], "a=x is not a number"),
        (["a", "a=__import__('os')"], "is not a number"),
        (["a", "a="], "a= is not a number"),
        (["1 + 2"], "1 + 2 is the number 3: it has no variable"),
        (["a", "a=1", "--wrt", "q"], "--wrt q: the expression has no such variable, only a"),
        (["a", "a=1", "-o", "x.gif"], f"'x.gif' does not end in one of {', '.join(FORMATS)}, which"),
    ],
)
def test_mistakes_beside_the_expression_are_explained(run, arguments, reason):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert reason in err


def test_trouble_with_the_machine_has_a_status_of_its_own(run, tmp_path, monkeypatch):
    code, _, err = run("2*a", "a=1", "-o", str(tmp_path / "no" / "such" / "J.dot"))
    assert code == 1 and "No such file" in err

    def missing(*arguments):
        raise GraphvizMissingError("two cures")

    monkeypatch.setattr("viz.drawing.figure.render", missing)
    code, _, err = run("2*a", "a=1", "-o", str(tmp_path / "J.svg"))
    assert code == 1 and err == "chainrule: two cures\n"


def test_nothing_typed_is_ever_run(run, tmp_path):
    trap = tmp_path / "trap"
    for typed in (
        f"open({str(trap)!r}, 'w')",
        f"exp(open({str(trap)!r}, 'w'))",
        "exec('1')",
        "eval('1')",
        "a.__class__",
    ):
        assert run(typed, "a=1")[0] == 2
    assert not trap.exists()


def test_the_installed_command_runs(tmp_path):
    file = tmp_path / "J.dot"
    done = subprocess.run(
        [sys.executable, "-c", "from viz.command.cli import main; exit(main())", *J, "-o", str(file)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("digraph")


def test_a_formula_is_computed_by_the_rows_alone():
    assert expression("2**3**2 - -1").constant == 513.0
    assert expression("+(1 - 2)/4").constant == -0.25
    with pytest.raises(ExpressionError, match=r"needs") as caught:
        expression("1 + 0**-1").constant  # noqa: B018
    assert caught.value.column == 4


def test_steps_are_printed_in_the_words_of_the_player(run):
    f, _ = computed()
    assert run(*J, "--steps") == (0, walkthrough(f, title="3*(a + b*c)").text, "")


@pytest.mark.parametrize(
    "typed",
    [
        ("J = 3*(a + b*c)", "a=5", "b=3", "c=2"),
        ("x*x - tanh(x)**2/(x - y)", "x=-2", "y=1"),
        ("leaky_relu(dot([w, v], [x, x]))", "w=-1", "v=.5", "x=2"),
        ("max([a, b]) * a", "a=1", "b=1"),
    ],
)
def test_the_steps_are_word_for_word_those_in_the_players_page(run, tmp_path, typed):
    file = tmp_path / "player.html"
    code, out, err = run(*typed, "--steps", "-o", str(file))
    assert (code, err) == (0, "")
    printed = re.findall(r"^ *\d+  (?:forward |backward)  (.*)$", out, flags=re.MULTILINE)
    shown = re.findall(r'<th scope="row">\d+</th><td>(.*?)</td>', file.read_text(encoding="utf-8"))
    assert printed == [html.unescape(sentence) for sentence in shown]
    assert len(printed) > 4


def test_steps_and_a_file_go_together(run, tmp_path):
    code, out, _ = run(*J, "--steps", "-o", str(tmp_path / "J.dot"))
    assert code == 0
    assert out.startswith("3*(a + b*c)\n") and "f = 33\n" in out
    assert (tmp_path / "J.dot").exists()


def test_an_html_file_holds_the_player(run, tmp_path):
    file = tmp_path / "J.html"
    assert run(*J, "--wrt", "b", "-o", str(file))[0] == 0
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "<script" in page
    assert "<title>3*(a + b*c)</title>" in page and "<strong>3*(a + b*c)</strong>" in page


def test_the_derivation_is_printed_in_the_engines_words(run):
    f, b = computed()
    assert run(*J, "--wrt", "b", "--explain") == (0, explain(f, b).text.rstrip() + "\n", "")
    assert run(*J, "--wrt", "b", "--latex") == (0, explain(f, b).latex.rstrip() + "\n", "")


def test_without_wrt_every_variable_is_derived(run):
    code, out, _ = run(*J, "--explain", "--latex", "--steps")
    assert code == 0
    assert out.index("3*(a + b*c)\n") < out.index("df/da") < out.index(r"\partial")
    assert out.count(r"\begin{aligned}") == 3


def test_a_picture_for_a_slide_has_the_size_and_the_theme_that_were_asked_for(run, tmp_path):
    file = tmp_path / "J.png"
    assert run(*J, "-o", str(file), "--size", "640x360px", "--theme", "dark")[0] == 0
    assert struct.unpack(">II", file.read_bytes()[16:24]) == (640, 360)


def test_values_flow_down_and_letters_are_large_where_that_is_typed(run):
    code, source, _ = run(*J, "-o", "-.dot", "--direction", "down", "--font-size=18")
    assert code == 0 and "rankdir=TB" in source
    code, source, _ = run(*J, "-o", "-.tex", "--font-size", "18")
    assert r"\fontsize{18bp}" in source


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--size", "4x3"], "--size is for pictures: add -o J.svg, say."),
        (["--theme", "dark", "-o", "J.txt"], "--theme is for pictures: add -o J.svg, say."),
        (["--direction", "down"], "--direction is for pictures"),
        (["--size", "4km", "-o", "-.svg"], "--size '4km' is no size. Write \"16x9cm\""),
        (["--font-size", "0", "-o", "-.svg"], "--font-size 0.0: letters have 1 to 500 points"),
        (["--font-size", "x", "-o", "-.svg"], "argument --font-size: invalid float value"),
        (["--size", "1x1", "--font-size", "40", "-o", "-.svg"], "points fit; or leave --font-size out"),
        (["--theme", "blue", "-o", "-.svg"], "argument --theme: invalid choice: 'blue'"),
        (["--direction", "up", "-o", "-.svg"], "argument --direction: invalid choice: 'up'"),
    ],
)
def test_what_no_sheet_can_be_is_told_in_the_words_of_the_shell(run, typed, told):
    code, out, err = run(*J, *typed)
    assert (code, out) == (2, "")
    assert told in err
    assert "font_size" not in err and "size=" not in err
