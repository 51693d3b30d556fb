"""Shows arrays as pictures: images, and learned weights in the shape of the images that they weigh.

Knows pixels; refuses to know where they come from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import data
from autograd.text.numbers import counted, number
from viz.plots.plot import Plot, panels, sides, styled

_COLUMNS = 8
_LETTER = 0.16  # inches: so wide and high is a row or a column with a name


@styled
def image(
    pixels: Any,
    *,
    shape: tuple[int, ...] | None = None,
    titles: Sequence[Any] = (),
    rows: Sequence[Any] = (),
    columns: Sequence[Any] = (),
) -> Plot:
    """Show an image, several images, weights in the shape of an image, or a table as an image.

    Parameters
    ----------
    pixels : array of numbers or Values
        One image: (height, width), or (height, width, 3) in colour. Several: (n, height, width),
        (n, height, width, 3), or a list of images. With `shape`: flat ones, (pixels,) or (n, pixels), such as
        the rows of ``layer.W``.
    shape : tuple of int, optional
        The shape of one image that was flattened: (height, width), in colour (height, width, 3) or, where all
        reds come first, as of `nn.data.flatten_image`, (3, height, width).
    titles : sequence, optional
        What stands above each image.
    rows, columns : sequence, optional
        What each row or column of pixels is called, from the top, or from the left: of a table, such as what
        each position of a text pays attention to.

    Returns
    -------
    Plot
        All images on one scale: from black for 0 to white for 1, or for the largest number, where none is
        negative; else blue for negative, white for 0 and red for positive. A scale beside them tells the
        numbers; colour images, from 0 to 1 or from 0 to 255, need none.

    Raises
    ------
    ValueError
        If the numbers have another shape, are not finite, or the titles are not one for each image, the names
        not one for each row or column.

    Examples
    --------
    >>> image([[0.0, 0.5], [0.5, 1.0]])
    <viz.Plot: image of 2 × 2 pixels, from 0 to 1>
    >>> image([[0.5, -1.0, 0.25, 0.0], [1.0, 0.0, 0.0, 0.0]], shape=(2, 2), titles=["w of 0", "w of 1"])
    <viz.Plot: 2 images of 2 × 2 pixels, from -1 to 1: w of 0, w of 1>
    >>> after_a, after_b = [0.0, 3.0], [2.0, 1.0]
    >>> table = image([after_a, after_b], rows="ab", columns="ab")
    >>> [letter.get_text() for letter in table.axes[0].get_yticklabels()]
    ['a', 'b']
    """
    import numpy as np

    stack = _stack(_numbers(pixels), shape)
    height, width = stack.shape[1:3]
    for names, name, size, thing in (
        (titles, "title", len(stack), "image"),
        (rows, "name", height, "row"),
        (columns, "name", width, "column"),
    ):
        if len(names) not in (0, size):
            raise ValueError(f"{counted(len(names), name)} for {counted(size, thing)}: give one for each.")
    if not np.isfinite(stack).all():
        raise ValueError(f"{int((~np.isfinite(stack)).sum())} of {stack.size} pixels are nan or infinite.")
    low, high = float(stack.min()), float(stack.max())
    colour, signed = stack.ndim == 4, low < 0
    top = max(1.0, 255.0 if colour and high > 1 else high) if not signed else max(-low, high)
    if colour and (signed or top > 255):
        raise ValueError(
            f"A colour has parts from 0 to 1, or from 0 to 255, and these go from {number(low)} to "
            f"{number(high)}. Show weights of three colours as three images: (3, height, width)."
        )
    down = math.ceil(len(stack) / _COLUMNS)
    across = math.ceil(len(stack) / down)
    wide, tall = max(1.3, _LETTER * len(columns)), max(1.4, _LETTER * len(rows))
    figure, axes = panels(
        across, down, size=(max(3.2, wide * across + 0.9), tall * down + (1.4 if down == 1 else 0.4))
    )
    for i, ax in enumerate(axes):
        ax.set_axis_off()
        if i < len(stack):
            shown = ax.imshow(
                stack[i] / top if colour else stack[i], cmap=sides() if signed else "gray",
                vmin=-top if signed else 0, vmax=top, interpolation="nearest",
            )  # fmt: skip
            ax.set_title(str(titles[i]) if len(titles) else "", fontsize=10)
            if len(rows) or len(columns):
                ax.set_axis_on()
                ax.grid(visible=False)
                ax.tick_params(length=0, labelsize=8)
                ax.set_xticks(range(len(columns)), map(str, columns))
                ax.set_yticks(range(len(rows)), map(str, rows))
    if not colour:
        figure.colorbar(shown, ax=axes, shrink=0.8)
    count = "image" if len(stack) == 1 else f"{len(stack)} images"
    named = f": {', '.join(map(str, titles))}" if len(titles) else ""
    return Plot(figure, f"{count} of {height} × {width} pixels, from {number(low)} to {number(high)}{named}")


def _numbers(pixels: Any) -> Any:
    """Return the numbers of an array as floats; a TypeError where there are none."""
    try:
        return data(pixels)
    except TypeError as error:
        model = callable(getattr(pixels, "parameters", None))
        advice = (
            "viz.network(model) draws a model, and viz.image(layer.W) the weights of a layer."
            if model
            else ""
        )
        raise TypeError(
            f"An image is an array of numbers or Values, got {type(pixels).__name__}. {advice}".rstrip()
        ) from error


def _stack(pixels: Any, shape: tuple[int, ...] | None) -> Any:
    """Return images as (n, height, width), or (n, height, width, 3) in colour."""
    import numpy as np

    if shape is not None:
        size = math.prod(shape)
        if len(shape) not in (2, 3) or pixels.size == 0 or pixels.shape[-1] != size:
            raise ValueError(
                f"shape={shape} has {size} pixels, and the numbers have the shape {pixels.shape}: the last "
                f"axis must hold one flattened image."
            )
        stack = pixels.reshape(-1, *shape)
        planes = len(shape) == 3 and shape[0] == 3 and shape[2] != 3
        return np.moveaxis(stack, 1, -1) if planes else stack
    in_colour = pixels.ndim in (3, 4) and pixels.shape[-1] == 3
    if pixels.size == 0 or pixels.ndim - in_colour not in (2, 3):
        raise ValueError(
            f"An image has the shape (height, width) or (height, width, 3), several have one axis more, got "
            f"{pixels.shape}. Say the shape of flattened ones: shape=(8, 8)."
        )
    return pixels if pixels.ndim - in_colour == 3 else pixels[None]
