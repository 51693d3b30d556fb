"""The questions in a real browser: hidden until answered, hints in steps, numbers as typed, the score."""

import pytest

import viz
from autograd import Value, tanh
from tests.figures.figures import chain_rule_example
from tests.player.browser import complaints, on_paper, opened, player, press, shown, spoken
from tests.player.player_examples import a_merge, data_of, network
from tests.player.test_questions import ANSWERS, steep


def type_in(driver, text):
    press(driver, *text, "ENTER")


def part(element, name):
    return element.find_element("class name", f"cr-{name}")


def test_a_question_gets_hints_in_steps_and_the_first_try_counts(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0], guess=True), tmp_path)
    press(driver, "END")
    asked = shown(driver, element)
    assert asked["words"] == "Your turn: what is the value of u?"
    assert asked["values"][str(asked["now"][0])] == "?"
    assert (asked["symbols"], asked["numbers"], asked["rule"]) == ("u=?", "", "")
    press(driver, "w", "ENTER")  # no digit: the first key is no one's; Enter goes to the question
    type_in(driver, "five")
    assert part(element, "answer").text == "Write a number, such as −0.25, 1/3 or 3·1·2."
    part(element, "guess").clear()
    type_in(driver, "-6")
    sign = "The size is right, the sign is turned: u = b·c."
    assert part(element, "answer").text == f"{sign} Here is the rule in symbols."
    assert (shown(driver, element)["symbols"], shown(driver, element)["numbers"]) == ("u=b·c", "")
    type_in(driver, "7")  # what was typed is selected: one types on
    lost = "I can't see where 7 comes from. Let's look at one operation: u = b·c."
    assert part(element, "answer").text == f"{lost} Here is the rule with numbers."
    assert shown(driver, element)["numbers"] == "3·2=?"
    type_in(driver, "5,96")  # within the tolerance of 1 %
    assert part(element, "answer").text == "Right."
    assert shown(driver, element)["values"][str(asked["now"][0])] == "6"
    assert part(element, "score").text == "0 of 1 at the first try, 1 wrong at first"
    press(driver, "ENTER")  # goes on, and the field keeps the focus
    assert shown(driver, element)["words"] == "Your turn: what is the value of v?"
    type_in(driver, "22/2")
    assert part(element, "score").text == "1 of 2 at the first try, 1 wrong at first"
    press(driver, "ENTER")
    for _ in range(3):
        type_in(driver, "14")
    assert part(element, "answer").text == "14 is 3 + v. Here it is 3·v. Here it is."
    assert shown(driver, element)["numbers"] == "3·11=33"
    assert complaints(driver) == []


def test_help_is_never_counted_as_wrong(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0], guess=True), tmp_path)
    press(driver, "END")
    part(element, "unknown").click()
    assert part(element, "answer").text == "Here is the rule in symbols."
    type_in(driver, "3·2")
    assert part(element, "score").text == "0 of 1 at the first try, 1 with help"
    press(driver, "END")
    part(element, "reveal").click()
    assert shown(driver, element)["numbers"] == "5+6=11"
    assert part(element, "score").text == "0 of 2 at the first try, 2 with help"


def test_an_exam_asks_every_number_and_takes_the_first_answer(driver, tmp_path):
    element = opened(driver, viz.walkthrough(steep(), guess="exam"), tmp_path)
    press(driver, "END")
    type_in(driver, "3.5")
    assert part(element, "answer").text.startswith("I can't see where 3.5 comes from.")
    assert part(element, "answer").text.endswith(" Here it is.")
    assert "3.669" in shown(driver, element)["numbers"]
    press(driver, "ENTER")
    type_in(driver, "1.3·3.669")
    press(driver, "ENTER")
    assert shown(driver, element)["words"] == "Your turn: all has arrived, what is the gradient of f?"
    type_in(driver, "1")
    assert part(element, "score").text == "2 of 3 at the first try, 1 wrong at first"


def test_a_product_and_the_sum_of_a_merge_are_asked_one_after_the_other(driver, tmp_path):
    element = opened(driver, viz.walkthrough(steep(), guess=True), tmp_path)
    said, ledgers = [], []
    for answer in ("1·3.669", "1·1.3", "1.3·3.669", "3.669+4.77"):
        press(driver, "END")
        said.append(shown(driver, element)["words"])
        ledgers.append(shown(driver, element)["ledger"])
        type_in(driver, answer)
        assert part(element, "answer").text == "Right."
        press(driver, "ENTER")
    assert [words.removeprefix("Your turn: ") for words in said] == [
        "how much reaches x from f?",
        "how much reaches v₁ from f?",
        "how much reaches x from v₁?",
        "all has arrived, what is the gradient of x?",
    ]
    assert ledgers[0] == ["? via f", "not yet via v₁"]
    assert ledgers[3] == ["+3.669 via f", "+4.77 via v₁"]
    assert part(element, "score").text == "4 of 4 at the first try"


