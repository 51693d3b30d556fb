"""The formulas that the player shows say what the engine computes, for every row of the table."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Primitive
from autograd.primitives import TABLE
from autograd.registry import BUILT_IN
from tests.viz.mathml_reader import evaluated, expression
from viz import latex, mathml, rules, templates

# Shown as words, because the formula is no elementary expression or is shown through a name of its own.
NAMED = {"relu", "leaky_relu", "elu", "silu", "gelu", "softplus", "clip", "where"}
ROWS = sorted(BUILT_IN, key=lambda row: row.name)


def operands(row: Primitive, fraction: float, length: int = 3) -> list[float]:
    """Pick operands inside a row's domain, different ones for each place of a sequence."""
    numbers = []
    for parameter, (low, high) in zip(row.parameters, row.domain, strict=True):
        count = length if parameter in row.sequences else 1
        numbers += [low + (high - low) * (fraction + 0.21 * j) % (high - low) for j in range(count)]
    return numbers


def filled(template: templates.Template, numbers: list[float], out: float) -> str:
    """Fill a template with numbers, as the player does."""
    parts = []
    for piece in template:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            x = out if piece[0] == templates.OUT else numbers[piece[0]]
            shown = mathml.number(repr(x))
            parts.append(f"<mrow><mo>(</mo>{shown}<mo>)</mo></mrow>" if x < 0 and piece[1] else shown)
    return "".join(parts)


def is_shown(row: Primitive) -> bool:
    return bool(row.domain) and row.from_callables is None


@pytest.mark.parametrize("row", [row for row in ROWS if is_shown(row)], ids=lambda row: row.name)
@pytest.mark.parametrize("fraction", [0.17, 0.58, 0.83])
def test_the_rule_shown_at_an_edge_gives_the_local_derivative_of_that_edge(row, fraction):
    numbers = operands(row, fraction)
    out, _ = row.evaluate(numbers)
    from autograd import Value

    _, partials = row.evaluate([Value(x) for x in numbers])
    for slot, partial in enumerate(partials):
        shown = filled(rules.derivative(row, numbers, out, slot), numbers, out)
        if "product of the others" in shown or "no edge" in shown or partial is None:
            continue
        shown = shown.replace("<mtext>ties</mtext>", f"<mn>{numbers.count(out)}</mn>")
        # out*out - 1 and the like lose digits that the engine's form keeps; the operands are of size 1 to 5
        assert evaluated(shown) == pytest.approx(partial, rel=1e-9, abs=1e-12), (row.name, slot)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if is_shown(row) and row.name not in NAMED], ids=lambda row: row.name
)
@pytest.mark.parametrize("fraction", [0.17, 0.58, 0.83])
def test_the_formula_shown_in_a_node_gives_its_value(row, fraction):
    numbers = operands(row, fraction)
    out, _ = row.evaluate(numbers)
    shown = filled(templates.value(row, len(numbers)), numbers, out)
    assert evaluated(shown) == pytest.approx(out, rel=1e-12, abs=1e-12)


def test_the_reader_of_formulas_notices_a_wrong_one():
    assert evaluated("<mrow><mn>2</mn><mo>·</mo><mn>3</mn></mrow>") == 6
    assert evaluated("<mrow><mn>2</mn><mo>+</mo><mn>3</mn></mrow>") != 6
    wrong = filled(((1, True, 2), "<mo>−</mo>", (0, True, 2)), [3.0, -2.0], 0.0)
    assert evaluated(wrong) == -5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_can_be_shown(row):
    count = sum(7 if p in row.sequences else 1 for p in row.parameters)
    template = templates.value(row, count)
    ET.fromstring(f"<math>{filled(template, [1.5] * count, 2.0)}</math>")
    used = {piece[0] for piece in template if not isinstance(piece, str)}
    assert used <= set(range(count))
    assert used, f"the formula of {row.name} mentions no operand"


def test_a_rule_with_cases_shows_the_case_that_holds_and_why():
    relu, maximum = TABLE["relu"], TABLE["maximum"]
    assert evaluated(filled(rules.derivative(relu, [-0.3], 0.0, 0), [-0.3], 0.0)) == 0
    assert "≤" in "".join(map(str, rules.derivative(relu, [-0.3], 0.0, 0)))
    assert "&gt;" in "".join(map(str, rules.derivative(relu, [0.3], 0.3, 0)))
    tie = rules.derivative(maximum, [2.0, 2.0], 2.0, 0)
    assert tie[0] == "<mrow><mn>0.5</mn><mtext> as </mtext><mrow>"


def test_a_negative_number_has_brackets_where_it_needs_them_and_nowhere_else():
    power, product, logarithm = TABLE["pow"], TABLE["mul"], TABLE["log1p"]
    assert expression(filled(templates.value(power, 2), [-2.0, -3.0], 0)) == "(((-2.0))**(-3.0))"
    assert expression(filled(templates.value(product, 2), [-2.0, -3.0], 0)) == "-2.0*(-3.0)"
    assert expression(filled(templates.value(logarithm, 1), [-0.5], 0)) == "log(1+(-0.5))"


def test_an_expression_has_brackets_where_it_would_fall_apart():
    needed = {
        name: [piece[2] for piece in templates.value(TABLE[name], 2) if not isinstance(piece, str)]
        for name in ("add", "sub", "mul", "div", "pow")
    }
    assert needed == {"add": [1, 1], "sub": [1, 2], "mul": [2, 2], "div": [0, 0], "pow": [9, 0]}


def test_long_sums_are_cut_in_the_middle():
    total = templates.value(TABLE["sum"], 50)
    assert [piece[0] for piece in total if not isinstance(piece, str)] == [0, 1, 2, 49]
    assert any("…" in piece for piece in total if isinstance(piece, str))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{x}{y}", "((x)/(y))"),
        (r"e^{x}", "((e)**(x))"),
        (r"\sqrt[3]{x}", "cbrt(x)"),
        (r"\left|x\right|", "Abs(x)"),
        (r"\lfloor x \rfloor", "floor(x)"),
        (r"\sigma(x)", "sigma(x)"),
        (r"x_1 \cdot y^2", "x1*((y)**(2))"),
    ],
)
def test_latex_becomes_mathml(source, expected):
    assert expression(latex.mathml(source)) == expected


@given(st.text(max_size=40))
def test_any_text_becomes_well_formed_mathml_without_foreign_elements(source):
    allowed = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mover"}
    allowed |= {"msup", "msub", "msubsup", "munder", "munderover", "mtable", "mtr", "mtd"}
    clean = "".join(
        c for c in source if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"
    )
    root = ET.fromstring(f"<math>{latex.mathml(clean)}</math>")
    assert {element.tag for element in root.iter()} <= allowed


def test_a_formula_that_ends_too_early_is_shown_as_it_was_written():
    assert latex.mathml(r"\frac{x") == r"<mtext>\frac{x</mtext>"
    assert latex.mathml("{" * 5000) == f"<mtext>{'{' * 5000}</mtext>"


def test_a_sum_over_nothing_known_keeps_its_sign_above_and_below():
    assert latex.mathml(r"\sum_{j}^{n} x") == (
        "<mrow><munderover><mo>∑</mo><mi>j</mi><mi>n</mi></munderover><mi>x</mi></mrow>"
    )


def test_cases_become_a_table():
    shown = latex.mathml(r"\begin{cases} a & x > 0 \\ 0 & \text{else} \end{cases}")
    assert shown.count("<mtr>") == 2
    assert "<mtext>else</mtext>" in shown
