"""Turns what a caller passes as `rng` into a NumPy generator; knows no distribution, keeps no state."""

import operator
from typing import TypeAlias

import numpy as np

Rng: TypeAlias = int | np.random.Generator


def generator(rng: Rng) -> np.random.Generator:
    """Return the generator behind an `rng=` argument: an int is a seed, a `Generator` is used as it is.

    Parameters
    ----------
    rng : int >= 0, or numpy.random.Generator
        The same int always gives the same numbers.

    Raises
    ------
    TypeError, ValueError
        For anything else. `None` (a fresh seed on every call) is refused: a lesson must run the same twice.

    Examples
    --------
    >>> generator(7).integers(10) == generator(7).integers(10)
    np.True_
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, np.random.RandomState):
        raise TypeError(
            "rng is a legacy numpy RandomState. Pass an int seed or numpy.random.default_rng(seed)."
        )
    try:
        if isinstance(rng, bool):
            raise TypeError
        seed = operator.index(rng)
    except TypeError:
        raise TypeError(
            f"rng must be an int seed or a numpy.random.Generator, got {rng!r}. "
            "Pass for example rng=0, so that the same call gives the same numbers again."
        ) from None
    if seed < 0:
        raise ValueError(f"rng as a seed must be >= 0, got {seed}. Pass for example rng={-seed}.")
    return np.random.default_rng(seed)
