"""Turns the small LaTeX of the table's rows into MathML, which browsers draw without a library.

It knows only notation: fractions, roots, scripts, accents, Greek letters, cases. It refuses to know any row
or node, and it never passes text through as markup: what it does not understand is shown as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from viz.player.mathml import fraction, number, operator, row, text

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:\.\d+)?(?:e[+-]?\d+)?|\s+|.", re.DOTALL)


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_LETTERS = _pairs(
    """
    alpha α beta β gamma γ delta δ epsilon ϵ zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π
    rho ρ sigma σ tau τ upsilon υ phi ϕ chi χ psi ψ omega ω varepsilon ε varphi φ Gamma Γ Delta Δ Theta Θ
    Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω partial ∂ infty ∞ ell ℓ nabla ∇
    """
)
_FUNCTIONS = frozenset(
    re.findall(r"\w+", "arccos arcsin arctan cos cosh exp inf ln log max min sec sin sinh sup tan tanh")
)
_OPERATORS = _pairs(
    """
    cdot · times × div ÷ pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ lt < gt > approx ≈ sum ∑ prod ∏ to → in ∈
    mapsto ↦ leftarrow ← rightarrow → land ∧ lor ∨ lnot ¬ mid | vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖
    lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ langle ⟨ rangle ⟩ ldots … dots … cdots ⋯ prime ′ lbrace { rbrace }
    { { } } | ‖ # # % % & & $ $ _ _
    """
)
_ACCENTS = {"bar": "¯", "overline": "¯", "hat": "^", "tilde": "~", "dot": "˙", "vec": "→"}
_SPACES = {",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.28em", "!": "0", "quad": "1em"}
_UPRIGHT = {"mathrm", "operatorname", "operatorname*", "text", "textrm", "mathbf", "mathit", "mathtt", "mbox"}
_SIZES = {"big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle", "limits", "nolimits"}
_WORDS = {
    r"\textasciicircum": "^",
    r"\textasciitilde": "~",
    r"\textbackslash": "\\",
    r"\textless": "<",
    r"\textgreater": ">",
}


def is_hole(text: str) -> bool:
    """Say whether a character is a hole: one of Unicode's private characters, for the caller to fill."""
    return "\U000f0000" <= text <= "\U000ffffd"


@lru_cache(maxsize=4096)
def mathml(latex: str) -> str:
    r"""Translate a formula; the caller puts it inside ``<math>``.

    Parameters
    ----------
    latex : str
        LaTeX as the table's rows and the notes' labels use it.

    Returns
    -------
    str
        One MathML element. A command that is not known is shown as its own source text.

    Examples
    --------
    >>> mathml(r"\frac{x}{y}")
    '<mfrac><mi>x</mi><mi>y</mi></mfrac>'
    >>> mathml("w^1_{11}")
    '<msubsup><mi>w</mi><mn>11</mn><mn>1</mn></msubsup>'
    """
    try:
        return _Translator(latex).whole()
    except (IndexError, RecursionError):  # an unfinished or absurdly nested formula: show what was written
        return text(latex)


