"""What is done to data before training; knows arrays, and no model."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.core.arrays import plain
from autograd.text.numbers import exact
from nn.arguments import FloatArray, IntArray, Rng, floats, generator, integer, real, same_length


def flatten_image(image: ArrayLike) -> FloatArray:
    """Turn an image into one long vector: the R plane, then the G plane, then the B plane.

    Parameters
    ----------
    image : array-like
        Of shape (height, width) or (height, width, channels), or a stack of images of shape
        (images, height, width, channels).

    Returns
    -------
    float array, shape (features,), or (images, features) for a stack
        Pixel (row r, column c) of channel k stands at k·height·width + r·width + c. A plain
        `image.ravel()` would interleave the channels instead; any order serves a fully connected layer, if
        it is always the same.

    Examples
    --------
    >>> image = np.zeros((64, 64, 3))
    >>> image[1, 2, 1] = 1.0  # a green pixel
    >>> flatten_image(image).shape, int(flatten_image(image).argmax())
    ((12288,), 4162)
    """
    pixels = floats("image", image, ndim=(2, 3, 4))
    if pixels.ndim == 2:
        return pixels.ravel()
    planes = np.moveaxis(pixels, -1, -3)
    return planes.reshape(-1) if pixels.ndim == 3 else planes.reshape(len(pixels), -1)


def one_hot(labels: ArrayLike, classes: int | None = None) -> FloatArray:
    """Turn class labels into rows with a single 1, the targets of `ce` and `ce_with_logits`.

    Parameters
    ----------
    labels : sequence of int >= 0, shape (samples,)
    classes : int, optional
        How many columns; by default one more than the largest label.

    Returns
    -------
    float array (samples, classes)
        One row per label.

    Examples
    --------
    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    numbers = floats("labels", labels, ndim=1)
    found = int(numbers.max()) + 1
    width = found if classes is None else integer("classes", classes, low=1)
    bad = np.flatnonzero((numbers < 0) | (numbers >= width) | (numbers != np.floor(numbers)))
    if bad.size:
        i = int(bad[0])
        raise ValueError(
            f"labels[{i}] is {exact(numbers[i])}. Class labels are whole numbers in 0 ... {width - 1}."
        )
    try:
        rows = np.zeros((len(numbers), width))
    except (MemoryError, ValueError):
        raise ValueError(
            f"{len(numbers)} rows of {width} classes do not fit into memory. The losses take class numbers "
            "as they are, without one_hot."
        ) from None
    rows[np.arange(len(numbers)), numbers.astype(np.int64)] = 1.0
    return rows


def centre(data: FloatArray) -> FloatArray:
    """Return the mean of each column; of equal numbers it is their own, which sum / n can miss by an ulp."""
    mean: FloatArray = np.where((data == data[0]).all(axis=0), data[0], data.mean(axis=0))
    return mean


class Standardiser:
    """Shift and scale every column to mean 0 and deviation 1, by the numbers of the *training* data.

    Parameters
    ----------
    X : array-like, shape (samples, features)
        The data whose columns set `mean` and `scale` (the standard deviation over n, not n − 1, as in
        scikit-learn). A constant column is only shifted.

    See Also
    --------
    standardise : The same in one call.

    Examples
    --------
    >>> scale = Standardiser([[1.0, 5.0], [3.0, 5.0]])
    >>> scale([[2.0, 5.0], [4.0, 6.0]])
    array([[0., 0.],
           [2., 1.]])
    """

    def __init__(self, X: ArrayLike) -> None:
        data = floats("X", X, ndim=2)
        self.mean = centre(data)
        deviation = data.std(axis=0)
        # A column of equal numbers can have a deviation of a few ulps instead of 0.
        constant = deviation <= 10 * np.finfo(np.float64).eps * np.abs(self.mean)
        self.scale: FloatArray = np.where(constant, 1.0, deviation)

    def __call__(self, X: ArrayLike) -> FloatArray:
        """Return X, in the units of the training data's columns."""
        data = floats("X", X, ndim=2)
        if data.shape[1] != len(self.mean):
            raise ValueError(f"X has {data.shape[1]} columns; the training data had {len(self.mean)}.")
        scaled: FloatArray = (data - self.mean) / self.scale
        return scaled


def standardise(X: ArrayLike, *others: ArrayLike) -> Any:
    """Standardise X, and `others` by the numbers of X: `train, test = standardise(train, test)`.

    The test data must not set its own scale: it would carry knowledge that a single new sample does not
    have.

    Parameters
    ----------
    X : array-like (samples, features)
        The data whose mean and deviation are taken, usually those for training.
    *others : array-like
        What is scaled by the same numbers.

    Returns
    -------
    float array, or tuple of them
        X, or X and the others where there are any.

    See Also
    --------
    Standardiser : The same, to be kept for samples that come later.

    Examples
    --------
    >>> train, test = standardise([[0.0], [2.0]], [[4.0]])
    >>> train.tolist(), test.tolist()
    ([[-1.0], [1.0]], [[3.0]])
    """
    scale = Standardiser(X)
    scaled = tuple(scale(data) for data in (X, *others))
    return scaled if others else scaled[0]


def split(
    X: ArrayLike, y: ArrayLike, test_size: float = 0.2, *, rng: Rng = 0
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Shuffle and split, in scikit-learn's order: X_train, X_test, y_train, y_test.

    Parameters
    ----------
    X, y : array-likes with as many samples
    test_size : float in (0, 1)
        The share that is held out, rounded up; at least one sample stays on each side.
    rng : int or numpy.random.Generator

    Returns
    -------
    X_train, X_test, y_train, y_test : array
        New arrays, in one order for X and y.

    Examples
    --------
    >>> X_train, X_test, y_train, y_test = split(np.eye(10), np.arange(10), test_size=0.3)
    >>> len(X_train), len(X_test), sorted([*y_train.tolist(), *y_test.tolist()]) == list(range(10))
    (7, 3, True)
    """
    features, targets = (
        plain(data, name) if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
        for name, data in (("X", X), ("y", y))
    )
    same_length(features, targets)
    share = real("test_size", test_size, low=0.0, high=1.0, strict=True, strict_high=True)
    if len(features) < 2:
        raise ValueError(f"A split needs at least 2 samples, got {len(features)}.")
    held = min(int(np.ceil(share * len(features))), len(features) - 1)
    order = generator(rng).permutation(len(features))
    test, train = order[:held], order[held:]
    return features[train], features[test], targets[train], targets[test]


def batches(n: int, size: int, *, rng: Rng | None = None) -> list[IntArray]:
    """Cut n samples into mini-batches: index arrays of `size` samples; the last one takes the rest.

    Parameters
    ----------
    n : int >= 1
    size : int >= 1
        1 is stochastic gradient descent, n (or more) is full-batch.
    rng : int or numpy.random.Generator, optional
        Shuffle first; pass a Generator to get a new order at every call. Without it the order stays.

    Returns
    -------
    list of int arrays
        ⌈n/size⌉ updates per epoch.

    Examples
    --------
    >>> [len(batch) for batch in batches(100, 32)]
    [32, 32, 32, 4]
    """
    n = integer("n", n, low=1)
    size = integer("size", size, low=1)
    order: IntArray = np.arange(n) if rng is None else generator(rng).permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]
