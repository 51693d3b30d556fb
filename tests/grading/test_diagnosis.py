"""The causes: what single steps of the diagnosis see, and that nobody is accused without proof."""

import json
import math

import pytest

from autograd import TABLE, register, unregister
from autograd.check.slips import slips
from autograd.grading import grade
from autograd.grading.diagnosis.causes import COLUMNS, KINDS, SWEEP_KINDS, SWEEPS
from autograd.grading.diagnosis.sweeps import MANNERS, ORDERS, Call, Model, Tree, gradients, partials
from autograd.grading.ladder.programs import program
from autograd.grading.ladder.trials import Offer, ladder, randoms, smaller, tame

CLOSURES = """
import math
class Value:
    def __init__(self, data, operands=()):
        self.data, self.grad, self.operands, self.rule = data, 0.0, operands, lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def rule():
            self.grad += out.grad
            other.grad += out.grad
        out.rule = rule
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def rule():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.rule = rule
        return out
    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,))
        def rule():
            self.grad += (self.data >= 0) * out.grad
        out.rule = rule
        return out
    def backward(self):
        order, seen = [], set()
        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for operand in node.operands:
                    visit(operand)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.rule()
"""


def graded(tmp_path, text: str, **arguments):
    path = tmp_path / "mine.py"
    path.write_text(text)
    return grade(path, **arguments)


def method(body: str) -> str:
    """Return the class with one more method before its sweep."""
    return CLOSURES.replace("    def backward", f"{body}\n    def backward", 1)


# Slips and models -------------------------------------------------------------------------------------------


def test_a_row_that_is_registered_has_its_slips_at_once() -> None:
    cube = register("cube_", "x", "x * x * x", ["3 * x * x"])
    try:
        told = {(slip.kind, slip.at({"x": 2.0}, 8.0)) for slip in slips(cube, "x")}
    finally:
        unregister("cube_")
    # 3x² at 2 is 12: the value, the operand, the sign turned, the factor 3 or x left out, nothing
    assert {
        ("value", 8.0),
        ("operand", 2.0),
        ("sign", -12.0),
        ("factor", 4.0),
        ("factor", 6.0),
        ("zero", 0.0),
    } <= told
    assert all(number != 12.0 for _, number in told)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.sequences and row.partials])
def test_no_slip_of_a_row_is_the_right_formula_at_all_operands(name) -> None:
    row = TABLE[name]
    for slot, parameter in enumerate(row.parameters):
        for slip in slips(row, parameter):
            assert slip.formula != row.partials[slot]


def tree(text: str, **inputs: float) -> tuple[Tree, str, dict[str, float]]:
    found = program(text, **inputs)
    values = found.known.values
    calls = tuple(Call(s.name, s.op, s.operands, s.hidden, values[s.name]) for s in found.steps)
    return Tree(calls, dict(found.inputs)), found.root, dict(found.known.grads)


def swept(model: Model, text: str, **inputs: float) -> dict[str, float]:
    graph, root, _ = tree(text, **inputs)
    local = {call.name: partials(call, graph, model) for call in graph.calls}
    return gradients(graph, root, model, local)


@pytest.mark.parametrize("manner", MANNERS, ids=str)
def test_the_model_without_a_fault_has_the_right_gradients_in_every_manner(manner) -> None:
    graph, root, right = tree("c = a * b; d = c + a; e = tanh(d); f = e * c", a=1.3, b=-0.7)
    local = {call.name: partials(call, graph, Model()) for call in graph.calls}
    told = gradients(graph, root, Model(), local, manner)
    assert told == pytest.approx(right)


