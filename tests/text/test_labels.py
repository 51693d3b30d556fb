"""A label is read once and written four ways, whatever indices it has and whatever a learner types."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.text import labels

SUB, SUP, BOTH = "<msub>{}{}</msub>", "<msup>{}{}</msup>", "<msubsup>{}{}{}</msubsup>"
W, W1 = "<mi>w</mi>", "<mrow><mi>w</mi><mo>[</mo><mn>1</mn><mo>]</mo></mrow>"


@pytest.mark.parametrize(
    ("label", "drawn", "latex", "mathml"),
    [
        ("w", "w", "w", W),
        ("x_2", "x₂", "x_{2}", SUB.format("<mi>x</mi>", "<mn>2</mn>")),
        ("w^1_{11}", "w¹₁₁", "w^{1}_{11}", BOTH.format(W, "<mn>11</mn>", "<mn>1</mn>")),
        ("w^1_{11,2}", "w¹₁₁,₂", "w^{1}_{11,2}", BOTH.format(W, "<mn>11,2</mn>", "<mn>1</mn>")),
        ("O_{1,12}", "O₁,₁₂", "O_{1,12}", SUB.format("<mi>O</mi>", "<mn>1,12</mn>")),
        ("w[1]_{12}", "w[1]₁₂", "w[1]_{12}", SUB.format(W1, "<mn>12</mn>")),
        ("w[1]_{11,2}", "w[1]₁₁,₂", "w[1]_{11,2}", SUB.format(W1, "<mn>11,2</mn>")),
        ("w[1]", "w[1]", "w[1]", W1),
        ("x_i", "xᵢ", "x_{i}", SUB.format("<mi>x</mi>", "<mi>i</mi>")),
        ("x^i", "x^i", "x^{i}", SUP.format("<mi>x</mi>", "<mi>i</mi>")),
        ("w₁", "w₁", "w_{1}", SUB.format(W, "<mn>1</mn>")),
        ("theta", "theta", r"\theta", "<mi>theta</mi>"),
        ("theta_1", "theta₁", r"\theta_{1}", SUB.format("<mi>theta</mi>", "<mn>1</mn>")),
        ("loss", "loss", r"\text{loss}", "<mi>loss</mi>"),
        ("x1", "x1", r"\text{x1}", "<mtext>x1</mtext>"),
        ("w_ij", "w_ij", r"\text{w\_ij}", "<mtext>w_ij</mtext>"),
        ("learning_rate", "learning_rate", r"\text{learning\_rate}", "<mtext>learning_rate</mtext>"),
        ("a < b", "a < b", r"\text{a < b}", "<mtext>a &lt; b</mtext>"),
        ("", "", r"\text{}", "<mtext></mtext>"),
    ],
)
def test_one_reading_and_four_ways_of_writing(label: str, drawn: str, latex: str, mathml: str) -> None:
    assert labels.drawn(label) == drawn
    assert labels.latex(label) == latex
    assert labels.mathml(label) == mathml


@pytest.mark.parametrize(
    ("label", "letters", "indices"),
    [
        ("w^1_{12}", "w", ["1", "1", "2"]),
        ("w[1]_{11,2}", "w", ["1", "11", "2"]),
        ("x12", "x", ["12"]),
        ("x_12", "x", ["1", "2"]),
        ("z2_1", "z", ["2", "1"]),
        ("learning_rate", "learning_rate", []),
    ],
)
def test_letters_and_indices(label: str, letters: str, indices: list[str]) -> None:
    found = labels.read(label)
    assert found is not None
    assert (found.letters, found.indices) == (letters, indices)


@pytest.mark.parametrize("label", ["", "50%", "2x", "a b", "x_{1", "_private"])
def test_what_is_no_name_with_indices_is_not_taken_apart(label: str) -> None:
    found = labels.read(label)
    assert found is None or label == "x_{1"  # a brace that is not closed is forgiven


@given(st.text(max_size=30))
def test_any_text_becomes_latex_in_balance_and_mathml_without_foreign_elements(text: str) -> None:
    written = re.sub(r"\\.", "", labels.latex(text))
    assert written.count("{") == written.count("}")
    clean = "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    root = ET.fromstring(f"<math>{labels.mathml(clean)}</math>")
    assert {element.tag for element in root.iter()} <= {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "msub",
        "msup",
        "msubsup",
    }


@given(st.text("wx12,^_{}[]₁²ᵢ", max_size=10))
def test_a_label_that_was_drawn_is_read_as_before(text: str) -> None:
    assert labels.drawn(labels.drawn(text)) == labels.drawn(text)
    assert labels.mathml(labels.drawn(text)) == labels.mathml(text)
