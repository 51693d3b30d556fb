"""No symbol of a derivative stands for two numbers in one output, running sums included."""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import viz
from autograd import Graph, Value, backward_steps, explain, forward_steps, paths
from autograd.text.numbers import number
from tests.figures.symbols import ambiguous, meanings, of_dot, of_latex, of_svg, pairs
from viz.command.cli import main
from viz.figures.names import DRAWN

OUTPUTS: dict[str, Callable[[Value, Value], str]] = {
    "graph": lambda root, leaf: viz.graph(root).text,
    "graph, dot": lambda root, leaf: of_dot(viz.graph(root).dot),
    "graph, collapsed": lambda root, leaf: viz.graph(Graph(root).collapse()).text,
    "paths": lambda root, leaf: viz.paths(root, leaf).text,
    "paths, dot": lambda root, leaf: of_dot(viz.paths(root, leaf).dot),
    "steps": lambda root, leaf: "\n".join(s.text for s in (*forward_steps(root), *backward_steps(root))),
    "formulas": lambda root, leaf: "\n".join(s.formula + "\n" + s.rule for s in backward_steps(root)),
    "explain": lambda root, leaf: explain(root, leaf).text,
    "explain, LaTeX": lambda root, leaf: of_latex(explain(root, leaf).latex),
    "paths in words": lambda root, leaf: str(paths(root, leaf)),
}
PICTURES = {
    "graph, svg": lambda root, leaf: of_svg(viz.graph(root).svg),
    "paths, svg": lambda root, leaf: of_svg(viz.paths(root, leaf).svg),
}
LABELS = st.sampled_from(
    ["", "", "", "x", "x", "y", "w^1_{11}", "f", "v_1", "v2", "u", "a + b", "x (2)", "d", "dx"]
)


@st.composite
def expressions(draw: st.DrawFn) -> tuple[Value, Value]:
    """Make a random expression that uses operands again, some named and some alike; and one of its leaves."""
    sizes = st.sampled_from([-1.5, 0.25, 0.7, 1.0, 2.0, 3.0])
    leaf = Value(draw(sizes), "x")
    nodes = [leaf, *(Value(draw(sizes), draw(LABELS)) for _ in range(draw(st.integers(1, 3))))]
    node = leaf
    for _ in range(draw(st.integers(1, 7))):
        other = draw(st.sampled_from([*nodes, 2.0]))
        node = draw(st.sampled_from([node, draw(st.sampled_from(nodes))]))
        kind = draw(st.sampled_from([ag.sin, ag.tanh, ag.exp, None, None, None, None]))
        if kind is not None:
            node = kind(ag.tanh(node)) if kind is ag.exp else kind(node)
        else:
            node = node * other if draw(st.booleans()) else node + other
        node.label = draw(LABELS)
        nodes.append(node)
    root = node * leaf
    root.label = draw(st.sampled_from(["", "L"]))
    root.backward()
    return root, leaf


@pytest.mark.parametrize("output", OUTPUTS)
@settings(max_examples=25)
@given(made=expressions())
def test_no_symbol_stands_for_two_numbers(output: str, made: tuple[Value, Value]) -> None:
    root, leaf = made
    text = OUTPUTS[output](root, leaf)
    assert not ambiguous(text), text
    symbol = Graph(root).names.gradient(Graph(root).index(leaf))
    assert output == "formulas" or meanings(text)[symbol] == {number(leaf.grad)}


@pytest.mark.parametrize("output", PICTURES)
@settings(max_examples=6)
@given(made=expressions())
def test_no_symbol_stands_for_two_numbers_in_a_picture(output: str, made: tuple[Value, Value]) -> None:
    text = PICTURES[output](*made)
    assert pairs(text) and not ambiguous(text), text


def drawn(root: Value, leaf: Value, notation: str) -> str:
    """Draw a graph and its paths; say so where that is refused."""
    try:
        return viz.graph(root, notation=notation).text + viz.paths(root, leaf, notation=notation).text
    except ValueError as refused:
        return str(refused)


@pytest.mark.parametrize("notation", ["dvar", "bar", "notes"])
@settings(max_examples=20)
@given(made=expressions())
def test_the_other_notations_are_unambiguous_or_refused(notation: str, made: tuple[Value, Value]) -> None:
    text = drawn(*made, notation)
    assert "would stand for" in text or (pairs(text) and not ambiguous(text)), text


