"""The record of a run, and what it says of itself."""

import math

import numpy as np

from autograd import Value, array
from nn import MLP, History, Module
from nn.training.history import layers


def test_the_best_epoch_is_that_of_the_lowest_validation_loss():
    assert History(loss=[3.0, 2.0], val_loss=[3.0, 1.0, 2.0]).best_epoch == 1
    assert History(loss=[3.0, 2.0]).best_epoch == 1
    assert History().best_epoch is None
    unordered = History(loss=[3.0, 2.0], val_loss=[math.nan, 2.0, math.nan])
    assert unordered.best_epoch == 1
    assert "best 2 after epoch 1" in repr(unordered)


def test_repr_tells_the_run_in_one_line():
    assert repr(History()) == "History(0 epochs)"
    assert repr(History(loss=[2.0], stopped="all 1 epochs done")) == (
        "History(1 epoch, loss 2 -> 2; all 1 epochs done)"
    )


class Block(Module):
    """Parameters in all the places where they may stand."""

    def __init__(self):
        self.w1, self.w2 = Value(1.0), Value(2.0)
        self.rows = [[Value(3.0), Value(4.0)], [Value(5.0)]]
        self.table = array(np.ones(2))
        self.named = {"0": Value(6.0), "gain": Value(7.0)}

    def forward(self, x):
        return x


class Model(Module):
    """Two blocks, a network and a parameter of its own."""

    def __init__(self):
        self.scale = Value(1.0)
        self.blocks = [Block(), Block()]
        self.head = MLP(1, [2, 1])

    def forward(self, x):
        return x


def test_each_layer_of_a_run_has_the_parameters_that_stand_in_it():
    model = Model()
    blocks = [[id(p) for p in block.parameters() if p is not block.named["gain"]] for block in model.blocks]
    gains = [[id(block.named["gain"])] for block in model.blocks]
    dense = [[id(p) for p in layer.parameters()] for layer in model.head.layers]
    params = model.parameters()
    names, members = layers(model, params)
    chosen = [np.array(params, dtype=object)[part] for part in members]
    found = {name: list(map(id, part)) for name, part in zip(names, chosen, strict=True)}
    assert found == {
        "model": [id(model.scale)],
        "blocks.0": blocks[0], "blocks.0.named": gains[0],
        "blocks.1": blocks[1], "blocks.1.named": gains[1],
        "head.layers.0": dense[0], "head.layers.1": dense[1],
    }  # fmt: skip
