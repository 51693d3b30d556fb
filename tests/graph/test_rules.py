"""Rules are printed as they are computed, in plain text and in LaTeX; names stay the learner's own."""

from __future__ import annotations

import math

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy.parsing.sympy_parser import parse_expr

import autograd as ag
from autograd import Graph, Primitive, Value, values
from autograd.graph.rules import rule
from autograd.table.primitive import TABLE
from autograd.text.forms import LATEX, TYPED
from tests.graph.graphs import spelled

ELEMENTARY = {
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "expm1": lambda x: sympy.exp(x) - 1,
    "log1p": lambda x: sympy.log(1 + x),
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "π": sympy.pi,
    "beta": sympy.Symbol("beta"),
}


def sampled(row: Primitive, fraction: float) -> tuple[Value, list[Value]]:
    """Record a row on labelled leaves inside its domain: p0, p1, ... and for a sequence three of them."""
    operands: list[object] = []
    leaves: list[Value] = []
    for k, (parameter, (low, high)) in enumerate(zip(row.parameters, row.domain, strict=True)):
        several = 3 if parameter in row.sequences else 1
        shifts = [(fraction + 0.17 * k + 0.29 * j) % 1 for j in range(several)]
        made = [
            Value(low + (high - low) * shift, label=f"p{len(leaves) + j}") for j, shift in enumerate(shifts)
        ]
        leaves += made
        operands.append(made if several > 1 else made[0])
    out = row(*operands)
    out.label = "out"
    return out, leaves


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
@given(st.floats(0.05, 0.95))
def test_the_printed_rule_has_the_number_that_was_computed(row: Primitive, fraction: float) -> None:
    out, leaves = sampled(row, fraction)
    graph = Graph(out)
    numbers = {sympy.Symbol(v.label): sympy.Float(v.data, 30) for v in (*leaves, out)}
    for edge in graph.edges:
        found = rule(graph, edge)
        assert found is not None
        if edge.partial is None:
            assert found.text == "none"
            continue
        value = parse_expr(found.text.replace("·", "*"), local_dict=ELEMENTARY).subs(numbers).evalf(20)
        # `out` was rounded, and identities such as 1 - out·out lose digits where out is near 1
        assert float(value) == pytest.approx(edge.partial, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_every_rule_and_every_name_is_well_formed_latex(row: Primitive) -> None:
    out, _ = sampled(row, 0.4)
    graph = Graph(out)
    printed = [str(rule(graph, edge, LATEX)) for edge in graph.edges]
    unlabelled, leaves = sampled(row, 0.4)
    unlabelled.label = ""
    names = Graph(unlabelled * 2 + leaves[0]).names.within(LATEX)
    printed += [*names, *(names.formula(index) for index in range(len(names)))]
    for text in printed:
        assert text.count("{") == text.count("}") and text.count(r"\left") == text.count(r"\right")
        assert not set(text) & set("·π*≤≥≠%&$#")


def test_rules_in_latex() -> None:
    x, y, z = values(x=2.0, y=3.0, z=-0.5)
    cases = [
        (x / (y - 2), [r"\frac{1}{y - 2}", r"\frac{-f}{y - 2}"]),
        ((x - y) ** 3, [r"3 \cdot {\left(x - y\right)}^{2}"]),
        (ag.sigmoid(z), [r"f \cdot \left(1 - f\right)"]),
        (ag.sqrt(x), [r"\frac{1}{2 \cdot \sqrt{x}}"]),
        (ag.relu(z), [r"0, as z \le 0"]),
        (
            ag.prod([x, z, y - 1]),
            [r"z \cdot \left(y - 1\right)", r"x \cdot \left(y - 1\right)", r"x \cdot z"],
        ),
        (ag.gelu(x * 0.0), [r"0.5 \cdot \operatorname{erfc}"]),
    ]
    for out, expected in cases:
        graph = Graph(out)
        edges = [e for e in graph.edges if e.target == graph.roots[0] and e.partial is not None]
        printed = [str(rule(graph, edge, LATEX, spelled(graph, LATEX).__getitem__)) for edge in edges]
        assert all(text.startswith(start) for text, start in zip(printed, expected, strict=True)), printed


def test_rules_in_plain_text() -> None:
    x, y = values(x=2.0, y=3.0)
    w = Value(0.5, label="w")
    a = [
        ((x - y) ** 3, ["3·(x - y) ** 2"]),
        (ag.prod([x + y, -x, w]), ["-x·w", "(x + y)·w", "(x + y)·(-x)"]),
        (ag.erf(x), ["(2 / sqrt(π))·exp(-x·x)"]),
        (ag.max([x, y]), ["0, as x ≠ f", "1, as y = f"]),
        (ag.maximum(x, y - 1), ["0.5, as x ≤ y - 1 and x = y - 1", "0.5, as x ≥ y - 1 and x = y - 1"]),
        (ag.mean([x, y, w]), ["1 / 3"] * 3),
        (ag.where(x > 1, y, w), ["1, as the condition is 1", "none, as the condition is 1"]),
        (ag.clip(x, 0.0, 1.0), ["0, as x ≥ 0 and x > 1"]),
        (ag.pow(x, y), ["y·x ** (y - 1)", "f·log(x)"]),
        (ag.mean([x, y]), ["0.5", "0.5"]),
    ]
    for out, expected in a:
        graph = Graph(out)
        edges = [
            e for e in graph.edges if e.target == graph.roots[0] and graph.nodes[e.source].value is not None
        ]
        called = spelled(graph, TYPED).__getitem__
        assert [str(rule(graph, edge, called=called)) for edge in edges] == expected


def test_what_is_known_of_a_rule() -> None:
    (s,) = values(s=0.0)
    graph = Graph(ag.relu(s) + ag.sign(s))
    dead, step = (rule(graph, e) for e in graph.edges if graph.nodes[e.source].label)
    assert dead is not None and step is not None
    assert (dead.text, dead.reason, dead.constant, dead.own) == ("0", "s ≤ 0", False, True)
    assert dead.choice == "the smallest subgradient, as PyTorch"
    assert (step.constant, step.own) == (True, False)


def test_a_collapsed_edge_has_no_rule_of_its_own() -> None:
    (x,) = values(x=2.0)
    small = Graph(ag.tanh(x * 2 + 1)).collapse()
    assert rule(small, small.edges[0]) is None


def test_names_are_labels_then_numbers_in_the_order_of_the_graph() -> None:
    a, b = values(a=2.0, b=-3.0)
    s = a + b
    long = ag.leaky_relu(ag.cos(ag.tan(s * a)))
    leaf = Value(7.0)
    names = Graph(long * leaf - 2.0).names
    assert list(names) == ["a", "b", "v₁", "v₂", "v₃", "v₄", "0.01", "v₅", "v₆", "v₇", "2", "f"]
    assert list(names.within(LATEX))[2:6] == ["v_{1}", "v_{2}", "v_{3}", "v_{4}"]
    assert names.told([len(names) - 1]) == [
        "v₁ = a + b", "v₂ = v₁ * a", "v₃ = tan(v₂)", "v₄ = cos(v₃)", "v₅ = leaky_relu(v₄)", "v₆ = 7",
        "v₇ = v₅ * v₆",
        "f = v₇ - 2",
    ]  # fmt: skip
    assert names.within(LATEX).definitions([3]) == [("v_{1}", "a + b"), ("v_{2}", r"v_{1} \cdot a")]


@pytest.mark.parametrize("used", ["v_2", "v2", "v₂", "v_{2}", "v^2", "v[2]"])
def test_numbers_that_the_learner_uses_are_skipped(used: str) -> None:
    a, mine = values(a=2.0, mine=3.0)
    mine.label = used
    names = list(Graph((a + mine) * a * mine - 1.0).names)
    assert "v₁" in names and "v₃" in names and names.count("v₂") == (used not in ("v2", "v^2", "v[2]"))


def test_v_with_another_index_takes_no_number() -> None:
    v, w = values(v=1.0, w=2.0)
    w.label = "v_w"
    assert list(Graph(v * w + 1.0).names) == ["v", "v_w", "v₁", "1", "f"]


def test_a_label_borne_twice_is_numbered_and_so_told_apart_everywhere() -> None:
    x, y, z = Value(2.0, "x_1"), Value(3.0, "x₁"), Value(5.0, "x_1 (2)")
    h = x * y
    h.label = "x_{1}"
    graph = Graph(h * z)
    assert list(graph.names) == ["x₁", "x₁ (3)", "x₁ (4)", "x₁ (2)", "f"]
    assert list(graph.names.within(LATEX))[:2] == ["x_{1}", r"x_{1}\ (3)"]
    assert graph.names.told([2]) == ["x₁ (3) = 3", "x₁ (4) = x₁ * x₁ (3)"]
    assert graph.names.gradient(1) == "df/d(x₁ (3))"
    assert [graph.index(name) for name in ("x₁ (3)", "x₁ (4)", "f")] == [1, 2, 4]


def test_operations_are_bracketed_by_precedence() -> None:
    a, b, c = values(a=2.0, b=-3.0, c=1.0)
    cases = {
        a - (b - c): ("a - (b - c)", r"a - \left(b - c\right)"),
        (a - b) - c: ("a - b - c", "a - b - c"),
        (a + b) ** 2: ("(a + b) ** 2", r"{\left(a + b\right)}^{2}"),
        -(a * b): ("-(a * b)", r"-\left(a \cdot b\right)"),
        a / (b * c): ("a / (b * c)", r"\frac{a}{b \cdot c}"),
        2 ** (a**c): ("2 ** a ** c", r"{2}^{{a}^{c}}"),
        a * -3.0: ("a * -3", r"a \cdot \left(-3\right)"),
        ag.square(a + b): ("square(a + b)", r"{\left(a + b\right)}^2"),
        ag.exp(a + b): ("exp(a + b)", "e^{a + b}"),
        ag.sum([a, b]): ("sum(a, b)", r"\operatorname{sum}(a, b)"),
    }
    for value, (plain, tex) in cases.items():
        graph = Graph(value + c)  # so that it is not the root, which would be called f
        index = graph.index(value)
        assert tuple(spelled(graph, forms)[index].text for forms in (TYPED, LATEX)) == (plain, tex)


def test_an_unlabelled_root_is_f_unless_the_letter_is_taken() -> None:
    f, g = values(f=1.0, g=2.0)
    assert Graph(g * 2).names.root == "f"
    assert Graph(f * 2).names.root == "v₁"
    assert Graph(g * 2, g * 3).names.root == "f₁ + f₂"
    f.label = "f_1"
    assert Graph(f * 2, f * 3).names.root == "f₂ + f₃"


def test_local_derivatives_tell_the_slots_of_an_operand_used_twice() -> None:
    (x,) = values(x=3.0)
    y = x * x
    y.label = "y"
    graph = Graph(y)
    assert [graph.names.local(edge) for edge in graph.edges] == ["∂₁y", "∂₂y"]
    assert [graph.names.within(LATEX).local(edge) for edge in graph.edges] == [
        r"\partial_{1} y",
        r"\partial_{2} y",
    ]


def test_a_rule_at_nan_is_the_one_that_is_computed() -> None:
    x, y = values(x=2.0, y=math.nan)
    graph = Graph(ag.max([x, y]))
    assert [(str(rule(graph, edge)), edge.partial) for edge in graph.edges] == [
        ("1, as x ≥ f and x ≠ f", 1.0), ("1, as y ≥ f and y ≠ f", 1.0),
    ]  # fmt: skip
