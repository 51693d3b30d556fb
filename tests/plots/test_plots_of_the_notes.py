"""Plots that do not mislead: scales, stars, variables, tangents and steps, images, performance over data."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plot`")

import autograd as ag
import nn
import viz
from nn import norms


def bowl(x, y):
    return (x * x + 10 * y * y) / 2


def stars(plot):
    return sorted(
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in plot.axes[0].lines
        if line.get_marker() == "*"
    )


def drawn_scale(plot, place=0):
    """Return how long one unit is on either axis of the finished picture, in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(plot.figure).draw()
    ax = plot.axes[place]
    (x0, y0), (x1, y1) = (ax.transData.transform(point) for point in ((0, 0), (1, 1)))
    return x1 - x0, y1 - y0


@pytest.mark.row("S001-40", "S001-55")
def test_the_badly_scaled_bowl_is_drawn_with_ellipses_and_the_l2_ball_with_circles():
    for plot in (
        viz.surface(bowl, (-3, 3), (-2, 2), points=15),
        viz.surface(lambda a, b: norms.l2([a, b]), points=15),
        viz.trajectory(bowl, {"way": [(10.0, 1.0), (0.0, 0.0)]}, (-1, 11), (-1.5, 1.5), points=15),
        viz.trajectory(bowl, {"way": [(10.0, 1.0), (0.0, 0.0)]}, points=15),
        viz.boundary(lambda x: x[0] - x[1], [[0, 0], [1, 3]], [0, 1], points=5),
    ):
        across, up = drawn_scale(plot)
        assert across == pytest.approx(up, rel=1e-6)


def test_axes_of_very_different_lengths_have_scales_of_their_own_and_say_so():
    plot = viz.surface(bowl, (-100, 100), (-1, 1), points=5)
    assert plot.axes[0].get_aspect() == "auto"
    assert "axes of different scales" in [text.get_text() for text in plot.axes[0].texts]


def test_a_way_along_one_axis_gets_room_beside_it():
    low, high = viz.trajectory(bowl, {"way": [(0.0, 0.0), (9.0, 0.0)]}, points=5).axes[0].get_ylim()
    assert high - low == pytest.approx(9 * 1.3 / 3)


@pytest.mark.row("S002-33", "S002-34")
@pytest.mark.parametrize(
    ("f", "ranges", "expected"),
    [
        (bowl, ((-3, 3), (-2.9, 3.2)), [(0, 0)]),
        (lambda a, b: (a - 0.303) ** 2 + (b - 0.111) ** 2, ((-2, 2), (-2, 2)), [(0.303, 0.111)]),
        (lambda a, b: (a * a - 1) ** 2 + b * b, ((-2, 2), (-2, 2)), [(-1, 0), (1, 0)]),
        (lambda a, b: abs(a) + abs(b), ((-2, 2), (-2, 2)), [(0, 0)]),
        (lambda a, b: (1 - a) ** 2 + 100 * (b - a * a) ** 2, ((-2, 2), (-1, 3)), [(1, 1)]),
        (lambda a, b: (a * b - 1) ** 2, ((-2.2, 2.2), (-2.2, 2.2)), []),  # a valley, level at its bottom
        (lambda a, b: (a - 0.37 * b - 0.2) ** 2, ((-2, 2), (-2, 2)), []),
        (lambda a, b: (a * a + b * b - 1) ** 2, ((-2, 2), (-2, 2)), []),
        (lambda a, b: a + b, ((-2, 2), (-2, 2)), []),  # it goes on falling beyond the edge
        (lambda a, b: 1.0, ((-2, 2), (-2, 2)), []),
        (lambda a, b: a * a - b * b, ((-2, 2), (-2, 2)), []),
    ],
)
def test_a_surface_has_one_star_for_each_minimum_and_none_for_a_valley(f, ranges, expected):
    found = stars(viz.surface(f, *ranges, points=41))
    assert len(found) == len(expected)
    for star, place in zip(found, sorted(expected), strict=True):
        assert star == pytest.approx(place, abs=1e-4)


def test_the_two_minima_of_permuted_neurons_both_get_a_star():
    X = np.linspace(-2, 2, 5)

    def cost(w1, w2):
        return float(np.mean((np.tanh(w1 * X) + np.tanh(w2 * X) - np.tanh(2 * X) - np.tanh(0.5 * X)) ** 2))

    plot = viz.surface(cost, (-3, 3), (-3, 3), points=41)
    assert stars(plot) == [pytest.approx((0.5, 2.0), abs=1e-4), pytest.approx((2.0, 0.5), abs=1e-4)]
    assert plot.axes[0].get_title() == "★ minimum: 0"
    assert plot.description.count("minimum 0 at w1 = ") == 2


