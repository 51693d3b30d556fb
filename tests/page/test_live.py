"""NumPy on the page, and the lessons live: with PAGE=all, and PAGE_PACKAGES, a release of Pyodide."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from notebooks.build import lessons
from tests.page.conftest import PAGE, module
from tests.page.serving import refusing, serving
from tests.page.test_browser import WAIT, loaded, program, text, until
from tests.player.browser import chromium, prefer, requests, width

TRAINING = (
    "import nn",
    "from nn import losses",
    "model = nn.MLP(2, [3, 1], rng=0)",
    "points, targets = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [1.0, 1.0, 0.0]",
    "def cost():",
    "    return losses.mse([model(p)[0] for p in points], targets)",
    "optimiser = nn.optim.SGD(model.parameters(), lr=0.1)",
    "before = cost().data",
    "for _ in range(20):",
    "    optimiser.zero_grad()",
    "    loss = cost()",
    "    loss.backward()",
    "    optimiser.step()",
    "print('smaller' if loss.data < before else 'not smaller')",
    "loss",
)
THE_BROWSERS_OWN = ("google.com", "googleapis.com", "gstatic.com", "duckduckgo.com")
SHOWN = "Boolean(window.jupyterapp?.shell.currentWidget?.context)"
RUN = """
const done = (found) => { document.body.dataset.told = JSON.stringify(found); };
(async () => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await jupyterapp.commands.execute("notebook:run-all-cells");
  const code = panel.content.model.sharedModel.toJSON().cells.filter((cell) => cell.cell_type === "code");
  const outputs = code.flatMap((cell) => cell.outputs);
  const said = outputs.filter((one) => one.name === "stderr").map((one) => [one.text].flat().join(""));
  done({
    cells: code.length,
    ran: code.filter((cell) => cell.execution_count).length,
    errors: outputs.filter((one) => one.output_type === "error").map((one) => `${one.ename}: ${one.evalue}`),
    complaints: said.join("\\n").split(/[\\r\\n]/).filter((line) => line.trim() && !line.includes("%|")),
    undrawn: outputs.filter((one) => JSON.stringify(one).includes("no picture")).length,
    pictures: outputs.filter((one) => one.data?.["image/svg+xml"] || one.data?.["image/png"]).length,
  });
})().catch((error) => done({ errors: [String(error)] }));
"""
LESSONS = [lesson.notebook.name for lesson in lessons()]


@pytest.fixture(scope="module")
def rich(builder: ModuleType, packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build everything that there is, with packages from an address."""
    place = os.environ.get("PAGE_PACKAGES")
    if not place:
        pytest.skip("only with PAGE_PACKAGES=…, a release of Pyodide: a folder, or an address")
    out: Path = tmp_path_factory.mktemp("rich") / "dist"
    with ExitStack() as stack:
        if Path(place).is_dir():
            place = stack.enter_context(serving(Path(place)))
        builder.build(out, place, lessons=True)
    return out


@pytest.fixture(scope="module")
def site(rich: Path) -> Iterator[str]:
    with serving(rich) as address:
        yield address


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """List the hosts that Chromium asks for; the log of a page misses those of its workers."""
    return []


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory, asked: list[str]) -> Iterator[Any]:
    with refusing(asked) as proxy:
        yield from chromium(tmp_path_factory.mktemp("lessons"), f"--proxy-server={proxy}")


def foreign(asked: list[str]) -> list[str]:
    """Return the hosts that pages asked, not the browser itself."""
    return [host for host in asked if not host.endswith(THE_BROWSERS_OWN)]


def test_without_packages_a_program_on_nn_is_told_what_is_missing(driver: Any, served: str) -> None:
    loaded(driver, served, program(*TRAINING))
    until(driver, "document.getElementById('error').textContent.includes('This needs NumPy')")
    assert "--packages" in text(driver, "#error")


@pytest.mark.parametrize("form", ["folder over http", "one file, file://"])
def test_with_packages_a_network_is_trained_and_its_loss_drawn(
    driver: Any, rich: Path, site: str, form: str
) -> None:
    address = f"{site}/index.html" if form.startswith("folder") else (rich / "chainrule.html").as_uri()
    loaded(driver, address)
    requests(driver)
    loaded(driver, address, program(*TRAINING))
    until(driver, "document.getElementById('printed').textContent.includes('smaller')")
    assert text(driver, "#printed").strip() == "smaller"
    until(driver, "document.body.dataset.drawn?.startsWith('loss = ')")
    assert driver.execute_script("return document.getElementById('error').hidden")
    assert [asked for asked in requests(driver) if not asked.startswith((site, "file:", "blob:"))] == []


