"""Finds the formulas in a question's sentences, and sets them as mathematics.

The sentences stay plain text; a page gets pairs, a formula as it stands there and as MathML, and puts one for
the other. Set are symbols of derivatives, and what has a fraction or a power: all else reads alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograd.graph.names import Names
from autograd.practice import formulas
from autograd.text import symbols
from viz.player.formulas import MATHML, one

_SLOPE = re.compile(r"(?<!\w)([d∂])([^\W\d]\w*|\([^()]+\))/\1([^\W\d]\w*|\([^()]+\))")
_HIGH = re.compile("<(mfrac|msup|msubsup|msqrt|mroot)")  # what a line of text cannot show


def typeset(texts: Iterable[str], names: Names) -> list[tuple[str, str]]:
    """Return pairs of a formula in the texts and its MathML, the longest first.

    Examples
    --------
    >>> from autograd import Graph, Value
    >>> x = Value(3.0, label="x")
    >>> typeset(["What is df/dx?"], Graph(x * x).names)
    [('df/dx', '<mfrac><mrow><mi>d</mi><mi>f</mi></mrow><mrow><mi>d</mi><mi>x</mi></mrow></mfrac>')]
    """
    told = "\n".join(texts)
    found = {plain: set_ for plain, set_ in formulas(names, MATHML).items() if _HIGH.search(set_)}
    for sign, above, below in _SLOPE.findall(told):
        root, node = (MATHML.named(text.strip("()")) for text in (above, below))
        write = symbols.gradient if sign == "d" else symbols.local
        found[f"{sign}{above}/{sign}{below}"] = write(MATHML, root, node)
    inside = {plain: one(set_) for plain, set_ in found.items() if plain in told}
    return sorted(inside.items(), key=lambda pair: (-len(pair[0]), pair[0]))