def test_the_axes_bear_the_names_of_the_functions_own_variables():
    def loss(theta_0, b):
        return theta_0**2 + b**2

    plot = viz.surface(loss, points=5)
    assert (plot.axes[0].get_xlabel(), plot.axes[0].get_ylabel()) == ("theta₀", "b")
    way = {"way": [(1.0, 1.0), (0.0, 0.0)]}
    assert viz.trajectory(loss, way, points=5).axes[0].get_xlabel() == "theta₀"
    assert viz.trajectory(loss, way, points=5, names=("u", "v")).axes[0].get_xlabel() == "u"
    assert viz.surface(lambda *all: all[0], points=5).axes[0].get_xlabel() == "x"
    assert viz.curve(lambda t: t * t, points=5).axes[0].get_xlabel() == "t"
    assert viz.curve(ag.leaky_relu, points=5).axes[0].get_xlabel() == "x"
    assert viz.curve(lambda t: t, lambda u: u, points=5).axes[0].get_xlabel() == "x"


@pytest.mark.row("S000-47", "S000-35", "E-S000-18")
def test_tangents_and_steps_of_the_parabola_are_those_of_the_notes():
    plot = viz.curve(lambda w: (w - 3) ** 2, at=[1, 2, 4, 5], steps=0.25)
    ax = plot.axes[0]
    tangents = [line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in tangents[:4]]
    assert slopes == pytest.approx([-4, -2, 2, 4], rel=1e-12)
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["-4", "-2", "2", "4"]
    arrows = [text for text in ax.texts if text.arrow_patch is not None]
    assert [(arrow.xyann[0], arrow.xy[0]) for arrow in arrows] == [(1, 2), (2, 2.5), (4, 3.5), (5, 4)]
    assert plot.description.endswith("slope 2 at w = 4, step to 3.5; slope 4 at w = 5, step to 4")
    assert not [line for line in ax.lines if "engine" in str(line.get_label())]


@pytest.mark.row("S003-36", "E-S003-06")
def test_where_the_slope_is_negative_the_step_goes_to_the_right():
    plot = viz.curve(lambda w: w**2, at=[-1, 1], steps=0.1)
    assert "slope -2 at w = -1, step to -0.8; slope 2 at w = 1, step to 0.8" in plot.description


def test_tangents_without_steps_have_no_arrows_and_one_place_has_room_around_it():
    plot = viz.curve(ag.tanh, at=[1.0])
    assert [text for text in plot.axes[0].texts if text.arrow_patch is not None] == []
    assert plot.description == "tanh between -1 and 3; slope 0.42 at x = 1"
    assert viz.curve(ag.tanh, at=1).description == plot.description


def test_tangents_of_several_functions_and_steps_from_nowhere_are_refused():
    with pytest.raises(ValueError, match=r"at=\[1\] draws the tangents of one function, and 2 are given"):
        viz.curve(ag.tanh, ag.sigmoid, at=[1])
    with pytest.raises(ValueError, match=r"needs the places where the steps begin: at=\[\.\.\.\]"):
        viz.curve(ag.tanh, steps=0.1)
    with pytest.raises(ag.DomainError, match=r"log\(x\) needs x > 0"):
        viz.curve(ag.log, at=[-1.0])


@pytest.mark.row("S003-08", "S003-22")
def test_an_image_shows_its_pixels_and_a_flat_one_its_shape():
    pixels = np.arange(12.0).reshape(3, 4)
    for plot in (viz.image(pixels), viz.image(pixels.ravel(), shape=(3, 4))):
        (shown,) = plot.axes[0].images
        np.testing.assert_array_equal(shown.get_array(), pixels)
        assert shown.get_clim() == (0, 11)
        assert plot.description == "image of 3 × 4 pixels, from 0 to 11"
    assert viz.image(pixels / 100).axes[0].images[0].get_clim() == (0, 1)
    colour = viz.image(np.full((64, 64, 3), 51.0))
    np.testing.assert_allclose(colour.axes[0].images[0].get_array(), 0.2)
    assert len(colour.axes) == 1  # no scale
    picture = np.linspace(0, 1, 60).reshape(4, 5, 3)
    planes = nn.data.flatten_image(picture)
    for plot in (viz.image(planes, shape=(3, 4, 5)), viz.image(picture.ravel(), shape=(4, 5, 3))):
        np.testing.assert_allclose(plot.axes[0].images[0].get_array(), picture)


