"""Builds the lessons as live notebooks: JupyterLite on a server of one's own, and every notebook as it is.

What JupyterLite's own command would do is done here file by file: it takes a dozen packages more, and over an
old build it goes to a network for Python without a word. Everything that a lesson imports lies in the
folder; a lesson that needs what is not to be had is left out, and its reason told.
"""

import ast
import hashlib
import io
import json
import re
import shutil
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import sources

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OURS = ("autograd", "nn", "viz")
NEEDED = ("numpy", "matplotlib")  # by every lesson
LIBRARIES = ("graphviz", "latex2mathml", "tqdm")  # what our packages need, and have no C in them
OTHER_APPS = ("consoles", "edit", "lab", "repl")
EXTENSION = "@jupyterlite/pyodide-kernel-extension"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LICENCE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
BEGINNING = (1980, 1, 1, 0, 0, 0)
SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # dark where the reader's system is
    "@jupyterlab/filebrowser-extension:browser": {"showLastModifiedColumn": False},  # names fit a telephone
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}


def build(out: Path, packages: dict[str, Path], release: sources.Release) -> dict[str, str]:
    """Write the live lessons into a folder that is not there yet; return which are left out, and why."""
    out.mkdir(parents=True)
    notebooks, compiled, left_out = chosen(release)
    pure = {name: sources.wheel(name, about) for name, about in sources.table("pip").items()}
    extension = application(out, pure.pop("jupyterlite-core"), pure.pop("jupyterlite-pyodide-kernel"))
    with_kernel = {path.name.split("-")[0].replace("_", "-"): path for path in kernel(out)}
    python = out / "static" / "pyodide"
    python.mkdir(parents=True)
    for name in PYODIDE:
        shutil.copy(packages["pyodide"] / name, python)
    own = chainrule(python, packages["@viz-js/viz"] / "dist" / "viz.js")
    lock = json.loads((packages["pyodide"] / sources.LOCK).read_text(encoding="utf-8"))
    known = {name: release.known[name] | {"file_name": path.name} for name, path in compiled.items()}
    known |= {name: entry(name, path) for name, path in (with_kernel | pure).items()}
    known["chainrule"] = entry("chainrule", own, OURS, [*NEEDED, *LIBRARIES])
    for path in (compiled | with_kernel | pure).values():
        shutil.copy(path, python)
    text = json.dumps({"info": lock["info"], "packages": known}, indent=1, sort_keys=True)
    (python / sources.LOCK).write_text(text, encoding="utf-8")
    configure(out, extension, sorted({*with_kernel, *pure} - {*LIBRARIES}))
    contents(out, notebooks)
    (out / "LICENCES.txt").write_text(licences(python), encoding="utf-8")
    return left_out


def chosen(release: sources.Release) -> tuple[list[Path], dict[str, Path], dict[str, str]]:
    """Return the lessons that can run, the wheels that they need, and why the others cannot."""
    wheels = release.wheels(*NEEDED)
    homes = {module: name for name, about in release.known.items() for module in about["imports"]}
    notebooks, left_out = [], {}
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        foreign = imported(notebook) - sys.stdlib_module_names - {*OURS}
        try:
            wheels |= release.wheels(*(homes.get(module, module) for module in sorted(foreign)))
            notebooks.append(notebook)
        except sources.MissingError as error:
            left_out[notebook.name] = str(error)
    return notebooks, wheels, left_out


def imported(notebook: Path) -> set[str]:
    """Return the packages that a notebook's cells import."""
    found = set()
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module.partition(".")[0])
    return found


# JupyterLite ------------------------------------------------------------------------------------------------


def application(out: Path, core: Path, kernel: Path) -> dict[str, str]:
    """Unpack the application and the kernel's extension, as far as needed; say how that is loaded."""
    with zipfile.ZipFile(core) as packed:
        inner = next(name for name in packed.namelist() if name.endswith(".tgz"))
        with tarfile.open(fileobj=io.BytesIO(packed.read(inner))) as archive:
            for member in archive:
                name = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                if member.isfile() and wanted(name) and (content := archive.extractfile(member)):
                    put(out / name, content.read())
    with zipfile.ZipFile(kernel) as packed:
        for file in packed.namelist():
            before, _, inside = file.partition("/share/jupyter/labextensions/")
            if before.endswith(".data/data") and wanted(PurePosixPath(inside)):
                put(out / "extensions" / inside, packed.read(file))
    about = json.loads((out / "extensions" / EXTENSION / "package.json").read_text(encoding="utf-8"))
    return {"name": EXTENSION, **about["jupyterlab"]["_build"]}


