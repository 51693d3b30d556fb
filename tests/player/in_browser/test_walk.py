"""The player in a real browser, step by step: keys, numbers, ledger, paths and guesses."""

import re

import pytest

import viz
from autograd import Value, backward_steps, cost, forward_steps, values
from autograd.text.numbers import number
from tests.figures.figures import chain_rule_example
from tests.player.browser import complaints, opened, press, requests, shown
from tests.player.player_examples import merging_example


@pytest.mark.parametrize("example", [lambda: chain_rule_example()[0], merging_example])
def test_walking_with_keys_shows_the_engines_numbers_at_every_step(driver, tmp_path, example):
    root = example()
    figure = viz.walkthrough(root)
    element = opened(driver, figure, tmp_path)
    steps = [*forward_steps(root), *backward_steps(root)]
    edges = list(figure.graph.edges)
    data = {str(node.index): number(node.data) for node in figure.graph.nodes if not node.constant}
    known: dict[str, str] = {}
    sums: dict[str, str] = {}
    for k, (step, line) in enumerate(zip(steps, figure.sentences, strict=True)):
        seen = shown(driver, element)
        assert seen["count"] == f"{k + 1} / {len(steps)}"
        assert seen["phase"] == step.phase
        assert seen["words"] == line
        assert seen["now"] == [step.node]
        if step.phase == "forward":
            known[str(step.node)] = data[str(step.node)]
        else:
            sums[str(step.node)] = number(step.adjoint)
            if step.arrived < step.arrivals:
                sums[str(step.node)] = f"so far {number(step.adjoint)} ({step.arrived} of {step.arrivals})"
            assert seen["edge"] == ([] if step.edge is None else [edges.index(step.edge)])
        if step.phase == "backward" and step.edge is not None:
            product = re.sub(r"[()]", "", seen["numbers"]).replace("−", "-")
            assert product == f"{number(step.upstream)}·{number(step.local)}={number(step.contribution)}"
            assert seen["rule"].replace("−", "-").endswith(f"={number(step.local)}")
        assert {n: text for n, text in seen["values"].items() if text not in ("?", None)} == known
        assert {n: text for n, text in seen["gradients"].items() if text not in ("not yet", None)} == sums
        press(driver, "ARROW_RIGHT")
    root.backward()
    grads = {str(n.index): number(n.value.grad) for n in figure.graph.nodes if n.value is not None}
    assert sums == grads
    whole = cost(root)
    assert seen["memoized"] == f"{whole.memoized:,} / {whole.memoized:,}"
    assert seen["naive"] == f"{whole.naive:,} / {whole.naive:,}"
    assert complaints(driver) == []
    assert requests(driver) == []


def test_every_step_back_undoes_the_step_before(driver, tmp_path):
    element = opened(driver, viz.walkthrough(merging_example()), tmp_path)
    seen = []
    while not seen or shown(driver, element)["count"] != seen[-1]["count"]:
        seen.append(shown(driver, element))
        press(driver, "ARROW_RIGHT")
    for before in reversed(seen[:-1]):
        press(driver, "ARROW_LEFT")
        assert shown(driver, element) == before


