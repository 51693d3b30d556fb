"""The drawing of the chain rule: every path to one leaf, its product at its end, the sum where they merge."""

import pytest

import viz
from autograd import Graph, Value, values
from tests.figures.figures import chain_rule_example, holds, network_of_the_notes, words
from viz.drawing.looks.style import PATHS


def lines(figure: viz.Figure) -> dict[str, str]:
    """Return what stands in the boxes of products and of the sum."""
    return {box.id: box.lines[0] for box in figure.drawing.boxes if box.id[0] in "psr"}


@pytest.mark.row("S003-43", "S003-44", "S003-46")
def test_the_path_to_b_is_lit_and_ends_in_its_product():
    J, _, b, _ = chain_rule_example()
    J.backward()
    figure = viz.paths(J, b)
    assert lines(figure) == {"p1": "dJ/db = 3·1·2 = 6"}
    lit = [
        (a.source, a.target, a.label) for a in figure.drawing.arrows if a.classes == ("path1",) and a.label
    ]
    assert lit == [("n1", "n3", "∂u/∂b = 2"), ("n3", "n4", "∂v/∂u = 1"), ("n4", "n6", "∂J/∂v = 3")]
    assert all(a.backward for a in figure.drawing.arrows if a.classes == ("path1",))
    assert "dJ/db = 3·1·2 = 6" in words(figure.svg)


def test_dot_and_text_of_the_path_to_b_are_the_golden_ones():
    J, _, b, _ = chain_rule_example()
    J.backward()
    figure = viz.paths(J, b)
    assert holds("path_to_b.dot", figure.dot)
    assert holds("path_to_b.txt", figure.text)


@pytest.mark.row("S002-51", "S002-53")
def test_x_times_x_has_two_paths_in_two_colours_and_a_sum():
    (x,) = values(x=3.0)
    y = x * x
    y.label = "y"
    figure = viz.paths(y, x)
    assert lines(figure) == {"sum": "dy/dx = 3 + 3 = 6", "p1": "① 3", "p2": "② 3"}
    drawn = [(a.label, a.classes) for a in figure.drawing.arrows if a.label]
    assert drawn == [("① ∂₁y = 3", ("path1",)), ("② ∂₂y = 3", ("path2",))]
    assert holds("two_paths.dot", figure.dot)
    assert holds("two_paths.txt", figure.text)


@pytest.mark.row("S002-54")
def test_a_square_of_a_square_has_one_path_through_each_power():
    (x,) = values(x=2.0)
    y = x**2
    y.label = "y"
    z = y**2
    z.label = "z"
    assert lines(viz.paths(z, x)) == {"p1": "dz/dx = 8·4 = 32"}  # 4x³ at 2


def test_an_edge_of_two_paths_is_drawn_twice_and_labelled_once():
    x, w = values(x=2.0, w=0.5)
    p = x * w
    y = p * p
    arrows = [a for a in viz.paths(y, w).drawing.arrows if a.source == "n1" and a.target == "n2"]
    assert [(a.classes, a.label, a.quiet) for a in arrows] == [
        (("path1",), "①② ∂v₁/∂w = 2", False),
        (("path2",), "", True),
    ]


def test_more_paths_than_colours_are_counted_and_summed():
    (x,) = values(x=1.0)
    y = x
    for _ in range(50):
        y = y + y
    y.label = "y"
    figure = viz.paths(y, x)
    assert figure.drawing.title == f"dy/dx: {2**50} paths"
    assert lines(figure)["rest"] == f"{2**50 - PATHS} more paths: together 1.126e15"
    assert lines(figure)["sum"] == "dy/dx = 1.126e15"
    assert sum(box.id.startswith("p") for box in figure.drawing.boxes) == PATHS


def test_the_largest_products_come_first():
    (x,) = values(x=1.0)
    y = 2 * x + -5 * x + 3 * x
    shown = lines(viz.paths(y, x))
    assert [shown[f"p{k}"].split(" = ")[-1] for k in (1, 2, 3)] == ["-5", "3", "2"]
    assert shown["sum"] == "df/dx = -5 + 3 + 2 = 0"


