"""How labels, derivatives and numbers are written on every drawing."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.text import symbols
from autograd.text.forms import Piece
from autograd.text.numbers import addition, product
from viz.figures.names import DRAWN, LONGEST, pretty, visible


def test_indices_in_the_notes_manner_become_small_digits_and_names_stay():
    assert [pretty(s) for s in ("w^1_{11}", "w^1_11", "O_{31}", "x_2", "w_ij", "w_i")] == [
        "w¹₁₁", "w¹₁₁", "O₃₁", "x₂", "w_ij", "wᵢ",
    ]  # fmt: skip
    assert [pretty(s) for s in ("learning_rate", "_private", "x2", "2^3", "a^b", "")] == [
        "learning_rate", "_private", "x2", "2^3", "a^b", "",
    ]  # fmt: skip


def test_what_cannot_be_seen_is_shown_by_its_escape():
    assert visible("a\nb\t\x00") == r"a\nb\t\x00"
    assert visible("ev\u202eil") == r"ev\u202eil"
    assert visible("lone \ud800 half") == r"lone \ud800 half"
    assert visible("👩‍🚀 and ü") == "👩‍🚀 and ü"


@given(st.text(st.characters(), max_size=80))
def test_a_visible_label_is_one_line_of_printable_text_that_xml_can_hold(label):
    shown = visible(label)
    assert len(shown) <= LONGEST
    assert shown.encode("utf-8").decode("utf-8") == shown  # no lone surrogate
    assert not {unicodedata.category(c) for c in shown if c not in "\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }


def gradient(root, node, notation="leibniz"):
    return symbols.gradient(DRAWN, Piece(root), Piece(node), notation)


def test_each_notation_writes_the_gradient_its_own_way():
    assert gradient("L", "w") == "dL/dw"
    assert gradient("L", "w", "dvar") == "dw"
    assert unicodedata.normalize("NFC", gradient("L", "a", "bar")) == "ā"
    assert unicodedata.normalize("NFC", gradient("L", "a₁₁", "bar")) == "ā₁₁"
    assert gradient("L", "loss", "bar") == "bar(loss)"
    assert gradient("L", "w", "notes") == "∂L/∂w"
    assert gradient("L", "a + b") == "dL/d(a + b)"
    assert gradient("J", "b * c", "dvar") == "d(b * c)"


def test_the_local_derivative_of_a_repeated_operand_is_the_one_in_that_slot():
    x, y = Piece("x"), Piece("y")
    assert [symbols.local(DRAWN, y, x, slot) for slot in (None, 0, 1)] == ["∂y/∂x", "∂₁y", "∂₂y"]


@pytest.mark.row("S004-19")
def test_products_and_sums_show_their_signs():
    assert product([-3.794, 0.7, 0.1, 0.5]) == "-3.794·0.7·0.1·0.5"
    assert product([2.0, -1.0]) == "2·(-1)"
    assert addition([-0.13279, -0.30352]) == "-0.1328 - 0.3035"
    assert addition([1.0, math.inf, math.nan]) == "1 + inf + nan"
