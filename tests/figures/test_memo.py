"""The hash table of backpropagation as a picture: what it stores, who looks it up, and both counts."""

import pytest

import nn
import viz
from autograd import Graph, Value, cost, naive_gradient, values
from tests.figures.figures import words
from tests.figures.test_routes import recorded


def rows(figure: viz.Figure) -> dict[str, tuple[str, ...]]:
    return {box.cells[0]: box.cells[1:] for box in figure.drawing.boxes if box.cells}


@pytest.mark.row("S004-20", "S004-21")
@pytest.mark.parametrize("activation", ["linear", "tanh"])
def test_the_table_of_the_notes_network_has_their_counts(activation):
    net, _, loss = recorded(activation)
    figure = viz.memo(loss, net.parameters())
    assert figure.drawing.title == "hash table: 6 derivatives, computed once and found again 22 times"
    assert figure.drawing.caption[0].startswith("86 multiplications without the table")
    assert figure.drawing.caption[1] == "28 with it: a look-up each; 6 compute, 22 find"
    stored = [name.split(" = ")[0] for name in rows(figure)]
    assert sorted(stored) == [f"dL/d{u}" for u in ("L", "O₁₁", "O₁₂", "O₁₃", "O₂₁", "O₂₂", "O₃₁")]
    graph = Graph(loss).collapse()
    each = [naive_gradient(graph, w).multiplications for w in net.parameters()]
    assert sum(each) == 86


def test_every_entry_is_the_gradient_that_backward_leaves():
    _, _, loss = recorded("tanh", bias=True)
    loss.backward()
    kept = {node.label: node.grad for node in Graph(loss).collapse().nodes if node.op is not None}
    shown = dict(name.split(" = ") for name in rows(viz.memo(loss)))
    assert {float(number) for number in shown.values()} == {float(f"{grad:.4g}") for grad in kept.values()}


def test_a_row_says_how_it_is_computed_and_for_whom_it_is_looked_up():
    net, _, loss = recorded()
    computed, asked = rows(viz.memo(loss, net.parameters()))["dL/dO₁₁ = -0.8726"]
    assert computed == "dL/dO₂₁·∂O₂₁/∂O₁₁ + dL/dO₂₂·∂O₂₂/∂O₁₁"
    assert asked == "looked up for dL/dw¹₁₁, dL/dw¹₂₁, dL/dw¹₃₁, dL/dw¹₄₁"


def test_look_ups_below_the_root_are_the_multiplications():
    net, _, loss = recorded()
    figure = viz.memo(loss, net.parameters())
    counts = [int(arrow.label[:-1]) for arrow in figure.drawing.arrows if arrow.label]
    assert counts[0] == 1  # the root's own derivative, which is 1
    assert sum(counts[1:]) == cost(Graph(loss).collapse(), net.parameters()).memoized == 28
    assert "4×" in words(figure.svg)


def test_a_graph_is_drawn_as_it_is_and_a_value_without_labels_whole():
    x = Value(2.0, label="x")
    y = x * x * x
    assert len(rows(viz.memo(y))) == 2
    _, _, loss = recorded("tanh")
    assert len(rows(viz.memo(Graph(loss)))) > len(rows(viz.memo(loss))) == 7


def test_a_long_table_says_what_it_leaves_out():
    net = nn.MLP(2, [30, 1], rng=0)
    figure = viz.memo(net(values(x_1=1.0, x_2=2.0))[0] ** 2, limit=5)
    assert len(rows(figure)) == 5
    assert "27 of 32 rows are not shown" in figure.drawing.caption


def test_one_leaf_may_be_asked_for_by_itself_or_its_label():
    net, _, loss = recorded()
    alone = viz.memo(loss, net.w(1, 1, 1)).text
    assert alone == viz.memo(loss, "w^1_11").text == viz.memo(loss, [net.w(1, 1, 1)]).text
    assert "looked up for dL/dw¹₁₁" in alone


def test_what_is_no_node_cannot_be_asked_for():
    with pytest.raises(KeyError, match="no node"):
        viz.memo(Value(1.0) * 2, [Value(1.0)])


def test_one_more_derivative_is_written_and_two_more_are_counted():
    for inputs, end in ((6, "dL/dw₆"), (7, "dL/dw₅ and 2 more")):
        w = [Value(1.0, label=f"w_{i}") for i in range(1, inputs + 1)]
        z = sum(w)
        z.label = "z"
        L = z**2
        L.label = "L"
        table = rows(viz.memo(Graph(L).collapse([*w, z])))
        (asked,) = [told for name, (_, told) in table.items() if "dz" in name]
        assert asked.endswith(end)


def test_the_table_tells_both_symbols_apart_and_why_the_notes_write_one():
    _, _, loss = recorded()
    caption = viz.memo(loss).drawing.caption
    assert "∂ counts this one arrow and holds everything else still." in caption
    assert "then ∂L/∂w = dL/dw, and the notes write ∂ for both." in caption
    x = Value(2.0, label="x")
    told = viz.memo(x * x * x).drawing.caption
    assert any(line.startswith("∂ counts") for line in told)
    assert not any("the notes write" in line for line in told)
