"""Neurons, layers, losses, optimisers and training on `Value`s; knows `autograd`, and nothing of drawings."""

from nn import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