@pytest.mark.parametrize("name", LESSONS)
def test_every_cell_of_a_lesson_runs_and_nobody_else_is_asked(
    chrome: Any, asked: list[str], rich: Path, site: str, name: str
) -> None:
    if not (rich / "lessons" / "files" / name).exists():
        pytest.skip("its packages are not in PAGE_PACKAGES: the build said which")
    assert (rich / "lessons" / "files" / name).read_bytes() == (
        PAGE.parent.parent / "notebooks" / name
    ).read_bytes()
    asked.clear()
    found = run(chrome, site, name)
    assert found["errors"] == []
    assert found["complaints"] == []
    assert found["undrawn"] == 0
    assert found["ran"] == found["cells"] > 5
    assert found["pictures"] > 0
    assert foreign(asked) == []


def run(chrome: Any, site: str, name: str) -> Any:
    """Open a lesson as a reader does, and run all its cells."""
    chrome.get(f"{site}/lessons/notebooks/index.html?path={name}")
    until(chrome, SHOWN, within=120.0)
    chrome.execute_script(RUN)
    return json.loads(until(chrome, "document.body.dataset.told", within=500.0))


def test_a_worker_that_asks_somebody_else_is_found_out(chrome: Any, asked: list[str], site: str) -> None:
    chrome.get(f"{site}/LICENCES.txt")
    worker = "fetch('http://elsewhere.invalid/')"
    chrome.execute_script("new Worker(URL.createObjectURL(new Blob([arguments[0]])))", worker)
    end = time.monotonic() + WAIT
    while "elsewhere.invalid" not in foreign(asked):
        assert time.monotonic() < end, asked
        time.sleep(0.05)


def test_a_live_lesson_is_read_by_day_by_night_and_on_a_telephone(chrome: Any, site: str) -> None:
    assert run(chrome, site, LESSONS[2])["errors"] == []
    listed = "return getComputedStyle(document.querySelector('.cr-choices')).listStyleType"
    assert chrome.execute_script(listed) == "none"  # Jupyter puts a dot before every choice
    for theme, dark in (("light", False), ("dark", True)):
        prefer(chrome, prefers_color_scheme=theme)
        until(chrome, "document.body.dataset.jpThemeLight === arguments[0]", str(not dark).lower())
    width(chrome, 390, 800)
    over = "return document.documentElement.scrollWidth - innerWidth"
    assert chrome.execute_script(over) <= 0


def test_lessons_come_with_the_packages_they_need_or_not_at_all(builder: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(builder.sources.BuildError, match=r"--lessons needs NumPy .* give --packages"):
        builder.build(tmp_path / "dist", lessons=True)
    assert not (tmp_path / "dist").exists()


class Release:
    """A release that has no scikit-learn."""

    known = {  # noqa: RUF012
        "numpy": {"imports": ["numpy"]},
        "matplotlib": {"imports": ["matplotlib"]},
        "scikit-learn": {"imports": ["sklearn"]},
    }

    def __init__(self, missing: type[Exception]) -> None:
        self.missing = missing

    def wheels(self, *names: str) -> dict[str, Path]:
        if "scikit-learn" in names:
            raise self.missing("no scikit-learn here")
        return {name: Path(f"{name}.whl") for name in names}


def test_a_lesson_whose_packages_are_not_to_be_had_is_left_out_and_named(builder: ModuleType) -> None:
    notebooks, wheels, left_out = builder.live.chosen(Release(builder.sources.MissingError))
    learned = [
        lesson.notebook.name for lesson in lessons() if "from sklearn" in lesson.source.read_text("utf-8")
    ]
    assert learned
    assert left_out == dict.fromkeys(learned, "no scikit-learn here")
    assert [notebook.name for notebook in notebooks] == [name for name in LESSONS if name not in learned]
    assert wheels.keys() == {"numpy", "matplotlib"}


def test_the_engines_tests_run_there_and_say_what_was_skipped(
    packages: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    tests = module("page_engine_tests", PAGE / "engine_tests.py")
    assert tests.main(["tests/text/test_labels.py", "tests/program/test_order.py"]) == 0
    told = capfd.readouterr().out.splitlines()
    assert told[-3].startswith("Python 3.14")
    assert told[-2] == "     1 skipped: files that need NumPy (--packages)"
    assert told[-1].endswith(" passed, 0 failed, 1 skipped")
