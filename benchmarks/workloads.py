"""The workloads as data: one seeded table of numbers per row, the same for every peer; knows no framework."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One row: what is computed, on which numbers, and in which unit its cost is compared.

    `make` returns plain lists and floats, so that they travel as JSON without losing a bit. A dictionary
    with ``lr`` asks for a whole training step (forward, fresh gradients, backward, update); without it, for
    forward and backward. `peers` are the only ones that run it; none named means all but those in `NAMED`.
    """

    name: str
    title: str
    make: Callable[[], dict[str, Any]]
    units: int = 1
    unit: str = ""
    peers: tuple[str, ...] = ()

    def takes(self, peer: str) -> bool:
        """Whether this peer runs it."""
        return peer in self.peers if self.peers else peer not in NAMED

    @property
    def curve(self) -> str:
        """The growth curve that it is a point of, or ""."""
        return self.group if self.group in GROWTH else ""

    @property
    def case(self) -> str:
        """What a worker keeps it under: the points of a curve side by side, all others one by one."""
        return self.name if self.curve else ""

    @property
    def group(self) -> str:
        """What stands before the slash: ``W3`` of ``W3/1e5``."""
        return self.name.split("/")[0]


def count(sizes: list[int]) -> int:
    """Parameters of a fully connected network with these layer sizes, biases included."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))


def weights(rng: np.random.Generator, sizes: list[int]) -> list[float]:
    """Neuron by neuron: weights, then bias. Scaled by the fan-in, so that activations keep their size."""
    rows = [
        rng.uniform(-1.0, 1.0, (fan_out, fan_in + 1)) * (3.0 / fan_in) ** 0.5
        for fan_in, fan_out in pairwise(sizes)
    ]
    return [float(v) for matrix in rows for v in matrix.ravel()]


def moons(batch: int = 100, width: int = 16) -> dict[str, Any]:
    """Two interleaving half circles with noise, labels -1 and +1, a 2-width-width-1 ReLU network."""
    rng = np.random.default_rng(1)
    y = np.where(np.arange(batch) % 2 == 0, 1.0, -1.0)
    angle = rng.uniform(0.0, np.pi, batch)
    upper, centre = y[:, None], np.where(y > 0, 0.0, 1.0)[:, None] * [1.0, 0.5]
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1) * upper + centre
    x = x + rng.normal(0.0, 0.1, x.shape)
    sizes = [2, width, width, 1]
    return {
        "kind": "moons", "sizes": sizes, "x": x.tolist(), "y": y.tolist(),
        "p": weights(rng, sizes), "alpha": 1e-4, "lr": 0.01,
    }  # fmt: skip


def digits(sizes: list[int], batch: int) -> dict[str, Any]:
    """Images of the given size in [0, 1] with labels 0 to 9, a ReLU network under softmax cross-entropy."""
    rng = np.random.default_rng(2)
    x = rng.integers(0, 17, (batch, sizes[0])) / 16.0
    labels = rng.integers(0, sizes[-1], batch)
    return {
        "kind": "digits", "sizes": sizes, "x": x.tolist(), "labels": labels.tolist(),
        "p": weights(rng, sizes), "lr": 0.01,
    }  # fmt: skip


def epochs(sizes: list[int], samples: int, batch: int) -> dict[str, Any]:
    """As `digits`, in shuffled batches with Adam: `EPOCHS` times through the data."""
    return digits(sizes, samples) | {"kind": "epochs", "batch": batch, "lr": 0.001, "epochs": EPOCHS}


def logistic(batch: int) -> dict[str, Any]:
    """Two overlapping clouds, labels 0 and 1; parameters are two weights and a bias."""
    rng = np.random.default_rng(3)
    y = (np.arange(batch) % 2).astype(float)
    x = rng.normal(0.0, 1.0, (batch, 2)) + y[:, None]
    return {"kind": "logistic", "x": x.tolist(), "y": y.tolist(), "p": [0.3, -0.2, 0.1]}


def chain(length: int) -> dict[str, Any]:
    """``x = x*a + b``, `length` times: two nodes each; parameters are x, a and b."""
    return {"kind": "chain", "length": length, "p": [0.5, 1.0 - 1e-6, 1e-6]}


def document(count: int, positions: int = 8, sizes: dict[str, int] | None = None) -> dict[str, Any]:
    """Tokens and those that follow, for a transformer of one block; matrices in `gpt_shapes`' order."""
    rng = np.random.default_rng(4)
    sizes = sizes or {"vocabulary": 27, "width": 16, "heads": 4, "hidden": 64}
    tokens = rng.integers(0, sizes["vocabulary"], (count, positions + 1))
    p = [rng.normal(0.0, 0.08, rows * columns) for rows, columns in gpt_shapes(sizes, positions)]
    return {
        "kind": "gpt", "sizes": sizes, "tokens": tokens[:, :-1].tolist(), "targets": tokens[:, 1:].tolist(),
        "p": np.concatenate(p).tolist(), "lr": 0.01,
    }  # fmt: skip


def gpt_shapes(sizes: dict[str, int], positions: int) -> list[tuple[int, int]]:
    """Tokens, positions, query, key, value, mix, up, down, logits: (rows, columns) of each matrix."""
    vocabulary, width, hidden = sizes["vocabulary"], sizes["width"], sizes["hidden"]
    square = (width, width)
    embeddings = [(vocabulary, width), (positions, width)]
    return [*embeddings, *[square] * 4, (hidden, width), (width, hidden), (vocabulary, width)]


