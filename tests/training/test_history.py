"""The record of a run: what it says of itself, and how it is drawn."""

import math
import sys

import pytest

from nn import History


def test_the_best_epoch_is_that_of_the_lowest_validation_loss():
    assert History(loss=[3.0, 2.0], val_loss=[3.0, 1.0, 2.0]).best_epoch == 1
    assert History(loss=[3.0, 2.0]).best_epoch == 1
    assert History().best_epoch is None
    assert History(val_loss=[math.nan, 2.0, math.nan]).best_epoch == 1


def test_repr_tells_the_run_in_one_line():
    assert repr(History()) == "History(0 epochs)"
    assert repr(History(loss=[2.0], stopped="all 1 epochs done")) == (
        "History(1 epoch, loss 2 -> 2; all 1 epochs done)"
    )


def test_the_curves_are_drawn_with_the_best_epoch_marked():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = History(loss=[3.0, 2.0, 1.0], val_loss=[3.0, 1.5, 1.0, 2.0]).plot()
    training, validation, best = ax.get_lines()
    assert training.get_ydata().tolist() == [3.0, 2.0, 1.0]
    assert validation.get_ydata().tolist() == [3.0, 1.5, 1.0, 2.0]
    assert training.get_linestyle() != validation.get_linestyle()
    assert (list(best.get_xdata()), list(best.get_ydata())) == ([2], [1.0])
    assert History(loss=[1.0]).plot(ax) is ax
    pyplot.close("all")


def test_a_notebook_shows_the_curves_as_the_same_svg_every_time():
    pytest.importorskip("matplotlib")
    history = History(loss=[3.0, 2.0], val_loss=[3.0, 2.0, 1.0])
    svg = history._repr_svg_()
    assert svg == history._repr_svg_()
    assert "<svg" in svg and "validation" in svg and "best, after 2" in svg
    assert History()._repr_svg_() is None


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ModuleNotFoundError, match=r'extra `plot`: pip install "chainrule\[plot\]"'):
        History(loss=[1.0]).plot()
