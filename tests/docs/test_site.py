"""The site: whole, without a network, and every public name has its place; knows no page by its words."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

import autograd
import nn
import viz
from autograd import TABLE, grading, practice
from autograd.table import rows
from notebooks.build import FOLDER, lessons
from tests.docs.conftest import ROOT, inventory
from tests.player.browser import TEXTS, complaints, prefer, press, requests, unplugged

pytest.importorskip("jupytext")

SOURCES = {lesson.name: lesson.source for lesson in lessons()}
LESSONS = [*SOURCES]
API = ROOT / "docs" / "api"


class Page(HTMLParser):
    """What a page points to, what it loads, and what can be pointed to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        self.ids |= {found.get("id", ""), found.get("name", "") if tag == "a" else ""}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag in ("img", "script", "iframe", "source") and "src" in found:
            self.loads.append(found["src"])
        elif tag == "link" and found.get("rel") not in ("canonical", "next", "prev", "index", "search"):
            self.loads.append(found["href"])


@cache
def read(path: Path) -> Page:
    """Parse a page, once: its pictures make it large."""
    return Page(path.read_text("utf-8"))


def pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def troubles(page: Path) -> Iterator[str]:
    """Say which links of a page lead nowhere, and what it loads from elsewhere, or in vain."""
    for link in read(page).links:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https", "mailto"):
            continue
        there = page.parent / unquote(parts.path) if parts.path else page
        there = there / "index.html" if there.is_dir() else there
        lost = parts.fragment and there.suffix == ".html"
        if not there.is_file() or (lost and unquote(parts.fragment) not in read(there.resolve()).ids):
            yield f"link to {link}"
    for load in read(page).loads:
        parts = urlsplit(load)
        if parts.scheme not in ("", "data") or parts.netloc:
            yield f"asks another host: {load}"
        elif not parts.scheme and not (page.parent / unquote(parts.path)).is_file():
            yield f"loads what is not there: {load}"


def test_no_link_leads_nowhere_and_nothing_is_loaded_from_another_host(site: Path) -> None:
    found = {str(page.relative_to(site)): list(troubles(page)) for page in pages(site)}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(found) > 250


def test_the_check_of_links_fails_on_a_missing_page_picture_part_and_on_a_foreign_script(
    tmp_path: Path,
) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        '<a href="b.html"><img src="c.png"><a href="#d"><p id="e"><a href="#e"><script src="//f/g.js">'
    )
    assert list(troubles(page)) == [
        "link to b.html", "link to #d", "loads what is not there: c.png", "asks another host: //f/g.js",
    ]  # fmt: skip


def public() -> set[str]:
    """Collect every public name, and every row."""
    names = {f"autograd.{name}" for name, row in TABLE.items() if getattr(rows, name, None) is row}
    for package in (autograd, practice, grading, nn, viz):
        for name in package.__all__:
            made = getattr(package, name)
            inner = made.__all__ if inspect.ismodule(made) else []
            names |= {f"{package.__name__}.{name}.{part}" for part in inner} or {f"{package.__name__}.{name}"}
    return names


def test_every_public_name_and_every_row_has_a_page(site: Path) -> None:
    assert sorted(public() - inventory(site)) == []


def test_the_reference_lists_nothing_that_is_gone() -> None:
    module, listed = "", set()
    for page in sorted(API.glob("*.rst")):
        for line in page.read_text("utf-8").splitlines():
            if named := re.match(r"\.\. currentmodule:: (\S+)", line):
                module = named[1]
            elif name := re.fullmatch(r"   (\w+)", line):
                listed.add(f"{module}.{name[1]}")
    assert sorted(listed ^ public()) == []


def test_names_that_differ_in_case_only_get_files_that_do_not() -> None:
    folded: dict[str, list[str]] = {}
    for name in sorted(public()):
        folded.setdefault(name.lower(), []).append(name)
    settings = (ROOT / "docs" / "conf.py").read_text("utf-8")
    for first, *more in (group for group in folded.values() if len(group) > 1):
        assert f'"{first}"' in settings and len(more) == 1


def test_the_page_of_the_notes_knows_every_row_and_every_mistake() -> None:
    syllabus = tomllib.loads((FOLDER / "syllabus.toml").read_text("utf-8"))["lessons"].values()
    texts = tomllib.loads((ROOT / "docs" / "explanation" / "notes.toml").read_text("utf-8"))
    assert set(texts["rows"]) == {row for lesson in syllabus for row in lesson.get("rows", {})}
    mistakes = {
        claim for lesson in syllabus for claim in [*lesson.get("errata", {}), *lesson.get("also", [])]
    }
    assert set(texts["errata"]) == mistakes


