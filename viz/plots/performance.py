"""Plots how good models become with more data; knows amounts and scores, and no model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd.text.numbers import number
from viz.plots.plot import PAPER, Plot, look, panels, scalar, styled


@styled
def performance(
    scores: Mapping[str, Any], *, over: str = "amount of data", of: str = "performance", log: bool = True
) -> Plot:
    """Plot what models of several sizes reach with more and more data, one line for each.

    Parameters
    ----------
    scores : mapping from name to mapping from amount to score
        For each model the score that it reached with so many samples; a sequence of (amount, score) will do.
    over, of : str
        What the axes are called.
    log : bool
        Draw the amounts on a logarithmic axis, so that doublings are equally far apart.

    Returns
    -------
    Plot
        Each line has a colour, a dash and a marker of its own.

    Raises
    ------
    TypeError
        If `scores` has no names, or a score has no amount.
    ValueError
        If there is nothing to draw, or an amount is not positive on a logarithmic axis.

    Examples
    --------
    >>> performance({"small net": {10: 0.7, 1000: 0.75}, "large net": {10: 0.6, 1000: 0.95}})
    <viz.Plot: performance over amount of data: small net 0.7 at 10 to 0.75 at 1000; large net 0.6 at 10 to \
0.95 at 1000>
    """
    if not isinstance(scores, Mapping):
        raise TypeError(
            f"performance() takes the amounts and scores of each model by its name, as in "
            f'{{"small net": {{10: 0.7, 100: 0.8}}}}, got {type(scores).__name__}.'
        )
    lines = {str(name): sorted(_pairs(given)) for name, given in scores.items()}
    if not lines or not all(lines.values()):
        raise ValueError(
            "There are no scores to draw: give each model its amounts and scores, as in "
            '{"small net": {10: 0.7, 100: 0.8}}.'
        )
    least = min(amount for line in lines.values() for amount, _ in line)
    if log and not least > 0:
        raise ValueError(f"An amount of {number(least)} has no place on a logarithmic axis. Use log=False.")
    figure, (ax,) = panels()
    told = []
    for i, (name, line) in enumerate(lines.items()):
        amounts, reached = zip(*line, strict=True)
        looks: dict[str, Any] = {"color": look(i).colour, "ls": look(i).dash, "marker": look(i).marker}
        ax.plot(amounts, reached, ms=6, markeredgecolor=PAPER, label=name, **looks)
        ends = (f"{number(score)} at {number(amount)}" for amount, score in (line[0], line[-1]))
        told.append(f"{name} {' to '.join(ends)}")
    if log:
        ax.set_xscale("log")
    ax.set(xlabel=over, ylabel=of)
    figure.legend(loc="outside upper center", ncols=min(4, len(lines)))
    return Plot(figure, f"{of} over {over}: {'; '.join(told)}")


def _pairs(given: Any) -> list[tuple[float, float]]:
    pairs = list(
        given.items() if isinstance(given, Mapping) else given if isinstance(given, Iterable) else [given]
    )
    for pair in pairs:
        if not isinstance(pair, Sequence) or len(pair) != 2:
            raise TypeError(f"A score belongs to an amount, as in {{10: 0.7}} or [(10, 0.7)], got {pair!r}.")
    found = [(float(amount), scalar(score)) for amount, score in pairs]
    return [(amount, score) for amount, score in found if math.isfinite(amount)]
