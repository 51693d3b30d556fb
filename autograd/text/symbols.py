r"""The symbols of derivatives: d in boxes, ∂ on arrows, never one for two numbers.

A *gradient* belongs to a node and counts every way from it to the root: dL/dw. A *local derivative* belongs
to an edge and counts that one arrow: ∂v/∂u. How each looks in a way of writing stands in its `Forms`; a
notation chooses the form of the gradient alone. Here, too, are what both are called aloud, and the sentences
that tell them apart. Knows no node: where two numbers would share a symbol is said by `autograd.graph.names`.
"""

from __future__ import annotations

from typing import Literal

from autograd.text.forms import Forms, Piece

Notation = Literal["leibniz", "dvar", "bar", "notes"]

NOTATIONS: dict[Notation, str] = {
    "leibniz": "dL/dw",
    "dvar": "dw",
    "bar": "w with a bar",
    "notes": "∂L/∂w, as local derivatives are written, too",
}
# How a gradient and a local derivative are told apart, in a sentence each.
_TOLD: dict[Notation, tuple[str, str, str]] = {
    "leibniz": ("d", "∂", "d is the sum over all paths of the products of the ∂."),
    "dvar": ("d", "∂", "d is the sum over all paths of the products of the ∂."),
    "bar": ("A bar", "∂", "The bar is the sum over all paths of the products of the ∂."),
    "notes": (
        "∂ in a box",
        "∂ on an arrow",
        "The first is the sum over all paths of the products of the second.",
    ),
}
_LEAVES_ALONE = (
    "Drawn from its leaves alone, {root} has one arrow from each:",
    "then ∂{root}/∂w = d{root}/dw, and the notes write ∂ for both.",
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def checked(notation: str) -> Notation:
    """Return `notation` if it is one of the known ones; a ValueError lists them otherwise.

    Examples
    --------
    >>> checked("bar")
    'bar'
    """
    for known in NOTATIONS:
        if notation == known:
            return known
    known_ones = ", ".join(f'"{name}" ({example})' for name, example in NOTATIONS.items())
    raise ValueError(f"notation={notation!r} is not known. A gradient is written {known_ones}.")


def gradient(forms: Forms, root: Piece, node: Piece, notation: Notation = "leibniz") -> str:
    r"""Write the gradient of a node: the derivative of the root with respect to it, along all paths.

    Examples
    --------
    >>> from autograd.text.forms import LATEX, PLAIN
    >>> L, w = Piece("L"), Piece("w")
    >>> [gradient(PLAIN, L, w, notation) for notation in NOTATIONS]
    ['dL/dw', 'dw', 'w̄', '∂L/∂w']
    >>> gradient(PLAIN, L, Piece("a + b")), gradient(PLAIN, Piece("f + g"), w)
    ('dL/d(a + b)', 'd(f + g)/dw')
    >>> print(gradient(LATEX, L, w))
    \frac{\mathrm{d}L}{\mathrm{d}w}
    """
    if notation == "bar":
        return forms.bar(node.text)
    above, below = forms.grouped(root), forms.grouped(node)
    if notation == "dvar":
        return forms.total + below
    sign = forms.partial if notation == "notes" else forms.total
    return forms.slope.format(d=sign, above=above, below=below)


def local(forms: Forms, above: Piece, below: Piece, slot: int | None = None) -> str:
    r"""Write the local derivative on an arrow, from the node `below` to the node `above`.

    Where two arrows join the same nodes, `slot` says which operand is meant, counted from 0.

    Examples
    --------
    >>> from autograd.text.forms import LATEX, PLAIN
    >>> v, u = Piece("v"), Piece("u")
    >>> local(PLAIN, v, u), local(PLAIN, v, u, 0), local(PLAIN, Piece("tanh(s)"), Piece("a + b"))
    ('∂v/∂u', '∂₁v', '∂tanh(s)/∂(a + b)')
    >>> print(local(LATEX, v, u), local(LATEX, v, u, 1))
    \frac{\partial v}{\partial u} \partial_{2} v
    """
    if slot is not None:
        return forms.in_slot(slot + 1, forms.grouped(above))
    return forms.slope.format(d=forms.partial, above=forms.grouped(above), below=forms.grouped(below))


def spoken_gradient(root: str, node: str) -> str:
    """Return what a gradient is called aloud.

    Examples
    --------
    >>> spoken_gradient("L", "w")
    'gradient of L by w'
    """
    return f"gradient of {root} by {node}"


def spoken_local(above: str, below: str, slot: int | None = None) -> str:
    """Return what a local derivative is called aloud.

    Examples
    --------
    >>> spoken_local("v", "u"), spoken_local("v", "u", 1)
    ('local derivative of v by u', 'local derivative of v by its second operand, u')
    """
    which = "" if slot is None else f"its {ordinal(slot)} operand, "
    return f"local derivative of {above} by {which}{below}"


def ordinal(slot: int) -> str:
    """Return the word for the place of an operand, counted from 0.

    Examples
    --------
    >>> ordinal(0), ordinal(11)
    ('first', '12th')
    """
    return _ORDINALS[slot] if slot < len(_ORDINALS) else f"{slot + 1}th"


def leaves_alone(root: str) -> tuple[str, ...]:
    """Say why the notes may write ∂ for a gradient, too; in pictures of their networks."""
    return tuple(line.format(root=root) for line in _LEAVES_ALONE)


def legend(root: str, node: str = "a node", notation: Notation = "leibniz") -> tuple[str, ...]:
    r"""Tell a gradient and a local derivative apart, in three sentences; said once, where both first appear.

    Examples
    --------
    >>> print(*legend("L", "w"), sep="\n")
    d counts every way from w to L.
    ∂ counts this one arrow and holds everything else still.
    d is the sum over all paths of the products of the ∂.
    """
    every, one, together = _TOLD[notation]
    return (
        f"{every} counts every way from {node} to {root}.",
        f"{one} counts this one arrow and holds everything else still.",
        together,
    )
