"""The formulas that the player shows say what the engine computes, for every row of the table."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Graph, Primitive, Value, expm1, sqrt, values, where
from autograd import sum as sum_
from autograd.table.primitive import BUILT_IN, TABLE
from tests.graph.graphs import spelled
from tests.player.mathml_reader import evaluated, expression
from viz import walkthrough
from viz.player import formulas
from viz.player.formulas import MATHML, OUT, Cut, derivative, translated, value

# Shown as words, because the formula is no elementary expression or is shown through a name of its own.
NAMED = {"relu", "leaky_relu", "elu", "silu", "gelu", "softplus", "clip", "where", "stop_gradient"}
ROWS = sorted(BUILT_IN, key=lambda row: row.name)


def operands(row: Primitive, fraction: float, length: int = 4) -> list[float]:
    """Pick operands inside a row's domain, different for each place of a sequence (1/4 has few digits)."""
    numbers = []
    for parameter, (low, high) in zip(row.parameters, row.domain, strict=True):
        count = length if parameter in row.sequences else 1
        numbers += [low + (high - low) * (fraction + 0.21 * j) % (high - low) for j in range(count)]
    return numbers


def filled(template: Cut, numbers: list[float], out: float) -> str:
    """Fill a template with numbers, as the player does."""
    parts = []
    for piece in template:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            x = out if piece[0] == OUT else numbers[piece[0]]
            shown = sign_and_digits(repr(x))
            parts.append(f"<mrow><mo>(</mo>{shown}<mo>)</mo></mrow>" if x < 0 and piece[1] else shown)
    return "".join(parts)


def sign_and_digits(text: str) -> str:
    return f"<mrow><mo>−</mo><mn>{text[1:]}</mn></mrow>" if text[0] == "-" else f"<mn>{text}</mn>"


def is_shown(row: Primitive) -> bool:
    return bool(row.domain) and row.from_callables is None


def graph_of(row: Primitive, numbers: list[float]) -> Graph:
    """Record a row on leaves with these numbers."""
    leaves = [Value(x) for x in numbers]
    return Graph(row(*row.arguments(leaves)))


@pytest.mark.parametrize("row", [row for row in ROWS if is_shown(row)], ids=lambda row: row.name)
@pytest.mark.parametrize("fraction", [0.17, 0.58, 0.83])
def test_the_rule_shown_at_an_edge_gives_the_local_derivative_of_that_edge(row, fraction):
    numbers = operands(row, fraction)
    graph = graph_of(row, numbers)
    out = graph.nodes[graph.roots[0]].data
    for edge in graph.edges:
        if edge.partial is not None:
            shown = filled(derivative(graph, edge), numbers, out)
            # forms that are nicer to read lose digits near a pole or in a tail; no operand is there
            assert evaluated(shown) == pytest.approx(edge.partial, rel=1e-9, abs=1e-12), edge


@pytest.mark.parametrize(
    "row", [row for row in ROWS if is_shown(row) and row.name not in NAMED], ids=lambda row: row.name
)
@pytest.mark.parametrize("fraction", [0.17, 0.58, 0.83])
def test_the_formula_shown_in_a_node_gives_its_value(row, fraction):
    numbers = operands(row, fraction)
    out, _ = row.evaluate(numbers)
    shown = filled(value(row, len(numbers)), numbers, out)
    assert evaluated(shown) == pytest.approx(out, rel=1e-12, abs=1e-12)


def test_the_reader_of_formulas_notices_a_wrong_one():
    assert evaluated("<mrow><mn>2</mn><mo>·</mo><mn>3</mn></mrow>") == 6
    assert evaluated("<mrow><mn>2</mn><mo>+</mo><mn>3</mn></mrow>") != 6
    wrong = filled(((1, True, 2), "<mo>−</mo>", (0, True, 2)), [3.0, -2.0], 0.0)
    assert evaluated(wrong) == -5


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_can_be_shown(row):
    count = sum(7 if p in row.sequences else 1 for p in row.parameters)
    template = value(row, count)
    ET.fromstring(f"<math>{filled(template, [1.5] * count, 2.0)}</math>")
    used = {piece[0] for piece in template if not isinstance(piece, str)}
    assert used <= set(range(count))
    assert used, f"the formula of {row.name} mentions no operand"


def rule_of(name: str, *numbers: float) -> str:
    graph = graph_of(TABLE[name], list(numbers))
    return expression(filled(derivative(graph, graph.edges[0]), list(numbers), graph.nodes[-1].data))


def reason_of(name: str, *numbers: float) -> str:
    graph = graph_of(TABLE[name], list(numbers))
    shown = filled(derivative(graph, graph.edges[0]), list(numbers), graph.nodes[-1].data)
    return "".join(ET.fromstring(f"<math>{shown}</math>").itertext()).partition(", as ")[2]


