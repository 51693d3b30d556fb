"""Plots over one axis: a function with its derivative, losses over epochs.

Derivatives come from the engine, with finite differences dotted over them; nothing here knows a derivative or
trains.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd import DomainError, Value, grad
from autograd.text.numbers import number
from viz.plots.plot import BLACK, BLUE, RED, Plot, drawable, look, panels, scalar, styled

Function = Callable[[Any], Any]
_DOTS = 25
_STEP = 6e-6  # about the cube root of the machine's precision: the best step for a central difference


@styled
def curve(*functions: Function, low: float = -5.0, high: float = 5.0, points: int = 241) -> Plot:
    """Plot functions and their derivatives, as the engine computes them, with finite differences dotted over.

    Parameters
    ----------
    *functions : callable
        Each takes one Value and returns one: a row of the table such as `autograd.tanh`, or the learner's
        own.
    low, high : float
        The interval.
    points : int
        At how many places each function is evaluated.

    Returns
    -------
    Plot
        Left the functions, right the derivatives; a single function and its derivative share one picture.
        Where a function leaves the reals there is a gap.

    Raises
    ------
    ValueError
        If the interval is empty, or there is nothing to draw.

    Notes
    -----
    The dots are (f(x + h) - f(x - h))/2h, computed from values alone, so they show whether the derivative is
    right.

    Examples
    --------
    >>> from autograd import sigmoid
    >>> curve(sigmoid, low=-6, high=6)
    <viz.Plot: sigmoid and its derivative between -6 and 6>
    """
    if not drawable(low, high, points):
        raise ValueError(
            f"Between low={low:g} and high={high:g} there is nothing to draw with {points} points: "
            "low must be below high, both finite, with at least 2 points."
        )
    if not functions:
        raise ValueError("curve() needs at least one function, for example curve(autograd.tanh).")
    places = [low + (high - low) * i / (points - 1) for i in range(points)]
    dots = [low + (high - low) * (i + 0.5) / _DOTS for i in range(_DOTS)]
    alone = len(functions) == 1
    figure, axes = panels(1 if alone else 2, size=(6.4, 3.8) if alone else (9.6, 3.8))
    for i, f in enumerate(functions):
        name, (colour, dash, marker) = _name(f), look(i)
        axes[0].plot(places, [_value(f, x) for x in places], color=colour, ls=dash, label=name)
        if alone:  # its derivative stands in the same picture
            slope, (dot, marker, size) = look(1), (BLACK, ".", 4)
        else:
            slope, (dot, marker, size) = look(i), (colour, marker, 3)
        axes[-1].plot(
            places,
            [_slope(f, x) for x in places],
            color=slope.colour,
            ls=slope.dash,
            label=f"{name}′, by the engine",
        )
        axes[-1].plot(
            dots,
            [_difference(f, x) for x in dots],
            color=dot,
            ls="none",
            marker=marker,
            ms=size,
            label="" if i else "finite differences",
        )
    for ax in axes:
        ax.set_xlabel("x")
        ax.axhline(0, color=BLACK, lw=0.6)
    if alone:
        axes[0].legend()
    else:  # no place in both panels is free of curves
        axes[0].set_title("values")
        axes[1].set_title("derivatives by the engine; dots: finite differences")
        figure.legend(handles=axes[0].lines[: len(functions)], loc="outside upper center", ncols=4)
    names = " and ".join(_name(f) for f in functions)
    derivative = "its derivative" if alone else "their derivatives"
    return Plot(figure, f"{names} and {derivative} between {number(low)} and {number(high)}")


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
    """Plot a training run: training loss blue, validation red and dashed, the best epoch marked.

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
    ValueError
        If there are no losses.

    Examples
    --------
    >>> curves([4.0, 2.0, 1.0, 0.5], [5.0, 3.0, 2.5, 2.8])
    <viz.Plot: training loss 4 to 0.5, validation loss 5 to 2.8, best 2.5 at epoch 2>
    """
    training = [float(x) for x in getattr(history, "loss", history)]
    held_out = [float(x) for x in getattr(history, "val_loss", () if validation is None else validation)]
    if not training and not held_out:
        raise ValueError("There are no losses to draw: train for at least one epoch first.")
    figure, (ax,) = panels()
    drawn = []
    for losses, name, colour, dash in (
        (training, "training", BLUE, "-"),
        (held_out, "validation", RED, "--"),
    ):
        if losses:
            ax.plot(range(len(losses)), losses, color=colour, ls=dash, label=f"{name} loss")
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
