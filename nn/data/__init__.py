"""Data before training and numbers after it: preparation, toys, features, metrics; knows no model."""

from nn.data.prepare import Standardiser, batches, flatten_image, one_hot, split, standardise
from nn.data.toys import blobs, circles, moons, spiral, xor
from nn.data.words import given_names

__all__ = [
    "moons", "circles", "spiral", "xor", "blobs", "given_names",
    "flatten_image", "one_hot", "Standardiser", "standardise", "split", "batches",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
