"""`runtime.h` and `runtime.c`, which every compiled program stands on, with the kernels of the table."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from ctypes.util import find_library
from importlib.resources import files
from pathlib import Path

import pytest

from autograd import Program, Value
from autograd.program.native import backend, toolchain
from autograd.program.native.printer import LOOPS, RUNTIME
from autograd.table.kernels import KERNELS
from tests.program.compiling import needs_compiler

TEXT = RUNTIME.read_text(encoding="utf-8")


def test_every_kernel_of_the_c_file_is_a_column_and_every_such_column_is_there() -> None:
    defined = set(re.findall(r"^(?:INSIDE double|static void APART) (k_\w+)\(", TEXT, re.MULTILINE))
    columns = {name for kernel in KERNELS.values() for name in re.findall(r"\bk_\w+", kernel.c)}
    assert defined == columns


@needs_compiler
@pytest.mark.parametrize("flags", [(), ("-march=native",)], ids=["plain", "this processor"])
def test_it_compiles_alone_without_a_warning(flags: tuple[str, ...], tmp_path: Path) -> None:
    # as the toolchain compiles it, whose loops over lanes are marked for -fopenmp-simd
    warn = [
        "-std=gnu11",
        "-fopenmp-simd",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wno-unused-parameter",
    ]
    command = [*toolchain.compiler(os.environ.get("CC")).command, *warn, *flags, "-c", str(LOOPS)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(not find_library("m"), reason="the C library is not to be found")
def test_every_other_column_is_a_function_of_the_c_library() -> None:
    library = ctypes.CDLL(find_library("m"))
    names = [kernel.c for kernel in KERNELS.values() if kernel.c.isidentifier()]
    assert [name for name in names if not name.startswith("k_") and not hasattr(library, name)] == []


@needs_compiler
@pytest.mark.parametrize("which", ["RUNTIME", "LOOPS"])
def test_a_program_contains_them_so_that_another_text_is_another_entry_of_the_cache(
    which: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path / "cache"))
    w, path = Value(3.0), {"RUNTIME": RUNTIME, "LOOPS": LOOPS}[which]
    text = path.read_text(encoding="utf-8")
    assert text in Program(w * w, backend="native").source
    before = set((tmp_path / "cache" / "programs").glob("*.so"))
    other = tmp_path / path.name
    other.write_text(text + "/* changed */\n", encoding="utf-8")
    monkeypatch.setattr(backend, which, other)
    assert Program(w * w, backend="native").backend == "native"
    after = set((tmp_path / "cache" / "programs").glob("*.so"))
    assert (len(before), len(after - before)) == (2, {"RUNTIME": 2, "LOOPS": 1}[which])


@pytest.mark.parametrize("path", [RUNTIME, LOOPS], ids=lambda path: path.name)
def test_they_are_shipped_beside_the_modules_that_read_them(path: Path) -> None:
    shipped = files("autograd.program.native").joinpath(path.name)
    assert shipped.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
