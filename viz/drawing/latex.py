r"""Sets the texts of a drawing in LaTeX: mathematics as mathematics, words as words, in plain ASCII.

A text of a picture may be the learner's own. Whatever it holds, none of it becomes a command: what is not
among the known mathematics is escaped, character by character. It knows neither boxes nor places.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from autograd.text import labels

_SYMBOLS = {
    "·": r"\cdot ", "×": r"\times ", "∂": r"\partial ", "→": r"\to ", "←": r"\leftarrow ", "…": r"\dots ",
    "⋮": r"\vdots ", "−": "-", "±": r"\pm ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ",
    "∞": r"\infty ", "∇": r"\nabla ", "∑": r"\sum ", "∏": r"\prod ", "∈": r"\in ", "√": r"\surd ",
    "′": "{}^{\\prime}", "°": r"{}^{\circ}", "\u00a0": "~", "\u03c2": r"\varsigma ",
}  # fmt: skip
_LETTERS = {
    "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "ı": "i",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0331": "b",
}  # fmt: skip
_GREEK = re.compile("GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)")
_CAPITALS = {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}
_SMALL = {"<super>": "^", "<sub>": "_"}
_FOREIGN = re.compile(r"[a-zA-Z][\u0300-\u036f]+|[^ -~]")
_VARIABLE = "[^\\W\\d_][⁰¹²³⁴-⁹₀-₉]*(?!\\w)"  # a letter with indices
_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?(?!\w))"
    rf"|d(?P<above>{_VARIABLE})/d(?P<below>{_VARIABLE})"
    r"|(?P<name>[^\W\d_][\w\u0300-\u036f]*(?:,[₀-₉]+)*)"
    r"|(?P<sign>[-+=/*<>|·×∂→←…⋮−±≤≥≠≈∞∇∑∏∈√])|(?P<other>.)",
    re.DOTALL,
)
_SIGNS = {*"+-=/*<>|", *_SYMBOLS.values()} - {_SYMBOLS["∂"], _SYMBOLS["…"], _SYMBOLS["∞"]}
_BETWEEN = _SIGNS - {"-"}
_WORDS = ("a", "A", "d")  # of sentences, unless something is called so
_QUOTES = {'"': "''", "`": r"\textasciigrave{}", "-": "-{}", "<": "$<$", ">": "$>$", "|": "$|$"}


class Typesetter:
    r"""Writes texts in LaTeX.

    Parameters
    ----------
    known : mapping
        Texts that are mathematics, and how LaTeX writes them inside ``$``: names, formulas, derivatives.

    Examples
    --------
    >>> write = Typesetter({"dJ/dv": r"\mathrm{d}J/\mathrm{d}v", "a + u": "a + u"})
    >>> print(write("v = a + u"), write("dJ/dv: not yet"), write("so far -0.5 (50%)"))
    $v = a + u$ $\mathrm{d}J/\mathrm{d}v$: not yet so far $-0.5$ ($50$\%)
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = dict(known)
        longest_first = sorted(filter(None, known), key=len, reverse=True)
        self._known = re.compile("|".join(map(_whole, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """Return a text in LaTeX."""
        pieces: list[tuple[bool, str]] = []  # whether it is mathematics, and the piece
        place = 0
        for match in self._known.finditer(text):
            pieces += _tokens(text[place : match.start()])
            pieces.append((True, self.known[match[0]]))
            place = match.end()
        pieces += _tokens(text[place:])
        return ascii_only("".join(_islands(pieces)))


def _whole(text: str) -> str:
    """Return a pattern that finds a text where it is no part of a longer word."""
    article = "(?! [a-z]{2})" if text == "a" else ""  # "a node" is no variable
    before, after = (r"\b" if re.match(r"\w", end) else "" for end in (text[0], text[-1]))
    return before + re.escape(text) + after + article


def _tokens(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text that is not known."""
    for match in _TOKEN.finditer(text):
        part = match[0]
        if match["number"]:
            mantissa, _, exponent = part.partition("e")
            yield True, rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else part
        elif match["above"]:
            above, below = map(labels.latex, match.group("above", "below"))
            yield True, rf"\mathrm{{d}}{above}/\mathrm{{d}}{below}"
        elif match["name"]:
            read = labels.read(part)
            variable = read is not None and len(read.letters) == 1 and read.letters.isalpha()
            yield (True, labels.latex(part)) if variable and part not in _WORDS else (False, _escaped(part))
        elif match["sign"] and not _hyphen(text, match.start()):
            yield True, _SYMBOLS.get(part, part)
        else:
            yield False, _escaped(part)


def _hyphen(text: str, place: int) -> bool:
    """Say whether a sign joins two words, as in `look-up`."""
    around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    return text[place] in "-/" and len(around) == 2 and around.isalpha()


def _escaped(text: str) -> str:
    return "".join(_QUOTES.get(c) or labels.escaped(c) for c in text)


def _islands(pieces: list[tuple[bool, str]]) -> Iterator[str]:
    """Yield the pieces with ``$`` around those that are mathematics; blanks between these are LaTeX's."""
    inside = False
    for i, (mathematics, piece) in enumerate(pieces):
        comes, follows = pieces[i + 1] if pieces[i + 1 :] else (False, "")
        if not piece.strip() and comes and (inside or follows in _BETWEEN):
            yield r"\ " if inside and {pieces[i - 1][1], follows}.isdisjoint(_SIGNS) else ""
            continue
        if mathematics != inside:
            yield "${}" if piece in _BETWEEN else "$"
        elif inside and pieces[i - 1][1].isspace():
            yield " "
        inside = mathematics
        yield piece
    if inside:
        yield "$"


def ascii_only(latex: str) -> str:
    r"""Return LaTeX in which every other character is a command that is right in text and in formulas.

    What LaTeX's own fonts do not have is written by its number.

    Examples
    --------
    >>> print(ascii_only("λ²"), ascii_only("Größe"), ascii_only("漢"))
    \ensuremath{\lambda }\ensuremath{{}^{2}} Gr\text{\"{o}}\text{\ss{}}e \text{\texttt{U+6F22}}
    """
    return _FOREIGN.sub(lambda match: _command(match[0]), unicodedata.normalize("NFC", latex))


def _command(cluster: str) -> str:
    """Return the command for a character, or for a letter with accents."""
    if cluster in _SYMBOLS:
        return rf"\ensuremath{{{_SYMBOLS[cluster]}}}"
    if cluster in _LETTERS:
        return rf"\text{{\{_LETTERS[cluster]}{{}}}}"
    kind, _, code = unicodedata.decomposition(cluster[0]).partition(" ")
    if kind in _SMALL:
        return rf"\ensuremath{{{{}}{_SMALL[kind]}{{{ascii_only(chr(int(code, 16)))}}}}}"
    if kind == "<circle>":
        digits = unicodedata.normalize("NFKC", cluster)
        return rf"\text{{\textcircled{{$\scriptscriptstyle {digits}$}}}}"
    greek = _GREEK.fullmatch(unicodedata.name(unicodedata.normalize("NFKC", cluster)[0], ""))
    if greek and len(cluster) == 1:
        name = "Lambda" if greek[2] == "LAMDA" else greek[2].title()
        if greek[1] == "SMALL" and name != "Omicron":
            return rf"\ensuremath{{\{name.lower()} }}"
        if name in _CAPITALS:
            return rf"\ensuremath{{\{name} }}"
    parted = unicodedata.normalize("NFD", cluster)
    base, marks = parted[0], parted[1:]
    if base.isascii() and base.isalpha() and all(mark in _ACCENTS for mark in marks):
        for mark in marks:
            dotless = base in ("i", "j") and _ACCENTS[mark] not in "dcb"
            base = rf"\{_ACCENTS[mark]}{{{chr(92) * dotless}{base}}}"
        return rf"\text{{{base}}}"
    return "".join(rf"\text{{\texttt{{U+{ord(c):04X}}}}}" for c in cluster)
