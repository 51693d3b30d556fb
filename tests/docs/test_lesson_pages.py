"""On a lesson's page no answer stands before its question is settled, and nobody is kept from reading on."""

import importlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notebooks.build import Lesson, lessons, tagged

pytest.importorskip("jupytext")

LESSONS = lessons()
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


class Page(HTMLParser):
    """What lies open on a page: the cells of code, each with its outputs; the text; questions in it.

    Attributes
    ----------
    found : list of (list of str, list of str)
        The classes of each cell, and the texts of its outputs.
    text : str
        All of it, cards aside.
    questions : list of (dict, int)
        The data of each question that an output answers, and how long the text was that stands before it.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[list[str], list[str]]] = []
        self.text = ""
        self.questions: list[tuple[dict[str, Any], int]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; a cell begins a new entry."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and "cell" in classes:
            self.found.append((classes, []))
        if tag not in ("input", "br", "img", "hr", "meta", "link", "wbr", "col"):  # these are never closed
            self.open.append((tag, classes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over an element without contents."""

    def handle_endtag(self, tag: str) -> None:
        """Leave elements down to this one."""
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep a text that is not folded."""
        classes = [one for _, several in self.open for one in several]
        if "cr-data" in classes and "tag_question" in classes:
            self.questions.append((json.loads(data), len(self.text)))
        hidden = {"details", "script", "style", "template", "annotation"} & {tag for tag, _ in self.open}
        if hidden or "bd-article" not in classes or not data.strip():
            return
        if "cell_output" in classes:
            self.found[-1][1].append(data.strip())
        if "cr-card" not in classes:
            self.text += data


@every_lesson
def test_what_answers_a_question_is_folded(site: Path, lesson: Lesson) -> None:
    page = Page((site / "tutorials" / f"{lesson.name}.html").read_text("utf-8"))
    asked = False
    for classes, outputs in page.found:
        card = any(f"tag_{tag}" in classes for tag in ("question", "exercise", "practice"))
        if card:
            asked = "tag_question" in classes
            continue
        if asked:
            assert outputs == [], lesson.name
        asked = False
    questions = sum(tagged(cell, "question") for cell in lesson.read().cells)
    assert sum("tag_question" in classes for classes, _ in page.found) == len(page.questions) == questions > 2
    assert len(page.text) > 4000


@every_lesson
def test_no_number_that_is_asked_stands_before_its_question(site: Path, lesson: Lesson) -> None:
    page = Page((site / "tutorials" / f"{lesson.name}.html").read_text("utf-8"))
    for question, place in page.questions:
        asked = str(question["shown"]).replace("−", "-")
        if question["form"] == "number" and len(re.sub(r"[^0-9]", "", asked).strip("0")) > 2:
            before = page.text[:place].replace("−", "-")
            assert not re.search(rf"(?<![\d.]){re.escape(asked)}(?!\d)", before), question["prompt"]


@every_lesson
def test_a_settled_question_opens_its_answer_alone(driver: Any, site: Path, lesson: Lesson) -> None:
    driver.get((site / "tutorials" / f"{lesson.name}.html").as_uri())
    driver.execute_script("localStorage.clear()")
    driver.refresh()
    folds = "return [...document.querySelectorAll('details.hide')].map((part) => part.open)"
    assert not any(driver.execute_script(folds))
    cards = driver.find_elements("css selector", ".tag_question .cr-card")
    if not cards:
        return
    cards[-1].find_element("css selector", ".cr-reveal").click()
    assert sum(driver.execute_script(folds)) == 1


def test_only_a_lesson_that_runs_in_a_browser_has_open_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parent.parent.parent / "docs" / "_ext"))
    extension = importlib.import_module("lessons")
    (tmp_path / "tutorials").mkdir()
    extension.write(SimpleNamespace(srcdir=str(tmp_path)))
    assert not [page for page in (tmp_path / "tutorials").iterdir() if "open live" in page.read_text("utf-8")]
    live = tmp_path / "page" / "dist" / "lessons" / "files"
    live.mkdir(parents=True)
    name = LESSONS[2].notebook.name
    (live / name).touch()
    extension.write(SimpleNamespace(srcdir=str(tmp_path)))
    leads = [
        page.name for page in (tmp_path / "tutorials").iterdir() if "open live" in page.read_text("utf-8")
    ]
    assert leads == [name]
    first = json.loads((tmp_path / "tutorials" / name).read_text("utf-8"))["cells"][0]["source"]
    assert f"`open live <../page/lessons/notebooks/index.html?path={name}>`" in "".join(first)
