"""What editors and type checkers know of the rows: `autograd/signatures.pyi`, generated from the table.

``GOLDEN=write pytest tests/table/test_signatures.py`` writes it anew.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import TABLE, Primitive, Value
from autograd.table import rows as table

ROOT = Path(__file__).parents[2]
STUB = ROOT / "autograd" / "signatures.pyi"
HEAD = '''"""Rows and methods of Value, for editors and type checkers, by tests/table/test_signatures.py."""

from typing import Any, overload

from autograd.core.value import Operand, Value
from autograd.table.primitive import Primitive
'''


def parameters(row: Primitive, kind: str) -> str:
    """Write the parameters of a row after `self`, all of one type."""
    given = (f"{name}: {kind}" for name in row.parameters if name not in row.defaults)
    return ", ".join([*given, *(f"{name}: {kind} = {number}" for name, number in row.defaults.items())])


def method(row: Primitive) -> str:
    """Write a row as a method of Value, which is its first operand."""
    rest = parameters(row, "Any" if row.name == "where" else "Operand").split(", ")[1:]
    signature = ", ".join(["self", *rest])
    return f'    def {row.name}({signature}) -> Value:\n        """{summary(row)}"""\n'


def called(row: Primitive) -> str:
    """Write a row as what is called: numbers give a number, a Value gives a Value, arrays are mapped over."""
    kinds = [("Any", "Any")] if row.sequences else [("float", "float"), ("Operand", "Value"), ("Any", "Any")]
    lines = [f"class _{row.name}(Primitive):", f'    """{summary(row)}"""', ""]
    for kind, result in kinds:
        if len(kinds) > 1:
            lines.append("    @overload")
        ignored = "  # type: ignore[overload-overlap]" * (kind == "float")
        lines.append(f"    def __call__(self, {parameters(row, kind)}) -> {result}: ...{ignored}")
    return "\n".join([*lines, "", f"{row.name}: _{row.name}", ""])


def summary(row: Primitive) -> str:
    return row.doc.split(". ")[0].rstrip(".").replace("\\", "\\\\").replace("\n", " ") + "."


def stub() -> str:
    rows = [TABLE[name] for name in sorted(TABLE) if getattr(table, name, None) is TABLE[name]]  # none of nn
    methods = [method(row) for row in rows if not row.sequences]
    body = "\n".join(["class Methods:", *methods, *map(called, rows)])
    return f"{HEAD}\n{body}"


def test_the_signatures_are_those_of_the_table():
    if os.environ.get("GOLDEN") == "write":
        STUB.write_text(stub(), encoding="utf-8")
    assert STUB.read_text(encoding="utf-8") == stub(), "GOLDEN=write pytest tests/table/test_signatures.py"


def test_every_method_of_the_stub_is_one():
    names = [row.name for row in TABLE.values() if not row.sequences]
    assert all(callable(getattr(Value, name)) for name in names)


PROGRAM = """
from autograd import Value, clip, dot, hypot, relu, softplus

v = Value(2.0)
a: Value = relu(v)
b: Value = v.relu().sin()
c: Value = hypot(v, 1.0)
d: float = relu(2.0)
e: Value = clip(v, low=0.0, high=1)
f: Value = v.softplus(beta=2.0)
g: Value = dot([v, 1.0], [2.0, v])
"""


def checked(program: str, folder: Path) -> str:
    pytest.importorskip("mypy")
    (folder / "program.py").write_text(program, encoding="utf-8")
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={folder}"]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "program.py"],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


def test_a_learners_program_is_checked_by_the_signatures(tmp_path):
    assert "Success" in checked(PROGRAM, tmp_path)
    wrong = checked("from autograd import Value, relu\nv = Value(2.0)\nrelu(v, 3.0)\nv.rleu()\n", tmp_path)
    assert 'No overload variant of "__call__" of "_relu"' in wrong
    assert '"Value" has no attribute "rleu"' in wrong
