"""Reports written by hand, as the graders' output would be, for what reads reports; knows no class."""

from autograd import Graph, values
from autograd.grading import Finding, Report, Rung


def square() -> Graph:
    """Return the graph of c = a * a at 3."""
    (a,) = values(a=3.0)
    c = a * a
    c.label = "c"
    c.backward()
    return Graph(c)


OVERWRITE = Finding(
    kind="overwrite", level="fault", group="accumulation", where="mul",
    says="a second path to the same node overwrites the first: write `+=`", expression="a = 3; c = a * a",
    node="a", quantity="dc/da", yours=3.0, right=6.0, line=31, operations=("mul",),
    evidence="29 of 29 wrong numbers reproduced", graph=square(),
)  # fmt: skip
CRASH = Finding(
    kind="crash", level="fault", group="rule", where="exp", says="NameError: name 'math' is not defined",
    expression="a = 1; b = exp(a)",
)  # fmt: skip
DEEP = Finding(
    kind="recursion", level="note", group="scale", where="backward", says="3000 steps are too deep"
)
STUB = Finding(
    kind="stub", level="unjudged", group="network", where="tanh", says="needs torch, which is not here"
)

RUNGS = (
    Rung("rule", "mul", "passed", ("mul",)),
    Rung("rule", "exp", "failed", ("exp",), says="NameError: name 'math' is not defined"),
    Rung("accumulation", "a * a", "failed", ("mul",), says="dc/da: yours 3, right 6"),
    Rung("accumulation", "a + a", "passed", ("add",)),
    Rung("scale", "3000 steps", "failed", ("add",), counts=False, says="RecursionError"),
    Rung("network", "one neuron", "unjudged", ("tanh",), says="needs torch, which is not here"),
)
FAULTY = Report(
    "Value", "ada.py", (OVERWRITE, CRASH, DEEP, STUB), RUNGS, "reads .data and .grad, calls backward()",
    ("add", "mul", "exp"), 0.25,
)  # fmt: skip
RIGHT = Report(
    "Value", "bob/my_value.py", (DEEP,), tuple(rung for rung in RUNGS if rung or not rung.counts),
    "reads .v and .grad, calls reverse()", ("add", "mul"), 0.5,
)  # fmt: skip
LOST = Report("", "cy.ipynb", seconds=0.1, reason="there is no class with + and *")
EVIL = Report(
    "Value\x1b[31m", '=HYPERLINK("x")<&.py',
    (Finding("crash", "fault", "rule", "=cmd", says="\x00\x1b[2J]]><b>\ud800 'a'\n=1+1"),),
    (Rung("rule", "mul", "failed", says="\x07bell"),),
)  # fmt: skip
ALL = (FAULTY, RIGHT, LOST, EVIL)
