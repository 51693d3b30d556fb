"""Transformer: tokens to logits of the tokens that follow, by blocks of attention and a network each."""

from __future__ import annotations

from typing import Any

from autograd import Value
from autograd.text.numbers import counted
from nn.arguments import Rng, chosen, generator, integer, listed
from nn.layers.activations import ActivationLike, activation_named
from nn.layers.embedding import Embedding
from nn.layers.init import Init
from nn.module.module import Module
from nn.sequence.attention import Attention, AttentionTrace
from nn.sequence.matrix import Matrix, label_rows
from nn.sequence.norms import LayerNorm, RMSNorm

__all__ = ["Transformer", "TransformerBlock"]

_NORMS = {"rms": RMSNorm, "layer": LayerNorm}


class TransformerBlock(Module):
    """Attention between positions, then a network of two layers at each; both add to what came in.

    ``x ← x + attention(norm(x))``, then ``x ← x + D f(U norm(x))`` at each position: what comes in is handed
    on, and each part adds its own (a residual sum), so that every gradient has a short way back.

    Parameters
    ----------
    width : int
        Numbers per vector.
    heads : int
        A divisor of `width`.
    hidden : int, optional
        Neurons between the matrices U and D; four times the width unless it is given.
    activation : str, function or None
        Of those neurons, f.
    norm : {"rms", "layer"}
        `RMSNorm` or `LayerNorm`.
    causal : bool
    init, rng
        As for `Layer`.
    number : int
        Which block of a model this is, from 1, for the labels.

    Attributes
    ----------
    norm1, norm2 : RMSNorm or LayerNorm
    attention : Attention
    up, down : Matrix
        U^1_{ij} (width -> hidden) and D^1_{ij} (hidden -> width).

    Examples
    --------
    >>> TransformerBlock(4, hidden=8)
    TransformerBlock(4, 1 head, 8 hidden, relu): 136 parameters
      norm1: RMSNorm(4): 4 parameters
      attention: Attention(4, 1 head, causal): 64 parameters
        query: Matrix(4 -> 4): 16 parameters
        key: Matrix(4 -> 4): 16 parameters
        value: Matrix(4 -> 4): 16 parameters
        mix: Matrix(4 -> 4): 16 parameters
      norm2: RMSNorm(4): 4 parameters
      up: Matrix(4 -> 8): 32 parameters
      activation: ReLU
      down: Matrix(8 -> 4): 32 parameters
    """

    def __init__(
        self, width: int, heads: int = 1, hidden: int | None = None, activation: ActivationLike = "relu", *,
        norm: str = "rms", causal: bool = True, init: Init = None, rng: Rng = 0, number: int = 1,
    ) -> None:  # fmt: skip
        source, kind = generator(rng), chosen("norm", norm, _NORMS)
        self.number = integer("number", number, low=1)
        self.norm1 = kind(width, number=2 * number - 1)
        self.attention = Attention(width, heads, causal=causal, init=init, rng=source, number=number)
        self.norm2 = kind(width, number=2 * number)
        hidden = integer("hidden", 4 * width if hidden is None else hidden, low=1)
        self.up = Matrix(f"U^{number}", width, hidden, init, source)
        self.activation = activation_named(activation)
        self.down = Matrix(f"D^{number}", hidden, width, init, source)

    def forward(self, x: Any) -> list[list[Any]]:
        """Return a vector for each vector of a sequence.

        Parameters
        ----------
        x : sequence of vectors of number or Value
            One vector for each position.

        Returns
        -------
        list of vectors
            As many, and as long.
        """
        return self.trace(x)[1]

    def trace(self, x: Any) -> tuple[AttentionTrace, list[list[Any]]]:
        """Compute the vectors that come out, and show the attention before them.

        Parameters
        ----------
        x : sequence of vectors of number or Value
            One vector for each position.

        Returns
        -------
        attention : AttentionTrace
            What its attention computed.
        vectors : list of vectors
            What the block returns.
        """
        vectors = listed(x, self._headline(), "a sequence of vectors")
        seen = self.attention.trace([self.norm1(vector) for vector in vectors])
        vectors = _plus(vectors, seen.outputs)
        hidden = [self.activation(self.up(self.norm2(vector))) for vector in vectors]
        label_rows(f"h^{self.number}", hidden)
        vectors = _plus(vectors, [self.down(vector) for vector in hidden])
        label_rows(f"x^{self.number}", vectors)
        return seen, vectors

    def _headline(self) -> str:
        heads, hidden = counted(self.attention.heads, "head"), len(self.up.rows)
        return f"TransformerBlock({self.attention.width}, {heads}, {hidden} hidden, {self.activation.name})"


