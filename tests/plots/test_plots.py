"""The plots show the engine's numbers: read back from what was drawn, compared with closed forms."""

import math
import re
import struct
import subprocess
import sys
from types import SimpleNamespace

import pytest

pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plot`")

import numpy as np

import viz
from autograd import Value, log, relu, sigmoid, tanh
from viz.drawing.looks.palette import PALETTE


def line(plot, axes, label):
    """Return the numbers of a drawn line, by its label."""
    found = [drawn for drawn in plot.axes[axes].lines if drawn.get_label() == label]
    assert len(found) == 1, [drawn.get_label() for drawn in plot.axes[axes].lines]
    return np.asarray(found[0].get_xdata(), float), np.asarray(found[0].get_ydata(), float)


@pytest.mark.row("S004-37", "S001-31")
def test_a_curve_shows_the_function_its_derivative_and_finite_differences_over_it():
    plot = viz.curve(tanh, low=-3, high=3)
    x, y = line(plot, 0, "tanh")
    np.testing.assert_allclose(y, np.tanh(x), rtol=1e-15)
    x, slope = line(plot, 0, "tanh′, by the engine")
    np.testing.assert_allclose(slope, 1 / np.cosh(x) ** 2, rtol=1e-13)
    x, dots = line(plot, 0, "finite differences")
    # a central difference with step h errs by h²/6·|f‴| (< 1e-11 here) and by rounding, about 1e-16/h
    np.testing.assert_allclose(dots, 1 / np.cosh(x) ** 2, rtol=0, atol=1e-10)


def test_several_curves_stand_beside_their_derivatives_and_differ_in_more_than_colour():
    plot = viz.curve(sigmoid, tanh, relu)
    assert len(plot.axes) == 2
    drawn = plot.axes[0].lines[:3]
    assert len({one.get_color() for one in drawn}) == len({str(one.get_linestyle()) for one in drawn}) == 3


def test_a_curve_has_a_gap_where_the_function_leaves_the_reals():
    _, y = line(viz.curve(log, low=-1, high=1, points=5), 0, "log")
    assert np.isnan(y[:3]).all()
    assert y[3:] == pytest.approx([math.log(0.5), 0.0])


def test_a_curve_takes_the_learners_own_function():
    x, slope = line(viz.curve(lambda x: x * x * x, low=0, high=2), 0, "f′, by the engine")
    np.testing.assert_allclose(slope, 3 * x**2, rtol=1e-14)


def test_a_curve_of_a_constant_has_slope_zero():
    _, slope = line(viz.curve(lambda x: 3.0), 0, "f′, by the engine")
    assert (slope == 0).all()


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, -2.0), (0.0, math.inf)])
def test_an_empty_interval_is_an_error_with_both_numbers(low, high):
    with pytest.raises(ValueError, match=r"Between low=.* and high=.* low must be below high"):
        viz.curve(tanh, low=low, high=high)


def test_a_curve_shows_the_samples_it_was_fitted_to_and_keeps_to_their_heights():
    plot = viz.curve(lambda x: 100 * x, tanh, low=-1, high=1, samples=([-1.0, 0.0, 1.0], [-2.0, 1.0, 3.0]))
    x, y = line(plot, 0, "samples")
    assert (x.tolist(), y.tolist()) == ([-1, 0, 1], [-2, 1, 3])
    low, high = plot.axes[0].get_ylim()
    assert -7 <= low < -2 and 3 < high <= 8
    assert plot.description.endswith("between -1 and 1; 3 samples")
    alone = viz.curve(tanh, samples=([0.5], [0.4]))
    assert line(alone, 0, "samples")[1].tolist() == [0.4]
    assert alone.axes[0].get_ylim()[0] < 0.4 < alone.axes[0].get_ylim()[1]


@pytest.mark.parametrize("samples", [([1.0, 2.0], [1.0]), ([], [])])
def test_samples_need_an_x_and_a_y_each(samples):
    with pytest.raises(ValueError, match=r"samples= has \d xs and \d ys. Each sample is one x and one y"):
        viz.curve(tanh, samples=samples)


def test_a_curve_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="at least one function"):
        viz.curve()
    with pytest.raises(TypeError, match=r"Plots are of functions, .* got 'tanh'"):
        viz.curve("tanh")
    with pytest.raises(TypeError, match=r"Plots are of functions, .* got 'f'"):
        viz.surface("f")
    with pytest.raises(TypeError, match=r"curves\(training, validation\), got a dict with \['train'\]"):
        viz.curves({"train": [2.0, 1.0]})


def early_stopping_losses():
    """Return the training and validation losses of fixture FX-ES, in closed form."""
    k = np.arange(101)
    return 0.64**k + 0.16 * 0.9025**k, 0.64**k + 0.16 * (1 - 0.95**k) ** 2


@pytest.mark.row("S000-39")
def test_curves_mark_the_epoch_with_the_lowest_validation_loss():
    training, validation = early_stopping_losses()
    plot = viz.curves(training, validation)
    epochs, losses = line(plot, 0, "training loss")
    np.testing.assert_array_equal(losses, training)
    np.testing.assert_array_equal(epochs, np.arange(101))
    best = line(plot, 0, "best: epoch 11, 0.03713")
    assert (best[0][0], best[1][0]) == (11, pytest.approx(0.03712804, rel=1e-6))


@pytest.mark.row("S000-39")
def test_training_is_blue_and_validation_red_and_dashed():
    training, validation = early_stopping_losses()
    blue, red = viz.curves(training, validation).axes[0].lines[:2]
    assert (blue.get_color(), blue.get_linestyle()) == ("#0072b2", "-")
    assert (red.get_color(), red.get_linestyle()) == ("#c8102e", "--")
    assert {blue.get_marker(), red.get_marker()} == {"o", "s"}


def test_curves_read_whatever_has_losses():
    history = SimpleNamespace(loss=[4.0, 1.0], val_loss=[5.0, 2.0, 3.0], best_epoch=1)
    assert "best 2 at epoch 1" in viz.curves(history).description
    assert "best 1 at epoch 1" in viz.curves(SimpleNamespace(loss=[4.0, 1.0], val_loss=[])).description


def test_a_loss_that_is_nan_is_never_the_best():
    assert "at epoch 2" in viz.curves([math.nan, 2.0, 1.0]).description


def test_curves_over_something_else_than_epochs_say_what():
    plot = viz.curves([3.0, 2.0, 1.0], [3.0, 1.0, 2.0], over="degree")
    assert plot.axes[0].get_xlabel() == "degree"
    assert "best 1 at degree 1" in plot.description
    assert any(one.get_label() == "best: degree 1, 1" for one in plot.axes[0].lines)


def test_curves_of_nothing_are_an_error():
    with pytest.raises(ValueError, match="train for at least one epoch"):
        viz.curves([])


@pytest.mark.row("S004-38")
def test_a_histogram_counts_the_sizes_of_each_layer_and_says_how_many_are_zero():
    plot = viz.histogram({"first": [1e-4, -1e-4, 0.0], "last": [0.1, 0.2, 0.4]}, bins=8)
    assert [ax.get_title(loc="left") for ax in plot.axes] == [
        "first: median size 0.0001, 1 of 3 are 0",
        "last: median size 0.2",
    ]
    assert [sum(bar.get_height() for bar in ax.patches) for ax in plot.axes] == [2, 3]


def test_a_histogram_reads_a_model_by_its_layers():
    parameter = Value(2.0)
    (parameter * 3).backward()
    layer = SimpleNamespace(parameters=lambda: [parameter])
    assert "layer 1 3" in viz.histogram(SimpleNamespace(layers=[layer])).description


def test_gradients_that_do_not_exist_yet_are_an_error_and_not_zero():
    with pytest.raises(ValueError, match=r"layer 1 has no gradients yet \(they are None, not 0\)"):
        viz.histogram(SimpleNamespace(layers=[SimpleNamespace(parameters=lambda: [Value(1.0)])]))
    with pytest.raises(ValueError, match="no gradients to draw"):
        viz.histogram({})


def test_infinite_gradients_are_counted_and_not_drawn():
    plot = viz.histogram({"exploded": [1.0, math.inf, math.nan]})
    assert "2 are inf or nan" in plot.axes[0].get_title(loc="left")


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_the_same_plot_gives_the_same_bytes(tmp_path, kind):
    first, second = (viz.curve(tanh, points=21).save(tmp_path / f"{name}.{kind}") for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_a_plot_shows_itself_once_as_a_picture_with_words(tmp_path):
    data, metadata = viz.curve(tanh, points=21)._repr_mimebundle_()
    assert data["text/plain"] == "<viz.Plot: tanh and its derivative between -5 and 5>"
    assert metadata["image/png"]["alt"] == "tanh and its derivative between -5 and 5"
    assert data["image/png"].startswith("iVBORw0KGgo")


def test_a_wrong_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"does not end in one of \.svg, \.png, \.pdf"):
        viz.curve(tanh, points=21).save(tmp_path / "plot.jpeg")
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_the_error_names_the_extra_and_viz_still_imports():
    program = (
        "import sys; sys.modules['matplotlib'] = None; import viz, autograd\n"
        "try: viz.curve(autograd.tanh)\nexcept ImportError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == (
        "viz.curve draws with matplotlib, which is not installed: it is an extra. "
        "Install it with `pip install matplotlib`."
    )


def test_importing_viz_does_not_import_matplotlib():
    program = "import sys, viz; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_two_functions_are_told_apart_by_one_legend_outside_of_both_panels():
    plot = viz.curve(sigmoid, tanh, low=-5, high=5)
    assert [ax.get_legend() for ax in plot.axes] == [None, None]
    (legend,) = plot.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["sigmoid", "tanh"]
    assert "finite differences" in plot.axes[1].get_title()


def test_a_plot_for_a_slide_has_its_size_its_letters_and_its_colours_and_stays_as_it_is(tmp_path):
    plot = viz.curve(tanh, points=21)
    before = plot.svg
    png = plot.save(tmp_path / "tanh.png", size="640x360px", theme="dark").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (640, 360)
    dark = plot.save(tmp_path / "tanh.svg", theme="dark", size=(8, 4), font_size=20).read_text("utf-8")
    assert 'width="576pt" height="288pt"' in dark
    assert PALETTE["paper"].dark in dark and PALETTE["blue"].dark in dark and PALETTE["ink"].dark in dark
    assert not {PALETTE["blue"].pure, PALETTE["black"].pure, "#000000"} & set(
        re.findall("#[0-9a-f]{6}", dark)
    )
    assert plot.svg == before


def test_markers_and_contours_are_seen_on_dark_paper(tmp_path):
    shown = viz.curves([3.0, 2.0, 2.5]).save(tmp_path / "loss.svg", theme="dark").read_text("utf-8")
    assert not {PALETTE["black"].pure, PALETTE["sky"].dark} & set(re.findall("#[0-9a-f]{6}", shown))
    plot = viz.boundary(lambda x: x[0], [[-1, 0], [1, 0]], [0, 1], level=0)
    lines = plot.save(tmp_path / "sides.svg", theme="dark").read_text("utf-8")
    assert PALETTE["black"].pure not in lines


def test_a_transparent_plot_has_no_paper(tmp_path):
    plot = viz.curve(tanh, points=21)
    clear = plot.save(tmp_path / "tanh.svg", theme="transparent").read_text("utf-8")
    assert PALETTE["paper"].light in plot.svg
    assert f"fill: {PALETTE['paper'].light}" not in clear


def test_letters_of_a_plot_have_the_size_asked_for(tmp_path):
    plot = viz.curve(tanh, points=21)
    small, large = (plot.save(tmp_path / "t.svg", font_size=size).read_text("utf-8") for size in (10, 20))
    scales = [set(re.findall(r"scale\((0\.\d+) -", text)) for text in (small, large)]
    assert {f"{2 * float(scale):g}" for scale in scales[0]} == {f"{float(scale):g}" for scale in scales[1]}


def test_what_cannot_be_copied_is_told_and_what_is_no_sheet_is_refused(tmp_path):
    plot = viz.curve(tanh, points=21)
    with pytest.raises(ValueError, match="theme='blue' is not known"):
        plot.save(tmp_path / "t.svg", theme="blue")
    plot.axes[0].xaxis.set_major_formatter(lambda x, place: f"{x}!")
    with pytest.raises(TypeError, match="Save it without size, font_size and theme"):
        plot.save(tmp_path / "t.svg", theme="dark")
    assert not list(tmp_path.iterdir())
    assert plot.save(tmp_path / "t.svg").exists()
