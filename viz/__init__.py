"""Drawings, players and plots of the graphs of `autograd`; knows nothing of how a model is trained."""

from viz import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
from viz.budget import TooLargeError
from viz.diagrams import diagram
from viz.figure import Figure
from viz.graphs import graph
from viz.networks import network
from viz.pathways import paths
from viz.plots import Plot
from viz.plots_boundary import boundary
from viz.plots_layers import histogram
from viz.plots_lines import curve, curves
from viz.plots_planes import surface, trajectory
from viz.render import GraphvizMissingError, LayoutTimeoutError, RenderError
from viz.walkthrough import Walkthrough, walkthrough

__all__ = [
    "graph", "paths", "walkthrough", "network", "diagram", "Figure", "Walkthrough",
    "curve", "curves", "surface", "trajectory", "boundary", "histogram", "Plot",
    "TooLargeError", "RenderError", "GraphvizMissingError", "LayoutTimeoutError",
]  # fmt: skip
