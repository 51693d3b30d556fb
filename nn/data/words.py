"""Texts to learn from: a list of given names; knows letters, and no token."""

from pathlib import Path

__all__ = ["given_names"]


def given_names() -> list[str]:
    """Return 442 given names, in alphabetical order, of 3 to 7 letters from a to z.

    They come from many languages, written in small letters and without accents.

    Returns
    -------
    list of str
        A new list at each call.

    Examples
    --------
    >>> names = given_names()
    >>> len(names), names[:3], max(map(len, names))
    (442, ['ada', 'adam', 'adela'], 7)
    """
    return Path(__file__).with_name("given_names.txt").read_text("utf-8").split()
