"""The page in each browser, in both forms: what a student and a teacher do with it; it judges no time."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from matplotlib.image import imread

from autograd import practice
from tests.player.browser import TEXTS, complaints, on_paper, prefer, press, requests, spoken, width

WAIT = 20.0  # seconds: a slow machine is no fault


def until(driver: Any, condition: str, *given: Any, within: float = WAIT) -> Any:
    """Wait for a condition in JavaScript to hold; return what it gave."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = driver.execute_script(
            f"const found = {condition}; return found?.nodeType ? true : found", *given
        )
        if found:
            return found
        time.sleep(0.02)
    told = driver.execute_script("return document.body.innerText")
    pytest.fail(f"never: {condition}\n{complaints(driver)}\n{told[:1500]}")


def program(*lines: str) -> str:
    """Return a link to a Python program."""
    return "#1&k=" + quote("\n".join(lines))


def text(driver: Any, selector: str) -> str:
    found: str = driver.execute_script("return document.querySelector(arguments[0]).textContent", selector)
    return found


def click(driver: Any, selector: str) -> None:
    driver.execute_script("document.querySelector(arguments[0]).click()", selector)


SET = """
const [selector, value] = arguments, field = document.querySelector(selector);
field.focus();
field.value = value;
field.dispatchEvent(new Event("input", {bubbles: true}));
"""


def drag(driver: Any, selector: str, value: str) -> None:
    """Move a slider, or write into a field, as a hand does."""
    driver.execute_script(SET, selector, value)


def drawn(driver: Any, said: str) -> None:
    until(driver, "document.body.dataset.drawn === arguments[0]", said)


def loaded(driver: Any, address: str, hash: str = "") -> None:
    """Load the page anew, whatever it showed before."""
    driver.get("about:blank")
    driver.get_log("browser")
    driver.get(address + hash)
    until(driver, "document.body && document.body.dataset.engine === 'ready'")


def opened(driver: Any, address: str, hash: str) -> None:
    """Follow a link on the page itself, which keeps its engine; load it where something else is open."""
    driver.switch_to.default_content()
    if not driver.current_url.startswith(address):
        loaded(driver, address, hash)
        return
    driver.get_log("browser")
    driver.execute_script(
        "delete document.body.dataset.drawn; location.hash = ''; location.hash = arguments[0]", hash
    )
    until(driver, "document.body.dataset.engine === 'ready'")


@pytest.fixture(scope="module", params=["folder over http", "one file, file://"])
def address(request: pytest.FixtureRequest, dist: Path, served: str, driver: Any) -> Iterator[str]:
    width(driver, 1280, 900)
    yield served if request.param.startswith("folder") else (dist / "chainrule.html").as_uri()
    width(driver, 0, 0)


BENCH = "#1&e=J+=+3*(a+%2B+b*c)&n=a:5,b:3,c:2&w=b"


def test_the_first_minute_asks_twice_and_names_the_gradient_last(driver: Any, address: str) -> None:
    loaded(driver, address)
    before = driver.execute_script("return document.getElementById('story').innerText")
    assert "∂" not in before
    assert "gradient" not in before
    assert "J = 3" in text(driver, "#story-picture svg")
    drag(driver, "#story-slider", "4")
    until(driver, "document.getElementById('story-verdict').textContent.includes('+6')")
    until(driver, "document.querySelector('#story-picture svg').textContent.includes('39')")
    click(driver, "#story-next")
    until(driver, "document.activeElement.id === 'story-guess'")
    for guess, said in (("3", "Not quite"), ("42", "that is what J becomes"), ("9", "+9")):
        drag(driver, "#story-guess", guess)
        press(driver, "ENTER")
        until(driver, "document.getElementById('story-verdict').textContent.includes(arguments[0])", said)
    click(driver, "#story-next")
    until(driver, "document.querySelector('#story-picture svg.tracing')")
    assert "3·1·3 = 9" in text(driver, "#story-question")
    assert text(driver, "#story-verdict") == "This number is the gradient, dJ/dc = 9."
    until(driver, "document.querySelectorAll('#story-picture .edge.traced').length === 3")
    click(driver, "#story-next")
    drawn(driver, "J = 33")
    assert driver.execute_script("return document.activeElement.id") == "text"
    assert complaints(driver) == []


