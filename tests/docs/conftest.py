"""The site, built once for all tests that read it, as README's command builds it."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all pages, which executes every lesson: a warning is an error, so is one in a lesson's cell."""
    for needed in (
        "sphinx",
        "pydata_sphinx_theme",
        "numpydoc",
        "myst_nb",
        "sphinx_design",
        "sphinx_copybutton",
    ):
        pytest.importorskip(needed, reason='the site is built with the extra "docs"')
    work = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-E", "-W", "--keep-going", "-q", "-b", "html"]
    build = subprocess.run(
        [*command, "-d", str(work / "cache"), "docs", str(work / "html")],
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if name != "PYTHONWARNINGS"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert build.returncode == 0, build.stderr[-4000:]
    return work / "html"


def inventory(site: Path) -> set[str]:
    """Return every name that has an entry in the reference."""
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(packed).decode().splitlines()}
