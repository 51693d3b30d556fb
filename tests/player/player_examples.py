"""Graphs that the tests of the player walk through, and the data inside a player; asserts nothing itself."""

import json
import re
import xml.etree.ElementTree as ET

from autograd import Value, relu, tanh, values
from nn import MLP

NAME_TAGS = {"mi", "mn", "mo", "mrow", "mtext", "msub", "msup", "msubsup"}  # what a name is written with


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" class="cr-data">(.*?)</script>', html)[1])


def picture_of(html: str) -> ET.Element:
    return ET.fromstring(re.search(r'<div class="cr-graph"[^>]*>(<svg.*?</svg>)</div>', html, re.DOTALL)[1])


def a_merge() -> Value:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    return y


def merging_example() -> Value:
    """Return a graph with merges, a cancellation, a repeated operand and a relu."""
    x, w, v, b = values(x=0.7, w=-0.4, v=1.2, b=0.3)
    h = tanh(w * x + b)
    h.label = "h"
    g = (x * v).relu()
    g.label = "g"
    L = (h * x - g * w + h * h - 1) ** 2
    L.label = "L"
    return L


def unlabelled() -> Value:
    a, b = values(a=-2.0, b=3.0)
    return (tanh(a * b) - b**2) / (a - 1) + relu(a) * b


def layers(depth: int, width: int) -> Value:
    """Return the loss of a fully connected net of scalars, written with * and + only."""
    x = [Value(0.1 * (i + 1), label=f"x_{i + 1}") for i in range(2)]
    for k in range(1, depth + 1):
        sums = []
        for j in range(1 if k == depth else width):
            z = Value(0.01 * j, label=f"b^{k}_{j + 1}")
            for i, signal in enumerate(x):
                z = z + Value(0.3 - 0.07 * ((i + 2 * j) % 9), label=f"w^{k}_{i + 1}{j + 1}") * signal
            sums.append(tanh(z))
        x = sums
    return (x[0] - 0.5) ** 2


def network() -> Value:
    """Return the loss of a network of 2-4-1."""
    net = MLP(2, [4, 1], rng=3)
    error = net([Value(0.5, label="x_1"), Value(-1.0, label="x_2")])[0] - 0.25
    loss = error * error
    loss.label = "L"
    return loss
