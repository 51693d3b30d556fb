"""The walkthrough as data, text and HTML: its words, its bytes, its size, and what a hostile label can do."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files

import pytest

import viz
from autograd import Graph, StaleGraphError, Value, backward_steps, cost, relu, tanh, values
from tests.viz.figures import chain_rule_example, holds
from tests.viz.test_escaping import HOSTILE
from viz import player, player_paths, player_script

VOID = {"meta", "input", "br", "hr", "link", "img"}


class Page(HTMLParser):
    """Reads HTML strictly: every element is closed, in order; keeps attributes and the texts of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" class="cr-data">(.*?)</script>', html)[1])


def a_merge() -> Value:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    return y


def unlabelled() -> Value:
    a, b = values(a=-2.0, b=3.0)
    return (tanh(a * b) - b**2) / (a - 1) + relu(a) * b


def layers(depth: int, width: int) -> Value:
    """Return the loss of a fully connected net of scalars, written with * and + only."""
    x = [Value(0.1 * (i + 1), label=f"x_{i + 1}") for i in range(2)]
    for k in range(1, depth + 1):
        sums = []
        for j in range(1 if k == depth else width):
            z = Value(0.01 * j, label=f"b^{k}_{j + 1}")
            for i, signal in enumerate(x):
                z = z + Value(0.3 - 0.07 * ((i + 2 * j) % 9), label=f"w^{k}_{i + 1}{j + 1}") * signal
            sums.append(tanh(z))
        x = sums
    return (x[0] - 0.5) ** 2


@pytest.mark.row("S003-40", "S003-42", "S003-43", "S003-44", "S003-45", "S003-46")
def test_the_walk_through_the_first_graph_of_the_notes_is_the_golden_one():
    figure = viz.walkthrough(chain_rule_example()[0])
    assert holds("walkthrough_of_the_first_graph.txt", figure.text)


def test_a_merge_says_what_was_there_and_what_it_becomes():
    assert viz.walkthrough(a_merge()).sentences[2:] == (
        "the backward sweep starts at y: ∂y/∂y = 1",
        "x receives 1·3 = 3 from y: ∂y/∂x = 3",
        "x receives 1·3 = 3 from y: ∂y/∂x = 3 + 3 = 6",
    )


@pytest.mark.parametrize("make", [lambda: chain_rule_example()[0], a_merge, unlabelled])
def test_with_the_engines_names_the_player_says_the_engines_words(make):
    figure = viz.walkthrough(make())
    assert figure.sentences == tuple(step.text for step in figure.steps)


def test_the_steps_are_the_engines_and_end_at_its_gradients():
    root = layers(2, 3)
    figure = viz.walkthrough(root)
    assert [step for step in figure.steps if step.phase == "backward"] == list(backward_steps(root))
    last = {step.node: step.adjoint for step in figure.steps if step.phase == "backward"}
    root.backward()
    assert last == {node.index: node.value.grad for node in figure.graph.nodes if node.value is not None}


@pytest.mark.parametrize("make", [lambda: chain_rule_example()[0], a_merge, lambda: layers(3, 4)])
def test_the_counters_end_at_the_engines_costs(make):
    root = make()
    steps = data_of(viz.walkthrough(root).html)["steps"]
    over = [int(step[5]) for step in steps]
    whole = cost(root)
    assert sum(over) == whole.naive
    assert sum(count > 0 for count in over) == whole.memoized


def test_names_come_from_variables_and_symbols_from_the_notation():
    a, b = Value(2.0), Value(3.0)
    f = a * b
    line = viz.walkthrough(f, names=locals(), notation="dvar").sentences[-1]
    assert line == "b receives 1·2 = 2 from f: db = 2"


def test_an_unknown_notation_is_refused():
    with pytest.raises(ValueError, match="leibniz"):
        viz.walkthrough(a_merge(), notation="newton")


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, float("nan")])
def test_a_tolerance_that_is_no_relative_error_is_refused(tolerance):
    with pytest.raises(ValueError, match="relative error"):
        viz.walkthrough(a_merge(), tolerance=tolerance)


