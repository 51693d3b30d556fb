"""The C compiler: which one there is, how it is called, and what its results depend on.

Knows no program and no cache. Nothing is downloaded: zig comes with the extra `native`.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# No -ffast-math: infinities and nan must stay what they are. -fno-math-errno and -fno-trapping-math give up
# only errno and the flags, which nobody reads, so that sqrt is an instruction and both sides of ?: may be
# computed; -ffp-contract=fast rounds a product and sum once instead of twice; -fopenmp-simd lets sums that
# are marked so be taken by vectors. What unswitching and peeling add is only time to compile.
FLAGS = (
    "-O3", "-march=native", "-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast",
    "-fopenmp-simd", "-fno-unswitch-loops", "-fno-peel-loops", "-fPIC", "-shared", "-w",
)  # fmt: skip


class CompilerError(Exception):
    """There is no C compiler, or it does not take the program; the message says why."""


@dataclass(frozen=True)
class Compiler:
    """A command that compiles C, and its version as it tells it."""

    command: tuple[str, ...]
    version: str

    def compile(self, text: str, library: Path) -> None:
        """Compile C text to a shared library.

        Raises
        ------
        CompilerError
        """
        run = _run([*self.command, *FLAGS, "-x", "c", "-", "-o", str(library), "-lm"], text)
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
    raise CompilerError(f"{named}; pip install 'chainrule[native]' brings one")


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


def _run(command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(
            command, input=text, env=environment, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
