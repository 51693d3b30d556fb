"""The networks that the notes' rows name (FX-232, FX-2321, FX-4321), built with `nn`; asserts nothing."""

import numpy as np

import autograd
import nn
from autograd import Value

# FX-2321 and FX-232: rows of a matrix belong to outputs (S002).
X2, Y1, Y2 = [1.5, -2.0], 1.0, [1.0, 0.0]
W1, B1 = [[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]], [0.05, -0.1, 0.2]
W2, B2 = [[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]], [-0.15, 0.25]
W3, B3 = [[1.0, -1.2]], [0.3]
# FX-4321: rows of a matrix belong to the previous layer (S004).
X4, Y4 = [0.5, -1.0, 1.5, 2.0], 1.0
V1 = np.array([[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1.0, -1.1, 0.2]])
V2 = np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
V3 = np.array([[0.7], [-0.8]])


def network(inputs, matrices, biases=None, activation="sigmoid", output="sigmoid", **options):
    """An MLP with the given matrices, one row per output."""
    model = nn.MLP(inputs, [len(W) for W in matrices], activation, output, biases is not None, **options)
    for layer, W, b in zip(model.layers, matrices, biases or [None] * len(matrices), strict=True):
        layer.assign(W, b)
    return model


def fx_2321(**options):
    return network(2, [W1, W2, W3], [B1, B2, B3], **options)


def fx_232(output="sigmoid", **options):
    return network(2, [W1, W2], output=output, **options)


def fx_4321(activation="sigmoid", **options):
    return network(4, [V1.T, V2.T, V3.T], activation=activation, output=activation, **options)


def numbers(values):
    """The primals of a list of Values."""
    return [value.data for value in values]


def weight_grads(layer):
    """The gradients of a layer's weights, one row per output."""
    return autograd.grads(layer.W)


def bias_grads(layer):
    return autograd.grads(layer.b).tolist()


def linear(X, weights, bias=None):
    """Predictions of a linear model, and its parameters as leaves."""
    w = [Value(number) for number in weights]
    b = [] if bias is None else [Value(bias)]
    return [sum(wj * xj for wj, xj in zip(w, x, strict=True)) + sum(b) for x in X.tolist()], w + b


def grads(loss, numbers, *rest):
    """The gradient of a loss of a list of predictions."""
    leaves = [Value(number) for number in numbers]
    loss(leaves, *rest).backward()
    return [leaf.grad for leaf in leaves]
