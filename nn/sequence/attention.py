"""Attention: weighted sums over the positions of a sequence, by weights from dots; knows no token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import autograd
from autograd.text.numbers import counted
from nn.arguments import Rng, generator, integer, listed, one_sample
from nn.layers.init import Init
from nn.module.module import Module
from nn.sequence.matrix import Matrix, label_rows

__all__ = ["Attention", "AttentionTrace", "attention"]


def attention(
    queries: Sequence[Any], keys: Sequence[Any], values: Sequence[Any], *, causal: bool = False
) -> list[list[Any]]:
    """Return for each query the sum of the values, weighted by how well their keys answer it.

    ``out_t = Σ_s a_ts · v_s`` with ``a_t = softmax(q_t · k_1 / √d, q_t · k_2 / √d, ...)``: the weights of a
    query are positive and sum to 1.

    Parameters
    ----------
    queries : sequence of vectors of d numbers or Values
    keys : sequence of vectors of d numbers or Values
    values : sequence of vectors, as many as keys
    causal : bool
        Whether query t sees the keys 1 to t only: no position looks ahead.

    Returns
    -------
    list of vectors
        One for each query, as long as the values.

    Raises
    ------
    ValueError
        If keys and values differ in number, or queries and keys in length; if queries outnumber the keys of
        a causal attention.

    See Also
    --------
    Attention : The same with weights that are learned, in several heads.

    Notes
    -----
    PyTorch: `scaled_dot_product_attention`, with `is_causal`. Vaswani et al., 2017.

    Examples
    --------
    >>> attention([[0.0]], keys=[[1.0], [-1.0]], values=[[10.0], [20.0]])
    [[15.0]]
    """
    rows = [[listed(vector, "attention", "vectors") for vector in part] for part in (queries, keys, values)]
    if len(rows[1]) != len(rows[2]):
        raise ValueError(
            f"attention got {counted(len(rows[1]), 'key')} and {counted(len(rows[2]), 'value')}: each key "
            "stands for a value of its own."
        )
    return _sums(_weights(rows[0], rows[1], causal), rows[2])


def _weights(queries: list[list[Any]], keys: list[list[Any]], causal: bool) -> list[list[Any]]:
    """Return the weights of each query: one for each key that it sees."""
    if not keys:
        raise ValueError("attention got no keys: a weighted sum needs something to sum.")
    sizes = {len(vector) for vector in (*queries, *keys)}
    if len(sizes) > 1:
        raise ValueError(
            f"attention got queries and keys of {' and '.join(map(str, sorted(sizes)))} numbers, and the dot "
            "of a query and a key needs as many of both."
        )
    if causal and len(queries) > len(keys):
        raise ValueError(
            f"Causal attention got more queries than keys, {len(queries)} and {len(keys)}: query t sees the "
            "keys 1 to t, so that each needs one of its own."
        )
    root = len(keys[0]) ** 0.5
    seen = [keys[: t + 1] if causal else keys for t in range(len(queries))]
    return [
        autograd.softmax([autograd.dot(query, key) / root for key in before])
        for query, before in zip(queries, seen, strict=True)
    ]


def _sums(weights: list[list[Any]], values: list[list[Any]]) -> list[list[Any]]:
    """Return the weighted sums of the values, each over as many as it has weights."""
    columns = list(zip(*values, strict=True))
    return [[autograd.dot(row, column[: len(row)]) for column in columns] for row in weights]


class AttentionTrace(NamedTuple):
    """What an `Attention` computed: a vector for each position; of `weights` a triangle or square per head.

    ``weights[h][t][s]`` is how much position t takes from position s by head h, all from 0.
    """

    queries: list[list[Any]]
    keys: list[list[Any]]
    values: list[list[Any]]
    weights: list[list[list[Any]]]
    outputs: list[list[Any]]


class Attention(Module):
    """Let each position of a sequence take from the others: self-attention, by one or several heads.

    Three matrices make a query, a key and a value of each vector; each head attends (`attention`) with a part
    of their numbers, and a fourth matrix mixes what the heads found. The sequence may have any length.

    Parameters
    ----------
    width : int
        Numbers per vector.
    heads : int
        A divisor of `width`: head 1 has the first width/heads numbers of queries, keys and values.
    causal : bool
        Whether a position sees itself and those before it only, as one that predicts what comes next must.
    init, rng
        As for `Layer`; the four matrices are drawn in turn.
    number : int
        Which attention of a model this is, from 1, for the labels.

    Attributes
    ----------
    query, key, value, mix : Matrix (width -> width)
        Weights Q^1_{ij}, K^1_{ij}, V^1_{ij} and M^1_{ij}: row i, column j of the matrix.

    Raises
    ------
    ValueError
        If the heads do not divide the width; when called, if a vector has another length.

    Notes
    -----
    What it computes is labelled by position: q^1_{31} is the first number of the third query, a^1_{132} how
    much head 1 takes at position 3 from position 2. PyTorch: `MultiheadAttention` with ``bias=False``, whose
    `in_proj_weight` stacks the three matrices.

    Examples
    --------
    >>> layer = Attention(2, init=[[1.0, 0.0], [0.0, 1.0]])
    >>> [[round(y.data, 4) for y in vector] for vector in layer([[1.0, 0.0], [0.0, 1.0]])]
    [[1.0, 0.0], [0.3302, 0.6698]]
    >>> layer.trace([[1.0, 0.0], [0.0, 1.0]]).weights[0][1][0].label
    'a^1_{121}'
    """

    def __init__(
        self, width: int, heads: int = 1, *, causal: bool = True, init: Init = None, rng: Rng = 0,
        number: int = 1,
    ) -> None:  # fmt: skip
        self.width, self.heads = integer("width", width, low=1), integer("heads", heads, low=1)
        if width % heads:
            fitting = " or ".join(str(n) for n in range(1, width + 1) if width % n == 0)
            raise ValueError(
                f"Attention(width={width}, heads={heads}): each head has as many of the {width} numbers as "
                f"the others, and {width} / {heads} = {width / heads:.4g}. Take heads={fitting}, or another "
                f"width: {heads * max(1, width // heads)} or {heads * (width // heads + 1)}."
            )
        self.causal, self.number = bool(causal), integer("number", number, low=1)
        source = generator(rng)
        self.query, self.key, self.value, self.mix = (
            Matrix(f"{letter}^{number}", width, width, init, source) for letter in "QKVM"
        )

    def forward(self, x: Any) -> list[list[Any]]:
        """Return a vector for each vector of a sequence.

        Parameters
        ----------
        x : sequence of vectors of number or Value, length `width`
            One vector for each position.

        Returns
        -------
        list of vectors
            As many, and as long.
        """
        return self.trace(x).outputs

    def trace(self, x: Any) -> AttentionTrace:
        """Compute the outputs, and show queries, keys, values and weights too.

        Parameters
        ----------
        x : sequence of vectors of number or Value, length `width`
            One vector for each position.

        Returns
        -------
        AttentionTrace
            `queries`, `keys`, `values`, `weights` and `outputs`.
        """
        vectors = listed(x, self._headline(), "a sequence of vectors")
        if not vectors:
            raise ValueError(f"{self._headline()} got an empty sequence: there is nothing to attend to.")
        vectors = [one_sample(vector, self.width, self) for vector in vectors]
        queries, keys, values = (
            [matrix(vector) for vector in vectors] for matrix in (self.query, self.key, self.value)
        )
        for letter, rows in zip("qkv", (queries, keys, values), strict=True):
            label_rows(f"{letter}^{self.number}", rows)
        weights, found = [], []
        for h in range(self.heads):
            part = slice(h * self.width // self.heads, (h + 1) * self.width // self.heads)
            q, k, v = ([vector[part] for vector in rows] for rows in (queries, keys, values))
            weights.append(_weights(q, k, self.causal))
            label_rows(f"a^{self.number}", weights[-1], h + 1)
            found.append(_sums(weights[-1], v))
        joined = [[number for part in parts for number in part] for parts in zip(*found, strict=True)]
        return AttentionTrace(queries, keys, values, weights, [self.mix(vector) for vector in joined])

    def _headline(self) -> str:
        sight = "causal" if self.causal else "sees all"
        return f"Attention({self.width}, {counted(self.heads, 'head')}, {sight})"
