"""Builds pieces of MathML, which browsers draw without a library; knows no formula.

Whatever text it is given is escaped: a piece can never contain markup that was not written here.
"""

from html import escape


def operator(text: str) -> str:
    """Return one operator, escaped; a hyphen becomes a true minus.

    Examples
    --------
    >>> operator("-"), operator("<")
    ('<mo>−</mo>', '<mo>&lt;</mo>')
    """
    fence = ' stretchy="false"' if text in "()[]|" else ""
    return f"<mo{fence}>{escape('−' if text == '-' else text)}</mo>"


def number(text: str) -> str:
    """Return a formatted number, its sign as an operator.

    Examples
    --------
    >>> number("-0.1696")
    '<mrow><mo>−</mo><mn>0.1696</mn></mrow>'
    """
    if text[:1] in ("-", "−"):
        return f"<mrow><mo>−</mo><mn>{escape(text[1:])}</mn></mrow>"
    return f"<mn>{escape(text)}</mn>"


def text(words: str) -> str:
    """Return plain words; nothing in them can become markup.

    Examples
    --------
    >>> text("<b>loss</b>")
    '<mtext>&lt;b&gt;loss&lt;/b&gt;</mtext>'
    """
    return f"<mtext>{escape(words)}</mtext>"


def fraction(top: str, bottom: str) -> str:
    """Return a fraction of two pieces of MathML."""
    return f"<mfrac>{top}{bottom}</mfrac>"


def row(*pieces: str) -> str:
    """Group pieces of MathML into one, so that a script or a fraction bar can take them as a whole."""
    return pieces[0] if len(pieces) == 1 else f"<mrow>{''.join(pieces)}</mrow>"
