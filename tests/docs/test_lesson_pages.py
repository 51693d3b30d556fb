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
    """What a page shows: cells of code with their outputs; the text, that of drawings too; questions in it.

    Attributes
    ----------
    found : list of (list of str, list of str)
        The classes of each cell, and the texts of its outputs that lie open.
    text : str
        All of it, code and folded parts too, which a reader has opened before; cards aside.
    questions : list of (dict, int)
        The data of each question that an output answers, and how long the text was that stands before it.
    """

    def __init__(self, text: str, folder: Path | None = None) -> None:
        super().__init__()
        self.found: list[tuple[list[str], list[str]]] = []
        self.text = ""
        self.questions: list[tuple[dict[str, Any], int]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.folder = folder
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; a cell begins a new entry, and a drawing in a file is read."""
        classes = (dict(attrs).get("class") or "").split()
        if tag == "div" and "cell" in classes:
            self.found.append((classes, []))
        if tag not in ("input", "br", "img", "hr", "meta", "link", "wbr", "col"):  # these are never closed
            self.open.append((tag, classes))
        source = dict(attrs).get("src") or ""
        if tag == "img" and self.folder and source.endswith(".svg") and "cr-card" not in self.around():
            drawing = (self.folder / source).read_text("utf-8")
            self.text += " ".join(re.findall(r"<text[^>]*>(.*?)</text>", drawing, re.DOTALL)) + "\n"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over an element without contents, unless it is a drawing."""
        if tag == "img":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Leave elements down to this one."""
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def around(self) -> list[str]:
        """Return the classes of all elements that are open."""
        return [one for _, several in self.open for one in several]

    def handle_data(self, data: str) -> None:
        """Keep a text, apart from cards."""
        classes, tags = self.around(), {tag for tag, _ in self.open}
        if "cr-data" in classes and "tag_question" in classes:
            self.questions.append((json.loads(data), len(self.text)))
        if {"script", "style", "template", "annotation"} & tags or not data.strip():
            return
        if "bd-article" not in classes:
            return
        if "cell_output" in classes and "details" not in tags:
            self.found[-1][1].append(data.strip())
        if "cr-card" not in classes:
            self.text += data


def leaks(page: Page) -> list[str]:
    """Return the questions of a page whose answer stands before them, in words, outputs or drawings."""
    found = []
    for question, place in page.questions:
        before = page.text[:place].replace("−", "-")
        asked = str(question["shown"]).replace("−", "-")
        if not question.get("alternatives"):  # a number, of paths too; small ones stand everywhere
            told = len(re.sub(r"[^0-9]", "", asked).strip("0")) > 2
            pattern = rf"(?<![\d.]){re.escape(asked)}(?!\d)"
        else:  # an alternative, word for word, unless the others are named as well
            texts = {text.replace("−", "-"): right for text, right, *_ in question["alternatives"]}
            asked = next(text for text, right in texts.items() if right)
            told = " " in asked and not any(text in before for text, right in texts.items() if not right)
            pattern = rf"(?<!\w){re.escape(asked)}(?!\w)"
        if told and re.search(pattern, before):
            found.append(question["prompt"])
    return found


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
def test_no_answer_stands_before_its_question(site: Path, lesson: Lesson) -> None:
    folder = site / "tutorials"
    assert leaks(Page((folder / f"{lesson.name}.html").read_text("utf-8"), folder)) == []


def planted(form: str, shown: str, leak: str) -> str:
    """Return a page with a question and, before it, what gives its answer away."""
    choices = [["left", False, "", None], [shown, True, "", None]] if form in ("choice", "node") else []
    data = json.dumps({"form": form, "shown": shown, "prompt": "asked", "alternatives": choices})
    card = f'<div class="cr-card"><script class="cr-data">{data}</script></div>'
    return f'<article class="bd-article">{leak}<div class="cell tag_question">{card}</div></article>'


@pytest.mark.parametrize(
    ("form", "shown"),
    [("number", "−0.434"), ("choice", "it falls, then rises"), ("node", "v₁ = a + b"), ("paths", "784")],
)
@pytest.mark.parametrize(
    ("leak", "gives"),
    [
        ("<p>So it is {}.</p>", True),
        ('<div class="cell"><div class="cell_output"><pre>J: {}</pre></div></div>', True),
        ('<details><div class="cell"><div class="cell_output"><pre>{}</pre></div></div></details>', True),
        ('<div class="cell"><div class="cell_output"><img src="drawing.svg"/></div></div>', True),
        ('<div class="cell"><div class="cell_input"><pre># {}</pre></div></div>', True),
        ("<p>Nothing of the kind: 10.4341.</p>", False),
    ],
)
def test_a_planted_answer_is_found(tmp_path: Path, form: str, shown: str, leak: str, gives: bool) -> None:
    (tmp_path / "drawing.svg").write_text(f'<svg><text x="1">dL/dw = {shown}</text></svg>', "utf-8")
    page = Page(planted(form, shown, leak.format(shown)), tmp_path)
    assert leaks(page) == (["asked"] if gives else [])


def test_an_answer_that_lies_open_below_its_question_is_found() -> None:
    below = '<div class="cell"><div class="cell_output"><pre>42</pre></div></div>'
    page = Page(f'<article class="bd-article">{planted("number", "42", "")}{below}</article>')
    assert [outputs for _, outputs in page.found] == [[], ["42"]]


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


def test_a_page_goes_when_its_lesson_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parent.parent.parent / "docs" / "_ext"))
    extension = importlib.import_module("lessons")
    pages = tmp_path / "tutorials"
    pages.mkdir()
    (pages / "99_gone.ipynb").write_text("{}", "utf-8")
    (pages / "index.md").write_text("# Tutorials", "utf-8")
    extension.write(SimpleNamespace(srcdir=str(tmp_path)))
    names = {page.name for page in pages.iterdir()}
    assert names == {"index.md", *(lesson.notebook.name for lesson in LESSONS)}
