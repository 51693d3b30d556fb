"""Compiled programs on disk: found again by what they depend on, private to their user, safe to share.

An entry is a library and, beside it, the hash of its bytes. Entries appear by an atomic rename, so that two
processes never see half of one; one that does not match its hash is built again. Knows no C and no program.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


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
