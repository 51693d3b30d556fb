"""How a typed number is read: as learners write it, and never run."""

import json
import math
import shutil
import subprocess
from importlib.resources import files

import pytest

from autograd import practice, values
from autograd.practice import read
from autograd.practice.shapes import Draw

READ = {
    "3·1·2": 6, "1/4": 0.25,
    "0,25": 0.25, "0.25": 0.25, "3*1*2": 6, "2^3": 8, "2**3": 8, "−4": -4,
    "-4": -4, "–4": -4, ".5": 0.5, ",5": 0.5, "5.": 5, "(-2)·(1+0.5)": -3, "2^3^2": 512,
    "-2^2": -4, "2^-1": 0.5,
    "6:3": 2, "6÷3": 2, "1e-3": 1e-3, "1E3": 1000, "dJ/db = 3·2": 6, "3·2 = 6": 6, " 7 ": 7, "+7": 7,
    "--7": 7, "2×3": 6, "1 - 2 - 3": -4, "8/2/2": 2, "1/0": math.inf,
    "-1/0": -math.inf, "∞": math.inf, "-inf": -math.inf,
    "-Infinity": -math.inf, "1 + 2*3": 7, "2*(3+4)": 14,
}  # fmt: skip
UNREADABLE = [
    "", "=", "two", "2+", "*3", "(2", "2)", "1 2", "3x", "1.2.3", "1,234.5", "__import__('os')", "2 3·4", "e",
    "(" * 5000 + "1" + ")" * 5000, "-" * 5000 + "1", "1..2",
]  # fmt: skip
SIZES = {"0.39": 0.005, "0,39": 0.005, "12": 0.5, "1200": 0.5, "10": 0.5, "0.10": 0.005, "1.2e3": 50,
         "1.20": 0.005, "-3.5": 0.05, "0.4": 0, "7": 0, "1/4": 0, "2.5e3": 50, "120.0": 0.05}  # fmt: skip


@pytest.mark.parametrize(("typed", "value"), READ.items())
def test_a_number_is_read_as_learners_write_it(typed, value) -> None:
    found = read(typed)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("typed", ["0/0", "nan", "inf - inf"])
def test_no_number_is_a_number_too_where_it_is_meant(typed) -> None:
    found = read(typed)
    assert found is not None
    assert math.isnan(found.value)


@pytest.mark.parametrize("typed", UNREADABLE, ids=lambda text: text[:12])
def test_what_is_no_number_is_not_read(typed) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(("typed", "size"), SIZES.items())
def test_half_a_unit_of_the_last_of_two_or_more_digits_is_known(typed, size) -> None:
    found = read(typed)
    assert found is not None
    assert found.size == pytest.approx(size, rel=1e-12)


POINT = {"b": 3.0, "c": 2.0, "x₁": -0.5, "exp": 7.0}
FORMULAS = {
    "b": 3, "2b": 6, "b c": 6, "bc": 6, "b·c²": 12, "bc^2": 12, "(b)(c)": 6, "2(b + c)": 10, "b/2c": 3,
    "-b²": -9, "b²c": 18, "−x₁": 0.5, "x₁c": -1, "1/b + 1/b": 2 / 3, "sqrt(c·c)": 2, "ln(exp)": math.log(7),
    "tanh(0)b": 0, "∂u/∂b = c": 2, "σ(0)": 0.5, "relu(-b) + abs (x₁)": 0.5, "b^-1": 1 / 3, "b⁻¹": 1 / 3,
    "exp b": 21, "2.5b": 7.5, "0,5c": 1, "3": 3, "exp(1)": 7,
}  # fmt: skip
NO_FORMULAS = ["a", "b 2", "b2", "2 3", "exp(b", "b)", "b..c", "sin", "sin b", "y(b)", "b,c", "", "b +"]


@pytest.mark.parametrize(("typed", "value"), FORMULAS.items())
def test_a_formula_is_read_as_learners_write_it(typed, value) -> None:
    found = read(typed, POINT)
    assert found is not None
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("typed", NO_FORMULAS)
def test_what_is_no_formula_is_not_read(typed) -> None:
    assert read(typed, POINT) is None


def made(draw: Draw, depth: int) -> str:
    """Make a formula as somebody might type it."""
    if not depth:
        return draw.one(["b", "c", "x₁", "2", "0,5", "3.25", "b²", "-1"])
    left, right = made(draw, depth - 1), made(draw, draw.below(depth))
    sums = ["{0} + {1}", "{0} - ({1})", "({0})*({1})", "({0})·{1}", "({0})/(1 + ({1})²)", "-({0})^2"]
    more = ["2({0})", "b({0})", "sigmoid(-({0})²)", "tanh({0}) {1}", "σ({0})", "sin({0})+relu({1})"]
    return draw.one(sums + more).format(left, right)


def in_node(program: str, given: object) -> list[str | None]:
    """Run a program after the reader of the pages, on `given`; return what it returns."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the page's reader is compared with Python's in node, which is not on PATH")
    source = (files("viz.player") / "assets" / "reading.js").read_text(encoding="utf-8")
    run = f"""{source}
    const answer = (given) => {{ {program} }};
    console.log(JSON.stringify(answer(JSON.parse(require("fs").readFileSync(0, "utf-8")))));"""
    told = subprocess.run(
        [node, "-e", run], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    found: list[str | None] = json.loads(told.stdout)
    return found


def test_pages_explain_numbers_as_python_does() -> None:
    (c,) = values(c=3.0)
    question = practice.step(-4.0 * c, c, lr=0.01)  # 3.04; nearby lie the slips 2.99, 3 and 2.96
    typed = ["3.04", "3.0", "3", "2.96", "3.040", "3,0", "3.1", "2.99", "-4.0", "7.0", "4", "2.9901", "3.00"]
    program = """
      const kind = (slip) => (slip === true ? "right" : slip ? slip[2] : "");
      return given.typed.map((text) => kind(explained(readNumber(text), given.question, given.tolerance)));"""
    told = in_node(program, {"typed": typed, "question": question.data(), "tolerance": question.tolerance})
    verdicts = [question.check(text) for text in typed]
    assert told == ["right" if verdict else verdict.kind for verdict in verdicts]
    assert told[:3] == ["right", "not moved", "not moved"]


def test_pages_read_formulas_as_python_does() -> None:
    draw = Draw("formulas")
    texts = [made(draw, 1 + k % 4) for k in range(400)] + [*FORMULAS, *NO_FORMULAS]
    program = """
      const read = (text) => String(readNumber(text, given.values).value);
      return given.texts.map((text) => { try { return read(text); } catch { return null; } });"""
    told = in_node(program, {"texts": texts, "values": POINT})
    readings = [read(text, POINT) for text in texts]
    assert sum(reading is not None for reading in readings) > 350
    for text, found, reading in zip(texts, told, readings, strict=True):
        assert (found is None) == (reading is None), text
        if reading is not None:
            assert float(found) == pytest.approx(reading.value, rel=1e-12, abs=1e-300, nan_ok=True), text
