"""Drawings, players and plots of chainrule's graphs; knows `autograd`, and nothing of how a model is trained."""

from viz import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
