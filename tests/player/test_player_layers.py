"""Networks in the player: inputs first, parameters together and on their arrows, layer by layer."""

import re

import pytest

import nn
import viz
from autograd import Graph, Value, dot, sigmoid, values, where
from nn import losses
from tests.figures.figures import chain_rule_example
from tests.player.player_examples import data_of, layers, picture_of
from viz.player.layers import carriers, parameters


def loss_of(inputs: int, *sizes: int) -> Value:
    x = [Value(0.5 - 0.4 * j, label=f"x_{j + 1}") for j in range(inputs)]
    L = losses.square(nn.MLP(inputs, sizes, "tanh", rng=0)(x)[0], 1.0)
    L.label = "L"
    return L


def chain(depth: int) -> Value:
    """Return the chain of neurons of the lesson on deep networks."""
    out = Value(0.5, label="x")
    for k in range(1, depth + 1):
        out = sigmoid(Value(1.0, label=f"w_{k}") * out)
        out.label = f"O_{k}"
    return out


NETS = [
    lambda: Graph(loss_of(2, 4, 1)),
    lambda: Graph(loss_of(4, 3, 2, 1)),
    lambda: Graph(loss_of(2, 4, 1)).collapse(),
    lambda: Graph(layers(3, 3)),
    lambda: Graph(chain(5)),
    lambda: Graph(chain(5)).collapse(),
]
LABELS = re.compile(r"[wb][\^_]")


@pytest.mark.parametrize("make", NETS)
def test_weights_and_biases_are_the_parameters_and_the_inputs_are_none(make):
    graph = make()
    found = parameters(graph, graph.names)
    assert {graph.nodes[leaf].label for leaf in found} == {
        graph.nodes[leaf].label for leaf in graph.leaves if LABELS.match(graph.nodes[leaf].label)
    }
    assert {graph.nodes[leaf].label[0] for leaf in set(graph.leaves) - found} == {"x"}


@pytest.mark.parametrize("make", [lambda: NETS[0](), lambda: NETS[1](), lambda: NETS[2](), lambda: NETS[3]()])
def test_a_weight_stands_on_the_arrow_that_its_label_names_and_a_bias_on_one_of_its_own(make):
    graph = make()
    before: dict[str, set[int]] = {}
    for leaf, arrow in carriers(graph, parameters(graph, graph.names)).items():
        label = re.fullmatch(r"([wb])\^(\d)_\{?(\d)(\d?)\}?", graph.nodes[leaf].label)
        assert label is not None
        if label[1] == "b":
            assert arrow is None
        else:  # all weights from one neuron bear its number
            before.setdefault(f"{label[2]}{label[3]}", set()).add(arrow.source)
    assert all(len(sources) == 1 for sources in before.values())
    assert len(set.union(*before.values())) == len(before)


def test_the_letters_of_a_small_expression_are_no_parameters():
    a, b, w, x = values(a=5.0, b=3.0, w=2.0, x=1.0)
    for root in (chain_rule_example()[0], a + b * w, where(x > 0, a, b), w * x + b):
        graph = Graph(root)
        assert parameters(graph, graph.names) == frozenset()


def test_a_weight_that_is_used_twice_keeps_a_box_of_its_own():
    w_1, w_2, x, b = values(w_1=0.5, w_2=2.0, x=3.0, b=0.1)
    graph = Graph(dot([w_1, w_2], [x, dot([w_2], [x])], b))
    found = parameters(graph, graph.names)
    assert sorted(graph.nodes[leaf].label for leaf in found) == ["b", "w_1", "w_2"]
    assert sorted(graph.nodes[leaf].label for leaf in carriers(graph, found)) == ["b", "w_1"]


def test_the_weight_of_a_plain_number_stands_on_the_arrow_of_that_number():
    w, b = values(w=0.5, b=0.1)
    graph = Graph(dot([w], [1.5], b))
    found = carriers(graph, parameters(graph, graph.names))
    assert {
        graph.nodes[leaf].label: arrow and graph.nodes[arrow.source].data for leaf, arrow in found.items()
    } == {
        "w": 1.5,
        "b": None,
    }
    assert len(re.findall(r"n\d+ -> n0 ", viz.walkthrough(graph).dot)) == 1


def test_arrows_through_weights_are_straight_where_they_run_over_no_box_and_no_label():
    whole = Graph(loss_of(2, 4, 1))
    assert "splines=line" in viz.walkthrough(whole).dot
    assert "splines=line" not in viz.walkthrough(whole.collapse()).dot  # its arrows have labels
    assert "splines=line" not in viz.walkthrough(chain_rule_example()[0]).dot


