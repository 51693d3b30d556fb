"""The cache of compiled programs: found again, private, whole, and safe between processes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import Program, Value, tanh
from autograd.program.native import backend as native
from autograd.program.native import toolchain
from tests.program.compiling import needs_compiler

SCRIPT = """
from autograd import Program, Value, tanh
w = Value(0.5)
program = Program(tanh(w * w), backend="native")
print(program.backend, repr(float(program.value_and_grad()[1][0])))
"""


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "programs"


def square() -> Program:
    w = Value(3.0)
    program = Program(w * w, backend="native")
    assert program.backend == "native"
    assert program.value_and_grad() == (9.0, [6.0])
    return program


class Builds:
    """A build that counts, and writes what it is told."""

    def __init__(self, content: bytes = b"library") -> None:
        self.count, self.content = 0, content

    def __call__(self, path: Path) -> None:
        self.count += 1
        path.write_bytes(self.content)


def test_an_entry_is_built_once() -> None:
    build = Builds()
    first, second = toolchain.stored("key", build), toolchain.stored("key", build)
    assert first == second
    assert first.read_bytes() == b"library"
    assert build.count == 1


def test_another_key_is_another_entry() -> None:
    build = Builds()
    assert len({toolchain.stored(key, build) for key in ("a", "b", "c")}) == build.count == 3


@pytest.mark.parametrize("damage", [b"", b"librarX", b"library and more"])
def test_a_damaged_entry_is_built_again(damage: bytes) -> None:
    build = Builds()
    library = toolchain.stored("key", build)
    library.write_bytes(damage)
    assert toolchain.stored("key", build).read_bytes() == b"library"
    assert build.count == 2


@pytest.mark.parametrize("told", [None, b"", b"\xff\xfe", b"0" * 64])
def test_an_entry_without_its_hash_or_with_another_is_built_again(told: bytes | None) -> None:
    build = Builds()
    library = toolchain.stored("key", build)
    note = library.with_suffix(".sha256")
    note.unlink() if told is None else note.write_bytes(told)
    toolchain.stored("key", build)
    toolchain.stored("key", build)
    assert build.count == 2


def test_a_failed_build_leaves_nothing_behind(directory: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise toolchain.CompilerError("no")

    with pytest.raises(toolchain.CompilerError, match="no"):
        toolchain.stored("key", fail)
    assert list(directory.iterdir()) == []


def test_the_directory_is_its_users_alone(directory: Path) -> None:
    directory.mkdir(parents=True, mode=0o777)
    directory.chmod(0o777)
    library = toolchain.stored("key", Builds())
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert library.parent == directory


def test_a_directory_of_another_user_or_a_link_is_not_used(
    directory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    directory.parent.mkdir()
    directory.symlink_to(tmp_path / "elsewhere")
    assert not toolchain.private(directory)
    directory.unlink()
    assert toolchain.private(directory)
    toolchain.stored("key", Builds())
    monkeypatch.setattr(os, "getuid", lambda: directory.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="not a writable directory of this user"):
        toolchain.stored("key", Builds())


def test_a_read_only_directory_is_read_and_left_alone(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Builds()
    library = toolchain.stored("key", build)
    directory.chmod(0o500)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as for any user but root
    assert toolchain.stored("key", build) == library
    with pytest.raises(PermissionError, match="CHAINRULE_CACHE_DIR names another place"):
        toolchain.stored("another key", build)
    assert build.count == 1
    assert stat.S_IMODE(directory.stat().st_mode) == 0o500
    directory.chmod(0o700)


@needs_compiler
def test_a_program_that_cannot_be_kept_runs_with_numpy_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CHAINRULE_CACHE_DIR", str(tmp_path / "file"))
    monkeypatch.setattr(native, "_told", set())
    for _ in range(2):
        w = Value(3.0)
        program = Program(w * w, backend="native")
        assert program.backend == "numpy"
        assert program.value_and_grad() == (9.0, [6.0])
    told = (
        "Program runs with backend numpy instead of native: compiled code cannot be kept in "
        f"{tmp_path / 'file' / 'programs'}, which is not a writable directory of this user; "
        "CHAINRULE_CACHE_DIR names another place."
    )
    assert [record.message for record in caplog.records] == [told]


@needs_compiler
def test_a_program_is_compiled_once_and_found_by_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    square()

    def again(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(toolchain.Compiler, "compile", again)
    square()
    with pytest.raises(AssertionError, match="compiled again"):
        Program(tanh(Value(3.0)), backend="native")


@needs_compiler
@pytest.mark.parametrize("what", ["version", "flags", "processor"])
def test_another_compiler_flag_or_processor_is_another_entry(
    what: str, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    square()
    if what == "version":
        found = toolchain.compiler(os.environ.get("CC"))
        other = toolchain.Compiler(found.command, f"{found.version}, patched")
        monkeypatch.setattr(toolchain, "compiler", lambda cc: other)
    elif what == "flags":
        monkeypatch.setattr(toolchain, "FLAGS", (*toolchain.FLAGS, "-g0"))
    else:
        monkeypatch.setattr(toolchain, "processor", lambda: "another machine")
    square()
    assert len(list(directory.glob("*.so"))) == 4  # what all programs share, and this one's functions


@needs_compiler
def test_a_library_that_does_not_load_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        toolchain.Compiler, "compile", lambda self, text, path, flags: path.write_bytes(b"no library")
    )
    monkeypatch.setattr(native, "_told", set())
    assert Program(Value(3.0) * 2.0, backend="native").backend == "numpy"
    assert "the compiled program does not load" in caplog.text


@needs_compiler
def test_two_processes_that_compile_at_once_do_not_disturb_each_other(directory: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [process.communicate(timeout=120) for process in running]
    assert {error for _, error in told} == {""}
    assert len({out for out, _ in told}) == 1
    assert told[0][0].startswith("native ")
    names = sorted(path.suffix for path in directory.iterdir())
    assert names == [".sha256"] * 2 + [".so"] * 2  # what all programs share, and this one's functions
    for library in directory.glob("*.so"):
        assert toolchain.sound(library, library.with_suffix(".sha256"))


@needs_compiler
def test_a_later_process_finds_what_an_earlier_one_compiled(directory: Path) -> None:
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
        assert run.stdout.startswith("native ")
        stamps = {path: path.stat().st_mtime_ns for path in directory.iterdir()}
    assert len(stamps) == 4
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in stamps.items())


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"CHAINRULE_CACHE_DIR": "/a"}, "/a/programs"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/chainrule/programs"),
        ({}, str(Path.home() / ".cache/chainrule/programs")),
    ],
)
def test_the_cache_lies_where_the_user_says_or_in_the_users_cache(
    environ: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain.sys, "platform", "linux")
    assert str(toolchain.place(environ)) == expected


def test_the_processor_is_described_by_its_features() -> None:
    assert toolchain.processor() == toolchain.processor()
    assert os.uname().machine in toolchain.processor()