def test_weights_are_blue_below_zero_and_red_above_on_one_scale():
    layer = nn.Layer(4, 2).assign([[0.5, -1.0, 0.0, 0.25], [2.0, 0.0, 0.0, 0.0]])
    plot = viz.image(layer.W, shape=(2, 2), titles=["first", "second"])
    assert [ax.get_title() for ax in plot.axes[:2]] == ["first", "second"]
    assert [ax.images[0].get_clim() for ax in plot.axes[:2]] == [(-2, 2), (-2, 2)]
    negative, zero, positive = (plot.axes[0].images[0].to_rgba(x)[:3] for x in (-2.0, 0.0, 2.0))
    assert negative[2] > negative[0]
    assert positive[0] > positive[2]
    assert min(zero) > 0.98
    assert plot.description == "2 images of 2 × 2 pixels, from -1 to 2: first, second"


def test_rows_from_the_top_and_columns_from_the_left_have_names():
    plot = viz.image([[0.0, 0.5, 1.0], [1.0, 0.0, 0.0]], rows=["up", "down"], columns="abc")
    ax = plot.axes[0]
    places = [ax.transData.transform((x, y)) for x, y in ((0, 0), (1, 0), (0, 1))]
    assert places[0][0] < places[1][0] and places[0][1] > places[2][1]
    assert [(x, name.get_text()) for x, name in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)] == [
        (0, "a"), (1, "b"), (2, "c"),
    ]  # fmt: skip
    assert [(y, name.get_text()) for y, name in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)] == [
        (0, "up"), (1, "down"),
    ]  # fmt: skip


def test_ten_images_stand_in_two_rows_of_five():
    plot = viz.image(np.zeros((10, 2, 2)))
    assert len([ax for ax in plot.axes if ax.images]) == 10
    assert plot.axes[0].get_subplotspec().get_gridspec().get_geometry() == (2, 5)


@pytest.mark.parametrize(
    ("pixels", "options", "message"),
    [
        ([1.0, 2.0], {}, r"has the shape \(height, width\) .* got \(2,\)\. .*shape=\(8, 8\)"),
        (np.zeros((2, 7)), {"shape": (2, 3)}, r"shape=\(2, 3\) has 6 pixels, and .* the shape \(2, 7\)"),
        (np.zeros((0, 2)), {}, r"got \(0, 2\)"),
        ([[np.nan, 1.0]], {}, "1 of 2 pixels are nan"),
        (np.full((2, 2, 3), -1.0), {}, r"parts from 0 to 1, .* from -1 to -1.*three images"),
        (np.zeros((2, 2, 2)), {"titles": ["one"]}, "1 title for 2 images"),
        (np.zeros((2, 3)), {"rows": "abc"}, "3 names for 2 rows"),
        (np.zeros((2, 3)), {"columns": "ab"}, "2 names for 3 columns"),
    ],
)
def test_what_is_no_image_is_refused(pixels, options, message):
    with pytest.raises(ValueError, match=message):
        viz.image(pixels, **options)


@pytest.mark.row("S003-09")
def test_performance_over_the_amount_of_data_has_a_line_for_each_model():
    plot = viz.performance({"small": {100: 0.8, 10: 0.7}, "large": [(10, 0.6), (100, 0.9)]}, of="accuracy")
    small, large = plot.axes[0].lines
    assert (list(small.get_xdata()), list(small.get_ydata())) == ([10, 100], [0.7, 0.8])
    assert list(large.get_ydata()) == [0.6, 0.9]
    assert len({str(line.get_linestyle()) for line in (small, large)}) == 2
    assert len({line.get_marker() for line in (small, large)}) == 2
    assert plot.axes[0].get_xscale() == "log"
    assert plot.axes[0].get_ylabel() == "accuracy"
    with pytest.raises(ValueError, match="no scores to draw"):
        viz.performance({"small": {}})
    with pytest.raises(ValueError, match=r"amount of 0 has no place .* log=False"):
        viz.performance({"small": {0: 0.5}})
    with pytest.raises(TypeError, match=r"each model by its name, .* got list"):
        viz.performance([0.5, 0.7])
    with pytest.raises(TypeError, match=r"A score belongs to an amount, .* got 0\.5"):
        viz.performance({"small": [0.5, 0.7]})
    assert viz.performance({"small": {0: 0.5}}, log=False).axes[0].get_xscale() == "linear"
