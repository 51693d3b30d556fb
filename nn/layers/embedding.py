"""Embedding: a vector for each of a few things that are counted from 0; knows the lookup, no meaning."""

from __future__ import annotations

from typing import Any

from autograd import Value, take
from nn.arguments import Rng, integer
from nn.layers.init import Init, start
from nn.layers.labels import element
from nn.module.module import Module

__all__ = ["Embedding"]


class Embedding(Module):
    """Look up one vector of weights for each index: for words, letters or whatever has no size.

    The same as a layer without bias on one-hot inputs, without the zeros. PyTorch: `Embedding`, whose result
    has one row per index; here the vectors follow each other in one list, which the next layer takes.

    Parameters
    ----------
    count : int >= 1
        How many things there are: indices are 0 to count - 1.
    width : int >= 1
        Numbers per vector.
    init : str, callable or array (count, width), optional
        How weights begin, as for `Layer`; by default normal with mean 0 and standard deviation 1, as in
        PyTorch.
    rng : int or numpy.random.Generator
    name : str
        The letters in the labels of the weights.

    Attributes
    ----------
    table : list of count lists of width leaves, labelled e_{11}, e_{12}, ...

    Raises
    ------
    IndexError
        When called with a number that is no index: every row is checked, in a replay too.

    Examples
    --------
    >>> letters = Embedding(3, 2, init=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> [v.data for v in letters([2, 0])]
    [5.0, 6.0, 1.0, 2.0]
    """

    def __init__(self, count: int, width: int, init: Init = None, rng: Rng = 0, *, name: str = "e") -> None:
        count, width = integer("count", count, low=1), integer("width", width, low=1)
        numbers = start("normal" if init is None else init, (count, width), "linear", rng)
        self.table = [
            [Value(number, element(name, i, j, largest=max(count, width))) for j, number in enumerate(row, 1)]
            for i, row in enumerate(numbers.tolist(), 1)
        ]

    def forward(self, x: Any) -> list[Any]:
        """Return the vectors of the indices, one after the other.

        Parameters
        ----------
        x : int, Value, or list of them
            The indices.

        Returns
        -------
        list of Value
            As many vectors as indices, joined.
        """
        indices = x if isinstance(x, list | tuple) else [x]
        return [number for index in indices for number in take(self.table, index)]

    def _headline(self) -> str:
        return f"Embedding({len(self.table)}, {len(self.table[0])})"