@settings(max_examples=15)
@given(made=expressions())
def test_drawn_from_its_leaves_alone_every_result_may_be_written_as_in_the_notes(
    made: tuple[Value, Value],
) -> None:
    root, leaf = made
    small = Graph(root).collapse([leaf])
    assert small.edges[0].partial == pytest.approx(leaf.grad, rel=1e-12, abs=1e-12)
    text = viz.graph(small, notation="notes").text
    assert pairs(text) and not ambiguous(text), text


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Make a random expression as one types it, in which x occurs twice or more."""
    text = draw(st.sampled_from(["x", "x*y", "x + y"]))
    for _ in range(draw(st.integers(1, 4))):
        text = draw(
            st.sampled_from(
                ["sin({})", "x*({})", "({0})*tanh({0})", "({})**2", "exp(-({})**2)", "y + ({})*x"]
            )
        ).format(text)
    return text


@settings(max_examples=20)
@given(text=typed())
def test_no_symbol_stands_for_two_numbers_on_the_command_line(text: str) -> None:
    numbers = ["x=0.7", *(["y=-1.5"] if "y" in text else [])]
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as told:
        file = Path(folder) / "f.dot"
        assert main([f"({text}) + x", *numbers, "--steps", "--explain", "-o", str(file)]) == 0
        picture = of_dot(file.read_text(encoding="utf-8"))
    assert "df/dx" in meanings(told.getvalue()) and not ambiguous(told.getvalue()), told.getvalue()
    assert pairs(picture) and not ambiguous(picture)


def test_the_reader_finds_what_the_first_release_confused() -> None:
    text = "  x = 1   ∂f/∂x = 5.437\n  f = x * exp(x) = 2.718   ∂f/∂f = 1\n      ← x   ∂f/∂x = 2.718\n"
    assert ambiguous(text) == {"∂f/∂x": {"5.437", "2.718"}}
    steps = (
        "5  backward  x receives 1·2.718 = 2.718 from f: ∂f/∂x = 2.718\n"
        "7  backward  x receives 1·2.718 = 2.718 from exp(x): ∂f/∂x = 2.718 + 2.718 = 5.437\n"
    )
    assert ambiguous(steps) == {"∂f/∂x": {"5.437", "2.718"}}
    assert not ambiguous(steps.replace(": ∂f/∂x = 2.718\n", ": so far 2.718 (1 of 2 arrows)\n"))
    derivation = "∂f/∂x = 5.437, the sum over 2 paths\n\npath 1: f → x\n    ∂f/∂x\n  = exp(x)\n  = 2.718\n"
    assert ambiguous(derivation) == {"∂f/∂x": {"5.437", "2.718"}}
    latex = "\n".join(
        [
            r"\text{path 1:}\quad & \frac{\partial f}{\partial x} \\",
            r"&= e^{x} \\",
            r"&= 2.718 \\",
            r"\frac{\partial f}{\partial x} &= 2.718 + 2.718 = 5.437",
        ]
    )
    assert ambiguous(of_latex(latex)) == {"∂f/∂x": {"5.437", "2.718"}}
    dot = 'n0 [label="x = 1\\l∂f/∂x = 5.437\\l"]\nn0 -> n2 [label="∂f/∂x = 2.718"]'
    assert ambiguous(of_dot(dot)) == {"∂f/∂x": {"5.437", "2.718"}}
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><text>∂f/∂x = 5.437</text><text>① ∂f/∂x = 2.718</text></svg>'
    )
    assert ambiguous(of_svg(svg)) == {"∂f/∂x": {"5.437", "2.718"}}


def test_the_reader_knows_a_product_of_symbols_from_a_symbol() -> None:
    assert pairs("∂f/∂v₁·∂v₁/∂x = 1·2.718 = 2.718") == []
    assert pairs("    ∂f/∂v₁ · ∂v₁/∂x\n  = x · v₁\n  = 1·2.718 = 2.718") == []
    assert pairs("kept: ∂₁v = 3, ∂₂v = -1e-05") == [("∂₁v", "3"), ("∂₂v", "-1e-05")]
    assert pairs("df/d(x (2)) = inf   dw = 2\nw̄¹₁₁ = 4") == [
        ("df/d(x (2))", "inf"),
        ("dw", "2"),
        ("w̄¹₁₁", "4"),
    ]


def test_a_picture_that_writes_one_sign_for_both_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(1.0, "x")
    f = x * ag.exp(x)
    f.backward()
    assert not ambiguous(viz.graph(f).text)
    monkeypatch.setattr("viz.figures.names.DRAWN", replace(DRAWN, total="∂"))
    assert ambiguous(viz.graph(f).text) == {"∂f/∂x": {"5.437", "2.718"}}
