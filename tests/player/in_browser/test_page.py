"""The player on its page: two at once, themes, paper, no script, hostile labels, a converted notebook."""

import pytest

import viz
from autograd import Value
from tests.figures.figures import chain_rule_example
from tests.player.browser import (
    TEXTS,
    complaints,
    on_paper,
    opened,
    player,
    prefer,
    press,
    shown,
    spoken,
    width,
)
from tests.player.player_examples import merging_example, network


def test_two_players_on_a_page_do_not_disturb_each_other(driver, tmp_path):
    html = viz.walkthrough(chain_rule_example()[0]).html
    page = tmp_path / "two.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><p id=top>text</p>{html}<hr>{html}", encoding="utf-8"
    )
    driver.get(page.as_uri())
    first, second = player(driver, 0), player(driver, 1)
    press(driver, "ARROW_RIGHT")  # nothing was clicked and nothing has the focus
    assert [shown(driver, p)["count"] for p in (first, second)] == ["1 / 12", "1 / 12"]
    second.find_element("class name", "cr-next").click()
    press(driver, "ARROW_RIGHT")
    assert [shown(driver, p)["count"] for p in (first, second)] == ["1 / 12", "3 / 12"]
    driver.execute_script("document.activeElement.blur()")  # the one clicked last keeps the keys
    press(driver, "ARROW_RIGHT")
    assert [shown(driver, p)["count"] for p in (first, second)] == ["1 / 12", "4 / 12"]
    driver.execute_script("arguments[0].focus()", first)
    press(driver, "END")
    assert [shown(driver, p)["count"] for p in (first, second)] == ["12 / 12", "4 / 12"]
    ids = driver.execute_script("return [...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    assert complaints(driver) == []


BACKGROUND = "return getComputedStyle(arguments[0]).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(27, 29, 33)"


def test_colours_follow_the_reader_and_the_notebook_overrules(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    prefer(driver, prefers_color_scheme="light")
    assert driver.execute_script(BACKGROUND, element) == LIGHT
    for change, undo in (
        ("document.body.dataset.jpThemeLight = 'false'", "delete document.body.dataset.jpThemeLight"),
        ("document.body.className = 'vscode-dark'", "document.body.className = ''"),
        (
            "document.documentElement.setAttribute('theme', 'dark')",
            "document.documentElement.removeAttribute('theme')",
        ),
    ):
        driver.execute_script(change)
        assert driver.execute_script(BACKGROUND, element) == DARK, change
        driver.execute_script(undo)
    prefer(driver, prefers_color_scheme="dark")
    assert driver.execute_script(BACKGROUND, element) == DARK
    driver.execute_script("document.body.dataset.jpThemeLight = 'true'")
    assert driver.execute_script(BACKGROUND, element) == LIGHT
    prefer(driver)


def test_on_paper_stands_the_finished_state_without_controls(driver, tmp_path):
    figure = viz.walkthrough(chain_rule_example()[0])
    element = opened(driver, figure, tmp_path)
    displays = (
        "return arguments[0].querySelector(arguments[1]).checkVisibility({contentVisibilityAuto: true})"
    )
    assert not driver.execute_script(displays, element, ".cr-steps tr")
    on_paper(driver, "print")
    seen = shown(driver, element)
    assert seen["count"] == "12 / 12"
    assert "not yet" not in element.find_element("css selector", ".cr-graph svg").text
    rows = [row.text for row in element.find_elements("css selector", ".cr-steps td")]
    assert rows == list(figure.sentences)
    for part in (".cr-controls", ".cr-panel", ".cr-settings", ".cr-keys"):
        assert not driver.execute_script(displays, element, part), part
    shapes = "[...arguments[0].querySelectorAll('.node, .edge')]"
    faded = f"return {shapes}.filter((shape) => getComputedStyle(shape).opacity < 1).length"
    assert driver.execute_script(faded, element) == 0
    on_paper(driver, "")
    assert shown(driver, element)["count"] == "1 / 12"
    assert not driver.execute_script(displays, element, ".cr-steps tr")


def test_the_backward_wave_moves_backwards_but_not_for_those_who_asked_for_less_motion(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    press(driver, "END")
    moving = "return getComputedStyle(arguments[0].querySelector('.edge.now path')).animationName"
    prefer(driver, prefers_reduced_motion="reduce")
    assert driver.execute_script(moving, element) == "none"
    prefer(driver)
    assert driver.execute_script(moving, element) == "cr-back"


def test_without_its_script_the_picture_the_paths_and_all_steps_show(driver, tmp_path):
    figure = viz.walkthrough(chain_rule_example()[0])
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(driver, figure, tmp_path)
        lines = [cell.text for cell in driver.find_elements("css selector", ".cr-steps td")]
        assert lines == list(figure.sentences)
        assert "dJ/db = 6" in driver.find_element("css selector", ".cr-graph svg").text
        assert not driver.find_element("class name", "cr-controls").is_displayed()
        assert all(path.is_displayed() for path in driver.find_elements("css selector", "[data-path]"))
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_hostile_label_runs_nothing_and_is_shown_as_it_is(driver, tmp_path):
    label = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
    root = Value(2.0, label=label) * Value(3.0, label="${alert(1)}`")
    root.label = "<i>J</i>"
    element = opened(driver, viz.walkthrough(root), tmp_path)
    press(driver, "END")
    seen = shown(driver, element)
    assert "<i>J</i>" in seen["words"]
    assert "<i>J</i>" in seen["symbols"]
    assert driver.execute_script(
        "return [window.broken, arguments[0].querySelectorAll('i, img').length]", element
    ) == [None, 0]
    assert complaints(driver) == []


def test_a_walkthrough_in_a_notebook_survives_the_conversion_to_html(driver, tmp_path):
    nbformat = pytest.importorskip("nbformat", reason="needs the extra `notebooks`")
    nbclient = pytest.importorskip("nbclient", reason="needs the extra `notebooks`")
    nbconvert = pytest.importorskip("nbconvert", reason="needs the extra `notebooks`")
    pytest.importorskip("ipykernel", reason="needs the extra `notebooks`")
    program = (
        "import viz\nfrom autograd import values\na, b, c = values(a=5.0, b=3.0, c=2.0)\n"
        "u = b * c; v = a + u; J = 3 * v\nviz.walkthrough(J, names=locals())"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(program, id="player")])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    body, _ = nbconvert.HTMLExporter(embed_images=True).from_notebook_node(notebook)
    page = tmp_path / "notebook.html"
    page.write_text(body, encoding="utf-8")
    driver.get(page.as_uri())
    element = player(driver)
    driver.execute_script("arguments[0].focus()", element)
    press(driver, "END")
    seen = shown(driver, element)
    assert seen["count"] == "12 / 12"
    assert [seen["gradients"][str(n)] for n in seen["now"]] == ["9"]


def test_the_measure_of_contrast_and_size_notices_what_is_faint_or_small(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    style = "arguments[0].querySelector('.cr-words').style"
    driver.execute_script(
        f"{style}.color = '#777'; {style}.background = '#fff'; {style}.fontSize = '9px'", element
    )
    said, size, contrast, _ = next(t for t in driver.execute_script(TEXTS, element) if "is a leaf" in t[0])
    assert (said, size) == ("a = 5 is a leaf", 9)
    assert contrast == pytest.approx(4.48, abs=0.005)  # WCAG's own example: #777 on white just fails


SMALL = """
return [...arguments[0].querySelectorAll("button, select, summary, input, textarea")].filter((control) => {
  const {width, height} = control.getBoundingClientRect();
  return control.checkVisibility({contentVisibilityAuto: true}) && Math.min(width, height) < 44;
}).map((control) => control.outerHTML);
"""


def unfolded(driver, figure, folder):
    """Open a player with everything in it that can be unfolded."""
    element = opened(driver, figure, folder)
    for summary in element.find_elements("tag name", "summary"):
        summary.click()
    return element


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("guess", [False, True])
def test_every_text_can_be_read_on_what_is_behind_it(driver, tmp_path, scheme, guess):
    prefer(driver, prefers_color_scheme=scheme)
    element = unfolded(driver, viz.walkthrough(merging_example(), guess=guess), tmp_path)
    for keys in ([], ["ARROW_RIGHT"] * 9, ["s"], ["ARROW_RIGHT"] * 14, ["END"]):
        press(driver, *keys)
        texts = driver.execute_script(TEXTS, element)
        assert len(texts) > 60
        assert [text for text in texts if text[2] < 4.5 or text[3] < 1] == []
    prefer(driver)


@pytest.mark.parametrize("make", [merging_example, network])
def test_on_a_phone_nothing_is_too_small_to_read_or_to_touch_and_nothing_hangs_over(driver, tmp_path, make):
    width(driver, 390)
    try:
        element = unfolded(driver, viz.walkthrough(make(), guess=True), tmp_path)
        for keys in ([], ["ARROW_RIGHT"] * 9, ["s", "END"]):
            press(driver, *keys)
            hangs = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert driver.execute_script(hangs) == 0
            assert [text for text in driver.execute_script(TEXTS, element) if text[1] < 11] == []
            assert driver.execute_script(SMALL, element) == []
        nxt, playing = (element.find_element("class name", f"cr-{name}") for name in ("next", "play"))
        assert nxt.text == "next"
        paths = "return arguments[0].querySelector('path').getAttribute('d')"
        assert driver.execute_script(paths, nxt) != driver.execute_script(paths, playing)
        assert driver.execute_script("return getComputedStyle(arguments[0]).backgroundColor", nxt) != (
            driver.execute_script("return getComputedStyle(arguments[0]).backgroundColor", playing)
        )
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_present_view_fills_the_screen_with_large_letters_and_one_key_per_number(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    press(driver, "p")
    assert "presenting" in element.get_attribute("class")
    for key, place in (
        (" ", 2),
        ("PAGE_DOWN", 3),
        ("ARROW_RIGHT", 4),
        ("ENTER", 5),
        ("PAGE_UP", 4),
        ("u", 3),
    ):
        press(driver, key)
        assert shown(driver, element)["count"] == f"{place} / 12", key
    for key in ("END", "HOME"):
        press(driver, key)
        assert [text for text in driver.execute_script(TEXTS, element) if text[1] < 23.99] == []
    fills = (
        "const box = arguments[0].getBoundingClientRect(); return [box.left, box.top, box.width - innerWidth]"
    )
    assert driver.execute_script(fills, element) == [0, 0, 0]
    press(driver, "ESCAPE")
    driver.execute_async_script("setTimeout(arguments[0], 100)")
    assert "presenting" not in element.get_attribute("class")


def test_a_player_opens_with_drawing_sentence_and_formula_and_the_rest_is_folded(driver, tmp_path):
    element = opened(driver, viz.walkthrough(merging_example()), tmp_path)
    said = element.text
    assert shown(driver, element)["words"] in said
    for later in ("memoized", "path by path", "→ ", "%"):
        assert later not in said.replace("→ next number", ""), later
    assert [list_.get_attribute("open") for list_ in element.find_elements("tag name", "details")] == [
        None
    ] * 3


def test_speed_and_playing_stay_at_hand_by_key(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    speed = element.find_element("class name", "cr-speed")
    for key, value in ((">", "2"), (">", "4"), (">", "4"), ("<", "2")):
        press(driver, key)
        assert speed.get_attribute("value") == value
    for key in ("→", "←", "Home", "End", "Space", "U", "S", "A", "E", "P", "Esc"):
        assert key in [kbd.text for kbd in element.find_elements("tag name", "kbd")]


def test_a_screen_reader_meets_title_controls_drawing_sentence_and_formula_in_this_order(driver, tmp_path):
    opened(driver, viz.walkthrough(chain_rule_example()[0], guess=True), tmp_path)
    press(driver, "END")
    heard = spoken(driver)
    wanted = [
        "group J = 3 * (a + b * c)",
        "group steps",
        "button undo",
        "button next",
        "button play",
        "button all",
        "slider step",
        "button present",
        "image Computation graph of J",
        "StaticText Your turn: what is the value of u?",
        "textbox my guess",
        "button check",
        "button I don’t know yet",
        "button show me",
        "StaticText 𝑢",
        "group settings",
        "button ask",
        "combobox speed",
        "Count the multiplications",
        "Chain-rule paths",
        "Steps",
    ]
    places = [next(i for i, line in enumerate(heard) if want in line) for want in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("pixels", [1280, 390])
def test_the_present_view_lets_nothing_show_through_its_buttons(driver, tmp_path, pixels):
    width(driver, pixels)
    try:
        element = opened(driver, viz.walkthrough(network(), guess=True), tmp_path)
        press(driver, "END", "9", "ENTER", "TAB", "TAB", "p")  # a hint: there is more to say than room
        controls = element.find_element("class name", "cr-controls")
        shade = controls.value_of_css_property("background-color")
        assert "presenting" in element.get_attribute("class")
        assert shade != "rgba(0, 0, 0, 0)"
        bottom = driver.execute_script(
            "return arguments[0].getBoundingClientRect().bottom - innerHeight", controls
        )
        assert -1 <= bottom <= 1
        overlapping = """
        const box = arguments[0].getBoundingClientRect(), found = [];
        for (const button of arguments[0].querySelectorAll("button")) {
          if (!button.checkVisibility()) continue;
          const at = button.getBoundingClientRect();
          const top = document.elementFromPoint((at.left + at.right) / 2, (at.top + at.bottom) / 2);
          if (!button.contains(top)) found.push(button.className);
        }
        return found;"""
        assert driver.execute_script(overlapping, controls) == []
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_letters_of_a_large_drawing_are_not_made_small_in_vain(driver, tmp_path):
    element = opened(driver, viz.walkthrough(network()), tmp_path)
    press(driver, "END")
    assert min(size for _, size, _, _ in driver.execute_script(TEXTS, element)) >= 10.99
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    assert "snug" in element.get_attribute("class")


def test_a_picture_is_printed_on_white_paper_where_the_system_is_dark(driver, tmp_path):
    figure = viz.graph(chain_rule_example()[0])
    driver.get(figure.save(tmp_path / "picture.html").as_uri())
    read = "return getComputedStyle(document.querySelector('.graph>polygon')).fill"
    prefer(driver, prefers_color_scheme="dark")
    dark = driver.execute_script(read)
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": features})
    printed = driver.execute_script(read)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    assert (dark, printed) == ("rgb(27, 29, 33)", "rgb(255, 255, 255)")
