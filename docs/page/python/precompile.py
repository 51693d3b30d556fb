"""Compiles Python's standard library and our packages for the page's interpreter; runs in that interpreter.

Reads what lies in /host/in/NAME (a folder, or NAME.zip) and writes /host/out/NAME.zip, with modules compiled,
everything else as it is, in an order and with dates that say nothing of the machine.
"""

import importlib._bootstrap_external as bootstrap
import zipfile
from pathlib import Path

HOST = Path("/host")
BEGINNING = (1980, 1, 1, 0, 0, 0)
# No page needs them: other encodings than Unicode's, other people's protocols, processes, terminals, tests.
LEFT_OUT = (
    "_pyrepl/", "antigravity", "asyncio/__main__", "cProfile", "concurrent/interpreters/", "curses/",
    "dbm/", "doctest", "encodings/big5", "encodings/cp", "encodings/euc", "encodings/gb", "encodings/hz",
    "encodings/iso", "encodings/johab", "encodings/koi8", "encodings/kz", "encodings/mac",
    "encodings/ptcp", "encodings/shift", "encodings/tis", "ensurepip/", "ftplib", "http/server",
    "idlelib/", "imaplib", "mailbox", "multiprocessing/", "pdb", "pickletools", "poplib", "profile",
    "pstats", "pyclbr", "smtplib", "socketserver", "sqlite3/", "tabnanny", "this", "tkinter/", "trace",
    "turtle", "unittest/", "venv/", "webbrowser", "wsgiref/", "xml/dom/", "xmlrpc/",
    "zipapp",
)  # fmt: skip
KEPT = ("encodings/cp437", "traceback", "tracemalloc")  # zip files name their members in cp437


def sources(place: Path) -> dict[str, bytes]:
    """Return the content of a folder or a zip, by name."""
    if place.is_dir():
        return {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()}
    with zipfile.ZipFile(place) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def compiled(name: str, content: bytes, optimise: int) -> tuple[str, bytes]:
    """Return a module as bytecode, and what is none as it is."""
    if not name.endswith(".py"):
        return name, content
    level = 0 if "pyodide" in name else optimise
    code = compile(content, name, "exec", dont_inherit=True, optimize=level)
    return f"{name}c", bytes(bootstrap._code_to_timestamp_pyc(code, 0, 0))


def pack(name: str, place: Path, optimise: int, left_out: tuple[str, ...] = ()) -> None:
    """Write one zip."""
    made = (
        compiled(name, content, optimise)
        for name, content in sorted(sources(place).items())
        if name.startswith(KEPT) or not name.startswith(left_out)
    )
    with zipfile.ZipFile(HOST / "out" / f"{name}.zip", "w") as packed:
        for path, content in made:
            packed.writestr(zipfile.ZipInfo(path, BEGINNING), content, zipfile.ZIP_DEFLATED, 9)


for entry in sorted((HOST / "in").iterdir()):
    if entry.suffix == ".zip":  # the standard library: nobody reads its docstrings here, but Pyodide its own
        pack(entry.stem, entry, 2, LEFT_OUT)
    else:
        pack(entry.name, entry, 0)
