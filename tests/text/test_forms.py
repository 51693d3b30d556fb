"""What is written has its brackets right: read by the rules of mathematics, it means what was meant."""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction
from operator import add, mul, sub, truediv
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Primitive
from autograd.table.language import COMPARISONS
from autograd.table.primitive import TABLE
from autograd.text.forms import LATEX, PLAIN, TYPED, Forms, Piece
from autograd.text.precedence import PRECEDENCE, template

LETTERS = {"a": Fraction(3, 7), "b": Fraction(-5, 3), "c": Fraction(11, 2)}
ROWS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "neg": "neg", "**": "pow"}
MEANING = {"+": add, "-": sub, "*": mul, "/": truediv}
Tree = tuple[Any, ...] | str | float

leaves = st.sampled_from(["a", "b", "c", 2.0, -3.0])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner),
        st.tuples(st.just("neg"), inner),
        st.tuples(st.just("**"), inner, st.sampled_from([2.0, -3.0])),
    ),
    max_leaves=7,
)


def written(forms: Forms, tree: Tree) -> Piece:
    if isinstance(tree, str):
        return forms.named(tree)
    if isinstance(tree, float):
        return forms.number(tree)
    return forms.operation(TABLE[ROWS[tree[0]]], tree[1:], lambda inner: written(forms, inner))


def value(tree: Tree) -> Fraction:
    if isinstance(tree, str):
        return LETTERS[tree]
    if isinstance(tree, float):
        return Fraction(tree)
    if tree[0] == "neg":
        return -value(tree[1])
    if tree[0] == "**":
        return value(tree[1]) ** int(tree[2])
    return MEANING[tree[0]](value(tree[1]), value(tree[2]))


