"""The table itself: every row is complete, in the language, and read by the eager reader as it is written."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import math
import pydoc
import re
import subprocess
import sys
import traceback
from pathlib import Path
from string import Formatter

import pytest
from autograd.errors import FormulaError
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value
from autograd.table import kernels, language
from autograd.table.compile import PythonSource
from autograd.table.language import assignments, functions, names, parse
from autograd.table.primitive import BUILT_IN, TABLE, Primitive, register, unregister

ROWS = [row for row in TABLE.values() if row in BUILT_IN]  # nobody else's
DESIGNED = (
    "add sub mul div neg pow exp expm1 exp2 log log1p log2 log10 sqrt cbrt square reciprocal sin cos tan "
    "arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh sigmoid logsigmoid softplus relu "
    "leaky_relu elu silu gelu erf abs sign maximum minimum clip where hypot logaddexp heaviside sum mean "
    "prod logsumexp max min dot"
)


def test_the_table_has_every_row_that_was_designed() -> None:
    assert set(DESIGNED.split()) <= set(TABLE)


def gaps(row: Primitive) -> list[str]:
    """List what a row still lacks, each with its column and what belongs there."""
    p, fields = ", ".join(row.parameters), {f for _, f, _, _ in Formatter().parse(row.latex) if f}
    claims = {
        f"partials: one formula for each of {p}": len(row.partials) == len(row.parameters),
        f"domain: for each of {p} the interval that tests sample": len(row.domain) == len(row.parameters),
        "domain: intervals from low to high": all(low < high for low, high in row.domain),
        "doc: a sentence that says what the function is, with its full stop": row.doc.endswith("."),
        f"latex: a template that writes {p}, and nothing else, in braces": fields == set(row.parameters),
        "undefined, needs, why: all three, or none": bool(row.undefined) == bool(row.needs) == bool(row.why),
        "symbol and precedence: both, or none": bool(row.symbol) == bool(row.precedence),
        f"defaults: of {p} only": set(row.defaults) <= set(row.parameters),
        f"identities: of {p} only": set(row.identities) <= set(row.parameters),
    }
    return [claim for claim, holds in claims.items() if not holds]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_is_complete(row: Primitive) -> None:
    told = [f"The row {row.name!r} in autograd/table/rows.py lacks in column", *gaps(row)]
    assert told[1:] == [], "\n".join(told)


def test_what_a_row_lacks_is_told_by_column() -> None:
    row = Primitive("half", ("x",), "x / 2", ("0.5", "1"), undefined="x < 0")
    told = [line.partition(":")[0] for line in gaps(row)]
    assert told == ["partials", "domain", "doc", "latex", "undefined, needs, why"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_formulas_mention_only_what_every_reader_knows(row: Primitive) -> None:
    special = {"pi"} | ({"n"} if row.sequences else set())
    assert names(row.forward) <= set(row.parameters) | special
    for text in row.partials:
        allowed = set(row.parameters) | special | {"out", "none", *(("count", "j") if row.sequences else ())}
        assert names(text) <= allowed, text
    assert functions(row.forward) - {"where"} <= kernels.FAST.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_function_named_in_a_partial_is_itself_a_row(row: Primitive) -> None:
    for text in (*row.partials, *row.identities.values()):
        assert functions(text) - {"power", "others"} <= TABLE.keys(), text


def test_every_kernel_that_a_row_forwards_to_exists_in_both_tables_of_kernels() -> None:
    assert kernels.FAST.keys() <= kernels.IEEE.keys()
    assert kernels.IEEE.keys() - kernels.FAST.keys() == {"divide"}


def test_the_language_lists_all_its_readers() -> None:
    listed = set(re.findall(r"^\* `(.+?)`", language.__doc__ or "", re.MULTILINE))
    root = Path(ag.__file__).parent.parent
    found = set()
    for path in (path for package in ("autograd", "nn", "viz") for path in (root / package).rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        text = path.read_text(encoding="utf-8")
        made = re.findall(r"^class (\w+)\((?:\w*Reader\[|CFormulas)", text, re.MULTILINE)
        found |= {f"{module}.{name}" for name in made}
    assert listed == found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_are_public_functions_and_methods(row: Primitive) -> None:
    assert getattr(ag, row.name) is row
    if not row.sequences and not hasattr(float, row.name):
        assert callable(getattr(Value, row.name))


def test_names_that_shadow_builtins_are_importable_but_not_in_all() -> None:
    for name in ("sum", "abs", "max", "min", "pow"):
        assert name not in ag.__all__
        assert hasattr(ag, name)
    assert "exp" in ag.__all__
    assert all(hasattr(ag, name) for name in ag.__all__)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_help_shows_formula_partials_domain_and_choices(row: Primitive) -> None:
    page = pydoc.plain(pydoc.render_doc(row))
    for part in (row.doc, *row.partials, *(kink.why for kink in row.kinks), row.undefined):
        assert part in page


@pytest.mark.parametrize("numbers", [[0.5], [0.5, 1.0], (0.5,)])
def test_a_list_is_no_operand_of_a_row_of_single_numbers(numbers: object) -> None:
    for call in (lambda: ag.exp(numbers), lambda: ag.maximum(1.0, numbers)):
        with pytest.raises(TypeError, match=r"holds one real number, got a (list|tuple) of \d\."):
            call()


def test_a_row_has_the_signature_of_the_function_that_it_is() -> None:
    assert str(inspect.signature(ag.dot)) == "(w, x, b=0.0)"
    assert all(inspect.signature(row) == inspect.signature(row.record) for row in ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.sequences], ids=lambda row: row.name)
@given(data=st.data())
def test_values_numbers_and_ieee_reading_agree_bit_for_bit(row: Primitive, data: st.DataObject) -> None:
    x = [data.draw(st.floats(low, high)) for low, high in row.domain]
    node = row(*map(Value, x))
    assert row(*x) == node.data
    out, partials = row._ieee(*x)  # type: ignore[attr-defined]
    assert out == node.data
    assert tuple(partials) == node.partials
    assert row.evaluate(node.parents) == (node.data, node.partials)


def test_a_row_that_replaces_columns_of_another_computes_by_its_own() -> None:
    ag.square(Value(3.0))
    cube = dataclasses.replace(ag.square, forward="x * x * x", partials=("3 * x * x",))
    assert (cube(Value(3.0)).data, cube(Value(3.0)).partials) == (27.0, (27.0,))
    assert ag.square(Value(3.0)).data == 9.0


@pytest.mark.parametrize("row", [row for row in ROWS if not row.sequences], ids=lambda row: row.name)
def test_only_operands_that_are_values_get_a_partial(row: Primitive) -> None:
    x = [(low + 2 * high) / 3 for low, high in row.domain]
    full = row(*map(Value, x)).partials
    for kept in range(len(x)):
        node = row(*(Value(v) if i == kept else v for i, v in enumerate(x)))
        assert node.partials == tuple(d if i == kept else None for i, d in enumerate(full))


def test_mixed_sequences_keep_partials_for_values_only() -> None:
    a, b = Value(2.0), Value(3.0)
    node = ag.dot([a, 1.0], [4.0, b], 5)
    assert node.data == 2 * 4 + 1 * 3 + 5
    assert node.partials == (4.0, None, None, 1.0, None)
    assert ag.sum([a, 1, b]).partials == (1.0, None, 1.0)
    assert ag.dot.arguments(node.parents) == ((a, 1.0), (4.0, b), 5.0)


def test_a_row_is_compiled_when_it_is_asked_for_and_not_on_import() -> None:
    program = """
