"""The engine in Pyodide, without a browser: the same bytes of DOT as here, and pictures as wide."""

import hashlib
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from viz import GraphvizMissingError

# Texts with ∂, ·, ₁, ², and names of other letters; drawings of every kind.
PROGRAM = """
import json
from pathlib import Path
from autograd import Value, expression, tanh, values
import viz
TEXTS = {
    "J": ("u = b*c; v = a + u; J = 3*v", {"a": 5.0, "b": 3.0, "c": 2.0}),
    "logistic": ("z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
                 {"w1": 0.5, "x1": 1.0, "w2": -0.25, "x2": 2.0, "b": 0.1, "y": 1.0}),
    "greek": ("σ = α*β; ŷ = tanh(σ) + α**2; ℓ = (ŷ - 1)**2", {"α": 0.5, "β": -1.5}),
}
made = {}
for name, (text, numbers) in TEXTS.items():
    root = expression(text)(**numbers).outputs[-1]
    root.backward()
    leaf = next(iter(numbers))
    made[name] = viz.graph(root)
    made[name + " paths"] = viz.paths(root, leaf)
    made[name + " down"] = viz.graph(root, direction="down")
    made[name + " player"] = viz.walkthrough(root)
a, b = values(a=1.0, b=2.0)
made["memo"] = viz.memo(tanh(a * b) + a, a)
out = {name: {"dot": figure.dot, "svg": figure.svg} for name, figure in made.items()}
"""


@pytest.fixture(scope="module")
def there(
    builder: ModuleType, packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, str]]:
    work = tmp_path_factory.mktemp("there")
    builder.compile_python(work, packages)
    program = work / "program.py"
    program.write_text(PROGRAM + '\nPath("/host/made.json").write_text(json.dumps(out))\n', encoding="utf-8")
    builder.node(packages, program, work, work / "out" / "chainrule.zip")
    made: dict[str, dict[str, str]] = json.loads((work / "made.json").read_text(encoding="utf-8"))
    return made


@pytest.fixture(scope="module")
def here() -> dict[str, dict[str, str]]:
    scope: dict[str, dict[str, dict[str, str]]] = {}
    try:
        exec(PROGRAM, scope)  # noqa: S102
    except GraphvizMissingError as error:
        pytest.skip(error.reason)
    return scope["out"]


def test_dot_has_the_same_bytes(here: dict[str, dict[str, str]], there: dict[str, dict[str, str]]) -> None:
    assert {name: made["dot"] for name, made in there.items()} == {
        name: made["dot"] for name, made in here.items()
    }


def boxes(svg: str) -> dict[str, float]:
    """Return the width of every box, by its id; how far apart they stand is for each Graphviz to say."""
    found = {}
    for id, shape in re.findall(
        r'<g id="([^"]+&#45;n\d+)"[^>]*>\s*(?:<title>.*?</title>)?\s*<(?:polygon|path)([^>]*)/>', svg
    ):
        numbers = re.search(r'(?:points|d)="([^"]*)"', shape)
        if numbers:
            across = [float(x) for x, _ in re.findall(r"(-?[\d.]+),(-?[\d.]+)", numbers[1])]
            found[id] = max(across) - min(across)
    return found


def test_boxes_are_as_wide_within_five_per_cent(
    here: dict[str, dict[str, str]], there: dict[str, dict[str, str]]
) -> None:
    for name in here:
        if "player" in name:
            continue
        ours, theirs = boxes(here[name]["svg"]), boxes(there[name]["svg"])
        assert len(ours) > 2
        assert ours.keys() == theirs.keys()
        ratios = {id: theirs[id] / ours[id] for id in ours}
        assert {id: ratio for id, ratio in ratios.items() if not 0.95 <= ratio <= 1.05} == {}, name


def test_texts_are_the_same(here: dict[str, dict[str, str]], there: dict[str, dict[str, str]]) -> None:
    def texts(svg: str) -> list[str]:
        return sorted(re.findall(r"<text[^>]*>([^<]*)</text>", svg))

    for name in here:
        assert texts(there[name]["svg"]) == texts(here[name]["svg"]), name


def test_two_builds_are_the_same_bytes(builder: ModuleType, dist: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    builder.build(again)
    first, second = (
        {
            p.relative_to(place): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in place.rglob("*")
            if p.is_file()
        }
        for place in (dist, again)
    )
    assert first == second
    assert Path("chainrule.html") in first