def test_a_stale_graph_is_refused():
    J, a, *_ = chain_rule_example()
    a.data = 6.0
    with pytest.raises(StaleGraphError, match="a"):
        viz.walkthrough(J)


def test_wrt_chooses_whose_paths_are_listed():
    J, a, b, c = chain_rule_example()
    whole = viz.walkthrough(J).html
    assert [whole.count(f"<option>∂J/∂{name} = ") for name in "abc"] == [1, 1, 1]
    chosen = viz.walkthrough(J, wrt=b).html
    assert [chosen.count(f"<option>∂J/∂{name} = ") for name in "abc"] == [0, 1, 0]
    several = viz.walkthrough(J, wrt=[c, a]).html
    assert several.index("<option>∂J/∂c") < several.index("<option>∂J/∂a")
    with pytest.raises(KeyError, match="no node of this graph"):
        viz.walkthrough(J, wrt=Value(1.0))


def test_paths_are_ranked_by_their_share_and_cancellation_is_said():
    x, y = values(x=2.0, y=3.0)
    f = x * y - x * 2.5
    f.label = "f"
    html = viz.walkthrough(f, wrt=x).html
    assert "∂f/∂x = 0.5, over 2 paths; <strong" in html
    assert "they cancel: 9% of their sizes are left" in html
    shares = [int(share) for share in re.findall(r"<b>(\d+)%</b>", html)]
    assert shares == [55, 45]


def test_the_shares_of_all_paths_are_one():
    graph = Graph(layers(3, 3))
    mass = player_paths.masses(graph)
    for leaf in graph.leaves:
        sizes = sum(abs(path.product) for path in graph.paths(graph.nodes[leaf]))
        assert mass[leaf] == pytest.approx(sizes, rel=1e-12)


def test_the_number_of_paths_over_the_edges_into_the_leaves_is_the_number_of_paths():
    graph = Graph(layers(3, 3))
    down, _ = player_script.routes(graph)
    for leaf in graph.leaves:
        assert down[leaf] == graph.paths(graph.nodes[leaf]).count


def test_the_html_is_well_formed_and_asks_nothing_from_outside():
    html = viz.walkthrough(chain_rule_example()[0]).html
    page = Page(html)
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<link|<iframe|\bsrc=", html)
    assert "getElementById" not in html
    assert not [value for name, value in page.attributes if name == "id"]
    assert ("data-lm-suppress-shortcuts", "true") in page.attributes
    assert ("tabindex", "0") in page.attributes
    assert ("aria-live", "polite") in page.attributes


def test_the_saved_page_is_a_page_and_the_fragment_is_none(tmp_path):
    figure = viz.walkthrough(chain_rule_example()[0])
    text = figure.save(tmp_path / "walk.html").read_text(encoding="utf-8")
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert {"html", "head", "body", "title"} <= set(Page(text).tags)
    assert not {"html", "head", "body"} & set(Page(figure.html).tags)


@pytest.mark.parametrize("ending", [".svg", ".dot", ".txt", ".png"])
def test_a_walkthrough_saves_its_last_picture_and_its_text_too(tmp_path, ending):
    assert viz.walkthrough(a_merge()).save(tmp_path / f"walk{ending}").stat().st_size > 100


def test_the_last_picture_holds_the_gradients_although_no_backward_ran():
    svg = viz.walkthrough(chain_rule_example()[0]).svg
    assert "∂J/∂b = 6" in svg
    assert "not yet" not in svg


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_stays_text(label):
    root = Value(2.0, label=label) * 3.0
    root.label = label
    html = viz.walkthrough(root).html
    clean = viz.walkthrough(chain_rule_example()[0]).html
    page, usual = Page(html), Page(clean)
    assert set(page.tags) <= set(usual.tags) | {"msub", "msup", "mtext", "tspan"}
    assert {name for name, _ in page.attributes} <= {name for name, _ in usual.attributes}
    assert len(page.texts["script"]) == 2
    data = data_of(html)
    for markup in data["names"]:
        assert set(re.findall(r"<(\w+)", markup)) <= {
            "mi",
            "mn",
            "mo",
            "mrow",
            "mtext",
            "msub",
            "msup",
            "msubsup",
        }


