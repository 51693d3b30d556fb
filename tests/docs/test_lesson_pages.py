"""On a lesson's page no answer stands before its question is settled, and nobody is kept from reading on."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from notebooks.build import Lesson, lessons, tagged

pytest.importorskip("jupytext")

LESSONS = lessons()
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


class Cells(HTMLParser):
    """The cells of code of a page in their order: their classes, and the text of what lies open in each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[list[str], list[str]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; a cell begins a new entry."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and "cell" in classes:
            self.found.append((classes, []))
        if tag not in ("input", "br", "img", "hr", "meta", "link", "wbr", "col"):
            self.open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        """Leave elements down to this one."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep a text of an output that is not folded."""
        classes = [one for _, several in self.open for one in several]
        folded = any(tag == "details" for tag, _ in self.open)
        if "cell_output" in classes and "cell" in classes and not folded and data.strip():
            self.found[-1][1].append(data.strip())


@every_lesson
def test_what_answers_a_question_is_folded(site: Path, lesson: Lesson) -> None:
    cells = Cells((site / "tutorials" / f"{lesson.name}.html").read_text("utf-8")).found
    asked = False
    for classes, outputs in cells:
        card = any(f"tag_{tag}" in classes for tag in ("question", "exercise", "practice"))
        if card:
            asked = "tag_question" in classes
            continue
        if asked:
            assert outputs == [], lesson.name
        asked = False
    questions = sum(tagged(cell, "question") for cell in lesson.read().cells)
    assert sum("tag_question" in classes for classes, _ in cells) == questions


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
