"""Learning rates that change: functions of the number of updates made so far; knows nothing of optimisers.

Pass one as `lr=`: `SGD(params, lr=Exponential(0.1, factor=0.99))`. Every optimiser calls it with 0 before
the first update, 1 before the second, and so on; any function of an int does as well. PyTorch's schedulers
count epochs by default: for "every 30 epochs" multiply by the number of batches in an epoch.
"""

import math
from dataclasses import dataclass

from nn.arguments import integer, real

__all__ = ["Constant", "Step", "Exponential", "Cosine", "InverseTime"]


@dataclass(frozen=True)
class Constant:
    """The same learning rate at every update: lr.

    Parameters
    ----------
    lr : float > 0
        The rate.

    Examples
    --------
    >>> Constant(0.1)(1000)
    0.1
    """

    lr: float

    def __post_init__(self) -> None:
        _positive(self.lr)

    def __call__(self, t: int) -> float:
        """Return the rate of update `t`, counted from 0."""
        return self.lr


@dataclass(frozen=True)
class Step:
    """Multiply by `factor` after every `every` updates: lr·factor^⌊t/every⌋. PyTorch: `StepLR(gamma=factor)`.

    Parameters
    ----------
    lr : float > 0
        The rate at the start.
    every : int
        After how many updates it changes.
    factor : float in (0, 1]
        By what it is multiplied.

    See Also
    --------
    Exponential : A little at every update.

    Examples
    --------
    >>> [Step(1.0, every=2, factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        _positive(self.lr)
        integer("every", self.every, low=1)
        real("factor", self.factor, low=0.0, high=1.0, strict=True)

    def __call__(self, t: int) -> float:
        """Return the rate of update `t`, counted from 0."""
        return self.lr * self.factor ** (t // self.every)


@dataclass(frozen=True)
class Exponential:
    """Multiply by `factor` after every update: lr·factor^t. PyTorch: `ExponentialLR(gamma=factor)`.

    Parameters
    ----------
    lr : float > 0
        The rate at the start.
    factor : float in (0, 1]
        By what it is multiplied at every update.

    See Also
    --------
    Step : Now and then.

    Examples
    --------
    >>> Exponential(1.0, factor=0.5)(3)
    0.125
    """

    lr: float
    factor: float

    def __post_init__(self) -> None:
        _positive(self.lr)
        real("factor", self.factor, low=0.0, high=1.0, strict=True)

    def __call__(self, t: int) -> float:
        """Return the rate of update `t`, counted from 0."""
        return float(self.lr * self.factor**t)


@dataclass(frozen=True)
class Cosine:
    """Half a cosine from lr down to `final` in `steps` updates, then constant: Loshchilov and Hutter (2017).

    final + (lr − final)·(1 + cos(π·t/steps))/2. PyTorch's `CosineAnnealingLR` climbs again after `T_max`;
    this one does not.

    Parameters
    ----------
    lr : float > 0
        The rate at the start.
    steps : int
        After how many updates it has reached `final`.
    final : float >= 0
        The rate at the end.

    Examples
    --------
    >>> [round(Cosine(1.0, steps=4)(t), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    lr: float
    steps: int
    final: float = 0.0

    def __post_init__(self) -> None:
        _positive(self.lr)
        integer("steps", self.steps, low=1)
        real("final", self.final, low=0.0, high=self.lr)

    def __call__(self, t: int) -> float:
        """Return the rate of update `t`, counted from 0."""
        way = min(t, self.steps) / self.steps
        return self.final + (self.lr - self.final) * (1.0 + math.cos(math.pi * way)) / 2.0


@dataclass(frozen=True)
class InverseTime:
    """Divide by a growing time, lr/(1 + decay·t): the steps shrink, their sum still diverges.

    What makes stochastic gradient descent *converge* on a convex problem: constant steps keep
    hovering.

    Parameters
    ----------
    lr : float > 0
        The rate at the start.
    decay : float >= 0
        How fast it falls.

    Examples
    --------
    >>> InverseTime(0.02, decay=0.01)(100)
    0.01
    """

    lr: float
    decay: float

    def __post_init__(self) -> None:
        _positive(self.lr)
        real("decay", self.decay, low=0.0)

    def __call__(self, t: int) -> float:
        """Return the rate of update `t`, counted from 0."""
        return self.lr / (1.0 + self.decay * t)


def _positive(lr: float) -> None:
    real("lr", lr, low=0.0, strict=True)
