"""Streams and solutions in a real browser: the next question, blanks that fill in, what is kept, paper."""

import json

import pytest

import viz
from autograd import practice, values
from tests.player.browser import TEXTS, complaints, on_paper, prefer, press, requests, spoken, width
from tests.practice.in_browser.test_cards import part, told, type_in
from tests.practice.test_stream import example


def opened(driver, shown, folder, forget=True):
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(shown.save(folder / "shown.html").as_uri())
    if forget:
        driver.execute_script("chainrulePractice.forget()")
        driver.refresh()
    return driver.find_element("css selector", ".cr-stream, .cr-work")


def live(driver):
    return driver.find_element("css selector", ".cr-stream .cr-card:not(.cr-paper)")


def answered(driver, question):
    """Give the right answer to the question that is shown."""
    card = live(driver)
    if question.form in ("choice", "node") and not question.formula:
        k = next(k for k, choice in enumerate(question.alternatives) if choice.right)
        card.find_element("css selector", f"[data-choice='{k}']").click()
    else:
        right = [choice.text for choice in question.alternatives if choice.right]
        type_in(driver, card, right[0] if right else str(question.answer))
    assert "settled" in live(driver).get_attribute("class")


def test_another_question_comes_as_long_as_there_are_some_and_the_end_is_told(driver, tmp_path):
    stream = viz.stream(3, seed=2, count=9)
    root = opened(driver, stream, tmp_path)
    for k, question in enumerate(stream.questions, 1):
        assert told(driver, root, "turn").startswith(f"Question {k} of 9.")
        assert question.prompt in told(driver, live(driver), "prompt")
        assert part(root, "end").is_displayed() is (k == 9)
        answered(driver, question)
        part(root, "another").send_keys("\n")  # by keyboard
    assert told(driver, root, "turn").startswith("Question 1 of 9.")
    assert "viz.stream(3, seed=3)" in told(driver, root, "end")
    kept = json.loads(driver.execute_script("return chainrulePractice.json()"))["answers"]
    assert [*kept] == [question.source for question in stream.questions]
    assert {record["mark"] for record in kept.values()} == {"right"}
    assert (complaints(driver), requests(driver)) == ([], [])


def test_a_stream_goes_on_where_the_reader_left_off_and_the_field_has_the_focus(driver, tmp_path):
    stream = viz.stream(1, count=4)
    root = opened(driver, stream, tmp_path)
    answered(driver, stream.questions[0])
    part(root, "another").click()
    focused = driver.execute_script("return document.activeElement.ariaLabel")
    assert focused == f"my answer: {stream.questions[1].prompt}"
    root = opened(driver, stream, tmp_path, forget=False)
    assert told(driver, root, "turn").startswith("Question 2 of 4.")
    answered(driver, stream.questions[1])


def test_progress_is_saved_as_a_file(driver, tmp_path):
    stream = viz.stream(2, count=3)
    root = opened(driver, stream, tmp_path)
    answered(driver, stream.questions[0])
    driver.execute_script("""
      const made = URL.createObjectURL;
      URL.createObjectURL = (file) => {
        file.text().then((text) => { window.written = text; });
        return made(file);
      };
      HTMLAnchorElement.prototype.click = function () { window.called = this.download; };""")
    part(root, "progress").find_element("tag name", "button").click()
    text, name = driver.execute_async_script(
        "setTimeout(() => arguments[0]([window.written, window.called]), 100)"
    )
    assert name == "practice.json"
    found = json.loads(text)
    assert found["practice"] is True
    assert list(found["answers"]) == [stream.questions[0].source]


def test_on_paper_stand_the_first_questions_with_their_answers_folded(driver, tmp_path):
    root = opened(driver, viz.stream(2, count=6), tmp_path)
    shown = ".cr-card"
    assert [c.is_displayed() for c in root.find_elements("css selector", shown)] == [
        True,
        False,
        False,
        False,
    ]
    on_paper(driver, "print")
    try:
        cards = root.find_elements("css selector", shown)
        assert [card.is_displayed() for card in cards] == [False, True, True, True]
        assert not any(part(card, "steps").is_displayed() for card in cards)
        assert not part(root, "another").is_displayed()
    finally:
        on_paper(driver, "")


