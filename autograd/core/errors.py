"""Every error that the engine raises of its own. The messages are written where the facts are known."""

from __future__ import annotations

__name__ = "autograd.errors"  # the public place, which tracebacks and pickles name


class AutogradError(Exception):
    """The base of all errors below."""


class DomainError(AutogradError, ValueError):
    """An operation would leave the real numbers: log of x <= 0, division by zero, 0 to a negative power."""


class StaleGraphError(AutogradError, RuntimeError):
    """A leaf was assigned after the graph was recorded, so its memoized local gradients are out of date."""


class AnomalyError(AutogradError, ArithmeticError):
    """Under `detect_anomaly`: the first nan or inf, forward or backward."""


class GradientError(AutogradError, AssertionError):
    """`gradcheck` found a derivative that disagrees with finite differences."""


class BranchError(AutogradError, RuntimeError):
    """A replayed row would take another branch than the recorded one."""


class NotALeafError(AutogradError, AttributeError):
    """`data` may be assigned on leaves only; an interior node is computed from its parents."""
