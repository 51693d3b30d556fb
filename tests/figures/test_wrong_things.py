"""What a public function of viz says to a model, or to a thing that it cannot draw: what it takes."""

import re
import subprocess
import sys

import pytest

import nn
import viz
from autograd import Graph, expression, gradcheck, record, values

RAW = r"object (is|has|of)|has no attribute|unhashable|positional argument|not callable|not iterable|convert"
THINGS = {
    "model": nn.MLP(2, [2, 1]), "None": None, "text": "abc", "number": 3, "numbers": {"a": 1}, "list": [[]],
}  # fmt: skip
MAKERS = (
    "graph",
    "walkthrough",
    "network",
    "diagram",
    "image",
    "histogram",
    "curve",
    "curves",
    "performance",
)


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("maker", MAKERS)
def test_a_thing_that_cannot_be_drawn_is_refused_in_words(maker, thing):
    if maker in ("image", "histogram", "curve", "curves", "performance"):
        pytest.importorskip("matplotlib")
    if (maker, thing) == ("network", "model"):
        return
    with pytest.raises((TypeError, ValueError)) as told:
        getattr(viz, maker)(THINGS[thing])
    assert not re.search(RAW, str(told.value)), told.value


@pytest.mark.parametrize("thing", [None, 3, "abc", [1.0]])
@pytest.mark.parametrize("reader", [lambda f: gradcheck(f, (1.0,)), lambda f: record(f, 1.0)])
def test_what_is_no_function_is_refused_in_words(reader, thing):
    with pytest.raises(TypeError, match=r"a function, such as lambda x: x\*\*2, got"):
        reader(thing)


def test_a_model_in_place_of_a_result_is_told_what_to_do():
    with pytest.raises(TypeError, match=r"MLP is a model: call it.*viz\.network\(model\) draws its neurons"):
        viz.graph(nn.MLP(2, [1]))
    x, y = values(x=1.0, y=2.0)
    with pytest.raises(TypeError, match=r"a list of 2: for several roots write Graph\(\*results\)"):
        Graph([x, y])
    pytest.importorskip("matplotlib")
    with pytest.raises(TypeError, match=r"got MLP\. viz\.network\(model\) draws a model"):
        viz.image(nn.MLP(2, [1]))


def test_the_sizes_of_a_network_in_one_list_are_refused_with_the_right_form():
    with pytest.raises(TypeError, match=r"by itself: MLP\(4, \[3, 2, 1\]\), and got MLP\(\[4, 3, 2, 1\]\)"):
        nn.MLP([4, 3, 2, 1])
    with pytest.raises(ValueError, match="widths is empty"):
        nn.MLP(4)


def test_an_expression_is_text():
    with pytest.raises(TypeError, match=r"An expression is text, such as '3\*\(a \+ b\*c\)', got int"):
        expression(3)


def test_the_command_runs_as_a_module():
    command = [sys.executable, "-m", "viz", "x*y", "x=2", "y=3"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "f = x * y = 6" in run.stdout
