"""The schematic figures of the notes."""

from itertools import pairwise

import pytest

import viz
from tests.figures.figures import holds, words
from viz.figures.diagram import DIAGRAMS


def arrows(name: str) -> set[tuple[str, str]]:
    return {(arrow.source, arrow.target) for arrow in viz.diagram(name).drawing.arrows}


@pytest.mark.row("S000-44")
def test_the_machine_learning_process_is_a_loop():
    assert {box.id for box in viz.diagram("ml-process").drawing.boxes} == {"data", "model", "cost", "update"}
    assert {("data", "model"), ("model", "cost"), ("cost", "update"), ("update", "model")} <= arrows(
        "ml-process"
    )


@pytest.mark.row("S002-01")
def test_the_workflow_leads_from_data_to_update():
    boxes = [box.id for box in viz.diagram("ml-workflow").drawing.boxes]
    assert boxes == ["data", "phi", "predictor", "loss", "update"]
    assert set(pairwise(boxes)) <= arrows("ml-workflow")


@pytest.mark.row("S002-06")
def test_the_choice_of_features_has_one_source_and_four_targets():
    sources = {source for source, _ in arrows("feature-choice")}
    assert (sources, len(sources)) == ({"phi"}, 1)
    assert len(arrows("feature-choice")) == 4


@pytest.mark.row("S002-35")
def test_flatten_puts_the_planes_below_each_other():
    (vector,) = [box for box in viz.diagram("flatten").drawing.boxes if box.id == "vector"]
    assert [line[0] for line in vector.lines[1:]] == list("rrrrrrggggggbbbbbb")
    assert 64 * 64 * 3 == 12288
    assert "12288" in viz.diagram("flatten").drawing.caption[0]


@pytest.mark.row("S004-47")
def test_the_forest_averages_its_trees():
    assert {target for source, target in arrows("forest") if source.startswith("tree")} == {"mean"}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_diagram_is_drawn_and_golden(name):
    figure = viz.diagram(name)
    assert holds(f"{name}.dot", figure.dot)
    assert holds(f"{name}.txt", figure.text)
    shown = words(figure.svg)
    for box in figure.drawing.boxes:
        assert box.lines[0] in shown


def test_an_unknown_diagram_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"There is no diagram 'boat'. There are: ml-process, ml-workflow"):
        viz.diagram("boat")
