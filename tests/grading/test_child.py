"""The process that runs a class: what it loads, how it finds its way, and that everything ends."""

import ast
import gc
import importlib.util
import signal
import sys
import time
from pathlib import Path

import pytest

from autograd.grading import grade
from autograd.grading.child.adapter import TimeUp
from autograd.grading.child.worker import limited
from tests.grading.mutants import STUDENTS

CHILD = Path(__file__).resolve().parents[2] / "autograd" / "grading" / "child"
MINIMAL = """
class Value:
    def __init__(self, data, operands=()):
        self.data, self.grad, self.operands = data, 0.0, operands
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))
    def tanh(self):
        ADD
        t = (2.718281828459045 ** (2 * self.data) - 1) / (2.718281828459045 ** (2 * self.data) + 1)
        return Value(t, ((self, 1 - t * t),))
    def backward(self, arriving=1.0):
        self.grad += arriving
        for operand, partial in self.operands:
            operand.backward(arriving * partial)
"""


def graded(tmp_path, text: str, **arguments):
    path = tmp_path / "mine.py"
    path.write_text(text)
    return grade(path, **arguments)


def minimal(inside: str = "pass") -> str:
    return MINIMAL.replace("ADD", inside)


def test_the_child_imports_the_standard_library_only() -> None:
    for path in CHILD.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names, (
                    path.name
                )
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in sys.stdlib_module_names, path.name


def test_nothing_at_module_level_is_run(tmp_path) -> None:
    text = f"open({str(tmp_path / 'ran')!r}, 'w')\ninput()\nwhile True: pass\n" + minimal()
    report = graded(tmp_path, text)
    assert report.judged
    assert not report.faults
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("while True: pass", "it does not come to an end"),
        ("x = bytearray(8 << 30)", "it uses more memory than the limit"),
        ("import os; os._exit(0)", "it ends its own process"),
    ],
)
def test_what_does_not_come_back_ends_with_a_sentence(tmp_path, inside, says) -> None:
    report = graded(tmp_path, minimal(inside), seconds=0.3)
    assert [(finding.operations, finding.says) for finding in report.faults] == [
        (("tanh",), f"in tanh(a): {says}")
    ]


def test_a_loop_that_swallows_every_exception_is_ended_from_outside(tmp_path) -> None:
    loop = """while True:
            try:
                while True: pass
            except BaseException: pass"""
    report = graded(tmp_path, minimal(loop), seconds=0.3)
    assert [finding.says for finding in report.faults] == ["in tanh(a): it does not come to an end"]


def test_printed_answers_are_no_answers(tmp_path) -> None:
    forged = """import os; print('{"values": {}}'); os.write(1, b'{"values": {}}\\n')"""
    report = graded(tmp_path, minimal(forged))
    assert report
    assert "tanh" in report.offers


@pytest.mark.parametrize("forged", ['{"values": {}}', '{"number": "1"}', "[1]", "no JSON", "[" * 100_000])
def test_what_is_written_into_the_channel_of_answers_is_no_answer(tmp_path, forged) -> None:
    inside = f"""import os
        for channel in range(3, 20):
            try:
                os.write(channel, {forged!r}.encode() + b"\\n")
            except OSError:
                pass"""
    report = graded(tmp_path, minimal(inside))
    assert [finding.says for finding in report.faults] == [
        "in tanh(a): it writes where only answers are written"
    ]


def test_a_file_that_is_not_python_cannot_be_judged(tmp_path) -> None:
    report = graded(tmp_path, "class Value:\n    def __init__(self:\n")
    assert report.reason == "it is not Python (line 2): '(' was never closed"
    assert not report


def test_a_file_without_a_class_cannot_be_judged(tmp_path) -> None:
    assert "it defines no class with + and *" in graded(tmp_path, "x = 3").reason


def test_what_a_missing_library_had_a_hand_in_is_not_judged(tmp_path) -> None:
    report = graded(tmp_path, "import no_such_library\n" + minimal("return no_such_library.tanh(self)"))
    assert not report.faults
    assert {rung.status for rung in report.rungs if rung.name == "tanh"} == {"unjudged"}
    told = [(finding.where, finding.says) for finding in report.findings if finding.level == "unjudged"]
    assert told == [("tanh", "a library that is not installed here had a hand in it")]


def test_a_class_whose_sweep_always_ends_the_program_is_told_so(tmp_path) -> None:
    report = graded(tmp_path, minimal().replace("self.grad += arriving", "raise SystemExit(3)"))
    assert [(finding.where, finding.says) for finding in report.faults] == [
        ("backward", "in tanh(a): SystemExit: 3")
    ]


def test_an_object_without_a_gradient_cannot_be_judged(tmp_path) -> None:
    text = minimal().replace("self.data, self.grad, self.operands = data, 0.0, operands", "self.data = data")
    report = graded(tmp_path, text.replace("self.grad += arriving", "pass").replace("self.operands", "()"))
    assert report.reason == "no attribute of an object was found that could be its gradient"


def test_a_class_in_this_process_is_graded_the_same() -> None:
    spec = importlib.util.spec_from_file_location("closures", STUDENTS / "closures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    report = grade(module.Value)
    assert report, str(report)
    assert report.score == report.out_of > 50


class Lingers:
    """Takes some processor time when it goes; in a ring with itself, the garbage collector's."""

    def __init__(self, seconds: float, ring: bool = False) -> None:
        self.seconds, self.itself = seconds, self if ring else None

    def __del__(self) -> None:
        spin(self.seconds)


def spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


needs_a_timer = pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="there is no timer of that kind")


def run(seconds: float, *lingers: Lingers, then: float = 0.0) -> None:
    with limited(seconds):
        del lingers
        gc.collect()
        spin(then)


@needs_a_timer
def test_the_time_of_the_garbage_collector_is_not_the_class_s() -> None:
    run(0.1, Lingers(0.2, ring=True))
    with pytest.raises(TimeUp):
        run(0.1, Lingers(0.2, ring=True), then=10)


@needs_a_timer
def test_time_that_is_up_where_python_swallows_errors_is_up_a_moment_later() -> None:
    hook = sys.unraisablehook
    with pytest.raises(TimeUp):
        run(0.05, Lingers(0.2), then=10)
    assert sys.unraisablehook is hook
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
