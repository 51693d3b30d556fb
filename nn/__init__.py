"""Neurons, layers, losses, optimisers and training on `Value`s; knows `autograd`, and nothing of drawings."""
