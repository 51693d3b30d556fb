"""`runtime.h`, which every compiled program stands on: a C file of its own, with the kernels of the table."""

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
from autograd.program.native import toolchain
from autograd.program.native.printer import RUNTIME
from autograd.table.kernels import KERNELS
from tests.program.compiling import needs_compiler

TEXT = RUNTIME.read_text(encoding="utf-8")


def test_every_kernel_of_the_c_file_is_a_column_and_every_such_column_is_there() -> None:
    defined = set(re.findall(r"^static (?:inline double|void APART) (k_\w+)\(", TEXT, re.MULTILINE))
    columns = {name for kernel in KERNELS.values() for name in re.findall(r"\bk_\w+", kernel.c)}
    assert defined == columns


@needs_compiler
@pytest.mark.parametrize("flags", [(), ("-march=native",)], ids=["plain", "this processor"])
def test_it_compiles_alone_without_a_warning(flags: tuple[str, ...], tmp_path: Path) -> None:
    blocks = re.findall(r"^static (?:i64|void|double) \w+\([^;{}]*\);", TEXT, re.MULTILINE)
    assert len(blocks) == 6, "what the printer brings"
    bodies = [head[:-1] + (" {}" if head.startswith("static void") else " { return 0; }") for head in blocks]
    (tmp_path / "alone.c").write_text("\n".join(['#include "runtime.h"', *bodies, ""]), encoding="utf-8")
    # as the toolchain compiles it, whose loops over lanes are marked for -fopenmp-simd
    warn = [
        "-std=gnu11",
        "-fopenmp-simd",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wno-unused-parameter",
        f"-I{RUNTIME.parent}",
    ]
    command = [*toolchain.compiler(os.environ.get("CC")).command, *warn, *flags, "-c", "alone.c"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(not find_library("m"), reason="the C library is not to be found")
def test_every_other_column_is_a_function_of_the_c_library() -> None:
    library = ctypes.CDLL(find_library("m"))
    names = [kernel.c for kernel in KERNELS.values() if kernel.c.isidentifier()]
    assert [name for name in names if not name.startswith("k_") and not hasattr(library, name)] == []


@needs_compiler
def test_a_program_contains_it_so_that_another_text_is_another_entry_of_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path / "cache"))
    w = Value(3.0)
    assert TEXT in Program(w * w, backend="native").source
    other = tmp_path / "runtime.h"
    other.write_text(TEXT + "/* changed */\n", encoding="utf-8")
    monkeypatch.setattr("autograd.program.native.printer.RUNTIME", other)
    assert Program(w * w, backend="native").backend == "native"
    assert len(list((tmp_path / "cache" / "programs").glob("*.so"))) == 2


def test_it_is_shipped_beside_the_modules_that_read_it() -> None:
    assert files("autograd.program.native").joinpath("runtime.h").read_text(encoding="utf-8") == TEXT
