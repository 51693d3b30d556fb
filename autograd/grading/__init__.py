"""Grades somebody's own class of numbers that differentiate: where it goes wrong first, and why.

`grade` makes a `Report` of `Finding`s and `Rung`s. Only the standard library and the engine are needed.
"""

from autograd.grading.judge import grade
from autograd.grading.report import Finding, Report, Rung

__all__ = ["Finding", "grade", "Report", "Rung"]