def test_a_leaf_that_no_gradient_reaches_has_no_path_and_the_picture_says_so():
    x, dead = values(x=1.0, dead=2.0)
    y = x + dead.detach() * 0 + 0 * dead
    figure = viz.paths(y, x)
    assert figure.drawing.caption[:2] == (
        "dead (2) is another leaf with the label dead",
        "grey: values flow forward; coloured: the gradient flows back",
    )
    from autograd import where

    z = where(True, x, dead)
    figure = viz.paths(z, dead)
    assert figure.drawing.title == "df/ddead: 0 paths"
    assert figure.drawing.caption == ("no path leads from f to dead: df/ddead = 0",)
    assert "no path leads" in figure.text
    assert "no path leads from f to dead: df/ddead = 0" in words(figure.svg)


def test_a_large_graph_shows_the_nodes_on_the_paths_and_says_what_it_hides():
    xs = [Value(float(i), label=f"x{i}") for i in range(100)]
    y = sum(x * 2 for x in xs)
    assert isinstance(y, Value)
    figure = viz.paths(y, xs[-1])
    assert len(figure.drawing.boxes) < 10
    total = 100 * 4 - 1 + 2  # leaf, 2, product and sum for each; the first sum starts from the number 0
    assert figure.drawing.caption[0].endswith(f" of {total} nodes are not shown")


def test_a_long_product_is_shortened_and_says_how_many_factors_it_has():
    (x,) = values(x=1.0)
    y = x
    for _ in range(30):
        y = 2 * y
    assert lines(viz.paths(y, x))["p1"] == "df/dx = 2·2·2·2·…·2·2 (30 factors) = 1.074e9"


def test_the_text_spells_the_chain_of_every_path():
    x, w = values(x=2.0, w=0.5)
    p = x * w
    p.label = "p"
    y = p + p**2
    y.label = "y"
    text = viz.paths(y, w).text
    assert "  v₁ = p ** 2\n  path 1:  y → v₁ → p → w   ∂y/∂v₁·∂v₁/∂p·∂p/∂w = 1·2·2 = 4" in text
    assert "path 2:  y → p → w   ∂y/∂p·∂p/∂w = 1·2 = 2" in text
    assert "dy/dw = 4 + 2 = 6" in text


def test_the_paths_of_a_node_that_is_not_in_the_graph_are_refused():
    J, *_ = chain_rule_example()
    with pytest.raises(KeyError, match="other is no node of this graph"):
        viz.paths(J, Value(1.0, label="other"))


@pytest.mark.row("S004-18", "S004-19")
def test_two_paths_lead_to_the_first_weight_of_the_notes_and_are_summed_at_the_merge():
    loss, w = network_of_the_notes()
    figure = viz.paths(Graph(loss).collapse(), w[1, 1, 1])
    assert figure.drawing.title == "dL/dw¹₁₁: 2 paths"
    assert lines(figure) == {
        "sum": "dL/dw¹₁₁ = -0.3035 - 0.1328 = -0.4363",
        "p1": "① -3.794·(-0.8)·(-0.2)·0.5 = -0.3035",
        "p2": "② -3.794·0.7·0.1·0.5 = -0.1328",
    }
    assert "L → O₃₁ → O₂₁ → O₁₁ → w¹₁₁" in figure.text
    assert "L → O₃₁ → O₂₂ → O₁₁ → w¹₁₁" in figure.text
    labels = {arrow.label for arrow in figure.drawing.arrows}
    assert {"② ∂O₃₁/∂O₂₁ = 0.7", "① ∂O₃₁/∂O₂₂ = -0.8", "①② ∂L/∂O₃₁ = -3.794"} <= labels
    assert figure.drawing.caption == (
        "62 nodes, 31 of them hidden:",
        "an arrow carries the derivative over all that it hides",
        "25 of 31 nodes are not shown",
        "d counts every way from w¹₁₁ to L.",
        "∂ counts this one arrow and holds everything else still.",
        "d is the sum over all paths of the products of the ∂.",
        "Drawn from its leaves alone, L has one arrow from each:",
        "then ∂L/∂w = dL/dw, and the notes write ∂ for both.",
        "from top to bottom, as these lines are too long for one row:",
        "values flow down, gradients back up",
    )
    assert holds("two_paths_of_the_notes.dot", figure.dot)
    assert holds("two_paths_of_the_notes.txt", figure.text)


