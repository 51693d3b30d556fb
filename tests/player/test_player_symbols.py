"""In all that a player says, no symbol of a derivative stands for two numbers, running sums included."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Graph, Value, exp, sin, tanh
from viz.player.paths import section
from viz.player.stage import running

LABELS = ("", "", "u", "h", "z_{11}", "f")
OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - 2 * b,
    lambda a, b: tanh(a),
    lambda a, b: sin(b) * a,
    lambda a, b: exp(a * 0.1),
    lambda a, b: a * a,
)


@st.composite
def expressions(draw: st.DrawFn) -> Value:
    """Return the root of a random graph, some nodes of which have a label, each label once."""
    nodes = [Value(draw(st.sampled_from([0.5, -1.25, 2.0])), label=name) for name in ("x", "w", "b")]
    free = list(LABELS)
    for _ in range(draw(st.integers(1, 6))):
        a, b = (draw(st.sampled_from(nodes)) for _ in range(2))
        node = draw(st.sampled_from(OPERATIONS))(a, b)
        label = draw(st.sampled_from(free))
        if label:
            free.remove(label)
            node.label = label
        nodes.append(node)
    return nodes[-1]


def texts(figure: viz.Walkthrough) -> list[str]:
    """Return all lines that a player shows at some step: picture, sentences, running sums, list of paths."""
    layout = figure._stage()
    picture = [line for box in layout.drawing.boxes for line in box.lines]
    picture += [arrow.label for arrow in layout.drawing.arrows] + list(layout.full.values())
    listed = section(figure.graph, figure._naming, figure.graph.leaves, figure.steps)
    lists = re.findall(r"<option>(.*?)</option>|<p>([^<]*over [\d,]+ path)", listed)
    sums = [running(step) for step in figure.steps if step.phase == "backward" and not step.complete]
    return [*picture, *figure.sentences, *sums, *(unescape("".join(found)) for found in lists)]


def numbers_by_symbol(figure: viz.Walkthrough) -> dict[str, set[str]]:
    """Return for each symbol of a derivative the numbers that stand at the end of its equations."""
    names, graph = figure._naming, figure.graph
    symbols = {names.gradient(node.index) for node in graph.nodes if not node.constant}
    symbols |= {names.local(edge) for edge in graph.edges if edge.partial is not None}
    found: dict[str, set[str]] = {symbol: set() for symbol in symbols}
    for line in texts(figure):
        for symbol in symbols:
            for at in re.finditer(rf"(?:^|[ ;:]){re.escape(symbol)} = ", line):
                equation = re.split(r", (?=∂|over)|; |, \(", line[at.end() :])[0]
                found[symbol].add(equation.split(" = ")[-1].strip())
    return found


@pytest.mark.parametrize("notation", ["leibniz", "dvar", "bar"])
@given(root=expressions())
def test_no_symbol_of_a_derivative_stands_for_two_numbers_in_a_player(notation, root):
    figure = viz.walkthrough(Graph(root), notation=notation)
    found = numbers_by_symbol(figure)
    assert {symbol: told for symbol, told in found.items() if len(told) > 1} == {}
    nodes = [node.index for node in figure.graph.nodes if not node.constant]
    gradients = {figure._naming.gradient(index) for index in nodes}
    assert len(gradients) == len(nodes)
    locals_ = [figure._naming.local(edge) for edge in figure.graph.edges if edge.partial is not None]
    assert len(set(locals_)) == len(locals_)
    assert not gradients & set(locals_)


def test_the_property_notices_a_running_sum_under_the_gradients_name():
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    figure = viz.walkthrough(y)
    assert numbers_by_symbol(figure)["dy/dx"] == {"6"}
    figure.sentences = tuple(
        line.replace("so far 3 (1 of 2 arrows)", "dy/dx = 3") for line in figure.sentences
    )
    assert numbers_by_symbol(figure)["dy/dx"] == {"3", "6"}


def test_what_a_screen_reader_is_told_keeps_the_rule_too():
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    assert viz.walkthrough(y).sentences[-2:] == (
        "x receives 1·3 = 3 from y: so far 3 (1 of 2 arrows)",
        "x receives 1·3 = 3 from y: dy/dx = 3 + 3 = 6",
    )