def structure(tree: Tree) -> str:
    """Return a tree as Python's own parser writes it, every bracket in place."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, float):
        return f"({tree:g})"
    if tree[0] == "neg":
        return f"(-{structure(tree[1])})"
    return f"({structure(tree[1])} {tree[0]} {structure(tree[2])})"


def computed(text: str) -> Fraction:
    numbers = re.sub(r"(?<![\w.])(\d+)", r"Fraction(\1)", text)
    return eval(numbers, {"Fraction": Fraction, **LETTERS})  # noqa: S307  a formula that this test has written


def from_latex(text: str) -> str:
    """Return the arithmetic that LaTeX says, as Python."""
    text = text.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\cdot", "*")
    before = ""
    while before != text:
        before = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"(?<!c)\{([^{}]*)\}\^\{([^{}]*)\}", r"(\1)**(\2)", text)
    return text


def holds(tree: Tree) -> bool:
    try:
        value(tree)
    except ZeroDivisionError:
        return False
    return True


@given(trees)
def test_what_is_typed_is_computed_in_the_same_order(tree: Tree) -> None:
    text = written(TYPED, tree).text
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(structure(tree)))


@given(trees.filter(holds))
def test_plain_mathematics_means_what_was_meant(tree: Tree) -> None:
    assert computed(written(PLAIN, tree).text.replace("·", "*")) == value(tree)


@given(trees.filter(holds))
def test_latex_means_what_was_meant(tree: Tree) -> None:
    assert computed(from_latex(written(LATEX, tree).text)) == value(tree)


@given(trees)
def test_no_sign_follows_another_without_a_bracket(tree: Tree) -> None:
    for forms in (PLAIN, LATEX):
        text = written(forms, tree).text.replace(r"\cdot", "·").replace(" ", "")
        assert not re.search(r"[-+·/]-", text), text


@pytest.mark.parametrize(
    ("left", "symbol", "right", "typed", "plain", "latex"),
    [
        ("a - b", "-", "c", "a - b - c", "a - b - c", "a - b - c"),
        ("c", "-", "a - b", "c - (a - b)", "c - (a - b)", r"c - \left(a - b\right)"),
        ("c", "+", "a - b", "c + (a - b)", "c + a - b", "c + a - b"),
        ("a / b", "*", "c", "a / b * c", "(a / b)·c", r"\frac{a}{b} \cdot c"),
        ("a ** b", "**", "c", "(a ** b) ** c", "(a ** b) ** c", r"{\left({a}^{b}\right)}^{c}"),
        ("a / b", "**", "c", "(a / b) ** c", "(a / b) ** c", r"{\left(\frac{a}{b}\right)}^{c}"),
    ],
)
def test_brackets(left: str, symbol: str, right: str, typed: str, plain: str, latex: str) -> None:
    def piece(forms: Forms, text: str) -> Piece:
        first, *rest = text.split()
        return forms.infix(rest[0], forms.named(first), forms.named(rest[1])) if rest else forms.named(first)

    for forms, expected in ((TYPED, typed), (PLAIN, plain), (LATEX, latex)):
        assert forms.infix(symbol, piece(forms, left), piece(forms, right)).text == expected


def test_a_double_minus_has_brackets() -> None:
    assert [forms.negative(forms.negative(forms.named("x"))).text for forms in (TYPED, PLAIN, LATEX)] == [
        "-(-x)",
        "-(-x)",
        r"-\left(-x\right)",
    ]


def test_long_calls_are_shortened_and_say_so() -> None:
    asked: list[int] = []

    def write(i: int) -> Piece:
        asked.append(i)
        return Piece(f"x{i}")

    found = PLAIN.operation(TABLE["sum"], range(1000), write, listed=4)
    assert found.text == "sum(x0, x1, (996 more), x998, x999)"
    assert asked == [0, 1, 998, 999], "only what is shown is written"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("expm1", 1),
        ("exp", 4),
        ("square", 4),
        ("reciprocal", 4),
        ("log1p", 9),
        ("relu", 9),
        ("abs", 9),
        ("clip", 9),
    ],
)
def test_how_tightly_a_template_binds(name: str, level: int) -> None:
    assert template(TABLE[name].latex, TABLE[name].parameters).level == level


def test_a_template_has_brackets_where_an_operand_would_fall_apart() -> None:
    a, b = LATEX.named("a"), LATEX.named("b")
    total, minus = LATEX.infix("+", a, b), LATEX.number(-2.0)

    def of(name: str, piece: Piece) -> str:
        return LATEX.operation(TABLE[name], [piece], lambda operand: operand).text

    assert of("square", total) == r"{\left(a + b\right)}^2"
    assert of("log1p", minus) == r"\ln(1 + \left(-2\right))"
    assert of("exp", total) == "e^{a + b}"
    doubled = LATEX.infix("*", Piece("2"), LATEX.operation(TABLE["expm1"], [a], lambda operand: operand))
    assert doubled.text == r"2 \cdot \left(e^{a} - 1\right)"


def test_rows_take_their_precedence_from_the_one_table() -> None:
    rows = {row.symbol: row.precedence for row in TABLE.values() if len(row.parameters) == 2 and row.symbol}
    assert rows == PRECEDENCE
    assert TABLE["mul"].precedence < TABLE["neg"].precedence < TABLE["pow"].precedence


@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "div", "neg", "pow"])
def test_the_latex_of_an_operator_is_what_the_forms_write(symbol: str) -> None:
    row = TABLE[symbol]
    marks = dict(zip(row.parameters, "ab", strict=False))
    written = LATEX.operation(row, list(marks.values()), Piece).text
    assert row.latex.format(**marks) == written


def test_a_sign_of_a_learners_own_binds_as_she_says() -> None:
    columns = {"symbol": "%", "precedence": 2, "latex": r"{x} \bmod {y}"}
    mod = Primitive("mod", ("x", "y"), "x - y * floor(x / y)", ("1", "-floor(x / y)"), **columns)
    x, total = Piece("x"), TYPED.infix("+", Piece("a"), Piece("b"))
    assert TYPED.operation(mod, [x, total], lambda piece: piece) == ("x % (a + b)", 2)
    assert LATEX.operation(mod, [x, total], lambda piece: piece).text == r"x \bmod \left(a + b\right)"


@pytest.mark.parametrize("symbol", COMPARISONS.values())
def test_comparisons(symbol: str) -> None:
    signs = {"<=": ("≤", r"\le"), ">=": ("≥", r"\ge"), "==": ("=", "="), "!=": ("≠", r"\ne")}
    plain, latex = signs.get(symbol, (symbol, symbol))
    assert PLAIN.compared(symbol, "x", "y") == f"x {plain} y"
    assert LATEX.compared(symbol, "x", "y") == f"x {latex} y"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x", "x"),
        ("w^1_11", "w^{1}_{11}"),
        ("w^1_{11}", "w^{1}_{11}"),
        ("O_31", "O_{31}"),
        ("x_i", "x_{i}"),
        ("theta_1", r"\theta_{1}"),
        ("Sigma", r"\Sigma"),
        ("loss", r"\text{loss}"),
        ("learning_rate", r"\text{learning\_rate}"),
        ("50% of $x & {y}", r"\text{50\% of \$x \& \{y\}}"),
        ("a\\b\n^~#", r"\text{a\textbackslash{}b \textasciicircum{}\textasciitilde{}\#}"),
        ("größe", r"\text{größe}"),
        ("θ", "θ"),
    ],
)
def test_labels_in_latex(text: str, printed: str) -> None:
    assert LATEX.name(text) == printed


def test_numbers_in_latex() -> None:
    assert [LATEX.digits(x) for x in (33.0, -0.25, 1e-9, -2.5e20, math.inf, -math.inf, math.nan)] == [
        "33",
        "-0.25",
        r"1 \cdot 10^{-9}",
        r"-2.5 \cdot 10^{20}",
        r"\infty",
        r"-\infty",
        r"\text{nan}",
    ]
