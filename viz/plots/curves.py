"""Plots over one axis: a function with its derivative, losses over epochs.

Derivatives come from the engine, with finite differences dotted over them; nothing here knows a derivative or
trains.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograd import DomainError, Value, grad
from autograd.text.numbers import number
from viz.drawing.looks.palette import PALETTE
from viz.plots.plot import BLACK, BLUE, PAPER, RED, Plot, drawable, look, panels, scalar, styled, variables

Function = Callable[[Any], Any]
_DOTS = 25
_STEP = 6e-6  # about the cube root of the machine's precision: the best step for a central difference


@styled
def curve(
    *functions: Function,
    low: float | None = None,
    high: float | None = None,
    at: float | Sequence[float] = (),
    steps: float | None = None,
    samples: tuple[Sequence[float], Sequence[float]] | None = None,
    points: int = 241,
) -> Plot:
    """Plot functions and their derivatives, as the engine computes them, with finite differences dotted over.

    Parameters
    ----------
    *functions : callable
        Each takes one Value and returns one: a row of the table such as `autograd.tanh`, or the learner's
        own. The axis is called as its argument.
    low, high : float, optional
        The interval; by default -5 to 5, or somewhat around the places `at`.
    at : float or sequence of float
        Places where the tangent of the one function is drawn, with its slope, in place of the derivative.
    steps : float, optional
        A learning rate α: an arrow from each place shows the step of gradient descent, -α·slope.
    samples : (xs, ys), optional
        Points that the functions were fitted to, drawn as dots. The picture keeps to their heights, and cuts
        off a function that leaves them far behind.
    points : int
        At how many places each function is evaluated.

    Returns
    -------
    Plot
        Left the functions, right the derivatives; a single function and its derivative share one picture.
        Where a function leaves the reals there is a gap.

    Raises
    ------
    TypeError
        If something is no function.
    ValueError
        If the interval is empty, there is nothing to draw, or the samples have not as many xs as ys.

    See Also
    --------
    surface : A function of two numbers.
    curves : Losses of a training.

    Notes
    -----
    The dots are (f(x + h) - f(x - h))/2h, computed from values alone, so they show whether the derivative is
    right.

    Examples
    --------
    >>> from autograd import sigmoid
    >>> curve(sigmoid, low=-6, high=6)
    <viz.Plot: sigmoid and its derivative between -6 and 6>
    >>> curve(lambda w: (w - 3) ** 2, at=[1, 4], steps=0.25).description
    'f between -0.2 and 5.2; slope -4 at w = 1, step to 2; slope 2 at w = 4, step to 3.5'
    """
    if not functions:
        raise ValueError("curve() needs at least one function, for example curve(autograd.tanh).")
    at = [at] if isinstance(at, int | float) else at
    if len(functions) > 1 and len(at):
        raise ValueError(
            f"at={list(at)!r} draws the tangents of one function, and {len(functions)} are given."
        )
    if steps is not None and not len(at):
        raise ValueError("steps= needs the places where the steps begin: at=[...].")
    around = _around(at)
    low, high = around[0] if low is None else low, around[1] if high is None else high
    if not drawable(low, high, points):
        raise ValueError(
            f"Between low={low:g} and high={high:g} there is nothing to draw with {points} points: "
            "low must be below high, both finite, with at least 2 points."
        )
    called = {variables(f, "x")[0] for f in functions}
    variable = called.pop() if len(called) == 1 else "x"
    places = [low + (high - low) * i / (points - 1) for i in range(points)]
    alone = len(functions) == 1
    figure, axes = panels(1 if alone else 2, size=(6.4, 3.8) if alone else (9.6, 3.8))
    for i, f in enumerate(functions):
        heights = [_value(f, x) for x in places]
        axes[0].plot(places, heights, color=look(i).colour, ls=look(i).dash, label=_name(f))
        if not len(at):
            _derivative(axes[-1], f, i, places, alone)
    told = _tangents(axes[0], functions[0], at, steps, low, high, variable)
    if samples is not None:
        told.append(_samples(axes[0], *samples))
    for ax in axes:
        ax.set_xlabel(variable)
        ax.axhline(0, color=BLACK, lw=0.6)
    if alone:
        axes[0].legend()
    else:  # no place in both panels is free of curves
        axes[0].set_title("values")
        axes[1].set_title("derivatives by the engine; dots: finite differences")
        figure.legend(handles=axes[0].lines[: len(functions)], loc="outside upper center", ncols=4)
    derivative = "" if len(at) else f" and {'its derivative' if alone else 'their derivatives'}"
    names = " and ".join(map(_name, functions))
    return Plot(figure, "; ".join([f"{names}{derivative} between {number(low)} and {number(high)}", *told]))


def _around(at: Sequence[float]) -> tuple[float, float]:
    """Return the interval that is drawn by default."""
    if not len(at):
        return -5.0, 5.0
    margin = 0.4 * (max(at) - min(at)) or 2.0
    return min(at) - margin, max(at) + margin


def _derivative(ax: Any, f: Function, i: int, places: list[float], alone: bool) -> None:
    """Draw the derivative, and over it finite differences."""
    low, high = places[0], places[-1]
    dots = [low + (high - low) * (i + 0.5) / _DOTS for i in range(_DOTS)]
    slope = look(1 if alone else i)  # alone, its derivative stands in the same picture
    dot = (
        {"color": BLACK, "marker": ".", "ms": 4}
        if alone
        else {"color": slope.colour, "marker": slope.marker, "ms": 3}
    )
    ax.plot(
        places, [_slope(f, x) for x in places], color=slope.colour, ls=slope.dash,
        label=f"{_name(f)}′, by the engine",
    )  # fmt: skip
    ax.plot(
        dots, [_difference(f, x) for x in dots], ls="none", label="" if i else "finite differences", **dot
    )  # fmt: skip


def _tangents(
    ax: Any, f: Function, at: Sequence[float], steps: float | None, low: float, high: float, variable: str
) -> list[str]:
    """Draw the tangent at each place, and the step of gradient descent from there; say the same in words."""
    told = []
    for i, x in enumerate(map(float, at)):
        y, slope, half = scalar(f(Value(x))), float(grad(f)(x)), 0.09 * (high - low)
        label = "" if i else "tangent, with its slope"
        ax.plot([x - half, x + half], [y - half * slope, y + half * slope], color=BLACK, lw=1.2, label=label)
        ax.plot([x], [y], color=BLACK, ls="none", marker="o", ms=5)
        side = -1 if slope > 0 else 1
        away = {"xytext": (-side * 7, -5), "textcoords": "offset points", "va": "top"}
        ax.annotate(number(slope), (x, y), ha="left" if side < 0 else "right", **away)
        words = f"slope {number(slope)} at {variable} = {number(x)}"
        if steps is not None:
            end = x - steps * slope
            arrow = {"arrowstyle": "-|>", "color": RED, "lw": 1.8, "shrinkA": 3, "shrinkB": 0}
            ax.annotate("", (end, y), (x, y), arrowprops=arrow)
            ax.plot([end, end], [y, scalar(f(Value(end)))], color=RED, lw=1, ls=":")
            ax.plot(
                [end], [scalar(f(Value(end)))], color=RED, ls="none", marker="o", ms=5, mfc=PAPER,
                label="" if i else f"step of −{number(steps)}·slope",
            )  # fmt: skip
            words += f", step to {number(end)}"
        told.append(words)
    return told


def _samples(ax: Any, xs: Sequence[float], ys: Sequence[float]) -> str:
    """Draw samples, and keep the picture to their heights; say how many they are."""
    if len(xs) != len(ys) or not len(xs):
        raise ValueError(
            f"samples= has {len(xs)} xs and {len(ys)} ys. Each sample is one x and one y: samples=(xs, ys)."
        )
    ax.plot(xs, ys, color=BLACK, ls="none", marker="o", ms=4, label="samples")
    margin = 0.6 * (max(ys) - min(ys)) or 1.0
    ax.set_ylim(min(ys) - margin, max(ys) + margin)
    return f"{len(xs)} sample{'s' * (len(xs) > 1)}"


def _name(f: Function) -> str:
    name = getattr(f, "__name__", type(f).__name__)
    return "f" if name == "<lambda>" else str(name)


def _value(f: Function, x: float) -> float:
    """Return f(x); nan where f leaves the reals."""
    try:
        return scalar(f(Value(x)))
    except DomainError:
        return math.nan


def _slope(f: Function, x: float) -> float:
    try:
        return float(grad(f)(x))
    except DomainError:
        return math.nan


def _difference(f: Function, x: float) -> float:
    h = _STEP * max(1.0, abs(x))
    return (_value(f, x + h) - _value(f, x - h)) / ((x + h) - (x - h))


@styled
def curves(
    history: Any, validation: Sequence[float] | None = None, *, log: bool = False, over: str = "epoch"
) -> Plot:
    """Plot a training run: training loss blue with dots, validation red, dashed, with squares.

    Parameters
    ----------
    history : object with `loss` and `val_loss`, or sequence of float
        What `nn.fit` returns, or the training losses.
    validation : sequence of float, optional
        The validation losses, where `history` is a plain sequence.
    log : bool
        Draw the losses on a logarithmic axis.
    over : str
        What the losses are numbered by, from 0: epochs, or the degree of a polynomial.

    Returns
    -------
    Plot
        The best epoch is the one with the lowest validation loss, without validation the lowest training
        loss.

    Raises
    ------
    TypeError
        If the losses come in a mapping.
    ValueError
        If there are no losses.

    See Also
    --------
    nn.fit : Makes the history.

    Examples
    --------
    >>> curves([4.0, 2.0, 1.0, 0.5], [5.0, 3.0, 2.5, 2.8])
    <viz.Plot: training loss 4 to 0.5, validation loss 5 to 2.8, best 2.5 at epoch 2>
    """
    training = _losses(getattr(history, "loss", history))
    held_out = _losses(getattr(history, "val_loss", () if validation is None else validation))
    if not training and not held_out:
        raise ValueError("There are no losses to draw: train for at least one epoch first.")
    figure, (ax,) = panels()
    drawn = []
    for losses, name, colour, dash, marker in (
        (training, "training", BLUE, "-", "o"),
        (held_out, "validation", PALETTE["red"].pure, "--", "s"),
    ):
        if losses:
            ax.plot(
                range(len(losses)), losses, color=colour, ls=dash, marker=marker, ms=4.5,
                markevery=max(1, len(losses) // 10), label=f"{name} loss",
            )  # fmt: skip
            drawn.append(f"{name} loss {number(losses[0])} to {number(losses[-1])}")
    judged = held_out or training
    best = min(range(len(judged)), key=lambda epoch: (math.isnan(judged[epoch]), judged[epoch]))
    ax.axvline(best, color=BLACK, lw=1, ls=":")
    ax.plot(
        [best],
        [judged[best]],
        color=BLACK,
        ls="none",
        marker="*",
        ms=11,
        label=f"best: {over} {best}, {number(judged[best])}",
    )
    if log:
        ax.set_yscale("log")
    ax.set_xlabel(over)
    ax.set_ylabel("loss")
    ax.legend()
    return Plot(figure, ", ".join([*drawn, f"best {number(judged[best])} at {over} {best}"]))


def _losses(given: Any) -> list[float]:
    if not isinstance(given, Iterable) or isinstance(given, str | Mapping):
        told = f"a dict with {list(given)}" if isinstance(given, Mapping) else repr(given)
        raise TypeError(
            f"curves() takes what nn.fit returns, or the losses themselves, training first: "
            f"curves(training, validation), got {told}."
        )
    return [scalar(loss) for loss in given]
