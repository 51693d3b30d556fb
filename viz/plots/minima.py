"""Finds the minima that a picture of a function over a plane can show; evaluates the function, and no more.

Begins at every point of the grid that is lower than its neighbours, walks down in ever smaller steps, and
keeps what rises in every direction: a point of a valley with a flat bottom is none.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

Place = tuple[float, float]

_NINE: list[Place] = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
_MOST = 12  # places where a search begins
_HALVINGS = 36
_NEAR = 1e-2  # of the grid's spacing: how far around a minimum its curvature is measured
_FLAT = 1e-6  # a curvature so much smaller than the other one is a valley's


def minima(f: Callable[[float, float], float], across: Any, up: Any, heights: Any) -> dict[Place, float]:
    """Return the isolated minima inside the grid, lowest first, and the function there.

    Parameters
    ----------
    f : callable
    across, up : float arrays, lengths n and m
        The grid.
    heights : float array (m, n)
        The function there.
    """
    import numpy as np

    spacing = float(across[1] - across[0]), float(up[1] - up[0])
    inner = heights[1:-1, 1:-1]
    rows, columns = heights.shape
    around = [
        heights[1 + i : rows - 1 + i, 1 + j : columns - 1 + j] for i, j in product((-1, 0, 1), repeat=2)
    ]
    low = np.all([inner <= other for other in around], axis=0)
    begins = sorted((inner[i, j], i, j) for i, j in np.argwhere(low).tolist())
    found: list[tuple[float, Place]] = []
    nothing = 1e-12 * float(np.nanmax(heights) - np.nanmin(heights))
    for _, i, j in begins[:_MOST]:
        place = _bottom(f, (float(across[j + 1]), float(up[i + 1])), spacing)
        inside = across[0] < place[0] < across[-1] and up[0] < place[1] < up[-1]
        known = any(_distance(place, other, spacing) < 1 for _, other in found)
        if inside and not known and _rises(f, place, spacing):
            height = f(*place)
            found.append((height if abs(height) > nothing else 0.0, place))
    return {place: height for height, place in sorted(found)}


def _distance(a: Place, b: Place, spacing: Place) -> float:
    return max(abs(a[k] - b[k]) / spacing[k] for k in (0, 1))


def _bottom(f: Callable[[float, float], float], place: Place, spacing: Place) -> Place:
    """Walk to the lowest of nine places and of the bowl through them; in the middle halve the step."""
    step, height = 1.0, f(*place)
    while step > 0.5**_HALVINGS:
        nine = _around(f, place, spacing, step)
        steps = [*_NINE, _newton(nine)]
        best, there = min(
            (nine[way] if way in nine else f(*_moved(place, way, step, spacing)), way) for way in steps
        )
        if best < height - abs(height) * 1e-15:
            place, height = _moved(place, there, step, spacing), best
        else:
            step /= 2
    x, y = (round(place[k] / (1e-7 * spacing[k])) * 1e-7 * spacing[k] for k in (0, 1))
    return x, y


def _moved(place: Place, way: Place, step: float, spacing: Place) -> Place:
    return place[0] + way[0] * step * spacing[0], place[1] + way[1] * step * spacing[1]


def _around(
    f: Callable[[float, float], float], place: Place, spacing: Place, step: float
) -> dict[Place, float]:
    return {way: f(*_moved(place, way, step, spacing)) for way in _NINE}


def _bowl(nine: dict[Place, float]) -> tuple[list[float], list[list[float]]]:
    """Return the slope and the curvature of the parabola through nine heights."""
    slope = [(nine[1, 0] - nine[-1, 0]) / 2, (nine[0, 1] - nine[0, -1]) / 2]
    across, up = (a + b - 2 * nine[0, 0] for a, b in ((nine[1, 0], nine[-1, 0]), (nine[0, 1], nine[0, -1])))
    mixed = (nine[1, 1] - nine[1, -1] - nine[-1, 1] + nine[-1, -1]) / 4
    return slope, [[across, mixed], [mixed, up]]


def _newton(nine: dict[Place, float]) -> Place:
    """Return where the parabola has its bottom, but not farther away than four steps."""
    (a, b), ((p, q), (_, r)) = _bowl(nine)
    determinant = p * r - q * q
    if not determinant > 0:
        return 0.0, 0.0
    x, y = (q * b - r * a) / determinant, (q * a - p * b) / determinant
    far = max(1.0, abs(x) / 4, abs(y) / 4)
    return x / far, y / far


def _rises(f: Callable[[float, float], float], place: Place, spacing: Place) -> bool:
    """Say whether the function curves upwards in every direction."""
    import numpy as np

    nine = _around(f, place, spacing, _NEAR)
    least, most = np.linalg.eigvalsh(_bowl(nine)[1]).tolist()
    return bool(least > max(_FLAT * most, 16 * float(np.finfo(float).eps) * abs(nine[0, 0])))
