"""Every error that the engine raises of its own. The messages are written where the facts are known."""

from __future__ import annotations

from autograd.text.labels import width

__name__ = "autograd.errors"  # the public place, which tracebacks and pickles name


class AutogradError(Exception):
    """The base of all errors below."""


class AdvisedError(AutogradError):
    """An error whose advice depends on who asks: a program is told another way out than the command line.

    Attributes
    ----------
    reason : str
        What happened, and why.
    advice : str
        What a program can do about it; the message is both.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.reason, self.advice = reason, advice

    def __str__(self) -> str:
        return f"{self.reason} {self.advice}".rstrip()


class NotationError(AdvisedError, ValueError):
    """In the notation that is asked for, one symbol would stand for two numbers."""


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


class FormulaError(AutogradError, ValueError):
    """A text is not in the language of the table.

    Attributes
    ----------
    text : str
        What was to be read.
    reason : str
        What is wrong, in a sentence; the message names the text before it.
    column : int or None
        Where in the text, in characters from 0.
    line : int
        Of a text of several lines the number of this one, from 1.
    """

    def __init__(self, text: str, reason: str, column: int | None = None, line: int = 1) -> None:
        super().__init__(text, reason, column, line)
        self.text, self.reason, self.column, self.line = text, reason, column, line

    def __str__(self) -> str:
        return f"{self.text!r} is not a formula of the table: {self.reason}"


class ExpressionError(FormulaError):
    """What somebody typed cannot be read or computed; the message shows the line and, by a caret, where."""

    def __str__(self) -> str:
        if self.column is None:
            return self.reason
        return f"{self.reason}\n  {self.text}\n  {' ' * width(self.text[: self.column])}^"


class RecordingError(AutogradError, RuntimeError):
    """A function that is recorded reads a number that would stay frozen in every replay."""


class NotALeafError(AutogradError, AttributeError):
    """`data` may be assigned on leaves only; an interior node is computed from its parents."""
