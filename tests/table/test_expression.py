"""What somebody types: lines with names, lists, choices; and what is said to those who mistype."""

import math

import pytest

from autograd import TABLE, ExpressionError, Graph, Value, expression, grad
from autograd.table.expression import functions


@pytest.mark.row("S003-40", "S003-43", "S003-46")
@pytest.mark.parametrize("between", ["; ", "\n", " ;\n  "])
def test_the_notes_own_lines_are_nodes_with_their_names(between):
    J = expression(between.join(["u = b*c", "v = a + u", "J = 3*v"]))
    assert (J.names, set(J.variables)) == (("u", "v", "J"), {"a", "b", "c"})
    computed = J(a=5.0, b=3.0, c=2.0)
    (root,) = computed.outputs
    assert (root.label, root.data) == ("J", 33.0)
    assert [node.label for node in Graph(root).nodes if node.op] == ["u", "v", "J"]
    root.backward()
    assert {name: leaf.grad for name, leaf in computed.leaves.items()} == {"a": 3.0, "b": 6.0, "c": 9.0}
    assert computed.named["v"].grad == 3.0


def test_a_line_that_is_a_number_is_a_leaf():
    computed = expression("a = 5; b = 9/3  # as in the notes\nJ = a*b + c")(c=2.0)
    assert {name: leaf.data for name, leaf in computed.leaves.items()} == {"a": 5.0, "b": 3.0, "c": 2.0}
    assert computed.leaves["a"].op is None
    computed.outputs[0].backward()
    assert (computed.leaves["a"].grad, computed.leaves["c"].grad) == (3.0, 1.0)


def test_a_formula_in_brackets_may_run_over_several_lines():
    assert expression("3*(a +\n  b*c)")(a=5.0, b=3.0, c=2.0).outputs[0].data == 33.0


def test_results_that_no_line_uses_are_the_outputs():
    computed = expression("y = a*b; z = a + y; w = a - b")(a=2.0, b=3.0)
    assert [(x.label, x.data) for x in computed.outputs] == [("z", 8.0), ("w", -1.0)]


def test_softmax_gives_a_list_whose_elements_have_names():
    computed = expression("s = softmax([a, b, 0]); L = -log(s[0])")(a=1.0, b=2.0)
    assert [p.label for p in computed.named["s"]] == ["s[0]", "s[1]", "s[2]"]
    total = math.exp(1) + math.exp(2) + 1
    assert computed.outputs[0].data == pytest.approx(-math.log(math.e / total), rel=1e-14)
    assert [x.data for x in expression("softmax([a, 0])")(a=0.0).outputs] == [0.5, 0.5]


def test_a_list_has_a_name_and_goes_where_a_sequence_is_taken():
    computed = expression("x = [a, 2]; w = [0.5, b]; dot(w, x, 1)")(a=3.0, b=4.0)
    assert computed.outputs[0].data == 0.5 * 3 + 4 * 2 + 1
    assert set(computed.leaves) == {"a", "b", "x[1]", "w[0]"}


@pytest.mark.parametrize(
    ("x", "data", "slope"), [(2.0, math.log(2.0), 0.5), (-3.0, -3.0, 1.0), (0.0, 0.0, 1.0)]
)
def test_where_takes_a_comparison_and_needs_no_branch_but_the_one_taken(x, data, slope):
    computed = expression("where(x > 0, log(x), x)")(x=x)
    (root,) = computed.outputs
    root.backward()
    assert (root.data, computed.leaves["x"].grad) == (data, slope)


def test_a_comparison_is_a_node_that_is_looked_at_anew():
    computed = expression("where(x <= y, x, 10*y)")(x=1.0, y=2.0)
    computed.leaves["x"].data = 3.0
    assert computed.outputs[0].forward() == 20.0
    assert list(Graph(expression("p = (a < x)*(x < b)")(a=0.0, x=1.0, b=2.0).outputs[0]).names) == [
        "a", "x", "v₁", "b", "v₂", "p",
    ]  # fmt: skip


def test_pi_and_e_are_numbers_unless_they_are_given_or_defined():
    assert expression("2*pi").constant == 2 * math.pi
    assert expression("a*e")(a=1.0).outputs[0].data == math.e
    assert expression("a*e")(a=1.0, e=5.0).outputs[0].data == 5.0
    assert expression("e = a*a; 2*e")(a=3.0).outputs[0].data == 18.0


def test_names_are_compared_as_python_compares_them():
    micro, mu = "\u00b5", "\u03bc"
    assert expression(f"{micro}*2")(**{mu: 3.0}).outputs[0].data == 6.0
    assert expression(f"{mu}*2")(**{micro: 3.0}).outputs[0].data == 6.0


def test_signs_of_print_are_read():
    assert expression("3·(a − b)×2÷4")(a=5.0, b=3.0).outputs[0].data == 3.0
    assert expression("where(x ≤ 0, 0, x)")(x=2.0).outputs[0].data == 2.0