def names(count: int, sizes: dict[str, int] | None = None, longest: int = 8) -> dict[str, Any]:
    """Documents of 3 tokens to the longest, one for each update by Adam.

    Parameters are those of the longest document; ``kept`` has, for each length, the places of those that a
    document of that length has: all but the last positions'. ``padded`` has all documents with so many
    positions, and the share of each position in a document's mean: 0 for those that were put behind it.
    """
    whole = document(count, longest, sizes)
    sizes = whole["sizes"]
    lengths = np.random.default_rng(5).integers(3, longest + 1, count).tolist()
    documents = [
        {"kind": "gpt", "sizes": sizes, "tokens": [tokens[:n]], "targets": [targets[:n]]}
        for n, tokens, targets in zip(lengths, whole["tokens"], whole["targets"], strict=True)
    ]
    start, width = sizes["vocabulary"] * sizes["width"], sizes["width"]
    every = list(range(len(whole["p"])))
    kept = {n: every[: start + n * width] + every[start + longest * width :] for n in sorted(set(lengths))}
    inside = np.arange(longest) < np.array(lengths)[:, None]
    padded = {name: np.where(inside, whole[name], 0).tolist() for name in ("tokens", "targets")}
    padded["shares"] = (inside / inside.sum(axis=1, keepdims=True)).tolist()
    return {"kind": "names", "documents": documents, "kept": {str(n): k for n, k in kept.items()},
            "padded": padded, "p": whole["p"], "lr": 0.01}  # fmt: skip


def expression() -> dict[str, Any]:
    """Ten operations on two leaves (see `workers/scalar.py` for the formula)."""
    return {"kind": "expression", "p": [2.0, 0.5]}


EPOCHS = 40
NAMED = ("dot-alone", "jax-scan", "fit")  # peers that run only what names them
EAGER = ("xad", "every", "dot")
PROGRAMS = ("program-numpy", "program-native", "program-jax", "train-numpy", "train-native")
BATCHED = ("torch-tensors", "jax-jit", "numpy", *EAGER[1:], "program-numpy", "program-native", "train-native")
GPT = ("microgpt", "torch-tensors", "jax-jit", "jax-loop", "numpy", *EAGER[1:], *PROGRAMS)
WORKLOADS = (
    Workload("W1", "two-moons step: 100 samples, MLP 2-16-16-1", moons),
    Workload("W2", "logistic regression over 1000 samples", lambda: logistic(1000)),
    Workload("W3/1e5", "chain x = x*a + b, 100 000 times", lambda: chain(10**5), 2 * 10**5, "node"),
    Workload("W3/1e6", "chain x = x*a + b, 1 000 000 times", lambda: chain(10**6), 2 * 10**6, "node"),
    Workload("W4", "digits step: MLP 64-32-10, batch 32", lambda: digits([64, 32, 10], 32)),
    Workload("W5", "a ten-operation expression", expression),
    Workload("W6", "MLP 784-128-10, batch 64", lambda: digits([784, 128, 10], 64)),
    Workload("W7", "microgpt step: one document of 8 tokens, 1 block, width 16, 4 heads",
             lambda: document(1), peers=GPT),
    Workload("W7/40", "microgpt step: 40 documents of 8 tokens", lambda: document(40), 40, "document",
             peers=tuple(peer for peer in GPT if peer not in ("microgpt", "every", "dot"))),
    Workload("W7/names", "updates of microgpt by Adam on documents of 3 to 8 tokens", lambda: names(1000), 1,
             "update", ("microgpt", "jax-jit", "jax-scan", *EAGER[1:], *PROGRAMS[1::3], "fit")),
    *(
        Workload(f"epochs/{'-'.join(map(str, sizes))}", f"{samples // batch} updates by Adam, batch {batch}",
                 partial(epochs, sizes, samples, batch), samples // batch, "update of an epoch",
                 ("jax-scan", "fit"))
        for sizes, samples, batch in (([64, 32, 10], 1792, 32), ([784, 128, 10], 640, 64))
    ),
    *(
        Workload(f"nodes/1e{e}", f"chain of 1e{e} nodes", partial(chain, 10**e // 2), 10**e, "node",
                 (*EAGER, "dot-alone"))
        for e in (3, 4, 5, 6)
    ),
    *(
        Workload(f"batch/{n}", f"W1 with {n} samples", partial(moons, batch=n), n, "sample", BATCHED)
        for n in (25, 100, 400, 1600)
    ),
    *(
        Workload(f"width/{n}", f"W1 with 2-{n}-{n}-1", partial(moons, width=n),
                 100 * count([2, n, n, 1]), "weight and sample", BATCHED)
        for n in (8, 16, 32, 64)
    ),
)  # fmt: skip
BY_NAME = {workload.name: workload for workload in WORKLOADS}
WEIGHED = "W3/1e5"
FRESH = ("W1", "W7", "W7/names")  # whose first step is taken in fresh processes, without and with a cache
APART = ("epochs",)  # tables of their own, whose columns are no points of one curve
GROWTH = ("nodes", *APART, "batch", "width")
