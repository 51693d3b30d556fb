"""Small made-up data sets in the plane, seeded, with scikit-learn's signatures; knows arrays, and no model.

Each returns `X` of shape (samples, 2) and integer labels `y` of shape (samples,).
"""

import numpy as np
from numpy.typing import ArrayLike

from nn.arguments import FloatArray, IntArray, Rng, floats, generator, integer, real


def moons(n_samples: int = 100, noise: float = 0.0, *, rng: Rng = 0) -> tuple[FloatArray, IntArray]:
    """Return two half circles that reach into each other: no line separates them.

    Parameters
    ----------
    n_samples : int
        In total, half of them in each class.
    noise : float >= 0
        The standard deviation of normal noise on both coordinates.
    rng : int or numpy.random.Generator

    Returns
    -------
    X : float array (n_samples, 2)
        The points.
    y : int array (n_samples,)
        Their classes, 0 or 1.

    See Also
    --------
    circles, spiral, xor, blobs : Other shapes.

    Examples
    --------
    >>> X, y = moons(6)
    >>> X.shape, y.tolist()
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    upper, lower = _halves(n_samples)
    a, b = np.linspace(0, np.pi, upper), np.linspace(0, np.pi, lower)
    outer = np.column_stack([np.cos(a), np.sin(a)])
    inner = np.column_stack([1.0 - np.cos(b), 0.5 - np.sin(b)])
    return _noisy([outer, inner], noise, rng)


def circles(
    n_samples: int = 100, noise: float = 0.0, factor: float = 0.8, *, rng: Rng = 0
) -> tuple[FloatArray, IntArray]:
    """Return a circle of radius 1 (class 0) around one of radius `factor` (class 1).

    Parameters
    ----------
    n_samples : int
        In total, half of them in each class.
    noise : float >= 0
        The standard deviation of normal noise on both coordinates.
    factor : float in [0, 1)
        The radius of the circle inside.
    rng : int or numpy.random.Generator

    Returns
    -------
    X : float array (n_samples, 2)
        The points.
    y : int array (n_samples,)
        Their classes, 0 or 1.

    Examples
    --------
    >>> X, y = circles(8, factor=0.5)
    >>> np.hypot(*X.T).round(3).tolist()
    [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5]
    """
    outside, inside = _halves(n_samples)
    factor = real("factor", factor, low=0.0, high=1.0, strict_high=True)
    return _noisy([_circle(outside), factor * _circle(inside)], noise, rng)


def spiral(
    n_samples: int = 100, noise: float = 0.0, classes: int = 2, turns: float = 1.0, *, rng: Rng = 0
) -> tuple[FloatArray, IntArray]:
    """Return `classes` arms that wind out from the origin, each `turns` times around.

    Parameters
    ----------
    n_samples : int
        In total, shared out evenly.
    noise : float >= 0
        The standard deviation of normal noise on both coordinates.
    classes : int
        How many arms.
    turns : float > 0
        How often each winds around.
    rng : int or numpy.random.Generator

    Returns
    -------
    X : float array (n_samples, 2)
        The points.
    y : int array (n_samples,)
        Their classes, from 0.

    Examples
    --------
    >>> X, y = spiral(9, classes=3)
    >>> X.shape, y.tolist()
    ((9, 2), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    """
    classes = integer("classes", classes, low=1)
    turns = real("turns", turns, low=0.0, strict=True)
    arms = []
    for k, size in enumerate(_shares(integer("n_samples", n_samples, low=classes), classes)):
        radius = np.linspace(1.0 / size, 1.0, size)
        angle = 2 * np.pi * (turns * radius + k / classes)
        arms.append(radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    return _noisy(arms, noise, rng)


def xor(n_samples: int = 4, noise: float = 0.0, *, rng: Rng = 0) -> tuple[FloatArray, IntArray]:
    """Return the corners 00, 01, 10, 11 in turn, with targets 0, 1, 1, 0.

    Parameters
    ----------
    n_samples : int
        In total; the four corners take turns.
    noise : float >= 0
        The standard deviation of normal noise on both coordinates.
    rng : int or numpy.random.Generator

    Returns
    -------
    X : float array (n_samples, 2)
        The points.
    y : int array (n_samples,)
        Their classes, 0 or 1.

    Examples
    --------
    >>> X, y = xor()
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    corner = np.arange(integer("n_samples", n_samples, low=1)) % 4
    X = np.column_stack([corner // 2, corner % 2]).astype(np.float64)
    return X + _spread(noise) * generator(rng).standard_normal(X.shape), corner // 2 ^ corner % 2


def blobs(
    n_samples: int = 100, centers: ArrayLike = 3, cluster_std: float = 1.0, *, rng: Rng = 0
) -> tuple[FloatArray, IntArray]:
    """Return round normal clouds, one per class.

    Parameters
    ----------
    n_samples : int
        In total, shared out evenly.
    centers : int, or array-like of shape (classes, features)
        How many (then they are drawn from [-10, 10]²), or where.
    cluster_std : float >= 0
    rng : int or numpy.random.Generator

    Returns
    -------
    X : float array (n_samples, features)
        The points.
    y : int array (n_samples,)
        Their classes, from 0.

    Examples
    --------
    >>> X, y = blobs(4, centers=[[0.0, 0.0], [9.0, 9.0]], cluster_std=0.0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 0.0], [9.0, 9.0], [9.0, 9.0]], [0, 0, 1, 1])
    """
    random = generator(rng)
    if np.ndim(centers) == 0:
        centers = random.uniform(-10.0, 10.0, (integer("centers", centers, low=1), 2))
    middle = floats("centers", centers, ndim=2)
    sizes = _shares(integer("n_samples", n_samples, low=len(middle)), len(middle))
    clouds = [np.repeat(m[None], size, axis=0) for m, size in zip(middle, sizes, strict=True)]
    return _noisy(clouds, cluster_std, random)


def _circle(n: int) -> FloatArray:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _halves(n_samples: int) -> tuple[int, int]:
    n = integer("n_samples", n_samples, low=2)
    return n // 2, n - n // 2


def _shares(n: int, k: int) -> list[int]:
    return [n // k + (i < n % k) for i in range(k)]


def _spread(noise: float) -> float:
    return real("noise", noise, low=0.0)


def _noisy(parts: list[FloatArray], noise: float, rng: Rng) -> tuple[FloatArray, IntArray]:
    X = np.concatenate(parts)
    y = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return X + _spread(noise) * generator(rng).standard_normal(X.shape), y
