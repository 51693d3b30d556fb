"""In all that a player shows and says, no symbol of a derivative stands for two numbers."""

import pytest
from hypothesis import HealthCheck, given, settings

import viz
from autograd import Graph, Value
from autograd.text.numbers import number
from tests.figures.symbols import ambiguous, meanings, of_mathml
from tests.figures.test_symbols import expressions
from tests.player.browser import opened, player, press, shown, spoken
from tests.player.player_examples import a_merge, merging_example, network

# What the page fills in at every step: formulas, picture, ledger, lists, and what is read out.
WALK = """
const root = arguments[0], found = [];
const all = (selector) => [...root.querySelectorAll(selector)];
const step = (key) => root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
step("Home");
for (let k = 0; k <= Number(root.querySelector(".cr-slider").max); k += 1) {
  const lines = (selector) => all(selector).map((e) => e.textContent);
  const formulas = all(".cr-said > :is(.cr-symbols, .cr-numbers, .cr-rule), .cr-rule > div");
  const rules = all(".edge[tabindex]").map((arrow) => {
    arrow.focus();
    return root.querySelector(".cr-rule").innerHTML;
  });
  root.focus();
  found.push({
    formulas: [...formulas.map((e) => e.innerHTML), ...rules],
    texts: lines(".cr-words, .cr-graph text, option, .cr-paths p, .cr-steps td, .cr-paths li span"),
    heard: [...lines(".cr-heard"), ...all(".edge[aria-label]").map((e) => e.getAttribute("aria-label"))],
    given: all(".cr-entries tr").map((row) => row.cells[1].textContent),
  });
  step("ArrowRight");
}
return found;
"""


def told(driver, figure: viz.Walkthrough, tmp_path) -> tuple[str, list[str], list[list[str]]]:
    """Return all that a player writes, what is read out, and by which names the ledger tells arrivals."""
    found = driver.execute_script(WALK, opened(driver, figure, tmp_path))
    lines = [of_mathml(f"<all>{markup}</all>") for step in found for markup in step["formulas"]]
    lines += [text for step in found for text in step["texts"]]
    return "\n".join(lines), [line for step in found for line in step["heard"]], [s["given"] for s in found]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=expressions())
def test_no_symbol_stands_for_two_numbers_in_all_that_a_player_fills_in(driver, tmp_path, made):
    figure = viz.walkthrough(Graph(made[0]))
    names, graph = figure._naming, figure.graph
    text, heard, given_by = told(driver, figure, tmp_path)
    assert not ambiguous(text), text
    for node in graph.nodes:
        if not node.constant:
            aloud, wanted = names.spoken.gradient(node.index), number(graph.adjoints[node.index] or 0.0)
            ends = {line.split(" = ")[-1] for line in heard if f": {aloud} = " in line}
            assert ends <= {wanted}, (aloud, ends)
    for edge in graph.edges:
        if edge.partial is not None:
            assert f"{names.spoken.local(edge)} = {number(edge.partial)}" in heard
    assert all(len(set(arrivals)) == len(arrivals) for arrivals in given_by)


def test_the_reader_finds_a_gradient_in_the_formulas_of_a_player(driver, tmp_path):
    x = Value(3.0, label="x")
    y = x * x + x
    y.label = "y"
    text, _, _ = told(driver, viz.walkthrough(y), tmp_path)
    found = meanings(text)
    assert found["dy/dx"] == {"7"}
    assert found["∂y/∂x"] == {"1"}
    assert found["∂₁v₁"] == found["∂₂v₁"] == {"3"}
    assert ambiguous(text + "\n∂y/∂x = 7") == {"∂y/∂x": {"1", "7"}}


def test_two_arrows_from_one_box_are_told_apart_in_ledger_and_question(driver, tmp_path):
    figure = viz.walkthrough(a_merge())
    element = opened(driver, figure, tmp_path)
    press(driver, "END")
    assert shown(driver, element)["ledger"] == ["+3 via y (∂₁y)", "+3 via y (∂₂y)"]
    asked = viz.walkthrough(a_merge(), guess=True).text
    assert "how much reaches x from y (∂₁y)?" in asked
    assert "how much reaches x from y (∂₂y)?" in asked


def test_what_is_read_out_says_gradient_and_local_derivative(driver, tmp_path):
    opened(driver, viz.walkthrough(a_merge()), tmp_path)
    press(driver, "ARROW_RIGHT")
    by = ("y by its first operand, x = 3", "y by its second operand, x = 3")
    assert (
        f"StaticText y = x * x = 3·3 = 9; kept: local derivative of {by[0]}, local derivative of {by[1]}"
        in spoken(driver)
    )
    press(driver, "END")
    heard = spoken(driver)
    assert "StaticText x receives 1·3 = 3 from y: gradient of y by x = 3 + 3 = 6" in heard
    assert not [line for line in heard if line.startswith("StaticText x receives") and "dy/dx" in line][1:]


@pytest.mark.parametrize("make", [merging_example, network])
def test_the_rules_of_all_arrows_can_be_read_by_keyboard(driver, tmp_path, make):
    figure = viz.walkthrough(make())
    element = opened(driver, figure, tmp_path)
    press(driver, "r")
    assert shown(driver, element)["rule"] == ""  # nothing is known yet
    press(driver, "END")
    arrows = [i for i, edge in enumerate(figure.graph.edges) if edge.partial is not None]
    drawn = {
        int(arrow.get_attribute("data-edge")) for arrow in element.find_elements("css selector", ".edge")
    }
    seen = {}
    for _ in arrows:
        press(driver, "r")
        at = driver.execute_script("return document.activeElement.dataset.edge")
        seen[int(at)] = driver.execute_script("return document.activeElement.getAttribute('aria-label')")
        assert shown(driver, element)["rule"] != ""
    assert seen.keys() == drawn & set(arrows)  # those on the arrow of a weight, too
    for i, aloud in seen.items():
        edge = figure.graph.edges[i]
        assert aloud == f"{figure._naming.spoken.local(edge)} = {number(edge.partial)}"
    press(driver, "HOME", "ARROW_LEFT")
    assert player(driver).find_element("class name", "cr-words").text == figure.sentences[0]
