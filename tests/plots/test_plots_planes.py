"""Surfaces, trajectories and boundaries show what their functions say: read back from what was drawn."""

import math

import pytest

pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plot`")

import numpy as np

import nn
import viz
from autograd import Value, sigmoid
from tests.plots.test_plots import line


@pytest.mark.row("S002-34")
def test_a_surface_marks_its_minimum_and_spans_the_values_of_the_function():
    plot = viz.surface(
        lambda w, b: (w - 1) ** 2 + (b + 0.5) ** 2, (-2, 2), (-1, 1), points=41, names=("w", "b")
    )
    (x,), (y,) = line(plot, 0, "minimum: 0")
    assert (x, y) == (pytest.approx(1), pytest.approx(-0.5))
    assert plot.description == "surface over w and b, between 0 and 11.25; minimum 0 at w = 1, b = -0.5"


def test_a_surface_reads_functions_that_return_values():
    plot = viz.surface(lambda w, b: Value(w) * b, points=3)
    assert "between -4 and 4" in plot.description


def test_an_empty_range_is_an_error():
    with pytest.raises(ValueError, match=r"range \(1, 1\) with 61 points is empty"):
        viz.surface(lambda w, b: w, (1, 1))


@pytest.mark.row("S004-32")
def test_a_trajectory_shows_every_iterate_and_the_loss_on_the_way():
    iterates = [(10 * (9 / 11) ** k, (-9 / 11) ** k) for k in range(5)]  # exact line search on FX-QUAD
    plot = viz.trajectory(lambda x, y: (x * x + 10 * y * y) / 2, {"line search": iterates})
    x, y = line(plot, 0, "line search")
    np.testing.assert_array_equal(np.stack([x, y], 1), iterates)
    _, losses = line(plot, 1, "line search")
    assert losses == pytest.approx([55, 36.8181818, 24.646882, 16.4991524, 11.0448872], rel=1e-8)


def test_two_ways_differ_in_line_and_marker():
    start = [(1.0, 1.0), (0.0, 0.0)]
    plot = viz.trajectory(lambda x, y: x * x + y * y, {"a": start, "b": start})
    a, b = plot.axes[0].lines
    assert a.get_marker() != b.get_marker()
    assert a.get_linestyle() != b.get_linestyle()


def test_a_diverged_way_still_draws():
    plot = viz.trajectory(lambda x, y: x * x + y * y, {"too fast": [(1.0, 1.0), (math.inf, math.nan)]})
    assert "(inf, nan)" in plot.description


@pytest.mark.parametrize("paths", [{}, {"SGD": []}])
def test_a_trajectory_without_iterates_is_an_error(paths):
    with pytest.raises(ValueError, match="no path to draw"):
        viz.trajectory(lambda x, y: x, paths)


def boundary_line(plot):
    """Return the vertices of the line on which the model is undecided."""
    from matplotlib.colors import to_hex

    lines = [c for c in plot.axes[0].collections if [to_hex(x) for x in c.get_edgecolor()] == ["#1a1a1a"]]
    assert len(lines) == 1
    return np.concatenate([path.vertices for path in lines[0].get_paths()])


@pytest.mark.row("S002-07")
def test_the_boundary_of_the_notes_is_the_line_x1_plus_x2_equals_3():
    X, y = [[0, 0], [2, 2], [3, 1], [0, 2]], [0, 1, 1, 0]
    vertices = boundary_line(viz.boundary(lambda x: -3 + Value(x[0]) + x[1], X, y, level=0))
    np.testing.assert_allclose(vertices.sum(axis=1), 3, atol=1e-9)
    same = boundary_line(viz.boundary(lambda x: [sigmoid(-3 + Value(x[0]) + x[1])], X, y))
    assert (
        np.abs(same.sum(axis=1) - 3).max() < 1e-3
    )  # linear between grid points, where the sigmoid is nearly so


def test_a_boundary_asks_an_object_that_predicts_for_all_points_at_once():
    asked = []

    class Model:
        def predict(self, places):
            asked.append(places.shape)
            return places[:, 0]

    vertices = boundary_line(viz.boundary(Model(), [[0, 0], [1, 1]], [0, 1], points=11))
    assert asked == [(121, 2)]
    np.testing.assert_allclose(vertices[:, 0], 0.5)


def test_several_scores_make_a_region_for_each_class():
    plot = viz.boundary(
        lambda x: [x[0], x[1], -x[0] - x[1]], [[2, 0], [0, 2], [-2, -2]], [0, 1, 2], points=21
    )
    assert plot.description == "decision boundary at 0.5 and 3 points of the classes 0, 1, 2"
    markers = {drawn.get_marker() for drawn in plot.axes[0].lines}
    assert len(markers) == 3


def test_drawing_a_boundary_records_no_graph():
    seen = []

    def model(x):
        seen.append(Value(x[0]) * 2)
        return seen[-1]

    viz.boundary(model, [[0, 0], [1, 1]], [0, 1], points=3)
    assert all(not value.parents for value in seen)


def test_points_of_the_wrong_shape_are_an_error_with_both_shapes():
    with pytest.raises(ValueError, match=r"X of shape \(2, 3\) and y of shape \(2,\)"):
        viz.boundary(lambda x: 0, [[1, 2, 3], [4, 5, 6]], [0, 1])


def test_a_network_draws_its_boundary_and_its_gradients():
    model = nn.MLP(2, [3, 1], activation="tanh", output="sigmoid", rng=0)
    X, y = [[0.0, 0.0], [1.0, 1.0]], [0, 1]
    plot = viz.boundary(model, X, y, points=5)
    assert plot.description == "decision boundary at 0.5 and 2 points of the classes 0, 1"
    with pytest.raises(ValueError, match="layer 1 has no gradients yet"):
        viz.histogram(model)
    (model([0.5, -1.0])[0] - 1).square().backward()
    titles = [ax.get_title(loc="left") for ax in viz.histogram(model).axes]
    assert [title.split(":")[0] for title in titles] == ["layer 1", "layer 2"]


def test_the_history_of_a_training_run_draws_itself_as_curves():
    history = nn.History(loss=[4.0, 1.0], val_loss=[5.0, 2.0, 3.0])
    assert viz.curves(history).description == (
        "training loss 4 to 1, validation loss 5 to 3, best 2 at epoch 1"
    )


def test_the_picture_of_a_flat_plane_is_no_higher_than_the_plane():
    square = viz.boundary(lambda x: x[0], [[0, 0], [2, 2]], [0, 1]).figure.get_size_inches()
    flat = viz.boundary(lambda x: x[0], [[0, 0], [2, 1]], [0, 1]).figure.get_size_inches()
    apart = viz.boundary(lambda x: x[0], [[0, 0], [200, 1]], [0, 1]).figure.get_size_inches()
    assert flat[0] == square[0]
    assert flat[1] < 0.7 * square[1]
    assert apart.tolist() == square.tolist()  # its axes have scales of their own