@pytest.mark.parametrize(
    ("typed", "right"), [("0.46", True), ("0.4621", True), ("0.5", False), ("0.47", False)]
)
def test_a_number_is_right_to_the_two_or_more_digits_typed(driver, tmp_path, typed, right):
    f = tanh(Value(0.5, label="x"))
    element = opened(driver, viz.walkthrough(f, guess="exam", tolerance=0), tmp_path)
    press(driver, "END")
    type_in(driver, typed)
    assert (part(element, "answer").text == "Right.") is right


def test_modes_turn_by_key_by_button_and_by_the_link(driver, tmp_path):
    figure = viz.walkthrough(chain_rule_example()[0])
    page = figure.save(tmp_path / "player.html").as_uri()
    pressed = "return document.querySelector('button[data-mode][aria-pressed=true]').dataset.mode"
    driver.get(page + "#exam")
    assert driver.execute_script(pressed) == "exam"
    for key, mode in (("a", "ask"), ("s", "show"), ("e", "exam")):
        press(driver, key)
        assert driver.execute_script(pressed) == mode
        assert driver.current_url.endswith("#" + mode)
    driver.execute_script("location.hash = 'ask'")
    driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")
    assert driver.execute_script(pressed) == "ask"
    player(driver).find_element("css selector", "button[data-mode=show]").click()
    press(driver, "END")
    assert shown(driver, player(driver))["count"] == "12 / 12"


EVERYWHERE = """
const copy = arguments[0].cloneNode(true);
copy.querySelectorAll("script, style").forEach((element) => element.remove());
return copy.outerHTML;
"""


def test_what_is_not_answered_is_nowhere_in_the_page(driver, tmp_path):
    element = opened(driver, viz.walkthrough(steep(), guess="exam"), tmp_path)
    for summary in element.find_elements("tag name", "summary"):
        summary.click()
    for answer in ANSWERS:  # exp(x), f, and at the end the gradient of x
        press(driver, "END")
        for media in ("", "print"):
            on_paper(driver, media)
            for form in (driver.execute_script(EVERYWHERE, element), " ".join(spoken(driver)), element.text):
                assert not [hidden for hidden in ANSWERS[ANSWERS.index(answer) :] if hidden in form]
        on_paper(driver, "")
        if answer != ANSWERS[-1]:
            part(element, "reveal").click()
            assert answer in driver.execute_script(EVERYWHERE, element)
    for _ in range(6):
        press(driver, "END")
        if part(element, "reveal").is_displayed():
            assert ANSWERS[-1] not in driver.execute_script(EVERYWHERE, element)
            part(element, "reveal").click()
    assert ANSWERS[-1] in " ".join(spoken(driver))


def test_in_the_plain_player_no_gradient_is_in_the_page_before_its_step(driver, tmp_path):
    element = opened(driver, viz.walkthrough(steep()), tmp_path)
    for _ in range(6):
        assert ANSWERS[-1] not in driver.execute_script(EVERYWHERE, element)
        press(driver, "ARROW_RIGHT")
    assert ANSWERS[-1] in driver.execute_script(EVERYWHERE, element)
    press(driver, "ARROW_LEFT")
    assert ANSWERS[-1] not in driver.execute_script(EVERYWHERE, element)


