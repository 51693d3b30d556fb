"""The gallery of the notes' figures: every call is one expression, runs, and draws something."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

import viz

FIGURES = tomllib.loads((Path(__file__).parents[2] / "docs/gallery/figures.toml").read_text(encoding="utf-8"))
PLACES = 22  # rows of the table of lost figures in the map of the notes; some rows are several figures


def drawn(figure: dict[str, str]) -> Any:
    """Run a figure's setup and call, in names of its own."""
    names: dict[str, Any] = {}
    exec("import autograd as ag, nn, viz\n" + figure.get("setup", ""), names)  # noqa: S102 - our own file
    return eval(figure["call"], names)  # noqa: S307 - our own file


@pytest.mark.parametrize(
    "figure", FIGURES["figure"], ids=lambda figure: f"{figure['note']}: {figure['shows']}"
)
def test_every_figure_of_the_notes_is_one_call(figure):
    assert set(figure) <= {"note", "shows", "setup", "call"}
    call = ast.parse(figure["call"], mode="eval").body
    assert isinstance(call, ast.Call)
    assert ast.unparse(call.func).startswith("viz.")
    pytest.importorskip("matplotlib")
    picture = drawn(figure)
    assert picture.svg.startswith("<svg") if isinstance(picture, viz.Figure) else picture.axes


def test_no_figure_of_the_notes_is_missing():
    notes = [figure["note"][:3] for figure in FIGURES["figure"]]
    assert notes == sorted(notes)
    assert len(FIGURES["figure"]) >= PLACES
    assert {note: notes.count(note) for note in ("000", "002", "003", "004")} == {
        "000": 3, "002": 21, "003": 5, "004": 11,
    }  # fmt: skip
