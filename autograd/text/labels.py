r"""A label is read once and written four ways: plain, as it is drawn, in LaTeX and in MathML.

The learner's own word stays as it is (plain). One that is made of letters and indices, such as ``w^1_{11}``,
``w^1_{11,2}``, ``w[1]_{12}`` or ``x_2``, gets its indices set small; any other stays text. Knows no node.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import NamedTuple

_LABEL = re.compile(
    r"([^\W\d_]\w*?)([0-9]*)(?:\[([0-9]+)\])?(?:\^\{?([0-9]+|[ijkn])\}?)?"
    r"(?:_\{?([0-9]+(?:,[0-9]+)*|[ijkn])\}?)?"
)
_GREEK = re.compile(
    r"(alpha|beta|[gG]amma|[dD]elta|epsilon|zeta|eta|[tT]heta|iota|kappa|[lL]ambda|mu|nu|[xX]i|[pP]i|rho|"
    r"[sS]igma|tau|[pP]hi|chi|[pP]si|[oO]mega)"
)
_DIGITS = "0123456789"
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_RAISE = str.maketrans(_DIGITS, _RAISED)
_LOWER = str.maketrans(_DIGITS + "ijkn", _LOWERED + "ᵢⱼₖₙ")
_FULL = str.maketrans(_RAISED + _LOWERED + "ᵢⱼₖₙ", 2 * _DIGITS + "ijkn")
_AGAIN = re.compile(r"(.+)( \([0-9]+\))", re.DOTALL)
_SMALL = re.compile(rf"([{_RAISED}]+)|([{_LOWERED}ᵢⱼₖₙ]+(?:,[{_LOWERED}]+)*)")
_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    | {"\n": " ", "\r": " ", "\t": " "}
)


class Label(NamedTuple):
    """The parts of a label: ``w[1]^2_{34}`` has the letters w, the layer 1, 2 above and 34 below.

    `digits` are those that follow the letters as they are, as in ``x1``; any part but the letters may be "".
    """

    letters: str
    digits: str
    layer: str
    upper: str
    lower: str

    @property
    def indices(self) -> list[str]:
        """All indices in the order of reading; digits below stand for one index each unless commas part them.

        Examples
        --------
        >>> read("w^1_{12}").indices, read("w[1]_{11,2}").indices, read("x12").indices
        (['1', '1', '2'], ['1', '11', '2'], ['12'])
        """
        below = self.lower.split(",") if "," in self.lower else list(self.lower)
        return [index for index in (self.digits, self.layer, self.upper, *below) if index]


def read(text: str) -> Label | None:
    """Take a label apart; None where it is no name with indices at its end.

    Examples
    --------
    >>> read("w[1]_{12}")
    Label(letters='w', digits='', layer='1', upper='', lower='12')
    >>> read("learning_rate").letters, read("50%")
    ('learning_rate', None)
    """
    full = _SMALL.sub(lambda run: f"{'^' if run[1] else '_'}{{{run[0].translate(_FULL)}}}", text)
    match = _LABEL.fullmatch(full)
    return Label(*match.groups("")) if match else None


def split(text: str) -> tuple[str, str]:
    """Part a label from what tells it from others of the name.

    Examples
    --------
    >>> split("x (2)"), split("x")
    (('x', ' (2)'), ('x', ''))
    """
    match = _AGAIN.fullmatch(text)
    return (match[1], match[2]) if match else (text, "")


def _scripted(text: str) -> Label | None:
    """Read a label whose indices are set small: letters only, and no digit beside them."""
    label = read(text)
    return label if label is not None and label.letters.isalpha() and not label.digits else None


def drawn(text: str) -> str:
    """Write a label as it is drawn: indices become small digits.

    Examples
    --------
    >>> drawn("w^1_{11,2}"), drawn("w[1]_{12}"), drawn("x_2"), drawn("learning_rate"), drawn("x_2 (2)")
    ('w¹₁₁,₂', 'w[1]₁₂', 'x₂', 'learning_rate', 'x₂ (2)')
    """
    name, again = split(text)
    label = _scripted(name)
    if label is None or label.upper.isalpha():
        return text
    layer = f"[{label.layer}]" if label.layer else ""
    return label.letters + layer + label.upper.translate(_RAISE) + lowered(label.lower) + again


def latex(text: str) -> str:
    r"""Write a label in LaTeX; one without indices, unless it is a letter, stays text.

    Examples
    --------
    >>> print(latex("w^1_11"), latex("w[1]_{11,2}"), latex("theta"), latex("loss"), latex("learning_rate"))
    w^{1}_{11} w[1]_{11,2} \theta \text{loss} \text{learning\_rate}
    >>> print(latex("ŷ_{1}"), latex("ŷ"))
    \hat{y}_{1} \hat{y}
    """
    name, again = split(text)
    if again:
        return rf"{latex(name)}\{again}"
    label = _scripted(text)
    if label is None:
        return rf"\text{{{escaped(text)}}}"
    letters = label.letters
    base = rf"\{letters}" if _GREEK.fullmatch(letters) else letters
    if len(base) > 1 and base == letters:
        base = rf"\text{{{letters}}}"
    elif unicodedata.normalize("NFD", base)[1:] == "\N{COMBINING CIRCUMFLEX ACCENT}":
        base = rf"\hat{{{unicodedata.normalize('NFD', base)[0]}}}"
    parts = zip(("[{}]", "^{{{}}}", "_{{{}}}"), label[2:], strict=True)
    return base + "".join(form.format(part) for form, part in parts if part)


def lowered(digits: str) -> str:
    """Write digits small and low."""
    return digits.translate(_LOWER)


def raised(digits: str) -> str:
    """Write digits small and high."""
    return digits.translate(_RAISE)


def barred(text: str) -> str:
    """Write a bar over a name: over its letter, or around a name of several.

    Examples
    --------
    >>> barred("w"), barred("w¹₁₁"), barred("loss"), barred("a + b")
    ('w̄', 'w̄¹₁₁', 'bar(loss)', 'bar(a + b)')
    """
    label = read(split(text)[0])
    return f"{text[0]}\u0304{text[1:]}" if label and len(label.letters) == 1 else f"bar({text})"


def escaped(text: str) -> str:
    r"""Escape what LaTeX would read as a command: ``50%`` becomes ``50\%``."""
    return text.translate(_ESCAPES)


def mathml(text: str) -> str:
    """Write a label in MathML; nothing in it can become markup.

    Examples
    --------
    >>> mathml("b"), mathml("w¹₁₁"), mathml("<b>")
    ('<mi>b</mi>', '<msubsup><mi>w</mi><mn>11</mn><mn>1</mn></msubsup>', '<mtext>&lt;b&gt;</mtext>')
    >>> mathml("w[1]_{12}")
    '<msub><mrow><mi>w</mi><mo>[</mo><mn>1</mn><mo>]</mo></mrow><mn>12</mn></msub>'
    """
    name, again = split(text)
    if again:
        return f"<mrow>{mathml(name)}<mtext>\u00a0{again.strip()}</mtext></mrow>"
    label = _scripted(text)
    if label is None:
        return f"<mtext>{escape(text)}</mtext>"
    base = f"<mi>{label.letters}</mi>"
    if label.layer:
        base = f"<mrow>{base}<mo>[</mo><mn>{label.layer}</mn><mo>]</mo></mrow>"
    tag = "m" + "sub" * bool(label.lower) + "sup" * bool(label.upper)
    scripts = [f"<mi>{part}</mi>" if part.isalpha() else f"<mn>{part}</mn>" for part in label[4:2:-1] if part]
    return f"<{tag}>{base}{''.join(scripts)}</{tag}>" if scripts else base


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    wide = sum(unicodedata.east_asian_width(c) in ("W", "F") for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)
