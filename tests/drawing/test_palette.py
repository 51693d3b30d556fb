"""One table of colours: pictures, the player's page and the plots follow it, on white and on dark paper."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import viz
from viz.drawing.looks.palette import PALETTE, SERIES
from viz.drawing.looks.style import STYLES

ROOM = Path(viz.__file__).parent
EXPLICIT = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}\b")

# What each of the readers makes of the colour of the first path.
READERS = """
import json, viz
from autograd import Value
from viz.drawing.svg import stylesheet
from viz.player.page import style
x = Value(2.0, label="x")
made = {
    "dot": viz.paths(3 * x, x).dot, "svg": stylesheet({"product1"}, {"path1"}, "g0"), "player": style(),
}
try:
    made["matplotlib"] = [line.get_color() for line in viz.curves([2.0, 1.0]).axes[0].lines]
except ImportError:
    pass
print(json.dumps(made))
"""


def drawn_by(folder: Path) -> dict[str, str]:
    """Return what the readers of the package in a folder make."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(folder), str(ROOM.parent), *sys.path]))
    command = [sys.executable, "-P", "-c", READERS]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Return what the readers make, as they are and where one row of the palette was edited."""
    folder = tmp_path_factory.mktemp("edited")
    shutil.copytree(ROOM, folder / "viz", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "viz" / "drawing" / "looks" / "palette.py"
    text = table.read_text(encoding="utf-8")
    row = f'"{SERIES[0]}": Colour({json.dumps(list(PALETTE[SERIES[0]]))[1:-1]})'
    assert text.count(row) == 1
    changed = text.replace(row, f'"{SERIES[0]}": Colour("#aa0001", "#aa0002", "#aa0003")')
    table.write_text(changed, encoding="utf-8")
    return drawn_by(ROOM.parent), drawn_by(folder)


@pytest.mark.parametrize(
    ("reader", "new"),
    [
        ("dot", ["#aa0001"]),
        ("svg", ["#aa0001", "#aa0002"]),
        ("player", ["#aa0001", "#aa0002"]),
        ("matplotlib", ["#aa0003"]),
    ],
)
def test_the_colour_of_paths_is_changed_by_one_edit(drawn, reader, new):
    if reader == "matplotlib":
        pytest.importorskip("matplotlib", reason="plots need matplotlib, the extra `plot`")
    before, after = (made[reader] for made in drawn)
    assert [colour for colour in PALETTE[SERIES[0]] if colour in before]
    assert not [colour for colour in PALETTE[SERIES[0]] if colour in after]
    assert [colour for colour in ("#aa0001", "#aa0002", "#aa0003") if colour in after] == new


def test_no_colour_is_written_beside_the_palette():
    files = [path for path in ROOM.rglob("*") if path.suffix in (".py", ".css", ".js", ".html")]
    told = {path.name for path in files if EXPLICIT.search(path.read_text(encoding="utf-8"))}
    assert told == {"palette.py"}


def test_every_colour_that_a_row_of_styles_names_is_in_the_palette():
    assert {name for row in STYLES.values() for name in (row.fill, row.line, row.text)} <= {*PALETTE, "none"}


def test_the_players_style_sheet_reads_only_properties_that_it_is_given():
    from viz.player.page import script, style

    css = style()
    given = {*re.findall(r"(--[\w-]+):", css), *re.findall(r'setProperty\("(--[\w-]+)"', script())}
    assert set(re.findall(r"var\((--[\w-]+)\)", css)) == given