def test_home_end_and_space_jump_and_play(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    press(driver, "END")
    assert shown(driver, element)["count"] == "12 / 12"
    press(driver, "HOME")
    assert shown(driver, element)["count"] == "1 / 12"
    press(driver, " ")
    button = element.find_element("class name", "cr-play")
    assert button.get_attribute("aria-label") == "pause"
    press(driver, " ")
    assert button.get_attribute("aria-label") == "play"


def test_buttons_and_slider_move_too(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    for name, place in (("next", 2), ("next", 3), ("previous", 2), ("last", 12), ("first", 1)):
        element.find_element("class name", f"cr-{name}").click()
        assert shown(driver, element)["count"] == f"{place} / 12"
    driver.execute_script(
        "arguments[0].value = 7; arguments[0].dispatchEvent(new Event('input'))",
        element.find_element("class name", "cr-slider"),
    )
    assert shown(driver, element)["count"] == "8 / 12"


def test_the_ledger_fills_line_by_line_and_flags_what_cancels(driver, tmp_path):
    x, y = values(x=2.0, y=3.0)
    f = x * y - x * 2.5
    f.label = "f"
    figure = viz.walkthrough(f)
    element = opened(driver, figure, tmp_path)
    steps = [*forward_steps(f), *backward_steps(f)]
    index = next(step.node for step in steps if figure.graph.nodes[step.node].value is x)
    arrivals = [k for k, step in enumerate(steps) if step.phase == "backward" and step.node == index]
    assert len(arrivals) == 2
    for _ in range(arrivals[0]):
        press(driver, "ARROW_RIGHT")
    first = shown(driver, element)
    assert first["ledger"][1].startswith("not yet via ")
    assert first["cancels"] == ""
    for _ in range(arrivals[1] - arrivals[0]):
        press(driver, "ARROW_RIGHT")
    second = shown(driver, element)
    assert sorted(second["ledger"]) == ["+3 via v₁", "−2.5 via v₂"]
    assert second["sum"] == "= 0.5"
    assert second["cancels"] == "Shares of both signs: they cancel in part."


def test_a_path_lights_up_on_focus_and_on_hover(driver, tmp_path):
    from selenium.webdriver import ActionChains

    figure = viz.walkthrough(chain_rule_example()[0])
    element = opened(driver, figure, tmp_path)
    element.find_element("css selector", ".cr-paths summary").click()
    button = next(b for b in element.find_elements("css selector", "[data-path]") if b.is_displayed())
    traced = (
        "return [...arguments[0].querySelectorAll('.edge.traced')].map((e) => Number(e.dataset.edge)).sort()"
    )
    driver.execute_script("arguments[0].focus()", button)
    expected = sorted(eval_list(button.get_attribute("data-path")))
    assert driver.execute_script(traced, element) == expected
    assert len(expected) == 3  # J to v to u to c
    driver.execute_script("arguments[0].blur()", button)
    assert driver.execute_script(traced, element) == []
    ActionChains(driver).move_to_element(button).perform()
    assert driver.execute_script(traced, element) == expected


def test_the_list_of_paths_fills_path_by_path_and_empties_on_the_way_back(driver, tmp_path):
    x, y = values(x=2.0, y=3.0)
    figure = viz.walkthrough(x * y - x * 2.5, wrt=x)
    element = opened(driver, figure, tmp_path)
    element.find_element("css selector", ".cr-paths summary").click()
    told = """return [...arguments[0].querySelectorAll("[data-leaf] p, [data-path], option")]
      .filter((e) => e.closest(".cr-paths")).map((e) => / = -?[0-9]/.test(e.textContent))"""
    known = []
    for _ in figure.steps:
        known.append(driver.execute_script(told, element))
        press(driver, "ARROW_RIGHT")
    at = sorted(
        int(item.get_attribute("data-at")) for item in element.find_elements("css selector", "[data-path]")
    )
    assert [sum(now) for now in known] == [(k >= at[0]) + 3 * (k >= at[1]) for k in range(len(figure.steps))]
    press(driver, "HOME")
    assert not any(driver.execute_script(told, element))


def eval_list(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)]


@pytest.mark.parametrize("notation", ["leibniz", "dvar", "bar"])
def test_symbols_follow_the_notation(driver, tmp_path, notation):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0], notation=notation), tmp_path)
    for _ in range(10):
        press(driver, "ARROW_RIGHT")
    expected = {"leibniz": "dJdb=dJdu·∂u∂b", "dvar": "db=du·∂u∂b", "bar": "b¯=u¯·∂u∂b"}
    assert shown(driver, element)["symbols"] == expected[notation]


def test_results_without_a_label_are_numbered_and_say_what_they_are(driver, tmp_path):
    a, b, c = values(a=2.0, b=3.0, c=-4.0)
    figure = viz.walkthrough((a + b) * c - (a - b) / a)
    element = opened(driver, figure, tmp_path)
    seen = set()
    for step in figure.steps:
        if step.phase == "forward":
            now = shown(driver, element)
            seen |= {now["symbols"], now["numbers"]}
        press(driver, "ARROW_RIGHT")
    assert {"v1=a+b", "2+3=5", "v2=v1·c", "5·(−4)=−20", "v4=v3a", "f=v2−v4"} <= seen  # v4 is a fraction


def test_a_picture_larger_than_its_pane_follows_the_step_and_can_be_seen_whole(driver, tmp_path):
    x = Value(0.3, label="x")
    for _ in range(12):
        x = (x * 1.1).sin()
    element = opened(driver, viz.walkthrough(x), tmp_path)
    inside = """
    const pane = arguments[0].querySelector(".cr-graph").getBoundingClientRect();
    const node = arguments[0].querySelector(".node.now").getBoundingClientRect();
    return node.top >= pane.top && node.bottom <= pane.bottom
      && node.left >= pane.left && node.right <= pane.right;
    """
    for key in ("END", "HOME", "ARROW_RIGHT"):
        press(driver, key)
        assert driver.execute_script(inside, element), key
    element.find_element("class name", "cr-fit").click()
    fits = "const p = arguments[0].querySelector('.cr-graph'); return p.scrollHeight <= p.clientHeight + 1"
    assert driver.execute_script(fits, element)


def test_an_arrow_that_is_pointed_at_says_its_rule_if_it_is_known(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    point = """
    const arrow = arguments[0].querySelector(".edge[data-edge='0'] path");
    arrow.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
    """
    driver.execute_script(point, element)
    assert shown(driver, element)["rule"] == ""
    press(driver, "END")
    before = shown(driver, element)
    driver.execute_script(point, element)
    assert shown(driver, element)["rule"] == "∂u∂b=c=2"
    driver.execute_script(
        "arguments[0].querySelector('.cr-graph').dispatchEvent(new PointerEvent('pointerleave'))", element
    )
    assert shown(driver, element) == before


def test_where_gradients_begin_a_sentence_tells_d_and_partial_apart(driver, tmp_path):
    element = opened(driver, viz.walkthrough(chain_rule_example()[0]), tmp_path)
    kept = element.find_element("class name", "cr-kept")
    for _ in range(5):
        press(driver, "ARROW_RIGHT")
        assert "counts" not in kept.text
    press(driver, "ARROW_RIGHT")
    assert shown(driver, element)["symbols"] == "dJdJ=1"
    assert kept.text.startswith("d counts every way from a node to J. ∂ counts this one arrow and")
    press(driver, "ARROW_RIGHT")
    assert kept.text == "the local rule"
