"""Packages from a release of Pyodide, a folder or an address: only what its lock file vouches for gets in."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.page.serving import serving

WHEELS: dict[str, list[str]] = {"numpy": [], "scipy": ["numpy"], "learn": ["scipy", "joblib"], "joblib": []}


@pytest.fixture
def pyodide(tmp_path: Path, builder: ModuleType) -> Path:
    """Give what npm's Pyodide says of itself."""
    folder = tmp_path / "npm"
    folder.mkdir()
    (folder / builder.sources.LOCK).write_text(json.dumps({"info": {"abi_version": "7"}}), "utf-8")
    return folder


@pytest.fixture
def release(tmp_path: Path, builder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a release with four packages, one of which is not in the folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "release"
    folder.mkdir()
    packages: dict[str, Any] = {}
    for name, needs in WHEELS.items():
        content = name.encode() * 100
        file = f"{name}-1.0-py3-none-any.whl"
        digest = hashlib.sha256(content).hexdigest()
        packages[name] = {"file_name": file, "sha256": digest, "depends": needs}
        if name != "joblib":
            (folder / file).write_bytes(content)
    (folder / builder.sources.LOCK).write_text(
        json.dumps({"info": {"abi_version": "7"}, "packages": packages}), encoding="utf-8"
    )
    return folder


@pytest.fixture
def address(release: Path) -> Iterator[str]:
    with serving(release) as found:
        yield found


def test_a_folder_gives_a_package_and_what_it_depends_on(
    builder: ModuleType, release: Path, pyodide: Path
) -> None:
    found = builder.sources.Release(str(release), pyodide).wheels("scipy")
    assert {name: path.read_bytes()[:5] for name, path in found.items()} == {
        "scipy": b"scipy", "numpy": b"numpy",
    }  # fmt: skip


def test_an_address_gives_the_same_and_is_asked_once(
    builder: ModuleType, release: Path, pyodide: Path, address: str
) -> None:
    for place in (address, f"{address}/"):
        found = builder.sources.Release(place, pyodide).wheels("numpy")
        assert found["numpy"].read_bytes() == b"numpy" * 100
        (release / "numpy-1.0-py3-none-any.whl").unlink(missing_ok=True)  # the second time, from the cache


@pytest.mark.parametrize("served", [False, True])
def test_a_wheel_with_another_hash_is_refused_and_not_kept(
    builder: ModuleType, release: Path, pyodide: Path, address: str, served: bool
) -> None:
    (release / "numpy-1.0-py3-none-any.whl").write_bytes(b"changed")
    found = builder.sources.Release(address if served else str(release), pyodide)
    for _ in range(2):
        with pytest.raises(builder.sources.BuildError, match=r"numpy-1\.0.* is not the file that its lock"):
            found.wheels("numpy")


@pytest.mark.parametrize("served", [False, True])
def test_what_is_not_there_is_named(
    builder: ModuleType, release: Path, pyodide: Path, address: str, served: bool
) -> None:
    place = address if served else str(release)
    found = builder.sources.Release(place, pyodide)
    with pytest.raises(builder.sources.MissingError, match="knows no package torch"):
        found.wheels("torch")
    with pytest.raises(builder.sources.MissingError, match=r"has no joblib-1\.0-py3-none-any\.whl"):
        found.wheels("learn")
    with pytest.raises(builder.sources.MissingError, match=r"has no pyodide-lock\.json .*Pyodide's release"):
        builder.sources.Release(f"{place}/nowhere", pyodide)


def test_packages_for_another_abi_are_refused(builder: ModuleType, release: Path, pyodide: Path) -> None:
    (pyodide / builder.sources.LOCK).write_text(json.dumps({"info": {"abi_version": "8"}}), "utf-8")
    with pytest.raises(builder.sources.BuildError, match="are for the ABI 7, the page has 8"):
        builder.sources.Release(str(release), pyodide)


def test_an_answer_that_is_no_lock_file_is_no_release(
    builder: ModuleType, release: Path, pyodide: Path, address: str
) -> None:
    (release / builder.sources.LOCK).write_text("<html>Not here</html>", encoding="utf-8")
    with pytest.raises(builder.sources.BuildError, match="is no JSON"):
        builder.sources.Release(address, pyodide)


def test_a_folder_with_other_things_is_left_as_it_is(builder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(builder.sources.BuildError, match="holds something else than a page"):
        builder.emptied(tmp_path)
    assert (tmp_path / "thesis.tex").exists()
    (tmp_path / builder.LICENCES).touch()  # an old page's, which goes as a whole
    builder.emptied(tmp_path)
    assert not tmp_path.exists()