def test_a_network_is_walked_by_keyboard_alone_from_first_to_last_step(driver, tmp_path):
    figure = viz.walkthrough(network(), guess=True)
    element = opened(driver, figure, tmp_path)
    count, asked = 0, []
    look = "return ['slider', 'words'].map((name) => arguments[0].querySelector('.cr-' + name))"
    slider, words = driver.execute_script(look, element)
    while True:
        k, seen = driver.execute_script(
            "return [Number(arguments[0].value), arguments[1].textContent]", slider, words
        )
        if not seen.startswith("Your turn"):
            assert k >= count, "the walk goes on"
            if k + 1 == len(figure.steps):
                break
            count = k + 1
            press(driver, "ENTER")
            continue
        step = figure.steps[k]
        if "value" in seen:
            answer = figure.graph.nodes[step.node].data
        else:
            answer = step.adjoint if "gradient" in seen else step.contribution
        asked.append(seen)
        if len(asked) == 3:
            type_in(driver, "77777")  # wrong: a hint
        if len(asked) == 4:
            press(driver, "ENTER", "TAB", "TAB", "ENTER")  # I don't know yet: the focus comes back
        press(driver, *repr(answer), "ENTER", "ENTER")  # right, and on
        assert driver.execute_script("return document.activeElement.className") == "cr-guess"
    total = len(asked)
    assert total > 20
    sheet = part(element, "sheet").get_attribute("value").splitlines()
    assert sheet[1] == f"{total - 2} of {total} at the first try, 1 wrong at first, 1 with help"
    assert len(sheet) == 2 + total
    press(driver, "TAB", "TAB", "ENTER")  # from the field by "go on" and the score to "copy"
    assert driver.execute_script("return document.activeElement.className") in ("cr-sheet", "cr-copy")
    assert complaints(driver) == []


def test_while_a_product_is_asked_no_arrow_between_the_two_boxes_says_its_factor(driver, tmp_path):
    x = Value(3.25, label="x")
    y = x * x
    y.label = "y"
    element = opened(driver, viz.walkthrough(y, guess=True), tmp_path)
    factors = "return [...arguments[0].querySelectorAll('.edge text')].map((text) => text.textContent).join()"
    press(driver, "END")
    assert shown(driver, element)["words"] == "Your turn: how much reaches x from y (∂₁y)?"
    assert driver.execute_script(factors, element) == ","
    type_in(driver, "3.25")
    assert driver.execute_script(factors, element).count("3.25") == 2


def test_the_score_at_the_end_can_be_copied_and_saved(driver, tmp_path):
    from selenium.webdriver.support.wait import WebDriverWait

    element = opened(driver, viz.walkthrough(a_merge(), guess=True), tmp_path)
    press(driver, "END")
    for answers in ("9", "3", "43", "6"):
        type_in(driver, answers[0])
        for better in answers[1:]:
            type_in(driver, better)
        press(driver, "END")
    part(element, "copy").click()
    WebDriverWait(driver, 5).until(lambda _: part(element, "copied").text == "Copied.")
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    part(element, "save").click()
    saved = tmp_path / "score.txt"
    WebDriverWait(driver, 5).until(lambda _: saved.exists() and saved.stat().st_size)
    assert saved.read_text(encoding="utf-8").splitlines() == [
        "y = x * x: ask",
        "3 of 4 at the first try, 1 wrong at first",
        "2. what is the value of y? right at the first try",
        "4. how much reaches x from y (∂₁y)? right at the first try",
        "5. how much reaches x from y (∂₂y)? wrong at first",
        "5. all has arrived, what is the gradient of x? right at the first try",
    ]
    assert complaints(driver) == []


@pytest.mark.parametrize("mode", ["ask", "exam"])
def test_a_network_is_walked_by_keyboard_alone_from_first_to_last(driver, tmp_path, mode):
    figure = viz.walkthrough(network(), guess=mode)
    data = data_of(figure.html)
    element = opened(driver, figure, tmp_path)
    asked = 0
    for _ in range(2 * len(data["steps"])):
        at = int(shown(driver, element)["count"].split(" / ")[0]) - 1
        if part(element, "unknown").is_displayed():
            sum_asked = "the gradient of" in shown(driver, element)["words"]
            asked += 1
            type_in(driver, str(data["steps"][at][4 if sum_asked else 6]))
            assert part(element, "answer").text == "Right."
            assert driver.switch_to.active_element == part(element, "guess")
        elif at == len(data["steps"]) - 1:
            break
        else:
            press(driver, "ENTER")
    assert at == len(data["steps"]) - 1
    assert asked == len([question for question in data["questions"] if mode == "exam" or question[2]])
    assert part(element, "score").text == f"{asked} of {asked} at the first try"
    assert part(element, "guess").get_attribute("placeholder") == "the last step"
    assert not part(element, "check").is_displayed(), "there is nothing to go on to"
    assert complaints(driver) == []


def test_a_question_counts_in_the_score_when_it_is_answered(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0], guess=True), tmp_path)
    press(driver, "END")
    type_in(driver, "6")
    press(driver, "ENTER")
    type_in(driver, "999")
    assert part(element, "score").text == "1 of 1 at the first try"
    type_in(driver, "11")
    assert part(element, "score").text == "1 of 2 at the first try, 1 wrong at first"
