"""Cards in a real browser: typed, pressed and clicked, by keyboard, with what is said and kept."""

import json
import math
from importlib.resources import files

import pytest

import viz
from autograd import practice, values
from tests.player.browser import TEXTS, complaints, prefer, press, requests, spoken, width
from tests.practice.test_exercise import asked
from tests.practice.test_reading import READ, SIZES, UNREADABLE

FORGOTTEN = "4 is the factor on the arrow b → u. Multiply it by the gradient that arrives at u."


def opened(driver, exercise, folder):
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(exercise.save(folder / "card.html").as_uri())
    driver.execute_script("chainrulePractice.forget()")
    return driver.find_element("css selector", ".cr-card")


def part(card, name):
    return card.find_element("class name", f"cr-{name}")


HEARD = """
const copy = arguments[0].cloneNode(true);
copy.querySelectorAll(".cr-math").forEach((set) => set.replaceWith(set.getAttribute("aria-label")));
return copy.textContent.trim();"""


def told(driver, card, name):
    """Return what a part says, each formula as a screen reader is told it."""
    return driver.execute_script(HEARD, part(card, name))


def type_in(driver, card, text):
    part(card, "guess").clear()
    part(card, "guess").click()
    press(driver, *text, "ENTER")


def test_typed_answers_are_told_as_in_python_and_hints_come_in_steps(driver, tmp_path):
    card = opened(driver, asked(), tmp_path)
    assert not part(card, "solution").is_displayed()
    assert "dJ/db = " not in card.text
    type_in(driver, card, "four")
    assert told(driver, card, "verdict") == "Write a number, such as −0.25, 1/3 or 3·1·2."
    type_in(driver, card, "4")
    assert told(driver, card, "verdict") == FORGOTTEN
    type_in(driver, card, "70")
    assert told(driver, card, "verdict") == (
        "I can't see where 70 comes from. Let's look at one arrow: b → u. dJ/db = 3·1·4."
    )
    type_in(driver, card, "3·1·4")
    assert told(driver, card, "verdict") == "Right. dJ/db = 3·1·4 = 12."
    assert part(card, "solution").is_displayed()
    assert "dJ/db = 12" in part(card, "picture").text
    assert part(card, "progress").text.startswith("Practice on this page: 0 of 1 right at the first try")
    kept = json.loads(driver.execute_script("return chainrulePractice.json()"))
    assert kept["answers"] == {"dJ/db": {"tries": 3, "answers": ["4", "70", "3·1·4"], "mark": "wrong"}}
    assert (complaints(driver), requests(driver)) == ([], [])


def test_help_is_never_a_wrong_answer_and_progress_survives_the_page(driver, tmp_path):
    card = opened(driver, asked(), tmp_path)
    for sentence in ("Let's look at one arrow: b → u.", "dJ/db = 3·1·4."):
        part(card, "unknown").click()
        assert told(driver, card, "verdict") == sentence
    type_in(driver, card, "12")
    assert part(card, "progress").text.startswith(
        "Practice on this page: 0 of 1 right at the first try, 1 with help"
    )
    driver.refresh()
    card = driver.find_element("css selector", ".cr-card")
    assert told(driver, card, "verdict") == "Answered before."
    part(card, "reveal").click()
    assert told(driver, card, "verdict") == "Here it is, to look at."
    assert part(card, "solution").is_displayed()


def test_a_hunch_is_never_marked_wrong(driver, tmp_path):
    hunch = viz.exercise("Does it grow?", answer="yes", choices=["yes", "no"], hunch=True)
    card = opened(driver, hunch, tmp_path)
    card.find_element("css selector", "[data-choice='1']").click()
    assert told(driver, card, "verdict") == "That was a hunch, and nobody could know. It is yes."
    assert card.find_elements("css selector", ".wrong") == []
    kept = json.loads(driver.execute_script("return chainrulePractice.json()"))
    assert kept["answers"]["Does it grow?"]["mark"] == "hunch"


