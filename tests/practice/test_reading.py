"""How a typed number is read: as learners write it, and never run."""

import math

import pytest

from autograd.practice import read

READ = {
    "3·1·2": 6, "1/4": 0.25,
    "0,25": 0.25, "0.25": 0.25, "3*1*2": 6, "2^3": 8, "2**3": 8, "−4": -4,
    "-4": -4, "–4": -4, ".5": 0.5, ",5": 0.5, "5.": 5, "(-2)·(1+0.5)": -3, "2^3^2": 512,
    "-2^2": -4, "2^-1": 0.5,
    "6:3": 2, "6÷3": 2, "1e-3": 1e-3, "1E3": 1000, "dJ/db = 3·2": 6, "3·2 = 6": 6, " 7 ": 7, "+7": 7,
    "--7": 7, "2×3": 6, "1 - 2 - 3": -4, "8/2/2": 2, "1/0": math.inf,
    "-1/0": -math.inf, "∞": math.inf, "-inf": -math.inf,
    "-Infinity": -math.inf, "1 + 2*3": 7, "2*(3+4)": 14,
}  # fmt: skip
UNREADABLE = [
    "", "=", "two", "2+", "*3", "(2", "2)", "1 2", "3x", "1.2.3", "1,234.5", "__import__('os')", "2 3·4", "e",
    "(" * 5000 + "1" + ")" * 5000, "-" * 5000 + "1", "1..2",
]  # fmt: skip
SIZES = {"0.39": 0.005, "0,39": 0.005, "12": 0.5, "1200": 50, "1.20": 0.005, "-3.5": 0.05, "0.4": 0, "7": 0,
         "1/4": 0, "2.5e3": 50, "120.0": 0.05}  # fmt: skip


@pytest.mark.parametrize(("typed", "value"), READ.items())
def test_a_number_is_read_as_learners_write_it(typed, value) -> None:
    found = read(typed)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("typed", ["0/0", "nan", "inf - inf"])
def test_no_number_is_a_number_too_where_it_is_meant(typed) -> None:
    found = read(typed)
    assert found is not None
    assert math.isnan(found.value)


@pytest.mark.parametrize("typed", UNREADABLE, ids=lambda text: text[:12])
def test_what_is_no_number_is_not_read(typed) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(("typed", "size"), SIZES.items())
def test_half_a_unit_of_the_last_of_two_or_more_digits_is_known(typed, size) -> None:
    found = read(typed)
    assert found is not None
    assert found.size == pytest.approx(size, rel=1e-12)