def test_a_lesson_hides_every_answer_and_every_solution_until_it_is_asked_for(site: Path) -> None:
    for name in LESSONS:
        source = SOURCES[name].read_text("utf-8")
        content = (site / "tutorials" / f"{name}.html").read_text("utf-8")
        assert content.count("<details") == content.count("</details>") > 0
        assert content.count("Show a solution") == source.count('[markdown] tags=["solution"]') > 0
        assert content.count("Show it in code") == source.count('# %% tags=["solution"]')
        asked = re.findall(r'^# > \*\*Predict|tags=\["question"\]', source, flags=re.MULTILINE)
        assert 0 < content.count("Show the answer") <= len(asked)


def test_every_formula_is_mathml_and_none_shows_a_command(site: Path) -> None:
    formulas = [
        (page.name, formula)
        for page in pages(site)
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), flags=re.DOTALL)
    ]
    assert len(formulas) > 1000
    assert any('<mo lspace="0" rspace="0">&#x02032;</mo>' in formula for _, formula in formulas), "f′"
    assert not any(re.search("<mi>(log|exp|tanh)</mi>", formula) for _, formula in formulas), "yloga"
    assert [
        (name, formula)
        for name, formula in formulas
        if "\\" in re.sub(r"<annotation.*?</annotation>", "", formula)
    ] == []


@pytest.mark.parametrize("name", LESSONS)
def test_every_player_of_a_lesson_walks_by_keyboard_from_its_start_to_its_end(
    driver: Any, site: Path, name: str
) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    complaints(driver), requests(driver)
    with unplugged(driver):
        prefer(driver, prefers_color_scheme="light", prefers_reduced_motion="reduce")
        driver.get((site / "tutorials" / f"{name}.html").as_uri())
        driver.execute_script("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        players = driver.find_elements("css selector", ".cr-player")
        source = SOURCES[name].read_text("utf-8")
        assert bool(players) == ("viz.walkthrough(" in source)
        for player in players:
            count = player.find_element("css selector", ".cr-count")
            WebDriverWait(driver, 20).until(lambda _, count=count: count.text)
            steps = int(count.text.split("/")[1])
            driver.execute_script("arguments[0].focus()", player)
            press(driver, "HOME")
            assert count.text == f"1 / {steps}"
            press(driver, *["ARROW_RIGHT"] * (steps - 2))
            assert count.text == f"{steps - 1} / {steps}"
            press(driver, "ARROW_RIGHT", "ARROW_RIGHT")
            assert count.text == f"{steps} / {steps}"
        assert [
            message for message in complaints(driver) if "[PST]" not in message
        ] == []  # the theme names its mode
        assert [address for address in requests(driver) if not address.startswith("file:")] == []


def test_no_page_is_wider_than_a_telephone(driver: Any, site: Path) -> None:
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        wide = {}
        for page in pages(site):
            if "generated" in page.parts and page.stem not in (
                "autograd.Value",
                "autograd.softplus",
                "nn.MLP",
            ):
                continue
            if "_modules" in page.parts:
                continue
            driver.get(page.as_uri())
            over = driver.execute_script(
                "const text = document.querySelector('.bd-article-container');"
                "return Math.max(document.documentElement.scrollWidth - innerWidth,"
                "                text ? text.scrollWidth - text.clientWidth : 0)"
            )
            cut = driver.execute_script(
                "const titles = [...document.querySelectorAll('h1, h2, h3, .prev-next-title')],"
                "      formulas = [...document.querySelectorAll('div.math')];"
                "return [...titles.filter(e => e.scrollWidth > e.clientWidth + 1),"
                "        ...formulas.filter(e => e.scrollHeight > e.clientHeight)].map(e => e.textContent)"
            )
            if over > 0 or cut:
                wide[page.name] = over, cut
        assert wide == {}
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("softplus", "autograd.softplus.html"),
        ("StaleGraphError", "autograd.StaleGraphError.html"),
        ("system Graphviz", "getting-started.html"),
        ("micrograd", "coming-from.html"),
    ],
)
def test_the_search_finds_a_word_without_a_server(driver: Any, site: Path, word: str, page: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    driver.get(f"{(site / 'search.html').as_uri()}?q={word}")
    links = "#search-results li a"
    WebDriverWait(driver, 20).until(lambda _: driver.find_elements("css selector", links))
    hits = [link.get_attribute("href") for link in driver.find_elements("css selector", links)]
    assert page in {urlsplit(hit).path.split("/")[-1] for hit in hits}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_what_is_behind_it(driver: Any, site: Path, scheme: str) -> None:
    prefer(driver, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")  # no button on its way
    for name in (
        "index",
        "getting-started",
        "guides/coming-from",
        "api/operations",
        "tutorials/03_the_first_graph",
    ):
        driver.get((site / f"{name}.html").as_uri())
        body = driver.find_element("tag name", "body")
        texts = driver.execute_script(TEXTS, body)
        assert len(texts) > 40
        assert [text for text in texts if text[2] < 4.5] == [], name
    prefer(driver)
