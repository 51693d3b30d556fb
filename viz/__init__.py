"""Drawings, players and plots of the graphs of `autograd`; knows nothing of how a model is trained."""

from viz import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
from viz.budget import TooLargeError
from viz.diagrams import diagram
from viz.figure import Figure
from viz.graphs import graph
from viz.networks import network
from viz.pathways import paths
from viz.render import GraphvizMissingError, LayoutTimeoutError, RenderError

__all__ = [
    "graph", "paths", "network", "diagram", "Figure",
    "TooLargeError", "RenderError", "GraphvizMissingError", "LayoutTimeoutError",
]  # fmt: skip
