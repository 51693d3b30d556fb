"""chainrule's nn.fit on whole epochs, in compiled code; documents of all lengths are padded: one Program."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from chainrule_program import Neurons
from protocol import Case, serve
from scalar import logits, matrices, surprises

import autograd
import autograd.program.native.backend  # so that no measurement has the import in it
import nn


def prepare(data: dict[str, Any]) -> Case:
    """Make a model with the given parameters; one call is one call of `fit`."""
    return names(data) if data["kind"] == "names" else images(data)


class Transformer:
    """The model of the documents: tokens to scores at every position, however short the document is.

    A position takes from those before it alone, so that what stands behind the end changes nothing.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data["documents"][0] | {"tokens": data["padded"]["tokens"][:1]}
        self.params = [autograd.Value(number) for number in data["p"]]

    def parameters(self) -> list[autograd.Value]:
        return self.params

    def __call__(self, tokens: Sequence[Any]) -> list[list[Any]]:
        return logits(Neurons, self.data, matrices(self.data, self.params), tokens)


def names(data: dict[str, Any]) -> Case:
    """Make all updates by Adam, one for each document, in one epoch."""
    padded = {name: np.array(columns) for name, columns in data["padded"].items()}
    longest = padded["tokens"].shape[1]
    targets = np.hstack([padded["targets"], padded["shares"]])
    model = Transformer(data)
    optimizer = nn.optim.Adam(model.params, lr=data["lr"])

    def loss(found: list[list[Any]], target: Sequence[Any]) -> Any:
        return autograd.dot(target[longest:], surprises(Neurons, found, target[:longest]))

    def step() -> float:
        history = nn.fit(
            model, loss, optimizer, (padded["tokens"], targets),
            epochs=1, batch_size=1, backend="native", rng=None,
        )  # fmt: skip
        return float(history.loss[-1])

    return Case(step=step, read=lambda: [p.data for p in model.params], steps=len(targets))


def images(data: dict[str, Any]) -> Case:
    """Make whole epochs on images."""
    sizes = data["sizes"]
    layers: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.ReLU()] * bool(layers) + [nn.Linear(fan_in, fan_out)]
    model = nn.Sequential(*layers)
    params = model.parameters()  # neuron by neuron: weights, then bias, as in the data
    for parameter, number in zip(params, data["p"], strict=True):
        parameter.data = number
    optimizer = nn.optim.Adam(params, lr=data["lr"])
    last: dict[str, Any] = {}

    def step() -> float:
        history = last["history"] = nn.fit(
            model, nn.losses.ce_with_logits, optimizer, (data["x"], data["labels"]),
            epochs=data["epochs"], batch_size=data["batch"], backend="native", rng=0,
        )  # fmt: skip
        return float(history.loss[-1])

    return Case(
        step=step,
        read=lambda: [parameter.data for parameter in params],
        steps=data["epochs"],
        spent=lambda: float(sum(last["history"].seconds)),
    )


serve(["chainrule", "numpy"], prepare)
