"""How an operation is written: as the learner typed it, in plain mathematics, in LaTeX.

One table of precedence and one rule for brackets serve all of them. A way of writing is a `Forms`; a further
one, such as MathML, is a further instance. Knows a row by its columns of text, and no node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from autograd.text import labels
from autograd.text.numbers import ends, number
from autograd.text.precedence import ATOM, NEGATIVE, POWER, PRECEDENCE, PRODUCT, Template, template, without

T = TypeVar("T")
Row = Any  # of the table: its columns name, parameters, sequences, symbol, precedence and latex are read

LISTED = 6  # so many operands of a function are written, half of them from the end


class Piece(NamedTuple):
    """A text that was written, and how tightly it binds."""

    text: str
    level: int = ATOM


@dataclass(frozen=True, eq=False)
class Forms:
    r"""One way of writing mathematics; everything that depends on it is a text or writes one.

    Parameters
    ----------
    digits, name, words : callable
        Write a number, a label, and words that must stay words.
    signs : mapping
        What stands between two operands, for each sign.
    bracket, fraction, power, comma, times, omitted : str
        Templates, and what stands between operands and between factors. Without a `fraction` all is set in
        one line, signs between.
    total, partial, slope : str
        The d of a gradient, the ∂ of a local derivative, and the template that both are written by.
    function, in_slot, bar : callable
        Write a call, a local derivative in one operand alone, and a gradient as a bar over its node.
    group : callable
        Makes one thing of a text, where a template takes it as a whole.
    minus : str
        What the text of a negative begins with.
    template : callable, optional
        Returns a row's own way of being written for a number of operands; None for a call of its name.
    typed : bool
        As Python reads it: ``a * -3``, and ``a + (b + c)`` is not ``a + b + c``.

    Examples
    --------
    >>> a, b = PLAIN.named("a"), PLAIN.named("b")
    >>> for forms in (TYPED, PLAIN, LATEX):
    ...     total = forms.infix("+", a, b)
    ...     print(forms.infix("*", total, forms.number(-2.0)).text)
    ...     print(forms.infix("/", a, total).text)
    (a + b) * -2
    a / (a + b)
    (a + b)·(-2)
    a / (a + b)
    \left(a + b\right) \cdot \left(-2\right)
    \frac{a}{a + b}
    """

    digits: Callable[[float], str]
    name: Callable[[str], str] = str
    words: Callable[[str], str] = str
    signs: Mapping[str, str] = field(default_factory=dict)
    pi: str = "π"
    bracket: str = "({})"
    fraction: str = ""
    power: str = ""
    comma: str = ", "
    times: str = " · "
    omitted: str = "({} more)"
    total: str = "d"
    partial: str = "∂"
    slope: str = "{d}{above}/{d}{below}"
    function: Callable[[str, str], str] = "{}({})".format
    in_slot: Callable[[int, str], str] = lambda slot, name: f"∂{labels.lowered(str(slot))}{name}"
    bar: Callable[[str], str] = labels.barred
    group: Callable[[str], str] = str
    minus: str = "-"
    template: Callable[[Row, int, int], Template | None] = lambda row, operands, left_out: None
    typed: bool = False

    @property
    def typeset(self) -> bool:
        """Whether this is mathematics on more than one line, and not a text."""
        return self.fraction != ""

    def number(self, x: float) -> Piece:
        """Write a number; a negative one binds as the operation that its sign is."""
        return Piece(self.digits(x), NEGATIVE if x < 0 else ATOM)

    def named(self, label: str) -> Piece:
        """Write a label."""
        return Piece(self.name(label))

    def bracketed(self, text: str) -> str:
        """Put brackets around a text."""
        return self.bracket.format(text)

    def inside(self, piece: Piece, needed: int, signed: bool = False) -> str:
        """Return a part's text, in brackets where it binds too loosely or brings a second sign."""
        loose = piece.level < needed or (signed and piece.text.startswith(self.minus))
        return self.bracketed(piece.text) if loose else piece.text

    def negative(self, operand: Piece) -> Piece:
        """Write the negative of an operand."""
        return Piece(self.minus + self.inside(operand, NEGATIVE, signed=True), NEGATIVE)

    def infix(self, symbol: str, left: Piece, right: Piece, level: int = 0) -> Piece:
        """Write an operation of two operands; a sign that is not in `PRECEDENCE` brings its `level`."""
        level, sign = PRECEDENCE.get(symbol, level), self._sign(symbol)
        if symbol == "/" and self.typeset:
            return Piece(self.fraction.format(self.group(left.text), self.group(right.text)), POWER)
        if symbol == "**":
            base = self.inside(left, ATOM, signed=True)
            if self.typeset:
                return Piece(self.power.format(self.group(base), self.group(right.text)), level)
            return Piece(base + sign + self.inside(right, level), level)
        apart = self.typed or symbol not in "+*"
        first = self.inside(left, ATOM if symbol == "*" and self._spaced(left) else level + (level < 0))
        second = self.inside(right, level + apart, signed=not self.typed and level > 0)
        return Piece(first + sign + second, level)

    def _sign(self, symbol: str) -> str:
        return self.signs.get(symbol) or f" {symbol} "

    def call(self, name: str, operands: Sequence[str]) -> Piece:
        """Write the call of a function."""
        return Piece(self.function(name, self.comma.join(operands)))

    def operation(
        self,
        row: Row,
        operands: Sequence[T],
        write: Callable[[T], Piece],
        listed: int = LISTED,
        left_out: int = 0,
    ) -> Piece:
        """Write a row applied to its operands.

        Parameters
        ----------
        row : Row
        operands : sequence
            Whatever stands for the operands, in the row's order.
        write : callable
            Writes one operand; asked only for those that are shown.
        listed : int
            So many operands of a function are shown, half of them from the end.
        left_out : int
            How many operands at the end are not among them.
        """
        if row.symbol == "-" and len(operands) == 1:
            return self.negative(write(operands[0]))
        infix = row.symbol and len(operands) == 2
        template = None if row.symbol in PRECEDENCE else self.template(row, len(operands), left_out)
        if infix and template is None:
            left, right = map(write, operands)
            return self.infix(row.symbol, left, right, row.precedence)
        if template is not None:
            parts = self._filled(template, operands, write, row.precedence)
            return Piece("".join(parts), row.precedence or template.level)
        head, more, tail = ends(operands, listed)
        gap = [self.omitted.format(more)] if more else []
        return self.call(row.name, [*(write(x).text for x in head), *gap, *(write(x).text for x in tail)])

    def _filled(
        self, template: Template, operands: Sequence[T], write: Callable[[T], Piece], level: int
    ) -> Iterator[str]:
        for part in template.parts:
            if isinstance(part, str):
                yield part
            else:
                needed = max(part.needed, level + (part.operand > 0) if level else 0)
                yield self.inside(write(operands[part.operand]), needed, part.signed)

    def compared(self, symbol: str, left: str, right: str) -> str:
        """Write a comparison."""
        return left + self._sign(symbol) + right

    def product(self, factors: Sequence[Piece]) -> str:
        """Write a line of factors, wide apart.

        Examples
        --------
        >>> c, one = PLAIN.named("c"), PLAIN.number(-1.0)
        >>> PLAIN.product([c, one, PLAIN.infix("+", c, one)])
        'c · (-1) · (c + (-1))'
        """
        if len(factors) == 1:
            return factors[0].text
        return self.times.join(
            self.inside(factor, ATOM if self._spaced(factor) else PRODUCT, signed=i > 0)
            for i, factor in enumerate(factors)
        )

    def grouped(self, name: Piece) -> str:
        """Put brackets around a name that is an operation on the outside."""
        return self.bracketed(name.text) if composite(name.text) else name.text

    def _spaced(self, piece: Piece) -> bool:
        """Say whether a text would fall apart in a product, which is set more tightly: it holds spaces."""
        return not (self.typed or self.typeset) and composite(piece.text)


