"""The mark of tests that compile C: skipped, and saying why, where there is no compiler."""

from __future__ import annotations

import os

import pytest

from autograd.program.native import toolchain


def why_not() -> str:
    """Why nothing can be compiled here; "" where it can."""
    try:
        toolchain.compiler(os.environ.get("CC"))
    except toolchain.CompilerError as reason:
        return str(reason)
    return ""


needs_compiler = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a compiler")
