"""What is said of a report, and the files that schools' tools read: `TABLES` of many, `PLATFORMS` of one."""

from collections.abc import Callable, Sequence

from autograd.grading.formats.platforms import gradescope, prairielearn
from autograd.grading.formats.tables import as_csv, as_json, as_junit
from autograd.grading.formats.words import HINTS, SHOWN, Telling
from autograd.grading.report import Report

# Each by its name on the command line. The second kind takes the URL of a picture, too, with its data.
TABLES: dict[str, Callable[[Sequence[Report], Telling], str]] = {
    "json": as_json, "junit": as_junit, "csv": as_csv
}  # fmt: skip
PLATFORMS: dict[str, Callable[[Report, Telling, str], str]] = {
    "gradescope": gradescope, "prairielearn": prairielearn
}  # fmt: skip

__all__ = ["HINTS", "SHOWN", "Telling", "TABLES", "PLATFORMS"]