def test_inputs_come_first_parameters_together_and_then_layer_by_layer():
    figure = viz.walkthrough(loss_of(2, 4, 1))
    assert figure.sentences[:2] == ("x₁ = 0.5 is a leaf", "x₂ = 0.1 is a leaf")
    assert figure.sentences[2].startswith("17 parameters are leaves, too: w¹₁₁ = ")
    made = [figure.graph.nodes[step.node].label for step in figure.steps[3:] if step.phase == "forward"]
    assert made == [
        "z_{11}",
        "O_{11}",
        "z_{12}",
        "O_{12}",
        "z_{13}",
        "O_{13}",
        "z_{14}",
        "O_{14}",
        "O_{21}",
        "",
        "L",
    ]
    steps = data_of(figure.html)["steps"]
    assert [len(step) for step in steps[:4]] == [7, 7, 8, 7]
    together = [figure.graph.nodes[leaf].label for leaf in steps[2][7]]
    assert sorted(together) == sorted(
        figure.graph.nodes[leaf].label
        for leaf in figure.graph.leaves
        if figure.graph.nodes[leaf].label[0] != "x"
    )
    assert [label[2] for label in together] == ["1"] * 12 + ["2"] * 5  # the first layer first


@pytest.mark.parametrize("make", NETS)
def test_every_node_is_introduced_once_and_after_its_operands(make):
    graph = make()
    steps = data_of(viz.walkthrough(graph).html)["steps"]
    known: set[int] = {node.index for node in graph.nodes if node.constant}
    for step in steps:
        if step[0]:
            for node in step[7] if len(step) > 7 else [step[1]]:
                assert node not in known
                assert {edge.source for edge in graph.operands[node]} <= known
                known.add(node)
    assert known == set(range(len(graph)))


def test_a_network_is_drawn_from_left_to_right_however_deep_and_every_node_and_edge_has_its_shape():
    for make in NETS:
        graph = make()
        figure = viz.walkthrough(graph)
        assert figure.drawing.direction == "LR"
        svg = picture_of(figure.html)
        nodes = {int(e.get("data-node")) for e in svg.iter() if e.get("data-node")}
        edges = [int(e.get("data-edge")) for e in svg.iter() if e.get("data-edge")]
        hidden = graph.names.default_operands
        assert nodes == set(range(len(graph))) - hidden
        assert sorted(edges) == [i for i, edge in enumerate(graph.edges) if edge.source not in hidden]


def test_the_arrow_from_an_input_leads_through_its_weight_and_is_lit_as_far_as_the_neuron():
    w, x = values(w=0.5, x=3.0)
    figure = viz.walkthrough(dot([w], [x]))
    onward, through = (arrow for arrow in figure.drawing.arrows)
    assert {through.source, onward.target} == {"n1", f"n{figure.graph.roots[0]}"}
    assert through.target == onward.source == "n0"
    outer = next(g for g in picture_of(figure.html).iter("g") if g.get("data-edge") == "1")
    assert [inner.get("data-edge") for inner in outer.iter("g")] == ["1", "0"]


def test_arrows_show_rule_and_number_where_there_is_room_and_else_when_they_are_walked():
    x = Value(1.0, label="x")
    v = x.exp()
    v.label = "v_1"
    f = x * v
    f.label = "f"
    small = viz.walkthrough(f)
    assert {arrow.label for arrow in small.drawing.arrows} == {
        "∂f/∂x = v₁ = 2.718",
        "∂f/∂v₁ = x = 1",
        "∂v₁/∂x = v₁ = 2.718",
    }
    assert not [text for text in picture_of(small.html).iter("text") if text.get("class") == "full"]
    net = viz.walkthrough(loss_of(2, 4, 1))
    told = [text.text for text in picture_of(net.html).iter("text") if text.get("class") == "full"]
    assert {"∂z₁₁/∂x₁ = w¹₁₁ = 0.2739", "∂z₁₁/∂w¹₁₁ = x₁ = 0.5", "∂z₁₁/∂b¹₁ = 1"} <= set(told)
    out = net.graph.nodes[net.graph.index("O_{11}")].data
    assert f"∂O₁₁/∂z₁₁ = 1 - O₁₁·O₁₁ = {1 - out**2:.4g}" in told
    assert len(told) == sum(edge.partial is not None for edge in net.graph.edges)
