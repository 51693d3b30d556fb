"""The package as it is shipped: the built wheel, the clash with another `autograd`, style and types.

Knows what belongs into a wheel and which tools judge the source; knows nothing of derivatives.
"""

import os
import subprocess
import sys
import tomllib
import warnings
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")


def python(*arguments: str, cwd: Path = ROOT, path: tuple[Path, ...] = ()):
    """Run this interpreter on the arguments, the folders of `path` searched before everything installed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel as pip does, from this source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    run = python("-m", "pip", *build)
    assert run.returncode == 0, run.stderr
    (path,) = folder.glob("chainrule-*.whl")
    return path


def shipped(package: str) -> set[str]:
    """Every file of a package's source folder, but for what Python or an operating system leaves there."""
    files = (path for path in (ROOT / package).rglob("*") if path.is_file())
    names = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    return {name for name in names if not name.endswith((".pyc", ".DS_Store"))}


def test_the_wheel_holds_the_three_packages_whole_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    content = {name for name in names if ".dist-info/" not in name}
    assert content == set().union(*(shipped(package) for package in PACKAGES))
    assert {f"{package}/py.typed" for package in PACKAGES} <= content


def test_the_wheel_carries_the_licence_and_the_command(wheel):
    archive = zipfile.ZipFile(wheel)
    texts = {name.split(".dist-info/")[1]: name for name in archive.namelist() if ".dist-info/" in name}
    assert "chainrule = viz.command.cli:main" in archive.read(texts["entry_points.txt"]).decode()
    assert "The chainrule authors" in archive.read(texts["licenses/LICENSE"]).decode()


def test_the_citation_names_the_version_and_the_addresses_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "CITATION.cff").read_text("utf-8").splitlines()
    cited = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith(" "))
    assert cited["version"] == project["version"]
    addresses = project["urls"]
    assert (cited["repository-code"], cited["url"]) == (addresses["Source"], addresses["Homepage"])
    assert cited["license"] == project["license"]


ASSETS = (
    "player.css", "formulas.js", "picture.js", "panel.js", "lists.js", "reading.js", "guess.js", "player.js",
)  # fmt: skip


def test_the_installed_wheel_makes_a_player_with_its_style_and_its_seven_scripts(wheel, tmp_path):
    site, work = tmp_path / "site", tmp_path / "work"
    install = ("install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    run = python("-m", "pip", *install)
    assert run.returncode == 0, run.stderr
    work.mkdir()
    program = (
        "import sys, autograd, nn, viz.command.cli\n"
        f"assert all(m.__file__.startswith({str(site)!r}) for m in (autograd, nn, viz)), autograd.__file__\n"
        "sys.argv = ['chainrule', '3*(a + b*c)', 'a=5', 'b=3', 'c=2', '--wrt', 'b', '-o', 'J.html']\n"
        "sys.exit(viz.command.cli.main())"
    )
    run = python("-W", "error", "-c", program, cwd=work, path=(site,))
    assert run.returncode == 0, run.stderr
    page = (work / "J.html").read_text(encoding="utf-8")
    assert "<html" in page
    folder = site / "viz" / "player" / "assets"
    assert {path.name for path in folder.iterdir()} == {*ASSETS, "page.html"}  # the template that they fill
    for name in ASSETS:
        source = (folder / name).read_text(encoding="utf-8")
        comment, code = source.split("*/\n", 1)
        lines = [line.strip() for line in code.split("\n/*")[0].splitlines() if line.strip()]
        assert lines, f"{name} is empty"
        assert "\n".join(lines) in page, name
        assert comment not in page, "comments stay at home"


def test_the_wheel_holds_what_cards_are_made_of(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assets = [name for name in archive.namelist() if name.startswith("viz/cards/assets/")]
    held = {name.rpartition("/")[2] for name in assets}
    scripts = {"card.js", "parts.js", "progress.js", "solution.js", "stream.js"}
    assert held == {"card.css", "card.html", "solution.html", *scripts}


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_the_wrong_autograd_is_named_before_anything_is_missing(package, tmp_path):
    stranger = tmp_path / "autograd" / "__init__.py"
    stranger.parent.mkdir()
    stranger.write_text("def elementwise_grad(f): ...\n")
    run = python("-c", f"import {package}", cwd=tmp_path, path=(tmp_path, ROOT))
    message = run.stderr.splitlines()[-1]
    assert message.startswith(f"ImportError: `import {package}` needs chainrule's own `autograd`")
    assert str(stranger) in message, "it says which one was found"
    assert "HIPS/autograd" in message, "why"
    assert "python -m venv" in message, "what to do"
    assert "autograd.py" in message, "and the learner's own slip"


@pytest.mark.parametrize("package", ["nn", "viz"])
def test_the_right_autograd_passes_without_a_warning(package, tmp_path):
    run = python("-W", "error", "-c", f"import {package}", cwd=tmp_path, path=(ROOT,))
    assert run.returncode == 0, run.stderr


def test_warnings_are_errors_here():
    with pytest.raises(UserWarning, match="careless"):
        warnings.warn("careless", stacklevel=1)


def test_the_changelog_knows_the_version_that_is_built():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


JUDGES = {"ruff": ("check", "--no-cache", "--output-format=concise", "."), "mypy": ()}


@pytest.mark.parametrize("judge", JUDGES)
def test_the_source_is_clean_by(judge):
    run = python("-m", judge, *JUDGES[judge])
    assert run.returncode == 0, run.stdout + run.stderr
