"""One-layer models with given weights, and gradient descent on them, for the tests of `fit`."""

import nn
from nn.optim import SGD


def line(weights, bias=None):
    """A linear neuron with these weights."""
    model = nn.Linear(len(weights), 1, bias=bias is not None)
    return model.assign([weights], None if bias is None else [bias])


def logistic(weights, bias=None):
    model = nn.Layer(len(weights), 1, "sigmoid", bias=bias is not None)
    return model.assign([weights], None if bias is None else [bias])


def numbers(model):
    return [p.data for p in model.parameters()]


def descend(model, loss, data, lr, epochs, **options):
    options = {"rng": None, **options}
    return nn.fit(model, loss, SGD(model.parameters(), lr=lr), data, epochs=epochs, **options)
