"""chainrule's eager Values, twice: a node for every * and +; a `dot` for every neuron, recorded by layers."""

from __future__ import annotations

import gc
import sys
from typing import Any

from protocol import Case, UnsupportedError, serve
from scalar import Values

import autograd
from autograd import Value


class Every(Values):
    """Plain Python loops with * and +."""

    value = Value
    relu, exp, log = autograd.relu, autograd.exp, autograd.log

    def step(self, loss: Any, p: list[Value], lr: float | None) -> float:
        root = loss(p)
        for v in p:
            v.grad = None
        root.backward()
        if lr is not None:
            for v in p:
                if v.grad is not None:  # a letter that does not occur has a row that nobody looked up
                    v.data -= lr * v.grad
        return root.data


class Dot(Every):
    """One node per neuron, per sum and per logsumexp."""

    neuron, layer, total = autograd.dot, staticmethod(autograd.affine), autograd.sum
    sigmoid, logsumexp, softmax = autograd.sigmoid, autograd.logsumexp, staticmethod(autograd.softmax)


def prepare(data: dict[str, Any], style: str) -> Case:
    """Make a workload ready; the two styles differ only where there is something to sum."""
    if style == "every" and data["kind"] in ("chain", "expression"):
        raise UnsupportedError("nothing to sum: the same as chainrule (dot)")
    return (Dot if style == "dot" else Every)().case(data)


if sys.argv[2:] == ["off"]:
    gc.disable()  # a graph has no cycles: what nobody holds is freed at once
serve(["chainrule"], lambda data: prepare(data, sys.argv[1]))
