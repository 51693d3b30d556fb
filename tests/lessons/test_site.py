"""The published lessons: whole, without a network, and each player walks by keyboard from start to end."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from notebooks.build import FOLDER, lessons
from tests.player.browser import complaints, prefer, press, requests

pytest.importorskip("jupytext")
pytest.importorskip("nbclient")

LESSONS = [lesson.name for lesson in lessons()]


class Page(HTMLParser):
    """What a page points to, and what can be pointed to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        if tag == "a":
            self.links.append(found.get("href") or "")
        elif tag in ("img", "script", "link", "iframe", "source", "use", "image"):
            self.images += [found[key] or "" for key in ("src", "href", "xlink:href") if key in found]


@cache
def read(path: Path) -> Page:
    """Parse a page, once: its pictures make it large."""
    return Page(path.read_text("utf-8"))


def broken(name: str, folder: Path) -> list[str]:
    """Return the links and images of a page that lead nowhere, or out of the folder."""
    page = read(folder / name)
    lost = [image for image in page.images if not image.startswith(("data:", "#"))]
    for link in page.links:
        target, _, part = unquote(link).partition("#")
        there = folder / (target or name)
        if not there.is_file() or (part and part not in read(there).ids):
            lost.append(link)
    return lost


def test_the_index_leads_to_every_lesson_and_each_lesson_to_its_neighbours(site: Path) -> None:
    assert {path.name for path in site.iterdir()} == {"index.html", *(f"{name}.html" for name in LESSONS)}
    listed = read(site / "index.html").links
    assert listed == [f"{name}.html" for name in LESSONS]
    for before, after in pairwise(LESSONS):
        assert f"{after}.html" in read(site / f"{before}.html").links
        assert f"{before}.html" in read(site / f"{after}.html").links


@pytest.mark.parametrize("name", ["index", *LESSONS])
def test_every_link_and_image_of_a_page_resolves(site: Path, name: str) -> None:
    assert broken(f"{name}.html", site) == []


def test_the_check_of_links_fails_on_a_missing_page_image_or_part(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html"><img src="c.png"><a href="#d"><p id="e"><a href="#e">')
    assert broken("a.html", tmp_path) == ["c.png", "b.html", "#d"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_page_loads_nothing_and_hides_every_solution_until_it_is_asked_for(site: Path, name: str) -> None:
    content = (site / f"{name}.html").read_text("utf-8")
    loaded = r"""(?:src|href)\s*=\s*["']?(?:https?:)?//[^"'\s>]+|@import|url\(\s*["']?https?:"""
    assert re.findall(loaded, content) == []
    assert "<script src" not in content
    solutions = (FOLDER / "lessons" / f"{name}.py").read_text("utf-8").count('tags=["solution"]')
    assert content.count("<details><summary>Solution</summary>") == solutions > 0


@pytest.mark.parametrize("name", LESSONS)
def test_every_player_of_a_page_walks_by_keyboard_from_its_start_to_its_end(
    driver: Any, site: Path, name: str
) -> None:
    complaints(driver), requests(driver)
    prefer(driver, prefers_color_scheme="light", prefers_reduced_motion="reduce")
    driver.get((site / f"{name}.html").as_uri())
    players = driver.find_elements("css selector", ".cr-player")
    assert players
    for player in players:
        count = player.find_element("css selector", ".cr-count")
        steps = int(count.text.split("/")[1])
        driver.execute_script("arguments[0].focus()", player)
        press(driver, "HOME")
        assert count.text == f"1 / {steps}"
        press(driver, *["ARROW_RIGHT"] * (steps - 2))
        assert count.text == f"{steps - 1} / {steps}"
        press(driver, "ARROW_RIGHT", "ARROW_RIGHT")
        assert count.text == f"{steps} / {steps}"
    assert complaints(driver) == []
    assert requests(driver) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", *LESSONS])
def test_no_page_is_wider_than_the_window(driver: Any, site: Path, name: str, scheme: str) -> None:
    prefer(driver, prefers_color_scheme=scheme)
    driver.get((site / f"{name}.html").as_uri())
    wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