import linecache
from autograd import Value
compiled = lambda: sorted(name for name in linecache.cache if name.startswith("<autograd row"))
assert not compiled(), compiled()
x = Value(2.0)
(x * 3.0).exp()
assert compiled() == ["<autograd row exp_function>", "<autograd row mul_method>"], compiled()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_generated_code_is_shown_in_tracebacks() -> None:
    register("crash", "x", lambda x: 1 / 0, lambda x: [1.0])
    try:
        with pytest.raises(ZeroDivisionError) as error:
            TABLE["crash"](Value(1.0))
        shown = "".join(traceback.format_exception(error.value))
        assert "<autograd row crash_function>" in shown
        assert "row._fast(x_)" in shown
    finally:
        unregister("crash")


@pytest.mark.parametrize(
    "text",
    [
        "x % 2",
        "x if y else z",
        "lambda: 1",
        "x.real",
        "x[0]",
        "f(x=1)",
        "'a'",
        "True",
        "1 < x < 2",
        "x @ y",
        "where(x)",
        "x +",
    ],
)
def test_text_outside_the_language_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="is not a formula of the table"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("2*(x + ", "This cannot be read: '(' was never closed.", 2),
        ("2*x +", "The expression ends too early.", 5),
        ("3x", "A number runs into a name: write the multiplication, 3*x.", 0),
        ("x1 + 2.5alpha", "A number runs into a name: write the multiplication, 2.5*alpha.", 7),
        ("x; y", "One expression is needed, such as 3*(a + b*c) or J = 3*(a + b*c).", 0),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text: str, reason: str, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.reason, caught.value.column) == (reason, column)
    assert str(caught.value) == f"{text!r} is not a formula of the table: {reason}"


def test_a_formula_alone_bears_no_name() -> None:
    with pytest.raises(FormulaError, match="It gives a name, y = "):
        parse("y = 2*x")


def test_two_stars_are_the_kernel_power_for_every_reader() -> None:
    assert ast.dump(parse("2 * x**(y + 1)")) == ast.dump(parse("2 * power(x, y + 1)"))
    assert ast.dump(parse("-x**2**y")) == ast.dump(parse("-power(x, power(2, y))"))
    assert functions("x**2") == {"power"}


