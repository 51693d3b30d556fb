"""Matrix: Wx without a bias, its weights under one letter; and labels of vectors by position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value, affine
from nn.arguments import Rng, integer, one_sample
from nn.layers.init import Init, start
from nn.layers.labels import element
from nn.module.module import Module

__all__ = ["Matrix", "label_rows"]


class Matrix(Module):
    """Multiply a vector by a matrix of weights: Wx, without bias.

    The same as `Linear` with ``bias=False``; but its weights bear the matrix's own letter, and nothing is
    labelled that it computes: whoever calls it for each position of a sequence knows which one this is.

    Parameters
    ----------
    name : str
        The letters in the labels of the weights.
    inputs, outputs : int
    init, rng
        As for `Layer`.

    Attributes
    ----------
    rows : list of `outputs` lists of `inputs` leaves
        Row i belongs to output i: Q_{21} leads from input 1 to output 2.

    Examples
    --------
    >>> turn = Matrix("R", 2, 2, init=[[0.0, -1.0], [1.0, 0.0]])
    >>> [number.data for number in turn([3.0, 5.0])], turn.rows[1][0].label
    ([-5.0, 3.0], 'R_{21}')
    """

    def __init__(self, name: str, inputs: int, outputs: int, init: Init = None, rng: Rng = 0) -> None:
        shape = integer("outputs", outputs, low=1), integer("inputs", inputs, low=1)
        self.rows = [
            [Value(number, element(name, i, j, largest=max(shape))) for j, number in enumerate(row, 1)]
            for i, row in enumerate(start(init, shape, "linear", rng).tolist(), 1)
        ]

    def forward(self, x: Any) -> list[Any]:
        """Return Wx for one vector."""
        return affine(self.rows, one_sample(x, len(self.rows[0]), self))

    def _headline(self) -> str:
        return f"Matrix({len(self.rows[0])} -> {len(self.rows)})"


def label_rows(name: str, rows: Sequence[Sequence[Any]], *before: int) -> None:
    """Label each Value by `before`, its row and its place in the row, all from 1: q_{32} is q_3's second."""
    largest = max(len(rows), *map(len, rows), *before)
    for t, row in enumerate(rows, 1):
        for i, number in enumerate(row, 1):
            number.label = element(name, *before, t, i, largest=largest)
