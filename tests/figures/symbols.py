"""Reads an output as a reader does: which symbol of a derivative is said to be which number.

A further kind of output is a further row of `OUTPUTS` in `test_symbols.py`: a function from a result and a
leaf to text. What is markup is made text first, by `of_svg`, `of_dot`, `of_latex`.
"""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict

_PART = r"(?:\((?:[^()]|\([^()]*\))*\)|[^\s/()=·,:+]+)"
SYMBOL = rf"[d∂]{_PART}/[d∂]{_PART}|∂[₀-₉]+{_PART}|d{_PART}|\w\u0304[^\s/=·,:]*(?: \(\d+\))?|bar\([^()]*\)"
_LEFT = re.compile(rf"(?:^|\s)({SYMBOL})$")
_NUMBER = re.compile(r"(-?(?:\d[\d.]*(?:e-?\d+)?|inf)|nan)(?=$|[\s,;])")
_CUT = re.compile(r" {3,}|, |; |: |^\d+ +(?:forward|backward) +|[①②③④⑤⑥⑦]+ ")


def pairs(text: str) -> list[tuple[str, str]]:
    """Return every symbol that stands alone on the left of a chain of =, with the number at its right end.

    Lines that begin with = go on with the line before; a product of symbols is not one symbol.
    """
    found = []
    for line in re.sub(r"\n\s*= ", " = ", text).splitlines():
        for statement in _CUT.split(line):
            left, *rest = statement.split(" = ")
            symbol, number = _LEFT.search(left.rstrip()), _NUMBER.match(rest[-1]) if rest else None
            if symbol and number and " · " not in left:
                found.append((symbol[1], number[1]))
    return found


def meanings(text: str) -> dict[str, set[str]]:
    """Return the numbers that each symbol of a derivative stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for symbol, number in pairs(text):
        found[symbol].add(number)
    return dict(found)


def ambiguous(text: str) -> dict[str, set[str]]:
    """Return those symbols that stand for more than one number."""
    return {symbol: numbers for symbol, numbers in meanings(text).items() if len(numbers) > 1}


def of_svg(svg: str) -> str:
    """Return the words of a picture, line by line."""
    texts = (element for element in ET.fromstring(svg).iter() if element.tag.endswith("}text"))
    return "\n".join("".join(element.itertext()).strip() for element in texts)


def of_dot(dot: str) -> str:
    """Return the labels of a picture in DOT, line by line."""
    labels = re.findall(r'label="((?:[^"\\]|\\.)*)"', dot)
    return "\n".join(line.strip() for label in labels for line in re.split(r"\\[lnr]", label))


def of_mathml(markup: str) -> str:
    """Return a formula of the player as plain text; beside a fraction of derivatives, a number or a name."""
    return _of_element(ET.fromstring(markup.replace("&nbsp;", " ")))


def _of_element(element: ET.Element) -> str:
    inside = [_of_element(child) for child in element]
    text = (element.text or "").replace("−", "-") if not inside else ""
    small = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    match element.tag:
        case "mfrac":
            return "/".join(inside)
        case "msub":
            return inside[0] + inside[1].translate(small)
        case "mover":
            return inside[0] + "\u0304"
        case "mo" if text in "=+·,":
            return f" {text} ".replace(" , ", ", ")
        case "mtext":
            return f" {text.strip(', ')} " if "as" in text else text
        case "div":
            return "".join(inside) + "\n"
    return text + "".join(inside)


def of_latex(latex: str) -> str:
    """Return a derivation in LaTeX as plain text: fractions of derivatives in one line."""
    text = re.sub(r"\\text\{((?:[^{}]|\\[{}])*)\}", r"\1", latex)
    text = re.sub(r"_\{(\w+)\}", lambda m: m[1].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), text)
    text = text.replace(r"\partial ", "∂").replace(r"\mathrm{d}", "d").replace(r"\partial", "∂")
    text = re.sub(r"\\frac\{([d∂][^{}]*)\}\{([d∂][^{}]*)\}", lambda m: f"{m[1]}/{m[2]}", text)
    text = (
        re.sub(r"∂([₀-₉]+) ", r"∂\1", text).replace(r"\left", "").replace(r"\right", "").replace(r"\ ", " ")
    )
    text = text.replace(r"\cdot", "·").replace(r"\quad", "  ").replace(r"\\", "")
    text = re.sub(r"·\s10\^\{(-?\d+)\}", r"e\1", text)
    return re.sub(r"^path \d+:\s*& ", "", text.replace("&=", "= "), flags=re.MULTILINE).replace("=  ", "= ")
