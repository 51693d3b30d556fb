"""From C text to a loaded library: which compiler there is, how it is called, and where its results are kept.

Compiled programs lie on disk, found again by everything that they depend on, private to their user, safe to
share between processes: an entry is a library and, beside it, the hash of its bytes; entries appear by an
atomic rename, so that nobody sees half of one, and one that does not match its hash is built again. Knows no
program. Nothing is downloaded: zig comes with the extra `native`.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograd.text.packages import install

# No -ffast-math: infinities and nan must stay what they are. -fno-math-errno and -fno-trapping-math give up
# only errno and the flags, which nobody reads, so that sqrt is an instruction and both sides of ?: may be
# computed; -ffp-contract=fast rounds a product and sum once instead of twice; -fopenmp-simd lets sums that
# are marked so be taken by vectors. What -O3 adds is only time to compile.
FLAGS = (
    "-O2", "-march=native", "-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast",
    "-fopenmp-simd", "-ftree-loop-vectorize", "-fPIC", "-shared", "-w",
)  # fmt: skip

# What takes the place of -O2 for functions of blocks: simple loops over lanes, as fast with less, in a
# third of the time. -fexpensive-optimizations brings vzeroupper, without which calls of pow are slow.
QUICK = (
    "-O1", "-fexpensive-optimizations", "-fstrict-aliasing", "--param", "vect-epilogues-nomask=0",
)  # fmt: skip


class CompilerError(Exception):
    """There is no C compiler, or it does not take the program; the message says why."""


def load(text: str, quick: bool = False) -> ctypes.CDLL:
    """Compile C text, unless that was done before, and load it.

    Parameters
    ----------
    text : str
    quick : bool
        Compile quickly: with `QUICK` instead of the level of `FLAGS`, its first.

    Raises
    ------
    CompilerError
    """
    found = compiler(os.environ.get("CC"))
    flags = (*QUICK, *FLAGS[1:]) if quick else FLAGS
    key = "\0".join([text, *found.command, found.version, *flags, processor()])
    try:
        library = stored(key, lambda path: found.compile(text, path, flags))
    except OSError as error:
        raise CompilerError(str(error)) from None
    try:
        return ctypes.CDLL(str(library))
    except OSError as error:
        raise CompilerError(f"the compiled program does not load: {error}") from None


@dataclass(frozen=True)
class Compiler:
    """A command that compiles C, and its version as it tells it."""

    command: tuple[str, ...]
    version: str

    def compile(self, text: str, library: Path, flags: Sequence[str] = FLAGS) -> None:
        """Compile C text to a shared library.

        Raises
        ------
        CompilerError
        """
        run = _run([*self.command, *flags, "-x", "c", "-", "-o", str(library), "-lm"], text)
        if run.returncode:
            lines = [line for line in run.stderr.splitlines() if line.strip()] or ["no message"]
            raise CompilerError(f"{self.command[0]} did not compile the program: {lines[0].strip()}")


@cache
def compiler(cc: str | None) -> Compiler:
    """Find a compiler: what `cc` (the variable CC) names, cc, gcc, clang, or the one of the extra `native`.

    Raises
    ------
    CompilerError
        If there is none that answers.
    """
    commands = [shlex.split(cc)] if cc else [["cc"], ["gcc"], ["clang"]]
    if not cc and importlib.util.find_spec("ziglang"):
        commands.append([sys.executable, "-m", "ziglang", "cc"])
    for command in commands:
        if command and shutil.which(command[0]):
            run = _run([*command, "--version"])
            if not run.returncode:
                return Compiler(tuple(command), run.stdout.strip())
    named = f"CC names {cc!r}, which does not run" if cc else "no C compiler was found (cc, gcc, clang)"
    raise CompilerError(f"{named}; `{install('compiled programs')}` brings one")


@cache
def processor() -> str:
    """Describe what ``-march=native`` depends on."""
    parts = [platform.system(), platform.machine(), platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for key in ("model name", "flags", "Features", "CPU part"):
        parts += [line.partition(":")[2].strip() for line in lines if line.startswith(key)][:1]
    return "\n".join(parts)


@cache
def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(
            command, input=text, env=environment, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


# What was compiled is kept ----------------------------------------------------------------------------------


def place(environ: dict[str, str] | os._Environ[str] = os.environ) -> Path:
    """Return ``$CHAINRULE_CACHE_DIR``, else a directory of the user's cache."""
    if environ.get("CHAINRULE_CACHE_DIR"):
        return Path(environ["CHAINRULE_CACHE_DIR"]) / "programs"
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "chainrule" / "programs"


def private(directory: Path) -> bool:
    """Make a directory that only its user may enter; return whether it is one, be it writable or not.

    One that belongs to someone else, or a link, is not used: what lies in it is loaded as code.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        user = getattr(os, "getuid", lambda: found.st_uid)()  # Windows has none: its profile is private
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user:
            return False
        if stat.S_IMODE(found.st_mode) & 0o077:
            directory.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    except OSError:
        return False
    return True


def stored(key: str, build: Callable[[Path], None], directory: Path | None = None) -> Path:
    """Return a library that was built for this key: now, or earlier.

    Parameters
    ----------
    key : str
        Everything that the library depends on.
    build : callable
        Writes the library to the path that it gets.
    directory : Path, optional
        By default `place()`.

    Raises
    ------
    OSError
        If there is no such library yet, and the directory cannot keep one.
    Exception
        What `build` raises.
    """
    home = place() if directory is None else directory
    name, usable = hashlib.sha256(key.encode()).hexdigest(), private(home)
    library, told = home / f"{name}.so", home / f"{name}.sha256"
    if usable and sound(library, told):
        return library
    if not usable or not os.access(home, os.W_OK):
        raise PermissionError(
            f"compiled code cannot be kept in {home}, which is not a writable directory of this user; "
            f"CHAINRULE_CACHE_DIR names another place"
        )
    handle, draft = tempfile.mkstemp(dir=home, prefix=f"{name[:16]}-", suffix=".tmp")
    os.close(handle)
    try:
        build(Path(draft))
        note = Path(f"{draft}.sha256")
        note.write_text(_hash(Path(draft)), encoding="ascii")
        Path(draft).replace(library)
        note.replace(told)
    finally:
        Path(draft).unlink(missing_ok=True)
    return library


def sound(library: Path, told: Path) -> bool:
    """Whether an entry is whole: the bytes are those that were built."""
    try:
        return told.read_text(encoding="ascii") == _hash(library)
    except (OSError, UnicodeDecodeError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