def composite(text: str) -> bool:
    """Say whether a text is an operation on the outside, so that it needs brackets to be one thing.

    Examples
    --------
    >>> composite("a + b"), composite("relu(a + b)"), composite("x")
    (True, False, False)
    """
    depth = 0
    for c in text:
        depth += (c in "({") - (c in ")}")
        if c == " " and not depth:
            return True
    return False


def _latex_number(x: float) -> str:
    mantissa, _, exponent = number(x).partition("e")
    mantissa = mantissa.replace("inf", r"\infty").replace("nan", r"\text{nan}")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _latex_template(row: Row, operands: int, left_out: int) -> Template | None:
    if row.sequences or not row.latex:
        return None
    return template(without(row.latex, row.parameters[operands:]), row.parameters)


TYPED = Forms(number, labels.drawn, typed=True)
PLAIN = Forms(number, labels.drawn, signs={"*": "·", "<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ "})
LATEX = Forms(
    _latex_number,
    labels.latex,
    lambda words: rf"\text{{{labels.escaped(words)}}}",
    {"*": r" \cdot ", "<=": r" \le ", ">=": r" \ge ", "==": " = ", "!=": r" \ne "},
    pi=r"\pi",
    bracket=r"\left({}\right)",
    fraction=r"\frac{}{}",
    power="{}^{}",
    times=r" \cdot ",
    omitted=r"\underbrace{{\cdots}}_{{{}\ \text{{more}}}}",
    total=r"\mathrm{d}",
    partial=r"\partial ",
    slope=r"\frac{{{d}{above}}}{{{d}{below}}}",
    function=lambda name, operands: rf"\operatorname{{{labels.escaped(name)}}}({operands})",
    in_slot=r"\partial_{{{}}} {}".format,
    bar=r"\overline{{{}}}".format,
    group="{{{}}}".format,
    template=_latex_template,
)