# c = a·b, d = c + a, e = c·d at a = 3, b = 2: de/dd = 6, de/dc = 9 + 6 = 15, de/da = 30 + 6, de/db = 45
def test_faulty_sweeps_leave_what_they_leave_on_paper() -> None:
    text, numbers = "c = a * b; d = c + a; e = c * d", {"a": 3.0, "b": 2.0}
    assert swept(Model(), text, **numbers)["b"] == 45.0
    # c is met from e first and hands on the 9 that it has; the 6 that come through d arrive too late
    assert swept(Model(order="breadth"), text, **numbers)["b"] == 27.0
    # "=": c holds what was written last, the 6 through d
    overwritten = swept(Model(overwrites={("mul", 0), ("mul", 1), ("add", 0), ("add", 1)}), text, **numbers)
    assert overwritten["b"] == 18.0
    # only the rules of e, c and d run: a gets 2·9 of c and 6 of d
    assert swept(Model(order="two levels"), text, **numbers)["a"] == 24.0


def test_every_faulty_sweep_has_its_words() -> None:
    assert set(SWEEPS) == set(SWEEP_KINDS) == set(ORDERS) - {"right"}
    assert {*SWEEP_KINDS.values(), *(kind for kind, _ in COLUMNS.values())} <= set(KINDS)


# The ladder -------------------------------------------------------------------------------------------------


def test_the_programs_of_the_ladder_are_defined_and_have_moderate_numbers() -> None:
    offer = Offer(
        [name for name, row in TABLE.items() if row.unary or name in ("add", "sub", "mul", "div", "pow")]
    )
    for trial in ladder(offer):
        for experiment in trial.experiments:
            assert all(math.isfinite(x) for x in experiment.program.known.grads.values()), (
                experiment.program.text
            )


def test_random_programs_are_the_same_every_time_and_use_all_they_compute() -> None:
    offer = Offer(["add", "mul", "tanh"])
    first, second = (
        [t.experiments[0].program for t in randoms(offer, ["add", "mul", "tanh"])] for _ in range(2)
    )
    assert [p.text for p in first] == [p.text for p in second]
    assert len(first) == 25
    for found in first:
        used = {x for step in found.steps for x in step.operands}
        assert all(step.name in used for step in found.steps[:-1])


def test_smaller_programs_have_fewer_steps_or_leaves() -> None:
    found = program("c = a * b; d = c + a; e = d * c", a=3.0, b=2.0)
    for candidate in smaller(found):
        assert (len(candidate.steps), len(candidate.inputs)) < (3, 2)
        assert tame(candidate)


# Nobody is accused without proof ----------------------------------------------------------------------------


def test_a_gradient_that_the_classs_own_values_confirm_is_no_fault(tmp_path) -> None:
    # The class means another function by tanh, and differentiates that one rightly.
    text = method("""
    def tanh(self):
        out = Value(2 * self.data, (self,))
        def rule():
            self.grad += 2 * out.grad
        out.rule = rule
        return out""")
    kinds = [(finding.kind, finding.operations) for finding in graded(tmp_path, text).faults]
    assert kinds == [("forward", ("tanh",))]


def test_a_rule_that_looks_right_to_differences_cannot_be_judged(tmp_path) -> None:
    # Its value depends on how often it was computed: differences see another slope every time.
    text = method("""
    def exp(self):
        Value.noise = -getattr(Value, "noise", 1.0)
        out = Value(math.exp(self.data) + 1e-7 * Value.noise, (self,))
        def rule():
            self.grad += 3 * out.data * out.grad
        out.rule = rule
        return out""")
    report = graded(tmp_path, text)
    assert all("differences of its own values" in finding.evidence for finding in report.faults)


def test_relu_at_0_and_a_second_backward_are_notes(tmp_path) -> None:
    report = graded(tmp_path, CLOSURES)
    assert report, str(report)
    told = {(finding.kind, finding.level) for finding in report.findings}
    assert told == {("kink", "note"), ("convention", "note"), ("limit", "note"), ("missing", "note")}
    kink = next(finding for finding in report.findings if finding.kind == "kink")
    assert kink.says == "its derivative at 0 is 1; none exists there, and PyTorch takes 0"


def test_a_sweep_that_must_be_seeded_by_hand_is_a_note(tmp_path) -> None:
    report = graded(tmp_path, CLOSURES.replace("        self.grad = 1.0\n", ""))
    assert report, str(report)
    assert ("seed", "note") in {(finding.kind, finding.level) for finding in report.findings}


