"""chainrule's Program: one sample recorded eagerly, replayed over all rows by a backend."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from protocol import Case, UnsupportedError, serve
from scalar import expression, outputs, split

import autograd
from autograd import Value, dot, log, logsumexp, relu, sigmoid

STEPS = 200


class Neurons:
    """What the network of `scalar.py` asks for."""

    relu, neuron = relu, dot


def recorded(data: dict[str, Any]) -> tuple[Value, list[Value], list[Value], np.ndarray]:
    """Record one sample: its loss, its inputs, its parameters, and the rows to replay it over."""
    kind, p = data["kind"], [Value(v) for v in data["p"]]
    if kind == "expression":
        return expression(Neurons, data, p), [], p, np.empty((1, 0))
    if kind == "chain":
        raise UnsupportedError("a chain has one block per level: nothing to gather")
    x = np.array(data["x"])
    if kind == "digits":
        y = np.eye(data["sizes"][-1])[data["labels"]]
    else:
        y = np.array(data["y"])[:, None]
    inputs = [Value(v) for v in x[0]]
    targets = [Value(v) for v in y[0]]
    rows = np.column_stack([x, y])
    if kind == "logistic":
        q = sigmoid(dot(p[:2], inputs, p[2]))
        return -(targets[0] * log(q) + (1.0 - targets[0]) * log(1.0 - q)), inputs + targets, p, rows
    z = outputs(Neurons, split(p, data["sizes"]), inputs)
    if kind == "digits":
        return logsumexp(z) - dot(targets, z), inputs + targets, p, rows
    loss = relu(1.0 - targets[0] * z[0]) + data["alpha"] * autograd.sum([w * w for w in p])
    return loss, inputs + targets, p, rows


def prepare(data: dict[str, Any], backend: str, mode: str) -> Case:
    """``step`` calls the backend once per step, ``train`` hands it `STEPS` steps."""
    lr = data.get("lr")
    if mode == "train" and lr is None:
        raise UnsupportedError("no update to hand over")
    loss, inputs, leaves, rows = recorded(data)
    program = autograd.Program(loss, inputs=inputs, backend=backend)
    if program.backend != backend:
        raise UnsupportedError(f"the {backend} backend is not used here: {program.backend} runs instead")
    if [id(v) for v in program.leaves] != [id(v) for v in leaves]:
        raise UnsupportedError("the program lists its leaves in another order")
    arguments = (rows,) if inputs else ()
    last: dict[str, Any] = {}

    def step() -> float:
        value, last["gradient"] = program.value_and_grad(*arguments)
        if lr is not None:
            program.parameters -= lr * last["gradient"]
        return value

    def train() -> float:
        return program.train(*arguments, STEPS, lr)[-1]

    def read() -> list[float]:
        return (last["gradient"] if lr is None else program.parameters).tolist()

    if mode == "train":
        return Case(step=train, read=read, steps=STEPS)
    return Case(step=step, read=read)


serve(["chainrule", "numpy"], lambda data: prepare(data, *sys.argv[1:3]))
