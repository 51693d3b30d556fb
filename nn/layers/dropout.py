"""Dropout, and the feed that hands its masks in from outside; knows masks, no layer and no training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np

from autograd import Value
from nn.arguments import FloatArray, Rng, generator, integer, listed, real
from nn.module.module import Module

__all__ = ["Dropout", "MaskFeed"]

# Gives a Dropout its mask from outside.
Hand: TypeAlias = Callable[["Dropout", int], list[Any]]
_feed: ContextVar[Hand | None] = ContextVar("chainrule_dropout_masks", default=None)


class Dropout(Module):
    """Switch off each number with probability p while training, and scale the others by 1/(1 - p).

    Every call in training mode draws a new mask. In `eval()` mode the input comes back as it is, so the
    expected output is the same in both (inverted scaling). The gradient is 1/(1 - p) times the mask.

    Parameters
    ----------
    p : float in [0, 1)
        Probability of being dropped, as in PyTorch (default 0.5 there) and Keras (`rate`).
    rng : int or numpy.random.Generator
        Where the masks come from.

    Examples
    --------
    >>> drop = Dropout(0.2, rng=0)
    >>> drop([1.0, 2.0, 3.0, 4.0, 5.0])
    [1.25, 2.5, 0.0, 0.0, 6.25]
    >>> drop.eval()([1.0, 2.0, 3.0, 4.0, 5.0])
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """

    def __init__(self, p: float = 0.2, rng: Rng = 0) -> None:
        self.p = real("p", p, low=0.0, high=1.0, strict_high=True)
        self.rng = generator(rng)

    def forward(self, x: Any) -> list[Any]:
        """Return the numbers, masked and scaled in training mode.

        Parameters
        ----------
        x : sequence of number or Value
            One sample.

        Returns
        -------
        list
            As long as x.
        """
        plain = x.tolist() if isinstance(x, np.ndarray) else x
        numbers = listed(plain, "Dropout", "a sequence of numbers or Values")
        if not self.training or self.p == 0.0:
            return numbers
        hand = _feed.get()
        mask = self.masks(1, len(numbers))[0].tolist() if hand is None else hand(self, len(numbers))
        return [number * factor for number, factor in zip(numbers, mask, strict=True)]

    def masks(self, rows: int, width: int) -> FloatArray:
        """Draw masks for several samples: an array (rows, width) of 0 and 1/(1 - p).

        Parameters
        ----------
        rows : int
            How many samples.
        width : int
            How many numbers in each.

        Returns
        -------
        float array (rows, width)
            The factors.
        """
        return self.scaled(self.rng.random((rows, width)))

    def scaled(self, draws: FloatArray) -> FloatArray:
        """Turn uniform draws from [0, 1) into masks.

        Parameters
        ----------
        draws : float array
            Uniform numbers from [0, 1).

        Returns
        -------
        float array
            0 where the draw is below p, else 1/(1 - p).
        """
        return np.where(draws < self.p, 0.0, 1.0 / (1.0 - self.p))

    def _headline(self) -> str:
        return f"Dropout(p={self.p:g})"


class MaskFeed:
    """The masks that a model asks for, as leaves to be fed from outside: row inputs of a Program.

    Run the model once inside `collecting()`; every Dropout in it then takes fresh leaves as its mask, and
    they stand in `leaves` in the order of the calls. `draw(rows)` draws what the same Dropouts would have
    drawn for as many samples, one row each, from their own generators: eager training and replay see the same
    masks, bit for bit.

    Examples
    --------
    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5, rng=1), nn.Linear(3, 1))
    >>> feed = MaskFeed()
    >>> with feed.collecting():
    ...     out = model([1.0, 2.0])
    >>> [leaf.label for leaf in feed.leaves]
    ['mask_1', 'mask_2', 'mask_3']
    >>> feed.draw(2)
    array([[2., 2., 0.],
           [2., 0., 0.]])
    """

    def __init__(self) -> None:
        self.leaves: list[Value] = []
        self._calls: list[tuple[Dropout, int]] = []

    def __len__(self) -> int:
        """How many mask numbers one sample needs."""
        return len(self.leaves)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Inside, each Dropout takes leaves as its mask, and this feed remembers them and whom they serve."""
        self.leaves, self._calls = [], []

        def fresh(dropout: Dropout, width: int) -> list[Value]:
            start = len(self.leaves) + 1
            new = [
                Value(number, label=f"mask_{start + index}")
                for index, number in enumerate(dropout.scaled(np.ones(width)).tolist())
            ]
            self.leaves += new
            self._calls.append((dropout, width))
            return new

        with _held(fresh):
            yield

    @contextmanager
    def feeding(self, masks: Iterable[Any]) -> Iterator[None]:
        """Inside, the Dropouts take these numbers or Values as masks, in the order of the collected calls.

        Parameters
        ----------
        masks : iterable of number or Value
            As many as `leaves`.
        """
        numbers = list(masks)
        if len(numbers) != len(self):
            raise ValueError(f"This model takes {len(self)} mask numbers per sample, and got {len(numbers)}.")
        calls = iter(self._calls)
        taken = 0

        def given(dropout: Dropout, width: int) -> list[Any]:
            nonlocal taken
            expected, wanted = next(calls, (None, 0))
            if expected is not dropout or wanted != width:
                raise RuntimeError(
                    "The Dropout layers were called in another order, or with other widths, than when their "
                    "masks were collected. Collect again with MaskFeed().collecting()."
                )
            taken += width
            return numbers[taken - width : taken]

        with _held(given):
            yield

    def draw(self, rows: int) -> FloatArray:
        """Draw fresh masks for `rows` samples: an array (rows, len(self)), columns as in `leaves`.

        Parameters
        ----------
        rows : int
            How many samples.

        Returns
        -------
        float array (rows, len(self))
            The factors.
        """
        rows = integer("rows", rows, low=0)
        masks = np.empty((rows, len(self)))
        done: list[np.random.Generator] = []
        for source in (dropout.rng for dropout, _ in self._calls):
            if any(source is other for other in done):
                continue
            done.append(source)
            # Dropouts that share a generator draw in turn, sample by sample: one row holds all their draws.
            mine = [(dropout.rng is source, dropout, width) for dropout, width in self._calls]
            draws = source.random((rows, sum(width for shared, _, width in mine if shared)))
            column = used = 0
            for shared, dropout, width in mine:
                if shared:
                    masks[:, column : column + width] = dropout.scaled(draws[:, used : used + width])
                    used += width
                column += width
        return masks


@contextmanager
def _held(hand: Hand) -> Iterator[None]:
    token = _feed.set(hand)
    try:
        yield
    finally:
        _feed.reset(token)