def test_a_sweep_in_the_wrong_order_is_seen_beside_a_rule_that_forgets_what_arrives(tmp_path) -> None:
    text = CLOSURES.replace("reversed(order)", "order")
    for operand in ("other", "self"):
        text = text.replace(f"{operand}.data * out.grad", f"{operand}.data")
    found = graded(tmp_path, text).faults
    assert [(x.where, x.kind) for x in found] == [("mul", "upstream"), ("backward", "stops early")]
    assert "walk it in reverse" in found[1].says


def test_a_function_that_is_almost_ours_is_not_looked_at(tmp_path) -> None:
    text = method("""
    def gelu(self):
        k, x = math.sqrt(2 / math.pi), self.data
        t = math.tanh(k * (x + 0.044715 * x**3))
        out = Value(0.5 * x * (1 + t), (self,))
        def rule():
            self.grad += (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * k * (1 + 3 * 0.044715 * x * x)) * out.grad
        out.rule = rule
        return out""")
    report = graded(tmp_path, text)
    assert report, str(report)
    assert "gelu" not in report.offers


def test_the_slope_that_a_class_has_chosen_for_its_leaky_relu_is_not_held_against_it(tmp_path) -> None:
    text = method("""
    def leaky_relu(self):
        slope = 1.0 if self.data > 0 else 0.2
        out = Value(slope * self.data, (self,))
        def rule():
            self.grad += slope * out.grad
        out.rule = rule
        return out""")
    report = graded(tmp_path, text)
    assert report, str(report)
    assert "leaky_relu" in report.offers


def test_operations_of_others_do_not_bear_their_fault(tmp_path) -> None:
    text = method("""
    def __neg__(self):
        return self * -1
    def __sub__(self, other):
        return self + (-other)""").replace(
        "self.grad += other.data * out.grad", "self.grad += self.data * out.grad"
    )
    assert [finding.where for finding in graded(tmp_path, text).faults] == ["mul"]


def test_what_is_asked_for_and_missing_costs(tmp_path) -> None:
    report = graded(tmp_path, CLOSURES, need=["add", "log"])
    assert not report
    assert [str(rung) for rung in report.counted if not rung] == [
        "numbers: 2 + a: missing: it is not taken",
        "rule: log: missing: it is not there",
    ]


def test_a_class_without_a_product_is_told_so_and_graded_on_the_rest(tmp_path) -> None:
    report = graded(tmp_path, CLOSURES.replace("__mul__", "scaled_by"))
    assert [(finding.kind, finding.level, finding.where) for finding in report.faults] == [
        ("missing", "missing", "mul")
    ]
    assert [str(rung) for rung in report.counted if not rung] == ["rule: mul: missing: it is not there"]


def test_only_some_groups_are_run_and_counted(tmp_path) -> None:
    report = graded(tmp_path, CLOSURES, only=["order"])
    assert {rung.group for rung in report.rungs} == {"order"}


def test_the_cell_of_a_notebook_is_named(tmp_path) -> None:
    wrong = CLOSURES.replace("self.grad += self.data * out.grad", "self.grad = self.data * out.grad")
    wrong = wrong.replace("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")
    cells = ["%matplotlib inline\nimport math", "def broken(:", wrong, "while True: pass"]
    path = tmp_path / "mine.ipynb"
    found = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"cells": found}))
    (fault,) = grade(path).faults
    assert (fault.kind, fault.source, fault.line) == ("overwrite", "cell 3", 14)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"need": ["sinus"]}, "'sinus' is no operation that can be asked for"),
        ({"only": ["rules"]}, "There is no group 'rules' of rungs"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(tmp_path, arguments, says) -> None:
    with pytest.raises(ValueError, match=says):
        graded(tmp_path, CLOSURES, **arguments)


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"There is no file .*nobody\.py"):
        grade(tmp_path / "nobody.py")