class _Translator:
    """A recursive-descent reader over the tokens of one formula."""

    def __init__(self, latex: str) -> None:
        self.tokens = _TOKEN.findall(latex)
        self.at = 0

    def whole(self) -> str:
        pieces = []
        while self.at < len(self.tokens):
            if self.peek() in ("}", "&"):  # a stray one belongs to nothing
                pieces.append(operator(self.take()))
            pieces.extend(self.items(()))
        return row(*pieces)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return str(self.tokens[self.at - 1])

    def items(self, stops: tuple[str, ...]) -> Iterator[str]:
        """Yield scripted atoms until a stop, a closing brace or a cell's end."""
        while self.at < len(self.tokens) and self.peek() not in ("}", "&", *stops):
            if self.peek().isspace():
                self.at += 1
            else:
                yield self.scripted()

    def scripted(self) -> str:
        base, below, above = "<mrow></mrow>" if self.peek() in "^_" else self.atom(), "", ""
        while (mark := self.peek()) in ("^", "_", "'"):
            self.at += 1
            if mark == "'":
                above = row(above, "<mo>′</mo>") if above else "<mo>′</mo>"
            elif mark == "^":
                above = self.argument()
            else:
                below = self.argument()
        stacked = base in ("<mo>∑</mo>", "<mo>∏</mo>")
        if below and above:
            return (f"<munderover>{base}{below}{above}</munderover>" if stacked
                    else f"<msubsup>{base}{below}{above}</msubsup>")  # fmt: skip
        if below:
            return f"<munder>{base}{below}</munder>" if stacked else f"<msub>{base}{below}</msub>"
        return f"<msup>{base}{above}</msup>" if above else base

    def argument(self) -> str:
        while self.peek().isspace():
            self.at += 1
        if self.peek() == "{":
            return self.group()
        if re.fullmatch(r"\d{2,}.*", self.peek()):  # TeX takes one digit: w_11 is w_1 1
            digits = self.tokens[self.at]
            self.tokens[self.at : self.at + 1] = [digits[0], digits[1:]]
        return self.atom()

    def group(self) -> str:
        self.at += 1
        pieces = list(self.items(()))
        self.close("}")
        return row(*pieces)

    def close(self, token: str) -> None:
        if self.take() != token:
            raise IndexError(token)

    def source(self) -> str:
        """Return a braced group as the plain text that it is."""
        if self.peek() != "{":
            return self.take()
        depth, start = 0, self.at
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return "".join(self.tokens[start + 1 : self.at - 1])

    def atom(self) -> str:
        token = self.take()
        if token == "{":
            self.at -= 1
            return self.group()
        if token[0] == "\\" and len(token) > 1:
            return self.command(token[1:])
        if token[0].isdigit():
            return number(token)
        return f"<mi>{escape(token)}</mi>" if token.isalpha() or is_hole(token) else operator(token)

    def command(self, name: str) -> str:
        if name in _LETTERS:
            return f"<mi>{_LETTERS[name]}</mi>"
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>"
        if name in _OPERATORS:
            return operator(_OPERATORS[name])
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}"/>'
        if name in ("frac", "tfrac", "dfrac"):
            return fraction(self.argument(), self.argument())
        if name == "sqrt":
            return self.root()
        if name in _ACCENTS:
            return f'<mover accent="true">{self.argument()}<mo stretchy="false">{_ACCENTS[name]}</mo></mover>'
        if name in _UPRIGHT:
            return self.upright(name)
        if name in ("left", "right"):
            fence = self.take()
            if fence == ".":
                return ""
            return operator(_OPERATORS.get(fence[1:], fence) if len(fence) > 1 else fence)
        if name == "begin":
            return self.table()
        return "" if name in _SIZES else text("\\" + name)

    def root(self) -> str:
        if self.peek() != "[":
            return f"<msqrt>{self.argument()}</msqrt>"
        self.at += 1
        degree = row(*self.items(("]",)))
        self.close("]")
        return f"<mroot>{self.argument()}{degree}</mroot>"

    def upright(self, name: str) -> str:
        words = re.sub(r"(\\text[a-z]+)(?:\{\})?", lambda word: _WORDS.get(word[1], word[0]), self.source())
        words = re.sub(r"\\([_%#&${} ])", r"\1", words)
        if name.startswith("operatorname") or (name == "mathrm" and words.isalpha()):
            return f'<mi mathvariant="normal">{escape(words)}</mi>'
        return text(words)

    def table(self) -> str:
        kind, rows, cells = self.source(), [], []
        while True:
            cells.append(f"<mtd>{row(*self.items((chr(92) * 2, chr(92) + 'end')))}</mtd>")
            mark = self.take()
            if mark != "&":
                rows.append(f"<mtr>{''.join(cells)}</mtr>")
                cells = []
            if mark == "\\end":
                self.source()
                break
        body = f'<mtable columnalign="left">{"".join(rows)}</mtable>'
        return f"<mrow><mo>{{</mo>{body}</mrow>" if kind == "cases" else body
