"""How labels, derivatives and numbers are written on every drawing."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from autograd import Graph, Value, exp, sin, values
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


def twice():
    """x·e^x at 1, where df/dx = 2e is not ∂f/∂x = e."""
    x = Value(1.0, label="x")
    f = x * exp(x)
    f.label = "f"
    f.backward()
    return f, x


def test_the_notation_of_the_notes_is_refused_where_two_numbers_would_share_a_symbol():
    f, x = twice()
    with pytest.raises(ValueError, match="notation=") as refused:
        viz.graph(f, notation="notes")
    for part in (
        "∂f/∂x would stand for two numbers",
        "5.437, the gradient of f by x over all 2 ways",
        "2.718, the",
        "on the arrow from x to f alone",
        'notation="leibniz"',
        "Graph(root).collapse(leaves)",
    ):
        assert part in str(refused.value)
    for draw in (lambda: viz.paths(f, x, notation="notes"), lambda: viz.walkthrough(f, notation="notes")):
        with pytest.raises(ValueError, match="two numbers"):
            draw()
    x.data = 0.0  # here both are 1, and are still two things
    f.forward()
    with pytest.raises(ValueError, match="two numbers"):
        viz.graph(f, notation="notes")


def test_drawn_from_its_leaves_alone_a_result_may_be_written_as_in_the_notes():
    f, x = twice()
    text = viz.graph(Graph(f).collapse([x]), notation="notes").text
    assert "∂f/∂x = 5.437" in text and "← x   ∂f/∂x = 5.437" in text and "df" not in text
    assert "∂ in a box counts every way from a node to f." in text


def test_a_square_may_be_written_as_in_the_notes_for_its_arrows_are_numbered():
    x = Value(3.0, label="x")
    y = x * x
    y.backward()
    text = viz.graph(y, notation="notes").text
    assert "∂f/∂x = 6" in text and "∂₁f = 3" in text


@pytest.mark.parametrize(
    ("notation", "first"),
    [("leibniz", "d counts"), ("dvar", "d counts"), ("bar", "A bar counts"), ("notes", "∂ in a box counts")],
)
def test_a_picture_says_once_what_its_symbols_mean(notation, first):
    w, x = values(w=2.0, x=3.0)
    figures = viz.graph(w * x, notation=notation), viz.paths(w * x, w, notation=notation)
    for figure, start in zip(figures, ("a node", "w"), strict=True):
        assert figure.text.count(f"{first} every way from {start} to f.") == 1
        assert figure.text.count("holds everything else still.") == 1


def test_the_notes_networks_say_why_the_notes_write_the_sign_of_arrows():
    w, x = Value(2.0, "w^1_{11}"), Value(3.0, "x_1")
    told = "Drawn from its leaves alone, f has one arrow from each"
    assert viz.graph(w * x).text.count(told) == 1
    assert told not in viz.graph(x * 2.0).text


def test_an_operand_that_is_not_drawn_is_told_below():
    x = y = Value(0.5, label="x")
    for _ in range(20):
        y = sin(y)
    other = exp(Value(1.0, label="a") * Value(2.0, label="b"))
    figure = viz.paths(y * other, x)
    assert "v₂₂ = exp(v₂₁)" in figure.drawing.caption and "v₂₁ = a * b" in figure.drawing.caption


def test_a_notation_is_refused_that_would_write_a_gradient_as_a_node_is_called():
    x, dx = values(x=2.0, dx=3.0)
    with pytest.raises(
        ValueError, match="a node is called dx, too: it would stand for two numbers"
    ) as refused:
        viz.graph(x * dx, notation="dvar")
    assert "Give that node another label" in str(refused.value) and "which writes df/dx" in str(refused.value)
    w, bar = Value(1.0, "w"), Value(2.0, "w\u0304")
    with pytest.raises(ValueError, match="two numbers"):
        viz.graph(w * bar, notation="bar")
    assert "dx = 3" in viz.graph(x * dx).text