def test_a_value_can_be_handed_over_and_differentiated():
    cube = expression("x**3")
    assert grad(lambda x: cube(x=x).outputs[0])(2.0) == 12.0
    x = Value(2.0, label="x")
    assert cube(x=x).leaves["x"] is x


def test_every_function_of_the_table_can_be_typed():
    for name, callee in functions().items():
        given = {}
        arguments = []
        for parameter in callee.parameters[: len(callee.parameters) - len(callee.defaults)]:
            low, high = TABLE[name].domain[len(given)] if name in TABLE else (0.0, 1.0)
            given[parameter] = (low + high) / 2
            arguments.append(f"[{parameter}]" if parameter in callee.sequences else parameter)
        outputs = expression(f"{name}({', '.join(arguments)})")(**given).outputs
        assert all(isinstance(output, Value) and math.isfinite(output.data) for output in outputs), name


WRONG = {
    "f = 2*f": ("f is computed from itself", 1, 6),
    "u = a; u = b": ("u is defined twice", 1, 7),
    "u = 2*v; v = 2*a": ("v is used before the line that defines it: move v = 2*a up", 1, 6),
    "u = 2*a\nv = u +\n": ("The expression ends too early", 2, 7),
    "2*a; b": ("Only the last line can do without a name: y = 2*a", 1, 0),
    "y = a": ("y = a would be a second name for a", 1, 0),
    "c = 5; 2*a": ("No later line uses c = 5", 1, 0),
    "lambda*a": ("lambda is a word of Python's grammar", 1, 0),
    "2*class": ("class is a word of Python's grammar", 1, 2),
    "sine(a)": ("sine is not a function of the table. Did you mean sin?", 1, 0),
    "ln(a)": ("Did you mean log?", 1, 0),
    "1 + sigma(a)": ("Did you mean sigmoid?", 1, 4),
    "sigmod(a)": ("Did you mean sigmoid?", 1, 0),
    "qqq(a)": ("To multiply, write qqq*(...). There are: abs, arccos,", 1, 0),
    "a(b + 1)": ("a is not a function of the table. To multiply, write a*(...)", 1, 0),
    "3*(a + ab)": ("ab has no value. Add ab=... Did you mean a*b?", 1, 7),
    "u = 2*a; bu": ("Did you mean b*u?", 1, 9),
    "u = v; v = u": ("u and v are computed from each other", 1, 4),
    "u = 2*w; v = u; w = v*a": ("u and w are computed from each other", 1, 6),
    "sina": ("sina has no value. Add sina=... Did you mean sin(a)?", 1, 0),
    "π*a": ("Did you mean pi?", 1, 0),
    "sin a": ("write sin*a, or sin(a) for a function", 1, 4),
    "a²": ("² is no power here: write **2", 1, 1),
    "x₁*a": ("write _1, as in x_1", 1, 1),
    "√a": ("√ has no meaning here", 1, 0),
    "“a”": ("“ has no meaning here", 1, 0),
    "a'": ("A quotation mark has no meaning", 1, 1),
    "f(a) = 2*a": ("Before = stands one name", 1, 0),
    "where(a=0, 1, 2)": ("to compare, write ==", 1, 15),
    "0 < a < 1": ("One comparison at a time", 1, 0),
    "a > 0 and a < 1": ("write p*q for and", 1, 0),
    "not a": ("1 - p for not", 1, 0),
    "a if a > 0 else 0": ("where(condition, a, b)", 1, 0),
    "[a, b][0.5]": ("by a whole number", 1, 0),
    "s = [a, b]; s[2]": ("s has 2 numbers: s[0] to s[1]", 1, 12),
    "u = 2*a; u[0]": ("u is one number, so it has no u[0]", 1, 9),
    "s = [a, b]; sin(s)": ("A number is needed here, and this is a list of 2: take one, as in s[0]", 1, 12),
    "s = [a, b]; where(s, 1, 2)": ("A number is needed here", 1, 12),
    "a/(b - b)": ("a / (b - b) needs b - b != 0, got b - b = 0. Division by zero", 1, 0),
    "u = b - a; 2*log(u)": ("got u = -1", 1, 13),
    "sqrt(-a)": ("Keep the argument positive, for example sqrt(square(-a))", 1, 0),
    "(-a)**0.5": ("(-a) ** 0.5 needs -a > 0", 1, 0),
    "a\0": ("There is a character that cannot be seen", 1, 0),
    "9" * 5000 + "*a": ("too large for a float", 1, 0),
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:20])
def test_what_is_wrong_is_said_in_the_learners_words_with_its_place(text):
    reason, line, column = WRONG[text]
    with pytest.raises(ExpressionError) as caught:
        expression(text)(**{name: float(i) for i, name in enumerate("ba") if name in text})
    error = caught.value
    assert reason in error.reason
    assert (error.line, error.column) == (line, column)
    assert str(error).splitlines()[-1] == "  " + " " * column + "^"
    assert str(error).splitlines()[-2].strip() == error.text.strip()
