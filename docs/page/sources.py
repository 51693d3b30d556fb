"""Fetches what the page is made of and we have not written, and holds every file to its hash.

`packages.toml` names what npm and pip fetch, once, into a cache outside the tree. Packages with C in them,
NumPy first, come from a release of Pyodide: a folder, or an address; the hashes are those of its lock file.
What any of it is for is not known here.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
LOCK = "pyodide-lock.json"


class BuildError(Exception):
    """The page cannot be built; the text says why and what to do."""


class MissingError(BuildError):
    """It cannot be built on this machine: node, npm, the network or a package is missing."""


def table(kind: str = "npm") -> dict[str, Any]:
    """Return the table of packages: those of ``"npm"``, or of ``"pip"``."""
    found: dict[str, Any] = tomllib.loads((HERE / "packages.toml").read_text(encoding="utf-8"))[kind]
    return found


def cache() -> Path:
    """Return the folder outside the tree that keeps what was fetched."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "chainrule" / "page"


def packages() -> dict[str, Path]:
    """Return the folders of all that npm fetches."""
    return {name: fetched(name, about) for name, about in table().items()}


def fetched(name: str, about: dict[str, Any]) -> Path:
    """Return the folder with a package's files, fetched by npm where the cache has it not; check its hash."""
    folder = cache()
    stem = f"{name.removeprefix('@').replace('/', '-')}-{about['version']}"
    packed = folder / f"{stem}.tgz"
    if not packed.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise MissingError("npm was not found. The page is made with node and npm: install Node.js.")
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", f"{name}@{about['version']}", "--pack-destination", str(folder), "--silent"]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode or not packed.exists():
            raise MissingError(
                f"npm could not fetch {name}@{about['version']}. It said:\n{run.stderr.strip()[-800:]}"
            )
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode("ascii")
    if found != about["integrity"]:
        raise BuildError(
            f"{packed} is not the file that packages.toml names: its hash is {found}. Delete it and build "
            "again; if that does not help, somebody has changed what was published."
        )
    unpacked = folder / stem
    if not unpacked.exists():
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            with tarfile.open(packed) as archive:
                archive.extractall(fresh, filter="data")
            (Path(fresh) / "package").rename(unpacked)
    return unpacked


def wheel(name: str, about: dict[str, Any]) -> Path:
    """Return a wheel for the page's Python; pip fetches it, once, and checks its hash."""
    pinned = f" --hash=sha256:{about['sha256']}" if "sha256" in about else ""
    asked = f"{name}=={about['version']}"
    folder = cache() / "wheels" / f"{asked} {about.get('platform', '')}{about.get('sha256', '')[:16]}".strip()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            wanted, fresh = Path(work) / "requirements.txt", Path(work) / "wheels"
            wanted.write_text(asked + pinned, "utf-8")
            call = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
            call += ["--python-version", table()["pyodide"]["python"], *about.get("options", ())]
            call += ["-r", str(wanted), "-d", str(fresh)]
            run = subprocess.run(call, capture_output=True, text=True)
            if run.returncode:
                raise MissingError(f"pip could not fetch {asked}. It said:\n{run.stderr.strip()[-800:]}")
            fresh.rename(folder)
    return next(folder.glob("*.whl"))


class Release:
    """A release of Pyodide: its packages, each held to the hash in its lock file.

    Parameters
    ----------
    place : str
        A folder with ``pyodide-lock.json`` and wheels, or the address of one.
    pyodide : Path
        npm's package of Pyodide: the packages must be for its ABI.
    """

    def __init__(self, place: str, pyodide: Path) -> None:
        self.address = place.rstrip("/") + "/" if place.startswith(("http://", "https://")) else ""
        self.place = Path(place)
        abi = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))["info"]["abi_version"]
        try:
            lock = json.loads(self._read(LOCK))
        except ValueError:
            raise BuildError(f"--packages: what {self.address or place} has as {LOCK} is no JSON.") from None
        self.known: dict[str, Any] = lock["packages"]
        if (found := lock["info"]["abi_version"]) != abi:
            raise BuildError(f"--packages: these packages are for the ABI {found}, the page has {abi}.")

    def wheels(self, *names: str) -> dict[str, Path]:
        """Return the wheels of packages and of all that they depend on, by the packages' names.

        Raises
        ------
        MissingError
            If one is not there.
        BuildError
            If one has another hash.
        """
        found: dict[str, Path] = {}
        waiting = [*names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if name not in self.known:
                raise MissingError(f"--packages: {self.address or self.place} knows no package {name}.")
            found[name] = self._wheel(self.known[name])
            waiting += self.known[name]["depends"]
        return found

    def _wheel(self, about: dict[str, Any]) -> Path:
        name, wanted = str(about["file_name"]).rpartition("/")[2], str(about["sha256"])
        path = cache() / "wheels" / wanted[:16] / name if self.address else self.place / name
        content = path.read_bytes() if path.exists() else self._read(name)
        found = hashlib.sha256(content).hexdigest()
        if found != wanted:
            raise BuildError(
                f"--packages: {name} is not the file that its lock file names: its hash is {found}."
            )
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return path

    def _read(self, name: str) -> bytes:
        try:
            if not self.address:
                return (self.place / name).read_bytes()
            with urllib.request.urlopen(self.address + quote(name), timeout=60) as answer:
                content: bytes = answer.read()
                return content
        except (OSError, HTTPException) as error:
            raise MissingError(
                f"--packages: {self.address or self.place} has no {name} ({error}). "
                "Give Pyodide's release: the folder that it unpacks to, or the address where that stands."
            ) from None