def test_a_rule_with_cases_shows_the_case_that_holds_and_why():
    assert (rule_of("relu", -0.3), reason_of("relu", -0.3)) == ("0", "−0.3≤0")
    assert (rule_of("relu", 0.3), reason_of("relu", 0.3)) == ("1", "0.3>0")
    assert rule_of("maximum", 2.0, 2.0) == "0.5"
    assert "2.0=2.0 (a tie is split evenly)" in reason_of("maximum", 2.0, 2.0)
    assert reason_of("relu", 0.0).endswith("(the smallest subgradient, as PyTorch)")


def test_a_rule_that_needs_no_reason_has_none():
    assert reason_of("pow", 3.0, 2.0) == reason_of("tanh", 1.0) == ""


def test_a_long_product_does_not_list_all_others():
    graph = graph_of(TABLE["prod"], [1.5] * 9)
    assert derivative(graph, graph.edges[0]) == ("<mtext>the product of the others</mtext>",)


def test_a_row_made_of_python_functions_has_no_rule_to_show():
    double = Primitive("double", ("x",), "", (), from_callables=(lambda x: 2 * x, lambda x: (2.0,)))
    graph = Graph(double(Value(3.0)))
    assert derivative(graph, graph.edges[0]) == ()


def test_a_negative_number_has_brackets_where_it_needs_them_and_nowhere_else():
    power, product, logarithm = TABLE["pow"], TABLE["mul"], TABLE["log1p"]
    assert expression(filled(value(power, 2), [-2.0, -3.0], 0)) == "(((-2.0))**(-3.0))"
    assert expression(filled(value(product, 2), [-2.0, -3.0], 0)) == "-2.0*(-3.0)"
    assert expression(filled(value(logarithm, 1), [-0.5], 0)) == "log(1+(-0.5))"


def test_an_expression_has_brackets_where_it_would_fall_apart():
    needed = {
        name: [piece[2] for piece in value(TABLE[name], 2) if not isinstance(piece, str)]
        for name in ("add", "sub", "mul", "div", "pow")
    }
    assert needed == {"add": [1, 1], "sub": [1, 2], "mul": [2, 2], "div": [0, 0], "pow": [9, 0]}


def test_long_sums_are_cut_in_the_middle():
    total = value(TABLE["sum"], 50)
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
    assert expression(translated(source)) == expected


@given(st.text(max_size=40))
def test_any_latex_of_a_row_becomes_well_formed_mathml_without_foreign_elements_or_nothing(source):
    shown = translated(source)
    root = ET.fromstring(f"<math>{shown}</math>")
    assert all(formulas.ELEMENTS.fullmatch(element.tag) for element in root.iter())
    assert {key for element in root.iter() for key in element.attrib} <= formulas.ATTRIBUTES


def forget() -> None:
    """Forget the formulas that were translated so far."""
    value.cache_clear()
    formulas._template.cache_clear()


def names_in_symbols(root: Value) -> list[str]:
    return [expression(piece.text) for piece in spelled(Graph(root), MATHML)]


def test_an_operation_of_many_operands_keeps_together_inside_another():
    a, b, c = values(a=1.0, b=2.0, c=3.0)
    assert "(a+b)*c" in names_in_symbols(-(sum_([a, b]) * c))
    assert "2*(((e)**(a))-1)" in names_in_symbols(-(2 * expm1(a)))


def test_a_condition_is_told_in_words():
    a, b = values(a=1.0, b=2.0)
    graph = Graph(where(a > 0, a, b))
    shown = filled(derivative(graph, graph.edges[1]), [1.0, 1.0, 2.0], 1.0)
    assert "<mtext>the condition is </mtext>" in shown
    assert "".join(ET.fromstring(shown).itertext()) == "1, as the condition is 1.0"


def test_without_latex2mathml_functions_are_written_as_calls_and_a_note_says_so(monkeypatch):
    a, b = values(a=1.0, b=2.0)
    root = sqrt(a) / sum_([a, b]) ** 2
    assert formulas.NOTE not in walkthrough(root).html
    monkeypatch.setattr(formulas, "translator", lambda: None)
    monkeypatch.setattr("viz.player.walkthrough.translator", lambda: None)
    forget()
    try:
        assert expression(filled(value(TABLE["sqrt"], 1), [4.0], 2.0)) == "sqrt(4.0)"
        assert expression(filled(value(TABLE["sum"], 2), [4.0, 1.0], 5.0)) == "sum(4.0,1.0)"
        assert expression(filled(value(TABLE["div"], 2), [4.0, 1.0], 5.0)) == "((4.0)/(1.0))"
        assert f"<p>{formulas.NOTE}</p>" in walkthrough(root).html
    finally:
        forget()


def test_the_latex_of_a_learners_row_can_do_no_harm():
    evil = r"\href{javascript:alert(1)}{\class{x}{X}} \text{<script>alert(1)</script>}"
    for latex in (evil, evil[:40], r"\style{color:red}{X}", r"\left[X", r"\begin{tabular}X", "<b>X"):
        template = latex.replace("{", "{{").replace("}", "}}").replace("X", "{x}")
        row = Primitive("mine", ("x",), "x", ("1",), latex=template)
        shown = filled(value(row, 1), [2.0], 2.0)
        ET.fromstring(f"<math>{shown}</math>")
        assert not re.search("<script|href=|class=|style=|<b>", shown)
