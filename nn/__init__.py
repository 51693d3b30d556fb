"""Neurons, layers, losses, optimisers and training on `Value`s; knows `autograd`, and nothing of drawings."""

import sys

from nn import _engine as _engine  # first: a wrong `autograd` is reported before a name is missing
from nn import data, linear, losses, optim
from nn.data import features, metrics, toys
from nn.layers import init
from nn.layers.activations import (
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
from nn.layers.batchnorm import BatchNorm
from nn.layers.dropout import Dropout, MaskFeed
from nn.layers.embedding import Embedding
from nn.layers.layer import Layer, LayerTrace, Linear
from nn.layers.network import MLP, Sequential
from nn.layers.neuron import Neuron
from nn.losses import norms, reg
from nn.module.module import Module
from nn.module.state import StateError
from nn.optim import schedules
from nn.sequence.attention import Attention, AttentionTrace, attention
from nn.sequence.norms import LayerNorm, RMSNorm
from nn.sequence.transformer import Transformer, TransformerBlock
from nn.training.fit import History, SmallStep, TrainingDivergedError, fit
from nn.training.minimise import Descent, minimise

__all__ = [
    "Module", "Neuron", "Layer", "LayerTrace", "Linear", "Sequential", "MLP", "StateError",
    "Activation", "Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "SiLU", "GELU", "Softplus",
    "LogSigmoid", "Heaviside", "Softmax", "Dropout", "MaskFeed", "BatchNorm",
    "Embedding", "RMSNorm", "LayerNorm", "attention", "Attention", "AttentionTrace", "Transformer",
    "TransformerBlock", "losses", "norms", "reg",
    "fit", "History", "SmallStep", "TrainingDivergedError", "minimise", "Descent",
    "data", "features", "init", "linear", "metrics", "optim", "schedules",
]  # fmt: skip

# Public modules have short names, whichever folder they are in: `from nn.init import he_normal`.
sys.modules |= {
    f"nn.{module.__name__.rpartition('.')[2]}": module
    for module in (features, init, metrics, norms, reg, schedules, toys)
}


def __dir__() -> list[str]:
    return __all__