def test_a_row_written_with_two_stars_runs_and_is_differentiated_twice() -> None:
    fourth = register("fourth", "x", "x**4", ["4 * x**3"])
    try:
        x = Value(-2.0)
        y = fourth(x)
        y.backward(create_graph=True)
        slope = x.grad
        assert isinstance(slope, Value) and (y.data, slope.data) == (16.0, -32.0)
        x.grad = None
        slope.backward()
        assert x.grad == 48.0
    finally:
        unregister("fourth")


@pytest.mark.parametrize(
    "text", ["p", "p + 1", "p == 1", "f(p) = 1", "p, q = 1", "p = q = 1", "p = x % 2", "p ="]
)
def test_a_line_that_is_no_assignment_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        assignments(text)


def test_calls_with_literal_arguments_are_computed_once() -> None:
    assert PythonSource(ieee=False).read("out * log(2)") == f"(out * {math.log(2)!r})"
    assert ast.unparse(parse("f(x)")) == "f(x)"


def test_a_row_from_text_works_everywhere() -> None:
    soft = register(
        "softsign", "x", "x / (1 + abs(x))", ["1 / ((1 + abs(x)) * (1 + abs(x)))"], doc="A cheap sigmoid."
    )
    try:
        x = Value(-3.0, label="x")
        y = soft(x)
        y.backward()
        assert (y.data, x.grad) == (-0.75, 1 / 16)
        assert (x.softsign().data, soft(-3.0)) == (-0.75, -0.75)  # type: ignore[attr-defined]
        x.data = 1.0
        assert y.forward() == 0.5
    finally:
        unregister("softsign")
    assert "softsign" not in TABLE


def test_a_row_from_text_keeps_to_its_own_domain() -> None:
    row = register("half_line", "x", "x * x", ["2 * x"], undefined="x < 0", needs="x >= 0", why="By decree.")
    try:
        assert row(2.0) == 4.0
        with pytest.raises(
            ag.DomainError, match=r"half_line\(x\) needs x >= 0, got x = -1 at \"z\"\. By decree\."
        ):
            row(Value(-1.0, label="z"))
    finally:
        unregister("half_line")


def test_a_row_from_functions_runs_eagerly() -> None:
    row = register("fancy", "x y", lambda x, y: x * y**2, lambda x, y: (y**2, 2 * x * y))
    try:
        x, y = ag.values(x=2.0, y=3.0)
        z = row(x, y)
        z.backward()
        assert (z.data, x.grad, y.grad) == (18.0, 9.0, 12.0)
        assert row(x, 3.0).partials == (9.0, None)
        y.data = 1.0
        assert z.forward() == 2.0
    finally:
        unregister("fancy")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("exp", "x", "x", ["1"]), "taken"),
        (("data", "x", "x", ["1"]), "taken"),
        (("no name", "x", "x", ["1"]), "taken, or no Python name"),
        (("f", "x x", "x", ["1", "1"]), "different"),
        (("f", "", "1", []), "parameters"),
        (("f", "x y", "x * y", ["y"]), "needs 2 partials, one for each operand, got 1"),
        (("f", "x", "x * x", "2*x"), r"The partials of f are a list, one text for each operand: \['2\*x'\]"),
        (("f", "x", "x", lambda x: [1.0]), "both"),
        (("f", "x", "bessel(x)", ["1"]), "bessel"),
        (("f", "x", "exp(x)", ["bessel(x)"]), "bessel"),
        (("f", "x", "x % 2", ["2 * x"]), "formula"),
        (("f", "x", "x * z", ["z"]), "z"),
        (("f", "x", "x * x", ["2 * square(x)"]), "square"),
        (("f", "x", "others(x)", ["1"]), "others"),
        (("f", "x", "x * x", ["n * x"]), "n"),
        (("f", "x", "x * x", ["2 * x[j]"]), "j"),
        (("f", "node", "node * node", ["2 * node"]), "called node"),
        (("f", "out", "out * out", ["2 * out"]), "called out"),
        (("f", "exp", "exp * exp", ["2 * exp"]), "called exp"),
        (("f", "lambda", "1", ["0"]), "called lambda"),
        (("f", "x d_x", "x * d_x", ["d_x", "x"]), "called d_x"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_before_the_table_changes(arguments, told) -> None:
    before = dict(TABLE)
    with pytest.raises(ValueError, match=told):
        register(*arguments)
    assert before == TABLE


def test_functions_that_give_the_wrong_number_of_partials_are_told_so() -> None:
    row = register("lazy", "x y", lambda x, y: x * y, lambda x, y: [y])
    try:
        with pytest.raises(TypeError, match=r"lazy\(x, y\) needs one partial for each operand.*gave 1"):
            row(Value(1.0), 2.0)
    finally:
        unregister("lazy")


def test_the_engines_own_rows_cannot_be_unregistered() -> None:
    for name in ("exp", "nothing"):
        with pytest.raises(KeyError, match="no row that was registered"):
            unregister(name)
