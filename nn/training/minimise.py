"""minimise: an optimiser on a function of a few numbers, and every point that it visits; knows no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
from autograd import Value
from autograd.text.numbers import counted, number
from nn.arguments import FloatArray, floats, integer
from nn.optim.optimizer import Optimizer
from nn.training.fit import TrainingDivergedError

__all__ = ["Descent", "minimise"]


@dataclass(frozen=True, eq=False)
class Descent:
    """The way that an optimiser took; `viz.trajectory` draws it.

    Attributes
    ----------
    name : str
        What the optimiser is called.
    points : float array (steps + 1, n), or (steps + 1,) where the start was one number
        The points visited, the start first.
    values : float array (steps + 1,)
        The function there.
    state : dict of str to float array, shaped as `points`
        The optimiser's own numbers at each point, such as the velocity `v` of `Momentum`.
    """

    name: str
    points: FloatArray
    values: FloatArray
    state: dict[str, FloatArray]

    def __repr__(self) -> str:
        first, last = self.values[[0, -1]].tolist()
        rose = "; it rose: the steps are too long" if last > first else ""
        steps = counted(len(self.values) - 1, "step")
        return f"<Descent: {steps} of {self.name}, f from {number(first)} to {number(last)}{rose}>"


def minimise(
    f: Callable[..., Any], start: Any, optimizer: Callable[[list[Value]], Optimizer], steps: int
) -> Descent:
    """Let an optimiser look for a minimum of a function of a few numbers, and keep every point on its way.

    Parameters
    ----------
    f : callable
        Takes as many values as `start` has numbers, and returns one: ``lambda x, y: x**2 + 10*y**2``.
    start : float, or sequence of float, length n
        Where to begin; a `Value` is read as its number.
    optimizer : callable
        Makes the optimiser for a list of parameters: ``lambda params: Adam(params, lr=0.1)``.
    steps : int >= 0

    Returns
    -------
    Descent
        With `points`, the start included, their `values`, and the optimiser's `state`.

    Raises
    ------
    TrainingDivergedError
        If f, its gradient or a parameter becomes nan or infinite. Its `history` is the `Descent` so far.
    TypeError
        If `optimizer` makes no optimiser.

    See Also
    --------
    fit : Train a model on data.
    viz.trajectory : Draw the way.

    Notes
    -----
    An optimiser that looks ahead, as `Nesterov` does, gets the gradient at its look-ahead; `points` and
    `values` are those of θ itself.

    Examples
    --------
    >>> from nn.optim import Momentum
    >>> way = minimise(lambda t: t * t, 1.0, lambda params: Momentum(params, lr=0.1), steps=3)
    >>> way.points.round(6).tolist(), way.state["v"].round(6).tolist()
    ([1.0, 0.8, 0.46, 0.062], [0.0, -0.2, -0.34, -0.398])
    >>> way
    <Descent: 3 steps of Momentum, f from 1 to 0.003844>
    """
    begin = floats("start", autograd.data(start), ndim=(0, 1))
    theta = np.atleast_1d(begin)
    make: Any = optimizer
    advice = (
        "minimise(f, start, optimizer, steps) takes a function that makes the optimiser of its parameters, "
        "as in lambda params: {}(params, lr=0.1)"
    )
    try:
        made = make([Value(x) for x in theta.tolist()]) if callable(make) else make
    except TypeError as error:
        if isinstance(make, type):  # a class that needs more than parameters
            raise TypeError(f"{advice.format(make.__name__)}, got the class alone: {error}.") from error
        raise
    if not isinstance(made, Optimizer) or made is make:
        raise TypeError(f"{advice.format('Adam')}, got {made!r}.")
    slope = autograd.value_and_grad(f, argnums=tuple(range(len(theta))))
    points: list[FloatArray] = []
    values: list[float] = []
    states: dict[str, list[FloatArray]] = {name: [] for name in made.state_names}

    def visited() -> Descent:
        shape = (-1, *begin.shape)
        state = {name: np.array(kept).reshape(shape) for name, kept in states.items()}
        return Descent(type(made).__name__, np.array(points).reshape(shape), np.array(values), state)

    def at(point: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = slope(*point.tolist())
        if not np.isfinite([value, *gradient, *point]).all():
            worst = int(np.argmax(np.abs(point)))
            raise TrainingDivergedError(
                f"The descent diverged at step {len(points)}: f is {value:.4g} with gradient "
                f"({', '.join(f'{g:.4g}' for g in gradient)}) at ({', '.join(f'{x:.4g}' for x in point)}). "
                f"The steps are too long: take a smaller learning rate (now {made.rate:.4g}), or a start "
                f"where f and its gradient are finite.",
                visited(), len(points), f"argument {worst}",
            )  # fmt: skip
        return float(value), np.array(gradient, dtype=np.float64)

    for step in range(integer("steps", steps, low=0) + 1):
        value, gradient = at(theta)
        points.append(theta)
        values.append(value)
        for name, kept in states.items():
            kept.append(made.state[name].copy())
        if step < steps:
            ahead = made.point(theta)
            with np.errstate(all="ignore"):  # the next look says what overflowed
                theta = made.advance(theta, gradient if ahead is theta else at(ahead)[1])
    return visited()
