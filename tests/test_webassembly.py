"""What a browser's Python lacks, taken away here: floating-point flags, a deep stack, threads, NumPy."""

import subprocess
import sys
import threading
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tqdm import tqdm

import autograd as ag
import nn
from autograd import DomainError, Program, Value, record
from autograd.core.walk import small_stack
from autograd.program import faults
from autograd.program.native import backend
from autograd.program.numpy.backend import NumpyBackend
from nn.training import fit
from viz import RenderError
from viz.drawing.render import render

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def no_flags(monkeypatch):
    """NumPy as in WebAssembly: it calls nobody, and the probe finds that out."""
    monkeypatch.setattr(np, "errstate", lambda **how: _errstate(all="ignore"))
    monkeypatch.setattr(NumpyBackend, "_notice", lambda *ignored: pytest.fail("a flag rose"))
    faults.flags.cache_clear()
    yield
    faults.flags.cache_clear()


_errstate = np.errstate


@pytest.mark.parametrize(
    ("f", "good", "bad"),
    [
        (lambda x: 1.0 / x, 2.0, 0.0),
        (lambda x: ag.log(x), 2.0, -1.0),
        (lambda x: ag.sqrt(x), 2.0, -1.0),
        (lambda x: x**-1.0, 2.0, 0.0),
        (lambda x: ag.log1p(x), 0.5, -2.0),
    ],
    ids=["division", "log", "sqrt", "pow", "log1p"],
)
def test_without_flags_a_program_raises_the_same_errors(f, good, bad, request):
    told = []
    for fixture in (None, "no_flags"):
        if fixture:
            request.getfixturevalue(fixture)
            assert not faults.flags()
        program = record(f, good)
        assert program.forward([[good]]).tolist() == [f(Value(good)).data]
        with pytest.raises(DomainError, match=r"^In row 1: ") as caught:
            program.forward([[good], [bad]])
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_natively_the_probe_finds_flags():
    faults.flags.cache_clear()
    assert faults.flags()


def test_the_stack_is_small_in_webassembly_only(monkeypatch):
    assert not small_stack()
    assert not hasattr(Value, "__del__")  # natively nothing is paid
    for platform in ("emscripten", "wasi"):
        monkeypatch.setattr(sys, "platform", platform)
        assert small_stack()


# Frees long chains, and prints how many finalizers ran inside each other at most, and how many ran.
FREEING = """
import sys
sys.platform = {platform!r}
from autograd import Value, logsumexp, tanh
deepest = depth = died = 0
free = getattr(Value, "__del__", lambda node: None)
def watched(node):
    global deepest, depth, died
    depth += 1
    deepest, died = max(deepest, depth), died + 1
    free(node)
    depth -= 1
Value.__del__ = watched
x = Value(0.5)
kept = None
for step in (lambda v: v + x, tanh, lambda v: logsumexp([v, x, 1.0])):
    v = Value(1.0)
    for i in range(20000):
        v = step(v)
        if i == 10:
            kept = v
    del v
    assert kept.op is not None and len(kept.parents) in (1, 2, 3)
    kept.backward()
y = Value(0.1)
for _ in range(500):
    y = tanh(y + x)
y.backward(create_graph=True)
del y, kept
x.grad = None
print(deepest, died)
"""


def _output(program: str) -> str:
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert not run.stderr
    return run.stdout


def test_where_the_stack_is_small_long_chains_die_node_by_node():
    deepest, died = map(int, _output(FREEING.format(platform="emscripten")).split())
    assert deepest == 2  # a node, and within its loop each of the others
    assert died > 60000


NO_NUMPY = """
import sys
sys.modules["numpy"] = None
"""


def test_without_numpy_everything_can_be_imported_and_a_program_says_what_it_needs():
    program = (
        NO_NUMPY
        + """
from autograd import *
from autograd import Value
x = Value(3.0, label="x")
y = x * x
y.backward()
print(x.grad, grad(tanh)(0.0))
for what in (record, Program):
    try:
        what(lambda x: x, 1.0)
    except ModuleNotFoundError as error:
        print(error)
"""
    )
    lines = _output(program).splitlines()
    assert lines[0] == "6.0 1.0"
    assert lines[1].startswith("autograd.record computes with arrays and needs NumPy")
    assert lines[2].startswith("autograd.Program computes with arrays and needs NumPy")
    assert "pip install numpy" in lines[1]


def test_without_numpy_viz_draws():
    program = (
        NO_NUMPY
        + """
import viz
from autograd import values
a, b = values(a=2.0, b=3.0)
J = a * b
J.backward()
print(len(viz.graph(J).dot) > 500, viz.paths(J, a).text.split()[0], len(viz.walkthrough(J).text) > 100)
"""
    )
    assert _output(program).split()[0] == "True"


@pytest.fixture
def graphviz_within(monkeypatch):
    """Put a Graphviz into this interpreter, as a page does; give what it was asked for."""
    asked = []

    def render(source, format, options):
        asked.append((source, format, tuple(options)))
        if "wrong" in source:
            raise ValueError("syntax error in line 1")
        return "<svg>∂</svg>"

    module = ModuleType("graphviz_wasm")
    module.__spec__ = ModuleSpec("graphviz_wasm", None)
    module.render = render
    monkeypatch.setitem(sys.modules, "graphviz_wasm", module)
    return asked


def test_where_a_page_brings_graphviz_along_no_process_is_started(graphviz_within, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *ignored, **also: pytest.fail("a process"))
    assert render("digraph {}", "svg", options=["-Gviewport=3,2,1"]) == "<svg>∂</svg>".encode()
    assert graphviz_within == [("digraph {}", "svg", ("-Gviewport=3,2,1",))]
    with pytest.raises(RenderError, match=r"did not make a picture\. It said:\nsyntax error in line 1"):
        render("wrong", "svg")
    with pytest.raises(RenderError, match=r"cannot make PNG\. Save the picture as \.svg"):
        render("digraph {}", "png")


def test_without_threads_the_progress_bar_starts_none(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    monkeypatch.setattr(tqdm, "monitor", None)
    fit.threads.cache_clear()
    model = nn.Linear(1, 1)
    nn.fit(
        model,
        lambda p, t: (p[0] - t[0]) ** 2,
        nn.optim.SGD(model.parameters(), lr=0.1),
        ([[1.0], [2.0]], [1.0, 2.0]),
        epochs=1,
    )
    assert tqdm.monitor_interval == 0
    fit.threads.cache_clear()
    monkeypatch.undo()
    assert fit.threads()


def test_a_program_runs_on_numpy_where_there_is_neither_a_compiler_nor_a_thread(monkeypatch, caplog):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setenv("CC", "/nowhere/cc")
    monkeypatch.setattr(backend, "_told", set())
    x = Value(2.0)
    made = Program(x * x, backend="native")
    assert made.backend == "numpy"
    assert made.value_and_grad() == (4.0, [4.0])
    assert "instead of native: CC names '/nowhere/cc', which does not run" in caplog.text