@pytest.mark.row("S004-16", "S004-17")
def test_weights_near_the_output_have_one_path():
    loss, w = network_of_the_notes()
    graph = Graph(loss).collapse()
    assert lines(viz.paths(graph, w[3, 1, 1]))["p1"].endswith("= 2.694")
    assert lines(viz.paths(graph, w[2, 2, 1]))["p1"].endswith("= 1.062")


def test_short_chains_run_across_the_page_and_long_ones_down():
    J, _, b, _ = chain_rule_example()
    assert viz.paths(J, b).drawing.direction == "LR"
    loss, w = network_of_the_notes()
    assert viz.paths(loss, w[1, 1, 1]).drawing.direction == "TB"
    assert viz.graph(J).drawing.direction == "LR"
    assert viz.graph(loss).drawing.direction == "TB"


@pytest.mark.parametrize("depth", [1, 2, 3, 6, 9])
def test_graph_paths_and_player_read_in_one_direction_and_say_where_depth_forbids_it(depth):
    (x,) = values(x=0.5)
    f = x
    for k in range(1, depth + 1):
        f = f.sin()
        f.label = f"u_{k}"
    drawings = [viz.graph(f).drawing, viz.paths(f, x).drawing, viz.walkthrough(f).drawing]
    assert {drawing.direction for drawing in drawings} == {"LR" if depth <= 5 else "TB"}
    for drawing in drawings:
        assert ("values flow down, gradients back up" in drawing.caption) == (depth > 5)
        assert any(f"as {depth} arrows in a row are too many" in line for line in drawing.caption) == (
            depth > 5
        )


def test_arrows_of_both_directions_are_never_left_unexplained():
    J, a, b, _ = chain_rule_example()
    (x,) = values(x=0.5)
    for figure in (viz.paths(J, b), viz.paths(J, a), viz.paths(x * x, x), viz.graph(J), viz.walkthrough(J)):
        heads = {arrow.backward for arrow in figure.drawing.arrows}
        told = any(line.startswith("grey: values flow forward") for line in figure.drawing.caption)
        assert told == (len(heads) > 1)


def test_a_short_chain_of_long_names_runs_down_the_page_too():
    (x,) = values(**{"a name that is much longer than those on paper are": 2.0})
    assert viz.paths(x * x, x).drawing.direction == "TB"
    (x,) = values(x=2.0)
    assert viz.paths(x * x, x).drawing.direction == "LR"


def test_the_path_from_the_root_to_itself_has_no_factor():
    J, *_ = chain_rule_example()
    figure = viz.paths(J, J)
    assert lines(figure) == {"p1": "dJ/dJ = 1"}
    assert "J   dJ/dJ = 1" in figure.text


@pytest.mark.parametrize(
    ("leaf", "error", "message"),
    [("q", KeyError, "No node of this graph is labelled 'q'"), (3.0, TypeError, "got 3.0 of type float")],
)
def test_a_leaf_that_is_no_node_is_refused(leaf, error, message):
    J, *_ = chain_rule_example()
    with pytest.raises(error, match=message):
        viz.paths(J, leaf)


def test_one_more_path_is_one_path():
    x, *w = values(x=1.0, **{f"w_{k}": 2.0 for k in range(PATHS + 1)})
    y = sum(x * one for one in w)
    y.label = "y"
    assert lines(viz.paths(y, x))["rest"] == "1 more path: together 2"


def test_paths_that_are_far_smaller_than_those_drawn_add_up_to_what_they_are():
    x = Value(1.0, label="x")
    y = x * 2.549
    for factor in (2.298, 1.32, 0.851, 1.583, 1.274, 2.373, *[1e-20] * 5):
        y = y + x * factor  # the last leave nothing of themselves in the sum
    assert lines(viz.paths(y, x))["rest"] == "5 more paths: together 5e-20"