def test_choices_are_pressed_and_nodes_are_clicked_in_the_drawing(driver, tmp_path):
    x, y = values(x=3.0, y=4.0)
    u = x * y
    v = u + x
    f = u * v
    for label, node in {"u": u, "v": v, "f": f}.items():
        node.label = label
    question = practice.next_node(f)
    card = opened(driver, viz.exercise(question), tmp_path)
    wrong = f"[data-node='{question.graph.index(u)}']"
    right = f"[data-node='{question.graph.index(v)}']"
    card.find_element("css selector", f"{wrong} text").click()
    assert told(driver, card, "verdict").startswith("u still waits for what comes from v.")
    card.find_element("css selector", f"{right} text").click()
    assert told(driver, card, "verdict") == "Right. All that use v are done: f."
    card = opened(driver, viz.exercise(practice.match(x * x + y)), tmp_path)
    buttons = {b.text.split(") ")[1]: b for b in card.find_elements("css selector", "[data-choice]")}
    buttons["x² + y"].click()
    assert (
        told(driver, card, "verdict") == "In x² one arrow leads from x to v₁. Here it is x·x: two arrows do."
    )
    buttons["x·x + y"].send_keys("\n")  # by keyboard
    assert told(driver, card, "verdict") == "Right. This is x·x + y."
    assert complaints(driver) == []


def test_paths_are_walked_by_buttons_and_all_of_them_are_wanted(driver, tmp_path):
    x, y = values(x=3.0, y=4.0)
    u = x * y
    f = u * x
    u.label, f.label = "u", "f"
    question = practice.all_paths(f, x)
    card = opened(driver, viz.exercise(question), tmp_path)

    def walk(*names):
        for name in names:
            next(b for b in part(card, "way").find_elements("tag name", "button") if b.text == name).click()

    part(card, "all").click()
    assert told(driver, card, "verdict").startswith("0 paths are right, and there is more")
    walk("u", "f")
    assert "Found: x → u → f." in told(driver, card, "way")
    walk("f")
    part(card, "all").click()
    assert told(driver, card, "verdict") == "Right. x → u → f; x → f: two."
    card = opened(driver, viz.exercise(question), tmp_path)
    type_in(driver, card, "2")
    assert told(driver, card, "verdict").startswith("Right.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_card_fits_a_phone_and_can_be_read_and_heard(driver, tmp_path, scheme):
    prefer(driver, prefers_color_scheme=scheme)
    width(driver, 390)
    try:
        card = opened(driver, viz.exercise(practice.question("match", 3, 3)), tmp_path)
        part(card, "unknown").click()
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
        dim = [text for text in driver.execute_script(TEXTS, card) if text[2] < 4.5]
        assert dim == []
        heard = spoken(driver)
        assert "StaticText Which expression is this graph?" in heard
        assert any(line.startswith("button a) ") for line in heard)
        assert not any("df/d" in line for line in heard)
    finally:
        width(driver, 0)
        prefer(driver, prefers_color_scheme="light")


def test_the_page_reads_numbers_as_python_does(driver):
    source = (files("viz.player") / "assets" / "reading.js").read_text(encoding="utf-8")
    more = ["0/0", "nan", "inf - inf", *UNREADABLE, *READ, *SIZES, "2 ^ 3", "1e400", "2^-2", "-2^0.5", "0^-1"]
    run = """
    return arguments[0].map((typed) => {
      try { const { value, size } = readNumber(typed); return [String(value), size]; } catch { return null; }
    });"""
    names = {math.inf: "Infinity", -math.inf: "-Infinity"}
    for typed, found in zip(more, driver.execute_script(source + run, more), strict=True):
        known = practice.read(typed)
        assert (found is None) == (known is None), typed
        if known is not None:
            value = "NaN" if math.isnan(known.value) else names.get(known.value) or known.value
            assert found[0] == value or float(found[0]) == value, typed
            assert found[1] == pytest.approx(known.size, rel=1e-12), typed