def test_the_data_can_not_end_its_script_early():
    assert player.embedded(["</script>", "<!--", "\u2028", "&amp;"]) == (
        r'["\u003c/script\u003e","\u003c!--","\u2028","\u0026amp;"]'
    )


def test_numbers_that_json_has_no_word_for_still_arrive():
    x = Value(1000.0, label="x")
    html = viz.walkthrough(x.exp() * 0.0).html
    assert '"Infinity"' in html
    assert "NaN" in html
    data_of(html)


@pytest.mark.parametrize(("depth", "width"), [(1, 1), (2, 4), (3, 16)])
def test_a_player_stays_within_its_size(depth, width):
    root = layers(depth, width)
    size = len(viz.walkthrough(root).html.encode())
    assert size < 60_000 + 2_000 * len(Graph(root))


def test_the_same_graph_gives_the_same_bytes_under_any_hash_seed():
    program = (
        "import hashlib, viz\nfrom tests.viz.test_player import layers\n"
        "w = viz.walkthrough(layers(2, 3))\nprint(hashlib.sha256((w.html + w.text).encode()).hexdigest())"
    )
    found = set()
    for seed in ("0", "1"):
        environment = dict(os.environ, PYTHONHASHSEED=seed, PYTHONPATH=os.pathsep.join(sys.path))
        run = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        found.add(run.stdout)
    assert len(found) == 1


def test_a_notebook_gets_the_player_the_picture_and_the_words():
    figure = viz.walkthrough(a_merge())
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["text/html"] == figure.html
    assert bundle["text/plain"] == figure.text


def test_without_graphviz_a_notebook_gets_the_words_and_the_reason(monkeypatch):
    from viz import figure, render

    def missing(*_: object) -> bytes:
        raise render.GraphvizMissingError("no Graphviz here")

    monkeypatch.setattr(figure, "render", missing)
    bundle = viz.walkthrough(a_merge())._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "the backward sweep starts" in bundle["text/plain"]
    assert "no Graphviz here" in bundle["text/plain"]


def test_a_large_graph_is_collapsed_and_says_so():
    root = layers(3, 4)
    root.label = "L"
    figure = viz.walkthrough(root, limit=60)
    assert len(figure.graph) <= 60
    assert "of them hidden" in figure.html
    last = {step.node: step.adjoint for step in figure.steps if step.phase == "backward"}
    root.backward()
    for node in figure.graph.nodes:
        if node.index in last and node.value is not None:  # the collapsed edges round once more
            assert last[node.index] == pytest.approx(node.value.grad, rel=1e-12)


def test_a_graph_that_does_not_collapse_is_refused_with_the_ways_out():
    x = Value(1.0, label="x")
    for k in range(100):
        x = x * 1.01
        x.label = f"y_{k}"
    with pytest.raises(viz.TooLargeError, match=r"viz\.paths\(root, leaf\).*limit="):
        viz.walkthrough(x, limit=50)


def test_every_asset_is_in_the_package():
    there = {path.name for path in (files("viz") / "assets").iterdir()}
    assert there == {*player.SCRIPTS, "player.css"}


def test_the_scripts_name_only_elements_that_the_player_has():
    html = viz.walkthrough(chain_rule_example()[0]).html
    script = player.script()
    named = set(re.findall(r'part\("([\w-]+)"\)', script))
    classes = {c for value in re.findall(r'class="([^"]*)"', html) for c in value.split()}
    assert {f"cr-{name}" for name in named} <= classes
    assert set(re.findall(r"data\.words\.(\w+)", script)) <= set(player_script.WORDS)
