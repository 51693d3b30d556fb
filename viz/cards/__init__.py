"""Questions as cards: on a page without Python, and in Python with answers in words."""

from viz.cards.seal import opened, sealed

__all__ = ["opened", "sealed"]