def test_typing_dragging_stepping_and_guessing(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    assert "dJ/db = 6" in text(driver, "#leaves")
    drag(driver, "#text", "y = log(x) * x")
    until(driver, "document.body.dataset.drawn.startsWith('y')")
    drag(driver, "#text", "J = 3*(a + b*c)")
    until(driver, "document.body.dataset.drawn.startsWith('J')")
    for name, number in (("a", "5"), ("b", "3"), ("c", "2")):
        drag(driver, f"[aria-label='{name}, number']", number)
    drawn(driver, "J = 33")
    drag(driver, "[aria-label='b, slider']", "4")
    drawn(driver, "J = 39")
    until(driver, "document.querySelector('#pane svg').textContent.includes('= 39')")
    click(driver, "#tab-steps")
    until(driver, "document.querySelector('iframe')?.style.height")
    driver.switch_to.frame(driver.find_element("css selector", "iframe"))
    count = ".cr-count"
    click(driver, ".cr-next")
    assert text(driver, count).startswith("2 / ")
    click(driver, "button[data-mode=ask]")
    click(driver, ".cr-last")  # up to the first question: b * c
    for guess, right in (("7", False), ("8", True)):
        drag(driver, ".cr-guess", guess)
        click(driver, ".cr-check")
        assert text(driver, ".cr-answer").startswith("Right.") == right
    driver.switch_to.default_content()
    until(driver, "document.getElementById('leaves').textContent.includes('dJ/db = ?')")
    until(driver, "/g=ask/.test(location.hash) && /s=\\d/.test(location.hash)")
    assert complaints(driver) == []


def test_a_click_lights_a_path_and_says_its_rule_and_its_part_of_the_sum(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    driver.execute_script(
        "document.querySelector('#pane g[id$=-e1]').dispatchEvent(new Event('click', {bubbles: true}))"
    )
    until(driver, "!document.getElementById('about').hidden")
    about = text(driver, "#about")
    assert "∂v₁/∂c = b = 3" in about
    assert "c receives 3·3 = 9 from v₁" in about
    lit = driver.execute_script(
        "return [...document.querySelectorAll('#pane .edge.traced')].map((e) => e.id.split('-')[1])"
    )
    assert sorted(lit) == ["e1", "e3", "e5"]


def test_panes_say_what_the_engine_says(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    for pane, said in (
        ("paths", "3·1·2 = 6"),
        ("explain", "∂J/∂v₂ · ∂v₂/∂v₁ · ∂v₁/∂b"),
        ("latex", ""),
        ("table", "x * y"),
    ):
        click(driver, f"#tab-{pane}")
        until(driver, "document.getElementById('pane').textContent.includes(arguments[0])", said)
        assert driver.execute_script(f"return document.querySelector('#tab-{pane}').ariaSelected") == "true"
    click(driver, "#tab-latex")
    until(driver, "document.getElementById('latex')?.value.includes('aligned')")


def test_a_path_lights_up_where_one_points_at_it(driver: Any, address: str) -> None:
    opened(driver, address, "#1&e=u+=+w*x;+v+=+u+%2B+w;+L+=+v*u&n=w:2,x:3&w=w&p=paths")
    drawn(driver, "L = 48")
    rows = until(
        driver, "[...document.querySelectorAll('#pane .paths button')].map((row) => row.textContent)"
    )
    assert rows == ["L → u → w 8·3 = 24", "L → v → u → w 6·1·3 = 18", "L → v → w 6·1 = 6"]  # ∂L/∂u = v, …
    lit = (
        "[...document.querySelectorAll('#pane svg .traced')].map((g) => g.id.split('-').slice(1).join('-'))"
        ".filter((id) => id[0] === arguments[0]).sort().join()"
    )
    send = "document.querySelectorAll('#pane .paths button')[1].dispatchEvent(new PointerEvent(arguments[0]))"
    driver.execute_script(send, "pointerenter")
    until(driver, f"{lit} === 'n0,n2,n3,n4'", "n")
    until(driver, f"{lit} === 'e0-p2,e2-p2,e4-p2'", "e")
    driver.execute_script(send, "pointerleave")
    assert not driver.execute_script("return document.querySelector('#pane svg.tracing')")
    click(driver, "#pane .paths li:last-child button")  # it stays, for a class to look at
    until(driver, f"{lit} === 'n0,n3,n4'", "n")


def test_a_leaf_that_is_clicked_is_the_one_asked_about(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    leaf = driver.execute_script(
        "const boxes = [...document.querySelectorAll('#pane g.node')];"
        "const box = boxes.find((g) => /c = 2/.test(g.textContent));"
        "box.dispatchEvent(new Event('click', {bubbles: true})); return box.id.split('-')[1]"
    )
    until(driver, "document.querySelector('[name=wrt]:checked').value === 'c'")
    until(driver, "document.querySelector('#pane .chosen')?.id.endsWith(arguments[0])", leaf)
    until(driver, "document.getElementById('about').textContent.includes('dJ/dc = 9')")


def test_what_is_saved_is_what_was_drawn(driver: Any, address: str, ask: Any, tmp_path: Path) -> None:
    where = {"behavior": "allow", "downloadPath": str(tmp_path)}
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", where)
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    for ending, file in (
        (".svg", "J.svg"),
        (".png", "J.png"),
        (".tex", "J.tex"),
        (".html", "J.html"),
        (".dot", "J.dot"),
    ):
        driver.execute_script("document.getElementById('said').textContent = ''")
        click(driver, f"[data-ending='{ending}']")
        until(driver, "document.getElementById('said').textContent.startsWith(arguments[0])", file)
    end = time.monotonic() + WAIT
    whole = {"J.svg", "J.png", "J.tex", "J.html", "J.dot"}
    while time.monotonic() < end and {p.name for p in tmp_path.iterdir() if p.stat().st_size} != whole:
        time.sleep(0.05)
    kept = {path.suffix: path.read_bytes() for path in tmp_path.iterdir()}
    root = ElementTree.fromstring(kept[".svg"])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "dJ/db = 6" in "".join(root.itertext())
    pixels = imread(io.BytesIO(kept[".png"]))
    wide, high = (float(root.get(side, "").removesuffix("pt")) * 8 / 3 for side in ("width", "height"))
    assert pixels.shape[:2] == pytest.approx((high, wide), rel=0.02)  # twice as fine as the screen's 4/3
    assert pixels[..., :3].std() > 0.05  # and something is on it
    assert kept[".tex"].count(b"\\node") > 5
    assert kept[".tex"].count(b"\\end{tikzpicture}") == 1
    assert b"cr-player" in kept[".html"]
    asked = {"kind": "expression", "text": "J = 3*(a + b*c)", "numbers": {"a": "5", "b": "3", "c": "2"}}
    ask(do="draw", pane="graph", wrt="b", **asked)
    native = ask(do="save", ending=".dot", pane="graph", wrt="b")["content"]
    assert kept[".dot"].decode() == native


def test_practice_asks_without_end_and_goes_a_level_up_after_two_right(driver: Any, address: str) -> None:
    opened(driver, address, BENCH + "&p=practice&q=value.1.1")
    for seed in (1, 2):
        until(driver, "document.querySelector('#pane iframe')?.style.height")
        answer = practice.question("value", seed, 1).answer
        driver.switch_to.frame(driver.find_element("css selector", "#pane iframe"))
        drag(driver, ".cr-guess", str(answer))
        click(driver, ".cr-check")
        until(driver, "document.querySelector('.cr-verdict').textContent.startsWith('Right')")
        driver.switch_to.default_content()
        if seed == 1:
            driver.execute_script("document.querySelector('#pane iframe').dataset.before = ''")
            click(driver, "#pane .kinds .main")
            until(driver, "location.hash.includes('q=value.2.1')")
            until(driver, "document.querySelector('#pane iframe:not([data-before])')")
    until(driver, "document.getElementById('practice-said').textContent.includes('one level up')")
    click(driver, "#pane .kinds .main")
    until(driver, "location.hash.includes('q=value.3.2')")


def in_card(driver: Any, place: str, act: Callable[[], Any]) -> Any:
    """Do something on the card of the practice pane, once it is there."""
    until(driver, "document.querySelector('#pane iframe')?.dataset.place === arguments[0]", place)
    until(driver, "document.querySelector('#pane iframe').style.height")
    driver.switch_to.frame(driver.find_element("css selector", "#pane iframe"))
    until(driver, "document.querySelector('.cr-card.ready')")
    found = act()
    driver.switch_to.default_content()
    return found


def test_a_solution_fades_by_level_up_and_down_and_the_learner_may_choose(driver: Any, address: str) -> None:
    said = "document.getElementById('practice-said').textContent.startsWith(arguments[0])"
    opened(driver, address, BENCH + "&p=practice&q=whole.1.1")
    in_card(driver, "whole.1.1", lambda: click(driver, ".cr-check"))  # I have read it
    until(driver, said, "Now the last leaf")
    for number, level in ((2, 2), (3, 2), (4, 3)):
        click(driver, "#pane .kinds .main")
        graph = practice.question("gradient", number, (level + 1) // 2).graph
        answers = [cell.answer for cell in practice.solution(graph, level) if cell.blank]
        assert len(answers) == (1 if level == 2 else len(graph.leaves))

        def fill(answers: list[float] = answers) -> None:
            for answer in answers:
                drag(driver, ".cr-guess", str(answer))
                click(driver, ".cr-check")
            assert text(driver, ".cr-verdict").endswith("The solution is complete.")

        in_card(driver, f"whole.{number}.{level}", fill)
        if number == 3:
            until(driver, said, "Two right without help: one level up.")
    drag(driver, "#pane [aria-label=level]", "6")
    chosen = "document.querySelector('#pane [aria-label=level]').dispatchEvent(new Event('change'))"
    driver.execute_script(chosen)

    def fail() -> None:
        while driver.execute_script("return !document.querySelector('.settled')"):
            drag(driver, ".cr-guess", "12345")
            click(driver, ".cr-check")

    in_card(driver, "whole.4.6", fail)
    click(driver, "#pane .kinds .main")
    in_card(driver, "whole.5.6", fail)
    until(driver, said, "Let's take one step back")
    click(driver, "#pane .kinds .main")
    until(driver, "location.hash.includes('q=whole.6.5')")
    assert complaints(driver) == []


def test_nobody_tells_what_is_asked_of_ones_own_graph(driver: Any, address: str) -> None:
    opened(driver, address, BENCH + "&p=practice&q=own.1.4")
    drawn(driver, "J = 33")
    until(driver, "document.getElementById('leaves').textContent.includes('dJ/db = ?')")
    assert driver.execute_script("return document.getElementById('nudge').hidden")
    given = in_card(driver, "own.1.4", lambda: text(driver, ".cr-given"))
    assert "J = 3·v₂" in given


def test_the_nudge_sets_what_is_predicted_beside_what_happens(driver: Any, address: str) -> None:
    opened(driver, address, "#1&e=y+=+x**2&n=x:3&w=x&d=0.5")
    drawn(driver, "y = 9")
    numbers = until(
        driver, "[...document.querySelectorAll('#nudge-table td')].map((cell) => cell.textContent)"
    )
    assert numbers == ["+3", "+3.25", "+0.25"]  # 6·0.5; 3.5² - 3²


def test_mistakes_are_told_as_on_the_command_line_with_a_caret(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    drag(driver, "#text", "J = 3*(a + b*c")
    until(driver, "document.getElementById('error').textContent")
    assert text(driver, "#error") == "This cannot be read: '(' was never closed.\n  J = 3*(a + b*c\n        ^"
    drag(driver, "#text", "J = 3*(a + b*c)")
    until(driver, "document.getElementById('error').hidden")
    drag(driver, "[aria-label='b, number']", "1,5")
    until(driver, "document.getElementById('error').textContent.includes('Write a point: b=1.5')")


def test_there_is_nothing_to_stop_while_python_is_loading(driver: Any, address: str) -> None:
    driver.get("about:blank")
    driver.get(address + program("from autograd import Value", "x = Value(3.0)", "y = x * x"))
    ready = False
    while not ready:
        ready, hidden = driver.execute_script(
            "return [document.body.dataset.engine === 'ready', document.getElementById('stop').hidden]"
        )
        assert ready or hidden
        time.sleep(0.02)
    drawn(driver, "y = 9")


def test_what_a_program_breaks_for_unseen_drawings_is_of_no_consequence(driver: Any, address: str) -> None:
    lines = ("import bridge", "from autograd import Value", "bridge._computed = None", "y = Value(3.0) * 3")
    loaded(driver, address, program(*lines))
    drawn(driver, "y = 9")
    time.sleep(1.5)  # ten drawings are made in this time
    assert driver.execute_script("return document.body.dataset.engine") == "ready"
    assert text(driver, "#error") == ""
    assert complaints(driver) == []


def test_an_endless_loop_is_stopped_and_what_was_typed_is_kept(driver: Any, address: str) -> None:
    opened(driver, address, program("print('begun')", "while True: pass"))
    until(driver, "document.getElementById('printed').textContent.includes('begun')")
    until(driver, "!document.getElementById('stop').hidden")
    assert driver.execute_script("return 6 * 7") == 42  # the page itself is alive
    click(driver, "#stop")
    until(driver, "document.getElementById('error').textContent.startsWith('Stopped.')")
    assert driver.execute_script("return document.getElementById('text').value").endswith("while True: pass")
    until(driver, "document.body.dataset.engine === 'ready'")
    drag(driver, "#text", "from autograd import Value\nx = Value(3.0, label='x')\ny = x * x\nprint(y.data)")
    click(driver, "#run")
    drawn(driver, "y = 9")
    assert text(driver, "#printed").strip() == "9.0"


def test_what_is_opened_next_does_not_wait_for_an_endless_loop(driver: Any, address: str) -> None:
    opened(driver, address, program("print('begun')", "while True: pass"))
    until(driver, "document.getElementById('printed').textContent.includes('begun')")
    until(driver, "!document.getElementById('stop').hidden")
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    assert driver.execute_script("return document.getElementById('error').hidden")


def test_it_survives_what_kills_python(driver: Any, address: str) -> None:
    for deadly in ("import os; os.abort()", "import ctypes; ctypes.string_at(2**32 - 9)"):
        opened(driver, address, program(deadly))
        until(driver, "document.getElementById('error').textContent.startsWith('Python died')")
        until(driver, "document.body.dataset.engine === 'ready'")
        assert driver.execute_script("return document.getElementById('text').value").startswith("import")
        click(driver, "[data-kind=expression]")
        until(driver, "document.body.dataset.drawn?.startsWith('J')")


def test_long_chains_of_values_do_no_harm(driver: Any, address: str) -> None:
    lines = (
        "from autograd import Value",
        "x = Value(1.0, 'x')",
        "t = x",
        "for i in range({n}): t = t + x",
        "t",
    )
    opened(driver, address, program(*(line.format(n=40_000) for line in lines)))
    until(driver, "document.getElementById('error').textContent.includes('40001 steps')")
    opened(driver, address, program(*(line.format(n=300) for line in lines)))
    drawn(driver, "t = 301")
    assert driver.execute_script("return document.getElementById('error').hidden")


def test_a_link_holds_everything(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    drag(driver, "[aria-label='b, number']", "1/4")
    drawn(driver, "J = 16.5")
    click(driver, "#tab-paths")
    until(driver, "location.hash.includes('p=paths') && location.hash.includes('b:1/4')")
    hash = driver.execute_script("return location.hash")
    assert len(hash) < 80
    loaded(driver, address, hash)
    drawn(driver, "J = 16.5")
    until(driver, "document.querySelector('#pane .paths')")
    assert driver.execute_script("return document.querySelector(\"[aria-label='b, number']\").value") == "1/4"
    long = (
        "\n".join(f"u{i} = a*{i}" for i in range(1, 40))
        + "\nJ = "
        + " + ".join(f"u{i}" for i in range(1, 40))
    )
    drag(driver, "#text", long)
    until(driver, "location.hash.startsWith('#1&ez=')")
    hash = driver.execute_script("return location.hash")
    assert len(hash) < 0.6 * len(long)
    opened(driver, address, hash)
    until(driver, "document.getElementById('text').value.length > 300")
    assert driver.execute_script("return document.getElementById('text').value") == long


def test_sharing_gives_a_link_a_code_and_a_frame(driver: Any, address: str) -> None:
    opened(driver, address, BENCH)
    drawn(driver, "J = 33")
    click(driver, "#share")
    until(driver, "document.querySelector('#share-qr svg')")
    click(driver, "#share-hide")
    until(driver, "document.getElementById('share-link').value.includes('h=1')")
    link = driver.execute_script("return document.getElementById('share-link').value")
    frame = driver.execute_script("return document.getElementById('share-embed').value")
    assert 'title="chainrule: J = 3*(a + b*c)"' in frame
    assert 'loading="lazy"' in frame
    assert "&amp;embed" in frame
    opened(driver, address, "#" + link.split("#")[1])
    until(driver, "document.querySelector('iframe')")
    assert "6" not in text(driver, "#leaves")
    opened(driver, address, "#" + link.split("#")[1] + "&embed")
    until(driver, "document.querySelector('iframe')")
    assert not driver.find_element("id", "head").is_displayed()


def test_a_link_of_another_version_is_told(driver: Any, address: str) -> None:
    opened(driver, address, "#9&e=x")
    until(driver, "!document.getElementById('notice').hidden")
    drawn(driver, "J = 33")


@pytest.mark.parametrize("asked", ["p=why", "p=practice&q=x", "p=steps&g=maybe&s=-1", "y=german", "z=1"])
def test_what_a_link_asks_for_and_nobody_knows_is_left_out(driver: Any, address: str, asked: str) -> None:
    opened(driver, address, f"#1&e=J=3*(a%2Bb*c)&n=a:5,b:3,c:2&{asked}")
    drawn(driver, "J = 33")
    assert driver.execute_script("return document.getElementById('error').hidden")


def test_nobody_else_is_asked_for_anything(driver: Any, address: str) -> None:
    driver.get_log("performance")
    loaded(driver, address, BENCH)
    drawn(driver, "J = 33")
    for pane in ("paths", "steps", "table"):
        click(driver, f"#tab-{pane}")
    asks = ("import js", "js.fetch('https://example.org/')", "r = js.XMLHttpRequest.new()")
    sends = ("try: r.open('GET', 'https://example.org/x'); r.send()", "except Exception: print('refused')")
    opened(driver, address, program(*asks, *sends, "from autograd import Value", "y = Value(2.0)**2"))
    drawn(driver, "y = 4")
    ours = (address.rsplit("/", 1)[0], "blob:", "about:", "https://here.invalid")
    assert [asked for asked in requests(driver) if not asked.startswith(ours)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pixels", [1280, 390])
def test_nothing_is_cut_and_everything_can_be_read(
    driver: Any, served: str, scheme: str, pixels: int
) -> None:
    width(driver, pixels)
    prefer(driver, prefers_color_scheme=scheme)
    try:
        for hash in ("", BENCH):
            opened(driver, served, hash)
            for pane in ("graph", "paths", "explain", "latex", "table") if hash else ("",):
                if pane:
                    driver.execute_script("delete document.body.dataset.drawn")
                    click(driver, f"#tab-{pane}")
                    until(driver, "document.body.dataset.drawn")
                over = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
                assert over <= 0, pane
                found = driver.execute_script(TEXTS, driver.find_element("tag name", "body"))
                faint = [one for one in found if one[2] < 4.5 and one[3] == 1]
                assert faint == [], pane
    finally:
        prefer(driver)
        width(driver, 0, 0)


def test_every_control_has_a_name_and_changes_are_announced(driver: Any, served: str) -> None:
    if driver.name == "firefox":
        pytest.skip("what a screen reader is told is asked of Chromium only")
    width(driver, 1280, 900)
    opened(driver, served, BENCH)
    drawn(driver, "J = 33")
    heard = spoken(driver)
    for said in ("slider b, slider", "textbox b, number", "radio follow b", "tab Paths", "button share"):
        assert any(one.startswith(said) for one in heard), said
    assert any(one.startswith("button b = 3") for one in heard)  # a box of the drawing
    until(driver, "document.getElementById('said').textContent.includes('dJ/db = 6')")
    unnamed = driver.execute_script(
        "return [...document.querySelectorAll('button, input, select, textarea, iframe')]"
        ".filter((e) => e.checkVisibility())"
        ".filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim() || e.title))"
        ".map((e) => e.outerHTML)"
    )
    assert unnamed == []


def test_the_keyboard_is_enough(driver: Any, served: str) -> None:
    width(driver, 1280, 900)
    opened(driver, served, BENCH)
    drawn(driver, "J = 33")
    driver.execute_script("document.querySelector(\"[aria-label='b, slider']\").focus()")
    press(driver, "ARROW_RIGHT")
    until(driver, "document.body.dataset.drawn === 'J = 33.6'")
    driver.execute_script("document.getElementById('tab-graph').focus()")
    press(driver, "ARROW_RIGHT")
    until(driver, "document.activeElement.id === 'tab-paths'")
    press(driver, "ARROW_LEFT")
    until(driver, "document.querySelector('#pane g[tabindex=\"0\"]')")
    driver.execute_script("document.querySelector('#pane g[tabindex=\"0\"]').focus()")
    press(driver, "ARROW_RIGHT", "ENTER")
    until(driver, "!document.getElementById('about').hidden")


def test_paper_shows_the_text_and_the_picture(driver: Any, served: str) -> None:
    from selenium.common.exceptions import StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    opened(driver, served, BENCH)
    drawn(driver, "J = 33")
    on_paper(driver, "print")
    try:
        assert driver.find_element("id", "text").is_displayed()
        patient = WebDriverWait(driver, WAIT, ignored_exceptions=[StaleElementReferenceException])
        patient.until(lambda _: driver.find_element("css selector", "#pane svg").is_displayed())  # drawn anew
        assert not driver.find_element("id", "tabs").is_displayed()
    finally:
        on_paper(driver, "")


def test_presenting_shows_the_picture_and_its_numbers_until_escape(driver: Any, served: str) -> None:
    width(driver, 1280, 900)
    opened(driver, served, BENCH)
    drawn(driver, "J = 33")
    click(driver, "#present")
    assert not driver.find_element("id", "text").is_displayed()
    assert driver.find_element("css selector", "#pane svg").is_displayed()
    assert driver.find_element("css selector", "#leaves").is_displayed()
    press(driver, "ESCAPE")
    until(driver, "!document.body.classList.contains('presenting')")
    assert driver.find_element("id", "text").is_displayed()


def test_a_new_line_of_a_program_begins_where_python_wants_it(driver: Any, served: str) -> None:
    opened(driver, served, program("if True:", "    x = 1"))
    field = "document.getElementById('text')"
    until(driver, f"{field}.value.length > 10")
    driver.execute_script(f"{field}.focus(); {field}.setSelectionRange(8, 8)")
    press(driver, "ENTER")
    driver.execute_script(f"{field}.setSelectionRange(99, 99)")
    press(driver, "ENTER")
    assert driver.execute_script(f"return {field}.value") == "if True:\n    \n    x = 1\n    "
