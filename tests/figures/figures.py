"""Graphs and golden files that the tests of drawings share, and the check against a golden file."""

import os
import xml.etree.ElementTree as ET
from difflib import unified_diff
from pathlib import Path

import pytest

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
    """Say whether `text` is what the golden file holds, or fail with what differs and how to take it over."""
    file = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    golden = file.read_text(encoding="utf-8")
    if golden != text:
        changes = unified_diff(golden.splitlines(), text.splitlines(), name, "drawn now", lineterm="", n=0)
        advice = "If it is to be so from now on: GOLDEN=write python -m pytest tests/figures tests/player"
        pytest.fail("\n".join([f"{name} is drawn otherwise.", *changes, advice]))
    return True


def network_of_the_notes() -> tuple[Value, dict[tuple[int, int, int], Value]]:
    """Return L and the weights w[k, i, j] of fixture FX-4321 (identity) of notes 004, every O_kj labelled."""
    x = [Value(v, label=f"x_{i}") for i, v in enumerate((0.5, -1.0, 1.5, 2.0), 1)]
    matrices = [
        [[0.1, 0.2, 0.3], [0.4, -0.5, 0.6], [-0.7, 0.8, 0.9], [1.0, -1.1, 0.2]],
        [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]],
        [[0.7], [-0.8]],
    ]
    w: dict[tuple[int, int, int], Value] = {}
    outputs = x
    for k, matrix in enumerate(matrices, 1):
        sums = []
        for j in range(1, len(matrix[0]) + 1):
            for i in range(1, len(matrix) + 1):
                w[k, i, j] = Value(matrix[i - 1][j - 1], label=f"w^{k}_{{{i}{j}}}")
            total = w[k, 1, j] * outputs[0]
            for i in range(2, len(matrix) + 1):
                total = total + w[k, i, j] * outputs[i - 1]
            total.label = f"O_{{{k}{j}}}"
            sums.append(total)
        outputs = sums
    loss = (1 - outputs[0]) ** 2
    loss.label = "L"
    return loss, w
