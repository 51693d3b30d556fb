"""Drawings, players and plots of the graphs of `autograd`; knows nothing of how a model is trained."""

from viz import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
from viz.cards.exercise import Exercise, exercise
from viz.cards.log import exercises
from viz.cards.solution import Solution, solution
from viz.cards.stream import Stream, stream
from viz.drawing.figure import Figure
from viz.drawing.render import GraphvizMissingError, LayoutTimeoutError, RenderError
from viz.figures.diagram import diagram
from viz.figures.graph import graph
from viz.figures.memo import memo
from viz.figures.network import network
from viz.figures.paths import paths
from viz.figures.size import TooLargeError
from viz.player.walkthrough import Walkthrough, walkthrough
from viz.plots.boundary import boundary
from viz.plots.curves import curve, curves
from viz.plots.histogram import histogram
from viz.plots.images import image
from viz.plots.performance import performance
from viz.plots.planes import surface, trajectory
from viz.plots.plot import Plot
from viz.sheets.exam import Exam, KeyMissingError, exam
from viz.sheets.worksheet import Worksheet, worksheet

__all__ = [
    "graph", "paths", "walkthrough", "network", "memo", "diagram", "Figure", "Walkthrough",
    "exercise", "exercises", "stream", "solution", "Exercise", "Stream", "Solution",
    "curve", "curves", "surface", "trajectory", "boundary", "histogram", "image", "performance", "Plot",
    "worksheet", "exam", "Worksheet", "Exam",
    "TooLargeError", "KeyMissingError", "RenderError", "GraphvizMissingError", "LayoutTimeoutError",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
