"""The HTML of a walkthrough: well-formed, self-contained, small, the same every time, safe from labels."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files

import pytest

import viz
from autograd import Graph, Value
from tests.drawing.test_escaping import HOSTILE
from tests.figures.figures import chain_rule_example
from tests.player.player_examples import NAME_TAGS, a_merge, data_of, layers
from viz.player import page as player
from viz.player.data import WORDS

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
    assert "dJ/db = 6" in svg
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
        assert set(re.findall(r"<(\w+)", markup)) <= NAME_TAGS


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
        "import hashlib, viz\nfrom tests.player.player_examples import layers\n"
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
    assert bundle["text/html"].count("<script") == 2
    packed = re.search(r'<script type="application/json">(.*?)</script>', bundle["text/html"], re.DOTALL)
    assert json.loads(packed[1]) == figure.html
    still = bundle["text/html"].partition("<script")[0]  # as in a notebook that is not trusted
    assert '<img alt="' in still
    assert "the backward sweep starts" in still
    assert not re.search("<(svg|button|form|input)", still)
    assert bundle["text/plain"] == figure.text


def test_without_graphviz_a_notebook_gets_the_words_and_the_reason(monkeypatch):
    from viz.drawing import figure, render

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
    there = {path.name for path in (files("viz.player") / "assets").iterdir()}
    assert there == {*player.SCRIPTS, "player.css", "page.html"}


def test_the_scripts_name_only_elements_that_the_player_has():
    html = viz.walkthrough(chain_rule_example()[0]).html
    script = player.script()
    named = set(re.findall(r'part\("([\w-]+)"\)', script))
    classes = {c for value in re.findall(r'class="([^"]*)"', html) for c in value.split()}
    assert {f"cr-{name}" for name in named} <= classes
    assert set(re.findall(r"data\.words\.(\w+)", script)) <= set(WORDS)
