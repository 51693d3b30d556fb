"""Graphs and golden files that the tests of drawings share; asserts nothing itself."""

import xml.etree.ElementTree as ET
from pathlib import Path

from autograd import Value, values

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"


def chain_rule_example() -> tuple[Value, Value, Value, Value]:
    """Return J, a, b, c of the notes: J = 3(a + bc) at (5, 3, 2), with u = bc and v = a + u."""
    a, b, c = values(a=5.0, b=3.0, c=2.0)
    u = b * c
    u.label = "u"
    v = a + u
    v.label = "v"
    J = 3 * v
    J.label = "J"
    return J, a, b, c


def words(svg: str) -> list[str]:
    """Return every text of a picture, after parsing it as XML."""
    return [
        (element.text or "").strip().replace("\xa0", " ") for element in ET.fromstring(svg).iter(f"{SVG}text")
    ]


def holds(name: str, text: str) -> bool:
    """Say whether `text` is what the golden file holds."""
    return (GOLDEN / name).read_text(encoding="utf-8") == text
