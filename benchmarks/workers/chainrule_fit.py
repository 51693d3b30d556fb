"""chainrule's nn.fit on whole epochs, trained in compiled code."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from protocol import Case, serve

import nn


def prepare(data: dict[str, Any]) -> Case:
    """Make the network with the given parameters; one call is one call of `fit`."""
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