class Transformer(Module):
    """A small GPT: for each token of a sequence the logits of the token that follows.

    A token's vector and its position's are added; blocks of attention and a network follow, a norm, and a
    matrix that gives one logit for each token there is. `losses.ce_with_logits(model(tokens), following)` is
    the loss of one sequence.

    Parameters
    ----------
    vocabulary : int
        How many tokens there are, counted from 0.
    context : int
        The longest sequence.
    width : int
        Numbers per vector.
    heads : int
        Of each attention, a divisor of `width`.
    blocks : int
    hidden : int, optional
        Neurons of each block; four times the width unless it is given.
    activation : str, function or None
        Of those neurons.
    norm : {"rms", "layer"}
    causal : bool
        Whether a position sees itself and those before it only. Where it sees what follows, it needs no
        model to predict it.
    init : str, function, numbers or None
        Where the matrices start, as for `Layer`; the two embeddings start normal, with standard deviation 1.
    rng : int or numpy.random.Generator
        Seed of the random start; one generator serves all parts in turn.

    Attributes
    ----------
    tokens, positions : Embedding
        Weights E_{ij} (token i - 1) and P_{ij} (position i).
    blocks : list of TransformerBlock
    norm : RMSNorm or LayerNorm
    output : Matrix (width -> vocabulary)
        Weights L_{ij}.

    Raises
    ------
    IndexError
        When called with a token that there is not.
    ValueError
        When called with no token, or more than `context`.

    Notes
    -----
    What it computes is labelled by position: x^0_{32} is the second number of the sum of the third token's
    embeddings, x^1_{32} that after the first block, z_{32} the logit of token 1 there; between them
    stand those of `Attention` and, h^1_{31}, the neurons of the first block. GPT-2 has ``norm="layer"``,
    ``activation="gelu"``, and biases; microgpt has no γ.

    Examples
    --------
    >>> import nn
    >>> model = Transformer(vocabulary=3, context=4, width=4, heads=2, hidden=8)
    >>> [len(logits) for logits in model([2, 0, 1])]
    [3, 3, 3]
    >>> loss = nn.losses.ce_with_logits(model([2, 0, 1]), [0, 1, 2])
    >>> loss.backward()
    >>> model.output.rows[0][0].label
    'L_{11}'
    """

    def __init__(
        self, vocabulary: int, context: int, width: int = 16, heads: int = 4, blocks: int = 1,
        hidden: int | None = None, activation: ActivationLike = "relu", *, norm: str = "rms",
        causal: bool = True, init: Init = None, rng: Rng = 0,
    ) -> None:  # fmt: skip
        vocabulary, source = integer("vocabulary", vocabulary, low=2), generator(rng)
        self.context = integer("context", context, low=1)
        self.tokens = Embedding(vocabulary, width, rng=source, name="E")
        self.positions = Embedding(self.context, width, rng=source, name="P")
        self.blocks = [
            TransformerBlock(
                width, heads, hidden, activation, norm=norm, causal=causal, init=init, rng=source, number=b
            )
            for b in range(1, integer("blocks", blocks, low=1) + 1)
        ]  # fmt: skip
        self.norm = chosen("norm", norm, _NORMS)(width, number=2 * blocks + 1)
        self.output = Matrix("L", width, vocabulary, init, source)

    def forward(self, tokens: Any) -> list[list[Any]]:
        """Return for each token of a sequence the logits of all tokens that may follow.

        Parameters
        ----------
        tokens : sequence of int
            At most `context` of them.

        Returns
        -------
        list of lists of Value
            One row of logits for each token, as long as the vocabulary.
        """
        return self._run(tokens)[1]

    def trace(self, tokens: Any) -> list[AttentionTrace]:
        """Return what the attention of each block computed.

        Parameters
        ----------
        tokens : sequence of int
            At most `context` of them.

        Returns
        -------
        list of AttentionTrace
            One for each block.

        Examples
        --------
        >>> model = Transformer(vocabulary=3, context=4, width=4, heads=2)
        >>> second_head = model.trace([2, 0, 1])[0].weights[1]
        >>> [len(row) for row in second_head], [sum(a.data for a in row) for row in second_head]
        ([1, 2, 3], [1.0, 1.0, 1.0])
        """
        return self._run(tokens)[0]

    def _run(self, tokens: Any) -> tuple[list[AttentionTrace], list[list[Any]]]:
        sequence = self._checked(tokens)
        places = [self.positions(place) for place in range(len(sequence))]
        vectors = _plus([self.tokens(token) for token in sequence], places)
        label_rows("x^0", vectors)
        traces = []
        for block in self.blocks:
            trace, vectors = block.trace(vectors)
            traces.append(trace)
        logits = [self.output(self.norm(vector)) for vector in vectors]
        label_rows("z", logits)
        return traces, logits

    def _checked(self, tokens: Any) -> list[Any]:
        """Return a sequence of tokens as a list, none of them unknown; of a Value, its lookup says so."""
        sequence = listed(tokens, self._headline(), "a sequence of tokens, numbers from 0")
        if not sequence:
            raise ValueError(f"{self._headline()} got no token: a text begins with a token that says so.")
        if len(sequence) > self.context:
            raise ValueError(
                f"{self._headline()} got {len(sequence)} tokens, and it has vectors for {self.context} "
                f"positions. Hand in the last {self.context}, or build it with context={len(sequence)}."
            )
        count = len(self.tokens.table)
        for place, token in enumerate(sequence):
            if not isinstance(token, Value) and token not in range(count):
                many = " Pass many sequences to forward_batch." if isinstance(token, list | tuple) else ""
                raise IndexError(
                    f"{self._headline()} got {token!r} at place {place}, and its tokens are the whole "
                    f"numbers 0 to {count - 1}.{many}"
                )
        return sequence

    def _headline(self) -> str:
        return f"Transformer({len(self.tokens.table)} tokens, context {self.context})"


def _plus(some: list[list[Any]], others: list[list[Any]]) -> list[list[Any]]:
    """Add vectors, position by position: the residual sum."""
    return [[a + b for a, b in zip(*vectors, strict=True)] for vectors in zip(some, others, strict=True)]
