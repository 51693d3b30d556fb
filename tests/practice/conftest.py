"""What every test of questions and cards begins with: no exercise has been answered."""

import pytest

import viz


@pytest.fixture(autouse=True)
def fresh():
    viz.exercises.clear()
    yield
    viz.exercises.clear()
