"""Models that repeat themselves: a small GPT, a recurrent network, and random graphs over positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd import Program, Value, record

Matrix = list[list[Value]]


class GPT:
    """A transformer of one layer on tokens, written scalar by scalar, as in a lesson.

    Each position looks its token and its place up, attends to itself and all positions before it, and passes
    a hidden layer; both are added to what came in, and normalised by the root of the mean square first.

    Parameters
    ----------
    positions, vocabulary, width, heads, hidden : int
    rng : int
    """

    def __init__(
        self,
        positions: int,
        vocabulary: int = 27,
        width: int = 16,
        heads: int = 4,
        hidden: int = 64,
        rng: int = 0,
    ) -> None:
        numbers = np.random.default_rng(rng)
        self.width, self.heads = width, heads

        def matrix(name: str, rows: int, columns: int) -> Matrix:
            drawn = numbers.normal(0.0, 0.3, (rows, columns)).tolist()
            return [
                [Value(x, f"{name}_{{{i},{j}}}") for j, x in enumerate(row, 1)]
                for i, row in enumerate(drawn, 1)
            ]

        self.tokens, self.places = matrix("E", vocabulary, width), matrix("P", positions, width)
        self.query, self.key, self.value = (matrix(name, width, width) for name in "QKV")
        self.mixed, self.up = matrix("O", width, width), matrix("U", hidden, width)
        self.down, self.unembed = matrix("D", width, hidden), matrix("L", vocabulary, width)

    def loss(self, tokens: Sequence[Any], targets: Sequence[Any]) -> Any:
        """Return the mean cross-entropy of the next tokens."""
        keys: list[list[Any]] = []
        values: list[list[Any]] = []
        losses = []
        for place, (token, target) in enumerate(zip(tokens, targets, strict=True)):
            x = [a + b for a, b in zip(ag.take(self.tokens, token), self.places[place], strict=True)]
            x = self._attention(x, keys, values)
            hidden = [ag.relu(z) for z in ag.affine(self.up, normalised(x))]
            x = [a + b for a, b in zip(ag.affine(self.down, hidden), x, strict=True)]
            losses.append(-ag.log(ag.take(ag.softmax(ag.affine(self.unembed, x)), target)))
        return ag.sum(losses) / len(losses)

    def _attention(self, x: list[Any], keys: list[list[Any]], values: list[list[Any]]) -> list[Any]:
        inner, size, out = normalised(x), self.width // self.heads, []
        query = ag.affine(self.query, inner)
        keys.append(ag.affine(self.key, inner))
        values.append(ag.affine(self.value, inner))
        for start in range(0, self.width, size):
            part = slice(start, start + size)
            weights = ag.softmax([ag.dot(query[part], key[part]) / size**0.5 for key in keys])
            out += [ag.dot(weights, [value[k] for value in values]) for k in range(start, start + size)]
        return [a + b for a, b in zip(ag.affine(self.mixed, out), x, strict=True)]

    def program(self, backend: str = "numpy") -> Program:
        """Record a document as long as there are positions."""
        zeros = [0.0] * len(self.places)
        return record(self.loss, zeros, zeros, backend=backend)

    def rows(self, count: int) -> np.ndarray:
        """Draw documents: tokens, then the tokens that follow them."""
        drawn = np.random.default_rng(1).integers(0, len(self.tokens), (count, len(self.places) + 1))
        return np.hstack([drawn[:, :-1], drawn[:, 1:]]).astype(float)


def normalised(x: Sequence[Any]) -> list[Any]:
    """Divide by the root of the mean square."""
    scale = (ag.dot(x, x) / len(x) + 1e-5) ** -0.5
    return [v * scale for v in x]


def recurrent(steps: int, width: int = 4) -> tuple[Value, list[Value], np.ndarray]:
    """Return the loss of a recurrent network that reads one number per step, its inputs, and rows."""
    rng = np.random.default_rng(2)
    x, y = ([Value(0.1, f"{name}_{k}") for k in range(1, steps + 1)] for name in "xy")
    inner = [[Value(v) for v in rng.normal(0.0, 0.5, width).tolist()] for _ in range(width)]
    outer, bias = ([Value(v) for v in rng.normal(size=width).tolist()] for _ in range(2))
    out = [Value(v) for v in rng.normal(size=width).tolist()]
    state: list[Any] = [0.0] * width
    losses = []
    for number, target in zip(x, y, strict=True):
        state = [
            ag.tanh(ag.dot(row, state, ag.dot([w], [number], b)))
            for row, w, b in zip(inner, outer, bias, strict=True)
        ]
        losses.append(ag.square(ag.dot(out, state) - target))
    return ag.mean(losses), [*x, *y], rng.normal(size=(3, 2 * steps))


def repeated(seed: int) -> tuple[Value, list[Value], np.ndarray]:
    """Return a random loss over positions that are treated alike, its inputs, and rows.

    Layers are shared by all positions; they look tables up, add what belongs to a position, attend to the
    positions before, and hand on from position to position. At the end some positions are read, in any order.
    """
    rng = np.random.default_rng(seed)
    positions, width = int(rng.integers(2, 6)), int(rng.integers(1, 4))

    def parameters(*shape: int) -> Any:
        return np.vectorize(Value, otypes=[object])(rng.normal(0.0, 0.7, shape)).tolist()

    index = [Value(0.0) for _ in range(positions)]
    inputs = [[Value(0.1) for _ in range(width)] for _ in range(positions)]
    table, constants = parameters(4, width), rng.normal(size=(positions, width)).tolist()
    starts: list[Callable[[], Any]] = [
        lambda: inputs,
        lambda: [ag.take(table, k) for k in index],
        lambda: [
            [a * b for a, b in zip(ag.take(table, k), x, strict=True)]
            for k, x in zip(index, inputs, strict=True)
        ],
        lambda: parameters(positions, width),
        lambda: constants,
    ]  # fmt: skip
    state = starts[rng.integers(5)]()
    for _ in range(rng.integers(1, 5)):
        state = _layer(rng, parameters, state, index)
    used = rng.permutation(positions)[: rng.integers(1, positions + 1)]
    loss = ag.sum([ag.sum([ag.square(v) for v in state[k]]) for k in used])
    if rng.random() < 0.3:
        loss = loss + 0.1 * ag.sum([w * w for row in table for w in row])
    numbers = rng.normal(0.0, 0.7, (int(rng.choice([1, 2, 9])), positions * (1 + width)))
    numbers[:, :positions] = rng.integers(0, 4, (len(numbers), positions))
    return loss + Value(0.0) * 1.0, [*index, *(x for row in inputs for x in row)], numbers


def _layer(rng: np.random.Generator, parameters: Any, state: list[list[Any]], index: list[Value]) -> Any:
    """Take all positions through one layer."""
    positions, width = len(state), len(state[0])
    kind, wide = rng.integers(8), int(rng.integers(1, 4))
    weights, bias = parameters(wide, width), parameters(wide)
    if kind == 0:
        return [ag.affine(weights, x, bias if wide > 1 else None) for x in state]
    if kind == 1:
        own = parameters(positions, width)
        return [[ag.tanh(a + b) for a, b in zip(x, p, strict=True)] for x, p in zip(state, own, strict=True)]
    if kind == 2:  # each position sees those before it, and itself
        pooled = [ag.max, ag.logsumexp, ag.sum, ag.min][rng.integers(4)]
        return [
            [ag.tanh(pooled(list(seen))) for seen in zip(*state[: p + 1], strict=True)]
            for p in range(positions)
        ]
    if kind == 3:
        shares = [ag.softmax([ag.dot(state[p], x) for x in state[: p + 1]]) for p in range(positions)]
        return [
            [ag.dot(share, list(seen)) for seen in zip(*state[: p + 1], strict=True)]
            for p, share in enumerate(shares)
        ]
    if kind == 4:  # hands on from position to position
        inner, last, made = parameters(wide, wide), [0.0] * wide, []
        for x in state if rng.random() < 0.5 else state[::-1]:
            last = [
                ag.tanh(ag.dot(u, last, ag.dot(w, x, b)))
                for u, w, b in zip(inner, weights, bias, strict=True)
            ]
            made.append(last)
        return made
    if kind == 5:
        return [[ag.dot(x, x) / len(x) * v for v in x] for x in state]
    if kind == 6:  # neighbours together
        pairs = parameters(wide, 2 * width)
        return [ag.affine(pairs, [*state[p - 1], *state[p]]) for p in range(positions)]
    scores = [ag.affine(parameters(4, width), x) for x in state[:1]] * positions if rng.random() < 0.3 else [
        [*x, *x, *x, *x][:4] for x in state
    ]  # fmt: skip
    return [[ag.take(score, k), ag.exp(-ag.abs(score[0]))] for score, k in zip(scores, index, strict=True)]
