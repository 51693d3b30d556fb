"""Neurons, layers, losses, optimisers and training on `Value`s; knows `autograd`, and nothing of drawings."""

from nn import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
from nn import data, features, init, linear, losses, metrics, norms, optim, reg, schedules
from nn.activations import (
    ELU,
    GELU,
    Activation,
    Heaviside,
    Identity,
    LeakyReLU,
    LogSigmoid,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.batchnorm import BatchNorm
from nn.cross_validation import cross_validate
from nn.dropout import Dropout, MaskFeed
from nn.layers import Layer, LayerTrace, Linear
from nn.module import Module
from nn.network import MLP, Sequential
from nn.neuron import Neuron
from nn.state import StateError
from nn.training import History, SmallStep, TrainingDivergedError, fit

__all__ = [
    "Module", "Neuron", "Layer", "LayerTrace", "Linear", "Sequential", "MLP", "StateError",
    "Activation", "Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SiLU", "GELU", "Softplus",
    "LogSigmoid", "Heaviside", "Softmax", "Dropout", "MaskFeed", "BatchNorm", "losses", "norms", "reg",
    "fit", "History", "SmallStep", "TrainingDivergedError", "cross_validate",
    "data", "features", "init", "linear", "metrics", "optim", "schedules",
]  # fmt: skip
