"""A sheet tells no answer before it is solved; solved, its numbers are right, in every format on one page."""

import math
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import viz
from autograd import expression, values
from viz.sheets.worksheet import FORMATS, Worksheet

typst = pytest.importorskip("typst")

EXPRESSIONS = {
    "u = b*c; v = a + u; J = 3*v": {"a": 5.0, "b": 3.0, "c": 2.0},
    "y = x*x": {"x": 3.0},
    "e = y - w*x; L = e**2": {"y": 1.0, "w": 2.0, "x": 4.0},
    "p = sigmoid(w*x + b); L = -log(p)": {"w": 0.5, "x": 2.0, "b": -0.5},
    "s = tanh(a*b); f = s*a - relu(b)": {"a": 0.5, "b": 1.5},
}


def sheet_of(text: str) -> Worksheet:
    return viz.worksheet(expression(text)(**EXPRESSIONS[text]).outputs[-1])


def plain(text: str, numbers: dict[str, float]) -> float:
    """Compute the last line with Python's own mathematics."""
    scope = {
        "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "log": math.log,
        "relu": lambda x: max(x, 0.0), **numbers,
    }  # fmt: skip
    for line in text.split(";"):
        name, formula = line.split(" = ")
        scope[name.strip()] = eval(formula, {}, scope)  # noqa: S307 - texts of this file
    return float(scope[name.strip()])


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_solved_gradients_are_those_of_finite_differences(text: str) -> None:
    solved = {row.given: row.worked for row in sheet_of(text).content.tables[2].rows}
    for name, x in EXPRESSIONS[text].items():
        up, down = (plain(text, {**EXPRESSIONS[text], name: x + h}) for h in (1e-5, -1e-5))
        worked = next(said for symbol, said in solved.items() if symbol.endswith(f"/d{name}"))
        assert float(worked.split(" = ")[-1]) == pytest.approx((up - down) / 2e-5, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_every_sum_on_a_solved_sheet_adds_up(text: str) -> None:
    for row in sheet_of(text).content.tables[2].rows[1:]:
        symbols, numbers, total = row.worked.split(" = ")
        added = eval(numbers.replace("·", "*"))  # noqa: S307 - numbers of our own
        assert added == pytest.approx(float(total), rel=5e-3)
        assert symbols.count("·") == numbers.count("·")


def digits(text: str) -> set[str]:
    return set(re.findall(r"-?\d+(?:\.\d+)?", text))


def test_a_blank_sheet_tells_no_answer_in_any_format(tmp_path: Path) -> None:
    x, w, y = values(x=3.25, w=2.75, y=0.125)
    e = w * x - y
    e.label = "e"
    L = e**2
    L.label = "L"
    sheet = viz.worksheet(L)
    answers = {"8.938", "8.812", "77.66", "17.62", "57.28", "48.47"}
    assert answers <= digits(sheet.solved.text)
    for ending in (".txt", ".html", ".tex"):
        sheet.save(tmp_path / f"blank{ending}")
        sheet.solved.save(tmp_path / f"solved{ending}")
        assert not answers & digits((tmp_path / f"blank{ending}").read_text(encoding="utf-8"))
        assert answers <= digits((tmp_path / f"solved{ending}").read_text(encoding="utf-8"))


def test_a_blank_sheet_has_a_place_for_each_answer_and_its_questions() -> None:
    text = sheet_of("u = b*c; v = a + u; J = 3*v").text
    assert text.startswith("J = 3 * (a + b * c)\na = 5, b = 3, c = 2\n")
    assert text.count("____") == 3 + 5 + 6 + 2
    assert "What is dJ/da?" in text


def pages(path: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_sheet_is_one_page_of_pdf(text: str, tmp_path: Path) -> None:
    sheet = sheet_of(text)
    assert pages(sheet.save(tmp_path / "blank.pdf")) == pages(sheet.solved.save(tmp_path / "solved.pdf")) == 1


def test_a_sheet_too_long_for_its_page_is_made_smaller(tmp_path: Path) -> None:
    x = values(x=0.5)[0]
    y = x
    for k in range(10):
        y = y * x + 1
        y.label = f"s{k}"
    assert pages(viz.worksheet(y).solved.save(tmp_path / "long.pdf")) == 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex on PATH")
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_latex_compiles_to_one_page_for_each_sheet(text: str, tmp_path: Path) -> None:
    sheet_of(text).solved.save(tmp_path / "sheet.tex")
    command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "sheet.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    log = (tmp_path / "sheet.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert "(1 page," in log
    assert "Overfull" not in log


def test_html_is_well_formed_and_names_its_tables() -> None:
    html = sheet_of("y = x*x").html
    root = ET.fromstring(html.replace("&ensp;", " ").replace("<br>", "<br/>"))
    assert [caption.text for caption in root.iter("caption")] == [
        "1 Forward: the values", "2 One arrow each: the local derivatives", "3 Backward: the gradients",
    ]  # fmt: skip


def test_names_of_the_learner_stay_text(tmp_path: Path) -> None:
    x = values(x=2.0)[0]
    x.label = "<b>&50%_$"
    sheet = viz.worksheet(x * x)
    assert "<b>" not in sheet.html
    for ending in FORMATS:
        sheet.save(tmp_path / f"sheet{ending}")


def test_the_same_sheet_is_written_in_the_same_bytes(tmp_path: Path) -> None:
    for ending in (".html", ".tex", ".txt"):
        first, second = (sheet_of("y = x*x").save(tmp_path / f"{k}{ending}").read_bytes() for k in (1, 2))
        assert first == second


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"does not end in one of \.pdf, \.html, \.tex, \.txt"):
        sheet_of("y = x*x").save(tmp_path / "sheet.docx")


def test_a_pdf_without_its_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(ModuleNotFoundError, match="pip install typst"):
        sheet_of("y = x*x").save(tmp_path / "sheet.pdf")


def test_a_notebook_shows_the_blank_sheet() -> None:
    shown = sheet_of("y = x*x")._repr_mimebundle_()
    assert "Name" in shown["text/html"] and shown["text/plain"] == sheet_of("y = x*x").text


def test_a_seed_draws_the_graph() -> None:
    assert viz.worksheet(7).text == viz.worksheet(7).text != viz.worksheet(8).text
    assert viz.worksheet(7, level=3).text != viz.worksheet(7).text
    with pytest.raises(ValueError, match="levels go from 1"):
        viz.worksheet(7, level=9)