def wanted(name: PurePosixPath) -> bool:
    """Tell whether a file is needed to run: no maps of sources, no other applications."""
    other = {*OTHER_APPS} & {*name.parts[:2]}
    return not other and name.suffix != ".map" and not name.name.startswith("rspack.config")


def put(path: Path, content: bytes) -> None:
    """Write a file where its folders may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def kernel(out: Path) -> list[Path]:
    """Return the kernel's own wheels."""
    found = (out / "extensions" / EXTENSION / "static" / "pypi").glob("*.whl")
    return sorted(path for path in found if not path.name.startswith("widgets"))


def configure(out: Path, extension: dict[str, str], at_start: list[str]) -> None:
    """Say where everything is: in this folder, and nowhere else."""
    path = out / "jupyter-lite.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["jupyter-config-data"] |= {
        "appName": "chainrule",
        "appUrl": "./tree",
        "faviconUrl": "./notebooks/favicon.ico",
        "contentsAllJsonFile": "all.json",
        "exposeAppInBrowser": True,
        "federated_extensions": [extension],
        "settingsOverrides": SETTINGS,
        "litePluginSettings": {
            f"{EXTENSION}:kernel": {
                "pyodideUrl": "./static/pyodide/pyodide.mjs",
                "pipliteUrls": [],
                "disablePyPIFallback": True,
                "loadPyodideOptions": {"packages": at_start},
            }
        },
    }
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    put(out / "build" / "schemas" / "all_federated.json", b"[]")
    english = {"data": {"en": {"displayName": "English", "nativeName": "English"}}, "message": ""}
    put(out / "api" / "translations" / "all.json", json.dumps(english).encode())
    put(out / "api" / "translations" / "en.json", b'{"data": {}, "message": ""}')


def contents(out: Path, notebooks: list[Path]) -> None:
    """Put the notebooks where JupyterLite looks for them, as they are, and list them."""
    listed = []
    for notebook in notebooks:
        put(out / "files" / notebook.name, notebook.read_bytes())
        listed.append(listing(notebook.name, "notebook", notebook.stat().st_size))
    folder = listing("", "directory", None) | {"format": "json", "content": listed}
    put(out / "api" / "contents" / "all.json", json.dumps(folder, indent=1).encode())


def listing(name: str, kind: str, size: int | None) -> dict[str, Any]:
    """Return what JupyterLite asks about a file or a folder."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
    return {
        "name": name, "path": name, "type": kind, "size": size, "created": today, "last_modified": today,
        "content": None, "format": None, "mimetype": None, "writable": True,
    }  # fmt: skip


# Python -----------------------------------------------------------------------------------------------------


def chainrule(folder: Path, layout: Path) -> Path:
    """Write the wheel of our packages, with the Graphviz that a browser has."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    about = f"chainrule-{version}.dist-info"
    path = folder / f"chainrule-{version}-py3-none-any.whl"
    given = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: chainrule\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/LICENSE": (ROOT / "LICENSE").read_bytes(),
        "graphviz_wasm.py": (HERE / "python" / "graphviz_wasm.py").read_bytes(),
        "graphviz_js/__init__.py": (HERE / "python" / "graphviz_js.py").read_bytes(),
        "graphviz_js/viz.mjs": layout.read_bytes(),
    }
    for name in OURS:
        for file in (ROOT / name).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                given[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(given.items()):
            packed.writestr(zipfile.ZipInfo(name, BEGINNING), content, zipfile.ZIP_DEFLATED)
    return path


def entry(name: str, path: Path, modules: Iterable[str] = (), needs: Iterable[str] = ()) -> dict[str, Any]:
    """Return a wheel's line in the lock file of this Python."""
    return {
        "name": name, "version": path.name.split("-")[1], "file_name": path.name, "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "package_type": "package",
        "imports": [*modules], "depends": [*needs], "unvendored_tests": False,
    }  # fmt: skip


def licences(folder: Path) -> str:
    """Return who made what lies in a folder of wheels, in their own words."""
    lines = ["What the live lessons are made of, and its licences", ""]
    lines += ["JupyterLite and its kernel: BSD-3-Clause, © Jupyter Development Team; what they contain:"]
    lines += [
        "build/third-party-licenses.json and those beside the extension. Pyodide: see ../LICENCES.txt.",
        "",
    ]
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            told = [name for name in packed.namelist() if ".dist-info/" in name]
            lines += ["-" * 100, wheel.name, "-" * 100, ""]
            for name in told:
                if LICENCE.search(name.rpartition("/")[2]):
                    lines += [packed.read(name).decode("utf-8", "replace").strip(), ""]
    return "\n".join(lines)
