"""PyTorch, twice: one tensor per scalar, and whole tensors. One thread, double precision."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from protocol import Case, UnsupportedError, serve
from scalar import Scalars

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def descend(p: list[torch.Tensor], lr: float) -> None:
    """Update by plain gradient descent, without an optimizer object."""
    with torch.no_grad():
        for v in p:
            v -= lr * v.grad


def train(
    loss: Callable[[list[torch.Tensor]], torch.Tensor], p: list[torch.Tensor], lr: float | None
) -> torch.Tensor:
    """Go forward, take fresh gradients, go backward, update."""
    root = loss(p)
    for v in p:
        v.grad = None
    root.backward()
    if lr is not None:
        descend(p, lr)
    return root.detach()


class TorchScalars(Scalars):
    """Zero-dimensional tensors."""

    relu, exp, log = staticmethod(torch.relu), staticmethod(torch.exp), staticmethod(torch.log)
    sigmoid = staticmethod(torch.sigmoid)
    step = staticmethod(train)

    def leaves(self, numbers: list[float]) -> list[torch.Tensor]:
        return [torch.tensor(v, requires_grad=True) for v in numbers]

    def numbers(self, p: list[torch.Tensor]) -> list[float]:
        return [v.item() for v in p]

    def gradient(self, p: list[torch.Tensor]) -> list[float]:
        return [v.grad.item() for v in p]


def network(p: list[torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Apply linear layers from (weight, bias, weight, bias, ...); ReLU between them."""
    for weight, bias in zip(p[:-2:2], p[1:-2:2], strict=True):
        x = torch.relu(torch.nn.functional.linear(x, weight, bias))
    return torch.nn.functional.linear(x, p[-2], p[-1])


def tensors(data: dict[str, Any]) -> Case:
    """Make a workload ready on whole tensors."""
    if data["kind"] == "gpt":
        return gpt(data)
    if data["kind"] not in ("moons", "digits", "logistic"):
        raise UnsupportedError("nothing to vectorise: see the scalars")
    x = torch.tensor(data["x"])
    sizes = data.get("sizes", [2, 1])
    p, flat = [], torch.tensor(data["p"])
    for fan_in, fan_out in pairwise(sizes):
        matrix, flat = (
            flat[: fan_out * (fan_in + 1)].reshape(fan_out, fan_in + 1),
            flat[fan_out * (fan_in + 1) :],
        )
        p += [matrix[:, :-1].clone().requires_grad_(), matrix[:, -1].clone().requires_grad_()]
    if data["kind"] == "moons":
        y = torch.tensor(data["y"])

        def loss(p: list[torch.Tensor]) -> torch.Tensor:
            hinge = torch.relu(1.0 - y * network(p, x)[:, 0]).mean()
            return hinge + data["alpha"] * sum((v * v).sum() for v in p)

    elif data["kind"] == "digits":
        labels = torch.tensor(data["labels"])

        def loss(p: list[torch.Tensor]) -> torch.Tensor:
            return torch.nn.functional.cross_entropy(network(p, x), labels)

    else:
        y = torch.tensor(data["y"])

        def loss(p: list[torch.Tensor]) -> torch.Tensor:
            return torch.nn.functional.binary_cross_entropy_with_logits(network(p, x)[:, 0], y)

    lr = data.get("lr")

    def read() -> list[float]:
        values = [v.detach() if lr is not None else v.grad for v in p]
        pairs = zip(values[::2], values[1::2], strict=True)
        return torch.cat([torch.column_stack([w, b]).ravel() for w, b in pairs]).tolist()

    return Case(step=lambda: train(loss, p, lr), read=read)


def gpt(data: dict[str, Any]) -> Case:
    """Make the documents ready for a transformer of one block."""
    sizes, tokens, targets = data["sizes"], torch.tensor(data["tokens"]), torch.tensor(data["targets"])
    count, positions = tokens.shape
    vocabulary, width, heads, hidden = (sizes[n] for n in ("vocabulary", "width", "heads", "hidden"))
    shapes = [(vocabulary, width), (positions, width), *[(width, width)] * 4, (hidden, width)]
    shapes += [(width, hidden), (vocabulary, width)]
    cuts = torch.tensor(data["p"]).split([rows * columns for rows, columns in shapes])
    p = [part.reshape(shape).clone().requires_grad_() for part, shape in zip(cuts, shapes, strict=True)]
    linear, norm = torch.nn.functional.linear, torch.nn.functional.rms_norm
    attention = torch.nn.functional.scaled_dot_product_attention

    def loss(p: list[torch.Tensor]) -> torch.Tensor:
        E, P, Q, K, V, O, U, D, L = p  # noqa: E741 - the letters of attention
        x = norm(E[tokens] + P, (width,), eps=1e-5)
        y = norm(x, (width,), eps=1e-5)
        q, k, v = (linear(y, W).reshape(count, positions, heads, -1).transpose(1, 2) for W in (Q, K, V))
        found = attention(q, k, v, is_causal=True).transpose(1, 2).reshape(count, positions, width)
        x = x + linear(found, O)
        x = x + linear(torch.relu(linear(norm(x, (width,), eps=1e-5), U)), D)
        return torch.nn.functional.cross_entropy(linear(x, L).reshape(-1, vocabulary), targets.ravel())

    return Case(
        step=lambda: train(loss, p, data["lr"]),
        read=lambda: torch.cat([v.detach().ravel() for v in p]).tolist(),
    )


serve(["torch"], tensors if sys.argv[1] == "tensors" else TorchScalars().case)
