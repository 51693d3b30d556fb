"""When training ends before its last epoch: rules, and the error of a run that blew up; knows arrays only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nn.arguments import FloatArray, real
from nn.training.history import History

StopRule: TypeAlias = Callable[[FloatArray, FloatArray], bool]


@dataclass(frozen=True)
class SmallStep:
    """Stop when w_new ≈ w_old: no parameter moved by more than `tol` in an epoch (S004-26).

    Any function of the two flat parameter arrays, before and after the epoch, can take its place.

    The trap (E-S004-08): a small step does not mean that the minimum is near. It is also small when the
    learning rate is tiny or the gradient has vanished: on (w − 3)² from 0 with tol = 1e-6, lr = 0.1 stops
    at step 61 with error 3.7e-6, and lr = 1e-9 stops at step 1, at w = 6e-9, with error 3. Compare the
    gradient norm as well.

    Parameters
    ----------
    tol : float > 0

    Examples
    --------
    >>> SmallStep(0.1)(np.array([1.0, 2.0]), np.array([1.05, 1.95]))
    True
    """

    tol: float = 1e-6

    def __post_init__(self) -> None:
        real("tol", self.tol, low=0.0, strict=True)

    def __call__(self, old: FloatArray, new: FloatArray) -> bool:
        """Return whether all parameters moved by at most `tol`."""
        return bool(np.max(np.abs(new - old)) <= self.tol)


class TrainingDivergedError(ArithmeticError):
    """The loss, a gradient or a parameter became nan or infinite.

    Attributes
    ----------
    history : History
        The epochs before.
    update : int
        The update (from 0) that could not be made.
    parameter : str
        The name of the parameter that is blamed.
    """

    def __init__(self, message: str, history: History, update: int, parameter: str) -> None:
        super().__init__(message)
        self.history = history
        self.update = update
        self.parameter = parameter