def test_blanks_are_asked_in_order_and_fill_list_and_drawing(driver, tmp_path):
    page = viz.solution(example(), 3)
    blanks = [cell for cell in page.cells if cell.blank]
    root = opened(driver, page, tmp_path)
    for k, cell in enumerate(blanks):
        assert told(driver, root, "prompt") == f"What is {cell.symbol}?"
        if not k:
            type_in(driver, root, "4")
            assert told(driver, root, "verdict").startswith("4 is ")
        type_in(driver, root, str(cell.answer))
        assert told(driver, root, "verdict").startswith(f"Right. {cell.symbol} = ")
        assert f"{cell.symbol} = {cell.answer:g}" in part(root, "picture").text
    assert told(driver, root, "verdict").endswith("The solution is complete.")
    assert driver.execute_script("return document.activeElement.className") == "cr-verdict"
    assert "?" not in part(root, "picture").text
    (kept,) = json.loads(driver.execute_script("return chainrulePractice.json()"))["answers"].values()
    assert kept["mark"] == "tried"  # one slip, mended at once
    assert kept["answers"][:2] == [f"{blanks[0].symbol} = 4", f"{blanks[0].symbol} = {blanks[0].answer}"]
    assert complaints(driver) == []


@pytest.mark.parametrize(
    ("level", "act", "mark"),
    [(1, "check", "read"), (2, "reveal", "helped"), (2, "right", "right"), (2, "wrong", "wrong")],
)
def test_what_was_done_first_decides_how_a_solution_counts(driver, tmp_path, level, act, mark):
    page = viz.solution(example(), level)
    root = opened(driver, page, tmp_path)
    if act in ("check", "reveal"):
        part(root, act).click()
    else:
        if act == "wrong":
            type_in(driver, root, "70")
            type_in(driver, root, "71")
        type_in(driver, root, str(page.cells[-1].answer))
    (kept,) = json.loads(driver.execute_script("return chainrulePractice.json()"))["answers"].values()
    assert kept["mark"] == mark


def test_any_blank_may_be_taken_first_by_keyboard(driver, tmp_path):
    root = opened(driver, viz.solution(example(), 6), tmp_path)
    blank = root.find_elements("css selector", ".cr-cells button")[-1]
    blank.send_keys("\n")
    assert told(driver, root, "prompt") == "What is dJ/da?"
    press(driver, "3", "ENTER")
    assert told(driver, root, "verdict").startswith("Right. dJ/da = 3·1 = 3.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_fit_a_phone_and_can_be_read_and_heard(driver, tmp_path, scheme):
    prefer(driver, prefers_color_scheme=scheme)
    width(driver, 390)
    try:
        for shown in (viz.stream(12, count=4), viz.solution(example(), 6)):
            root = opened(driver, shown, tmp_path)
            part(root, "unknown").click()
            assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
            assert [text for text in driver.execute_script(TEXTS, root) if text[2] < 4.5] == []
        heard = spoken(driver)
        assert "math dJ/da" in heard
        assert any(line.startswith("textbox my answer: What is the value of u?") for line in heard)
        assert "button u = ?" in heard
    finally:
        width(driver, 0)
        prefer(driver, prefers_color_scheme="light")


def test_formulas_are_set_as_mathematics_in_every_sentence(driver, tmp_path):
    question = practice.question("gradient", 1)
    driver.get(viz.exercise(question).save(tmp_path / "card.html").as_uri())
    card = driver.find_element("css selector", ".cr-card")
    part(card, "unknown").click()
    part(card, "unknown").click()
    for name in ("prompt", "verdict"):
        assert part(card, name).find_elements("css selector", "mfrac")
    assert told(driver, card, "verdict") == question.hints[1]
    assert told(driver, card, "prompt") == question.prompt


def test_a_factor_in_letters_is_typed_and_a_miss_shows_what_there_is_to_choose(driver, tmp_path):
    b, c = values(b=3.0, c=2.0)
    u = b * c
    u.label = "u"
    shown = viz.exercise(practice.letters(u, u, b))
    driver.get(shown.save(tmp_path / "card.html").as_uri())
    driver.execute_script("chainrulePractice.forget()")
    card = driver.find_element("css selector", ".cr-card")
    assert not part(card, "choices").is_displayed()
    type_in(driver, card, "q + 1")
    assert told(driver, card, "verdict") == shown.question.formula.unreadable
    for typed in ("2", "b + c", "b"):
        type_in(driver, card, typed)
        assert told(driver, card, "verdict").startswith(shown.question.check(typed).sentence)
        assert part(card, "choices").is_displayed()
    assert "settled" in card.get_attribute("class")  # the third miss is followed by the worked step
    driver.refresh()
    card = driver.find_element("css selector", ".cr-card")
    type_in(driver, card, "u/b")
    assert told(driver, card, "verdict") == "Right. ∂u/∂b = c."
    assert complaints(driver) == []
