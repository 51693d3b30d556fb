"""Training as data: what an optimiser moves, and the batches, rates and masks of the updates to be made.

Knows the text of an optimiser's update; no backend, no model and no schedule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from autograd.core.value import Value
from autograd.table.update import Update

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Written(NamedTuple):
    """What an optimiser's next update does, as data; the arrays as the optimiser keeps them."""

    update: Update
    hyper: Mapping[str, float]
    state: Sequence[Floats]  # in the order of `Update.state`
    counts: Floats  # how many updates each parameter has met


class Optimizer(Protocol):
    """What is asked of an optimiser; those of `nn.optim` have it."""

    params: list[Value]

    @property
    def written(self) -> Written | None:
        """What the next update does; None for an optimiser that is more than a text."""

    def rates(self, count: int) -> list[float]:
        """Return the learning rates of the next updates: fewer where one of them cannot be told."""

    def point(self, theta: Floats) -> Floats:
        """Return where the gradient is wanted."""

    def advance(self, theta: Floats, g: Floats) -> Floats:
        """Make one update, and return the new parameters."""

    def advanced(self, count: int) -> None:
        """Take note of updates that were made with `written`."""


DESCENT = Update("p = p - lr*g")


@dataclass
class Descent:
    """Plain gradient descent, as an `Optimizer`."""

    params: list[Value]
    lr: float

    @property
    def written(self) -> Written:
        """The update: one line."""
        return Written(DESCENT, {}, (), np.zeros(len(self.params)))

    def rates(self, count: int) -> list[float]:
        """Return the same rate for each update."""
        return [self.lr] * count

    def point(self, theta: Floats) -> Floats:
        """Return the parameters themselves."""
        return theta

    def advance(self, theta: Floats, g: Floats) -> Floats:
        """Make one update, and return the new parameters."""
        new, _ = DESCENT(theta, g, (), self.lr, 1, {})
        return np.asarray(new)

    def advanced(self, count: int) -> None:
        """Remember nothing: there is no state."""


class Places:
    """Where a program has the parameters of an optimiser.

    Parameters
    ----------
    params, leaves : sequence of Value

    Attributes
    ----------
    each : int array, length n_params
        The place of each parameter among the leaves; -1 for one that the loss does not need.
    complete : bool
        Whether the loss needs them all.
    """

    def __init__(self, params: Sequence[Value], leaves: Sequence[Value]) -> None:
        self._same = len(params) == len(leaves) and all(map(is_, params, leaves))
        place = {} if self._same else {id(leaf): i for i, leaf in enumerate(leaves)}
        each = range(len(leaves)) if self._same else (place.get(id(parameter), -1) for parameter in params)
        self.each = np.fromiter(each, dtype=np.int64, count=len(params))
        found = np.flatnonzero(self.each >= 0)
        self.complete = len(found) == len(self.each)
        self._ours, self._theirs = _sliced(found), _sliced(self.each[found])

    def put(self, theta: Floats, parameters: Floats) -> None:
        """Write the optimiser's numbers to those of a program."""
        parameters[self._theirs] = theta[self._ours]

    def take(self, numbers: Floats) -> Floats:
        """Return numbers of the leaves, such as a gradient, in the optimiser's order; 0 for no leaf."""
        if self._same:
            return numbers
        taken = np.zeros(len(self.each))
        taken[self._ours] = numbers[self._theirs]
        return taken


def _sliced(places: Integers) -> Any:
    """Return what picks these places: a slice, which copies nothing, where it can."""
    side_by_side = len(places) > 0 and bool((np.diff(places) == 1).all())
    return slice(int(places[0]), int(places[-1]) + 1) if side_by_side else places


@dataclass(eq=False)
class Trained:
    """The parameters that an optimiser moves.

    Parameters
    ----------
    optimizer : Optimizer
    theta : float array, length n_params
        The parameters, in the optimiser's order. Updates change it in place.
    places : Places
    members : sequence of slices or int arrays
        Parts of the parameters; the gradient's norm is taken of each.

    Attributes
    ----------
    before : float array, length n_params
        The parameters before the last update.
    """

    optimizer: Optimizer
    theta: Floats
    places: Places
    members: Sequence[Any] = (slice(None),)

    def __post_init__(self) -> None:
        self.before = self.theta.copy()
        self._runs: Integers | None = None

    def runs(self, counts: Floats) -> Integers:
        """Return the runs of parameters that lie side by side and are alike.

        Parameters
        ----------
        counts : float array, length n_params
            How many updates each parameter has met.

        Returns
        -------
        int array (runs, 5)
            The first parameter, how many, the place of the first, their part, their count.
        """
        if self._runs is None:
            n, each, parts = len(self.theta), self.places.each, np.zeros(len(self.theta), dtype=np.int64)
            for part, members in enumerate(self.members):
                parts[members] = part
            apart = np.where(each < 0, -n - 1, each - np.arange(n))
            changes = (np.diff(apart) != 0) | (np.diff(parts) != 0) | (np.diff(counts) != 0)
            first = np.concatenate([[0], np.flatnonzero(changes) + 1])[:n].astype(np.int64)
            lengths = np.diff(np.append(first, n))
            self._runs = np.column_stack([first, lengths, each[first], parts[first], first]).astype(np.int64)
        self._runs[:, 4] = counts[self._runs[:, 0]]
        return self._runs


@dataclass(eq=False)
class Batches:
    """Updates to be made one after the other, and what they tell.

    Parameters
    ----------
    rows : float array (N, columns)
        The table that batches are taken from.
    size : int
        How many rows make a batch; the last one before the table's end takes the rest.
    count : int
        How many updates to make; behind the table's end it begins again.
    order : int array, optional
        Which row comes when, for all updates. Without it the rows are taken as they stand.
    masks : float array, optional
        More columns, row by row in the order in which rows are taken.
    reduction : {"mean", "sum"}

    Attributes
    ----------
    made : int
        How many updates were made.
    losses : float array (count,)
        The loss of each batch before its update.
    norms : float array (count, parts)
        The norm of the gradient in each part.
    """

    rows: Floats
    size: int
    count: int
    order: Integers | None = None
    masks: Floats | None = None
    reduction: str = "mean"
    parts: int = 1
    made: int = 0
    losses: Floats = field(init=False)
    norms: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.losses, self.norms = np.empty(self.count), np.empty((self.count, self.parts))
